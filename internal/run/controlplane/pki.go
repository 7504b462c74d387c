package controlplane

import (
	"crypto"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"fmt"
	"io/fs"
	"math/big"
	"net"
	"os"
	"time"

	certutil "k8s.io/client-go/util/cert"
	"k8s.io/client-go/util/keyutil"
)

const (
	// leafLifetime is far beyond the life of a process; every start makes new ones.
	leafLifetime = 365 * 24 * time.Hour
	// clockSkew lets a certificate be used on a machine whose clock is a bit late.
	clockSkew = 5 * time.Minute
	// renewBefore is how long an authority must outlive the start.
	renewBefore = 30 * 24 * time.Hour
)

// authority is a certificate authority with its key.
type authority struct {
	cert    *x509.Certificate
	certPEM []byte
	key     crypto.Signer
}

// keyPair is a certificate and its key, both in PEM.
type keyPair struct{ cert, key []byte }

// loadOrCreateAuthority reads NAME.crt and NAME.key from the data directory, or
// makes them at the first start. They last ten years.
func loadOrCreateAuthority(d *dataDir, name, commonName string) (*authority, error) {
	certPEM, certErr := os.ReadFile(d.pki(name + ".crt"))
	keyPEM, keyErr := os.ReadFile(d.pki(name + ".key"))
	if errors.Is(certErr, fs.ErrNotExist) && errors.Is(keyErr, fs.ErrNotExist) {
		return createAuthority(d, name, commonName)
	}
	if err := errors.Join(certErr, keyErr); err != nil {
		return nil, fmt.Errorf("the certificate authority is incomplete: %w; restore the file, or name another data directory", err)
	}
	a, err := parseAuthority(certPEM, keyPEM)
	if err != nil {
		return nil, fmt.Errorf("the certificate authority %s is damaged: %w; restore the file, or name another data directory",
			d.pki(name+".crt"), err)
	}
	if time.Until(a.cert.NotAfter) < renewBefore {
		return nil, fmt.Errorf("the certificate authority %s ends on %s; remove it and its key to have new ones made "+
			"(credentials given out before are void then)", d.pki(name+".crt"), a.cert.NotAfter.Format(time.DateOnly))
	}
	return a, nil
}

func createAuthority(d *dataDir, name, commonName string) (*authority, error) {
	a, keyPEM, err := newAuthority(commonName)
	if err != nil {
		return nil, err
	}
	// The key first: a certificate without it would look like a loss.
	if err := writeFile(d.pki(name+".key"), keyPEM); err != nil {
		return nil, err
	}
	if err := writeFile(d.pki(name+".crt"), a.certPEM); err != nil {
		return nil, errors.Join(err, os.Remove(d.pki(name+".key")))
	}
	return a, nil
}

// newAuthority makes an authority, and returns its key in PEM too.
func newAuthority(commonName string) (*authority, []byte, error) {
	key, keyPEM, err := newKey()
	if err != nil {
		return nil, nil, err
	}
	cert, err := certutil.NewSelfSignedCACert(certutil.Config{
		CommonName: commonName,
		NotBefore:  time.Now().Add(-clockSkew),
	}, key)
	if err != nil {
		return nil, nil, fmt.Errorf("cannot make a certificate authority: %w", err)
	}
	certPEM, err := certutil.EncodeCertificates(cert)
	if err != nil {
		return nil, nil, err
	}
	return &authority{cert: cert, certPEM: certPEM, key: key}, keyPEM, nil
}

func parseAuthority(certPEM, keyPEM []byte) (*authority, error) {
	certs, err := certutil.ParseCertsPEM(certPEM)
	if err != nil {
		return nil, err
	}
	parsed, err := keyutil.ParsePrivateKeyPEM(keyPEM)
	if err != nil {
		return nil, err
	}
	key, ok := parsed.(crypto.Signer)
	if !ok {
		return nil, fmt.Errorf("a %T cannot sign", parsed)
	}
	public, ok := key.Public().(interface{ Equal(crypto.PublicKey) bool })
	if !ok || !public.Equal(certs[0].PublicKey) {
		return nil, errors.New("certificate and key do not belong together")
	}
	return &authority{cert: certs[0], certPEM: certPEM, key: key}, nil
}

// issue makes a certificate for config's name, addresses and uses.
func (a *authority) issue(config certutil.Config) (keyPair, error) {
	key, keyPEM, err := newKey()
	if err != nil {
		return keyPair{}, err
	}
	serial, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 127))
	if err != nil {
		return keyPair{}, err
	}
	now := time.Now()
	template := &x509.Certificate{
		SerialNumber: serial.Add(serial, big.NewInt(1)),
		Subject:      pkix.Name{CommonName: config.CommonName, Organization: config.Organization},
		DNSNames:     config.AltNames.DNSNames,
		IPAddresses:  config.AltNames.IPs,
		NotBefore:    now.Add(-clockSkew),
		NotAfter:     now.Add(leafLifetime),
		KeyUsage:     x509.KeyUsageDigitalSignature,
		ExtKeyUsage:  config.Usages,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, a.cert, key.Public(), a.key)
	if err != nil {
		return keyPair{}, fmt.Errorf("cannot make a certificate for %s: %w", config.CommonName, err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		return keyPair{}, err
	}
	certPEM, err := certutil.EncodeCertificates(cert)
	return keyPair{cert: certPEM, key: keyPEM}, err
}

// client makes the credentials of a user, to whom the API server gives the
// certificate's common name and organisations as name and groups.
func (a *authority) client(user string, groups ...string) (keyPair, error) {
	return a.issue(certutil.Config{
		CommonName:   user,
		Organization: groups,
		Usages:       []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth},
	})
}

// server makes the certificate of a server that is reached at the addresses
// and names. etcd presents its own also as a client, to its gateway and peers.
func (a *authority) server(commonName string, names certutil.AltNames, alsoClient bool) (keyPair, error) {
	usages := []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}
	if alsoClient {
		usages = append(usages, x509.ExtKeyUsageClientAuth)
	}
	return a.issue(certutil.Config{CommonName: commonName, AltNames: names, Usages: usages})
}

// write puts the pair into NAME.crt and NAME.key of the data directory.
func (p keyPair) write(d *dataDir, name string) error {
	return errors.Join(writeFile(d.pki(name+".key"), p.key), writeFile(d.pki(name+".crt"), p.cert))
}

// newKey makes an ECDSA key on P-256: as strong as RSA 3072, and made at once.
func newKey() (crypto.Signer, []byte, error) {
	pem, err := keyutil.MakeEllipticPrivateKeyPEM()
	if err != nil {
		return nil, nil, fmt.Errorf("cannot make a key: %w", err)
	}
	key, err := keyutil.ParsePrivateKeyPEM(pem)
	if err != nil {
		return nil, nil, err
	}
	return key.(crypto.Signer), pem, nil
}

// Names of the files under pki/, without their suffix.
const (
	clusterCA         = "ca"
	etcdCA            = "etcd-ca"
	etcdServer        = "etcd"
	etcdClient        = "kube-apiserver-etcd-client"
	apiServerServing  = "kube-apiserver"
	managerServing    = "kube-controller-manager"
	managerKubeconfig = "kube-controller-manager.kubeconfig"
	webhookKubeconfig = "webhooks.kubeconfig"
	admissionConfig   = "admission.yaml"
	tokenKey          = "service-account.key"
)

// credentials are the authorities and what a start needs from them in memory.
type credentials struct {
	cluster *authority
	etcd    *authority
	// webhookCA, in PEM, vouches for the API server before the webhooks; nil where none ask.
	webhookCA []byte
	// etcdClient is what we ask etcd's health with.
	etcdClient keyPair
}

// writeCredentials loads or makes the authorities and the token key, and makes
// the servers' certificates anew.
func writeCredentials(d *dataDir, listen string) (*credentials, error) {
	cluster, err := loadOrCreateAuthority(d, clusterCA, "provost-control-plane")
	if err != nil {
		return nil, err
	}
	etcd, err := loadOrCreateAuthority(d, etcdCA, "provost-control-plane-etcd")
	if err != nil {
		return nil, err
	}
	if _, _, err := keyutil.LoadOrGenerateKeyFile(d.pki(tokenKey)); err != nil {
		return nil, fmt.Errorf("the key of service account tokens: %w", err)
	}

	local := certutil.AltNames{DNSNames: []string{"localhost"}, IPs: []net.IP{net.ParseIP(loopback)}}
	api := certutil.AltNames{
		DNSNames: []string{"localhost", "kubernetes", "kubernetes.default", "kubernetes.default.svc"},
		IPs:      []net.IP{net.ParseIP(loopback), net.ParseIP(listen)},
	}
	c := &credentials{cluster: cluster, etcd: etcd}
	for _, server := range []struct {
		name  string
		by    *authority
		names certutil.AltNames
	}{
		{etcdServer, etcd, local},
		{apiServerServing, cluster, api},
		{managerServing, cluster, local},
	} {
		pair, err := server.by.server(server.name, server.names, server.by == etcd)
		if err != nil {
			return nil, err
		}
		if err := pair.write(d, server.name); err != nil {
			return nil, err
		}
	}
	if c.etcdClient, err = etcd.client("kube-apiserver"); err != nil {
		return nil, err
	}
	return c, c.etcdClient.write(d, etcdClient)
}
