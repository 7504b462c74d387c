package directory

import (
	"time"

	"provost.dev/provost/internal/engine/catalogue"
)

// ParentState says what a group's or an entity's reference to a parent came to.
type ParentState uint8

// The parent states.
const (
	ParentNone       ParentState = iota // it names none
	ParentOK                            // it exists and is in effect
	ParentNotFound                      // it does not exist (yet): R17
	ParentNotAllowed                    // its allowedSubgroups do not admit the namespace (R18)
	ParentInvalid                       // its level may not stand there (R1)
)

// GroupStatus is what the engine knows of a group.
type GroupStatus struct {
	Key         Key
	Declared    bool // false: only named by others so far
	ParentState ParentState
	// Path is the group and the groups above it in effect, topmost first. On or below a cycle it holds the group alone.
	Path []Key
	// Cycle names the groups of the cycle that this group is on or below, beginning with the
	// least key, in the order of the parent references; empty where there is none (R17).
	Cycle []Key
	// OnCycle says that the group is itself one of Cycle.
	OnCycle bool
	// DeclaredCount counts the people whom the group itself declares.
	DeclaredCount int
	// MemberCount counts the effective members (R14).
	MemberCount int
	// Subgroups are the groups in effect directly below, in order.
	Subgroups []Key
	// References are the names in its compose, in the order declared (R36).
	References []Reference
	// Unsettled says that a name which bears on its members is missing or on a circle, here or further on (R36).
	Unsettled bool
	// Circle is the one of compositions that it is on, or that its own compose closes; nil where there is none (R36).
	Circle *Circle
	// Undeclared are the people named in the list without a Person record, where the Platform asks for one (R11).
	Undeclared []string
	// Enrolments are the status of each enrolment, in the order declared.
	Enrolments []GrantStatus
}

// RoleResolution is one role reference, resolved at an entity.
type RoleResolution struct {
	Name        string // as referred to
	Role        RoleName
	Problem     RoleProblem
	Permissions catalogue.Set // what it gives there, overrides applied
	Overridden  []Key         // the Override roles in effect
	// Elsewhere is the entity that a Custom role belongs to, and Level its own, with RoleOfAnotherEntity.
	Elsewhere EntityKey
	Level     catalogue.Level
}

// GrantStatus is what the engine knows of a RoleBinding or an enrolment.
type GrantStatus struct {
	Entity      EntityKey // without a name where it selects
	EntityFound bool
	// Template is the template referred to, and TemplateFound whether it exists; Template is nil for a plain role.
	Template      *Key
	TemplateFound bool
	// Roles are the roles that apply at the entity. A template's roles of other levels are left out.
	Roles []RoleResolution
	// MissingGroups are the subjects that do not exist.
	MissingGroups []Key
	// Undeclared are the people named without a Person record, where the Platform asks for one.
	Undeclared []string
	// Permissions is the union of what the roles give.
	Permissions catalogue.Set
	// People counts the different people reached, whatever the window is.
	People int
	// Window is when it counts: that of its term, cut by its own dates, where it names one (R33).
	Window Window
	// Term is the term that it names; no name: none. TermProblem says why it never counts then.
	Term        Key
	TermProblem TermProblem
	// Selects is what it selects (R34), Under the entity that this looks under, Entities how many it reaches, and LeftOut how
	// many lie there that it does not, since they are private, public or of another organisation. EntityFound is then about
	// Under, and Roles and Permissions are those that no Override alters; a Custom role is looked at where it belongs, if that is reached.
	Selects  *EntitySelector
	Under    EntityKey
	Entities int
	LeftOut  int
}

// Level is that of the entities at which something is given.
func (f *GrantStatus) Level() catalogue.Level {
	if f.Selects != nil {
		return f.Selects.Level
	}
	return f.Entity.Level
}

// RoleStatus is what the engine knows of a Role record, or of a system role.
type RoleStatus struct {
	Found       bool
	Level       catalogue.Level
	Type        RoleType
	Permissions catalogue.Set // resolved
	Unknown     []string      // listed permissions that the level does not have
	Problem     RoleProblem   // RoleInvalid, or RoleNotFound for an Override of no system role of its level
	EntityFound bool          // for Custom and Override
	// Conflicts are the other Overrides of the same role at the same entity (R5).
	Conflicts []Key
	// Bindings counts the bindings and enrolments that give the role. For an Override: those whose role it changes.
	Bindings int
	// People counts the people who hold the role somewhere.
	People int
	// UnknownRules are names in requires and exclusiveWith that resolve to nothing at the entity (or its parent).
	UnknownRules []string
}

// TemplateStatus is what the engine knows of a RoleTemplate.
type TemplateStatus struct {
	Found bool
	// Unknown are listed names that are neither system roles nor, for a template of a namespace of its own, Custom roles there.
	Unknown  []string
	Bindings int
	People   int
}

// EntityStatus is what the engine knows of an entity.
type EntityStatus struct {
	Key         EntityKey
	Declared    bool
	Parent      EntityKey // with a ParentState other than ParentNone
	ParentState ParentState
	Ownership   Ownership // resolved: never OwnershipDefault
	Owner       string
	Children    []EntityKey // the declared ones, in order
	// People counts the people who hold a role there, and Roles how many hold each.
	People int
	Roles  map[RoleName]int
}

// PersonStatus is what the engine knows of a person.
type PersonStatus struct {
	Declared     bool
	SubjectState SubjectState
	// Groups are the groups of which the person is an effective member, in order.
	Groups []Key
	// Namespaces are those in which the person has, or is refused, anything: where there is something to say.
	Namespaces []string
}

// OverrideStatus is what the engine knows of a PermissionOverride.
type OverrideStatus struct {
	Entity      EntityKey
	EntityFound bool
	Permissions catalogue.Set
	Unknown     []string
	// Replaced is what the roles would give without it.
	Replaced catalogue.Set
	// Conflicts are the other PermissionOverrides of the same pair that are in force too (R9).
	Conflicts    []Key
	SubjectState SubjectState
	Declared     bool // the person has a Person record
}

// DenyStatus is what the engine knows of a SystemDeny.
type DenyStatus struct {
	// Unknown are permissions that no level has.
	Unknown       []string
	MissingGroups []Key
	EntityFound   bool // true too where the scope names none
	// MissingNamespaces are those of the scope that are not declared and hold nothing.
	MissingNamespaces []string
	// Unnamed are the people whom nothing but SystemDenies names: no Person, group, binding, override, owner or Platform.
	Unnamed []string
	// People counts the people reached; with Everyone it is every person known to the engine.
	People int
	// Permissions counts the different permission IDs taken.
	Permissions int
	Undeclared  []string
}

// Counts is the size of a snapshot.
type Counts struct {
	Entities   map[catalogue.Level]int
	People     int // known by any name, declared or not
	Declared   int // Person records
	Groups     int
	Roles      int
	Templates  int
	Bindings   int
	Overrides  int
	Denies     int
	Terms      int
	Namespaces int
}

// Transition is a moment at which a window opens or closes, and whose it is.
type Transition struct {
	At     time.Time
	Source ID
}
