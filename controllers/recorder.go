package controllers

import (
	"context"
	"errors"
	"maps"
	"time"

	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/uuid"
	"sigs.k8s.io/controller-runtime/pkg/client"
	logf "sigs.k8s.io/controller-runtime/pkg/log"

	provostv1 "provost.dev/provost/api/v1alpha1"
	"provost.dev/provost/controllers/feed"
	"provost.dev/provost/internal/cluster/audit"
	"provost.dev/provost/internal/engine/directory"
)

// auditAnnotation is where an EffectivePermissions says what it owes to the
// audit log. It is written together with what it is owed for, and says that
// nothing is owed once that is in the log: a manager that starts finds out what
// the last one could not write any more. One without it is not in the log at all.
const auditAnnotation = "provost.dev/audit"

// settled is how long a debt that is paid may still stand on an object. Until
// then, a manager that starts pays it again, with the same ids; the longer it
// is, the fewer writes it takes to say so in a busy time.
const settled = 10 * time.Second

// recorder writes to the audit log what the access reconciler writes to the
// cluster. All of its methods may be called on nil, which records nothing.
type recorder struct {
	log     *audit.Log
	causes  *causes
	objects client.Reader // the cache
	ledger  *ledger
	known   *standings
	// deletedBy says who deleted the object of a uid, where that is known.
	deletedBy func(uid string) string
}

func newRecorder(log *audit.Log, objects client.Reader, l *ledger, deletedBy func(string) string) *recorder {
	return &recorder{log: log, causes: newCauses(), objects: objects, ledger: l, known: newStandings(), deletedBy: deletedBy}
}

// happened takes in what happened, and on whom it bears.
func (r *recorder) happened(people []types.NamespacedName, steps []*feed.Step) {
	if r != nil {
		r.causes.note(people, steps)
	}
}

// attribute takes over what happened that bears on somebody.
func (r *recorder) attribute(key types.NamespacedName) *attribution {
	if r == nil {
		return nil
	}
	return r.causes.take(key)
}

// standing is what is known of an object; nil where this process has not looked at it.
func (r *recorder) standing(key types.NamespacedName) *standing {
	if r == nil {
		return nil
	}
	return r.known.of(key)
}

// overtaken says that the cache shows an object as it was before this process wrote over it, or after it has gone.
func (r *recorder) overtaken(o *provostv1.EffectivePermissions) bool {
	s := r.standing(client.ObjectKeyFromObject(o))
	return s != nil && s.last.UID == o.UID && (s.gone || s.last.Generation > o.Generation)
}

// deleted is for an object that the manager itself has deleted.
func (r *recorder) deleted(o *provostv1.EffectivePermissions) {
	if r != nil {
		r.known.end(emptied(o))
	}
}

// forget is for an object that has gone and of which everything is in the log.
func (r *recorder) forget(key types.NamespacedName) {
	if r != nil {
		r.known.forget(key)
	}
}

// settle writes to the log what an object owes to it.
func (r *recorder) settle(ctx context.Context, o *provostv1.EffectivePermissions) error {
	if r == nil {
		return nil
	}
	paid := r.known.see(o)
	p, err := audit.ParsePending(o.Annotations[auditAnnotation])
	if err != nil {
		logf.FromContext(ctx).Error(err, "an annotation was altered by hand; what it said is lost", "annotation", auditAnnotation)
		return nil
	}
	if p == nil || paid >= p.Generation {
		return nil
	}
	if err := r.log.Write(p.Records(subjectOf(o), permissionsOf(&o.Status).at)...); err != nil {
		return err
	}
	r.known.pay(o, p.Generation)
	return nil
}

// paidSince says when an object's debt was made that is paid and still stands there; zero where there is none.
func paidSince(o *provostv1.EffectivePermissions) time.Time {
	p, err := audit.ParsePending(o.Annotations[auditAnnotation])
	if err != nil || p == nil {
		return time.Time{}
	}
	return p.Time
}

// unrecorded says that nothing of an object is in the log, since none was written when it was.
func (r *recorder) unrecorded(o *provostv1.EffectivePermissions) bool {
	return r != nil && o.Annotations[auditAnnotation] == ""
}

// annotate are an object's annotations with what it owes, or without where there is no log. What is too
// long for an annotation goes to the log at once: it may then be there twice, with different ids.
func (r *recorder) annotate(ctx context.Context, annotations map[string]string, p *audit.Pending, s audit.Subject, after permissions) (map[string]string, error) {
	out := maps.Clone(annotations)
	if r == nil {
		delete(out, auditAnnotation)
		return out, nil
	}
	if err := r.ledger.enter(ctx, s.Namespace); err != nil {
		return nil, err
	}
	text, err := p.Text()
	if errors.Is(err, audit.ErrTooLong) {
		s.UID = string(uuid.NewUUID())
		if err := r.log.Write(p.Records(s, after.at)...); err != nil {
			return nil, err
		}
		text, err = audit.Recorded(), nil
	}
	if err != nil {
		return nil, err
	}
	if out == nil {
		out = map[string]string{}
	}
	out[auditAnnotation] = text
	return out, nil
}

func subjectOf(o *provostv1.EffectivePermissions) audit.Subject {
	return audit.Subject{UID: string(o.UID), Person: o.Name, Namespace: o.Namespace}
}

// findings asks the cache for what somebody's access at an entity rests on, for a change that happened
// while no manager ran.
func (r *recorder) findings(ctx context.Context, q question) []audit.Object {
	x := q.now.Explain(q.person, q.entity, q.at)
	ids := map[directory.ID]struct{}{}
	for _, g := range x.Grants {
		if g.State == directory.GrantInForce {
			ids[g.Source] = struct{}{}
			for _, k := range g.Path.Groups {
				ids[directory.ID{Kind: directory.KindGroup, Namespace: k.Namespace, Name: k.Name}] = struct{}{}
			}
		}
	}
	for _, list := range [2][]directory.Applied{x.Overrides, x.Denies} {
		for _, a := range list {
			ids[a.Source] = struct{}{}
		}
	}
	var out []audit.Object
	for id := range ids {
		o := feed.NewObject(id.Kind)
		if o == nil || r.objects.Get(ctx, types.NamespacedName{Namespace: id.Namespace, Name: id.Name}, o, client.UnsafeDisableDeepCopy) != nil {
			continue // it has gone again meanwhile
		}
		out = append(out, feed.Trailed(id, o, audit.Found))
	}
	return out
}
