package directory

import (
	"slices"

	"provost.dev/provost/internal/engine/zones"
)

// Term is a stretch of days that bindings, enrolments and entries of groups may name instead of saying dates
// of their own (R33). It is open from the first instant of its first day to the first instant of
// the day after its last, in its time zone.
type Term struct {
	Key               Key
	FirstDay, LastDay Day
	// TimeZone is a name of the IANA database; "" for the Platform's, or else UTC.
	TimeZone string
	// RenamedFrom is how it was called before, which decides nothing (R39).
	RenamedFrom []string
}

// ID implements Record.
func (r *Term) ID() ID { return r.Key.TermID() }

// TermID is the key as the ID of a term.
func (k Key) TermID() ID { return ID{KindTerm, k.Namespace, k.Name} }

// TermProblem says why a term, or a window that names one, is never open (R33).
type TermProblem uint8

// The term problems. With any of them what gives does not count, and a Removed entry blocks always.
const (
	TermOK          TermProblem = iota
	TermNotFound                // there is no such term (yet)
	TermUnknownZone             // the time zone is none of the IANA database
	TermNeverOpen               // its last day comes before its first
	TermCutAway                 // the window's own dates leave nothing of it
)

// term is a term, declared or only named.
type term struct {
	stamped
	rec *Term
	// span is when it is open, and problem why never.
	span    span
	problem TermProblem
	// What names it: bindings, groups by an enrolment or an entry, and entities, of which it informs only.
	bindings, groups, entities []uint32
}

func (x *term) lists() []*[]uint32 { return []*[]uint32{&x.bindings, &x.groups, &x.entities} }

func (t *txn) term(i uint32) *term {
	return own[term, *term](t, &t.terms, i, func() term { return term{problem: TermNotFound} })
}

// never is the span that is never open, and Never the window.
var never = span{}

// Never is the window of what names a term and is never open (R33).
var Never = never.window()

// terms is what windows that name terms are made of: a snapshot's, or those of a transaction under way.
type terms struct {
	names *table[Key]
	nodes *vector[*term]
}

func (s *Snapshot) timetable() terms { return terms{s.names.terms, &s.terms} }
func (t *txn) timetable() terms      { return terms{t.names.terms, &t.terms.vector} }

// span is when something counts that has dates of its own and names a term (R33): the term's window, cut by the dates.
func (x terms) span(named Key, dates Window) (span, TermProblem) {
	is := spanOf(dates)
	if named == (Key{}) {
		return is, TermOK
	}
	i, ok := x.names.find(named)
	if !ok || x.nodes.at(i) == nil {
		return never, TermNotFound
	}
	node := x.nodes.at(i)
	if node.problem != TermOK {
		return never, node.problem
	}
	is.from, is.to = max(is.from, node.span.from), min(is.to, node.span.to)
	if is.from >= is.to {
		return never, TermCutAway
	}
	return is, TermOK
}

// window is the span as a Window; the dates themselves where no term is named.
func (x terms) window(named Key, dates Window) Window {
	if named == (Key{}) {
		return dates
	}
	is, _ := x.span(named, dates)
	return is.window()
}

// dated is a group with the windows that the terms of its entries and enrolments make; the group itself where it names none.
func (x terms) dated(g *Group) *Group {
	if g == nil || len(g.Terms()) == 0 {
		return g
	}
	c := *g
	c.Members, c.Enrolments = slices.Clone(g.Members), slices.Clone(g.Enrolments)
	for i := range c.Members {
		m := &c.Members[i]
		m.Window = x.window(m.Term, m.Window)
	}
	for i := range c.Enrolments {
		e := &c.Enrolments[i]
		e.Window = x.window(e.Term, e.Window)
	}
	return &c
}

// Terms are those that a group's entries and enrolments name, each once.
func (g *Group) Terms() []Key {
	var out []Key
	add := func(k Key) {
		// One list mostly names one term.
		if k != (Key{}) && (len(out) == 0 || out[len(out)-1] != k) && !slices.Contains(out, k) {
			out = append(out, k)
		}
	}
	for i := range g.Members {
		add(g.Members[i].Term)
	}
	for i := range g.Enrolments {
		add(g.Enrolments[i].Term)
	}
	return out
}

func (b *RoleBinding) terms() []Key {
	if b == nil {
		return nil
	}
	return keyIfAny(b.Term)
}

func (b *binding) terms() []Key {
	if b == nil {
		return nil
	}
	return b.rec.terms()
}

// termOf is the term that an entity names, if it does.
func termOf(e *Entity) []Key {
	if e == nil {
		return nil
	}
	return keyIfAny(e.Term)
}

func keyIfAny(k Key) []Key {
	if k == (Key{}) {
		return nil
	}
	return []Key{k}
}

// setTerm puts a term down, and has what names it follow where it is open at other times than before.
func (t *txn) setTerm(key Key, rec *Term) {
	i := t.names.terms.intern(key)
	x := t.term(i)
	if (x.rec == nil) != (rec == nil) {
		t.count.Terms += sign(rec != nil)
	}
	x.rec = rec
	t.recomputeTerm(i)
}

// recomputeTerm finds out when a term is open.
func (t *txn) recomputeTerm(i uint32) {
	x := t.term(i)
	is, problem := t.days(x.rec)
	if is == x.span && problem == x.problem {
		return
	}
	id := t.names.terms.key(i).TermID()
	t.forget(x.span, id)
	t.remember(is, id)
	x.span, x.problem = is, problem
	t.effects.terms = append(t.effects.terms, i)
	for _, b := range x.bindings {
		t.retimeBinding(b)
	}
	for _, g := range x.groups {
		t.retimeGroup(g)
	}
}

// days are the instants between which a term is open (R33).
func (t *txn) days(rec *Term) (span, TermProblem) {
	if rec == nil {
		return never, TermNotFound
	}
	zone, ok := zones.Load(t.platform.ZoneOf(rec))
	switch {
	case !ok:
		return never, TermUnknownZone
	case rec.FirstDay == (Day{}) || rec.LastDay.Compare(rec.FirstDay) < 0:
		return never, TermNeverOpen
	}
	is := span{rec.FirstDay.In(zone).UnixMicro(), rec.LastDay.Next().In(zone).UnixMicro()}
	if is.from >= is.to { // days that the zone left out
		return never, TermNeverOpen
	}
	return is, TermOK
}

// ZoneOf is the name of the time zone in which a term's days begin: its own, or else the Platform's, or else UTC (R33).
// There may be no Platform.
func (r *Platform) ZoneOf(t *Term) string {
	switch {
	case t.TimeZone != "":
		return t.TimeZone
	case r != nil && r.TimeZone != "":
		return r.TimeZone
	}
	return "UTC"
}

// recomputeTerms recomputes the terms that have no time zone of their own, after that of the Platform changed.
func (t *txn) recomputeTerms() {
	for i, x := range all(t.terms.vector) {
		if x.rec != nil && x.rec.TimeZone == "" {
			t.recomputeTerm(i)
			t.effects.counted = append(t.effects.counted, i) // it says in which zone its days begin
		}
	}
}

// retimeBinding has a binding follow its term.
func (t *txn) retimeBinding(i uint32) {
	old := t.bindings.at(i)
	is, _ := t.timetable().span(old.rec.Term, old.rec.Window)
	if is == old.span {
		return // its condition may say something else: effects.terms leads to it
	}
	b := *old
	b.span = is
	id := old.rec.ID()
	t.forget(old.span, id)
	t.remember(is, id)
	t.bindings.set(i, &b)
	if b.entity == none {
		t.setSelection(selectionKey{key: old.rec.Key}, t.bindingSelection(i, old.rec))
		return
	}
	t.recompile[b.entity] = struct{}{}
	t.resource(old, &b)
}

// retimeGroup has the entries and enrolments of a group follow their terms.
func (t *txn) retimeGroup(i uint32) {
	g := t.group(i)
	if g.rec == nil {
		return
	}
	was := *g.dated
	g.dated = t.timetable().dated(g.rec)
	t.effects.groups = append(t.effects.groups, i)
	t.retime(i, &was, g.dated)
}

// nameTerms keeps the lists of what names which term: where is the list of a term on which from stands.
func (t *txn) nameTerms(was, is []Key, from uint32, where func(*term) *[]uint32) {
	for _, k := range was {
		i := t.names.terms.intern(k)
		t.effects.counted = append(t.effects.counted, i)
		if !slices.Contains(is, k) {
			list := where(t.term(i))
			*list = drop(*list, from)
		}
	}
	for _, k := range is {
		i := t.names.terms.intern(k)
		t.effects.counted = append(t.effects.counted, i)
		if !slices.Contains(was, k) {
			list := where(t.term(i))
			*list = append(*list, from)
		}
	}
}

// TermStatus is what the engine knows of a term.
type TermStatus struct {
	Declared bool
	Problem  TermProblem
	// Zone is the name of the time zone in which its days begin.
	Zone string
	// Window is when it is open; never where there is a Problem.
	Window Window
	// Bindings, Enrolments, Entries and Courses count what names it; of a Course it only informs.
	Bindings, Enrolments, Entries, Courses int
}

// Term returns the status of a term, declared or only named.
func (s *Snapshot) Term(k Key) TermStatus {
	out := TermStatus{Problem: TermNotFound}
	i, ok := s.names.terms.find(k)
	if !ok || s.terms.at(i) == nil {
		return out
	}
	x := s.terms.at(i)
	out.Declared, out.Problem, out.Window = x.rec != nil, x.problem, x.span.window()
	if x.rec != nil {
		out.Zone = s.platform.ZoneOf(x.rec)
	}
	out.Bindings, out.Courses = len(x.bindings), len(x.entities)
	for _, g := range x.groups {
		entries, enrolments := s.groups.at(g).rec.during(k)
		out.Entries, out.Enrolments = out.Entries+entries, out.Enrolments+enrolments
	}
	return out
}

// during counts the entries, by name and ID, and the enrolments, by name, of a group that name a term.
func (g *Group) during(k Key) (entries, enrolments int) {
	seen := map[[2]string]bool{}
	for i := range g.Members {
		if m := &g.Members[i]; m.Term == k {
			seen[[2]string{m.Name, m.ID}] = true
		}
	}
	entries = len(seen)
	clear(seen)
	for i := range g.Enrolments {
		if e := &g.Enrolments[i]; e.Term == k {
			seen[[2]string{e.Name}] = true
		}
	}
	return entries, len(seen)
}

// Terms returns the declared terms, in order.
func (s *Snapshot) Terms() []Key {
	return keysOf(s.names.terms, s.terms, func(x *term) bool { return x.rec != nil }, Key.Compare)
}

// NamingTerm is what names a term, declared or not: RoleBindings, Groups by an enrolment or an entry, and entities, in order.
func (s *Snapshot) NamingTerm(k Key) []ID {
	i, ok := s.names.terms.find(k)
	if !ok || s.terms.at(i) == nil {
		return nil
	}
	var out []ID
	x := s.terms.at(i)
	for _, b := range x.bindings {
		out = append(out, s.bindings.at(b).rec.ID())
	}
	for _, g := range x.groups {
		out = append(out, s.names.groups.key(g).GroupID())
	}
	for _, e := range x.entities {
		out = append(out, s.names.entities.key(e).ID())
	}
	slices.SortFunc(out, ID.Compare)
	return out
}

// GivenTo are the entities at which a binding names a group, or at which it enrols, in order.
func (s *Snapshot) GivenTo(k Key) []EntityKey {
	i, ok := s.names.groups.find(k)
	if !ok || s.groups.at(i) == nil {
		return nil
	}
	var out []EntityKey
	for _, e := range s.groups.at(i).at {
		out = append(out, s.names.entities.key(e))
	}
	for _, sel := range s.groups.at(i).selections {
		s.eachSelected(sel, func(e uint32) { out = append(out, s.names.entities.key(e)) })
	}
	slices.SortFunc(out, EntityKey.Compare)
	return slices.Compact(out)
}

// WindowOf is when something counts that has dates of its own and names a term; the zero Key is none (R33). Where
// there is a problem, the window is never open.
func (s *Snapshot) WindowOf(named Key, dates Window) (Window, TermProblem) {
	x := s.timetable()
	_, problem := x.span(named, dates)
	return x.window(named, dates), problem
}

// Dated is a RoleBinding or a Group with the windows that its terms make (R33), in which Member.Open and
// Window.Contains may be asked; any other record, and one that names no term, is returned as it is.
func (s *Snapshot) Dated(r Record) Record {
	x := s.timetable()
	switch r := r.(type) {
	case *RoleBinding:
		if r.Term == (Key{}) {
			return r
		}
		c := *r
		c.Window = x.window(r.Term, r.Window)
		return &c
	case *Group:
		return x.dated(r)
	}
	return r
}

// DatedGroup is a Group with the windows that its terms make (R33); the group itself where it names none.
func (s *Snapshot) DatedGroup(g *Group) *Group { return s.timetable().dated(g) }
