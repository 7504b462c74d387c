package gitsync

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"testing"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/yaml"

	provostv1 "provost.dev/provost/api/v1alpha1"
	"provost.dev/provost/internal/engine/directory"
)

// TestTakingComesFirst has commits that update what exists: what only takes is written before what gives, whatever the kinds, and
// what names something new waits for it.
func TestTakingComesFirst(t *testing.T) {
	t.Parallel()
	const course = `{kind: Organisation, metadata: {name: acme}}
---
{kind: Course, metadata: {name: algebra}, spec: {parentRef: {kind: Organisation, name: acme}, attributes: {kind: [%]}}}
---
`
	labs := func(kind, role, who string) string {
		return `{kind: RoleBinding, metadata: {name: labs}, spec: {entitySelector: {level: Course, under: {kind: Organisation, name: acme},
  matchAttributes: {kind: ` + kind + `}}, roleRef: {name: ` + role + `}, subjects: [{kind: Person, name: ` + who + `}]}}
---
`
	}
	const staff = `{kind: Group, metadata: {name: staff}, spec: {members: [%]}}
---
`
	const internal = `{kind: Group, metadata: {name: internal}, spec: {compose: {%}}}
---
kind: RoleBinding
metadata: {name: internals}
spec: {entityRef: {kind: Organisation, name: acme}, roleRef: {name: organisation-member}, subjects: [{kind: Group, name: internal}]}
---
{kind: Group, metadata: {name: contractors}, spec: {members: [{name: cy}]}}
---
`
	with := func(text, value string) string { return strings.Replace(text, "%", value, 1) }
	for _, tt := range []struct{ name, before, after, want string }{
		{"a selection is narrowed before a course comes to be of what it chose",
			with(course, "lecture") + labs("lab", "course-admin", "ada"), with(course, "lab") + labs("sandbox", "course-admin", "ada"),
			"labs algebra"},
		{"a selection chooses other courses, when the course is none of them any more",
			with(course, "lab") + labs("lecture", "course-admin", "ada"), with(course, "lecture") + labs("lab", "course-admin", "ada"),
			"algebra labs | labs algebra"},
		{"a group keeps people out before somebody comes into what it includes",
			with(course, "lab") + with(staff, "") + with(internal, "include: [staff]"),
			with(course, "lab") + with(staff, "{name: cy}") + with(internal, "include: [staff], exclude: [contractors]"), "internal staff"},
		{"an entry is removed before the group is let in",
			with(course, "lab") + with(staff, "{name: cy}") + with(internal, "include: [staff], exclude: [contractors]"),
			with(course, "lab") + with(staff, "") + with(internal, "include: [staff]"), "staff internal"},
		{"what names a new role waits for it, though it only takes",
			with(course, "lab") + labs("lab", "course-admin", "ada"),
			with(course, "lab") + labs("lab", "fresh", "ada") +
				`{kind: Role, metadata: {name: fresh}, spec: {level: Course, type: Custom, entityRef: {kind: Course, name: algebra},
  permissions: [view_course]}}`,
			"fresh labs"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			r := &run{Syncer: &Syncer{Client: typesOnly{}}, state: &state{}, view: &view{}}
			var records []directory.Record
			was := map[ID]*unstructured.Unstructured{}
			for _, u := range documents(t, tt.before) {
				record, err := r.record(u)
				if err != nil {
					t.Fatal(err)
				}
				records, was[idOf(u)] = append(records, record), u
			}
			r.Snapshot = func(context.Context) (*directory.Snapshot, error) { return directory.Build(records...), nil }
			for _, u := range documents(t, tt.after) {
				o, err := newObject(u, "a.b", "a.yaml:1")
				if err != nil {
					t.Fatal(err)
				}
				old, err := newObject(cmp.Or(was[o.ID], u), "a.b", "a.yaml:1")
				if err != nil {
					t.Fatal(err)
				}
				if was[o.ID] == nil || old.digest != o.digest {
					r.todo = append(r.todo, task{o, true})
				}
			}
			var got []string
			for _, step := range r.inOrder(t.Context()) {
				for _, task := range step {
					got = append(got, task.Name)
				}
			}
			if text := strings.Join(got, " "); !slices.Contains(strings.Split(tt.want, " | "), text) {
				t.Errorf("written in the order %s, want %s", text, tt.want)
			}
		})
	}
}

func documents(t *testing.T, text string) []*unstructured.Unstructured {
	t.Helper()
	var out []*unstructured.Unstructured
	for _, d := range strings.Split(text, "\n---") {
		o := &unstructured.Unstructured{}
		if err := yaml.Unmarshal([]byte(d), &o.Object); err != nil {
			t.Fatal(err)
		}
		if len(o.Object) > 0 {
			o.SetAPIVersion(provostv1.GroupVersion.String())
			o.SetNamespace("acme")
			out = append(out, o)
		}
	}
	return out
}

// typesOnly is a client that knows the types and asks nobody.
type typesOnly struct{ client.Client }

// Scheme implements client.Client.
func (typesOnly) Scheme() *runtime.Scheme {
	s := runtime.NewScheme()
	if err := provostv1.AddToScheme(s); err != nil {
		panic(err)
	}
	return s
}
