package admission_test

import (
	"strings"
	"testing"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/controller-runtime/pkg/client"

	provostv1 "provost.dev/provost/api/v1alpha1"
	"provost.dev/provost/internal/engine/directory"
	"provost.dev/provost/internal/testing/testenv"
)

// TestLockout has those who are trusted apply a Platform that does not name them.
func TestLockout(t *testing.T) {
	g := guard(t)
	const note = ` (if it is meant, set the annotation provost.dev/allow-lockout: "true")`
	list := func(p ...directory.Principal) []directory.Principal { return p }
	user := func(name string) directory.Principal {
		return directory.Principal{Kind: directory.PrincipalUser, Name: name}
	}
	kim := list(user("kim"))
	account := list(directory.Principal{Kind: directory.PrincipalServiceAccount, Namespace: "flux-system", Name: "flux"})
	apply := func(env *testenv.Env, o *unstructured.Unstructured) error {
		return env.Client.Apply(t.Context(), client.ApplyConfigurationFromUnstructured(o.DeepCopy()), client.FieldOwner("a test"),
			client.ForceOwnership, client.DryRunAll)
	}
	try := func(what string, env *testenv.Env, p *directory.Platform, want string) {
		t.Helper()
		// The line comes with the manager's knowledge of the Platform that there is.
		eventually(t, what, func() bool {
			err := apply(env, object(p))
			return want == "" && err == nil || want != "" && err != nil && strings.HasSuffix(refusal(err), want+note)
		})
		meant := with(object(p), func(o *unstructured.Unstructured) {
			o.SetAnnotations(map[string]string{provostv1.AllowLockoutAnnotation: "true"})
		})
		if err := apply(env, meant); err != nil {
			t.Errorf("%s, meant: %v", what, err)
		}
	}
	// The first Platform of all, by somebody whom Kubernetes' RBAC lets administer.
	first := as(t, g.Env, "admin", "system:masters")
	try("the first Platform names somebody else", first, &directory.Platform{Administrators: kim},
		`add to spec.administrators: - {kind: User, name: "admin"}`)
	try("the first Platform names its writer", first, &directory.Platform{Administrators: list(user("admin"))}, "")
	installer := as(t, g.Env, flux, "system:masters")
	try("the first Platform, by an account", installer, &directory.Platform{Administrators: kim},
		`add to spec.trustedAppliers: - {kind: ServiceAccount, namespace: "flux-system", name: "flux"}`)

	g.hand.Apply(t, "", `{kind: Person, metadata: {name: lea}, spec: {username: lea@acme.example}}`)
	now := &directory.Platform{
		Administrators: list(user("root"), directory.Principal{Kind: directory.PrincipalPerson, Name: "lea"}),
		TrustedAppliers: append(account, user("ci"), directory.Principal{Kind: directory.PrincipalUserGroup,
			Name: "system:serviceaccounts:tools"},
			directory.Principal{Kind: directory.PrincipalUserGroup, Name: "oidc:pipelines"}),
	}
	create(t, g.hand.Client, object(now))
	eventually(t, "the manager knows the Platform", func() bool { return len(g.known()) == 2 })
	without := func(change func(*directory.Platform)) *directory.Platform {
		p := *now
		change(&p)
		return &p
	}
	none := without(func(p *directory.Platform) { p.TrustedAppliers = nil })
	try("an account takes itself out", as(t, g.Env, flux), none,
		`add to spec.trustedAppliers: - {kind: ServiceAccount, namespace: "flux-system", name: "flux"}`)
	try("an account takes others out", as(t, g.Env, flux), without(func(p *directory.Platform) { p.TrustedAppliers = account }), "")
	try("an account of a group", as(t, g.Env, "system:serviceaccount:tools:applier", "system:serviceaccounts:tools"), none,
		`add to spec.trustedAppliers: - {kind: UserGroup, name: "system:serviceaccounts:tools"}`)
	try("a user", as(t, g.Env, "ci"), none, `add to spec.trustedAppliers: - {kind: User, name: "ci"}`)
	try("a user of a group", as(t, g.Env, "nightly", "oidc:pipelines"), none,
		`add to spec.trustedAppliers: - {kind: UserGroup, name: "oidc:pipelines"}`)
	try("an administrator resigns", as(t, g.Env, "root"), without(func(p *directory.Platform) { p.Administrators = p.Administrators[1:] }),
		`add to spec.administrators: - {kind: User, name: "root"}`)
	try("a Person resigns", as(t, g.Env, "lea@acme.example"), without(func(p *directory.Platform) { p.Administrators = p.Administrators[:1] }),
		`add to spec.administrators: - {kind: Person, name: "lea"}`)
	try("the last administrator resigns", as(t, g.Env, "root"), without(func(p *directory.Platform) { p.Administrators = nil }),
		`add to spec.administrators: - {kind: User, name: "root"}`)
	// The manager, which applies for a GitSync, is always trusted.
	if err := apply(g.hand, object(&directory.Platform{})); err != nil {
		t.Errorf("the manager: %v", err)
	}
	// Of the last administrator, the Person cannot go either.
	alone := without(func(p *directory.Platform) { p.Administrators = p.Administrators[1:] })
	if err := g.hand.Client.Patch(t.Context(), object(now),
		client.RawPatch("application/merge-patch+json", specPatch(t, spec(alone)))); err != nil {
		t.Fatal(err)
	}
	lea := object(&directory.Person{Name: "lea"})
	eventually(t, "the Person of the last administrator stays", func() bool {
		err := as(t, g.Env, "lea@acme.example").Client.Delete(t.Context(), lea.DeepCopy(), client.DryRunAll)
		return apierrors.IsForbidden(err) && strings.Contains(refusal(err),
			"lea@acme.example is the last administrator of the platform by this Person")
	})
}
