// Package v1alpha1 holds the kinds of the API group provost.dev, version v1alpha1, as Go types.
//
// The six levels are Organisation, Campus, Course, Module, Session and Task. Person and Group say who there is;
// Role, RoleTemplate and RoleBinding say who may do what where; PermissionOverride and SystemDeny change that for
// some; Term says when some of that counts; Platform holds what is the same everywhere; GitSync brings the objects from a
// Git repository; and
// EffectivePermissions is what comes out. What all of it means for people is in docs/concepts.md, rule by rule; the
// comments of types and fields become the descriptions of the CRDs, where a rule's number would say nothing.
//
// The spec of every kind is atomic for server-side apply: whoever applies it applies all of it, so that a list in Git
// is the whole list in the cluster. Lists inside it that have a key refuse the same key twice.
//
// Optional fields of list items that may come by the thousand (members of a group) have their default in the meaning
// and not in the schema, so that an object does not grow when it is stored.
//
// +kubebuilder:object:generate=true
// +groupName=provost.dev
package v1alpha1
