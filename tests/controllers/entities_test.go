package controllers_test

import "testing"

// school is what most tests begin with.
const school = `
{kind: Organisation, metadata: {name: acme}}
---
{kind: Campus, metadata: {name: north}, spec: {parentRef: {kind: Organisation, name: acme}}}
---
{kind: Course, metadata: {name: algebra}, spec: {parentRef: {kind: Campus, name: north}}}
`

func TestEntities(t *testing.T) {
	env, _ := start(t)
	walk(t, env,
		step{name: "a child before its parent", apply: `
{kind: Course, metadata: {name: algebra}, spec: {parentRef: {kind: Campus, name: north}}}`, expect: `
Course/acme/algebra  Ready=False/ParentNotFound Stalled=- parent=Campus/north observedGeneration=1`},
		step{name: "the parent appears", apply: school, expect: `
Organisation/acme/acme  Ready=True/Succeeded people=0 children=1 observedGeneration=1
Campus/acme/north       Ready=True/Succeeded parent=Organisation/acme children=1
Course/acme/algebra     Ready=True/Succeeded parent=Campus/north children=0`},
		step{name: "all levels", apply: `
{kind: Module, metadata: {name: groups}, spec: {parentRef: {kind: Course, name: algebra}}}
---
{kind: Session, metadata: {name: monday}, spec: {parentRef: {kind: Module, name: groups}}}
---
{kind: Task, metadata: {name: essay}, spec: {parentRef: {kind: Session, name: monday}}}`, expect: `
Course/acme/algebra  children=1
Module/acme/groups   Ready=True/Succeeded parent=Course/algebra children=1
Session/acme/monday  Ready=True/Succeeded parent=Module/groups children=1
Task/acme/essay      Ready=True/Succeeded parent=Session/monday children=0`},
		step{name: "people are counted, each once", apply: `
kind: RoleBinding
metadata: {name: students}
spec:
  entityRef: {kind: Course, name: algebra}
  roleRef: {name: course-student}
  subjects: [{kind: Person, name: alice}, {kind: Person, name: bob}]
---
kind: RoleBinding
metadata: {name: instructors}
spec:
  entityRef: {kind: Course, name: algebra}
  roleRef: {name: course-instructor}
  subjects: [{kind: Person, name: alice}]`, expect: `
Course/acme/algebra                  people=2 roles=course-instructor:1,course-student:2
Campus/acme/north                    people=0
Role/provost-system/course-student   Ready=True/Succeeded bindings=1 people=2`},
		step{name: "an owner where people must be declared", apply: `
{kind: Platform, metadata: {name: platform}, spec: {people: Declared}}
---
{kind: Course, metadata: {name: own}, spec: {ownership: Private, owner: zoe}}`, expect: `
Course/acme/own    Ready=False/PersonNotDeclared Stalled=-
Platform/platform  Ready=True/Succeeded revision=v1.2.3 counts.courses=2 counts.roleBindings=2`},
		step{name: "the owner is declared", apply: `{kind: Person, metadata: {name: zoe}}`, expect: `
Course/acme/own  Ready=True/Succeeded
Person/zoe       Ready=True/Succeeded groups=0`},
		step{name: "a parent goes", delete: `{kind: Campus, metadata: {name: north}}`, expect: `
Organisation/acme/acme  children=0
Course/acme/algebra     Ready=False/ParentNotFound`},
	)
}
