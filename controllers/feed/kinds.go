package feed

import (
	"slices"

	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	provostv1 "provost.dev/provost/api/v1alpha1"
	"provost.dev/provost/internal/engine/directory"
)

// Kind is a kind that the engine takes in.
type Kind struct {
	Name directory.Kind
	New  func() client.Object
}

// Kinds are all of them. Rule R30 waits for each.
var Kinds = []Kind{
	{directory.KindNamespace, func() client.Object { return &corev1.Namespace{} }},
	{directory.KindOrganisation, func() client.Object { return &provostv1.Organisation{} }},
	{directory.KindCampus, func() client.Object { return &provostv1.Campus{} }},
	{directory.KindCourse, func() client.Object { return &provostv1.Course{} }},
	{directory.KindModule, func() client.Object { return &provostv1.Module{} }},
	{directory.KindSession, func() client.Object { return &provostv1.Session{} }},
	{directory.KindTask, func() client.Object { return &provostv1.Task{} }},
	{directory.KindPerson, func() client.Object { return &provostv1.Person{} }},
	{directory.KindRole, func() client.Object { return &provostv1.Role{} }},
	{directory.KindRoleTemplate, func() client.Object { return &provostv1.RoleTemplate{} }},
	{directory.KindTerm, func() client.Object { return &provostv1.Term{} }},
	{directory.KindRoleBinding, func() client.Object { return &provostv1.RoleBinding{} }},
	{directory.KindPermissionOverride, func() client.Object { return &provostv1.PermissionOverride{} }},
	{directory.KindSystemDeny, func() client.Object { return &provostv1.SystemDeny{} }},
	{directory.KindGroup, func() client.Object { return &provostv1.Group{} }},
	{directory.KindPlatform, func() client.Object { return &provostv1.Platform{} }},
}

// Fed says whether the engine takes in objects of a kind.
func Fed(kind directory.Kind) bool {
	return slices.ContainsFunc(Kinds, func(k Kind) bool { return k.Name == kind })
}

// NewObject makes an empty object of a kind; nil of one that the engine does not take in.
func NewObject(kind directory.Kind) client.Object {
	for _, k := range Kinds {
		if k.Name == kind {
			return k.New()
		}
	}
	return nil
}
