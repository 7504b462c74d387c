package controlplane

import (
	"crypto/rand"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	certutil "k8s.io/client-go/util/cert"
)

func TestAuthoritiesAreKeptAndCertificatesAreNot(t *testing.T) {
	dir, err := openDataDir(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer dir.close()
	read := func(name string) string {
		t.Helper()
		data, err := os.ReadFile(dir.pki(name))
		if err != nil {
			t.Fatal(err)
		}
		return string(data)
	}
	kept := []string{"ca.crt", "ca.key", "etcd-ca.crt", "etcd-ca.key", tokenKey}
	renewed := []string{"etcd.crt", "etcd.key", "kube-apiserver.crt", "kube-controller-manager.crt", "kube-apiserver-etcd-client.crt"}
	before := map[string]string{}
	if _, err := writeCredentials(dir, "127.0.0.1"); err != nil {
		t.Fatal(err)
	}
	for _, name := range slices.Concat(kept, renewed) {
		before[name] = read(name)
	}
	credentials, err := writeCredentials(dir, "192.0.2.7")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range kept {
		if read(name) != before[name] {
			t.Errorf("%s was not kept", name)
		}
	}
	for _, name := range renewed {
		if read(name) == before[name] {
			t.Errorf("%s was not made anew", name)
		}
	}

	serving, err := certutil.CertsFromFile(dir.pki("kube-apiserver.crt"))
	if err != nil {
		t.Fatal(err)
	}
	roots := x509.NewCertPool()
	roots.AddCert(credentials.cluster.cert)
	for _, name := range []string{"127.0.0.1", "192.0.2.7", "localhost"} {
		if _, err := serving[0].Verify(x509.VerifyOptions{DNSName: name, Roots: roots}); err != nil {
			t.Errorf("as %s: %v", name, err)
		}
	}
	// The cluster's authority must not open etcd.
	etcdRoots := x509.NewCertPool()
	etcdRoots.AddCert(credentials.etcd.cert)
	if _, err := serving[0].Verify(x509.VerifyOptions{Roots: etcdRoots}); err == nil {
		t.Error("etcd's authority vouches for the API server's certificate")
	}
	entries, err := os.ReadDir(dir.file("pki"))
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range entries {
		if info, err := entry.Info(); err != nil || info.Mode().Perm()&0o077 != 0 {
			t.Errorf("%s can be read by others (%v, %v)", entry.Name(), info.Mode(), err)
		}
	}
}

func TestAuthorityThatEndsSoonIsRefused(t *testing.T) {
	dir, err := openDataDir(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer dir.close()
	a, err := createAuthority(dir, clusterCA, "x")
	if err != nil {
		t.Fatal(err)
	}
	// Its own child, made for a year, stands in for one with little left: both are checked by NotAfter.
	old := *a.cert
	old.NotAfter = time.Now().Add(time.Hour)
	der, err := x509.CreateCertificate(rand.Reader, &old, &old, a.key.Public(), a.key)
	if err != nil {
		t.Fatal(err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	pem, err := certutil.EncodeCertificates(cert)
	if err != nil {
		t.Fatal(err)
	}
	if err := writeFile(dir.pki("ca.crt"), pem); err != nil {
		t.Fatal(err)
	}
	if _, err := loadOrCreateAuthority(dir, clusterCA, "x"); err == nil || !strings.Contains(err.Error(), "remove it and its key") {
		t.Errorf("got %v", err)
	}
}

func TestCheckVersions(t *testing.T) {
	have := map[Component]string{Etcd: "3.6.8", APIServer: "1.36.3", ControllerManager: "1.36.3"}
	for _, test := range []struct {
		had  string
		fits bool
	}{
		{"", true}, {"1.36.3", true}, {"1.36.0", true}, {"1.36.9", true}, {"1.35.0", true}, {"1.35.12", true},
		{"1.34.9", false}, {"1.37.0", false}, {"2.0.0", false}, {"nonsense", false},
	} {
		err := checkVersions(map[Component]string{APIServer: test.had}, have)
		if (err == nil) != test.fits || (err != nil && !errors.Is(err, ErrVersion)) {
			t.Errorf("%q: %v", test.had, err)
		}
	}
}

func TestChoosePort(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	taken := listener.Addr().(*net.TCPAddr).Port
	free, err := freePort("127.0.0.1")
	if err != nil {
		t.Fatal(err)
	}
	var told string
	options := Options{Listen: "127.0.0.1", Progress: func(s string) { told = s }}

	if port, fixed, err := choosePort(options, free); port != free || fixed || err != nil {
		t.Errorf("the last port is free: %d %v %v, want %d", port, fixed, err, free)
	}
	if port, fixed, err := choosePort(options, taken); port == taken || port == 0 || fixed || err != nil {
		t.Errorf("the last port is taken: %d %v %v", port, fixed, err)
	}
	if !strings.Contains(told, fmt.Sprint(taken)) {
		t.Errorf("the change was not told: %q", told)
	}
	options.Port = free
	if port, fixed, err := choosePort(options, taken); port != free || !fixed || err != nil {
		t.Errorf("asked for: %d %v %v", port, fixed, err)
	}
}

func TestDefaultBinDir(t *testing.T) {
	root := t.TempDir()
	root, err := filepath.EvalSymlinks(root)
	if err != nil {
		t.Fatal(err)
	}
	below := filepath.Join(root, "a", "b")
	if err := os.MkdirAll(below, 0o700); err != nil {
		t.Fatal(err)
	}
	t.Chdir(below)
	t.Setenv(AssetsVariable, "")
	if got, want := DefaultBinDir(), filepath.Join(below, "bin", "k8s"); got != want {
		t.Errorf("nothing anywhere: %s, want %s", got, want)
	}
	if err := os.MkdirAll(filepath.Join(root, "bin", "k8s"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(root, "bin", "k8s", string(APIServer)), nil, 0o700); err != nil {
		t.Fatal(err)
	}
	if got, want := DefaultBinDir(), filepath.Join(root, "bin", "k8s"); got != want {
		t.Errorf("above: %s, want %s", got, want)
	}
	t.Setenv(AssetsVariable, "/elsewhere")
	if got := DefaultBinDir(); got != "/elsewhere" {
		t.Errorf("by the variable: %s", got)
	}
}

func TestTail(t *testing.T) {
	path := filepath.Join(t.TempDir(), "log")
	var lines []string
	for i := range 5000 {
		lines = append(lines, fmt.Sprintf("line %d", i))
	}
	if err := os.WriteFile(path, []byte(strings.Join(lines, "\n")+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if got, want := tail(path), strings.Join(lines[len(lines)-tailLines:], "\n"); got != want {
		t.Errorf("got %q", got)
	}
	if got := tail(path + "none"); got != "" {
		t.Errorf("no file: %q", got)
	}
}

func TestChildEnvironment(t *testing.T) {
	got := childEnvironment([]string{"PATH=/bin", "ETCD_NAME=x", "KUBERNETES_SERVICE_HOST=y", "NOTIFY_SOCKET=z", "HOME=/"})
	if want := []string{"PATH=/bin", "HOME=/"}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestLogsOfTwoStartsAreKept(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.log")
	for _, start := range []struct {
		keep bool
		says string
	}{{false, "first "}, {false, "second "}, {false, "third "}, {true, "third again"}} {
		file, err := OpenLog(path, start.keep)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := file.WriteString(start.says); err != nil {
			t.Fatal(err)
		}
		_ = file.Close()
	}
	for name, want := range map[string]string{path: "third third again", path + ".1": "second "} {
		if got, err := os.ReadFile(name); err != nil || string(got) != want {
			t.Errorf("%s: %q, %v; want %q", name, got, err, want)
		}
	}
}
