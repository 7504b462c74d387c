package v1alpha1

import metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

// RoleType says where a role comes from and where it counts.
// +kubebuilder:validation:Enum=System;Custom;Override
type RoleType string

// The types of roles.
const (
	RoleTypeSystem   RoleType = "System"
	RoleTypeCustom   RoleType = "Custom"
	RoleTypeOverride RoleType = "Override"
)

// Enforcement says what an unmet rule between roles does.
// +kubebuilder:validation:Enum=Warn;Deny
type Enforcement string

// What an unmet rule does.
const (
	EnforcementWarn Enforcement = "Warn"
	EnforcementDeny Enforcement = "Deny"
)

// RequirementPlace says where a required role must be held.
// +kubebuilder:validation:Enum=Entity;Parent
type RequirementPlace string

// Where a required role must be held.
const (
	AtEntity RequirementPlace = "Entity"
	AtParent RequirementPlace = "Parent"
)

// RoleRequirement names a role that a person must also hold.
type RoleRequirement struct {
	// role is the name of the role that the person must also hold, for example campus-member.
	// +required
	Role ObjectName `json:"role"`

	// at is where the person must hold it: Entity (the default), the entity at which the role is bound, or Parent, the
	// one above.
	// +optional
	// +kubebuilder:default=Entity
	At RequirementPlace `json:"at,omitempty"`

	// enforcement is Warn (the default), which only reports, or Deny, which withholds: while the person does not hold
	// the required role, the role that requires it grants nothing to that person there.
	// +optional
	// +kubebuilder:default=Warn
	Enforcement Enforcement `json:"enforcement,omitempty"`
}

// RoleExclusion names a role that a person must not also hold at the same entity.
type RoleExclusion struct {
	// role is the name of the role that the person must not also hold at the same entity, for example course-student.
	// +required
	Role ObjectName `json:"role"`

	// enforcement is Warn (the default), which only reports, or Deny, which withholds: while the person holds both, the
	// role that declares this grants nothing to that person there. Where each of two roles excludes the other with Deny,
	// BOTH are withheld.
	// +optional
	// +kubebuilder:default=Warn
	Enforcement Enforcement `json:"enforcement,omitempty"`
}

// RoleSpec says what a role allows, and where it can be given.
// +structType=atomic
// +kubebuilder:validation:XValidation:rule="self.type != 'System' || !has(self.entityRef)",fieldPath=".entityRef",message="a System role counts everywhere: leave entityRef out"
// +kubebuilder:validation:XValidation:rule="self.type == 'System' || has(self.entityRef)",fieldPath=".entityRef",message="a Custom or Override role belongs to one entity: name it in entityRef"
// +kubebuilder:validation:XValidation:rule="!has(self.entityRef) || self.type == 'System' || self.entityRef.kind == self.level || self.entityRef.kind == 'Organisation' || (self.entityRef.kind == 'Campus' && self.level != 'Organisation') || (self.entityRef.kind in ['Course', 'Module', 'Session'] && self.level == 'Task') || (self.entityRef.kind in ['Course', 'Module'] && self.level == 'Session') || (self.entityRef.kind == 'Course' && self.level == 'Module')",fieldPath=".entityRef.kind",message="entityRef.kind must be the level, or one above it: a role for the courses of an organisation has the level Course and stands at the Organisation"
// +kubebuilder:validation:XValidation:rule="self.type == 'Override' || !has(self.overrides)",fieldPath=".overrides",message="overrides goes with the type Override only: leave it out, or change the type"
// +kubebuilder:validation:XValidation:rule="self.type != 'Override' || has(self.overrides)",fieldPath=".overrides",message="an Override role needs overrides: name the system role that it replaces"
// +kubebuilder:validation:XValidation:rule="!has(self.overrides) || self.type != 'Override' || self.overrides.startsWith(self.level.lowerAscii() + '-')",fieldPath=".overrides",message="overrides must name a system role of the same level, for example course-instructor for the level Course"
// +kubebuilder:validation:XValidation:rule="self.type != 'Override' || !has(self.requires) || size(self.requires) == 0",fieldPath=".requires",message="an Override role changes permissions only: put requires into roleRules of the Platform"
// +kubebuilder:validation:XValidation:rule="self.type != 'Override' || !has(self.exclusiveWith) || size(self.exclusiveWith) == 0",fieldPath=".exclusiveWith",message="an Override role changes permissions only: put exclusiveWith into roleRules of the Platform"
// +kubebuilder:validation:XValidation:rule="self.type != 'Override' || !has(self.complements) || size(self.complements) == 0",fieldPath=".complements",message="an Override role changes permissions only: put complements into roleRules of the Platform"
type RoleSpec struct {
	// level is the level whose permissions the role lists and at whose entities it can be given: Organisation, Campus,
	// Course, Module, Session or Task.
	// +required
	Level Level `json:"level"`

	// type is Custom (created at one entity, and given only there, or at what lies below), Override (replaces the
	// permissions of a system role there, for every binding of that role) or System (part of the release; the manager
	// alone writes those, to show them).
	// +required
	Type RoleType `json:"type"`

	// displayName is the name that people see, for example Teaching Assistant. Default: metadata.name.
	// +optional
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=200
	DisplayName string `json:"displayName,omitempty"`

	// description says in a few sentences what the role is for. It has no effect.
	// +optional
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=4000
	Description string `json:"description,omitempty"`

	// entityRef names the entity, of the same namespace, at which a Custom role can be given or an Override applies. Its
	// kind is the level, or one above it: then it is all entities of the level below that belong to the same
	// organisation, for example all courses of a campus. The nearest Override counts. System roles have none.
	// +optional
	EntityRef *EntityReference `json:"entityRef,omitempty"`

	// overrides names the system role whose permissions an Override replaces, for example course-instructor. Deleting
	// the Override brings the next one above, or gives the system role its own permissions back.
	// +optional
	Overrides ObjectName `json:"overrides,omitempty"`

	// permissions lists the ids of the permissions that the role gives, all of its level, for example
	// [view_course, grade_submissions]. "*", alone, is every permission of the level; an empty list is none.
	// +required
	// +listType=set
	// +kubebuilder:validation:MaxItems=64
	// +kubebuilder:validation:XValidation:rule="!('*' in self) || size(self) == 1",message="'*' is every permission of the level and stands alone: leave the others out"
	Permissions []Permission `json:"permissions"`

	// requires lists roles that a person must also hold for this one, a Custom role, to be in order. For system roles,
	// roleRules of the Platform says it.
	// +optional
	// +listType=map
	// +listMapKey=role
	// +listMapKey=at
	// +kubebuilder:validation:MaxItems=32
	Requires []RoleRequirement `json:"requires,omitempty"`

	// exclusiveWith lists roles that a person must not also hold at the same entity. For system roles, roleRules of the
	// Platform says it.
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

// RoleStatus is what the controller says of a role.
type RoleStatus struct {
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

	// permissions lists the permissions that the role gives, in the order of the catalogue, with "*" written out and
	// unknown ones left out.
	// +optional
	// +listType=atomic
	// +kubebuilder:validation:MaxItems=64
	// +kubebuilder:validation:items:MaxLength=63
	Permissions []string `json:"permissions,omitempty"`

	// permissionCount is how many permissions that is; the column PERMISSIONS shows it.
	// +optional
	// +kubebuilder:validation:Minimum=0
	PermissionCount *int32 `json:"permissionCount,omitempty"`

	// bindings is how many bindings and enrolments name the role, directly or through a template.
	// +optional
	// +kubebuilder:validation:Minimum=0
	Bindings *int32 `json:"bindings,omitempty"`

	// people is how many people hold the role somewhere now. It is counted every now and then, not at once.
	// +optional
	// +kubebuilder:validation:Minimum=0
	People *int32 `json:"people,omitempty"`
}

// Role is a set of permissions of one level. System roles come with the release and are shown in provost-system; a Custom
// role belongs to one entity, or to all of its level below one; an Override replaces the permissions of one system role there.
//
// The kind shares its name with Role of rbac.authorization.k8s.io: say prole or roles.provost.dev to kubectl.
// +genclient
// +kubebuilder:object:root=true
// +kubebuilder:subresource:status
// +kubebuilder:resource:path=roles,singular=role,shortName=prole,categories=provost
// +kubebuilder:metadata:labels="app.kubernetes.io/part-of=provost"
// +kubebuilder:selectablefield:JSONPath=`.spec.entityRef.kind`
// +kubebuilder:selectablefield:JSONPath=`.spec.entityRef.name`
// +kubebuilder:selectablefield:JSONPath=`.spec.level`
// +kubebuilder:selectablefield:JSONPath=`.spec.type`
// +kubebuilder:printcolumn:name="Level",type=string,JSONPath=`.spec.level`,description="The level whose permissions it lists."
// +kubebuilder:printcolumn:name="Type",type=string,JSONPath=`.spec.type`,description="System, Custom or Override."
// +kubebuilder:printcolumn:name="Permissions",type=integer,JSONPath=`.status.permissionCount`,description="How many permissions it gives."
// +kubebuilder:printcolumn:name="People",type=integer,JSONPath=`.status.people`,description="How many people hold it."
// +kubebuilder:printcolumn:name="Ready",type=string,JSONPath=`.status.conditions[?(@.type=="Ready")].status`,description="Whether it is in effect."
// +kubebuilder:printcolumn:name="Reason",type=string,JSONPath=`.status.conditions[?(@.type=="Ready")].reason`,description="Why, in a word."
// +kubebuilder:printcolumn:name="Age",type=date,JSONPath=`.metadata.creationTimestamp`
// +kubebuilder:validation:XValidation:rule="self.spec.type != 'System' || self.metadata.name.startsWith(self.spec.level.lowerAscii() + '-')",fieldPath=".metadata",message="the name of a System role begins with its level, for example course-instructor"
// +kubebuilder:validation:XValidation:rule="self.spec.type == 'System' || !self.metadata.name.matches('^(organisation|campus|course|module|session|task)-')",fieldPath=".metadata",message="names that begin with organisation-, campus-, course-, module-, session- or task- are for system roles: choose another, for example teaching-assistant"
type Role struct {
	metav1.TypeMeta `json:",inline"`

	// metadata is the standard object's metadata.
	// +optional
	metav1.ObjectMeta `json:"metadata,omitempty"`

	// spec says what the role allows and where it can be given.
	// +required
	Spec RoleSpec `json:"spec"`

	// status is what the controller found out.
	// +optional
	// +kubebuilder:default={"observedGeneration":-1}
	Status RoleStatus `json:"status,omitzero"`
}

// RoleList is a list of objects of the kind Role.
// +kubebuilder:object:root=true
type RoleList struct {
	metav1.TypeMeta `json:",inline"`
	metav1.ListMeta `json:"metadata,omitempty"`

	Items []Role `json:"items"`
}

// GetConditions returns the conditions of the status.
func (in *Role) GetConditions() []metav1.Condition { return in.Status.Conditions }

// SetConditions replaces the conditions of the status.
func (in *Role) SetConditions(conditions []metav1.Condition) { in.Status.Conditions = conditions }
