package admission

import (
	"bytes"
	"cmp"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"os"
	"slices"
	"sync"
)

// Callers say who may ask the webhooks anything: whoever shows a client
// certificate of an authority. The zero value lets everybody ask.
//
// What an API server shows is said in its AdmissionConfiguration; docs/install.md
// has an example. Of the flags of an API server, --requestheader-client-ca-file
// and --requestheader-allowed-names are the same for another purpose.
type Callers struct {
	// CAFile has the certificates, PEM, of the authorities. It is read again for every connection,
	// so that an authority can be changed for another one.
	CAFile string
	// CA is used instead of CAFile.
	CA []byte
	// AllowedNames are the common names that a certificate may have; empty for any that the authority vouches for.
	AllowedNames []string
}

// demanded says whether a certificate is asked for at all.
func (c Callers) demanded() bool { return c.CAFile != "" || len(c.CA) > 0 }

// check says what is wrong with the settings.
func (c Callers) check() error {
	if !c.demanded() {
		if len(c.AllowedNames) > 0 {
			return errors.New("names of client certificates are worth nothing without an authority: set --webhook-client-ca-file as well")
		}
		return nil
	}
	_, err := (&gatekeeper{Callers: c}).pool()
	return err
}

// demand has a server turn away everybody but the callers, before anything of a request is read.
func (c Callers) demand(config *tls.Config) {
	if !c.demanded() {
		return
	}
	g := &gatekeeper{Callers: c}
	config.ClientAuth, config.VerifyConnection = tls.RequireAnyClientCert, g.verify
}

// gatekeeper looks at client certificates.
type gatekeeper struct {
	Callers
	mu     sync.Mutex
	read   []byte
	parsed *x509.CertPool
}

// verify looks at the certificate of a connection; of one that is taken up again too.
func (g *gatekeeper) verify(state tls.ConnectionState) error {
	if len(state.PeerCertificates) == 0 {
		return errors.New("no client certificate")
	}
	roots, err := g.pool()
	if err != nil {
		return err
	}
	leaf, between := state.PeerCertificates[0], x509.NewCertPool()
	for _, c := range state.PeerCertificates[1:] {
		between.AddCert(c)
	}
	_, err = leaf.Verify(x509.VerifyOptions{Roots: roots, Intermediates: between, KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}})
	if err != nil {
		return fmt.Errorf("the client certificate of %q: %w", leaf.Subject.CommonName, err)
	}
	if name := leaf.Subject.CommonName; len(g.AllowedNames) > 0 && !slices.Contains(g.AllowedNames, name) {
		return fmt.Errorf("the client certificate is %q's, who may not ask", name)
	}
	return nil
}

// pool are the authorities as they are now.
func (g *gatekeeper) pool() (*x509.CertPool, error) {
	content := g.CA
	if len(content) == 0 {
		var err error
		if content, err = os.ReadFile(g.CAFile); err != nil {
			return nil, fmt.Errorf("the authority of the webhooks' callers: %w", err)
		}
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.parsed != nil && bytes.Equal(g.read, content) {
		return g.parsed, nil
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(content) {
		return nil, fmt.Errorf("the authority of the webhooks' callers: no certificate in %s", cmp.Or(g.CAFile, "what was given"))
	}
	g.read, g.parsed = content, pool
	return pool, nil
}
