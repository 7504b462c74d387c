package feed

import (
	"slices"
	"sync"

	"provost.dev/provost/internal/engine/directory"
)

// interests says whose status depends on what, beyond what the engine relates
// to each other: a course says whether its owner is declared, a binding whether
// a rule between roles is met. Each status declares it when it is rendered.
type interests struct {
	mu sync.Mutex
	of map[directory.ID][]directory.ID            // object -> what its status depends on
	in map[directory.ID]map[directory.ID]struct{} // the other way round
}

// kindAccess is a kind of its own: what anybody may do in a namespace.
const kindAccess directory.Kind = "Access"

// AccessIn stands for what anybody may do in a namespace.
func AccessIn(namespace string) directory.ID {
	return directory.ID{Kind: kindAccess, Namespace: namespace}
}

func newInterests() *interests {
	return &interests{of: map[directory.ID][]directory.ID{}, in: map[directory.ID]map[directory.ID]struct{}{}}
}

// declare replaces what an object's status depends on, and says whether that is news.
func (n *interests) declare(object directory.ID, on []directory.ID) bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	if slices.Equal(n.of[object], on) {
		return false
	}
	for _, id := range n.of[object] {
		delete(n.in[id], object)
		if len(n.in[id]) == 0 {
			delete(n.in, id)
		}
	}
	delete(n.of, object)
	if len(on) == 0 {
		return true
	}
	n.of[object] = on
	for _, id := range on {
		if n.in[id] == nil {
			n.in[id] = map[directory.ID]struct{}{}
		}
		n.in[id][object] = struct{}{}
	}
	return true
}

// extend adds the objects whose status depends on any of the given.
func (n *interests) extend(ids map[directory.ID]struct{}) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if len(n.in) == 0 {
		return
	}
	var more []directory.ID
	for id := range ids {
		for object := range n.in[id] {
			more = append(more, object)
		}
	}
	for _, id := range more {
		ids[id] = struct{}{}
	}
}
