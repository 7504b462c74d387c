package directory

import "slices"

// effects is what a transaction notes of what it does, for the Delta.
type effects struct {
	changed       []ID               // records upserted or deleted
	subjectStates []uint32           // people whose records changed
	members       []membershipChange // people who joined or left groups
	repathed      []uint32           // people who may be members of the same groups by other ways
	groups        []uint32           // groups of which the status may differ
	appeared      []uint32           // groups that came into being or ceased to exist
	entities      []uint32           // entities of which the status may differ
	moved         []uint32           // entities that came, went, or changed their parent
	regranted     []uint32           // entities whose grants were made anew
	roles         []uint32
	templates     []uint32
	overrides     []pair
	denies        []*denial
	named         []uint32      // people whom something but SystemDenies may name now, or no longer
	spaces        []uint32      // namespaces that came into being or ceased to exist
	selections    []*selection  // that came, went or give something else, or of which the windows open or close (R34)
	asked         []uint32      // entities that were asked which selections reach them
	sources       []grantSource // sources of access that came or went, or whose windows open or close
	terms         []uint32      // terms that are open at other times, or never for another reason, than before
	counted       []uint32      // terms that something more, or less, names
	everyone      bool          // who may have permissions at all changed (R11)
}

type membershipChange struct {
	person       uint32
	joined, left []uint32
	// retimed are the groups of which the person is a member at other times than before (R12a).
	retimed []uint32
	// possible are the unsettled groups in which the person might be at other times than before (R36).
	possible []uint32
}

func (m *membershipChange) lists() [4][]uint32 {
	return [4][]uint32{m.joined, m.left, m.retimed, m.possible}
}

type grantSource struct {
	entity         uint32
	people, groups []uint32
}

type pair struct{ person, entity uint32 }

// part is one transaction's share of a Delta.
type part struct {
	before, after *Snapshot
	effects       effects
}

// concern gathers (person, namespace) pairs and passes each on once.
type concern struct {
	names *names
	seen  map[[2]string]struct{}
	yield func(person, namespace string) bool
	done  bool
}

func (c *concern) pair(person, namespace uint32) {
	if c.done {
		return
	}
	k := [2]string{c.names.people.key(person), c.names.namespaces.key(namespace)}
	if _, again := c.seen[k]; again {
		return
	}
	c.seen[k] = struct{}{}
	c.done = !c.yield(k[0], k[1])
}

func (p *part) keys(seen map[[2]string]struct{}, yield func(string, string) bool) bool {
	c := &concern{names: p.after.names, seen: seen, yield: yield}
	t := &p.effects
	both := [2]*Snapshot{p.before, p.after}
	for _, s := range both {
		if t.everyone {
			for i := range all(s.people) {
				s.everywhere(i, c)
			}
		}
		for _, i := range t.subjectStates {
			s.everywhere(i, c)
		}
		for _, i := range t.repathed {
			s.everywhere(i, c)
		}
		for _, m := range t.members {
			for _, list := range m.lists() {
				for _, g := range list {
					s.throughGroup(m.person, g, c)
				}
			}
		}
		everybody := everybodyOnce{s: s, c: c, seen: map[*shared]struct{}{}}
		for _, e := range t.moved {
			s.below(e, everybody.at)
		}
		for _, o := range t.overrides {
			if e := s.entities.at(o.entity); e != nil {
				c.pair(o.person, e.namespace)
			}
		}
	}
	profiles := map[[2]*shared]struct{}{}
	for _, e := range t.regranted {
		p.regranted(e, c)
		p.reselected(e, profiles, c)
	}
	for _, g := range t.sources {
		ns := p.after.entities.at(g.entity).namespace
		for _, i := range g.people {
			c.pair(i, ns)
		}
		for _, x := range g.groups {
			for _, s := range both {
				s.eachMember(x, func(i uint32) { c.pair(i, ns) })
			}
		}
	}
	for _, sel := range t.selections {
		for _, i := range sel.people {
			c.pair(i, sel.namespace)
		}
		for _, x := range sel.groups {
			for _, s := range both {
				s.eachMember(x, func(i uint32) { c.pair(i, sel.namespace) })
			}
		}
	}
	for _, d := range t.denies {
		for _, s := range both {
			s.underDeny(d, c)
		}
	}
	return !c.done
}

// regranted names those at an entity whose grants differ between before and after.
func (p *part) regranted(e uint32, c *concern) {
	was, is := grantsAt(p.before, e), grantsAt(p.after, e)
	ns := p.after.entities.at(e).namespace
	for i := range subjectsThatDiffer(was, is, &was.people, &is.people) {
		c.pair(i, ns)
	}
	for g := range subjectsThatDiffer(was, is, &was.groups, &is.groups) {
		for _, s := range [2]*Snapshot{p.before, p.after} {
			s.eachMember(g, func(i uint32) { c.pair(i, ns) })
		}
	}
}

// reselected names those to whom selections give something else at an entity than before. Where the profiles differ, it is
// those of the selections that only one of them has; pairs of profiles are looked at once.
func (p *part) reselected(e uint32, seen map[[2]*shared]struct{}, c *concern) {
	was, is := grantsAt(p.before, e), grantsAt(p.after, e)
	a, b := was.fromSelections(), is.fromSelections()
	if a == b && was.plain == is.plain && is.plain {
		return
	}
	ns := p.after.entities.at(e).namespace
	if was.plain && is.plain || a == sharedNothing || b == sharedNothing {
		if _, again := seen[[2]*shared{a, b}]; again {
			return
		}
		seen[[2]*shared{a, b}] = struct{}{}
	}
	for i := range subjectsThatDiffer(was, is, &a.people, &b.people) {
		c.pair(i, ns)
	}
	for g := range subjectsThatDiffer(was, is, &a.groups, &b.groups) {
		for _, s := range [2]*Snapshot{p.before, p.after} {
			s.eachMember(g, func(i uint32) { c.pair(i, ns) })
		}
	}
}

func grantsAt(s *Snapshot, e uint32) *grants {
	if node := s.entities.at(e); node != nil && node.grants != nil {
		return node.grants
	}
	return &grants{}
}

// subjectsThatDiffer are the subjects of a list whose grants are not the same
// as before. Role rules need no more than that: they look at what the same
// person holds, so that one of the person's own subjects differs too.
func subjectsThatDiffer(was, is *grants, a, b *grantList) map[uint32]struct{} {
	out := map[uint32]struct{}{}
	for i, id := range a.ids {
		j := b.find(id)
		if j < 0 || !sameGrants(was, is, a.of(i), b.of(j)) {
			out[id] = struct{}{}
		}
	}
	for _, id := range b.ids {
		if a.find(id) < 0 {
			out[id] = struct{}{}
		}
	}
	return out
}

func sameGrants(was, is *grants, a, b []localGrant) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		found := false
		for j := range b {
			r, q := &was.roles[a[i].role], &is.roles[b[j].role]
			found = found || a[i].span == b[j].span && r.name == q.name && r.set == q.set && r.named == q.named &&
				slices.Equal(r.overridden, q.overridden) && slices.Equal(r.rules, q.rules)
		}
		if !found {
			return false
		}
	}
	return true
}

// everywhere names a person with every namespace in which the person has anything.
func (s *Snapshot) everywhere(i uint32, c *concern) {
	p := s.people.at(i)
	if p == nil {
		return
	}
	for _, list := range [2][]uint32{p.direct, p.overridden} {
		for _, e := range list {
			c.pair(i, s.entities.at(e).namespace)
		}
	}
	s.throughSelections(i, p.selections, c)
	for _, g := range p.groups {
		s.throughGroup(i, g, c)
	}
}

func (s *Snapshot) throughSelections(i uint32, selections []uint32, c *concern) {
	for _, sel := range selections {
		c.pair(i, s.selections.at(sel).namespace)
	}
}

// throughGroup names a person with every namespace in which being in a group gives or takes something.
func (s *Snapshot) throughGroup(i, g uint32, c *concern) {
	node := s.groups.at(g)
	if node == nil {
		return
	}
	for _, e := range node.at {
		c.pair(i, s.entities.at(e).namespace)
	}
	s.throughSelections(i, node.selections, c)
	for _, d := range all(s.denials) {
		if contains(d.groups, g) {
			s.scopeFor(i, d, c)
		}
	}
}

// scopeFor names a person with those namespaces of a deny's scope in which the person has anything.
func (s *Snapshot) scopeFor(i uint32, d *denial, c *concern) {
	switch {
	case d.entity != none:
		if e := s.entities.at(d.entity); e != nil {
			c.pair(i, e.namespace)
		}
	case len(d.namespaces) > 0:
		for _, n := range d.namespaces {
			c.pair(i, n)
		}
	default:
		p := s.people.at(i)
		if p == nil {
			return
		}
		for _, list := range [2][]uint32{p.direct, p.overridden} {
			for _, e := range list {
				c.pair(i, s.entities.at(e).namespace)
			}
		}
		s.throughSelections(i, p.selections, c)
		for _, g := range p.groups {
			for _, e := range s.groups.at(g).at {
				c.pair(i, s.entities.at(e).namespace)
			}
			s.throughSelections(i, s.groups.at(g).selections, c)
		}
	}
}

func (s *Snapshot) underDeny(d *denial, c *concern) {
	if d.rec.Everyone {
		for i := range all(s.people) {
			s.scopeFor(i, d, c)
		}
	}
	for _, i := range d.people {
		s.scopeFor(i, d, c)
	}
	for _, g := range d.groups {
		s.eachIn(g, func(p *person) bool { return contains(p.groups, g) || contains(p.possible, g) }, func(i uint32) { s.scopeFor(i, d, c) })
	}
}

// everybodyOnce names everybody at entities, whom selections reach only once for all entities that share them.
type everybodyOnce struct {
	s    *Snapshot
	c    *concern
	seen map[*shared]struct{}
}

func (o everybodyOnce) at(e uint32) {
	node := o.s.entities.at(e)
	if node == nil || node.grants == nil {
		return
	}
	f := func(i uint32) { o.c.pair(i, node.namespace) }
	o.s.eachByItself(node.grants, f)
	sh := node.grants.fromSelections()
	if _, again := o.seen[sh]; !again {
		o.seen[sh] = struct{}{}
		o.s.eachOf(&sh.people, &sh.groups, f)
	}
}

// eachAt calls f with everybody whom an entity's grants reach or overrides name; somebody may come more than once.
func (s *Snapshot) eachAt(g *grants, f func(uint32)) {
	s.eachByItself(g, f)
	if sh := g.shared; sh != nil {
		s.eachOf(&sh.people, &sh.groups, f)
	}
}

// eachByItself is eachAt without whom selections reach.
func (s *Snapshot) eachByItself(g *grants, f func(uint32)) {
	s.eachOf(&g.people, &g.groups, f)
	for _, o := range g.overrides {
		f(o.person)
	}
}

func (s *Snapshot) eachOf(people, groups *grantList, f func(uint32)) {
	for _, i := range people.ids {
		f(i)
	}
	for _, x := range groups.ids {
		s.eachMember(x, f)
	}
}

// below calls f with an entity and all that stand below it, children of undeclared ones included.
func (s *Snapshot) below(e uint32, f func(uint32)) {
	f(e)
	if node := s.entities.at(e); node != nil {
		for _, c := range node.children {
			s.below(c, f)
		}
	}
}

// subtree calls f with a group and the groups in effect below it; only the group itself on or below a cycle.
func (s *Snapshot) subtree(g uint32, f func(uint32)) {
	todo := []uint32{g}
	for len(todo) > 0 {
		g := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		f(g)
		node := s.groups.at(g)
		if node == nil || node.cyclic {
			continue
		}
		for _, c := range node.children {
			if s.groups.at(c).up == g {
				todo = append(todo, c)
			}
		}
	}
}

// feeders calls f with the groups that may declare members of a group: itself, those below it, and those that they include (R36).
func (s *Snapshot) feeders(g uint32, f func(uint32)) {
	if len(s.composing) == 0 {
		s.subtree(g, func(d uint32) {
			if s.groups.at(d) != nil {
				f(d)
			}
		})
		return
	}
	walkDown(&s.groups, g, map[uint32]struct{}{}, true, f)
}

// eachMember calls f once with everybody who is an effective member of a group at some time.
func (s *Snapshot) eachMember(g uint32, f func(uint32)) {
	s.eachIn(g, func(p *person) bool { return contains(p.groups, g) }, f)
}

// eachMemberAt calls f once with every effective member of a group at a moment.
func (s *Snapshot) eachMemberAt(g uint32, now int64, f func(uint32)) {
	s.eachIn(g, func(p *person) bool { return contains(p.groupsAt(now), g) }, f)
}

// eachPossibleAt calls f once with everybody who might be in an unsettled group at a moment (R36).
func (s *Snapshot) eachPossibleAt(g uint32, now int64, f func(uint32)) {
	if node := s.groups.at(g); node != nil && node.unsettled {
		s.eachIn(g, func(p *person) bool { return contains(p.possibleAt(now), g) }, f)
	}
}

func (s *Snapshot) eachIn(g uint32, is func(*person) bool, f func(uint32)) {
	seen := map[uint32]struct{}{}
	s.feeders(g, func(d uint32) {
		node := s.groups.at(d)
		for _, list := range [2][]uint32{node.active, node.selected} {
			for _, i := range list {
				if _, again := seen[i]; !again {
					seen[i] = struct{}{}
					if is(s.people.at(i)) {
						f(i)
					}
				}
			}
		}
	})
}
