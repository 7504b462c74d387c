// Package systemroles shows the system roles as Role objects, which nothing is decided from (rule R4).
//
// The rule is in docs/concepts.md#r4.
package systemroles

import (
	"context"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/equality"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/wait"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/handler"
	logf "sigs.k8s.io/controller-runtime/pkg/log"
	"sigs.k8s.io/controller-runtime/pkg/predicate"
	"sigs.k8s.io/controller-runtime/pkg/source"

	provostv1 "provost.dev/provost/api/v1alpha1"
	"provost.dev/provost/controllers/internal/apiserver"
	"provost.dev/provost/controllers/internal/start"
	"provost.dev/provost/internal/engine/catalogue"
	"provost.dev/provost/internal/engine/directory"
)

// reconciler shows the system roles as Role objects in the system
// namespace: a projection of the release for people to look at, from which
// nothing is ever decided (rule R4). What is altered or deleted is put back,
// what an earlier release left behind is taken away (rule R25).
type reconciler struct {
	client client.Client
}

// Setup adds to a manager what shows the system roles.
func Setup(s *start.Starter, objects client.Client) error {
	r := &reconciler{client: objects}
	c, err := s.Controller("SystemRole", 4, r)
	if err != nil {
		return err
	}
	shown := predicate.NewPredicateFuncs(func(o client.Object) bool { return o.GetNamespace() == directory.SystemNamespace })
	roles := source.Kind(s.Manager.GetCache(), client.Object(&provostv1.Role{}), &handler.EnqueueRequestForObject{}, shown)
	if err := c.Watch(roles); err != nil {
		return err
	}
	return c.Watch(s.Opening(func(ctx context.Context, q start.Queue) error {
		if err := r.prepare(ctx); err != nil {
			return err
		}
		for _, role := range systemRoleNames() {
			q.Add(start.Request(directory.SystemNamespace, role))
		}
		return nil
	}))
}

// prepare makes sure, once a start, that the system namespace exists. It is not
// done again: deleting the namespace is an uninstall.
func (r *reconciler) prepare(ctx context.Context) error {
	ns := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{
		Name:   directory.SystemNamespace,
		Labels: map[string]string{"app.kubernetes.io/part-of": "provost"},
	}}
	return wait.PollUntilContextCancel(ctx, time.Second, true, func(ctx context.Context) (bool, error) {
		err := r.client.Get(ctx, client.ObjectKeyFromObject(ns), &corev1.Namespace{})
		if apierrors.IsNotFound(err) {
			err = r.client.Create(ctx, ns.DeepCopy())
		}
		if err != nil && !apierrors.IsAlreadyExists(err) {
			logf.FromContext(ctx).Error(err, "the namespace that shows the system roles cannot be created: trying again", "namespace", ns.Name)
			return false, nil
		}
		return true, nil
	})
}

// Reconcile implements reconcile.Reconciler.
func (r *reconciler) Reconcile(ctx context.Context, req ctrl.Request) (ctrl.Result, error) {
	// One that is not in the cache was just made; if it is gone, nothing can be created in it.
	namespace, err := apiserver.Namespace(ctx, r.client, directory.SystemNamespace)
	if err != nil || namespace == apiserver.NamespaceEnding {
		return ctrl.Result{}, err
	}
	log := logf.FromContext(ctx)
	current := &provostv1.Role{}
	err = r.client.Get(ctx, req.NamespacedName, current)
	if client.IgnoreNotFound(err) != nil {
		return ctrl.Result{}, err
	}
	exists := err == nil
	role := catalogue.SystemRole(req.Name)
	switch {
	case exists && current.DeletionTimestamp != nil:
		return ctrl.Result{}, nil
	case role == nil:
		if exists && current.Spec.Type == provostv1.RoleTypeSystem {
			log.Info("taking away a system role that this release does not have", "role", req.Name)
			return ctrl.Result{}, client.IgnoreNotFound(r.client.Delete(ctx, current))
		}
		return ctrl.Result{}, nil
	case !exists:
		return apiserver.Again(r.client.Create(ctx, systemRole(role)))
	}
	spec := systemRole(role).Spec
	if equality.Semantic.DeepEqual(current.Spec, spec) {
		return ctrl.Result{}, nil
	}
	log.Info("putting a system role back", "role", req.Name)
	current.Spec = spec
	return apiserver.Again(r.client.Update(ctx, current))
}

// systemRoleNames are the roles to show.
func systemRoleNames() []string {
	var names []string
	for _, r := range catalogue.SystemRoles() {
		names = append(names, r.Name)
	}
	return names
}

// systemRole is a role of the catalogue as the object that shows it.
func systemRole(r *catalogue.Role) *provostv1.Role {
	level := provostv1.Level(r.Level.String())
	o := &provostv1.Role{
		ObjectMeta: metav1.ObjectMeta{
			Namespace: directory.SystemNamespace, Name: r.Name,
			Labels: map[string]string{"app.kubernetes.io/part-of": "provost", "app.kubernetes.io/managed-by": "provost"},
		},
		Spec: provostv1.RoleSpec{Level: level, Type: provostv1.RoleTypeSystem, DisplayName: r.Title},
	}
	o.Spec.Permissions = []provostv1.Permission{} // required, and allowed to be empty
	if r.All {
		o.Spec.Permissions = append(o.Spec.Permissions, provostv1.AllPermissions)
		return o
	}
	for _, id := range r.Permissions.IDs(r.Level) {
		o.Spec.Permissions = append(o.Spec.Permissions, provostv1.Permission(id))
	}
	return o
}
