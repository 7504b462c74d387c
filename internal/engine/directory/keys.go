package directory

import (
	"cmp"
	"strings"

	"provost.dev/provost/internal/engine/catalogue"
)

// SystemNamespace is where platform-wide groups and templates live and where
// the system roles are shown.
const SystemNamespace = "provost-system"

// Kind says what a record is. The names are those of the API's kinds.
type Kind string

// The kinds of record.
const (
	KindNamespace          Kind = "Namespace"
	KindOrganisation       Kind = "Organisation"
	KindCampus             Kind = "Campus"
	KindCourse             Kind = "Course"
	KindModule             Kind = "Module"
	KindSession            Kind = "Session"
	KindTask               Kind = "Task"
	KindPerson             Kind = "Person"
	KindRole               Kind = "Role"
	KindRoleTemplate       Kind = "RoleTemplate"
	KindRoleBinding        Kind = "RoleBinding"
	KindPermissionOverride Kind = "PermissionOverride"
	KindSystemDeny         Kind = "SystemDeny"
	KindGroup              Kind = "Group"
	KindPlatform           Kind = "Platform"
	KindTerm               Kind = "Term"
)

// ID names one record. Cluster-scoped kinds (Person, SystemDeny, Platform,
// Namespace) have no Namespace.
type ID struct {
	Kind      Kind
	Namespace string
	Name      string
}

// String is "Kind/name" or "Kind/namespace/name".
func (id ID) String() string {
	if id.Namespace == "" {
		return string(id.Kind) + "/" + id.Name
	}
	return string(id.Kind) + "/" + id.Namespace + "/" + id.Name
}

// Compare orders IDs by kind, namespace and name.
func (id ID) Compare(o ID) int {
	return cmp.Or(strings.Compare(string(id.Kind), string(o.Kind)),
		strings.Compare(id.Namespace, o.Namespace), strings.Compare(id.Name, o.Name))
}

// Key names a namespaced record whose kind is known from the context: a group,
// role, template, binding or term.
type Key struct {
	Namespace string
	Name      string
}

// String is "namespace/name", or the name alone where there is no namespace.
func (k Key) String() string {
	if k.Namespace == "" {
		return k.Name
	}
	return k.Namespace + "/" + k.Name
}

// Compare orders keys by namespace and name.
func (k Key) Compare(o Key) int {
	return cmp.Or(strings.Compare(k.Namespace, o.Namespace), strings.Compare(k.Name, o.Name))
}

// GroupID is the key as the ID of a group.
func (k Key) GroupID() ID { return ID{KindGroup, k.Namespace, k.Name} }

// RoleID is the key as the ID of a role.
func (k Key) RoleID() ID { return ID{KindRole, k.Namespace, k.Name} }

// PersonID is the ID of somebody.
func PersonID(name string) ID { return ID{Kind: KindPerson, Name: name} }

// EntityKey names an entity (R1).
type EntityKey struct {
	Level     catalogue.Level
	Namespace string
	Name      string
}

// String is "namespace/level/name", as the command line writes it: "acme/course/algebra-1".
func (k EntityKey) String() string {
	return k.Namespace + "/" + k.Level.Word() + "/" + k.Name
}

// ID is the key as a record's ID.
func (k EntityKey) ID() ID { return ID{Kind(k.Level.String()), k.Namespace, k.Name} }

// Compare orders entities by namespace, level (widest first) and name.
func (k EntityKey) Compare(o EntityKey) int {
	return cmp.Or(strings.Compare(k.Namespace, o.Namespace), cmp.Compare(k.Level, o.Level), strings.Compare(k.Name, o.Name))
}

// LocalEntity names an entity of the namespace of whatever refers to it. The
// zero value, with no name, refers to nothing.
type LocalEntity struct {
	Level catalogue.Level
	Name  string
}

// String is "level/name", as the command line writes it: "course/algebra-1"; "" where it refers to nothing.
func (l LocalEntity) String() string {
	if l.Name == "" {
		return ""
	}
	return l.Level.Word() + "/" + l.Name
}

// In is the entity that the reference means in a namespace.
func (l LocalEntity) In(namespace string) EntityKey { return EntityKey{l.Level, namespace, l.Name} }
