package authority_test

import (
	"strings"
	"testing"

	"provost.dev/provost/internal/engine/authority"
	"provost.dev/provost/internal/engine/catalogue"
	"provost.dev/provost/internal/engine/directory"
	"provost.dev/provost/internal/testing/script"
)

// Whoever has several names is whom the first of them means that means anybody.
func TestRequesterOf(t *testing.T) {
	t.Parallel()
	s := directory.Build(
		&directory.Person{Name: "lea", Username: "lea@acme.example"},
		&directory.Person{Name: "gone", Username: "gone@acme.example", Suspended: true},
		&directory.Person{Name: "one", Username: "both@acme.example"},
		&directory.Person{Name: "two", Username: "both@acme.example"},
		&directory.Platform{Administrators: []directory.Principal{{Kind: directory.PrincipalUser, Name: "kim"}}},
	)
	for _, test := range []struct{ names, user, person string }{
		{"", "key", ""},
		{"Lea <lea@acme.example>|lea@acme.example", "lea@acme.example", "lea"},
		{"nobody|kim|lea@acme.example", "kim", ""},
		{"both@acme.example|lea@acme.example", "both@acme.example", ""},
		{"gone@acme.example|lea", "key", ""},
	} {
		var names []string
		if test.names != "" {
			names = strings.Split(test.names, "|")
		}
		if r, person := authority.RequesterOf(s, names, "key"); r.User != test.user || person != test.person {
			t.Errorf("%q: %q (%q), want %q (%q)", test.names, r.User, person, test.user, test.person)
		}
	}
}

// Changes that come together are judged in an order in which each finds what it
// refers to, and by the Platform as it was before all of them.
func TestJudgeAll(t *testing.T) {
	t.Parallel()
	root := &directory.Person{Name: "root", Username: "root"}
	lea := &directory.Person{Name: "lea", Username: "lea"}
	platform := &directory.Platform{
		OpenGroups:     true,
		Administrators: []directory.Principal{{Kind: directory.PrincipalPerson, Name: "root"}},
	}
	algebra := directory.LocalEntity{Level: catalogue.Course, Name: "algebra"}
	learns := &directory.RoleBinding{
		Key: directory.Key{Namespace: "acme", Name: "learns"}, Entity: algebra,
		Role: directory.RoleRef{Name: "course-student"}, Subjects: []directory.Subject{directory.PersonSubject("lea")},
	}
	s := directory.Build(root, lea, platform, learns, &directory.Entity{Key: algebra.In("acme")})
	key := func(name string) directory.Key { return directory.Key{Namespace: "acme", Name: name} }
	mine := []directory.Member{{Name: "lea", Role: directory.Admin}}
	above := &directory.Group{Key: key("z-above"), Members: mine}
	below := &directory.Group{Key: key("a-below"), Parent: key("z-above"), Members: mine}
	steps := func(records ...directory.Record) []authority.Step {
		var out []authority.Step
		for _, r := range records {
			step := authority.Step{ID: r.ID(), Change: authority.Change{After: r}}
			if was, ok := s.Record(r.ID()); ok {
				step.Before = was
			}
			out = append(out, step)
		}
		return out
	}
	gitSync := authority.Step{ID: directory.ID{Kind: "GitSync", Namespace: "acme", Name: "access"}}
	for name, test := range map[string]struct {
		who   string
		steps []authority.Step
		want  string
	}{
		"what is referred to comes first": {"lea", steps(below, above), ""},
		"reserved, though of no record":   {"lea", append(steps(above), gitSync), "GitSync"},
		"an administrator may":            {"root", append(steps(above), gitSync), ""},
		"also in giving it up at once":    {"root", append(steps(&directory.Platform{}, above), gitSync), ""},
		"nobody becomes one by his commit": {"lea",
			steps(&directory.Platform{Administrators: []directory.Principal{{Kind: directory.PrincipalUser, Name: "lea"}}}), "Platform"},
		"who is nobody has no authority": {"mallory", steps(above), "Group"},
		"a label gives nothing, and yet": {"lea", steps(learns), "RoleBinding"},
		"an administrator may label":     {"root", steps(learns), ""},
	} {
		var got []string
		all, err := authority.JudgeAll(t.Context(), s, authority.Requester{User: test.who}, test.steps, script.Beginning)
		if err != nil {
			t.Fatal(err)
		}
		for _, refused := range all {
			got = append(got, string(refused.ID.Kind))
			t.Log(name, refused)
		}
		if strings.Join(got, " ") != test.want {
			t.Errorf("%s: refused %q, want %q", name, got, test.want)
		}
	}
}
