package access

import (
	"context"
	"time"

	"k8s.io/apimachinery/pkg/types"

	provostv1 "provost.dev/provost/api/v1alpha1"
	"provost.dev/provost/controllers/feed"
)

// Log is the audit log, as far as the Reconciler has to do with it.
type Log interface {
	// Open begins a reconciliation of somebody's access in a namespace: it takes over what
	// happened that bears on it.
	Open(key types.NamespacedName, now time.Time) Account
	// Happened takes in what happened; each step says on whom it bears.
	Happened(steps []*feed.Step)
	// Gone takes in that an object has been deleted, and what it said then.
	Gone(o *provostv1.EffectivePermissions)
}

// Account is what one object has to do with the log during one reconciliation.
type Account interface {
	// Pay writes to the log what the object owes to it, nil being one that is not there, and says
	// when to look again because of that. AtOnce: the object is to be written again as it is,
	// with what Owe has it say then.
	Pay(ctx context.Context, o *provostv1.EffectivePermissions) (again time.Duration, err error)
	// Owe has the object that is about to be written say what it will owe for that, and says
	// whether there is anything. Current is what it replaces; nil where nothing is there.
	Owe(ctx context.Context, state feed.Instant, current, next *provostv1.EffectivePermissions) (bool, error)
	// RecordDeletion is for a change to which there is no object any more: it writes to the log what
	// the object would have owed for it.
	RecordDeletion(ctx context.Context, state feed.Instant, after provostv1.EffectivePermissionsStatus) error
	// Close ends the reconciliation. Unless all of what happened is done, it is the cause of what comes next, too.
	Close(done, part bool)
}

// When to look again.
const (
	Never  time.Duration = -1
	AtOnce time.Duration = 0
)

// AuditAnnotation is where an EffectivePermissions says what it owes to the
// audit log. It is written together with what it is owed for, and says that
// nothing is owed once that is in the log: a manager that starts finds out what
// the last one could not write any more. One without it is not in the log at all.
const AuditAnnotation = "provost.dev/audit"

// NoLog is for where there is no audit log: nothing is owed, and no object says anything of it.
type NoLog struct{}

// Open implements Log.
func (NoLog) Open(types.NamespacedName, time.Time) Account { return NoLog{} }

// Happened implements Log.
func (NoLog) Happened([]*feed.Step) {}

// Gone implements Log.
func (NoLog) Gone(*provostv1.EffectivePermissions) {}

// Pay implements Account.
func (NoLog) Pay(context.Context, *provostv1.EffectivePermissions) (time.Duration, error) {
	return Never, nil
}

// Owe implements Account.
func (NoLog) Owe(_ context.Context, _ feed.Instant, _, next *provostv1.EffectivePermissions) (bool, error) {
	delete(next.Annotations, AuditAnnotation)
	return false, nil
}

// RecordDeletion implements Account.
func (NoLog) RecordDeletion(context.Context, feed.Instant, provostv1.EffectivePermissionsStatus) error {
	return nil
}

// Close implements Account.
func (NoLog) Close(bool, bool) {}
