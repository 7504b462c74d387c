package controllers

import (
	"context"
	"maps"
	"sync"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/equality"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/uuid"
	"k8s.io/utils/ptr"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/handler"

	provostv1 "provost.dev/provost/api/v1alpha1"
	"provost.dev/provost/controllers/status"
	"provost.dev/provost/internal/cluster/audit"
	"provost.dev/provost/internal/manifest/effective"
)

// accessReconciler keeps one EffectivePermissions for each person in each
// namespace where there is something to say, named after the person. Every
// write says what it owes to the audit log, and the log follows the write.
//
// What is gained by a change is written when what others lose by it has been:
// see handover.
type accessReconciler struct {
	*shared
	audit    *recorder
	handover *handover
	writes   *writes
	// live reads past the cache.
	live client.Reader
	// begun are those of whose first look a part is written only.
	begun sync.Map // types.NamespacedName -> struct{}
}

// Reconcile implements reconcile.Reconciler. The request names a namespace and a person.
func (r *accessReconciler) Reconcile(ctx context.Context, req ctrl.Request) (ctrl.Result, error) {
	look := lookAt{key: req.NamespacedName, attribution: r.audit.attribute(req.NamespacedName)}
	defer look.giveBack()
	look.now = r.clock.Now()
	current := &provostv1.EffectivePermissions{}
	// The cache's own object, which is not to be written to: there are as many as people, and most are as they should be.
	err := r.client.Get(ctx, req.NamespacedName, current, client.UnsafeDisableDeepCopy)
	if client.IgnoreNotFound(err) != nil {
		return ctrl.Result{}, err
	}
	if err != nil {
		current = nil
	}
	shows, same, err := r.writes.newest(ctx, req.NamespacedName, current)
	if err != nil {
		return ctrl.Result{}, err
	}
	look.behind = !same
	take := r.share(&look, shows)
	if current != nil && current.DeletionTimestamp != nil {
		look.turn.wrote() // it goes by itself
		return ctrl.Result{}, nil
	}
	if take == nothing {
		return ctrl.Result{}, nil
	}
	result, err := r.bring(ctx, look, current)
	if look.attribution.isDone() {
		r.begun.Delete(req.NamespacedName)
	}
	if err != nil && r.ending(ctx, req.Namespace) {
		look.turn.wrote() // nobody waits for what goes with its namespace
	}
	return result, err
}

// share says how much of what the engine says may be written, and notes in the look what that is.
func (r *accessReconciler) share(look *lookAt, shows func() holdings) share {
	for {
		look.turn = r.handover.turn(look.key)
		look.Instant = look.turn.state
		take, permit := look.turn.share(shows)
		if take == part {
			look.permit = permit
		}
		if take != stale {
			return take
		}
	}
}

// bring has an object come to what the engine says, or to as much of it as may be written.
func (r *accessReconciler) bring(ctx context.Context, look lookAt, current *provostv1.EffectivePermissions) (ctrl.Result, error) {
	desired := effective.Status(look, look.key.Name, look.key.Namespace, look.At)
	empty := effective.Empty(&desired)
	if look.permit != nil {
		desired = narrowed(desired, look.permit)
	}
	_, begun := r.begun.Load(look.key)
	look.first = begun || r.audit.standing(look.key) == nil
	if look.permit != nil && look.first && r.audit != nil {
		r.begun.Store(look.key, struct{}{})
	}
	if current == nil {
		return r.absent(ctx, look, desired)
	}
	if err := r.audit.settle(ctx, current); err != nil {
		return ctrl.Result{}, err
	}
	if empty {
		return r.remove(ctx, look, current, desired)
	}
	return r.update(ctx, look, current, desired)
}

// ending says whether a namespace is being deleted, or has gone.
func (r *accessReconciler) ending(ctx context.Context, namespace string) bool {
	ns := &corev1.Namespace{}
	err := r.client.Get(ctx, types.NamespacedName{Name: namespace}, ns, client.UnsafeDisableDeepCopy)
	return apierrors.IsNotFound(err) || err == nil && ns.DeletionTimestamp != nil
}

// update has an object that is there say what it should.
func (r *accessReconciler) update(ctx context.Context, l lookAt, current *provostv1.EffectivePermissions, desired provostv1.EffectivePermissionsStatus) (ctrl.Result, error) {
	desired.Conditions = status.AccessConditions(current.Status.Conditions, current.Generation, l.now)
	if equality.Semantic.DeepEqual(current.Status, desired) {
		if l.behind || r.audit.overtaken(current) {
			return ctrl.Result{}, nil // what was written over it is yet to be seen, and what happened since is the cause of what comes then
		}
		l.turn.wrote()
		l.done()
		return r.keep(ctx, l, current)
	}
	// Without a status subresource every write is a new generation. The version goes with the write, so that this is the next one.
	desired.Conditions = status.AccessConditions(current.Status.Conditions, current.Generation+1, l.now)
	before := permissionsOf(&current.Status)
	if r.audit.unrecorded(current) {
		before = nil
	}
	return r.write(ctx, l, current, desired, r.audit.pending(ctx, l, before, permissionsOf(&desired), current.Generation+1))
}

// write replaces an object's content, and has the log follow.
func (r *accessReconciler) write(ctx context.Context, l lookAt, current *provostv1.EffectivePermissions, desired provostv1.EffectivePermissionsStatus, owed *audit.Pending) (ctrl.Result, error) {
	next, result, err := r.put(ctx, l, current, desired, owed)
	if next == nil {
		return result, err
	}
	l.done()
	return r.written(ctx, next, owed)
}

// put writes an object's content together with what it owes to the log, and
// returns the object as it is then; nil where it did not come to that.
func (r *accessReconciler) put(ctx context.Context, l lookAt, current *provostv1.EffectivePermissions, desired provostv1.EffectivePermissionsStatus, owed *audit.Pending) (*provostv1.EffectivePermissions, ctrl.Result, error) {
	next := nameOf(current)
	next.Labels, next.Status = maps.Clone(current.Labels), desired
	var err error
	if next.Annotations, err = r.audit.annotate(ctx, current.Annotations, owed, subjectOf(current), permissionsOf(&desired)); err != nil {
		return nil, ctrl.Result{}, err
	}
	err = r.client.Update(ctx, next)
	if r.writes.wrote(next, err) {
		l.turn.wrote()
	}
	if err != nil {
		result, err := again(err)
		return nil, result, err
	}
	return next, ctrl.Result{}, nil
}

// written has the log follow a write, and looks at the object again when what it owed can be taken off it.
func (r *accessReconciler) written(ctx context.Context, o *provostv1.EffectivePermissions, owed *audit.Pending) (ctrl.Result, error) {
	if err := r.audit.settle(ctx, o); err != nil || r.audit == nil || len(owed.Changes) == 0 {
		return ctrl.Result{}, err
	}
	return later(settled), nil
}

// later has an object looked at again, after everything that is more urgent.
func later(wait time.Duration) ctrl.Result {
	return ctrl.Result{RequeueAfter: wait, Priority: ptr.To(handler.LowPriority)}
}

// keep leaves the content of an object as it is. What it owed and has paid is
// taken off it, and what never was in the log comes into it.
func (r *accessReconciler) keep(ctx context.Context, l lookAt, current *provostv1.EffectivePermissions) (ctrl.Result, error) {
	if r.audit == nil {
		return ctrl.Result{}, nil
	}
	owed := &audit.Pending{Generation: current.Generation, Time: l.now}
	if r.audit.unrecorded(current) {
		owed = r.audit.pending(ctx, l, nil, permissionsOf(&current.Status), current.Generation)
	} else {
		since := paidSince(current)
		if since.IsZero() {
			return ctrl.Result{}, nil
		}
		if wait := settled - l.now.Sub(since); wait > 0 && wait <= settled {
			return later(wait), nil
		}
	}
	return r.write(ctx, l, current, current.Status, owed)
}

// remove deletes an object of somebody who has nothing to do with the namespace
// any more. What was lost by that is written first, so that whoever finds the
// object after a restart knows of it.
func (r *accessReconciler) remove(ctx context.Context, l lookAt, current *provostv1.EffectivePermissions, desired provostv1.EffectivePermissionsStatus) (ctrl.Result, error) {
	before := permissionsOf(&current.Status)
	if r.audit != nil && len(before) > 0 && !r.audit.unrecorded(current) {
		desired.Conditions = status.AccessConditions(current.Status.Conditions, current.Generation+1, l.now)
		next, result, err := r.put(ctx, l, current, desired, r.audit.pending(ctx, l, before, nil, current.Generation+1))
		if next == nil {
			return result, err
		}
		l.done()
		if err := r.audit.settle(ctx, next); err != nil {
			return ctrl.Result{}, err
		}
		current = next
	}
	err := r.client.Delete(ctx, nameOf(current), client.Preconditions{UID: &current.UID, ResourceVersion: &current.ResourceVersion})
	if err == nil || apierrors.IsNotFound(err) {
		r.writes.deleted(current)
		l.turn.wrote()
	}
	if err == nil { // where it had gone before, it may have said something else at the end
		l.done()
		r.audit.deleted(current)
	}
	return again(err)
}

// absent is for somebody of whom there is no object.
func (r *accessReconciler) absent(ctx context.Context, l lookAt, desired provostv1.EffectivePermissionsStatus) (ctrl.Result, error) {
	if l.behind { // it is there, written by us, and the cache is yet to show it
		return ctrl.Result{RequeueAfter: behind}, nil
	}
	lost := r.audit.standing(l.key)
	if lost == nil && effective.Empty(&desired) {
		l.done()
		return ctrl.Result{}, nil
	}
	var before permissions
	if lost != nil {
		if ended, err := r.ended(ctx, l.key, lost); !ended {
			return ctrl.Result{RequeueAfter: behind}, err
		}
		l.unsure = !lost.gone
		if err := r.audit.settle(ctx, lost.last); err != nil {
			return ctrl.Result{}, err
		}
		before = permissionsOf(&lost.last.Status)
	}
	if !effective.Empty(&desired) {
		return r.create(ctx, l, desired, before)
	}
	if err := r.mourn(ctx, l, before, desired); err != nil {
		return ctrl.Result{}, err
	}
	r.audit.forget(l.key)
	return ctrl.Result{}, nil
}

// ended says whether an object that the cache does not have is known to have
// gone. The cache may not have it yet; and it drops one that was deleted
// before it tells what the object said then, which is worth a short wait.
func (r *accessReconciler) ended(ctx context.Context, key types.NamespacedName, s *standing) (bool, error) {
	if s.gone && len(s.last.Status.Access) == 0 {
		return true, nil // the manager deletes only what says nothing any more
	}
	err := r.live.Get(ctx, key, &provostv1.EffectivePermissions{})
	if err == nil || !apierrors.IsNotFound(err) {
		return false, err
	}
	return s.gone || r.audit.known.missedBefore(key), nil
}

// mourn records a change for which there is no object any more to be written. What is owed for it is kept
// in mind as though it stood on the object, so that a log that fails gets the same records later.
func (r *accessReconciler) mourn(ctx context.Context, l lookAt, before permissions, after provostv1.EffectivePermissionsStatus) error {
	lost := r.audit.standing(l.key)
	if lost == nil {
		l.done()
		return nil
	}
	owed := r.audit.pending(ctx, l, before, permissionsOf(&after), lost.last.Generation+1)
	if len(owed.Changes) == 0 {
		l.done()
		return nil
	}
	next := nameOf(lost.last)
	next.Status, next.Generation = after, owed.Generation
	if l.unsure {
		next.UID = uuid.NewUUID() // another leader may have written this generation, and the ids that come of it
	}
	var err error
	if next.Annotations, err = r.audit.annotate(ctx, nil, owed, subjectOf(next), permissionsOf(&after)); err != nil {
		return err
	}
	r.audit.known.see(next)
	r.audit.known.end(next)
	l.done()
	return r.audit.settle(ctx, next)
}

func (r *accessReconciler) create(ctx context.Context, l lookAt, s provostv1.EffectivePermissionsStatus, before permissions) (ctrl.Result, error) {
	ns := &corev1.Namespace{}
	err := r.client.Get(ctx, types.NamespacedName{Name: l.key.Namespace}, ns, client.UnsafeDisableDeepCopy)
	if client.IgnoreNotFound(err) != nil {
		return ctrl.Result{}, err
	}
	if err == nil && ns.DeletionTimestamp != nil {
		// What is in it goes, and nothing new may come.
		return ctrl.Result{}, r.mourn(ctx, l, before, s)
	}
	s.Conditions = status.AccessConditions(nil, 1, l.now)
	o := &provostv1.EffectivePermissions{ObjectMeta: metav1.ObjectMeta{Namespace: l.key.Namespace, Name: l.key.Name}, Status: s}
	owed := r.audit.pending(ctx, l, before, permissionsOf(&s), 1)
	if o.Annotations, err = r.audit.annotate(ctx, nil, owed, subjectOf(o), permissionsOf(&s)); err != nil {
		return ctrl.Result{}, err
	}
	err = r.client.Create(ctx, o)
	r.writes.wrote(o, err)
	if err != nil {
		return again(err)
	}
	l.done()
	return r.written(ctx, o, owed)
}

// nameOf is an object that names, in this version, the one in the cache.
func nameOf(o *provostv1.EffectivePermissions) *provostv1.EffectivePermissions {
	return &provostv1.EffectivePermissions{ObjectMeta: metav1.ObjectMeta{
		Namespace: o.Namespace, Name: o.Name, UID: o.UID, ResourceVersion: o.ResourceVersion,
	}}
}
