package admission

import (
	"fmt"
	"io/fs"

	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
	"sigs.k8s.io/yaml"

	"provost.dev/provost/config"
)

// Configuration is the webhook configuration of config/webhook for webhooks that
// are served at a URL ("https://127.0.0.1:9443") with a certificate that the
// authority, PEM, vouches for: for an API server beside us, which has no Services.
func Configuration(url string, authority []byte) (*admissionregistrationv1.ValidatingWebhookConfiguration, error) {
	content, err := fs.ReadFile(config.Admission, "webhook/configuration.yaml")
	if err != nil {
		return nil, err
	}
	out := &admissionregistrationv1.ValidatingWebhookConfiguration{}
	if err := yaml.UnmarshalStrict(content, out); err != nil {
		return nil, fmt.Errorf("webhook/configuration.yaml: %w", err)
	}
	for i := range out.Webhooks {
		c := &out.Webhooks[i].ClientConfig
		path := url + *c.Service.Path
		*c = admissionregistrationv1.WebhookClientConfig{URL: &path, CABundle: authority}
	}
	return out, nil
}
