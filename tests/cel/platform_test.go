package cel

import (
	"strings"
	"testing"
)

func TestPlatform(t *testing.T) {
	table{kind: "Platform", name: "platform", cases: []testCase{
		{about: "nothing said"},
		{about: "everything said", spec: `
administrators: [{kind: Person, name: alice}, {kind: User, name: "oidc:Root@example.org"}, {kind: UserGroup, name: "system:masters"}]
trustedAppliers: [{kind: ServiceAccount, name: kustomize-controller, namespace: flux-system}, {kind: User, name: ci}, {kind: UserGroup, name: appliers}]
groupCreation: Everyone
subgroupCreation: GroupStaff
people: Declared
matchNames: true
roleRules: [{role: course-author, requires: [{role: campus-member, at: Parent, enforcement: Deny}], exclusiveWith: [{role: course-student}], complements: [course-instructor]}]
justification: Required
removalGuard: {maxPercent: 5, minimum: 3}`},
		{about: "by another name", name: "default", refused: "there is one Platform, and it is named platform"},
		{about: "person by address", spec: `{administrators: [{kind: Person, name: alice@example.org}]}`,
			refused: "for the user name of Kubernetes choose the kind User"},
		{about: "administrator twice", spec: `{administrators: [{kind: User, name: a}, {kind: Person, name: a}, {kind: User, name: a}]}`,
			refused: "spec.administrators[2]: Duplicate value"},
		{about: "service account as administrator", spec: `{administrators: [{kind: ServiceAccount, name: a}]}`,
			refused: `supported values: "Person", "User", "UserGroup"`},
		{about: "service account without namespace", spec: `{trustedAppliers: [{kind: ServiceAccount, name: a}]}`,
			refused: "a ServiceAccount needs its namespace"},
		{about: "user with namespace", spec: `{trustedAppliers: [{kind: User, name: a, namespace: b}]}`,
			refused: "users and groups have no namespace"},
		{about: "applier twice", spec: `{trustedAppliers: [{kind: User, name: a}, {kind: User, name: a, namespace: ""}]}`,
			refused: "spec.trustedAppliers[1]: Duplicate value"},
		{about: "no such groupCreation", spec: `{groupCreation: Nobody}`, refused: `supported values: "PlatformAdministrators", "Everyone"`},
		{about: "no such subgroupCreation", spec: `{subgroupCreation: Everyone}`,
			refused: `supported values: "PlatformAdministrators", "GroupStaff"`},
		{about: "no such people", spec: `{people: Closed}`, refused: `supported values: "Open", "Declared"`},
		{about: "no such justification", spec: `{justification: Always}`, refused: `supported values: "Optional", "Warn", "Required"`},
		{about: "limits that say nothing", spec: `{limits: {enforcement: Refuse}}`, refused: "say maxGrantDuration or maxSensitiveGrantDuration"},
		{about: "limit in days", spec: `{limits: {maxGrantDuration: 365d}}`, refused: "spec.limits.maxGrantDuration"},
		{about: "limit of no time", spec: `{limits: {maxSensitiveGrantDuration: 0s}}`, refused: "must be between 1h and 876000h"},
		{about: "no such enforcement", spec: `{limits: {maxGrantDuration: 24h, enforcement: Forbid}}`, refused: `supported values: "Warn", "Refuse"`},
		{about: "rule about a custom role", spec: `{roleRules: [{role: teaching-assistant}]}`, refused: "role must name a system role"},
		{about: "two rules about one role", spec: `{roleRules: [{role: course-author}, {role: course-author}]}`,
			refused: "spec.roleRules[1]: Duplicate value"},
		{about: "guard of more than everything", spec: `{removalGuard: {maxPercent: 101}}`,
			refused: "spec.removalGuard.maxPercent in body should be less than or equal to 100"},
		{about: "guard of half a person", spec: `{removalGuard: {minimum: 0.5}}`, refused: "spec.removalGuard.minimum"},
		{about: "guard of nobody", spec: `{removalGuard: {minimum: 0}}`, refused: "should be greater than or equal to 1"},
	}}.run(t)
}

func TestGitSync(t *testing.T) {
	const url = "url: https://example.org/people.git\n"
	table{kind: "GitSync", name: "acme", cases: []testCase{
		{about: "a URL", spec: url},
		{about: "everything said", spec: `
url: ssh://git@example.org/people.git
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
removalGuard: {maxPercent: 5, minimum: 3}`},
		{about: "a short URL", spec: "url: git@example.org:people.git"},
		{about: "the local disk", spec: "url: file:///srv/people"},
		{about: "a branch with slashes", spec: url + "ref: {branch: feature/x.y_z}"},
		{about: "a commit", spec: url + "ref: {commit: " + strings.Repeat("0a", 20) + "}"},
		{about: "no URL", spec: "path: x", refused: "spec.url: Required value"},
		{about: "a plain path", spec: "url: /srv/people", refused: "must begin with https://"},
		{about: "another protocol", spec: "url: ftp://example.org/x", refused: "must begin with https://"},
		{about: "an option for git", spec: "url: --upload-pack=touch", refused: "must begin with https://"},
		{about: "a password", spec: "url: https://bob:hunter2@example.org/people.git", refused: "must not hold a password"},
		{about: "no ref", spec: url + "ref: {}", refused: "name exactly one of branch, tag and commit"},
		{about: "two refs", spec: url + "ref: {branch: main, tag: v1}", refused: "name exactly one of branch, tag and commit"},
		{about: "a short commit", spec: url + "ref: {commit: 1b4df0}", refused: "spec.ref.commit in body should be at least 40 chars long"},
		{about: "a commit in capitals", spec: url + "ref: {commit: " + strings.Repeat("0A", 20) + "}",
			refused: "must be the full hash of a commit"},
		{about: "a branch that is an option", spec: url + "ref: {branch: --force}", refused: "must be the name of a branch"},
		{about: "a branch with dots", spec: url + "ref: {branch: a..b}", refused: "must be the name of a branch"},
		{about: "a tag with spaces", spec: url + "ref: {tag: version one}", refused: "must be the name of a tag"},
		{about: "an absolute path", spec: url + "path: /etc", refused: "must be a folder within the repository"},
		{about: "a path out of the repository", spec: url + "path: a/../../b", refused: "must be a folder within the repository"},
		{about: "a name with two dots in it", spec: url + "path: a..b/c"},
		{about: "an interval of nothing", spec: url + "interval: 0s", refused: "must be between 1s and 24h"},
		{about: "an interval of a week", spec: url + "interval: 168h", refused: "must be between 1s and 24h"},
		{about: "an interval of for ever", spec: url + "interval: 99999999999999999999h", refused: "spec.interval"},
		{about: "an interval in days", spec: url + "interval: 1d", refused: "spec.interval in body should match"},
		{about: "an interval in no unit", spec: url + `interval: "30"`, refused: "spec.interval in body should match"},
		{about: "a negative interval", spec: url + `interval: -1m`, refused: "spec.interval in body should match"},
		{about: "signed tags of a branch", spec: url + "ref: {branch: main}\nverify: {mode: Tag, secretRef: {name: keys}}",
			refused: "name it in ref.tag"},
		{about: "signatures by nobody", spec: url + "verify: {mode: Commit}", refused: "spec.verify.secretRef: Required value"},
	}}.run(t)
}

func TestEffectivePermissions(t *testing.T) {
	needServer(t)
	good := `
kind: EffectivePermissions
metadata: {name: alice}
status:
  person: alice
  access:
  - entities: [Course/algebra-1, Course/algebra-2]
    roles: [course-student]
    permissions: [view_course]
    notAfter: "2027-06-30T00:00:00Z"
    sources: [{kind: RoleBinding, name: students, role: course-student, through: [cohort-1, corporate/staff]}]
    sourceCount: 1
  denied: [{entities: [Course/algebra-1], permissions: [grade_submissions], denies: [no-grading]}]
  customised: [Course/algebra-2]
  entityCount: 2
  roleCount: 1
  customisedCount: 1
`
	t.Run("one write creates it with its content", func(t *testing.T) {
		if got := sameVerdict(t, object(t, good)); got.refused {
			t.Error(got.text)
		}
	})
	t.Run("the name of another person", func(t *testing.T) {
		got := sameVerdict(t, object(t, strings.Replace(good, "name: alice", "name: bob", 1)))
		if !strings.Contains(got.text, "an EffectivePermissions has the name of its person") {
			t.Errorf("got %q", got.text)
		}
	})
	t.Run("it has no spec", func(t *testing.T) {
		if got := sameVerdict(t, object(t, good+"spec: {}\n")); !got.refused {
			t.Error("accepted")
		}
	})
}
