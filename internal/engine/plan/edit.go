package plan

import (
	"provost.dev/provost/internal/engine/directory"
)

// Edit is one thing that two states declare differently: an object that came or
// went, an entry of a list, a field.
type Edit struct {
	ID directory.ID
	// Field is where it stands in the object, such as spec.members[3]; "" is all of the object.
	Field string
	// Gone says that the place is one of the state before: what stood there is no more.
	Gone bool
	// Person is set where the edit is about one person alone.
	Person string
	// Class says what is edited, without the entry: edits of one object and class are one cause.
	Class Class
	// Value is what the edit is about: a name, or "old -> new".
	Value string
	// NoEffect says that access cannot depend on it.
	NoEffect bool

	// File and Line are the place, where the caller has filled them in.
	File string
	Line int
	// Commit names the commit that made the edit, where the caller knows several.
	Commit string

	// alter makes this edit alone, on a draft of the record before (draftOf); nil where the edit
	// is all of the object, or access cannot depend on it.
	alter func(draft directory.Record)
}

// Class is what an edit is about, in words: "new", "deleted", "member added".
type Class string

// The classes that code asks for.
const (
	ClassNew           Class = "new"
	ClassDeleted       Class = "deleted"
	ClassMemberAdded   Class = "member added"
	ClassMemberRemoved Class = "member removed"
	ClassMemberChanged Class = "member changed"

	classTimeZone Class = "timeZone changed"
)

// Same says whether two edits are about the same thing, as one of a commit and
// one of the whole change may be.
func (e *Edit) Same(o *Edit) bool {
	return e.ID == o.ID && (e.Class == o.Class && e.subject() == o.subject() || e.Class == ClassNew || e.Class == ClassDeleted)
}

// subject is what the edit is about: a changed entry by its name.
func (e *Edit) subject() string {
	if e.Person != "" {
		return e.Person
	}
	return e.Value
}

// EditsOf are the edits that make one record of another, in the order of the
// record's fields. One of the two may be nil; both have the same ID.
func EditsOf(before, after directory.Record) []Edit {
	if ignored(before) {
		before = nil
	}
	if ignored(after) {
		after = nil
	}
	switch {
	case before == nil && after == nil:
		return nil
	case before == nil:
		return []Edit{{ID: after.ID(), Class: ClassNew, Person: personOf(after)}}
	case after == nil:
		return []Edit{{ID: before.ID(), Class: ClassDeleted, Person: personOf(before), Gone: true}}
	}
	switch a := before.(type) {
	case *directory.Group:
		return groupEdits(a, after.(*directory.Group))
	case *directory.RoleBinding:
		return bindingEdits(a, after.(*directory.RoleBinding))
	case *directory.Role:
		return roleEdits(a, after.(*directory.Role))
	case *directory.RoleTemplate:
		return templateEdits(a, after.(*directory.RoleTemplate))
	case *directory.PermissionOverride:
		return overrideEdits(a, after.(*directory.PermissionOverride))
	case *directory.SystemDeny:
		return denyEdits(a, after.(*directory.SystemDeny))
	case *directory.Entity:
		return entityEdits(a, after.(*directory.Entity))
	case *directory.Person:
		return personEdits(a, after.(*directory.Person))
	case *directory.Platform:
		return platformEdits(a, after.(*directory.Platform))
	case *directory.Term:
		return termEdits(a, after.(*directory.Term))
	case *directory.Namespace:
		return namespaceEdits(a, after.(*directory.Namespace))
	}
	return nil
}

// ignored says whether a record is one of which the engine takes no notice: as if it were not there.
func ignored(r directory.Record) bool {
	role, ok := r.(*directory.Role)
	return ok && role.Type == directory.RoleSystem
}

// personOf is whom alone a record is about; "" for most.
func personOf(r directory.Record) string {
	switch r := r.(type) {
	case *directory.Person:
		return r.Name
	case *directory.PermissionOverride:
		return r.Person
	}
	return ""
}
