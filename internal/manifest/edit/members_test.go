package edit

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

// world is what a script declares.
// moment is when the plans of these tests are made.
var moment = time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC)

func world(t *testing.T, text string) *directory.Snapshot {
	t.Helper()
	s, err := script.Run(text)
	if err != nil {
		t.Fatal(err)
	}
	return directory.Build(s.Records()...)
}

func group(name string) directory.Key { return directory.Key{Namespace: "acme", Name: name} }

// written is the changes of a plan in the words of the script: "in qa: alice:removed", "not in qa: alice".
func written(p *Plan) string {
	var out []string
	for _, c := range p.Changes {
		if c.After == nil {
			out = append(out, fmt.Sprintf("not in %s: %s", c.Group.Name, c.Person))
			continue
		}
		word := c.Person
		if c.After.State != directory.MemberActive {
			word += ":" + strings.ToLower(c.After.State.String())
		} else if c.After.Role != directory.Learner {
			word += ":" + strings.ToLower(c.After.Role.String())
		}
		out = append(out, fmt.Sprintf("in %s: %s", c.Group.Name, word))
	}
	for _, u := range p.Unchanged {
		out = append(out, u.Person+" "+u.Why)
	}
	return strings.Join(out, "\n")
}

const company = `
group corporate(engineering(development(backend) qa) sales)
in development: alice bob:admin
in backend: alice
in qa: bob
in sales: carol
`

func TestRemove(t *testing.T) {
	for _, tc := range []struct{ name, world, group, people, want string }{
		{"a leaf keeps the groups above", company, "backend", "alice", "not in backend: alice"},
		{"a leaf that was the only reason", company, "sales", "carol", "not in sales: carol\nin corporate: carol"},
		{"the subtree, and the parent", company, "development", "alice",
			"not in development: alice\nnot in backend: alice\nin engineering: alice"},
		{"another branch keeps the groups above", company, "development", "bob", "not in development: bob"},
		{"the top", company, "corporate", "bob carol", "not in sales: carol\nnot in development: bob\nnot in qa: bob"},
		{"everywhere", company, "development!", "alice", "not in development: alice\nnot in backend: alice"},
		{"a selector brings back", company + "person dan team=b\nselect backend: team=b", "development", "dan", "in development: dan:removed"},
		{"a selector and an entry", company + "person alice team=b\nselect development: team=b", "development", "alice",
			"in development: alice:removed\nnot in backend: alice"},
		{"a selector above keeps", company + "person alice team=b\nselect corporate: team=b", "engineering", "alice",
			"not in development: alice\nnot in backend: alice"},
		{"a listed group blocks by itself", company + "listed development\nperson alice team=b\nselect backend: team=b", "development", "alice",
			"not in development: alice\nnot in backend: alice"},
		{"pending entries go too", company + "in qa: dan:pending", "engineering", "dan", "not in qa: dan"},
		{"the parent keeps the person out, and not what is above it", company + "in engineering: alice:removed", "development", "alice",
			"not in development: alice\nnot in backend: alice\nin corporate: alice"},
		{"a pending entry above becomes active", company + "in corporate: carol:pending", "sales", "carol",
			"not in sales: carol\nin corporate: carol"},
		{"kept out already", company + "in qa: carol:removed", "qa", "carol", "carol is kept out already: the entry says Removed"},
		{"nobody there", company, "qa", "carol", "carol is no member, and no group at or below it lists or selects that name"},
		{"removed, with entries below", company + "in development: alice:removed", "development", "alice",
			"not in backend: alice\nin engineering: alice"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			name, everywhere := strings.CutSuffix(tc.group, "!")
			p, err := Remove(world(t, tc.world), group(name), strings.Fields(tc.people), everywhere, moment)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tc.want, written(p)); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
	if _, err := Remove(world(t, "group a under b\ngroup b under a\nin a: alice"), group("a"), []string{"alice"}, false, moment); err == nil ||
		!strings.Contains(err.Error(), "cycle (acme/a > acme/b > acme/a)") {
		t.Errorf("a cycle: %v", err)
	}
}

func TestAdd(t *testing.T) {
	admin, pending := directory.Admin, directory.MemberPending
	for _, tc := range []struct {
		name, world, people, want string
		state                     *directory.MemberState
		role                      *directory.MemberRole
	}{
		{"new", company, "dan erin", "in qa: dan\nin qa: erin", nil, nil},
		{"there already", company, "bob dan", "in qa: dan\nbob is listed so already", nil, nil},
		{"with a role", company, "bob dan", "in qa: bob:admin\nin qa: dan:admin", nil, &admin},
		{"with a state", company, "bob", "in qa: bob:pending", &pending, nil},
		{"was removed", company + "in qa: dan:removed", "dan", "in qa: dan", nil, nil},
	} {
		t.Run(tc.name, func(t *testing.T) {
			p, err := Add(world(t, tc.world), group("qa"), strings.Fields(tc.people), tc.state, tc.role, moment)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tc.want, written(p)); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
	p, err := Add(world(t, company+"in engineering: dan:removed\nlisted corporate"), group("qa"), []string{"dan"}, nil, nil, moment)
	if err != nil {
		t.Fatal(err)
	}
	if o := p.Outcomes()[0]; !slices.Equal(groupsOf(o.KeptOut), []directory.Key{group("engineering"), group("corporate")}) ||
		len(o.Joined) > 0 {
		t.Errorf("got %+v", o)
	}
}

// groupsOf are the groups that keep somebody out.
func groupsOf(bars []directory.Bar) []directory.Key {
	var out []directory.Key
	for _, b := range bars {
		out = append(out, b.Group)
	}
	return out
}
