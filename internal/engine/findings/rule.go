package findings

// Rule is what kind of finding it is. The names are stable: people choose by them what to be told.
type Rule string

// The rules. Each has a row in validate.Rules, which gives its severity, and one in docs/validate.md.
const (
	// DanglingReference: something is named that does not exist (rule R7).
	DanglingReference Rule = "dangling-reference"
	// DanglingDeny: a SystemDeny names a group, entity or namespace that does not exist, and does not hold there (rule R10).
	DanglingDeny Rule = "dangling-deny"
	// UnknownPerson: a SystemDeny names somebody whom nothing but SystemDenies names (rule R10).
	UnknownPerson Rule = "unknown-person"
	// ParentNotInEffect: a parent exists and may not be one (rules R1, R18).
	ParentNotInEffect Rule = "parent-not-in-effect"
	// GroupCycle: the parents of groups form a cycle (rule R17).
	GroupCycle Rule = "group-cycle"
	// ComposeCircle: groups are made of each other (rule R36).
	ComposeCircle Rule = "compose-circle"
	// UnsettledGroup: a group hangs on one of which nobody can tell who all its members are (rule R36).
	UnsettledGroup Rule = "unsettled-group"
	// ComposeOfNobody: compose keeps people out of a group that nothing declares (rule R36).
	ComposeOfNobody Rule = "compose-of-nobody"
	// NoOrganisation: something is to be seen in the organisation, and there is none (rule R32).
	NoOrganisation Rule = "no-organisation"
	// Conflict: two objects say different things of one (rules R5, R9).
	Conflict Rule = "conflict"
	// UnknownPermission: a permission that the level does not have.
	UnknownPermission Rule = "unknown-permission"
	// WrongLevel: a role of one level, given at or belonging to an entity of another (rule R4).
	WrongLevel Rule = "wrong-level"
	// CustomRoleElsewhere: a Custom role, given at another entity than its own (rule R4).
	CustomRoleElsewhere Rule = "custom-role-elsewhere"
	// OverrideBound: an Override role, bound like a role (rule R4).
	OverrideBound Rule = "override-bound"
	// EmptyTemplate: a template none of whose roles can be given where it is (rule R7).
	EmptyTemplate Rule = "empty-template"
	// EmptySelection: a binding or an enrolment that selects, and reaches nothing (rule R34).
	EmptySelection Rule = "empty-selection"
	// Expired: a window that has closed (rule R7).
	Expired Rule = "expired"
	// UnknownTimeZone: a time zone that the IANA database does not have (rule R33).
	UnknownTimeZone Rule = "unknown-time-zone"
	// NeverOpen: a term, or what something's own dates leave of it, that is never open (rule R33).
	NeverOpen Rule = "never-open"
	// UndeclaredPerson: somebody without the Person that the Platform, or what is given, asks for (rules R2, R11).
	UndeclaredPerson Rule = "undeclared-person"
	// AmbiguousUsername: one user name of several people (rule R21).
	AmbiguousUsername Rule = "ambiguous-username"
	// NobodyTrusted: a Platform that names nobody who may change it (rule R21).
	NobodyTrusted Rule = "nobody-trusted"
	// MissingJustification: a grant without the justification that the Platform asks for (rule R31).
	MissingJustification Rule = "missing-justification"
	// ReviewDue: a grant that was to be looked at again by now (rule R31).
	ReviewDue Rule = "review-due"
	// GrantTooLong: a grant that lasts longer than the Platform wants, or has no end (rule R38).
	GrantTooLong Rule = "grant-too-long"
	// SuspendedPerson: somebody who is suspended, and has no permission anywhere (rule R11).
	SuspendedPerson Rule = "suspended-person"
	// DeclaredSystemRole: a Role of type System, which nobody but the manager writes (rule R25).
	DeclaredSystemRole Rule = "system-role"
	// WrittenKind: an object of a kind that the manager writes.
	WrittenKind Rule = "written-by-manager"
)
