package v1alpha1

import metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

// AdministratorKind says what an administrator of the platform is.
// +kubebuilder:validation:Enum=Person;User;UserGroup
type AdministratorKind string

// What an administrator may be.
const (
	AdministratorPerson    AdministratorKind = "Person"
	AdministratorUser      AdministratorKind = "User"
	AdministratorUserGroup AdministratorKind = "UserGroup"
)

// ApplierKind says what a trusted applier is.
// +kubebuilder:validation:Enum=ServiceAccount;User;UserGroup
type ApplierKind string

// What a trusted applier may be.
const (
	ApplierServiceAccount ApplierKind = "ServiceAccount"
	ApplierUser           ApplierKind = "User"
	ApplierUserGroup      ApplierKind = "UserGroup"
)

// GroupCreation says who may create top-level groups.
// +kubebuilder:validation:Enum=PlatformAdministrators;Everyone
type GroupCreation string

// Who may create top-level groups.
const (
	GroupCreationPlatformAdministrators GroupCreation = "PlatformAdministrators"
	GroupCreationEveryone               GroupCreation = "Everyone"
)

// SubgroupCreation says who may create sub-groups.
// +kubebuilder:validation:Enum=PlatformAdministrators;GroupStaff
type SubgroupCreation string

// Who may create sub-groups.
const (
	SubgroupCreationPlatformAdministrators SubgroupCreation = "PlatformAdministrators"
	SubgroupCreationGroupStaff             SubgroupCreation = "GroupStaff"
)

// PeoplePolicy says whether people must be declared.
// +kubebuilder:validation:Enum=Open;Declared
type PeoplePolicy string

// Whether people must be declared.
const (
	PeopleOpen     PeoplePolicy = "Open"
	PeopleDeclared PeoplePolicy = "Declared"
)

// JustificationPolicy says whether a grant needs a justification.
// +kubebuilder:validation:Enum=Optional;Warn;Required
type JustificationPolicy string

// Whether a grant needs a justification.
const (
	JustificationOptional JustificationPolicy = "Optional"
	JustificationWarn     JustificationPolicy = "Warn"
	JustificationRequired JustificationPolicy = "Required"
)

// Administrator may do everything but touch a system role.
// +kubebuilder:validation:XValidation:rule="self.kind != 'Person' || (size(self.name) <= 63 && self.name.matches('^[a-z0-9]([-a-z0-9]*[a-z0-9])?([.][a-z0-9]([-a-z0-9]*[a-z0-9])?)*$'))",fieldPath=".name",message="must be the name of a person, for example alice; for the user name of Kubernetes choose the kind User"
type Administrator struct {
	// kind is Person (somebody whom we know, by name), User or UserGroup (as Kubernetes knows them).
	// +required
	Kind AdministratorKind `json:"kind"`

	// name is the name of the person, user or group, for example alice or oidc:platform-team.
	// +required
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=512
	Name string `json:"name"`
}

// TrustedApplier is an account that applies what was reviewed elsewhere, such as the service account of a GitOps tool.
// +kubebuilder:validation:XValidation:rule="self.kind != 'ServiceAccount' || size(self.__namespace__) > 0",fieldPath=".namespace",message="a ServiceAccount needs its namespace"
// +kubebuilder:validation:XValidation:rule="self.kind == 'ServiceAccount' || size(self.__namespace__) == 0",fieldPath=".namespace",message="users and groups have no namespace: leave it out, or choose the kind ServiceAccount"
type TrustedApplier struct {
	// kind is ServiceAccount, User or UserGroup, all as Kubernetes knows them.
	// +required
	Kind ApplierKind `json:"kind"`

	// namespace is the namespace of a ServiceAccount, for example flux-system. Users and groups have none.
	// +optional
	// +kubebuilder:default=""
	Namespace OptionalNamespaceName `json:"namespace,omitempty"`

	// name is the name of the account, user or group, for example kustomize-controller.
	// +required
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=512
	Name string `json:"name"`
}

// RoleRule says how a system role goes with others.
type RoleRule struct {
	// role is the name of the system role that the rule is about, for example course-author.
	// +required
	// +kubebuilder:validation:XValidation:rule="self.matches('^(organisation|campus|course|module|session|task)-')",message="role must name a system role, for example course-author; a Custom role says for itself what it requires"
	Role ObjectName `json:"role"`

	// requires lists roles that a person must also hold for this one to be in order.
	// +optional
	// +listType=map
	// +listMapKey=role
	// +listMapKey=at
	// +kubebuilder:validation:MaxItems=32
	Requires []RoleRequirement `json:"requires,omitempty"`

	// exclusiveWith lists roles that a person must not also hold at the same entity. Where each of two roles excludes
	// the other with enforcement Deny, BOTH are withheld.
	// +optional
	// +listType=map
	// +listMapKey=role
	// +kubebuilder:validation:MaxItems=32
	ExclusiveWith []RoleExclusion `json:"exclusiveWith,omitempty"`

	// complements lists roles with which this one goes well. It only informs.
	// +optional
	// +listType=set
	// +kubebuilder:validation:MaxItems=32
	Complements []ObjectName `json:"complements,omitempty"`
}

// RemovalGuard holds a change back that would take access from too many people at once. A change is held back when it
// takes all access from at least minimum people, and those are more than maxPercent of all who have some.
type RemovalGuard struct {
	// maxPercent is the largest share of people, in percent, who may lose all access by one change. 100 lets every
	// change pass. Default: 20.
	// +optional
	// +kubebuilder:default=20
	// +kubebuilder:validation:Minimum=0
	// +kubebuilder:validation:Maximum=100
	MaxPercent *int32 `json:"maxPercent,omitempty"`

	// minimum is the number of people below which a change is never held back, whatever share they are. Default: 10.
	// +optional
	// +kubebuilder:default=10
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=1000000
	Minimum *int32 `json:"minimum,omitempty"`
}

// LimitEnforcement says what comes of a grant that lasts longer than the limits allow.
// +kubebuilder:validation:Enum=Warn;Refuse
type LimitEnforcement string

// What comes of a grant that lasts too long.
const (
	LimitEnforcementWarn   LimitEnforcement = "Warn"
	LimitEnforcementRefuse LimitEnforcement = "Refuse"
)

// GrantLimits say how long a RoleBinding, an enrolment or a PermissionOverride may last, counted from when it begins or
// is asked for, whichever is later. They take nothing away that is there.
// +kubebuilder:validation:XValidation:rule="has(self.maxGrantDuration) || has(self.maxSensitiveGrantDuration)",message="say maxGrantDuration or maxSensitiveGrantDuration, or leave limits out"
type GrantLimits struct {
	// maxGrantDuration is the longest that any grant may last, for example 8760h, a year. Default: no limit.
	// +optional
	// +kubebuilder:validation:Type=string
	// +kubebuilder:validation:MaxLength=32
	// +kubebuilder:validation:Pattern=`^([0-9]+([.][0-9]+)?(ms|s|m|h))+$`
	// +kubebuilder:validation:XValidation:rule="duration(self) >= duration('1h') && duration(self) <= duration('876000h')",message="must be between 1h and 876000h, a hundred years; a year is 8760h"
	MaxGrantDuration *metav1.Duration `json:"maxGrantDuration,omitempty"`

	// maxSensitiveGrantDuration is the longest that a grant of sensitive permissions may last, for example 4380h, half a
	// year. Default: maxGrantDuration.
	// +optional
	// +kubebuilder:validation:Type=string
	// +kubebuilder:validation:MaxLength=32
	// +kubebuilder:validation:Pattern=`^([0-9]+([.][0-9]+)?(ms|s|m|h))+$`
	// +kubebuilder:validation:XValidation:rule="duration(self) >= duration('1h') && duration(self) <= duration('876000h')",message="must be between 1h and 876000h, a hundred years; a year is 8760h"
	MaxSensitiveGrantDuration *metav1.Duration `json:"maxSensitiveGrantDuration,omitempty"`

	// enforcement says what comes of a grant that lasts longer, or has no end: Warn (the default) or Refuse. Platform
	// administrators and trusted appliers are only warned.
	// +optional
	// +kubebuilder:default=Warn
	Enforcement LimitEnforcement `json:"enforcement,omitempty"`
}

// PlatformSpec says what is the same everywhere. A Platform that does not name whoever applies it is refused, because
// everything else would be from then on, unless it has the annotation provost.dev/allow-lockout: "true".
// +structType=atomic
type PlatformSpec struct {
	// administrators may do everything but touch a system role. Default: nobody, so that people's own permissions and
	// the trusted appliers decide. The last one leaves only with the annotation provost.dev/allow-lockout: "true".
	// +optional
	// +listType=map
	// +listMapKey=kind
	// +listMapKey=name
	// +kubebuilder:validation:MaxItems=200
	Administrators []Administrator `json:"administrators,omitempty"`

	// trustedAppliers are the accounts of GitOps tools, whose changes were reviewed elsewhere. They may do everything but
	// touch a system role. One that applies this very object has to be named, unless the annotation
	// provost.dev/allow-lockout: "true" says that its going is meant. Default: none.
	// +optional
	// +listType=map
	// +listMapKey=kind
	// +listMapKey=namespace
	// +listMapKey=name
	// +kubebuilder:validation:MaxItems=200
	TrustedAppliers []TrustedApplier `json:"trustedAppliers,omitempty"`

	// groupCreation says who may create top-level groups: PlatformAdministrators (the default) or Everyone.
	// +optional
	// +kubebuilder:default=PlatformAdministrators
	GroupCreation GroupCreation `json:"groupCreation,omitempty"`

	// subgroupCreation says who may create sub-groups while groupCreation is not Everyone: PlatformAdministrators (the
	// default) or GroupStaff, the Admins and Instructors of the parent group, and its Learners where that group says
	// learnersMayCreateSubgroups.
	// +optional
	// +kubebuilder:default=PlatformAdministrators
	SubgroupCreation SubgroupCreation `json:"subgroupCreation,omitempty"`

	// people is Open (the default: a name in a binding or a group is enough) or Declared: who has no Person object has no
	// permission, and whoever names them says so.
	// +optional
	// +kubebuilder:default=Open
	People PeoplePolicy `json:"people,omitempty"`

	// matchNames takes a Person that sets no username for the Kubernetes user of the same name. Default: false.
	// +optional
	MatchNames bool `json:"matchNames,omitempty"`

	// timeZone is the zone in which the days of terms begin that name none themselves, for example Europe/Berlin. Default: UTC.
	// +optional
	TimeZone TimeZone `json:"timeZone,omitempty"`

	// roleRules say how system roles go with other roles, for example that course-author requires campus-member at the
	// parent.
	// +optional
	// +listType=map
	// +listMapKey=role
	// +kubebuilder:validation:MaxItems=64
	RoleRules []RoleRule `json:"roleRules,omitempty"`

	// justification says whether a binding or enrolment needs one: Optional (the default), Warn or Required.
	// +optional
	// +kubebuilder:default=Optional
	Justification JustificationPolicy `json:"justification,omitempty"`

	// limits say how long a grant may last. Default: as long as somebody writes.
	// +optional
	Limits *GrantLimits `json:"limits,omitempty"`

	// removalGuard holds a change back that would take access from too many people at once. A GitSync may say otherwise
	// for itself. Default: maxPercent 20 and minimum 10.
	// +optional
	RemovalGuard *RemovalGuard `json:"removalGuard,omitempty"`
}

// PlatformCounts says how much there is of everything.
type PlatformCounts struct {
	// organisations is how many organisations there are.
	// +optional
	// +kubebuilder:validation:Minimum=0
	Organisations *int32 `json:"organisations,omitempty"`

	// campuses is how many campuses there are.
	// +optional
	// +kubebuilder:validation:Minimum=0
	Campuses *int32 `json:"campuses,omitempty"`

	// courses is how many courses there are.
	// +optional
	// +kubebuilder:validation:Minimum=0
	Courses *int32 `json:"courses,omitempty"`

	// modules is how many modules there are.
	// +optional
	// +kubebuilder:validation:Minimum=0
	Modules *int32 `json:"modules,omitempty"`

	// sessions is how many sessions there are.
	// +optional
	// +kubebuilder:validation:Minimum=0
	Sessions *int32 `json:"sessions,omitempty"`

	// tasks is how many tasks there are.
	// +optional
	// +kubebuilder:validation:Minimum=0
	Tasks *int32 `json:"tasks,omitempty"`

	// people is how many people are named somewhere: declared, in a group, or in a binding.
	// +optional
	// +kubebuilder:validation:Minimum=0
	People *int32 `json:"people,omitempty"`

	// groups is how many groups there are.
	// +optional
	// +kubebuilder:validation:Minimum=0
	Groups *int32 `json:"groups,omitempty"`

	// roles is how many Custom and Override roles there are.
	// +optional
	// +kubebuilder:validation:Minimum=0
	Roles *int32 `json:"roles,omitempty"`

	// roleTemplates is how many templates of roles there are.
	// +optional
	// +kubebuilder:validation:Minimum=0
	RoleTemplates *int32 `json:"roleTemplates,omitempty"`

	// terms is how many terms there are.
	// +optional
	// +kubebuilder:validation:Minimum=0
	Terms *int32 `json:"terms,omitempty"`

	// roleBindings is how many bindings there are.
	// +optional
	// +kubebuilder:validation:Minimum=0
	RoleBindings *int32 `json:"roleBindings,omitempty"`

	// permissionOverrides is how many overrides for a person there are.
	// +optional
	// +kubebuilder:validation:Minimum=0
	PermissionOverrides *int32 `json:"permissionOverrides,omitempty"`

	// systemDenies is how many denies there are.
	// +optional
	// +kubebuilder:validation:Minimum=0
	SystemDenies *int32 `json:"systemDenies,omitempty"`
}

// PlatformStatus is what the controller says of the platform.
type PlatformStatus struct {
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

	// revision is the release of the manager that computes the permissions, and with it the system roles in effect.
	// +optional
	// +kubebuilder:validation:MaxLength=256
	Revision string `json:"revision,omitempty"`

	// counts says how much there is of everything. It is counted every now and then, not at once.
	// +optional
	Counts *PlatformCounts `json:"counts,omitempty"`

	// statusesBehind is how many statuses and effective permissions do not show yet what has happened. It is written
	// while that takes longer than a few seconds, and is 0 when everything is shown.
	// +optional
	// +kubebuilder:validation:Minimum=0
	// +kubebuilder:validation:Maximum=2147483647
	StatusesBehind *int32 `json:"statusesBehind,omitempty"`
}

// Platform holds what is the same everywhere. There is one, and it is named platform.
// +genclient
// +genclient:nonNamespaced
// +kubebuilder:object:root=true
// +kubebuilder:subresource:status
// +kubebuilder:resource:path=platforms,singular=platform,scope=Cluster,categories=provost
// +kubebuilder:metadata:labels="app.kubernetes.io/part-of=provost"
// +kubebuilder:printcolumn:name="People",type=integer,JSONPath=`.status.counts.people`,description="How many people are named somewhere."
// +kubebuilder:printcolumn:name="Behind",type=integer,JSONPath=`.status.statusesBehind`,description="How many statuses do not show yet what has happened."
// +kubebuilder:printcolumn:name="Ready",type=string,JSONPath=`.status.conditions[?(@.type=="Ready")].status`,description="Whether it is in effect."
// +kubebuilder:printcolumn:name="Reason",type=string,JSONPath=`.status.conditions[?(@.type=="Ready")].reason`,description="Why, in a word."
// +kubebuilder:printcolumn:name="Age",type=date,JSONPath=`.metadata.creationTimestamp`
// +kubebuilder:validation:XValidation:rule="self.metadata.name == 'platform'",fieldPath=".metadata",message="there is one Platform, and it is named platform"
type Platform struct {
	metav1.TypeMeta `json:",inline"`

	// metadata is the standard object's metadata.
	// +optional
	metav1.ObjectMeta `json:"metadata,omitempty"`

	// spec says what is the same everywhere.
	// +optional
	Spec PlatformSpec `json:"spec,omitzero"`

	// status is what the controller found out.
	// +optional
	// +kubebuilder:default={"observedGeneration":-1}
	Status PlatformStatus `json:"status,omitzero"`
}

// PlatformList is a list of objects of the kind Platform.
// +kubebuilder:object:root=true
type PlatformList struct {
	metav1.TypeMeta `json:",inline"`
	metav1.ListMeta `json:"metadata,omitempty"`

	Items []Platform `json:"items"`
}

// GetConditions returns the conditions of the status.
func (in *Platform) GetConditions() []metav1.Condition { return in.Status.Conditions }

// SetConditions replaces the conditions of the status.
func (in *Platform) SetConditions(conditions []metav1.Condition) { in.Status.Conditions = conditions }
