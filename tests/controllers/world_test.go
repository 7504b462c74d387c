package controllers_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"provost.dev/provost/internal/testing/testenv"
)

// namespaces are those of the random worlds.
var namespaces = []string{"acme", "partner"}

// world makes random changes: objects from few names, so that they meet.
type world struct {
	*rand.Rand
	t   *testing.T
	env *testenv.Env
}

// newWorld begins anew: nothing is left of other tests, and the namespaces are there.
// What happens depends on the two numbers alone.
func newWorld(t *testing.T, env *testenv.Env, seed, stream uint64) *world {
	t.Helper()
	env.Clear(t)
	for _, ns := range namespaces {
		env.Namespace(t, ns, map[string]string{"tier": ns})
	}
	return &world{Rand: rand.New(rand.NewPCG(seed, stream)), t: t, env: env}
}

func pick[T any](w *world, of ...T) T { return of[w.IntN(len(of))] }

func (w *world) person() string { return pick(w, "ann", "bob", "cat", "dan", "eve") }
func (w *world) group() string  { return pick(w, "g1", "g2", "g3", "g4") }
func (w *world) ns() string     { return pick(w, namespaces...) }

// maybe is the text in some of the cases.
func (w *world) maybe(text string) string { return pick(w, text, "", "") }

func (w *world) entity() string {
	return pick(w, "{kind: Organisation, name: o}", "{kind: Campus, name: a}", "{kind: Course, name: c1}", "{kind: Course, name: c2}",
		"{kind: Module, name: m}")
}

// some is a list of a few different things.
func (w *world) some(of func() string) string {
	seen := map[string]bool{}
	var list []string
	for range w.IntN(3) {
		if x := of(); !seen[x] {
			seen[x] = true
			list = append(list, x)
		}
	}
	return "[" + strings.Join(list, ", ") + "]"
}

func (w *world) members() string {
	seen := map[string]bool{}
	var list []string
	for range w.IntN(4) {
		if p := w.person(); !seen[p] {
			seen[p] = true
			list = append(list, fmt.Sprintf("{name: %s, state: %s}", p, pick(w, "Active", "Active", "Active", "Removed", "Pending")))
		}
	}
	return "[" + strings.Join(list, ", ") + "]"
}

func (w *world) subject() string {
	return pick(w, fmt.Sprintf("{kind: Person, name: %s}", w.person()),
		fmt.Sprintf("{kind: Group, name: %s, namespace: %s}", w.group(), w.ns()))
}

func (w *world) permission() string {
	return pick(w, "view_course", "grade_submissions", "deliver_course", "manage_course_users", "fly")
}

func (w *world) role() string {
	return pick(w, "{name: course-student}", "{name: course-instructor}", "{name: campus-member}", "{name: custom}",
		"{kind: RoleTemplate, name: t}")
}

// change applies or deletes one object.
func (w *world) change() {
	kind := pick(w, "Organisation", "Campus", "Course", "Module", "Person", "Group", "Group", "Role", "RoleTemplate",
		"RoleBinding", "RoleBinding", "PermissionOverride", "SystemDeny", "Platform")
	name, spec := w.object(kind)
	head := fmt.Sprintf("{kind: %s, metadata: {name: %s}", kind, name)
	if w.IntN(4) == 0 {
		w.env.Delete(w.t, w.ns(), head+"}")
		return
	}
	w.env.Apply(w.t, w.ns(), head+", spec: {"+spec+"}}")
}

func (w *world) object(kind string) (name, spec string) {
	switch kind {
	case "Organisation":
		return "o", ""
	case "Campus":
		return "a", w.maybe("parentRef: {kind: Organisation, name: o}")
	case "Course":
		return pick(w, "c1", "c2"), pick(w, "", "parentRef: {kind: Campus, name: a}", "parentRef: {kind: Organisation, name: o}",
			"ownership: Private, owner: "+w.person())
	case "Module":
		return "m", pick(w, "", "parentRef: {kind: Course, name: c1}", "parentRef: {kind: Course, name: c2}")
	case "Person":
		return w.person(), w.maybe("state: Suspended, ") + w.maybe("attributes: {team: [red]}")
	case "Group":
		return w.group(), w.groupSpec()
	case "Role":
		if w.IntN(2) == 0 {
			return "custom", fmt.Sprintf("level: Course, type: Custom, entityRef: {kind: Course, name: %s}, permissions: %s, requires: [{role: "+
				"course-student, enforcement: %s}]",
				pick(w, "c1", "c2"), w.some(w.permission), pick(w, "Warn", "Deny"))
		}
		return pick(w, "over1",
				"over2"), fmt.Sprintf("level: Course, type: Override, overrides: course-student, entityRef: {kind: Course, name: %s}, permissions: %s",
				pick(w, "c1", "c2"), w.some(w.permission))
	case "RoleTemplate":
		return "t", pick(w, "roles: [{name: course-student}, {name: campus-member}]", "roles: [{name: custom}, {name: course-author}]")
	case "RoleBinding":
		return pick(w, "b1", "b2", "b3", "b4"), fmt.Sprintf("entityRef: %s, roleRef: %s, subjects: %s%s",
			w.entity(), w.role(), w.some(w.subject), w.window())
	case "PermissionOverride":
		return pick(w, "p1", "p2"), fmt.Sprintf("person: %s, entityRef: %s, permissions: %s, reason: because%s",
			w.person(), w.entity(), w.some(w.permission), w.window())
	case "SystemDeny":
		return pick(w, "d1", "d2"), pick(w, "everyone: true", "subjects: ["+w.subject()+"]") + ", reason: because, permissions: " +
			pick(w, `["*"]`, "[view_course]", "[grade_submissions, fly]") +
			pick(w, "", ", scope: {namespaces: [acme]}", ", scope: {entityRef: {kind: Organisation, name: o, namespace: acme}}",
				", scope: {entityRef: {kind: Course, name: c1, namespace: partner}, descendants: Exclude}") + w.window()
	default:
		return "platform", pick(w, "", "people: Declared", "justification: Warn",
			"roleRules: [{role: course-instructor, exclusiveWith: [{role: course-student, enforcement: Deny}]}, {role: course-student, requires: "+
				"[{role: campus-member, at: Parent}]}]")
	}
}

func (w *world) groupSpec() string {
	spec := "members: " + w.members()
	spec += w.maybe(fmt.Sprintf(", parentRef: {name: %s, namespace: %s}", w.group(), w.ns()))
	spec += w.maybe(", membership: Listed")
	spec += w.maybe(", memberSelector: {matchLabels: {team: red}}")
	spec += w.maybe(", allowedSubgroups: {namespaces: {from: " + pick(w, "All", "Selector, selector: {matchLabels: {tier: acme}}") + "}}")
	spec += w.maybe(fmt.Sprintf(", enrolments: [{name: e, entityRef: %s, roleRef: %s%s}]", w.entity(), w.role(), w.window()))
	return spec
}

// window is sometimes one that is over, to come, or about to end.
func (w *world) window() string {
	return pick(w, "", "", "", `, notAfter: "2020-01-01T00:00:00Z"`, `, notBefore: "2100-01-01T00:00:00Z"`,
		fmt.Sprintf(", notAfter: %q", at(2)), fmt.Sprintf(", notBefore: %q", at(2)))
}
