package v1alpha1

import metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

// TemplateRole is one role of a template.
type TemplateRole struct {
	// name is the name of the role, for example course-student.
	// +required
	Name ObjectName `json:"name"`
}

// RoleTemplateSpec says which roles a template stands for.
// +structType=atomic
type RoleTemplateSpec struct {
	// displayName is the name that people see, for example Teaching staff. Default: metadata.name.
	// +optional
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=200
	DisplayName string `json:"displayName,omitempty"`

	// roles lists the roles, of any levels. Given at an entity, those of the entity's level apply. A change here changes
	// everything that names the template.
	// +required
	// +listType=map
	// +listMapKey=name
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=64
	Roles []TemplateRole `json:"roles"`
}

// RoleTemplateStatus is what the controller says of a template.
type RoleTemplateStatus struct {
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

	// roleCount is how many of the roles exist; the column ROLES shows it.
	// +optional
	// +kubebuilder:validation:Minimum=0
	RoleCount *int32 `json:"roleCount,omitempty"`

	// bindings is how many bindings and enrolments name the template.
	// +optional
	// +kubebuilder:validation:Minimum=0
	Bindings *int32 `json:"bindings,omitempty"`

	// people is how many people have something through the template now. It is counted every now and then, not at once.
	// +optional
	// +kubebuilder:validation:Minimum=0
	People *int32 `json:"people,omitempty"`
}

// RoleTemplate is a named set of roles that a binding or an enrolment can give as one. Those in provost-system serve every
// namespace; one of the same name in the own namespace goes before it.
// +genclient
// +kubebuilder:object:root=true
// +kubebuilder:subresource:status
// +kubebuilder:resource:path=roletemplates,singular=roletemplate,shortName=rtpl,categories=provost
// +kubebuilder:metadata:labels="app.kubernetes.io/part-of=provost"
// +kubebuilder:printcolumn:name="Roles",type=integer,JSONPath=`.status.roleCount`,description="How many roles it stands for."
// +kubebuilder:printcolumn:name="People",type=integer,JSONPath=`.status.people`,description="How many people have something through it."
// +kubebuilder:printcolumn:name="Ready",type=string,JSONPath=`.status.conditions[?(@.type=="Ready")].status`,description="Whether it is in effect."
// +kubebuilder:printcolumn:name="Reason",type=string,JSONPath=`.status.conditions[?(@.type=="Ready")].reason`,description="Why, in a word."
// +kubebuilder:printcolumn:name="Age",type=date,JSONPath=`.metadata.creationTimestamp`
type RoleTemplate struct {
	metav1.TypeMeta `json:",inline"`

	// metadata is the standard object's metadata.
	// +optional
	metav1.ObjectMeta `json:"metadata,omitempty"`

	// spec says which roles the template stands for.
	// +required
	Spec RoleTemplateSpec `json:"spec"`

	// status is what the controller found out.
	// +optional
	// +kubebuilder:default={"observedGeneration":-1}
	Status RoleTemplateStatus `json:"status,omitzero"`
}

// RoleTemplateList is a list of objects of the kind RoleTemplate.
// +kubebuilder:object:root=true
type RoleTemplateList struct {
	metav1.TypeMeta `json:",inline"`
	metav1.ListMeta `json:"metadata,omitempty"`

	Items []RoleTemplate `json:"items"`
}

// GetConditions returns the conditions of the status.
func (in *RoleTemplate) GetConditions() []metav1.Condition { return in.Status.Conditions }

// SetConditions replaces the conditions of the status.
func (in *RoleTemplate) SetConditions(conditions []metav1.Condition) {
	in.Status.Conditions = conditions
}
