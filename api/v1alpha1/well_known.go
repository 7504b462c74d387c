package v1alpha1

// Names that have a meaning of their own.
const (
	// SystemNamespace is where the system roles are shown and where the templates for all namespaces live.
	SystemNamespace = "provost-system"

	// PlatformName is the name of the one Platform object.
	PlatformName = "platform"

	// AllPermissions stands alone in a list of permissions for every permission of the level (rule R4).
	AllPermissions Permission = "*"

	// Category lists every kind at once: kubectl get provost -A.
	Category = "provost"
)

// Limits that more than one place has to know. The schema holds the same numbers.
const (
	// MaxPersonNameLength is the longest name of a person, in characters.
	MaxPersonNameLength = 63

	// MaxMembers is how many members a group, and how many subjects a binding, may list. Twice as many, with the
	// managed fields, would not fit into what etcd stores as one object.
	MaxMembers = 5000

	// MaxStatusMembers is how many members the status of a group shows by name.
	MaxStatusMembers = 1000

	// MaxMemberThrough is how many groups the status of a group shows for each member as those that declare it.
	MaxMemberThrough = 4

	// MaxAccessItems is how many groups of equal access an EffectivePermissions holds.
	MaxAccessItems = 5000

	// MaxAccessEntities is how many entities one item of access holds; what is more goes into a further item.
	MaxAccessEntities = 20000

	// MaxAccessSources is how many sources one item of access names; the total counts all.
	MaxAccessSources = 16

	// MaxPathItems is how many groups the path of a group shows, from the top.
	MaxPathItems = 256

	// MaxRoleCounts is how many roles the status of an entity counts by name.
	MaxRoleCounts = 512

	// MaxPersonNamespaces is how many namespaces the status of a person names.
	MaxPersonNamespaces = 1000
)

// Labels, annotations and finalizers.
const (
	// GitSyncLabel marks what a GitSync applied; it is the inventory by which the GitSync prunes.
	GitSyncLabel = "provost.dev/gitsync"

	// BreakGlassLabel marks a RoleBinding as access for an emergency, whatever the value: a platform
	// administrator gives it when creating the binding, which says why and ends soon.
	BreakGlassLabel = "provost.dev/break-glass"

	// RequestedAtAnnotation on a GitSync asks for a reconciliation at once: any value that differs from
	// status.lastHandledReconcileAt counts as a request. By convention the value is the time of asking.
	RequestedAtAnnotation = "reconcile.provost.dev/requestedAt"

	// AllowRemovalsAnnotation on a GitSync names the one revision that its removal guard lets pass, as
	// status.lastAttemptedRevision shows it, or the commit alone.
	AllowRemovalsAnnotation = "reconcile.provost.dev/allowRemovals"

	// AllowLockoutAnnotation on a Platform (or a Person), with the value "true", says that a change is meant by which
	// whoever makes it is trusted no longer: without it, that is refused.
	AllowLockoutAnnotation = "provost.dev/allow-lockout"

	// RenamedFromAnnotation on a Person, a Group, a Role, a Term or an entity says how it was called before: names, separated by
	// commas, the last one first. No decision looks at it (rule R39).
	RenamedFromAnnotation = "provost.dev/renamed-from"

	// ChildrenFinalizer keeps an entity in Terminating until its children are gone (rule R27).
	ChildrenFinalizer = "provost.dev/children"
)

// The trail: who last changed the spec of an object that bears on access, when,
// and from which revision. Annotations that the admission webhooks write and
// that nobody else's word changes.
const (
	// ChangedByAnnotation is the Kubernetes user name of whoever made the last change of the spec.
	ChangedByAnnotation = "provost.dev/changed-by"

	// ChangedAtAnnotation is when that was, in UTC (RFC 3339).
	ChangedAtAnnotation = "provost.dev/changed-at"

	// ChangedRevisionAnnotation is the revision of a repository that the change came from; absent
	// where it came from none, or from somebody whose word for it does not count.
	ChangedRevisionAnnotation = "provost.dev/changed-revision"

	// RevisionExtra is the extra of a user in Kubernetes' impersonation by which a trusted applier
	// says which revision it applies.
	RevisionExtra = "provost.dev/revision"
)

// TrailAnnotations are the annotations of the trail.
var TrailAnnotations = []string{ChangedByAnnotation, ChangedAtAnnotation, ChangedRevisionAnnotation}
