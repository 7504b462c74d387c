// Package permissions lists what somebody may do: everywhere, or at one entity.
package permissions

import (
	"provost.dev/provost/internal/answers/cite"
	"provost.dev/provost/internal/answers/why"
)

// Data is what somebody may do at one entity.
type Data struct {
	Person      string         `json:"person"`
	Entity      cite.Entity    `json:"entity"`
	Permissions []string       `json:"permissions"`
	Denied      []string       `json:"denied"`
	Customised  bool           `json:"customised"`
	Roles       []why.RoleData `json:"roles"`
}

// At is what an explanation of everything that somebody may do at an entity says of the permissions.
func At(x *why.Explanation) Data {
	d := x.Data()
	return Data{
		Person: d.Person, Entity: d.Entity, Permissions: d.Permissions, Denied: d.Denied, Customised: d.Customised, Roles: d.Roles,
	}
}
