package controllers_test

import "testing"

// Worked case 2, live: what names a term follows where its days are moved. Without the term a binding gives nothing, and a Removed
// entry blocks. The days lie so far apart that none begins while the test runs.
func TestTerms(t *testing.T) {
	env, _ := start(t)
	walk(t, env,
		step{name: "a term that was", apply: school + `
---
{kind: Term, metadata: {name: autumn}, spec: {firstDay: "2020-10-01", lastDay: "2021-03-31", timeZone: Europe/Berlin}}
---
kind: RoleBinding
metadata: {name: lecturer}
spec: {entityRef: {kind: Course, name: algebra}, roleRef: {name: course-instructor}, subjects: [{kind: Person, name: ina}], termRef: {name: autumn}}
---
kind: Group
metadata: {name: cohort}
spec:
  members: [{name: cora}, {name: remy}, {name: remy, id: away, state: Removed, termRef: {name: autumn}}]
  enrolments: [{name: lab, entityRef: {kind: Course, name: algebra}, roleRef: {name: course-student}}]`, expect: `
Term/acme/autumn               Ready=True/Expired Stalled=- state=Over opens=2020-09-30T22:00:00Z closes=2021-03-31T22:00:00Z
Term/acme/autumn               timeZone=Europe/Berlin bindings=1 enrolments=0 entries=1 courses=0
RoleBinding/acme/lecturer      Ready=True/Expired permissions=
Group/acme/cohort              Ready=True/Succeeded memberCount=2
EffectivePermissions/acme/ina  absent
EffectivePermissions/acme/remy roles[Course/algebra]=course-student`},
		step{name: "moved to now", apply: `
{kind: Term, metadata: {name: autumn}, spec: {firstDay: "2020-10-01", lastDay: "2120-03-31", timeZone: Europe/Berlin}}`, expect: `
Term/acme/autumn               Ready=True/Succeeded state=Open
RoleBinding/acme/lecturer      Ready=True/Succeeded
Group/acme/cohort              memberCount=1
EffectivePermissions/acme/ina  roles[Course/algebra]=course-instructor
EffectivePermissions/acme/remy absent`},
		step{name: "deleted", delete: `{kind: Term, metadata: {name: autumn}}`, expect: `
RoleBinding/acme/lecturer      Ready=False/TermNotFound Stalled=- permissions=
Group/acme/cohort              Ready=False/TermNotFound memberCount=1
EffectivePermissions/acme/ina  absent
EffectivePermissions/acme/cora roles[Course/algebra]=course-student
EffectivePermissions/acme/remy absent`},
		step{name: "back in a zone that there is not", apply: `
{kind: Term, metadata: {name: autumn}, spec: {firstDay: "2020-10-01", lastDay: "2120-03-31", timeZone: Mars/Phobos}}`, expect: `
Term/acme/autumn               Ready=False/UnknownTimeZone Stalled=True/UnknownTimeZone state= opens= closes=
RoleBinding/acme/lecturer      Ready=False/UnknownTimeZone
Group/acme/cohort              memberCount=1
EffectivePermissions/acme/ina  absent`},
		step{name: "back", apply: `
{kind: Term, metadata: {name: autumn}, spec: {firstDay: "2020-10-01", lastDay: "2021-03-31"}}`, expect: `
Term/acme/autumn               Ready=True/Expired timeZone=UTC
Group/acme/cohort              Ready=True/Succeeded memberCount=2
EffectivePermissions/acme/remy roles[Course/algebra]=course-student`},
	)
}
