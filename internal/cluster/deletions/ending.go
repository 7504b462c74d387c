package deletions

import (
	"time"

	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"provost.dev/provost/internal/cluster/audit"
	"provost.dev/provost/internal/engine/directory"
)

// ending is the end of an object, as the watch tells of it.
type ending struct {
	object audit.Object
	// version is the last one before somebody deleted the object. It is only the least that it can have
	// been where the watch was interrupted, and empty where the object was being deleted when it began.
	version string
	atLeast bool
	// owned says that the object had owners, so that the garbage collector may delete it.
	owned bool
	// unwatched says that it went in so long a time without a manager that more may have happened than is known.
	unwatched bool
	// begun is when it was seen to be being deleted, and gone when it was not seen any more.
	begun, gone time.Time

	// decided says that by is known.
	decided bool
	by      audit.Deleter
	at      time.Time
	// told says that the log has it.
	told bool
}

// begin is that an object is being deleted, or is gone.
func begin(id directory.ID, o client.Object, version string, now time.Time) *ending {
	return &ending{
		object:  audit.Object{Kind: string(id.Kind), Namespace: id.Namespace, Name: id.Name, UID: string(o.GetUID())},
		version: version, owned: len(o.GetOwnerReferences()) > 0, begun: now,
	}
}

func (e *ending) uid() types.UID { return types.UID(e.object.UID) }

// record is what the log is told.
func (e *ending) record() audit.Record { return audit.NewDeletion(e.object, e.by, e.at) }

// matches says whether a request can have come to pass by this.
func (e *ending) matches(c Request) bool {
	switch {
	case c.uid() != e.uid():
		return false
	case e.version == "" || c.Version == "":
		return true
	case e.atLeast:
		return reaches(c.Version, e.version)
	default:
		return c.Version == e.version
	}
}

// decide says who it was. The requests are all that are known of the object, and
// missing says that there were more; collected says that something may have deleted
// it that nobody is asked about.
func (e *ending) decide(all []Request, missing, collected bool) {
	var last *Request
	several, revisions := missing, false
	for i := range all {
		c := &all[i]
		if !e.matches(*c) {
			continue
		}
		if last != nil {
			several = several || c.User != last.User
			revisions = revisions || c.Revision != last.Revision
		}
		if last == nil || c.At.After(last.At) {
			last = c
		}
	}
	e.decided, e.at = true, e.gone
	if e.at.IsZero() {
		e.at = e.begun
	}
	switch {
	case several:
		e.by = audit.Deleter{Unattributed: audit.SeveralAsked}
	case last == nil:
		e.by = audit.Deleter{Unattributed: audit.NotAsked}
	case e.unwatched:
		e.by = audit.Deleter{Unattributed: audit.NotWatched}
	case collected:
		e.by = audit.Deleter{Unattributed: audit.MayBeCollected}
	default:
		e.by, e.at = audit.Deleter{Requester: last.User, Revision: last.Revision}, last.At
		if revisions {
			e.by.Revision = ""
		}
	}
}
