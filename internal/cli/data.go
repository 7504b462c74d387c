package cli

import (
	"time"

	"provost.dev/provost/internal/catalogue"
	"provost.dev/provost/internal/directory"
	"provost.dev/provost/internal/manifest"
)

// The shapes of JSON and YAML output, which docs/cli.md describes. Fields may
// be added; they are not renamed or removed.

// EntityData names an entity.
type EntityData struct {
	Kind      string `json:"kind"`
	Namespace string `json:"namespace"`
	Name      string `json:"name"`
}

func entityData(e directory.EntityKey) EntityData {
	return EntityData{Kind: e.Level.String(), Namespace: e.Namespace, Name: e.Name}
}

// ObjectData names an object and, where it came from a file, the place: of the
// object, or of the part of it that is meant.
type ObjectData struct {
	Kind      string `json:"kind"`
	Namespace string `json:"namespace,omitempty"`
	Name      string `json:"name"`
	File      string `json:"file,omitempty"`
	Line      int    `json:"line,omitempty"`
}

func objectData(id directory.ID, at manifest.Position) ObjectData {
	return ObjectData{Kind: string(id.Kind), Namespace: id.Namespace, Name: id.Name, File: at.File, Line: at.Line}
}

// WindowData is when something counts.
type WindowData struct {
	NotBefore *time.Time `json:"notBefore,omitempty"`
	NotAfter  *time.Time `json:"notAfter,omitempty"`
}

func windowData(w directory.Window) WindowData {
	var out WindowData
	if !w.NotBefore.IsZero() {
		out.NotBefore = &w.NotBefore
	}
	if !w.NotAfter.IsZero() {
		out.NotAfter = &w.NotAfter
	}
	return out
}

// permissionIDs is a set as IDs, never nil, so that it is [] in JSON.
func permissionIDs(s catalogue.Set, l catalogue.Level) []string {
	ids := s.IDs(l)
	if ids == nil {
		return []string{}
	}
	return ids
}

// objectLabel is an object as text names it: "RoleBinding acme/teachers".
func objectLabel(id directory.ID) string {
	return string(id.Kind) + " " + directory.Key{Namespace: id.Namespace, Name: id.Name}.String()
}

func groupLabel(k directory.Key) string { return "Group " + k.String() }

func groupID(k directory.Key) directory.ID {
	return directory.ID{Kind: directory.KindGroup, Namespace: k.Namespace, Name: k.Name}
}

func roleID(k directory.Key) directory.ID {
	return directory.ID{Kind: directory.KindRole, Namespace: k.Namespace, Name: k.Name}
}
