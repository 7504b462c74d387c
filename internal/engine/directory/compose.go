package directory

import (
	"reflect"
	"slices"
)

// composition is what of a group's compose is in effect (R36). It is nil where the group is made of no others.
type composition struct {
	include, require []uint32
	exclude          []exclusion
	// shut says that nobody passes: a name of require or exclude is missing, or one of exclude is of a group
	// of which nobody can tell who all its members are.
	shut bool
	// broken are the names that close a circle.
	broken []brokenEdge
}

// exclusion is a group whose members are kept out.
type exclusion struct {
	group uint32
	// selective says that it hangs on people's attributes who they are, so that whoever has no Person stays out too.
	selective bool
}

// composed is what the compositions of all groups make of one group.
type composed struct {
	// names are those in its compose, by list, in the order declared.
	names [3][]uint32
	made  *composition
	// includers are the declared groups whose compose includes the group, and namers those that name it at all.
	includers, namers []uint32

	// rank orders the groups on which names in compose bear: one hangs only on such with a lower one. 0: on none.
	rank uint32
	// linked says that the group bears on some composition, or one on it.
	linked    bool
	unsettled bool
	circle    *circle
}

// setCompose writes down what a group is made of.
func (t *txn) setCompose(i uint32, was, is *Compose) {
	if reflect.DeepEqual(was, is) || was.Empty() && is.Empty() {
		return
	}
	var names [3][]uint32
	for list, name := range is.All() {
		x := t.names.groups.intern(Key{t.names.groups.key(i).Namespace, name})
		t.group(x)
		names[list] = append(names[list], x)
	}
	old := t.groups.at(i).names
	t.group(i).names = names
	before, after := sorted(slices.Concat(old[:]...)), sorted(slices.Concat(names[:]...))
	for x, added := range differences(before, after) {
		node := t.group(x)
		node.namers = withOr(node.namers, i, added)
	}
	for x, added := range differences(sorted(slices.Clone(old[ComposeInclude])), sorted(slices.Clone(names[ComposeInclude]))) {
		node := t.group(x)
		node.includers = withOr(node.includers, i, added)
	}
	t.composing = withOr(t.composing, i, !is.Empty())
	t.recompose = true
}

// withOr is a list with a number in it, or without.
func withOr(list []uint32, x uint32, in bool) []uint32 {
	if in {
		return with(list, x)
	}
	return without(list, x)
}

// restructured notes that something about a group changed on which compositions may hang.
func (t *txn) restructured(groups ...uint32) {
	for _, g := range groups {
		if g != none && t.groups.at(g) != nil && (t.groups.at(g).linked || len(t.groups.at(g).namers) > 0) {
			t.recompose = true
		}
	}
}

// recomputeCompositions finds out anew which names in compose are in effect, and what hangs on what.
func (t *txn) recomputeCompositions() {
	if !t.recompose {
		return
	}
	graph := &composeGraph{groups: &t.groups.vector, index: map[hinge]int{}, broken: map[brokenEdge]struct{}{}}
	for _, g := range t.composing {
		t.hangers(g, func(g uint32) { graph.add(hinge{g, memberOf}) })
	}
	graph.connect()
	circles := graph.breakCircles(func(a, b uint32) int { return t.names.groups.key(a).Compare(t.names.groups.key(b)) })
	graph.connect()
	bearings := graph.bearings()

	now := map[uint32]bearing{}
	linked := map[uint32]struct{}{}
	for i, h := range graph.hinges {
		linked[h.group] = struct{}{}
		if h.strand == memberOf {
			now[h.group] = bearings[i]
		}
	}
	for _, g := range t.linked {
		if _, still := linked[g]; !still {
			linked[g] = struct{}{}
			t.bear(g, bearing{}, nil, false)
		}
	}
	var list []uint32
	seen := map[uint32]struct{}{}
	for _, h := range graph.hinges {
		if _, again := seen[h.group]; !again {
			seen[h.group] = struct{}{}
			list = append(list, h.group)
			t.bear(h.group, now[h.group], circles[h.group], true)
		}
	}
	for g := range linked {
		if node := t.groups.at(g); len(node.names[0])+len(node.names[1])+len(node.names[2]) > 0 || node.made != nil {
			t.make(g, graph, now)
		}
	}
	t.linked = list
}

// hangers calls f with a group and with those above and below it: all on whose members what it is made of bears.
func (t *txn) hangers(g uint32, f func(uint32)) {
	seen := map[uint32]struct{}{}
	for up := t.groups.at(g).up; up != none; up = t.groups.at(up).up {
		if _, again := seen[up]; again {
			break
		}
		seen[up] = struct{}{}
		f(up)
	}
	walkDown(&t.groups.vector, g, map[uint32]struct{}{}, false, f)
}

// bear writes down what the graph says of a group, and marks whom it may concern.
func (t *txn) bear(g uint32, is bearing, on *circle, linked bool) {
	node := t.groups.at(g)
	if !node.circle.same(on) {
		t.group(g).circle = on
		t.effects.groups = append(t.effects.groups, g)
	}
	if node.rank != is.rank || node.linked != linked {
		node = t.group(g)
		node.rank, node.linked = is.rank, linked
	}
	if node.unsettled != is.unsettled {
		t.group(g).unsettled = is.unsettled
		t.effects.groups = append(t.effects.groups, g)
		t.effects.groups = append(t.effects.groups, node.namers...)
		t.recountFeeders(g)
	}
}

// make works out what of a group's compose is in effect.
func (t *txn) make(g uint32, graph *composeGraph, now map[uint32]bearing) {
	node := t.groups.at(g)
	var is *composition
	for list, names := range node.names {
		for _, x := range names {
			if is == nil {
				is = &composition{}
			}
			edge := brokenEdge{g, ComposeList(list), x}
			_, broken := graph.broken[edge]
			if broken {
				is.broken = append(is.broken, edge)
			}
			missing := broken || !graph.exists(x)
			switch {
			case ComposeList(list) == ComposeInclude:
				if !missing {
					is.include = append(is.include, x)
				}
			case missing, ComposeList(list) == ComposeExclude && (now[x].unsettled || t.groups.at(x).cyclic):
				is.shut = true
			case ComposeList(list) == ComposeRequire:
				is.require = append(is.require, x)
			default:
				is.exclude = append(is.exclude, exclusion{x, now[x].selective})
			}
		}
	}
	if reflect.DeepEqual(node.made, is) {
		return
	}
	t.group(g).made = is
	t.effects.groups = append(t.effects.groups, g)
	t.recountFeeders(g)
}

// recountFeeders marks everybody who may come or have come into a group: declared there, below it, or in what it includes.
func (t *txn) recountFeeders(g uint32) {
	for _, groups := range [2]*vector[*group]{&t.before.groups, &t.groups.vector} {
		walkDown(groups, g, t.refed(groups), true, func(d uint32) {
			node := groups.at(d)
			for _, list := range [3][]uint32{node.active, node.selected, node.dormant} {
				for _, p := range list {
					t.recount[p], t.repathed[p] = struct{}{}, struct{}{}
				}
			}
		})
	}
}

// refed are the groups of which recountFeeders marked everybody already.
func (t *txn) refed(groups *vector[*group]) map[uint32]struct{} {
	if groups == &t.groups.vector {
		return t.fedAfter
	}
	return t.fedBefore
}

// walkDown calls f with a group and those in effect below it, and with what they include, each once.
func walkDown(groups *vector[*group], g uint32, seen map[uint32]struct{}, includes bool, f func(uint32)) {
	walk(groups, g, seen, func(g uint32, node *group) []uint32 {
		f(g)
		next := childrenInEffect(groups, g, node)
		if includes {
			next = append(next, node.names[ComposeInclude]...)
		}
		return next
	})
}
