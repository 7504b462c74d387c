package controllers

import (
	"context"
	"fmt"
	"time"

	apimeta "k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/tools/events"
	"k8s.io/utils/clock"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/manager"

	provostv1 "provost.dev/provost/api/v1alpha1"
	"provost.dev/provost/controllers/access"
	"provost.dev/provost/controllers/children"
	"provost.dev/provost/controllers/feed"
	"provost.dev/provost/controllers/internal/apiserver"
	"provost.dev/provost/controllers/internal/start"
	"provost.dev/provost/controllers/recorder"
	"provost.dev/provost/controllers/rewrite"
	"provost.dev/provost/controllers/status"
	"provost.dev/provost/controllers/systemroles"
	"provost.dev/provost/internal/cluster/audit"
	"provost.dev/provost/internal/engine/directory"
)

// fieldOwner is in whose name the manager writes.
const fieldOwner = "provost-manager"

// Options say how the controllers work. The zero value is good for everything.
type Options struct {
	// Clock is the time. Default: the real one.
	Clock clock.Clock
	// Recorder takes the events. Default: the manager's.
	Recorder events.EventRecorder
	// Revision is the release of this manager, shown by the Platform.
	Revision string
	// Audit takes a record of every change of anybody's access. Default: none is made.
	Audit *audit.Log
	// DeletedBy says who deleted the object of a uid, where that is known. Default: nobody knows.
	DeletedBy func(uid string) string
	// Recount is how often the counts of people in one object's status are written at most. Default: 30 seconds.
	Recount time.Duration
	// Concurrency is how many effective permissions are written at a time; of every other kind it
	// is a quarter of that. Default: 16.
	Concurrency int
}

func (o *Options) complete(mgr manager.Manager) {
	if o.Clock == nil {
		o.Clock = clock.RealClock{}
	}
	if o.Recorder == nil {
		o.Recorder = mgr.GetEventRecorder("provost")
	}
	if o.DeletedBy == nil {
		o.DeletedBy = func(string) string { return "" }
	}
	if o.Recount <= 0 {
		o.Recount = 30 * time.Second
	}
	if o.Concurrency <= 0 {
		o.Concurrency = 16
	}
}

// Setup adds everything but GitSyncs to a manager: what feeds the engine, on
// every replica, and the reconcilers, on the leader. It returns the Feed, whose
// Check belongs among the readiness checks.
func Setup(mgr manager.Manager, d *directory.Directory, o Options) (*feed.Feed, error) {
	o.complete(mgr)
	fanout := feed.NewFanout()
	objects := feed.New(mgr.GetCache(), mgr.GetAPIReader(), d, fanout)
	for _, r := range []manager.Runnable{objects, fanout, feed.NewClock(o.Clock, d, fanout, objects.Ready())} {
		if err := mgr.Add(r); err != nil {
			return nil, err
		}
	}
	writer := client.WithFieldOwner(mgr.GetClient(), fieldOwner)
	ready, err := rewrite.Setup(mgr, writer, o.Recorder, objects.Ready())
	if err != nil {
		return nil, err
	}
	s := &start.Starter{Manager: mgr, Ready: ready}
	statuses := &shared{
		client: writer, directory: d, fanout: fanout, clock: o.Clock,
		events:   &apiserver.Events{Recorder: o.Recorder, Objects: mgr.GetClient(), Notes: status.Notes},
		revision: o.Revision, recount: o.Recount, progress: &progress{fanout: fanout},
	}
	few := max(o.Concurrency/4, 1)
	for _, k := range status.Kinds() {
		if err := addStatus(s, &statusReconciler{Kind: k, shared: statuses}, few); err != nil {
			return nil, err
		}
	}
	log, err := auditLog(s, statuses, o)
	if err != nil {
		return nil, err
	}
	permissions := access.New(statuses.client, mgr.GetAPIReader(), o.Clock, log)
	if err := access.Setup(s, fanout, permissions, o.Concurrency); err != nil {
		return nil, err
	}
	statuses.progress.permissions = permissions.Differed
	statuses.progress.count = func() int { return objects.Behind() + s.Backlog().Len() + permissions.Waiting() }
	if err := mgr.Add(statuses.progress); err != nil {
		return nil, err
	}
	if err := systemroles.Setup(s, statuses.client); err != nil {
		return nil, err
	}
	return objects, children.Setup(s, statuses.client, o.Clock, statuses.events, few)
}

// auditLog is where every change of anybody's access goes.
func auditLog(s *start.Starter, statuses *shared, o Options) (access.Log, error) {
	if o.Audit == nil {
		return access.NoLog{}, nil
	}
	return recorder.Setup(s, statuses.fanout, recorder.Options{
		Client: statuses.client, Clock: o.Clock, Log: o.Audit, DeletedBy: o.DeletedBy,
	})
}

// addStatus adds the reconciler of a kind's statuses.
func addStatus(s *start.Starter, r *statusReconciler, workers int) error {
	c, err := s.Controller(string(r.Name), workers, r)
	if err != nil {
		return err
	}
	return c.Watch(s.Opening(func(ctx context.Context, q start.Queue) error {
		all := func() error { return enqueueAll(ctx, s.Manager.GetClient(), r.Name, q) }
		r.fanout.Open(r.Name, feed.Queue{
			Add: func(namespace, name string) { q.Add(start.Request(namespace, name)) },
			Own: r.own,
			All: func() { _ = all() }, // from the cache, which cannot fail once it has been listed
		})
		return all()
	}))
}

// enqueueAll enqueues every object of a kind.
func enqueueAll(ctx context.Context, objects client.Client, kind directory.Kind, q start.Queue) error {
	list, err := objects.Scheme().New(provostv1.GroupVersion.WithKind(string(kind) + "List"))
	if err != nil {
		return err
	}
	if err := objects.List(ctx, list.(client.ObjectList), client.UnsafeDisableDeepCopy); err != nil {
		return fmt.Errorf("listing %T from the cache: %w", list, err)
	}
	return apimeta.EachListItem(list, func(o runtime.Object) error {
		m, err := apimeta.Accessor(o)
		if err == nil {
			q.Add(start.Request(m.GetNamespace(), m.GetName()))
		}
		return err
	})
}
