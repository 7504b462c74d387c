package plans

import (
	"provost.dev/provost/internal/engine/guard"
	"provost.dev/provost/internal/git/allowance"
	"provost.dev/provost/internal/git/gitrepo"
	"provost.dev/provost/internal/git/history"
	"provost.dev/provost/internal/manifest"
)

// Guards is how the guards are asked about a comparison.
type Guards struct {
	// Repository is that of the commits; nil where neither state is one.
	Repository *gitrepo.Repository
	// Cluster is BASE, where that is a cluster; nil otherwise.
	Cluster *Cluster
	// Limits gives those that count instead of those of BASE; nil leaves them as they are.
	Limits func(guard.Limits) guard.Limits
	// Allowance is what somebody allows beside the commits.
	Allowance guard.Allowance
	// Trusted says why a commit's word does not count; nil has every commit's count.
	Trusted func(*gitrepo.Commit) error
}

// Check says what the guards find, as a GitSync that goes from BASE to HEAD would find it. Why says what kept commits from
// letting it through, where something is held.
func (g *Guards) Check(c *history.Comparison) (found []guard.Finding, why []string, err error) {
	limits := manifest.Limits(c.Guard, false)
	if g.Cluster != nil {
		limits = g.Cluster.Limits()
	}
	if g.Limits != nil {
		limits = g.Limits(limits)
	}
	found = guard.Check(c.Plan, limits, g.Allowance)
	if len(guard.Held(found)) == 0 {
		return found, nil, nil
	}
	commits, err := g.between(c)
	if err != nil {
		return nil, nil, err
	}
	said := commits.Say(g.Trusted)
	found = guard.Check(c.Plan, limits, said.Or(g.Allowance))
	if len(guard.Held(found)) > 0 {
		why = commits.Why(said)
	}
	return found, why, nil
}

// between are the commits that may say that a change is meant; none where HEAD is no commit.
func (g *Guards) between(c *history.Comparison) (allowance.Commits, error) {
	switch head := c.Head.Commit; {
	case head == nil:
		return allowance.Commits{}, nil
	case c.Base.Commit != nil:
		return allowance.Since(g.Repository, c.Base.Commit.Hash, head)
	case g.Cluster != nil:
		return g.Cluster.Since(g.Repository, head)
	default:
		return allowance.Newest(head, "BASE is no commit"), nil
	}
}
