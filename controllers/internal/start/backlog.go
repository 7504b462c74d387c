package start

import (
	"context"
	"sync"

	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"

	"provost.dev/provost/controllers/internal/apiserver"
)

// Backlog is what controllers have still to do: what is in their queues, what they are at, and what failed or has to wait
// for the cache. What is to be looked at again some time later is none of it.
type Backlog struct {
	mu     sync.Mutex
	queues []Queue
	active int
	again  map[undone]struct{}
}

// undone is a request of a controller that is to be made again at once.
type undone struct {
	controller string
	request    ctrl.Request
}

// Len is how many objects wait to be looked at, or are being looked at.
func (b *Backlog) Len() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	n := b.active + len(b.again)
	for _, q := range b.queues {
		n += q.Len()
	}
	return n
}

func (b *Backlog) add(q Queue) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.queues = append(b.queues, q)
}

// counted counts what a controller's reconciler is at.
func (b *Backlog) counted(controller string, r reconcile.Reconciler) reconcile.Reconciler {
	return reconcile.Func(func(ctx context.Context, req ctrl.Request) (ctrl.Result, error) {
		b.begin(undone{controller, req})
		result, err := r.Reconcile(ctx, req)
		b.end(undone{controller, req}, err != nil || result.RequeueAfter > 0 && result.RequeueAfter <= apiserver.Behind)
		return result, err
	})
}

func (b *Backlog) begin(u undone) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.active++
	delete(b.again, u)
}

func (b *Backlog) end(u undone, again bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.active--
	if !again {
		return
	}
	if b.again == nil {
		b.again = map[undone]struct{}{}
	}
	b.again[u] = struct{}{}
}
