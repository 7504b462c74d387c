package findings

import (
	"fmt"
	"slices"

	"provost.dev/provost/internal/engine/catalogue"
	"provost.dev/provost/internal/engine/directory"
	"provost.dev/provost/internal/engine/zones"
)

func (c *collector) entity(e *directory.Entity) {
	f := c.Snapshot.Entity(e.Key, c.Now)
	if x, ok := EntityParent(f); ok {
		c.add(x)
	}
	c.entityTerm(e)
	c.visibility(e)
	if f.Ownership != directory.OwnershipPrivate {
		return
	}
	if _, ok := c.Snapshot.Record(directory.PersonID(f.Owner)); ok {
		return
	}
	x := Finding{
		Rule: UndeclaredPerson, Field: "spec.owner",
		Message: fmt.Sprintf("the owner %s has no Person object, and so no authority here", f.Owner),
		Remedy:  "declare the Person, or correct spec.owner",
	}
	if c.Snapshot.Person(f.Owner, c.Now).SubjectState == directory.SubjectUndeclared {
		x.Reason, x.Waits = "PersonNotDeclared", true
	}
	c.add(x)
}

// EntityParent says what is wrong with the parent of an entity (rules R1, R7), and whether anything is.
func EntityParent(f directory.EntityStatus) (Finding, bool) {
	switch f.ParentState {
	case directory.ParentNotFound:
		return Finding{
			Rule: DanglingReference, Reason: "ParentNotFound", Waits: true, Field: "spec.parentRef", Missing: f.Parent.ID(),
			Message: fmt.Sprintf("the parent %s does not exist: until it does, nothing that reaches down from it reaches %s, "+
				"while roles given here count", EntityName(f.Parent), EntityName(f.Key)),
			Remedy: "create it, or correct spec.parentRef",
		}, true
	case directory.ParentInvalid:
		return Finding{
			Rule: ParentNotInEffect, Reason: "Invalid", Field: "spec.parentRef",
			Message: CannotStandBelow(f.Key.Level, f.Parent.Level) + ": the parent has no effect",
			Remedy: fmt.Sprintf("name a parent of the level %s in spec.parentRef, or none",
				Names(f.Key.Level.Parents(), catalogue.Level.String)),
		}, true
	}
	return Finding{}, false
}

// CannotStandBelow says that an entity of one level does not stand below one of another (rule R1).
func CannotStandBelow(l, parent catalogue.Level) string {
	return fmt.Sprintf("a %s does not stand below a %s", l.Word(), parent.Word())
}

func (c *collector) group(r *directory.Group) {
	f := c.Snapshot.Group(r.Key, c.Now)
	for _, x := range GroupParent(f, r.Parent) {
		c.add(x)
	}
	c.compose(r, f)
	c.visibility(r)
	for i, g := range f.Enrolments {
		if i < len(r.Enrolments) {
			c.grant("enrolment "+r.Enrolments[i].Name+": ", at("spec.enrolments", i), g, r.Enrolments[i].Role)
			c.limit(enrolment+r.Enrolments[i].Name, at("spec.enrolments", i)+".notAfter", g.Window, g.Level(), g.Permissions)
		}
	}
	index := map[string]int{}
	if len(f.Undeclared) > 0 {
		for i, m := range r.Members {
			index[m.Name] = i
		}
	}
	c.undeclared(f.Undeclared, func(p string) string { return at("spec.members", index[p]) })
	c.entriesOutOfTerm(r)
	c.entriesOver(c.Snapshot.DatedGroup(r))
	c.justify(c.Snapshot.Dated(r))
	c.review(c.Snapshot.Dated(r))
}

// entriesOver are the Active and Removed entries whose time has ended (rule R12a). The group counts all the same.
func (c *collector) entriesOver(r *directory.Group) {
	var over []int
	for i := range r.Members {
		m := &r.Members[i]
		if bears := m.State == directory.MemberActive || m.State == directory.MemberRemoved; bears && Over(m.Window, c.Now) {
			over = append(over, i)
		}
	}
	each(c, over, func(some []int) Finding {
		first := &r.Members[some[0]]
		what := "the entry of " + first.Name
		if len(some) > 1 {
			what = "the entries of " + Names(some, func(i int) string { return r.Members[i].Name }) + " are over; the first"
		}
		return Finding{
			Rule: Expired, Field: at("spec.members", some[0]) + ".notAfter",
			Message: what + " " + Ended(first.Window.NotAfter) + " and says nothing of a membership any more",
			Remedy:  "delete it, or have it end later",
		}
	})
}

// GroupParent says what is wrong with the parent of a group (rules R7, R17, R18).
func GroupParent(f directory.GroupStatus, parent directory.Key) []Finding {
	var out []Finding
	if len(f.Cycle) > 0 {
		out = append(out, Finding{
			Rule: GroupCycle, Reason: "Cycle", Field: "spec.parentRef",
			Message: fmt.Sprintf("the parents form a cycle (%s): the groups on it and below have only the members that they declare themselves",
				Cycle(f.Cycle)),
			Remedy: "take one parentRef of the cycle out",
		})
	}
	switch f.ParentState {
	case directory.ParentNotFound:
		out = append(out, Finding{
			Rule: DanglingReference, Reason: "ParentNotFound", Waits: true, Field: "spec.parentRef", Missing: parent.GroupID(),
			Message: fmt.Sprintf("the parent group %s does not exist: until it does, this is a top-level group", parent),
			Remedy:  "create it, or correct spec.parentRef",
		})
	case directory.ParentNotAllowed:
		out = append(out, Finding{
			Rule: ParentNotInEffect, Reason: "ParentNotAllowed", Field: "spec.parentRef",
			Message: NotAdmitted(parent, f.Key.Namespace) + ": this is a top-level group",
			Remedy:  "admit the namespace in spec.allowedSubgroups of the parent, or choose another parent",
		})
	}
	return out
}

// NotAdmitted says that a group does not admit those of a namespace below it (rule R18).
func NotAdmitted(parent directory.Key, namespace string) string {
	return fmt.Sprintf("the group %s admits no sub-groups of the namespace %s", parent, namespace)
}

func (c *collector) person(r *directory.Person) {
	if r.Username == "" {
		return
	}
	if people := c.Snapshot.PeopleOfUser(r.Username); len(people) > 1 {
		c.add(Ambiguous(r.Username, people).at("spec.username"))
	}
}

// Ambiguous says that several people have one user name (rule R21).
func Ambiguous(user string, people []string) Finding {
	return Finding{
		Rule:    AmbiguousUsername,
		Message: fmt.Sprintf("several people have the user name %q (%s): none of them has any authority", user, List(people)),
		Remedy:  "give all but one of them another spec.username",
	}
}

func (c *collector) platform(r *directory.Platform) {
	if len(r.Administrators)+len(r.TrustedAppliers) == 0 {
		c.add(Finding{
			Rule: NobodyTrusted, Field: "spec",
			Message: "without administrators and trustedAppliers, nobody but the manager's own GitSyncs can change the Platform, people " +
				"and denies from now on",
			Remedy: "name at least one administrator",
		})
	}
	if _, ok := zones.Load(r.TimeZone); r.TimeZone != "" && !ok {
		c.add(unknownZone(r.TimeZone, "no term that names none itself is ever open"))
	}
	var unknown []string
	index := map[string]int{}
	for i, rule := range r.RoleRules {
		if catalogue.SystemRole(rule.Role) == nil {
			unknown = append(unknown, rule.Role)
			index[rule.Role] = i
		}
	}
	each(c, unknown, func(some []string) Finding {
		return Finding{
			Rule: DanglingReference, Reason: "NotSystemRole", Field: at("spec.roleRules", index[some[0]]) + ".role", Missing: roleID("", some[0]),
			Message: missing("system role", some, itself) + ": its rules have no effect",
			Remedy:  "correct the name, or put the rules into the Custom role itself",
		}
	})
	var undeclared []string
	for _, a := range r.Administrators {
		if a.Kind == directory.PrincipalPerson && c.Snapshot.Person(a.Name, c.Now).SubjectState == directory.SubjectUndeclared {
			undeclared = append(undeclared, a.Name)
		}
	}
	c.undeclared(undeclared, func(p string) string {
		return at("spec.administrators", slices.IndexFunc(r.Administrators, func(a directory.Principal) bool {
			return a.Kind == directory.PrincipalPerson && a.Name == p
		}))
	})
}
