package v1alpha1

import metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

// OrganisationSpec says what an organisation is and where it belongs.
// +structType=atomic
type OrganisationSpec struct {
	EntitySpec `json:",inline"`
}

// Organisation is the top of the six levels: a university, a company, a community. Campuses, courses and what lies below
// them belong to it by naming it, or something that belongs to it, as their parent.
// +genclient
// +kubebuilder:object:root=true
// +kubebuilder:subresource:status
// +kubebuilder:resource:path=organisations,singular=organisation,shortName=org,categories=provost
// +kubebuilder:metadata:labels="app.kubernetes.io/part-of=provost"
// +kubebuilder:printcolumn:name="People",type=integer,JSONPath=`.status.people`,description="How many people hold a role here."
// +kubebuilder:printcolumn:name="Children",type=integer,JSONPath=`.status.children`,description="How many entities lie directly below."
// +kubebuilder:printcolumn:name="Ready",type=string,JSONPath=`.status.conditions[?(@.type=="Ready")].status`,description="Whether it is in effect."
// +kubebuilder:printcolumn:name="Reason",type=string,JSONPath=`.status.conditions[?(@.type=="Ready")].reason`,description="Why, in a word."
// +kubebuilder:printcolumn:name="Age",type=date,JSONPath=`.metadata.creationTimestamp`
type Organisation struct {
	metav1.TypeMeta `json:",inline"`

	// metadata is the standard object's metadata.
	// +optional
	metav1.ObjectMeta `json:"metadata,omitempty"`

	// spec says what the organisation is and where it belongs.
	// +optional
	Spec OrganisationSpec `json:"spec,omitzero"`

	// status is what the controller found out.
	// +optional
	// +kubebuilder:default={"observedGeneration":-1}
	Status EntityStatus `json:"status,omitzero"`
}

// OrganisationList is a list of organisations.
// +kubebuilder:object:root=true
type OrganisationList struct {
	metav1.TypeMeta `json:",inline"`
	metav1.ListMeta `json:"metadata,omitempty"`

	Items []Organisation `json:"items"`
}

// GetConditions returns the conditions of the status.
func (in *Organisation) GetConditions() []metav1.Condition { return in.Status.Conditions }

// SetConditions replaces the conditions of the status.
func (in *Organisation) SetConditions(conditions []metav1.Condition) {
	in.Status.Conditions = conditions
}

// GetLevel returns LevelOrganisation.
func (in *Organisation) GetLevel() Level { return LevelOrganisation }

// GetParentRef returns nil: nothing is above an organisation.
func (in *Organisation) GetParentRef() *ParentReference { return nil }

// GetEntitySpec returns the part of the spec that all levels have.
func (in *Organisation) GetEntitySpec() *EntitySpec { return &in.Spec.EntitySpec }

// GetEntityStatus returns the status.
func (in *Organisation) GetEntityStatus() *EntityStatus { return &in.Status }
