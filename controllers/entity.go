package controllers

import (
	"k8s.io/utils/ptr"
	"sigs.k8s.io/controller-runtime/pkg/client"

	provostv1 "provost.dev/provost/api/v1alpha1"
	"provost.dev/provost/internal/engine/catalogue"
	"provost.dev/provost/internal/engine/directory"
)

// entity is an object of one of the six entity kinds.
type entity interface {
	statusObject
	provostv1.Entity
}

// entityKind is what is the same for the six kinds of entities.
func entityKind[T entity](name directory.Kind, object func() T, list func() client.ObjectList) kind[T] {
	return kind[T]{
		name: name, new: object, list: list,
		render:   renderEntity[T],
		observed: func(o T) *int64 { return &o.GetEntityStatus().ObservedGeneration },
		lag: func(desired, current T) {
			d, c := desired.GetEntityStatus(), current.GetEntityStatus()
			d.People, d.Roles = c.People, c.Roles
		},
	}
}

func renderEntity[T entity](v view, o T) report {
	key := entityKey(o)
	facts := v.Entity(key, v.now)
	status := o.GetEntityStatus()
	status.Parent = ""
	if p := o.GetParentRef(); p != nil {
		status.Parent = string(p.Kind) + "/" + string(p.Name)
	}
	status.People = count(facts.People)
	status.Roles = roleCounts(facts.Roles)
	status.Children = count(len(facts.Children))
	judged := entityFacts{EntityStatus: facts, undeclaredOwner: undeclared(v, facts.Owner)}
	r := report{ready: judge(judged, entityParentExists, entityParentFits, entityOwnerDeclared)}
	if facts.Owner != "" {
		r.dependsOn = []directory.ID{{Kind: directory.KindPerson, Name: facts.Owner}, {Kind: directory.KindPlatform, Name: directory.PlatformName}}
	}
	return r
}

func entityKey(o provostv1.Entity) directory.EntityKey {
	level, _ := catalogue.ParseLevel(string(o.GetLevel()))
	return directory.EntityKey{Level: level, Namespace: o.GetNamespace(), Name: o.GetName()}
}

// undeclared says that a person is named, and is not declared where people must be (rule R11).
func undeclared(v view, person string) bool {
	return person != "" && v.Person(person, v.now).SubjectState == directory.SubjectUndeclared
}

// entityFacts is what the policies of an entity judge.
type entityFacts struct {
	directory.EntityStatus
	undeclaredOwner bool
}

func entityParentExists(f entityFacts) *finding {
	if f.ParentState != directory.ParentNotFound {
		return nil
	}
	return missingBecause(provostv1.ReasonParentNotFound,
		"The parent %s does not exist in this namespace. Create it, or correct spec.parentRef. Until then nothing that reaches down from it reaches here, while roles given here count.",
		entityName(f.Parent))
}

func entityParentFits(f entityFacts) *finding {
	if f.ParentState != directory.ParentInvalid {
		return nil
	}
	return stuckBecause(provostv1.ReasonInvalid, "%s cannot stand below %s. Name a parent of the level %s in spec.parentRef, or none.",
		entityName(f.Key), entityName(f.Parent), list(f.Key.Level.Parents(), catalogue.Level.String))
}

func entityOwnerDeclared(f entityFacts) *finding {
	if !f.undeclaredOwner {
		return nil
	}
	return missingBecause(provostv1.ReasonPersonNotDeclared,
		"The owner %s has no Person object, which the Platform asks for (people: Declared), and so has no authority here. Declare the person, or correct spec.owner.", f.Owner)
}

// entityName writes an entity as statuses do: Kind/name.
func entityName(k directory.EntityKey) string { return k.Level.String() + "/" + k.Name }

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
