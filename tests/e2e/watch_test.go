package e2e

import (
	"strconv"
	"sync"
	"testing"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/watch"
	"sigs.k8s.io/controller-runtime/pkg/client"

	provostv1 "provost.dev/provost/api/v1alpha1"
)

// entityWatch follows the entities of the organisation's namespace while they go.
type entityWatch struct {
	mu      sync.Mutex
	expects int
	gone    map[string]departure // by Kind/name
	waited  map[string]bool      // those that said ChildrenRemain
}

// departure is when an entity went, by the one sequence of all writes, and from below what.
type departure struct {
	revision int
	parent   string
}

// entity is what the kinds of entities have in common.
type entity interface {
	client.Object
	GetConditions() []metav1.Condition
	GetParentRef() *provostv1.ParentReference
}

// watchEntities begins with what is there now.
func watchEntities(t *testing.T, u *upProcess) *entityWatch {
	t.Helper()
	c, err := client.NewWithWatch(u.config, client.Options{Scheme: u.client.Scheme()})
	if err != nil {
		t.Fatal(err)
	}
	w := &entityWatch{gone: map[string]departure{}, waited: map[string]bool{}}
	for _, list := range entityLists() {
		if err := c.List(t.Context(), list, client.InNamespace("acme")); err != nil {
			t.Fatal(err)
		}
		w.expects += meta.LenList(list)
		events, err := c.Watch(t.Context(), list, client.InNamespace("acme"))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(events.Stop)
		go func() {
			for e := range events.ResultChan() {
				if o, ok := e.Object.(entity); ok {
					w.see(u, e.Type, o)
				}
			}
		}()
	}
	return w
}

func (w *entityWatch) see(u *upProcess, what watch.EventType, o entity) {
	gvk, err := u.client.GroupVersionKindFor(o)
	if err != nil {
		return
	}
	name := gvk.Kind + "/" + o.GetName()
	w.mu.Lock()
	defer w.mu.Unlock()
	if c := meta.FindStatusCondition(o.GetConditions(), provostv1.ConditionReady); c != nil && c.Reason == provostv1.ReasonChildrenRemain {
		w.waited[name] = true
	}
	if what != watch.Deleted {
		return
	}
	d := departure{}
	d.revision, _ = strconv.Atoi(o.GetResourceVersion())
	if p := o.GetParentRef(); p != nil {
		d.parent = string(p.Kind) + "/" + string(p.Name)
	}
	w.gone[name] = d
}

// allGone waits until every entity has gone, and checks that none went before what stood below it.
func (w *entityWatch) allGone(t *testing.T) {
	t.Helper()
	eventually(t, func() string {
		w.mu.Lock()
		defer w.mu.Unlock()
		if len(w.gone) != w.expects {
			return strconv.Itoa(len(w.gone)) + " of " + strconv.Itoa(w.expects) + " entities have gone"
		}
		return ""
	})
	w.mu.Lock()
	defer w.mu.Unlock()
	last := ""
	for name, d := range w.gone {
		if above, ok := w.gone[d.parent]; ok && above.revision < d.revision {
			t.Errorf("%s went before %s, which stood below it", d.parent, name)
		}
		if d.revision > w.gone[last].revision {
			last = name
		}
	}
	if last != "Organisation/acme" {
		t.Errorf("%s went last, not the organisation", last)
	}
	t.Logf("%d entities went; %d of them said meanwhile that children remain", len(w.gone), len(w.waited))
}
