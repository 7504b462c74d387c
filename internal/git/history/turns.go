package history

import (
	"context"
	"iter"
	"time"

	"provost.dev/provost/internal/engine/directory"
	"provost.dev/provost/internal/engine/plan"
	"provost.dev/provost/internal/git/gitrepo"
)

// Turn is a moment from which on a question holds, or holds no more; or at which what it is about got another name.
type Turn struct {
	Holds bool
	// Question is what is asked from then on, by the names of that time.
	Question Question
	// Renames are what the question is about and got its name then; the answer stays then as it was.
	Renames []plan.Rename
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
	// Afresh is called where a commit turns out to have renamed what the question is about, which is then followed from
	// the first commit by its former name (R39): all turns and steps so far count no more. It may be nil.
	Afresh func()
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
		var names []naming
		begin := q.Question
		for {
			f := follower{Inquiry: q, question: begin, names: names}
			found, was := f.follow(ctx, w, repo, dir, commits, yield)
			if found == nil {
				return
			}
			names, begin = append([]naming{*found}, f.names...), was // what it was called at commits before is another's
			if q.Afresh != nil {
				q.Afresh()
			}
			*w = *NewWorld(w.opts)
		}
	}
}

// follow goes along the commits; it ends early where one of them renames what the question is about and that was not
// known, and then says how the question was before.
func (f *follower) follow(
	ctx context.Context, w *World, repo *gitrepo.Repository, dir string, commits []*gitrepo.Commit, yield func(*Turn, error) bool,
) (found *naming, was Question) {
	visits := f.Index.visits(commits, f.questions())
	chosen := make([]*gitrepo.Commit, len(visits))
	for i, v := range visits {
		chosen[i] = commits[v.at]
	}
	next := 0
	for step, err := range w.Walk(ctx, repo, dir, chosen) {
		if err != nil {
			yield(nil, err)
			return nil, was
		}
		visit := visits[next]
		next++
		f.Index.record(step, visit)
		if !f.clock(step.Before, step.before(w), visit.time, yield) {
			return nil, was
		}
		made := step
		step, renames := step.renamed()
		if was, bears := f.question.before(renames); bears && !f.known(visit.at) {
			return &naming{visit.at, f.question}, was
		}
		if !f.rename(made, renames, w.Locate, visit, yield) || !f.commitTurn(step, w.Locate, visit.time, yield) {
			return nil, was
		}
		if f.Each != nil {
			f.Each(step, visit.at+1)
		}
	}
	f.clock(w.Snapshot(), w.Locate, f.Now, yield)
	return nil, was
}

// follower is how far an inquiry has come.
type follower struct {
	*Inquiry
	// question is what is asked by now, and names are the commits at which it becomes another, in their order.
	question Question
	names    []naming
	commit   *gitrepo.Commit
	time     time.Time
	holds    bool
}

// questions are the one that is asked by now and those that it becomes.
func (f *follower) questions() []Question {
	out := []Question{f.question}
	for _, n := range f.names {
		out = append(out, n.after)
	}
	return out
}

// known says whether a commit is known to rename what the question is about.
func (f *follower) known(at int) bool { return len(f.names) > 0 && f.names[0].at == at }

// rename goes on under the name that a commit gives; false ends the inquiry.
func (f *follower) rename(step *Step, renames []plan.Rename, locate Locator, v visit, yield func(*Turn, error) bool) bool {
	if !f.known(v.at) {
		return true
	}
	f.question, f.names = f.names[0].after, f.names[1:]
	t := &Turn{Holds: f.holds, Question: f.question, Time: v.time, Commit: step.Commit(), Step: step, Snapshot: step.After, Locate: locate}
	for _, r := range renames {
		if _, bears := f.question.before([]plan.Rename{r}); bears {
			at := step.place(r.ID, "", false)
			r.File, r.Line = at.File, at.Line
			t.Renames = append(t.Renames, r)
		}
	}
	return yield(t, nil)
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
		holds := f.question.Holds(s, at)
		if holds == f.holds {
			continue
		}
		f.holds = holds
		if !yield(&Turn{Holds: holds, Question: f.question, Time: at, Commit: f.commit, Windows: windows, Snapshot: s, Locate: locate}, nil) {
			return false
		}
	}
	return true
}

// commitTurn yields what a commit turned; false ends the inquiry.
func (f *follower) commitTurn(step *Step, locate Locator, at time.Time, yield func(*Turn, error) bool) bool {
	f.commit, f.time = step.Commit(), at
	holds := f.question.Holds(step.After, at)
	if holds == f.holds {
		return true
	}
	f.holds = holds
	return yield(&Turn{
		Holds: holds, Question: f.question, Time: at, Commit: f.commit, Step: step, Snapshot: step.After, Locate: locate,
		Causes: step.causes(&f.question, at),
	}, nil)
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
