package findings

import (
	"slices"
	"strings"
	"time"

	"provost.dev/provost/internal/engine/directory"
)

// Finding is one thing to know of an object. Whoever tells it says the same: a condition, a webhook, validate, why.
type Finding struct {
	// Rule is what kind of thing it is.
	Rule Rule
	// Reason is that of the condition which tells it, in CamelCase; "" where no status does.
	Reason string
	// Waits says that what is missing may appear at any moment; otherwise only an edit of the object helps.
	Waits bool
	// Field is the path of the field that it is about, such as spec.subjects[2].
	Field string
	// Message says what is so and what comes of it, Remedy what to do about it. Neither begins with a capital
	// nor ends in a full stop.
	Message, Remedy string
	// named says that the message begins with a name, which is written as it is.
	named bool
	// Missing is what does not exist, or nothing else names, where that is the matter.
	Missing directory.ID
	// Permission is the first of the permissions that the level does not have, where that is the matter.
	Permission string
}

// Sentences are the message and the remedy as a condition says them.
func (f Finding) Sentences() string {
	if f.named {
		return f.Message + ". " + sentence(f.Remedy)
	}
	return sentence(f.Message) + " " + sentence(f.Remedy)
}

// Line is the message and the remedy in one line, as a webhook says them.
func (f Finding) Line() string { return f.Message + "; " + f.Remedy }

func sentence(s string) string {
	if s == "" {
		return ""
	}
	return strings.ToUpper(s[:1]) + s[1:] + "."
}

// at is the finding about a field.
func (f Finding) at(field string) Finding {
	f.Field = field
	return f
}

// Question is what to look for findings in.
type Question struct {
	// Snapshot holds the record as it is to be, and everything else.
	Snapshot *directory.Snapshot
	Now      time.Time
	// Justification is what the Platform asks for (rule R31): Warn or Required; with anything else, none is asked for.
	Justification string
	// Apart gives each of several names a finding of its own, with its own field, and not all of them one.
	Apart bool
}

// Of are the findings about a record that the snapshot holds, the weightiest first. Nothing is said twice.
func (q Question) Of(r directory.Record) []Finding {
	c := &collector{Question: q}
	switch r := r.(type) {
	case *directory.Entity:
		c.entity(r)
	case *directory.Role:
		c.role(r)
	case *directory.RoleTemplate:
		c.template(r)
	case *directory.RoleBinding:
		c.binding(r)
	case *directory.Term:
		c.term(r)
	case *directory.PermissionOverride:
		c.override(r)
	case *directory.SystemDeny:
		c.deny(r)
	case *directory.Group:
		c.group(r)
	case *directory.Person:
		c.person(r)
	case *directory.Platform:
		c.platform(r)
	}
	return c.out
}

// collector gathers the findings about one record.
type collector struct {
	Question
	out []Finding
}

func (c *collector) add(f Finding) {
	if !slices.Contains(c.out, f) {
		c.out = append(c.out, f)
	}
}

// each says something of several names: in one sentence, or in one for each.
func each[T any](c *collector, all []T, say func(some []T) Finding) {
	inPieces(all, c.Apart, func(some []T) { c.add(say(some)) })
}
