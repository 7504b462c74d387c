package trees

import (
	"time"

	"provost.dev/provost/internal/answers/cite"
	"provost.dev/provost/internal/answers/members"
	"provost.dev/provost/internal/engine/directory"
)

// Groups are the trees of groups at some time under their namespaces: of one namespace, or of all where it is "".
func Groups(of cite.Records, namespace string, now time.Time) []*Node {
	var out []*Node
	t := groups{Records: of, seen: map[directory.Key]bool{}, now: now}
	for _, key := range of.Snapshot.Groups() {
		if namespace != "" && key.Namespace != namespace {
			continue
		}
		if t.hasParent(of.Snapshot.Group(key, now), namespace) || t.seen[key] {
			continue
		}
		out = under(out, key.Namespace, t.tree(key))
	}
	return out
}

// Group is the tree, at some time, of one group and of those below it.
func Group(of cite.Records, key directory.Key, now time.Time) *Node {
	t := groups{Records: of, seen: map[directory.Key]bool{}, now: now}
	return t.tree(key)
}

// groups are trees that are being made; seen are the groups that stand in one.
type groups struct {
	cite.Records
	seen map[directory.Key]bool
	now  time.Time
}

// hasParent says whether a group is drawn below another one: not on a cycle,
// and not where the namespace asked for begins.
func (t *groups) hasParent(g directory.GroupStatus, namespace string) bool {
	if g.ParentState != directory.ParentOK || g.OnCycle {
		return false
	}
	r, ok := t.GroupRecord(g.Key)
	return ok && (namespace == "" || r.Parent.Namespace == namespace)
}

func (t *groups) tree(key directory.Key) *Node {
	t.seen[key] = true
	status := t.Snapshot.Group(key, t.now)
	out := &Node{
		Object: t.Object(key.GroupID(), ""),
		Counts: map[string]int{"declared": status.DeclaredCount, "members": status.MemberCount},
	}
	for _, p := range members.Problems(t.Records, key, t.now) {
		if len(status.Cycle) == 0 { // a cycle's text names its groups already, and is one footnote for all of them
			p = cite.GroupLabel(key) + ": " + p
		}
		out.Problems = append(out.Problems, p)
	}
	for _, c := range status.Subgroups {
		if !t.seen[c] {
			out.Children = append(out.Children, t.tree(c))
		}
	}
	return out
}
