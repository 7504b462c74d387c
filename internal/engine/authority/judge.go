package authority

import (
	"context"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"

	"provost.dev/provost/internal/engine/directory"
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
	// ("needs assign_roles at organisation acme ..."), sorted. Empty when allowed.
	Missing []string
	// Absent says that something which the change names does not exist, as far as the snapshot knows.
	Absent bool
}

// Reason is all that is missing, in one line.
func (v Verdict) Reason() string { return strings.Join(v.Missing, "; ") }

// mostMissing keeps a refusal readable: a change that touches a thousand people
// is refused for the first reasons found.
const mostMissing = 10

// Judge says whether a requester may make a change to what a snapshot holds. A
// change of what declares nothing (neither Before nor After is set) is allowed:
// whoever asks knows more of such objects than the engine does.
//
// Before is believed over the snapshot, which may be a moment behind.
//
// Judging takes as long as there are people and windows to compare. It ends with
// an error when the context does, and then nothing is known of the change.
func Judge(ctx context.Context, s *directory.Snapshot, r Requester, c Change, now time.Time) (Verdict, error) {
	return judgeWithout(ctx, s, r, c, now, 0)
}

// WithoutPlatform is who administers everything where no Platform says it.
const WithoutPlatform = "whoever may administer platforms.provost.dev by Kubernetes' RBAC"

// judgeWithout is Judge that leaves out some checks.
func judgeWithout(ctx context.Context, s *directory.Snapshot, r Requester, c Change, now time.Time, left check) (Verdict, error) {
	if c.Before == nil && c.After == nil || r.trusted(s) {
		return Verdict{Allowed: true}, nil
	}
	// How something was called before gives and takes nothing (R39).
	c.Before, c.After = directory.WithoutFormerNames(c.Before), directory.WithoutFormerNames(c.After)
	if reason := Reserved(c.id()); reason != "" {
		if !exists(s, platformID) {
			reason += ", and while there is no Platform those are " + WithoutPlatform
		}
		return Verdict{Missing: []string{reason}}, nil
	}
	who, problem := r.person(s)
	if problem != "" {
		return Verdict{Missing: []string{problem}}, nil
	}
	j := &judgement{ctx: ctx, left: left, change: c, now: now, who: who}
	j.before = j.withThoseToCome(upToDate(s, c))
	j.after, j.delta = j.before.With(c.change())
	j.created = j.createdEntity()
	j.references()
	j.record()
	j.denies()
	j.effects()
	j.lastAdministrators()
	if err := ctx.Err(); err != nil {
		return Verdict{}, fmt.Errorf("judging what comes of the change: %w", err)
	}
	return j.verdict(), nil
}

// upToDate is the snapshot with the record as the change found it.
func upToDate(s *directory.Snapshot, c Change) *directory.Snapshot {
	held, ok := s.Record(c.id())
	switch {
	case c.Before == nil && ok:
		s, _ = s.With(directory.Delete(c.id()))
	case c.Before != nil && (!ok || !reflect.DeepEqual(held, c.Before)):
		s, _ = s.With(directory.Upsert(c.Before))
	}
	return s
}

// judgement is one Judge under way.
type judgement struct {
	ctx           context.Context //nolint:containedctx // a judgement lives as long as one call
	before, after *directory.Snapshot
	delta         directory.Delta
	who           string
	left          check // checks that are left out
	change        Change
	now           time.Time
	missing       []string
	absent        bool

	// staff says that the requester changes entries of a group of which he is
	// staff, so that nothing is needed for what is not sensitive (R23).
	staff bool
	// guest names the people whose entries somebody changes who has no part in
	// the group: something must come of each.
	guest []string
	// affected are the people for whom something came of the change.
	affected map[string]bool
	// bereft are the entities at which somebody lost the permission to give roles, and when.
	bereft map[directory.EntityKey]time.Time
	powers map[directory.EntityKey]*power
	// whole are the entities at which no person needs to be looked at, since the requester may give and take anything there.
	whole map[directory.EntityKey]bool
	// refused says that what something gives wherever it selects is not the requester's to give: what comes of it at one
	// entity and another would say the same again.
	refused bool
	// created is the entity that the change creates; nil where it creates none.
	created *created
}

// need notes something that is missing.
func (j *judgement) need(what string) {
	if !slices.Contains(j.missing, what) {
		j.missing = append(j.missing, what)
	}
}

// full says that there are reasons enough.
func (j *judgement) full() bool { return len(j.missing) >= mostMissing }

// without says whether a check is left out.
func (j *judgement) without(c check) bool { return j.left&c != 0 }

// over says that there is nothing more to find out: there are reasons enough, or
// nobody waits for the answer any more.
func (j *judgement) over() bool { return j.full() || j.ctx.Err() != nil }

func (j *judgement) verdict() Verdict {
	slices.Sort(j.missing)
	return Verdict{Allowed: len(j.missing) == 0, Missing: j.missing, Absent: j.absent}
}
