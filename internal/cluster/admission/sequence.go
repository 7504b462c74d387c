package admission

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"time"

	admissionv1 "k8s.io/api/admission/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"sigs.k8s.io/controller-runtime/pkg/webhook/admission"

	"provost.dev/provost/internal/engine/directory"
)

const (
	// mostOpen is how many changes by those who are not trusted may be under way when another one is
	// judged: with and without each of them. More would take longer to judge than to arrive.
	mostOpen = 2
	// mostOwn is how many of them may be the requester's own, so that nobody holds all others up.
	mostOwn = 1
	// overdue is after how long what is under way has probably been refused by something else. Of one
	// requester, all that is overdue counts as one change from then on.
	overdue = 3 * time.Second
	// beat is how long what is under way is waited for before it is looked at again.
	beat = 50 * time.Millisecond
)

// errCrowded says that too much is under way. Tools try again.
var errCrowded = errors.New("changes that were allowed a moment ago have not arrived here: try again in a moment")

// inTurn judges a change once more, one at a time, and on top of what was allowed
// and has not been seen. Judged are the states in which it has been found to be
// allowed already. If it is allowed here too, it is under way from now on.
//
// Of what is under way, anything may come to be written or not. The change has to
// be in order in every case: with and without each. So whatever is written in the
// end, it is as if the changes had been asked for one after the other, in the order
// in which they were allowed.
func (h *changes) inTurn(ctx context.Context, r *request, judged []*directory.Snapshot) ([]string, error) {
	ctx, cancel := context.WithTimeout(ctx, h.Wait)
	defer cancel()
	for {
		s := h.newest()
		missing, sure, err := h.oneTurn(ctx, r, judged)
		switch {
		case err != nil, sure:
			return missing, err
		case !h.news(ctx, s):
			return append(missing, "that is so while a change that was allowed a moment ago has not arrived: try again in a moment"), nil
		}
	}
}

// oneTurn judges once. What is missing is so for sure unless that hangs on what is under way.
func (h *changes) oneTurn(ctx context.Context, r *request, judged []*directory.Snapshot) (missing []string, sure bool, err error) {
	if !r.tries() {
		leave, err := h.enter(ctx, r)
		if err != nil {
			return nil, true, err
		}
		defer leave()
	}
	for {
		s := h.newest()
		open := h.open(ctx, h.sequence, s)
		if crowded(open, r) {
			if !h.news(ctx, s) {
				return nil, true, errCrowded
			}
			continue
		}
		if given := h.views(r); len(open) > 0 || !slices.Equal(judged, given) {
			v, sure, err := h.verdict(ctx, r, given, open)
			if err != nil || !v.Allowed {
				return v.Missing, sure, err
			}
		}
		if r.tries() {
			return nil, true, nil
		}
		if err := h.exists(ctx, r); err != nil {
			return nil, true, err
		}
		if noted, err := h.note(ctx, r, false); noted || err != nil {
			return nil, true, err
		}
	}
}

// enter waits until it is the request's turn: behind the requester's own earlier
// ones first, so that nobody waits for those. Who may enter has to leave.
func (h *changes) enter(ctx context.Context, r *request) (leave func(), err error) {
	next, err := h.sequence.own.take(ctx, r.UserInfo.Username)
	if err != nil {
		return nil, errCrowded
	}
	for {
		s := h.newest()
		if own(h.open(ctx, h.sequence, s), r) <= mostOwn {
			break
		}
		if !h.news(ctx, s) {
			next()
			return nil, errCrowded
		}
	}
	release, err := h.sequence.all.take(ctx, "")
	if err != nil {
		next()
		return nil, errCrowded
	}
	leave = func() {
		release()
		next()
	}
	if h.replicas != nil && h.replicas.register == nil {
		if err := h.replicas.read(ctx, &h.Options, h.sequence); err != nil {
			leave()
			return nil, err
		}
	}
	return leave, nil
}

// tries says that nothing is to be written.
func (r *request) tries() bool { return r.DryRun != nil && *r.DryRun }

// parcels are what of the changes under way may be written or not, each by
// itself. A request that changes the same object itself knows what became of that.
// What those who may do everything do is reckoned with as a whole.
func parcels(open []*underWay, r *request) (untrusted [][]*underWay, trusted []*underWay) {
	late := map[string]int{}
	for _, u := range open {
		switch {
		case u.elsewhere || u.id == r.id:
		case u.trusted:
			trusted = append(trusted, u)
		case time.Since(u.since) < overdue:
			untrusted = append(untrusted, []*underWay{u})
		default:
			i, ok := late[u.user]
			if !ok {
				i = len(untrusted)
				late[u.user], untrusted = i, append(untrusted, nil)
			}
			untrusted[i] = append(untrusted[i], u)
		}
	}
	return untrusted, trusted
}

// crowded says that there is too much under way for a request to be judged: it would
// have to be in order in too many states, or another replica knows what would come of it.
func crowded(open []*underWay, r *request) bool {
	if !r.tries() && slices.ContainsFunc(open, func(u *underWay) bool { return u.elsewhere }) {
		return true
	}
	untrusted, _ := parcels(open, r)
	return len(untrusted) > mostOpen
}

// own is how much of what is under way is the requester's.
func own(open []*underWay, r *request) int {
	n := 0
	untrusted, _ := parcels(open, r)
	for _, p := range untrusted {
		if p[0].user == r.UserInfo.Username {
			n++
		}
	}
	return n
}

// states are what there would be with some of the changes under way.
func states(s *directory.Snapshot, open []*underWay, r *request) []*directory.Snapshot {
	all, trusted := parcels(open, r)
	if len(trusted) > 0 {
		all = append(all, trusted)
	}
	var out []*directory.Snapshot
	for some := 1; some < 1<<len(all); some++ {
		written := map[*underWay]bool{}
		for i, parcel := range all {
			for _, u := range parcel {
				written[u] = some>>i&1 == 1
			}
		}
		var changes []directory.Change
		for _, u := range open { // in the order in which they were allowed
			if written[u] {
				changes = append(changes, u.change)
			}
		}
		after, _ := s.With(changes...)
		out = append(out, after)
	}
	return out
}

// note has an allowed change be under way. It is false where another replica has
// allowed something meanwhile.
func (h *changes) note(ctx context.Context, r *request, trusted bool) (bool, error) {
	u := &underWay{
		request: r.UID, id: r.id, goes: r.after == nil, trusted: trusted, user: r.UserInfo.Username,
		since: time.Now(), until: time.Now().Add(h.InFlight),
	}
	if r.before != nil {
		u.uid, u.version = r.before.GetUID(), r.before.GetResourceVersion()
	} else {
		u.uid = r.after.GetUID()
	}
	if r.is != nil {
		u.change = directory.Upsert(r.is)
	} else {
		u.change = directory.Delete(r.id)
	}
	_, err := get(ctx, h.Client, u.id)
	u.known = err == nil
	if h.replicas != nil && !trusted {
		if ok, err := h.replicas.publish(ctx, &h.Options, h.sequence, u); !ok || err != nil {
			return false, err
		}
	}
	h.sequence.add(u)
	return true, nil
}

// exists answers a creation of what there is already as the API server would: one that was
// allowed and cannot be written would be waited for.
func (h *changes) exists(ctx context.Context, r *request) error {
	if r.before != nil || h.Live == nil {
		return nil
	}
	if _, err := get(ctx, h.Client, r.id); err == nil {
		if o, err := get(ctx, h.Live, r.id); err == nil && o.GetUID() != r.after.GetUID() {
			return apierrors.NewAlreadyExists(schema.GroupResource{Group: r.Resource.Group, Resource: r.Resource.Resource}, r.id.Name)
		}
	}
	return nil
}

// news waits for the engine to take something in, or for as long as a beat takes.
// It is false when the context ended first.
func (h *changes) news(ctx context.Context, s *directory.Snapshot) bool {
	tick := time.NewTicker(2 * time.Millisecond)
	defer tick.Stop()
	for again := time.Now().Add(beat); h.newest() == s && time.Now().Before(again); {
		select {
		case <-ctx.Done():
			return false
		case <-tick.C:
		}
	}
	return ctx.Err() == nil
}

// failed is the answer where nobody can say whether a request is allowed, in a way that tools try again.
func failed(err error) admission.Response {
	status := apierrors.APIStatus(nil)
	switch {
	case errors.Is(err, errCrowded):
		return admission.Response{AdmissionResponse: admissionv1.AdmissionResponse{Result: &metav1.Status{
			Status: metav1.StatusFailure, Code: http.StatusServiceUnavailable, Reason: metav1.StatusReasonServiceUnavailable, Message: err.Error(),
		}}}
	case apierrors.IsAlreadyExists(err) && errors.As(err, &status):
		result := status.Status()
		return admission.Response{AdmissionResponse: admissionv1.AdmissionResponse{Result: &result}}
	}
	return admission.Errored(http.StatusInternalServerError, err)
}
