package cli

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"provost.dev/provost/internal/cli/printers"
	"provost.dev/provost/internal/testing/golden"
	"provost.dev/provost/internal/testing/need"
	"provost.dev/provost/internal/testing/university"
)

// TestPlanTerm plans the change of a term in the model university of 600 people: what docs/plan shows of it, on two screens.
// Run with -update after a change.
func TestPlanTerm(t *testing.T) {
	need.Time(t)
	p := newPlanned(t)
	before := map[string]bool{}
	for semester, title := range []string{"the winter term", "the summer term"} {
		u, err := university.New(university.Options{People: 600, Seed: 1, Semester: semester})
		if err != nil {
			t.Fatal(err)
		}
		files := map[string]string{}
		for name := range before {
			files[name] = ""
		}
		for _, f := range u.Files() {
			files[f.Name], before[f.Name] = string(f.Text), true
		}
		p.commit(title, files)
	}
	for form, ext := range map[string]string{printers.FormatTable: ".txt", printers.FormatMD: ".md"} {
		out := p.plan(ExitHeldBack, "HEAD~1", "HEAD", "-o", form)
		out = regexp.MustCompile("commit [0-9a-f]{12} to [0-9a-f]{12}").ReplaceAllString(out, "main to HEAD")
		if form == printers.FormatTable {
			if n := strings.Count(out, "\n"); n > 100 {
				t.Errorf("the plan has %d lines", n)
			}
			for _, line := range strings.Split(out, "\n") {
				if len(line) > 180 {
					t.Errorf("a line has %d characters: %s", len(line), line)
				}
			}
			out = "$ provost plan main HEAD\n" + out
		} else if len(out) > 20_000 {
			t.Errorf("the comment has %d bytes", len(out))
		}
		file := filepath.Join("../../docs/plan", "term"+ext)
		golden.Equal(t, file, out, *update)
	}
	var data struct {
		Changes []struct {
			Block            int
			People, Entities []any
			Causes           []any
			Parts            []struct{ Entities, Causes []any }
		}
	}
	if err := json.Unmarshal([]byte(p.plan(ExitHeldBack, "HEAD~1", "HEAD", "-o", "json")), &data); err != nil {
		t.Fatal(err)
	}
	blocks := map[int]bool{}
	for _, c := range data.Changes {
		blocks[c.Block] = true
		entities, causes := 0, 0
		for _, part := range c.Parts {
			entities, causes = entities+len(part.Entities), causes+len(part.Causes)
		}
		if len(c.Parts) > 0 && (entities != len(c.Entities) || causes != len(c.Causes)) {
			t.Errorf("%d entities and %d causes, and in the parts %d and %d", len(c.Entities), len(c.Causes), entities, causes)
		}
	}
	if len(blocks) > 15 || len(data.Changes) < 100 {
		t.Errorf("%d changes in %d blocks", len(data.Changes), len(blocks))
	}
}

// TestPlanAt asks both states as of another day, and says what comes on which day.
func TestPlanAt(t *testing.T) {
	p := newPlanned(t)
	courses := func(n int, window string) string {
		return strings.ReplaceAll(manyCourses(n, "course-student", "cohort"), "spec:\n  roleRef", "spec:\n"+window+"  roleRef")
	}
	group := planGroup("cohort", "", "ada", "bob")
	p.commit("winter", map[string]string{"g.yaml": group, "c.yaml": courses(2, "")})
	p.commit("summer", map[string]string{"c.yaml": courses(2, "  notBefore: \"2027-04-01T00:00:00Z\"\n")})
	var days []string
	for i := range 6 {
		binding := planBinding(fmt.Sprintf("d%d", i), "course-author", "Course", "course-00")
		window := fmt.Sprintf("spec:\n  notBefore: \"2027-05-%02dT08:00:00Z\"\n", i+1)
		days = append(days, strings.Replace(binding, "spec:\n", window, 1)+fmt.Sprintf("  - kind: Person\n    name: p%d\n", i))
	}
	p.commit("many days", map[string]string{"d.yaml": documents(days...)})
	for _, tc := range []struct {
		args        string
		code        int
		says, never []string
	}{
		{"HEAD~2 HEAD~1", ExitNo, []string{"Course   2        2          -12"}, []string{"WHEN"}},
		{"HEAD~1 HEAD~2 --at 2027-03-31", ExitNo, []string{", as of 2027-03-31: 2 people gain access"}, nil},
		{"HEAD~2 HEAD~1 --at 2027-04-01", ExitYes, []string{", as of 2027-04-01: nobody's access differs"}, nil},
		{"HEAD~1 HEAD", ExitNo,
			[]string{"2027-05-03         Course   1        1          +7", "after 2027-05-03   Course   3        1          +21"},
			[]string{"2027-05-04   "}},
		{"HEAD~1 HEAD --names", ExitNo, []string{"2027-05-06   Course   1        1          +7"}, []string{"after"}},
		{"HEAD~1 HEAD -o markdown", ExitNo,
			[]string{"+7 for 1 person on 2027-05-01; ", "+21 for 3 people after 2027-05-03", "By level and day"}, nil},
		{"HEAD~1 HEAD -o json", ExitNo, []string{`"day": "2027-05-06"`}, nil},
		{"HEAD~1 HEAD -o json --at 2027-05-06T08:00:00Z", ExitNo, []string{`"days": []`, `"now": "2027-05-06T08:00:00Z"`}, nil},
		{"HEAD~1 HEAD --at tomorrow", ExitFailed, []string{`--at "tomorrow" is no date; write it like`}, nil},
	} {
		out := p.plan(tc.code, strings.Fields(tc.args)...)
		for _, want := range tc.says {
			if !strings.Contains(out, want) {
				t.Errorf("%s: the plan does not say %q:\n%s", tc.args, want, out)
			}
		}
		for _, never := range tc.never {
			if strings.Contains(out, never) {
				t.Errorf("%s: the plan says %q:\n%s", tc.args, never, out)
			}
		}
	}
}
