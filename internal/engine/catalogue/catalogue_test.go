package catalogue

import (
	"strings"
	"testing"
)

func TestCounts(t *testing.T) {
	want := map[Level][2]int{
		Organisation: {37, 7}, Campus: {24, 7}, Course: {22, 6},
		Module: {25, 5}, Session: {29, 7}, Task: {24, 5},
	}
	permissions, roles := 0, 0
	for _, l := range Levels() {
		p, r := len(l.Permissions()), len(l.Roles())
		if p != want[l][0] || r != want[l][1] {
			t.Errorf("%s: %d permissions and %d roles, want %v", l, p, r, want[l])
		}
		permissions, roles = permissions+p, roles+r
	}
	if permissions != 161 || roles != 37 || len(SystemRoles()) != 37 {
		t.Errorf("%d permissions and %d system roles, want 161 and 37", permissions, roles)
	}
}

func TestEveryLevelHasASuperadmin(t *testing.T) {
	for _, l := range Levels() {
		found := false
		for _, r := range l.Roles() {
			found = found || r.All && r.Permissions == l.All()
		}
		if !found {
			t.Errorf("%s has no system role with every permission", l)
		}
	}
}

func TestParse(t *testing.T) {
	for _, c := range []struct {
		level   Level
		ids     string
		want    string
		unknown string
	}{
		{Course, "view_course grade_submissions", "grade_submissions view_course", ""},
		{Course, "view_course view_campus", "view_course", "view_campus"},
		{Task, "", "", ""},
		{Task, "*", strings.Join(Task.All().IDs(Task), " "), ""},
	} {
		set, unknown := c.level.Parse(strings.Fields(c.ids))
		if got := strings.Join(set.IDs(c.level), " "); got != c.want {
			t.Errorf("%s %q: %q, want %q", c.level, c.ids, got, c.want)
		}
		if got := strings.Join(unknown, " "); got != c.unknown {
			t.Errorf("%s %q: unknown %q, want %q", c.level, c.ids, got, c.unknown)
		}
	}
}

func TestPermissionsAreTitledAndThemed(t *testing.T) {
	for _, l := range Levels() {
		for _, p := range l.Permissions() {
			if p.Title == "" || p.Theme == "" || p.Section == "" || p.Level != l {
				t.Errorf("%s/%s is not fully described: %+v", l, p.ID, p)
			}
			if q, ok := l.Permission(p.ID); !ok || q.Bit != p.Bit {
				t.Errorf("%s/%s is not found by its ID", l, p.ID)
			}
		}
	}
}

func TestHierarchy(t *testing.T) {
	for child, parents := range map[Level][]Level{
		Organisation: {}, Campus: {Organisation}, Course: {Organisation, Campus}, Module: {Course},
		Session: {Course, Module}, Task: {Course, Module, Session},
	} {
		for _, p := range Levels() {
			want := false
			for _, ok := range parents {
				want = want || ok == p
			}
			if got := child.MayStandUnder(p); got != want {
				t.Errorf("%s under %s: %v, want %v", child, p, got, want)
			}
		}
	}
}
