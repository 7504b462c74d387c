package admission

import (
	"fmt"
	"io/fs"

	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/yaml"

	"provost.dev/provost/config"
)

// Configuration are the webhook configurations of config/webhook for webhooks
// that are served at a URL ("https://127.0.0.1:9443") with a certificate that the
// authority, PEM, vouches for: for an API server beside us, which has no Services.
func Configuration(url string, authority []byte) ([]client.Object, error) {
	changes := &admissionregistrationv1.ValidatingWebhookConfiguration{}
	trail := &admissionregistrationv1.MutatingWebhookConfiguration{}
	for name, into := range map[string]client.Object{"configuration": changes, "trail": trail} {
		content, err := fs.ReadFile(config.Admission, "webhook/"+name+".yaml")
		if err != nil {
			return nil, err
		}
		if err := yaml.UnmarshalStrict(content, into); err != nil {
			return nil, fmt.Errorf("webhook/%s.yaml: %w", name, err)
		}
	}
	for i := range changes.Webhooks {
		direct(&changes.Webhooks[i].ClientConfig, url, authority)
	}
	for i := range trail.Webhooks {
		direct(&trail.Webhooks[i].ClientConfig, url, authority)
	}
	return []client.Object{trail, changes}, nil
}

// direct has an API server ask at a URL instead of a Service.
func direct(c *admissionregistrationv1.WebhookClientConfig, url string, authority []byte) {
	path := url + *c.Service.Path
	*c = admissionregistrationv1.WebhookClientConfig{URL: &path, CABundle: authority}
}
