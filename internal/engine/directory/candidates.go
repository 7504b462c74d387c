package directory

import "slices"

// candidates finds those whom a selector may choose without asking everybody: by the values of an attribute that it wants. It is
// made for one transaction, and looks at all people once for each attribute that is asked for, however many selectors there are.
type candidates struct {
	t *txn
	// many says that there are selectors enough for it to be worth the looking.
	many bool
	by   map[string]map[string][]uint32 // people in order, by attribute and value
}

// worthAnIndex is for how many selectors people are put down by the values of their attributes: for fewer, each looks at everybody.
const worthAnIndex = 4

// of are people among whom all are that a selector chooses; ok is false where it says nothing to find them by.
func (c *candidates) of(s *Selector) (people []uint32, ok bool) {
	for i := range s.Expressions {
		e := &s.Expressions[i]
		if e.Operator != In || !c.many {
			continue
		}
		values := c.values(e.Key)
		var these []uint32
		for _, v := range e.Values {
			these = append(these, values[v]...)
		}
		if !ok || len(these) < len(people) {
			people, ok = these, true
		}
	}
	slices.Sort(people)
	return slices.Compact(people), ok
}

func (c *candidates) values(key string) map[string][]uint32 {
	if known, ok := c.by[key]; ok {
		return known
	}
	out := map[string][]uint32{}
	for p, node := range all(c.t.people.vector) {
		if node.rec == nil {
			continue
		}
		for _, v := range node.rec.Attributes[key] {
			out[v] = append(out[v], p)
		}
	}
	if c.by == nil {
		c.by = map[string]map[string][]uint32{}
	}
	c.by[key] = out
	return out
}
