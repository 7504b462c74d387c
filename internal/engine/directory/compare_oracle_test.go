package directory_test

import (
	"fmt"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"provost.dev/provost/internal/engine/catalogue"
	"provost.dev/provost/internal/engine/directory"
	"provost.dev/provost/internal/testing/oracle"
	"provost.dev/provost/internal/testing/worlds"
)

// table is the oracle's whole answer for one world at one time.
type table struct {
	world    *oracle.World
	now      time.Time
	people   []string
	entities []directory.EntityKey
	access   map[oracle.Pair]directory.Access
	members  map[directory.Key][]directory.Membership
	groups   map[directory.Key]directory.GroupStatus
}

// stranger and ghost are named by no record.
const stranger = "stranger"

var ghost = directory.EntityKey{Level: catalogue.Course, Namespace: "acme", Name: "ghost"}

func tableOf(w *oracle.World, now time.Time) *table {
	t := &table{
		world: w, now: now, access: map[oracle.Pair]directory.Access{},
		members: map[directory.Key][]directory.Membership{}, groups: map[directory.Key]directory.GroupStatus{},
	}
	for _, k := range w.GroupKeys() {
		t.members[k], t.groups[k] = w.Members(k, now), w.Group(k, now)
	}
	t.people = append(w.People(), stranger)
	t.entities = append(w.Entities(), ghost)
	for _, p := range t.people {
		for _, e := range t.entities {
			t.access[oracle.Pair{Person: p, Entity: e}] = w.Access(p, e, now)
		}
	}
	return t
}

func (t *table) of(person string, e directory.EntityKey) directory.Access {
	return t.access[oracle.Pair{Person: person, Entity: e}]
}

// tally counts what was compared.
type counts struct{ decisions, permissions, lists int }

func (t *counts) String() string {
	return fmt.Sprintf("%d decisions (person, entity and time), %d single permissions, %d lists", t.decisions, t.permissions, t.lists)
}

// compare holds everything that the engine says against the oracle; "" where
// they agree, and otherwise the first difference. A panic is a difference.
func compare(s *directory.Snapshot, t *table, n *counts) (difference string) {
	defer func() {
		if r := recover(); r != nil {
			difference = fmt.Sprintf("panic: %v", r)
		}
	}()
	for _, part := range []func(*directory.Snapshot, *table, *counts) string{
		compareDecisions, compareExplanations, compareLists, compareGroups, comparePeople, compareStatus,
	} {
		if d := part(s, t, n); d != "" {
			return "at " + clock(t.now) + ": " + d
		}
	}
	return ""
}

// clock writes a time as worlds.Dump does.
func clock(now time.Time) string {
	return fmt.Sprintf("worlds.Now.Add(%d*time.Minute)", int(now.Sub(worlds.Now).Minutes()))
}

func compareDecisions(s *directory.Snapshot, t *table, n *counts) string {
	for _, p := range t.people {
		for _, e := range t.entities {
			want := t.of(p, e)
			n.decisions++
			if got := s.Permissions(p, e, t.now); got != want.Effective {
				return fmt.Sprintf("Permissions(%s, %s) = %v, want %v", p, e, got.IDs(e.Level), want.Effective.IDs(e.Level))
			}
			if got := s.Access(p, e, t.now); !sameAccess(got, want) {
				return fmt.Sprintf("Access(%s, %s): %s", p, e, differing(want, got))
			}
			for _, permission := range e.Level.Permissions() {
				n.permissions++
				if got := s.Can(p, permission, e, t.now); got != want.Effective.Has(permission.Set()) {
					return fmt.Sprintf("Can(%s, %s, %s) = %v", p, permission.ID, e, got)
				}
			}
		}
	}
	return ""
}

// sameAccess compares without Until, which the oracle does not give.
func sameAccess(got, want directory.Access) bool {
	if got.Entity != want.Entity || got.SubjectState != want.SubjectState || got.Effective != want.Effective ||
		got.FromRoles != want.FromRoles || got.Overridden != want.Overridden || got.Denied != want.Denied {
		return false
	}
	return slices.EqualFunc(got.Roles, want.Roles, func(g, w directory.HeldRole) bool {
		return g.Role == w.Role && g.Permissions == w.Permissions && g.Withheld == w.Withheld &&
			slices.Equal(g.Overridden, w.Overridden) && sameRules(g.Unmet, w.Unmet)
	})
}

// sameRules compares as sets: the order of several rules means nothing.
func sameRules(a, b []directory.UnmetRule) bool {
	subset := func(a, b []directory.UnmetRule) bool {
		return !slices.ContainsFunc(a, func(r directory.UnmetRule) bool { return !slices.Contains(b, r) })
	}
	return subset(a, b) && subset(b, a)
}

// differing shows two values that are not the same, the wanted one with "-".
func differing(want, got any) string {
	return "(-want +got)\n" + cmp.Diff(want, got, cmpopts.EquateEmpty(), cmpopts.IgnoreFields(directory.Access{}, "Until"))
}

func sameAccesses(got, want []directory.Access) bool { return slices.EqualFunc(got, want, sameAccess) }

func sameReached(got, want []directory.Reached) bool {
	return slices.EqualFunc(got, want, func(g, w directory.Reached) bool {
		return g.Person == w.Person && sameAccess(g.Access, w.Access)
	})
}

// sayable is where there is something to say.
func sayable(a directory.Access) bool { return len(a.Roles) > 0 || a.Overridden }

func compareLists(s *directory.Snapshot, t *table, n *counts) string {
	for _, p := range t.people {
		var all []directory.Access
		in := map[string][]directory.Access{"nowhere": nil}
		for _, e := range t.entities {
			if a := t.of(p, e); sayable(a) {
				all = append(all, a)
				in[e.Namespace] = append(in[e.Namespace], a)
			}
		}
		n.lists++
		if got := s.AccessOf(p, t.now); !sameAccesses(got, all) {
			return fmt.Sprintf("AccessOf(%s): %s", p, differing(all, got))
		}
		for ns, want := range in {
			if got := s.AccessIn(p, ns, t.now); !sameAccesses(got, want) {
				return fmt.Sprintf("AccessIn(%s, %s): %s", p, ns, differing(want, got))
			}
		}
	}
	for _, e := range t.entities {
		if d := compareReached(s, t, e, n); d != "" {
			return d
		}
	}
	return ""
}

func compareReached(s *directory.Snapshot, t *table, e directory.EntityKey, n *counts) string {
	var all []directory.Reached
	for _, p := range t.people {
		if a := t.of(p, e); sayable(a) {
			all = append(all, directory.Reached{Person: p, Access: a})
		}
	}
	n.lists++
	if got := s.WhoHas(e, t.now); !sameReached(got, all) {
		return fmt.Sprintf("WhoHas(%s): %s", e, differing(all, got))
	}
	for i, permission := range e.Level.Permissions() {
		if i%4 != t.now.Minute()%4 { // a sample
			continue
		}
		var want []directory.Reached
		for _, r := range all {
			if r.Access.Effective.Has(permission.Set()) {
				want = append(want, r)
			}
		}
		n.lists++
		if got := s.WhoCan(permission, e, t.now); !sameReached(got, want) {
			return fmt.Sprintf("WhoCan(%s, %s): %s", permission.ID, e, differing(want, got))
		}
	}
	return ""
}

func compareGroups(s *directory.Snapshot, t *table, n *counts) string {
	keys := append(t.world.GroupKeys(), directory.Key{Namespace: "acme", Name: "ghost"})
	for _, k := range keys {
		want := t.members[k]
		n.lists++
		got := s.Members(k, t.now)
		if !slices.EqualFunc(got, want, func(g, w directory.Membership) bool {
			return g.Person == w.Person && g.Role == w.Role && g.Direct == w.Direct && g.Until.Equal(w.Until) && slices.Equal(g.Through, w.Through)
		}) {
			return fmt.Sprintf("Members(%s): %s", k, differing(want, got))
		}
		for _, p := range t.people {
			i := slices.IndexFunc(want, func(m directory.Membership) bool { return m.Person == p })
			m, ok := s.Member(k, p, t.now)
			if ok != (i >= 0) || ok && !slices.Equal(m.Through, want[i].Through) {
				return fmt.Sprintf("Member(%s, %s) = %+v, %v", k, p, m, ok)
			}
		}
		if want, got := t.groups[k], s.Group(k, t.now); !sameGroup(got, want) {
			return fmt.Sprintf("Group(%s): %s", k, differing(want, got))
		}
	}
	return ""
}

// compacted leaves out what is said twice.
func compacted(list []directory.Reference) []directory.Reference {
	var out []directory.Reference
	for _, r := range list {
		if !slices.Contains(out, r) {
			out = append(out, r)
		}
	}
	return out
}

// sameGroup compares what the oracle knows.
func sameGroup(got, want directory.GroupStatus) bool {
	if !want.Declared {
		return !got.Declared
	}
	return got.Declared && got.ParentState == want.ParentState && got.OnCycle == want.OnCycle &&
		got.DeclaredCount == want.DeclaredCount && got.MemberCount == want.MemberCount &&
		got.Unsettled == want.Unsettled && slices.Equal(compacted(got.References), compacted(want.References)) &&
		reflect.DeepEqual(got.Circle, want.Circle) &&
		slices.Equal(got.Path, want.Path) && slices.Equal(got.Cycle, want.Cycle) && slices.Equal(got.Subgroups, want.Subgroups)
}

func comparePeople(s *directory.Snapshot, t *table, n *counts) string {
	for _, p := range t.people {
		want, got := t.world.Person(p, t.now), s.Person(p, t.now)
		n.lists++
		if got.Declared != want.Declared || got.SubjectState != want.SubjectState || !slices.Equal(got.Groups, want.Groups) {
			return fmt.Sprintf("Person(%s): %s", p, differing(want, got))
		}
		var namespaces []string
		for _, e := range t.entities {
			if sayable(t.of(p, e)) {
				namespaces = append(namespaces, e.Namespace)
			}
		}
		slices.Sort(namespaces)
		if namespaces = slices.Compact(namespaces); !slices.Equal(got.Namespaces, namespaces) {
			return fmt.Sprintf("Person(%s).Namespaces = %v, want %v", p, got.Namespaces, namespaces)
		}
	}
	return ""
}

// report shrinks a world in which engine and oracle differ, and fails the test
// with what is left of it.
func report(t *testing.T, seed uint64, records []directory.Record, differs func([]directory.Record) string) {
	t.Helper()
	small := worlds.Shrink(records, func(r []directory.Record) bool { return differs(r) != "" })
	t.Fatalf("seed %d: %s\n%s\nthe world that shows it:\n%s", seed, differs(records), differs(small), worlds.Dump(small))
}

// shuffled is a copy in another order.
func shuffled[T any](d worlds.Dice, list []T) []T {
	list = slices.Clone(list)
	d.Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
	return list
}
