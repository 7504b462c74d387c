package recorder

import (
	"context"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/utils/clock"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/handler"
	"sigs.k8s.io/controller-runtime/pkg/source"

	"provost.dev/provost/controllers/feed"
	"provost.dev/provost/controllers/internal/start"
	"provost.dev/provost/internal/cluster/audit"
)

// Options are what a Recorder needs.
type Options struct {
	// Client reads from the cache, and writes the register of namespaces.
	Client client.Client
	Clock  clock.PassiveClock
	Log    *audit.Log
	// DeletedBy says who deleted the object of a uid, where that is known.
	DeletedBy func(uid string) string
}

// Setup makes a Recorder, and adds to a manager what it needs.
func Setup(s *start.Starter, fanout *feed.Fanout, o Options) (*Recorder, error) {
	live := s.Manager.GetAPIReader()
	r := &register{client: o.Client, live: live, log: o.Log, clock: o.Clock}
	recorder := &Recorder{
		log: o.Log, objects: o.Client, live: live, register: r, deletedBy: o.DeletedBy,
		causes: newCauses(), known: newKnown(),
	}
	fanout.Foretell(recorder.causes.foretold)
	return recorder, follow(s, r)
}

// follow has the register follow namespaces.
func follow(s *start.Starter, r *register) error {
	c, err := s.Controller("AuditRegister", 1, r)
	if err != nil {
		return err
	}
	if err := c.Watch(source.Kind(s.Manager.GetCache(), client.Object(&corev1.Namespace{}), &handler.EnqueueRequestForObject{})); err != nil {
		return err
	}
	// Those that went while nobody looked are in the register alone.
	return c.Watch(s.Opening(func(ctx context.Context, q start.Queue) error {
		namespaces, err := r.all(ctx)
		for _, namespace := range namespaces {
			q.Add(start.Request("", namespace))
		}
		return err
	}))
}
