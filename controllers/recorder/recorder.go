package recorder

import (
	"context"
	"sync"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/uuid"
	"sigs.k8s.io/controller-runtime/pkg/client"
	logf "sigs.k8s.io/controller-runtime/pkg/log"

	provostv1 "provost.dev/provost/api/v1alpha1"
	"provost.dev/provost/controllers/access"
	"provost.dev/provost/controllers/feed"
	"provost.dev/provost/controllers/internal/apiserver"
	"provost.dev/provost/internal/cluster/audit"
	"provost.dev/provost/internal/manifest/effective"
)

// grace is how long a debt that is paid may still stand on an object. Until
// then, a manager that starts pays it again, with the same ids; the longer it
// is, the fewer writes it takes to say so in a busy time.
const grace = 10 * time.Second

// Recorder writes to the audit log what the reconciler of effective permissions
// writes to the cluster.
type Recorder struct {
	log      *audit.Log
	objects  client.Reader // the cache
	live     client.Reader // past the cache
	register *register
	// deletedBy says who deleted the object of a uid, where that is known.
	deletedBy func(uid string) string

	causes *causes
	known  *known
	// begun are those of whose first reconciliation a part is written only.
	begun sync.Map // types.NamespacedName -> struct{}
}

// Happened implements access.Log.
func (r *Recorder) Happened(steps []*feed.Step) { r.causes.note(steps) }

// Gone implements access.Log.
func (r *Recorder) Gone(o *provostv1.EffectivePermissions) { r.known.end(o) }

// Open implements access.Log.
func (r *Recorder) Open(key types.NamespacedName, now time.Time) access.Account {
	_, begun := r.begun.Load(key)
	return &account{r: r, key: key, now: now, attribution: r.causes.take(key), first: begun || r.known.of(key) == nil}
}

// account is what one object has to do with the log during one reconciliation.
type account struct {
	r   *Recorder
	key types.NamespacedName
	now time.Time
	*attribution
	// first says that this process has not written all of it before.
	first bool
	// lost is the last of an object that has gone, and before what somebody could do by that.
	lost   *lastSeen
	before permissions
	// unsure says that the log may know more than this process of what was there before.
	unsure bool
	// overtaken says that the cache shows the object as it was before this process wrote over it, or after it has gone.
	overtaken bool
	// recorded says that what happened is in the log, or led to nothing.
	recorded bool
}

// Pay implements access.Account.
func (a *account) Pay(ctx context.Context, o *provostv1.EffectivePermissions) (time.Duration, error) {
	if o == nil {
		return a.payLost(ctx)
	}
	if s := a.r.known.of(a.key); s != nil && s.last.UID == o.UID && (s.gone || s.last.Generation > o.Generation) {
		a.overtaken = true
	}
	p, err := a.r.pay(ctx, o)
	switch {
	case err != nil:
		return access.Never, err
	case a.overtaken:
		return access.Never, nil
	case unrecorded(o):
		return access.AtOnce, nil
	case p == nil:
		return access.Never, nil
	}
	if wait := grace - a.now.Sub(p.Time); wait > 0 && wait <= grace {
		return wait, nil
	}
	return access.AtOnce, nil
}

// payLost pays what an object owed that is not there any more.
func (a *account) payLost(ctx context.Context) (time.Duration, error) {
	lost := a.r.known.of(a.key)
	if lost == nil {
		return access.Never, nil
	}
	if ended, err := a.ended(ctx, lost); !ended {
		return apiserver.Behind, err
	}
	a.lost, a.unsure = lost, !lost.gone
	if _, err := a.r.pay(ctx, lost.last); err != nil {
		return access.Never, err
	}
	a.before = permissionsOf(&lost.last.Status)
	return access.Never, nil
}

// ended says whether an object that the cache does not have is known to have
// gone. The cache may not have it yet; and it drops one that was deleted
// before it tells what the object said then, which is worth a short wait.
func (a *account) ended(ctx context.Context, s *lastSeen) (bool, error) {
	if s.gone && len(s.last.Status.Access) == 0 {
		return true, nil // the manager deletes only what says nothing any more
	}
	err := a.r.live.Get(ctx, a.key, &provostv1.EffectivePermissions{})
	if err == nil || !apierrors.IsNotFound(err) {
		return false, err
	}
	return s.gone || a.r.known.missedBefore(a.key), nil
}

// RecordDeletion implements access.Account. What is owed is kept in mind as though it stood
// on the object, so that a log that fails gets the same records later.
func (a *account) RecordDeletion(ctx context.Context, state feed.Instant, after provostv1.EffectivePermissionsStatus) error {
	if a.lost != nil {
		if err := a.recordDeletion(ctx, state, after); err != nil {
			return err
		}
	}
	a.recorded = true
	if effective.Empty(&after) {
		a.r.known.forget(a.key)
	}
	return nil
}

func (a *account) recordDeletion(ctx context.Context, state feed.Instant, after provostv1.EffectivePermissionsStatus) error {
	last := a.lost.last
	owed := a.owed(ctx, state, a.before, permissionsOf(&after), last.Generation+1)
	if len(owed.Changes) == 0 {
		return nil
	}
	next := &provostv1.EffectivePermissions{}
	next.Namespace, next.Name, next.UID, next.ResourceVersion = last.Namespace, last.Name, last.UID, last.ResourceVersion
	next.Generation, next.Status = owed.Generation, after
	if a.unsure {
		next.UID = uuid.NewUUID() // another leader may have written this generation, and the ids that come of it
	}
	if err := a.r.annotate(ctx, next, owed); err != nil {
		return err
	}
	a.r.known.see(next)
	a.r.known.end(next)
	a.recorded = true
	_, err := a.r.pay(ctx, next)
	return err
}

// Close implements access.Account.
func (a *account) Close(done, part bool) {
	if part && a.first {
		a.r.begun.Store(a.key, struct{}{})
	}
	if done = done && !a.overtaken || a.recorded; done && !part {
		a.r.begun.Delete(a.key)
		return
	}
	a.giveBack()
}

// pay writes to the log what an object owes to it, and returns that; nil for nothing.
func (r *Recorder) pay(ctx context.Context, o *provostv1.EffectivePermissions) (*audit.Pending, error) {
	paid := r.known.see(o)
	p, err := audit.ParsePending(o.Annotations[access.AuditAnnotation])
	if err != nil {
		logf.FromContext(ctx).Error(err, "an annotation was altered by hand; what it said is lost", "annotation", access.AuditAnnotation)
		return nil, nil
	}
	if p == nil || paid >= p.Generation {
		return p, nil
	}
	if err := r.log.Write(p.Records(subjectOf(o), permissionsOf(&o.Status).at)...); err != nil {
		return nil, err
	}
	r.known.pay(o, p.Generation)
	return p, nil
}
