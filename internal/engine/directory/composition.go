package directory

import "iter"

// Compose is what a group is made of (R36): names of groups of its own namespace.
type Compose struct {
	Include []string // whose members it declares too
	Require []string // of each of which one has to be a member
	Exclude []string // of none of which one may be a member
}

// ComposeList is one of the lists of a Compose.
type ComposeList uint8

// The lists.
const (
	ComposeInclude ComposeList = iota
	ComposeRequire
	ComposeExclude
)

// String is the list as the manifests name it.
func (l ComposeList) String() string { return [...]string{"include", "require", "exclude"}[l] }

// Empty says that a group is made of no others.
func (c *Compose) Empty() bool { return len(c.Include)+len(c.Require)+len(c.Exclude) == 0 }

// All are the names with the lists in which they stand, in the order declared.
func (c *Compose) All() iter.Seq2[ComposeList, string] {
	return func(yield func(ComposeList, string) bool) {
		for list, names := range [...][]string{c.Include, c.Require, c.Exclude} {
			for _, name := range names {
				if !yield(ComposeList(list), name) {
					return
				}
			}
		}
	}
}

// ReferenceState says what a name in a Compose came to (R36).
type ReferenceState uint8

// The states of a reference.
const (
	ReferenceOK        ReferenceState = iota
	ReferenceMissing                  // there is no such group
	ReferenceOnCircle                 // it closes a circle, and counts as missing
	ReferenceUnsettled                // nobody can tell who all the members of that group are
)

// Reference is one name in a group's Compose, with what it came to.
type Reference struct {
	List  ComposeList
	Name  Key
	State ReferenceState
}

// Circle is one of groups that look at themselves (R36): to say who is a member of one of them one would have to know it
// already.
type Circle struct {
	// Groups are those that look at themselves, in order.
	Groups []Key
	// By, List and Names are the first of the references that close the circle: the group in whose list that name stands.
	// It need not be one of Groups.
	By    Key
	List  ComposeList
	Names Key
}
