package recorder

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/api/equality"
	"k8s.io/apimachinery/pkg/util/uuid"

	provostv1 "provost.dev/provost/api/v1alpha1"
	"provost.dev/provost/controllers/access"
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

// mostStart is at how many entities a change that happened while no manager ran is looked into.
const mostStart = 200

// Owe implements access.Account.
func (a *account) Owe(ctx context.Context, state feed.Instant, current, next *provostv1.EffectivePermissions) (bool, error) {
	before, generation := a.before, int64(1)
	if current != nil {
		before, generation = permissionsOf(&current.Status), current.Generation
		if !equality.Semantic.DeepEqual(current.Status, next.Status) {
			generation++
		}
		if unrecorded(current) {
			before = nil
		}
	}
	owed := a.owed(ctx, state, before, permissionsOf(&next.Status), generation)
	return len(owed.Changes) > 0, a.r.annotate(ctx, next, owed)
}

// owed is what a write owes to the log, with what brought each change about.
func (a *account) owed(ctx context.Context, state feed.Instant, before, after permissions, generation int64) *audit.Pending {
	p := &audit.Pending{Generation: generation, Time: a.now}
	type shape struct{ gained, lost, cause string }
	deltas, indexes := map[shape]int{}, map[string]int{}
	entities := changed(before, after, a.unsure)
	for _, entity := range entities {
		gained, lost := without(after[entity], before[entity]), without(before[entity], after[entity])
		cause := a.causeAt(ctx, state, entity, len(entities) <= mostStart)
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

// causeAt says what brought the change at an entity about.
func (a *account) causeAt(ctx context.Context, state feed.Instant, entity string, few bool) audit.Cause {
	kind, name, _ := strings.Cut(entity, "/")
	level, _ := catalogue.ParseLevel(kind)
	q := question{state.Snapshot, state.At, a.key.Name, directory.EntityKey{Level: level, Namespace: a.key.Namespace, Name: name}, a.first}
	c := a.cause(q)
	if c.Type == audit.CauseUnknown && a.first {
		c.Type = audit.CauseStart
		if few {
			c = causeOf(a.r.restsOn(ctx, q))
			c.Type = audit.CauseStart
		}
	}
	for i := range c.Objects {
		if o := &c.Objects[i]; o.Action == audit.Deleted {
			o.DeletedBy = a.r.deletedBy(o.UID)
		}
	}
	return c
}

// annotate has an object say what it owes. What is too long for an annotation goes to
// the log at once: it may then be there twice, with different ids.
func (r *Recorder) annotate(ctx context.Context, o *provostv1.EffectivePermissions, p *audit.Pending) error {
	if err := r.register.enter(ctx, o.Namespace); err != nil {
		return err
	}
	text, err := p.Text()
	if errors.Is(err, audit.ErrTooLong) {
		s := subjectOf(o)
		s.UID = string(uuid.NewUUID())
		if err := r.log.Write(p.Records(s, permissionsOf(&o.Status).at)...); err != nil {
			return err
		}
		text, err = audit.Recorded(), nil
	}
	if err != nil {
		return err
	}
	if o.Annotations == nil {
		o.Annotations = map[string]string{}
	}
	o.Annotations[access.AuditAnnotation] = text
	return nil
}

// unrecorded says that nothing of an object is in the log, since none was written when it was.
func unrecorded(o *provostv1.EffectivePermissions) bool {
	return o.Annotations[access.AuditAnnotation] == ""
}

func subjectOf(o *provostv1.EffectivePermissions) audit.Subject {
	return audit.Subject{UID: string(o.UID), Person: o.Name, Namespace: o.Namespace}
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
	return slices.DeleteFunc(slices.Clone(list), func(x string) bool { return slices.Contains(other, x) })
}
