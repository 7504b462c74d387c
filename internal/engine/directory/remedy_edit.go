package directory

import (
	"fmt"
	"slices"
	"time"

	"provost.dev/provost/internal/engine/catalogue"
)

// edit is what to change where a remedy is followed: as little as does it.
func (s *Snapshot) edit(r *Remedy, a asked) []Change {
	rec, _ := s.Record(r.Target)
	switch r.Kind {
	case RemedyReinstate, RemedyDeclare:
		c := Person{Name: a.who}
		if p, ok := rec.(*Person); ok {
			c = *p
		}
		c.Suspended = false
		return []Change{Upsert(&c)}
	case RemedyBind:
		return s.bind(r.Role.Name, a.at, a.who)
	case RemedyNewRole:
		role := Role{
			Key: s.unusedRole(a.at.Namespace), Level: a.at.Level, Type: RoleCustom,
			Entity: LocalEntity{Level: a.at.Level, Name: a.at.Name}, Permissions: []string{a.p.ID},
		}
		return append([]Change{Upsert(&role)}, s.bind(role.Key.Name, a.at, a.who)...)
	case RemedyCreateEntity:
		return []Change{Upsert(&Entity{Key: a.at, Ownership: OwnershipPublic})}
	case RemedyRule:
		return s.meet(r, a)
	}
	return s.timetable().editRecord(rec, r, a)
}

// editRecord is the change of the one record that a remedy is about.
func (x terms) editRecord(rec Record, r *Remedy, a asked) []Change {
	switch rec := rec.(type) {
	case *SystemDeny:
		if !LiftedByOne(rec, a.p) {
			return []Change{Delete(r.Target)}
		}
		c := *rec
		c.Permissions = slices.DeleteFunc(slices.Clone(rec.Permissions), func(id string) bool { return id == a.p.ID })
		return []Change{Upsert(&c)}
	case *PermissionOverride:
		c := *rec
		c.Permissions = append(slices.Clone(rec.Permissions), a.p.ID)
		return []Change{Upsert(&c)}
	case *Role:
		c := *rec
		c.Permissions = append(slices.Clone(rec.Permissions), a.p.ID)
		return []Change{Upsert(&c)}
	case *RoleBinding:
		c := *rec
		c.Term, c.Window = x.opened(rec.Term, rec.Window, a.now)
		return []Change{Upsert(&c)}
	case *Group:
		if r.Kind == RemedyLeave {
			c := *rec
			c.Members = slices.DeleteFunc(slices.Clone(rec.Members), func(m Member) bool { return m.Name == a.who && m.State == MemberActive })
			return []Change{Upsert(&c)}
		}
		if r.Kind == RemedyWindow {
			return []Change{Upsert(x.withOpenedEnrolment(rec, r.Enrolment, a.now))}
		}
		return []Change{Upsert(x.withActive(rec, a.who, a.now))}
	}
	return nil
}

// LiftedByOne says that a SystemDeny lists the permission by its ID and others besides, so that it is
// enough to take that one out of its list.
func LiftedByOne(d *SystemDeny, p catalogue.Permission) bool {
	return slices.Contains(d.Permissions, p.ID) && !slices.Contains(d.Permissions, catalogue.Wildcard) &&
		slices.ContainsFunc(d.Permissions, func(id string) bool { return id != p.ID })
}

// opened is a window that is open now, and otherwise as it was.
func opened(w Window, now time.Time) Window {
	if !w.NotAfter.IsZero() && !now.Before(w.NotAfter) || !w.NotBefore.Before(w.NotAfter) {
		w.NotAfter = time.Time{}
	}
	if now.Before(w.NotBefore) {
		w.NotBefore = time.Time{}
	}
	return w
}

// opened are the term and the dates of a window that is open now, and otherwise as it was: without the term where that one
// is not open (R33).
func (x terms) opened(named Key, w Window, now time.Time) (Key, Window) {
	w = opened(w, now)
	if is, _ := x.span(named, w); !is.open(now.UnixMicro()) {
		named = Key{}
	}
	return named, w
}

func (x terms) withOpenedEnrolment(g *Group, name string, now time.Time) *Group {
	c := *g
	c.Enrolments = slices.Clone(g.Enrolments)
	for i := range c.Enrolments {
		if e := &c.Enrolments[i]; e.Name == name {
			e.Term, e.Window = x.opened(e.Term, e.Window, now)
		}
	}
	return &c
}

// Entry is the entry of a person in a group's list that an edit has to begin with to make the person
// declared there and not Removed at some time: one that is Removed then, or else one that declares at
// another time only, or else one that is without effect. It is -1 where there is none. A group that names terms has to be
// dated (Snapshot.DatedGroup).
func (g *Group) Entry(who string, now time.Time) int {
	best, rank := -1, 0
	for i := range g.Members {
		m := &g.Members[i]
		if m.Name != who {
			continue
		}
		is := 1
		switch {
		case m.State == MemberRemoved && m.Open(now):
			is = 4
		case m.State == MemberActive && !m.Open(now):
			is = 3
		case m.State == MemberPending || m.State == MemberInactive:
			is = 2
		}
		if is > rank {
			best, rank = i, is
		}
	}
	return best
}

// withActive is a group in which a person is declared now, and not Removed; who is listed already
// keeps the role.
func (x terms) withActive(g *Group, who string, now time.Time) *Group {
	c := *g
	c.Members = slices.Clone(g.Members)
	i := x.dated(&c).Entry(who, now)
	if i < 0 {
		c.Members = append(c.Members, Member{Name: who})
		return &c
	}
	m := &c.Members[i]
	m.State = MemberActive
	m.Term, m.Window = x.opened(m.Term, m.Window, now)
	for {
		is := x.dated(&c)
		next := is.Entry(who, now)
		if next < 0 || is.Members[next].State != MemberRemoved || !is.Members[next].Open(now) {
			return &c
		}
		c.Members = slices.Delete(c.Members, next, next+1)
	}
}

// withRemoved is a group in which a person is Removed whatever the time is, and has no other entry.
func withRemoved(g *Group, who string) *Group {
	c := *g
	c.Members = slices.DeleteFunc(slices.Clone(g.Members), func(m Member) bool { return m.Name == who })
	c.Members = append(c.Members, Member{Name: who, State: MemberRemoved})
	return &c
}

// bind gives a role to a person by a binding of its own.
func (s *Snapshot) bind(role string, at EntityKey, who string) []Change {
	key := Key{at.Namespace, ""}
	for n := 0; ; n++ {
		key.Name = fmt.Sprintf("to-%s-%d", who, n)
		if _, there := s.Record(ID{KindRoleBinding, key.Namespace, key.Name}); !there {
			break
		}
	}
	return []Change{Upsert(&RoleBinding{
		Key: key, Entity: LocalEntity{Level: at.Level, Name: at.Name}, Role: RoleRef{Name: role}, Subjects: []Subject{PersonSubject(who)},
	})}
}

// unusedRole is the name of a role that there is not, and that nothing names.
func (s *Snapshot) unusedRole(ns string) Key {
	for n := 0; ; n++ {
		k := Key{ns, fmt.Sprintf("new-%d", n)}
		if _, there := s.Record(k.RoleID()); !there {
			return k
		}
	}
}
