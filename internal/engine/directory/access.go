package directory

import (
	"slices"
	"time"

	"provost.dev/provost/internal/engine/catalogue"
)

// SubjectState is whether a person can have permissions at all (R11).
type SubjectState uint8

// The standings. Only Good people have permissions.
const (
	SubjectGood       SubjectState = iota
	SubjectSuspended               // the Person record says so
	SubjectUndeclared              // no Person record, and the Platform says people: Declared
)

// RoleName is a role as it is held at an entity: a system role (no namespace),
// or a Custom role of the entity's namespace.
type RoleName struct {
	Namespace string
	Name      string
}

// String is the role's name alone: at one entity it is unambiguous.
func (r RoleName) String() string { return r.Name }

// ID is the role as the ID of a record, which a system role has none of.
func (r RoleName) ID() ID { return Key(r).RoleID() }

// GrantState says what became of one grant for one person.
type GrantState uint8

// The states of a grant. Only GrantInForce gives anything.
const (
	GrantInForce        GrantState = iota
	GrantNotYet                    // notBefore lies ahead
	GrantExpired                   // notAfter has passed, or the window is never open
	GrantWithheld                  // a role rule with Deny is unmet (R6)
	GrantNothing                   // the role cannot be given here: see Problem
	GrantEntityNotFound            // the entity does not exist
	GrantNotMemberYet              // the person is not yet a member of the subject (R12a)
	GrantMemberNoLonger            // the person is no longer a member of the subject (R12a)
	GrantOutOfTerm                 // the term that it names leaves it no window: see TermProblem (R33)
)

// Path is how a grant's subject reaches a person: directly (no groups), or
// through groups, from the one that declares the person up to the subject.
type Path struct {
	Groups []Key
	// BySelector says that the first group declares the person by its selector and not by an entry.
	BySelector bool
	// Included are the places in Groups of those that include the one before them (R36); the others stand above it.
	Included []int
}

// Includes says whether the group at a place of the path includes the one before it (R36), and does not stand above it.
func (p Path) Includes(i int) bool { return slices.Contains(p.Included, i) }

// Equal says whether two paths are the same way.
func (p Path) Equal(o Path) bool {
	return p.BySelector == o.BySelector && slices.Equal(p.Groups, o.Groups) && slices.Equal(p.Included, o.Included)
}

// Grant is one way in which one role is given to one person at one entity.
type Grant struct {
	Source    ID     // the RoleBinding, or the Group whose enrolment it is
	Enrolment string // the enrolment's name, where Source is a Group
	// Selects is how the source selects the entity among many (R34); nil where it names the entity.
	Selects  *EntitySelector
	Template *Key // the template that listed the role
	Subject  Subject
	Path     Path
	Role     RoleName
	State    GrantState
	Problem  RoleProblem // with GrantNothing
	// Window is when it counts: that of its Term, cut by its own dates, where it names one (R33).
	Window      Window
	Term        Key         // no name: none
	TermProblem TermProblem // with GrantOutOfTerm
	// Membership is when the person is a member of the subject: the time that it is now, the next
	// one with GrantNotMemberYet, or the last one with GrantMemberNoLonger. Without ends where the
	// clock brings none about.
	Membership Window
}

// RoleProblem says why a role reference gives nothing at an entity.
type RoleProblem uint8

// The role problems.
const (
	RoleOK               RoleProblem = iota
	RoleNotFound                     // no such system role, and no such Custom role in the namespace
	RoleWrongLevel                   // a system role of another level
	RoleOfAnotherEntity              // a Custom role of another entity
	RoleNotBindable                  // an Override, which is not bound but takes effect by itself
	RoleInvalid                      // a Custom role that does not agree with its own entity's level
	RoleTemplateNotFound             // no such template
)

// HeldRole is a role that a person holds at an entity (bound and valid in
// time), with what it gives there.
type HeldRole struct {
	Role RoleName
	// Permissions is what the role gives at this entity, overrides applied (R4).
	Permissions catalogue.Set
	// Overridden names the Override roles that replaced a system role's permissions.
	Overridden []Key
	// Withheld says that a rule with Deny is unmet, so that nothing is given (R6).
	Withheld bool
	// Unmet are the rules that are unmet, the warnings among them.
	Unmet []UnmetRule
}

// UnmetRule is one role rule that a person does not meet (R6).
type UnmetRule struct {
	// Requires or Excludes is the other role, as the rule names it; the other one is empty.
	Requires    string
	AtParent    bool
	Excludes    string
	Enforcement Enforcement
}

// Applied is a PermissionOverride or SystemDeny that is in force for a person at an entity.
type Applied struct {
	Source ID
	// Permissions is what the override lists, or what the deny takes, at the entity's level.
	Permissions catalogue.Set
	Window      Window
	// Subject and Path say how a deny reaches the person; Everyone is set where it reaches all.
	Subject  Subject
	Path     Path
	Everyone bool
	// Unsettled says that the person is no member of the subject, but that it is unsettled and the person might be in it
	// (R36). There is no Path then.
	Unsettled bool
}

// Access is what one person may do at one entity at one time, and what made it so.
type Access struct {
	Entity       EntityKey
	SubjectState SubjectState
	// Effective is the answer (R8-R11).
	Effective catalogue.Set
	// FromRoles is what the roles alone would give.
	FromRoles catalogue.Set
	// Roles are the roles held there, by name, withheld ones included.
	Roles []HeldRole
	// Overridden says that PermissionOverrides replaced FromRoles (R9).
	Overridden bool
	// Granted is what roles and overrides give, before SystemDenies (R10) and the subject state (R11) take of it.
	Granted catalogue.Set
	// Denied is what SystemDenies took from what was there before them (R10).
	Denied catalogue.Set
	// Until is the first end among what is in force for the person here: the grants and the memberships
	// (R12a) through which they come, or the overrides where those replace them. Zero where nothing ends by the clock.
	Until time.Time
}

// Explanation is Access with every path that leads to it, and every one that would but for
// something: expired, withheld, or naming what does not exist.
type Explanation struct {
	Access
	Person string
	// Found says whether the entity exists.
	Found     bool
	Grants    []Grant
	Overrides []Applied
	Denies    []Applied
}

// Reached is a person with what the person may do at some entity.
type Reached struct {
	Person string
	Access Access
}

// Membership is one person's membership of a group.
type Membership struct {
	Person string
	// Role is the role within the group (R16): Learner unless an Active entry of this very group says more.
	Role MemberRole
	// Direct says that the group itself declares the person.
	Direct bool
	// Through are the groups at or below that declare the person, in order of their keys.
	Through []Key
	// Until is when the membership ends by the clock (R12a); zero where it does not.
	Until time.Time
}
