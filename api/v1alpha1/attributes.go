package v1alpha1

import (
	"encoding/json"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// AttributeValue is a text that holds of a person or an entity, in whatever script. It is written in Unicode's composed
// form (NFC), so that what looks alike is alike; the form is checked where manifests are read and by the webhooks, which
// the rules of a CRD cannot do.
// +kubebuilder:validation:MaxLength=256
// +kubebuilder:validation:XValidation:rule="self.matches('^[^\\\\p{Cc}\\\\p{Cf}\\\\p{Cs}\\\\p{Co}\\\\p{Z}\\u034f\\u115f\\u1160\\u17b4\\u17b5\\u180b-\\u180f\\u2800\\u3164\\ufe00-\\ufe0f\\uffa0\\U000e0100-\\U000e01ef]+( [^\\\\p{Cc}\\\\p{Cf}\\\\p{Cs}\\\\p{Co}\\\\p{Z}\\u034f\\u115f\\u1160\\u17b4\\u17b5\\u180b-\\u180f\\u2800\\u3164\\ufe00-\\ufe0f\\uffa0\\U000e0100-\\U000e01ef]+)*$')",message="a value is a text without control characters and others that are not shown, with single blanks between its words, for example Applied Physics"
type AttributeValue string

// AttributeValues are the texts that an attribute has.
// +kubebuilder:validation:MinItems=1
// +kubebuilder:validation:MaxItems=16
// +listType=set
type AttributeValues []AttributeValue

// UnmarshalJSON also takes a text alone, as which attributes were stored before they could have several.
func (v *AttributeValues) UnmarshalJSON(data []byte) error {
	if len(data) > 0 && data[0] == '"' {
		var one AttributeValue
		if err := json.Unmarshal(data, &one); err != nil {
			return err
		}
		*v = AttributeValues{one}
		return nil
	}
	return json.Unmarshal(data, (*[]AttributeValue)(v))
}

// AttributeSelector chooses by attributes, as the selectors of Kubernetes do by labels; all requirements must be met.
// Where an attribute has several values, one of them suffices. It is never empty: an empty one would choose everyone.
// +kubebuilder:validation:XValidation:rule="(has(self.matchLabels) && size(self.matchLabels) > 0) || (has(self.matchExpressions) && size(self.matchExpressions) > 0)",message="an empty selector would choose everyone: give matchLabels or matchExpressions, or leave the selector out"
type AttributeSelector struct {
	// matchLabels lists attributes with a value that each must have, for example {department: physics}.
	// +optional
	// +kubebuilder:validation:MaxProperties=32
	// +kubebuilder:validation:XValidation:rule="self.all(k, size(k) <= 317 && k.matches('^([a-z0-9]([-a-z0-9]*[a-z0-9])?([.][a-z0-9]([-a-z0-9]*[a-z0-9])?)*/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$'))",message="a key has at most 63 letters, digits, '-', '_' and '.', with a letter or digit at both ends, for example department"
	MatchLabels map[string]AttributeValue `json:"matchLabels,omitempty"`

	// matchExpressions lists requirements that say more than one value, or whether there is the attribute.
	// +optional
	// +listType=atomic
	// +kubebuilder:validation:MaxItems=32
	MatchExpressions []AttributeRequirement `json:"matchExpressions,omitempty"`
}

// AttributeRequirement is one requirement of a selector by attributes.
// +kubebuilder:validation:XValidation:rule="self.operator in ['In', 'NotIn'] ? has(self.values) && size(self.values) > 0 : !has(self.values) || size(self.values) == 0",fieldPath=".values",message="In and NotIn need values; Exists and DoesNotExist take none"
type AttributeRequirement struct {
	// key is the attribute that the requirement is about, for example department.
	// +required
	Key LabelKey `json:"key"`

	// operator is In (one of its values is one of values), NotIn (none of them is, or there is no such attribute), Exists
	// or DoesNotExist.
	// +required
	// +kubebuilder:validation:Enum=In;NotIn;Exists;DoesNotExist
	Operator metav1.LabelSelectorOperator `json:"operator"`

	// values lists the values for In and NotIn; the other operators take none.
	// +optional
	// +listType=set
	// +kubebuilder:validation:MaxItems=64
	Values []AttributeValue `json:"values,omitempty"`
}
