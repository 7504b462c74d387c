package directory_test

import (
	"fmt"
	"testing"

	"provost.dev/provost/internal/engine/catalogue"
	"provost.dev/provost/internal/engine/directory"
	"provost.dev/provost/internal/testing/oracle"
	"provost.dev/provost/internal/testing/worlds"
)

// TestWhatADenyNames makes and deletes, by chance, the few things that may know of
// what a SystemDeny names: after each step the engine agrees with the oracle on
// what does not exist, and the Delta names the deny wherever that changed.
func TestWhatADenyNames(t *testing.T) {
	t.Parallel()
	for _, seed := range seeds(20) {
		d := worlds.NewDice(seed)
		var steps [][]oracle.Change
		for range 60 {
			var batch []oracle.Change
			for range 1 + d.IntN(3) {
				r := sparse(d)
				if !d.In(3) { // so that little is there at a time
					batch = append(batch, oracle.Drop(r.ID()))
				} else {
					batch = append(batch, oracle.Set(r))
				}
			}
			steps = append(steps, batch)
		}
		differs := func(steps [][]oracle.Change) bool { return replay(nil, steps, new(counts), new(tightness)) != "" }
		if !differs(steps) {
			continue
		}
		steps = worlds.Drop(steps, differs)
		t.Fatalf("seed %d: %s\nafter\n%s", seed, replay(nil, steps, new(counts), new(tightness)), dumpSteps(steps))
	}
}

// sparse is a record that names little: one of three people, in one of three namespaces.
func sparse(d worlds.Dice) directory.Record {
	who := worlds.Pick(d, []string{"p", "q", "r"})
	key := directory.Key{Namespace: worlds.Pick(d, []string{"l", "m", "n"}), Name: "x"}
	course := directory.LocalEntity{Level: catalogue.Course, Name: "x"}
	switch d.IntN(11) {
	case 0:
		return &directory.Person{Name: who}
	case 1:
		return &directory.Group{Key: key, Members: []directory.Member{{Name: who, State: directory.MemberState(d.IntN(4))}}}
	case 2:
		return &directory.Group{Key: key, Enrolments: []directory.Enrolment{{Name: "e", Entity: course,
			Role: directory.RoleRef{Name: "course-student"}}}}
	case 3:
		return &directory.RoleBinding{
			Key: key, Entity: course, Role: directory.RoleRef{Name: worlds.Pick(d, []string{"course-student", "none"})},
			Subjects: []directory.Subject{directory.PersonSubject(who)},
		}
	case 4:
		return &directory.PermissionOverride{Key: key, Person: who, Entity: course}
	case 5:
		e := &directory.Entity{Key: course.In(key.Namespace), Ownership: directory.OwnershipPrivate, Owner: who}
		if d.In(2) {
			e.Parent = directory.LocalEntity{Level: catalogue.Campus, Name: "up"}
		}
		return e
	case 6:
		kind := worlds.Pick(d, []directory.PrincipalKind{directory.PrincipalPerson, directory.PrincipalUser})
		return &directory.Platform{DeclaredPeople: d.In(5), Administrators: []directory.Principal{{Kind: kind, Name: who}}}
	case 7:
		return &directory.Namespace{Name: key.Namespace}
	case 8:
		return &directory.Role{
			Key: key, Level: catalogue.Course, Entity: course,
			Type: worlds.Pick(d, []directory.RoleType{directory.RoleCustom, directory.RoleSystem}),
		}
	case 9:
		return &directory.RoleTemplate{Key: key}
	}
	deny := &directory.SystemDeny{Name: fmt.Sprint("d", d.IntN(2)), Permissions: []string{"view_course"}}
	for range d.IntN(3) {
		deny.Subjects = append(deny.Subjects, worlds.Pick(d, []directory.Subject{directory.PersonSubject(who), directory.GroupSubject(key)}))
		who = worlds.Pick(d, []string{"p", "q", "r"})
	}
	for range d.IntN(3) {
		deny.Scope.Namespaces = append(deny.Scope.Namespaces, key.Namespace)
		key.Namespace = worlds.Pick(d, []string{"l", "m", "n"})
	}
	if d.In(2) {
		at := course.In(key.Namespace)
		deny.Scope.Entity = &at
	}
	return deny
}
