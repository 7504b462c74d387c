package guard

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"provost.dev/provost/internal/engine/directory"
	"provost.dev/provost/internal/engine/plan"
	"provost.dev/provost/internal/testing/script"
)

// planned is the plan of running one script after another.
func planned(t *testing.T, before, after string) *plan.Plan {
	t.Helper()
	d := directory.New()
	in := plan.Input{Now: script.Beginning}
	s := script.New(before + "\n? who view_course at course/x = nothing\n" + after)
	var changes []directory.Change
	old := map[directory.ID]directory.Record{}
	for {
		more, err := s.Next()
		if err != nil {
			t.Fatal(err)
		}
		if !more {
			break
		}
		if s.Question != nil {
			d.Apply(changes...)
			in.Before, changes = d.Snapshot(), nil
			for _, r := range s.Records() {
				old[r.ID()] = r
			}
		}
		for _, c := range s.Changes {
			if c.Record == nil {
				changes = append(changes, directory.Delete(c.ID))
			} else {
				changes = append(changes, directory.Upsert(c.Record))
			}
		}
	}
	in.Delta = d.Apply(changes...)
	in.After = d.Snapshot()
	for _, r := range s.Records() {
		in.Edits = append(in.Edits, plan.EditsOf(old[r.ID()], r)...)
		delete(old, r.ID())
	}
	for _, r := range old {
		in.Edits = append(in.Edits, plan.EditsOf(r, nil)...)
	}
	return plan.Make(in)
}

func people(prefix string, from, to int) string {
	var b strings.Builder
	for i := from; i < to; i++ {
		fmt.Fprintf(&b, " %s%d", prefix, i)
	}
	return b.String()
}

func TestGuards(t *testing.T) {
	cohort := "course/algebra\ncourse/logic\ngroup cohort\nin cohort:" + people("p", 0, 30) +
		"\nbind @cohort course-student at course/algebra\nbind eve course-admin at course/logic\ngroup others\nin others:" + people("q", 0, 70) +
		"\nbind @others course-student at course/algebra"
	removals := Limits{Removals: &Removals{MaxPercent: 20, Minimum: 10}}
	for _, tc := range []struct {
		name, after string
		limits      Limits
		message     string
		want        []string
	}{
		{name: "a few members", after: "not in cohort:" + people("p", 0, 6), limits: removals},
		{name: "60 % of a group", after: "not in cohort:" + people("p", 0, 18), limits: removals, want: []string{
			"held members 18: 18 of 30 members of Group acme/cohort leave it (60%), and at most 20% may; Provost-Allow-Removals: 18",
		}},
		{name: "let through", after: "not in cohort:" + people("p", 0, 18), limits: removals, message: "Tidy up\n\nProvost-Allow-Removals: 18\n",
			want: []string{
				"passes members 18: 18 of 30 members of Group acme/cohort leave it (60%), and at most 20% may; Provost-Allow-Removals: 18",
			}},
		{name: "one too few", after: "not in cohort:" + people("p", 0, 18), limits: removals, message: "provost-allow-removals: 17",
			want: []string{
				"held members 18: 18 of 30 members of Group acme/cohort leave it (60%), and at most 20% may; Provost-Allow-Removals: 18",
			}},
		{name: "without limits", after: "not in cohort:" + people("p", 0, 30)},
		{name: "by one line elsewhere", after: "delete bind @cohort course-student at course/algebra", limits: removals, want: []string{
			"held people 30: 30 of 101 people who have access lose all of it (29%), and at most 20% may; Provost-Allow-Removals: 30",
			"held grants 30: 30 of 101 grants (a person's access to an entity) go (29%), and at most 20% may; Provost-Allow-Removals: 30",
		}},
		{name: "a group is dissolved and nobody loses anything", after: "in others:" + people("p", 0, 30) + "\ndelete group cohort",
			limits: removals},
		{name: "sensitive permissions for many", after: "bind @others course-instructor at course/algebra", limits: LimitsOf(nil), want: []string{
			"held sensitive-grants 70: 70 people are given sensitive permissions, and at most 50 may be at once; Provost-Allow-Sensitive-Grants: 70",
		}},
		{name: "later is given too", after: "bind @others course-instructor at course/algebra from +3h", limits: LimitsOf(nil),
			message: "Provost-Allow-Sensitive-Grants: 100", want: []string{
				"passes sensitive-grants 70: 70 people are given sensitive permissions, and at most 50 may be at once; " +
					"Provost-Allow-Sensitive-Grants: 70",
			}},
		{name: "the last administrator", after: "delete bind eve course-admin at course/logic", limits: LimitsOf(nil), want: []string{
			"held administrators 1: nobody could give roles any more at acme/course/logic; Provost-Allow-Unadministered: 1",
		}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			var got []string
			for _, f := range Check(planned(t, cohort, tc.after), tc.limits, Allowances(tc.message)) {
				state := "held"
				if f.Allowed {
					state = "passes"
				}
				got = append(got, fmt.Sprintf("%s %s %d: %s; %s", state, f.Kind, f.Number, f.Message, f.Trailer))
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

func TestAllowances(t *testing.T) {
	for message, want := range map[string]Allowance{
		"":                            {},
		"Provost-Allow-Removals: 412": {Removals: 412},
		"PROVOST-ALLOW-REMOVALS:  7\r\nprovost-allow-removals: 3":                   {Removals: 7},
		"a\n\nProvost-Allow-Sensitive-Grants: 5\nProvost-Allow-Unadministered: 2\n": {SensitivePeople: 5, Unadministered: 2},
		"see Provost-Allow-Removals: 412":                                           {},
		" Provost-Allow-Removals: 412":                                              {},
		"Provost-Allow-Removals: all":                                               {},
		"Provost-Allow-Removals: -1":                                                {},
		"Provost-Allow-Removals: 99999999999999":                                    {},
		"Provost-Allow-Everything: 1":                                               {},
	} {
		if got := Allowances(message); got != want {
			t.Errorf("%q allows %+v, want %+v", message, got, want)
		}
	}
}

func TestRemovals(t *testing.T) {
	half, none := int32(50), int32(1)
	for _, tc := range []struct {
		percent, minimum *int32
		want             *Removals
	}{
		{nil, nil, &Removals{DefaultMaxPercent, DefaultMinimum}},
		{&half, &none, &Removals{50, 1}},
	} {
		if diff := cmp.Diff(tc.want, RemovalsOf(tc.percent, tc.minimum)); diff != "" {
			t.Errorf("(-want +got)\n%s", diff)
		}
	}
}
