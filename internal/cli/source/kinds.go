package source

import (
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	utilruntime "k8s.io/apimachinery/pkg/util/runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	provostv1 "provost.dev/provost/api/v1alpha1"
)

// listedKind is a kind of which all objects are listed.
type listedKind struct {
	list       client.ObjectList
	kind       string
	resource   string
	namespaced bool
}

// gitSyncs is the kind that bears on nobody's access, and says how access comes into the cluster.
var gitSyncs = listedKind{&provostv1.GitSyncList{}, "GitSync", "gitsyncs", true}

// listed are the kinds that bear on access, by the names of their resources.
var listed = []listedKind{
	{&corev1.NamespaceList{}, "Namespace", "namespaces", false},
	{&provostv1.PlatformList{}, "Platform", "platforms", false},
	{&provostv1.PersonList{}, "Person", "people", false},
	{&provostv1.SystemDenyList{}, "SystemDeny", "systemdenies", false},
	{&provostv1.OrganisationList{}, "Organisation", "organisations", true},
	{&provostv1.CampusList{}, "Campus", "campuses", true},
	{&provostv1.CourseList{}, "Course", "courses", true},
	{&provostv1.ModuleList{}, "Module", "modules", true},
	{&provostv1.SessionList{}, "Session", "sessions", true},
	{&provostv1.TaskList{}, "Task", "tasks", true},
	{&provostv1.GroupList{}, "Group", "groups", true},
	{&provostv1.RoleList{}, "Role", "roles", true},
	{&provostv1.RoleTemplateList{}, "RoleTemplate", "roletemplates", true},
	{&provostv1.TermList{}, "Term", "terms", true},
	{&provostv1.RoleBindingList{}, "RoleBinding", "rolebindings", true},
	{&provostv1.PermissionOverrideList{}, "PermissionOverride", "permissionoverrides", true},
}

// DeclaredKinds are the listed kinds that are ours.
func DeclaredKinds() []string {
	var out []string
	for _, k := range listed {
		if groupOf(k.kind) == provostv1.GroupName {
			out = append(out, k.kind)
		}
	}
	return out
}

func groupOf(kind string) string {
	if kind == "Namespace" {
		return ""
	}
	return provostv1.GroupName
}

// newMapper knows the resources of the listed kinds, so that no cluster has to be asked for them.
func newMapper() meta.RESTMapper {
	mapper := meta.NewDefaultRESTMapper([]schema.GroupVersion{provostv1.GroupVersion, corev1.SchemeGroupVersion})
	for _, k := range append(slices.Clone(listed), gitSyncs) {
		gv := schema.GroupVersion{Group: groupOf(k.kind), Version: provostv1.GroupVersion.Version}
		if gv.Group == "" {
			gv = corev1.SchemeGroupVersion
		}
		scope := meta.RESTScopeRoot
		if k.namespaced {
			scope = meta.RESTScopeNamespace
		}
		mapper.AddSpecific(gv.WithKind(k.kind), gv.WithResource(k.resource), gv.WithResource(strings.ToLower(k.kind)), scope)
	}
	return mapper
}

func newScheme() *runtime.Scheme {
	scheme := runtime.NewScheme()
	utilruntime.Must(corev1.AddToScheme(scheme))
	utilruntime.Must(provostv1.AddToScheme(scheme))
	return scheme
}
