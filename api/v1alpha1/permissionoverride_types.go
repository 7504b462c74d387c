package v1alpha1

import metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

// PermissionOverrideSpec says exactly what one person may do at one entity.
// +structType=atomic
type PermissionOverrideSpec struct {
	// person is the name of the person, for example erin.
	// +required
	Person PersonName `json:"person"`

	// entityRef names the entity, of the same namespace.
	// +required
	EntityRef EntityReference `json:"entityRef"`

	// permissions lists exactly what the person may do there while this counts, whatever the person's roles say. "*",
	// alone, is every permission of the level; an empty list is none.
	// +required
	// +listType=set
	// +kubebuilder:validation:MaxItems=64
	// +kubebuilder:validation:XValidation:rule="!('*' in self) || size(self) == 1",message="'*' is every permission of the level and stands alone: leave the others out"
	Permissions []Permission `json:"permissions"`

	// reason says why, for example Visiting auditor.
	// +required
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=2000
	Reason string `json:"reason"`

	Window `json:",inline"`
}

// PermissionOverrideStatus is what the controller says of an override for a person.
type PermissionOverrideStatus struct {
	// conditions say whether the object is in effect. Ready is always there; Reconciling, Stalled and others only while
	// true.
	// +optional
	// +listType=map
	// +listMapKey=type
	// +kubebuilder:validation:MaxItems=16
	Conditions []metav1.Condition `json:"conditions,omitempty"`

	// observedGeneration is the generation of the spec that this status speaks of; -1 before the first look.
	// +optional
	// +kubebuilder:validation:Minimum=-1
	ObservedGeneration int64 `json:"observedGeneration,omitempty"`

	// entity is where, as Kind/name, for example Course/algebra-1. The column ENTITY shows it.
	// +optional
	// +kubebuilder:validation:MaxLength=270
	Entity string `json:"entity,omitempty"`

	// until is when the override ends, as people read it: "end of 2027-06-29", or 2027-06-29 12:00:00Z where that is
	// within a day; empty for one without end. The column UNTIL shows it; spec.notAfter has it for machines.
	// +optional
	// +kubebuilder:validation:MaxLength=64
	Until string `json:"until,omitempty"`

	// permissionCount is how many permissions the override leaves the person; the column PERMISSIONS shows it.
	// +optional
	// +kubebuilder:validation:Minimum=0
	PermissionCount *int32 `json:"permissionCount,omitempty"`

	// replaced lists what the person's roles would give there now without the override, in the order of the catalogue.
	// +optional
	// +listType=atomic
	// +kubebuilder:validation:MaxItems=64
	// +kubebuilder:validation:items:MaxLength=63
	Replaced []string `json:"replaced,omitempty"`
}

// PermissionOverride says exactly what one person may do at one entity, in place of what the person's roles give there.
// Deleted, or over, the roles count again. Two for the same person and entity: what both allow, and both report Conflict.
// +genclient
// +kubebuilder:object:root=true
// +kubebuilder:subresource:status
// +kubebuilder:resource:path=permissionoverrides,singular=permissionoverride,shortName=pov,categories=provost
// +kubebuilder:metadata:labels="app.kubernetes.io/part-of=provost"
// +kubebuilder:selectablefield:JSONPath=`.spec.entityRef.kind`
// +kubebuilder:selectablefield:JSONPath=`.spec.entityRef.name`
// +kubebuilder:selectablefield:JSONPath=`.spec.person`
// +kubebuilder:printcolumn:name="Person",type=string,JSONPath=`.spec.person`,description="Whose permissions."
// +kubebuilder:printcolumn:name="Entity",type=string,JSONPath=`.status.entity`,description="Where."
// +kubebuilder:printcolumn:name="Permissions",type=integer,JSONPath=`.status.permissionCount`,description="How many permissions it leaves."
// +kubebuilder:printcolumn:name="Until",type=string,JSONPath=`.status.until`,description="When it ends."
// +kubebuilder:printcolumn:name="Ready",type=string,JSONPath=`.status.conditions[?(@.type=="Ready")].status`,description="Whether it is in effect."
// +kubebuilder:printcolumn:name="Reason",type=string,JSONPath=`.status.conditions[?(@.type=="Ready")].reason`,description="Why, in a word."
// +kubebuilder:printcolumn:name="Age",type=date,JSONPath=`.metadata.creationTimestamp`
type PermissionOverride struct {
	metav1.TypeMeta `json:",inline"`

	// metadata is the standard object's metadata.
	// +optional
	metav1.ObjectMeta `json:"metadata,omitempty"`

	// spec says exactly what one person may do at one entity.
	// +required
	Spec PermissionOverrideSpec `json:"spec"`

	// status is what the controller found out.
	// +optional
	// +kubebuilder:default={"observedGeneration":-1}
	Status PermissionOverrideStatus `json:"status,omitzero"`
}

// PermissionOverrideList is a list of objects of the kind PermissionOverride.
// +kubebuilder:object:root=true
type PermissionOverrideList struct {
	metav1.TypeMeta `json:",inline"`
	metav1.ListMeta `json:"metadata,omitempty"`

	Items []PermissionOverride `json:"items"`
}

// GetConditions returns the conditions of the status.
func (in *PermissionOverride) GetConditions() []metav1.Condition { return in.Status.Conditions }

// SetConditions replaces the conditions of the status.
func (in *PermissionOverride) SetConditions(conditions []metav1.Condition) {
	in.Status.Conditions = conditions
}
