package directory

import (
	"cmp"
	"math"
	"slices"
)

// A person's memberships change by the clock where entries of the person have
// windows, and nowhere else (R12a): parents have none. What a decision reads of such
// a person is the closure of the moment, one of few.

// epoch is what a person's memberships are until a moment, from the one before on.
type epoch struct {
	until    int64 // microseconds since 1970, exclusive; math.MaxInt64 in the last epoch
	groups   []uint32
	possible []uint32 // as a person's (R36)
}

func (e *epoch) alike(o *epoch) bool {
	return slices.Equal(e.groups, o.groups) && slices.Equal(e.possible, o.possible)
}

// timedEntry is an entry of a group's list with a window.
type timedEntry struct {
	group   uint32
	removed bool // it blocks (R14); otherwise it declares
	span    span
}

// at says where among a person's epochs a moment lies.
func epochAt(epochs []epoch, now int64) int {
	i, _ := slices.BinarySearchFunc(epochs, now, func(e epoch, now int64) int {
		if e.until <= now {
			return -1
		}
		return 1
	})
	return min(i, len(epochs)-1)
}

// rolled are a person's epochs in one piece, so that a decision reads one place of memory for them as for memberships that no
// clock moves: how many there are; for each, until when it is, in two words, and where its groups end; and then the groups.
func rolled(epochs []epoch) []uint32 {
	out := make([]uint32, 1, 1+epochWords*len(epochs))
	out[0] = uint32(len(epochs))
	end := cap(out)
	for _, e := range epochs {
		end += len(e.groups)
		out = append(out, uint32(e.until), uint32(uint64(e.until)>>32), uint32(end)) //nolint:gosec // the two halves of it
	}
	for _, e := range epochs {
		out = append(out, e.groups...)
	}
	return out
}

const epochWords = 3

// unrolled are the groups of a moment.
func unrolled(words []uint32, now int64) []uint32 {
	n := words[0]
	from := 1 + epochWords*n
	for at := uint32(1); ; at += epochWords {
		until, to := int64(uint64(words[at])|uint64(words[at+1])<<32), words[at+2] //nolint:gosec // as rolled wrote it
		if now < until || at+epochWords >= 1+epochWords*n {
			return words[from:to:to]
		}
		from = to
	}
}

// groupsAt are the groups of which the person is an effective member at a moment.
func (p *person) groupsAt(now int64) []uint32 {
	if p.epochs == nil {
		return p.groups
	}
	return p.epochs[epochAt(p.epochs, now)].groups
}

// possibleAt are the unsettled groups that the person might be in at a moment (R36).
func (p *person) possibleAt(now int64) []uint32 {
	if p.epochs == nil {
		return p.possible
	}
	return p.epochs[epochAt(p.epochs, now)].possible
}

// member is when a person's membership of a group begins and ends, around a moment at
// which there is one; always.from and always.to for what the clock does not bring about.
func (p *person) member(g uint32, now int64) span {
	out := always
	if p.epochs == nil {
		return out
	}
	i := epochAt(p.epochs, now)
	for j := i - 1; j >= 0; j-- {
		if !contains(p.epochs[j].groups, g) {
			out.from = p.epochs[j].until
			break
		}
	}
	for j := i; j+1 < len(p.epochs); j++ {
		if !contains(p.epochs[j+1].groups, g) {
			out.to = p.epochs[j].until
			break
		}
	}
	return out
}

// nearest is the time of a person's membership of a group around a moment, or else the
// next one, or else the last one there was; ok is false where there never is any.
func (p *person) nearest(g uint32, now int64) (out span, ok bool) {
	if !contains(p.groups, g) {
		return out, false
	}
	if p.epochs == nil {
		return always, true
	}
	at := epochAt(p.epochs, now)
	for i := at; i < len(p.epochs); i++ {
		if contains(p.epochs[i].groups, g) {
			return p.member(g, p.epochs[i].until-1), true
		}
	}
	for i := at - 1; i >= 0; i-- {
		if contains(p.epochs[i].groups, g) {
			return p.member(g, p.epochs[i].until-1), true
		}
	}
	return out, false
}

// changes are the moments at which memberships of a person in any of the groups begin or end, in order.
func (p *person) changes(among func(g uint32) bool) []int64 {
	var out []int64
	for i := 0; i+1 < len(p.epochs); i++ {
		if differAmong(p.epochs[i].groups, p.epochs[i+1].groups, among) || differAmong(p.epochs[i].possible, p.epochs[i+1].possible, among) {
			out = append(out, p.epochs[i].until)
		}
	}
	return out
}

func differAmong(a, b []uint32, among func(g uint32) bool) bool {
	for g := range differences(a, b) {
		if among(g) {
			return true
		}
	}
	return false
}

// stands says whether a list that has an entry of a person in some state has an open one.
func (p *person) stands(g uint32, removed bool, now int64) bool {
	found := false
	for i := range p.timed {
		if e := &p.timed[i]; e.group == g && e.removed == removed {
			if e.span.open(now) {
				return true
			}
			found = true
		}
	}
	return !found
}

// listedBy says whether the group's list declares the person at a moment (R12a).
func (p *person) listedBy(g uint32, now int64) bool {
	return contains(p.active, g) && (p.timed == nil || p.stands(g, false, now))
}

// declaredBy says whether the group declares the person at a moment (R12, R12a).
func (p *person) declaredBy(g uint32, now int64) bool {
	return contains(p.selected, g) || p.listedBy(g, now)
}

// removedBy says whether the group's list says Removed at a moment (R12a, R14).
func (p *person) removedBy(g uint32, now int64) bool {
	return contains(p.removed, g) && (p.timed == nil || p.stands(g, true, now))
}

// blockedBy says whether the group blocks the person at a moment (R14, R15).
func (p *person) blockedBy(g uint32, listed bool, now int64) bool {
	return p.removedBy(g, now) || listed && !p.declaredBy(g, now)
}

// epochsOf are a person's closures through time: one where nothing of it has a window,
// or where windows alter nothing. Two that follow each other are not alike.
func epochsOf(p *person, groups *vector[*group], composing bool) []epoch {
	var ends []int64
	for _, e := range p.timed {
		if e.span.from != always.from {
			ends = append(ends, e.span.from)
		}
		if e.span.to != always.to {
			ends = append(ends, e.span.to)
		}
	}
	ends = append(ends, math.MaxInt64)
	slices.Sort(ends)
	ends = slices.Compact(ends)
	out := make([]epoch, 0, len(ends))
	from := int64(math.MinInt64)
	for _, end := range ends {
		is := epoch{until: end}
		is.groups, is.possible = memberships(p, groups, composing, from)
		if n := len(out); n > 0 && out[n-1].alike(&is) {
			out[n-1].until = end
		} else {
			out = append(out, is)
		}
		from = end
	}
	return out
}

// everAndAlways are the groups of some epoch, and those of every epoch.
func everAndAlways(epochs []epoch) (ever, constant []uint32) {
	if len(epochs) == 1 {
		return epochs[0].groups, epochs[0].groups
	}
	for _, e := range epochs {
		ever = append(ever, e.groups...)
	}
	ever = sorted(ever)
	constant = slices.Clone(ever)
	for _, e := range epochs {
		constant = slices.DeleteFunc(constant, func(g uint32) bool { return !contains(e.groups, g) })
	}
	return ever, constant
}

// everPossible are the groups in which a person might be in some epoch (R36).
func everPossible(epochs []epoch) []uint32 {
	if len(epochs) == 1 {
		return epochs[0].possible
	}
	var out []uint32
	for _, e := range epochs {
		out = append(out, e.possible...)
	}
	return sorted(out)
}

// otherwisePossible are the groups in which a person might be at other times than before (R36).
func otherwisePossible(p *person, possible []uint32, epochs []epoch) []uint32 {
	var out []uint32
	for g := range differences(p.possible, possible) {
		out = append(out, g)
	}
	if !sameEpochs(p.epochs, epochs) {
		out = slices.Concat(p.possible, possible)
	}
	return sorted(out)
}

// constant are the groups of which the person is a member whatever the time is.
func (p *person) constant() []uint32 {
	if p.epochs == nil {
		return p.groups
	}
	_, out := everAndAlways(p.epochs)
	return out
}

// varying are the groups of which the person is a member at some times and not at others.
func (p *person) varying() []uint32 {
	if p.epochs == nil {
		return nil
	}
	constant := p.constant()
	return slices.DeleteFunc(slices.Clone(p.groups), func(g uint32) bool { return contains(constant, g) })
}

// membersAt counts the effective members of a group at a moment.
func (s *Snapshot) membersAt(g uint32, now int64) int {
	node := s.groups.at(g)
	n := node.members
	for _, i := range node.varying {
		if contains(s.people.at(i).groupsAt(now), g) {
			n++
		}
	}
	return n
}

func compareTimed(a, b timedEntry) int {
	state := func(e timedEntry) int {
		if e.removed {
			return 1
		}
		return 0
	}
	return cmp.Or(cmp.Compare(a.group, b.group), cmp.Compare(state(a), state(b)), cmp.Compare(a.span.from, b.span.from),
		cmp.Compare(a.span.to, b.span.to))
}
