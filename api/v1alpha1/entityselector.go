package v1alpha1

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
	// +kubebuilder:validation:MaxProperties=32
	// +kubebuilder:validation:XValidation:rule="self.all(k, size(k) <= 317 && k.matches('^([a-z0-9]([-a-z0-9]*[a-z0-9])?([.][a-z0-9]([-a-z0-9]*[a-z0-9])?)*/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$'))",message="a key has at most 63 letters, digits, '-', '_' and '.', with a letter or digit at both ends, for example kind"
	MatchAttributes map[string]AttributeValue `json:"matchAttributes,omitempty"`

	// matchExpressions lists requirements that say more than one value, or whether there is the attribute.
	// +optional
	// +listType=atomic
	// +kubebuilder:validation:MaxItems=32
	MatchExpressions []AttributeRequirement `json:"matchExpressions,omitempty"`
}

// Text is the selector in a few words: "every Course under Campus/north", or "each chosen Course ..." where attributes are asked for.
func (in *EntitySelector) Text() string {
	quantity := "every "
	if len(in.MatchAttributes)+len(in.MatchExpressions) > 0 {
		quantity = "each chosen "
	}
	return quantity + string(in.Level) + " under " + string(in.Under.Kind) + "/" + string(in.Under.Name)
}
