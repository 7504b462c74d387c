package controllers_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	eventsv1 "k8s.io/api/events/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	provostv1 "provost.dev/provost/api/v1alpha1"
	"provost.dev/provost/internal/git/gitsync/gittest"
	"provost.dev/provost/internal/run/manager"
	"provost.dev/provost/internal/testing/testenv"
)

// gitWorld is a manager with a GitSync of a repository of its own.
type gitWorld struct {
	*testing.T
	env     *testenv.Env
	manager *running
	repo    *gittest.Repository
	asked   int
}

// gitFiles are the files that the tests begin with.
var gitFiles = gittest.Files{
	"acme.yaml": `
apiVersion: v1
kind: Namespace
metadata: {name: acme}
---
apiVersion: provost.dev/v1alpha1
kind: Course
metadata: {name: algebra, namespace: acme}
spec: {displayName: Algebra}
---
apiVersion: provost.dev/v1alpha1
kind: RoleBinding
metadata: {name: maths, namespace: acme}
spec:
  entityRef: {kind: Course, name: algebra}
  roleRef: {name: course-student}
  subjects: [{kind: Group, name: maths}]
`,
	"maths.yaml": gitGroup("alice", "bob"),
}

func gitGroup(members ...string) string {
	return "apiVersion: provost.dev/v1alpha1\nkind: Group\nmetadata: {name: maths, namespace: acme}\nspec:\n  displayName: Mathematics\n  " +
		"members: [{name: " +
		strings.Join(members, "}, {name: ") + "}]\n"
}

// home is where the GitSyncs of tests lie, which apply to more than one namespace (R40).
const home = provostv1.SystemNamespace

func startGit(t *testing.T, spec string) *gitWorld {
	t.Helper()
	env := testenv.Start(t)
	env.Clear(t)
	w := &gitWorld{T: t, env: env, repo: gittest.New(t, gitFiles)}
	w.manager = run(t, env, func(o *manager.Options) { o.GitSyncAllowLocal = true })
	env.Namespace(t, home, nil)
	w.apply(spec)
	return w
}

// apply writes the GitSync with these fields beside its url.
func (w *gitWorld) apply(spec string) {
	w.Helper()
	w.env.Apply(w, home, fmt.Sprintf("kind: GitSync\nmetadata: {name: access}\nspec: {url: %q%s}\n", w.repo.URL(), spec))
}

// ask asks for a reconciliation, and waits for the answer.
func (w *gitWorld) ask() {
	w.Helper()
	w.asked++
	at := fmt.Sprint("request-", w.asked)
	gs := &provostv1.GitSync{}
	gs.Namespace, gs.Name = home, "access"
	patch := fmt.Sprintf(`{"metadata":{"annotations":{%q:%q}}}`, provostv1.RequestedAtAnnotation, at)
	if err := w.env.Client.Patch(w.Context(), gs, client.RawPatch("application/merge-patch+json", []byte(patch))); err != nil {
		w.Fatal(err)
	}
	w.env.Expect(w, "GitSync/provost-system/access lastHandledReconcileAt="+at)
}

// is waits for what the status of the GitSync ought to say.
func (w *gitWorld) is(words string) {
	w.Helper()
	w.env.Expect(w, "GitSync/provost-system/access "+words)
	conform(w.T, w.env)
}

func (w *gitWorld) read() *provostv1.GitSync {
	w.Helper()
	gs := &provostv1.GitSync{}
	if err := w.env.Client.Get(w.Context(), client.ObjectKey{Namespace: home, Name: "access"}, gs); err != nil {
		w.Fatal(err)
	}
	return gs
}

// events are the reasons of the events about the GitSync that hold the text.
func (w *gitWorld) events(note string) []string {
	w.Helper()
	var list eventsv1.EventList
	if err := w.env.Client.List(w.Context(), &list, client.InNamespace(home)); err != nil {
		w.Fatal(err)
	}
	uid := w.read().UID
	var out []string
	for _, e := range list.Items {
		if e.Regarding.UID == uid && strings.Contains(e.Note, note) {
			out = append(out, e.Reason)
		}
	}
	return out
}

// heard waits for exactly one event of the reason with the text.
func (w *gitWorld) heard(reason, note string) {
	w.Helper()
	var got []string
	for deadline := time.Now().Add(20 * time.Second); time.Now().Before(deadline); time.Sleep(50 * time.Millisecond) {
		if got = w.events(note); len(got) == 1 && got[0] == reason {
			return
		}
	}
	w.Errorf("events about %q: %v, want one %s", note, got, reason)
}

func TestGitSync(t *testing.T) {
	const hourly = ", interval: 1h"
	w := startGit(t, hourly)
	first := w.repo.Commit(nil)
	w.is("Ready=True/Succeeded Stalled=- Reconciling=-")
	w.ask()
	w.is("lastAppliedRevision=main@sha1:" + first)
	w.env.Expect(t, "Group/acme/maths members=alice,bob\nEffectivePermissions/acme/alice roles[Course/algebra]=course-student")
	gs := w.read()
	if gs.Status.Objects == nil || *gs.Status.Objects.Count != 4 || gs.Status.Objects.Digest == "" || gs.Status.Changes == nil {
		t.Errorf("objects %v, changes %v", gs.Status.Objects, gs.Status.Changes)
	}
	digest := gs.Status.Objects.Digest

	second := w.repo.Commit(gittest.Files{"maths.yaml": gitGroup("alice", "carol")})
	w.ask()
	w.is("Ready=True/Succeeded lastAppliedRevision=main@sha1:" + second)
	w.env.Expect(t, "Group/acme/maths members=alice,carol\nEffectivePermissions/acme/bob absent")
	w.heard("Applied", second)

	// One bad file: nothing is applied, and the condition says where.
	third := w.repo.Commit(gittest.Files{"maths.yaml": gitGroup("dana"),
		"bad.yaml": "apiVersion: provost.dev/v1alpha1\nkind: Course\nmetadata: {name: x, namespace: acme}\nspec: {nickname: X}\n"})
	w.ask()
	w.is("Ready=False/ValidationFailed Stalled=True/ValidationFailed lastAttemptedRevision=main@sha1:" + third +
		" lastAppliedRevision=main@sha1:" + second)
	if c := w.read().Status.Conditions[0]; !strings.Contains(c.Message, "bad.yaml:4") || !strings.Contains(c.Message, "spec.nickname") {
		t.Errorf("the condition says %q", c.Message)
	}
	w.env.Expect(t, "Group/acme/maths members=alice,carol")
	w.ask()
	w.heard("ValidationFailed", third)

	// Going back restores exactly what was.
	w.repo.Restore(first)
	w.ask()
	w.is("Ready=True/Succeeded Stalled=-")
	if got := w.read().Status.Objects.Digest; got != digest {
		t.Errorf("the digest is %s, and was %s", got, digest)
	}
	w.env.Expect(t, "Group/acme/maths members=alice,bob")

	// What somebody changes by hand is put back, even while nothing is new.
	w.env.Apply(t, "acme", gitGroup("alice", "bob", "mallory"))
	w.env.Delete(t, "acme", "{kind: RoleBinding, metadata: {name: maths}}")
	w.env.Expect(t, "Group/acme/maths members=alice,bob,mallory\nRoleBinding/acme/maths absent")
	w.ask()
	w.env.Expect(t, "Group/acme/maths members=alice,bob\nRoleBinding/acme/maths Ready=True/Succeeded")
	w.heard("DriftCorrected", "Group acme/maths, RoleBinding acme/maths")

	// Suspended, nothing happens.
	w.apply(hourly + ", suspend: true")
	w.is("Ready=True/Suspended")
	w.env.Apply(t, "acme", gitGroup("mallory"))
	fourth := w.repo.Commit(gittest.Files{"maths.yaml": ""})
	calm(w.manager.writes)
	w.env.Expect(t, "Group/acme/maths members=mallory")
	w.apply(hourly)
	w.is("Ready=True/Succeeded lastAppliedRevision=main@sha1:" + fourth)
	w.env.Expect(t, "Group/acme/maths absent\nRoleBinding/acme/maths Ready=False/GroupNotFound")
}

// A GitSync with nothing to do writes nothing at all, and finds a commit by itself.
func TestGitSyncByItself(t *testing.T) {
	w := startGit(t, ", interval: 1s, retryInterval: 1s")
	w.is("Ready=True/Succeeded")
	calm(w.manager.writes)
	before, writes := w.read().ResourceVersion, w.manager.writes.Total()
	awaitReconciles(t, "gitsync", reconciles(t, "gitsync")+3) // several intervals
	if after := w.read().ResourceVersion; after != before || w.manager.writes.Total() != writes {
		t.Errorf("with nothing new, the status went from version %s to %s; writes: %s", before, after, w.manager.writes)
	}

	w.env.Apply(t, "acme", gitGroup("mallory"))
	w.env.Expect(t, "Group/acme/maths members=alice,bob")
	hash := w.repo.Commit(gittest.Files{"maths.yaml": gitGroup("dana")})
	w.is("Ready=True/Succeeded lastAppliedRevision=main@sha1:" + hash)
	w.env.Expect(t, "Group/acme/maths members=dana")

	// A failure that lasts is told once.
	w.apply(", interval: 1s, ref: {branch: gone}")
	w.is("Ready=False/RefNotFound Stalled=- lastAppliedRevision=main@sha1:" + hash)
	calm(w.manager.writes)
	before = w.read().ResourceVersion
	awaitReconciles(t, "gitsync", reconciles(t, "gitsync")+4)
	if after := w.read().ResourceVersion; after != before {
		t.Errorf("with the same failure, the status went from version %s to %s", before, after)
	}
	w.heard("RefNotFound", "gone")
	rival := gittest.New(t, gittest.Files{"maths.yaml": gitGroup("mallory")})
	w.env.Apply(t, home, fmt.Sprintf("kind: GitSync\nmetadata: {name: rival}\nspec: {url: %q, interval: 1s}\n", rival.URL()))
	w.env.Expect(t, "GitSync/provost-system/rival Ready=False/Conflict Stalled=True/Conflict Reconciling=- lastAppliedRevision=")
	calm(w.manager.writes)
	writes = w.manager.writes.Total()
	awaitReconciles(t, "gitsync", reconciles(t, "gitsync")+4)
	if got := w.manager.writes.Total(); got != writes {
		t.Errorf("a conflict that lasts makes %d writes", got-writes)
	}
	w.env.Expect(t, "Group/acme/maths members=dana")

	w.repo.Branch("gone")
	w.is("Ready=True/Succeeded lastAppliedRevision=gone@sha1:" + hash)
}

// A restarted manager goes on where it was, and the status does not flap.
func TestGitSyncRestart(t *testing.T) {
	w := startGit(t, ", interval: 1h")
	w.is("Ready=True/Succeeded")
	calm(w.manager.writes)
	before := w.read().ResourceVersion
	w.manager.stop()
	w.manager = run(t, w.env, func(o *manager.Options) { o.GitSyncAllowLocal = true })
	calm(w.manager.writes)
	if after := w.read().ResourceVersion; after != before || w.manager.writes.Of("PATCH groups") > 0 {
		t.Errorf("the restart changed the status from version %s to %s; writes: %s", before, after, w.manager.writes)
	}

	w.manager.stop()
	w.repo.Commit(gittest.Files{"maths.yaml": ""})
	w.manager = run(t, w.env) // and now without leave to read the disk
	w.is("Ready=False/RepositoryNotAllowed Stalled=True/RepositoryNotAllowed")
	w.env.Expect(t, "Group/acme/maths members=alice,bob")
}

// The manager reads a Secret only where a Role of that namespace lets it.
func TestGitSyncSecret(t *testing.T) {
	w := startGit(t, ", suspend: true")
	server := w.repo.Serve(t, nil)
	w.env.Apply(t, home, fmt.Sprintf("{apiVersion: v1, kind: Secret, metadata: {name: server}, stringData: {caFile: %q}}", server.CA))
	w.env.Apply(t, home, fmt.Sprintf("kind: GitSync\nmetadata: {name: access}\nspec: {url: %q, secretRef: {name: server}, interval: 1s}\n",
		server.URL))
	w.is("Ready=False/Forbidden")
	w.env.Apply(t, home, `
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: read-git-secret}
rules: [{apiGroups: [""], resources: [secrets], resourceNames: [server], verbs: [get]}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: read-git-secret}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: read-git-secret}
subjects: [{kind: ServiceAccount, name: provost-manager, namespace: provost-system}]
`)
	w.is("Ready=True/Succeeded")
	w.env.Expect(t, "Group/acme/maths members=alice,bob")
}
