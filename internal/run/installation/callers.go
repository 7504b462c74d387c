package installation

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"fmt"
	"net/http"
	"strings"
	"time"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"provost.dev/provost/internal/cluster/admission"
	"provost.dev/provost/internal/engine/directory"
)

// callers looks at whether the webhooks know who asks them. Where they are served
// at a URL, they are asked by somebody who shows nothing; behind a Service, which
// cannot be reached from everywhere, the Deployment says what they demand. Whether
// the API server has what they demand, the check of the webhooks says, which it asks.
func (c *Checker) callers(ctx context.Context) {
	o, err := c.get(ctx, guards[0], "", admission.ConfigurationName)
	if err != nil || o == nil {
		return // the check of the webhooks has said so
	}
	hooks, _, _ := unstructured.NestedSlice(o.Object, "webhooks")
	for _, h := range hooks {
		hook, _ := h.(map[string]any)
		if url, _, _ := unstructured.NestedString(hook, "clientConfig", "url"); url != "" {
			bundle, _, _ := unstructured.NestedString(hook, "clientConfig", "caBundle")
			c.stranger(ctx, url, bundle)
			return
		}
	}
	d, err := c.get(ctx, workloads[0], directory.SystemNamespace, managerName)
	switch {
	case err != nil:
		c.failed("callers", err)
	case d == nil:
		c.say("callers", Note, "no Deployment %s: whether the webhooks demand the API server's certificate is not known", managerName)
	default:
		authority := argument(d, "--webhook-client-ca-file")
		if authority == "" {
			c.say("callers", Note, "whoever reaches the webhooks may ask them: the manager runs without --webhook-client-ca-file")
			return
		}
		whose := "anybody's of that authority"
		if names := argument(d, "--webhook-client-allowed-names"); names != "" {
			whose = names
		}
		c.say("callers", OK, "the webhooks demand a client certificate by %s (%s)", authority, whose)
	}
}

// asking is how long a stranger waits for an answer.
const asking = 5 * time.Second

// stranger asks the webhooks at a URL without showing a certificate.
func (c *Checker) stranger(ctx context.Context, url, bundle string) {
	ctx, cancel := context.WithTimeout(ctx, asking)
	defer cancel()
	roots := x509.NewCertPool()
	pem, err := base64.StdEncoding.DecodeString(bundle)
	if err != nil || !roots.AppendCertsFromPEM(pem) {
		return // the check of the webhooks has said so
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, url, http.NoBody)
	if err != nil {
		c.say("callers", Note, "%v", err)
		return
	}
	transport := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS12}}
	defer transport.CloseIdleConnections()
	answer, err := transport.RoundTrip(r)
	switch {
	case err == nil:
		_ = answer.Body.Close()
		c.say("callers", Note, "whoever reaches %s may ask the webhooks", url)
	case strings.Contains(err.Error(), "certificate required"):
		c.say("callers", OK, "the webhooks demand a client certificate")
	default:
		c.say("callers", Note, "the webhooks cannot be reached from here, so that whether they demand a certificate is not known: %v", err)
	}
}

// argument is the value of a flag of the manager's; empty where it has none.
func argument(deployment *unstructured.Unstructured, flag string) string {
	containers, _, _ := unstructured.NestedSlice(deployment.Object, "spec", "template", "spec", "containers")
	value := ""
	for _, x := range containers {
		container, _ := x.(map[string]any)
		args, _, _ := unstructured.NestedStringSlice(container, "args")
		for i, a := range args {
			if v, ok := strings.CutPrefix(a, flag+"="); ok {
				value = v
			} else if a == flag && i+1 < len(args) {
				value = args[i+1]
			}
		}
	}
	return value
}

// nowhere is the address that config/network-policy has until somebody says where the API server is.
const nowhere = "192.0.2.1/32"

// network looks at whom the NetworkPolicy lets ask the webhooks.
func (c *Checker) network(ctx context.Context) {
	p, err := c.get(ctx, kindOf("networking.k8s.io", "v1", "NetworkPolicy"), directory.SystemNamespace, managerName)
	if err != nil {
		c.failed("network", err)
		return
	}
	if p == nil {
		return // there need not be one
	}
	rules, _, _ := unstructured.NestedSlice(p.Object, "spec", "ingress")
	for _, x := range rules {
		rule, _ := x.(map[string]any)
		ports, _, _ := unstructured.NestedSlice(rule, "ports")
		if !strings.Contains(fmt.Sprint(ports), "port:webhooks") {
			continue
		}
		from, _, _ := unstructured.NestedSlice(rule, "from")
		switch {
		case len(from) == 0:
			c.say("network", Note, "the NetworkPolicy %s lets every pod ask the webhooks", managerName)
		case strings.Contains(fmt.Sprint(from), nowhere):
			c.say("network", Note,
				"the NetworkPolicy %s does not say where the API server is: set its addresses in config/network-policy/api_server.yaml", managerName)
		default:
			c.say("network", OK, "the NetworkPolicy %s says who may ask the webhooks", managerName)
		}
	}
}
