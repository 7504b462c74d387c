package v1alpha1

import metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

// GroupPurpose says what a group is for. It has no effect on permissions.
// +kubebuilder:validation:Enum=Team;Cohort;StudyGroup;ProjectTeam;SessionGroup;Community;PlatformStaff;Moderators;Interest;Other
type GroupPurpose string

// What a group may be for.
const (
	PurposeTeam          GroupPurpose = "Team"
	PurposeCohort        GroupPurpose = "Cohort"
	PurposeStudyGroup    GroupPurpose = "StudyGroup"
	PurposeProjectTeam   GroupPurpose = "ProjectTeam"
	PurposeSessionGroup  GroupPurpose = "SessionGroup"
	PurposeCommunity     GroupPurpose = "Community"
	PurposePlatformStaff GroupPurpose = "PlatformStaff"
	PurposeModerators    GroupPurpose = "Moderators"
	PurposeInterest      GroupPurpose = "Interest"
	PurposeOther         GroupPurpose = "Other"
)

// GroupMembership says how a group treats people whom only the groups below it declare.
// +kubebuilder:validation:Enum=Cascading;Listed
type GroupMembership string

// How a group treats the members of the groups below it.
const (
	MembershipCascading GroupMembership = "Cascading"
	MembershipListed    GroupMembership = "Listed"
)

// MemberVisibility says who may see the members of a group. It grants no permission.
// +kubebuilder:validation:Enum=Staff;Members;Organisation
type MemberVisibility string

// Who may see the members of a group.
const (
	MemberVisibilityStaff        MemberVisibility = "Staff"
	MemberVisibilityMembers      MemberVisibility = "Members"
	MemberVisibilityOrganisation MemberVisibility = "Organisation"
)

// MemberState says what an entry in the list of members means.
// +kubebuilder:validation:Enum=Active;Pending;Inactive;Removed
type MemberState string

// The states of a member.
const (
	MemberActive   MemberState = "Active"
	MemberPending  MemberState = "Pending"
	MemberInactive MemberState = "Inactive"
	MemberRemoved  MemberState = "Removed"
)

// MemberRole is a role within a group.
// +kubebuilder:validation:Enum=Learner;Instructor;Admin
type MemberRole string

// The roles within a group.
const (
	MemberRoleLearner    MemberRole = "Learner"
	MemberRoleInstructor MemberRole = "Instructor"
	MemberRoleAdmin      MemberRole = "Admin"
)

// SubgroupNamespaces says from which namespaces a group may have sub-groups.
// +kubebuilder:validation:Enum=Same;All;Selector
type SubgroupNamespaces string

// From which namespaces a group may have sub-groups.
const (
	SubgroupsFromSame     SubgroupNamespaces = "Same"
	SubgroupsFromAll      SubgroupNamespaces = "All"
	SubgroupsFromSelector SubgroupNamespaces = "Selector"
)

// EntryID tells apart the entries of one person in a group's list. It may be empty.
// +kubebuilder:validation:MaxLength=63
// +kubebuilder:validation:XValidation:rule="self.matches('^([a-z0-9]([-a-z0-9]*[a-z0-9])?)?$')",message="must be lower-case letters, digits and '-', with a letter or digit at both ends, or left out, for example autumn"
type EntryID string

// Member is one entry in the list of members of a group.
type Member struct {
	// name is the name of the person, for example alice.
	// +required
	Name PersonName `json:"name"`

	// state is Active (the default: a member here and in every group above), Pending or Inactive (listed, without
	// effect), or Removed (kept out of this group and of every group below it, whatever those say).
	// +optional
	State MemberState `json:"state,omitempty"`

	// role is the person's role within this group: Learner (the default), Instructor or Admin. Instructors and Admins
	// may add and remove members. It does not reach into the groups above or below.
	// +optional
	Role MemberRole `json:"role,omitempty"`

	// id tells apart the entries of somebody who has several, for example autumn. An Active entry declares the person
	// while its window is open, and a Removed one keeps the person out while its own is. Default: empty, for the one
	// entry that most people have.
	// +optional
	// +kubebuilder:default=""
	ID EntryID `json:"id,omitempty"`

	Window `json:",inline"`

	// termRef names a term that says when this counts, for example {name: autumn-2026}: while it is open, cut by notBefore
	// and notAfter where they are given. Default: none.
	// +optional
	TermRef *TermReference `json:"termRef,omitempty"`
}

// AllowedSubgroups says from which namespaces a group may have sub-groups.
type AllowedSubgroups struct {
	// namespaces says from which namespaces groups may name this one as their parent.
	// +required
	Namespaces AllowedNamespaces `json:"namespaces"`
}

// AllowedNamespaces chooses namespaces.
// +kubebuilder:validation:XValidation:rule="(has(self.from) && self.from == 'Selector') == has(self.selector)",fieldPath=".selector",message="selector goes with from: Selector, and from: Selector needs it"
type AllowedNamespaces struct {
	// from is Same (the default: the group's own namespace), All, or Selector: those whose labels the selector chooses,
	// and the own one.
	// +optional
	// +kubebuilder:default=Same
	From SubgroupNamespaces `json:"from,omitempty"`

	// selector chooses namespaces by their labels, for example {matchLabels: {tier: partner}}.
	// +optional
	Selector *LabelSelector `json:"selector,omitempty"`
}

// Enrolment gives a role, or a template of roles, at one entity or at many to all members of a group.
// +kubebuilder:validation:XValidation:rule="has(self.entityRef) != has(self.entitySelector)",message="an enrolment is at one entity or at many: give entityRef for one entity, or entitySelector for those of a level below one"
type Enrolment struct {
	// name tells the enrolments of a group apart, for example onboarding.
	// +required
	Name ObjectName `json:"name"`

	// entityRef names the entity, of the group's namespace.
	// +optional
	EntityRef *EntityReference `json:"entityRef,omitempty"`

	// entitySelector chooses, in place of entityRef, many entities of the group's namespace: those of one level at and
	// below an entity, now and later.
	// +optional
	EntitySelector *EntitySelector `json:"entitySelector,omitempty"`

	// roleRef names the role that the members get there, or the template that stands for several.
	// +required
	RoleRef RoleReference `json:"roleRef"`

	Window `json:",inline"`

	// termRef names a term that says when this counts, for example {name: autumn-2026}: while it is open, cut by notBefore
	// and notAfter where they are given. Default: none.
	// +optional
	TermRef *TermReference `json:"termRef,omitempty"`

	// reviewBy is when somebody should look at this again, for example "2027-06-01T00:00:00Z". When it has passed, the
	// condition ReviewDue says so; nothing is revoked. Default: no review.
	// +optional
	// +kubebuilder:validation:Type=string
	// +kubebuilder:validation:MaxLength=35
	// +kubebuilder:validation:Pattern=`^[0-9]{4}-[0-9]{2}-[0-9]{2}T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]([.][0-9]{1,9})?(Z|[+-]([01][0-9]|2[0-3]):[0-5][0-9])$`
	// +kubebuilder:validation:XValidation:rule="self > timestamp('1970-01-01T00:00:00Z')",message="must be a moment after 1970, for example 2027-06-30T00:00:00Z: what other programs write for no time at all is no time; leave the field out"
	ReviewBy *metav1.Time `json:"reviewBy,omitempty"`

	// justification says why, for example Autumn and spring terms. The Platform says whether one is needed.
	// +optional
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=2000
	Justification string `json:"justification,omitempty"`
}

// GroupComposition makes a group of others of the same namespace.
// +structType=atomic
// +kubebuilder:validation:XValidation:rule="has(self.include) || has(self.require) || has(self.exclude)",message="name groups in include, require or exclude, or leave compose out"
// +kubebuilder:validation:XValidation:rule="!has(self.exclude) || !has(self.include) || !self.exclude.exists(n, n in self.include)",fieldPath=".exclude",message="a group is in include and in exclude, which keeps out all of those whom it includes: take it out of one of them"
// +kubebuilder:validation:XValidation:rule="!has(self.exclude) || !has(self.require) || !self.exclude.exists(n, n in self.require)",fieldPath=".exclude",message="a group is in require and in exclude, which leaves nobody: take it out of one of them"
type GroupComposition struct {
	// include lists groups whose members are declared here too, as Learners, for example [staff].
	// +optional
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=32
	Include []ObjectName `json:"include,omitempty"`

	// require lists groups of each of which one has to be a member to be one here or in a group below, for example
	// [safety-training]. By itself it declares nobody.
	// +optional
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=32
	Require []ObjectName `json:"require,omitempty"`

	// exclude lists groups whose members are kept out of this group and of every group below it, for example
	// [contractors].
	// +optional
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=32
	Exclude []ObjectName `json:"exclude,omitempty"`
}

// GroupSpec says who is in a group and where it belongs.
// +structType=atomic
// +kubebuilder:validation:XValidation:rule="!has(self.memberVisibility) || self.memberVisibility != 'Organisation' || has(self.visibility) && self.visibility != 'Members'",fieldPath=".memberVisibility",message="memberVisibility Organisation shows the members to people for whom the group does not exist: set visibility to Organisation or Public too, or leave memberVisibility out"
type GroupSpec struct {
	// displayName is the name that people see, for example Development. Default: metadata.name.
	// +optional
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=200
	DisplayName string `json:"displayName,omitempty"`

	// purpose says what the group is for: Team, Cohort, StudyGroup, ProjectTeam, SessionGroup, Community, PlatformStaff,
	// Moderators, Interest or Other (the default). It has no effect on permissions.
	// +optional
	// +kubebuilder:default=Other
	Purpose GroupPurpose `json:"purpose,omitempty"`

	// visibility says who may know that the group exists: Members (its members and staff), Organisation (also whoever has
	// a role in an organisation of its namespace) or Public (everybody who is signed in). Whoever sees all people of such
	// an organisation always does. It grants no permission. Default: Members.
	// +optional
	Visibility Visibility `json:"visibility,omitempty"`

	// memberVisibility says who may see the members: Staff (its Instructors and Admins), Members (also its other members)
	// or Organisation (also whoever has a role in an organisation of its namespace; visibility must let them know of the
	// group). Whoever sees all people of such an organisation always does. It grants no permission. Default: Members.
	// +optional
	MemberVisibility MemberVisibility `json:"memberVisibility,omitempty"`

	// entityRef names the entity, of the same namespace, that the group is about. It grants nothing. Default: the group
	// is about the whole platform.
	// +optional
	EntityRef *EntityReference `json:"entityRef,omitempty"`

	// parentRef names the group above. Whoever is a member here is a member there too, unless removed there. A parent
	// in another namespace must admit this one in its allowedSubgroups. Default: none, a top-level group.
	// +optional
	ParentRef *GroupReference `json:"parentRef,omitempty"`

	// membership is Cascading (the default: the members of the groups below are members here) or Listed: only those whom
	// this group itself declares, so that taking somebody off its list takes them out of every group below it too.
	// +optional
	// +kubebuilder:default=Cascading
	Membership GroupMembership `json:"membership,omitempty"`

	// members lists people, for example [{name: alice, role: Admin}, {name: bob, notAfter: "2027-03-31T22:00:00Z"}].
	// Somebody may have several entries, each with another id.
	// +optional
	// +listType=map
	// +listMapKey=name
	// +listMapKey=id
	// +kubebuilder:validation:MaxItems=5000
	Members []Member `json:"members,omitempty"`

	// memberSelector adds every declared, active Person whose spec.attributes it chooses, for example
	// {matchLabels: {department: physics}}. It is never empty.
	// +optional
	MemberSelector *AttributeSelector `json:"memberSelector,omitempty"`

	// compose makes this group of other groups of its namespace, for example
	// {include: [staff], exclude: [contractors]}. What it restricts does not wait: while a group that require or exclude
	// names does not exist, nobody is a member here or below.
	// +optional
	Compose *GroupComposition `json:"compose,omitempty"`

	// allowedSubgroups says from which namespaces groups may name this one as their parent. Default: the own one.
	// +optional
	AllowedSubgroups *AllowedSubgroups `json:"allowedSubgroups,omitempty"`

	// enrolments give all members a role at entities of the group's namespace, each with the effect of a binding.
	// +optional
	// +listType=map
	// +listMapKey=name
	// +kubebuilder:validation:MaxItems=500
	Enrolments []Enrolment `json:"enrolments,omitempty"`

	// learnersMayCreateSubgroups lets the Learners of this group, and not only its staff, create sub-groups, where the
	// Platform's groupCreation or subgroupCreation is open. Default: false.
	// +optional
	LearnersMayCreateSubgroups bool `json:"learnersMayCreateSubgroups,omitempty"`
}

// EffectiveMember is one member of a group, and through what.
type EffectiveMember struct {
	// name is the name of the person.
	// +required
	// +kubebuilder:validation:MaxLength=63
	Name string `json:"name"`

	// through lists groups below this one that declare the person, at most four, as name or, for one of another
	// namespace, namespace/name. Left out where this group itself declares the person.
	// +optional
	// +listType=atomic
	// +kubebuilder:validation:MaxItems=4
	// +kubebuilder:validation:items:MaxLength=317
	Through []string `json:"through,omitempty"`

	// until is when the membership ends by the clock; absent where it does not.
	// +optional
	// +kubebuilder:validation:XValidation:rule="self >= timestamp('0001-01-01T00:00:00Z')",message="must be a moment in time, for example 2027-06-30T00:00:00Z"
	Until *metav1.Time `json:"until,omitempty"`
}

// GroupStatus is what the controller says of a group.
type GroupStatus struct {
	// conditions say whether the object is in effect. Ready is always there; Reconciling, Stalled and others only while
	// true.
	// +optional
	// +listType=map
	// +listMapKey=type
	// +kubebuilder:validation:MaxItems=16
	Conditions []metav1.Condition `json:"conditions,omitempty"`

	// observedGeneration is the generation of the spec that this status speaks of; -1 before the first look.
	// +optional
	// +kubebuilder:validation:Minimum=-1
	ObservedGeneration int64 `json:"observedGeneration,omitempty"`

	// parent is the group above, as name or, for one of another namespace, namespace/name. Empty for a top-level group.
	// The column PARENT shows it.
	// +optional
	// +kubebuilder:validation:MaxLength=317
	Parent string `json:"parent,omitempty"`

	// path lists the groups from the top down to this one, as name or, for one of another namespace, namespace/name; at
	// most 256. A group on a cycle shows itself alone.
	// +optional
	// +listType=atomic
	// +kubebuilder:validation:MaxItems=256
	// +kubebuilder:validation:items:MaxLength=317
	Path []string `json:"path,omitempty"`

	// depth is how many groups are above this one; 0 for a top-level group.
	// +optional
	// +kubebuilder:validation:Minimum=0
	Depth *int32 `json:"depth,omitempty"`

	// declared is how many people this group itself declares: Active entries, those whom memberSelector chooses, and the
	// members of groups that compose includes, but for those whom compose keeps out.
	// +optional
	// +kubebuilder:validation:Minimum=0
	Declared *int32 `json:"declared,omitempty"`

	// members lists the first 1000 members, in the order of their names, groups below included.
	// +optional
	// +listType=map
	// +listMapKey=name
	// +kubebuilder:validation:MaxItems=1000
	Members []EffectiveMember `json:"members,omitempty"`

	// memberCount is how many members the group has, groups below included.
	// +optional
	// +kubebuilder:validation:Minimum=0
	MemberCount *int32 `json:"memberCount,omitempty"`

	// subgroups is how many groups name this one as their parent.
	// +optional
	// +kubebuilder:validation:Minimum=0
	Subgroups *int32 `json:"subgroups,omitempty"`

	// enrolments says of each enrolment with an entitySelector how many entities it reaches.
	// +optional
	// +listType=map
	// +listMapKey=name
	// +kubebuilder:validation:MaxItems=500
	Enrolments []EnrolmentStatus `json:"enrolments,omitempty"`
}

// EnrolmentStatus is what the controller says of an enrolment with an entitySelector.
type EnrolmentStatus struct {
	// name is that of the enrolment.
	// +required
	// +kubebuilder:validation:MaxLength=253
	Name string `json:"name"`

	// entities is how many entities it reaches.
	// +required
	// +kubebuilder:validation:Minimum=0
	Entities int32 `json:"entities"`

	// leftOut is how many entities lie where it looks and are not reached, since they are private, public or of another
	// organisation.
	// +required
	// +kubebuilder:validation:Minimum=0
	LeftOut int32 `json:"leftOut"`
}

// Group is a set of people that can be given roles as one. Groups form trees: whoever is a member of a group is a member of
// every group above it, unless removed there. A group by itself grants nothing; bindings and its enrolments do.
// +genclient
// +kubebuilder:object:root=true
// +kubebuilder:subresource:status
// +kubebuilder:resource:path=groups,singular=group,shortName=grp,categories=provost
// +kubebuilder:metadata:labels="app.kubernetes.io/part-of=provost"
// +kubebuilder:selectablefield:JSONPath=`.spec.parentRef.name`
// +kubebuilder:selectablefield:JSONPath=`.spec.entityRef.kind`
// +kubebuilder:selectablefield:JSONPath=`.spec.entityRef.name`
// +kubebuilder:printcolumn:name="Parent",type=string,JSONPath=`.status.parent`,description="The group above."
// +kubebuilder:printcolumn:name="Declared",type=integer,JSONPath=`.status.declared`,description="How many people it declares itself."
// +kubebuilder:printcolumn:name="Members",type=integer,JSONPath=`.status.memberCount`,description="How many members it has, groups below included."
// +kubebuilder:printcolumn:name="Ready",type=string,JSONPath=`.status.conditions[?(@.type=="Ready")].status`,description="Whether it is in effect."
// +kubebuilder:printcolumn:name="Reason",type=string,JSONPath=`.status.conditions[?(@.type=="Ready")].reason`,description="Why, in a word."
// +kubebuilder:printcolumn:name="Age",type=date,JSONPath=`.metadata.creationTimestamp`
// +kubebuilder:validation:XValidation:rule="!has(self.spec) || !has(self.spec.compose) || !has(self.spec.compose.include) || !(self.metadata.name in self.spec.compose.include)",fieldPath=".spec.compose.include",message="a group cannot be made of itself: name other groups"
// +kubebuilder:validation:XValidation:rule="!has(self.spec) || !has(self.spec.compose) || !has(self.spec.compose.require) || !(self.metadata.name in self.spec.compose.require)",fieldPath=".spec.compose.require",message="a group cannot require itself: name other groups"
// +kubebuilder:validation:XValidation:rule="!has(self.spec) || !has(self.spec.compose) || !has(self.spec.compose.exclude) || !(self.metadata.name in self.spec.compose.exclude)",fieldPath=".spec.compose.exclude",message="a group cannot exclude itself: name other groups"
// +kubebuilder:validation:XValidation:rule="!has(self.spec) || !has(self.spec.parentRef) || has(self.spec.parentRef.__namespace__) || self.spec.parentRef.name != self.metadata.name",fieldPath=".spec.parentRef.name",message="a group cannot be its own parent: name another group, or leave parentRef out"
type Group struct {
	metav1.TypeMeta `json:",inline"`

	// metadata is the standard object's metadata.
	// +optional
	metav1.ObjectMeta `json:"metadata,omitempty"`

	// spec says who is in the group and where it belongs.
	// +optional
	Spec GroupSpec `json:"spec,omitzero"`

	// status is what the controller found out.
	// +optional
	// +kubebuilder:default={"observedGeneration":-1}
	Status GroupStatus `json:"status,omitzero"`
}

// GroupList is a list of objects of the kind Group.
// +kubebuilder:object:root=true
type GroupList struct {
	metav1.TypeMeta `json:",inline"`
	metav1.ListMeta `json:"metadata,omitempty"`

	Items []Group `json:"items"`
}

// GetConditions returns the conditions of the status.
func (in *Group) GetConditions() []metav1.Condition { return in.Status.Conditions }

// SetConditions replaces the conditions of the status.
func (in *Group) SetConditions(conditions []metav1.Condition) { in.Status.Conditions = conditions }
