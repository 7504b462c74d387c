package controllers

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"k8s.io/apimachinery/pkg/types"

	provostv1 "provost.dev/provost/api/v1alpha1"
	"provost.dev/provost/controllers/feed"
	"provost.dev/provost/internal/cluster/audit"
	"provost.dev/provost/internal/engine/catalogue"
	"provost.dev/provost/internal/engine/directory"
)

// permissions are what somebody may do at each entity (Kind/name) of a namespace.
type permissions map[string][]string

func permissionsOf(s *provostv1.EffectivePermissionsStatus) permissions {
	out := permissions{}
	for i := range s.Access {
		if len(s.Access[i].Permissions) == 0 {
			continue
		}
		for _, entity := range s.Access[i].Entities {
			out[entity] = s.Access[i].Permissions
		}
	}
	return out
}

func (p permissions) at(entity string) []string { return p[entity] }

// lookAt is one look at somebody's access in a namespace.
type lookAt struct {
	key types.NamespacedName
	now time.Time
	// state is what the engine says of it.
	feed.Instant
	*attribution
	// turn is its place among what is lost and gained by a change, and permit what may be written of the state; nil for all of it.
	turn   *turn
	permit holdings
	// behind says that the cache does not show the object as it is.
	behind bool
	// first says that this process has not looked at it before.
	first bool
	// unsure says that the log may know more than this process of what was there before.
	unsure bool
}

// done says that what happened is in the status, or led to nothing. Where a part is written only, it is the cause of the rest too.
func (l lookAt) done() {
	if l.permit == nil {
		l.attribution.done()
	}
}

// mostFindings is at how many entities a change that happened while no manager ran is looked into.
const mostFindings = 200

// pending says what a write owes to the log, with what brought each change about.
func (r *recorder) pending(ctx context.Context, l lookAt, before, after permissions, generation int64) *audit.Pending {
	p := &audit.Pending{Generation: generation, Time: l.now}
	if r == nil {
		return p
	}
	type shape struct{ gained, lost, cause string }
	deltas, indexes := map[shape]int{}, map[string]int{}
	entities := changed(before, after, l.unsure)
	for _, entity := range entities {
		gained, lost := without(after[entity], before[entity]), without(before[entity], after[entity])
		cause := r.cause(ctx, l, entity, len(entities) <= mostFindings)
		text, _ := json.Marshal(cause) // of strings and times, which cannot fail
		i, ok := indexes[string(text)]
		if !ok {
			i = len(p.Causes)
			indexes[string(text)] = i
			p.Causes = append(p.Causes, cause)
		}
		s := shape{strings.Join(gained, ","), strings.Join(lost, ","), string(text)}
		d, ok := deltas[s]
		if !ok {
			d = len(p.Changes)
			deltas[s] = d
			p.Changes = append(p.Changes, audit.Delta{Gained: gained, Lost: lost, Cause: i})
		}
		p.Changes[d].Entities = append(p.Changes[d].Entities, entity)
	}
	return p
}

// cause says what brought the change at an entity about.
func (r *recorder) cause(ctx context.Context, l lookAt, entity string, look bool) audit.Cause {
	kind, name, _ := strings.Cut(entity, "/")
	level, _ := catalogue.ParseLevel(kind)
	q := question{l.Snapshot, l.At, l.key.Name, directory.EntityKey{Level: level, Namespace: l.key.Namespace, Name: name}, l.first}
	c := l.cause(q)
	if c.Type == audit.CauseUnknown && l.first {
		c.Type = audit.CauseStart
		if look {
			c = causeOf(r.findings(ctx, q))
			c.Type = audit.CauseStart
		}
	}
	for i := range c.Objects {
		if o := &c.Objects[i]; o.Action == audit.Deleted {
			o.DeletedBy = r.deletedBy(o.UID)
		}
	}
	return c
}

// changed are the entities at which two answers differ, or all of both, sorted.
func changed(before, after permissions, all bool) []string {
	var out []string
	for entity := range before {
		if all || !slices.Equal(before[entity], after[entity]) {
			out = append(out, entity)
		}
	}
	for entity := range after {
		if _, known := before[entity]; !known {
			out = append(out, entity)
		}
	}
	slices.Sort(out)
	return out
}

// without are those of a list that another one does not have.
func without(list, other []string) []string {
	var out []string
	for _, x := range list {
		if !slices.Contains(other, x) {
			out = append(out, x)
		}
	}
	return out
}
