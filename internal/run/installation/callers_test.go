package installation

import (
	"crypto/tls"
	"encoding/base64"
	"encoding/pem"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/client-go/kubernetes/scheme"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/client/fake"
	"sigs.k8s.io/yaml"
)

const service = `
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingWebhookConfiguration
metadata: {name: provost}
webhooks: [{name: changes.provost.dev, clientConfig: {service: {name: provost-webhooks, namespace: provost-system}, caBundle: eA==}}]`

// managerWith is a Deployment whose manager has these arguments.
func managerWith(args string) string {
	return `
apiVersion: apps/v1
kind: Deployment
metadata: {name: provost-manager, namespace: provost-system}
spec: {template: {spec: {containers: [{name: other, args: [--webhook-port=1]}, {name: manager, args: [manager, ` + args + `]}]}}}`
}

func policyFrom(from string) string {
	return `
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: provost-manager, namespace: provost-system}
spec: {ingress: [{ports: [{port: metrics}]}, {ports: [{port: webhooks}], ` + from + `}]}`
}

// What is said of who may ask the webhooks follows from what demands it.
func TestCallers(t *testing.T) {
	for _, test := range []struct {
		what    string
		objects []string
		want    string
	}{
		{"no webhooks", nil, ""},
		{"no manager", []string{service},
			"callers note no Deployment provost-manager: whether the webhooks demand the API server's certificate is not known"},
		{"nothing demanded", []string{service, managerWith("--webhook-port=9443")},
			"callers note whoever reaches the webhooks may ask them: the manager runs without --webhook-client-ca-file"},
		{"an empty authority", []string{service, managerWith("--webhook-client-ca-file=")},
			"callers note whoever reaches the webhooks may ask them: the manager runs without --webhook-client-ca-file"},
		{"a certificate", []string{service, managerWith("--webhook-client-ca-file, /ca.crt")},
			"callers ok the webhooks demand a client certificate by /ca.crt (anybody's of that authority)"},
		{"a certificate with a name", []string{service, managerWith("--webhook-client-ca-file=/ca.crt, --webhook-client-allowed-names=api")},
			"callers ok the webhooks demand a client certificate by /ca.crt (api)"},
		{"a network that lets all in", []string{policyFrom("from: []")},
			"network note the NetworkPolicy provost-manager lets every pod ask the webhooks"},
		{"a network as shipped", []string{policyFrom("from: [{ipBlock: {cidr: 192.0.2.1/32}}]")},
			"network note the NetworkPolicy provost-manager does not say where the API server is: set its addresses in " +
				"config/network-policy/api_server.yaml"},
		{"a network", []string{policyFrom("from: [{ipBlock: {cidr: 198.51.100.7/32}}]")},
			"network ok the NetworkPolicy provost-manager says who may ask the webhooks"},
	} {
		if got := said(t, test.objects...); got != test.want {
			t.Errorf("%s: %q, want %q", test.what, got, test.want)
		}
	}
}

// Webhooks at a URL are asked by somebody who shows nothing.
func TestCallersAtAURL(t *testing.T) {
	for _, test := range []struct {
		what string
		auth tls.ClientAuthType
		want string
	}{
		{"nothing demanded", tls.NoClientCert, "callers note whoever reaches URL may ask the webhooks"},
		{"a certificate demanded", tls.RequireAnyClientCert, "callers ok the webhooks demand a client certificate"},
	} {
		server := httptest.NewUnstartedServer(http.NotFoundHandler())
		server.TLS = &tls.Config{ClientAuth: test.auth, MinVersion: tls.VersionTLS13}
		server.StartTLS()
		bundle := base64.StdEncoding.EncodeToString(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw}))
		hooks := fmt.Sprintf(`
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingWebhookConfiguration
metadata: {name: provost}
webhooks: [{name: changes.provost.dev, clientConfig: {url: %q, caBundle: %q}}]`, server.URL, bundle)
		if got := strings.ReplaceAll(said(t, hooks), server.URL, "URL"); got != test.want {
			t.Errorf("%s: %q, want %q", test.what, got, test.want)
		}
		server.Close()
		if got := said(t, hooks); !strings.HasPrefix(got, "callers note the webhooks cannot be reached from here") {
			t.Errorf("nobody listens: %q", got)
		}
	}
}

// said is what the two checks say of a cluster with these objects.
func said(t *testing.T, objects ...string) string {
	t.Helper()
	var there []client.Object
	for _, text := range objects {
		u := &unstructured.Unstructured{}
		if err := yaml.Unmarshal([]byte(text), u); err != nil {
			t.Fatal(err)
		}
		there = append(there, u)
	}
	c := &Checker{Client: fake.NewClientBuilder().WithScheme(scheme.Scheme).WithObjects(there...).Build()}
	c.callers(t.Context())
	c.network(t.Context())
	var out []string
	for _, l := range c.lines {
		out = append(out, l.Check+" "+string(l.Status)+" "+l.Message)
	}
	return strings.Join(out, "\n")
}
