package v1alpha1

import metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

// SessionSpec says what a session is and where it belongs.
// +structType=atomic
// +kubebuilder:validation:XValidation:rule="!has(self.startsAt) || !has(self.endsAt) || self.startsAt < self.endsAt",fieldPath=".endsAt",message="endsAt must be later than startsAt"
type SessionSpec struct {
	EntitySpec `json:",inline"`

	// parentRef names the module or course to which the session belongs: a Module or a Course of the same
	// namespace. No role flows down from it. Default: none; the session stands on its own.
	// +optional
	// +kubebuilder:validation:XValidation:rule="self.kind in ['Module', 'Course']",fieldPath=".kind",message="the parent of a Session is a Module or a Course"
	ParentRef *ParentReference `json:"parentRef,omitempty"`

	// startsAt is when the session begins, for example "2027-03-01T09:00:00Z". It changes no permission.
	// +optional
	// +kubebuilder:validation:Type=string
	// +kubebuilder:validation:MaxLength=35
	// +kubebuilder:validation:Pattern=`^[0-9]{4}-[0-9]{2}-[0-9]{2}T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]([.][0-9]{1,9})?(Z|[+-]([01][0-9]|2[0-3]):[0-5][0-9])$`
	// +kubebuilder:validation:XValidation:rule="self > timestamp('1970-01-01T00:00:00Z')",message="must be a moment after 1970, for example 2027-06-30T00:00:00Z: what other programs write for no time at all is no time; leave the field out"
	StartsAt *metav1.Time `json:"startsAt,omitempty"`

	// endsAt is when the session ends, later than startsAt. It changes no permission.
	// +optional
	// +kubebuilder:validation:Type=string
	// +kubebuilder:validation:MaxLength=35
	// +kubebuilder:validation:Pattern=`^[0-9]{4}-[0-9]{2}-[0-9]{2}T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]([.][0-9]{1,9})?(Z|[+-]([01][0-9]|2[0-3]):[0-5][0-9])$`
	// +kubebuilder:validation:XValidation:rule="self > timestamp('1970-01-01T00:00:00Z')",message="must be a moment after 1970, for example 2027-06-30T00:00:00Z: what other programs write for no time at all is no time; leave the field out"
	EndsAt *metav1.Time `json:"endsAt,omitempty"`
}

// Session is a meeting at a time: a lecture, a workshop, a call. It belongs to a module or a course, or stands on its own.
// +genclient
// +kubebuilder:object:root=true
// +kubebuilder:subresource:status
// +kubebuilder:resource:path=sessions,singular=session,shortName=ses,categories=provost
// +kubebuilder:metadata:labels="app.kubernetes.io/part-of=provost"
// +kubebuilder:selectablefield:JSONPath=`.spec.parentRef.name`
// +kubebuilder:printcolumn:name="Parent",type=string,JSONPath=`.status.parent`,description="The entity above."
// +kubebuilder:printcolumn:name="People",type=integer,JSONPath=`.status.people`,description="How many people hold a role here."
// +kubebuilder:printcolumn:name="Ready",type=string,JSONPath=`.status.conditions[?(@.type=="Ready")].status`,description="Whether it is in effect."
// +kubebuilder:printcolumn:name="Reason",type=string,JSONPath=`.status.conditions[?(@.type=="Ready")].reason`,description="Why, in a word."
// +kubebuilder:printcolumn:name="Age",type=date,JSONPath=`.metadata.creationTimestamp`
type Session struct {
	metav1.TypeMeta `json:",inline"`

	// metadata is the standard object's metadata.
	// +optional
	metav1.ObjectMeta `json:"metadata,omitempty"`

	// spec says what the session is and where it belongs.
	// +optional
	Spec SessionSpec `json:"spec,omitzero"`

	// status is what the controller found out.
	// +optional
	// +kubebuilder:default={"observedGeneration":-1}
	Status EntityStatus `json:"status,omitzero"`
}

// SessionList is a list of sessions.
// +kubebuilder:object:root=true
type SessionList struct {
	metav1.TypeMeta `json:",inline"`
	metav1.ListMeta `json:"metadata,omitempty"`

	Items []Session `json:"items"`
}

// GetConditions returns the conditions of the status.
func (in *Session) GetConditions() []metav1.Condition { return in.Status.Conditions }

// SetConditions replaces the conditions of the status.
func (in *Session) SetConditions(conditions []metav1.Condition) { in.Status.Conditions = conditions }

// GetLevel returns LevelSession.
func (in *Session) GetLevel() Level { return LevelSession }

// GetParentRef returns the reference to the parent, or nil.
func (in *Session) GetParentRef() *ParentReference { return in.Spec.ParentRef }

// GetEntitySpec returns the part of the spec that all levels have.
func (in *Session) GetEntitySpec() *EntitySpec { return &in.Spec.EntitySpec }

// GetEntityStatus returns the status.
func (in *Session) GetEntityStatus() *EntityStatus { return &in.Status }
