package controllers_test

import (
	"fmt"
	"testing"
)

// staffWithoutContractors are internal people below a building, and somebody whom a contract is to make a contractor.
const staffWithoutContractors = school + `
---
{kind: Person, metadata: {name: alice}, spec: {attributes: {type: [contractor]}}}
---
{kind: Group, metadata: {name: staff}, spec: {members: [{name: alice}, {name: bob}]}}
---
{kind: Group, metadata: {name: contractors}}
---
{kind: Group, metadata: {name: building}}
---
{kind: Group, metadata: {name: internal}, spec: {parentRef: {name: building}, members: [{name: dana}], compose: {include: [staff], exclude: [contractors]}}}
---
kind: RoleBinding
metadata: {name: internals}
spec: {entityRef: {kind: Course, name: algebra}, roleRef: {name: course-student}, subjects: [{kind: Group, name: internal}]}
`

// The worked cases of groups that are made of others: out at once and back by the clock, nobody let in by what goes, and
// not up through the group that keeps somebody out.
func TestComposedGroups(t *testing.T) {
	env, _ := start(t)
	walk(t, env,
		step{name: "staff without contractors", apply: staffWithoutContractors, expect: `
Group/acme/internal  Ready=True/Succeeded declared=3 members=alice,bob,dana
EffectivePermissions/acme/alice  roles[Course/algebra]=course-student`},
		step{name: "she is a contractor: out at once", apply: `
{kind: Group, metadata: {name: contractors}, spec: {members: [{name: alice}]}}`, expect: `
Group/acme/internal  declared=2 members=bob,dana
EffectivePermissions/acme/alice  absent`},
		step{name: "and back when the contract ends", apply: fmt.Sprintf(
			`{kind: Group, metadata: {name: contractors}, spec: {members: [{name: alice, notAfter: %q}]}}`, at(4)), expect: `
Group/acme/internal  declared=3 members=alice,bob,dana
EffectivePermissions/acme/alice  roles[Course/algebra]=course-student`},
		step{name: "chosen by an attribute instead", apply: `
{kind: Group, metadata: {name: contractors}, spec: {memberSelector: {matchLabels: {type: contractor}}}}
---
{kind: Person, metadata: {name: bob}}
---
{kind: Person, metadata: {name: dana}}`, expect: `
Group/acme/internal  declared=2 members=bob,dana
EffectivePermissions/acme/alice  absent`},
		step{name: "the deletion of her Person lets her in nowhere", delete: `{kind: Person, metadata: {name: alice}}`, expect: `
Group/acme/contractors  memberCount=0
Group/acme/internal  members=bob,dana
EffectivePermissions/acme/alice  absent`},
		step{name: "whom it keeps out it does not declare above either", apply: `
{kind: Group, metadata: {name: contractors}, spec: {members: [{name: dana}]}}`, expect: `
Group/acme/internal  declared=2 members=alice,bob
Group/acme/building  members=alice,bob`},
		step{name: "a circle: nobody, and one message", apply: `
{kind: Group, metadata: {name: contractors}, spec: {members: [{name: dana}], compose: {exclude: [internal]}}}`, expect: `
Group/acme/contractors  Ready=False/Circle Stalled=True/Circle memberCount=0
Group/acme/internal  Ready=False/Circle Stalled=True/Circle memberCount=0
Group/acme/building  Ready=False/Unsettled memberCount=0
EffectivePermissions/acme/bob  absent`},
		step{name: "what is excluded goes: nobody is let in", delete: `{kind: Group, metadata: {name: contractors}}`, expect: `
Group/acme/internal  Ready=False/GroupNotFound memberCount=0
EffectivePermissions/acme/bob  absent`},
	)
}
