package gitsync

import (
	"testing"

	"k8s.io/apimachinery/pkg/types"

	provostv1 "provost.dev/provost/api/v1alpha1"
	"provost.dev/provost/internal/git/gitsync/gittest"
)

// What a GitSync may apply follows from where it lies and in whose name it acts (R40).
func TestScope(t *testing.T) {
	for _, tt := range []struct {
		namespace, account    string
		itself, other, people bool
	}{
		{provostv1.SystemNamespace, "", true, true, true},
		{provostv1.SystemNamespace, "applier", true, false, false},
		{"acme", "", true, false, false},
		{"acme", "applier", true, false, false},
	} {
		gs := &provostv1.GitSync{}
		gs.Namespace, gs.Name, gs.Spec.ServiceAccountName = tt.namespace, "access", provostv1.ObjectName(tt.account)
		s := ScopeOf(gs)
		for what, is := range map[string][2]bool{
			"a group beside it": {s.reaches(ours("Group"), tt.namespace), tt.itself},
			"a group elsewhere": {s.reaches(ours("Group"), "other"), tt.other},
			"people":            {s.reaches(ours("Person"), ""), tt.people},
			"its Namespace":     {s.reaches(namespaceKind, ""), tt.people},
		} {
			if is[0] != is[1] {
				t.Errorf("a GitSync in %s as %q reaches %s: %t, want %t", tt.namespace, tt.account, what, is[0], is[1])
			}
		}
	}
}

// Whoever commits to the repository of an organisation's GitSync gets no access elsewhere by it, whatever the manager may do
// (R40): not at another organisation, and not as a Person, a Platform or a SystemDeny.
func TestGitSyncOfAnOrganisation(t *testing.T) {
	w := newWorld(t)
	w.env.Namespace(t, "team", nil)
	binding := func(namespace string) string {
		return "apiVersion: provost.dev/v1alpha1\nkind: RoleBinding\nmetadata: {name: mine, namespace: " + namespace + "}\nspec: {roleRef: " +
			"{name: organisation-superadmin}, entityRef: {kind: Organisation, name: acme}, subjects: [{kind: Person, name: mallory}]}\n"
	}
	repo := gittest.New(t, gittest.Files{"mine.yaml": binding("team")})
	gs := w.gitSync("access", repo.URL(), func(gs *provostv1.GitSync) { gs.Namespace = "team" })
	w.run(gs)
	w.exists("RoleBinding/team/mine")
	for name, text := range map[string]string{
		"another organisation": binding("acme"),
		"a platform":           "apiVersion: provost.dev/v1alpha1\nkind: Platform\nmetadata: {name: platform}\nspec: {removalGuard: {maxPercent: 100}}\n",
		"a deny": "apiVersion: provost.dev/v1alpha1\nkind: SystemDeny\nmetadata: {name: all}\n" +
			"spec: {reason: Mine, everyone: true, permissions: [view_course]}\n",
		"a namespace": "apiVersion: v1\nkind: Namespace\nmetadata: {name: team, labels: {tier: one}}\n",
	} {
		t.Run(name, func(t *testing.T) {
			repo.Commit(gittest.Files{"more.yaml": text})
			w.fails(gs, provostv1.ReasonKindRefused, "more.yaml:1", "which is team (R40)", "move this GitSync to provost-system",
				"spec.serviceAccountName")
		})
	}
	w.gone("RoleBinding/acme/mine", "Platform/platform", "SystemDeny/all")
	w.exists("RoleBinding/team/mine")

	// What it applied elsewhere before there was this rule is another's to take: the platform team's, from its own repository.
	w.env.Apply(t, "acme", "kind: Group\nmetadata: {name: left, labels: {provost.dev/gitsync: "+
		LabelValue(types.NamespacedName{Namespace: "team", Name: "access"})+"}}\nspec: {}\n")
	platform := gittest.New(t, gittest.Files{"left.yaml": "apiVersion: provost.dev/v1alpha1\nkind: Group\nmetadata: {name: left, namespace: acme}\nspec: {}\n"})
	w.run(w.gitSync("platform", platform.URL()))
	if got := w.get("Group", "left").GetLabels()[provostv1.GitSyncLabel]; got != "provost-system.platform" {
		t.Errorf("it is %q's", got)
	}
}
