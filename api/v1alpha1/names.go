package v1alpha1

// ObjectName is the name of an object of one of our kinds: lower-case letters, digits, '-' and '.'.
// +kubebuilder:validation:MinLength=1
// +kubebuilder:validation:MaxLength=253
// +kubebuilder:validation:XValidation:rule="self.matches('^[a-z0-9]([-a-z0-9]*[a-z0-9])?([.][a-z0-9]([-a-z0-9]*[a-z0-9])?)*$')",message="must be the name of an object: lower-case letters, digits, '-' and '.', with a letter or digit at both ends, for example algebra-1"
type ObjectName string

// PersonName is the name of a person: the name of an object of at most 63 characters, such as alice or a.n-other.
// It is not an e-mail address; that is spec.email of the Person.
// +kubebuilder:validation:MinLength=1
// +kubebuilder:validation:MaxLength=63
// +kubebuilder:validation:XValidation:rule="self.matches('^[a-z0-9]([-a-z0-9]*[a-z0-9])?([.][a-z0-9]([-a-z0-9]*[a-z0-9])?)*$')",message="must be the name of a person: lower-case letters, digits, '-' and '.', with a letter or digit at both ends, for example alice or a.n-other; an e-mail address goes into spec.email of the Person"
type PersonName string

// NamespaceName is the name of a namespace.
// +kubebuilder:validation:MinLength=1
// +kubebuilder:validation:MaxLength=63
// +kubebuilder:validation:XValidation:rule="self.matches('^[a-z0-9]([-a-z0-9]*[a-z0-9])?$')",message="must be the name of a namespace: lower-case letters, digits and '-', with a letter or digit at both ends, for example acme"
type NamespaceName string

// OptionalNamespaceName is the name of a namespace, or empty for the own one.
// +kubebuilder:validation:MaxLength=63
// +kubebuilder:validation:XValidation:rule="self.matches('^([a-z0-9]([-a-z0-9]*[a-z0-9])?)?$')",message="must be the name of a namespace, or left out for the own one: lower-case letters, digits and '-', with a letter or digit at both ends, for example acme"
type OptionalNamespaceName string

// Permission is the id of a permission, such as view_course, or "*" for all of the level.
// +kubebuilder:validation:MinLength=1
// +kubebuilder:validation:MaxLength=63
// +kubebuilder:validation:XValidation:rule="self.matches('^([*]|[a-z][a-z0-9_]*)$')",message="must be the id of a permission, for example view_course, or '*' for all of the level"
type Permission string
