package history

import (
	"context"
	"iter"
	"time"

	"provost.dev/provost/internal/engine/directory"
	"provost.dev/provost/internal/engine/plan"
	"provost.dev/provost/internal/git/gitrepo"
)

// Turn is a moment from which on a question holds, or holds no more.
type Turn struct {
	Holds bool
	// Time is when the commit was made, or what the clock said.
	Time time.Time
	// Commit is the one that turned it, or the one that stood when the clock did.
	Commit *gitrepo.Commit
	// Step is what the commit did; nil where the clock turned it.
	Step *Step
	// Causes are the edits of the commit that turned it, with their places.
	Causes []plan.Edit
	// Windows are the records whose windows opened or closed where the clock turned it.
	Windows []directory.ID
	// Snapshot is what the engine makes of the state from then on.
	Snapshot *directory.Snapshot
	// Locate is the place of a field of a record in that state; of the record where the field is "".
	Locate Locator
}

// Inquiry follows one question through a history.
type Inquiry struct {
	Question Question
	// Now is the end of the history: windows that open or close after the last commit count until then.
	Now time.Time
	// Each is called with every step that was gone through, wrong ones too, and the number of
	// commits that are done with; it may be nil.
	Each func(step *Step, done int)
	// Index, which may be nil, knows commits that need not be looked at.
	Index *Index
}

// Turns takes a world along commits (see World.Walk) and yields every turn of
// the question, in their order, those of the clock between two commits too. Before the
// first commit nothing holds. The Locate of a turn is to be asked while the turn is
// looked at. A commit is taken to stand from its own time on, or from that of the
// one before it where its own is earlier.
func (q *Inquiry) Turns(
	ctx context.Context, w *World, repo *gitrepo.Repository, dir string, commits []*gitrepo.Commit,
) iter.Seq2[*Turn, error] {
	return func(yield func(*Turn, error) bool) {
		last := follower{Inquiry: q}
		visits := q.Index.visits(commits, &q.Question)
		chosen := make([]*gitrepo.Commit, len(visits))
		for i, v := range visits {
			chosen[i] = commits[v.at]
		}
		next := 0
		for step, err := range w.Walk(ctx, repo, dir, chosen) {
			if err != nil {
				yield(nil, err)
				return
			}
			visit := visits[next]
			next++
			q.Index.record(step, visit)
			if !last.clock(step.Before, step.before(w), visit.time, yield) || !last.commitTurn(step, w.Locate, visit.time, yield) {
				return
			}
			if q.Each != nil {
				q.Each(step, visit.at+1)
			}
		}
		last.clock(w.Snapshot(), w.Locate, q.Now, yield)
	}
}

// follower is how far an inquiry has come.
type follower struct {
	*Inquiry
	commit *gitrepo.Commit
	time   time.Time
	holds  bool
}

// clock yields what the clock turned until some moment, and goes there; false ends the inquiry.
func (f *follower) clock(s *directory.Snapshot, locate Locator, until time.Time, yield func(*Turn, error) bool) bool {
	if f.commit == nil || !until.After(f.time) {
		return true
	}
	times := s.Transitions(f.time, until)
	f.time = until
	for i := 0; i < len(times); {
		at := times[i].At
		var windows []directory.ID
		for ; i < len(times) && times[i].At.Equal(at); i++ {
			windows = append(windows, times[i].Source)
		}
		holds := f.Question.Holds(s, at)
		if holds == f.holds {
			continue
		}
		f.holds = holds
		if !yield(&Turn{Holds: holds, Time: at, Commit: f.commit, Windows: windows, Snapshot: s, Locate: locate}, nil) {
			return false
		}
	}
	return true
}

// commitTurn yields what a commit turned; false ends the inquiry.
func (f *follower) commitTurn(step *Step, locate Locator, at time.Time, yield func(*Turn, error) bool) bool {
	f.commit, f.time = step.Commit(), at
	holds := f.Question.Holds(step.After, at)
	if holds == f.holds {
		return true
	}
	f.holds = holds
	return yield(&Turn{
		Holds: holds, Time: at, Commit: f.commit, Step: step, Snapshot: step.After, Locate: locate,
		Causes: step.causes(&f.Question, at),
	}, nil)
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
