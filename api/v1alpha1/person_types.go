package v1alpha1

import metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

// PersonState says whether a person has any permission at all.
// +kubebuilder:validation:Enum=Active;Suspended
type PersonState string

// The states of a person.
const (
	PersonActive    PersonState = "Active"
	PersonSuspended PersonState = "Suspended"
)

// PersonSpec says who somebody is.
// +structType=atomic
type PersonSpec struct {
	// displayName is the name that people see, for example Alice Example. Default: metadata.name.
	// +optional
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=200
	DisplayName string `json:"displayName,omitempty"`

	// email is an address at which the person can be reached, for example alice@example.org. It grants nothing.
	// +optional
	// +kubebuilder:validation:MinLength=3
	// +kubebuilder:validation:MaxLength=254
	// +kubebuilder:validation:XValidation:rule="self.matches('^[^@ ]+@[^@ ]+$')",message="must be one e-mail address, for example alice@example.org"
	Email string `json:"email,omitempty"`

	// username is the user name with which the person speaks to the Kubernetes API, for example
	// oidc:alice@example.org. The person's own permissions decide what that user may change here. No two people should
	// have the same one: then neither has authority. Default: none.
	// +optional
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=512
	Username string `json:"username,omitempty"`

	// state is Active (the default) or Suspended: a suspended person has no permission anywhere, whatever grants it.
	// +optional
	// +kubebuilder:default=Active
	State PersonState `json:"state,omitempty"`

	// attributes are facts by which groups may select their members (spec.memberSelector of a group), each with the
	// texts that hold of it, for example {department: [physics, mathematics], year: ["2"]}.
	// +optional
	// +kubebuilder:validation:MaxProperties=64
	// +kubebuilder:validation:XValidation:rule="self.all(k, size(k) <= 317 && k.matches('^([a-z0-9]([-a-z0-9]*[a-z0-9])?([.][a-z0-9]([-a-z0-9]*[a-z0-9])?)*/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$'))",message="a key has at most 63 letters, digits, '-', '_' and '.', with a letter or digit at both ends, for example department"
	Attributes map[string]AttributeValues `json:"attributes,omitempty"`
}

// PersonStatus is what the controller says of a person.
type PersonStatus struct {
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

	// groups is how many groups the person is a member of, groups above included.
	// +optional
	// +kubebuilder:validation:Minimum=0
	Groups *int32 `json:"groups,omitempty"`

	// namespaces lists the namespaces in which the person has permissions, sorted; an EffectivePermissions with the
	// person's name lies in each.
	// +optional
	// +listType=set
	// +kubebuilder:validation:MaxItems=1000
	// +kubebuilder:validation:items:MaxLength=63
	Namespaces []string `json:"namespaces,omitempty"`
}

// Person is somebody who may hold roles. Unless the Platform asks for it, nobody needs a Person object to be named in a
// binding or a group; it is there to suspend somebody, to know the Kubernetes user, or to carry attributes.
// +genclient
// +genclient:nonNamespaced
// +kubebuilder:object:root=true
// +kubebuilder:subresource:status
// +kubebuilder:resource:path=people,singular=person,scope=Cluster,shortName=ppl,categories=provost
// +kubebuilder:metadata:labels="app.kubernetes.io/part-of=provost"
// +kubebuilder:printcolumn:name="State",type=string,JSONPath=`.spec.state`,description="Active or Suspended."
// +kubebuilder:printcolumn:name="Groups",type=integer,JSONPath=`.status.groups`,description="How many groups the person is a member of."
// +kubebuilder:printcolumn:name="Ready",type=string,JSONPath=`.status.conditions[?(@.type=="Ready")].status`,description="Whether it is in effect."
// +kubebuilder:printcolumn:name="Reason",type=string,JSONPath=`.status.conditions[?(@.type=="Ready")].reason`,description="Why, in a word."
// +kubebuilder:printcolumn:name="Age",type=date,JSONPath=`.metadata.creationTimestamp`
// +kubebuilder:validation:XValidation:rule="size(self.metadata.name) <= 63",fieldPath=".metadata",message="the name of a person has at most 63 characters"
type Person struct {
	metav1.TypeMeta `json:",inline"`

	// metadata is the standard object's metadata.
	// +optional
	metav1.ObjectMeta `json:"metadata,omitempty"`

	// spec says who the person is.
	// +optional
	Spec PersonSpec `json:"spec,omitzero"`

	// status is what the controller found out.
	// +optional
	// +kubebuilder:default={"observedGeneration":-1}
	Status PersonStatus `json:"status,omitzero"`
}

// PersonList is a list of objects of the kind Person.
// +kubebuilder:object:root=true
type PersonList struct {
	metav1.TypeMeta `json:",inline"`
	metav1.ListMeta `json:"metadata,omitempty"`

	Items []Person `json:"items"`
}

// GetConditions returns the conditions of the status.
func (in *Person) GetConditions() []metav1.Condition { return in.Status.Conditions }

// SetConditions replaces the conditions of the status.
func (in *Person) SetConditions(conditions []metav1.Condition) { in.Status.Conditions = conditions }
