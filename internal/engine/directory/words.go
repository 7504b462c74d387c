package directory

import "slices"

// The words of what is one of a few, as the API writes them, or the answers in JSON.
var (
	ownershipWords = [...]string{
		OwnershipDefault: "", OwnershipOrganisation: "Organisation", OwnershipPrivate: "Private", OwnershipPublic: "Public",
	}
	visibilityWords = [...]string{
		VisibilityMembers: "Members", VisibilityOrganisation: "Organisation", VisibilityPublic: "Public",
	}
	memberVisibilityWords = [...]string{
		MembersSeenByMembers: "Members", MembersSeenByStaff: "Staff", MembersSeenByOrganisation: "Organisation",
	}
	memberStateWords = [...]string{
		MemberActive: "Active", MemberPending: "Pending", MemberInactive: "Inactive", MemberRemoved: "Removed",
	}
	memberRoleWords    = [...]string{Learner: "Learner", Instructor: "Instructor", Admin: "Admin"}
	subgroupsFromWords = [...]string{SubgroupsSame: "Same", SubgroupsAll: "All", SubgroupsSelector: "Selector"}
	operatorWords      = [...]string{In: "In", NotIn: "NotIn", Exists: "Exists", DoesNotExist: "DoesNotExist"}
	principalKindWords = [...]string{
		PrincipalPerson: "Person", PrincipalUser: "User", PrincipalUserGroup: "UserGroup", PrincipalServiceAccount: "ServiceAccount",
	}
	subjectStateWords = [...]string{SubjectGood: "Good", SubjectSuspended: "Suspended", SubjectUndeclared: "Undeclared"}
	grantStateWords   = [...]string{
		GrantInForce: "InForce", GrantNotYet: "NotYet", GrantExpired: "Expired",
		GrantWithheld: "Withheld", GrantNothing: "Nothing", GrantEntityNotFound: "EntityNotFound",
		GrantNotMemberYet: "NotMemberYet", GrantMemberNoLonger: "MemberNoLonger",
		GrantOutOfTerm: "OutOfTerm",
	}
	remedyKindWords = [...]string{
		RemedyReinstate: "Reinstate", RemedyDeclare: "Declare", RemedyDeny: "Deny",
		RemedyOverride: "Override", RemedyWindow: "Window", RemedyRule: "Rule",
		RemedyUnblock: "Unblock", RemedyJoin: "Join", RemedyRoleOverride: "RoleOverride",
		RemedyBind: "Bind", RemedyNewRole: "NewRole", RemedyCreateEntity: "CreateEntity",
		RemedyLeave: "Leave", RemedyEnter: "Enter",
	}
)

// String is the API's word; "" where nothing is said.
func (o Ownership) String() string { return ownershipWords[o] }

// String is the API's word.
func (v Visibility) String() string { return visibilityWords[v] }

// ParseVisibility is the visibility of the API's word, and whether it is one.
func ParseVisibility(word string) (Visibility, bool) {
	i := slices.Index(visibilityWords[:], word)
	return Visibility(max(i, 0)), i >= 0
}

// String is the API's word.
func (v MemberVisibility) String() string { return memberVisibilityWords[v] }

// String is the API's word.
func (s MemberState) String() string { return memberStateWords[s] }

// String is the API's word.
func (r MemberRole) String() string { return memberRoleWords[r] }

// String is the API's word.
func (f SubgroupsFrom) String() string { return subgroupsFromWords[f] }

// String is the API's word.
func (o Operator) String() string { return operatorWords[o] }

// String is the API's word.
func (k PrincipalKind) String() string { return principalKindWords[k] }

// String is the word of the answers.
func (s SubjectState) String() string { return subjectStateWords[s] }

// String is the word of the answers.
func (s GrantState) String() string { return grantStateWords[s] }

// String is the word of the answers.
func (k RemedyKind) String() string { return remedyKindWords[k] }
