package history

import (
	"context"
	"slices"
	"time"

	provostv1 "provost.dev/provost/api/v1alpha1"
	"provost.dev/provost/internal/engine/directory"
	"provost.dev/provost/internal/engine/plan"
	"provost.dev/provost/internal/git/gitrepo"
	"provost.dev/provost/internal/manifest"
)

// Plan says what the step means for people at a time.
func (s *Step) Plan(now time.Time) *plan.Plan {
	return plan.Make(plan.Input{Before: s.Before, After: s.After, Delta: s.Delta, Edits: s.Edits(), Now: now})
}

// Edits are what the step declares differently, object by object, without their places, whatever has another name.
func (s *Step) Edits() []plan.Edit {
	var out []plan.Edit
	for i := range s.Changes {
		if s.Changes[i].Access {
			out = append(out, plan.EditsOf(s.Changes[i].Records())...)
		}
	}
	return out
}

// pairs are the records that differ.
func (s *Step) pairs() []plan.Pair {
	var out []plan.Pair
	for i := range s.Changes {
		if s.Changes[i].Access {
			before, after := s.Changes[i].Records()
			out = append(out, plan.Pair{Before: before, After: after})
		}
	}
	return out
}

// Place is where an edit of the step stands: in the state after, or in the one before where it
// took something away. It is the zero Position where there is no file.
func (s *Step) Place(e *plan.Edit) manifest.Position {
	return s.place(e.ID, e.Field, e.Gone)
}

func (s *Step) place(id directory.ID, field string, gone bool) manifest.Position {
	i, ok := slices.BinarySearchFunc(s.Changes, id, func(c Change, id directory.ID) int { return c.ID.Compare(id) })
	if !ok {
		return manifest.Position{}
	}
	if gone {
		return s.Changes[i].Before.Locate(field)
	}
	return s.Changes[i].After.Locate(field)
}

// Comparison is a plan of the way from one state to another.
type Comparison struct {
	// Base is the state that is compared with: the one that was asked for, or where that is Broken the last
	// commit before it that can be read, which is what a cluster still has.
	Base, Head Tree
	// Broken is the state that was asked for as a base, where it is a commit that cannot be read.
	Broken *Step
	Step   *Step
	Plan   *plan.Plan
	// Commits are those of Head's branch that Base does not have, oldest first; none where one of the two is no commit.
	Commits []*gitrepo.Commit
	// Unread are the steps of those commits that cannot be read.
	Unread []*Step
	// Guard is the Platform's removal guard as of Base; nil where there is none.
	Guard *provostv1.RemovalGuard
}

// Compare makes the plan of the way from base to head. With a repository, where both are commits
// of it, every edit names the commit of head's branch that made it.
func Compare(
	ctx context.Context, opts manifest.Options, repo *gitrepo.Repository, dir string, base, head Tree, now time.Time,
) (*Comparison, error) {
	w := NewWorld(opts)
	base, broken, err := w.begin(ctx, repo, dir, base)
	if err != nil {
		return nil, err
	}
	c := &Comparison{Base: base, Broken: broken, Head: head, Guard: removalGuard(w, base)}
	var between *files
	if repo != nil && base.Commit != nil && head.Commit != nil {
		if c.Commits, err = Beyond(repo, base.Commit, head.Commit); err != nil {
			return nil, err
		}
		if len(c.Commits) > 1 {
			between = w.clone()
		}
	}
	if c.Step, err = w.Step(ctx, head); err == nil {
		err = wrong(c.Step)
	}
	if err != nil {
		return nil, err
	}
	c.Plan = c.Step.Plan(now)
	if between != nil {
		err = c.attribute(ctx, between, repo, dir)
	}
	c.place()
	return c, err
}

// begin takes a new world to a base. Where that is a commit which cannot be read, nothing of it was ever applied: the
// world is then at the last one before it that can be, and the base's step says what is wrong with it.
func (w *World) begin(ctx context.Context, repo *gitrepo.Repository, dir string, base Tree) (at Tree, broken *Step, err error) {
	first, err := w.Step(ctx, base)
	if err != nil || len(first.Problems) == 0 {
		return base, nil, err
	}
	missing := slices.ContainsFunc(first.Problems, func(p manifest.Problem) bool { return p.Rule == manifest.RuleUnreadable })
	if repo == nil || base.Commit == nil || missing { // of what is not here nobody knows whether it was applied
		return base, nil, wrong(first)
	}
	for commit := base.Commit; len(commit.Parents) > 0; {
		if commit, err = repo.Commit(commit.Parents[0]); err != nil {
			return base, nil, wrong(first) // of a shallow clone, say
		}
		tree, err := CommitTree(repo, commit, dir)
		if err != nil {
			return base, nil, err
		}
		step, err := w.Step(ctx, tree)
		if err != nil || len(step.Problems) == 0 {
			return tree, first, err
		}
	}
	return base, nil, wrong(first)
}

// UnreadableError says that a state has mistakes in its manifests, so that nothing can be said of it.
type UnreadableError struct {
	Tree     Tree
	Problems manifest.Problems
}

// Error implements error.
func (e *UnreadableError) Error() string { return e.Tree.Name + ": " + e.Problems.Error() }

// Unwrap gives the problems to errors.As.
func (e *UnreadableError) Unwrap() error { return e.Problems }

// wrong is a state's problems as an error.
func wrong(s *Step) error {
	if len(s.Problems) > 0 {
		return &UnreadableError{s.Tree, s.Problems}
	}
	return nil
}

func removalGuard(w *World, base Tree) *provostv1.RemovalGuard {
	if base.records != nil {
		return base.guard
	}
	d := w.Declared(directory.ID{Kind: directory.KindPlatform, Name: directory.PlatformName})
	if d == nil {
		return nil
	}
	if p, ok := d.Object.(*provostv1.Platform); ok {
		return p.Spec.RemovalGuard
	}
	return nil
}

// attribute finds for every edit the last commit that made it.
func (c *Comparison) attribute(ctx context.Context, between *files, repo *gitrepo.Repository, dir string) error {
	byID := map[directory.ID][]int{}
	for i := range c.Plan.Edits {
		id := c.Plan.Edits[i].ID
		byID[id] = append(byID[id], i)
		if was := c.Plan.RenamedFrom(id); was != id {
			byID[was] = append(byID[was], i)
		}
	}
	for _, commit := range c.Commits {
		tree, err := CommitTree(repo, commit, dir)
		if err != nil {
			return err
		}
		step, err := between.step(ctx, tree)
		if err != nil {
			return err
		}
		if len(step.Problems) > 0 {
			c.Unread = append(c.Unread, step)
			continue
		}
		for _, e := range plan.EditsBetween(step.pairs()) {
			for _, i := range byID[e.ID] {
				if target := &c.Plan.Edits[i]; target.Commit == "" || e.Same(target) {
					target.Commit = commit.Short()
				}
			}
		}
	}
	return nil
}

// place fills in file and line of the edits.
func (c *Comparison) place() {
	for i := range c.Plan.Edits {
		e := &c.Plan.Edits[i]
		id := e.ID
		if e.Gone {
			id = c.Plan.RenamedFrom(id)
		}
		at := c.Step.place(id, e.Field, e.Gone)
		e.File, e.Line = at.File, at.Line
	}
	for i := range c.Plan.Renames {
		r := &c.Plan.Renames[i]
		at := c.Step.place(r.ID, "", false)
		r.File, r.Line = at.File, at.Line
	}
}
