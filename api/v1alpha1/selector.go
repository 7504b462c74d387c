package v1alpha1

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
)

// LabelSelector chooses by keys and values, as the selectors of Kubernetes do; all requirements must be met. It has
// the shape of metav1.LabelSelector, with limits, and is never empty: an empty one would choose everyone.
// +kubebuilder:validation:XValidation:rule="(has(self.matchLabels) && size(self.matchLabels) > 0) || (has(self.matchExpressions) && size(self.matchExpressions) > 0)",message="an empty selector would choose everyone: give matchLabels or matchExpressions, or leave the selector out"
type LabelSelector struct {
	// matchLabels lists keys with the value that each must have, for example {department: physics}.
	// +optional
	// +kubebuilder:validation:MaxProperties=32
	// +kubebuilder:validation:XValidation:rule="self.all(k, size(k) <= 317 && k.matches('^([a-z0-9]([-a-z0-9]*[a-z0-9])?([.][a-z0-9]([-a-z0-9]*[a-z0-9])?)*/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$'))",message="a key has at most 63 letters, digits, '-', '_' and '.', with a letter or digit at both ends, for example department"
	MatchLabels map[string]LabelValue `json:"matchLabels,omitempty"`

	// matchExpressions lists requirements that say more than one value, or the presence of a key.
	// +optional
	// +listType=atomic
	// +kubebuilder:validation:MaxItems=32
	MatchExpressions []LabelSelectorRequirement `json:"matchExpressions,omitempty"`
}

// LabelValue is the value of a label.
// +kubebuilder:validation:MaxLength=63
// +kubebuilder:validation:XValidation:rule="self.matches('^([A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?)?$')",message="a value has at most 63 letters, digits, '-', '_' and '.', with a letter or digit at both ends, for example physics"
type LabelValue string

// LabelKey is the key of a label or an attribute.
// +kubebuilder:validation:MinLength=1
// +kubebuilder:validation:MaxLength=317
// +kubebuilder:validation:XValidation:rule="self.matches('^([a-z0-9]([-a-z0-9]*[a-z0-9])?([.][a-z0-9]([-a-z0-9]*[a-z0-9])?)*/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$')",message="a key has at most 63 letters, digits, '-', '_' and '.', with a letter or digit at both ends, for example department"
type LabelKey string

// LabelSelectorRequirement is one requirement of a selector.
// +kubebuilder:validation:XValidation:rule="self.operator in ['In', 'NotIn'] ? has(self.values) && size(self.values) > 0 : !has(self.values) || size(self.values) == 0",fieldPath=".values",message="In and NotIn need values; Exists and DoesNotExist take none"
type LabelSelectorRequirement struct {
	// key is the key that the requirement is about, for example department.
	// +required
	Key LabelKey `json:"key"`

	// operator is In (the value is one of values), NotIn (it is none of them, or the key is absent), Exists or
	// DoesNotExist.
	// +required
	// +kubebuilder:validation:Enum=In;NotIn;Exists;DoesNotExist
	Operator metav1.LabelSelectorOperator `json:"operator"`

	// values lists the values for In and NotIn; the other operators take none.
	// +optional
	// +listType=set
	// +kubebuilder:validation:MaxItems=64
	Values []LabelValue `json:"values,omitempty"`
}

// AsSelector returns the selector in the form that matches label sets. A nil selector matches nothing.
// The error names a key or value that Kubernetes would not take; one that passed the schema has none.
func (s *LabelSelector) AsSelector() (labels.Selector, error) {
	if s == nil {
		return labels.Nothing(), nil
	}
	standard := &metav1.LabelSelector{}
	for key, value := range s.MatchLabels {
		metav1.AddLabelToSelector(standard, key, string(value))
	}
	for _, requirement := range s.MatchExpressions {
		values := make([]string, 0, len(requirement.Values))
		for _, value := range requirement.Values {
			values = append(values, string(value))
		}
		standard.MatchExpressions = append(standard.MatchExpressions, metav1.LabelSelectorRequirement{
			Key: string(requirement.Key), Operator: requirement.Operator, Values: values,
		})
	}
	return metav1.LabelSelectorAsSelector(standard)
}
