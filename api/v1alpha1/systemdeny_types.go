package v1alpha1

import metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

// Descendants says whether what lies below an entity is meant too.
// +kubebuilder:validation:Enum=Include;Exclude
type Descendants string

// Whether what lies below is meant too.
const (
	DescendantsInclude Descendants = "Include"
	DescendantsExclude Descendants = "Exclude"
)

// DenyScope says where permissions are taken away. Where both namespaces and entityRef are given, both must hold.
// +kubebuilder:validation:XValidation:rule="has(self.namespaces) || has(self.entityRef)",message="a scope names namespaces or an entityRef: leave scope out for the whole platform"
// +kubebuilder:validation:XValidation:rule="!has(self.descendants) || has(self.entityRef)",fieldPath=".descendants",message="descendants goes with entityRef only: name the entity, or leave descendants out"
type DenyScope struct {
	// namespaces lists the namespaces whose entities are meant, for example [acme].
	// +optional
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=1000
	Namespaces []NamespaceName `json:"namespaces,omitempty"`

	// entityRef names one entity, with its namespace; descendants says whether what lies below it is meant too.
	// +optional
	EntityRef *NamespacedEntityReference `json:"entityRef,omitempty"`

	// descendants is Include (the default: the entity and everything below it) or Exclude (the entity alone).
	// +optional
	Descendants Descendants `json:"descendants,omitempty"`
}

// SystemDenySpec says from whom which permissions are taken away, and where.
// +structType=atomic
// +kubebuilder:validation:XValidation:rule="has(self.subjects) != has(self.everyone)",message="say who: either subjects or everyone: true, and not both"
type SystemDenySpec struct {
	// subjects lists the people, and the groups whose members, lose the permissions. A group is named with its
	// namespace. Either this or everyone.
	// +optional
	// +listType=map
	// +listMapKey=kind
	// +listMapKey=namespace
	// +listMapKey=name
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=5000
	// +kubebuilder:validation:XValidation:rule="self.all(s, s.kind != 'Group' || size(s.__namespace__) > 0)",message="a group among the subjects of a SystemDeny needs its namespace, since the SystemDeny has none"
	Subjects []Subject `json:"subjects,omitempty"`

	// everyone is true, or left out: true takes the permissions from everybody. Either this or subjects.
	// +optional
	// +kubebuilder:validation:XValidation:rule="self",message="everyone is true or left out"
	Everyone *bool `json:"everyone,omitempty"`

	// permissions lists the ids of the permissions that are taken away, of whatever levels, for example
	// [process_payments, manage_wallet]. "*", alone, is all of them.
	// +required
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=256
	// +kubebuilder:validation:XValidation:rule="!('*' in self) || size(self) == 1",message="'*' is every permission and stands alone: leave the others out"
	Permissions []Permission `json:"permissions"`

	// scope says where: in namespaces, at an entity and below it, or both. Default: the whole platform.
	// +optional
	Scope *DenyScope `json:"scope,omitempty"`

	// reason says why, for example Audit finding 2027-03.
	// +required
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=2000
	Reason string `json:"reason"`

	Window `json:",inline"`
}

// SystemDenyStatus is what the controller says of a deny.
type SystemDenyStatus struct {
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

	// people is how many people the deny is about. It is counted every now and then, not at once.
	// +optional
	// +kubebuilder:validation:Minimum=0
	People *int32 `json:"people,omitempty"`

	// permissionCount is how many permissions it takes away, with "*" counted out; the column PERMISSIONS shows it.
	// +optional
	// +kubebuilder:validation:Minimum=0
	PermissionCount *int32 `json:"permissionCount,omitempty"`
}

// SystemDeny takes permissions from people, from the members of groups, or from everyone. It is considered last and wins
// over everything, a PermissionOverride included.
// +genclient
// +genclient:nonNamespaced
// +kubebuilder:object:root=true
// +kubebuilder:subresource:status
// +kubebuilder:resource:path=systemdenies,singular=systemdeny,scope=Cluster,shortName=deny,categories=provost
// +kubebuilder:metadata:labels="app.kubernetes.io/part-of=provost"
// +kubebuilder:printcolumn:name="People",type=integer,JSONPath=`.status.people`,description="How many people it is about."
// +kubebuilder:printcolumn:name="Permissions",type=integer,JSONPath=`.status.permissionCount`,description="How many permissions it takes away."
// +kubebuilder:printcolumn:name="Ready",type=string,JSONPath=`.status.conditions[?(@.type=="Ready")].status`,description="Whether it is in effect."
// +kubebuilder:printcolumn:name="Reason",type=string,JSONPath=`.status.conditions[?(@.type=="Ready")].reason`,description="Why, in a word."
// +kubebuilder:printcolumn:name="Age",type=date,JSONPath=`.metadata.creationTimestamp`
type SystemDeny struct {
	metav1.TypeMeta `json:",inline"`

	// metadata is the standard object's metadata.
	// +optional
	metav1.ObjectMeta `json:"metadata,omitempty"`

	// spec says from whom which permissions are taken away, and where.
	// +required
	Spec SystemDenySpec `json:"spec"`

	// status is what the controller found out.
	// +optional
	// +kubebuilder:default={"observedGeneration":-1}
	Status SystemDenyStatus `json:"status,omitzero"`
}

// SystemDenyList is a list of objects of the kind SystemDeny.
// +kubebuilder:object:root=true
type SystemDenyList struct {
	metav1.TypeMeta `json:",inline"`
	metav1.ListMeta `json:"metadata,omitempty"`

	Items []SystemDeny `json:"items"`
}

// GetConditions returns the conditions of the status.
func (in *SystemDeny) GetConditions() []metav1.Condition { return in.Status.Conditions }

// SetConditions replaces the conditions of the status.
func (in *SystemDeny) SetConditions(conditions []metav1.Condition) { in.Status.Conditions = conditions }
