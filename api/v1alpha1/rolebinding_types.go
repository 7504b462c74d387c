package v1alpha1

import metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

// RoleBindingSpec says who gets what where, and how long.
// +structType=atomic
// +kubebuilder:validation:XValidation:rule="has(self.entityRef) != has(self.entitySelector)",message="a binding is at one entity or at many: give entityRef for one entity, or entitySelector for those of a level below one"
type RoleBindingSpec struct {
	// entityRef names the entity, of the same namespace, at which the role is given. It reaches nothing below it.
	// +optional
	EntityRef *EntityReference `json:"entityRef,omitempty"`

	// entitySelector chooses, in place of entityRef, many entities at each of which the role is given: those of one level
	// at and below an entity, now and later.
	// +optional
	EntitySelector *EntitySelector `json:"entitySelector,omitempty"`

	// roleRef names the role that is given, or the template that stands for several.
	// +required
	RoleRef RoleReference `json:"roleRef"`

	// subjects lists the people and groups who get it. A group stands for all its members, those of groups below it
	// included. An empty list gives nobody anything.
	// +required
	// +listType=map
	// +listMapKey=kind
	// +listMapKey=namespace
	// +listMapKey=name
	// +kubebuilder:validation:MaxItems=5000
	Subjects []Subject `json:"subjects"`

	Window `json:",inline"`

	// termRef names a term that says when this counts, for example {name: autumn-2026}: while it is open, cut by notBefore
	// and notAfter where they are given. Default: none.
	// +optional
	TermRef *TermReference `json:"termRef,omitempty"`

	// reviewBy is when somebody should look at this again, for example "2027-06-01T00:00:00Z". When it has passed, the
	// condition ReviewDue says so; nothing is revoked. Default: no review.
	// +optional
	// +kubebuilder:validation:Type=string
	// +kubebuilder:validation:MaxLength=35
	// +kubebuilder:validation:Pattern=`^[0-9]{4}-[0-9]{2}-[0-9]{2}T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]([.][0-9]{1,9})?(Z|[+-]([01][0-9]|2[0-3]):[0-5][0-9])$`
	// +kubebuilder:validation:XValidation:rule="self > timestamp('1970-01-01T00:00:00Z')",message="must be a moment after 1970, for example 2027-06-30T00:00:00Z: what other programs write for no time at all is no time; leave the field out"
	ReviewBy *metav1.Time `json:"reviewBy,omitempty"`

	// justification says why, for example Autumn and spring terms. The Platform says whether one is needed.
	// +optional
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=2000
	Justification string `json:"justification,omitempty"`
}

// RoleBindingStatus is what the controller says of a binding.
type RoleBindingStatus struct {
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

	// role is what the binding gives: the name of a role, or RoleTemplate/name. The column ROLE shows it.
	// +optional
	// +kubebuilder:validation:MaxLength=270
	Role string `json:"role,omitempty"`

	// entity is where, as Kind/name, for example Course/algebra-1, or "every Course under Campus/north". The column ENTITY
	// shows it.
	// +optional
	// +kubebuilder:validation:MaxLength=320
	Entity string `json:"entity,omitempty"`

	// until is when the binding ends, as people read it: "end of 2027-06-29", or 2027-06-29 12:00:00Z where that is within
	// a day; empty for one without end. The column UNTIL shows it; spec.notAfter has it for machines.
	// +optional
	// +kubebuilder:validation:MaxLength=64
	Until string `json:"until,omitempty"`

	// permissions lists what the binding gives to each person now, overrides of the role included, in the order of the
	// catalogue. What PermissionOverrides and SystemDenies change for some people is not considered.
	// +optional
	// +listType=atomic
	// +kubebuilder:validation:MaxItems=64
	// +kubebuilder:validation:items:MaxLength=63
	Permissions []string `json:"permissions,omitempty"`

	// people is how many people the binding reaches, each counted once. It is counted every now and then, not at once.
	// +optional
	// +kubebuilder:validation:Minimum=0
	People *int32 `json:"people,omitempty"`

	// entities is how many entities an entitySelector reaches; absent without one.
	// +optional
	// +kubebuilder:validation:Minimum=0
	Entities *int32 `json:"entities,omitempty"`

	// leftOut is how many entities lie where an entitySelector looks and are not reached, since they are private, public or
	// of another organisation; absent without one.
	// +optional
	// +kubebuilder:validation:Minimum=0
	LeftOut *int32 `json:"leftOut,omitempty"`

	// nextTransition is when the binding next begins or ends by the clock; absent where it never will.
	// +optional
	// +kubebuilder:validation:XValidation:rule="self >= timestamp('0001-01-01T00:00:00Z')",message="must be a moment in time, for example 2027-06-30T00:00:00Z"
	NextTransition *metav1.Time `json:"nextTransition,omitempty"`
}

// RoleBinding gives one role, or one template of roles, to people and groups at one entity or at many, for as long as it says. A role,
// entity or group that does not exist yet is no error: the binding waits for it and says so.
//
// The kind shares its name with RoleBinding of rbac.authorization.k8s.io: say prb or rolebindings.provost.dev to kubectl.
// +genclient
// +kubebuilder:object:root=true
// +kubebuilder:subresource:status
// +kubebuilder:resource:path=rolebindings,singular=rolebinding,shortName=prb,categories=provost
// +kubebuilder:metadata:labels="app.kubernetes.io/part-of=provost"
// +kubebuilder:selectablefield:JSONPath=`.spec.entityRef.kind`
// +kubebuilder:selectablefield:JSONPath=`.spec.entityRef.name`
// +kubebuilder:selectablefield:JSONPath=`.spec.entitySelector.level`
// +kubebuilder:selectablefield:JSONPath=`.spec.roleRef.name`
// +kubebuilder:printcolumn:name="Role",type=string,JSONPath=`.status.role`,description="What it gives."
// +kubebuilder:printcolumn:name="Entity",type=string,JSONPath=`.status.entity`,description="Where."
// +kubebuilder:printcolumn:name="People",type=integer,JSONPath=`.status.people`,description="How many people it reaches."
// +kubebuilder:printcolumn:name="Until",type=string,JSONPath=`.status.until`,description="When it ends."
// +kubebuilder:printcolumn:name="Ready",type=string,JSONPath=`.status.conditions[?(@.type=="Ready")].status`,description="Whether it is in effect."
// +kubebuilder:printcolumn:name="Reason",type=string,JSONPath=`.status.conditions[?(@.type=="Ready")].reason`,description="Why, in a word."
// +kubebuilder:printcolumn:name="Age",type=date,JSONPath=`.metadata.creationTimestamp`
type RoleBinding struct {
	metav1.TypeMeta `json:",inline"`

	// metadata is the standard object's metadata.
	// +optional
	metav1.ObjectMeta `json:"metadata,omitempty"`

	// spec says who gets what where, and how long.
	// +required
	Spec RoleBindingSpec `json:"spec"`

	// status is what the controller found out.
	// +optional
	// +kubebuilder:default={"observedGeneration":-1}
	Status RoleBindingStatus `json:"status,omitzero"`
}

// RoleBindingList is a list of objects of the kind RoleBinding.
// +kubebuilder:object:root=true
type RoleBindingList struct {
	metav1.TypeMeta `json:",inline"`
	metav1.ListMeta `json:"metadata,omitempty"`

	Items []RoleBinding `json:"items"`
}

// GetConditions returns the conditions of the status.
func (in *RoleBinding) GetConditions() []metav1.Condition { return in.Status.Conditions }

// SetConditions replaces the conditions of the status.
func (in *RoleBinding) SetConditions(conditions []metav1.Condition) {
	in.Status.Conditions = conditions
}
