package controllers

// What the manager may do, for controller-gen; config/rbac/role.yaml is made of
// it, and the tests run the manager with exactly that. It reads every kind of
// Provost's, writes their statuses and the finalizer of entities with children,
// and writes as objects only what is its own: effective permissions, the system
// roles and the namespace that shows them. People it may patch, to write anew what
// an older release stored in another form.

// +kubebuilder:rbac:groups="",resources=namespaces,verbs=get;list;watch;create
// +kubebuilder:rbac:groups=provost.dev,resources=tasks,verbs=get;list;watch
// +kubebuilder:rbac:groups=provost.dev,resources=organisations;campuses;courses;modules;sessions,verbs=get;list;watch;patch
// +kubebuilder:rbac:groups=provost.dev,resources=organisations/status;campuses/status;courses/status;modules/status;sessions/status;tasks/status,verbs=patch
// +kubebuilder:rbac:groups=provost.dev,resources=people,verbs=get;list;watch;patch
// +kubebuilder:rbac:groups=provost.dev,resources=groups;roletemplates;terms;rolebindings;permissionoverrides;systemdenies;platforms,verbs=get;list;watch
// +kubebuilder:rbac:groups=provost.dev,resources=people/status;groups/status;roletemplates/status;terms/status;rolebindings/status;permissionoverrides/status;systemdenies/status;platforms/status,verbs=patch
// +kubebuilder:rbac:groups=provost.dev,resources=roles,verbs=get;list;watch;create;update;delete
// +kubebuilder:rbac:groups=provost.dev,resources=roles/status,verbs=patch
// +kubebuilder:rbac:groups=provost.dev,resources=effectivepermissions,verbs=get;list;watch;create;update;delete
// +kubebuilder:rbac:groups=events.k8s.io,resources=events,verbs=create;patch
