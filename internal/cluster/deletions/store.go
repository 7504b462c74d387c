package deletions

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"sync"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"provost.dev/provost/internal/engine/directory"
)

// storeName is the ConfigMap on which replicas put their requests for each other, and
// for the next process. requestsKey is the key of what is in it.
const (
	storeName   = "provost-audit-claims"
	requestsKey = "claims"
)

const (
	// mostStored is how many bytes of requests there are at most, and mostTold how many requests stay that the log has.
	mostStored, mostTold = 900 << 10, 256
	// writing is how long a write may take.
	writing = 5 * time.Second
)

// store is that ConfigMap. Those who put something on it at the same time share a
// write. The rights over it are in config/rbac/leader_election_role.yaml.
type store struct {
	client client.Client
	live   client.Reader
	// useless says whether a request is in the log, and whether it is of no use.
	useless func(Request) (told, expired bool)

	mu      sync.Mutex
	waiting []*putting
	busy    bool
	last    *corev1.ConfigMap // as it was read or written last
}

// putting is a request on its way to the store.
type putting struct {
	request Request
	done    chan error
}

// put returns when a request is where other replicas find it.
func (s *store) put(ctx context.Context, c Request) error {
	p := &putting{request: c, done: make(chan error, 1)}
	s.mu.Lock()
	s.waiting = append(s.waiting, p)
	if !s.busy {
		s.busy = true
		go s.drain(context.WithoutCancel(ctx)) // others may come to wait for it
	}
	s.mu.Unlock()
	select {
	case err := <-p.done:
		return err
	case <-ctx.Done():
		return ctx.Err()
	}
}

// drain writes until nothing waits.
func (s *store) drain(ctx context.Context) {
	for {
		s.mu.Lock()
		batch := s.waiting
		s.waiting = nil
		if len(batch) == 0 {
			s.busy = false
			s.mu.Unlock()
			return
		}
		s.mu.Unlock()
		added := make([]Request, 0, len(batch))
		for _, p := range batch {
			added = append(added, p.request)
		}
		err := s.write(ctx, added)
		for _, p := range batch {
			p.done <- err
		}
	}
}

// sweep takes off what is of no use.
func (s *store) sweep(ctx context.Context) error {
	s.mu.Lock()
	if s.busy {
		s.mu.Unlock()
		return nil // what writes sweeps
	}
	s.busy = true
	s.mu.Unlock()
	err := s.write(ctx, nil)
	s.drain(ctx)
	return err
}

// write adds requests to those that are there and still of use. Only one write is under way at a time.
func (s *store) write(ctx context.Context, added []Request) error {
	ctx, cancel := context.WithTimeout(ctx, writing)
	defer cancel()
	for {
		if s.last == nil {
			c, err := s.get(ctx)
			if err != nil {
				return err
			}
			s.last = c
		}
		next := s.last.DeepCopy()
		there := requestsOf(next)
		kept := s.useful(append(there, added...))
		if len(added) == 0 && len(kept) == len(there) {
			return nil
		}
		text, err := json.Marshal(kept)
		if err != nil {
			return err
		}
		if len(text) > mostStored {
			return errors.New("too many deletions are under way")
		}
		next.Data = map[string]string{requestsKey: string(text)}
		if next.ResourceVersion == "" {
			err = s.client.Create(ctx, next)
		} else {
			err = s.client.Update(ctx, next)
		}
		s.last = nil
		switch {
		case err == nil:
			s.last = next
			return nil
		case !apierrors.IsConflict(err) && !apierrors.IsAlreadyExists(err) && !apierrors.IsNotFound(err):
			return err
		case apierrors.IsNotFound(err) && next.ResourceVersion == "": // there is no namespace
			return err
		case ctx.Err() != nil:
			return ctx.Err()
		}
	}
}

// useful are the requests that stay on the store, the newest last.
func (s *store) useful(all []Request) []Request {
	var kept []Request
	n := 0
	for _, c := range slices.Backward(all) {
		told, expired := s.useless(c)
		if told {
			n++
		}
		if !expired && (!told || n <= mostTold) {
			kept = append(kept, c)
		}
	}
	slices.Reverse(kept)
	return kept
}

// read returns what stands on the store now: all that was put there before this was called.
func (s *store) read(ctx context.Context) ([]Request, error) {
	c, err := s.get(ctx)
	if err != nil {
		return nil, err
	}
	return requestsOf(c), nil
}

func (s *store) get(ctx context.Context) (*corev1.ConfigMap, error) {
	c := &corev1.ConfigMap{}
	err := s.live.Get(ctx, types.NamespacedName{Namespace: directory.SystemNamespace, Name: storeName}, c)
	if apierrors.IsNotFound(err) {
		return &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{
			Namespace: directory.SystemNamespace, Name: storeName, Labels: map[string]string{"app.kubernetes.io/part-of": "provost"},
		}}, nil
	}
	return c, err
}

// requestsOf are those in a ConfigMap. What somebody else made of it says nothing.
func requestsOf(c *corev1.ConfigMap) []Request {
	var out []Request
	if json.Unmarshal([]byte(c.Data[requestsKey]), &out) != nil {
		return nil
	}
	return out
}
