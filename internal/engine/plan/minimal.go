package plan

import (
	"slices"

	"provost.dev/provost/internal/engine/directory"
)

// cause is what brought one difference about.
type cause struct {
	// atoms suffice by themselves, and none of them can be left out.
	atoms []int
	// also are others of which the same is true without those before them: with all of them taken out, and not before,
	// the change makes another difference.
	also [][]int
	// rolesGained and rolesLost are the roles that come and go with the atoms alone.
	rolesGained, rolesLost []string
}

// key is the same for causes that are the same.
func (c *cause) key() string {
	out := keyOf(c.atoms)
	for _, also := range c.also {
		out += "also " + keyOf(also)
	}
	return out
}

// search finds the causes of differences that have the same suspects.
type search struct {
	*atoms
	states map[string]*directory.Snapshot
}

// causes finds the cause of each difference. What is alike is looked at together, so that few states are kept at a time.
func (p *Plan) causes() []cause {
	a := newAtoms(p)
	p.atoms = a
	alike := map[string][]int{}
	var order []string
	suspected := make([][]int, len(p.differences))
	for i := range p.differences {
		d := &p.differences[i]
		if a.count(d.who) > 1 {
			suspected[i] = a.suspected(d, p.After)
		}
		key := keyOf(suspected[i])
		if alike[key] == nil {
			order = append(order, key)
		}
		alike[key] = append(alike[key], i)
	}
	out := make([]cause, len(p.differences))
	for _, key := range order {
		s := &search{a, map[string]*directory.Snapshot{}}
		for _, i := range alike[key] {
			out[i] = s.cause(&p.differences[i], suspected[i])
		}
	}
	return out
}

func (s *search) cause(d *difference, suspected []int) cause {
	if s.count(d.who) == 1 { // there is nothing else that it may be
		return cause{atoms: s.about(d.who), rolesGained: d.rolesGained, rolesLost: d.rolesLost}
	}
	found, ok := s.minimal(d, suspected, nil)
	if !ok { // the edits do not tell all that differs
		return cause{atoms: s.about(d.who), rolesGained: d.rolesGained, rolesLost: d.rolesLost}
	}
	c := cause{atoms: found}
	c.rolesGained, c.rolesLost = s.rolesOf(d, found)
	for named := found; ; {
		rest := s.without(named)
		if !s.holds(d, rest) {
			return c
		}
		found, ok = s.minimal(d, minus(s.suspected(d, rest), named), named)
		if !ok {
			return c
		}
		c.also = append(c.also, found)
		named = slices.Sorted(slices.Values(slices.Concat(named, found)))
	}
}

// minimal finds atoms that suffice and of which none can be left out: among the suspects, and where these do not
// suffice among all but those that are named already.
func (s *search) minimal(d *difference, suspects, named []int) ([]int, bool) {
	size := 1
	if !s.suffices(d, suspects) {
		suspects = slices.Concat(suspects, minus(s.about(d.who), slices.Concat(named, suspects)))
		if !s.suffices(d, suspects) {
			return nil, false
		}
		size = (len(suspects) + 1) / 2 // most of them have nothing to do with it
	}
	for ; size > 0; size /= 2 {
		for dropped := len(suspects) > 1; dropped; { // at the end until there is no single one that can be left out
			dropped = false
			for end := len(suspects); end > 0; end -= size {
				start := max(0, end-size)
				if shorter := slices.Concat(suspects[:start], suspects[end:]); s.suffices(d, shorter) {
					suspects, dropped = shorter, size == 1
				}
			}
		}
	}
	return slices.Sorted(slices.Values(suspects)), true
}

func (s *search) suffices(d *difference, set []int) bool {
	return len(set) > 0 && s.holds(d, s.with(set))
}

// with remembers the states that it made.
func (s *search) with(set []int) *directory.Snapshot { return s.remembered("+", set, s.atoms.with) }

func (s *search) without(set []int) *directory.Snapshot {
	return s.remembered("-", set, s.atoms.without)
}

func (s *search) remembered(sign string, set []int, state func([]int) *directory.Snapshot) *directory.Snapshot {
	set = slices.Sorted(slices.Values(set))
	key := sign + keyOf(set)
	out := s.states[key]
	if out == nil {
		out = state(set)
		s.states[key] = out
	}
	return out
}

// holds says whether a state differs from the one before as a difference says: that person has, or has lost, each
// of those permissions there at that moment, and not earlier.
func (s *search) holds(d *difference, in *directory.Snapshot) bool {
	at := d.moment(s.plan)
	if (in.Access(d.who, d.at, at).Effective^d.after)&(d.gained|d.lost) != 0 {
		return false
	}
	if d.from.IsZero() {
		return true
	}
	before, ns := s.plan.Before, d.at.Namespace
	times := slices.Concat(before.AccessTransitions(d.who, ns, s.plan.Now), in.AccessTransitions(d.who, ns, s.plan.Now))
	for _, t := range append(times, s.plan.Now) {
		if !t.Before(at) {
			continue
		}
		was, is := before.Access(d.who, d.at, t).Effective, in.Access(d.who, d.at, t).Effective
		if (is&^was)&d.gained|(was&^is)&d.lost != 0 {
			return false
		}
	}
	return true
}

// rolesOf are the roles of a difference that come and go with some atoms.
func (s *search) rolesOf(d *difference, set []int) (gained, lost []string) {
	if len(d.rolesGained)+len(d.rolesLost) == 0 {
		return nil, nil
	}
	at := d.moment(s.plan)
	was, is := s.plan.Before.Access(d.who, d.at, at), s.with(set).Access(d.who, d.at, at)
	both := func(roles, of []string) []string {
		return slices.DeleteFunc(slices.Clone(roles), func(r string) bool { return !slices.Contains(of, r) })
	}
	return both(d.rolesGained, effectiveOnlyIn(&is, &was)), both(d.rolesLost, effectiveOnlyIn(&was, &is))
}
