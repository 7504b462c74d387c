package cli

import (
	"provost.dev/provost/internal/answers/plans"
	"provost.dev/provost/internal/engine/guard"
	"provost.dev/provost/internal/git/gitrepo"
	"provost.dev/provost/internal/git/history"
)

// guards asks the guards about a comparison, by the flags. With keys, only what somebody trusted has signed lets anything
// through.
func (s *planStates) guards(l *planLimits, c *history.Comparison, keys *gitrepo.Keys) ([]guard.Finding, error) {
	g := plans.Guards{Repository: s.repo, Limits: l.limits, Allowance: l.allowance()}
	if s.fromCluster {
		g.Cluster = s.cluster
	}
	if keys != nil {
		g.Trusted = func(c *gitrepo.Commit) error { _, err := gitrepo.Verify(c, keys); return err }
	}
	found, why, err := g.Check(c)
	for _, w := range why {
		s.Note("%s", w)
	}
	return found, err
}
