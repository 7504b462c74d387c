package deletions

import (
	"time"

	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/resourceversion"

	"provost.dev/provost/internal/cluster/audit"
)

// Request is that somebody asked for a deletion, and was not refused by us.
type Request struct {
	// Object is what is to be deleted, with its uid.
	Object audit.Object `json:"object"`
	// Version is the resource version of the object as it was when this was asked. Empty says that it
	// is about to be asked, of whatever version there is then.
	Version string `json:"version"`
	// Owned says that the object had owners, by which the garbage collector deletes.
	Owned bool `json:"owned,omitempty"`
	// User is the Kubernetes user name, and Revision the commit that a trusted applier applies.
	User     string    `json:"user"`
	Revision string    `json:"revision,omitempty"`
	At       time.Time `json:"at"`
}

func (c *Request) uid() types.UID { return types.UID(c.Object.UID) }

const (
	// current is for how long a request may be under way: longer than API servers let one be.
	current = 2 * time.Minute
	// mostOfOne is how many requests of one object are kept, and mostRequests how many of all. Beyond that
	// it is known that there were more, and nobody is named.
	mostOfOne, mostRequests = 8, 1500
)

// requests are those of this replica that may still come to pass.
type requests struct {
	of map[types.UID][]Request
	n  int
	// crowded are objects of which not every request is kept.
	crowded map[types.UID]bool
	// full is until when requests of any object may be missing.
	full time.Time
}

func newRequests() requests {
	return requests{of: map[types.UID][]Request{}, crowded: map[types.UID]bool{}}
}

// add keeps a request.
func (c *requests) add(x Request) {
	switch {
	case c.n >= mostRequests:
		c.full = x.At.Add(current)
	case len(c.of[x.uid()]) >= mostOfOne:
		c.crowded[x.uid()] = true
	default:
		c.of[x.uid()] = append(c.of[x.uid()], x)
		c.n++
	}
}

// drop forgets what was asked of an object.
func (c *requests) drop(uid types.UID) {
	c.n -= len(c.of[uid])
	delete(c.of, uid)
	delete(c.crowded, uid)
}

// expire forgets what can no longer come to pass.
func (c *requests) expire(now time.Time, held func(types.UID) bool) {
	for uid, list := range c.of {
		if last := list[len(list)-1]; now.Sub(last.At) > current && !held(uid) {
			c.drop(uid)
		}
	}
}

// missing says that not every request of an object is known.
func (c *requests) missing(uid types.UID, now time.Time) bool {
	return c.crowded[uid] || now.Before(c.full)
}

// reaches says that one version is another one, or a later one.
func reaches(version, other string) bool {
	order, err := resourceversion.CompareResourceVersion(version, other)
	return err == nil && order >= 0
}
