package v1alpha1

import metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

// TaskSpec says what a task is and where it belongs.
// +structType=atomic
type TaskSpec struct {
	EntitySpec `json:",inline"`

	// parentRef names the module, session or course to which the task belongs: a Module, a Session or a Course of the same
	// namespace. No role flows down from it. Default: none; the task stands on its own.
	// +optional
	// +kubebuilder:validation:XValidation:rule="self.kind in ['Module', 'Session', 'Course']",fieldPath=".kind",message="the parent of a Task is a Module, a Session or a Course"
	ParentRef *ParentReference `json:"parentRef,omitempty"`

	// dueAt is when the task is due, for example "2027-03-08T23:59:00Z". It changes no permission.
	// +optional
	// +kubebuilder:validation:Type=string
	// +kubebuilder:validation:MaxLength=35
	// +kubebuilder:validation:Pattern=`^[0-9]{4}-[0-9]{2}-[0-9]{2}T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]([.][0-9]{1,9})?(Z|[+-]([01][0-9]|2[0-3]):[0-5][0-9])$`
	// +kubebuilder:validation:XValidation:rule="self > timestamp('1970-01-01T00:00:00Z')",message="must be a moment after 1970, for example 2027-06-30T00:00:00Z: what other programs write for no time at all is no time; leave the field out"
	DueAt *metav1.Time `json:"dueAt,omitempty"`
}

// Task is something to be done: an exercise, an assignment, a project. It belongs to a module, a session or a course, or
// stands on its own.
// +genclient
// +kubebuilder:object:root=true
// +kubebuilder:subresource:status
// +kubebuilder:resource:path=tasks,singular=task,shortName=tsk,categories=provost
// +kubebuilder:metadata:labels="app.kubernetes.io/part-of=provost"
// +kubebuilder:selectablefield:JSONPath=`.spec.parentRef.name`
// +kubebuilder:printcolumn:name="Parent",type=string,JSONPath=`.status.parent`,description="The entity above."
// +kubebuilder:printcolumn:name="People",type=integer,JSONPath=`.status.people`,description="How many people hold a role here."
// +kubebuilder:printcolumn:name="Ready",type=string,JSONPath=`.status.conditions[?(@.type=="Ready")].status`,description="Whether it is in effect."
// +kubebuilder:printcolumn:name="Reason",type=string,JSONPath=`.status.conditions[?(@.type=="Ready")].reason`,description="Why, in a word."
// +kubebuilder:printcolumn:name="Age",type=date,JSONPath=`.metadata.creationTimestamp`
type Task struct {
	metav1.TypeMeta `json:",inline"`

	// metadata is the standard object's metadata.
	// +optional
	metav1.ObjectMeta `json:"metadata,omitempty"`

	// spec says what the task is and where it belongs.
	// +optional
	Spec TaskSpec `json:"spec,omitzero"`

	// status is what the controller found out.
	// +optional
	// +kubebuilder:default={"observedGeneration":-1}
	Status EntityStatus `json:"status,omitzero"`
}

// TaskList is a list of tasks.
// +kubebuilder:object:root=true
type TaskList struct {
	metav1.TypeMeta `json:",inline"`
	metav1.ListMeta `json:"metadata,omitempty"`

	Items []Task `json:"items"`
}

// GetConditions returns the conditions of the status.
func (in *Task) GetConditions() []metav1.Condition { return in.Status.Conditions }

// SetConditions replaces the conditions of the status.
func (in *Task) SetConditions(conditions []metav1.Condition) { in.Status.Conditions = conditions }

// GetLevel returns LevelTask.
func (in *Task) GetLevel() Level { return LevelTask }

// GetParentRef returns the reference to the parent, or nil.
func (in *Task) GetParentRef() *ParentReference { return in.Spec.ParentRef }

// GetEntitySpec returns the part of the spec that all levels have.
func (in *Task) GetEntitySpec() *EntitySpec { return &in.Spec.EntitySpec }

// GetEntityStatus returns the status.
func (in *Task) GetEntityStatus() *EntityStatus { return &in.Status }
