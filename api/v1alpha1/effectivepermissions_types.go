package v1alpha1

import metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

// AccessSourceKind says what gave access.
// +kubebuilder:validation:Enum=RoleBinding;Enrolment;Role;PermissionOverride
type AccessSourceKind string

// What may give access.
const (
	// SourceRoleBinding is a RoleBinding.
	SourceRoleBinding AccessSourceKind = "RoleBinding"
	// SourceEnrolment is an enrolment of a Group.
	SourceEnrolment AccessSourceKind = "Enrolment"
	// SourceRole is a Role of the type Override, which replaced the permissions of a system role.
	SourceRole AccessSourceKind = "Role"
	// SourcePermissionOverride is a PermissionOverride.
	SourcePermissionOverride AccessSourceKind = "PermissionOverride"
)

// AccessSource is one thing that gave access, or had a part in it.
type AccessSource struct {
	// kind is RoleBinding, Enrolment (of the group that name names), Role (an Override) or PermissionOverride.
	// +required
	Kind AccessSourceKind `json:"kind"`

	// name is the name of the object, in the same namespace.
	// +required
	// +kubebuilder:validation:MaxLength=253
	Name string `json:"name"`

	// enrolment is the name of the enrolment within the group, for the kind Enrolment.
	// +optional
	// +kubebuilder:validation:MaxLength=253
	Enrolment string `json:"enrolment,omitempty"`

	// role is the name of the role that came through it.
	// +optional
	// +kubebuilder:validation:MaxLength=253
	Role string `json:"role,omitempty"`

	// through lists the groups from the one that declares the person up to the one that has the access, as name or, for
	// one of another namespace, namespace/name. Left out where the person is named directly.
	// +optional
	// +listType=atomic
	// +kubebuilder:validation:MaxItems=64
	// +kubebuilder:validation:items:MaxLength=317
	Through []string `json:"through,omitempty"`
}

// Access is the same access at a number of entities.
type Access struct {
	// entities lists the entities where this holds, each as Kind/name, sorted, for example [Course/algebra-1].
	// +required
	// +listType=atomic
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=20000
	// +kubebuilder:validation:items:MaxLength=270
	Entities []string `json:"entities"`

	// roles lists the roles that the person holds at each of them, sorted.
	// +optional
	// +listType=atomic
	// +kubebuilder:validation:MaxItems=512
	// +kubebuilder:validation:items:MaxLength=253
	Roles []string `json:"roles,omitempty"`

	// permissions lists what the person may do at each of them, after overrides and denies, in the order of the
	// catalogue. Empty where everything was taken away.
	// +optional
	// +listType=atomic
	// +kubebuilder:validation:MaxItems=64
	// +kubebuilder:validation:items:MaxLength=63
	Permissions []string `json:"permissions,omitempty"`

	// notAfter is when the clock next takes something of this away; absent where it does not.
	// +optional
	// +kubebuilder:validation:XValidation:rule="self >= timestamp('0001-01-01T00:00:00Z')",message="must be a moment in time, for example 2027-06-30T00:00:00Z"
	NotAfter *metav1.Time `json:"notAfter,omitempty"`

	// sources lists what gave this, at most 16. Items of equal access with different sources are still one item.
	// +optional
	// +listType=atomic
	// +kubebuilder:validation:MaxItems=16
	Sources []AccessSource `json:"sources,omitempty"`

	// sourceCount is how many sources there are in all.
	// +optional
	// +kubebuilder:validation:Minimum=0
	// +kubebuilder:validation:Maximum=2147483647
	SourceCount *int32 `json:"sourceCount,omitempty"`
}

// DeniedAccess is what SystemDenies take away at a number of entities.
type DeniedAccess struct {
	// entities lists the entities where this holds, each as Kind/name, sorted.
	// +required
	// +listType=atomic
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=20000
	// +kubebuilder:validation:items:MaxLength=270
	Entities []string `json:"entities"`

	// permissions lists what the person would have at each of them and does not, in the order of the catalogue.
	// +required
	// +listType=atomic
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=64
	// +kubebuilder:validation:items:MaxLength=63
	Permissions []string `json:"permissions"`

	// denies lists the SystemDenies that take it away, sorted, at most 16.
	// +optional
	// +listType=atomic
	// +kubebuilder:validation:MaxItems=16
	// +kubebuilder:validation:items:MaxLength=253
	Denies []string `json:"denies,omitempty"`
}

// EffectivePermissionsStatus is what one person may do in one namespace.
type EffectivePermissionsStatus struct {
	// conditions hold Ready, which is True: the object is written when its content is known.
	// +optional
	// +listType=map
	// +listMapKey=type
	// +kubebuilder:validation:MaxItems=16
	// +kubebuilder:validation:XValidation:rule="self.all(c, c.lastTransitionTime >= timestamp('0001-01-01T00:00:00Z'))",message="lastTransitionTime must be a moment in time"
	Conditions []metav1.Condition `json:"conditions,omitempty"`

	// person is the name of the person, and of this object.
	// +required
	// +kubebuilder:validation:MaxLength=63
	Person string `json:"person"`

	// access lists what the person may do, with entities of equal access in one item.
	// +optional
	// +listType=atomic
	// +kubebuilder:validation:MaxItems=5000
	Access []Access `json:"access,omitempty"`

	// denied lists what SystemDenies take from the person.
	// +optional
	// +listType=atomic
	// +kubebuilder:validation:MaxItems=5000
	Denied []DeniedAccess `json:"denied,omitempty"`

	// customised lists the entities, each as Kind/name, sorted, where a PermissionOverride and not the roles decide.
	// +optional
	// +listType=atomic
	// +kubebuilder:validation:MaxItems=20000
	// +kubebuilder:validation:items:MaxLength=270
	Customised []string `json:"customised,omitempty"`

	// entityCount is at how many entities the person may do something; the column ENTITIES shows it.
	// +optional
	// +kubebuilder:validation:Minimum=0
	// +kubebuilder:validation:Maximum=2147483647
	EntityCount *int32 `json:"entityCount,omitempty"`

	// roleCount is how many different roles the person holds; the column ROLES shows it.
	// +optional
	// +kubebuilder:validation:Minimum=0
	// +kubebuilder:validation:Maximum=2147483647
	RoleCount *int32 `json:"roleCount,omitempty"`

	// customisedCount is at how many entities a PermissionOverride decides; the column CUSTOMISED shows it.
	// +optional
	// +kubebuilder:validation:Minimum=0
	// +kubebuilder:validation:Maximum=2147483647
	CustomisedCount *int32 `json:"customisedCount,omitempty"`
}

// EffectivePermissions is what one person may do in one namespace, with what gave it. The manager alone writes it, and has it
// follow every change; it has the name of the person. It has no spec, and nothing is ever decided from it.
// +genclient
// +kubebuilder:object:root=true
// +kubebuilder:resource:path=effectivepermissions,singular=effectivepermissions,shortName=eperm,categories=provost
// +kubebuilder:metadata:labels="app.kubernetes.io/part-of=provost"
// +kubebuilder:printcolumn:name="Entities",type=integer,JSONPath=`.status.entityCount`,description="At how many entities the person may do something."
// +kubebuilder:printcolumn:name="Roles",type=integer,JSONPath=`.status.roleCount`,description="How many different roles the person holds."
// +kubebuilder:printcolumn:name="Customised",type=integer,JSONPath=`.status.customisedCount`,description="At how many entities a PermissionOverride decides."
// +kubebuilder:printcolumn:name="Ready",type=string,JSONPath=`.status.conditions[?(@.type=="Ready")].status`,description="Whether it is in effect."
// +kubebuilder:printcolumn:name="Reason",type=string,JSONPath=`.status.conditions[?(@.type=="Ready")].reason`,description="Why, in a word."
// +kubebuilder:printcolumn:name="Age",type=date,JSONPath=`.metadata.creationTimestamp`
// +kubebuilder:validation:XValidation:rule="!has(self.status) || self.status.person == self.metadata.name",fieldPath=".status.person",message="an EffectivePermissions has the name of its person"
type EffectivePermissions struct { //nolint:kubeapilinter // without a status subresource, one write creates it with its content
	metav1.TypeMeta `json:",inline"`

	// metadata is the standard object's metadata.
	// +optional
	metav1.ObjectMeta `json:"metadata,omitempty"`

	// status is what the person may do.
	// +optional
	Status EffectivePermissionsStatus `json:"status,omitzero"`
}

// EffectivePermissionsList is a list of objects of the kind EffectivePermissions.
// +kubebuilder:object:root=true
type EffectivePermissionsList struct {
	metav1.TypeMeta `json:",inline"`
	metav1.ListMeta `json:"metadata,omitempty"`

	Items []EffectivePermissions `json:"items"`
}

// GetConditions returns the conditions of the status.
func (in *EffectivePermissions) GetConditions() []metav1.Condition { return in.Status.Conditions }

// SetConditions replaces the conditions of the status.
func (in *EffectivePermissions) SetConditions(conditions []metav1.Condition) {
	in.Status.Conditions = conditions
}
