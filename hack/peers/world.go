package peers

import (
	"maps"
	"slices"
)

// World is who may do what at some courses, in nobody's terms.
type World struct {
	Name string
	// Parents has every group, with the group above it, or "".
	Parents map[string]string
	// Members has every person, with the groups that name the person.
	Members map[string][]string
	// Roles has every role, with its permissions.
	Roles   map[string][]string
	Courses []string
	// Grants give a role at a course to a group and all groups below it.
	Grants []Grant
	// RoleOverrides has, for some courses, another role that stands in for a role there.
	RoleOverrides map[Grant]string
	// Overrides replace what one person's roles give at one course. Those of one person at one course agree.
	Overrides []Override
	// Denies take permissions from the members of a group, at every course and over everything else.
	Denies []Deny
	// Queries are what is timed.
	Queries []Query
}

// Grant gives a role at a course to a group. As a key of RoleOverrides it names no group.
type Grant struct {
	Group, Course, Role string
}

// Override gives one person exactly some permissions at a course.
type Override struct {
	Person, Course string
	Permissions    []string
}

// Deny takes permissions from the members of a group.
type Deny struct {
	Group       string
	Permissions []string
}

// Query is one decision to make: may the person do this at the course?
type Query struct {
	Person, Course, Permission string
}

// Plain is the world without overrides of a person's permissions and without
// denies: what an engine can express that knows grants alone.
func (w *World) Plain() *World {
	plain := *w
	plain.Name += "-plain"
	plain.Overrides, plain.Denies = nil, nil
	return &plain
}

// isPlain says whether grants are all there is.
func (w *World) isPlain() bool { return len(w.Overrides) == 0 && len(w.Denies) == 0 }

// roleOf is the role that a grant comes to at its course.
func (w *World) roleOf(g Grant) string {
	if other, ok := w.RoleOverrides[Grant{Course: g.Course, Role: g.Role}]; ok {
		return other
	}
	return g.Role
}

// groupsOf are the groups of a person, those above included, in order.
func (w *World) groupsOf(person string) []string {
	seen := map[string]bool{}
	for _, g := range w.Members[person] {
		for ; g != "" && !seen[g]; g = w.Parents[g] {
			seen[g] = true
		}
	}
	return slices.Sorted(maps.Keys(seen))
}

// permissions are all that some role gives, in order.
func (w *World) permissions() []string {
	seen := map[string]bool{}
	for _, ids := range w.Roles {
		for _, id := range ids {
			seen[id] = true
		}
	}
	return slices.Sorted(maps.Keys(seen))
}
