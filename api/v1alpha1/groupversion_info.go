package v1alpha1

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

// GroupName is the API group of every kind in this package.
const GroupName = "provost.dev"

var (
	// GroupVersion is the group and version of every kind in this package.
	GroupVersion = schema.GroupVersion{Group: GroupName, Version: "v1alpha1"}

	// SchemeBuilder collects the functions that add the kinds to a scheme.
	SchemeBuilder = runtime.NewSchemeBuilder(addKnownTypes)

	// AddToScheme adds every kind of this package, and its list, to a scheme.
	AddToScheme = SchemeBuilder.AddToScheme
)

// Resource qualifies a resource name, such as "courses", with the group.
func Resource(resource string) schema.GroupResource {
	return GroupVersion.WithResource(resource).GroupResource()
}

func addKnownTypes(scheme *runtime.Scheme) error {
	scheme.AddKnownTypes(GroupVersion,
		&Organisation{}, &OrganisationList{},
		&Campus{}, &CampusList{},
		&Course{}, &CourseList{},
		&Module{}, &ModuleList{},
		&Session{}, &SessionList{},
		&Task{}, &TaskList{},
		&Person{}, &PersonList{},
		&Group{}, &GroupList{},
		&Role{}, &RoleList{},
		&RoleTemplate{}, &RoleTemplateList{},
		&RoleBinding{}, &RoleBindingList{},
		&Term{}, &TermList{},
		&PermissionOverride{}, &PermissionOverrideList{},
		&SystemDeny{}, &SystemDenyList{},
		&EffectivePermissions{}, &EffectivePermissionsList{},
		&Platform{}, &PlatformList{},
		&GitSync{}, &GitSyncList{},
	)
	metav1.AddToGroupVersion(scheme, GroupVersion)
	return nil
}
