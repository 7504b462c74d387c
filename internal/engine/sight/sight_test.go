package sight_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"provost.dev/provost/internal/engine/authority"
	"provost.dev/provost/internal/engine/catalogue"
	"provost.dev/provost/internal/engine/directory"
	"provost.dev/provost/internal/engine/sight"
	"provost.dev/provost/internal/testing/oracle"
	"provost.dev/provost/internal/testing/script"
)

// world is a script run to its end.
func world(t *testing.T, text string) *script.Script {
	t.Helper()
	s := script.New(text)
	for {
		if ok, err := s.Next(); err != nil {
			t.Fatal(err)
		} else if !ok {
			return s
		}
	}
}

// college has an organisation, a campus with two courses, one of which is private, and groups.
const college = `
organisation/acme
campus/north under organisation/acme
course/algebra under campus/north
course/poetry under campus/north private paula
module/sums under course/algebra
organisation/other
course/chess
group staff
group teachers
group board
in staff: ada:admin ina:instructor lea zoe:removed ron:pending
in teachers: tom
in board: bea
bind tom course-instructor at course/algebra
bind sue course-student at course/algebra
bind dean organisation-coach at organisation/acme
role registry at organisation/acme: assign_roles
bind rita registry at organisation/acme
role porter at course/algebra: manage_course_users
bind pam porter at course/algebra
bind vic course-student at course/poetry
person gone suspended
bind gone course-instructor at course/algebra
in staff: gone
bind ola organisation-member at organisation/other
`

// TestWorkedCases says in words what R32 says.
func TestWorkedCases(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ about, more, rows string }{
		{"who takes part sees, and what is above by name", "", `
			tom: entity course/algebra = Seen
			tom: entity campus/north = Named
			tom: entity organisation/acme = Named
			tom: entity module/sums = Hidden
			tom: entity course/poetry = Hidden
			tom: entity course/ghost = Hidden
			stranger: entity course/algebra = Hidden
			stranger: entity organisation/acme = Hidden`},
		{"whom a SystemDeny takes everything from still sees that it is there", "deny tom at course/algebra: *", `
			tom: entity course/algebra = Seen
			tom: access course/algebra = no`},
		{"a visibility lets in whoever has a role in the organisation, or everybody", `
			visible module/sums: organisation
			visible course/chess: public`, `
			tom: entity module/sums = Seen
			sue: entity module/sums = Seen
			vic: entity module/sums = Hidden          # a role at what is private is none in the organisation
			ola: entity module/sums = Hidden
			ola: entity campus/north = Hidden
			stranger: entity module/sums = Hidden
			stranger: entity course/chess = Seen
			: entity course/chess = Seen
			: entity module/sums = Hidden`},
		{"what stands above something public is seen by name", "visible module/sums: public", `
			stranger: entity module/sums = Seen
			stranger: entity course/algebra = Named
			stranger: entity organisation/acme = Named
			stranger: entity course/poetry = Hidden
			stranger: access module/sums = no`},
		{"who has access is for the level's permission, the organisation's, and whoever grants", "", `
			tom: access course/algebra = yes
			tom: grants course/algebra = no
			sue: access course/algebra = no
			dean: access course/algebra = yes          # view_all_people at the organisation that owns it
			dean: access course/poetry = no            # which is private
			pam: access course/algebra = yes           # who grants there looks at what was granted
			pam: grants course/algebra = yes
			rita: access module/sums = yes             # assign_roles at the organisation that owns it
			rita: grants module/sums = yes
			rita: grants course/poetry = no
			paula: access course/poetry = yes          # the owner
			paula: grants course/poetry = yes
			paula: entity campus/north = Named`},
		{"a group is for its members and staff", "", `
			lea: group staff = yes
			lea: members staff = yes
			lea: entries staff = no
			ina: entries staff = yes
			zoe: group staff = no                      # Removed
			ron: group staff = no                      # Pending
			tom: group staff = no
			dean: members staff = yes
			dean: entries staff = yes
			rita: members staff = yes                  # assign_roles counts as an Admin
			ola: members staff = no
			lea: group ghost = no
			dean: group ghost = no`},
		{"members who are seen by staff only", "visible staff: members staff", `
			lea: group staff = yes
			lea: members staff = no
			lea: membership lea staff = yes
			lea: membership ina staff = no
			lea: person ina = no
			ina: members staff = yes
			dean: members staff = yes`},
		{"members whom the organisation sees", "visible staff: organisation organisation", `
			tom: group staff = yes
			tom: members staff = yes
			tom: entries staff = no
			tom: person ina = yes
			tom: person ron = no
			ola: members staff = yes                   # a role in another organisation of the namespace
			stranger: group staff = no`},
		{"nobody sees members who does not see the group", "visible staff: members organisation", `
			tom: group staff = no
			tom: members staff = no`},
		{"a public group shows that it is there", "visible staff: public", `
			stranger: group staff = yes
			stranger: members staff = no
			stranger: person lea = no
			: group staff = yes`},
		{"people are met in groups and at entities", "", `
			tom: person tom = yes
			tom: person sue = yes
			sue: person tom = no
			sue: why sue course/algebra = yes
			sue: why sue module/sums = no
			sue: why tom course/algebra = no
			tom: why sue course/algebra = yes
			tom: history sue course/algebra = no
			tom: history tom course/algebra = yes
			pam: history sue course/algebra = yes
			tom: why nobody course/algebra = no
			lea: person ada = yes
			lea: person bea = no
			dean: person bea = yes
			stranger: person stranger = yes`},
		{"somebody suspended sees that he is", "visible course/chess: public\nvisible board: public", `
			gone: person gone = yes
			gone: person tom = no
			gone: entity course/algebra = Hidden
			gone: entity course/chess = Hidden
			gone: group board = no
			gone: group staff = no
			gone: why gone course/algebra = no`},
		{"whom the platform does not know sees what is public", "platform declared\nvisible course/chess: public", `
			tom: entity course/algebra = Hidden
			tom: entity course/chess = Seen
			tom: person tom = yes
			lea: group staff = no`},
		{"windows", "in board from +1h until +2h: max", `
			max: group board = no
			max@+1h: group board = yes
			max@+2h: group board = no
			bea@+1h: person max = yes
			bea@+2h: person max = no`},
	} {
		t.Run(c.about, func(t *testing.T) {
			t.Parallel()
			s := world(t, college+c.more)
			snapshot, naive := directory.Build(s.Records()...), oracle.New(s.Records()...)
			for row := range strings.Lines(strings.TrimSpace(c.rows)) {
				row, _, _ = strings.Cut(row, "#")
				question, want, _ := strings.Cut(strings.TrimSpace(row), " = ")
				who, question, _ := strings.Cut(question, ": ")
				if strings.HasPrefix(row, ": ") {
					who, question = "", strings.TrimPrefix(question, ": ")
				}
				who, later, _ := strings.Cut(who, "@")
				now := s.Now().Add(hours(later))
				if got := ask(sight.As(snapshot, who, now), question); got != want {
					t.Errorf("%s: %s = %s, want %s", who, question, got, want)
				}
				if got := ask(naive.Looks(now)(who, false), question); got != want {
					t.Errorf("the oracle says %s: %s = %s, want %s", who, question, got, want)
				}
			}
		})
	}
}

// hours reads "+1h"; none for nothing.
func hours(text string) time.Duration {
	d, _ := time.ParseDuration(text)
	return d
}

// looking is what an engine's viewer and the oracle's can both be asked.
type looking interface {
	Access(k directory.EntityKey) bool
	Grants(k directory.EntityKey) bool
	Group(k directory.Key) bool
	Members(k directory.Key) bool
	Entries(k directory.Key) bool
	Person(name string) bool
	Why(name string, at directory.EntityKey) bool
	History(name string, at directory.EntityKey) bool
	Membership(name string, k directory.Key) bool
}

func ask(v looking, question string) string {
	w := strings.Fields(question)
	last := w[len(w)-1]
	group := directory.Key{Namespace: "acme", Name: last}
	level, name, _ := strings.Cut(last, "/")
	at := directory.EntityKey{Namespace: "acme", Name: name}
	if l, ok := catalogue.ParseLevel(strings.ToUpper(level[:1]) + level[1:]); ok {
		at.Level = l
	}
	yes := false
	switch w[0] {
	case "entity":
		if eyes, ok := v.(*oracle.Eyes); ok {
			return eyes.Entity(at)
		}
		return v.(*sight.Viewer).Entity(at).String()
	case "access":
		yes = v.Access(at)
	case "grants":
		yes = v.Grants(at)
	case "group":
		yes = v.Group(group)
	case "members":
		yes = v.Members(group)
	case "entries":
		yes = v.Entries(group)
	case "person":
		yes = v.Person(last)
	case "why":
		yes = v.Why(w[1], at)
	case "history":
		yes = v.History(w[1], at)
	case "membership":
		yes = v.Membership(w[1], group)
	default:
		return fmt.Sprintf("no question: %q", w[0])
	}
	if yes {
		return "yes"
	}
	return "no"
}

// TestUsers finds the viewer of a user name (R21).
func TestUsers(t *testing.T) {
	t.Parallel()
	records := slices.Concat(world(t, college).Records(), []directory.Record{
		&directory.Person{Name: "tom", Username: "tom@x"},
		&directory.Person{Name: "lea", Username: "shared"}, &directory.Person{Name: "bea", Username: "shared"},
		&directory.Person{Name: "gone", Username: "gone@x", Suspended: true},
		&directory.Person{Name: "old", Username: "new@x", Suspended: true}, &directory.Person{Name: "new", Username: "new@x"},
		&directory.Person{Name: "root", Username: "root@x"},
		&directory.Platform{
			Administrators:  []directory.Principal{{Kind: directory.PrincipalPerson, Name: "root"}, {Kind: directory.PrincipalUserGroup, Name: "ops"}},
			TrustedAppliers: []directory.Principal{{Kind: directory.PrincipalServiceAccount, Namespace: "flux", Name: "flux"}},
		},
	})
	s := directory.Build(oracle.After(nil, sets(records)...)...)
	chess := directory.EntityKey{Level: catalogue.Course, Namespace: "acme", Name: "chess"}
	public, _ := s.With(directory.Upsert(&directory.Entity{Key: chess, Visibility: directory.VisibilityPublic}))
	for _, c := range []struct {
		user       string
		groups     []string
		name       string
		everything bool
		entities   int
	}{
		{user: "tom@x", name: "tom", entities: 4},
		{user: "tom", entities: 1},
		{user: "shared", entities: 1},
		{user: "gone@x", name: "gone"},
		{user: "new@x", name: "new", entities: 1},
		{user: "root@x", name: "root", everything: true, entities: 7},
		{user: "kim", groups: []string{"ops"}, everything: true, entities: 7},
		{user: "system:serviceaccount:flux:flux", entities: 1},
	} {
		v := sight.Of(public, authority.Requester{User: c.user, Groups: c.groups}, script.Beginning)
		if v.Name() != c.name || v.Everything() != c.everything || len(v.Entities()) != c.entities {
			t.Errorf("%s is %q, everything %v, and sees %v", c.user, v.Name(), v.Everything(), v.Entities())
		}
	}
	if v := sight.As(public, "root", script.Beginning); !v.Everything() {
		t.Error("root does not see everything")
	}
	if v := sight.All(directory.Build(), script.Beginning); !v.Everything() || v.Person("tom") || v.Group(directory.Key{}) {
		t.Error("what is not there is seen")
	}
	if sight.Of(directory.Build(), authority.Requester{User: "x"}, script.Beginning).Everything() ||
		!sight.Of(directory.Build(), authority.Requester{User: "x", MayAdminister: true}, script.Beginning).Everything() {
		t.Error("without a Platform, whoever may administer platforms sees everything")
	}
}

func sets(records []directory.Record) []oracle.Change {
	var out []oracle.Change
	for _, r := range records {
		out = append(out, oracle.Set(r))
	}
	return out
}
