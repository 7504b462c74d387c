package directory

import (
	"slices"

	"provost.dev/provost/internal/engine/catalogue"
)

// rulesToMeet are, for each role that is withheld and would give the permission, the grants to take
// away from the person and the roles to give besides, by which the role counts (R6).
func (s *Snapshot) rulesToMeet(x *Explanation, p catalogue.Permission) []Remedy {
	var out []Remedy
	for _, h := range x.Roles {
		if !h.Withheld || !h.Permissions.Has(p.Set()) {
			continue
		}
		r := Remedy{Kind: RemedyRule, Target: x.Entity.ID(), Role: h.Role, Rules: h.Unmet}
		for _, u := range h.Unmet {
			switch {
			case u.Enforcement != Deny:
			case u.Excludes != "":
				other := roleNamed(u.Excludes, x.Entity.Namespace)
				r.Taken = append(r.Taken, holding(x, other)...)
			default:
				name := roleNamed(u.Requires, x.Entity.Namespace)
				r.Bound = append(r.Bound, RoleAt{name, s.requiredAt(x.Entity, name, u.AtParent)})
			}
		}
		out = append(out, r)
	}
	return out
}

// requiredAt is where a rule asks for a role: at the entity, or at the nearest above of its level (R35).
func (s *Snapshot) requiredAt(e EntityKey, role RoleName, atParent bool) EntityKey {
	if !atParent {
		return e
	}
	w := s.world()
	if i, ok := s.names.entities.find(e); ok {
		if level, ok := w.levelOf(role); ok {
			if above, ok := w.aboveOfLevel(i, level); ok {
				return s.names.entities.key(above)
			}
		}
	}
	rec, _ := s.Record(e.ID())
	if entity, ok := rec.(*Entity); ok {
		return entity.Parent.In(e.Namespace)
	}
	return e
}

// holding are the grants by which a person holds a role, one of each source and subject.
func holding(x *Explanation, role RoleName) []Grant {
	var out []Grant
	for _, g := range x.Grants {
		again := slices.ContainsFunc(out, func(o Grant) bool { return o.Source == g.Source && o.Subject == g.Subject })
		if g.Role == role && (g.State == GrantInForce || g.State == GrantWithheld) && !again {
			out = append(out, g)
		}
	}
	return out
}

// meet takes the person off the bindings and out of the groups of the grants that are to be taken
// away, and gives the roles that are asked for.
func (s *Snapshot) meet(r *Remedy, a asked) []Change {
	changed := map[ID]Record{} // two grants may come of one record
	for _, g := range r.Taken {
		id := g.Source
		if g.Subject.Kind == KindGroup {
			id = Key{g.Subject.Namespace, g.Subject.Name}.GroupID()
		}
		rec, again := changed[id]
		if !again {
			rec, _ = s.Record(id)
		}
		switch rec := rec.(type) {
		case *RoleBinding:
			c := *rec
			c.Subjects = slices.DeleteFunc(slices.Clone(rec.Subjects), func(x Subject) bool { return x == PersonSubject(a.who) })
			changed[id] = &c
		case *Group:
			changed[id] = withRemoved(rec, a.who)
		}
	}
	var out []Change
	for _, rec := range changed {
		out = append(out, Upsert(rec))
	}
	after := s
	for _, b := range r.Bound {
		bind := after.bind(b.Role.Name, b.At, a.who)
		out = append(out, bind...)
		after, _ = after.With(bind...)
	}
	return out
}
