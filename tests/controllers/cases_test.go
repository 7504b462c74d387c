package controllers_test

import (
	"fmt"
	"testing"
)

// instructing has dana as student and instructor of a course.
const instructing = school + `
---
kind: RoleBinding
metadata: {name: students}
spec: {entityRef: {kind: Course, name: algebra}, roleRef: {name: course-student}, subjects: [{kind: Person, name: dana}]}
---
kind: RoleBinding
metadata: {name: instructors}
spec: {entityRef: {kind: Course, name: algebra}, roleRef: {name: course-instructor}, subjects: [{kind: Group, name: staff}]}
---
{kind: Group, metadata: {name: staff}}
---
{kind: Group, metadata: {name: leaf}, spec: {parentRef: {name: staff}, members: [{name: dana}]}}
`

// The worked cases 1 to 4 of the rules. (7 and 8 are in TestGroups, 9 and 10 need a requester.)
func TestCasesOverriding(t *testing.T) {
	env, _ := start(t)
	const exactly = `
EffectivePermissions/acme/dana  can[Course/algebra]=grade_submissions customised=Course/algebra`
	walk(t, env,
		step{name: "case 1: an Override of Instructor", apply: instructing + `
---
kind: Role
metadata: {name: less}
spec: {level: Course, type: Override, overrides: course-instructor, entityRef: {kind: Course, name: algebra}, permissions: [view_course]}
---
kind: Role
metadata: {name: lesser}
spec: {level: Course, type: Override, overrides: course-student, entityRef: {kind: Course, name: algebra}, permissions: [view_course_details]}`, expect: `
RoleBinding/acme/instructors    permissions=view_course
EffectivePermissions/acme/dana  can[Course/algebra]=view_course,view_course_details
EffectivePermissions/acme/dana  roles[Course/algebra]=course-instructor,course-student`},
		step{name: "case 2: and a PermissionOverride for her", apply: `
kind: PermissionOverride
metadata: {name: dana}
spec: {person: dana, entityRef: {kind: Course, name: algebra}, permissions: [grade_submissions], reason: Marking}`, expect: exactly},
		step{name: "case 2: changes to roles show nothing", delete: `{kind: Role, metadata: {name: lesser}}`, expect: exactly},
		step{name: "case 3: and a SystemDeny at the organisation", apply: `
kind: SystemDeny
metadata: {name: no-grades}
spec: {everyone: true, permissions: [grade_submissions], scope: {entityRef: {kind: Organisation, name: acme, namespace: acme}}, reason: Audit}`, expect: `
EffectivePermissions/acme/dana  can[Course/algebra]= denied[Course/algebra]=grade_submissions`},
		step{name: "case 3: without what lies below", apply: `
kind: SystemDeny
metadata: {name: no-grades}
spec: {everyone: true, permissions: [grade_submissions], scope: {entityRef: {kind: Organisation, name: acme, namespace: acme}, descendants: Exclude}, reason: Audit}`, expect: exactly},
		step{name: "case 4: an empty PermissionOverride on a superadmin", apply: `
kind: RoleBinding
metadata: {name: superadmins}
spec: {entityRef: {kind: Organisation, name: acme}, roleRef: {name: organisation-superadmin}, subjects: [{kind: Person, name: sue}]}
---
kind: PermissionOverride
metadata: {name: sue}
spec: {person: sue, entityRef: {kind: Organisation, name: acme}, permissions: [], reason: Leaving}`, expect: `
PermissionOverride/acme/sue    Ready=True/Succeeded permissionCount=0
EffectivePermissions/acme/sue  can[Organisation/acme]= customised=Organisation/acme entityCount=0`},
	)
}

// Case 5: two roles that exclude each other.
func TestCaseExclusion(t *testing.T) {
	env, _ := start(t)
	const rules = `
kind: Platform
metadata: {name: platform}
spec:
  roleRules:
  - {role: course-student, exclusiveWith: [{role: course-instructor, enforcement: Deny}]}
  - {role: course-instructor, exclusiveWith: [{role: course-student, enforcement: Deny}]}
---`
	const leaf = `
{kind: Group, metadata: {name: leaf}, spec: {parentRef: {name: staff}, members: [%s]}}
---
kind: RoleBinding
metadata: {name: instructors}
spec: {entityRef: {kind: Course, name: algebra}, roleRef: {name: course-instructor}, subjects: [{kind: Group, name: staff}]%s}`
	const both = `
RoleBinding/acme/students       Ready=True/Succeeded RuleUnmet=True/Withheld
RoleBinding/acme/instructors    Ready=True/Succeeded RuleUnmet=True/Withheld
EffectivePermissions/acme/dana  can[Course/algebra]= roles[Course/algebra]=course-instructor,course-student`
	const student = `
RoleBinding/acme/students       Ready=True/Succeeded RuleUnmet=-
EffectivePermissions/acme/dana  roles[Course/algebra]=course-student entityCount=1`
	walk(t, env,
		step{name: "both withheld", apply: rules + instructing, expect: both},
		step{name: "she leaves the leaf group", apply: fmt.Sprintf(leaf, "", ""), expect: student + `
RoleBinding/acme/instructors  RuleUnmet=-`},
		step{name: "she is back, until the binding ends", apply: fmt.Sprintf(leaf, "{name: dana}", fmt.Sprintf(", notAfter: %q", at(4))),
			expect: student + `
RoleBinding/acme/instructors  Ready=True/Expired RuleUnmet=-`},
		step{name: "it only warns", apply: fmt.Sprintf(leaf, "{name: dana}", "") + `
---
{kind: Platform, metadata: {name: platform}, spec: {roleRules: [{role: course-student, exclusiveWith: [{role: course-instructor}]}]}}`,
			expect: `
RoleBinding/acme/students     RuleUnmet=True/Warned
RoleBinding/acme/instructors  RuleUnmet=-
EffectivePermissions/acme/dana  roles[Course/algebra]=course-instructor,course-student entityCount=1`},
		step{name: "without the Platform there are no rules", delete: `{kind: Platform, metadata: {name: platform}}`, expect: `
RoleBinding/acme/students  RuleUnmet=-`},
	)
}

// Case 6: an author has to be a member of the campus.
func TestCaseRequirement(t *testing.T) {
	env, _ := start(t)
	walk(t, env,
		step{name: "membership comes through a cohort", apply: school + `
---
{kind: Platform, metadata: {name: platform}, spec: {roleRules: [{role: course-author, requires: [{role: campus-member, at: Parent, enforcement: Deny}]}]}}
---
kind: Group
metadata: {name: cohort}
spec:
  members: [{name: amy}]
  enrolments: [{name: campus, entityRef: {kind: Campus, name: north}, roleRef: {name: campus-member}}]
---
kind: RoleBinding
metadata: {name: authors}
spec: {entityRef: {kind: Course, name: algebra}, roleRef: {name: course-author}, subjects: [{kind: Person, name: amy}]}
---
kind: RoleBinding
metadata: {name: instructors}
spec: {entityRef: {kind: Course, name: algebra}, roleRef: {name: course-instructor}, subjects: [{kind: Person, name: amy}]}
---
kind: Role
metadata: {name: author-only}
spec: {level: Course, type: Override, overrides: course-author, entityRef: {kind: Course, name: algebra}, permissions: [edit_course_content]}
---
kind: Role
metadata: {name: instructor-only}
spec: {level: Course, type: Override, overrides: course-instructor, entityRef: {kind: Course, name: algebra}, permissions: [view_course]}`,
			expect: `
RoleBinding/acme/authors       RuleUnmet=-
EffectivePermissions/acme/amy  roles[Course/algebra]=course-author,course-instructor roles[Campus/north]=campus-member`},
		step{name: "she is Removed there: the author is withheld, the others are kept", apply: `
kind: Group
metadata: {name: cohort}
spec:
  members: [{name: amy, state: Removed}]
  enrolments: [{name: campus, entityRef: {kind: Campus, name: north}, roleRef: {name: campus-member}}]`, expect: `
RoleBinding/acme/authors       Ready=True/Succeeded RuleUnmet=True/Withheld
RoleBinding/acme/instructors   RuleUnmet=-
EffectivePermissions/acme/amy  can[Course/algebra]=view_course roles[Course/algebra]=course-author,course-instructor
EffectivePermissions/acme/amy  roles[Campus/north]=-`},
	)
}
