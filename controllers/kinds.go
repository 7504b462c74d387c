package controllers

import (
	"slices"

	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	provostv1 "provost.dev/provost/api/v1alpha1"
	"provost.dev/provost/internal/engine/directory"
)

// fedKind is a kind that the engine takes in.
type fedKind struct {
	kind directory.Kind
	new  func() client.Object
}

// fedKinds are all of them. Rule R30 waits for each.
var fedKinds = []fedKind{
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
	{directory.KindRoleBinding, func() client.Object { return &provostv1.RoleBinding{} }},
	{directory.KindPermissionOverride, func() client.Object { return &provostv1.PermissionOverride{} }},
	{directory.KindSystemDeny, func() client.Object { return &provostv1.SystemDeny{} }},
	{directory.KindGroup, func() client.Object { return &provostv1.Group{} }},
	{directory.KindPlatform, func() client.Object { return &provostv1.Platform{} }},
}

func isFed(kind directory.Kind) bool {
	return slices.ContainsFunc(fedKinds, func(k fedKind) bool { return k.kind == kind })
}
