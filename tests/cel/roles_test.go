package cel

import "testing"

func TestRole(t *testing.T) {
	table{kind: "Role", name: "teaching-assistant", cases: []testCase{
		{about: "custom", spec: `
level: Course
type: Custom
displayName: Teaching Assistant
entityRef: {kind: Course, name: algebra-1}
permissions: [view_course, grade_submissions]
requires: [{role: course-student, enforcement: Warn}, {role: course-student, at: Parent}, {role: campus-member, at: Parent, enforcement: Deny}]
exclusiveWith: [{role: course-author, enforcement: Deny}]
complements: [course-instructor]`},
		{about: "custom without permissions", spec: `{level: Course, type: Custom, entityRef: {kind: Course, name: c}, permissions: []}`},
		{about: "custom with all permissions", spec: `{level: Course, type: Custom, entityRef: {kind: Course, name: c}, permissions: ["*"]}`},
		{about: "override",
			spec: `{level: Course, type: Override, overrides: course-instructor, entityRef: {kind: Course, name: c}, permissions: [view_course]}`},
		{about: "system", name: "course-instructor", spec: `{level: Course, type: System, permissions: [view_course]}`},
		{about: "nothing said", refused: "spec: Required value"},
		{about: "no level", spec: `{type: Custom, permissions: []}`, refused: "spec.level: Required value"},
		{about: "no type", spec: `{level: Course, permissions: []}`, refused: "spec.type: Required value"},
		{about: "no list of permissions", spec: `{level: Course, type: Custom, entityRef: {kind: Course, name: c}}`,
			refused: "spec.permissions: Required value"},
		{about: "no such type", spec: `{level: Course, type: Special, permissions: []}`,
			refused: `supported values: "System", "Custom", "Override"`},
		{about: "no such level", spec: `{level: Faculty, type: Custom, permissions: []}`, refused: "spec.level: Unsupported value"},
		{about: "custom without entity", spec: `{level: Course, type: Custom, permissions: []}`,
			refused: "a Custom or Override role belongs to one entity"},
		{about: "custom for the courses of an organisation",
			spec: `{level: Course, type: Custom, entityRef: {kind: Organisation, name: c}, permissions: []}`},
		{about: "override for the tasks of a course",
			spec: `{level: Task, type: Override, overrides: task-admin, entityRef: {kind: Course, name: c}, permissions: []}`},
		{about: "custom of a level above its entity's",
			spec:    `{level: Organisation, type: Custom, entityRef: {kind: Campus, name: c}, permissions: []}`,
			refused: "entityRef.kind must be the level, or one above it"},
		{about: "custom at another level", spec: `{level: Course, type: Custom, entityRef: {kind: Module, name: c}, permissions: []}`,
			refused: "entityRef.kind must be the level, or one above it"},
		{about: "custom that overrides",
			spec:    `{level: Course, type: Custom, overrides: course-student, entityRef: {kind: Course, name: c}, permissions: []}`,
			refused: "overrides goes with the type Override only"},
		{about: "override without entity", spec: `{level: Course, type: Override, overrides: course-student, permissions: []}`,
			refused: "a Custom or Override role belongs to one entity"},
		{about: "override of nothing", spec: `{level: Course, type: Override, entityRef: {kind: Course, name: c}, permissions: []}`,
			refused: "an Override role needs overrides"},
		{about: "override of another level",
			spec:    `{level: Course, type: Override, overrides: campus-admin, entityRef: {kind: Course, name: c}, permissions: []}`,
			refused: "overrides must name a system role of the same level"},
		{about: "override that requires",
			spec: `{level: Course, type: Override, overrides: course-student, entityRef: {kind: Course, name: c}, permissions: [], requires: [{role: x}]}`, refused: "put requires into roleRules of the Platform"},
		{about: "override that excludes",
			spec: `{level: Course, type: Override, overrides: course-student, entityRef: {kind: Course, name: c}, permissions: [], exclusiveWith: [{role: x}]}`, refused: "put exclusiveWith into roleRules of the Platform"},
		{about: "override that complements",
			spec: `{level: Course, type: Override, overrides: course-student, entityRef: {kind: Course, name: c}, permissions: [], complements: [x]}`, refused: "put complements into roleRules of the Platform"},
		{about: "system at an entity", name: "course-x",
			spec: `{level: Course, type: System, entityRef: {kind: Course, name: c}, permissions: []}`, refused: "a System role counts everywhere"},
		{about: "system by another name", name: "instructor", spec: `{level: Course, type: System, permissions: []}`,
			refused: "the name of a System role begins with its level"},
		{about: "system by the name of another level", name: "campus-admin", spec: `{level: Course, type: System, permissions: []}`,
			refused: "the name of a System role begins with its level"},
		{about: "custom by a system role's name", name: "task-helper",
			spec:    `{level: Course, type: Custom, entityRef: {kind: Course, name: c}, permissions: []}`,
			refused: "are for system roles: choose another"},
		{about: "override by a system role's name", name: "course-instructor",
			spec:    `{level: Course, type: Override, overrides: course-instructor, entityRef: {kind: Course, name: c}, permissions: []}`,
			refused: "are for system roles: choose another"},
		{about: "all and more", spec: `{level: Course, type: Custom, entityRef: {kind: Course, name: c}, permissions: ["*", view_course]}`,
			refused: "stands alone"},
		{about: "permission twice",
			spec:    `{level: Course, type: Custom, entityRef: {kind: Course, name: c}, permissions: [view_course, view_course]}`,
			refused: "spec.permissions[1]: Duplicate value"},
		{about: "permission by its title", spec: `{level: Course, type: Custom, entityRef: {kind: Course, name: c}, permissions: [View Course]}`,
			refused: "must be the id of a permission"},
		{about: "permission with a star in it", spec: `{level: Course, type: Custom, entityRef: {kind: Course, name: c}, permissions: [view_*]}`,
			refused: "must be the id of a permission"},
		{about: "requirement twice",
			spec: `{level: Course, type: Custom, entityRef: {kind: Course, name: c}, permissions: [], requires: [{role: a}, {role: a, at: Entity, enforcement: Deny}]}`, refused: "spec.requires[1]: Duplicate value"},
		{about: "exclusion twice",
			spec:    `{level: Course, type: Custom, entityRef: {kind: Course, name: c}, permissions: [], exclusiveWith: [{role: a}, {role: a}]}`,
			refused: "spec.exclusiveWith[1]: Duplicate value"},
		{about: "no such place",
			spec:    `{level: Course, type: Custom, entityRef: {kind: Course, name: c}, permissions: [], requires: [{role: a, at: Child}]}`,
			refused: `supported values: "Entity", "Parent"`},
		{about: "no such enforcement",
			spec:    `{level: Course, type: Custom, entityRef: {kind: Course, name: c}, permissions: [], requires: [{role: a, enforcement: Block}]}`,
			refused: `supported values: "Warn", "Deny"`},
	}}.run(t)
}

func TestRoleTemplate(t *testing.T) {
	table{kind: "RoleTemplate", name: "staff", cases: []testCase{
		{about: "some roles", spec: `{displayName: Staff, roles: [{name: course-instructor}, {name: module-instructor}]}`},
		{about: "no roles", spec: `{displayName: Staff}`, refused: "spec.roles: Required value"},
		{about: "an empty list", spec: `{roles: []}`, refused: "spec.roles in body should have at least 1 items"},
		{about: "role twice", spec: `{roles: [{name: a}, {name: a}]}`, refused: "spec.roles[1]: Duplicate value"},
		{about: "role by a plain string", spec: `{roles: [a]}`, refused: "spec.roles[0]"},
	}}.run(t)
}
