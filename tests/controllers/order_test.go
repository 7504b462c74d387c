package controllers_test

import (
	"fmt"
	"os"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	corev1 "k8s.io/api/core/v1"
	apimeta "k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	provostv1 "provost.dev/provost/api/v1alpha1"
	"provost.dev/provost/controllers/status"
	"provost.dev/provost/internal/engine/directory"
	"provost.dev/provost/internal/manifest"
	"provost.dev/provost/internal/manifest/effective"
	"provost.dev/provost/internal/testing/testenv"
)

// statusObject is an object that has a status.
type statusObject interface {
	client.Object
	provostv1.Object
}

// The order in which objects come and go leaves no trace (R0): whatever
// happened on the way, every status ends as a rendering from nothing but the
// objects that are left, and every effective permission is there exactly where
// there is something to say.
func TestOrderDoesNotMatter(t *testing.T) {
	env := testenv.Start(t)
	for _, seed := range seeds(1) {
		t.Run(fmt.Sprintf("seed %d", seed), func(t *testing.T) {
			w := newWorld(t, env, seed, 7)
			cfg := env.ManagerConfig(t)
			if seed%2 == 1 {
				disturb(cfg, seed)
			}
			r := runOn(t, cfg)
			defer r.stop()
			for range 6 {
				for range 60 {
					w.change()
				}
				converge(t, env)
			}
			conform(t, env)
		})
	}
}

// seeds are those of the random worlds; PROVOST_TEST_SEEDS asks for more than a few.
func seeds(n int) []uint64 {
	if more, err := strconv.Atoi(os.Getenv("PROVOST_TEST_SEEDS")); err == nil {
		n = more
	}
	out := make([]uint64, n)
	for i := range out {
		out[i] = uint64(i)
	}
	return out
}

// converge waits until every status is what the objects alone make of it.
func converge(t *testing.T, env *testenv.Env) {
	t.Helper()
	var diff string
	for deadline := time.Now().Add(3 * time.Minute); time.Now().Before(deadline); time.Sleep(200 * time.Millisecond) {
		if diff = difference(t, env); diff == "" {
			return
		}
	}
	t.Fatalf("the statuses are not what the objects make of them (- is, + ought to be):\n%s", diff)
}

// difference compares what is there with what ought to be.
func difference(t *testing.T, env *testenv.Env) string {
	t.Helper()
	objects := everything(t, env)
	var records []directory.Record
	justification := provostv1.JustificationPolicy("")
	for _, o := range objects {
		if o.GetDeletionTimestamp() != nil {
			continue // absent (R0): it waits for its children
		}
		r, err := manifest.FromObject(o)
		if err != nil {
			t.Fatal(err)
		}
		if r != nil {
			records = append(records, r)
		}
		if p, ok := o.(*provostv1.Platform); ok {
			justification = p.Spec.Justification
		}
	}
	snapshot, now := directory.Build(records...), time.Now()
	var out strings.Builder
	have := map[client.ObjectKey]*provostv1.EffectivePermissions{}
	for _, o := range objects {
		if o.GetDeletionTimestamp() != nil {
			continue
		}
		switch o := o.(type) {
		case *provostv1.EffectivePermissions:
			have[client.ObjectKeyFromObject(o)] = o
		case statusObject:
			kind := slices.IndexFunc(status.Kinds(), func(k status.Kind) bool { return string(k.Name) == reflect.TypeOf(o).Elem().Name() })
			if kind < 0 {
				continue
			}
			want := o.DeepCopyObject().(statusObject)
			status.Kinds()[kind].Fill(status.View{Snapshot: snapshot, Now: now, Justification: justification, Revision: "v1.2.3"}, want)
			if d := cmp.Diff(o, want, cmpopts.EquateEmpty(), cmpopts.IgnoreFields(metav1.Condition{}, "LastTransitionTime")); d != "" {
				fmt.Fprintf(&out, "%T %s/%s: %s\n", o, o.GetNamespace(), o.GetName(), d)
			}
		}
	}
	for _, person := range snapshot.People() {
		for _, ns := range namespaces {
			key := client.ObjectKey{Namespace: ns, Name: person}
			want := effective.Status(snapshot, person, ns, now)
			is := have[key]
			delete(have, key)
			if effective.Empty(&want) != (is == nil) {
				fmt.Fprintf(&out, "EffectivePermissions %s: there=%v, something to say=%v\n", key, is != nil, !effective.Empty(&want))
			} else if is != nil {
				want.Conditions = is.Status.Conditions
				if d := cmp.Diff(is.Status, want, cmpopts.EquateEmpty()); d != "" {
					fmt.Fprintf(&out, "EffectivePermissions %s: %s\n", key, d)
				}
			}
		}
	}
	for key := range have {
		fmt.Fprintf(&out, "EffectivePermissions %s is left over\n", key)
	}
	return out.String()
}

// everything is every object of Provost's kinds and the namespaces.
func everything(t *testing.T, env *testenv.Env) []client.Object {
	t.Helper()
	lists := []client.ObjectList{&corev1.NamespaceList{}}
	for _, gvk := range env.Kinds() {
		list, err := env.Scheme.New(gvk.GroupVersion().WithKind(gvk.Kind + "List"))
		if err != nil {
			t.Fatal(err)
		}
		lists = append(lists, list.(client.ObjectList))
	}
	var out []client.Object
	for _, list := range lists {
		if err := env.Client.List(t.Context(), list); err != nil {
			t.Fatal(err)
		}
		if err := apimeta.EachListItem(list, func(o runtime.Object) error {
			out = append(out, o.(client.Object))
			return nil
		}); err != nil {
			t.Fatal(err)
		}
	}
	return out
}
