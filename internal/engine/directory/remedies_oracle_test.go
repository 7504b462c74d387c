package directory_test

import (
	"fmt"
	"slices"
	"testing"

	"provost.dev/provost/internal/engine/catalogue"
	"provost.dev/provost/internal/engine/directory"
	"provost.dev/provost/internal/testing/oracle"
	"provost.dev/provost/internal/testing/worlds"
)

// TestRemedies does what the engine proposes: all that is needed, together with
// any one of the alternatives, turns the oracle's "no" into a "yes".
func TestRemedies(t *testing.T) {
	t.Parallel()
	for _, seed := range seeds(10) {
		// Rules with Deny are left out, and groups to which something is denied: how
		// to come to terms with them is for people to choose.
		records := withoutGroupDenies(lenient(oracle.After(nil, sets(worlds.Random(worlds.NewDice(seed)))...)))
		differs := func(records []directory.Record) string { return remediesWork(worlds.NewDice(seed), records) }
		if differs(records) != "" {
			report(t, seed, records, differs)
		}
	}
}

func remediesWork(d worlds.Dice, records []directory.Record) string {
	s := directory.Build(records...)
	for _, who := range append(s.People(), stranger) {
		for _, e := range append(s.Entities(), ghost) {
			p := worlds.Pick(d, e.Level.Permissions())
			remedies := s.Remedies(who, p, e, worlds.Now)
			if s.Can(who, p, e, worlds.Now) {
				if len(remedies) > 0 {
					return fmt.Sprintf("%s can %s at %s, and yet %+v", who, p.ID, e, remedies)
				}
				continue
			}
			if !bindable(records, p, e) {
				continue
			}
			if diff := tryRemedies(records, who, p, e, remedies); diff != "" {
				return fmt.Sprintf("%s, %s at %s, of %+v: %s", who, p.ID, e, remedies, diff)
			}
		}
	}
	return ""
}

func withoutGroupDenies(records []directory.Record) []directory.Record {
	return slices.DeleteFunc(records, func(r directory.Record) bool {
		d, ok := r.(*directory.SystemDeny)
		return ok && slices.ContainsFunc(d.Subjects, func(s directory.Subject) bool { return s.Kind == directory.KindGroup })
	})
}

// bindable says whether some system role still gives the permission at the
// entity: Overrides may have taken it from all of them, and then only a new role helps.
func bindable(records []directory.Record, p catalogue.Permission, e directory.EntityKey) bool {
	for _, role := range e.Level.Roles() {
		bind := directory.Remedy{Kind: directory.RemedyBind, Role: directory.RoleName{Name: role.Name}}
		with := follow(records, "newcomer", p, e, bind)
		for _, held := range oracle.New(with...).Access("newcomer", e, worlds.Now).Roles {
			if held.Permissions.Has(p.Set()) {
				return true
			}
		}
	}
	return e == ghost
}

func tryRemedies(records []directory.Record, who string, p catalogue.Permission, e directory.EntityKey,
	remedies []directory.Remedy) string {
	if len(remedies) == 0 {
		return "nothing is proposed"
	}
	needed, alternatives := remedies, []directory.Remedy{}
	if i := slices.IndexFunc(remedies, func(r directory.Remedy) bool { return !r.Needed }); i >= 0 {
		needed, alternatives = remedies[:i], remedies[i:]
	}
	if remedies[0].Kind == directory.RemedyCreateEntity {
		return ""
	}
	for _, r := range needed {
		records = follow(records, who, p, e, r)
	}
	can := func(records []directory.Record) bool {
		return oracle.New(records...).Permissions(who, e, worlds.Now).Has(p.Set())
	}
	if len(alternatives) == 0 && len(remedies) < 5 && !can(records) { // a list of five may have been cut off
		return "to do all that is needed does not help"
	}
	for _, r := range alternatives {
		if r.Kind == directory.RemedyUnblock || r.Kind == directory.RemedyRoleOverride { // may take several steps
			continue
		}
		if !can(follow(records, who, p, e, r)) {
			return fmt.Sprintf("%+v does not help", r)
		}
	}
	return ""
}

// follow are the records once a remedy was followed.
func follow(records []directory.Record, who string, p catalogue.Permission, e directory.EntityKey, r directory.Remedy) []directory.Record {
	i := slices.IndexFunc(records, func(x directory.Record) bool { return x.ID() == r.Target })
	switch r.Kind {
	case directory.RemedyReinstate:
		c := *records[i].(*directory.Person)
		c.Suspended = false
		return oracle.After(records, oracle.Set(&c))
	case directory.RemedyDeclare:
		return oracle.After(records, oracle.Set(&directory.Person{Name: who}))
	case directory.RemedyDeny:
		return oracle.After(records, oracle.Drop(r.Target))
	case directory.RemedyOverride:
		c := *records[i].(*directory.PermissionOverride)
		c.Permissions = append(slices.Clone(c.Permissions), p.ID)
		return oracle.After(records, oracle.Set(&c))
	case directory.RemedyBind:
		return oracle.After(records, oracle.Set(&directory.RoleBinding{
			Key: directory.Key{Namespace: e.Namespace, Name: "remedy"}, Entity: directory.LocalEntity{Level: e.Level, Name: e.Name},
			Role: directory.RoleRef{Name: r.Role.Name}, Subjects: []directory.Subject{directory.PersonSubject(who)},
		}))
	case directory.RemedyJoin:
		c := *records[i].(*directory.Group)
		c.Members = append(slices.Clone(c.Members), directory.Member{Name: who})
		return oracle.After(records, oracle.Set(&c))
	case directory.RemedyWindow:
		return oracle.After(records, oracle.Set(withoutWindows(records[i])))
	}
	return records
}

func withoutWindows(r directory.Record) directory.Record {
	switch r := r.(type) {
	case *directory.RoleBinding:
		c := *r
		c.Window = directory.Window{}
		return &c
	case *directory.Group:
		c := *r
		c.Enrolments = slices.Clone(r.Enrolments)
		for i := range c.Enrolments {
			c.Enrolments[i].Window = directory.Window{}
		}
		return &c
	}
	return r
}
