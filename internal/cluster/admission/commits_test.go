package admission_test

import (
	"slices"
	"testing"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// flux is a trusted applier of school.world.
const flux = "system:serviceaccount:flux-system:flux"

// commits are inconsistent only in between: each of their objects by itself does
// not fit the state before it.
var commits = []struct{ name, before, after string }{
	{
		name: "two parents swapped",
		before: `
{kind: Group, metadata: {name: one}}
---
{kind: Group, metadata: {name: two}, spec: {parentRef: {name: one}, members: [{name: bob}]}}`,
		after: `
{kind: Group, metadata: {name: one}, spec: {parentRef: {name: two}}}
---
{kind: Group, metadata: {name: two}, spec: {members: [{name: bob}]}}`,
	},
	{
		name: "a role, its binding and their course",
		after: `
{kind: RoleBinding, metadata: {name: assistants}, spec: {entityRef: {kind: Course, name: physics}, roleRef: {name: ta}, subjects: [{kind: Group, name: tutors}]}}
---
{kind: Role, metadata: {name: ta}, spec: {level: Course, type: Custom, entityRef: {kind: Course, name: physics}, permissions: [grade_submissions]}}
---
{kind: Course, metadata: {name: physics}, spec: {parentRef: {kind: Campus, name: west}}}
---
{kind: Group, metadata: {name: tutors}, spec: {parentRef: {name: staff}, members: [{name: bob}]}}`,
	},
	{
		name: "a student who becomes an instructor of an exclusive pair",
		before: `
{kind: RoleBinding, metadata: {name: learns}, spec: {entityRef: {kind: Course, name: algebra}, roleRef: {name: learner}, subjects: [{kind: Person, name: bob}]}}
---
{kind: RoleBinding, metadata: {name: teaches}, spec: {entityRef: {kind: Course, name: algebra}, roleRef: {name: teacher}, subjects: [{kind: Person, name: dana}]}}
---
{kind: Role, metadata: {name: teacher}, spec: {level: Course, type: Custom, entityRef: {kind: Course, name: algebra}, permissions: [grade_submissions], exclusiveWith: [{role: learner, enforcement: Deny}]}}
---
{kind: Role, metadata: {name: learner}, spec: {level: Course, type: Custom, entityRef: {kind: Course, name: algebra}, permissions: [view_course], exclusiveWith: [{role: teacher, enforcement: Deny}]}}`,
		after: `
{kind: RoleBinding, metadata: {name: learns}, spec: {entityRef: {kind: Course, name: algebra}, roleRef: {name: learner}, subjects: [{kind: Person, name: stan}]}}
---
{kind: RoleBinding, metadata: {name: teaches}, spec: {entityRef: {kind: Course, name: algebra}, roleRef: {name: teacher}, subjects: [{kind: Person, name: bob}]}}`,
	},
	{
		name: "one override in the place of another, and a user name that changes hands",
		before: `
{kind: Role, metadata: {name: mild}, spec: {level: Course, type: Override, overrides: course-coach, entityRef: {kind: Course, name: algebra}, permissions: []}}
---
{kind: Person, metadata: {name: old}, spec: {username: chief@acme.example}}
---
{kind: Person, metadata: {name: new}}`,
		after: `
{kind: Role, metadata: {name: milder}, spec: {level: Course, type: Override, overrides: course-coach, entityRef: {kind: Course, name: algebra}, permissions: [view_course]}}
---
{kind: Person, metadata: {name: new}, spec: {username: chief@acme.example}}
---
{kind: Person, metadata: {name: old}, spec: {state: Suspended}}`,
	},
}

// TestCommits applies commits object by object in the name of a trusted applier,
// as a dry run against the state before them, and in every order.
func TestCommits(t *testing.T) {
	g := guard(t)
	g.world(t, schoolWorld(t))
	applier := as(t, g.Env, flux)
	apply := func(o *unstructured.Unstructured, opts ...client.ApplyOption) error {
		opts = append(opts, client.FieldOwner("flux"), client.ForceOwnership)
		return applier.Client.Apply(t.Context(), client.ApplyConfigurationFromUnstructured(o.DeepCopy()), opts...)
	}
	for _, c := range commits {
		t.Run(c.name, func(t *testing.T) {
			after := g.Objects(t, "acme", c.after)
			reset := func() {
				g.hand.Delete(t, "acme", c.after)
				g.hand.Apply(t, "acme", c.before)
			}
			reset()
			for _, o := range after {
				if err := apply(o, client.DryRunAll); err != nil {
					t.Errorf("dry run of %s %s: %v", o.GetKind(), o.GetName(), err)
				}
			}
			for order := range orders(len(after)) {
				reset()
				for _, i := range order {
					if err := apply(after[i]); err != nil {
						t.Errorf("order %v: %s %s: %v", order, after[i].GetKind(), after[i].GetName(), err)
					}
				}
			}
		})
	}
}

// orders yields every order of n things.
func orders(n int) func(func([]int) bool) {
	var all func(order, left []int, yield func([]int) bool) bool
	all = func(order, left []int, yield func([]int) bool) bool {
		if len(left) == 0 {
			return yield(slices.Clone(order))
		}
		for i := range left {
			if !all(append(order, left[i]), slices.Delete(slices.Clone(left), i, i+1), yield) {
				return false
			}
		}
		return true
	}
	first := make([]int, n)
	for i := range first {
		first[i] = i
	}
	return func(yield func([]int) bool) { all(nil, first, yield) }
}
