package cel

import (
	"testing"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

// full holds one good object of every kind in which every field of the spec has a value, except where one field rules
// out another: those have a second object.
var full = map[string][]string{
	"Organisation": {`
metadata: {name: x}
spec: {displayName: X, description: Some., ownership: Private, owner: alice, visibility: Public, attributes: {subject: [physics, chemistry]}}`},
	"Campus": {`
metadata: {name: x}
spec: {displayName: X, description: Some., ownership: Private, owner: alice, visibility: Public, attributes: {subject: [physics, chemistry]}, parentRef: {kind: Organisation, name: above}}`},
	"Course": {`
metadata: {name: x}
spec: {displayName: X, description: Some., ownership: Private, owner: alice, visibility: Public, attributes: {subject: [physics, chemistry]}, parentRef: {kind: Campus, name: above}, termRef: {name: spring, namespace: provost-system}}`},
	"Module": {`
metadata: {name: x}
spec: {displayName: X, description: Some., ownership: Private, owner: alice, visibility: Public, attributes: {subject: [physics, chemistry]}, parentRef: {kind: Course, name: above}}`},
	"Session": {`
metadata: {name: x}
spec:
  displayName: X
  description: Some.
  ownership: Private
  owner: alice
  visibility: Public
  attributes: {subject: [physics, chemistry]}
  parentRef: {kind: Module, name: above}
  startsAt: "2027-03-01T09:00:00Z"
  endsAt: "2027-03-01T10:00:00Z"`},
	"Task": {`
metadata: {name: x}
spec:
  displayName: X
  description: Some.
  ownership: Private
  owner: alice
  visibility: Public
  attributes: {subject: [physics, chemistry]}
  parentRef: {kind: Session, name: above}
  dueAt: "2027-03-01T09:00:00Z"`},
	"Person": {`
metadata: {name: alice}
spec: {displayName: Alice, email: alice@example.org, username: alice, state: Active, attributes: {department: [physics]}}`},
	"Group": {`
metadata: {name: x}
spec:
  displayName: X
  purpose: Team
  entityRef: {kind: Course, name: c}
  parentRef: {name: above, namespace: corporate}
  membership: Listed
  members: [{name: alice, id: autumn, state: Active, role: Admin, notBefore: "2027-01-01T00:00:00Z", notAfter: "2027-07-01T00:00:00Z", termRef: {name: spring, namespace: provost-system}}]
  memberSelector:
    matchLabels: {department: physics}
    matchExpressions: [{key: year, operator: In, values: ["2"]}]
  compose: {include: [staff], require: [trained], exclude: [contractors]}
  allowedSubgroups:
    namespaces:
      from: Selector
      selector:
        matchLabels: {tier: partner}
        matchExpressions: [{key: tier, operator: NotIn, values: [gold]}]
  enrolments:
  - name: a
    entityRef: {kind: Course, name: c}
    roleRef: {kind: Role, name: course-student}
    notBefore: "2027-01-01T00:00:00Z"
    notAfter: "2027-02-01T00:00:00Z"
    reviewBy: "2027-01-15T00:00:00Z"
    justification: Spring
    termRef: {name: spring, namespace: provost-system}
  - name: b
    entitySelector:
      level: Course
      under: {kind: Campus, name: north}
      matchAttributes: {kind: lab}
      matchExpressions: [{key: room, operator: In, values: ["2"]}]
    roleRef: {kind: Role, name: course-student}
  learnersMayCreateSubgroups: true
  visibility: Organisation
  memberVisibility: Organisation`},
	"Role": {`
metadata: {name: x}
spec:
  level: Course
  type: Custom
  displayName: X
  description: Some.
  entityRef: {kind: Course, name: c}
  permissions: [view_course]
  requires: [{role: a, at: Parent, enforcement: Deny}]
  exclusiveWith: [{role: b, enforcement: Deny}]
  complements: [d]`, `
metadata: {name: x}
spec: {level: Course, type: Override, overrides: course-student, entityRef: {kind: Course, name: c}, permissions: [view_course]}`},
	"RoleTemplate": {`
metadata: {name: x}
spec: {displayName: X, roles: [{name: course-student}]}`},
	"RoleBinding": {`
metadata: {name: x}
spec:
  entityRef: {kind: Course, name: c}
  roleRef: {kind: Role, name: course-student}
  subjects: [{kind: Group, name: g, namespace: corporate}]
  notBefore: "2027-01-01T00:00:00Z"
  notAfter: "2027-02-01T00:00:00Z"
  reviewBy: "2027-01-15T00:00:00Z"
  justification: Spring
  termRef: {name: spring, namespace: provost-system}`, `
metadata: {name: x}
spec:
  entitySelector:
    level: Course
    under: {kind: Campus, name: north}
    matchAttributes: {kind: lab}
    matchExpressions: [{key: room, operator: In, values: ["2"]}]
  roleRef: {kind: Role, name: course-student}
  subjects: []`},
	"Term": {`
metadata: {name: x}
spec: {displayName: X, firstDay: "2027-02-01", lastDay: "2027-07-31", timeZone: Europe/Berlin}`},
	"PermissionOverride": {`
metadata: {name: x}
spec:
  person: alice
  entityRef: {kind: Course, name: c}
  permissions: [view_course]
  reason: Some
  notBefore: "2027-01-01T00:00:00Z"
  notAfter: "2027-02-01T00:00:00Z"`},
	"SystemDeny": {`
metadata: {name: x}
spec:
  subjects: [{kind: Group, name: g, namespace: corporate}]
  permissions: [view_course]
  scope: {namespaces: [acme], entityRef: {kind: Course, name: c, namespace: acme}, descendants: Include}
  reason: Some
  notBefore: "2027-01-01T00:00:00Z"
  notAfter: "2027-02-01T00:00:00Z"`, `
metadata: {name: x}
spec: {everyone: true, permissions: [view_course], reason: Some}`},
	"EffectivePermissions": {`
metadata: {name: alice}
status:
  conditions: [{type: Ready, status: "True", reason: Succeeded, message: "", lastTransitionTime: "2027-01-01T00:00:00Z", observedGeneration: 1}]
  person: alice
  access:
  - entities: [Course/c]
    roles: [course-student]
    permissions: [view_course]
    notAfter: "2027-06-30T00:00:00Z"
    sources: [{kind: Enrolment, name: g, enrolment: a, role: course-student, through: [g]}]
    sourceCount: 1
  denied: [{entities: [Course/c], permissions: [grade_submissions], denies: [no-grading]}]
  customised: [Course/d]
  entityCount: 1
  roleCount: 1
  customisedCount: 1`},
	"Platform": {`
metadata: {name: platform}
spec:
  administrators: [{kind: Person, name: alice}]
  trustedAppliers: [{kind: ServiceAccount, name: applier, namespace: flux-system}]
  groupCreation: Everyone
  subgroupCreation: GroupStaff
  people: Declared
  matchNames: true
  timeZone: Europe/Berlin
  roleRules:
  - role: course-author
    requires: [{role: campus-member, at: Parent, enforcement: Deny}]
    exclusiveWith: [{role: course-student, enforcement: Deny}]
    complements: [course-instructor]
  justification: Required
  limits: {maxGrantDuration: 8760h, maxSensitiveGrantDuration: 4380h30m, enforcement: Refuse}
  removalGuard: {maxPercent: 5, minimum: 3}`},
	"GitSync": {`
metadata: {name: x}
spec:
  url: https://example.org/people.git
  ref: {tag: v1.2.0}
  path: organisations/acme
  interval: 30s
  timeout: 2m30s
  retryInterval: 10s
  secretRef: {name: deploy-key}
  serviceAccountName: applier
  verify: {mode: TagAndCommit, secretRef: {name: keys}, authority: Required}
  prune: false
  suspend: true
  removalGuard: {maxPercent: 5, minimum: 3}`, `
metadata: {name: x}
spec: {url: "https://example.org/people.git", ref: {branch: main}}`, `
metadata: {name: x}
spec: {url: "https://example.org/people.git", ref: {commit: a123456789012345678901234567890123456789}}`},
}

// fullObjects returns the full objects of a kind.
func fullObjects(t *testing.T, kind string) []*unstructured.Unstructured {
	t.Helper()
	var objects []*unstructured.Unstructured
	for _, text := range full[kind] {
		objects = append(objects, object(t, "kind: "+kind+text))
	}
	if len(objects) == 0 {
		t.Fatalf("%s has no full object", kind)
	}
	return objects
}
