package v1alpha1

import metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

// Types of conditions. Ready, Reconciling and Stalled follow kstatus: Ready is always there; the two others, and all
// that follow them here, are there only while they are True.
const (
	// ConditionReady is True when the object does what it says, and False when something keeps it from that.
	// An object whose time has not come, or has passed, is Ready: it does what it says, which is nothing now.
	ConditionReady = "Ready"

	// ConditionReconciling is there while the controller is still at work on the object.
	ConditionReconciling = "Reconciling"

	// ConditionStalled is there while nothing but an edit can help: a cycle, a conflict, an impossible reference.
	// Something that is merely missing does not stall: it may appear at any moment (rule R7).
	ConditionStalled = "Stalled"

	// ConditionReviewDue is there when reviewBy has passed; it changes no permission (rule R31).
	ConditionReviewDue = "ReviewDue"

	// ConditionRuleUnmet is there while a rule between roles (requires, exclusiveWith) is unmet for somebody (rule R6).
	// The reason says whether that is only reported or withholds the role.
	ConditionRuleUnmet = "RuleUnmet"

	// ConditionUnjustified is there when the Platform asks for a justification and there is none (rule R31).
	ConditionUnjustified = "Unjustified"

	// ConditionUndeclaredPeople is there while the Platform wants people to be declared and the object names some who
	// are not; they have no permission (rule R11).
	ConditionUndeclaredPeople = "UndeclaredPeople"

	// ConditionUnknownPeople is there while a SystemDeny names people whom nothing but SystemDenies names: the names may be
	// misspelt (rule R10). Where the Platform wants people to be declared, Ready is False instead.
	ConditionUnknownPeople = "UnknownPeople"

	// ConditionBreakGlass is there until a RoleBinding that a platform administrator made for an emergency ends.
	ConditionBreakGlass = "BreakGlass"
)

// Reasons of Ready=True.
const (
	// ReasonSucceeded: everything is found and in effect.
	ReasonSucceeded = "Succeeded"
	// ReasonScheduled: its time, notBefore, lies ahead; nothing is in effect yet.
	ReasonScheduled = "Scheduled"
	// ReasonExpired: its time, notAfter, has passed; nothing is in effect any more.
	ReasonExpired = "Expired"
	// ReasonSuspended: a Person has no permission, or a GitSync does not apply, because its spec says so.
	ReasonSuspended = "Suspended"
)

// Reasons of Ready=False for something that is missing (rules R7, R17): nothing is granted through it until it appears.
const (
	// ReasonParentNotFound: the parent of an entity or group does not exist.
	ReasonParentNotFound = "ParentNotFound"
	// ReasonEntityNotFound: the entity that the object is about does not exist.
	ReasonEntityNotFound = "EntityNotFound"
	// ReasonRoleNotFound: the role does not exist, or is a Custom role of another entity.
	ReasonRoleNotFound = "RoleNotFound"
	// ReasonRoleTemplateNotFound: the template exists neither in the namespace nor in the system namespace.
	ReasonRoleTemplateNotFound = "RoleTemplateNotFound"
	// ReasonGroupNotFound: a group among the subjects, or one of which a group is made, does not exist.
	ReasonGroupNotFound = "GroupNotFound"
	// ReasonUnsettled: of a group of which this one is made, or of this one, nobody can tell who all the members are, since
	// a group that bears on it is missing (rule R36).
	ReasonUnsettled = "Unsettled"
	// ReasonTermNotFound: the term that says when it counts does not exist (rule R33).
	ReasonTermNotFound = "TermNotFound"
	// ReasonNamespaceNotFound: a namespace of the scope of a SystemDeny does not exist.
	ReasonNamespaceNotFound = "NamespaceNotFound"
	// ReasonPersonNotDeclared: the one person that the object is about, or one whom nothing but a SystemDeny names, is not
	// declared where people must be (rule R11).
	ReasonPersonNotDeclared = "PersonNotDeclared"
)

// Reasons of Ready=False, Stalled=True: only an edit helps.
const (
	// ReasonConflict: several objects decide the same thing, and what all of them allow is in effect (rules R5, R9).
	ReasonConflict = "Conflict"
	// ReasonCycle: the group is on a cycle of parents, or below one (rule R17).
	ReasonCycle = "Cycle"
	// ReasonCircle: the group is made of groups that hang on it, or makes others be (rule R36).
	ReasonCircle = "Circle"
	// ReasonParentNotAllowed: the parent admits no sub-groups of this namespace (rule R18).
	ReasonParentNotAllowed = "ParentNotAllowed"
	// ReasonWrongLevel: the role, or every role of the template, is of another level than the entity (rule R4).
	ReasonWrongLevel = "WrongLevel"
	// ReasonUnknownPermission: a permission is not one of the level (rule R4).
	ReasonUnknownPermission = "UnknownPermission"
	// ReasonNotSystemRole: an override, or a rule of the Platform, names a role that is no system role (rules R4, R6).
	ReasonNotSystemRole = "NotSystemRole"
	// ReasonUnknownTimeZone: the time zone of a term is none of the IANA database (rule R33).
	ReasonUnknownTimeZone = "UnknownTimeZone"
	// ReasonNeverOpen: the days of a term, or what the object's own dates leave of them, are none (rule R33).
	ReasonNeverOpen = "NeverOpen"
	// ReasonInvalid: the object is not what the schema asks for; the message says where.
	ReasonInvalid = "Invalid"
)

// Reasons of Reconciling=True, and of Ready while that lasts.
const (
	// ReasonProgressing: the controller is at work.
	ReasonProgressing = "Progressing"
	// ReasonNotSynced: not every kind has been listed yet, so nothing can be said (rule R30).
	ReasonNotSynced = "NotSynced"
	// ReasonChildrenRemain: the entity is being deleted and waits for the entities below it (rule R27).
	ReasonChildrenRemain = "ChildrenRemain"
)

// Reasons of the conditions that are there only while they are True.
const (
	// ReasonReviewByPassed: the time that reviewBy names has passed.
	ReasonReviewByPassed = "ReviewByPassed"
	// ReasonEmergency: the binding is labelled as access for an emergency.
	ReasonEmergency = "Emergency"
	// ReasonWarned: a rule between roles is unmet and its enforcement is Warn.
	ReasonWarned = "Warned"
	// ReasonWithheld: a rule between roles is unmet and its enforcement is Deny: the role grants those people nothing.
	ReasonWithheld = "Withheld"
	// ReasonJustificationMissing: the Platform asks for a justification and there is none.
	ReasonJustificationMissing = "JustificationMissing"
	// ReasonNotDeclared: people are named who are not declared.
	ReasonNotDeclared = "NotDeclared"
	// ReasonNotNamed: people are denied something whom nothing else names.
	ReasonNotNamed = "NotNamed"
)

// Object is what every kind of this package has in common for conditions.
// +kubebuilder:object:generate=false
type Object interface {
	metav1.Object
	// GetConditions returns the conditions of the status.
	GetConditions() []metav1.Condition
	// SetConditions replaces the conditions of the status.
	SetConditions(conditions []metav1.Condition)
}
