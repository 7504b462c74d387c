package v1alpha1

import metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

// EntitySelector chooses the entities of one level at and below an entity of the same namespace, those to come included. Of
// these it reaches only what belongs to the organisation that owns that entity: what is private or public is left out.
type EntitySelector struct {
	// level is the level of the entities that are chosen, for example Course.
	// +required
	Level Level `json:"level"`

	// under names the entity at and below which they are chosen, of the same namespace, for example {kind: Campus, name:
	// north}. It need not exist yet: until it does, nothing is chosen.
	// +required
	Under EntityReference `json:"under"`

	// matchAttributes lists attributes with a value that each entity must have, for example {kind: lab}. Where an attribute
	// has several values, one of them suffices.
	// +optional
	// +kubebuilder:validation:MaxProperties=8
	// +kubebuilder:validation:XValidation:rule="self.all(k, size(k) <= 317 && k.matches('^([a-z0-9]([-a-z0-9]*[a-z0-9])?([.][a-z0-9]([-a-z0-9]*[a-z0-9])?)*/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$'))",message="a key has at most 63 letters, digits, '-', '_' and '.', with a letter or digit at both ends, for example kind"
	MatchAttributes map[string]ChosenValue `json:"matchAttributes,omitempty"`

	// matchExpressions lists requirements that say more than one value, or whether there is the attribute.
	// +optional
	// +listType=atomic
	// +kubebuilder:validation:MaxItems=8
	MatchExpressions []EntityRequirement `json:"matchExpressions,omitempty"`
}

// ChosenValue is the value of an attribute that entities are chosen by: a text as an attribute has it. A pattern says its form,
// since a group has many enrolments, and the rules of a CRD have a limit together.
// +kubebuilder:validation:MinLength=1
// +kubebuilder:validation:MaxLength=256
// +kubebuilder:validation:Pattern=`^[^\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Z}\x{034f}\x{115f}\x{1160}\x{17b4}\x{17b5}\x{180b}-\x{180f}\x{2800}\x{3164}\x{fe00}-\x{fe0f}\x{ffa0}\x{e0100}-\x{e01ef}]+( [^\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Z}\x{034f}\x{115f}\x{1160}\x{17b4}\x{17b5}\x{180b}-\x{180f}\x{2800}\x{3164}\x{fe00}-\x{fe0f}\x{ffa0}\x{e0100}-\x{e01ef}]+)*$`
type ChosenValue string

// EntityRequirement is one requirement of a selector of entities.
// +kubebuilder:validation:XValidation:rule="self.operator in ['In', 'NotIn'] ? has(self.values) && size(self.values) > 0 : !has(self.values) || size(self.values) == 0",fieldPath=".values",message="In and NotIn need values; Exists and DoesNotExist take none"
type EntityRequirement struct {
	// key is the attribute that the requirement is about, for example kind.
	// +required
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=317
	// +kubebuilder:validation:Pattern=`^([a-z0-9]([-a-z0-9]*[a-z0-9])?([.][a-z0-9]([-a-z0-9]*[a-z0-9])?)*/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$`
	Key string `json:"key"`

	// operator is In (one of its values is one of values), NotIn (none of them is, or there is no such attribute), Exists
	// or DoesNotExist.
	// +required
	// +kubebuilder:validation:Enum=In;NotIn;Exists;DoesNotExist
	Operator metav1.LabelSelectorOperator `json:"operator"`

	// values lists the values for In and NotIn; the other operators take none.
	// +optional
	// +listType=set
	// +kubebuilder:validation:MaxItems=16
	Values []ChosenValue `json:"values,omitempty"`
}

// Text is the selector in a few words: "every Course under Campus/north", or "each chosen Course ..." where attributes are asked for.
func (in *EntitySelector) Text() string {
	quantity := "every "
	if len(in.MatchAttributes)+len(in.MatchExpressions) > 0 {
		quantity = "each chosen "
	}
	return quantity + string(in.Level) + " under " + string(in.Under.Kind) + "/" + string(in.Under.Name)
}
