package admission_test

import (
	"fmt"
	"strings"
	"testing"

	"sigs.k8s.io/controller-runtime/pkg/client"
)

// TestAnswers pins what an API server answers to an administrator who gets
// something wrong: a refusal where no later commit could make it right, and a
// warning where one could.
func TestAnswers(t *testing.T) {
	g := guard(t)
	g.world(t, schoolWorld(t))
	g.hand.Apply(t, "acme", `
{kind: Role, metadata: {name: reader}, spec: {level: Course, type: Custom, entityRef: {kind: Course, name: biology}, permissions: [view_course]}}
---
{kind: PermissionOverride, metadata: {name: first}, spec: {person: bob, entityRef: {kind: Course, name: algebra}, permissions: [view_course], reason: a test}}
---
{kind: Role, metadata: {name: mild}, spec: {level: Course, type: Override, overrides: course-coach, entityRef: {kind: Course, name: algebra}, permissions: []}}
---
{kind: Group, metadata: {name: top}}
---
{kind: Group, metadata: {name: leaf}, spec: {parentRef: {name: top}}}`)
	eventually(t, "the manager knows all of it", func() bool { return strings.Contains(strings.Join(g.known(), " "), "leaf") })
	many := make([]string, 10_001)
	for i := range many {
		many[i] = fmt.Sprintf("{name: p%d}", i)
	}
	for _, test := range []struct {
		what, object string
		refused      string   // with this in the reason
		warned       []string // exactly
	}{
		{what: "an unknown permission",
			object: `{kind: Role, metadata: {name: r}, spec: {level: Course, type: Custom, entityRef: {kind: Course, name: algebra}, permissions: [view_course, fly]}}`,
			warned: []string{"the level Course has no such permissions (fly): the others count; correct spec.permissions"}},
		{what: "a wrong level",
			object: `{kind: RoleBinding, metadata: {name: b}, spec: {entityRef: {kind: Course, name: algebra}, roleRef: {name: organisation-member}, subjects: [{kind: Person, name: bob}]}}`,
			warned: []string{"the role organisation-member is not of the level Course: nothing is granted through it; name a role of the level " +
				"Course, or another entity"}},
		{what: "a custom role bound elsewhere",
			object: `{kind: RoleBinding, metadata: {name: b}, spec: {entityRef: {kind: Course, name: algebra}, roleRef: {name: reader}, subjects: [{kind: Person, name: bob}]}}`,
			warned: []string{"the role reader belongs to course biology and counts only there: nothing is granted through it; create a role of " +
				"its own for course algebra, or correct roleRef"}},
		{what: "two overrides of a person",
			object: `{kind: PermissionOverride, metadata: {name: second}, spec: {person: bob, entityRef: {kind: Course, name: algebra}, permissions: [], reason: a test}}`,
			warned: []string{"bob has further PermissionOverrides at this entity (first): what all of them allow is in effect; delete all but one"}},
		{what: "two overrides of a role",
			object: `{kind: Role, metadata: {name: second}, spec: {level: Course, type: Override, overrides: course-coach, entityRef: {kind: Course, name: algebra}, permissions: []}}`,
			warned: []string{"course-coach is overridden at this entity by mild too: what all of them allow is in effect; delete all but one"}},
		{what: "a forged trail", object: `{kind: Group, metadata: {name: g, annotations: {provost.dev/changed-at: yesterday}}}`,
			warned: []string{`the annotation provost.dev/changed-at: "yesterday" is left out: who changes an object, and when, is written by itself`}},
		{what: "a member listed twice", object: `{kind: Group, metadata: {name: g}, spec: {members: [{name: bob}, {name: bob, state: Removed}]}}`,
			refused: `.spec.members: duplicate entries for key [id="",name="bob"]`},
		{what: "a name that is no object name", object: `{kind: Group, metadata: {name: g}, spec: {members: [{name: Bob_Smith}]}}`,
			refused: `spec.members[0].name: Invalid value: "Bob_Smith": `},
		{what: "10,001 members", object: `{kind: Group, metadata: {name: g}, spec: {members: [` + strings.Join(many, ", ") + `]}}`,
			refused: "spec.members: Too many: 10001: must have at most 5000 items"},
		{what: "a cycle", object: `{kind: Group, metadata: {name: top}, spec: {parentRef: {name: leaf}}}`,
			warned: []string{"the parents form a cycle (acme/leaf > acme/top > acme/leaf): the groups on it and below have only the members that " +
				"they declare themselves; take one parentRef of the cycle out"}},
		{what: "a group below itself", object: `{kind: Group, metadata: {name: g}, spec: {parentRef: {name: g}}}`,
			refused: "spec.parentRef.name: Invalid value: a group cannot be its own parent: name another group, or leave parentRef out"},
	} {
		root, heard := applying(t, g.Env, "root", "")
		for _, o := range g.Objects(t, "acme", test.object) {
			err := root.Client.Apply(t.Context(), client.ApplyConfigurationFromUnstructured(o), client.FieldOwner("a test"), client.ForceOwnership,
				client.DryRunAll)
			if test.refused == "" && err != nil || test.refused != "" && (err == nil || !strings.Contains(err.Error(), test.refused)) {
				t.Errorf("%s: %.600v, want %q", test.what, err, test.refused)
			}
		}
		if got, want := strings.Join(heard.texts, "\n"), strings.Join(test.warned, "\n"); got != want {
			t.Errorf("%s: warned of\n%s\nwant\n%s", test.what, got, want)
		}
	}
	// Those who are not trusted are refused what would not work.
	for _, test := range []struct{ object, refused string }{
		{`{kind: Role, metadata: {name: r}, spec: {level: Course, type: Custom, entityRef: {kind: Course, name: algebra}, permissions: [view_course, fly]}}`, "fly"},
		{`{kind: RoleBinding, metadata: {name: b}, spec: {entityRef: {kind: Course, name: algebra}, roleRef: {name: organisation-member}, subjects: [{kind: Person, name: bob}]}}`,
			"the role organisation-member is not of the level Course: nothing is granted through it"},
		{`{kind: RoleBinding, metadata: {name: b}, spec: {entityRef: {kind: Course, name: algebra}, roleRef: {name: reader}, subjects: [{kind: Person, name: bob}]}}`,
			"the role reader belongs to course biology and counts only there: nothing is granted through it"},
	} {
		for _, o := range g.Objects(t, "acme", test.object) {
			if err := as(t, g.Env, "sue").Client.Create(t.Context(), o, client.DryRunAll); err == nil ||
				!strings.Contains(refusal(err), test.refused) {
				t.Errorf("%s: %v, want %q", test.object, err, test.refused)
			}
		}
	}
}
