package directory

import (
	"time"

	"provost.dev/provost/internal/engine/catalogue"
)

// Record is one declared object as the engine knows it: only what bears on
// access. A record handed to Apply belongs to the engine and must not be
// changed afterwards.
//
// A record may be wrong in itself (an unknown permission, a parent of the wrong
// level): the engine then ignores the wrong part, which grants nothing, and
// says so in the status of the record.
type Record interface {
	// ID names the record; an upsert replaces the record of the same ID.
	ID() ID
}

// Window is when something counts: from NotBefore (inclusive) to NotAfter
// (exclusive), R7. A zero time is an open end.
type Window struct {
	NotBefore, NotAfter time.Time
}

// Contains says whether the window is open at t.
func (w Window) Contains(t time.Time) bool {
	return (w.NotBefore.IsZero() || !t.Before(w.NotBefore)) && (w.NotAfter.IsZero() || t.Before(w.NotAfter))
}

// Namespace gives the labels by which R18's selectors choose. A namespace that
// was never declared has only the label that Kubernetes itself sets,
// kubernetes.io/metadata.name; a declared one has it too.
type Namespace struct {
	Name   string
	Labels map[string]string
}

// Ownership is to whom an entity belongs (R2).
type Ownership uint8

// The ownerships. OwnershipDefault is Organisation where an organisation stands
// above (or is the entity itself) and Public otherwise.
const (
	OwnershipDefault Ownership = iota
	OwnershipOrganisation
	OwnershipPrivate
	OwnershipPublic
)

// Visibility says who may know that an entity or a group exists, beside whoever takes part in it (R32). It grants nothing.
type Visibility uint8

// The visibilities. Members are those who take part, VisibilityOrganisation adds whoever has a role in the organisation
// (of an entity the one above it, of a group any of its namespace), and VisibilityPublic everybody who is signed in.
const (
	VisibilityMembers Visibility = iota
	VisibilityOrganisation
	VisibilityPublic
)

// MemberVisibility says who may see the members of a group that he knows of, beside its staff (R32). It grants nothing.
type MemberVisibility uint8

// The visibilities of members: to each other, to the staff alone, and to whoever has a role in an organisation of the
// group's namespace.
const (
	MembersSeenByMembers MemberVisibility = iota
	MembersSeenByStaff
	MembersSeenByOrganisation
)

// Entity is an organisation, campus, course, module, session or task (R1).
type Entity struct {
	Key       EntityKey
	Parent    LocalEntity
	Ownership Ownership
	Owner     string // a person, with OwnershipPrivate
	// Visibility bears on who sees it, and on no permission (R32).
	Visibility Visibility
	// Term is the term in which a course takes place; informs only (R33).
	Term Key
	// Attributes are what selections of entities choose by; they give nothing by themselves (R37).
	Attributes Attributes
	// RenamedFrom is how it was called before, which decides nothing (R39).
	RenamedFrom []string
}

// Person is what was declared of one person (R11, R12, R21).
type Person struct {
	Name       string
	Username   string
	Suspended  bool
	Attributes Attributes // R37

	// Email and RenamedFrom decide nothing: they tell one person under another name from somebody else (R39).
	Email       string
	RenamedFrom []string
}

// RoleType says what a Role record does (R4).
type RoleType uint8

// The role types. System roles are compiled in; a record of that type is ignored.
const (
	RoleSystem RoleType = iota
	RoleCustom
	RoleOverride
)

// Enforcement is what an unmet role rule does (R6).
type Enforcement uint8

// The enforcements.
const (
	Warn Enforcement = iota
	Deny
)

// Requirement asks that whoever holds the role holds another one too, at the
// same entity or at its parent (R6).
type Requirement struct {
	Role        string
	AtParent    bool
	Enforcement Enforcement
}

// Exclusion asks that whoever holds the role does not hold another one at the same entity (R6).
type Exclusion struct {
	Role        string
	Enforcement Enforcement
}

// Role is a Custom role or an Override of a system role (R4).
type Role struct {
	Key           Key
	Level         catalogue.Level
	Type          RoleType
	Entity        LocalEntity
	Overrides     string // the system role, with RoleOverride
	Permissions   []string
	Requires      []Requirement
	ExclusiveWith []Exclusion
	Complements   []string
	// RenamedFrom is how it was called before, which decides nothing (R39).
	RenamedFrom []string
}

// RoleTemplate is a named set of roles (R7).
type RoleTemplate struct {
	Key   Key
	Roles []string
}

// RoleRef names a role, or a template when Template is set.
type RoleRef struct {
	Name     string
	Template bool
}

// Subject is a person (no namespace) or a group.
type Subject struct {
	Kind      Kind // KindPerson or KindGroup
	Namespace string
	Name      string
}

// PersonSubject is the person of that name as a subject.
func PersonSubject(name string) Subject { return Subject{Kind: KindPerson, Name: name} }

// GroupSubject is that group as a subject.
func GroupSubject(k Key) Subject { return Subject{KindGroup, k.Namespace, k.Name} }

// RoleBinding gives a role, or the roles of a template, to people and groups at one entity (R7) or at many (R34).
type RoleBinding struct {
	Key           Key
	Entity        LocalEntity
	Selects       *EntitySelector // in place of Entity
	Role          RoleRef
	Subjects      []Subject
	Window        Window
	Term          Key // no name: none; otherwise its window, cut by Window (R33)
	ReviewBy      time.Time
	Justification string
}

// PermissionOverride replaces what the roles give one person at one entity (R9).
type PermissionOverride struct {
	Key         Key
	Person      string
	Entity      LocalEntity
	Permissions []string
	Reason      string
	Window      Window
}

// Scope is where a SystemDeny holds (R10). Without namespaces and entity it is
// the whole platform; where both are given, both must hold.
type Scope struct {
	Namespaces         []string
	Entity             *EntityKey
	ExcludeDescendants bool
}

// SystemDeny removes permissions from its subjects, last and over everything (R10).
// The wildcard and a permission ID stand for that permission at every level that has it.
type SystemDeny struct {
	Name        string
	Subjects    []Subject
	Everyone    bool
	Permissions []string
	Scope       Scope
	Reason      string
	Window      Window
}

// MemberState is the state of a person in a group's list (R12).
type MemberState uint8

// The member states: only MemberActive declares, only MemberRemoved blocks.
const (
	MemberActive MemberState = iota
	MemberPending
	MemberInactive
	MemberRemoved
)

// MemberRole is a person's role within a group (R12, R16).
type MemberRole uint8

// The roles within a group.
const (
	Learner MemberRole = iota
	Instructor
	Admin
)

// Member is one entry of a group's list. A person may have several, told apart by
// their IDs: the person is declared while an Active one is open, and blocked while a
// Removed one is (R12a).
type Member struct {
	Name   string
	ID     string // "" for the one entry that needs none
	State  MemberState
	Role   MemberRole
	Window Window
	Term   Key // no name: none; otherwise its window, cut by Window (R33)
}

// Open says whether an entry that names no term, or of a group that is Dated, counts at t (R12a). An Active one whose window is never
// open never counts; a Removed one then counts always, since what restricts does not wait.
func (m *Member) Open(t time.Time) bool { return m.span().open(t.UnixMicro()) }

func (m *Member) span() span {
	s := spanOf(m.Window)
	if m.State == MemberRemoved && s.from >= s.to {
		return always
	}
	return s
}

// SubgroupsFrom says which namespaces' groups may name a group as their parent (R18).
type SubgroupsFrom uint8

// The choices of SubgroupsFrom. A group's own namespace is always admitted.
const (
	SubgroupsSame SubgroupsFrom = iota
	SubgroupsAll
	SubgroupsSelector
)

// AllowedSubgroups admits namespaces from which groups may stand below a group (R18).
type AllowedSubgroups struct {
	From     SubgroupsFrom
	Selector *Selector // over the namespace's labels, with SubgroupsSelector
}

// Enrolment gives a role to all members at an entity of the group's namespace (R19) or at many (R34).
type Enrolment struct {
	Name          string
	Entity        LocalEntity
	Selects       *EntitySelector // in place of Entity
	Role          RoleRef
	Window        Window
	Term          Key // no name: none; otherwise its window, cut by Window (R33)
	ReviewBy      time.Time
	Justification string
}

// Group is a group of people, which may stand below another one (R12-R20).
type Group struct {
	Key                        Key
	Parent                     Key // no name: a top-level group
	Listed                     bool
	Members                    []Member
	Selector                   *Selector // over people's attributes; nil or empty adds nobody
	Compose                    Compose   // of other groups (R36)
	AllowedSubgroups           AllowedSubgroups
	Enrolments                 []Enrolment
	Entity                     LocalEntity // the level at which it stands; informs only (R20)
	LearnersMayCreateSubgroups bool
	// Visibility and MemberVisibility bear on who sees it and its members, and on no permission (R32).
	Visibility       Visibility
	MemberVisibility MemberVisibility
	// RenamedFrom is how it was called before, which decides nothing (R39).
	RenamedFrom []string
}

// RoleRule gives a system role the rules that a custom role carries itself (R6).
type RoleRule struct {
	Role          string
	Requires      []Requirement
	ExclusiveWith []Exclusion
}

// Platform is what holds for the whole installation. Where it is absent, its zero value holds.
type Platform struct {
	DeclaredPeople bool // R11: people without a Person record have no permission
	MatchNames     bool // R21
	RoleRules      []RoleRule
	TimeZone       string // of the terms that name none (R33); "" for UTC

	// The rest bears on who may change access (R21-R24), not on access itself.

	Administrators  []Principal
	TrustedAppliers []Principal
	// OpenGroups lets everyone create top-level groups, and StaffSubgroups the staff of a
	// group create groups below it (R24).
	OpenGroups     bool
	StaffSubgroups bool
	// Limits bear on what may be granted anew (R38).
	Limits Limits
}

// Limits are how long a grant may last from when it begins or is asked for, whichever is later (R38).
type Limits struct {
	Grant, Sensitive time.Duration // of any grant, and of one that gives something sensitive; 0 for no limit
	Refuse           bool          // to the untrusted, instead of warning
}

// Of is the limit of a grant that gives something sensitive, or that does not; 0 where there is none.
func (l Limits) Of(sensitive bool) time.Duration {
	if sensitive && l.Sensitive != 0 && (l.Grant == 0 || l.Sensitive < l.Grant) {
		return l.Sensitive
	}
	return l.Grant
}

// PrincipalKind says what a Principal is.
type PrincipalKind uint8

// The kinds of principal. A user and a user group are Kubernetes' own.
const (
	PrincipalPerson PrincipalKind = iota
	PrincipalUser
	PrincipalUserGroup
	PrincipalServiceAccount
)

// Principal is an administrator or a trusted applier of the platform.
type Principal struct {
	Kind      PrincipalKind
	Namespace string // of a service account
	Name      string
}

// PlatformName is the name of the one Platform.
const PlatformName = "platform"

// ID implements Record.
func (r *Namespace) ID() ID { return ID{KindNamespace, "", r.Name} }

// ID implements Record.
func (r *Entity) ID() ID { return r.Key.ID() }

// ID implements Record.
func (r *Person) ID() ID { return ID{KindPerson, "", r.Name} }

// ID implements Record.
func (r *Role) ID() ID { return ID{KindRole, r.Key.Namespace, r.Key.Name} }

// ID implements Record.
func (r *RoleTemplate) ID() ID { return ID{KindRoleTemplate, r.Key.Namespace, r.Key.Name} }

// ID implements Record.
func (r *RoleBinding) ID() ID { return ID{KindRoleBinding, r.Key.Namespace, r.Key.Name} }

// ID implements Record.
func (r *PermissionOverride) ID() ID { return ID{KindPermissionOverride, r.Key.Namespace, r.Key.Name} }

// ID implements Record.
func (r *SystemDeny) ID() ID { return ID{KindSystemDeny, "", r.Name} }

// ID implements Record.
func (r *Group) ID() ID { return ID{KindGroup, r.Key.Namespace, r.Key.Name} }

// ID implements Record.
func (r *Platform) ID() ID { return ID{KindPlatform, "", PlatformName} }
