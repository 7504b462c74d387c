package audit

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"strconv"
	"strings"
	"time"
)

// Schema names the form of the records. Fields may be added to it; none changes
// its meaning or goes.
const Schema = "provost.dev/audit/v1"

// Kind says what a record tells of.
type Kind string

// The kinds of record.
const (
	// Access tells that one person's effective permissions at one entity changed.
	Access Kind = "Access"
	// Change tells that an object was changed or deleted.
	Change Kind = "Change"
	// NamespaceGone tells that a namespace was deleted, and everybody's access in it with it.
	NamespaceGone Kind = "NamespaceGone"
)

// Record is one line of the log.
type Record struct {
	// Schema is the constant of that name.
	Schema string `json:"schema"`
	Kind   Kind   `json:"kind"`
	// ID is the same whenever the same record is written again, and no other record's.
	ID string `json:"id"`
	// Time is when the change was found and written to the cluster, or the object was changed, or seen to be gone.
	Time time.Time `json:"time"`

	// Person, Entity (as Kind/name) and Level are those of an Access; Namespace is also that of a NamespaceGone.
	Person    string `json:"person,omitempty"`
	Namespace string `json:"namespace,omitempty"`
	Entity    string `json:"entity,omitempty"`
	Level     string `json:"level,omitempty"`
	// Gained and Lost are the permissions that came and went, and Permissions all that the person
	// has there from now on, each in the order of the catalogue.
	Gained      []string  `json:"gained,omitempty"`
	Lost        []string  `json:"lost,omitempty"`
	Permissions *[]string `json:"permissions,omitempty"`
	// Cause is what brought an Access about.
	Cause *Cause `json:"cause,omitempty"`

	// Operation and Object are those of a Change: CREATE, UPDATE or DELETE, and of what.
	Operation string  `json:"operation,omitempty"`
	Object    *Object `json:"object,omitempty"`

	// Requester is the Kubernetes user who asked for what brought this about, where it is known: of
	// several, the last one. Nobody asks for what the clock brings.
	Requester string `json:"requester,omitempty"`
	// Unattributed says why a deletion has no Requester.
	Unattributed Unattributed `json:"unattributed,omitempty"`
	// Revision is the commit that it came with, where it came from a repository.
	Revision string `json:"revision,omitempty"`
}

// Unattributed says in a word why nobody is named for a deletion.
type Unattributed string

// The reasons.
const (
	// NotAsked: no request for it was seen, as with the garbage collector and the end of a namespace.
	NotAsked Unattributed = "NotAsked"
	// SeveralAsked: several users had asked for it, and which request it was cannot be told.
	SeveralAsked Unattributed = "SeveralAsked"
	// MayBeCollected: somebody had asked for it, and the garbage collector or the end of the namespace may have come first.
	MayBeCollected Unattributed = "MayBeCollected"
	// NotWatched: somebody had asked for it, and it went in a long time in which no manager ran.
	NotWatched Unattributed = "NotWatched"
)

// CauseType says in a word what brought a change of access about.
type CauseType string

// The types of cause.
const (
	// CauseChange: objects were created or changed, and some perhaps deleted.
	CauseChange CauseType = "Change"
	// CauseDeletion: objects were deleted, and nothing else.
	CauseDeletion CauseType = "Deletion"
	// CauseClock: a window opened or closed, and nobody changed anything.
	CauseClock CauseType = "Clock"
	// CauseStart: found when a manager started, or when the log was begun. What changed before that is
	// not known one by one; Objects are what the access rests on now.
	CauseStart CauseType = "Start"
	// CauseUnknown: nothing was seen to change that has to do with it.
	CauseUnknown CauseType = "Unknown"
)

// MaxObjects is how many objects a cause lists.
const MaxObjects = 16

// Cause is what brought a change of access about.
type Cause struct {
	Type CauseType `json:"type"`
	// Objects are those whose change, window or deletion it was, at most MaxObjects, and More how many there are beyond.
	Objects []Object `json:"objects,omitempty"`
	More    int      `json:"more,omitempty"`
}

// Action is what happened to an object.
type Action string

// The actions.
const (
	Changed Action = "Changed"
	Deleted Action = "Deleted"
	Opened  Action = "WindowOpened"
	Closed  Action = "WindowClosed"
	// Found: it was there when a manager started.
	Found Action = "Found"
)

// Object names an object, and says who changed it last, when, and with which commit, as its
// annotations do.
type Object struct {
	Kind      string `json:"kind"`
	Namespace string `json:"namespace,omitempty"`
	Name      string `json:"name"`
	UID       string `json:"uid,omitempty"`

	Action Action `json:"action,omitempty"`
	// At is when the window opened or closed.
	At *time.Time `json:"at,omitempty"`

	ChangedBy       string `json:"changedBy,omitempty"`
	ChangedAt       string `json:"changedAt,omitempty"`
	ChangedRevision string `json:"changedRevision,omitempty"`
	// DeletedBy is who deleted it, where that is known by then; a record of the kind Change says it when the object is gone.
	DeletedBy string `json:"deletedBy,omitempty"`
}

// line is the record as it stands in the log.
func (r *Record) line() ([]byte, error) {
	b, err := json.Marshal(r)
	return append(b, '\n'), err
}

// id makes an id of what sets a record apart.
func id(parts ...string) string {
	sum := sha256.Sum256([]byte(strings.Join(parts, "\x00")))
	return hex.EncodeToString(sum[:16])
}

// NewNamespaceGone is the record of a namespace that was deleted. Another namespace of the name has another uid.
func NewNamespaceGone(namespace, uid string, now time.Time) Record {
	return Record{
		Schema: Schema, Kind: NamespaceGone, ID: id(string(NamespaceGone), namespace, uid), Time: now.UTC(), Namespace: namespace,
		Cause: &Cause{Type: CauseDeletion, Objects: []Object{{Kind: "Namespace", Name: namespace, UID: uid, Action: Deleted}}},
	}
}

// NewChange is the record of a request that created or changed an object, to that generation of it.
func NewChange(operation string, o Object, generation int64, requester, revision string, at time.Time) Record {
	return Record{
		Schema: Schema, Kind: Change, ID: id(string(Change), operation, o.UID, strconv.FormatInt(generation, 10)), Time: at.UTC(),
		Operation: operation, Object: &o, Requester: requester, Revision: revision,
	}
}

// Delete is the operation of a record of the kind Change about an object that is gone.
const Delete = "DELETE"

// NewDeletion is the record of an object that is gone. There is one for each uid.
func NewDeletion(o Object, by Deleter, at time.Time) Record {
	return Record{
		Schema: Schema, Kind: Change, ID: id(string(Change), Delete, o.UID), Time: at.UTC(), Operation: Delete, Object: &o,
		Requester: by.Requester, Revision: by.Revision, Unattributed: by.Unattributed,
	}
}

// Deleter is who deleted an object, or why that is not known.
type Deleter struct {
	Requester, Revision string
	Unattributed        Unattributed
}

// accessID is the id of what became of one entity in one generation of a person's EffectivePermissions.
func accessID(uid string, generation int64, entity string) string {
	return id(string(Access), uid, strconv.FormatInt(generation, 10), entity)
}
