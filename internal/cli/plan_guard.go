package cli

import (
	"provost.dev/provost/internal/engine/guard"
	"provost.dev/provost/internal/git/allowance"
	"provost.dev/provost/internal/git/gitrepo"
	"provost.dev/provost/internal/git/history"
	"provost.dev/provost/internal/manifest"
)

// guards says what the guards find in a plan, as a GitSync that goes from BASE to HEAD would find it. With keys, only what
// somebody trusted has signed lets anything through.
func (s *planStates) guards(l *planLimits, c *history.Comparison, keys *gitrepo.Keys) ([]guard.Finding, error) {
	limits := manifest.Limits(c.Guard, false)
	if s.fromCluster {
		limits = s.cluster.Limits()
	}
	limits = l.limits(limits)
	found := guard.Check(c.Plan, limits, l.allowance())
	if len(guard.Held(found)) == 0 {
		return found, nil
	}
	commits, err := s.between(c)
	if err != nil {
		return nil, err
	}
	var trusted func(*gitrepo.Commit) error
	if keys != nil {
		trusted = func(c *gitrepo.Commit) error { _, err := gitrepo.Verify(c, keys); return err }
	}
	said := commits.Say(trusted)
	found = guard.Check(c.Plan, limits, said.Or(l.allowance()))
	if len(guard.Held(found)) > 0 {
		for _, why := range commits.Why(said) {
			s.Note("%s", why)
		}
	}
	return found, nil
}

// between are the commits that may say that a change is meant; none where HEAD is no commit.
func (s *planStates) between(c *history.Comparison) (allowance.Commits, error) {
	switch head := c.Head.Commit; {
	case head == nil:
		return allowance.Commits{}, nil
	case c.Base.Commit != nil:
		return allowance.Since(s.repo, c.Base.Commit.Hash, head)
	case s.cluster != nil:
		return s.cluster.Since(s.repo, head)
	default:
		return allowance.Newest(head, "BASE is no commit"), nil
	}
}
