package gitsync

import (
	"testing"

	authenticationv1 "k8s.io/api/authentication/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/rest"
	"sigs.k8s.io/controller-runtime/pkg/client"

	provostv1 "provost.dev/provost/api/v1alpha1"
	"provost.dev/provost/internal/git/gitsync/gittest"
)

// A GitSync that acts as a ServiceAccount does what that account may do, in its
// own namespace, and only where the manager may act as it.
func TestServiceAccount(t *testing.T) {
	w := newWorld(t)
	manager := w.managerToken()
	w.syncer.As = func(account types.NamespacedName) (client.Client, error) {
		cfg := rest.CopyConfig(manager)
		cfg.Impersonate.UserName = "system:serviceaccount:" + account.Namespace + ":" + account.Name
		return client.New(cfg, client.Options{Scheme: w.env.Scheme, Mapper: w.env.Client.RESTMapper()})
	}
	team := func(text string) string { return "apiVersion: provost.dev/v1alpha1\nkind: Group\n" + text }
	repo := gittest.New(t, gittest.Files{"group.yaml": team("metadata: {name: maths, namespace: team}\nspec: {members: [{name: alice}]}\n")})
	server := repo.Serve(t, nil)
	w.env.Namespace(t, "team", nil)
	w.env.Apply(t, "team", "{apiVersion: v1, kind: Secret, metadata: {name: git}, stringData: {caFile: "+quote(string(server.CA))+"}}")
	as := func(gs *provostv1.GitSync) {
		gs.Namespace, gs.Spec.ServiceAccountName = "team", "access"
		gs.Spec.SecretRef = &provostv1.SecretReference{Name: "git"}
	}
	gs := w.gitSync("access", server.URL, as)

	w.fails(gs, provostv1.ReasonForbidden, "impersonate")
	w.env.Apply(t, "team", `
apiVersion: v1
kind: ServiceAccount
metadata: {name: access}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: act-as-access}
rules: [{apiGroups: [""], resources: [serviceaccounts], resourceNames: [access], verbs: [impersonate]}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: act-as-access}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: act-as-access}
subjects: [{kind: ServiceAccount, name: provost-manager, namespace: provost-system}]
`)
	w.fails(gs, provostv1.ReasonForbidden, "Group")
	w.env.Apply(t, "team", `
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: groups}
rules: [{apiGroups: [provost.dev], resources: [groups], verbs: [get, list, create, patch, delete]}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: groups}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: groups}
subjects: [{kind: ServiceAccount, name: access}]
`)
	w.run(gs)
	w.exists("Group/team/maths")

	// What the account may not do, the manager does not do for it.
	repo.Commit(gittest.Files{"course.yaml": "apiVersion: provost.dev/v1alpha1\nkind: Course\nmetadata: {name: algebra, namespace: " +
		"team}\nspec: {displayName: Algebra}\n"})
	w.fails(gs, provostv1.ReasonForbidden, "Course")
	w.gone("Course/team/algebra")

	for _, tt := range []struct{ name, text, says string }{
		{"another namespace", team("metadata: {name: x, namespace: acme}\nspec: {}\n"), "its own namespace, which is team (R40)"},
		{"no namespace", "apiVersion: provost.dev/v1alpha1\nkind: Person\nmetadata: {name: mallory}\n", "its own namespace, which is team (R40)"},
		{"a namespace", "apiVersion: v1\nkind: Namespace\nmetadata: {name: mine}\n", "its own namespace, which is team (R40)"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			repo.Commit(gittest.Files{"course.yaml": tt.text})
			w.fails(gs, provostv1.ReasonKindRefused, "course.yaml:1", tt.says)
		})
	}
	local := w.gitSync("local", repo.URL(), as)
	w.fails(local, provostv1.ReasonRepositoryNotAllowed, "local disk")
}

// managerToken is a configuration that logs in as the manager's ServiceAccount,
// with its rights and no others.
func (w *world) managerToken() *rest.Config {
	w.Helper()
	w.env.ManagerConfig(w)
	account := &corev1.ServiceAccount{}
	account.Namespace, account.Name = provostv1.SystemNamespace, "provost-manager"
	token := &authenticationv1.TokenRequest{}
	if err := w.env.Client.SubResource("token").Create(w.Context(), account, token); err != nil {
		w.Fatal(err)
	}
	cfg := rest.AnonymousClientConfig(w.env.Config)
	cfg.BearerToken = token.Status.Token
	return cfg
}
