package cli

import (
	"fmt"
	"strings"

	"provost.dev/provost/internal/answers/cite"
	"provost.dev/provost/internal/engine/directory"
	"provost.dev/provost/internal/text/words"
)

// groupProblems says what keeps a group from counting as it is meant.
func groupProblems(g directory.GroupFacts) []string {
	var out []string
	if len(g.Cycle) > 0 {
		names := make([]string, 0, len(g.Cycle)+1)
		for _, k := range append(g.Cycle, g.Cycle[0]) {
			names = append(names, k.String())
		}
		out = append(out, "the parents go round in a cycle, "+strings.Join(names, " > ")+": no members are passed up")
	}
	switch g.ParentState {
	case directory.ParentNotFound:
		out = append(out, "the parent group does not exist: it acts as a top-level group")
	case directory.ParentNotAllowed:
		out = append(out, "the parent group admits no sub-groups of this namespace: it acts as a top-level group")
	}
	return out
}

// groupForest is the trees of groups: under their namespaces, or of one group.
func (q *question) groupForest(root string) ([]*TreeData, error) {
	if root != "" {
		key, err := q.group(root)
		if err != nil {
			return nil, err
		}
		return []*TreeData{q.groupTree(key, key.Namespace, map[directory.Key]bool{})}, nil
	}
	var out []*TreeData
	seen := map[directory.Key]bool{}
	for _, key := range q.Snapshot.Groups() {
		if q.namespace != "" && key.Namespace != q.namespace {
			continue
		}
		facts := q.Snapshot.Group(key)
		if q.hasParent(facts) || seen[key] {
			continue
		}
		out = under(out, key.Namespace, q.groupTree(key, key.Namespace, seen))
	}
	return out, nil
}

// hasParent says whether a group is drawn below another one: not on a cycle,
// and not where the namespace asked for begins.
func (q *question) hasParent(g directory.GroupFacts) bool {
	if g.ParentState != directory.ParentOK || g.OnCycle {
		return false
	}
	r, ok := q.GroupRecord(g.Key)
	return ok && (q.namespace == "" || r.Parent.Namespace == q.namespace)
}

// under adds a tree to the one of its namespace.
func under(roots []*TreeData, namespace string, tree *TreeData) []*TreeData {
	if n := len(roots); n > 0 && roots[n-1].Object.Name == namespace {
		roots[n-1].Children = append(roots[n-1].Children, tree)
		return roots
	}
	return append(roots, &TreeData{
		Object: cite.Object{Kind: "Namespace", Name: namespace}, label: namespace, Children: []*TreeData{tree},
	})
}

func (q *question) groupTree(key directory.Key, namespace string, seen map[directory.Key]bool) *TreeData {
	seen[key] = true
	facts := q.Snapshot.Group(key)
	t := &TreeData{
		Object: q.Object(cite.GroupID(key), ""), label: key.Name, name: key.String(),
		Counts: map[string]int{"declared": facts.DeclaredCount, "members": facts.MemberCount},
	}
	if key.Namespace != namespace {
		t.label = key.String()
	}
	for _, p := range groupProblems(facts) {
		if len(facts.Cycle) == 0 { // a cycle's text names its groups already, and is one footnote for all of them
			p = cite.GroupLabel(key) + ": " + p
		}
		t.Problems = append(t.Problems, p)
	}
	if facts.MemberCount == facts.DeclaredCount {
		t.columns = []string{words.Count(facts.MemberCount, "member", "members")}
	} else {
		t.columns = []string{fmt.Sprintf("%s, %d declared", words.Count(facts.MemberCount, "member", "members"), facts.DeclaredCount)}
	}
	for _, c := range facts.Subgroups {
		if !seen[c] {
			t.Children = append(t.Children, q.groupTree(c, key.Namespace, seen))
		}
	}
	return t
}
