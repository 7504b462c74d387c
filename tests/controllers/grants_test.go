package controllers_test

import "testing"

// students has dana bound as a student, as an instructor through a group, and erin directly.
const students = school + `
---
kind: RoleBinding
metadata: {name: students}
spec:
  entityRef: {kind: Course, name: algebra}
  roleRef: {name: course-student}
  subjects: [{kind: Person, name: dana}, {kind: Person, name: erin}]
`

func TestBindingsWaitForWhatTheyName(t *testing.T) {
	env, _ := start(t)
	walk(t, env,
		step{name: "nothing is there (R7)", apply: `
kind: RoleBinding
metadata: {name: assistants}
spec:
  entityRef: {kind: Course, name: algebra}
  roleRef: {name: assistant}
  subjects: [{kind: Person, name: tom}, {kind: Group, name: helpers}]`, expect: `
RoleBinding/acme/assistants  Ready=False/EntityNotFound Stalled=- role=assistant entity=Course/algebra permissions= people=1`},
		step{name: "the entity appears", apply: school, expect: `
RoleBinding/acme/assistants  Ready=False/RoleNotFound Stalled=-`},
		step{name: "the role appears", apply: `
kind: Role
metadata: {name: assistant}
spec: {level: Course, type: Custom, entityRef: {kind: Course, name: algebra}, permissions: [view_course, grade_submissions]}`, expect: `
RoleBinding/acme/assistants  Ready=False/GroupNotFound Stalled=- permissions=grade_submissions,view_course
Role/acme/assistant          Ready=True/Succeeded permissionCount=2 bindings=1 people=1
EffectivePermissions/acme/tom  can[Course/algebra]=grade_submissions,view_course roles[Course/algebra]=assistant
EffectivePermissions/acme/tom  entityCount=1 roleCount=1`},
		step{name: "the group appears", apply: `{kind: Group, metadata: {name: helpers}, spec: {members: [{name: tina}]}}`, expect: `
RoleBinding/acme/assistants  Ready=True/Succeeded people=2
Role/acme/assistant          people=2
EffectivePermissions/acme/tina  roles[Course/algebra]=assistant`},
		step{name: "the role goes (R26)", delete: `{kind: Role, metadata: {name: assistant}}`, expect: `
RoleBinding/acme/assistants     Ready=False/RoleNotFound permissions=
EffectivePermissions/acme/tom   absent
EffectivePermissions/acme/tina  absent`},
	)
}

// What else keeps a binding from working stands in the tables of package status.
func TestBindingsOfTemplates(t *testing.T) {
	env, _ := start(t)
	walk(t, env,
		step{name: "none is there", apply: school + `
---
kind: RoleBinding
metadata: {name: no-template}
spec: {entityRef: {kind: Course, name: algebra}, roleRef: {kind: RoleTemplate, name: teachers}, subjects: [{kind: Person, name: tom}]}`,
			expect: `
RoleBinding/acme/no-template  Ready=False/RoleTemplateNotFound Stalled=- role=RoleTemplate/teachers
EffectivePermissions/acme/tom  absent`},
		step{name: "templates, the system namespace's last", apply: `
{kind: RoleTemplate, metadata: {name: teachers, namespace: provost-system}, spec: {roles: [{name: course-instructor}, {name: campus-member}]}}`, expect: `
RoleBinding/acme/no-template          Ready=True/Succeeded people=1
RoleTemplate/provost-system/teachers  Ready=True/Succeeded roleCount=2 bindings=1 people=1
EffectivePermissions/acme/tom         roles[Course/algebra]=course-instructor`},
		step{name: "the own template goes before it", apply: `
{kind: RoleTemplate, metadata: {name: teachers}, spec: {roles: [{name: course-author}, {name: course-nobody}]}}`, expect: `
RoleTemplate/acme/teachers            Ready=False/RoleNotFound Stalled=- roleCount=1 bindings=1 people=1
RoleTemplate/provost-system/teachers  bindings=0 people=0
EffectivePermissions/acme/tom         roles[Course/algebra]=course-author`},
	)
}

func TestOverridesOfRoles(t *testing.T) {
	env, _ := start(t)
	walk(t, env,
		step{name: "the defaults", apply: students, expect: `
RoleBinding/acme/students  Ready=True/Succeeded people=2
EffectivePermissions/acme/erin  roles[Course/algebra]=course-student`},
		step{name: "an Override replaces them for every binding (R4)", apply: `
kind: Role
metadata: {name: less}
spec: {level: Course, type: Override, overrides: course-student, entityRef: {kind: Course, name: algebra}, permissions: [view_course, deliver_course]}`, expect: `
Role/acme/less             Ready=True/Succeeded bindings=1 people=2
RoleBinding/acme/students  permissions=deliver_course,view_course
EffectivePermissions/acme/erin  can[Course/algebra]=deliver_course,view_course`},
		step{name: "two of one role: what both allow, and both say so (R5)", apply: `
kind: Role
metadata: {name: lesser}
spec: {level: Course, type: Override, overrides: course-student, entityRef: {kind: Course, name: algebra}, permissions: [view_course]}`,
			expect: `
Role/acme/less             Ready=False/Conflict Stalled=True/Conflict
Role/acme/lesser           Ready=False/Conflict Stalled=True/Conflict
RoleBinding/acme/students  permissions=view_course
EffectivePermissions/acme/erin  can[Course/algebra]=view_course`},
		step{name: "one goes", delete: `{kind: Role, metadata: {name: less}}`, expect: `
Role/acme/lesser           Ready=True/Succeeded Stalled=-
RoleBinding/acme/students  permissions=view_course`},
	)
}

func TestPermissionOverrides(t *testing.T) {
	env, _ := start(t)
	walk(t, env,
		step{name: "exactly the listed (R9)", apply: students + `
---
kind: PermissionOverride
metadata: {name: erin}
spec: {person: erin, entityRef: {kind: Course, name: algebra}, permissions: [grade_submissions], reason: Visiting}
---
kind: Role
metadata: {name: less}
spec: {level: Course, type: Override, overrides: course-student, entityRef: {kind: Course, name: algebra}, permissions: [view_course]}`,
			expect: `
PermissionOverride/acme/erin  Ready=True/Succeeded entity=Course/algebra permissionCount=1 replaced=view_course
EffectivePermissions/acme/erin  can[Course/algebra]=grade_submissions customised=Course/algebra customisedCount=1
EffectivePermissions/acme/dana  can[Course/algebra]=view_course customised= customisedCount=0`},
		step{name: "two: what both allow, and both say so", apply: `
kind: PermissionOverride
metadata: {name: erin-too}
spec: {person: erin, entityRef: {kind: Course, name: algebra}, permissions: [], reason: Audit}`, expect: `
PermissionOverride/acme/erin      Ready=False/Conflict Stalled=True/Conflict
PermissionOverride/acme/erin-too  Ready=False/Conflict Stalled=True/Conflict
EffectivePermissions/acme/erin  can[Course/algebra]= customised=Course/algebra`},
		step{name: "the roles are back", delete: `
{kind: PermissionOverride, metadata: {name: erin}}
---
{kind: PermissionOverride, metadata: {name: erin-too}}`, expect: `
EffectivePermissions/acme/erin  can[Course/algebra]=view_course customised=`},
		step{name: "where people must be declared", apply: `
{kind: Platform, metadata: {name: platform}, spec: {people: Declared}}
---
{kind: Person, metadata: {name: dana}}
---
kind: PermissionOverride
metadata: {name: erin}
spec: {person: erin, entityRef: {kind: Course, name: algebra}, permissions: [view_course], reason: Visiting}`, expect: `
PermissionOverride/acme/erin    Ready=False/PersonNotDeclared Stalled=-
RoleBinding/acme/students       Ready=True/Succeeded UndeclaredPeople=True/NotDeclared
EffectivePermissions/acme/dana  can[Course/algebra]=view_course`},
		step{name: "nobody needs to be", delete: `{kind: Platform, metadata: {name: platform}}`, expect: `
PermissionOverride/acme/erin    Ready=True/Succeeded
RoleBinding/acme/students       UndeclaredPeople=-
EffectivePermissions/acme/erin  can[Course/algebra]=view_course`},
	)
}

func TestDeniesAndSuspension(t *testing.T) {
	env, _ := start(t)
	walk(t, env,
		step{name: "a deny wins over an override (R10)", apply: students + `
---
kind: PermissionOverride
metadata: {name: erin}
spec: {person: erin, entityRef: {kind: Course, name: algebra}, permissions: [grade_submissions, view_course], reason: Visiting}
---
kind: SystemDeny
metadata: {name: no-grades}
spec:
  subjects: [{kind: Person, name: erin}, {kind: Group, name: interns, namespace: acme}]
  permissions: [grade_submissions]
  scope: {entityRef: {kind: Organisation, name: acme, namespace: acme}}
  reason: Audit`, expect: `
SystemDeny/no-grades  Ready=False/GroupNotFound Stalled=- people=1 permissionCount=1
EffectivePermissions/acme/erin  can[Course/algebra]=view_course denied[Course/algebra]=grade_submissions`},
		step{name: "the group appears", apply: `{kind: Group, metadata: {name: interns}, spec: {members: [{name: dana}]}}`, expect: `
SystemDeny/no-grades  Ready=True/Succeeded people=2`},
		step{name: "without descendants it does not reach the course", apply: `
kind: SystemDeny
metadata: {name: no-grades}
spec:
  subjects: [{kind: Person, name: erin}]
  permissions: [grade_submissions]
  scope: {entityRef: {kind: Organisation, name: acme, namespace: acme}, descendants: Exclude}
  reason: Audit`, expect: `
EffectivePermissions/acme/erin  can[Course/algebra]=grade_submissions,view_course denied[Course/algebra]=-`},
		step{name: "everyone, everything", apply: `
{kind: SystemDeny, metadata: {name: closed}, spec: {everyone: true, permissions: ["*"], reason: Closed}}`, expect: `
SystemDeny/closed  Ready=True/Succeeded
EffectivePermissions/acme/dana  can[Course/algebra]= roles[Course/algebra]=course-student
EffectivePermissions/acme/erin  can[Course/algebra]=`},
		step{name: "open again", delete: `{kind: SystemDeny, metadata: {name: closed}}`, expect: `
EffectivePermissions/acme/erin  can[Course/algebra]=grade_submissions,view_course`},
		step{name: "suspended (R11)", apply: `{kind: Person, metadata: {name: erin}, spec: {state: Suspended}}`, expect: `
Person/erin  Ready=True/Suspended
EffectivePermissions/acme/erin  can[Course/algebra]=`},
		step{name: "and active", apply: `{kind: Person, metadata: {name: erin}}`, expect: `
Person/erin  Ready=True/Succeeded namespaces=acme
EffectivePermissions/acme/erin  can[Course/algebra]=grade_submissions,view_course`},
		step{name: "what is denied is not there", apply: `
{kind: SystemDeny, metadata: {name: no-grades}, spec: {everyone: true, permissions: [fly, view_course], reason: Closed}}`, expect: `
SystemDeny/no-grades  Ready=False/UnknownPermission Stalled=True/UnknownPermission permissionCount=1
EffectivePermissions/acme/erin  can[Course/algebra]=grade_submissions`},
	)
}
