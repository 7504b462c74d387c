package controllers_test

import (
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	apimeta "k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	provostv1 "provost.dev/provost/api/v1alpha1"
	"provost.dev/provost/internal/testing/testenv"
)

// lineage is one entity of each level, each below the last.
const lineage = `
{kind: Organisation, metadata: {name: acme}}
---
{kind: Campus, metadata: {name: north}, spec: {parentRef: {kind: Organisation, name: acme}}}
---
{kind: Course, metadata: {name: algebra}, spec: {parentRef: {kind: Campus, name: north}}}
---
{kind: Module, metadata: {name: sets}, spec: {parentRef: {kind: Course, name: algebra}}}
---
{kind: Session, metadata: {name: monday}, spec: {parentRef: {kind: Module, name: sets}}}
---
{kind: Task, metadata: {name: essay}, spec: {parentRef: {kind: Session, name: monday}}}`

// held waits until exactly the entities named have the finalizer.
func held(t *testing.T, env *testenv.Env, want string) {
	t.Helper()
	var got []string
	eventually(t, "the finalizer is where it is wanted", func() bool {
		got = nil
		for _, name := range []string{"Organisation/acme", "Campus/north", "Course/algebra", "Module/sets", "Session/monday", "Task/essay"} {
			kind, name, _ := strings.Cut(name, "/")
			o, err := env.Scheme.New(provostv1.GroupVersion.WithKind(kind))
			if err != nil {
				t.Fatal(err)
			}
			e := o.(client.Object)
			err = env.Client.Get(t.Context(), types.NamespacedName{Namespace: "acme", Name: name}, e)
			if client.IgnoreNotFound(err) != nil {
				t.Fatal(err)
			}
			if err == nil && len(e.GetFinalizers()) > 0 {
				got = append(got, name)
			}
		}
		return strings.Join(got, " ") == want
	})
}

// An entity with children goes when the last of them has gone (R27).
func TestAnEntityWaitsForItsChildren(t *testing.T) {
	env, r := start(t)
	env.Apply(t, "acme", lineage)
	held(t, env, "acme north algebra sets monday")
	env.Expect(t, "Organisation/acme/acme Ready=True/Succeeded children=1")

	// Applying the manifests once more changes nothing of it, and is no reason to write.
	calm(r.writes)
	was := r.writes.Total()
	env.Apply(t, "acme", lineage)
	calm(r.writes)
	if n := r.writes.Total() - was; n != 0 {
		t.Errorf("%d writes because the same was applied again: %s", n, r.writes)
	}
	held(t, env, "acme north algebra sets monday")

	env.Delete(t, "acme", "{kind: Organisation, metadata: {name: acme}}\n---\n{kind: Course, metadata: {name: algebra}}")
	env.Expect(t, `
Organisation/acme/acme  Ready=False/ChildrenRemain children=1
Course/acme/algebra     Ready=False/ChildrenRemain children=1
Campus/acme/north       Ready=False/ParentNotFound
Module/acme/sets        Ready=False/ParentNotFound`)
	course := &provostv1.Course{}
	if err := env.Client.Get(t.Context(), types.NamespacedName{Namespace: "acme", Name: "algebra"}, course); err != nil {
		t.Fatal(err)
	}
	want := "It is being deleted, and goes when nothing stands below it any more. " +
		"Delete what remains, or move it elsewhere (spec.parentRef): Module/sets."
	if got := apimeta.FindStatusCondition(course.Status.Conditions, "Ready").Message; got != want {
		t.Errorf("%q\nwant %q", got, want)
	}

	// The course moves its module away and goes; what is below the module stays. The campus is
	// now without children, and goes at once.
	env.Apply(t, "acme", `{kind: Module, metadata: {name: sets}, spec: {}}`)
	env.Expect(t, "Course/acme/algebra absent\nModule/acme/sets Ready=True/Succeeded children=1")
	held(t, env, "acme sets monday")
	env.Delete(t, "acme", `{kind: Campus, metadata: {name: north}}`)
	env.Expect(t, "Campus/acme/north absent\nOrganisation/acme/acme absent")

	// A child that waits for its own children is still there.
	env.Apply(t, "acme", `{kind: Module, metadata: {name: sets}, spec: {parentRef: {kind: Course, name: algebra}}}
---
{kind: Course, metadata: {name: algebra}}`)
	held(t, env, "algebra sets monday")
	env.Delete(t, "acme", "{kind: Course, metadata: {name: algebra}}\n---\n{kind: Module, metadata: {name: sets}}")
	env.Expect(t, "Course/acme/algebra Ready=False/ChildrenRemain\nModule/acme/sets Ready=False/ChildrenRemain")
	env.Delete(t, "acme", "{kind: Session, metadata: {name: monday}}\n---\n{kind: Task, metadata: {name: essay}}")
	env.Expect(t, "Session/acme/monday absent\nModule/acme/sets absent\nCourse/acme/algebra absent")
}

// Everything is deleted at once, from the top: the order does not matter.
func TestATreeGoesAtOnce(t *testing.T) {
	env, _ := start(t)
	env.Apply(t, "acme", lineage)
	held(t, env, "acme north algebra sets monday")
	env.Delete(t, "acme", lineage)
	env.Expect(t, "Organisation/acme/acme absent\nSession/acme/monday absent")
}

// While no manager runs, a deletion waits; the next one lets it finish.
func TestADeletionWaitsForAManager(t *testing.T) {
	env, r := start(t)
	env.Apply(t, "acme", lineage)
	held(t, env, "acme north algebra sets monday")
	env.Expect(t, "Organisation/acme/acme Ready=True/Succeeded")
	r.stop()
	env.Delete(t, "acme", lineage)
	env.Expect(t, "Task/acme/essay absent\nOrganisation/acme/acme Ready=True/Succeeded")
	run(t, env)
	env.Expect(t, "Organisation/acme/acme absent\nSession/acme/monday absent")
}

// In a namespace that is being deleted nothing is kept (R25). Without Kubernetes' own controllers it is
// the test that deletes what is in it, in the worst order and not to the end.
func TestNothingIsKeptInANamespaceThatGoes(t *testing.T) {
	env, _ := start(t)
	env.Namespace(t, "leaving", nil)
	env.Apply(t, "leaving", lineage)
	env.Expect(t, "Organisation/leaving/acme children=1")
	eventually(t, "the finalizer is there", func() bool {
		o := &provostv1.Organisation{}
		return env.Client.Get(t.Context(), types.NamespacedName{Namespace: "leaving", Name: "acme"}, o) == nil && len(o.Finalizers) == 1
	})
	env.Delete(t, "leaving", `{kind: Organisation, metadata: {name: acme}}`)
	env.Expect(t, "Organisation/leaving/acme Ready=False/ChildrenRemain")
	leaving := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: "leaving"}}
	if err := env.Client.Delete(t.Context(), leaving); err != nil {
		t.Fatal(err)
	}
	env.Expect(t, "Organisation/leaving/acme absent")
	env.Delete(t, "leaving", `{kind: Course, metadata: {name: algebra}}`)
	env.Expect(t, "Course/leaving/algebra absent\nModule/leaving/sets Ready=False/ParentNotFound")
	env.Delete(t, "leaving", `{kind: Module, metadata: {name: sets}}`)
	finalise(t, env, leaving)
}

// eventually waits until something is so.
func eventually(t *testing.T, what string, is func() bool) {
	t.Helper()
	for deadline := time.Now().Add(time.Minute); time.Now().Before(deadline); time.Sleep(30 * time.Millisecond) {
		if is() {
			return
		}
	}
	t.Fatalf("it does not come about that %s", what)
}
