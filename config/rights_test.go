package config_test

import (
	"bytes"
	"context"
	"crypto/tls"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/rest"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/yaml"

	"provost.dev/provost/api/v1alpha1"
	"provost.dev/provost/internal/admission"
	"provost.dev/provost/internal/audit"
	"provost.dev/provost/internal/gitsync/gittest"
	"provost.dev/provost/internal/manager"
)

// unexercised are rights that a life as short as this test's has no need of.
var unexercised = map[right]string{
	{"events.k8s.io", "events", "patch"}:           "an event that comes again within minutes is counted, not created anew",
	{"provost.dev", "effectivepermissions", "get"}: "a conflict with what another leader wrote has the object read anew",
}

// needless says that a right is of no use to anybody.
func needless(used map[right]bool, r right) bool {
	watches := r
	watches.verb = "watch" // API servers that cannot stream what there is are asked for a list
	return !used[r] && unexercised[r] == "" && (r.verb != "list" || !used[watches])
}

// TestManagerUsesItsRights has the manager do everything that it does, once: all
// that it asks the API server for is allowed, and all that its rules allow is
// asked for. A rule less, and something fails; nothing is granted beyond.
func TestManagerUsesItsRights(t *testing.T) {
	plane, c, objects := install(t)
	silence(t, c) // asked directly below: there is no Service here
	cfg, err := plane.ServiceAccountConfig(t.Context(), systemNamespace, "provost-manager", time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	seen := &witness{rights: map[right]bool{}}
	cfg.Wrap(func(next http.RoundTripper) http.RoundTripper { return seen.watch(next) })
	live(t, c, plane.RESTConfig(), cfg)

	seen.mu.Lock()
	defer seen.mu.Unlock()
	for _, refusal := range seen.refused {
		t.Errorf("the manager may not %s", refusal)
	}
	granted := map[right]bool{}
	for _, rule := range rulesOf(t, objects) {
		for _, group := range rule.APIGroups {
			for _, resource := range rule.Resources {
				for _, verb := range rule.Verbs {
					granted[right{group, resource, verb}] = true
				}
			}
		}
	}
	for r := range granted {
		if needless(seen.rights, r) {
			t.Errorf("the manager may %s, and never does", r)
		}
	}
}

// silence has the API server ask no webhook, and keeps the configurations, which
// the manager looks after.
func silence(t *testing.T, c client.Client) {
	t.Helper()
	for _, hooks := range []client.Object{&admissionregistrationv1.ValidatingWebhookConfiguration{}, &admissionregistrationv1.MutatingWebhookConfiguration{}} {
		if err := c.Get(t.Context(), client.ObjectKey{Name: admission.ConfigurationName}, hooks); err != nil {
			t.Fatal(err)
		}
		switch h := hooks.(type) {
		case *admissionregistrationv1.ValidatingWebhookConfiguration:
			for i := range h.Webhooks {
				h.Webhooks[i].Rules = nil
			}
		case *admissionregistrationv1.MutatingWebhookConfiguration:
			for i := range h.Webhooks {
				h.Webhooks[i].Rules = nil
			}
		}
		if err := c.Update(t.Context(), hooks); err != nil {
			t.Fatal(err)
		}
	}
	eventually(t, "nothing is asked any more", func(ctx context.Context) (bool, error) {
		return c.Create(ctx, &v1alpha1.Person{ObjectMeta: metav1.ObjectMeta{Name: "probe"}}, client.DryRunAll) == nil, nil
	})
}

// rulesOf are the rules of every role that the installation gives the manager.
func rulesOf(t *testing.T, objects []object) []rbacv1.PolicyRule {
	t.Helper()
	var out []rbacv1.PolicyRule
	for _, o := range objects {
		if !slices.Contains([]string{"RoleBinding", "ClusterRoleBinding"}, o.kind()) || !slices.Contains(at(o, "subjects.name"), "provost-manager") ||
			!strings.HasPrefix(at(o, "roleRef.apiGroup")[0], rbacv1.GroupName) {
			continue
		}
		content, err := yaml.Marshal(find(t, objects, at(o, "roleRef.kind")[0], at(o, "roleRef.name")[0]))
		if err != nil {
			t.Fatal(err)
		}
		var role rbacv1.ClusterRole
		if err := yaml.Unmarshal(content, &role); err != nil {
			t.Fatal(err)
		}
		out = append(out, role.Rules...)
	}
	return out
}

// live runs the manager through all that happens to it.
func live(t *testing.T, c client.Client, admin, own *rest.Config) {
	t.Helper()
	inItsName := rest.CopyConfig(admin)
	inItsName.Impersonate = rest.ImpersonationConfig{UserName: managerAccount, Groups: []string{"system:masters"}}
	hand, err := client.New(inItsName, client.Options{Scheme: c.Scheme()})
	if err != nil {
		t.Fatal(err)
	}
	// System roles of an older release: one has changed since, one is gone.
	for _, name := range []string{"course-instructor", "course-abolished"} {
		role := &v1alpha1.Role{ObjectMeta: metav1.ObjectMeta{Namespace: systemNamespace, Name: name}}
		role.Spec = v1alpha1.RoleSpec{Level: "Course", Type: v1alpha1.RoleTypeSystem, Permissions: []v1alpha1.Permission{}}
		if err := hand.Create(t.Context(), role); err != nil {
			t.Fatal(err)
		}
	}
	dir, port := t.TempDir(), freePort(t)
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() {
		done <- manager.Run(ctx, own, manager.Options{
			LeaderElection: true, LeaderElectionNamespace: systemNamespace, GitSyncAllowLocal: true, SkipNameValidation: true,
			Audit:    audit.Options{Path: filepath.Join(t.TempDir(), "audit.log")},
			Webhooks: admission.Serving{Host: "127.0.0.1", Port: port, CertDir: dir, Rotate: true},
		})
	}()
	defer func() {
		stop()
		if err := <-done; err != nil {
			t.Error(err)
		}
	}()
	mount(t, c, dir)
	ask(t, port) // who administers, while there is no Platform

	files := gittest.Files{}
	for _, o := range build(t, "samples") {
		if o.kind() == "GitSync" { // of a repository far away
			o["spec"].(map[string]any)["suspend"] = true
		}
		if group, _, _ := strings.Cut(o["apiVersion"].(string), "/"); group == "provost.dev" || o.kind() == "Namespace" {
			files[strings.ToLower(o.kind()+"-"+o.name())+".yaml"] = manifest(t, o)
		}
	}
	repo := gittest.New(t, files)
	gs := &v1alpha1.GitSync{ObjectMeta: metav1.ObjectMeta{Namespace: systemNamespace, Name: "all"}}
	gs.Spec.URL = repo.URL()
	if err := c.Create(t.Context(), gs); err != nil {
		t.Fatal(err)
	}
	applied := func(what string) {
		t.Helper()
		patch := client.RawPatch("application/merge-patch+json", fmt.Appendf(nil, `{"metadata":{"annotations":{%q:%q}}}`, v1alpha1.RequestedAtAnnotation, what))
		if err := c.Patch(t.Context(), gs, patch); err != nil {
			t.Fatal(err)
		}
		eventually(t, what, func(ctx context.Context) (bool, error) {
			err := c.Get(ctx, client.ObjectKeyFromObject(gs), gs)
			return gs.Status.LastHandledReconcileAt == what && len(gs.Status.Conditions) == 1, err
		})
	}
	applied("everything is applied")
	eventually(t, "somebody has access", func(ctx context.Context) (bool, error) {
		list := &v1alpha1.EffectivePermissionsList{}
		err := c.List(ctx, list)
		return len(list.Items) > 0, err
	})
	less := gittest.Files{}
	for name := range files {
		if strings.HasPrefix(name, "rolebinding-") {
			less[name] = ""
		}
	}
	repo.Commit(less)
	applied("something is taken away")
	none := gittest.Files{"nothing.yaml": "# nothing\n"}
	for name := range files {
		if _, gone := less[name]; !gone {
			none[name] = ""
		}
	}
	repo.Commit(none)
	applied("everything is pruned")
	eventually(t, "nobody has access", func(ctx context.Context) (bool, error) {
		list := &v1alpha1.EffectivePermissionsList{}
		err := c.List(ctx, list)
		return len(list.Items) == 0, err
	})
	if err := c.Delete(t.Context(), &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: "acme"}}); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the audit log knows that the namespace has gone", func(ctx context.Context) (bool, error) {
		ledger := &corev1.ConfigMap{}
		err := c.Get(ctx, client.ObjectKey{Namespace: systemNamespace, Name: "provost-audit"}, ledger)
		return ledger.Data["acme"] == "", err
	})
}

func manifest(t *testing.T, o object) string {
	t.Helper()
	content, err := yaml.Marshal(o)
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}

func freePort(t *testing.T) int {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port
}

// mount does what the kubelet does: it copies the Secret into a folder.
func mount(t *testing.T, c client.Client, dir string) {
	t.Helper()
	secret := &corev1.Secret{}
	eventually(t, "the manager makes its certificate", func(ctx context.Context) (bool, error) {
		err := c.Get(ctx, client.ObjectKey{Namespace: systemNamespace, Name: admission.SecretName}, secret)
		return len(secret.Data["tls.crt"]) > 0, err
	})
	for name, content := range secret.Data {
		if err := os.WriteFile(filepath.Join(dir, name), content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// ask asks the webhooks as an API server does.
func ask(t *testing.T, port int) {
	t.Helper()
	const review = `{"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","request":{"uid":"1","operation":"CREATE","name":"bob",
		"kind":{"group":"provost.dev","version":"v1alpha1","kind":"Person"},"resource":{"group":"provost.dev","version":"v1alpha1","resource":"people"},
		"userInfo":{"username":"somebody"},"object":{"apiVersion":"provost.dev/v1alpha1","kind":"Person","metadata":{"name":"bob"}}}}`
	insecure := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}}}
	eventually(t, "the webhooks answer", func(context.Context) (bool, error) {
		r, err := insecure.Post(fmt.Sprintf("https://127.0.0.1:%d%s", port, admission.ChangesPath), "application/json", strings.NewReader(review))
		if err != nil {
			return false, nil
		}
		defer r.Body.Close()
		var answer bytes.Buffer
		_, err = answer.ReadFrom(r.Body)
		return strings.Contains(answer.String(), "while there is no Platform"), err
	})
}
