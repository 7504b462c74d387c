package controllers_test

import (
	"bytes"
	"crypto/tls"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	admissionv1 "k8s.io/api/admission/v1"
	authenticationv1 "k8s.io/api/authentication/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/features"
	featuretesting "k8s.io/client-go/features/testing"
	"k8s.io/client-go/rest"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"provost.dev/provost/internal/cluster/admission"
	"provost.dev/provost/internal/cluster/audit"
	"provost.dev/provost/internal/git/gitsync/gittest"
	"provost.dev/provost/internal/run/manager"
	"provost.dev/provost/internal/testing/testenv"
)

// The manager's rights are what it needs and nothing else. It runs with the
// token of its ServiceAccount and the rights that config/default binds to that,
// through a life in which everything happens once. Every request is noted as the
// API server's authorizer sees it: verb, group, resource, and the name where a
// right is for one name.
//
//   - A right that no request took is more than is needed.
//   - A right is needed when a request took it and no other rule grants it: RBAC
//     only ever allows, so without its rule the API server refuses that very
//     request, and whatever it was for fails.
//   - A request that was refused lacks a right, which fails this test. So does
//     taking away any of the rules.
//   - A request that only something wider than a rule allowed, which names its
//     resource and verb, would hide a wildcard.
func TestTheManagersRights(t *testing.T) {
	env := testenv.Start(t)
	env.Clear(t)
	// Another test's would leave some rights without a use.
	env.Delete(t, "provost-system", "{apiVersion: v1, kind: ConfigMap, metadata: {name: provost-audit}}")
	env.Delete(t, "provost-system", "{apiVersion: v1, kind: ConfigMap, metadata: {name: provost-audit-claims}}")
	env.Delete(t, "provost-system", "{apiVersion: v1, kind: ConfigMap, metadata: {name: provost-admission}}")
	env.Delete(t, "provost-system", "{apiVersion: coordination.k8s.io/v1, kind: Lease, metadata: {name: provost-manager}}")
	// An older API server does not send lists by way of a watch.
	featuretesting.SetFeatureDuringTest(t, features.WatchListClient, false)
	granted := installRights(t, env)
	cfg := tokenConfig(t, env)
	used := recordRights(cfg)

	_, text, _ := net.SplitHostPort(freeAddress(t))
	port, err := strconv.Atoi(text)
	if err != nil {
		t.Fatal(err)
	}
	life := &eventful{T: t, env: env, port: port, certificates: t.TempDir()}
	life.configureWebhooks()
	defer life.removeWebhooks()
	r := runOn(t, cfg, func(o *manager.Options) {
		o.LeaderElection, o.GitSyncAllowLocal = true, true
		o.Audit.Path, o.AuditOut = audit.Stdout, &bytes.Buffer{}
		o.Webhooks = admission.Serving{Host: "127.0.0.1", Port: life.port, CertDir: life.certificates, Rotate: true}
	})
	life.certify()
	life.askTheWebhook()
	life.syncs()
	life.isMeddledWith()
	calm(r.writes)
	r.stop()

	for _, twice := range granted.twice {
		t.Errorf("granted by more than one rule, none of which is needed: %s", twice)
	}
	for _, refused := range used.refused() {
		t.Errorf("forbidden: %s", refused)
	}
	for _, right := range granted.without(used) {
		if rare[right] == "" {
			t.Errorf("granted and not used: %s", right)
		}
	}
	for _, right := range used.without(granted) {
		t.Errorf("used, and granted by something wider than it seems: %s", right)
	}
}

// rare are the rights of which no life can be made to have use for, and what they are for.
var rare = map[string]string{
	"patch events.k8s.io/events": "client-go's recorder counts an event up that is told twice of one version of an object",
}

// tokenConfig is a configuration with the manager's own credentials: whoever acts as somebody else cannot act as
// a third one, which the manager does.
func tokenConfig(t *testing.T, env *testenv.Env) *rest.Config {
	t.Helper()
	request := &authenticationv1.TokenRequest{}
	account := &corev1.ServiceAccount{ObjectMeta: metav1.ObjectMeta{Namespace: "provost-system", Name: "provost-manager"}}
	if err := env.Client.SubResource("token").Create(t.Context(), account, request); err != nil {
		t.Fatal(err)
	}
	cfg := rest.AnonymousClientConfig(env.Config)
	cfg.BearerToken = request.Status.Token
	cfg.QPS = -1
	return cfg
}

// eventful is a life in which everything happens.
type eventful struct {
	*testing.T
	env          *testenv.Env
	port         int
	certificates string
}

// configureWebhooks makes configurations for the manager to write its authority into, which ask it nothing.
func (e *eventful) configureWebhooks() {
	e.Helper()
	for _, kind := range []string{"ValidatingWebhookConfiguration", "MutatingWebhookConfiguration"} {
		e.env.Apply(e, "", fmt.Sprintf(`
apiVersion: admissionregistration.k8s.io/v1
kind: %s
metadata: {name: provost}
webhooks:
- name: nothing.provost.dev
  admissionReviewVersions: [v1]
  sideEffects: None
  clientConfig: {url: "https://127.0.0.1:%d/admission/changes"}
  rules: [{apiGroups: [nothing.provost.dev], apiVersions: ["*"], operations: [CREATE], resources: ["*"]}]`, kind, e.port))
	}
}

func (e *eventful) removeWebhooks() {
	e.Helper()
	for _, kind := range []string{"ValidatingWebhookConfiguration", "MutatingWebhookConfiguration"} {
		e.env.Delete(e, "", fmt.Sprintf("{apiVersion: admissionregistration.k8s.io/v1, kind: %s, metadata: {name: provost}}", kind))
	}
}

// certify does as the kubelet: it copies the Secret that the manager fills in into a folder.
func (e *eventful) certify() {
	e.Helper()
	s := &corev1.Secret{}
	eventually(e.T, "the Secret is filled in", func() bool {
		err := e.env.Client.Get(e.Context(), types.NamespacedName{Namespace: "provost-system", Name: admission.SecretName}, s)
		return err == nil && len(s.Data["tls.crt"]) > 0
	})
	for name, content := range s.Data {
		if err := os.WriteFile(filepath.Join(e.certificates, name), content, 0o600); err != nil {
			e.Fatal(err)
		}
	}
}

// askTheWebhook has somebody create a course of his own while there is no Platform to
// say who administers, and the manager delete two.
func (e *eventful) askTheWebhook() {
	e.Helper()
	const somebody = `{kind: Person, metadata: {name: somebody}, spec: {username: somebody}}`
	e.env.Apply(e, "", somebody)
	ask := func(path string, operation admissionv1.Operation, user, uid string) {
		e.Helper()
		object := runtime.RawExtension{Raw: fmt.Appendf(nil,
			`{"apiVersion":"provost.dev/v1alpha1","kind":"Course","metadata":{"namespace":"nowhere",`+
				`"name":"c","uid":%q,"resourceVersion":"1"},"spec":{"ownership":"Private","owner":"somebody"}}`, uid)}
		r := &admissionv1.AdmissionRequest{
			UID: "1", Operation: operation, Namespace: "nowhere", Name: "c", Object: object,
			Kind:     metav1.GroupVersionKind{Group: "provost.dev", Version: "v1alpha1", Kind: "Course"},
			Resource: metav1.GroupVersionResource{Group: "provost.dev", Version: "v1alpha1", Resource: "courses"},
			UserInfo: authenticationv1.UserInfo{Username: user},
		}
		if operation == admissionv1.Delete {
			r.Object, r.OldObject = r.OldObject, r.Object
		}
		e.post(path, r)
	}
	ask(admission.ChangesPath, admissionv1.Create, "somebody", "")
	ask(admission.DeletesPath, admissionv1.Delete, admission.ManagerUser, "1")
	ask(admission.DeletesPath, admissionv1.Delete, admission.ManagerUser, "2")
	e.env.Delete(e, "", somebody)
}

// post asks the webhook until it answers.
func (e *eventful) post(path string, r *admissionv1.AdmissionRequest) {
	e.Helper()
	review := &admissionv1.AdmissionReview{TypeMeta: metav1.TypeMeta{APIVersion: "admission.k8s.io/v1", Kind: "AdmissionReview"}, Request: r}
	body, err := json.Marshal(review)
	if err != nil {
		e.Fatal(err)
	}
	transport := &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true, MinVersion: tls.VersionTLS13}}
	caller := &http.Client{Transport: transport}
	defer transport.CloseIdleConnections()
	eventually(e.T, "the webhook allows it", func() bool {
		answer, err := caller.Post(fmt.Sprintf("https://127.0.0.1:%d%s", e.port, path), "application/json", bytes.NewReader(body))
		if err != nil {
			return false
		}
		defer func() { _ = answer.Body.Close() }()
		said := &admissionv1.AdmissionReview{}
		return json.NewDecoder(answer.Body).Decode(said) == nil && said.Response != nil && said.Response.Allowed
	})
}

// syncs follows a repository with one object of each kind, which it then gives up.
func (e *eventful) syncs() {
	e.Helper()
	samples, err := filepath.Glob("../../config/samples/provost_*.yaml")
	if err != nil || len(samples) == 0 {
		e.Fatal(samples, err)
	}
	samples = append(samples, "../../config/samples/namespace.yaml")
	files := gittest.Files{"sync.yaml": "apiVersion: provost.dev/v1alpha1\nkind: GitSync\nmetadata: {name: other, namespace: acme}\nspec: " +
		"{url: \"https://127.0.0.1:1/x.git\", suspend: true}\n"}
	gone := gittest.Files{"sync.yaml": "", "left.yaml": "apiVersion: v1\nkind: Namespace\nmetadata: {name: left}\n"}
	for _, s := range samples {
		content, err := os.ReadFile(s)
		if err != nil {
			e.Fatal(err)
		}
		if strings.Contains(s, "gitsync") {
			continue
		}
		files[filepath.Base(s)], gone[filepath.Base(s)] = string(content), ""
	}
	w := &gitWorld{T: e.T, env: e.env, repo: gittest.New(e.T, files)}
	e.env.Namespace(e, home, nil)
	w.apply(", prune: true")
	w.is("Ready=True/Succeeded")
	e.env.Expect(e, "Platform/platform Ready=True/Succeeded")
	w.repo.Commit(gone)
	w.ask()
	w.is("Ready=True/Succeeded")
	e.env.Expect(e, "Platform/platform absent")
	e.env.Delete(e, home, "{kind: GitSync, metadata: {name: access}}")
	e.env.Expect(e, "GitSync/provost-system/access absent")
}

// isMeddledWith deletes and alters what is the manager's own, and a namespace.
func (e *eventful) isMeddledWith() {
	e.Helper()
	e.env.Namespace(e, "acme", nil)
	e.env.Apply(e, "acme", lineage)
	e.env.Apply(e, "acme", crowd(1))
	e.env.Expect(e, "EffectivePermissions/acme/p000 entityCount=1")
	e.env.Delete(e, "acme", "{kind: EffectivePermissions, metadata: {name: p000}}")
	e.env.Expect(e, "EffectivePermissions/acme/p000 entityCount=1")
	e.env.Delete(e, "provost-system", "{kind: Role, metadata: {name: task-owner}}")
	e.env.Expect(e, "Role/provost-system/task-owner Ready=True/Succeeded")
	patch := client.RawPatch(types.MergePatchType, []byte(`{"spec":{"displayName":"Altered"}}`))
	for _, o := range e.env.Objects(e, "provost-system", "{kind: Role, metadata: {name: course-student}}") {
		if err := e.env.Client.Patch(e.Context(), o, patch); err != nil {
			e.Fatal(err)
		}
	}
	e.env.Apply(e, "provost-system",
		`{kind: Role, metadata: {name: course-former}, spec: {level: Course, type: System, permissions: [view_course]}}`)
	e.env.Expect(e, "Role/provost-system/course-former absent")
	e.env.Apply(e, "acme", `{kind: Group, metadata: {name: all}, spec: {}}`)
	e.env.Expect(e, "EffectivePermissions/acme/p000 absent")
	e.env.Namespace(e, "partner", nil)
	e.env.Apply(e, "partner", crowd(1))
	e.env.Expect(e, "EffectivePermissions/partner/p000 entityCount=1")
	e.env.Delete(e, "acme", lineage)
	e.env.Expect(e, "Organisation/acme/acme absent")
}
