package v1alpha1

// Level is one of the six levels of an organisation. The kinds of entities have the same names.
// +kubebuilder:validation:Enum=Organisation;Campus;Course;Module;Session;Task
type Level string

// The six levels, from the top.
const (
	LevelOrganisation Level = "Organisation"
	LevelCampus       Level = "Campus"
	LevelCourse       Level = "Course"
	LevelModule       Level = "Module"
	LevelSession      Level = "Session"
	LevelTask         Level = "Task"
)

// Levels returns the six levels, from the top.
func Levels() []Level {
	return []Level{LevelOrganisation, LevelCampus, LevelCourse, LevelModule, LevelSession, LevelTask}
}

// EntityReference names an entity of the same namespace.
type EntityReference struct {
	// kind is the level of the entity: Organisation, Campus, Course, Module, Session or Task.
	// +required
	Kind Level `json:"kind"`

	// name is the name of the entity, in the namespace of the object that refers to it, for example algebra-1.
	// It need not exist yet: what refers to it takes effect when it appears.
	// +required
	Name ObjectName `json:"name"`
}

// NamespacedEntityReference names an entity of any namespace.
type NamespacedEntityReference struct {
	// kind is the level of the entity: Organisation, Campus, Course, Module, Session or Task.
	// +required
	Kind Level `json:"kind"`

	// name is the name of the entity, for example algebra-1. It need not exist yet.
	// +required
	Name ObjectName `json:"name"`

	// namespace is the namespace of the entity, for example acme.
	// +required
	Namespace NamespaceName `json:"namespace"`
}

// ParentReference names the entity above, of the same namespace.
type ParentReference struct {
	// kind is the level of the entity above. Which levels it may be depends on the level below: an Organisation for a
	// Campus; a Campus or an Organisation for a Course; a Course for a Module; a Module or a Course for a Session; a
	// Module, a Session or a Course for a Task.
	// +required
	Kind Level `json:"kind"`

	// name is the name of the entity above, in the same namespace, for example north. It need not exist yet: until it
	// does, Ready is False with the reason ParentNotFound.
	// +required
	Name ObjectName `json:"name"`
}

// GroupReference names a group, of the same namespace unless it says otherwise.
type GroupReference struct {
	// name is the name of the group, for example engineering. It need not exist yet.
	// +required
	Name ObjectName `json:"name"`

	// namespace is the namespace of the group. Default: the namespace of the object that refers to it.
	// +optional
	Namespace NamespaceName `json:"namespace,omitempty"`
}

// RoleReferenceKind says what a RoleReference refers to.
// +kubebuilder:validation:Enum=Role;RoleTemplate
type RoleReferenceKind string

// What a RoleReference may refer to.
const (
	RoleReferenceRole     RoleReferenceKind = "Role"
	RoleReferenceTemplate RoleReferenceKind = "RoleTemplate"
)

// RoleReference names one role, or one template that stands for several.
type RoleReference struct {
	// kind is Role (the default) for one role, or RoleTemplate for a named set of roles, of which those of the
	// entity's level apply.
	// +optional
	// +kubebuilder:default=Role
	Kind RoleReferenceKind `json:"kind,omitempty"`

	// name is the name of a system role (course-instructor), of a Custom role of the same namespace that was created
	// at the entity, or of a template of the same namespace or else of provost-system. It need not exist yet: until it
	// does, nothing is granted and Ready is False with the reason RoleNotFound.
	// +required
	Name ObjectName `json:"name"`
}

// SubjectKind says what a Subject is.
// +kubebuilder:validation:Enum=Person;Group
type SubjectKind string

// What a Subject may be.
const (
	SubjectPerson SubjectKind = "Person"
	SubjectGroup  SubjectKind = "Group"
)

// Subject is a person or a group whose members are meant.
// +kubebuilder:validation:XValidation:rule="self.kind != 'Person' || size(self.name) <= 63",fieldPath=".name",message="the name of a person has at most 63 characters"
// +kubebuilder:validation:XValidation:rule="self.kind != 'Person' || size(self.__namespace__) == 0",fieldPath=".namespace",message="people have no namespace: leave namespace out for the kind Person"
type Subject struct {
	// kind is Person for one person, or Group for everyone who is a member of a group, through groups below it too.
	// +required
	Kind SubjectKind `json:"kind"`

	// namespace is the namespace of a group. Default: the own namespace. People have none.
	// +optional
	// +kubebuilder:default=""
	Namespace OptionalNamespaceName `json:"namespace,omitempty"`

	// name is the name of the person or group, for example dana or mathematics. It need not exist yet.
	// +required
	Name ObjectName `json:"name"`
}

// SecretReference names a Secret of the same namespace.
type SecretReference struct {
	// name is the name of the Secret, in the same namespace.
	// +required
	Name ObjectName `json:"name"`
}
