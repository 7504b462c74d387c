package findings

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"provost.dev/provost/internal/engine/directory"
)

// Finding is one thing to know of an object.
type Finding struct {
	// Rule is what kind of thing it is.
	Rule Rule
	// Field is the path of the field that it is about, such as spec.subjects[2].
	Field string
	// Message says it in a sentence.
	Message string
	// Remedy is what to do about it, where more can be said than of the rule.
	Remedy string
	// Missing is what does not exist, or nothing else names, where that is the matter.
	Missing directory.ID
	// Permission is the first of the permissions that the level does not have, where that is the matter.
	Permission string
}

// Question is what to give advice on.
type Question struct {
	// Snapshot holds the record as it is to be, and everything else.
	Snapshot *directory.Snapshot
	Now      time.Time
	// Justification is what the Platform asks for (rule R31): Warn or Required; with anything else, none is asked for.
	Justification string
	// Apart gives each of several names advice of its own, with its own field, and not all of them one.
	Apart bool
}

// Of is the advice on a record that the snapshot holds. Nothing is said twice.
func (q Question) Of(r directory.Record) []Finding {
	a := &finder{Question: q}
	switch r := r.(type) {
	case *directory.Entity:
		a.entity(r)
	case *directory.Role:
		a.role(r)
	case *directory.RoleTemplate:
		a.template(r)
	case *directory.RoleBinding:
		a.binding(r)
	case *directory.PermissionOverride:
		a.override(r)
	case *directory.SystemDeny:
		a.deny(r)
	case *directory.Group:
		a.group(r)
	case *directory.Person:
		a.person(r)
	case *directory.Platform:
		a.platform(r)
	}
	return a.out
}

// adviser gathers the advice on one record.
type finder struct {
	Question
	out []Finding
}

func (a *finder) say(rule Rule, field, format string, args ...any) {
	a.add(Finding{Rule: rule, Field: field, Message: fmt.Sprintf(format, args...)})
}

// missing says that something does not exist, and what comes of that.
func (a *finder) missing(id directory.ID, field, format string, args ...any) {
	a.add(Finding{Rule: DanglingReference, Field: field, Message: fmt.Sprintf(format, args...), Missing: id})
}

func (a *finder) add(advice Finding) {
	if !slices.Contains(a.out, advice) {
		a.out = append(a.out, advice)
	}
}

// each says something of several names: in one sentence, or in one for each.
func each[T any](a *finder, all []T, name func(T) string, say func(names string, first T)) {
	switch {
	case len(all) == 0:
	case a.Apart:
		for _, x := range all {
			say(name(x), x)
		}
	default:
		say(Names(all, name), all[0])
	}
}

// mostNames keeps a sentence readable.
const mostNames = 5

// Names lists the first of many.
func Names[T any](all []T, name func(T) string) string {
	var out []string
	for _, x := range all[:min(len(all), mostNames)] {
		out = append(out, name(x))
	}
	if more := len(all) - mostNames; more > 0 {
		return fmt.Sprintf("%s and %d more", strings.Join(out, ", "), more)
	}
	return strings.Join(out, ", ")
}

// EntityName is an entity as sentences name it: "course algebra".
func EntityName(e directory.EntityKey) string {
	return strings.ToLower(e.Level.String()) + " " + e.Name
}

func keyName(k directory.Key) string { return k.Name }

func itself(s string) string { return s }

// at is the path to an entry of a list; to the list where it has no such entry.
func at(list string, i int) string {
	if i < 0 {
		return list
	}
	return fmt.Sprintf("%s[%d]", list, i)
}

func groupID(k directory.Key) directory.ID {
	return directory.ID{Kind: directory.KindGroup, Namespace: k.Namespace, Name: k.Name}
}

func roleID(namespace, name string) directory.ID {
	return directory.ID{Kind: directory.KindRole, Namespace: namespace, Name: name}
}
