package directory

import "slices"

// memberships are the groups of which a person is an effective member at a moment, and the unsettled ones among all
// that the person might then be in, blocked or not (R36); both sorted. Where nobody made a group of others, or none of
// those bears on the person, they are what the tree alone makes of them.
func memberships(p *person, groups *vector[*group], composing bool, now int64) (members, possible []uint32) {
	if !composing || !composedFor(p, groups) {
		return closure(p, groups, now), nil
	}
	x := asking{p: p, groups: groups, now: now}
	if len(p.dormant) > 0 {
		active := *p
		active.selected = sorted(slices.Concat(p.selected, p.dormant))
		other := asking{p: &active, groups: groups, now: now}
		x.unless, _ = other.answer()
	}
	return x.answer()
}

// composedFor says whether any composition bears on a group that declares the person, or on one above it.
func composedFor(p *person, groups *vector[*group]) bool {
	for _, list := range [2][]uint32{p.active, p.selected} {
		for _, d := range list {
			seen := map[uint32]struct{}{}
			for g := d; g != none; g = groups.at(g).up {
				node := groups.at(g)
				if node.linked {
					return true
				}
				if !node.cyclic {
					continue
				}
				if _, again := seen[g]; again {
					break
				}
				seen[g] = struct{}{}
			}
		}
	}
	return false
}

// asking finds out of which groups one person is a member at a moment: those that may come into question are gone
// through in the order of their ranks, so that whatever one hangs on is known before it.
type asking struct {
	p      *person
	groups *vector[*group]
	now    int64
	// unless are the groups of which a suspended person would be a member otherwise.
	unless []uint32
	// newcomer stands for whoever may come next: require and exclude do not keep such a person out.
	newcomer bool

	in       map[uint32]struct{}
	below    map[uint32][]uint32 // by group, those at or below it that may declare the person
	declared map[uint32]bool
	blocked  map[uint32]bool
}

func (x *asking) answer() (members, possible []uint32) {
	x.in, x.below = map[uint32]struct{}{}, map[uint32][]uint32{}
	x.declared, x.blocked = map[uint32]bool{}, map[uint32]bool{}
	order := x.reach()
	slices.SortFunc(order, func(a, b uint32) int { return int(x.groups.at(a).rank) - int(x.groups.at(b).rank) })
	for _, g := range order {
		if x.groups.at(g).unsettled {
			possible = append(possible, g)
		}
		if x.member(g) {
			x.in[g] = struct{}{}
			members = append(members, g)
		}
	}
	return sorted(members), sorted(possible)
}

// reach are the groups that may come into question: those that declare the person, those above, and those that include one.
func (x *asking) reach() []uint32 {
	var order []uint32
	var declarers []uint32
	asked := map[uint32]struct{}{}
	ask := func(d uint32) {
		if _, again := asked[d]; !again {
			asked[d] = struct{}{}
			declarers = append(declarers, d)
		}
	}
	for _, list := range [2][]uint32{x.p.active, x.p.selected} {
		for _, d := range list {
			if x.p.declaredBy(d, x.now) {
				ask(d)
			}
		}
	}
	for i := 0; i < len(declarers); i++ {
		d := declarers[i]
		for g := d; g != none; g = x.groups.at(g).up {
			if len(x.below[g]) == 0 {
				order = append(order, g)
			} else if x.below[g][len(x.below[g])-1] == d {
				break // round a cycle of parents
			}
			x.below[g] = append(x.below[g], d)
			for _, by := range x.groups.at(g).includers {
				ask(by)
			}
		}
	}
	return order
}

func (x *asking) member(g uint32) bool {
	if x.groups.at(g).cyclic { // it passes nothing up (R17)
		return x.declares(g) && !x.blockedOnWalk(g)
	}
	return slices.ContainsFunc(x.below[g], x.declares) && !x.blockedFrom(g)
}

// declares says whether a group declares the person (R12, R36).
func (x *asking) declares(g uint32) bool {
	if known, ok := x.declared[g]; ok {
		return known
	}
	is := x.p.declaredBy(g, x.now)
	if made := x.groups.at(g).made; made != nil {
		is = (is || slices.ContainsFunc(made.include, x.isIn)) && !x.keptOut(made)
	}
	x.declared[g] = is
	return is
}

func (x *asking) isIn(g uint32) bool {
	_, in := x.in[g]
	return in
}

// keptOut says whether require or exclude of a group block the person (R36).
func (x *asking) keptOut(made *composition) bool {
	if made == nil || x.newcomer {
		return false
	}
	return made.keepsOut(x.p, x.isIn, x.unless)
}

// keepsOut says whether require or exclude block a person who is a member of some groups, and of some more were the
// person not suspended.
func (c *composition) keepsOut(p *person, in func(uint32) bool, unless []uint32) bool {
	return c.shut || slices.ContainsFunc(c.require, func(g uint32) bool { return !in(g) }) ||
		slices.ContainsFunc(c.exclude, func(e exclusion) bool {
			return in(e.group) || e.selective && (p.rec == nil || contains(unless, e.group))
		})
}

// blocks says whether a group blocks the person (R14, R15, R36).
func (x *asking) blocks(g uint32) bool {
	node := x.groups.at(g)
	return x.p.removedBy(g, x.now) || x.keptOut(node.made) || node.listed() && !x.declares(g)
}

// blockedFrom says whether a group or one above it blocks the person.
func (x *asking) blockedFrom(g uint32) bool {
	var walked []uint32
	blocked := false
	for at := g; at != none; at = x.groups.at(at).up {
		if known, ok := x.blocked[at]; ok {
			blocked = known
			break
		}
		walked = append(walked, at)
	}
	for _, at := range slices.Backward(walked) {
		blocked = blocked || x.blocks(at)
		x.blocked[at] = blocked
	}
	return blocked
}

// blockedOnWalk is blockedFrom on or below a cycle, each group walked once (R17).
func (x *asking) blockedOnWalk(g uint32) bool {
	seen := map[uint32]struct{}{}
	for g != none {
		if _, again := seen[g]; again {
			return false
		}
		seen[g] = struct{}{}
		if x.blocks(g) {
			return true
		}
		g = x.groups.at(g).up
	}
	return false
}
