package findings

import "provost.dev/provost/internal/engine/directory"

// Bar says by what a group keeps somebody out of itself and of all below it (rules R14, R15, R36): the sentence goes on
// after the group's name.
func Bar(b directory.Bar, who string) string {
	switch b.Kind {
	case directory.BarRemoved:
		return "says Removed of " + who
	case directory.BarListed:
		return "does not list " + who + ", and is Listed"
	case directory.BarRequire:
		return "requires " + b.Named.String() + ", " + withoutMembers(b, "of which "+who+" is no member")
	}
	of := "of which " + who + " is a member"
	switch {
	case b.State == directory.ReferenceUnsettled:
		of = "and it is not certain who all its members are"
	case b.Unknown:
		of = "which chooses people by their attributes, and " + who + " has no Person in order"
	}
	return "excludes " + b.Named.String() + ", " + withoutMembers(b, of)
}

// withoutMembers is what is wrong with the group that compose names, or else what is so of its members.
func withoutMembers(b directory.Bar, of string) string {
	switch b.State {
	case directory.ReferenceMissing:
		return "which does not exist"
	case directory.ReferenceOnCircle:
		return "which closes a circle"
	}
	return of
}
