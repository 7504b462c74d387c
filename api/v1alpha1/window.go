package v1alpha1

import metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

// Window is the time in which something counts: from notBefore, inclusive, to notAfter, exclusive.
// A limit that is left out is no limit. Nothing needs to be written for it to begin or end.
// +kubebuilder:validation:XValidation:rule="!has(self.notBefore) || !has(self.notAfter) || self.notBefore < self.notAfter",fieldPath=".notAfter",message="notAfter must be later than notBefore"
type Window struct {
	// notBefore is the first moment at which this counts, inclusive, for example "2027-01-01T00:00:00Z".
	// Default: it counts from the start.
	// +optional
	// +kubebuilder:validation:Type=string
	// +kubebuilder:validation:MaxLength=35
	// +kubebuilder:validation:Pattern=`^[0-9]{4}-[0-9]{2}-[0-9]{2}T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]([.][0-9]{1,9})?(Z|[+-]([01][0-9]|2[0-3]):[0-5][0-9])$`
	// +kubebuilder:validation:XValidation:rule="self > timestamp('1970-01-01T00:00:00Z')",message="must be a moment after 1970, for example 2027-06-30T00:00:00Z: what other programs write for no time at all is no time; leave the field out"
	NotBefore *metav1.Time `json:"notBefore,omitempty"`

	// notAfter is the moment from which this no longer counts, exclusive, for example "2027-06-30T00:00:00Z".
	// Default: it counts without end.
	// +optional
	// +kubebuilder:validation:Type=string
	// +kubebuilder:validation:MaxLength=35
	// +kubebuilder:validation:Pattern=`^[0-9]{4}-[0-9]{2}-[0-9]{2}T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]([.][0-9]{1,9})?(Z|[+-]([01][0-9]|2[0-3]):[0-5][0-9])$`
	// +kubebuilder:validation:XValidation:rule="self > timestamp('1970-01-01T00:00:00Z')",message="must be a moment after 1970, for example 2027-06-30T00:00:00Z: what other programs write for no time at all is no time; leave the field out"
	NotAfter *metav1.Time `json:"notAfter,omitempty"`
}
