package authority

import (
	"fmt"
	"slices"
	"time"

	"provost.dev/provost/internal/engine/directory"
)

// mayManageTerms: terms are for whoever assigns roles at an organisation of their namespace, who may bind there (R33).
func (j *judgement) mayManageTerms(k directory.Key) {
	if !j.assignsIn(k.Namespace) {
		j.need(fmt.Sprintf("needs %s at an organisation of namespace %s, to make or change terms", assignRoles, k.Namespace))
	}
}

// term judges what a term that comes, moves or goes says (R33): of each binding and enrolment that names it and counts at other
// times than before, as if that one's own dates were changed. What waits for something else gives nobody anything: when that
// appears, what comes of it is judged then.
func (j *judgement) term(k directory.Key) {
	j.mayManageTerms(k)
	for _, g := range j.retimed(k) {
		if j.over() || j.without(retiming) {
			return
		}
		if g.selects != nil {
			if g.from == g.to || !j.exists(g.selects.Under.In(g.entity.Namespace).ID()) {
				j.handle(g, "take back what is given at many entities")
			} else {
				j.mayGive(g)
			}
			continue
		}
		if !j.exists(g.entity.ID()) {
			j.mayHandle(g.entity, "change when something is given there")
			continue
		}
		p := j.powerAt(g.entity)
		j.needPower(p, "give "+refName(g.ref))
		if g.from == g.to { // never: it is taken back
			continue
		}
		for _, r := range j.after.Given(g.entity, g.ref) {
			if r.Problem == directory.RoleOK {
				j.mayGrant(p, r.Permissions, "role "+r.Name)
			}
		}
	}
	for _, id := range j.before.NamingTerm(k) {
		if g, ok := j.groupRecord(id); ok {
			j.noStrangersIn(g.Key, during(g, k))
		}
	}
}

// retimed is what bindings and enrolments give after the change at other times than before, each once.
func (j *judgement) retimed(k directory.Key) []given {
	var out []given
	seen := map[given]bool{}
	note := func(was, is given) {
		if !was.same(is) && !seen[is] {
			seen[is] = true
			out = append(out, is)
		}
	}
	for _, id := range j.before.NamingTerm(k) {
		switch rec, _ := j.before.Record(id); r := rec.(type) {
		case *directory.RoleBinding:
			note(gives(j.before, r), gives(j.after, r))
		case *directory.Group:
			was, is := enrolled(j.before, r), enrolled(j.after, r)
			for i := range is {
				note(was[i], is[i])
			}
		}
	}
	return out
}

func (j *judgement) groupRecord(id directory.ID) (*directory.Group, bool) {
	rec, _ := j.before.Record(id)
	g, ok := rec.(*directory.Group)
	return g, ok
}

// during are those whose entries in a group name a term.
func during(g *directory.Group, k directory.Key) []string {
	var out []string
	for i := range g.Members {
		if g.Members[i].Term == k {
			out = append(out, g.Members[i].Name)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// termPlaces are the entities at which a term that changes may have an effect; anywhere says that it may have one at any
// others too.
func (j *judgement) termPlaces(k directory.Key) (places []directory.EntityKey, anywhere bool) {
	for _, g := range j.retimed(k) {
		places = append(places, g.entity)
		anywhere = anywhere || g.selects != nil
	}
	for _, id := range j.before.NamingTerm(k) {
		g, ok := j.groupRecord(id)
		if !ok || len(during(g, k)) == 0 {
			continue
		}
		for _, s := range []*directory.Snapshot{j.before, j.after} {
			for _, of := range s.BearsOn(g.Key) {
				places = append(places, s.GivenTo(of)...)
			}
		}
	}
	slices.SortFunc(places, directory.EntityKey.Compare)
	return slices.Compact(places), anywhere || asksAtParent(j.before) || asksAtParent(j.after)
}

// settled judges what comes of a term that changes as far as what it says settles it, entity by entity: where the requester may
// give any role and take from anybody, no person needs to be looked at. It says whether that is so everywhere.
func (j *judgement) settled(k directory.Key) bool {
	places, anywhere := j.termPlaces(k)
	if anywhere {
		return false
	}
	j.whole = map[directory.EntityKey]bool{}
	for _, e := range places {
		if j.powerAt(e).whole {
			j.whole[e] = true
			j.staysAdministered(e, k)
		}
	}
	return len(j.whole) == len(places)
}

// staysAdministered refuses to leave an entity without anybody who can give roles there, at a moment at which the term opens or
// closes, or in the end.
func (j *judgement) staysAdministered(e directory.EntityKey, k directory.Key) {
	bounds := []time.Time{j.now}
	for _, s := range []*directory.Snapshot{j.before, j.after} {
		w := s.Term(k).Window
		bounds = append(bounds, w.NotBefore, w.NotAfter)
	}
	for _, at := range bounds {
		if !at.Before(j.now) {
			j.notAbandoned(e, at, "give somebody else the permission first")
		}
	}
}
