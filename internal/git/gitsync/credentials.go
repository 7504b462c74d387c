package gitsync

import (
	"crypto/x509"
	"fmt"
	"net"
	"os"
	"strconv"
	"strings"

	"github.com/go-git/go-git/v5/plumbing/transport"
	"github.com/go-git/go-git/v5/plumbing/transport/http"
	"github.com/go-git/go-git/v5/plumbing/transport/ssh"
	"github.com/skeema/knownhosts"
	cryptossh "golang.org/x/crypto/ssh"

	provostv1 "provost.dev/provost/api/v1alpha1"
)

// The keys of a Secret that a GitSync names, beside username and password.
const (
	secretUsername    = "username"
	secretPassword    = "password"
	secretBearerToken = "bearerToken"
	secretIdentity    = "identity"
	secretKnownHosts  = "known_hosts"
	secretCAFile      = "caFile"
	secretCACert      = "ca.crt"
)

// access is what a connection needs beside the address.
type access struct {
	auth     transport.AuthMethod
	caBundle []byte
}

// accessTo reads from a Secret's data what the location needs. Nothing of the
// data ever gets into an error.
func accessTo(l Location, secret map[string][]byte) (access, error) {
	switch l.Protocol {
	case ProtocolHTTP, ProtocolHTTPS:
		return httpAccess(l, secret)
	case ProtocolSSH:
		return sshAccess(l, secret)
	}
	return access{}, nil
}

func httpAccess(l Location, secret map[string][]byte) (access, error) {
	var a access
	username, password, token := secret[secretUsername], secret[secretPassword], secret[secretBearerToken]
	switch {
	case len(token) > 0:
		a.auth = &http.TokenAuth{Token: string(token)}
	case len(password) > 0:
		// Services that take a token as the password ask for some user name, whichever.
		user := string(username)
		if user == "" {
			user = "git"
		}
		a.auth = &http.BasicAuth{Username: user, Password: string(password)}
	case len(username) > 0:
		return a, stalled(provostv1.ReasonSecretInvalid, "the Secret of spec.secretRef has a %s and no %s", secretUsername, secretPassword)
	}
	if a.auth != nil && l.Protocol == ProtocolHTTP {
		return a, stalled(provostv1.ReasonSecretInvalid,
			"credentials are not sent over http://; use https:// in spec.url, or take them out of the Secret of spec.secretRef")
	}
	for _, key := range []string{secretCACert, secretCAFile} {
		if len(secret[key]) == 0 {
			continue
		}
		if !x509.NewCertPool().AppendCertsFromPEM(secret[key]) {
			return a, stalled(provostv1.ReasonSecretInvalid, "%s in the Secret of spec.secretRef holds no certificate in PEM", key)
		}
		a.caBundle = secret[key]
		break
	}
	return a, nil
}

func sshAccess(l Location, secret map[string][]byte) (access, error) {
	if len(secret[secretIdentity]) == 0 || len(secret[secretKnownHosts]) == 0 {
		return access{}, stalled(provostv1.ReasonSecretInvalid,
			"an SSH address needs spec.secretRef to name a Secret with %s (a private key) and %s", secretIdentity, secretKnownHosts)
	}
	keys, err := ssh.NewPublicKeys(l.User, secret[secretIdentity], string(secret[secretPassword]))
	if err != nil {
		return access{}, stalled(provostv1.ReasonSecretInvalid,
			"%s in the Secret of spec.secretRef is no private key that can be read; one with a passphrase needs it as %s", secretIdentity,
			secretPassword)
	}
	known, err := knownHosts(secret[secretKnownHosts])
	if err != nil {
		return access{}, stalled(provostv1.ReasonSecretInvalid, "%s in the Secret of spec.secretRef cannot be read", secretKnownHosts)
	}
	keys.HostKeyCallback = known.HostKeyCallback()
	return access{auth: &sshKeys{PublicKeys: keys, algorithms: known.HostKeyAlgorithms(hostPort(l.Address))}}, nil
}

// sshKeys is a key of ours and the host keys of the server.
type sshKeys struct {
	*ssh.PublicKeys
	algorithms []string
}

// ClientConfig implements ssh.AuthMethod. The server is asked for a host key of
// a kind that is known of it: it may have several, and offer another first.
func (k *sshKeys) ClientConfig() (*cryptossh.ClientConfig, error) {
	c, err := k.PublicKeys.ClientConfig()
	if err == nil {
		c.HostKeyAlgorithms = k.algorithms
	}
	return c, err
}

// hostPort is the server in an SSH address, as known_hosts names it.
func hostPort(address string) string {
	e, err := transport.NewEndpoint(address)
	if err != nil {
		return ""
	}
	port := e.Port
	if port == 0 {
		port = ssh.DefaultPort
	}
	return net.JoinHostPort(strings.Trim(e.Host, "[]"), strconv.Itoa(port))
}

// knownHosts reads a known_hosts file. The library reads it from disk only.
func knownHosts(data []byte) (*knownhosts.HostKeyDB, error) {
	f, err := os.CreateTemp("", "known_hosts")
	if err != nil {
		return nil, fmt.Errorf("no temporary file: %w", err)
	}
	defer func() { _ = os.Remove(f.Name()) }()
	if _, err := f.Write(data); err != nil {
		return nil, err
	}
	if err := f.Close(); err != nil {
		return nil, err
	}
	return ssh.NewKnownHostsDb(f.Name())
}
