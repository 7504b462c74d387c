package recorder

import (
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	provostv1 "provost.dev/provost/api/v1alpha1"
)

// generation is an EffectivePermissions of that uid, which says so many things.
func generation(uid types.UID, n int64, access int) *provostv1.EffectivePermissions {
	return &provostv1.EffectivePermissions{
		ObjectMeta: metav1.ObjectMeta{Namespace: "acme", Name: "ann", UID: uid, Generation: n},
		Status:     provostv1.EffectivePermissionsStatus{Access: make([]provostv1.Access, access)},
	}
}

// What comes of what is seen, written, deleted and told of one object, in any
// order in which a cache, an API server and a log may have it.
func TestLastSeen(t *testing.T) {
	type does = func(*known)
	see := func(uid types.UID, n int64, access int) does {
		return func(k *known) { k.see(generation(uid, n, access)) }
	}
	end := func(uid types.UID, n int64, access int) does {
		return func(k *known) { k.end(generation(uid, n, access)) }
	}
	pay := func(uid types.UID, n int64) does {
		return func(k *known) { k.pay(generation(uid, n, 0), n) }
	}
	forget := func(k *known) { k.forget(types.NamespacedName{Namespace: "acme", Name: "ann"}) }
	for _, c := range []struct {
		name string
		do   []does
		want *lastSeen // last of a generation with as many things said
	}{
		{"nobody looked", nil, nil},
		{"one nobody looked at has gone", []does{end("a", 3, 1)}, nil},
		{"the cache lags behind a write", []does{see("a", 1, 1), see("a", 2, 2), pay("a", 2), see("a", 1, 1)},
			&lastSeen{last: generation("a", 2, 2), paid: 2}},
		{"the cache lags behind what was paid", []does{see("a", 2, 2), pay("a", 2), pay("a", 1)},
			&lastSeen{last: generation("a", 2, 2), paid: 2}},
		{"somebody else wrote and deleted", []does{see("a", 1, 1), end("a", 3, 0)}, &lastSeen{last: generation("a", 3, 0), gone: true}},
		{"deleted, and the cache lags behind", []does{see("a", 2, 0), end("a", 2, 0), see("a", 2, 1)},
			&lastSeen{last: generation("a", 2, 0), gone: true}},
		{"deleted, which is told twice", []does{see("a", 2, 1), end("a", 2, 0), end("a", 2, 1)},
			&lastSeen{last: generation("a", 2, 0), gone: true}},
		{"deleted as it was long ago", []does{see("a", 5, 2), end("a", 2, 1)}, &lastSeen{last: generation("a", 5, 2), gone: true}},
		{"another one of the name", []does{see("a", 5, 2), pay("a", 5), end("a", 5, 2), see("b", 1, 1)}, &lastSeen{last: generation("b", 1, 1)}},
		{"another one, and the end of the first is told late", []does{see("a", 5, 2), see("b", 1, 1), end("a", 6, 0), pay("a", 6)},
			&lastSeen{last: generation("b", 1, 1)}},
		{"forgotten, and its end is told late", []does{see("a", 5, 2), end("a", 5, 2), forget, end("a", 5, 2), pay("a", 5)}, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			k := newKnown()
			for _, do := range c.do {
				do(k)
			}
			got := k.of(client.ObjectKeyFromObject(generation("", 0, 0)))
			if (got == nil) != (c.want == nil) {
				t.Fatalf("known: %v, want %v", got, c.want)
			}
			if got == nil {
				if len(k.all) > 0 {
					t.Error("something is kept of somebody of whom nothing is known")
				}
				return
			}
			if got.last.UID != c.want.last.UID || got.last.Generation != c.want.last.Generation ||
				len(got.last.Status.Access) != len(c.want.last.Status.Access) {
				t.Errorf("last is generation %d of %s, saying %d things", got.last.Generation, got.last.UID, len(got.last.Status.Access))
			}
			if got.paid != c.want.paid || got.gone != c.want.gone {
				t.Errorf("paid %d, gone %v, want %d and %v", got.paid, got.gone, c.want.paid, c.want.gone)
			}
		})
	}
}
