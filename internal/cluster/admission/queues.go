package admission

import (
	"context"
	"sync"
)

// queues hold those who wait for their turn, by what they wait for. The
// zero value is ready.
type queues struct {
	mu sync.Mutex
	by map[string]*queue
}

type queue struct {
	turn chan struct{}
	// in is how many are in the queue, whoever has the turn included.
	in int
}

// take waits for the turn, in the order of coming, or until the context ends. Who
// gets it has to give it back.
func (l *queues) take(ctx context.Context, what string) (release func(), err error) {
	q := l.join(what)
	select {
	case q.turn <- struct{}{}:
		return func() {
			<-q.turn
			l.leave(what, q)
		}, nil
	case <-ctx.Done():
		l.leave(what, q)
		return nil, ctx.Err()
	}
}

func (l *queues) join(what string) *queue {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.by == nil {
		l.by = map[string]*queue{}
	}
	q := l.by[what]
	if q == nil {
		q = &queue{turn: make(chan struct{}, 1)}
		l.by[what] = q
	}
	q.in++
	return q
}

func (l *queues) leave(what string, q *queue) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if q.in--; q.in == 0 {
		delete(l.by, what)
	}
}
