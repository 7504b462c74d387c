package v1alpha1

import metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

// ModuleSpec says what a module is and where it belongs.
// +structType=atomic
type ModuleSpec struct {
	EntitySpec `json:",inline"`

	// parentRef names the course of which this is a module: a Course of the same
	// namespace. No role flows down from it. Default: none; the module stands on its own.
	// +optional
	// +kubebuilder:validation:XValidation:rule="self.kind == 'Course'",fieldPath=".kind",message="the parent of a Module is a Course"
	ParentRef *ParentReference `json:"parentRef,omitempty"`
}

// Module is a part of a course.
// +genclient
// +kubebuilder:object:root=true
// +kubebuilder:subresource:status
// +kubebuilder:resource:path=modules,singular=module,shortName=mdl,categories=provost
// +kubebuilder:metadata:labels="app.kubernetes.io/part-of=provost"
// +kubebuilder:selectablefield:JSONPath=`.spec.parentRef.name`
// +kubebuilder:printcolumn:name="Parent",type=string,JSONPath=`.status.parent`,description="The entity above."
// +kubebuilder:printcolumn:name="People",type=integer,JSONPath=`.status.people`,description="How many people hold a role here."
// +kubebuilder:printcolumn:name="Ready",type=string,JSONPath=`.status.conditions[?(@.type=="Ready")].status`,description="Whether it is in effect."
// +kubebuilder:printcolumn:name="Reason",type=string,JSONPath=`.status.conditions[?(@.type=="Ready")].reason`,description="Why, in a word."
// +kubebuilder:printcolumn:name="Age",type=date,JSONPath=`.metadata.creationTimestamp`
type Module struct {
	metav1.TypeMeta `json:",inline"`

	// metadata is the standard object's metadata.
	// +optional
	metav1.ObjectMeta `json:"metadata,omitempty"`

	// spec says what the module is and where it belongs.
	// +optional
	Spec ModuleSpec `json:"spec,omitzero"`

	// status is what the controller found out.
	// +optional
	// +kubebuilder:default={"observedGeneration":-1}
	Status EntityStatus `json:"status,omitzero"`
}

// ModuleList is a list of modules.
// +kubebuilder:object:root=true
type ModuleList struct {
	metav1.TypeMeta `json:",inline"`
	metav1.ListMeta `json:"metadata,omitempty"`

	Items []Module `json:"items"`
}

// GetConditions returns the conditions of the status.
func (in *Module) GetConditions() []metav1.Condition { return in.Status.Conditions }

// SetConditions replaces the conditions of the status.
func (in *Module) SetConditions(conditions []metav1.Condition) { in.Status.Conditions = conditions }

// GetLevel returns LevelModule.
func (in *Module) GetLevel() Level { return LevelModule }

// GetParentRef returns the reference to the parent, or nil.
func (in *Module) GetParentRef() *ParentReference { return in.Spec.ParentRef }

// GetEntitySpec returns the part of the spec that all levels have.
func (in *Module) GetEntitySpec() *EntitySpec { return &in.Spec.EntitySpec }

// GetEntityStatus returns the status.
func (in *Module) GetEntityStatus() *EntityStatus { return &in.Status }
