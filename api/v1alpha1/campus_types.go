package v1alpha1

import metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

// CampusSpec says what a campus is and where it belongs.
// +structType=atomic
type CampusSpec struct {
	EntitySpec `json:",inline"`

	// parentRef names the organisation of which this is a campus: an Organisation of the same
	// namespace. No role flows down from it. Default: none; the campus stands on its own.
	// +optional
	// +kubebuilder:validation:XValidation:rule="self.kind == 'Organisation'",fieldPath=".kind",message="the parent of a Campus is an Organisation"
	ParentRef *ParentReference `json:"parentRef,omitempty"`
}

// Campus is a part of an organisation that has courses of its own: a place, a faculty, a branch.
// +genclient
// +kubebuilder:object:root=true
// +kubebuilder:subresource:status
// +kubebuilder:resource:path=campuses,singular=campus,shortName=cam,categories=provost
// +kubebuilder:metadata:labels="app.kubernetes.io/part-of=provost"
// +kubebuilder:selectablefield:JSONPath=`.spec.parentRef.name`
// +kubebuilder:printcolumn:name="Parent",type=string,JSONPath=`.status.parent`,description="The entity above."
// +kubebuilder:printcolumn:name="People",type=integer,JSONPath=`.status.people`,description="How many people hold a role here."
// +kubebuilder:printcolumn:name="Ready",type=string,JSONPath=`.status.conditions[?(@.type=="Ready")].status`,description="Whether it is in effect."
// +kubebuilder:printcolumn:name="Reason",type=string,JSONPath=`.status.conditions[?(@.type=="Ready")].reason`,description="Why, in a word."
// +kubebuilder:printcolumn:name="Age",type=date,JSONPath=`.metadata.creationTimestamp`
type Campus struct {
	metav1.TypeMeta `json:",inline"`

	// metadata is the standard object's metadata.
	// +optional
	metav1.ObjectMeta `json:"metadata,omitempty"`

	// spec says what the campus is and where it belongs.
	// +optional
	Spec CampusSpec `json:"spec,omitzero"`

	// status is what the controller found out.
	// +optional
	// +kubebuilder:default={"observedGeneration":-1}
	Status EntityStatus `json:"status,omitzero"`
}

// CampusList is a list of campuses.
// +kubebuilder:object:root=true
type CampusList struct {
	metav1.TypeMeta `json:",inline"`
	metav1.ListMeta `json:"metadata,omitempty"`

	Items []Campus `json:"items"`
}

// GetConditions returns the conditions of the status.
func (in *Campus) GetConditions() []metav1.Condition { return in.Status.Conditions }

// SetConditions replaces the conditions of the status.
func (in *Campus) SetConditions(conditions []metav1.Condition) { in.Status.Conditions = conditions }

// GetLevel returns LevelCampus.
func (in *Campus) GetLevel() Level { return LevelCampus }

// GetParentRef returns the reference to the parent, or nil.
func (in *Campus) GetParentRef() *ParentReference { return in.Spec.ParentRef }

// GetEntitySpec returns the part of the spec that all levels have.
func (in *Campus) GetEntitySpec() *EntitySpec { return &in.Spec.EntitySpec }

// GetEntityStatus returns the status.
func (in *Campus) GetEntityStatus() *EntityStatus { return &in.Status }
