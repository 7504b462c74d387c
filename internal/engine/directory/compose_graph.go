package directory

import (
	"cmp"
	"slices"
)

// What groups made of others hang on (R36) is a graph of questions. Who is a member of a
// group follows from who is declared there or below, and from whom it or a group above
// blocks; both follow, through the names in compose, from who is a member of other groups.

// question of the graph: three for a group.
type strand uint8

const (
	memberOf   strand = iota // who is a member of it
	declaredIn               // whom it or a group below it declares
	blockedBy                // whom it or a group above it blocks
)

type hinge struct {
	group  uint32
	strand strand
}

// composeGraph are the hinges on which some groups hang, with what each hangs on.
type composeGraph struct {
	groups *vector[*group]
	index  map[hinge]int
	hinges []hinge
	edges  [][]int // by hinge
	broken map[brokenEdge]struct{}
}

// brokenEdge is a name in a group's compose that closes a circle.
type brokenEdge struct {
	group uint32
	list  ComposeList
	named uint32
}

func (c *composeGraph) add(h hinge) int {
	if i, ok := c.index[h]; ok {
		return i
	}
	c.index[h] = len(c.hinges)
	c.hinges = append(c.hinges, h)
	return len(c.hinges) - 1
}

// exists says whether there is a group of that number.
func (c *composeGraph) exists(g uint32) bool {
	node := c.groups.at(g)
	return node != nil && node.rec != nil
}

// connect finds what every hinge hangs on, and those hinges too. Names that are broken do not count.
func (c *composeGraph) connect() {
	c.edges = c.edges[:0]
	for i := 0; i < len(c.hinges); i++ {
		var out []int
		h := c.hinges[i]
		node := c.groups.at(h.group)
		c.named(h, func(list ComposeList, x uint32) {
			if _, broken := c.broken[brokenEdge{h.group, list, x}]; !broken && c.exists(x) {
				out = append(out, c.add(hinge{x, memberOf}))
			}
		})
		switch h.strand {
		case memberOf:
			out = append(out, c.add(hinge{h.group, declaredIn}))
			if node.up != none {
				out = append(out, c.add(hinge{node.up, blockedBy}))
			}
		case declaredIn:
			if !node.cyclic { // what is on or below a cycle passes nothing up (R17)
				for _, child := range node.children {
					if c.groups.at(child).up == h.group {
						out = append(out, c.add(hinge{child, declaredIn}))
					}
				}
			}
		case blockedBy:
			if node.up != none {
				out = append(out, c.add(hinge{node.up, blockedBy}))
			}
		}
		c.edges = append(c.edges, out)
	}
}

// named calls f with the names in a group's compose on which a hinge of the group hangs by itself.
func (c *composeGraph) named(h hinge, f func(ComposeList, uint32)) {
	node := c.groups.at(h.group)
	if h.strand == memberOf {
		return
	}
	for list, names := range node.names {
		if h.strand == blockedBy && ComposeList(list) == ComposeInclude && !node.listed() {
			continue // what a group includes keeps nobody out below it, but for a Listed one
		}
		for _, x := range names {
			f(ComposeList(list), x)
		}
	}
}

// components numbers the hinges by the circles that they are on, each circle and each hinge on none by a number of
// its own: what something hangs on has the lower number. (Tarjan's algorithm, without recursion: trees may be deep.)
func (c *composeGraph) components() (of []int, count int) {
	n := len(c.hinges)
	of = make([]int, n)
	low, number, next := make([]int, n), make([]int, n), make([]int, n)
	for i := range of {
		of[i], number[i] = -1, -1
	}
	var stack, path []int
	counter := 0
	for root := range n {
		if number[root] >= 0 {
			continue
		}
		path = append(path[:0], root)
		for len(path) > 0 {
			i := path[len(path)-1]
			if number[i] < 0 {
				number[i], low[i] = counter, counter
				counter++
				stack = append(stack, i)
			}
			if next[i] < len(c.edges[i]) {
				j := c.edges[i][next[i]]
				next[i]++
				if number[j] < 0 {
					path = append(path, j)
				} else if of[j] < 0 {
					low[i] = min(low[i], number[j])
				}
				continue
			}
			path = path[:len(path)-1]
			if len(path) > 0 {
				up := path[len(path)-1]
				low[up] = min(low[up], low[i])
			}
			if low[i] != number[i] {
				continue
			}
			for {
				j := stack[len(stack)-1]
				stack = stack[:len(stack)-1]
				of[j] = count
				if j == i {
					break
				}
			}
			count++
		}
	}
	return of, count
}

// circle is one of R36: the groups that look at themselves, and the first name that closes it.
type circle struct {
	groups []uint32
	by     brokenEdge
}

func (c *circle) same(o *circle) bool {
	return c == o || c != nil && o != nil && c.by == o.by && slices.Equal(c.groups, o.groups)
}

// breakCircles finds the names that close circles, and for every group the circle that it is on or closes.
func (c *composeGraph) breakCircles(less func(a, b uint32) int) map[uint32]*circle {
	of, _ := c.components()
	circles := map[int]*circle{}
	closes := map[uint32][]uint32{} // by group, what it names on a circle
	for i, h := range c.hinges {
		c.named(h, func(list ComposeList, x uint32) {
			j, ok := c.index[hinge{x, memberOf}]
			if !ok || of[i] != of[j] || !c.exists(x) {
				return
			}
			edge := brokenEdge{h.group, list, x}
			c.broken[edge] = struct{}{}
			closes[h.group] = append(closes[h.group], x)
			at := circles[of[j]]
			if at == nil {
				at = &circle{by: edge}
				circles[of[j]] = at
			}
			if c.before(edge, at.by, less) {
				at.by = edge
			}
		})
	}
	out := map[uint32]*circle{}
	for i, h := range c.hinges {
		if at := circles[of[i]]; at != nil && h.strand == memberOf {
			at.groups = append(at.groups, h.group)
			out[h.group] = at
		}
	}
	for _, at := range circles {
		slices.SortFunc(at.groups, less)
	}
	for g, names := range closes {
		if out[g] == nil {
			out[g] = circles[of[c.index[hinge{slices.MinFunc(names, less), memberOf}]]]
		}
	}
	return out
}

// before orders names that close circles: by the group, the list, and the place in it.
func (c *composeGraph) before(a, b brokenEdge, less func(a, b uint32) int) bool {
	names := c.groups.at(a.group).names
	return cmp.Or(less(a.group, b.group), cmp.Compare(a.list, b.list),
		cmp.Compare(slices.Index(names[a.list], a.named), slices.Index(names[b.list], b.named))) < 0
}

// bearing is what the graph says of one group.
type bearing struct {
	rank                 uint32
	unsettled, selective bool
}

// bearings goes through the hinges, what they hang on first: how far each is from what hangs on nothing, whether a
// name that bears on it is missing, and whether it hangs on people's attributes. The names that close circles are
// broken by now; blocks may still go round a cycle of parents (R17), and are then alike.
func (c *composeGraph) bearings() []bearing {
	of, count := c.components()
	members := make([][]int, count)
	for i := range c.hinges {
		members[of[i]] = append(members[of[i]], i)
	}
	all := make([]bearing, count)
	for k, hinges := range members {
		at := &all[k]
		for _, i := range hinges {
			h, node := c.hinges[i], c.groups.at(c.hinges[i].group)
			if h.strand == declaredIn && !node.rec.Selector.Empty() || h.strand == blockedBy && node.listed() && !node.rec.Selector.Empty() {
				at.selective = true
			}
			c.named(h, func(list ComposeList, x uint32) {
				if _, broken := c.broken[brokenEdge{h.group, list, x}]; broken || !c.exists(x) || c.groups.at(x).cyclic {
					at.unsettled = true
				}
			})
			for _, j := range c.edges[i] {
				if of[j] == k {
					continue
				}
				on := all[of[j]]
				at.rank = max(at.rank, on.rank)
				at.unsettled, at.selective = at.unsettled || on.unsettled, at.selective || on.selective
			}
			if h.strand == memberOf {
				at.rank++
			}
		}
	}
	out := make([]bearing, len(c.hinges))
	for i := range out {
		out[i] = all[of[i]]
	}
	return out
}
