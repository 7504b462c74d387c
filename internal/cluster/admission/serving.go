package admission

import (
	"context"
	"crypto/tls"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"time"

	"github.com/open-policy-agent/cert-controller/pkg/rotator"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/wait"
	"k8s.io/client-go/util/cert"
	"sigs.k8s.io/controller-runtime/pkg/manager"

	"provost.dev/provost/internal/engine/directory"
)

// Names of what a cluster has for the webhooks; config/webhook has the same.
const (
	// ConfigurationName is the name of the two webhook configurations, the validating and the mutating one.
	ConfigurationName = "provost"
	// ServiceName is the Service in front of the replicas, in the system namespace.
	ServiceName = "provost-webhooks"
	// SecretName is the Secret that keeps the certificates, in the system namespace.
	SecretName = "provost-webhooks"
)

// Serving says where the webhooks are served, and with which certificate. The
// zero value serves nowhere.
type Serving struct {
	// Host is the address to listen on; empty for all.
	Host string
	// Port is the port; 0 serves nowhere.
	Port int
	// CertDir has tls.crt and tls.key, and is read again when they change.
	CertDir string
	// Rotate keeps the Secret in the system namespace supplied with certificates of an authority of
	// our own, renews them in time, and tells the webhook configuration the authority. CertDir is
	// where the Secret is mounted. Without it, somebody else does all that: cert-manager, for example.
	Rotate bool
	// Certificate is used instead of CertDir, where the server and its callers are on one machine.
	Certificate *tls.Certificate
	// Callers are those who may ask.
	Callers Callers
}

// await waits until there is a certificate. It is false when the context ended first.
func (s Serving) await(ctx context.Context) bool {
	if s.Certificate != nil {
		return true
	}
	err := wait.PollUntilContextCancel(ctx, time.Second, true, func(context.Context) (bool, error) {
		for _, name := range []string{"tls.crt", "tls.key"} {
			if !exists(filepath.Join(s.CertDir, name)) {
				return false, nil
			}
		}
		return true, nil
	})
	return err == nil
}

// +kubebuilder:rbac:groups=admissionregistration.k8s.io,resources=validatingwebhookconfigurations;mutatingwebhookconfigurations,verbs=list;watch
// +kubebuilder:rbac:groups=admissionregistration.k8s.io,resources=validatingwebhookconfigurations;mutatingwebhookconfigurations,resourceNames=provost,verbs=update
// +kubebuilder:rbac:groups=authorization.k8s.io,resources=subjectaccessreviews,verbs=create

// rotate keeps certificates of our own. The rights over the Secret are in config/webhook.
func (s Serving) rotate(mgr manager.Manager) error {
	host := fmt.Sprintf("%s.%s.svc", ServiceName, directory.SystemNamespace)
	return rotator.AddRotator(mgr, &rotator.CertRotator{
		SecretKey:      types.NamespacedName{Namespace: directory.SystemNamespace, Name: SecretName},
		CertDir:        s.CertDir,
		CAName:         "provost-webhooks-ca",
		CAOrganization: "provost",
		DNSName:        host,
		ExtraDNSNames:  []string{host + ".cluster.local"},
		IsReady:        make(chan struct{}),
		FieldOwner:     "provost-manager",
		Webhooks: []rotator.WebhookInfo{
			{Name: ConfigurationName, Type: rotator.Validating}, {Name: ConfigurationName, Type: rotator.Mutating},
		},
	})
}

// LocalCertificate makes a certificate for 127.0.0.1, good for a year and for
// this process alone, and returns with it the authority that vouches for it.
func LocalCertificate() (*tls.Certificate, []byte, error) {
	certPEM, keyPEM, err := cert.GenerateSelfSignedCertKey("localhost", []net.IP{net.IPv4(127, 0, 0, 1)}, nil)
	if err != nil {
		return nil, nil, err
	}
	pair, err := tls.X509KeyPair(certPEM, keyPEM)
	return &pair, certPEM, err
}

func exists(file string) bool {
	_, err := os.Stat(file)
	return err == nil
}
