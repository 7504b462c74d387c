package gitsync

import (
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"

	provostv1 "provost.dev/provost/api/v1alpha1"
)

// A stage is a set of objects that may be written at once. The next stage
// begins when all of a stage is written: what restricts comes before what
// grants, so that no moment in between shows somebody with a new grant whose
// restriction is still on its way. Removal goes the other way round: grants go
// before the restrictions that hold them.
type stage int

// The stages, in the order of applying.
const (
	stageNamespaces stage = iota
	stagePlatform
	stageDenies
	stagePermissionOverrides
	stageRoleOverrides
	stagePeople
	stageTerms
	stageGroups
	stageEntities
	stageRoles
	stageTemplates
	stageBindings
	stageGitSyncs
	stages // how many there are
)

// namespaceKind is the one kind that is not Provost's own and yet applied.
var namespaceKind = corev1.SchemeGroupVersion.WithKind("Namespace")

// kindStages says to which stage the objects of a kind belong. A kind that is
// not here is not applied. Roles belong to two stages; see stageOf.
var kindStages = map[schema.GroupVersionKind]stage{
	namespaceKind:              stageNamespaces,
	ours("Platform"):           stagePlatform,
	ours("SystemDeny"):         stageDenies,
	ours("PermissionOverride"): stagePermissionOverrides,
	ours("Person"):             stagePeople,
	ours("Term"):               stageTerms,
	ours("Group"):              stageGroups,
	ours("Organisation"):       stageEntities,
	ours("Campus"):             stageEntities,
	ours("Course"):             stageEntities,
	ours("Module"):             stageEntities,
	ours("Session"):            stageEntities,
	ours("Task"):               stageEntities,
	ours("Role"):               stageRoles,
	ours("RoleTemplate"):       stageTemplates,
	ours("RoleBinding"):        stageBindings,
	ours("GitSync"):            stageGitSyncs,
}

func ours(kind string) schema.GroupVersionKind { return provostv1.GroupVersion.WithKind(kind) }

// stageOf says when an object is applied. An Override of a system role mostly
// takes permissions away, so it comes before the groups and bindings that give the role.
func stageOf(o *unstructured.Unstructured) stage {
	if o.GroupVersionKind() == ours("Role") && roleType(o) == provostv1.RoleTypeOverride {
		return stageRoleOverrides
	}
	return kindStages[o.GroupVersionKind()]
}

func roleType(o *unstructured.Unstructured) provostv1.RoleType {
	t, _, _ := unstructured.NestedString(o.Object, "spec", "type")
	return provostv1.RoleType(t)
}

// byStage splits objects into stages.
func byStage[T any](objects []T, of func(T) stage) [stages][]T {
	var out [stages][]T
	for _, o := range objects {
		s := of(o)
		out[s] = append(out[s], o)
	}
	return out
}
