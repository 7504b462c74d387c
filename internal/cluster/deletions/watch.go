package deletions

import (
	"context"
	"reflect"
	"sync"
	"time"

	"k8s.io/apimachinery/pkg/util/wait"
	toolscache "k8s.io/client-go/tools/cache"
	"sigs.k8s.io/controller-runtime/pkg/cache"
	"sigs.k8s.io/controller-runtime/pkg/client"

	provostv1 "provost.dev/provost/api/v1alpha1"
	"provost.dev/provost/internal/cluster/audit"
	"provost.dev/provost/internal/engine/directory"
)

// tidying is how often what is of no use any more is forgotten.
const tidying = 30 * time.Second

// observer watches, on every replica.
type observer struct{ *Tracker }

// NeedLeaderElection implements manager.LeaderElectionRunnable.
func (observer) NeedLeaderElection() bool { return false }

// Start implements manager.Runnable.
func (w observer) Start(ctx context.Context) error {
	var listed sync.WaitGroup
	for kind, t := range w.scheme.KnownTypes(provostv1.GroupVersion) {
		o, ok := reflect.New(t).Interface().(client.Object)
		if ok && kind != effectivePermissions {
			listed.Go(func() { w.follow(ctx, directory.Kind(kind), o) })
		}
	}
	listed.Wait()
	if ctx.Err() == nil {
		close(w.listed)
	}
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(tidying):
			w.tidy()
		}
	}
}

// effectivePermissions are found out, and have records of their own.
const effectivePermissions = "EffectivePermissions"

// follow subscribes to a kind and returns when it has been listed. One that the API
// server does not know yet is waited for.
func (w observer) follow(ctx context.Context, kind directory.Kind, o client.Object) {
	var informer cache.Informer
	err := wait.PollUntilContextCancel(ctx, time.Second, true, func(ctx context.Context) (bool, error) {
		var err error
		informer, err = w.cache.GetInformer(ctx, o, cache.BlockUntilSynced(false))
		return err == nil, nil
	})
	if err != nil {
		return
	}
	handler, err := informer.AddEventHandler(toolscache.ResourceEventHandlerFuncs{
		AddFunc:    func(o any) { w.appeared(kind, object(o)) },
		UpdateFunc: func(before, after any) { w.changed(kind, object(before), object(after)) },
		DeleteFunc: func(o any) {
			unknown, missed := o.(toolscache.DeletedFinalStateUnknown)
			if missed {
				o = unknown.Obj
			}
			w.gone(kind, object(o), missed)
		},
	})
	if err == nil { // else the process is ending
		toolscache.WaitForCacheSync(ctx.Done(), handler.HasSynced)
	}
}

// object is what a watch tells of; nil where that is none of ours to tell of: system
// roles are shown by the manager, and nothing is decided by them.
func object(o any) client.Object {
	c, ok := o.(client.Object)
	if r, role := o.(*provostv1.Role); !ok || role && r.Spec.Type == provostv1.RoleTypeSystem {
		return nil
	}
	return c
}

func idOf(kind directory.Kind, o client.Object) directory.ID {
	return directory.ID{Kind: kind, Namespace: o.GetNamespace(), Name: o.GetName()}
}

// appeared takes in an object that was not there, or not known.
func (w *Tracker) appeared(kind directory.Kind, o client.Object) {
	if o == nil {
		return
	}
	w.emergency(o, 0)
	w.mu.Lock()
	defer w.mu.Unlock()
	w.versions[o.GetUID()] = o.GetResourceVersion()
	if o.GetDeletionTimestamp() != nil {
		w.end(begin(idOf(kind, o), o, "", w.clock.Now()))
	}
}

// changed takes in another version of an object, or another object of the name.
func (w *Tracker) changed(kind directory.Kind, before, after client.Object) {
	switch {
	case before == nil || after == nil:
		w.gone(kind, before, true)
		w.appeared(kind, after)
		return
	case before.GetUID() != after.GetUID():
		w.gone(kind, before, true)
		w.appeared(kind, after)
		return
	}
	w.emergency(after, before.GetGeneration())
	w.mu.Lock()
	defer w.mu.Unlock()
	uid := after.GetUID()
	if after.GetDeletionTimestamp() != nil && w.endings[uid] == nil {
		w.end(begin(idOf(kind, before), before, w.versions[uid], w.clock.Now()))
	}
	w.versions[uid] = after.GetResourceVersion()
}

// gone takes in that an object is not there any more. Where the watch was
// interrupted, there may have been later versions of it.
func (w *Tracker) gone(kind directory.Kind, o client.Object, interrupted bool) {
	if o == nil {
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	uid := o.GetUID()
	e := w.endings[uid]
	if e == nil {
		e = begin(idOf(kind, o), o, w.versions[uid], w.clock.Now())
		e.atLeast = interrupted
		w.end(e)
	}
	e.gone = w.clock.Now()
	delete(w.versions, uid)
	w.nudge()
}

// end takes in that an object is on its way out.
func (w *Tracker) end(e *ending) {
	w.endings[e.uid()] = e
	w.open = append(w.open, e)
	w.nudge()
}

// emergency takes in access for an emergency that was given or changed after that generation.
func (w *Tracker) emergency(o client.Object, after int64) {
	b, ok := o.(*provostv1.RoleBinding)
	if !ok || b.Generation <= after {
		return
	}
	if _, marked := b.Labels[provostv1.BreakGlassLabel]; !marked {
		return
	}
	operation := "CREATE"
	if b.Generation > 1 {
		operation = "UPDATE"
	}
	trail := b.Annotations
	at, err := time.Parse(time.RFC3339, trail[provostv1.ChangedAtAnnotation])
	if err != nil { // it was written while nobody stamped it
		at = b.CreationTimestamp.Time
	}
	record := audit.NewChange(operation, audit.Object{
		Kind: string(directory.KindRoleBinding), Namespace: b.Namespace, Name: b.Name, UID: string(b.UID),
	}, b.Generation, trail[provostv1.ChangedByAnnotation], trail[provostv1.ChangedRevisionAnnotation], at)
	w.mu.Lock()
	defer w.mu.Unlock()
	w.news = append(w.news, news{record, w.clock.Now()})
	w.nudge()
}
