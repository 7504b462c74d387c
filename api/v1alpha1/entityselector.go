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
}

// Text is the selector in a few words: "every Course under Campus/north".
func (in *EntitySelector) Text() string {
	return "every " + string(in.Level) + " under " + string(in.Under.Kind) + "/" + string(in.Under.Name)
}
