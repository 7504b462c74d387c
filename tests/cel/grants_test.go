package cel

import (
	"strings"
	"testing"
)

func TestRoleBinding(t *testing.T) {
	head := "entityRef: {kind: Course, name: algebra-1}\nroleRef: {name: course-instructor}\n"
	table{kind: "RoleBinding", name: "teachers", cases: []testCase{
		{about: "as in the documentation", spec: head + `
subjects: [{kind: Person, name: dana}, {kind: Group, name: mathematics}]
notAfter: "2027-06-30T00:00:00Z"
justification: Autumn and spring terms`},
		{about: "a template to a group elsewhere",
			spec: `{entityRef: {kind: Course, name: c}, roleRef: {kind: RoleTemplate, name: staff}, subjects: [{kind: Group, name: g, namespace: corporate}, {kind: Group, name: g}]}`},
		{about: "nobody", spec: head + "subjects: []"},
		{about: "no entity", spec: `{roleRef: {name: r}, subjects: []}`,
			refused: "give entityRef for one entity, or entitySelector for those of a level below one"},
		{about: "many entities", spec: `{entitySelector: {level: Course, under: {kind: Campus, name: north}, matchAttributes: {kind: lab},
  matchExpressions: [{key: room, operator: NotIn, values: ["1"]}]}, roleRef: {name: r}, subjects: []}`},
		{about: "one entity and many", spec: `{entityRef: {kind: Course, name: c},
  entitySelector: {level: Course, under: {kind: Campus, name: north}}, roleRef: {name: r}, subjects: []}`,
			refused: "a binding is at one entity or at many"},
		{about: "many below nothing", spec: `{entitySelector: {level: Course}, roleRef: {name: r}, subjects: []}`,
			refused: "spec.entitySelector.under: Required value"},
		{about: "many of no level", spec: `{entitySelector: {under: {kind: Campus, name: north}}, roleRef: {name: r}, subjects: []}`,
			refused: "spec.entitySelector.level: Required value"},
		{about: "no role", spec: `{entityRef: {kind: Course, name: c}, subjects: []}`, refused: "spec.roleRef: Required value"},
		{about: "no subjects", spec: head, refused: "spec.subjects: Required value"},
		{about: "entity of another namespace", spec: `{entityRef: {kind: Course, name: c, namespace: other}, roleRef: {name: r}, subjects: []}`,
			refused: `unknown field "spec.entityRef.namespace"`},
		{about: "entity is a group", spec: `{entityRef: {kind: Group, name: c}, roleRef: {name: r}, subjects: []}`,
			refused: "spec.entityRef.kind: Unsupported value"},
		{about: "a ClusterRole", spec: `{entityRef: {kind: Course, name: c}, roleRef: {kind: ClusterRole, name: r}, subjects: []}`,
			refused: `supported values: "Role", "RoleTemplate"`},
		{about: "a User", spec: head + "subjects: [{kind: User, name: dana}]", refused: `supported values: "Person", "Group"`},
		{about: "subject without a kind", spec: head + "subjects: [{name: dana}]", refused: "spec.subjects[0].kind: Required value"},
		{about: "person with a namespace", spec: head + "subjects: [{kind: Person, name: dana, namespace: acme}]",
			refused: "people have no namespace"},
		{about: "person with a long name", spec: head + "subjects: [{kind: Person, name: " + strings.Repeat("a", 64) + "}]",
			refused: "the name of a person has at most 63 characters"},
		{about: "group with a long name", spec: head + "subjects: [{kind: Group, name: " + strings.Repeat("a", 253) + "}]"},
		{about: "person by address", spec: head + "subjects: [{kind: Person, name: dana@example.org}]", refused: "must be the name of an object"},
		{about: "person twice", spec: head + "subjects: [{kind: Person, name: dana}, {kind: Group, name: dana}, {kind: Person, name: dana}]",
			refused: "spec.subjects[2]: Duplicate value"},
		{about: "group twice", spec: head + `subjects: [{kind: Group, name: g}, {kind: Group, name: g, namespace: ""}]`,
			refused: "spec.subjects[1]: Duplicate value"},
	}}.run(t)
	windows(t, "RoleBinding", head+"subjects: []\n")
}

// windows holds what is said of notBefore and notAfter, which several kinds have.
func windows(t *testing.T, kind, head string) {
	table{kind: kind, name: "x", cases: []testCase{
		{about: "window", spec: head + "notBefore: \"2027-01-01T00:00:00Z\"\nnotAfter: \"2027-01-01T00:00:01Z\""},
		{about: "window with fractions", spec: head + "notBefore: \"2027-01-01T00:00:00.25Z\"\nnotAfter: \"2027-01-01T00:00:00.5Z\""},
		{about: "window across zones", spec: head + "notBefore: \"2027-01-01T10:00:00+10:00\"\nnotAfter: \"2027-01-01T00:00:01Z\""},
		{about: "window backwards", spec: head + "notBefore: \"2027-01-02T00:00:00Z\"\nnotAfter: \"2027-01-01T00:00:00Z\"",
			refused: "notAfter must be later than notBefore"},
		{about: "empty window", spec: head + "notBefore: \"2027-01-01T00:00:00Z\"\nnotAfter: \"2027-01-01T00:00:00Z\"",
			refused: "notAfter must be later than notBefore"},
		{about: "window until a day", spec: head + "notAfter: \"2027-01-01\"", refused: "spec.notAfter"},
		{about: "window until a number", spec: head + "notAfter: 1798761600", refused: "spec.notAfter"},
		{about: "window until never", spec: head + "notAfter: \"\"", refused: "spec.notAfter"},
		{about: "window until the zone of nowhere", spec: head + "notAfter: \"2027-01-01T00:00:00+25:00\"", refused: "spec.notAfter"},
	}}.run(t)
}

func TestPermissionOverride(t *testing.T) {
	head := "person: erin\nentityRef: {kind: Course, name: algebra-1}\nreason: Visiting auditor\n"
	table{kind: "PermissionOverride", name: "erin-algebra", cases: []testCase{
		{about: "some permissions", spec: head + "permissions: [view_course]"},
		{about: "no permissions", spec: head + "permissions: []"},
		{about: "all permissions", spec: head + `permissions: ["*"]`},
		{about: "no list of permissions", spec: head, refused: "spec.permissions: Required value"},
		{about: "all and more", spec: head + `permissions: [view_course, "*"]`, refused: "stands alone"},
		{about: "no person", spec: `{entityRef: {kind: Course, name: c}, reason: x, permissions: []}`, refused: "spec.person: Required value"},
		{about: "no entity", spec: `{person: erin, reason: x, permissions: []}`, refused: "spec.entityRef: Required value"},
		{about: "no reason", spec: `{person: erin, entityRef: {kind: Course, name: c}, permissions: []}`, refused: "spec.reason: Required value"},
		{about: "empty reason", spec: `{person: erin, entityRef: {kind: Course, name: c}, permissions: [], reason: ""}`,
			refused: "spec.reason in body should be at least 1 chars long"},
		{about: "person by address", spec: `{person: erin@example.org, entityRef: {kind: Course, name: c}, permissions: [], reason: x}`,
			refused: "an e-mail address goes into spec.email of the Person"},
	}}.run(t)
	windows(t, "PermissionOverride", head+"permissions: []\n")
}

func TestSystemDeny(t *testing.T) {
	head := "permissions: [manage_wallet]\nreason: Audit\n"
	table{kind: "SystemDeny", name: "no-payments", cases: []testCase{
		{about: "a group", spec: head + "subjects: [{kind: Group, name: contractors, namespace: acme}]"},
		{about: "a person", spec: head + "subjects: [{kind: Person, name: dana}]"},
		{about: "everyone", spec: head + "everyone: true"},
		{about: "everything", spec: `{permissions: ["*"], reason: x, everyone: true}`},
		{about: "scope of an entity", spec: head +
			"everyone: true\nscope: {entityRef: {kind: Organisation, name: acme, namespace: acme}, descendants: Exclude}"},
		{about: "scope of namespaces", spec: head + "everyone: true\nscope: {namespaces: [acme, corporate]}"},
		{about: "scope of both", spec: head + "everyone: true\nscope: {namespaces: [acme], entityRef: {kind: Course, name: c, namespace: acme}}"},
		{about: "nobody", spec: head, refused: "say who: either subjects or everyone: true, and not both"},
		{about: "somebody and everybody", spec: head + "everyone: true\nsubjects: [{kind: Person, name: dana}]",
			refused: "say who: either subjects or everyone: true, and not both"},
		{about: "not everyone", spec: head + "everyone: false", refused: "everyone is true or left out"},
		{about: "empty list of subjects", spec: head + "subjects: []", refused: "spec.subjects in body should have at least 1 items"},
		{about: "group without namespace", spec: head + "subjects: [{kind: Group, name: contractors}]",
			refused: "a group among the subjects of a SystemDeny needs its namespace"},
		{about: "person with namespace", spec: head + "subjects: [{kind: Person, name: dana, namespace: acme}]",
			refused: "people have no namespace"},
		{about: "no permissions", spec: "{permissions: [], reason: x, everyone: true}",
			refused: "spec.permissions in body should have at least 1 items"},
		{about: "no reason", spec: "{permissions: [a], everyone: true}", refused: "spec.reason: Required value"},
		{about: "empty scope", spec: head + "everyone: true\nscope: {}", refused: "leave scope out for the whole platform"},
		{about: "no namespaces", spec: head + "everyone: true\nscope: {namespaces: []}",
			refused: "spec.scope.namespaces in body should have at least 1 items"},
		{about: "descendants of namespaces", spec: head + "everyone: true\nscope: {namespaces: [acme], descendants: Include}",
			refused: "descendants goes with entityRef only"},
		{about: "entity without namespace", spec: head + "everyone: true\nscope: {entityRef: {kind: Course, name: c}}",
			refused: "spec.scope.entityRef.namespace: Required value"},
		{about: "no such reach", spec: head + "everyone: true\nscope: {entityRef: {kind: Course, name: c, namespace: acme}, descendants: Some}",
			refused: `supported values: "Include", "Exclude"`},
	}}.run(t)
	windows(t, "SystemDeny", head+"everyone: true\n")
}
