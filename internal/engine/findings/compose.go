package findings

import (
	"fmt"
	"slices"

	"provost.dev/provost/internal/engine/directory"
)

// compose are the findings about what a group is made of (rule R36).
func (c *collector) compose(r *directory.Group, f directory.GroupStatus) {
	if f.Circle != nil {
		c.add(closesCircle(*f.Circle).at(circleField(r, *f.Circle)))
	}
	seen := map[directory.ComposeList]int{}
	var missing, unsettled [3][]directory.Key
	index := map[directory.Reference]int{}
	for _, ref := range f.References {
		index[directory.Reference{List: ref.List, Name: ref.Name}] = seen[ref.List]
		seen[ref.List]++
		switch ref.State {
		case directory.ReferenceMissing:
			missing[ref.List] = append(missing[ref.List], ref.Name)
		case directory.ReferenceUnsettled:
			unsettled[ref.List] = append(unsettled[ref.List], ref.Name)
		}
	}
	field := func(list directory.ComposeList, k directory.Key) string {
		return at("spec.compose."+list.String(), index[directory.Reference{List: list, Name: k}])
	}
	for _, list := range []directory.ComposeList{directory.ComposeRequire, directory.ComposeExclude, directory.ComposeInclude} {
		each(c, missing[list], func(some []directory.Key) Finding {
			return noGroups(some, withoutComposed(list), "spec.compose."+list.String()).at(field(list, some[0]))
		})
		each(c, unsettled[list], func(some []directory.Key) Finding { return uncertain(list, some).at(field(list, some[0])) })
	}
	if f.Unsettled && f.Circle == nil && len(slices.Concat(missing[:]...)) == 0 && len(slices.Concat(unsettled[:]...)) == 0 {
		c.add(Finding{
			Rule: UnsettledGroup, Reason: "Unsettled", Waits: true, Field: "spec",
			Message: "a group above or below is made of one that is missing: who is a member here for certain counts, what excludes this group " +
				"leaves nobody, and a SystemDeny on it reaches everybody who might be in it",
			Remedy: "see the conditions of the groups above and below",
		})
	}
	c.ofNobody(r, f)
}

// withoutComposed is what is so while groups of a list are missing.
func withoutComposed(list directory.ComposeList) string {
	if list == directory.ComposeInclude {
		return "nobody is declared here through it"
	}
	return "nobody is a member here or in a group below"
}

// uncertain says of groups that a compose names that nobody can tell who all their members are.
func uncertain(list directory.ComposeList, some []directory.Key) Finding {
	who := "all the members of " + Names(some, directory.Key.String) +
		" are not certain, since a group on which they hang is missing or in a circle"
	then := "here those count who are certain"
	if list == directory.ComposeExclude {
		then = "until they are, no one stays in this group, nor below it"
	}
	return Finding{
		Rule: UnsettledGroup, Reason: "Unsettled", Waits: true, Message: who + ": " + then,
		Remedy: "mend that group first: its conditions say what it lacks",
	}
}

// ofNobody warns of a group that restricts and that nothing declares: require by itself has nobody.
func (c *collector) ofNobody(r *directory.Group, f directory.GroupStatus) {
	if len(r.Compose.Require)+len(r.Compose.Exclude) == 0 || len(r.Compose.Include)+len(r.Members)+len(f.Subgroups) > 0 ||
		!r.Selector.Empty() {
		return
	}
	c.add(Finding{
		Rule: ComposeOfNobody, Field: "spec.compose",
		Message: "compose only says who is kept out, and neither this group nor one below it declares anybody: it has no members",
		Remedy:  "name groups in spec.compose.include, list members, or choose them by spec.memberSelector",
	})
}

// closesCircle is the one finding of all groups on a circle.
func closesCircle(c directory.Circle) Finding {
	return Finding{
		Rule: ComposeCircle, Reason: "Circle",
		Message: CircleOf(c) + ": that name counts as missing",
		Remedy: fmt.Sprintf("take %s out of spec.compose.%s of group %s, or undo the parentRef or the other names that lead back to it",
			c.Names.Name,
			c.List, c.By),
	}
}

// circleField is what of a group is on a circle: the name that closes it, another one of its own, or what is made of it elsewhere.
func circleField(r *directory.Group, c directory.Circle) string {
	names := map[directory.ComposeList][]string{
		directory.ComposeInclude: r.Compose.Include, directory.ComposeRequire: r.Compose.Require, directory.ComposeExclude: r.Compose.Exclude,
	}
	switch {
	case r.Key == c.By:
		return at("spec.compose."+c.List.String(), slices.Index(names[c.List], c.Names.Name))
	case !r.Compose.Empty():
		return "spec.compose"
	case r.Parent.Name != "":
		return "spec.parentRef"
	}
	return "spec"
}

// CircleOf says which groups hang on themselves, and which name closes the circle (rule R36).
func CircleOf(c directory.Circle) string {
	who, them := "group "+c.Groups[0].String(), "it"
	if len(c.Groups) > 1 {
		who, them = "groups "+List(keyNames(c.Groups)), "them"
	}
	return fmt.Sprintf("who is in %s hangs on who is in %s, since compose.%s of group %s names %s", who, them, c.List, c.By, c.Names)
}

func keyNames(keys []directory.Key) []string {
	out := make([]string, len(keys))
	for i, k := range keys {
		out[i] = k.String()
	}
	return out
}
