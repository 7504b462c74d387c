package cite

import (
	"time"

	"provost.dev/provost/internal/engine/catalogue"
	"provost.dev/provost/internal/engine/directory"
	"provost.dev/provost/internal/manifest"
)

// The shapes of JSON and YAML output, which docs/cli.md describes. Fields may
// be added; they are not renamed or removed. These are the parts that several outputs share.

// Entity names an entity.
type Entity struct {
	Kind      string `json:"kind"`
	Namespace string `json:"namespace"`
	Name      string `json:"name"`
}

// EntityOf names an entity.
func EntityOf(e directory.EntityKey) Entity {
	return Entity{Kind: e.Level.String(), Namespace: e.Namespace, Name: e.Name}
}

// Object names an object and, where it came from a file, the place: of the
// object, or of the part of it that is meant.
type Object struct {
	Kind      string `json:"kind"`
	Namespace string `json:"namespace,omitempty"`
	Name      string `json:"name"`
	File      string `json:"file,omitempty"`
	Line      int    `json:"line,omitempty"`
}

// Place is the place as text: file:line, or "" where there is no file.
func (o *Object) Place() string { return manifest.Position{File: o.File, Line: o.Line}.String() }

// ID is the record that is named.
func (o *Object) ID() directory.ID {
	return directory.ID{Kind: directory.Kind(o.Kind), Namespace: o.Namespace, Name: o.Name}
}

// ObjectOf names a record and a place.
func ObjectOf(id directory.ID, at manifest.Position) Object {
	return Object{Kind: string(id.Kind), Namespace: id.Namespace, Name: id.Name, File: at.File, Line: at.Line}
}

// Window is when something counts.
type Window struct {
	NotBefore *time.Time `json:"notBefore,omitempty"`
	NotAfter  *time.Time `json:"notAfter,omitempty"`
}

// WindowOf is a window; an end that is open is left out, and so are those of one that is never open (R33).
func WindowOf(w directory.Window) Window {
	var out Window
	if w == directory.Never {
		return out
	}
	if !w.NotBefore.IsZero() {
		out.NotBefore = &w.NotBefore
	}
	if !w.NotAfter.IsZero() {
		out.NotAfter = &w.NotAfter
	}
	return out
}

// PermissionIDs is a set as IDs, never nil, so that it is [] in JSON.
func PermissionIDs(s catalogue.Set, l catalogue.Level) []string {
	ids := s.IDs(l)
	if ids == nil {
		return []string{}
	}
	return ids
}

// ObjectLabel is an object as text names it: "RoleBinding acme/teachers".
func ObjectLabel(id directory.ID) string {
	return string(id.Kind) + " " + directory.Key{Namespace: id.Namespace, Name: id.Name}.String()
}

// OnlyReferredTo says that something names an entity that nothing declares.
func OnlyReferredTo(e directory.EntityKey) string {
	return e.String() + " does not exist; it is only referred to"
}

// GroupLabel is a group as text names it: "Group acme/teachers".
func GroupLabel(k directory.Key) string { return "Group " + k.String() }
