package admission

import (
	"context"
	"fmt"
	"reflect"
	"slices"
	"sync"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/resourceversion"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"provost.dev/provost/internal/engine/directory"
	"provost.dev/provost/internal/manifest"
)

// underWay is a change that was allowed and that the engine does not hold yet. The
// API server is about to write it, or something else refused it: nobody tells.
//
// The API server writes an object only as the request found it. So whatever
// happened to the object since then shows that the change has been written, or
// never will be.
type underWay struct {
	request types.UID
	id      directory.ID
	uid     types.UID
	// version is that of the object as the request found it; empty where the request creates it.
	version string
	// goes says that the object is deleted.
	goes bool
	// known says that the cache had the object already.
	known bool
	// change is what it does to the engine. Where another replica allowed it, that is not known.
	change    directory.Change
	elsewhere bool
	// trusted says that the change was allowed to somebody who may do everything.
	trusted bool
	user    string
	// since is when it was allowed.
	since time.Time
	// until is when it is no longer reckoned with, though nobody saw it.
	until time.Time
	// seen is since when the engine holds it; zero until then.
	seen time.Time
}

// mostTrusted is how many changes by those who may do everything are reckoned with.
const mostTrusted = 256

// sequence has changes judged as if each were asked for after the one before had
// been written. It holds what is under way, in the order in which it was allowed.
type sequence struct {
	// all is for whoever judges and allows: one at a time; own for those of one requester who wait for that.
	all, own queues

	mu   sync.Mutex
	list []*underWay
}

// add notes that a change was allowed.
func (q *sequence) add(u *underWay) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.list = append(q.list, u)
	n := 0
	for _, u := range q.list {
		if u.trusted {
			n++
		}
	}
	if n > mostTrusted {
		oldest := slices.IndexFunc(q.list, func(u *underWay) bool { return u.trusted })
		q.list = slices.Delete(q.list, oldest, oldest+1)
	}
}

// open is what is under way still, leaving out what a snapshot holds.
func (o *Options) open(ctx context.Context, q *sequence, s *directory.Snapshot) []*underWay {
	q.mu.Lock()
	defer q.mu.Unlock()
	now := time.Now()
	q.list = slices.DeleteFunc(q.list, func(u *underWay) bool {
		if o.holds(ctx, u, s) {
			u.seen = now
			return true
		}
		if now.Before(u.until) {
			return false
		}
		if !u.trusted && o.written(ctx, u) {
			u.until = now.Add(o.InFlight) // the watch is behind, and brings it
			return false
		}
		return true
	})
	return slices.Clone(q.list)
}

// holds says that the cache has seen what became of a change, and that a snapshot
// says of the object what the cache does.
func (o *Options) holds(ctx context.Context, u *underWay, s *directory.Snapshot) bool {
	held, is := s.Record(u.id)
	object, err := get(ctx, o.Client, u.id)
	switch {
	case apierrors.IsNotFound(err):
		return !is && (u.goes || u.known)
	case err != nil || !u.decided(object):
		return false
	}
	record, err := manifest.FromObject(object)
	return err != nil || record == nil && !is || is && reflect.DeepEqual(held, record)
}

// written asks the API server itself whether a change was written.
func (o *Options) written(ctx context.Context, u *underWay) bool {
	if o.Live == nil {
		return false
	}
	object, err := get(ctx, o.Live, u.id)
	if err != nil {
		return apierrors.IsNotFound(err) && u.goes
	}
	return u.decided(object)
}

// get reads an object, which is not to be written to: it may be the cache's own.
func get(ctx context.Context, c client.Reader, id directory.ID) (manifest.Object, error) {
	o, ok := manifest.New(string(id.Kind))
	if !ok {
		return nil, fmt.Errorf("%s is of no kind that is written", id)
	}
	return o, c.Get(ctx, client.ObjectKey{Namespace: id.Namespace, Name: id.Name}, o.(client.Object), client.UnsafeDisableDeepCopy)
}

// decided says that an object is past the change: as it is, the change has been written or never will be.
func (u *underWay) decided(o manifest.Object) bool {
	switch {
	case u.version == "":
		return o.GetUID() == u.uid
	case o.GetUID() != u.uid:
		return true
	}
	return newer(o.GetResourceVersion(), u.version)
}

// newer says that a version comes after another one of the same kind.
func newer(version, than string) bool {
	order, err := resourceversion.CompareResourceVersion(version, than)
	return err == nil && order > 0
}
