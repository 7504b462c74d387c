package findings_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"provost.dev/provost/internal/engine/catalogue"
	"provost.dev/provost/internal/engine/directory"
	"provost.dev/provost/internal/engine/findings"
	"provost.dev/provost/internal/testing/script"
)

// What a finding is about: the kind of the object, its field, the rule, and what is missing. The
// sentences themselves are held to in the tables of internal/cluster/admission.
func TestFindings(t *testing.T) {
	for _, tt := range []struct {
		name, script string
		want         []string
	}{
		{"all is well", `
			course/algebra
			in qa: alice
			bind @qa course-student at course/algebra`, nil},
		{"a parent that does not exist", "course/algebra under campus/north",
			[]string{"Course spec.parentRef dangling-reference Campus/acme/north"}},
		{"a parent of a level that cannot be one", "campus/north\norganisation/acme under campus/north",
			[]string{"Organisation spec.parentRef parent-not-in-effect"}},
		{"an owner without a Person", "course/algebra private alice", []string{"Course spec.owner undeclared-person"}},
		{"a binding at an entity that does not exist", "bind alice course-student at course/algebra",
			[]string{"RoleBinding spec.entityRef dangling-reference Course/acme/algebra"}},
		{"an expired binding", "bind alice @nobody course-student at course/algebra until -1h", []string{
			"RoleBinding spec.notAfter expired",
			"RoleBinding spec.subjects[1] dangling-reference Group/acme/nobody",
		}},
		{"a term that does not exist", "course/algebra\nbind alice course-student at course/algebra during autumn",
			[]string{"RoleBinding spec.termRef dangling-reference Term/acme/autumn"}},
		{"a term that is over", "course/algebra\nterm autumn 2026-10-01 2026-12-01\nbind alice course-student at course/algebra during autumn",
			[]string{"RoleBinding spec.termRef expired"}},
		{"dates that end before the term does", "course/algebra\nterm autumn 2026-10-01 2027-12-01\n" +
			"bind alice course-student at course/algebra until -1h during autumn", []string{"RoleBinding spec.notAfter expired"}},
		{"dates that leave nothing of a term", "course/algebra\nterm autumn 2026-10-01 2026-12-01\n" +
			"bind alice course-student at course/algebra from +1h during autumn", []string{"RoleBinding spec.termRef never-open"}},
		{"a term of days that are none", "course/algebra\nterm autumn 2026-10-02 2026-10-01\n" +
			"enrol g course-student at course/algebra during autumn",
			[]string{"Group spec.enrolments[0].termRef never-open", "Term spec.lastDay never-open"}},
		{"a time zone that there is not", "term autumn 2026-10-01 2027-10-01 Mars/Phobos\nin g during autumn: alice bob carol:removed", []string{
			"Group spec.members[0].termRef unknown-time-zone", "Group spec.members[2].termRef unknown-time-zone",
			"Term spec.timeZone unknown-time-zone",
		}},
		{"a time zone of the Platform that there is not", "platform open zone Mars/Phobos\nterm autumn 2026-10-01 2027-10-01",
			[]string{"Platform spec nobody-trusted", "Platform spec.timeZone unknown-time-zone", "Term spec unknown-time-zone"}},
		{"a role that does not exist", "course/algebra\nbind alice no-such at course/algebra",
			[]string{"RoleBinding spec.roleRef dangling-reference Role/acme/no-such"}},
		{"a role of another level", "course/algebra\nbind alice campus-member at course/algebra",
			[]string{"RoleBinding spec.roleRef wrong-level"}},
		{"a Custom role of another entity", `
			course/algebra
			course/sets
			role ta at course/sets: view_course
			bind alice ta at course/algebra`, []string{"RoleBinding spec.roleRef custom-role-elsewhere"}},
		{"an Override that is bound", `
			course/algebra
			override mild of course-instructor at course/algebra: view_course
			bind alice mild at course/algebra`, []string{"RoleBinding spec.roleRef override-bound"}},
		{"a template that does not exist", "course/algebra\nbind alice %none at course/algebra",
			[]string{"RoleBinding spec.roleRef dangling-reference RoleTemplate/acme/none"}},
		{"a template with nothing for the level", "course/algebra\ntemplate t: campus-member\nbind alice %t at course/algebra",
			[]string{"RoleBinding spec.roleRef empty-template"}},
		{"a template with roles that do not exist", "template t: campus-member no-such",
			[]string{"RoleTemplate spec.roles[1] dangling-reference Role/acme/no-such"}},
		{"groups that do not exist", "course/algebra\nbind @one @two course-student at course/algebra",
			[]string{"RoleBinding spec.subjects[0] dangling-reference Group/acme/one"}},
		{"groups of which one is made that do not exist", `
			group team
			in team: alice
			include team: gone
			exclude team: nobody`, []string{
			"Group spec.compose.exclude[0] dangling-reference Group/acme/nobody",
			"Group spec.compose.include[0] dangling-reference Group/acme/gone",
		}},
		{"a group made of one that is unsettled", `
			group team(crew)
			group staff(deans)
			include deans: gone
			in team: alice
			exclude team: staff`, []string{
			"Group spec unsettled-group",
			"Group spec.compose.exclude[0] unsettled-group",
			"Group spec unsettled-group",
			"Group spec.compose.include[0] dangling-reference Group/acme/gone",
		}},
		{"groups that are made of each other, and one below another", `
			group a
			group b
			in a: alice
			exclude a: b
			include b: a
			group staff(contractors)
			exclude staff: contractors`, []string{
			"Group spec.compose.exclude[0] compose-circle",
			"Group spec.compose compose-circle",
			"Group spec.parentRef compose-circle",
			"Group spec.compose.exclude[0] compose-circle",
		}},
		{"a group that requires and declares nobody", "group trained\ngroup lab\nrequire lab: trained",
			[]string{"Group spec.compose compose-of-nobody"}},
		{"something for an organisation that there is not", `
			campus/north
			course/algebra under campus/north
			visible course/algebra: organisation
			group choir
			visible choir: organisation`, []string{"Course spec.visibility no-organisation", "Group spec.visibility no-organisation"}},
		{"something for the organisation", `
			organisation/acme
			course/algebra under organisation/acme
			visible course/algebra: organisation
			group choir
			visible choir: organisation organisation`, nil},
		{"something below what is missing", "course/algebra under campus/north\nvisible course/algebra: organisation",
			[]string{"Course spec.parentRef dangling-reference Campus/acme/north"}},
		{"a group's parent that does not exist", "group team under beta/staff",
			[]string{"Group spec.parentRef dangling-reference Group/beta/staff"}},
		{"a group's parent that does not admit it", "use beta\ngroup staff()\nuse acme\ngroup team under beta/staff",
			[]string{"Group spec.parentRef parent-not-in-effect"}},
		{"a cycle", "group a under b\ngroup b under a", []string{
			"Group spec.parentRef group-cycle",
			"Group spec.parentRef group-cycle",
		}},
		{"an enrolment", "in qa: alice\nenrol qa course-student at course/algebra",
			[]string{"Group spec.enrolments[0].entityRef dangling-reference Course/acme/algebra"}},
		{"people who are not declared", `
			course/algebra
			platform declared
			in qa: alice bob
			person bob
			bind carol course-student at course/algebra`, []string{
			"Group spec.members[0] undeclared-person",
			"Platform spec nobody-trusted",
			"RoleBinding spec.subjects[0] undeclared-person",
		}},
		{"permissions that the level does not have", "course/algebra\nrole ta at course/algebra: view_course fly swim",
			[]string{"Role spec.permissions[1] unknown-permission fly"}},
		{"two Overrides of one role", `
			course/algebra
			override one of course-instructor at course/algebra: view_course
			override two of course-instructor at course/algebra: view_course`, []string{
			"Role spec.overrides conflict",
			"Role spec.overrides conflict",
		}},
		{"an Override of a role of another level", "course/algebra\noverride one of campus-member at course/algebra: view_course",
			[]string{"Role spec.overrides dangling-reference Role/campus-member"}},
		{"a PermissionOverride with an unknown permission", `
			course/algebra
			exactly alice at course/algebra: view_course fly`, []string{"PermissionOverride spec.permissions[1] unknown-permission fly"}},
		{"a deny of nothing that is there", "deny @qa at course/algebra: view_course fly", []string{
			"SystemDeny spec.permissions[1] unknown-permission fly",
			"SystemDeny spec.scope.entityRef dangling-deny Course/acme/algebra",
			"SystemDeny spec.subjects[0] dangling-deny Group/acme/qa",
		}},
		{"a deny in namespaces that do not exist", "group qa\ndeny everyone within acme beta gamma: view_course", []string{
			"SystemDeny spec.scope.namespaces[1] dangling-deny Namespace/beta",
		}},
		{"a deny of somebody whom nothing else names", `
			in qa: bob:removed
			deny alice bob: view_course
			deny alice: *`, []string{
			"SystemDeny spec.subjects[0] unknown-person Person/alice",
			"SystemDeny spec.subjects[0] unknown-person Person/alice",
		}},
		{"where people are to be declared, of which each is told once", `
			platform declared
			in qa: bob
			deny alice bob: view_course`, []string{
			"Group spec.members[0] undeclared-person",
			"Platform spec nobody-trusted",
			"SystemDeny spec.subjects[0] unknown-person Person/alice",
			"SystemDeny spec.subjects[1] undeclared-person",
		}},
		{"a deny that is over leaves no hole", "deny @qa alice at course/algebra within beta until -1h: view_course",
			[]string{"SystemDeny spec.notAfter expired"}},
		{"a deny to come", "deny @qa from 1h until 2h: view_course", []string{"SystemDeny spec.subjects[0] dangling-deny Group/acme/qa"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			expect(t, all(t, tt.script, findings.Question{}), tt.want...)
		})
	}
}

// One finding for several names, or one for each with a field of its own.
func TestApart(t *testing.T) {
	const world = `
		course/algebra
		platform declared
		in qa: alice bob
		bind @qa @one @two course-student at course/algebra`
	together := []string{
		"Group spec.members[0] undeclared-person", "Platform spec nobody-trusted",
		"RoleBinding spec.subjects[1] dangling-reference Group/acme/one",
	}
	expect(t, all(t, world, findings.Question{}), together...)
	further := []string{"Group spec.members[1] undeclared-person", "RoleBinding spec.subjects[2] dangling-reference Group/acme/two"}
	expect(t, all(t, world, findings.Question{Apart: true}), slices.Concat(together, further)...)
}

// A justification is asked for only where the Platform does (rule R31).
func TestJustification(t *testing.T) {
	const world = `
		course/algebra
		in qa: alice
		enrol qa course-student at course/algebra
		bind alice course-student at course/algebra`
	expect(t, all(t, world, findings.Question{}))
	for _, policy := range []string{"Warn", "Required"} {
		expect(t, all(t, world, findings.Question{Justification: policy}),
			"Group spec.enrolments[0] missing-justification", "RoleBinding spec missing-justification")
	}
}

// What no script can say: user names, and rules for roles that do not exist.
func TestFindingsOnRecords(t *testing.T) {
	erin := &directory.Person{Name: "erin", Username: "erin@example.org"}
	other := &directory.Person{Name: "erin-2", Username: "erin@example.org"}
	platform := &directory.Platform{
		Administrators: []directory.Principal{{Name: "root"}},
		RoleRules:      []directory.RoleRule{{Role: "no-such"}},
	}
	one := &directory.PermissionOverride{Key: directory.Key{Namespace: "acme", Name: "one"}, Person: "erin", Entity: algebra,
		Permissions: []string{"view_course"}}
	two := &directory.PermissionOverride{Key: directory.Key{Namespace: "acme", Name: "two"}, Person: "erin", Entity: algebra}
	records := []directory.Record{erin, other, platform, one, two, &directory.Entity{Key: algebra.In("acme")}}
	expect(t, on(records, script.Beginning, findings.Question{}),
		"Person spec.username ambiguous-username", "Person spec.username ambiguous-username",
		"PermissionOverride spec.person conflict", "PermissionOverride spec.person conflict",
		"Platform spec.roleRules[0].role dangling-reference Role/no-such")
}

var algebra = directory.LocalEntity{Level: catalogue.Course, Name: "algebra"}

// all are the findings on every record of a script.
func all(t *testing.T, text string, q findings.Question) []string {
	t.Helper()
	s, err := script.Run(text)
	if err != nil {
		t.Fatal(err)
	}
	return on(s.Records(), s.Now(), q)
}

// on are the findings on each of the records: kind, field, rule, and what is missing.
func on(records []directory.Record, now time.Time, q findings.Question) []string {
	q.Snapshot, q.Now = directory.Build(records...), now
	var out []string
	for _, r := range records {
		for _, a := range q.Of(r) {
			line := fmt.Sprintf("%s %s %s", r.ID().Kind, a.Field, a.Rule)
			if a.Missing != (directory.ID{}) {
				line += " " + a.Missing.String()
			}
			if a.Permission != "" {
				line += " " + a.Permission
			}
			out = append(out, line)
		}
	}
	return out
}

// expect compares findings in any order.
func expect(t *testing.T, got []string, want ...string) {
	t.Helper()
	slices.Sort(got)
	if d := cmp.Diff(slices.Sorted(slices.Values(want)), got); d != "" {
		t.Errorf("- wanted, + given:\n%s", d)
	}
}
