package config_test

import (
	"slices"
	"testing"
)

// TestCertManager holds the variant for cert-manager to what it says: the
// manager makes no certificate, and somebody else announces one.
func TestCertManager(t *testing.T) {
	objects := build(t, "cert-manager")
	if args := at(find(t, objects, "Deployment", "provost-manager"), "spec.template.spec.containers.args"); !slices.Contains(args, "--webhook-cert-rotation=false") {
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
