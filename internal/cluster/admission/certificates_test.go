package admission_test

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"provost.dev/provost/internal/cluster/admission"
	"provost.dev/provost/internal/engine/directory"
	"provost.dev/provost/internal/run/manager"
	"provost.dev/provost/internal/testing/testenv"
)

// TestCertificates has the manager make its own certificates, with the rights
// that config/webhook gives it, and make them anew when they are lost. What the
// kubelet does, copying the Secret into a folder, is done here by hand.
func TestCertificates(t *testing.T) {
	env := testenv.Start(t)
	g := &guarded{Env: env, hand: as(t, env, admission.ManagerUser, "system:masters"), directory: directory.New()}
	g.hand.Clear(t)
	g.Namespace(t, directory.SystemNamespace, nil)
	for _, name := range []string{"configuration", "trail", "certificate"} {
		content, err := os.ReadFile(filepath.Join("..", "..", "..", "config", "webhook", name+".yaml"))
		if err != nil {
			t.Fatal(err)
		}
		g.Apply(t, "", string(content))
	}
	for _, hooks := range []client.Object{&admissionregistrationv1.ValidatingWebhookConfiguration{},
		&admissionregistrationv1.MutatingWebhookConfiguration{}} {
		hooks.SetName(admission.ConfigurationName)
		t.Cleanup(func() {
			if err := g.Client.Delete(context.Background(), hooks); err != nil {
				t.Error(err)
			}
		})
	}

	port, dir := freePort(t), t.TempDir()
	g.run(t, manager.Options{Webhooks: admission.Serving{Host: "127.0.0.1", Port: port, CertDir: dir, Rotate: true}})
	first := g.certificate(t, nil)
	mount(t, dir, first)
	eventually(t, "the server shows a certificate that the webhook configuration vouches for", func() bool { return g.vouched(t, port) })

	lost := first.DeepCopy()
	lost.Data = nil
	if err := g.Client.Update(t.Context(), lost); err != nil {
		t.Fatal(err)
	}
	second := g.certificate(t, first.Data["tls.crt"])
	mount(t, dir, second)
	eventually(t, "the server shows the new certificate, and the configuration vouches for it", func() bool { return g.vouched(t, port) })
}

// certificate waits for a Secret that is filled in, with another certificate than the one before.
func (g *guarded) certificate(t testing.TB, before []byte) *corev1.Secret {
	t.Helper()
	s := &corev1.Secret{}
	eventually(t, "the Secret is filled in", func() bool {
		err := g.Client.Get(t.Context(), client.ObjectKey{Namespace: directory.SystemNamespace, Name: admission.SecretName}, s)
		return err == nil && len(s.Data["tls.crt"]) > 0 && len(s.Data["ca.crt"]) > 0 && !bytes.Equal(s.Data["tls.crt"], before)
	})
	return s
}

func mount(t testing.TB, dir string, s *corev1.Secret) {
	t.Helper()
	for name, content := range s.Data {
		if err := os.WriteFile(filepath.Join(dir, name), content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// vouched says whether the certificate that the server shows is good for the
// Service's name by the authority in the webhook configurations.
func (g *guarded) vouched(t testing.TB, port int) bool {
	t.Helper()
	key := client.ObjectKey{Name: admission.ConfigurationName}
	var changes admissionregistrationv1.ValidatingWebhookConfiguration
	var trail admissionregistrationv1.MutatingWebhookConfiguration
	if err := errors.Join(g.Client.Get(t.Context(), key, &changes), g.Client.Get(t.Context(), key, &trail)); err != nil {
		t.Fatal(err)
	}
	var configs []admissionregistrationv1.WebhookClientConfig
	for i := range changes.Webhooks {
		configs = append(configs, changes.Webhooks[i].ClientConfig)
	}
	for i := range trail.Webhooks {
		configs = append(configs, trail.Webhooks[i].ClientConfig)
	}
	for _, config := range configs {
		pool := x509.NewCertPool()
		if !pool.AppendCertsFromPEM(config.CABundle) {
			return false
		}
		c, err := tls.Dial("tcp", fmt.Sprintf("127.0.0.1:%d", port),
			&tls.Config{RootCAs: pool, ServerName: "provost-webhooks.provost-system.svc"})
		if err != nil {
			return false
		}
		c.Close()
	}
	return len(changes.Webhooks) > 0 && len(trail.Webhooks) > 0
}
