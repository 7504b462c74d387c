package findings

import (
	"fmt"
	"slices"
	"time"

	"provost.dev/provost/internal/engine/directory"
)

// Holes are where a SystemDeny does not do what it says, since what it names does
// not exist: whoever is meant keeps what was to be taken away (rule R10). The gravest
// come first; there are none of one that is over. Apart gives each of several names
// a hole of its own.
func Holes(s *directory.Snapshot, r *directory.SystemDeny, now time.Time, apart bool) []Finding {
	f, ok := s.Deny(r.Name, now)
	if !ok || Over(r.Window, now) {
		return nil
	}
	m := &holes{deny: r, apart: apart}
	m.namespaces(f.MissingNamespaces)
	if !f.EntityFound {
		m.entity(*r.Scope.Entity)
	}
	m.groups(f.MissingGroups)
	m.people(f.Unnamed, declaredPeople(s))
	return m.out
}

// HolesLeft are those that a SystemDeny has for what is deleted: a group, an
// entity, or a namespace with everything in it.
func HolesLeft(s *directory.Snapshot, r *directory.SystemDeny, deleted directory.ID, now time.Time) []Finding {
	f, ok := s.Deny(r.Name, now)
	if !ok || Over(r.Window, now) {
		return nil
	}
	goes := func(id directory.ID) bool {
		return id == deleted || deleted.Kind == directory.KindNamespace && id.Namespace == deleted.Name
	}
	m := &holes{deny: r}
	m.namespaces(slices.DeleteFunc(slices.Clone(r.Scope.Namespaces), func(n string) bool {
		return !goes(directory.ID{Kind: directory.KindNamespace, Name: n}) || slices.Contains(f.MissingNamespaces, n)
	}))
	if e := r.Scope.Entity; e != nil && f.EntityFound && goes(e.ID()) {
		m.entity(*e)
	}
	var groups []directory.Key
	for _, x := range r.Subjects {
		k := directory.Key{Namespace: x.Namespace, Name: x.Name}
		if x.Kind == directory.KindGroup && goes(k.GroupID()) && !slices.Contains(f.MissingGroups, k) {
			groups = append(groups, k)
		}
	}
	m.groups(groups)
	return m.out
}

func declaredPeople(s *directory.Snapshot) bool {
	r, _ := s.Record(directory.ID{Kind: directory.KindPlatform, Name: directory.PlatformName})
	p, ok := r.(*directory.Platform)
	return ok && p.DeclaredPeople
}

// holes gathers the holes of one SystemDeny.
type holes struct {
	deny  *directory.SystemDeny
	apart bool
	out   []Finding
}

func (m *holes) namespaces(names []string) {
	inPieces(names, m.apart, func(some []string) {
		i := slices.Index(m.deny.Scope.Namespaces, some[0])
		m.out = append(m.out, Finding{
			Rule: DanglingDeny, Reason: "NamespaceNotFound", Waits: true,
			Field: at("spec.scope.namespaces", i), Missing: directory.ID{Kind: directory.KindNamespace, Name: some[0]},
			Message: missing("namespace", some, itself) + ": the deny does not hold there",
			Remedy:  "create what is missing, or correct spec.scope.namespaces",
		})
	})
}

func (m *holes) entity(e directory.EntityKey) {
	rest := "the deny does not hold there, but only at what names it as its parent"
	if m.deny.Scope.ExcludeDescendants {
		rest = "the deny does not hold there, which is the one place where it would"
	}
	m.out = append(m.out, Finding{
		Rule: DanglingDeny, Reason: "EntityNotFound", Waits: true, Field: "spec.scope.entityRef", Missing: e.ID(),
		Message: fmt.Sprintf("%s does not exist in the namespace %s: %s", EntityName(e), e.Namespace, rest),
		Remedy:  "create what is missing, or correct spec.scope.entityRef",
	})
}

func (m *holes) groups(keys []directory.Key) {
	inPieces(keys, m.apart, func(some []directory.Key) {
		whose := "its"
		if len(some) > 1 {
			whose = "their"
		}
		m.out = append(m.out, Finding{
			Rule: DanglingDeny, Reason: "GroupNotFound", Waits: true,
			Field: m.subject(directory.GroupSubject(some[0])), Missing: some[0].GroupID(),
			Message: missing("group", some, directory.Key.String) + ": the deny takes nothing from " + whose + " members",
			Remedy:  "create what is missing, or correct spec.subjects",
		})
	})
}

// ReasonNotNamed is that of a person whom nothing but SystemDenies names, and who need not be declared: there is
// only a suspicion.
const ReasonNotNamed = "NotNamed"

// people are those whom nothing else names. Where people need not be declared,
// there may well be such people: it is only worth a look.
func (m *holes) people(names []string, declared bool) {
	text := "nothing but SystemDenies names %s: where that is misspelt, the deny takes nothing from whoever is meant"
	reason := ReasonNotNamed
	if declared {
		reason = "PersonNotDeclared"
		text = "nothing but SystemDenies names %s, and the Platform wants people to be declared: the deny takes nothing from whoever is meant"
	}
	inPieces(names, m.apart, func(some []string) {
		m.out = append(m.out, Finding{
			Rule: UnknownPerson, Reason: reason, Waits: declared,
			Field: m.subject(directory.PersonSubject(some[0])), Missing: directory.PersonID(some[0]),
			Message: fmt.Sprintf(text, List(some)), Remedy: "correct the name, or declare the Person",
		})
	})
}

func (m *holes) subject(s directory.Subject) string {
	return at("spec.subjects", slices.Index(m.deny.Subjects, s))
}

func (c *collector) deny(r *directory.SystemDeny) {
	f, ok := c.Snapshot.Deny(r.Name, c.Now)
	if !ok {
		return
	}
	if Over(r.Window, c.Now) {
		c.add(ended(r.Window.NotAfter, "it takes nothing").at("spec.notAfter"))
	}
	c.unknown(f.Unknown, r.Permissions, "no level has such permissions", "are taken away")
	for _, x := range Holes(c.Snapshot, r, c.Now, c.Apart) {
		c.add(x)
	}
	others := slices.DeleteFunc(f.Undeclared, func(p string) bool { return slices.Contains(f.Unnamed, p) })
	c.undeclared(others, func(p string) string {
		return at("spec.subjects", slices.Index(r.Subjects, directory.PersonSubject(p)))
	})
}
