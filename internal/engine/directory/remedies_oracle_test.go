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

// TestRemedies does what the engine proposes and asks the oracle: all that is needed, together with any
// one of the alternatives, turns the "no" into a "yes", what is said to come with it comes and nothing
// else, and no alternative gives more than the one after it.
func TestRemedies(t *testing.T) {
	t.Parallel()
	kinds := map[directory.RemedyKind]int{}
	for _, seed := range seeds(25) {
		records := oracle.After(nil, sets(worlds.Random(worlds.NewDice(seed)))...)
		differs := func(records []directory.Record) string { return remediesWork(worlds.NewDice(seed), records, kinds) }
		if differs(records) != "" {
			report(t, seed, records, differs)
		}
	}
	t.Logf("of each kind: %v", kinds)
}

func remediesWork(d worlds.Dice, records []directory.Record, kinds map[directory.RemedyKind]int) string {
	s := directory.Build(records...)
	for range min(*worldCount, 30) {
		who, e := worlds.Pick(d, append(s.People(), stranger)), worlds.Pick(d, append(s.Entities(), ghost))
		p := worlds.Pick(d, e.Level.Permissions())
		remedies := s.Remedies(who, p, e, worlds.Now)
		if s.Can(who, p, e, worlds.Now) != (len(remedies) == 0) {
			return fmt.Sprintf("%s can %s at %s: %t, and yet %+v", who, p.ID, e, len(remedies) == 0, remedies)
		}
		for _, r := range remedies {
			kinds[r.Kind]++
		}
		if diff := tryRemedies(records, who, p, e, remedies); diff != "" {
			return fmt.Sprintf("%s, %s at %s, of %+v: %s", who, p.ID, e, remedies, diff)
		}
	}
	return ""
}

// tryRemedies follows the remedies of a no, and says what is not as they say.
func tryRemedies(records []directory.Record, who string, p catalogue.Permission, e directory.EntityKey,
	remedies []directory.Remedy) string {
	needed, alternatives := remedies, []directory.Remedy{}
	if i := slices.IndexFunc(remedies, func(r directory.Remedy) bool { return !r.Needed }); i >= 0 {
		needed, alternatives = remedies[:i], remedies[i:]
	}
	if !slices.IsSortedFunc(alternatives, func(a, b directory.Remedy) int { return a.Gain.Compare(b.Gain) }) {
		return "an alternative gives more than the one after it"
	}
	cleared := records
	for i, r := range needed {
		cleared = follow(cleared, who, p, e, r)
		if r.Kind == directory.RemedyCreateEntity { // of an entity that is not there nothing more is said
			continue
		}
		others := records
		for j, o := range needed {
			if i != j {
				others = follow(others, who, p, e, o)
			}
		}
		if diff := gainIs(others, follow(others, who, p, e, r), who, p, e, r); diff != "" {
			return diff
		}
	}
	can := func(records []directory.Record) bool {
		return oracle.New(records...).Permissions(who, e, worlds.Now).Has(p.Set())
	}
	if len(alternatives) == 0 && !can(cleared) {
		return "to do all that is needed does not help"
	}
	for _, r := range alternatives {
		after := follow(cleared, who, p, e, r)
		if !can(after) {
			return fmt.Sprintf("%+v does not help", r)
		}
		if diff := gainIs(cleared, after, who, p, e, r); diff != "" {
			return diff
		}
	}
	return ""
}

// gainIs compares what comes with a remedy with what the oracle says before and after.
func gainIs(records, then []directory.Record, who string, p catalogue.Permission, e directory.EntityKey, r directory.Remedy) string {
	before, after := oracle.New(records...).EffectiveAll(worlds.Now), oracle.New(then...).EffectiveAll(worlds.Now)
	want := directory.Gain{}
	people := map[string]bool{}
	for pair, set := range after {
		more := set &^ before[pair]
		switch {
		case pair.Person != who:
			people[pair.Person] = people[pair.Person] || more != 0
			continue
		case pair.Entity == e:
			more &^= p.Set()
			want.Permissions = more.Len()
		case more != 0:
			want.Entities++
		}
		want.Sensitive = append(want.Sensitive, (more & pair.Entity.Level.Sensitive()).IDs(pair.Entity.Level)...)
	}
	for _, gains := range people {
		if gains {
			want.People++
		}
	}
	slices.Sort(want.Sensitive)
	want.Sensitive = slices.Compact(want.Sensitive)
	if !slices.Equal(want.Sensitive, r.Gain.Sensitive) || want.Compare(r.Gain) != 0 {
		return fmt.Sprintf("with %+v comes %+v", r, want)
	}
	return ""
}

// follow are the records once a remedy was followed.
func follow(records []directory.Record, who string, p catalogue.Permission, e directory.EntityKey, r directory.Remedy) []directory.Record {
	i := slices.IndexFunc(records, func(x directory.Record) bool { return x.ID() == r.Target })
	switch r.Kind {
	case directory.RemedyReinstate:
		c := *records[i].(*directory.Person)
		c.Suspended = false
		return oracle.After(records, oracle.Set(&c))
	case directory.RemedyDeclare:
		return oracle.After(records, oracle.Set(&directory.Person{Name: who}))
	case directory.RemedyDeny:
		d := *records[i].(*directory.SystemDeny)
		d.Permissions = slices.DeleteFunc(slices.Clone(d.Permissions), func(id string) bool { return id == p.ID })
		if len(d.Permissions) == 0 || slices.Contains(d.Permissions, catalogue.Wildcard) {
			return oracle.After(records, oracle.Drop(r.Target))
		}
		return oracle.After(records, oracle.Set(&d))
	case directory.RemedyOverride:
		c := *records[i].(*directory.PermissionOverride)
		c.Permissions = append(slices.Clone(c.Permissions), p.ID)
		return oracle.After(records, oracle.Set(&c))
	case directory.RemedyRoleOverride:
		c := *records[i].(*directory.Role)
		c.Permissions = append(slices.Clone(c.Permissions), p.ID)
		return oracle.After(records, oracle.Set(&c))
	case directory.RemedyBind:
		return bound(records, who, r.Role, e)
	case directory.RemedyNewRole:
		name := directory.RoleName{Namespace: e.Namespace, Name: "made-for-it"}
		return bound(oracle.After(records, oracle.Set(&directory.Role{
			Key: directory.Key(name), Level: e.Level, Type: directory.RoleCustom,
			Entity: directory.LocalEntity{Level: e.Level, Name: e.Name}, Permissions: []string{p.ID},
		})), who, name, e)
	case directory.RemedyLeave:
		g := *records[i].(*directory.Group)
		g.Members = slices.DeleteFunc(slices.Clone(g.Members), func(m directory.Member) bool {
			return m.Name == who && m.State == directory.MemberActive
		})
		return oracle.After(records, oracle.Set(&g))
	case directory.RemedyJoin, directory.RemedyUnblock, directory.RemedyEnter:
		return listed(records, i, who, directory.MemberActive)
	case directory.RemedyWindow:
		return oracle.After(records, oracle.Set(withoutWindow(records[i], r.Enrolment)))
	case directory.RemedyCreateEntity:
		return oracle.After(records, oracle.Set(&directory.Entity{Key: e, Ownership: directory.OwnershipPublic}))
	case directory.RemedyRule:
		for _, g := range r.Taken {
			records = takenAway(records, who, g)
		}
		for _, b := range r.Bound {
			records = bound(records, who, b.Role, b.At)
		}
	}
	return records
}

// bound are the records with a binding more.
func bound(records []directory.Record, who string, role directory.RoleName, e directory.EntityKey) []directory.Record {
	return oracle.After(records, oracle.Set(&directory.RoleBinding{
		Key:    directory.Key{Namespace: e.Namespace, Name: "remedy-" + role.Name},
		Entity: directory.LocalEntity{Level: e.Level, Name: e.Name},
		Role:   directory.RoleRef{Name: role.Name}, Subjects: []directory.Subject{directory.PersonSubject(who)},
	}))
}

// listed are the records with an entry of a group's, in the place of any that there was.
func listed(records []directory.Record, group int, who string, state directory.MemberState) []directory.Record {
	c := *records[group].(*directory.Group)
	entry := directory.Member{Name: who}
	if i := slices.IndexFunc(c.Members, func(m directory.Member) bool { return m.Name == who }); i >= 0 {
		entry = c.Members[i]
	}
	entry.State, entry.Window, entry.Term = state, directory.Window{}, directory.Key{} // which counts now (R12a)
	c.Members = append(slices.DeleteFunc(slices.Clone(c.Members), func(m directory.Member) bool { return m.Name == who }), entry)
	return oracle.After(records, oracle.Set(&c))
}

// takenAway are the records without a grant to a person: the person off the binding, or out of the group.
func takenAway(records []directory.Record, who string, g directory.Grant) []directory.Record {
	id := g.Source
	if g.Subject.Kind == directory.KindGroup {
		id = directory.Key{Namespace: g.Subject.Namespace, Name: g.Subject.Name}.GroupID()
	}
	i := slices.IndexFunc(records, func(x directory.Record) bool { return x.ID() == id })
	if b, ok := records[i].(*directory.RoleBinding); ok {
		c := *b
		c.Subjects = slices.DeleteFunc(slices.Clone(c.Subjects), func(s directory.Subject) bool { return s == directory.PersonSubject(who) })
		return oracle.After(records, oracle.Set(&c))
	}
	return listed(records, i, who, directory.MemberRemoved)
}

// withoutWindow is a record of which what is over, or has not begun, counts now.
func withoutWindow(r directory.Record, enrolment string) directory.Record {
	switch r := r.(type) {
	case *directory.RoleBinding:
		c := *r
		c.Window, c.Term = directory.Window{}, directory.Key{}
		return &c
	case *directory.Group:
		c := *r
		c.Enrolments = slices.Clone(r.Enrolments)
		for i := range c.Enrolments {
			if c.Enrolments[i].Name == enrolment {
				c.Enrolments[i].Window, c.Enrolments[i].Term = directory.Window{}, directory.Key{}
			}
		}
		return &c
	}
	return r
}
