package plan

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"provost.dev/provost/internal/engine/authority"
	"provost.dev/provost/internal/engine/catalogue"
	"provost.dev/provost/internal/engine/directory"
)

// denies lists the SystemDenies by whose edits somebody has more: those of which an edit is among the causes of a
// gain. A deny that nobody feels, or that another one stands in for, is none of them.
func (p *Plan) denies() {
	found := map[string]*DenyChange{}
	note := func(edits []int) {
		for _, i := range edits {
			e := &p.Edits[i]
			if e.ID.Kind != directory.KindSystemDeny {
				continue
			}
			d := found[e.ID.Name]
			if d == nil {
				d = &DenyChange{Name: e.ID.Name, Deleted: e.Class == ClassDeleted}
				found[e.ID.Name] = d
			}
			d.Edits = append(d.Edits, i)
		}
	}
	for i := range p.Rows {
		r := &p.Rows[i]
		if r.Gained == 0 {
			continue
		}
		note(r.Causes)
		for _, also := range r.Also {
			note(also)
		}
	}
	for _, d := range found {
		d.Edits = sortedOnce(d.Edits)
		p.Denies = append(p.Denies, *d)
	}
	slices.SortFunc(p.Denies, func(a, b DenyChange) int { return strings.Compare(a.Name, b.Name) })
}

// bereavements lists the entities that had somebody who could give roles there and have nobody,
// now or when the last difference has taken effect.
func (p *Plan) withoutAdministrators() {
	losers := map[directory.EntityKey][]string{}
	last := p.Now
	for i := range p.differences {
		d := &p.differences[i]
		if d.lost.Has(authority.AssignPermission(d.at.Level).Set()) {
			losers[d.at] = append(losers[d.at], d.who)
		}
		if d.from.After(last) {
			last = d.from
		}
	}
	candidates := map[directory.EntityKey]bool{}
	for e := range losers {
		p.withOwned(e, candidates)
	}
	for i := range p.Edits {
		p.editedEntity(&p.Edits[i], candidates)
	}
	for e := range candidates {
		if p.abandoned(e, p.Now) || p.abandoned(e, last) {
			people := losers[e]
			slices.Sort(people)
			p.WithoutAdministrators = append(p.WithoutAdministrators, LostAdministrators{Entity: e, People: slices.Compact(people)})
		}
	}
	slices.SortFunc(p.WithoutAdministrators, func(a, b LostAdministrators) int {
		return cmp.Or(cmp.Compare(a.Entity.Level, b.Entity.Level), a.Entity.Compare(b.Entity))
	})
}

func (p *Plan) abandoned(e directory.EntityKey, at time.Time) bool {
	if _, stays := p.After.Record(e.ID()); !stays {
		return false
	}
	return authority.Administered(p.Before, e, at) && !authority.Administered(p.After, e, at)
}

// withOwned adds an entity and, of an organisation, all below it: who may give
// roles at the organisation may do so there too.
func (p *Plan) withOwned(e directory.EntityKey, into map[directory.EntityKey]bool) {
	into[e] = true
	if e.Level == catalogue.Organisation {
		p.below(e, into)
	}
}

func (p *Plan) below(e directory.EntityKey, into map[directory.EntityKey]bool) {
	for _, child := range p.Before.Children(e) {
		if !into[child] && child.Level > e.Level {
			into[child] = true
			p.below(child, into)
		}
	}
}

// editedEntity adds what an edit of an entity, or of a person who owns some, may leave without an administrator.
func (p *Plan) editedEntity(e *Edit, into map[directory.EntityKey]bool) {
	if level, ok := catalogue.ParseLevel(string(e.ID.Kind)); ok {
		key := directory.EntityKey{Level: level, Namespace: e.ID.Namespace, Name: e.ID.Name}
		into[key] = true
		p.below(key, into)
		return
	}
	if e.ID.Kind != directory.KindPerson || e.NoEffect {
		return
	}
	for _, k := range p.Before.Entities() {
		if r, ok := p.Before.Record(k.ID()); ok && r.(*directory.Entity).Owner == e.ID.Name {
			into[k] = true
		}
	}
}

// groups lists the groups that lose effective members now, each person once.
func (p *Plan) groups(d directory.Delta) {
	losing := map[string]bool{}
	for i := range p.differences {
		if p.differences[i].lost != 0 {
			losing[p.differences[i].who] = true
		}
	}
	losses := map[directory.Key]*GroupLoss{}
	type member struct {
		group directory.Key
		who   string
	}
	seen := map[member]bool{}
	for m := range d.Memberships() {
		for _, g := range m.Left {
			// A Delta of several steps may name somebody who left and came back.
			if _, stays := p.After.Member(g, m.Person, p.Now); stays || seen[member{g, m.Person}] {
				continue
			}
			if _, was := p.Before.Member(g, m.Person, p.Now); !was {
				continue
			}
			seen[member{g, m.Person}] = true
			loss := losses[g]
			if loss == nil {
				loss = &GroupLoss{Group: g, Before: p.Before.Group(g, p.Now).MemberCount}
				losses[g] = loss
			}
			loss.Lost++
			if losing[m.Person] {
				loss.LosingAccess++
			}
		}
	}
	for _, loss := range losses {
		p.Groups = append(p.Groups, *loss)
	}
	slices.SortFunc(p.Groups, func(a, b GroupLoss) int { return a.Group.Compare(b.Group) })
}
