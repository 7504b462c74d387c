package status

import (
	"time"

	"k8s.io/utils/ptr"

	provostv1 "provost.dev/provost/api/v1alpha1"
	"provost.dev/provost/internal/engine/catalogue"
	"provost.dev/provost/internal/engine/directory"
	"provost.dev/provost/internal/engine/findings"
)

// entityKind is what is the same for the six kinds of entities.
func entityKind(level catalogue.Level) Kind {
	return typed[provostv1.Entity]{
		render:   renderEntity,
		observed: func(o provostv1.Entity) *int64 { return &o.GetEntityStatus().ObservedGeneration },
		lag: func(desired, current provostv1.Entity) {
			d, c := desired.GetEntityStatus(), current.GetEntityStatus()
			d.People, d.Roles = c.People, c.Roles
		},
	}.kind(directory.Kind(level.String()))
}

func renderEntity(v View, o provostv1.Entity) Report {
	key := EntityKey(o)
	known := v.Entity(key, v.Now)
	status := o.GetEntityStatus()
	status.Parent = ""
	if p := o.GetParentRef(); p != nil {
		status.Parent = string(p.Kind) + "/" + string(p.Name)
	}
	status.People = count(known.People)
	status.Roles = roleCounts(known.Roles)
	status.Children = count(len(known.Children))
	ready, notes := told(v, key.ID())
	r := Report{ready: first(ready, inOrder), notes: notes}
	if known.Owner != "" {
		r.DependsOn = []directory.ID{
			{Kind: directory.KindPerson, Name: known.Owner},
			{Kind: directory.KindPlatform, Name: directory.PlatformName},
		}
	}
	return r
}

// ChildrenRemain has the status of an entity that is being deleted say which children it waits for (rule R27).
func ChildrenRemain(o provostv1.Entity, children []string, now time.Time) {
	o.GetEntityStatus().Children = count(len(children))
	o.GetEntityStatus().ObservedGeneration = o.GetGeneration()
	conclude(o, now, *missingBecause(provostv1.ReasonChildrenRemain,
		"It is being deleted, and goes when nothing stands below it any more. Delete what remains, or move it elsewhere (spec.parentRef): %s.",
		findings.List(children)), nil)
}

// EntityKey is what the engine calls an entity.
func EntityKey(o provostv1.Entity) directory.EntityKey {
	level, _ := catalogue.ParseLevel(string(o.GetLevel()))
	return directory.EntityKey{Level: level, Namespace: o.GetNamespace(), Name: o.GetName()}
}

// roleCounts writes role -> people in the order of the names, as many as the schema takes.
func roleCounts(roles map[directory.RoleName]int) []provostv1.RoleCount {
	byName := map[string]int{}
	for role, people := range roles {
		byName[role.Name] += people
	}
	var out []provostv1.RoleCount
	for _, name := range sortedKeys(byName) {
		out = append(out, provostv1.RoleCount{Name: name, People: int32(byName[name])})
	}
	return out[:min(len(out), provostv1.MaxRoleCounts)]
}

// count writes a number as the statuses hold it.
func count(n int) *int32 { return ptr.To(int32(n)) }
