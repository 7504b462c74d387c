package recorder

import (
	"bytes"
	"context"
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	provostv1 "provost.dev/provost/api/v1alpha1"
	"provost.dev/provost/controllers/access"
	"provost.dev/provost/controllers/feed"
	"provost.dev/provost/controllers/internal/apiserver"
	"provost.dev/provost/internal/cluster/audit"
	"provost.dev/provost/internal/engine/directory"
)

// cluster has the namespace acme and no other object.
type cluster struct{ client.Client }

// Get implements client.Reader.
func (cluster) Get(_ context.Context, _ client.ObjectKey, o client.Object, _ ...client.GetOption) error {
	if ns, ok := o.(*corev1.Namespace); ok {
		ns.UID = "acme's"
		return nil
	}
	return apierrors.NewNotFound(schema.GroupResource{}, "")
}

// The life of one object's debts: made, paid, taken off the object, and made once more when it has gone unseen.
func TestAccount(t *testing.T) {
	var out bytes.Buffer
	log, err := audit.Open(audit.Options{Path: "-"}, &out)
	if err != nil {
		t.Fatal(err)
	}
	r := &Recorder{
		log: log, objects: cluster{}, live: cluster{}, deletedBy: func(string) string { return "" },
		register: &register{client: cluster{}, log: log, namespaces: map[string]string{"acme": "acme's"}},
		causes:   newCauses(), known: newKnown(),
	}
	key, now := types.NamespacedName{Namespace: "acme", Name: "ann"}, time.Date(2027, 1, 1, 12, 0, 0, 0, time.UTC)
	state := feed.Instant{Snapshot: directory.New().Snapshot(), At: now}
	open := func(after time.Duration) access.Account { return r.Open(key, now.Add(after)) }
	pays := func(a access.Account, o *provostv1.EffectivePermissions, again time.Duration, records ...string) {
		t.Helper()
		out.Reset()
		got, err := a.Pay(t.Context(), o)
		if err != nil || got != again {
			t.Errorf("look again after %s, %v; want %s", got, err, again)
		}
		for _, record := range records {
			if !strings.Contains(out.String(), record) {
				t.Errorf("no %s in %s", record, out.String())
			}
		}
		if n := strings.Count(out.String(), "\n"); n != len(records) {
			t.Errorf("%d records, want %d", n, len(records))
		}
	}
	owes := func(a access.Account, current, next *provostv1.EffectivePermissions, want bool) {
		t.Helper()
		if got, err := a.Owe(t.Context(), state, current, next); err != nil || got != want {
			t.Errorf("owes something: %v, %v; want %v", got, err, want)
		}
	}

	a := open(0)
	pays(a, nil, access.Never)
	o := &provostv1.EffectivePermissions{}
	o.Namespace, o.Name = "acme", "ann"
	o.Status.Access = []provostv1.Access{{Entities: []string{"Course/algebra"}, Permissions: []string{"view_course"}}}
	owes(a, nil, o, true)
	o.UID, o.Generation = "ann's", 1
	pays(a, o, grace, `"gained":["view_course"]`)
	pays(a, o, grace)
	a.Close(true, false)

	a = open(grace + time.Second)
	pays(a, o, access.AtOnce)
	next := o.DeepCopy()
	owes(a, o, next, false)
	if next.Annotations[access.AuditAnnotation] != audit.Recorded() {
		t.Errorf("says %q", next.Annotations[access.AuditAnnotation])
	}
	pays(a, next, access.Never)
	a.Close(true, false)

	a = open(time.Minute)
	pays(a, nil, apiserver.Behind) // which may be the cache
	a.Close(false, false)
	a = open(time.Minute)
	pays(a, nil, access.Never)
	out.Reset()
	if err := a.RecordDeletion(t.Context(), state, provostv1.EffectivePermissionsStatus{}); err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(out.String(), `"lost":["view_course"]`); n != 1 {
		t.Errorf("the loss is told %d times: %s", n, out.String())
	}
	a.Close(false, false)
	pays(open(time.Hour), nil, access.Never)
	if len(r.known.all) > 0 {
		t.Errorf("known still: %v", r.known.all)
	}

	// A log that was begun later has to be told all of it.
	bare := o.DeepCopy()
	bare.Annotations = nil
	a = open(0)
	pays(a, bare, access.AtOnce)
	next = bare.DeepCopy()
	owes(a, bare, next, true)
	pays(a, next, grace, `"gained":["view_course"]`)
}
