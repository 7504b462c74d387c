package admission_test

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"io"
	"math/big"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/go-logr/logr"
	admissionv1 "k8s.io/api/admission/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/log/zap"
	ctrladmission "sigs.k8s.io/controller-runtime/pkg/webhook/admission"

	"provost.dev/provost/internal/cluster/admission"
	"provost.dev/provost/internal/engine/directory"
	"provost.dev/provost/internal/run/controlplane"
	"provost.dev/provost/internal/run/manager"
	"provost.dev/provost/internal/testing/testenv"
)

// The API server is asked for its certificate and believed; nobody else is,
// whatever certificate it has. The authority can be changed for another one.
func TestOnlyTheAPIServerAsks(t *testing.T) {
	env := testenv.Start(t)
	port, authority := env.WebhookPort(t, 0)
	file := filepath.Join(t.TempDir(), "ca.crt")
	write := func(content []byte) {
		if err := os.WriteFile(file, content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write(authority)
	log := &lines{}
	g := guardAt(t, port, manager.Options{
		Logger:   zap.New(zap.WriteTo(log)),
		Webhooks: admission.Serving{Callers: admission.Callers{CAFile: file, AllowedNames: []string{controlplane.WebhookClientName}}},
	})
	if err := g.hand.Client.Create(t.Context(), object(school()[2])); err != nil {
		t.Errorf("the API server's own question: %v", err)
	}

	ours, theirs := newAuthority(t), newAuthority(t)
	review := reviewOf(t, request(t, "root", object(school()[2]), nil))
	refused := func(what string, certificates ...tls.Certificate) {
		t.Helper()
		for path := range admission.Handlers(env.Scheme, admission.Options{}) {
			if code, body, err := post(g.url+path, review, certificates...); err == nil {
				t.Errorf("%s: %s answers %d %s", what, path, code, body)
			}
		}
	}
	refused("nobody")
	refused("somebody with a certificate of another authority", theirs.client(t, controlplane.WebhookClientName, x509.ExtKeyUsageClientAuth))
	if !strings.Contains(log.String(), "didn't provide a certificate") || !strings.Contains(log.String(), "signed by unknown authority") {
		t.Errorf("the log does not say why:\n%s", log)
	}

	write(ours.pem)
	refused("somebody with another name", ours.client(t, "kubelet", x509.ExtKeyUsageClientAuth))
	refused("a server", ours.client(t, controlplane.WebhookClientName, x509.ExtKeyUsageServerAuth))
	code, body, err := post(g.url+admission.ChangesPath, review, ours.client(t, controlplane.WebhookClientName, x509.ExtKeyUsageClientAuth))
	if err != nil || code != http.StatusOK {
		t.Errorf("with a certificate of the new authority: %d %s %v", code, body, err)
	}
	write(authority) // for the API server, which has yet to clear up
}

// What is wrong with the settings is said at once, and not when somebody asks.
func TestCallersSettings(t *testing.T) {
	env := testenv.Start(t)
	empty := filepath.Join(t.TempDir(), "empty")
	if err := os.WriteFile(empty, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		callers admission.Callers
		want    string
	}{
		{admission.Callers{CAFile: "no-such-file"}, "the authority of the webhooks' callers: open no-such-file"},
		{admission.Callers{CAFile: empty}, "no certificate in " + empty},
		{admission.Callers{AllowedNames: []string{"kube-apiserver"}}, "set --webhook-client-ca-file as well"},
	} {
		_, err := manager.New(env.ManagerConfig(t), manager.Options{
			Logger: logr.Discard(), SkipNameValidation: true, Webhooks: admission.Serving{Port: 1, CertDir: t.TempDir(), Callers: test.callers},
		})
		if err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%+v: %v, want %q", test.callers, err, test.want)
		}
	}
}

// What is no review is one short line in the log, without a stack trace, and of
// many only some are written. Nothing of it ends the process, or is answered as allowed.
func TestMalformedReviews(t *testing.T) {
	log := &lines{}
	g := guardAt(t, freePort(t), manager.Options{Logger: zap.New(zap.WriteTo(log))})
	before := len(log.String())
	noise := strings.Repeat("A", 10_000)
	const review = `"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview"`
	const group = `{"group":"provost.dev","version":"v1alpha1","kind":"Group"}`
	for name, test := range map[string]struct{ method, kind, body string }{
		"nothing":      {http.MethodPost, "application/json", ""},
		"no JSON":      {http.MethodPost, "application/json", "{" + noise},
		"another kind": {http.MethodPost, "application/json", `{"apiVersion":"v1","kind":"Pod"}`},
		"no request":   {http.MethodPost, "application/json", `{` + review + `,"request":null}`},
		"another type": {http.MethodPost, noise, "{}"},
		"an object of none": {http.MethodPost, "application/json", `{` + review + `,"request":{"uid":"1","kind":{"kind":"` + noise +
			`"},"object":{"a":1}}}`},
		"a list": {http.MethodPost, "application/json", `{` + review + `,"request":{"uid":"1","operation":"DELETE","kind":` + group +
			`,"oldObject":[]}}`},
		"deep":       {http.MethodPost, "application/json", strings.Repeat(`{"a":`, 20_000)},
		"a question": {http.MethodGet, "", ""},
		"too long":   {http.MethodPost, "application/json", `{"a":"` + strings.Repeat("A", 8<<20) + `"}`},
	} {
		for path := range admission.Handlers(g.Scheme, admission.Options{}) {
			for range 10 {
				r, err := http.NewRequestWithContext(t.Context(), test.method, g.url+path, strings.NewReader(test.body))
				if err != nil {
					t.Fatal(err)
				}
				r.Header.Set("Content-Type", test.kind)
				_, body, err := ask(r)
				if path == admission.ChangesPath && strings.Contains(body, `"allowed":true`) {
					t.Errorf("%s: %s allows it", name, path)
				}
				if err != nil && name != "too long" { // whose body is not read to its end
					t.Errorf("%s: %s: %v", name, path, err)
				}
			}
		}
	}
	said := log.String()[before:]
	if strings.Contains(said, "stacktrace") || strings.Contains(said, "goroutine") || strings.Contains(said, `"level":"error"`) {
		t.Errorf("stack traces:\n%.2000s", said)
	}
	n := 0
	for text := range strings.Lines(said) {
		if strings.Contains(text, `"logger":"admission"`) {
			n++
		}
		if len(text) > 1000 {
			t.Errorf("a line of %d bytes: %.200s", len(text), text)
		}
	}
	if n == 0 || n > 60 { // ten, and one a second
		t.Errorf("%d lines about 300 malformed reviews", n)
	}
	if len(said) > 64<<10 {
		t.Errorf("%d bytes in all", len(said))
	}
	if err := g.hand.Client.Create(t.Context(), object(school()[2])); err != nil {
		t.Errorf("a question of the API server's after that: %v", err)
	}
}

// guardAt is guard with options, at a port.
func guardAt(t testing.TB, port int, o manager.Options) *guarded {
	t.Helper()
	env := testenv.Start(t)
	g := &guarded{Env: env, hand: as(t, env, admission.ManagerUser, "system:masters"), directory: directory.New()}
	g.hand.Clear(t)
	for _, ns := range []string{"acme", "beta", directory.SystemNamespace} {
		g.Namespace(t, ns, nil)
	}
	g.everybody(t)
	certificate, authority, err := admission.LocalCertificate()
	if err != nil {
		t.Fatal(err)
	}
	g.url = fmt.Sprintf("https://127.0.0.1:%d", port)
	o.Webhooks.Host, o.Webhooks.Port, o.Webhooks.Certificate = "127.0.0.1", port, certificate
	g.run(t, o)
	g.connect(t, authority)
	return g
}

// reviewOf is a request as an API server would send it.
func reviewOf(t testing.TB, r ctrladmission.Request) []byte {
	t.Helper()
	body, err := json.Marshal(&admissionv1.AdmissionReview{
		TypeMeta: metav1.TypeMeta{APIVersion: "admission.k8s.io/v1", Kind: "AdmissionReview"}, Request: &r.AdmissionRequest,
	})
	if err != nil {
		t.Fatal(err)
	}
	return body
}

// post sends a review, and returns what came back.
func post(url string, body []byte, certificates ...tls.Certificate) (code int, answer string, err error) {
	r, err := http.NewRequestWithContext(context.Background(), http.MethodPost, url, bytes.NewReader(body))
	if err != nil {
		return 0, "", err
	}
	r.Header.Set("Content-Type", "application/json")
	return ask(r, certificates...)
}

func ask(r *http.Request, certificates ...tls.Certificate) (code int, answer string, err error) {
	transport := &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true, Certificates: certificates}}
	defer transport.CloseIdleConnections()
	response, err := (&http.Client{Transport: transport}).Do(r)
	if err != nil {
		return 0, "", err
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	return response.StatusCode, string(text), err
}

// testAuthority vouches for clients.
type testAuthority struct {
	certificate *x509.Certificate
	key         *ecdsa.PrivateKey
	pem         []byte
}

func newAuthority(t testing.TB) *testAuthority {
	t.Helper()
	template := &x509.Certificate{
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign, Subject: pkix.Name{CommonName: "authority"},
	}
	certificate, key := issue(t, template, nil)
	return &testAuthority{certificate, key, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: certificate.Raw})}
}

func (a *testAuthority) client(t testing.TB, name string, usage x509.ExtKeyUsage) tls.Certificate {
	t.Helper()
	template := &x509.Certificate{
		Subject: pkix.Name{CommonName: name}, ExtKeyUsage: []x509.ExtKeyUsage{usage}, KeyUsage: x509.KeyUsageDigitalSignature,
	}
	certificate, key := issue(t, template, a)
	return tls.Certificate{Certificate: [][]byte{certificate.Raw}, PrivateKey: key}
}

// issue makes a certificate, by itself or by an authority.
func issue(t testing.TB, template *x509.Certificate, by *testAuthority) (*x509.Certificate, *ecdsa.PrivateKey) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template.SerialNumber = big.NewInt(time.Now().UnixNano())
	template.NotBefore, template.NotAfter = time.Now().Add(-time.Hour), time.Now().Add(time.Hour)
	parent, signer := template, key
	if by != nil {
		parent, signer = by.certificate, by.key
	}
	der, err := x509.CreateCertificate(rand.Reader, template, parent, key.Public(), signer)
	if err != nil {
		t.Fatal(err)
	}
	certificate, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return certificate, key
}

// lines is a log in memory.
type lines struct {
	mu sync.Mutex
	b  strings.Builder
}

// Write implements io.Writer.
func (l *lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

// String is the whole log.
func (l *lines) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}
