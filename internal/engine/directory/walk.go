package directory

// walk visits once each group to which the way leads from one, in no order, and puts it into seen: what visit returns is
// where it goes on to. A group that nothing ever named is passed over.
func walk(groups *vector[*group], from uint32, seen map[uint32]struct{}, visit func(g uint32, node *group) []uint32) {
	todo := []uint32{from}
	for len(todo) > 0 {
		g := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		node := groups.at(g)
		if _, again := seen[g]; again || node == nil {
			continue
		}
		seen[g] = struct{}{}
		todo = append(todo, visit(g, node)...)
	}
}

// childrenInEffect are the groups directly below one, in a list of its own.
func childrenInEffect(groups *vector[*group], g uint32, node *group) []uint32 {
	var out []uint32
	for _, c := range node.children {
		if groups.at(c).up == g {
			out = append(out, c)
		}
	}
	return out
}
