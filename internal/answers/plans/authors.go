package plans

import (
	"fmt"

	"provost.dev/provost/internal/git/history"
	"provost.dev/provost/internal/text/termsafe"
	"provost.dev/provost/internal/text/words"
)

// AuthorOf is who made a commit: proved, or claimed.
func AuthorOf(a *history.Authorship) string {
	switch {
	case a.Signer == nil:
		return "claims to be " + termsafe.Line(a.Claimed())
	case a.Person != "" && a.Person != a.Signer.Name():
		return a.Signer.Name() + ", who is " + a.Person
	}
	return a.Signer.Name()
}

// AuthorityOf is whether that is enough.
func AuthorityOf(a *history.Authorship) string {
	objects := words.Count(a.Objects, "object", "objects")
	switch a.State {
	case history.Authorised:
		return "enough for " + objects
	case history.Nothing:
		return "changes no object"
	case history.Unreadable:
		return "cannot be read, and changes nothing"
	case history.Unverified:
		return fmt.Sprintf("unverified: %v", a.Problem)
	}
	return fmt.Sprintf("not enough for %d of %s", len(a.Refusals), objects)
}
