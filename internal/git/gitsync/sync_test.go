package gitsync

import (
	"maps"
	"strconv"
	"strings"
	"testing"

	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/validation"

	provostv1 "provost.dev/provost/api/v1alpha1"
	"provost.dev/provost/internal/git/gitsync/gittest"
)

func TestApply(t *testing.T) {
	w := newWorld(t)
	repo := gittest.New(t, acme)
	gs := w.gitSync("access", repo.URL())

	out := w.run(gs)
	if got := out.Changes.String(); got != "4 created, 1 updated, 0 deleted" || !out.New {
		t.Errorf("the first run: %s, new %t", got, out.New)
	}
	w.exists("Namespace/acme", "Organisation/acme", "Course/algebra", "Group/maths", "RoleBinding/maths")
	if got := w.get("Group", "maths").GetLabels()[provostv1.GitSyncLabel]; got != "provost-system.access" {
		t.Errorf("the label is %q", got)
	}
	before := w.client.writes.Load()
	if out := w.run(gs); out.Changes.Writes() != 0 || out.New || w.client.writes.Load() != before {
		t.Errorf("the second run wrote %d objects in %d requests", out.Changes.Writes(), w.client.writes.Load()-before)
	}
	digest := out.Set.Digest

	// A restarted manager finds everything in place.
	w.restart(w.syncer.Schemas)
	if out := w.run(gs); out.Changes.Writes() != 0 || w.client.writes.Load() != before || out.Set.Digest != digest {
		t.Errorf("after a restart it wrote %s", out.Changes.Names())
	}

	first := repo.Commit(nil)
	repo.Commit(gittest.Files{"people/groups.yaml": group("maths", "alice", "carol"), "people/bindings.json": ""})
	if out := w.run(gs); out.Changes.String() != "0 created, 1 updated, 1 deleted" || !out.New {
		t.Errorf("the change: %s", out.Changes.String())
	}
	if got := w.members("maths"); got != "alice carol" {
		t.Errorf("the members are %s", got)
	}
	w.gone("RoleBinding/maths")

	repo.Restore(first)
	if out := w.run(gs); out.Changes.String() != "1 created, 1 updated, 0 deleted" || out.Set.Digest != digest {
		t.Errorf("the way back: %s, the same digest: %t", out.Changes.String(), out.Set.Digest == digest)
	}
	if got := w.members("maths"); got != "alice bob" {
		t.Errorf("the members are %s", got)
	}
}

func TestDrift(t *testing.T) {
	w := newWorld(t)
	repo := gittest.New(t, acme)
	repo.Commit(gittest.Files{"bare.yaml": "apiVersion: provost.dev/v1alpha1\nkind: Person\nmetadata: {name: dana, labels: {a: b}, " +
		"annotations: {c: d}}\n"})
	gs := w.gitSync("access", repo.URL())
	w.run(gs)

	for _, tt := range []struct {
		name  string
		drift string
		undo  string
	}{
		{"a member added", group("maths", "alice", "bob", "mallory"), "0 created, 1 updated, 0 deleted"},
		{"a member taken", group("maths", "alice"), "0 created, 1 updated, 0 deleted"},
		{"a field nobody wrote", "{apiVersion: provost.dev/v1alpha1, kind: Person, metadata: {name: dana}, spec: {state: Suspended}}",
			"0 created, 1 updated, 0 deleted"},
		{"a label changed", "{apiVersion: provost.dev/v1alpha1, kind: Person, metadata: {name: dana, labels: {a: other}}}",
			"0 created, 1 updated, 0 deleted"},
		{"the owner's label changed",
			"{apiVersion: provost.dev/v1alpha1, kind: Person, metadata: {name: dana, labels: {provost.dev/gitsync: nobody.here}}}",
			"0 created, 1 updated, 0 deleted"},
		{"a label of somebody else's", "{apiVersion: provost.dev/v1alpha1, kind: Person, metadata: {name: dana, labels: {mine: yes-please}}}",
			"0 created, 0 updated, 0 deleted"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			w.env.Apply(t, "acme", tt.drift)
			if out := w.run(gs); out.Changes.String() != tt.undo || out.New {
				t.Errorf("%s, want %s", out.Changes.String(), tt.undo)
			}
			if out := w.run(gs); out.Changes.Writes() != 0 {
				t.Errorf("the run after: %s", out.Changes.String())
			}
		})
	}
	if got := w.members("maths"); got != "alice bob" {
		t.Errorf("the members are %s", got)
	}
	if labels := w.get("Person", "dana").GetLabels(); labels["mine"] == "" || labels["a"] != "b" {
		t.Errorf("the labels are %v", labels)
	}

	w.env.Delete(t, "acme", "{kind: RoleBinding, metadata: {name: maths}}\n---\n{kind: Course, metadata: {name: algebra}}")
	if out := w.run(gs); out.Changes.String() != "2 created, 0 updated, 0 deleted" {
		t.Errorf("after deleting: %s", out.Changes.String())
	}

	// Labels and annotations that leave Git leave the cluster.
	repo.Commit(gittest.Files{"bare.yaml": "apiVersion: provost.dev/v1alpha1\nkind: Person\nmetadata: {name: dana}\n"})
	w.run(gs)
	dana := w.get("Person", "dana")
	if _, ok := dana.GetLabels()["a"]; ok || len(dana.GetAnnotations()) > 0 {
		t.Errorf("labels %v, annotations %v", dana.GetLabels(), dana.GetAnnotations())
	}
}

// One bad file, and nothing of its commit is applied, while what the last good
// commit says is still kept in place.
func TestBadCommit(t *testing.T) {
	w := newWorld(t)
	repo := gittest.New(t, acme)
	good := repo.Commit(nil)
	gs := w.gitSync("access", repo.URL())
	w.run(gs)

	for _, tt := range []struct {
		name   string
		files  gittest.Files
		reason string
		says   []string
	}{
		{"a value that the schema does not take", gittest.Files{"people/groups.yaml": group("maths", "alice") + "  membership: Cascade\n"},
			provostv1.ReasonValidationFailed, []string{"people/groups.yaml:8", "Group acme/maths", "spec.membership", "Cascading"}},
		{"a rule", gittest.Files{"bad.yaml": "apiVersion: provost.dev/v1alpha1\nkind: Group\nmetadata: {name: x, namespace: acme}\nspec:\n  " +
			"members:\n  - {name: alice}\n  - {name: Alice Smith}\n"},
			provostv1.ReasonValidationFailed, []string{"bad.yaml:7", "spec.members[1].name", "name of a person"}},
		{"an unknown field",
			gittest.Files{"bad.yaml": "apiVersion: provost.dev/v1alpha1\nkind: Course\nmetadata: {name: x, namespace: acme}\nspec:\n  " +
				"displayname: X\n"},
			provostv1.ReasonValidationFailed, []string{"bad.yaml:5", "displayName"}},
		{"no YAML", gittest.Files{"bad.yaml": "kind: [\n"}, provostv1.ReasonBuildFailed, []string{"bad.yaml"}},
		{"a kind that is not ours", gittest.Files{"bad.yaml": "apiVersion: v1\nkind: Secret\nmetadata: {name: x, namespace: acme}\n"},
			provostv1.ReasonKindRefused, []string{"bad.yaml:1", "Secret x"}},
		{"Kubernetes' own Role",
			gittest.Files{"bad.yaml": "apiVersion: rbac.authorization.k8s.io/v1\nkind: Role\nmetadata: {name: x, namespace: acme}\n"},
			provostv1.ReasonKindRefused, []string{"bad.yaml:1", "rbac.authorization.k8s.io"}},
		{"what the controllers write",
			gittest.Files{"bad.yaml": "apiVersion: provost.dev/v1alpha1\nkind: EffectivePermissions\nmetadata: {name: alice, namespace: acme}\n"},
			provostv1.ReasonKindRefused, []string{"bad.yaml:1", "EffectivePermissions", "controllers"}},
		{"a system role", gittest.Files{"bad.yaml": "apiVersion: provost.dev/v1alpha1\nkind: Role\nmetadata: {name: course-helper, namespace: " +
			"provost-system}\nspec: {level: Course, type: System, permissions: [view_course]}\n"},
			provostv1.ReasonKindRefused, []string{"bad.yaml:1", "spec.type", "the type System is for the roles of the release"}},
		{"an object twice", gittest.Files{"bad.yaml": group("maths", "carol")}, provostv1.ReasonValidationFailed,
			[]string{"twice", "Group acme/maths"}},
		{"no namespace",
			gittest.Files{"bad.yaml": "apiVersion: provost.dev/v1alpha1\nkind: Course\nmetadata: {name: x}\nspec: {displayName: X}\n"},
			provostv1.ReasonValidationFailed, []string{"bad.yaml:3", "metadata.namespace"}},
		{"what a cluster wrote",
			gittest.Files{"bad.yaml": "apiVersion: provost.dev/v1alpha1\nkind: Course\nmetadata: {name: x, namespace: acme, resourceVersion: " +
				"\"7\"}\nspec: {displayName: X}\n"},
			provostv1.ReasonKindRefused, []string{"bad.yaml:1", "metadata.resourceVersion"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			files := maps.Clone(tt.files)
			files["good.yaml"] = group("new", "dana")
			repo.Commit(files)
			w.env.Apply(t, "acme", group("maths", "mallory"))
			w.fails(gs, tt.reason, tt.says...)
			w.gone("Group/new", "Course/x", "Group/x")
			if got := w.members("maths"); got != "alice bob" {
				t.Errorf("the last good commit is not kept: members %s", got)
			}
			repo.Reset(good)
		})
	}
	if out := w.run(gs); out.Changes.Writes() != 0 || out.New {
		t.Errorf("back at the good commit: %s", out.Changes.String())
	}

	// A manager that is restarted over a bad commit still knows the good one.
	gs.Status.LastAppliedRevision, gs.Status.ObservedGeneration = "main@sha1:"+good, gs.Generation
	repo.Commit(gittest.Files{"bad.yaml": "kind: [\n"})
	w.restart(w.syncer.Schemas)
	w.env.Apply(t, "acme", group("maths", "mallory"))
	w.fails(gs, provostv1.ReasonBuildFailed, "bad.yaml")
	if got := w.members("maths"); got != "alice bob" {
		t.Errorf("after a restart, the last good commit is not kept: members %s", got)
	}
}

func TestPrune(t *testing.T) {
	w := newWorld(t)
	repo := gittest.New(t, acme)
	gs := w.gitSync("access", repo.URL())
	w.run(gs)
	w.env.Apply(t, "acme", group("by-hand", "alice"))

	gone := gittest.Files{"keep.yaml": "apiVersion: provost.dev/v1alpha1\nkind: Person\nmetadata: {name: dana}\n"}
	for name := range acme {
		gone[name] = ""
	}
	repo.Commit(gone)
	out := w.run(gs)
	if got := out.Changes.String(); got != "1 created, 0 updated, 4 deleted" || len(out.Changes.Released) != 1 {
		t.Errorf("%s, released %v", got, out.Changes.Released)
	}
	w.exists("Namespace/acme", "Group/by-hand")
	w.gone("Organisation/acme", "Course/algebra", "Group/maths", "RoleBinding/maths")
	ns := w.get("Namespace", "acme")
	if _, ok := ns.GetLabels()[provostv1.GitSyncLabel]; ok || ns.GetLabels()["team"] == "" {
		t.Errorf("the namespace's labels are %v", ns.GetLabels())
	}
	if out := w.run(gs); out.Changes.Writes() != 0 {
		t.Errorf("the run after: %s", out.Changes.String())
	}
}

func TestPruneOff(t *testing.T) {
	w := newWorld(t)
	repo := gittest.New(t, acme)
	off := false
	gs := w.gitSync("access", repo.URL(), func(gs *provostv1.GitSync) { gs.Spec.Prune = &off })
	w.run(gs)
	repo.Commit(gittest.Files{"people/bindings.json": ""})
	if out := w.run(gs); out.Changes.Writes() != 0 {
		t.Errorf("%s", out.Changes.String())
	}
	w.exists("RoleBinding/maths")
}

func TestConflict(t *testing.T) {
	w := newWorld(t)
	one, two := gittest.New(t, acme), gittest.New(t, gittest.Files{
		"theirs.yaml": group("maths", "mallory"),
		"mine.yaml":   group("physics", "dana"),
	})
	first, second := w.gitSync("one", one.URL()), w.gitSync("two", two.URL())
	w.run(first)
	w.fails(second, provostv1.ReasonConflict, "Group acme/maths (theirs.yaml:1)", "provost-system/one")
	w.gone("Group/physics")
	if got := w.members("maths"); got != "alice bob" {
		t.Errorf("the members are %s", got)
	}

	// When the one lets go, the other may have it.
	one.Commit(gittest.Files{"people/groups.yaml": ""})
	w.run(first)
	w.run(second)
	if got := w.members("maths"); got != "mallory" {
		t.Errorf("the members are %s", got)
	}

	// A label whose GitSync is gone protects nothing.
	if err := w.env.Client.Delete(t.Context(), second); err != nil {
		t.Fatal(err)
	}
	one.Commit(gittest.Files{"people/groups.yaml": group("maths", "alice")})
	w.run(first)
	if got := w.members("maths"); got != "alice" {
		t.Errorf("the members are %s", got)
	}
}

// What only the live API server knows stops the stages after it.
func TestRefusedWhileApplying(t *testing.T) {
	w := newWorld(t)
	elsewhere := strings.ReplaceAll(group("staff", "alice"), "namespace: acme", "namespace: nowhere")
	files := maps.Clone(acme)
	files["elsewhere.yaml"] = elsewhere
	repo := gittest.New(t, files)
	gs := w.gitSync("access", repo.URL())
	out := w.fails(gs, provostv1.ReasonApplyFailed, "elsewhere.yaml:1", "Group nowhere/staff", `"nowhere" not found`)
	if !out.New || out.Applied != "" {
		t.Errorf("new %t, applied %q", out.New, out.Applied)
	}
	w.exists("Group/maths") // of the same stage
	w.gone("Course/algebra", "RoleBinding/maths")
	repo.Commit(gittest.Files{"elsewhere.yaml": ""})
	w.run(gs)
	w.exists("Course/algebra", "RoleBinding/maths")
}

func TestRepositoryGone(t *testing.T) {
	w := newWorld(t)
	repo := gittest.New(t, acme)
	repo.Branch("stable")
	server := repo.Serve(t, nil)
	insecure := func(gs *provostv1.GitSync) {
		gs.Spec.Ref = &provostv1.GitReference{Branch: "stable"}
		gs.Spec.SecretRef = &provostv1.SecretReference{Name: "server"}
	}
	gs := w.gitSync("access", server.URL, insecure)
	w.fails(gs, provostv1.ReasonSecretInvalid, "provost-system/server")
	w.env.Apply(t, home, "{apiVersion: v1, kind: Secret, metadata: {name: server}, stringData: {caFile: "+quote(string(server.CA))+"}}")
	w.run(gs)

	server.SetDown(true)
	w.env.Apply(t, "acme", group("maths", "mallory"))
	w.fails(gs, provostv1.ReasonGitOperationFailed, "503")
	if got := w.members("maths"); got != "alice bob" {
		t.Errorf("the last good commit is not kept: members %s", got)
	}
	server.SetDown(false)
	repo.DeleteBranch("stable")
	w.fails(gs, provostv1.ReasonRefNotFound, `no branch "stable"`)
	w.exists("Organisation/acme", "RoleBinding/maths")
	repo.Branch("stable")
	if out := w.run(gs); out.Changes.Writes() != 0 {
		t.Errorf("%s", out.Changes.String())
	}
}

func TestKustomization(t *testing.T) {
	w := newWorld(t)
	repo := gittest.New(t, gittest.Files{
		"base/namespace.yaml":     acme["namespace.yaml"],
		"base/kustomization.yaml": "resources: [namespace.yaml, group.yaml]\n",
		"base/group.yaml":         group("maths", "alice"),
		"overlays/acme/kustomization.yaml": "resources: [../../base]\nlabels: [{pairs: {from: overlay}}]\n" +
			"patches: [{target: {kind: Group}, patch: '[{\"op\": \"add\", \"path\": \"/spec/members/-\", \"value\": {\"name\": \"zoe\"}}]'}]\n",
		"outside.yaml": group("outside", "mallory"),
	})
	gs := w.gitSync("access", repo.URL(), func(gs *provostv1.GitSync) { gs.Spec.Path = "overlays/acme" })
	w.run(gs)
	if got := w.members("maths"); got != "alice zoe" {
		t.Errorf("the members are %s", got)
	}
	if got := w.get("Group", "maths").GetLabels()["from"]; got != "overlay" {
		t.Errorf("the label is %q", got)
	}
	w.gone("Group/outside")

	repo.Commit(gittest.Files{"base/group.yaml": group("maths", "Not A Name")})
	w.fails(gs, provostv1.ReasonValidationFailed, "base/group.yaml", "spec.members[0].name")
	// Nothing is fetched from anywhere, not even under the name of a folder that is there.
	for _, address := range []string{"https://example.org/base.yaml", "github.com/example/base", "git@example.org:example/base",
		"ssh://example.org/base"} {
		repo.Commit(gittest.Files{
			"base/kustomization.yaml":                 "resources: [group.yaml, '" + address + "']\n",
			"base/" + address + "/kustomization.yaml": "resources: [group.yaml]\n",
			"base/group.yaml":                         group("maths", "alice"),
		})
		w.fails(gs, provostv1.ReasonBuildFailed, "base/kustomization.yaml:1", "lies outside of the repository")
	}
}

func TestPathAndLinks(t *testing.T) {
	w := newWorld(t)
	repo := gittest.New(t, gittest.Files{
		"acme/all.yaml":    acme["namespace.yaml"],
		"other/group.yaml": group("outside", "mallory"),
	})
	gs := w.gitSync("access", repo.URL(), func(gs *provostv1.GitSync) { gs.Spec.Path = "acme" })
	w.run(gs)
	w.exists("Namespace/acme")
	w.gone("Group/outside")
	repo.Symlink("/etc/passwd", "acme/secret.yaml")
	w.run(gs)

	missing := w.gitSync("missing", repo.URL(), func(gs *provostv1.GitSync) { gs.Spec.Path = "acmee" })
	w.fails(missing, provostv1.ReasonPathNotFound, `"acmee"`)
	w.syncer.Fetcher.AllowLocal = false
	w.fails(missing, provostv1.ReasonRepositoryNotAllowed, "--gitsync-allow-local")
}

func TestLabelValue(t *testing.T) {
	long := strings.Repeat("x", 60)
	for _, tt := range []struct{ namespace, name, want string }{
		{"team", "access", "team.access"},
		{"team", long[:58], "team." + long[:58]},
		{"team", long, ""},
		{"team", long + "y", ""},
	} {
		got := LabelValue(types.NamespacedName{Namespace: tt.namespace, Name: tt.name})
		if tt.want != "" && got != tt.want {
			t.Errorf("%s/%s: %q, want %q", tt.namespace, tt.name, got, tt.want)
		}
		if errs := validation.IsValidLabelValue(got); len(errs) > 0 {
			t.Errorf("%s/%s: %q is no label: %v", tt.namespace, tt.name, got, errs)
		}
	}
	if a, b := LabelValue(types.NamespacedName{Namespace: "team", Name: long}),
		LabelValue(types.NamespacedName{Namespace: "team", Name: long + "y"}); a == b {
		t.Error("two GitSyncs with one label")
	}
}

func quote(s string) string { return strconv.Quote(s) }
