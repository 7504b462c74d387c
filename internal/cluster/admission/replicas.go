package admission

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/uuid"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"provost.dev/provost/internal/engine/directory"
)

// RegisterName is the name of the ConfigMap, in the system namespace, in which the
// replicas note what they allowed.
const RegisterName = "provost-admission"

// underWayKey is where in it that is.
const underWayKey = "underWay"

// registerFor is for how long a change is kept in the register after it was seen: every replica has seen it then.
const registerFor = 2 * time.Second

// replicas has several managers judge as if they were one. Before one of them
// allows a change it writes it into a register that they share, and only if nobody
// else has written there since it read it. So each knows of all that was allowed
// before, and judges when it has seen what became of it.
type replicas struct {
	client client.Client
	live   client.Reader
	self   string
	// register is what this replica knows of the register: nil before it has read it.
	register *corev1.ConfigMap
	// entries is what stands there, and noted what is known of each.
	entries []entry
	noted   map[types.UID]*underWay
}

func newReplicas(c client.Client, live client.Reader) *replicas {
	return &replicas{client: c, live: live, self: string(uuid.NewUUID()), noted: map[types.UID]*underWay{}}
}

// entry is a change as it stands in the register.
type entry struct {
	Request   types.UID      `json:"request"`
	Replica   string         `json:"replica"`
	Kind      directory.Kind `json:"kind"`
	Namespace string         `json:"namespace,omitempty"`
	Name      string         `json:"name"`
	UID       types.UID      `json:"uid"`
	Version   string         `json:"version,omitempty"`
	Goes      bool           `json:"goes,omitempty"`
	// Seen says that the replica has seen what became of it.
	Seen bool `json:"seen,omitempty"`
}

// read reads the register again and notes what others have allowed.
func (p *replicas) read(ctx context.Context, o *Options, q *sequence) error {
	m := &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Namespace: directory.SystemNamespace, Name: RegisterName}}
	err := p.live.Get(ctx, client.ObjectKeyFromObject(m), m)
	if apierrors.IsNotFound(err) {
		if err = p.client.Create(ctx, m); apierrors.IsAlreadyExists(err) {
			err = p.live.Get(ctx, client.ObjectKeyFromObject(m), m)
		}
	}
	if err != nil {
		return fmt.Errorf("reading what other replicas have allowed: %w", err)
	}
	p.register, p.entries = m, nil
	if text := m.Data[underWayKey]; text != "" {
		if err := json.Unmarshal([]byte(text), &p.entries); err != nil {
			p.entries = nil // somebody wrote into it: it says nothing, and what is allowed next replaces it
		}
	}
	newest := newestOf(p.entries)
	for _, e := range p.entries {
		if p.noted[e.Request] != nil {
			continue
		}
		u := e.underWay(time.Now().Add(o.InFlight))
		if e.Seen {
			u.until = time.Now().Add(registerFor)
		}
		_, err := get(ctx, o.Client, u.id)
		u.known = err == nil
		p.noted[e.Request] = u
		if newest[e.UID] == e.Request {
			q.add(u)
		}
	}
	return nil
}

// newestOf are the changes, by object, that tell whether those before them were
// written: these found the object as it was earlier, or as it was when they did.
func newestOf(entries []entry) map[types.UID]types.UID {
	out, version := map[types.UID]types.UID{}, map[types.UID]string{}
	for _, e := range entries {
		if v, ok := version[e.UID]; ok && v != "" && newer(v, e.Version) {
			continue
		}
		out[e.UID], version[e.UID] = e.Request, e.Version
	}
	return out
}

func (e entry) underWay(until time.Time) *underWay {
	return &underWay{
		request: e.Request, id: directory.ID{Kind: e.Kind, Namespace: e.Namespace, Name: e.Name}, uid: e.UID,
		version: e.Version, goes: e.Goes, elsewhere: true, until: until,
	}
}

// publish writes a change into the register. It is false where others have
// written there meanwhile, and has read that then.
func (p *replicas) publish(ctx context.Context, o *Options, q *sequence, u *underWay) (bool, error) {
	m := p.register.DeepCopy()
	var entries []entry
	now := time.Now()
	kept := map[types.UID]*underWay{u.request: u}
	q.mu.Lock()
	for _, e := range p.entries {
		switch n := p.noted[e.Request]; {
		case !n.seen.IsZero() && now.Sub(n.seen) >= registerFor:
		case n.seen.IsZero() && now.After(n.until.Add(registerFor)):
		default:
			e.Seen = e.Seen || !n.seen.IsZero()
			entries, kept[e.Request] = append(entries, e), n
		}
	}
	q.mu.Unlock()
	entries = append(entries, entry{
		Request: u.request, Replica: p.self, Kind: u.id.Kind, Namespace: u.id.Namespace, Name: u.id.Name,
		UID: u.uid, Version: u.version, Goes: u.goes,
	})
	text, err := json.Marshal(entries)
	if err != nil {
		return false, err
	}
	m.Data = map[string]string{underWayKey: string(text)}
	err = p.client.Update(ctx, m)
	switch {
	case err == nil:
		p.register, p.entries, p.noted = m, entries, kept
		return true, nil
	case apierrors.IsConflict(err) || apierrors.IsNotFound(err):
		return false, p.read(ctx, o, q)
	}
	p.register = nil // it may have been written all the same
	return false, fmt.Errorf("telling other replicas what is allowed: %w", err)
}
