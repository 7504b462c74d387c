package controllers_test

import "testing"

// tree is Corporate > Engineering > Development, with something bound at two of them.
const tree = school + `
---
{kind: Group, metadata: {name: corporate}}
---
{kind: Group, metadata: {name: engineering}, spec: {parentRef: {name: corporate}}}
---
{kind: Group, metadata: {name: development}, spec: {parentRef: {name: engineering}, members: [{name: alice}, {name: bob}]}}
---
{kind: Course, metadata: {name: onboarding}}
---
{kind: Course, metadata: {name: repositories}}
---
kind: RoleBinding
metadata: {name: onboarding}
spec: {entityRef: {kind: Course, name: onboarding}, roleRef: {name: course-student}, subjects: [{kind: Group, name: corporate}]}
---
kind: RoleBinding
metadata: {name: repositories}
spec: {entityRef: {kind: Course, name: repositories}, roleRef: {name: course-student}, subjects: [{kind: Group, name: engineering}]}
`

func TestGroups(t *testing.T) {
	env, _ := start(t)
	walk(t, env,
		step{name: "up to the top (R13)", apply: tree, expect: `
Group/acme/development  Ready=True/Succeeded declared=2 memberCount=2 members=alice,bob
Group/acme/development  path=corporate,engineering,development depth=2 parent=engineering subgroups=0
Group/acme/corporate    Ready=True/Succeeded declared=0 memberCount=2 members=alice,bob path=corporate depth=0 parent= subgroups=1
RoleBinding/acme/onboarding  people=2
EffectivePermissions/acme/alice  roles[Course/onboarding]=course-student roles[Course/repositories]=course-student`},
		step{name: "a new member of a leaf is in every group above", apply: `
{kind: Group, metadata: {name: development}, spec: {parentRef: {name: engineering}, members: [{name: alice}, {name: bob}, {name: carol}]}}`,
			expect: `
Group/acme/corporate    members=alice,bob,carol
EffectivePermissions/acme/carol  roles[Course/onboarding]=course-student roles[Course/repositories]=course-student`},
		step{name: "Removed in the middle clears the subtree and leaves the top (R14, case 7)", apply: `
{kind: Group, metadata: {name: engineering}, spec: {parentRef: {name: corporate}, members: [{name: alice, state: Removed}]}}`, expect: `
Group/acme/corporate    members=alice,bob,carol
Group/acme/engineering  members=bob,carol
Group/acme/development  members=bob,carol declared=3
EffectivePermissions/acme/alice  roles[Course/onboarding]=course-student roles[Course/repositories]=-`},
		step{name: "a cycle brings nobody back (R17, case 8)", apply: `
{kind: Group, metadata: {name: corporate}, spec: {parentRef: {name: development}}}`, expect: `
Group/acme/corporate    Ready=False/Cycle Stalled=True/Cycle memberCount=0 path=corporate depth=0
Group/acme/engineering  Ready=False/Cycle Stalled=True/Cycle memberCount=0
Group/acme/development  Ready=False/Cycle Stalled=True/Cycle members=bob,carol
EffectivePermissions/acme/alice  absent
EffectivePermissions/acme/bob    absent`},
		step{name: "and heals", apply: `{kind: Group, metadata: {name: corporate}, spec: {}}`, expect: `
Group/acme/corporate    Ready=True/Succeeded Stalled=- members=alice,bob,carol
Group/acme/engineering  Ready=True/Succeeded Stalled=- members=bob,carol
EffectivePermissions/acme/alice  roles[Course/onboarding]=course-student roles[Course/repositories]=-
EffectivePermissions/acme/bob    roles[Course/onboarding]=course-student roles[Course/repositories]=course-student`},
		step{name: "a Listed group has only those whom it lists (R15)", apply: `
{kind: Group, metadata: {name: engineering}, spec: {parentRef: {name: corporate}, membership: Listed, members: [{name: bob}]}}`, expect: `
Group/acme/engineering  members=bob
Group/acme/development  members=bob
Group/acme/corporate    members=alice,bob,carol`},
		step{name: "whose entry is deleted is given up", apply: `
{kind: Group, metadata: {name: engineering}, spec: {parentRef: {name: corporate}, membership: Listed}}`, expect: `
Group/acme/engineering  memberCount=0 members=
EffectivePermissions/acme/bob  roles[Course/onboarding]=course-student roles[Course/repositories]=-`},
		step{name: "a parent that is not there (R17)", delete: `{kind: Group, metadata: {name: corporate}}`, expect: `
Group/acme/engineering  Ready=False/ParentNotFound Stalled=- path=engineering depth=0
RoleBinding/acme/onboarding  Ready=False/GroupNotFound Stalled=- people=0
EffectivePermissions/acme/alice  absent
EffectivePermissions/acme/bob    absent`},
		step{name: "comes back", apply: `{kind: Group, metadata: {name: corporate}}`, expect: `
Group/acme/engineering       Ready=True/Succeeded
RoleBinding/acme/onboarding  Ready=True/Succeeded people=3`},
	)
}

func TestGroupsAcrossNamespaces(t *testing.T) {
	env, _ := start(t)
	env.Namespace(t, "partner", map[string]string{"tier": "partner"})
	walk(t, env,
		step{name: "not admitted (R18)", apply: `
{kind: Group, metadata: {name: guild}}
---
{kind: Group, metadata: {name: chapter, namespace: partner}, spec: {parentRef: {name: guild, namespace: acme}, members: [{name: pat}]}}`,
			expect: `
Group/partner/chapter  Ready=False/ParentNotAllowed Stalled=True/ParentNotAllowed parent=acme/guild path=chapter
Group/acme/guild       memberCount=0`},
		step{name: "admitted by the namespace's label", apply: `
{kind: Group, metadata: {name: guild}, spec: {allowedSubgroups: {namespaces: {from: Selector, selector: {matchLabels: {tier: partner}}}}}}`,
			expect: `
Group/partner/chapter  Ready=True/Succeeded Stalled=- path=acme/guild,chapter depth=1
Group/acme/guild       members=pat subgroups=1`},
		step{name: "the label changes", apply: `
{apiVersion: v1, kind: Namespace, metadata: {name: partner, labels: {tier: other}}}`, expect: `
Group/partner/chapter  Ready=False/ParentNotAllowed
Group/acme/guild       memberCount=0`},
	)
}

func TestGroupSelectors(t *testing.T) {
	env, _ := start(t)
	walk(t, env,
		step{name: "a selector adds declared, active people (R12)", apply: school + `
---
{kind: Person, metadata: {name: ada}, spec: {attributes: {department: [maths]}}}
---
{kind: Person, metadata: {name: ben}, spec: {attributes: {department: [maths]}, state: Suspended}}
---
kind: Group
metadata: {name: maths}
spec:
  memberSelector: {matchLabels: {department: maths}}
  enrolments:
  - {name: all, entityRef: {kind: Course, name: algebra}, roleRef: {name: course-student}}`, expect: `
Group/acme/maths  Ready=True/Succeeded declared=1 members=ada
Person/ada        groups=1 namespaces=acme
Person/ben        Ready=True/Suspended groups=0 namespaces=
EffectivePermissions/acme/ada  roles[Course/algebra]=course-student
EffectivePermissions/acme/ben  absent`},
		step{name: "who is active again is in", apply: `
{kind: Person, metadata: {name: ben}, spec: {attributes: {department: [maths]}}}`, expect: `
Group/acme/maths  members=ada,ben
Person/ben        Ready=True/Succeeded groups=1 namespaces=acme
EffectivePermissions/acme/ben  roles[Course/algebra]=course-student`},
		step{name: "an attribute changes", apply: `
{kind: Person, metadata: {name: ada}, spec: {attributes: {department: [physics]}}}`, expect: `
Group/acme/maths  members=ben
Person/ada        groups=0 namespaces=
EffectivePermissions/acme/ada  absent`},
	)
}
