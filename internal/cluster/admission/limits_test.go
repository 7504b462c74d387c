package admission_test

import (
	"strings"
	"testing"
	"time"

	"provost.dev/provost/internal/cluster/admission"
	"provost.dev/provost/internal/engine/directory"
	"provost.dev/provost/internal/testing/tables"
)

// TestLimits refuses to the untrusted what is granted anew for longer than the Platform wants, and only warns of what
// was granted before and of what the trusted grant (R38).
func TestLimits(t *testing.T) {
	t.Parallel()
	const days = 24 * time.Hour
	now := tables.Now
	until := func(d time.Duration) directory.Window { return directory.Window{NotAfter: now.Add(d)} }
	student := func(w directory.Window, more ...string) directory.Record {
		b := binding("bob", "course-student")
		b.Window = w
		for _, who := range more {
			b.Subjects = append(b.Subjects, directory.PersonSubject(who))
		}
		return b
	}
	instructor := func(w directory.Window) directory.Record {
		b := binding("bob", "course-instructor")
		b.Window = w
		return b
	}
	said := binding("bob", "course-student")
	said.Justification = "autumn term"
	for _, test := range []struct {
		name          string
		limits        directory.Limits
		user          string
		before, after directory.Record
		want          string // how the answer begins
	}{
		{name: "nothing is asked for", user: "sue", after: student(directory.Window{}), want: "allowed"},
		{name: "an end that is near enough", limits: directory.Limits{Grant: 365 * days, Refuse: true}, user: "sue",
			after: student(until(360 * days)), want: "allowed"},
		{name: "advised", limits: directory.Limits{Grant: 365 * days}, user: "sue", after: student(directory.Window{}),
			want: "the binding has no end; the Platform wants a grant to last 365 days at most (limits); set notAfter to "},
		{name: "refused", limits: directory.Limits{Grant: 365 * days, Refuse: true}, user: "sue", after: student(directory.Window{}),
			want: "refused: the binding has no end; the Platform wants a grant to last 365 days at most (limits); set notAfter to "},
		{name: "refused by its end", limits: directory.Limits{Grant: 30 * days, Refuse: true}, user: "sue", after: student(until(40 * days)),
			want: "refused: the binding ends at "},
		{name: "counted from its beginning", limits: directory.Limits{Grant: 30 * days, Refuse: true}, user: "sue",
			after: student(directory.Window{NotBefore: now.Add(20 * days), NotAfter: now.Add(40 * days)}), want: "allowed"},
		{name: "sensitive", limits: directory.Limits{Sensitive: 30 * days, Refuse: true}, user: "sue", after: instructor(until(40 * days)),
			want: "refused: the binding ends at "},
		{name: "not sensitive", limits: directory.Limits{Sensitive: 30 * days, Refuse: true}, user: "sue", after: student(until(40 * days)),
			want: "allowed"},
		{name: "from Git", limits: directory.Limits{Grant: 365 * days, Refuse: true}, user: "root", after: student(directory.Window{}),
			want: "the binding has no end"},
		{name: "there already", limits: directory.Limits{Grant: 365 * days, Refuse: true}, user: "sue", before: binding("bob", "course-student"),
			after: said, want: "the binding has no end"},
		{name: "to one more", limits: directory.Limits{Grant: 365 * days, Refuse: true}, user: "sue", before: binding("bob", "course-student"),
			after: student(directory.Window{}, "carol"), want: "refused: the binding has no end"},
		{name: "for shorter, and still too long", limits: directory.Limits{Grant: 365 * days, Refuse: true}, user: "sue",
			before: binding("bob", "course-student"), after: student(until(800 * days)), want: "refused: the binding ends at "},
	} {
		records := school()
		for i, r := range records {
			if p, ok := r.(*directory.Platform); ok {
				limited := *p
				limited.Limits = test.limits
				records[i] = &limited
			}
		}
		if test.before != nil {
			records = append(records, test.before)
		}
		h := handlers(t, records)[admission.ChangesPath]
		got := answer(h.Handle(t.Context(), request(t, test.user, part(test.before), part(test.after))))
		if !strings.HasPrefix(got[0], test.want) {
			t.Errorf("%s: got %q, want %q", test.name, got, test.want)
		}
	}
}
