package plan

import (
	"slices"

	"provost.dev/provost/internal/engine/directory"
)

// partial is a record of the state before with some of its edits made, in the order of EditsOf; nil
// where there is none. The records of the two states stay as they are.
func partial(before, after directory.Record, chosen []*Edit) directory.Record {
	if len(chosen) == 0 {
		return before
	}
	if before == nil || after == nil { // all of it came or went
		return after
	}
	draft := draftOf(before)
	for _, e := range chosen {
		if e.alter != nil {
			e.alter(draft)
		}
	}
	return draft
}

// draftOf is a copy of a record of which the lists may be changed in place.
func draftOf(r directory.Record) directory.Record {
	switch r := r.(type) {
	case *directory.Group:
		c := *r
		c.Members, c.Enrolments = slices.Clone(c.Members), slices.Clone(c.Enrolments)
		c.Compose = directory.Compose{
			Include: slices.Clone(c.Compose.Include), Require: slices.Clone(c.Compose.Require), Exclude: slices.Clone(c.Compose.Exclude),
		}
		return &c
	case *directory.RoleBinding:
		c := *r
		c.Subjects = slices.Clone(c.Subjects)
		return &c
	case *directory.Role:
		c := *r
		c.Permissions = slices.Clone(c.Permissions)
		return &c
	case *directory.RoleTemplate:
		c := *r
		c.Roles = slices.Clone(c.Roles)
		return &c
	case *directory.PermissionOverride:
		c := *r
		c.Permissions = slices.Clone(c.Permissions)
		return &c
	case *directory.SystemDeny:
		c := *r
		c.Subjects, c.Permissions = slices.Clone(c.Subjects), slices.Clone(c.Permissions)
		return &c
	case *directory.Entity:
		return copied(r)
	case *directory.Person:
		return copied(r)
	case *directory.Platform:
		return copied(r)
	case *directory.Term:
		return copied(r)
	case *directory.Namespace:
		return copied(r)
	}
	return r
}

func copied[T any](r *T) *T {
	c := *r
	return &c
}
