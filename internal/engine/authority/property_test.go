package authority_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"provost.dev/provost/internal/engine/authority"
	"provost.dev/provost/internal/engine/catalogue"
	"provost.dev/provost/internal/engine/directory"
	"provost.dev/provost/internal/testing/need"
	"provost.dev/provost/internal/testing/oracle"
	"provost.dev/provost/internal/testing/worlds"
)

// TestNobodyGivesWhatHeMayNot lets random people make random changes to random
// worlds. Whatever is allowed is looked at again by the oracle, for everybody, at
// every entity and at every hour: nobody may have gained a sensitive permission
// that the requester had no authority to give there, or lost one that the
// requester had no authority to take (R22, R23).
func TestNobodyGivesWhatHeMayNot(t *testing.T) {
	t.Parallel()
	var seen counts
	for seed := range need.AtMost[uint64](200, 20) {
		d := worlds.NewDice(seed)
		records := inOffice(d, oracle.After(nil, sets(worlds.Random(d))...))
		s, before := directory.Build(records...), oracle.New(records...)
		m := worlds.NewMutator(d)
		for range 30 {
			c := m.Change(records)
			who := worlds.Pick(d, []string{"alice", "bob", "carol"})
			change := authority.Change{Before: find(records, c.ID), After: c.Record}
			seen.judged++
			if !judge(s, authority.Requester{User: who}, change, worlds.Now).Allowed || change == (authority.Change{}) {
				continue
			}
			seen.allowed++
			changed := oracle.After(records, c)
			if wrong := check(&seen, who, before, oracle.New(changed...)); wrong != "" {
				t.Fatalf("seed %d: %s\nrequester %s\nchange %s\nworld\n%s", seed, wrong, who, worlds.DumpChanges([]oracle.Change{c}),
					worlds.Dump(records))
			}
		}
	}
	t.Logf("%+v", seen)
	if !testing.Short() && (seen.allowed < seen.judged/100 || seen.gained == 0 || seen.lost == 0) {
		t.Errorf("too little of interest happened: %+v", seen)
	}
}

// tally counts, so that the test is known to look at something.
type counts struct{ judged, allowed, gained, lost int }

func sets(records []directory.Record) []oracle.Change {
	out := make([]oracle.Change, 0, len(records))
	for _, r := range records {
		out = append(out, oracle.Set(r))
	}
	return out
}

func find(records []directory.Record, id directory.ID) directory.Record {
	for _, r := range records {
		if r.ID() == id {
			return r
		}
	}
	return nil
}

// inOffice declares the requesters, lets groups be created, and gives the
// requesters something to say in many places.
func inOffice(d worlds.Dice, records []directory.Record) []directory.Record {
	p := directory.Platform{}
	if old, ok := find(records, p.ID()).(*directory.Platform); ok {
		p = *old
	}
	p.MatchNames, p.OpenGroups, p.StaffSubgroups = true, d.In(2), d.In(2)
	changes := []oracle.Change{oracle.Set(&p)}
	for _, who := range []string{"alice", "bob", "carol"} {
		changes = append(changes, oracle.Set(&directory.Person{Name: who, Suspended: d.In(12)}))
	}
	offices := 0
	for _, r := range records {
		switch r := r.(type) {
		case *directory.Entity:
			if r.Key.Namespace == directory.SystemNamespace || d.In(3) {
				continue
			}
			offices++
			roles := r.Key.Level.Roles()
			changes = append(changes, oracle.Set(&directory.RoleBinding{
				Key:    directory.Key{Namespace: r.Key.Namespace, Name: fmt.Sprintf("office-%d", offices)},
				Entity: directory.LocalEntity{Level: r.Key.Level, Name: r.Key.Name}, Role: directory.RoleRef{Name: worlds.Pick(d, roles).Name},
				Subjects: []directory.Subject{directory.PersonSubject(worlds.Pick(d, []string{"alice", "bob", "carol"}))},
			}))
		case *directory.Group:
			g := *r
			g.LearnersMayCreateSubgroups = d.In(3)
			changes = append(changes, oracle.Set(&g))
		}
	}
	return oracle.After(records, changes...)
}

// check compares two worlds in every corner and says what the requester had no authority for.
func check(seen *counts, who string, before, after *oracle.World) string {
	people := slices.Concat(before.People(), after.People())
	slices.Sort(people)
	entities := slices.Concat(before.Entities(), after.Entities())
	slices.SortFunc(entities, directory.EntityKey.Compare)
	for _, e := range slices.Compact(entities) {
		may := powerOf(who, e, before, after)
		if wrong := grown(who, e, before, after); wrong != "" {
			return wrong
		}
		for _, person := range slices.Compact(slices.Clone(people)) {
			for _, at := range worlds.Times() {
				if at.Before(worlds.Now) {
					continue
				}
				was := before.Access(person, e, at)
				had, has := was.Effective, after.Permissions(person, e, at)
				gained, lost := has&^had&e.Level.Sensitive(), had&^has&e.Level.Sensitive()
				seen.gained += gained.Len()
				seen.lost += lost.Len()
				if gained &^= may.give; gained != 0 {
					return fmt.Sprintf("%s gained %v at %s at %s", person, gained.IDs(e.Level), e, at.Format(time.TimeOnly))
				}
				if lifted := was.Denied & has; lifted != 0 {
					return fmt.Sprintf("%s got %v at %s back from a deny", person, lifted.IDs(e.Level), e)
				}
				if all := e.Level.Sensitive(); !may.complete && has.Has(all) && !had.Has(all) {
					return fmt.Sprintf("%s gained the last of all sensitive permissions at %s", person, e)
				}
				if lost != 0 && !may.take {
					return fmt.Sprintf("%s lost %v at %s at %s", person, lost.IDs(e.Level), e, at.Format(time.TimeOnly))
				}
			}
		}
	}
	return ""
}

// grown says what somebody came to have power over by his own change, which
// nobody may. The one permission that is power over power is manage_campus_ownership (R24).
func grown(who string, e directory.EntityKey, before, after *oracle.World) string {
	if !slices.Contains(before.Entities(), e) || !slices.Contains(after.Entities(), e) {
		return ""
	}
	if p, ok := e.Level.Permission("manage_campus_ownership"); ok && before.Permissions(who, e, worlds.Now).Has(p.Set()) {
		return ""
	}
	had, has := powerOf(who, e, before, before), powerOf(who, e, after, after)
	if more := has.give &^ had.give & e.Level.Sensitive(); more != 0 || has.complete && !had.complete && had.give == e.Level.All() {
		return fmt.Sprintf("%s came to be able to give %v at %s", who, more.IDs(e.Level), e)
	}
	return ""
}

// reach is what somebody may give at an entity, whether he may bring it to all
// that is sensitive there, and whether he may take at all.
type reach struct {
	give           catalogue.Set
	complete, take bool
}

// powerOf is R23 as plain as can be, by the oracle.
func powerOf(who string, e directory.EntityKey, before, after *oracle.World) reach {
	w := before
	if !slices.Contains(before.Entities(), e) {
		w = after
	}
	has := before.Permissions(who, e, worlds.Now)
	assign := map[catalogue.Level]string{
		catalogue.Organisation: "assign_roles", catalogue.Campus: "manage_campus_members", catalogue.Course: "manage_course_users",
		catalogue.Module: "manage_module_users", catalogue.Session: "manage_session_users", catalogue.Task: "manage_task_users",
	}[e.Level]
	own, _ := e.Level.Permission(assign)
	status := w.Entity(e, worlds.Now)
	switch {
	case has == e.Level.All(), status.Ownership == directory.OwnershipPrivate && status.Owner == who:
		return reach{e.Level.All(), true, true}
	case status.Ownership == directory.OwnershipOrganisation:
		if o, ok := organisationOf(w, e); ok {
			there := before.Permissions(who, o, worlds.Now)
			if p, _ := catalogue.Organisation.Permission("assign_roles"); there.Has(p.Set()) {
				return reach{e.Level.All(), there == catalogue.Organisation.All() || has.Has(own.Set()), true}
			}
		}
	}
	if has.Has(own.Set()) {
		return reach{has, true, true}
	}
	return reach{}
}

// organisationOf walks up by the parents' references.
func organisationOf(w *oracle.World, e directory.EntityKey) (directory.EntityKey, bool) {
	for e.Level != catalogue.Organisation {
		up, ok := parentOf(w, e)
		if !ok {
			return e, false
		}
		e = up
	}
	return e, slices.Contains(w.Entities(), e)
}

func parentOf(w *oracle.World, e directory.EntityKey) (directory.EntityKey, bool) {
	for _, up := range w.Entities() {
		if slices.Contains(w.Children(up), e) {
			return up, true
		}
	}
	return directory.EntityKey{}, false
}
