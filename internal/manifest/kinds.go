package manifest

import (
	"maps"
	"slices"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"

	provostv1 "provost.dev/provost/api/v1alpha1"
	"provost.dev/provost/internal/engine/directory"
)

// Object is a typed API object.
type Object interface {
	metav1.Object
	runtime.Object
}

// kind is what reading has to know of a kind.
type kind struct {
	create     func() Object
	namespaced bool
	// written says that controllers write the kind and nobody declares it.
	written bool
	// shortName says that the name has to be that of a person, which may stand in a label.
	shortName bool
}

// nameLimit is how long the name of an object may be.
func (k kind) nameLimit() int {
	if k.shortName {
		return provostv1.MaxPersonNameLength
	}
	return maxName
}

// kinds are those of the API group, and Namespace of the core group.
var kinds = map[string]kind{
	"Namespace":            {create: func() Object { return new(corev1.Namespace) }},
	"Person":               {create: func() Object { return new(provostv1.Person) }, shortName: true},
	"Platform":             {create: func() Object { return new(provostv1.Platform) }},
	"SystemDeny":           {create: func() Object { return new(provostv1.SystemDeny) }},
	"Organisation":         {create: func() Object { return new(provostv1.Organisation) }, namespaced: true},
	"Campus":               {create: func() Object { return new(provostv1.Campus) }, namespaced: true},
	"Course":               {create: func() Object { return new(provostv1.Course) }, namespaced: true},
	"Module":               {create: func() Object { return new(provostv1.Module) }, namespaced: true},
	"Session":              {create: func() Object { return new(provostv1.Session) }, namespaced: true},
	"Task":                 {create: func() Object { return new(provostv1.Task) }, namespaced: true},
	"Group":                {create: func() Object { return new(provostv1.Group) }, namespaced: true},
	"Role":                 {create: func() Object { return new(provostv1.Role) }, namespaced: true},
	"RoleTemplate":         {create: func() Object { return new(provostv1.RoleTemplate) }, namespaced: true},
	"RoleBinding":          {create: func() Object { return new(provostv1.RoleBinding) }, namespaced: true},
	"Term":                 {create: func() Object { return new(provostv1.Term) }, namespaced: true},
	"PermissionOverride":   {create: func() Object { return new(provostv1.PermissionOverride) }, namespaced: true},
	"GitSync":              {create: func() Object { return new(provostv1.GitSync) }, namespaced: true},
	"EffectivePermissions": {create: func() Object { return new(provostv1.EffectivePermissions) }, namespaced: true, written: true},
}

// Kinds lists the kinds that are read, sorted.
func Kinds() []string { return slices.Sorted(maps.Keys(kinds)) }

// ID names the record that an object is declared by; ok is false for a kind
// that bears on no access. It does not look at the object's content, so that an
// object that is gone or being deleted can be named too.
func ID(obj Object) (id directory.ID, ok bool) {
	id = directory.ID{Namespace: obj.GetNamespace(), Name: obj.GetName()}
	switch o := obj.(type) {
	case provostv1.Entity:
		id.Kind = directory.Kind(o.GetLevel())
	case *provostv1.Group:
		id.Kind = directory.KindGroup
	case *provostv1.Role:
		id.Kind = directory.KindRole
	case *provostv1.RoleTemplate:
		id.Kind = directory.KindRoleTemplate
	case *provostv1.RoleBinding:
		id.Kind = directory.KindRoleBinding
	case *provostv1.Term:
		id.Kind = directory.KindTerm
	case *provostv1.PermissionOverride:
		id.Kind = directory.KindPermissionOverride
	case *provostv1.Person:
		id.Kind, id.Namespace = directory.KindPerson, ""
	case *provostv1.SystemDeny:
		id.Kind, id.Namespace = directory.KindSystemDeny, ""
	case *provostv1.Platform:
		id.Kind, id.Namespace = directory.KindPlatform, ""
	case *corev1.Namespace, *metav1.PartialObjectMetadata:
		id.Kind, id.Namespace = directory.KindNamespace, ""
	default:
		return directory.ID{}, false
	}
	return id, true
}

// New is an empty object of a kind of the API group; false where there is none, or
// controllers write it.
func New(name string) (Object, bool) {
	k, ok := kinds[name]
	if !ok || k.written || name == "Namespace" {
		return nil, false
	}
	return k.create(), true
}
