package plan

import (
	"slices"

	"provost.dev/provost/internal/engine/catalogue"
	"provost.dev/provost/internal/engine/directory"
)

// carry says of each rename which sensitive permissions go along.
func (p *Plan) carry() {
	for i := range p.Renames {
		r := &p.Renames[i]
		r.Carried = p.carried(r)
	}
}

func (p *Plan) carried(r *Rename) []Carried {
	key := directory.Key{Namespace: r.ID.Namespace, Name: r.ID.Name}
	var g gathered
	switch r.ID.Kind {
	case directory.KindPerson:
		was, is := p.Before.AccessOf(r.ID.Name, p.Now), p.After.AccessOf(r.ID.Name, p.Now)
		g.both(r.ID.Name, was, is)
	case directory.KindGroup:
		g.both("", p.Before.Newcomer(key).AccessOf(p.Now), p.After.Newcomer(key).AccessOf(p.Now))
		g.people = map[string]bool{}
		for _, m := range p.After.Members(key, p.Now) {
			if _, was := p.Before.Member(key, m.Person, p.Now); was {
				g.people[m.Person] = true
			}
		}
		g.everybody = true
	case directory.KindTerm:
		return nil // it gives nothing by itself
	case directory.KindRole:
		was, _ := p.Before.Record(r.ID)
		is, _ := p.After.Record(r.ID)
		a, b := was.(*directory.Role), is.(*directory.Role)
		if a.Level == b.Level {
			set := permissionsOf(a.Level, a.Permissions) & permissionsOf(b.Level, b.Permissions) & b.Level.Sensitive()
			if set != 0 {
				return []Carried{{Level: b.Level, Permissions: set}}
			}
		}
		return nil
	default:
		level, _ := catalogue.ParseLevel(string(r.ID.Kind))
		at := directory.EntityKey{Level: level, Namespace: key.Namespace, Name: key.Name}
		for _, reached := range p.After.WhoHas(at, p.Now) {
			was := p.Before.Access(reached.Person, at, p.Now)
			g.add(reached.Person, at, was.Effective&reached.Access.Effective)
		}
	}
	return g.list()
}

// permissionsOf is a list of permission IDs as a set of a level.
func permissionsOf(level catalogue.Level, ids []string) catalogue.Set {
	if slices.Contains(ids, catalogue.Wildcard) {
		return level.All()
	}
	var out catalogue.Set
	for _, permission := range level.Permissions() {
		if slices.Contains(ids, permission.ID) {
			out |= permission.Set()
		}
	}
	return out
}

// gathered are sensitive permissions by level.
type gathered struct {
	levels [catalogue.LevelCount]struct {
		set      catalogue.Set
		entities map[directory.EntityKey]bool
		people   map[string]bool
	}
	people    map[string]bool
	everybody bool // people are the same at each level
}

func (g *gathered) add(who string, at directory.EntityKey, set catalogue.Set) {
	if set &= at.Level.Sensitive(); set == 0 {
		return
	}
	l := &g.levels[at.Level]
	if l.entities == nil {
		l.entities, l.people = map[directory.EntityKey]bool{}, map[string]bool{}
	}
	l.set |= set
	l.entities[at], l.people[who] = true, true
}

// both adds what somebody has at an entity on both sides.
func (g *gathered) both(who string, was, is []directory.Access) {
	directory.SideBySide(was, is, func(a, b *directory.Access) { g.add(who, a.Entity, a.Effective&b.Effective) })
}

func (g *gathered) list() []Carried {
	var out []Carried
	for level := range g.levels {
		l := &g.levels[level]
		if l.set == 0 {
			continue
		}
		people := len(l.people)
		if g.everybody {
			people = len(g.people)
		}
		out = append(out, Carried{Level: catalogue.Level(level), Permissions: l.set, People: people, Entities: len(l.entities)})
	}
	return out
}
