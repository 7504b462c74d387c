package directory

import (
	"maps"
	"slices"
)

// recompute works out what the changes of a transaction led to. The order matters:
// who is declared where, then which groups stand where, then who is a member of
// what, which selections reach which entity, and last what is given at each entity.
func (t *txn) recompute() {
	who := candidates{t: t, many: len(t.reselect) >= worthAnIndex}
	for g := range t.reselect {
		t.selectAll(g, &who)
	}
	t.recomputeTree()
	t.recomputeCompositions()
	for g := range t.relisted {
		t.recountBelow(g, map[uint32]struct{}{})
		if len(t.composing) > 0 {
			t.recountFeeders(g)
		}
	}
	for p := range t.recount {
		t.recomputePerson(p)
	}
	for p := range t.repathed {
		t.effects.repathed = append(t.effects.repathed, p)
	}
	t.askEntities()
	for e := range t.recompile {
		t.recomputeGrants(e)
	}
}

// selectAll asks the selector of a group about everybody whom it chooses or may have chosen.
func (t *txn) selectAll(g uint32, who *candidates) {
	node := t.groups.at(g)
	people := slices.Concat(node.selected, node.dormant)
	if node.rec != nil && !node.rec.Selector.Empty() {
		chosen, ok := who.of(node.rec.Selector)
		if !ok {
			for p := range all(t.people.vector) {
				t.selects(g, p)
			}
			return
		}
		people = append(people, chosen...)
	}
	for _, p := range people {
		t.selects(g, p)
	}
}

// recomputeTree gives every group whose parent may have changed the parent that is
// in effect, and finds out anew which groups below them are on or below a cycle.
func (t *txn) recomputeTree() {
	moved := map[uint32]struct{}{}
	for g := range t.relink {
		node := t.groups.at(g)
		up, state := t.parentInEffect(node)
		if up == node.up && state == node.state {
			continue
		}
		node = t.group(g)
		if node.up != up {
			moved[g] = struct{}{}
			t.restructured(g, node.up, up)
		}
		for _, p := range []uint32{node.up, up} {
			if p != none {
				t.effects.groups = append(t.effects.groups, p)
			}
		}
		node.up, node.state = up, state
		t.effects.groups = append(t.effects.groups, g)
	}
	below := map[uint32]struct{}{}
	for g := range moved {
		t.recountBelow(g, below)
		if len(t.composing) > 0 {
			t.recountFeeders(g)
		}
	}
	for g := range below {
		for _, p := range slices.Concat(t.groups.at(g).active, t.groups.at(g).selected) {
			t.repathed[p] = struct{}{}
		}
	}
	decided := map[uint32]bool{}
	for g := range below {
		t.recomputeCycle(g, below, decided)
	}
}

// parentInEffect follows R17 and R18: the parent exists and admits the group's namespace.
func (t *txn) parentInEffect(g *group) (uint32, ParentState) {
	if g.rec == nil || g.parent == none {
		return none, ParentNone
	}
	parent := t.groups.at(g.parent)
	if parent == nil || parent.rec == nil {
		return none, ParentNotFound
	}
	if ns := g.rec.Key.Namespace; ns != parent.rec.Key.Namespace && !parent.rec.AllowedSubgroups.admits(t.labels(ns)) {
		return none, ParentNotAllowed
	}
	return g.parent, ParentOK
}

func (a AllowedSubgroups) admits(labels map[string]string) bool {
	switch a.From {
	case SubgroupsAll:
		return true
	case SubgroupsSelector:
		return a.Selector.MatchesLabels(labels)
	default:
		return false
	}
}

// namespaceLabel is the label that the API server gives every namespace.
const namespaceLabel = "kubernetes.io/metadata.name"

func (t *txn) labels(ns string) map[string]string {
	labels := map[string]string{}
	if i, ok := t.names.namespaces.find(ns); ok {
		if n := t.namespaces.at(i); n != nil && n.rec != nil {
			maps.Copy(labels, n.rec.Labels)
		}
	}
	labels[namespaceLabel] = ns
	return labels
}

// recountBelow marks everybody declared at or below a group, and puts the groups walked into seen.
func (t *txn) recountBelow(g uint32, seen map[uint32]struct{}) {
	walk(&t.groups.vector, g, seen, func(g uint32, node *group) []uint32 {
		for _, list := range [2][]uint32{node.active, node.selected} {
			for _, p := range list {
				t.recount[p] = struct{}{}
			}
		}
		return childrenInEffect(&t.groups.vector, g, node)
	})
}

// recomputeCycle says of a group whose chain upward changed, and of those on the
// chain, whether they are on or below a cycle. A group outside of changed kept
// its chain, and so its answer.
func (t *txn) recomputeCycle(g uint32, changed map[uint32]struct{}, decided map[uint32]bool) {
	var walked []uint32
	onWalk := map[uint32]struct{}{}
	cyclic := false
	for g != none {
		if known, ok := decided[g]; ok {
			cyclic = known
			break
		}
		if _, again := onWalk[g]; again {
			cyclic = true
			break
		}
		if _, ok := changed[g]; !ok {
			cyclic = t.groups.at(g).cyclic
			break
		}
		walked = append(walked, g)
		onWalk[g] = struct{}{}
		g = t.groups.at(g).up
	}
	for _, w := range walked {
		decided[w] = cyclic
		if t.groups.at(w).cyclic != cyclic {
			t.group(w).cyclic = cyclic
			t.restructured(w)
		}
		t.effects.groups = append(t.effects.groups, w)
	}
}

// recomputePerson finds out anew of which groups a person is a member (R12a, R13-R18).
func (t *txn) recomputePerson(i uint32) {
	p := t.people.at(i)
	epochs := epochsOf(p, &t.groups.vector, len(t.composing) > 0)
	groups, constant := everAndAlways(epochs)
	possible := everPossible(epochs)
	if len(epochs) == 1 {
		epochs = nil
	}
	change := membershipChange{person: i}
	for g, joined := range differences(p.groups, groups) {
		if joined {
			change.joined = append(change.joined, g)
		} else {
			change.left = append(change.left, g)
		}
	}
	for g, more := range differences(p.constant(), constant) {
		t.group(g).members += sign(more)
	}
	if len(p.possible)+len(possible) > 0 {
		change.possible = otherwisePossible(p, possible, epochs)
	}
	if p.epochs != nil || epochs != nil {
		change.retimed = t.setEpochs(i, groups, epochs)
	}
	if len(change.joined)+len(change.left)+len(change.retimed)+len(change.possible) == 0 {
		return
	}
	t.effects.members = append(t.effects.members, change)
	node := t.person(i)
	node.groups, node.possible = groups, possible
}

// setEpochs puts down a person's memberships through time, and returns the groups of
// which the person was and will be a member, at other times than before.
func (t *txn) setEpochs(i uint32, groups []uint32, epochs []epoch) []uint32 {
	p := t.people.at(i)
	if sameEpochs(p.epochs, epochs) {
		return nil
	}
	is := person{groups: groups, epochs: epochs}
	was, will := p.varying(), is.varying()
	for g, added := range differences(was, will) {
		node := t.group(g)
		if added {
			node.varying = with(node.varying, i)
		} else {
			node.varying = without(node.varying, i)
		}
	}
	ever := p.groups
	t.person(i).epochs = epochs
	return slices.DeleteFunc(sorted(slices.Concat(was, will)), func(g uint32) bool {
		return !contains(ever, g) || !contains(groups, g)
	})
}

func sameEpochs(a, b []epoch) bool {
	return slices.EqualFunc(a, b, func(a, b epoch) bool { return a.until == b.until && a.alike(&b) })
}

// closure is every group of which a person is an effective member at a moment, sorted. In
// the one line of the rules: p is a member of G when some group at or below G
// declares p, and neither G nor any group above G blocks p.
func closure(p *person, groups *vector[*group], now int64) []uint32 {
	var out []uint32
	var chain []uint32
	for _, list := range [2][]uint32{p.active, p.selected} {
		for _, d := range list {
			if p.timed != nil && !p.declaredBy(d, now) {
				continue
			}
			if groups.at(d).cyclic {
				if !blockedOnWalk(p, d, groups, now) {
					out = append(out, d)
				}
				continue
			}
			chain = chain[:0]
			for g := d; g != none; g = groups.at(g).up {
				chain = append(chain, g)
			}
			// From the top down: what blocks at one group blocks everywhere below it.
			for i := len(chain) - 1; i >= 0; i-- {
				g := chain[i]
				if p.blockedBy(g, groups.at(g).listed(), now) {
					break
				}
				out = append(out, g)
			}
		}
	}
	return sorted(out)
}

// blockedOnWalk says whether a person is blocked at a group on or below a
// cycle, or at any of those above it, each walked once (R17).
func blockedOnWalk(p *person, g uint32, groups *vector[*group], now int64) bool {
	seen := map[uint32]struct{}{}
	for g != none {
		if _, again := seen[g]; again {
			return false
		}
		seen[g] = struct{}{}
		node := groups.at(g)
		if p.blockedBy(g, node.listed(), now) {
			return true
		}
		g = node.up
	}
	return false
}
