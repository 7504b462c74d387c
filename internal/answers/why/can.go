package why

import "provost.dev/provost/internal/answers/cite"

// CanData is the output of "can": the answer alone.
type CanData struct {
	Person     string      `json:"person"`
	Permission string      `json:"permission"`
	Entity     cite.Entity `json:"entity"`
	Allowed    bool        `json:"allowed"`
	// Reason is the answer's reason in a few words.
	Reason string `json:"reason,omitempty"`
}

// Can is the answer alone, where one permission was asked about.
func (x *Explanation) Can() CanData {
	return CanData{
		Person: x.Person, Permission: x.Asked.ID, Entity: cite.EntityOf(x.Entity), Allowed: x.Allowed(), Reason: x.Reason(),
	}
}
