package access

import (
	"context"
	"maps"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	provostv1 "provost.dev/provost/api/v1alpha1"
	"provost.dev/provost/controllers/internal/apiserver"
	"provost.dev/provost/controllers/status"
)

// read returns the object as the cache has it, nil for none, and what it shows as far as this process knows.
func (r *Reconciler) read(ctx context.Context, v *visit) (current *provostv1.EffectivePermissions, shows func() holdings, err error) {
	current = &provostv1.EffectivePermissions{}
	// The cache's own object, which is not to be written to: there are as many as people, and most are as they should be.
	err = r.client.Get(ctx, v.key, current, client.UnsafeDisableDeepCopy)
	if client.IgnoreNotFound(err) != nil {
		return nil, nil, err
	}
	if err != nil {
		current = nil
	}
	shows, same, err := r.writes.newest(ctx, v.key, current)
	v.behind = !same
	return current, shows, err
}

// share says how much of what the engine says may be written, and notes what that is.
func (v *visit) share(h *handover, shows func() holdings) share {
	for {
		v.turn = h.turn(v.key)
		v.state = v.turn.state
		much, permit := v.turn.share(shows)
		if much == part {
			v.permit = permit
		}
		if much != stale {
			return much
		}
	}
}

// ending says whether a namespace is being deleted, or has gone.
func (r *Reconciler) ending(ctx context.Context, namespace string) bool {
	state, err := apiserver.Namespace(ctx, r.client, namespace)
	return err == nil && state != apiserver.NamespaceThere
}

// write replaces an object's content, and has the log follow.
func (r *Reconciler) write(
	ctx context.Context, v *visit, current *provostv1.EffectivePermissions, desired provostv1.EffectivePermissionsStatus,
) (ctrl.Result, error) {
	next := following(current, desired)
	if _, err := v.account.Owe(ctx, v.state, current, next); err != nil {
		return ctrl.Result{}, err
	}
	if err := r.put(ctx, v, next); err != nil {
		return apiserver.Again(err)
	}
	again, err := v.account.Pay(ctx, next)
	return later(again), err
}

// put writes an object together with what it owes to the log.
func (r *Reconciler) put(ctx context.Context, v *visit, next *provostv1.EffectivePermissions) error {
	err := r.client.Update(ctx, next)
	if r.writes.wrote(next, err) {
		v.turn.wrote()
	}
	v.done = v.done || err == nil
	return err
}

// remove deletes an object of somebody who has nothing to do with the namespace
// any more. What was lost by that is written first, so that whoever finds the
// object after a restart knows of it.
func (r *Reconciler) remove(
	ctx context.Context, v *visit, current *provostv1.EffectivePermissions, desired provostv1.EffectivePermissionsStatus,
) (ctrl.Result, error) {
	r.differed.Add(1)
	desired.Conditions = status.AccessConditions(current.Status.Conditions, current.Generation+1, v.now)
	next := following(current, desired)
	owes, err := v.account.Owe(ctx, v.state, current, next)
	if err != nil {
		return ctrl.Result{}, err
	}
	if owes {
		if err := r.put(ctx, v, next); err != nil {
			return apiserver.Again(err)
		}
		if _, err := v.account.Pay(ctx, next); err != nil {
			return ctrl.Result{}, err
		}
		current = next
	}
	err = r.client.Delete(ctx, nameOf(current), client.Preconditions{UID: &current.UID, ResourceVersion: &current.ResourceVersion})
	if err == nil || apierrors.IsNotFound(err) {
		r.writes.deleted(current)
		v.turn.wrote()
	}
	if err == nil { // where it had gone before, it may have said something else at the end
		v.done = true
		r.log.Gone(emptied(current))
	}
	return apiserver.Again(err)
}

// create makes the object of somebody of whom there is none.
func (r *Reconciler) create(ctx context.Context, v *visit, desired provostv1.EffectivePermissionsStatus) (ctrl.Result, error) {
	state, err := apiserver.Namespace(ctx, r.client, v.key.Namespace)
	if err != nil {
		return ctrl.Result{}, err
	}
	if state == apiserver.NamespaceEnding {
		// What is in it goes, and nothing new may come.
		return ctrl.Result{}, v.account.RecordDeletion(ctx, v.state, desired)
	}
	r.differed.Add(1)
	desired.Conditions = status.AccessConditions(nil, 1, v.now)
	o := &provostv1.EffectivePermissions{ObjectMeta: metav1.ObjectMeta{Namespace: v.key.Namespace, Name: v.key.Name}, Status: desired}
	if _, err := v.account.Owe(ctx, v.state, nil, o); err != nil {
		return ctrl.Result{}, err
	}
	err = r.client.Create(ctx, o)
	r.writes.wrote(o, err)
	if err != nil {
		return apiserver.Again(err)
	}
	v.done = true
	again, err := v.account.Pay(ctx, o)
	return later(again), err
}

// later has an object looked at again after everything that is more urgent, if at all.
func later(again time.Duration) ctrl.Result {
	if again <= 0 {
		return ctrl.Result{}
	}
	return apiserver.Later(again)
}

// following is an object as it is to become, with other content.
func following(o *provostv1.EffectivePermissions, content provostv1.EffectivePermissionsStatus) *provostv1.EffectivePermissions {
	out := nameOf(o)
	out.Labels, out.Annotations, out.Status = maps.Clone(o.Labels), maps.Clone(o.Annotations), content
	return out
}

// nameOf is an object that names, in this version, the one in the cache.
func nameOf(o *provostv1.EffectivePermissions) *provostv1.EffectivePermissions {
	return &provostv1.EffectivePermissions{ObjectMeta: metav1.ObjectMeta{
		Namespace: o.Namespace, Name: o.Name, UID: o.UID, ResourceVersion: o.ResourceVersion,
	}}
}

// emptied is an object as it is when nothing is left of what it said.
func emptied(o *provostv1.EffectivePermissions) *provostv1.EffectivePermissions {
	out := nameOf(o)
	out.Generation = o.Generation
	return out
}
