package v1alpha1

import metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

// Day is a date of the calendar, such as 2027-02-01, in no time zone.
// +kubebuilder:validation:MaxLength=10
// +kubebuilder:validation:XValidation:rule="self.matches('^[0-9]{4}-((0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])|(0[469]|11)-(0[1-9]|[12][0-9]|30)|02-(0[1-9]|1[0-9]|2[0-8]))$') || self.matches('^([0-9]{2}(0[48]|[2468][048]|[13579][26])|([02468][048]|[13579][26])00)-02-29$')",message="must be a date of the calendar, as year, month and day, for example 2027-02-01"
type Day string

// TimeZone is the name of a time zone of the IANA database, such as Europe/Berlin.
// +kubebuilder:validation:MaxLength=64
// +kubebuilder:validation:XValidation:rule="self.matches('^[A-Za-z0-9+_-]+(/[A-Za-z0-9+_-]+)*$')",message="must be the name of a time zone of the IANA database, for example Europe/Berlin or UTC"
type TimeZone string

// TermNamespace is the namespace of a term that is not of the own one.
// +kubebuilder:validation:XValidation:rule="self == 'provost-system'",message="must be provost-system, or left out for a term of the own namespace"
// +kubebuilder:validation:MaxLength=63
type TermNamespace string

// TermReference names a term, of the same namespace unless it says provost-system.
type TermReference struct {
	// name is the name of the term, for example autumn-2026. While it does not exist, nothing counts that names it, but for
	// entries with state: Removed, which then count always.
	// +required
	Name ObjectName `json:"name"`

	// namespace is provost-system for a term that all namespaces have in common. Default: the own namespace. The one does not
	// stand in for the other.
	// +optional
	Namespace TermNamespace `json:"namespace,omitempty"`
}

// TermSpec says which days a term has.
// +structType=atomic
// +kubebuilder:validation:XValidation:rule="self.firstDay <= self.lastDay",fieldPath=".lastDay",message="lastDay must not be before firstDay: a term of one day has the same date in both"
type TermSpec struct {
	// displayName is the name that people see, for example Autumn term 2026/27. Default: metadata.name.
	// +optional
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=200
	DisplayName string `json:"displayName,omitempty"`

	// firstDay is the first day of the term, for example 2026-10-01. The term opens with the first instant of that day.
	// +required
	FirstDay Day `json:"firstDay"`

	// lastDay is the last day of the term, for example 2027-03-31. The term closes with the first instant of the day after.
	// +required
	LastDay Day `json:"lastDay"`

	// timeZone is the zone in which the days begin, by its name in the IANA database, for example Europe/Berlin. Default: the
	// Platform's timeZone, or else UTC.
	// +optional
	TimeZone TimeZone `json:"timeZone,omitempty"`
}

// TermState says whether a term is open.
// +kubebuilder:validation:Enum=NotYet;Open;Over
type TermState string

// The states of a term.
const (
	TermNotYet TermState = "NotYet"
	TermOpen   TermState = "Open"
	TermOver   TermState = "Over"
)

// TermStatus is what the controller says of a term.
type TermStatus struct {
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

	// state is NotYet, Open or Over; absent for a term that is never open. What names the term follows the clock and not this
	// field. The column STATE shows it.
	// +optional
	State TermState `json:"state,omitempty"`

	// timeZone is the zone in which the days begin: the term's own, the Platform's, or UTC. The column ZONE shows it.
	// +optional
	// +kubebuilder:validation:MaxLength=64
	TimeZone string `json:"timeZone,omitempty"`

	// opens is the first moment at which the term is open; absent for a term that is never open.
	// +optional
	// +kubebuilder:validation:XValidation:rule="self >= timestamp('0001-01-01T00:00:00Z')",message="must be a moment in time, for example 2027-06-30T00:00:00Z"
	Opens *metav1.Time `json:"opens,omitempty"`

	// closes is the moment from which the term is no longer open; absent for a term that is never open.
	// +optional
	// +kubebuilder:validation:XValidation:rule="self >= timestamp('0001-01-01T00:00:00Z')",message="must be a moment in time, for example 2027-06-30T00:00:00Z"
	Closes *metav1.Time `json:"closes,omitempty"`

	// bindings is how many RoleBindings name the term.
	// +optional
	// +kubebuilder:validation:Minimum=0
	Bindings *int32 `json:"bindings,omitempty"`

	// enrolments is how many enrolments of groups name the term.
	// +optional
	// +kubebuilder:validation:Minimum=0
	Enrolments *int32 `json:"enrolments,omitempty"`

	// entries is how many entries in the lists of groups name the term.
	// +optional
	// +kubebuilder:validation:Minimum=0
	Entries *int32 `json:"entries,omitempty"`

	// courses is how many courses name the term; it has no effect on them.
	// +optional
	// +kubebuilder:validation:Minimum=0
	Courses *int32 `json:"courses,omitempty"`
}

// Term is a stretch of days that bindings, enrolments and entries of groups may name, in termRef, instead of dates of their own:
// they count while it is open, and where its days change, all of them follow.
// +genclient
// +kubebuilder:object:root=true
// +kubebuilder:subresource:status
// +kubebuilder:resource:path=terms,singular=term,shortName=trm,categories=provost
// +kubebuilder:metadata:labels="app.kubernetes.io/part-of=provost"
// +kubebuilder:printcolumn:name="First",type=string,JSONPath=`.spec.firstDay`,description="Its first day."
// +kubebuilder:printcolumn:name="Last",type=string,JSONPath=`.spec.lastDay`,description="Its last day."
// +kubebuilder:printcolumn:name="Zone",type=string,JSONPath=`.status.timeZone`,description="The time zone in which its days begin."
// +kubebuilder:printcolumn:name="State",type=string,JSONPath=`.status.state`,description="Whether it is open."
// +kubebuilder:printcolumn:name="Bindings",type=integer,JSONPath=`.status.bindings`,description="How many RoleBindings name it."
// +kubebuilder:printcolumn:name="Ready",type=string,JSONPath=`.status.conditions[?(@.type=="Ready")].status`,description="Whether it is in effect."
// +kubebuilder:printcolumn:name="Reason",type=string,JSONPath=`.status.conditions[?(@.type=="Ready")].reason`,description="Why, in a word."
// +kubebuilder:printcolumn:name="Age",type=date,JSONPath=`.metadata.creationTimestamp`
type Term struct {
	metav1.TypeMeta `json:",inline"`

	// metadata is the standard object's metadata.
	// +optional
	metav1.ObjectMeta `json:"metadata,omitempty"`

	// spec says which days the term has.
	// +required
	Spec TermSpec `json:"spec"`

	// status is what the controller found out.
	// +optional
	// +kubebuilder:default={"observedGeneration":-1}
	Status TermStatus `json:"status,omitzero"`
}

// TermList is a list of objects of the kind Term.
// +kubebuilder:object:root=true
type TermList struct {
	metav1.TypeMeta `json:",inline"`
	metav1.ListMeta `json:"metadata,omitempty"`

	Items []Term `json:"items"`
}

// GetConditions returns the conditions of the status.
func (in *Term) GetConditions() []metav1.Condition { return in.Status.Conditions }

// SetConditions replaces the conditions of the status.
func (in *Term) SetConditions(conditions []metav1.Condition) { in.Status.Conditions = conditions }
