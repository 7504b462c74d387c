package access

import (
	"testing"

	"k8s.io/apimachinery/pkg/types"

	provostv1 "provost.dev/provost/api/v1alpha1"
)

// TestOwnWritesAreNotLookedAt again when the cache shows them, unless a reconciliation came in between.
func TestOwnWritesAreNotLookedAt(t *testing.T) {
	object := func(version string) *provostv1.EffectivePermissions {
		o := &provostv1.EffectivePermissions{}
		o.Namespace, o.Name, o.ResourceVersion = "acme", "ann", version
		return o
	}
	key := types.NamespacedName{Namespace: "acme", Name: "ann"}
	w := &writes{}
	if w.seen(object("1")) {
		t.Error("somebody else's is passed over")
	}
	w.wrote(object("2"), nil)
	if w.seen(object("1")) {
		t.Error("what was there before is passed over")
	}
	if !w.seen(object("2")) || w.seen(object("2")) {
		t.Error("the own write is passed over once")
	}
	w.wrote(object("3"), nil)
	if _, same, err := w.newest(t.Context(), key, object("2")); same || err != nil {
		t.Fatal("the cache is not behind", err)
	}
	if w.seen(object("3")) {
		t.Error("a reconciliation that found the cache behind is not made again")
	}
	w.deleted(object("3"))
	if w.seen(object("3")) {
		t.Error("what was there before the deletion is passed over")
	}
}
