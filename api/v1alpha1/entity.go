package v1alpha1

import metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

// Ownership says whose an entity is.
// +kubebuilder:validation:Enum=Organisation;Private;Public
type Ownership string

// Whose an entity may be.
const (
	OwnershipOrganisation Ownership = "Organisation"
	OwnershipPrivate      Ownership = "Private"
	OwnershipPublic       Ownership = "Public"
)

// Visibility says who may know that something exists. It grants no permission.
// +kubebuilder:validation:Enum=Members;Organisation;Public
type Visibility string

// Who may know that something exists.
const (
	VisibilityMembers      Visibility = "Members"
	VisibilityOrganisation Visibility = "Organisation"
	VisibilityPublic       Visibility = "Public"
)

// EntitySpec is what the entities of all six levels say of themselves.
// +kubebuilder:validation:XValidation:rule="has(self.owner) || !has(self.ownership) || self.ownership != 'Private'",fieldPath=".ownership",message="ownership Private needs owner: name the person whose it is"
// +kubebuilder:validation:XValidation:rule="!has(self.owner) || (has(self.ownership) && self.ownership == 'Private')",fieldPath=".owner",message="owner goes with ownership Private only: set ownership to Private, or leave owner out"
type EntitySpec struct {
	// displayName is the name that people see, for example Algebra I. Default: metadata.name.
	// +optional
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=200
	DisplayName string `json:"displayName,omitempty"`

	// description says in a few sentences what this is. It has no effect.
	// +optional
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=4000
	Description string `json:"description,omitempty"`

	// ownership is Organisation (it belongs to the organisation above, whose role managers may grant roles here),
	// Private (it belongs to the person whom owner names, and the organisation's roles do not reach it) or Public (it
	// belongs to nobody in particular). Default: Organisation where there is an organisation above.
	// +optional
	Ownership Ownership `json:"ownership,omitempty"`

	// owner is the name of the person whose entity this is, for example alice. Only, and always, with ownership
	// Private. The owner may grant every role here.
	// +optional
	Owner PersonName `json:"owner,omitempty"`

	// visibility says who may know of this, in the console and in the catalogues of other systems: Members (those who
	// have a role here), Organisation (also whoever has a role in the organisation above) or Public (everybody who is
	// signed in). It grants no permission. Default: Members.
	// +optional
	Visibility Visibility `json:"visibility,omitempty"`

	// attributes are facts by which a role may be bound at many entities (spec.entitySelector of a RoleBinding), each
	// with the texts that hold of it, for example {subject: [physics], degree: [Bachelor, Master]}.
	// +optional
	// +kubebuilder:validation:MaxProperties=64
	// +kubebuilder:validation:XValidation:rule="self.all(k, size(k) <= 317 && k.matches('^([a-z0-9]([-a-z0-9]*[a-z0-9])?([.][a-z0-9]([-a-z0-9]*[a-z0-9])?)*/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$'))",message="a key has at most 63 letters, digits, '-', '_' and '.', with a letter or digit at both ends, for example department"
	Attributes map[string]AttributeValues `json:"attributes,omitempty"`
}

// RoleCount says how many people hold a role.
type RoleCount struct {
	// name is the name of the role, for example course-instructor.
	// +required
	// +kubebuilder:validation:MaxLength=253
	Name string `json:"name"`

	// people is how many people hold the role here now.
	// +required
	// +kubebuilder:validation:Minimum=0
	People int32 `json:"people"`
}

// EntityStatus is what the controller says of an entity, of whatever level.
type EntityStatus struct {
	// conditions say whether the entity is in effect. Ready is always there; Reconciling and Stalled only while true.
	// +optional
	// +listType=map
	// +listMapKey=type
	// +kubebuilder:validation:MaxItems=16
	Conditions []metav1.Condition `json:"conditions,omitempty"`

	// observedGeneration is the generation of the spec that this status speaks of; -1 before the first look.
	// +optional
	// +kubebuilder:validation:Minimum=-1
	ObservedGeneration int64 `json:"observedGeneration,omitempty"`

	// parent is the entity above as Kind/name, for example Campus/north. Empty for a top-level entity.
	// +optional
	// +kubebuilder:validation:MaxLength=270
	Parent string `json:"parent,omitempty"`

	// people is how many people hold a role here now. It is counted every now and then, not at once.
	// +optional
	// +kubebuilder:validation:Minimum=0
	People *int32 `json:"people,omitempty"`

	// roles counts the people of each role that somebody holds here, in the order of the names.
	// +optional
	// +listType=map
	// +listMapKey=name
	// +kubebuilder:validation:MaxItems=512
	Roles []RoleCount `json:"roles,omitempty"`

	// children is how many entities name this one as their parent.
	// +optional
	// +kubebuilder:validation:Minimum=0
	Children *int32 `json:"children,omitempty"`
}

// Entity is what the six kinds of entities have in common.
// +kubebuilder:object:generate=false
type Entity interface {
	Object
	// GetLevel returns the level, which is also the kind.
	GetLevel() Level
	// GetParentRef returns the reference to the parent, or nil for an entity that names none.
	GetParentRef() *ParentReference
	// GetEntitySpec returns the common part of the spec, to read and to change.
	GetEntitySpec() *EntitySpec
	// GetEntityStatus returns the status, to read and to change.
	GetEntityStatus() *EntityStatus
}
