package controllers_test

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"provost.dev/provost/internal/cluster/audit"
	"provost.dev/provost/internal/run/manager"
	"provost.dev/provost/internal/testing/testenv"
)

// Replaying the audit log from empty gives the effective permissions of now,
// whatever happened, and though the manager was stopped in the middle of it:
// once after it had caught up, and once within a burst, with writes under way
// and answers lost.
func TestTheAuditLogComesToWhatIs(t *testing.T) {
	env := testenv.Start(t)
	for _, seed := range seeds(1) {
		t.Run(fmt.Sprintf("seed %d", seed), func(t *testing.T) {
			w := newWorld(t, env, seed, 13)
			path := filepath.Join(t.TempDir(), "audit.log")
			logging := func(o *manager.Options) { o.Audit.Path = path }
			var cable *plug
			manage := func() *running {
				cfg := env.ManagerConfig(t)
				cable = plugIn(cfg)
				disturb(cfg, seed)
				return runOn(t, cfg, logging)
			}
			changes := func(n int) {
				for range n {
					w.change()
				}
			}

			r := manage()
			changes(60)
			converge(t, env)
			agree(t, env, path)
			r.stop() // with everything done
			changes(20)

			r = manage()
			converge(t, env)
			agree(t, env, path)
			time.AfterFunc(time.Duration(w.IntN(400))*time.Millisecond, cable.pull) // with everything under way
			changes(60)
			r.stop()
			changes(20)

			r = manage()
			defer r.stop()
			changes(30)
			converge(t, env)
			agree(t, env, path)
		})
	}
}

// What each record says brought it about.
func TestAuditCauses(t *testing.T) {
	env := testenv.Start(t)
	env.Clear(t)
	env.Namespace(t, "acme", nil)
	out := &syncBuffer{}
	logging := func(o *manager.Options) { o.Audit.Path, o.AuditOut = audit.Stdout, out }
	r := run(t, env, logging)
	l := &told{env: env, out: out}
	const viewer = `
kind: Role
metadata: {name: viewer}
spec: {level: Course, type: Custom, entityRef: {kind: Course, name: algebra}, permissions: [%s]}`
	env.Apply(t, "acme", `
{kind: Course, metadata: {name: algebra}}
---
{kind: Group, metadata: {name: readers}, spec: {members: [{name: ann}]}}
---
kind: RoleBinding
metadata: {name: b, annotations: {provost.dev/changed-by: dana, provost.dev/changed-at: "2027-01-01T12:00:00Z", provost.dev/changed-revision: "main@1"}}
spec: {entityRef: {kind: Course, name: algebra}, roleRef: {name: viewer}, subjects: [{kind: Group, name: readers}]}`)
	env.Expect(t, "RoleBinding/acme/b Ready=False/RoleNotFound")
	settleDown(r)

	env.Apply(t, "acme", fmt.Sprintf(viewer, "view_course"))
	l.expect(t, "ann Course/algebra +view_course Change Role/viewer:Changed")

	env.Apply(t, "acme",
		`{kind: Group, metadata: {name: readers, annotations: {provost.dev/changed-by: erin}}, spec: {members: [{name: bob}]}}`)
	l.expect(t,
		"ann Course/algebra -view_course Change Group/readers:Changed by erin ",
		"bob Course/algebra +view_course Change Group/readers:Changed by erin ")
	env.Expect(t, "EffectivePermissions/acme/ann absent")

	env.Apply(t, "acme", `{kind: Person, metadata: {name: bob}, spec: {state: Suspended}}`)
	l.expect(t, "bob Course/algebra -view_course Change Person/bob:Changed")
	env.Delete(t, "acme", `{kind: Person, metadata: {name: bob}}`)
	l.expect(t, "bob Course/algebra +view_course Deletion Person/bob:Deleted")

	env.Apply(t, "acme", `{kind: SystemDeny, metadata: {name: d}, spec: {everyone: true, permissions: ["*"], reason: because}}`)
	l.expect(t, "bob Course/algebra -view_course Change SystemDeny/d:Changed")
	env.Delete(t, "acme", `{kind: SystemDeny, metadata: {name: d}}`)
	l.expect(t, "bob Course/algebra +view_course Deletion SystemDeny/d:Deleted")

	env.Apply(t, "acme", `{kind: Platform, metadata: {name: platform}, spec: {people: Declared}}`)
	l.expect(t, "bob Course/algebra -view_course Change Platform/platform:Changed")
	env.Delete(t, "acme", `{kind: Platform, metadata: {name: platform}}`)
	l.expect(t, "bob Course/algebra +view_course Deletion Platform/platform:Deleted")

	env.Apply(t, "acme", fmt.Sprintf(`
kind: PermissionOverride
metadata: {name: p}
spec: {person: bob, entityRef: {kind: Course, name: algebra}, permissions: [], reason: because, notAfter: %q}`, at(3)))
	l.expect(t, "bob Course/algebra -view_course Change PermissionOverride/p:Changed")
	l.expect(t, "bob Course/algebra +view_course Clock PermissionOverride/p:WindowClosed")

	// Somebody deletes the object by hand: nothing changed for bob, and nothing is said.
	settleDown(r)
	env.Delete(t, "acme", `{kind: EffectivePermissions, metadata: {name: bob}}`)
	env.Expect(t, "EffectivePermissions/acme/bob entityCount=1")
	settleDown(r)

	// While no manager runs, the role and the list change.
	r.stop()
	env.Apply(t, "acme", fmt.Sprintf(viewer, "view_course, deliver_course"))
	env.Apply(t, "acme", `{kind: Group, metadata: {name: readers}, spec: {members: [{name: bob}, {name: cat}]}}`)
	r = run(t, env, logging)
	records := l.next(t, 2)
	for i, want := range []string{"bob Course/algebra +deliver_course Start Group/readers:Found RoleBinding/b:Found", "cat Course/algebra +"} {
		if !strings.HasPrefix(records[i], want) {
			t.Errorf("%s\nwant %s", records[i], want)
		}
	}
	settleDown(r)
	if d := cmp.Diff(inCluster(t, env), replayed(t, out)); d != "" {
		t.Error(d)
	}
}

// A namespace that is being deleted takes the objects with it, and what was lost is told all the same.
func TestTheAuditLogOfANamespaceThatGoes(t *testing.T) {
	env := testenv.Start(t)
	env.Clear(t)
	env.Namespace(t, "acme", nil)
	out := &syncBuffer{}
	r := run(t, env, func(o *manager.Options) { o.Audit.Path, o.AuditOut = audit.Stdout, out })
	env.Apply(t, "acme", crowd(3))
	env.Expect(t, "EffectivePermissions/acme/p002 entityCount=1")
	settleDown(r)
	for range 2 { // the objects first, and only then why they are there
		for i := range 3 {
			env.Delete(t, "acme", fmt.Sprintf(`{kind: EffectivePermissions, metadata: {name: p%03d}}`, i))
		}
	}
	env.Apply(t, "acme", `{kind: Group, metadata: {name: all}, spec: {}}`)
	env.Expect(t, "EffectivePermissions/acme/p002 absent")
	settleDown(r)
	if d := cmp.Diff(map[string]string{}, replayed(t, out)); d != "" {
		t.Error(d)
	}
}

// A namespace that went while no manager ran took everything with it; that it did is found out.
func TestTheAuditLogOfANamespaceThatWent(t *testing.T) {
	env := testenv.Start(t)
	env.Clear(t)
	env.Namespace(t, "acme", nil)
	env.Namespace(t, "former", nil)
	out := &syncBuffer{}
	logging := func(o *manager.Options) { o.Audit.Path, o.AuditOut = audit.Stdout, out }
	r := run(t, env, logging)
	env.Apply(t, "acme", crowd(2))
	env.Apply(t, "former", crowd(3))
	env.Expect(t, "EffectivePermissions/acme/p001 entityCount=1\nEffectivePermissions/former/p002 entityCount=1")
	settleDown(r)
	r.stop()

	env.Clear(t)
	env.Apply(t, "acme", crowd(2))
	ns := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: "former"}}
	if err := env.Client.Delete(t.Context(), ns); err != nil {
		t.Fatal(err)
	}
	if err := env.Client.SubResource("finalize").Update(t.Context(), ns); err != nil { // as the namespace controller does
		t.Fatal(err)
	}
	run(t, env, logging)
	env.Expect(t, "EffectivePermissions/acme/p001 entityCount=1")
	comesTo(t, env, func() map[string]string { return replayed(t, out) })
	env.Namespace(t, "former", nil) // another one of the name
	env.Apply(t, "former", crowd(1))
	env.Expect(t, "EffectivePermissions/former/p000 entityCount=1")
	comesTo(t, env, func() map[string]string { return replayed(t, out) })
	gone := 0
	for _, r := range out.records(t) {
		if r.Kind == audit.NamespaceGone {
			gone++
		}
	}
	if gone != 1 {
		t.Errorf("%d namespaces have gone, by the log", gone)
	}
}

// A log that cannot be written to holds up what it is owed, and nothing is lost.
func TestNothingIsLostWhereTheLogFails(t *testing.T) {
	env := testenv.Start(t)
	env.Clear(t)
	env.Namespace(t, "acme", nil)
	out := &syncBuffer{}
	out.fail.Store(true)
	run(t, env, func(o *manager.Options) { o.Audit.Path, o.AuditOut = audit.Stdout, out })
	env.Apply(t, "acme", crowd(3))
	env.Expect(t, "EffectivePermissions/acme/p002 entityCount=1")
	env.Apply(t, "acme", `{kind: Group, metadata: {name: all}, spec: {members: [{name: p000}]}}`)
	env.Expect(t, "Group/acme/all memberCount=1")
	// What is owed for the gain keeps the loss from being written over it.
	env.Expect(t, "EffectivePermissions/acme/p002 entityCount=1")
	out.fail.Store(false)
	env.Expect(t, "EffectivePermissions/acme/p002 absent")
	comesTo(t, env, func() map[string]string { return replayed(t, out) })
	var seen []string
	for _, r := range out.records(t) {
		if r.Person == "p002" {
			seen = append(seen, fmt.Sprintf("%d gained %d lost", min(len(r.Gained), 1), min(len(r.Lost), 1)))
		}
	}
	if want := []string{"1 gained 0 lost", "0 gained 1 lost"}; !slices.Equal(seen, want) {
		t.Errorf("%v, want %v", seen, want)
	}
}
