package controlplane

import (
	"context"
	"fmt"
	"time"

	authenticationv1 "k8s.io/api/authentication/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
	clientcmdapi "k8s.io/client-go/tools/clientcmd/api"
)

const (
	// contextName is the cluster's and the context's name in a kubeconfig.
	contextName = "provost"
	// adminUser is in the group that RBAC lets do everything.
	adminUser  = "provost-admin"
	adminGroup = "system:masters"
	// managerUser is who RBAC's bootstrap policy knows the controller manager as.
	managerUser = "system:kube-controller-manager"
)

// UserConfig returns a client configuration for a user of that name in those
// groups, authenticated by a new client certificate that is good for a year.
// What the user may do is for RBAC to say; "system:masters" may do everything.
func (c *ControlPlane) UserConfig(name string, groups ...string) (*rest.Config, error) {
	if name == "" {
		return nil, fmt.Errorf("a user must have a name")
	}
	return c.userConfig(name, groups...)
}

func (c *ControlPlane) userConfig(name string, groups ...string) (*rest.Config, error) {
	pair, err := c.credentials.cluster.client(name, groups...)
	if err != nil {
		return nil, err
	}
	return &rest.Config{
		Host: c.URL(),
		TLSClientConfig: rest.TLSClientConfig{
			CAData:   c.credentials.cluster.certPEM,
			CertData: pair.cert,
			KeyData:  pair.key,
		},
	}, nil
}

// ServiceAccountConfig returns a client configuration with a new token of a
// service account, which must exist. The server may shorten or lengthen the
// lifetime; ten minutes is the least that it takes.
func (c *ControlPlane) ServiceAccountConfig(ctx context.Context, namespace, name string, lifetime time.Duration) (*rest.Config, error) {
	client, err := kubernetes.NewForConfig(c.RESTConfig())
	if err != nil {
		return nil, err
	}
	seconds := int64(lifetime / time.Second)
	token, err := client.CoreV1().ServiceAccounts(namespace).CreateToken(ctx, name, &authenticationv1.TokenRequest{
		Spec: authenticationv1.TokenRequestSpec{ExpirationSeconds: &seconds},
	}, metav1.CreateOptions{})
	if err != nil {
		return nil, fmt.Errorf("no token for service account %s/%s: %w", namespace, name, err)
	}
	return &rest.Config{
		Host:            c.URL(),
		TLSClientConfig: rest.TLSClientConfig{CAData: c.credentials.cluster.certPEM},
		BearerToken:     token.Status.Token,
	}, nil
}

// WriteKubeconfig writes a client configuration for kubectl and its like to
// path, readable by its owner only. user is the name under which the file lists
// the credentials.
func WriteKubeconfig(path, user string, config *rest.Config) error {
	data, err := clientcmd.Write(clientcmdapi.Config{
		Clusters: map[string]*clientcmdapi.Cluster{
			contextName: {Server: config.Host, CertificateAuthorityData: config.CAData},
		},
		AuthInfos: map[string]*clientcmdapi.AuthInfo{
			user: {ClientCertificateData: config.CertData, ClientKeyData: config.KeyData, Token: config.BearerToken},
		},
		Contexts:       map[string]*clientcmdapi.Context{contextName: {Cluster: contextName, AuthInfo: user}},
		CurrentContext: contextName,
	})
	if err != nil {
		return err
	}
	if err := writeFile(path, data); err != nil {
		return fmt.Errorf("cannot write the kubeconfig: %w", err)
	}
	return nil
}
