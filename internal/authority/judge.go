package authority

import (
	"slices"
	"time"

	"provost.dev/provost/internal/directory"
)

// Change is what a request would do to one record: create it (Before is nil),
// alter it, or delete it (After is nil).
type Change struct {
	Before, After directory.Record
}

// id is that of the record.
func (c Change) id() directory.ID {
	if c.After != nil {
		return c.After.ID()
	}
	return c.Before.ID()
}

// change is the Change as the engine takes it.
func (c Change) change() directory.Change {
	if c.After != nil {
		return directory.Upsert(c.After)
	}
	return directory.Delete(c.Before.ID())
}

// Verdict is the answer.
type Verdict struct {
	Allowed bool
	// Missing says what the requester would need, a sentence part each
	// ("needs assign_roles at organisation acme/acme ..."), sorted. Empty when allowed.
	Missing []string
}

// mostMissing keeps a refusal readable: a change that touches a thousand people
// is refused for the first reasons found.
const mostMissing = 10

// Judge says whether a requester may make a change to what a snapshot holds.
func Judge(s *directory.Snapshot, r Requester, c Change, now time.Time) Verdict {
	if r.trusted(s) {
		return Verdict{Allowed: true}
	}
	j := &judgement{before: s, change: c, now: now}
	who, problem := r.person(s)
	if problem != "" {
		return Verdict{Missing: []string{problem}}
	}
	j.who = who
	if j.reserved() {
		return j.verdict()
	}
	j.after, j.delta = s.With(c.change())
	j.references()
	j.record()
	j.effects()
	return j.verdict()
}

// judgement is one Judge under way.
type judgement struct {
	before, after *directory.Snapshot
	delta         directory.Delta
	who           string
	change        Change
	now           time.Time
	missing       []string
	// staff says that the requester changes the list of a group of which he is
	// staff, so that nothing is needed for what is not sensitive (R23).
	staff bool
	// any says that the change altered what somebody may do.
	any bool
}

// need notes something that is missing.
func (j *judgement) need(what string) {
	if !slices.Contains(j.missing, what) {
		j.missing = append(j.missing, what)
	}
}

// full says that there are reasons enough.
func (j *judgement) full() bool { return len(j.missing) >= mostMissing }

func (j *judgement) verdict() Verdict {
	slices.Sort(j.missing)
	return Verdict{Allowed: len(j.missing) == 0, Missing: j.missing}
}
