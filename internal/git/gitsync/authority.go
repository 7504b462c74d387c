package gitsync

import (
	"context"
	"fmt"
	"strings"
	"time"

	provostv1 "provost.dev/provost/api/v1alpha1"
	"provost.dev/provost/internal/engine/authority"
)

// needsAuthority says whether whoever signs must have the authority for what changes.
func (r *run) needsAuthority() bool {
	v := r.gs.Spec.Verify
	return v != nil && v.Authority == provostv1.SignerAuthorityRequired
}

// needsJudgement says whether the signer has to answer for the set: not for what is in
// place already, nor for what this process let through and could not apply to its end.
func (r *run) needsJudgement(set *Set) bool {
	return r.needsAuthority() && r.state.set != set && !r.inPlace(set)
}

// inPlace says whether a set is the one that was applied last, by its content: the
// same commit gives another one where the spec names another folder.
func (r *run) inPlace(set *Set) bool {
	o := r.gs.Status.Objects
	return r.gs.Status.LastAppliedRevision != "" && o != nil && o.Digest == set.Digest
}

// judgeSigner refuses what the signer of a commit had no authority for (R21-R24), as
// if he had asked for each change himself; by the people and the Platform that
// there were before it. It answers for all commits since the last good one.
func (r *run) judgeSigner(ctx context.Context, d *difference, revision string) error {
	who, person := authority.RequesterOf(d.before, r.signer.Names, r.signer.Name())
	refused, err := authority.JudgeAll(ctx, d.before, who, d.steps, time.Now())
	if err != nil {
		return err
	}
	if len(refused) == 0 {
		return nil
	}
	lines := make([]string, len(refused))
	for i, x := range refused {
		lines[i] = fmt.Sprintf("%s: %s", d.places[x.ID], strings.Join(x.Missing, "; "))
	}
	signer := who.User
	if person != "" && person != signer {
		signer = fmt.Sprintf("%s (Person %s)", signer, person)
	}
	stays := "the revision before it stays"
	if r.gs.Status.LastAppliedRevision == "" {
		stays = "nothing is applied"
	}
	return stalled(provostv1.ReasonSignerLacksAuthority, "%s is held back, and %s: %s signed it, and may not make %d of the %d changes "+
		"that it brings. Take those out, or have somebody who may make all of them sign a commit on top of it (git commit --allow-empty "+
		"--gpg-sign):\n%s",
		revision, stays, signer, len(refused), len(d.steps), shorten(lines))
}
