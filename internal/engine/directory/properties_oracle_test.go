package directory_test

import (
	"fmt"
	"slices"
	"testing"

	"provost.dev/provost/internal/engine/catalogue"
	"provost.dev/provost/internal/engine/directory"
	"provost.dev/provost/internal/testing/oracle"
	"provost.dev/provost/internal/testing/worlds"
)

// TestProperties holds the engine to what follows from the rules in every world,
// without asking the oracle what the answer should be.
func TestProperties(t *testing.T) {
	t.Parallel()
	for _, p := range []struct {
		name  string
		holds func(d worlds.Dice, records []directory.Record) string
	}{
		{"R10 a deny always wins", denyAlwaysWins},
		{"R10 adding a deny never adds a permission", denyNeverAdds},
		{"R8 nothing without a grant", nothingWithoutAGrant},
		{"R8 adding a binding never removes a permission", bindingNeverRemoves},
		{"R3 a binding at a parent entity changes no child", bindingStaysAtItsEntity},
		{"R0 duplicates do not matter", duplicatesDoNotMatter},
		{"R14 Removed clears exactly the subtree", removedClearsTheSubtree},
		{"R11 suspension takes everything, and gives it back", suspensionTakesEverything},
		{"R4 an Override deleted is as if it had never been", overrideIsUndone},
		{"R36 mending what is missing puts nobody out", mendingPutsNobodyOut},
		{"R36 a group that goes lets nobody in", whatGoesLetsNobodyIn},
		{"R36 a deny reaches whom it would once circles are broken", deniesReachThroughCircles},
	} {
		t.Run(p.name, func(t *testing.T) {
			for _, seed := range seeds(10) {
				records := oracle.After(nil, sets(worlds.Random(worlds.NewDice(seed)))...)
				// The same dice again for every attempt at a smaller world.
				differs := func(records []directory.Record) string { return p.holds(worlds.NewDice(seed), records) }
				if differs(records) != "" {
					report(t, seed, records, differs)
				}
			}
		})
	}
}

// effective is what everybody may do everywhere.
func effective(s *directory.Snapshot) map[oracle.Pair]catalogue.Set {
	out := map[oracle.Pair]catalogue.Set{}
	for _, p := range append(s.People(), stranger) {
		for _, e := range s.Entities() {
			if set := s.Permissions(p, e, worlds.Now); set != 0 {
				out[oracle.Pair{Person: p, Entity: e}] = set
			}
		}
	}
	return out
}

// changedWhere lists the pairs at which two worlds differ and the difference is not as allowed.
func changedWhere(before, after map[oracle.Pair]catalogue.Set, allowed func(oracle.Pair, catalogue.Set, catalogue.Set) bool) string {
	for pair := range union(before, after) {
		if b, a := before[pair], after[pair]; b != a && !allowed(pair, b, a) {
			return fmt.Sprintf("%s at %s had %v and now has %v", pair.Person, pair.Entity, b.IDs(pair.Entity.Level), a.IDs(pair.Entity.Level))
		}
	}
	return ""
}

func union[K comparable, V any](a, b map[K]V) map[K]struct{} {
	out := map[K]struct{}{}
	for k := range a {
		out[k] = struct{}{}
	}
	for k := range b {
		out[k] = struct{}{}
	}
	return out
}

func nowhere(oracle.Pair, catalogue.Set, catalogue.Set) bool { return false }

// somebody and somewhere choose from what there is.
func somebody(d worlds.Dice, s *directory.Snapshot) string {
	return worlds.Pick(d, append(s.People(), stranger))
}

func somewhere(d worlds.Dice, s *directory.Snapshot) directory.EntityKey {
	return worlds.Pick(d, append(s.Entities(), ghost))
}

func denyAlwaysWins(d worlds.Dice, records []directory.Record) string {
	s := directory.Build(records...)
	for pair, set := range effective(s) {
		if d.In(4) {
			continue
		}
		id := worlds.Pick(d, set.IDs(pair.Entity.Level))
		p, _ := pair.Entity.Level.Permission(id)
		deny := &directory.SystemDeny{
			Name: "added", Permissions: []string{id}, Subjects: []directory.Subject{directory.PersonSubject(pair.Person)},
		}
		if d.In(2) {
			deny.Scope.Entity = &pair.Entity
		}
		with := directory.Build(append(slices.Clone(records), deny)...)
		if got := with.Permissions(pair.Person, pair.Entity, worlds.Now); got != set&^p.Set() {
			return fmt.Sprintf("%s at %s had %v, was denied %s and has %v", pair.Person, pair.Entity, set.IDs(pair.Entity.Level), id,
				got.IDs(pair.Entity.Level))
		}
	}
	return ""
}

func denyNeverAdds(d worlds.Dice, records []directory.Record) string {
	before := effective(directory.Build(records...))
	for range 4 {
		r := worlds.NewMutator(d).NewDeny("added")
		after := effective(directory.Build(append(slices.Clone(records), r)...))
		less := func(_ oracle.Pair, b, a catalogue.Set) bool { return b.Has(a) }
		if diff := changedWhere(before, after, less); diff != "" {
			return diff + " after " + worlds.GoString(r)
		}
	}
	return ""
}

func nothingWithoutAGrant(_ worlds.Dice, records []directory.Record) string {
	var without []directory.Record
	for _, r := range records {
		switch r := r.(type) {
		case *directory.RoleBinding, *directory.PermissionOverride:
		case *directory.Group:
			g := *r
			g.Enrolments = nil
			without = append(without, &g)
		default:
			without = append(without, r)
		}
	}
	return changedWhere(nil, effective(directory.Build(without...)), nowhere)
}

// lenient turns every rule with Deny into one that only warns.
func lenient(records []directory.Record) []directory.Record {
	requires := func(list []directory.Requirement) []directory.Requirement {
		list = slices.Clone(list)
		for i := range list {
			list[i].Enforcement = directory.Warn
		}
		return list
	}
	excludes := func(list []directory.Exclusion) []directory.Exclusion {
		list = slices.Clone(list)
		for i := range list {
			list[i].Enforcement = directory.Warn
		}
		return list
	}
	out := slices.Clone(records)
	for i, r := range out {
		switch r := r.(type) {
		case *directory.Role:
			c := *r
			c.Requires, c.ExclusiveWith = requires(r.Requires), excludes(r.ExclusiveWith)
			out[i] = &c
		case *directory.Platform:
			c := *r
			c.RoleRules = slices.Clone(r.RoleRules)
			for j, rule := range c.RoleRules {
				c.RoleRules[j].Requires, c.RoleRules[j].ExclusiveWith = requires(rule.Requires), excludes(rule.ExclusiveWith)
			}
			out[i] = &c
		}
	}
	return out
}

func bindingNeverRemoves(d worlds.Dice, records []directory.Record) string {
	records = lenient(records)
	before := effective(directory.Build(records...))
	for range 4 {
		r := worlds.NewMutator(d).NewBinding(directory.Key{Namespace: "acme", Name: "added"})
		after := effective(directory.Build(append(slices.Clone(records), r)...))
		more := func(_ oracle.Pair, b, a catalogue.Set) bool { return a.Has(b) }
		if diff := changedWhere(before, after, more); diff != "" {
			return diff + " after " + worlds.GoString(r)
		}
	}
	return ""
}

func bindingStaysAtItsEntity(d worlds.Dice, records []directory.Record) string {
	records = lenient(records)
	s := directory.Build(records...)
	before := effective(s)
	for range 4 {
		e := somewhere(d, s)
		r := &directory.RoleBinding{
			Key:      directory.Key{Namespace: e.Namespace, Name: "added"},
			Entity:   directory.LocalEntity{Level: e.Level, Name: e.Name},
			Role:     directory.RoleRef{Name: e.Level.Roles()[0].Name}, // everything
			Subjects: []directory.Subject{directory.PersonSubject(somebody(d, s))},
		}
		after := effective(directory.Build(append(slices.Clone(records), r)...))
		there := func(p oracle.Pair, _, _ catalogue.Set) bool { return p.Entity == e }
		if diff := changedWhere(before, after, there); diff != "" {
			return diff + " after " + worlds.GoString(r)
		}
	}
	return ""
}

// duplicatesDoNotMatter says everything twice: records, and the elements of their lists.
func duplicatesDoNotMatter(_ worlds.Dice, records []directory.Record) string {
	twice := slices.Clone(records)
	for i, r := range twice {
		switch r := r.(type) {
		case *directory.RoleBinding:
			c := *r
			c.Subjects = slices.Repeat(r.Subjects, 2)
			twice[i] = &c
		case *directory.SystemDeny:
			c := *r
			c.Subjects, c.Permissions = slices.Repeat(r.Subjects, 2), slices.Repeat(r.Permissions, 2)
			c.Scope.Namespaces = slices.Repeat(r.Scope.Namespaces, 2)
			twice[i] = &c
		case *directory.PermissionOverride:
			c := *r
			c.Permissions = slices.Repeat(r.Permissions, 2)
			twice[i] = &c
		case *directory.RoleTemplate:
			twice[i] = &directory.RoleTemplate{Key: r.Key, Roles: slices.Repeat(r.Roles, 2)}
		case *directory.Role:
			c := *r
			c.Permissions, c.Requires = slices.Repeat(r.Permissions, 2), slices.Repeat(r.Requires, 2)
			twice[i] = &c
		case *directory.Group:
			c := *r
			c.Members, c.Enrolments = slices.Repeat(r.Members, 2), slices.Repeat(r.Enrolments, 2)
			c.Compose.Include, c.Compose.Require = slices.Repeat(r.Compose.Include, 2), slices.Repeat(r.Compose.Require, 2)
			c.Compose.Exclude = slices.Repeat(r.Compose.Exclude, 2)
			twice[i] = &c
		}
	}
	var n counts
	s := directory.Build(append(slices.Clone(twice), twice...)...)
	return compare(s, tableOf(oracle.New(records...), worlds.Now), &n)
}

// removedClearsTheSubtree adds a Removed entry for somebody whom the group's list does not name.
func removedClearsTheSubtree(d worlds.Dice, records []directory.Record) string {
	records = uncomposed(records) // who leaves a group leaves, or comes into, what is made of it (R36)
	s, w := directory.Build(records...), oracle.New(records...)
	for _, k := range s.Groups() {
		who := somebody(d, s)
		r, _ := s.Record(directory.ID{Kind: directory.KindGroup, Namespace: k.Namespace, Name: k.Name})
		g := *r.(*directory.Group)
		if slices.ContainsFunc(g.Members, func(m directory.Member) bool { return m.Name == who }) {
			continue
		}
		g.Members = append(slices.Clone(g.Members), directory.Member{Name: who, State: directory.MemberRemoved})
		after := directory.Build(oracle.After(records, oracle.Set(&g))...)
		subtree := w.AtOrBelow(k)
		for _, other := range s.Groups() {
			for _, p := range append(s.People(), stranger) {
				_, was := s.Member(other, p, worlds.Now)
				_, is := after.Member(other, p, worlds.Now)
				want := was && (p != who || !slices.Contains(subtree, other))
				if is != want {
					return fmt.Sprintf("%s Removed in %s: member of %s before %v, after %v", who, k, other, was, is)
				}
			}
		}
	}
	return ""
}

func suspensionTakesEverything(d worlds.Dice, records []directory.Record) string {
	s := directory.New()
	s.Apply(changes(sets(records))...)
	before := effective(s.Snapshot())
	who := somebody(d, s.Snapshot())
	id := directory.ID{Kind: directory.KindPerson, Name: who}
	old, declared := s.Snapshot().Record(id)
	suspended := &directory.Person{Name: who, Suspended: true}
	if declared {
		suspended.Attributes = old.(*directory.Person).Attributes
	}
	s.Apply(directory.Upsert(suspended))
	for pair := range effective(s.Snapshot()) {
		if pair.Person == who {
			return fmt.Sprintf("%s is suspended and has permissions at %s", who, pair.Entity)
		}
	}
	if declared {
		s.Apply(directory.Upsert(old))
	} else {
		s.Apply(directory.Delete(id))
	}
	return changedWhere(before, effective(s.Snapshot()), nowhere)
}

func overrideIsUndone(d worlds.Dice, records []directory.Record) string {
	s := directory.New()
	s.Apply(changes(sets(records))...)
	before := effective(s.Snapshot())
	for range 4 {
		r := worlds.NewMutator(d).NewOverride(directory.Key{Namespace: "acme", Name: "added"})
		s.Apply(directory.Upsert(r))
		s.Apply(directory.Delete(r.ID()))
		if diff := changedWhere(before, effective(s.Snapshot()), nowhere); diff != "" {
			return diff + " after " + worlds.GoString(r) + " came and went"
		}
	}
	return ""
}
