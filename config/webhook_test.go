package config_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// TestCertManager holds the variant for cert-manager to what it says: the
// manager makes no certificate, and somebody else announces one.
func TestCertManager(t *testing.T) {
	objects := build(t, "cert-manager")
	if args := at(find(t, objects, "Deployment", "provost-manager"), "spec.template.spec.containers.args"); !slices.Contains(args,
		"--webhook-cert-rotation=false") {
		t.Errorf("the manager's arguments: %q", args)
	}
	for _, kind := range []string{"ValidatingWebhookConfiguration", "MutatingWebhookConfiguration"} {
		hooks := find(t, objects, kind, "provost")
		// The annotation's key has dots in it, which a path cannot have.
		annotations, _ := hooks["metadata"].(map[string]any)["annotations"].(map[string]any)
		if annotations["cert-manager.io/inject-ca-from"] != "provost-system/provost-webhooks" {
			t.Errorf("the annotations of the %s: %v", kind, annotations)
		}
	}
	if got, want := at(find(t, objects, "Certificate", "provost-webhooks"), "spec.secretName"),
		at(find(t, objects, "Deployment", "provost-manager"), "spec.template.spec.volumes.secret.secretName"); !slices.Equal(got, want) {
		t.Errorf("the Certificate goes into %q, and the Deployment mounts %q", got, want)
	}
	for _, o := range objects {
		if o.kind() == "Secret" || o.name() == "provost-webhook-certificates" {
			t.Errorf("%s %s is of no use", o.kind(), o.name())
		}
	}
}

// TestClientCertificate holds the component to what it says, with either variant: the
// manager demands a certificate by a file that is mounted.
func TestClientCertificate(t *testing.T) {
	for _, variant := range []string{"default", "cert-manager"} {
		d := find(t, build(t, overlay(t, variant, "client-certificate")), "Deployment", "provost-manager")
		args := at(d, "spec.template.spec.containers.args")
		want := []string{"--webhook-client-ca-file=/etc/provost/webhook-clients/ca.crt", "--webhook-client-allowed-names=kube-apiserver-webhooks"}
		if !slices.Equal(args[len(args)-2:], want) {
			t.Errorf("%s: the manager's arguments: %q", variant, args)
		}
		if got := at(d, "spec.template.spec.containers.volumeMounts.mountPath"); !slices.Contains(got, "/etc/provost/webhook-clients") {
			t.Errorf("%s: mounted at %q", variant, got)
		}
		if got := at(d, "spec.template.spec.volumes.configMap.name"); !slices.Equal(got, []string{"provost-webhook-client-ca"}) {
			t.Errorf("%s: mounted from %q", variant, got)
		}
	}
}

// overlay is a kustomization of one's own with a resource and a component of these, by its directory.
func overlay(t *testing.T, resource, component string) string {
	t.Helper()
	dir := t.TempDir()
	here, err := filepath.Abs(".")
	if err != nil {
		t.Fatal(err)
	}
	up, err := filepath.Rel(dir, here)
	if err != nil {
		t.Fatal(err)
	}
	content := "resources:\n  - " + filepath.Join(up, resource) + "\ncomponents:\n  - " + filepath.Join(up, component) + "\n"
	if err := os.WriteFile(filepath.Join(dir, "kustomization.yaml"), []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return dir
}

// TestNetworkPolicy lets nobody ask the webhooks but whom api_server.yaml names: as
// shipped, an address that nobody has.
func TestNetworkPolicy(t *testing.T) {
	rules := find(t, build(t, "default"), "NetworkPolicy", "provost-manager")["spec"].(map[string]any)["ingress"].([]any)
	seen := false
	for _, rule := range rules {
		if !slices.Contains(at(rule, "ports.port"), "webhooks") {
			continue
		}
		seen = true
		if got := at(rule, "from.ipBlock.cidr"); !slices.Equal(got, []string{"192.0.2.1/32"}) {
			t.Errorf("the webhooks are open to %v", rule)
		}
	}
	if !seen {
		t.Error("no rule speaks of the webhooks")
	}
	content, err := os.ReadFile(filepath.Join("network-policy", "api_server.yaml"))
	if err != nil || !strings.Contains(string(content), "192.0.2.1/32") {
		t.Errorf("%v: %s", err, content)
	}
}
