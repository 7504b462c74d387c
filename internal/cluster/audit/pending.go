package audit

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"
)

// Pending is what is owed to the log for one write of a person's
// EffectivePermissions. It is kept on the object itself until its records are in
// the log, and what the object says of an entity completes them.
type Pending struct {
	// Generation is that of the object, once written.
	Generation int64     `json:"generation"`
	Time       time.Time `json:"time"`
	Changes    []Delta   `json:"changes,omitempty"`
	// Causes are those that the changes refer to.
	Causes []Cause `json:"causes,omitempty"`
}

// Delta is the same change at a number of entities.
type Delta struct {
	Entities []string `json:"entities"`
	Gained   []string `json:"gained,omitempty"`
	Lost     []string `json:"lost,omitempty"`
	// Cause is the index of the cause.
	Cause int `json:"cause"`
}

// Subject is whose EffectivePermissions it is: the object's uid, the person, and the namespace.
type Subject struct {
	UID, Person, Namespace string
}

// Records makes the records. The same Pending of the same object makes the same ones each time.
func (p *Pending) Records(s Subject, permissions func(entity string) []string) []Record {
	var out []Record
	for _, d := range p.Changes {
		cause := &Cause{Type: CauseUnknown}
		if d.Cause >= 0 && d.Cause < len(p.Causes) {
			cause = &p.Causes[d.Cause]
		}
		requester, revision := cause.author()
		for _, entity := range d.Entities {
			level, _, _ := strings.Cut(entity, "/")
			now := append([]string{}, permissions(entity)...)
			out = append(out, Record{
				Schema: Schema, Kind: Access, ID: accessID(s.UID, p.Generation, entity), Time: p.Time.UTC(),
				Person: s.Person, Namespace: s.Namespace, Entity: entity, Level: level,
				Gained: d.Gained, Lost: d.Lost, Permissions: &now, Cause: cause,
				Requester: requester, Revision: revision,
			})
		}
	}
	return out
}

// author is who asked for it last, and the commit that it came with. Where it is deletions
// alone, that is who asked for each of them.
func (c *Cause) author() (requester, revision string) {
	latest, deleted := "", false
	for i := range c.Objects {
		switch o := &c.Objects[i]; {
		case o.Action == Deleted && latest == "" && !deleted:
			requester, deleted = o.DeletedBy, true
		case o.Action == Deleted && latest == "" && o.DeletedBy != requester:
			requester = "" // one of them did not do all of it
		case o.Action == Changed && o.ChangedBy != "" && o.ChangedAt >= latest:
			latest, requester, revision = o.ChangedAt, o.ChangedBy, o.ChangedRevision
		}
	}
	return requester, revision
}

// recorded is what stands on an object that owes nothing.
const recorded = "recorded"

// Recorded is the text for an object whose content is in the log.
func Recorded() string { return recorded }

// zipped precedes what is packed because it is long.
const zipped = "gzip:"

// How long the text may become before it is packed, and at all: all annotations
// of an object together may have 256 KiB.
const (
	packAbove = 4 << 10
	maxText   = 200 << 10
)

// ErrTooLong says that there is more than an annotation can hold.
var ErrTooLong = errors.New("the change is longer than an annotation may be")

// Text writes what is owed as an annotation.
func (p *Pending) Text() (string, error) {
	if len(p.Changes) == 0 {
		return recorded, nil
	}
	plain, err := json.Marshal(p)
	if err != nil {
		return "", err
	}
	if len(plain) <= packAbove {
		return string(plain), nil
	}
	var packed bytes.Buffer
	w := gzip.NewWriter(&packed)
	if _, err := w.Write(plain); err != nil {
		return "", err
	}
	if err := w.Close(); err != nil {
		return "", err
	}
	text := zipped + base64.StdEncoding.EncodeToString(packed.Bytes())
	if len(text) > maxText {
		return "", ErrTooLong
	}
	return text, nil
}

// ParsePending reads an annotation. It is nil where nothing is owed.
func ParsePending(text string) (*Pending, error) {
	if text == "" || text == recorded {
		return nil, nil
	}
	plain := []byte(text)
	if packed, ok := strings.CutPrefix(text, zipped); ok {
		r, err := gzip.NewReader(base64.NewDecoder(base64.StdEncoding, strings.NewReader(packed)))
		if err != nil {
			return nil, fmt.Errorf("what is owed to the audit log cannot be read: %w", err)
		}
		if plain, err = io.ReadAll(io.LimitReader(r, 64<<20)); err != nil {
			return nil, fmt.Errorf("what is owed to the audit log cannot be read: %w", err)
		}
	}
	p := &Pending{}
	if err := json.Unmarshal(plain, p); err != nil {
		return nil, fmt.Errorf("what is owed to the audit log cannot be read: %w", err)
	}
	return p, nil
}
