package history

import (
	"slices"
	"time"

	"k8s.io/apimachinery/pkg/api/equality"

	"provost.dev/provost/internal/engine/directory"
	"provost.dev/provost/internal/manifest"
)

// Change is one object that two states declare differently.
type Change struct {
	ID directory.ID
	// Before is nil where the object is new, and After where it is gone.
	Before, After *Declared
	// Access says that the engine's records differ; otherwise only a title or the like does.
	Access bool
}

// Declared is an object as a state declares it, and where.
type Declared struct {
	// Record is nil for an object that declares nothing about access, such as a GitSync.
	Record directory.Record
	// Object is nil where the state was given as records.
	Object manifest.Object

	item *manifest.Item
	part *part
}

// Locate is the place of a field of the object, such as spec.members[3]; of the
// object where the field is "". It is the zero Position where there is no file.
// The first call for a file parses it again.
func (d *Declared) Locate(field string) manifest.Position {
	switch {
	case d == nil || d.item == nil:
		return manifest.Position{}
	case field == "":
		return d.item.Position
	}
	return d.part.locate(d, field)
}

// Records are the engine's records before and after; nil where there is none.
func (c *Change) Records() (before, after directory.Record) {
	if c.Before != nil {
		before = c.Before.Record
	}
	if c.After != nil {
		after = c.After.Record
	}
	return before, after
}

// engine is the change as the engine takes it.
func (c *Change) engine() directory.Change {
	if c.After != nil && c.After.Record != nil {
		return directory.Upsert(c.After.Record)
	}
	return directory.Delete(c.ID)
}

// semantic compares what two states say: what is empty and what is left out are the same.
var semantic = func() interface{ DeepEqual(a, b any) bool } {
	e := equality.Semantic.Copy()
	if err := e.AddFunc(func(a, b time.Time) bool { return a.Equal(b) }); err != nil {
		panic(err)
	}
	return e
}()

// compare is the change from one declaration to another, and whether there is one.
func compare(id directory.ID, before, after *Declared) (Change, bool) {
	c := Change{ID: id, Before: before, After: after}
	if before != nil && after != nil && before.Object != nil && before.Object == after.Object {
		return c, false // the same text, read once
	}
	was, is := c.Records()
	switch {
	case was == nil && is == nil:
	case was == nil || is == nil || !semantic.DeepEqual(was, is):
		c.Access = true
		return c, true
	}
	if before == nil || after == nil {
		return c, true
	}
	// States of which one was given as records differ in nothing else that is known.
	return c, before.Object != nil && after.Object != nil && !semantic.DeepEqual(before.Object, after.Object)
}

func sortChanges(changes []Change) {
	slices.SortFunc(changes, func(a, b Change) int { return a.ID.Compare(b.ID) })
}
