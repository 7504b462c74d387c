package e2e

import (
	"bytes"
	"crypto/tls"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"provost.dev/provost/internal/cluster/admission"
	"provost.dev/provost/internal/cluster/audit"
)

// Everything is killed a moment after somebody deleted something: the next start
// tells of it, with the name. What anybody else on the machine posts to the webhooks
// is not read.
func TestTheAuditLogOfAKill(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	u := startUp(t, dir)
	const n = 8
	var names []string
	for i := range n {
		names = append(names, fmt.Sprintf("g%d", i))
	}
	file := filepath.Join(t.TempDir(), "groups.yaml")
	var groups strings.Builder
	for _, name := range names {
		fmt.Fprintf(&groups, "---\n{apiVersion: provost.dev/v1alpha1, kind: Group, metadata: {name: %s, namespace: default}, spec: {}}\n", name)
	}
	if err := os.WriteFile(file, []byte(groups.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	u.kubectl("create", "-f", file)
	u.isAskedByTheAPIServerAlone(t)
	u.kubectl(append([]string{"delete", "groups.provost.dev", "-n", "default", "--wait=false"}, names...)...)
	u.kill()

	u = startUp(t, dir)
	eventually(t, func() string {
		content, err := os.ReadFile(filepath.Join(dir, "audit.log"))
		if err != nil {
			return err.Error()
		}
		by := map[string]string{}
		for text := range bytes.Lines(content) {
			var r audit.Record
			if json.Unmarshal(text, &r) == nil && r.Operation == audit.Delete {
				by[r.Object.Name] = r.Requester + string(r.Unattributed)
			}
		}
		for _, name := range names {
			if by[name] != "provost-admin" {
				return fmt.Sprintf("%s was deleted by provost-admin, and the log says %q", name, by[name])
			}
		}
		return ""
	})
	u.stop()
}

func (u *upProcess) isAskedByTheAPIServerAlone(t *testing.T) {
	t.Helper()
	hooks := &admissionregistrationv1.ValidatingWebhookConfiguration{}
	if err := u.client.Get(t.Context(), client.ObjectKey{Name: admission.ConfigurationName}, hooks); err != nil {
		t.Fatal(err)
	}
	transport := &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}}
	defer transport.CloseIdleConnections()
	for _, hook := range hooks.Webhooks {
		answer, err := (&http.Client{Transport: transport}).Post(*hook.ClientConfig.URL, "application/json", strings.NewReader("{}"))
		if err == nil {
			answer.Body.Close()
			t.Errorf("%s answers whoever asks", hook.Name)
		}
	}
}
