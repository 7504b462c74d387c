package testenv

import (
	"net"
	"os"
	"testing"

	"provost.dev/provost/internal/run/controlplane"
)

// webhookPorts is how many addresses there are at which the API server shows a certificate.
const webhookPorts = 2

// webhooks are those addresses.
type webhooks struct {
	dir string
	// held keep the ports until somebody listens there.
	held      []net.Listener
	ports     []int
	authority []byte
}

// WebhookPort returns the number of a port of 127.0.0.1 (0 or 1) at which the API server
// shows webhooks a client certificate, and the authority, PEM, that vouches for it.
// The certificate's name is controlplane.WebhookClientName.
func (e *Env) WebhookPort(t testing.TB, i int) (port int, authority []byte) {
	t.Helper()
	if e.webhooks == nil {
		t.Fatal("this API server shows no certificate")
	}
	_ = e.webhooks.held[i].Close() // whoever asked listens there from now on
	return e.webhooks.ports[i], e.webhooks.authority
}

// reserveWebhooks takes the ports, and writes the API server's configuration for them.
func reserveWebhooks() (w *webhooks, config string, err error) {
	w = &webhooks{}
	var addresses []string
	for range webhookPorts {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return nil, "", err
		}
		w.held, w.ports = append(w.held, l), append(w.ports, l.Addr().(*net.TCPAddr).Port)
		addresses = append(addresses, l.Addr().String())
	}
	if w.dir, err = os.MkdirTemp("", "testenv-webhooks-"); err != nil {
		return nil, "", err
	}
	config, w.authority, err = controlplane.WriteWebhookClient(w.dir, addresses)
	return w, config, err
}
