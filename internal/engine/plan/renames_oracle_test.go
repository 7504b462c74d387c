package plan

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"provost.dev/provost/internal/engine/catalogue"
	"provost.dev/provost/internal/engine/directory"
	"provost.dev/provost/internal/testing/oracle"
	"provost.dev/provost/internal/testing/worlds"
)

// TestRandomRenames renames things of random worlds, to names that others may have waited for, makes random changes
// besides, and holds what is left of the plan to the oracle's answers in both worlds, in which names alone were put in
// each other's place (R39).
func TestRandomRenames(t *testing.T) {
	n := 400
	if testing.Short() {
		n = 200
	}
	found := map[directory.Kind]int{}
	for seed := range n {
		dice := worlds.NewDice(uint64(seed))
		before := unique(worlds.Random(dice))
		for i, r := range before {
			if who, ok := r.(*directory.Person); ok && !dice.In(8) {
				c := *who
				c.Email = who.Name + "@example.org"
				before[i] = &c
			}
		}
		names, after := someRenamed(dice, before)
		mutator := worlds.NewMutator(dice)
		for range dice.IntN(3) {
			after = oracle.After(after, mutator.Change(after))
		}
		after = unique(after)
		p := between(before, after, worlds.Now)
		accepted := renaming(p.Renames)
		for id, name := range accepted {
			if names[id] != name {
				t.Fatalf("seed %d: %s is called %s, and nobody renamed it", seed, id, name)
			}
		}
		for _, r := range p.Renames {
			found[r.ID.Kind]++
		}
		was := map[oracle.Pair]catalogue.Set{}
		for k, set := range oracle.New(before...).EffectiveAll(p.Now) {
			if name, ok := accepted[directory.PersonID(k.Person)]; ok {
				k.Person = name
			}
			if name, ok := accepted[k.Entity.ID()]; ok {
				k.Entity.Name = name
			}
			was[k] = set
		}
		got := map[oracle.Pair]sets{}
		for i := range p.Rows {
			r := &p.Rows[i]
			if !r.From.IsZero() {
				continue
			}
			for _, who := range r.People {
				for _, e := range r.Entities {
					k := oracle.Pair{Person: who, Entity: e}
					got[k] = sets{got[k].gained | r.Gained, got[k].lost | r.Lost}
				}
			}
		}
		want := differenceOf(was, oracle.New(after...).EffectiveAll(p.Now))
		if diff := cmp.Diff(fmt.Sprint(want), fmt.Sprint(got)); diff != "" {
			t.Fatalf("seed %d: %v: (-oracle +plan)\n%s\nbefore:\n%s\nafter:\n%s", seed, toldRenames(p), diff,
				worlds.Dump(before), worlds.Dump(after))
		}
	}
	for _, kind := range []directory.Kind{directory.KindPerson, directory.KindGroup, directory.KindRole, directory.KindCourse} {
		if found[kind] == 0 {
			t.Errorf("no %s of any world was renamed", kind)
		}
	}
}

// someRenamed gives one or two things of a world names that are free.
func someRenamed(dice worlds.Dice, before []directory.Record) (directory.Renaming, []directory.Record) {
	declared := map[directory.ID]bool{}
	for _, r := range before {
		declared[r.ID()] = true
	}
	free := map[directory.Kind][]string{
		directory.KindPerson: {"alice", "bob", "carol", "dora", "erin", "frank", "gil"},
		directory.KindGroup:  {"g1", "g2", "g3", "g4", "g5", "g6"},
	}
	names := directory.Renaming{}
	from := map[directory.ID]string{}
	for range 1 + dice.IntN(2) {
		r := worlds.Pick(dice, before)
		id := r.ID()
		if !slices.Contains(directory.Renameable, id.Kind) || names[id] != "" {
			continue
		}
		list := free[id.Kind]
		if list == nil {
			list = []string{"x", "y", "z", "ta", "helper", "course-student"}
		}
		to := directory.ID{Kind: id.Kind, Namespace: id.Namespace, Name: worlds.Pick(dice, list)}
		if declared[to] || names[to] != "" {
			continue
		}
		names.Swap(id, to.Name)
		from[to] = id.Name
	}
	after := make([]directory.Record, 0, len(before))
	for _, r := range before {
		r = names.Of(r)
		if old, ok := from[r.ID()]; ok {
			claims(r, old)
		}
		after = append(after, r)
	}
	return names, after
}

// claims has a record, which is nobody else's, say how it was called.
func claims(r directory.Record, old string) {
	v := reflect.ValueOf(r).Elem().FieldByName("RenamedFrom")
	v.Set(reflect.ValueOf([]string{old}))
}

// TestRenamingKnowsEveryText goes through every text in every record: it is a name that a Renaming follows, or it is listed
// here as none.
func TestRenamingKnowsEveryText(t *testing.T) {
	none := []string{
		"Namespace.Name", "Namespace.Labels", "Person.Username", "Person.Attributes", "Entity.Attributes", "Person.Email", "RenamedFrom",
		"Key.Namespace", "Entity.Namespace", "Parent.Namespace", "Subjects.Namespace", "Subjects.Kind", "Scope.Entity.Namespace",
		"Role.Overrides", "Permissions", "RoleTemplate.Key.Name", "RoleBinding.Key.Name", "PermissionOverride.Key.Name", "SystemDeny.Name",
		"Justification",
		"Reason", "Scope.Namespaces", "Enrolments.Name", "Members.ID", "Selector.Expressions.Key", "Selector.Expressions.Values",
		"Term.Namespace", "TimeZone",
		"Match.Expressions.Key", "Match.Expressions.Values",
		"RoleRules.Role", "RoleRules.Requires.Role", "RoleRules.ExclusiveWith.Role", "Administrators.Namespace", "TrustedAppliers.Namespace",
	}
	for _, r := range []directory.Record{
		&directory.Namespace{}, &directory.Person{}, &directory.Entity{}, &directory.Group{}, &directory.Role{}, &directory.RoleTemplate{},
		&directory.RoleBinding{}, &directory.PermissionOverride{}, &directory.SystemDeny{}, &directory.Platform{},
		&directory.Term{},
	} {
		record := reflect.TypeOf(r).Elem()
		var walk func(typ reflect.Type, path string)
		walk = func(typ reflect.Type, path string) {
			switch typ.Kind() {
			case reflect.Pointer, reflect.Slice:
				walk(typ.Elem(), path)
			case reflect.Struct:
				if typ.PkgPath() == record.PkgPath() {
					for i := range typ.NumField() {
						walk(typ.Field(i).Type, path+"."+typ.Field(i).Name)
					}
				}
			case reflect.String, reflect.Map:
				if slices.ContainsFunc(none, func(n string) bool { return path == n || strings.HasSuffix(path, "."+n) }) {
					return
				}
				if !follows(record, path) {
					t.Errorf("%s: a Renaming does not follow it; say here that it is no name, or have it followed", path)
				}
			}
		}
		walk(record, record.Name())
	}
}

// follows fills a record with one name in one place and asks whether any Renaming of it changes the place.
func follows(record reflect.Type, path string) bool {
	for _, kind := range directory.Renameable {
		for _, ns := range []string{"", "ns"} {
			r := reflect.New(record)
			level, _ := catalogue.ParseLevel(string(kind))
			fill(r.Elem(), strings.Split(path, ".")[1:], kind, level, ns)
			names := directory.Renaming{}
			names[directory.ID{Kind: kind, Namespace: ns, Name: "old"}] = "new"
			before := r.Interface().(directory.Record)
			if after := names.Of(before); after != before {
				return true
			}
		}
	}
	return false
}

// fill sets a name at a path, and everything on the way to it that says which kind and namespace it is of.
func fill(v reflect.Value, path []string, kind directory.Kind, level catalogue.Level, ns string) {
	switch v.Kind() {
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(v.Elem(), path, kind, level, ns)
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 1, 1))
		fill(v.Index(0), path, kind, level, ns)
	case reflect.String:
		v.SetString("old")
	case reflect.Struct:
		for i := range v.NumField() {
			f := v.Field(i)
			switch name := v.Type().Field(i).Name; {
			case name == "Level":
				f.Set(reflect.ValueOf(level))
			case name == "Namespace":
				f.SetString(ns)
			case name == "Kind" && f.Type() == reflect.TypeOf(kind):
				f.SetString(string(kind))
			case name == "Key" && f.Kind() == reflect.Struct && (len(path) == 0 || path[0] != "Key"):
				f.FieldByName("Namespace").SetString(ns)
			}
		}
		fill(v.FieldByName(path[0]), path[1:], kind, level, ns)
	}
}
