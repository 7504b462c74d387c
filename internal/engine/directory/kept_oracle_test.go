package directory_test

import (
	"fmt"
	"reflect"
	"testing"
	"time"

	"provost.dev/provost/internal/engine/catalogue"
	"provost.dev/provost/internal/engine/directory"
	"provost.dev/provost/internal/testing/need"
	"provost.dev/provost/internal/testing/oracle"
	"provost.dev/provost/internal/testing/worlds"
)

// answers are what a snapshot says when it is asked for all of it.
type answers struct {
	records           []directory.Record
	counts            directory.Counts
	access            map[string][]directory.Access
	members           map[directory.Key][]directory.Membership
	idle              []string
	accessTransitions map[string][]time.Time
	may               map[oracle.Pair]catalogue.Set
}

func answersOf(s *directory.Snapshot) answers {
	out := answers{
		records: s.Records(), counts: s.Counts(), idle: s.IdleDenies(worlds.Now), may: effective(s),
		access: map[string][]directory.Access{}, members: map[directory.Key][]directory.Membership{}, accessTransitions: map[string][]time.Time{},
	}
	for _, p := range s.People() {
		out.access[p] = s.AccessOf(p, worlds.Now)
		out.accessTransitions[p] = s.AccessTransitions(p, "acme", worlds.Now)
	}
	for _, k := range s.Groups() {
		out.members[k] = s.Members(k, worlds.Now)
	}
	return out
}

// padded is a directory of which so many numbers of each kind are given away
// already, to what has gone again: what comes is on both sides of the end of a
// page, or of a branch, and of where a name is forgotten there is none.
func padded(n int) *directory.Directory {
	var come, gone []directory.Change
	add := func(r directory.Record) {
		come, gone = append(come, directory.Upsert(r)), append(gone, directory.Delete(r.ID()))
	}
	for i := range n {
		name := fmt.Sprint("former-", i)
		key := directory.Key{Namespace: "former", Name: name}
		add(&directory.Person{Name: name})
		add(&directory.Namespace{Name: name})
		add(&directory.SystemDeny{Name: name})
		add(&directory.Group{Key: key})
		add(&directory.Entity{Key: directory.EntityKey{Level: catalogue.Course, Namespace: "former", Name: name}})
		add(&directory.RoleTemplate{Key: key})
		add(&directory.Role{Key: key, Type: directory.RoleCustom})
		add(&directory.RoleBinding{Key: key})
		add(&directory.PermissionOverride{Key: key})
	}
	d := directory.New()
	d.Apply(come...)
	d.Apply(gone...)
	return d
}

// TestSnapshotsStayAsTheyAre makes many changes and now and then keeps a
// snapshot, or what one would become by changes that are never made. In the end,
// each says what it said when it was new, and on the way the newest agrees with
// the oracle.
func TestSnapshotsStayAsTheyAre(t *testing.T) {
	t.Parallel()
	const every = 12
	steps := need.AtMost(600, 60)
	for _, start := range []int{0, directory.PageSize - 4, directory.BranchSize - 4} {
		t.Run(fmt.Sprint("from number ", start), func(t *testing.T) {
			if start >= directory.BranchSize-4 {
				need.Time(t) // so many numbers are given out first
			}
			t.Parallel()
			for _, seed := range seeds(500) {
				d := worlds.NewDice(seed)
				live, m := padded(start), worlds.NewMutator(d)
				records := oracle.After(nil, sets(worlds.Random(d))...)
				live.Apply(changes(sets(records))...)
				var snapshots []*directory.Snapshot
				var said []answers
				keep := func(s *directory.Snapshot) { snapshots, said = append(snapshots, s), append(said, answersOf(s)) }
				for i := range steps {
					switch {
					case i%every == 0:
						keep(live.Snapshot())
					case d.In(every): // what if, of an old one or the newest, and then what if of that
						s := live.Snapshot()
						if d.In(2) {
							s = worlds.Pick(d, snapshots)
						}
						s, _ = s.With(changes([]oracle.Change{m.Change(s.Records()), m.Change(s.Records())})...)
						keep(s)
						s, _ = s.With(changes([]oracle.Change{m.Change(s.Records())})...)
						keep(s)
					}
					c := m.Change(records)
					records = oracle.After(records, c)
					live.Apply(changes([]oracle.Change{c})...)
					if i%50 != 0 {
						continue
					}
					if diff := directory.Misaligned(live.Snapshot()); diff != "" {
						t.Fatalf("seed %d, change %d: %s", seed, i, diff)
					}
					if diff := compare(live.Snapshot(), tableOf(oracle.New(records...), worlds.Now), new(counts)); diff != "" {
						t.Fatalf("seed %d, change %d: %s", seed, i, diff)
					}
				}
				for i, s := range snapshots {
					if diff := directory.Misaligned(s); diff != "" {
						t.Fatalf("seed %d: snapshot %d of %d: %s", seed, i, len(snapshots), diff)
					}
					if now := answersOf(s); !reflect.DeepEqual(said[i], now) {
						t.Fatalf("seed %d: snapshot %d of %d says something else now: %s", seed, i, len(snapshots), differing(said[i].access, now.access))
					}
				}
			}
		})
	}
}

// TestOddNames asks about names that are empty, alike but for a separator, or of
// a level that does not exist: none of them is mistaken for another.
func TestOddNames(t *testing.T) {
	t.Parallel()
	keys := []directory.EntityKey{
		{Level: catalogue.Course, Namespace: "", Name: ""},
		{Level: catalogue.Course, Namespace: "a", Name: ""},
		{Level: catalogue.Course, Namespace: "", Name: "a"},
		{Level: catalogue.Course, Namespace: "a", Name: "b"},
		{Level: catalogue.Course, Namespace: "b", Name: "a"},
		{Level: catalogue.Course, Namespace: "a", Name: "a"},
		{Level: catalogue.Course, Namespace: "b", Name: "b"},
		{Level: catalogue.Course, Namespace: "a\x00b", Name: ""},
		{Level: catalogue.Course, Namespace: "a\x00", Name: "b"},
		{Level: catalogue.Course, Namespace: "a", Name: "\x00b"},
		{Level: catalogue.Module, Namespace: "a", Name: "b"},
	}
	for i, at := range keys {
		role := "course-instructor"
		if at.Level == catalogue.Module {
			role = "module-instructor"
		}
		s := directory.Build(&directory.Entity{Key: at}, &directory.RoleBinding{
			Key: directory.Key{Namespace: at.Namespace, Name: "b"}, Role: directory.RoleRef{Name: role},
			Entity: directory.LocalEntity{Level: at.Level, Name: at.Name}, Subjects: []directory.Subject{directory.PersonSubject("")},
		})
		// A reference without a name refers to nothing.
		has := s.Permissions("", at, worlds.Now) != 0
		for j, other := range keys {
			if i != j && s.Permissions("", other, worlds.Now) != 0 {
				t.Errorf("given at %q, had at %q", at, other)
			}
			if s.Permissions("\x00", other, worlds.Now) != 0 {
				t.Errorf("given at %q to nobody's name, had by another one at %q", at, other)
			}
		}
		if at.Name != "" && !has {
			t.Errorf("not had at %q, where it is given", at)
		}
		for _, level := range []catalogue.Level{catalogue.LevelCount, 255} {
			nowhere := directory.EntityKey{Level: level, Namespace: at.Namespace, Name: at.Name}
			if s.Can("", catalogue.Permission{Level: level}, nowhere, worlds.Now) || s.Permissions("", nowhere, worlds.Now) != 0 {
				t.Errorf("given at %q, had at a level that does not exist", at)
			}
			if a := s.Access("", nowhere, worlds.Now); len(a.Roles) > 0 || a.Effective != 0 {
				t.Errorf("given at %q, held at a level that does not exist", at)
			}
		}
	}
}
