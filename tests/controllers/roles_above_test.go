package controllers_test

import "testing"

// An examiner of the organisation, whom a board is at every course, and instructors who do not grade but where a course
// says otherwise (R34, R35).
func TestRolesForAllBelow(t *testing.T) {
	env, _ := start(t)
	walk(t, env,
		step{name: "one role at all courses", apply: `
{kind: Organisation, metadata: {name: acme}}
---
{kind: Course, metadata: {name: physics-1}, spec: {parentRef: {kind: Organisation, name: acme}}}
---
{kind: Course, metadata: {name: physics-2}, spec: {parentRef: {kind: Organisation, name: acme}}}
---
{kind: Role, metadata: {name: examiner}, spec: {level: Course, type: Custom, entityRef: {kind: Organisation, name: acme}, permissions: [grade_submissions]}}
---
{kind: Group, metadata: {name: board}, spec: {members: [{name: ann}]}}
---
kind: RoleBinding
metadata: {name: board}
spec: {entitySelector: {level: Course, under: {kind: Organisation, name: acme}}, roleRef: {name: examiner}, subjects: [{kind: Group, name: board}]}
---
kind: RoleBinding
metadata: {name: ina}
spec: {entityRef: {kind: Course, name: physics-1}, roleRef: {name: course-instructor}, subjects: [{kind: Person, name: ina}]}`, expect: `
Role/acme/examiner  Ready=True/Succeeded bindings=1 people=1
RoleBinding/acme/board  Ready=True/Succeeded entities=2
EffectivePermissions/acme/ann  can[Course/physics-1]=grade_submissions can[Course/physics-2]=grade_submissions`},
		step{name: "a default for all courses", apply: `
{kind: Role, metadata: {name: no-grading}, spec: {level: Course, type: Override, overrides: course-instructor, entityRef: {kind: Organisation, name: acme}, permissions: [view_course]}}`, expect: `
Role/acme/no-grading  Ready=True/Succeeded bindings=1 people=1
EffectivePermissions/acme/ina  can[Course/physics-1]=view_course`},
		step{name: "the nearer one counts", apply: `
{kind: Role, metadata: {name: graders}, spec: {level: Course, type: Override, overrides: course-instructor, entityRef: {kind: Course, name: physics-1}, permissions: [grade_submissions, view_course]}}`, expect: `
Role/acme/no-grading  bindings=0 people=0
EffectivePermissions/acme/ina  can[Course/physics-1]=grade_submissions,view_course`},
		step{name: "and goes again", delete: `{kind: Role, metadata: {name: graders}}`, expect: `
EffectivePermissions/acme/ina  can[Course/physics-1]=view_course`},
	)
}
