package plan

import (
	"slices"

	"provost.dev/provost/internal/engine/catalogue"
	"provost.dev/provost/internal/engine/directory"
)

// Rename is an object that goes by another name after the change, and is the same one (R39).
type Rename struct {
	// ID names it as it is called after the change, and Old is how it was called before.
	ID  directory.ID
	Old string
	// Carried are the sensitive permissions that go along: those that are held by the object, at it, through it or
	// as its own on both sides.
	Carried []Carried

	// File and Line are the place in the state after, where the caller has filled them in.
	File string
	Line int
}

// Was is the ID before.
func (r *Rename) Was() directory.ID {
	return directory.ID{Kind: r.ID.Kind, Namespace: r.ID.Namespace, Name: r.Old}
}

// Carried are sensitive permissions of one level that go along with a new name.
type Carried struct {
	Level       catalogue.Level
	Permissions catalogue.Set
	// People counts who has some of them there, and Entities where. Both are zero of a role, which only lists them.
	People, Entities int
}

// Pair is a record before and after; one of them is nil for what comes or goes.
type Pair struct{ Before, After directory.Record }

// EditsBetween are the edits of records that differ, those that only follow a new name left out. It knows of no other
// records than these, and is for saying which of several changes made an edit.
func EditsBetween(pairs []Pair) []Edit {
	var gone, come []directory.Record
	for _, p := range pairs {
		switch {
		case p.After == nil && p.Before != nil:
			gone = append(gone, p.Before)
		case p.Before == nil && p.After != nil:
			come = append(come, p.After)
		}
	}
	names := renaming(renames(gone, come, func(*Rename) bool { return true }))
	if len(names) == 0 {
		var out []Edit
		for _, p := range pairs {
			out = append(out, EditsOf(p.Before, p.After)...)
		}
		return out
	}
	var before, after []directory.Record
	for _, p := range pairs {
		if p.Before != nil {
			before = append(before, names.Of(p.Before))
		}
		if p.After != nil {
			after = append(after, p.After)
		}
	}
	return editsBetween(before, after)
}

// editsBetween are the edits from one list of records to another, in the order of IDs.
func editsBetween(before, after []directory.Record) []Edit {
	var out []Edit
	byID := func(a, b directory.Record) int { return a.ID().Compare(b.ID()) }
	slices.SortFunc(before, byID)
	slices.SortFunc(after, byID)
	for i, j := 0, 0; i < len(before) || j < len(after); {
		order := 0
		switch {
		case i == len(before):
			order = 1
		case j == len(after):
			order = -1
		default:
			order = byID(before[i], after[j])
		}
		switch {
		case order < 0:
			out = append(out, EditsOf(before[i], nil)...)
			i++
		case order > 0:
			out = append(out, EditsOf(nil, after[j])...)
			j++
		default:
			out = append(out, EditsOf(before[i], after[j])...)
			i++
			j++
		}
	}
	return out
}

// renames finds what goes and comes under another name (R39): of one kind and namespace, and one alone that comes
// claims what goes and claims nothing else that goes. What is possible says of each whether it may be one.
func renames(gone, come []directory.Record, possible func(*Rename) bool) []Rename {
	left := map[directory.ID]directory.Record{}
	for _, r := range gone {
		left[r.ID()] = r
	}
	type claim struct {
		old directory.ID
		by  directory.Record
	}
	var all []claim
	claimants, claimed := map[directory.ID]int{}, map[directory.ID]int{}
	for _, r := range come {
		id := r.ID()
		for _, name := range directory.RenamedFrom(r) {
			old := directory.ID{Kind: id.Kind, Namespace: id.Namespace, Name: name}
			if left[old] != nil {
				all = append(all, claim{old, r})
				claimants[old]++
				claimed[id]++
			}
		}
	}
	var out []Rename
	for _, c := range all {
		r := Rename{ID: c.by.ID(), Old: c.old.Name}
		if claimants[c.old] == 1 && claimed[r.ID] == 1 && sameOne(left[c.old], c.by) && possible(&r) {
			out = append(out, r)
		}
	}
	slices.SortFunc(out, func(a, b Rename) int { return a.ID.Compare(b.ID) })
	return out
}

// sameOne says whether what comes may be what goes. A Person is the same one by login and e-mail address, of which
// there has to be one; a role is none that the release has by that name.
func sameOne(was, is directory.Record) bool {
	switch is := is.(type) {
	case *directory.Person:
		was := was.(*directory.Person)
		return was.Username == is.Username && was.Email == is.Email && is.Username+is.Email != ""
	case *directory.Role:
		return catalogue.SystemRole(is.Key.Name) == nil && catalogue.SystemRole(was.(*directory.Role).Key.Name) == nil
	}
	return true
}

// renaming is the names that renames give.
func renaming(list []Rename) directory.Renaming {
	names := directory.Renaming{}
	for i := range list {
		names.Swap(list[i].Was(), list[i].ID.Name)
	}
	return names
}

// Renamed is an input of which the state before has the names of the state after, so that what is left to compare
// is what a new name does not explain. In the state before, whoever named something by a name that it had not yet got goes
// on naming something else: the two names change places there. It says which renames there are.
func (in Input) Renamed() (Input, []Rename) {
	var gone, come []directory.Record
	for i := range in.Edits {
		switch e := &in.Edits[i]; e.Class {
		case ClassNew:
			if r, ok := in.After.Record(e.ID); ok && len(directory.RenamedFrom(r)) > 0 {
				come = append(come, r)
			}
		case ClassDeleted:
			if r, ok := in.Before.Record(e.ID); ok {
				gone = append(gone, r)
			}
		}
	}
	if len(come) == 0 || len(gone) == 0 {
		return in, nil
	}
	found := renames(gone, come, in.exact)
	if len(found) == 0 {
		return in, nil
	}
	names := renaming(found)
	differ := map[directory.ID]bool{}
	for i := range in.Edits {
		differ[in.Edits[i].ID] = true
	}
	var back []directory.Change
	for _, r := range in.Before.Records() {
		now := names.Of(r)
		if now == r {
			continue
		}
		differ[r.ID()], differ[now.ID()] = true, true
		if now.ID() != r.ID() {
			back = append(back, directory.Delete(r.ID()))
		}
		back = append(back, directory.Upsert(now))
	}
	out := in
	out.Before, _ = in.Before.With(deletionsFirst(back)...)
	var forth []directory.Change
	var before, after []directory.Record
	for id := range differ {
		was, had := out.Before.Record(id)
		is, has := in.After.Record(id)
		if had {
			before = append(before, was)
		}
		switch {
		case has:
			after = append(after, is)
			forth = append(forth, directory.Upsert(is))
		case had:
			forth = append(forth, directory.Delete(id))
		}
	}
	out.After, out.Delta = out.Before.With(forth...)
	out.Edits = editsBetween(before, after)
	return out, found
}

// deletionsFirst has every old name free before it is given.
func deletionsFirst(changes []directory.Change) []directory.Change {
	slices.SortStableFunc(changes, func(a, b directory.Change) int {
		switch {
		case (a.Record() == nil) == (b.Record() == nil):
			return 0
		case a.Record() == nil:
			return -1
		}
		return 1
	})
	return changes
}

// exact says whether a rename changes nothing but a name: not where the name is a login as well, and not where a
// role's name stands in something that means each namespace's own role by it.
func (in *Input) exact(r *Rename) bool {
	return exactIn(in.Before, r) && exactIn(in.After, r)
}

func exactIn(s *directory.Snapshot, r *Rename) bool {
	platform, _ := s.Record(platformID)
	p, _ := platform.(*directory.Platform)
	switch r.ID.Kind {
	case directory.KindPerson:
		if p == nil || !p.MatchNames {
			return true
		}
		for _, id := range []directory.ID{r.ID, r.Was()} {
			if who, ok := s.Record(id); ok && who.(*directory.Person).Username == "" {
				return false
			}
		}
	case directory.KindRole:
		named := func(role string) bool { return role == r.ID.Name || role == r.Old }
		if p != nil && slices.ContainsFunc(p.RoleRules, func(rule directory.RoleRule) bool {
			return slices.ContainsFunc(rule.Requires, func(q directory.Requirement) bool { return named(q.Role) }) ||
				slices.ContainsFunc(rule.ExclusiveWith, func(x directory.Exclusion) bool { return named(x.Role) })
		}) {
			return false
		}
		for _, k := range s.Templates() {
			if k.Namespace != directory.SystemNamespace {
				continue
			}
			t, ok := s.Record(directory.ID{Kind: directory.KindRoleTemplate, Namespace: k.Namespace, Name: k.Name})
			if ok && slices.ContainsFunc(t.(*directory.RoleTemplate).Roles, named) {
				return false
			}
		}
	}
	return true
}

// RenamedFrom is what an object was called before the change, by its ID after; the same where it has no other name.
func (p *Plan) RenamedFrom(is directory.ID) directory.ID {
	i := slices.IndexFunc(p.Renames, func(r Rename) bool { return r.ID == is })
	if i < 0 {
		return is
	}
	return p.Renames[i].Was()
}
