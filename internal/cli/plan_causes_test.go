package cli

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// folders are two states as folders of one file each.
func (p *planned) folders(before, after string) []string {
	p.t.Helper()
	var out []string
	for _, text := range []string{before, after} {
		dir := p.t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, "m.yaml"), []byte(text), 0o600); err != nil {
			p.t.Fatal(err)
		}
		out = append(out, "dir:"+dir)
	}
	return out
}

// causesOf are the lines of a table that name causes.
func causesOf(table string) []string {
	var out []string
	for _, line := range strings.Split(table, "\n") {
		if _, cause, ok := strings.Cut(line, "m.yaml:"); ok && strings.HasPrefix(line, "    ") {
			_, cause, _ = strings.Cut(cause, "  ")
			out = append(out, cause)
		}
	}
	return out
}

// withoutLast is documents without the last of them.
func withoutLast(text string) string { return text[:strings.LastIndex(text, "---\n")] }

// TestPlanCauses names what brings a change about, and nothing beside it: no group that counts from 2099 on, no
// Person where names suffice, no deny that takes as much as before.
func TestPlanCauses(t *testing.T) {
	organisation := planObject("Organisation", "uni", "uni", "  displayName: Uni\n")
	person := func(name string) string { return planObject("Person", "", name, "  state: Active\n") }
	subjects := func(names ...string) string {
		var out []string
		for _, n := range names {
			out = append(out, "  - kind: Person\n    name: "+n+"\n")
		}
		return strings.Join(out, "")
	}
	board := func(members ...string) string {
		return strings.ReplaceAll(planGroup("board", "", members...), "acme", "uni")
	}
	later := strings.ReplaceAll(planBinding("later", "organisation-coach", "Organisation", "uni", "board"), "acme", "uni") +
		"  notBefore: \"2099-02-01T00:00:00Z\"\n"
	lead := func(names ...string) string {
		return strings.ReplaceAll(planBinding("lead", "organisation-member", "Organisation", "uni"), "acme", "uni") + subjects(names...)
	}
	// renamed is a group with a group below it, a binding and a deny, each of which may know the one name or the other.
	renamed := func(group, parent, binding, deny string) string {
		return documents(organisation,
			planObject("Group", "uni", group, "  members:\n  - name: ann\n  - name: ben\n    role: Admin\n"),
			planObject("Group", "uni", "sub", "  parentRef:\n    name: "+parent+"\n  members:\n  - name: cyd\n"),
			planObject("RoleBinding", "uni", "b", "  entityRef:\n    kind: Organisation\n    name: uni\n  roleRef:\n    name: "+
				"organisation-member\n  subjects:\n  - kind: Group\n    name: "+binding+"\n"),
			planObject("SystemDeny", "", "d", "  reason: r\n  permissions: [view_library]\n  subjects:\n  - kind: Group\n    name: "+deny+
				"\n    namespace: uni\n"))
	}
	// composed is a group made of staff without contractors, with a role; who is in these, and what it names, are as asked.
	composed := func(compose string, contractors ...string) string {
		return documents(organisation,
			planObject("Group", "uni", "staff", "  members:\n  - name: ann\n  - name: ben\n"),
			strings.ReplaceAll(planGroup("contractors", "", contractors...), "acme", "uni"),
			planObject("Group", "uni", "internal", "  compose: "+compose+"\n"),
			strings.ReplaceAll(planBinding("b", "organisation-member", "Organisation", "uni", "internal"), "acme", "uni"))
	}
	const both, only = "{include: [staff], exclude: [contractors]}", "{include: [staff]}"
	const team, committee = "security-team", "security-committee"
	for _, tc := range []struct {
		name, before, after string
		code                int
		want, says, never   []string
	}{
		{name: "a binding now, and a group that counts from 2099 on, each for its own", code: ExitNo,
			before: documents(organisation, board("zed"), later, lead("zed")),
			after:  documents(organisation, board("zed", "ann"), later, lead("zed", "ann"), person("ann")),
			want:   []string{"RoleBinding uni/lead: subject added ann", "Group uni/board: member added ann"},
			never:  []string{"Person"},
			says:   []string{"2099-02-01", "nobody's access changes by 1 other edit"}},
		{name: "a group that counts from 2099 with a role that gives nothing more", code: ExitNo,
			before: documents(organisation, board("zed"), strings.Replace(later, "coach", "member", 1), lead("zed")),
			after:  documents(organisation, board("zed", "ann"), strings.Replace(later, "coach", "member", 1), lead("zed", "ann"), person("ann")),
			want:   []string{"RoleBinding uni/lead: subject added ann"}, says: []string{"nobody's access changes by 2 other edits"}},
		{name: "somebody comes into a group that another one excludes", code: ExitNo,
			before: composed(both, "zed"), after: composed(both, "zed", "ann"),
			want: []string{"Group uni/contractors: member added ann"}, says: []string{"ann"}, never: []string{"ben"}},
		{name: "a group is excluded", code: ExitNo, before: composed(only, "ann"), after: composed(both, "ann"),
			want: []string{"Group uni/internal: excluded group added contractors"}, never: []string{"ben"}},
		{name: "a group is excluded of which nobody is there", code: ExitYes, before: composed(only, "zed"), after: composed(both, "zed"),
			says: []string{"nobody's access differs"}},
		{name: "a rename of a group that is denied something", code: ExitYes,
			before: renamed(team, team, team, team), after: renamed(committee, committee, committee, committee),
			says: []string{"nobody's access differs"}, never: []string{"deny", "SystemDeny"}},
		{name: "a rename that forgets the deny", code: ExitNo,
			before: renamed(team, team, team, team), after: renamed(committee, committee, committee, team),
			says: []string{"! deny lifted"}, never: []string{"SystemDeny d"}},
		{name: "a rename that forgets the group below", code: ExitNo,
			before: renamed(team, team, team, team), after: renamed(committee, team, committee, committee),
			want:  []string{"Group uni/security-team: deleted", "also: RoleBinding uni/b: subject removed Group uni/security-team"},
			never: []string{"SystemDeny"}},
		{name: "a rename that forgets the binding", code: ExitNo,
			before: renamed(team, team, team, team), after: renamed(committee, committee, team, committee),
			says: []string{"Group uni/security-team: deleted"}, never: []string{"SystemDeny"}},
		{name: "a deny that goes, and is felt", code: ExitNo,
			before: renamed(team, team, team, team), after: withoutLast(renamed(team, team, team, team)),
			says: []string{"SystemDeny d is gone"}, want: []string{"SystemDeny d: deleted"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			p := newPlanned(t)
			out := p.plan(tc.code, p.folders(tc.before, tc.after)...)
			if got := causesOf(out); tc.want != nil && strings.Join(got, "\n") != strings.Join(tc.want, "\n") {
				t.Errorf("the causes are\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(tc.want, "\n"))
			}
			for _, want := range tc.says {
				if !strings.Contains(out, want) {
					t.Errorf("the plan does not say %q:\n%s", want, out)
				}
			}
			for _, never := range tc.never {
				if strings.Contains(out, never) {
					t.Errorf("the plan says %q:\n%s", never, out)
				}
			}
		})
	}
}
