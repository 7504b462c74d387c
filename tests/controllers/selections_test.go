package controllers_test

import "testing"

// TestSelections is the help desk at every course of a campus (R34, case 3).
func TestSelections(t *testing.T) {
	env, _ := start(t)
	walk(t, env,
		step{name: "a selection reaches what is there", apply: school + `
---
{kind: Campus, metadata: {name: south}, spec: {parentRef: {kind: Organisation, name: acme}}}
---
{kind: Group, metadata: {name: desk}, spec: {members: [{name: helen}], enrolments: [
  {name: labs, entitySelector: {level: Course, under: {kind: Campus, name: north}, matchAttributes: {kind: lab}}, roleRef: {name: course-author}}]}}
---
kind: RoleBinding
metadata: {name: desk}
spec:
  entitySelector: {level: Course, under: {kind: Campus, name: north}}
  roleRef: {name: course-coach}
  subjects: [{kind: Group, name: desk}]
`, expect: `
RoleBinding/acme/desk  Ready=True/Succeeded entities=1 leftOut=0 people=1
EffectivePermissions/acme/helen  roles[Course/algebra]=course-coach`},
		step{name: "and what comes, but for what is private", apply: `
{kind: Course, metadata: {name: logic}, spec: {parentRef: {kind: Campus, name: north}, attributes: {kind: [lab]}}}
---
{kind: Course, metadata: {name: mine}, spec: {parentRef: {kind: Campus, name: north}, ownership: Private, owner: alice}}`, expect: `
RoleBinding/acme/desk  entities=2 leftOut=1
EffectivePermissions/acme/helen  roles[Course/logic]=course-author,course-coach roles[Course/mine]=-`},
		step{name: "what moves away has lost it", apply: `
{kind: Course, metadata: {name: algebra}, spec: {parentRef: {kind: Campus, name: south}}}`, expect: `
RoleBinding/acme/desk  entities=1 leftOut=1
EffectivePermissions/acme/helen  roles[Course/algebra]=-`},
	)
}
