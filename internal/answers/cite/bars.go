package cite

import (
	"fmt"
	"slices"
	"time"

	"provost.dev/provost/internal/engine/directory"
)

// BarField is the field of a group by which it keeps a person out: an entry that says Removed, a name in compose, or
// membership where it is Listed.
func (c *Records) BarField(b directory.Bar, person string, now time.Time) string {
	g, ok := c.DatedGroup(b.Group)
	if !ok {
		return ""
	}
	switch b.Kind {
	case directory.BarRemoved:
		return MemberPath(slices.IndexFunc(g.Members, func(m directory.Member) bool {
			return m.Name == person && m.State == directory.MemberRemoved && m.Open(now)
		}))
	case directory.BarRequire:
		return composePath("require", g.Compose.Require, b.Named)
	case directory.BarExclude:
		return composePath("exclude", g.Compose.Exclude, b.Named)
	}
	return "spec.membership"
}

func composePath(list string, names []string, k directory.Key) string {
	return fmt.Sprintf("spec.compose.%s[%d]", list, slices.Index(names, k.Name))
}

// IncludeField is where a group includes another one.
func (c *Records) IncludeField(k, included directory.Key) (field, how string) {
	g, ok := c.GroupRecord(k)
	if !ok {
		return "", ""
	}
	return composePath("include", g.Compose.Include, included), "includes it"
}

// includeField is the name in a group's compose by which it declares a person, and what it says.
func (c *Records) includeField(g *directory.Group, person string, now time.Time) (field, how string, ok bool) {
	through := c.Snapshot.IncludedThrough(g.Key, person, now)
	if len(through) == 0 {
		return "", "", false
	}
	return composePath("include", g.Compose.Include, through[0]), "included with " + through[0].String(), true
}
