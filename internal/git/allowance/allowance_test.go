package allowance

import (
	"errors"
	"testing"

	"provost.dev/provost/internal/engine/guard"
	"provost.dev/provost/internal/git/gitrepo"
)

// Of several commits the largest number counts, and none are added up; what nobody trusted signed is passed over, and said so
// only where it would have counted.
func TestSay(t *testing.T) {
	c := func(message string) *gitrepo.Commit { return &gitrepo.Commit{Message: message} }
	commits := Commits{Commits: []*gitrepo.Commit{
		c("a\n\nProvost-Allow-Removals: 30"), c("b\n\nProvost-Allow-Removals: 15\nProvost-Allow-Unadministered: 1"), c("c"),
		c("sly\n\nProvost-Allow-Removals: 400"), c("sly"),
	}}
	trusted := func(c *gitrepo.Commit) error {
		if c.Subject() == "sly" {
			return errors.New("nobody signed it")
		}
		return nil
	}
	if got, want := commits.Say(trusted).Allowance, (guard.Allowance{Removals: 30, Unadministered: 1}); got != want {
		t.Errorf("%+v are allowed, want %+v", got, want)
	}
	if got := commits.Say(trusted).PassedOver; len(got) != 1 {
		t.Errorf("passed over are %q", got)
	}
	if got := commits.Say(nil).Removals; got != 400 {
		t.Errorf("where nobody asks for signatures, %d are allowed", got)
	}
}
