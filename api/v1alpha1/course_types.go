package v1alpha1

import metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

// CourseSpec says what a course is and where it belongs.
// +structType=atomic
type CourseSpec struct {
	EntitySpec `json:",inline"`

	// parentRef names the campus or organisation that gives the course: a Campus or an Organisation of the same
	// namespace. No role flows down from it. Default: none; the course stands on its own.
	// +optional
	// +kubebuilder:validation:XValidation:rule="self.kind in ['Campus', 'Organisation']",fieldPath=".kind",message="the parent of a Course is a Campus or an Organisation"
	ParentRef *ParentReference `json:"parentRef,omitempty"`

	// termRef names the term in which the course takes place, for example {name: autumn-2026}. It grants and ends nothing: it
	// is what new bindings of the course are written with. Default: none.
	// +optional
	TermRef *TermReference `json:"termRef,omitempty"`
}

// Course is something to learn, or to work on together. It belongs to a campus or directly to an organisation, or stands
// on its own.
// +genclient
// +kubebuilder:object:root=true
// +kubebuilder:subresource:status
// +kubebuilder:resource:path=courses,singular=course,shortName=crs,categories=provost
// +kubebuilder:metadata:labels="app.kubernetes.io/part-of=provost"
// +kubebuilder:selectablefield:JSONPath=`.spec.parentRef.name`
// +kubebuilder:printcolumn:name="Parent",type=string,JSONPath=`.status.parent`,description="The entity above."
// +kubebuilder:printcolumn:name="People",type=integer,JSONPath=`.status.people`,description="How many people hold a role here."
// +kubebuilder:printcolumn:name="Ready",type=string,JSONPath=`.status.conditions[?(@.type=="Ready")].status`,description="Whether it is in effect."
// +kubebuilder:printcolumn:name="Reason",type=string,JSONPath=`.status.conditions[?(@.type=="Ready")].reason`,description="Why, in a word."
// +kubebuilder:printcolumn:name="Age",type=date,JSONPath=`.metadata.creationTimestamp`
type Course struct {
	metav1.TypeMeta `json:",inline"`

	// metadata is the standard object's metadata.
	// +optional
	metav1.ObjectMeta `json:"metadata,omitempty"`

	// spec says what the course is and where it belongs.
	// +optional
	Spec CourseSpec `json:"spec,omitzero"`

	// status is what the controller found out.
	// +optional
	// +kubebuilder:default={"observedGeneration":-1}
	Status EntityStatus `json:"status,omitzero"`
}

// CourseList is a list of courses.
// +kubebuilder:object:root=true
type CourseList struct {
	metav1.TypeMeta `json:",inline"`
	metav1.ListMeta `json:"metadata,omitempty"`

	Items []Course `json:"items"`
}

// GetConditions returns the conditions of the status.
func (in *Course) GetConditions() []metav1.Condition { return in.Status.Conditions }

// SetConditions replaces the conditions of the status.
func (in *Course) SetConditions(conditions []metav1.Condition) { in.Status.Conditions = conditions }

// GetLevel returns LevelCourse.
func (in *Course) GetLevel() Level { return LevelCourse }

// GetParentRef returns the reference to the parent, or nil.
func (in *Course) GetParentRef() *ParentReference { return in.Spec.ParentRef }

// GetEntitySpec returns the part of the spec that all levels have.
func (in *Course) GetEntitySpec() *EntitySpec { return &in.Spec.EntitySpec }

// GetEntityStatus returns the status.
func (in *Course) GetEntityStatus() *EntityStatus { return &in.Status }
