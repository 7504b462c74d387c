package controllers_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/fluxcd/cli-utils/pkg/kstatus/status"
	fluxconditions "github.com/fluxcd/pkg/runtime/conditions"
	"github.com/fluxcd/pkg/runtime/conditions/check"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	provostv1 "provost.dev/provost/api/v1alpha1"
	"provost.dev/provost/internal/testing/testenv"
)

// step is one thing that happens in a namespace, and what comes of it.
type step struct {
	name   string
	apply  string
	delete string
	expect string
}

// walk runs steps one after the other in the namespace acme. After each, every
// status has to be as kstatus wants it.
func walk(t *testing.T, env *testenv.Env, steps ...step) {
	t.Helper()
	for i, s := range steps {
		ok := t.Run(fmt.Sprintf("%d %s", i+1, s.name), func(t *testing.T) {
			env.Apply(t, "acme", s.apply)
			env.Delete(t, "acme", s.delete)
			env.Expect(t, s.expect)
			conform(t, env)
		})
		if !ok {
			t.FailNow()
		}
	}
}

// start gives a test an empty API server with the namespace acme, and a manager.
func start(t *testing.T) (*testenv.Env, *running) {
	t.Helper()
	env := testenv.Start(t)
	env.Clear(t)
	env.Namespace(t, "acme", nil)
	return env, run(t, env)
}

// conform holds every object that has a status to the rules of kstatus: with
// the checker of Flux, and with the library that tools wait with. An object may
// be on its way, so it looks again for a while.
func conform(t *testing.T, env *testenv.Env) {
	t.Helper()
	var wrong []string
	for range 100 {
		if wrong = nonconformant(t, env); len(wrong) == 0 {
			return
		}
		time.Sleep(100 * time.Millisecond)
	}
	t.Errorf("not as kstatus wants it:\n%s", strings.Join(wrong, "\n"))
}

func nonconformant(t *testing.T, env *testenv.Env) []string {
	t.Helper()
	checker := check.NewChecker(env.Client, &check.Conditions{
		NegativePolarity: []string{provostv1.ConditionStalled, provostv1.ConditionReconciling},
	})
	checker.DisableFetch = true
	var wrong []string
	for _, gvk := range env.Kinds() {
		list := &unstructured.UnstructuredList{}
		list.SetGroupVersionKind(gvk.GroupVersion().WithKind(gvk.Kind + "List"))
		if err := env.Client.List(t.Context(), list); err != nil {
			t.Fatal(err)
		}
		for i := range list.Items {
			o := &list.Items[i]
			name := fmt.Sprintf("%s %s/%s", o.GetKind(), o.GetNamespace(), o.GetName())
			getter := fluxconditions.UnstructuredGetter(o)
			// Of effective permissions there is no spec, and so no generation of one to observe.
			if o.GetKind() != "EffectivePermissions" {
				if fail, warn := checker.Check(t.Context(), getter); fail != nil || warn != nil {
					wrong = append(wrong, fmt.Sprintf("%s: %v %v", name, fail, warn))
				}
			}
			result, err := status.Compute(o)
			if err != nil {
				t.Fatal(err)
			}
			if fluxconditions.IsReady(getter) != (result.Status == status.CurrentStatus) {
				wrong = append(wrong, fmt.Sprintf("%s is Ready=%v, and kstatus says %s", name, fluxconditions.IsReady(getter), result.Status))
			}
		}
	}
	return wrong
}
