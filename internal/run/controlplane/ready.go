package controlplane

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"
)

// probe asks a program whether it is ready.
type probe struct {
	url    string
	client *http.Client
	// checks are the health checks that a verbose answer must list as passed.
	checks []string
}

// newProbe trusts the authority only, so that a stranger on the port is not
// mistaken for our program, and shows it the credentials.
func newProbe(url string, trusted *authority, shown keyPair) (*probe, error) {
	certificate, err := tls.X509KeyPair(shown.cert, shown.key)
	if err != nil {
		return nil, err
	}
	roots := x509.NewCertPool()
	roots.AddCert(trusted.cert)
	return &probe{
		url: url,
		client: &http.Client{
			Timeout: 5 * time.Second,
			Transport: &http.Transport{
				TLSClientConfig: &tls.Config{RootCAs: roots, Certificates: []tls.Certificate{certificate}},
				// No proxy: all of this is on one machine.
			},
		},
	}, nil
}

// ask returns nil once the program is ready.
func (p *probe) ask(ctx context.Context) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, p.url, nil)
	if err != nil {
		return err
	}
	response, err := p.client.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(io.LimitReader(response.Body, 16<<10))
	if err != nil {
		return err
	}
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("%s: %s", response.Status, failedChecks(string(body)))
	}
	for _, check := range p.checks {
		if !strings.Contains(string(body), "[+]"+check+" ok") {
			return fmt.Errorf("%s has not started", check)
		}
	}
	return nil
}

// failedChecks keeps the lines of a verbose health answer that tell what is
// not well.
func failedChecks(body string) string {
	var failed []string
	for line := range strings.SplitSeq(body, "\n") {
		if strings.HasPrefix(line, "[-]") {
			failed = append(failed, strings.TrimPrefix(line, "[-]"))
		}
	}
	if failed == nil {
		return strings.TrimSpace(body)
	}
	return strings.Join(failed, ", ")
}

const pollInterval = 50 * time.Millisecond

// waitReady returns when the probe succeeds, the process ends, or the time is up.
func waitReady(ctx context.Context, p *process, probe *probe, timeout time.Duration) error {
	defer probe.client.CloseIdleConnections()
	bounded, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	ticker := time.NewTicker(pollInterval)
	defer ticker.Stop()
	var last error
	for {
		err := probe.ask(bounded)
		if err == nil {
			return nil
		}
		if bounded.Err() == nil {
			last = err
		}
		select {
		case <-p.exited:
			return p.died()
		case <-bounded.Done():
			if ctx.Err() != nil {
				return ctx.Err()
			}
			if last == nil {
				last = errors.New("no answer")
			}
			return fmt.Errorf("%s was not ready within %s: %w; see %s", p.component, timeout, last, p.logPath)
		case <-ticker.C:
		}
	}
}
