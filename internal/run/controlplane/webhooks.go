package controlplane

import (
	"fmt"
	"path/filepath"

	"k8s.io/client-go/tools/clientcmd"
	clientcmdapi "k8s.io/client-go/tools/clientcmd/api"
	"sigs.k8s.io/yaml"
)

// WebhookClientName is the common name of the certificate that the API server
// shows to admission webhooks.
const WebhookClientName = "kube-apiserver-webhooks"

// admissionPlugins are those that ask webhooks.
var admissionPlugins = []string{"MutatingAdmissionWebhook", "ValidatingAdmissionWebhook"}

// WebhookClientCA is the authority, PEM, of the certificate that the API server
// shows to the webhooks of Options.Webhooks. Nobody else has one of it. It is
// nil where there are none, and another one after every start.
func (c *ControlPlane) WebhookClientCA() []byte { return c.credentials.webhookCA }

// WriteWebhookClient makes an authority and one certificate of it, and writes into
// a folder what has an API server show it to the webhooks at the addresses
// (host:port). The first file is for its flag --admission-control-config-file. The
// authority is returned, in PEM; its key is kept nowhere.
func WriteWebhookClient(dir string, addresses []string) (config string, authorityPEM []byte, err error) {
	a, _, err := newAuthority("provost-control-plane-webhooks")
	if err != nil {
		return "", nil, err
	}
	pair, err := a.client(WebhookClientName)
	if err != nil {
		return "", nil, err
	}
	config, kubeconfig := filepath.Join(dir, admissionConfig), filepath.Join(dir, webhookKubeconfig)
	if err := writeWebhookKubeconfig(kubeconfig, addresses, pair); err != nil {
		return "", nil, fmt.Errorf("cannot write what the API server shows to webhooks: %w", err)
	}
	if err := writeAdmissionConfiguration(config, kubeconfig); err != nil {
		return "", nil, fmt.Errorf("cannot write the admission configuration: %w", err)
	}
	return config, a.certPEM, nil
}

// writeWebhookKubeconfig writes a kubeconfig of users alone, each named after the
// address of the webhooks that it is for.
func writeWebhookKubeconfig(path string, addresses []string, pair keyPair) error {
	users := map[string]*clientcmdapi.AuthInfo{}
	for _, address := range addresses {
		users[address] = &clientcmdapi.AuthInfo{ClientCertificateData: pair.cert, ClientKeyData: pair.key}
	}
	data, err := clientcmd.Write(clientcmdapi.Config{AuthInfos: users})
	if err != nil {
		return err
	}
	return writeFile(path, data)
}

func writeAdmissionConfiguration(path, kubeconfig string) error {
	var plugins []map[string]any
	for _, name := range admissionPlugins {
		plugins = append(plugins, map[string]any{"name": name, "configuration": map[string]any{
			"apiVersion": "apiserver.config.k8s.io/v1", "kind": "WebhookAdmissionConfiguration", "kubeConfigFile": kubeconfig,
		}})
	}
	data, err := yaml.Marshal(map[string]any{
		"apiVersion": "apiserver.config.k8s.io/v1", "kind": "AdmissionConfiguration", "plugins": plugins,
	})
	if err != nil {
		return err
	}
	return writeFile(path, data)
}
