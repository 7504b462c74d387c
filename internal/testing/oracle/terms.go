package oracle

import (
	"slices"
	"time"

	"provost.dev/provost/internal/engine/directory"
	"provost.dev/provost/internal/engine/zones"
)

// shut is a window that is never open.
var shut = directory.Window{NotBefore: time.Unix(0, 0).UTC(), NotAfter: time.Unix(0, 0).UTC()}

// window is R33: the window of the term, cut by the dates of whatever names it; the dates alone where no term is named.
func (w *World) window(named directory.Key, dates directory.Window) (directory.Window, directory.TermProblem) {
	if named == (directory.Key{}) {
		return dates, directory.TermOK
	}
	open, problem := w.days(w.term(named))
	if problem != directory.TermOK {
		return shut, problem
	}
	if dates.NotBefore.After(open.NotBefore) {
		open.NotBefore = dates.NotBefore
	}
	if !dates.NotAfter.IsZero() && dates.NotAfter.Before(open.NotAfter) {
		open.NotAfter = dates.NotAfter
	}
	if !open.NotBefore.Before(open.NotAfter) {
		return shut, directory.TermCutAway
	}
	return open, directory.TermOK
}

// days are the first instants of a term's first day and of the day after its last, in its time zone.
func (w *World) days(t *directory.Term) (directory.Window, directory.TermProblem) {
	if t == nil {
		return shut, directory.TermNotFound
	}
	name := t.TimeZone
	if name == "" {
		name = w.platform.TimeZone
	}
	if name == "" {
		name = "UTC"
	}
	zone, ok := zones.Load(name)
	if !ok {
		return shut, directory.TermUnknownZone
	}
	open := directory.Window{NotBefore: FirstInstant(t.FirstDay, zone), NotAfter: FirstInstant(t.LastDay.Next(), zone)}
	if !open.NotBefore.Before(open.NotAfter) {
		return shut, directory.TermNeverOpen
	}
	return open, directory.TermOK
}

// FirstInstant is the first moment of a day in a zone, looked for minute by minute from two days before. (Since 1972 every
// zone's clocks are whole minutes from UTC.)
func FirstInstant(day directory.Day, zone *time.Location) time.Time {
	t := time.Date(day.Year, day.Month, day.Day-2, 0, 0, 0, 0, time.UTC)
	for directory.DayOf(t.In(zone)).Compare(day) < 0 {
		t = t.Add(time.Minute)
	}
	return t
}

func (w *World) term(k directory.Key) *directory.Term {
	for _, t := range w.terms {
		if t.Key == k {
			return t
		}
	}
	return nil
}

// date gives every binding, enrolment and entry the window that its term makes, so that nothing else has to ask for terms.
func (w *World) date() {
	for i := range w.bindings {
		b := *w.bindings[i]
		b.Window, w.problems[b.ID()] = w.window(b.Term, b.Window)
		w.bindings[i] = &b
	}
	for i := range w.groups {
		g := *w.groups[i]
		g.Members, g.Enrolments = slices.Clone(g.Members), slices.Clone(g.Enrolments)
		for j := range g.Members {
			g.Members[j].Window, _ = w.window(g.Members[j].Term, g.Members[j].Window)
		}
		for j := range g.Enrolments {
			g.Enrolments[j].Window, _ = w.window(g.Enrolments[j].Term, g.Enrolments[j].Window)
		}
		w.groups[i] = &g
	}
}

// Term is what a term says of itself.
func (w *World) Term(k directory.Key) directory.TermStatus {
	t := w.term(k)
	f := directory.TermStatus{Declared: t != nil}
	f.Window, f.Problem = w.days(t)
	if t != nil {
		if f.Zone = t.TimeZone; f.Zone == "" {
			f.Zone = w.platform.TimeZone
		}
		if f.Zone == "" {
			f.Zone = "UTC"
		}
	}
	for _, b := range w.bindings {
		if b.Term == k {
			f.Bindings++
		}
	}
	for _, g := range w.groups {
		entries, enrolments := map[[2]string]bool{}, map[string]bool{}
		for _, m := range g.Members {
			if m.Term == k {
				entries[[2]string{m.Name, m.ID}] = true
			}
		}
		for _, e := range g.Enrolments {
			if e.Term == k {
				enrolments[e.Name] = true
			}
		}
		f.Entries, f.Enrolments = f.Entries+len(entries), f.Enrolments+len(enrolments)
	}
	for _, e := range w.entities {
		if e.Term == k {
			f.Courses++
		}
	}
	return f
}
