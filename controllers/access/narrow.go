package access

import (
	"slices"
	"strings"

	"k8s.io/utils/ptr"

	provostv1 "provost.dev/provost/api/v1alpha1"
)

// narrowed is a status without what is not permitted yet: roles and permissions
// are left out of its items, and entities at which nothing stays.
func narrowed(s provostv1.EffectivePermissionsStatus, permit holdings) provostv1.EffectivePermissionsStatus {
	out := s
	out.Access = nil
	entities, roles := 0, map[string]struct{}{}
	for i := range s.Access {
		for _, a := range narrowedItem(&s.Access[i], permit) {
			out.Access = append(out.Access, a)
			if len(a.Permissions) > 0 {
				entities += len(a.Entities)
			}
			for _, role := range a.Roles {
				roles[role] = struct{}{}
			}
		}
	}
	out.Access = out.Access[:min(len(out.Access), provostv1.MaxAccessItems)]
	out.EntityCount, out.RoleCount = ptr.To(int32(entities)), ptr.To(int32(len(roles)))
	return out
}

// narrowedItem are what becomes of one item: one for each different rest.
func narrowedItem(a *provostv1.Access, permit holdings) []provostv1.Access {
	var out []provostv1.Access
	at := map[string]int{}
	for _, entity := range a.Entities {
		permitted := permit[entity]
		level := levelOf(entity)
		var permissions []string
		for _, id := range a.Permissions {
			if p, ok := level.Permission(id); ok && permitted.permissions.Has(p.Set()) {
				permissions = append(permissions, id)
			}
		}
		roles := common(a.Roles, permitted.roles)
		if len(permissions)+len(roles) == 0 && len(a.Permissions)+len(a.Roles) > 0 {
			continue
		}
		key := strings.Join(permissions, ",") + "|" + strings.Join(roles, ",")
		i, ok := at[key]
		if !ok {
			i = len(out)
			at[key] = i
			out = append(out, narrowedAccess(a, roles, permissions))
		}
		out[i].Entities = append(out[i].Entities, entity)
	}
	return out
}

// narrowedAccess is an item with other roles and permissions, and without what gave the roles that it lacks.
func narrowedAccess(a *provostv1.Access, roles, permissions []string) provostv1.Access {
	out := *a
	out.Entities, out.Roles, out.Permissions = nil, roles, permissions
	out.Sources = slices.DeleteFunc(slices.Clone(a.Sources), func(s provostv1.AccessSource) bool {
		return s.Role != "" && !slices.Contains(roles, s.Role)
	})
	if a.SourceCount != nil {
		out.SourceCount = ptr.To(*a.SourceCount - int32(len(a.Sources)-len(out.Sources)))
	}
	return out
}
