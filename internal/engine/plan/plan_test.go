package plan

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"provost.dev/provost/internal/engine/directory"
	"provost.dev/provost/internal/testing/script"
)

// between is the plan of the way from one list of records to another.
func between(was, is []directory.Record, now time.Time) *Plan {
	d := directory.New()
	index := func(list []directory.Record) map[directory.ID]directory.Record {
		out := map[directory.ID]directory.Record{}
		for _, r := range list {
			out[r.ID()] = r
		}
		return out
	}
	before, after := index(was), index(is)
	var changes []directory.Change
	for _, r := range was {
		changes = append(changes, directory.Upsert(r))
	}
	d.Apply(changes...)
	in := Input{Before: d.Snapshot(), Now: now}
	changes = nil
	for _, r := range was {
		in.Edits = append(in.Edits, EditsOf(r, after[r.ID()])...)
		if after[r.ID()] == nil {
			changes = append(changes, directory.Delete(r.ID()))
		}
	}
	for _, r := range is {
		if before[r.ID()] == nil {
			in.Edits = append(in.Edits, EditsOf(nil, r)...)
		}
		changes = append(changes, directory.Upsert(r))
	}
	in.Delta = d.Apply(changes...)
	in.After = d.Snapshot()
	return Make(in)
}

// run runs a script to its end.
func run(t *testing.T, text string) []directory.Record {
	t.Helper()
	s, err := script.Run(text)
	if err != nil {
		t.Fatal(err)
	}
	return slices.Clone(s.Records())
}

// told is a plan in one line a thing, for tables.
func told(p *Plan) []string {
	var out []string
	for i := range p.Rows {
		r := &p.Rows[i]
		var entities, marks, causes []string
		for _, e := range r.Entities {
			entities = append(entities, e.Name)
		}
		for _, m := range r.Marks {
			marks = append(marks, string(m.Kind))
		}
		for _, c := range r.Causes {
			e := &p.Edits[c]
			causes = append(causes, strings.TrimSpace(e.ID.Name+" "+string(e.Class)+" "+e.Value))
		}
		from := ""
		if !r.From.IsZero() {
			from = " from " + r.From.Sub(script.Beginning).String()
		}
		out = append(out, fmt.Sprintf("%s at %s: +%d -%d%s %v because %s",
			strings.Join(r.People, ","), strings.Join(entities, ","), r.Gained.Len(), r.Lost.Len(), from, marks, strings.Join(causes, "; ")))
	}
	for _, d := range p.Denies {
		out = append(out, fmt.Sprintf("deny %s deleted=%t", d.Name, d.Deleted))
	}
	for _, b := range p.WithoutAdministrators {
		out = append(out, fmt.Sprintf("bereft %s of %v", b.Entity.Name, b.People))
	}
	for _, g := range p.Groups {
		out = append(out, fmt.Sprintf("%s loses %d of %d, %d of them access", g.Group.Name, g.Lost, g.Before, g.LosingAccess))
	}
	return out
}

const school = `
course/algebra
course/logic
group corporate(engineering(development))
in development: ada
in engineering: bob
bind @corporate course-student at course/algebra
bind @corporate course-student at course/logic
bind eve course-admin at course/algebra
bind zoe course-admin at course/logic
`

// TestPlans says of small changes what they mean.
func TestPlans(t *testing.T) {
	for _, tc := range []struct {
		name, before, after string
		want                []string
	}{
		{name: "a new member of a leaf", after: "in development: cy", want: []string{
			"cy at algebra,logic: +3 -0 [] because development member added cy",
		}},
		{name: "two new members of different groups are two rows, and of one group one", after: "in development: cy di\nin engineering: eli",
			want: []string{
				"cy,di at algebra,logic: +3 -0 [] because development member added cy; development member added di",
				"eli at algebra,logic: +3 -0 [] because engineering member added eli",
			}},
		{name: "removed above", after: "in corporate: ada:removed", want: []string{
			"ada at algebra,logic: +0 -3 [] because corporate member added ada (Removed)",
			"corporate loses 1 of 2, 1 of them access", "development loses 1 of 1, 1 of them access", "engineering loses 1 of 2, 1 of them access",
		}},
		{name: "a superadmin", after: "bind ada course-superadmin at course/algebra", want: []string{
			"ada at algebra: +19 -0 [superadmin assign wallet manage] because bind-ada-course-superadmin-at-course-algebra new",
		}},
		{name: "the last administrator", after: "delete bind zoe course-admin at course/logic", want: []string{
			"zoe at logic: +0 -21 [] because bind-zoe-course-admin-at-course-logic deleted", "bereft logic of [zoe]",
		}},
		{name: "a deny goes", before: "deny eve at course/algebra: view_course", after: "delete deny eve at course/algebra: view_course",
			want: []string{
				"eve at algebra: +1 -0 [deny-lifted] because deny-eve-at-course-algebra deleted", "deny deny-eve-at-course-algebra deleted=true",
			}},
		{name: "an override of a role", after: "override mild of course-student at course/algebra: view_course manage_wallet", want: []string{
			"ada,bob at algebra: +1 -2 [wallet] because mild new",
		}},
		{name: "later, by the clock", after: "bind cy course-student at course/logic from +2h until +3h", want: []string{
			"cy at logic: +3 -0 from 2h0m0s [] because bind-cy-course-student-at-course-logic-from-2h-until-3h new",
		}},
		{name: "until it ends", before: "bind cy course-student at course/logic",
			after: "delete bind cy course-student at course/logic\nbind cy course-student at course/logic until +2h", want: []string{
				"cy at logic: +0 -3 from 2h0m0s [] because bind-cy-course-student-at-course-logic deleted; " +
					"bind-cy-course-student-at-course-logic-until-2h new",
			}},
		{name: "a new member of an exam board that is bound everywhere", before: "organisation/acme\ncampus/north under organisation/acme\ncourse/algebra under campus/north\n" +
			"course/logic under campus/north kind=lab\ncourse/rhetoric under organisation/acme\ngroup board\n" +
			"bind @board course-coach at every course under campus/north", after: "in board: cy", want: []string{
			"cy at algebra,logic: +7 -0 [] because board member added cy",
		}},
		{name: "a course moves below what selects", before: "organisation/acme\ncampus/north under organisation/acme\ncourse/algebra under campus/north\n" +
			"course/logic under campus/north kind=lab\ncourse/rhetoric under organisation/acme\ngroup board\n" +
			"bind @board course-coach at every course under campus/north\nin board: cy",
			after: "course/rhetoric under campus/north", want: []string{
				"cy at rhetoric: +7 -0 [] because rhetoric parent changed organisation/acme -> campus/north",
			}},
		{name: "what selects asks for an attribute", before: "organisation/acme\ncampus/north under organisation/acme\ncourse/algebra under campus/north\n" +
			"course/logic under campus/north kind=lab\ncourse/rhetoric under organisation/acme\ngroup board\n" +
			"bind @board course-coach at every course under campus/north\nin board: cy",
			after: "delete bind @board course-coach at every course under campus/north\n" +
				"bind @board course-coach at every course under campus/north: kind=lab", want: []string{
				"cy at algebra: +0 -7 [] because bind-board-course-coach-at-every-course-under-campus-north entity changed " +
					"every course under campus/north -> every course under campus/north with kind=lab",
			}},
		{name: "nothing", after: "person ada team=a\ngroup idle", want: nil},
		{name: "suspended", before: "person ada", after: "person ada suspended", want: []string{
			"ada at algebra,logic: +0 -3 [] because ada state changed Active -> Suspended",
		}},
		{name: "a group moves", before: "group other\nin other: fay", after: "group other under corporate", want: []string{
			"fay at algebra,logic: +3 -0 [] because other parent changed none -> acme/corporate",
		}},
		{name: "a group is dissolved into the one above", after: "in engineering: ada\ndelete group development", want: []string{
			"development loses 1 of 1, 0 of them access",
		}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			p := between(run(t, school+tc.before), run(t, school+tc.before+"\n"+tc.after), script.Beginning)
			if diff := cmp.Diff(tc.want, told(p)); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}
