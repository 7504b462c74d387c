package trees

import (
	"time"

	"provost.dev/provost/internal/answers/cite"
	"provost.dev/provost/internal/engine/directory"
	"provost.dev/provost/internal/engine/findings"
)

// Entities are the trees of entities under their namespaces: of one namespace, or of all where it is "".
func Entities(of cite.Records, namespace string, now time.Time) []*Node {
	var out []*Node
	for _, key := range of.Snapshot.Entities() {
		if namespace != "" && key.Namespace != namespace {
			continue
		}
		if of.Snapshot.Entity(key, now).ParentState == directory.ParentOK {
			continue
		}
		out = under(out, key.Namespace, Entity(of, key, now))
	}
	return out
}

// Entity is the tree of one entity and of those below it. There are no cycles: a parent is always of a wider level (R1).
func Entity(of cite.Records, key directory.EntityKey, now time.Time) *Node {
	status := of.Snapshot.Entity(key, now)
	out := &Node{Object: of.Object(key.ID(), ""), Counts: map[string]int{"people": status.People}, Roles: map[string]int{}}
	for role, n := range status.Roles {
		out.Roles[role.Name] += n
	}
	if f, ok := findings.EntityParent(status); ok {
		out.Problems = append(out.Problems, key.String()+": "+f.Message)
	}
	if !status.Declared {
		out.Problems = append(out.Problems, cite.OnlyReferredTo(key))
	}
	for _, c := range status.Children {
		out.Children = append(out.Children, Entity(of, c, now))
	}
	return out
}
