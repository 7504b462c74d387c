package source

import (
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	utilruntime "k8s.io/apimachinery/pkg/util/runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"provost.dev/provost/api/v1alpha1"
)

// listed are the kinds that bear on access, by the names of their resources.
var listed = []struct {
	list       client.ObjectList
	kind       string
	resource   string
	namespaced bool
}{
	{&corev1.NamespaceList{}, "Namespace", "namespaces", false},
	{&v1alpha1.PlatformList{}, "Platform", "platforms", false},
	{&v1alpha1.PersonList{}, "Person", "people", false},
	{&v1alpha1.SystemDenyList{}, "SystemDeny", "systemdenies", false},
	{&v1alpha1.OrganisationList{}, "Organisation", "organisations", true},
	{&v1alpha1.CampusList{}, "Campus", "campuses", true},
	{&v1alpha1.CourseList{}, "Course", "courses", true},
	{&v1alpha1.ModuleList{}, "Module", "modules", true},
	{&v1alpha1.SessionList{}, "Session", "sessions", true},
	{&v1alpha1.TaskList{}, "Task", "tasks", true},
	{&v1alpha1.GroupList{}, "Group", "groups", true},
	{&v1alpha1.RoleList{}, "Role", "roles", true},
	{&v1alpha1.RoleTemplateList{}, "RoleTemplate", "roletemplates", true},
	{&v1alpha1.RoleBindingList{}, "RoleBinding", "rolebindings", true},
	{&v1alpha1.PermissionOverrideList{}, "PermissionOverride", "permissionoverrides", true},
}

// DeclaredKinds are the listed kinds that are ours.
func DeclaredKinds() []string {
	var out []string
	for _, k := range listed {
		if groupOf(k.kind) == v1alpha1.GroupName {
			out = append(out, k.kind)
		}
	}
	return out
}

func groupOf(kind string) string {
	if kind == "Namespace" {
		return ""
	}
	return v1alpha1.GroupName
}

// newMapper knows the resources of the listed kinds, so that no cluster has to be asked for them.
func newMapper() meta.RESTMapper {
	mapper := meta.NewDefaultRESTMapper([]schema.GroupVersion{v1alpha1.GroupVersion, corev1.SchemeGroupVersion})
	for _, k := range listed {
		gv := schema.GroupVersion{Group: groupOf(k.kind), Version: v1alpha1.GroupVersion.Version}
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
	utilruntime.Must(v1alpha1.AddToScheme(scheme))
	return scheme
}
