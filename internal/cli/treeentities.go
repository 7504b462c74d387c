package cli

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"provost.dev/provost/internal/cli/printers"
	"provost.dev/provost/internal/engine/directory"
	"provost.dev/provost/internal/text/words"
)

// entityForest is the trees of entities: under their namespaces, or of one entity.
func (q *question) entityForest(f *printers.Format, root string) ([]*TreeData, error) {
	if root != "" {
		key, _, err := q.entity(root)
		if err != nil {
			return nil, err
		}
		return []*TreeData{q.entityTree(f, key)}, nil
	}
	var out []*TreeData
	for _, key := range q.Snapshot.Entities() {
		if q.namespace != "" && key.Namespace != q.namespace {
			continue
		}
		if q.Snapshot.Entity(key, q.now).ParentState == directory.ParentOK {
			continue
		}
		out = under(out, key.Namespace, q.entityTree(f, key))
	}
	return out, nil
}

// entityTree draws an entity. There are no cycles: a parent is always of a wider level (R1).
func (q *question) entityTree(f *printers.Format, key directory.EntityKey) *TreeData {
	facts := q.Snapshot.Entity(key, q.now)
	t := &TreeData{
		Object: q.Object(key.ID(), ""), label: strings.ToLower(key.Level.String()) + "/" + key.Name, name: key.String(),
		Counts: map[string]int{"people": facts.People}, Roles: map[string]int{},
	}
	var names []string
	for role, n := range facts.Roles {
		t.Roles[role.Name] += n
	}
	for _, role := range slices.Sorted(maps.Keys(t.Roles)) {
		names = append(names, fmt.Sprintf("%d %s", t.Roles[role], role))
	}
	text := ""
	if facts.People > 0 {
		text = words.Count(facts.People, "person", "people")
	}
	if f.Is(printers.FormatWide) {
		text = strings.Join(append([]string{text}, names...), "   ")
	}
	t.columns = []string{text}
	switch facts.ParentState {
	case directory.ParentNotFound:
		t.Problems = append(t.Problems, fmt.Sprintf("%s: its parent %s does not exist", key, facts.Parent))
	case directory.ParentInvalid:
		t.Problems = append(t.Problems, fmt.Sprintf("%s: its parent %s is of a level that may not stand above it", key, facts.Parent))
	}
	if !facts.Declared {
		t.Problems = append(t.Problems, fmt.Sprintf("%s does not exist; it is only referred to", key))
	}
	for _, c := range facts.Children {
		t.Children = append(t.Children, q.entityTree(f, c))
	}
	return t
}
