package access

import (
	"context"
	"sync/atomic"
	"time"

	"k8s.io/apimachinery/pkg/api/equality"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/utils/clock"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	provostv1 "provost.dev/provost/api/v1alpha1"
	"provost.dev/provost/controllers/feed"
	"provost.dev/provost/controllers/internal/apiserver"
	"provost.dev/provost/controllers/status"
	"provost.dev/provost/internal/manifest/effective"
)

// Reconciler keeps one EffectivePermissions for each person in each namespace
// where there is something to say, named after the person. What is gained by a
// change is written when what others lose by it has been (handover.go). Every
// write says what it owes to the audit log, and the log follows it (log.go).
type Reconciler struct {
	client   client.Client
	clock    clock.PassiveClock
	log      Log
	handover *handover
	writes   *writes
	differed atomic.Int64
}

// Differed is how often an object was not as it should be, since the start.
func (r *Reconciler) Differed() int64 { return r.differed.Load() }

// Waiting is how many people's effective permissions wait for those of others.
func (r *Reconciler) Waiting() int { return r.handover.waits() }

// visit is one reconciliation of somebody's access in a namespace.
type visit struct {
	key     types.NamespacedName
	now     time.Time
	account Account
	// state is what the engine says of it.
	state feed.Instant
	// turn is its place among what is lost and gained by a change, and permit what may be written of the state; nil for all of it.
	turn   *turn
	permit holdings
	// behind says that the cache does not show the object as it is.
	behind bool
	// done says that what happened is in the status, or led to nothing; part, that a part of the state is to be written only.
	done, part bool
}

// Reconcile implements reconcile.Reconciler. The request names a namespace and a person.
func (r *Reconciler) Reconcile(ctx context.Context, req ctrl.Request) (ctrl.Result, error) {
	v := &visit{key: req.NamespacedName, now: r.clock.Now()}
	v.account = r.log.Open(v.key, v.now)
	defer func() { v.account.Close(v.done, v.part) }()
	current, shows, err := r.read(ctx, v)
	if err != nil {
		return ctrl.Result{}, err
	}
	much := v.share(r.handover, shows)
	if current != nil && current.DeletionTimestamp != nil {
		v.turn.wrote() // it goes by itself
		return ctrl.Result{}, nil
	}
	if much == nothing {
		return ctrl.Result{}, nil
	}
	result, err := r.bring(ctx, v, current)
	if err != nil && r.ending(ctx, req.Namespace) {
		v.turn.wrote() // nobody waits for what goes with its namespace
	}
	return result, err
}

// bring has an object come to what the engine says, or to as much of it as may be written.
func (r *Reconciler) bring(ctx context.Context, v *visit, current *provostv1.EffectivePermissions) (ctrl.Result, error) {
	desired := effective.Status(v.state, v.key.Name, v.key.Namespace, v.state.At)
	empty := effective.Empty(&desired)
	if v.permit != nil {
		desired, v.part = narrowed(desired, v.permit), true
	}
	if current == nil && v.behind { // it is there, written by us, and the cache is yet to show it
		return ctrl.Result{RequeueAfter: apiserver.Behind}, nil
	}
	again, err := v.account.Pay(ctx, current)
	switch {
	case err != nil:
		return ctrl.Result{}, err
	case current != nil && empty:
		return r.remove(ctx, v, current, desired)
	case current != nil:
		return r.update(ctx, v, current, desired, again)
	case again > 0: // it may be there still
		return ctrl.Result{RequeueAfter: again}, nil
	case effective.Empty(&desired):
		return ctrl.Result{}, v.account.RecordDeletion(ctx, v.state, desired)
	default:
		return r.create(ctx, v, desired)
	}
}

// update has an object that is there say what it should.
func (r *Reconciler) update(
	ctx context.Context, v *visit, current *provostv1.EffectivePermissions, desired provostv1.EffectivePermissionsStatus, again time.Duration,
) (ctrl.Result, error) {
	desired.Conditions = status.AccessConditions(current.Status.Conditions, current.Generation, v.now)
	if !equality.Semantic.DeepEqual(current.Status, desired) {
		r.differed.Add(1)
		// Without a status subresource every write is a new generation. The version goes with the write, so that this is the next one.
		desired.Conditions = status.AccessConditions(current.Status.Conditions, current.Generation+1, v.now)
		return r.write(ctx, v, current, desired)
	}
	if v.behind { // what was written over it is yet to be seen, and what happened since is the cause of what comes then
		return ctrl.Result{}, nil
	}
	v.turn.wrote()
	v.done = true
	if again == AtOnce {
		return r.write(ctx, v, current, current.Status) // whose annotation is to say something else
	}
	return later(again), nil
}
