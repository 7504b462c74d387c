package authority

import (
	"fmt"
	"slices"
	"strings"

	"provost.dev/provost/internal/engine/catalogue"
	"provost.dev/provost/internal/engine/directory"
	"provost.dev/provost/internal/engine/findings"
)

// manageCampusRoles is what making roles needs at a campus; at other levels it is the settings (R23).
const manageCampusRoles = "manage_campus_roles"

// role: the permission to manage roles, and authority to grant the role as it would become (R23).
func (j *judgement) role(p pair[directory.Role]) {
	if p.before != nil {
		j.mayManageRoles(p.before.Entity.In(p.before.Key.Namespace))
	}
	r := p.after
	if r == nil {
		return
	}
	at := r.Entity.In(r.Key.Namespace)
	if !j.exists(at.ID()) {
		j.missingReferent(name(at))
		return
	}
	if p.before == nil || p.before.Entity != r.Entity {
		j.mayManageRoles(at)
	}
	if r.Level < at.Level {
		j.need(findings.RoleLevel(r.Level, at).Line())
		return
	}
	if system := catalogue.SystemRole(r.Overrides); r.Type == directory.RoleOverride && (system == nil || system.Level != r.Level) {
		j.need(findings.NotSystemRole(r.Overrides, r.Level).Line())
	}
	set, unknown := r.Level.Parse(r.Permissions)
	j.noUnknown(unknown, r.Level)
	power := j.powerAt(at)
	if r.Level > at.Level && !j.without(spreading) { // for all that lies below (R35)
		power = j.powerOver(at.Namespace, &directory.EntitySelector{Level: r.Level, Under: r.Entity})
	}
	j.mayGrant(power, set, "role "+r.Key.Name)
}

// countsAt are the entities at which a role counts before or after the change, and the one where it stands.
func (j *judgement) countsAt(r *directory.Role) []directory.EntityKey {
	return append(slices.Concat(j.before.CountsAt(r.Key), j.after.CountsAt(r.Key)), r.Entity.In(r.Key.Namespace))
}

func (j *judgement) mayManageRoles(at directory.EntityKey) {
	permission := settingsPermissions[at.Level]
	if at.Level == catalogue.Campus {
		permission = manageCampusRoles
	}
	if j.powerAt(at).whole || j.may(permission, at) || !j.exists(at.ID()) && j.assignsIn(at.Namespace) {
		return
	}
	j.need(fmt.Sprintf("needs %s at %s, to make or change roles there", permission, name(at)))
}

// noUnknown refuses permissions that no release has yet: they would wait to
// become somebody's power, as names that do not exist would (R21).
func (j *judgement) noUnknown(ids []string, l catalogue.Level) {
	if len(ids) > 0 {
		j.need(fmt.Sprintf("%s has no permission %s: only platform administrators may list what does not exist yet", l, strings.Join(ids, ", ")))
	}
}

// template: whoever may assign roles in an organisation of the namespace; what
// it gives by the bindings that refer to it is judged by effect.
func (j *judgement) template(r *directory.RoleTemplate) {
	if !j.assignsIn(r.Key.Namespace) {
		j.need(fmt.Sprintf("needs %s at an organisation of namespace %s, to make or change templates", assignRoles, r.Key.Namespace))
	}
}

// assignsIn says whether the requester may assign roles at an organisation of a namespace.
func (j *judgement) assignsIn(ns string) bool {
	return AssignsIn(j.before, j.who, ns, j.now)
}
