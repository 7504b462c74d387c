package history

import (
	"context"
	"fmt"
	"strings"
	"time"

	"provost.dev/provost/internal/engine/authority"
	"provost.dev/provost/internal/engine/directory"
	"provost.dev/provost/internal/git/gitrepo"
	"provost.dev/provost/internal/manifest"
)

// AuthorState is what is known of whoever made a commit.
type AuthorState string

// What may be known of an author.
const (
	// Authorised: the signer had the authority for all that the commit does.
	Authorised AuthorState = "authorised"
	// Nothing: the commit changes no object, so that nothing is needed.
	Nothing AuthorState = "nothing-to-authorise"
	// Refused: the signer is known, and lacked authority for a part.
	Refused AuthorState = "refused"
	// Unverified: the commit is not signed, or its signature proves nothing; who made it is only claimed.
	Unverified AuthorState = "unverified"
	// Unreadable: the commit has a mistake in its manifests, and changed nothing.
	Unreadable AuthorState = "unreadable"
)

// Authorship is what became of asking whether whoever made a commit had the authority for it.
type Authorship struct {
	Commit *gitrepo.Commit
	State  AuthorState
	// Signer is who signed, by the trusted key; nil where that is not known. Person is whom the
	// signer is among the people; "" where nobody is, or the signer needs to be nobody.
	Signer *gitrepo.Principal
	Person string
	// Problem says why the signature proves nothing.
	Problem error
	// Objects counts the objects that the commit changes.
	Objects int
	// Refusals are what the signer lacked authority for.
	Refusals []Refusal
}

// Claimed is who the commit says made it, which anybody can write.
func (a *Authorship) Claimed() string {
	return strings.TrimSpace(fmt.Sprintf("%s <%s>", a.Commit.Author, a.Commit.Email))
}

// OK says whether the commit needs no more authority than its signer had.
func (a *Authorship) OK() bool { return a.State == Authorised || a.State == Nothing }

// Refusal is one object of which a change was not the signer's to make.
type Refusal struct {
	ID       directory.ID
	Position manifest.Position
	// Missing says what the signer would have needed.
	Missing []string
}

// Authors asks of each commit that head's branch has beyond base whether its signer had the
// authority (R21-R24) for what it does to its first parent. People and Platform
// are those of the parent. Of a merge that is whoever merged: what a branch
// brought in is judged as the merge's own.
//
// The changes of a commit are judged one after the other, see authority.JudgeAll.
func Authors(
	ctx context.Context, opts manifest.Options, repo *gitrepo.Repository, dir string, base Tree, commits []*gitrepo.Commit,
	keys *gitrepo.Keys, now time.Time,
) ([]Authorship, error) {
	w := NewWorld(opts)
	first, err := w.Step(ctx, base)
	if err == nil {
		err = wrong(first)
	}
	if err != nil {
		return nil, err
	}
	var out []Authorship
	for step, err := range w.Walk(ctx, repo, dir, commits) {
		if err != nil {
			return nil, err
		}
		a, err := Author(ctx, step, keys, now)
		if err != nil {
			return nil, err
		}
		out = append(out, a)
	}
	return out, nil
}

// Author asks of one step to a commit what Authors asks.
func Author(ctx context.Context, step *Step, keys *gitrepo.Keys, now time.Time) (Authorship, error) {
	a := Authorship{Commit: step.Commit(), Objects: len(step.Changes)}
	signer, err := gitrepo.Verify(a.Commit, keys)
	if err == nil {
		a.Signer = &signer
	} else {
		a.Problem = err
	}
	switch {
	case len(step.Problems) > 0:
		a.State = Unreadable
	case len(step.Changes) == 0:
		a.State = Nothing
	case err != nil:
		a.State = Unverified
	default:
		err = a.judge(ctx, step, now)
		return a, err
	}
	return a, nil
}

func (a *Authorship) judge(ctx context.Context, step *Step, now time.Time) error {
	before := step.Before
	r, person := authority.RequesterOf(before, a.Signer.Names, a.Signer.Name())
	a.Person = person
	a.State = Authorised
	steps := make([]authority.Step, len(step.Changes))
	byID := make(map[directory.ID]*Change, len(step.Changes))
	for i := range step.Changes {
		c := &step.Changes[i]
		was, is := c.Records()
		steps[i] = authority.Step{ID: c.ID, Change: authority.Change{Before: was, After: is}}
		byID[c.ID] = c
	}
	refusals, err := authority.JudgeAll(ctx, before, r, steps, now)
	if err != nil {
		return err
	}
	for _, refused := range refusals {
		c := byID[refused.ID]
		at := c.After.Locate("")
		if c.After == nil {
			at = c.Before.Locate("")
		}
		a.State = Refused
		a.Refusals = append(a.Refusals, Refusal{ID: c.ID, Position: at, Missing: refused.Missing})
	}
	return nil
}
