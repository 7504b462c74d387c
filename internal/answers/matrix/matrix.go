// Package matrix is which role gives which permission: of a level, or at an entity.
package matrix

import (
	"time"

	"provost.dev/provost/internal/answers/cite"
	"provost.dev/provost/internal/engine/catalogue"
	"provost.dev/provost/internal/engine/directory"
)

// Data is the output of "matrix".
type Data struct {
	Level string `json:"level"`
	// Entity is set where an entity was asked about.
	Entity *cite.Entity `json:"entity,omitempty"`
	Roles  []RoleData   `json:"roles"`
}

// RoleData is what one role gives.
type RoleData struct {
	Name        string   `json:"name"`
	Type        string   `json:"type"`
	Permissions []string `json:"permissions"`
	// ReplacedBy are the Override roles in effect; Added and Lost is what they change.
	ReplacedBy []cite.Object `json:"replacedBy,omitempty"`
	Added      []string      `json:"added,omitempty"`
	Lost       []string      `json:"lost,omitempty"`

	set, system catalogue.Set
}

// Gives says whether the role gives a permission, and did whether it would without the Overrides.
func (r *RoleData) Gives(p catalogue.Permission) (does, did bool) {
	return r.set.Has(p.Set()), r.system.Has(p.Set())
}

// Of is what the system roles of a level give.
func Of(level catalogue.Level) Data {
	out := Data{Level: level.String()}
	for _, r := range level.Roles() {
		out.Roles = append(out.Roles, RoleData{
			Name: r.Name, Type: "System", Permissions: cite.PermissionIDs(r.Permissions, level), set: r.Permissions, system: r.Permissions,
		})
	}
	return out
}

// At is what the roles give at an entity.
func At(of cite.Records, key directory.EntityKey, now time.Time) Data {
	out := Of(key.Level)
	entity := cite.EntityOf(key)
	out.Entity = &entity
	for i := range out.Roles {
		role := &out.Roles[i]
		for _, is := range of.Snapshot.Given(key, directory.RoleRef{Name: role.Name}) {
			role.set = is.Permissions
			for _, k := range is.Overridden {
				role.ReplacedBy = append(role.ReplacedBy, of.Object(k.RoleID(), ""))
			}
		}
		role.Permissions = cite.PermissionIDs(role.set, key.Level)
		role.Added = (role.set &^ role.system).IDs(key.Level)
		role.Lost = (role.system &^ role.set).IDs(key.Level)
	}
	for _, k := range of.Snapshot.RolesAt(key) {
		status := of.Snapshot.Role(k, now)
		out.Roles = append(out.Roles, RoleData{
			Name: k.Name, Type: "Custom", Permissions: cite.PermissionIDs(status.Permissions, key.Level),
			set: status.Permissions, system: status.Permissions,
		})
	}
	return out
}
