package admission_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	provostv1 "provost.dev/provost/api/v1alpha1"
	"provost.dev/provost/internal/cluster/admission"
	"provost.dev/provost/internal/cluster/audit"
	"provost.dev/provost/internal/engine/directory"
	"provost.dev/provost/internal/run/controlplane"
	"provost.dev/provost/internal/run/manager"
	"provost.dev/provost/internal/testing/need"
)

// TestTheAuditLogUnderAnAdversary compares the audit log with what happened. Random
// deletions succeed, are refused by us, by somebody else's webhook and by
// preconditions, and are tried again by others; two ask at once; finalizers hold
// objects up; the garbage collector and the namespace controller, which are real,
// delete what somebody was refused; the manager is stopped and another one started;
// and somebody posts made-up reviews of all of it. No record names anybody who did
// not do it, and none is missing.
//
// Once whoever likes may ask the webhooks, so that the made-up reviews are read, and
// once the API server alone.
func TestTheAuditLogUnderAnAdversary(t *testing.T) {
	for _, authenticated := range []bool{false, true} {
		for _, seed := range seeds(1) {
			t.Run(fmt.Sprintf("authenticated=%v/seed=%d", authenticated, seed), func(t *testing.T) {
				t.Parallel()
				w := newIntrigue(t, authenticated, seed)
				w.play(acts())
				w.close()
			})
		}
	}
}

// acts is how much happens in one intrigue.
func acts() int {
	if need.Long() {
		return 40
	}
	return 15
}

// seeds are as many as PROVOST_TEST_SEEDS says, or n.
func seeds(n int) []uint64 {
	if more, err := strconv.Atoi(os.Getenv("PROVOST_TEST_SEEDS")); err == nil {
		n = more
	}
	var out []uint64
	for i := range n {
		out = append(out, uint64(i+1))
	}
	return out
}

// intrigue is what happens, and what is known of it.
type intrigue struct {
	*testing.T
	*guarded
	*rand.Rand
	*refuser
	callers admission.Callers
	server  admission.Serving
	path    string
	forges  bool
	n       int

	clients map[string]client.Client

	mu   sync.Mutex
	here map[types.UID]*thing
	gone map[types.UID]*thing
	// emergencies are those that were really given: uid/generation -> user.
	emergencies map[string]string
}

// thing is an object that may be deleted.
type thing struct {
	object *unstructured.Unstructured
	// asked are those who asked for its deletion as it is now and were not refused by us, really or by forgery.
	asked map[string]bool
	// by is who deleted it; empty for one of Kubernetes' controllers.
	by string
	// collected says that nobody can know, since something else may have done it.
	collected bool
	// going says that it is being deleted, and held up.
	going bool
}

var administrators = []string{"root", "dana", "erin"}

func newIntrigue(t *testing.T, authenticated bool, seed uint64) *intrigue {
	t.Helper()
	held, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p, env := planeFor(t, held.Addr().String())
	held.Close()
	w := &intrigue{
		T: t, guarded: &guarded{Env: env, hand: as(t, env, admission.ManagerUser, "system:masters")}, Rand: rand.New(rand.NewPCG(seed, 7)),
		path: filepath.Join(t.TempDir(), "audit.log"), forges: !authenticated,
		clients: map[string]client.Client{},
		here:    map[types.UID]*thing{}, gone: map[types.UID]*thing{}, emergencies: map[string]string{},
	}
	for _, ns := range []string{"acme", directory.SystemNamespace} {
		w.Namespace(t, ns, nil)
	}
	w.everybody(t)
	platform := &directory.Platform{}
	for _, name := range administrators {
		platform.Administrators = append(platform.Administrators, directory.Principal{Kind: directory.PrincipalUser, Name: name})
	}
	create(t, w.hand.Client, object(platform))
	create(t, w.hand.Client, object(school()[2]))
	certificate, authority, err := admission.LocalCertificate()
	if err != nil {
		t.Fatal(err)
	}
	if authenticated {
		w.callers = admission.Callers{CA: p.WebhookClientCA(), AllowedNames: []string{controlplane.WebhookClientName}}
	}
	w.url = "https://" + held.Addr().String()
	w.server = admission.Serving{Host: "127.0.0.1", Port: held.Addr().(*net.TCPAddr).Port, Certificate: certificate, Callers: w.callers}
	w.start()
	w.connect(t, authority)
	w.refuser = w.refuseElsewhere(t)
	return w
}

func (w *intrigue) start() {
	w.directory = directory.New()
	w.run(w.T, manager.Options{Webhooks: w.server, Audit: audit.Options{Path: w.path}})
}

// steps are what may happen, each as often as it is named.
func (w *intrigue) steps() []func() {
	made := func() { w.make("acme", nil, nil) }
	deletes := func() { w.deletes(w.somebody(), w.some()) }
	isRefused := func() { w.isRefused(w.somebody(), w.some()) }
	retried := func() {
		x := w.some()
		w.isRefused(w.somebody(), x)
		w.deletes(w.somebody(), x)
	}
	changed := func() {
		x := w.some()
		w.isRefused(w.somebody(), x)
		w.touch(x)
		w.deletes(w.somebody(), x)
	}
	return []func(){
		made, made, made, made, made, made, made, made, deletes, deletes, isRefused, isRefused, retried, changed,
		w.heldUp, w.collect, w.emergency,
		func() { w.forge(w.some()) },
		func() { w.forge(w.some()) },
		func() { w.isNotAllowed(w.some()) },
		func() { w.atOnce(w.some()) },
		func() { w.again(w.some()) },
		w.namespaceGoes,
		func() {
			w.stop()
			w.start()
		},
	}
}

// play has everything happen once, in any order, and some of it more often.
func (w *intrigue) play(n int) {
	for range 12 {
		w.make("acme", nil, nil)
	}
	all := w.steps()
	for _, i := range w.Perm(len(all)) {
		all[i]()
	}
	for range n {
		if len(w.here) < 6 {
			w.make("acme", nil, nil)
		}
		all[w.IntN(len(all)-2)]() // the last ones take long
	}
}

// as is a client in somebody's name.
func (w *intrigue) as(user string) client.Client {
	w.Helper()
	if w.clients[user] == nil {
		w.clients[user] = as(w.T, w.Env, user).Client
	}
	return w.clients[user]
}

func (w *intrigue) somebody() string { return administrators[w.IntN(len(administrators))] }

// some is an object that is there and in nobody's way.
func (w *intrigue) some() *thing {
	w.mu.Lock()
	defer w.mu.Unlock()
	var all []*thing
	for _, x := range w.here {
		if !x.going {
			all = append(all, x)
		}
	}
	slices.SortFunc(all, func(a, b *thing) int { return strings.Compare(a.object.GetName(), b.object.GetName()) })
	return all[w.IntN(len(all))]
}

// make makes a binding, and returns it.
func (w *intrigue) make(namespace string, owner *corev1.ConfigMap, finalizers []string) *thing {
	w.Helper()
	w.n++
	r := binding(fmt.Sprintf("b%03d", w.n), "course-student")
	r.Subjects = []directory.Subject{directory.PersonSubject(fmt.Sprintf("p%d", w.IntN(4)))}
	o := with(object(r), func(o *unstructured.Unstructured) {
		o.SetNamespace(namespace)
		o.SetFinalizers(finalizers)
		if owner != nil {
			o.SetOwnerReferences([]metav1.OwnerReference{{APIVersion: "v1", Kind: "ConfigMap", Name: owner.Name, UID: owner.UID}})
		}
	})
	create(w.T, w.as("root"), o)
	x := &thing{object: o, asked: map[string]bool{}, collected: owner != nil}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.here[o.GetUID()] = x
	return x
}

// deletes has somebody delete an object.
func (w *intrigue) deletes(user string, x *thing) {
	w.Helper()
	if err := w.as(user).Delete(w.Context(), x.object.DeepCopy()); err != nil {
		w.Fatalf("%s deletes %s: %v", user, x.object.GetName(), err)
	}
	x.asked[user] = true
	w.went(x, user)
}

func (w *intrigue) went(x *thing, user string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	x.by = user
	delete(w.here, x.object.GetUID())
	w.gone[x.object.GetUID()] = x
}

// isRefused has somebody ask for what we allow, and somebody else's webhook does not; or what a precondition excludes.
func (w *intrigue) isRefused(user string, x *thing) {
	w.Helper()
	w.refuse(user, x.object.GetName(), true)
	defer w.refuse(user, x.object.GetName(), false)
	var options []client.DeleteOption
	if w.IntN(4) == 0 {
		options = append(options, client.Preconditions{UID: new(types.UID("another"))})
	}
	if err := w.as(user).Delete(w.Context(), x.object.DeepCopy(), options...); err == nil {
		w.Fatalf("%s deletes %s", user, x.object.GetName())
	}
	if err := w.as(user).Delete(w.Context(), x.object.DeepCopy(), client.DryRunAll); err == nil {
		w.Fatalf("%s tries to delete %s", user, x.object.GetName())
	}
	x.asked[user] = true
}

// touch makes another version of an object: what was asked before speaks of one that is no more.
func (w *intrigue) touch(x *thing) {
	w.Helper()
	patch := client.RawPatch(types.MergePatchType, fmt.Appendf(nil, `{"metadata":{"labels":{"touched":"%d"}}}`, w.Int()))
	if err := w.as("root").Patch(w.Context(), x.object.DeepCopy(), patch); err != nil {
		w.Fatal(err)
	}
	clear(x.asked)
}

// forge posts what an API server would, in the names of those who asked nothing.
func (w *intrigue) forge(x *thing) {
	w.Helper()
	o := x.object.DeepCopy()
	if err := w.Client.Get(w.Context(), client.ObjectKeyFromObject(o), o); err != nil {
		w.Fatal(err)
	}
	user := w.somebody()
	for path, who := range map[string]string{admission.ChangesPath: user, admission.DeletesPath: admission.ManagerUser} {
		r := request(w.T, who, o, nil)
		code, answer, err := post(w.url+path, reviewOf(w.T, r))
		if (err == nil) != w.forges {
			w.Fatalf("a made-up review: %d %s %v", code, answer, err)
		}
		if w.forges {
			x.asked[who] = true
		}
	}
	emergency := w.emergencyBinding("never")
	emergency.SetUID(types.UID(fmt.Sprint(w.Int())))
	_, _, _ = post(w.url+admission.ChangesPath, reviewOf(w.T, request(w.T, user, nil, emergency)))
}

// isNotAllowed has somebody ask who may not.
func (w *intrigue) isNotAllowed(x *thing) {
	w.Helper()
	if err := w.as("mallory").Delete(w.Context(), x.object.DeepCopy()); !apierrors.IsForbidden(err) {
		w.Fatalf("mallory deletes %s: %v", x.object.GetName(), err)
	}
}

// atOnce has two ask at once.
func (w *intrigue) atOnce(x *thing) {
	w.Helper()
	var both sync.WaitGroup
	errs := make([]error, 2)
	for i, user := range administrators[:2] {
		x.asked[user] = true
		c := w.as(user)
		both.Go(func() { errs[i] = c.Delete(w.Context(), x.object.DeepCopy()) })
	}
	both.Wait()
	for i, err := range errs {
		switch {
		case err == nil && x.by == "":
			w.went(x, administrators[i])
		case err == nil:
			w.Fatal("both deleted it")
		case !apierrors.IsNotFound(err) && !apierrors.IsConflict(err):
			w.Fatal(err)
		}
	}
}

// heldUp has somebody delete what a finalizer holds, others ask again, and somebody let it go: or nobody.
func (w *intrigue) heldUp() {
	w.Helper()
	x, user := w.make("acme", nil, []string{"example.org/hold"}), w.somebody()
	if w.IntN(2) == 0 {
		w.isRefused(w.somebody(), x)
	}
	if err := w.as(user).Delete(w.Context(), x.object.DeepCopy()); err != nil {
		w.Fatal(err)
	}
	x.going, x.asked[user] = true, true
	if err := w.as(w.somebody()).Delete(w.Context(), x.object.DeepCopy()); err != nil {
		w.Fatal(err)
	}
	if w.IntN(3) == 0 {
		return
	}
	release := client.RawPatch(types.MergePatchType, []byte(`{"metadata":{"finalizers":null}}`))
	if err := w.as(w.somebody()).Patch(w.Context(), x.object.DeepCopy(), release); err != nil {
		w.Fatal(err)
	}
	w.went(x, user)
}

// collect has the garbage collector delete what somebody was refused a moment ago.
func (w *intrigue) collect() {
	w.Helper()
	owner := &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Namespace: "acme", GenerateName: "owner-"}}
	create(w.T, w.Client, owner)
	x := w.make("acme", owner, nil)
	if w.IntN(2) == 0 {
		w.isRefused(w.somebody(), x)
	} else {
		w.forge(x)
	}
	if err := w.Client.Delete(w.Context(), owner); err != nil {
		w.Fatal(err)
	}
	w.isGone(x)
	w.went(x, "")
}

// namespaceGoes has the namespace controller do it, which has no owner to go by.
func (w *intrigue) namespaceGoes() {
	w.Helper()
	name := fmt.Sprintf("term-%d", w.n)
	w.Namespace(w.T, name, nil)
	x, y := w.make(name, nil, nil), w.make(name, nil, nil)
	w.isRefused(w.somebody(), x)
	w.forge(y)
	x.collected, y.collected = true, true
	if err := w.Client.Delete(w.Context(), &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: name}}); err != nil {
		w.Fatal(err)
	}
	w.isGone(x)
	w.isGone(y)
	w.went(x, "")
	w.went(y, "")
}

func (w *intrigue) isGone(x *thing) {
	w.Helper()
	eventually(w.T, x.object.GetName()+" goes", func() bool {
		return apierrors.IsNotFound(w.Client.Get(w.Context(), client.ObjectKeyFromObject(x.object), x.object.DeepCopy()))
	})
}

// again deletes an object, makes another one of the name, and has somebody refused that one.
func (w *intrigue) again(x *thing) {
	w.Helper()
	w.deletes(w.somebody(), x)
	o := x.object.DeepCopy()
	o.SetUID("")
	o.SetResourceVersion("")
	o.SetOwnerReferences(nil)
	create(w.T, w.as("root"), o)
	y := &thing{object: o, asked: map[string]bool{}}
	w.mu.Lock()
	w.here[o.GetUID()] = y
	w.mu.Unlock()
	w.isRefused(w.somebody(), y)
}

func (w *intrigue) emergencyBinding(name string) *unstructured.Unstructured {
	return with(object(binding(name, "course-student")), func(o *unstructured.Unstructured) {
		o.SetLabels(map[string]string{provostv1.BreakGlassLabel: "true"})
		spec := o.Object["spec"].(fields)
		spec["justification"], spec["notAfter"] = "because", time.Now().Add(time.Hour).UTC().Format(time.RFC3339)
	})
}

// emergency has somebody be refused access for an emergency, by somebody else, and get it.
func (w *intrigue) emergency() {
	w.Helper()
	w.n++
	user, name := w.somebody(), fmt.Sprintf("emergency-%03d", w.n)
	c := w.as(user)
	w.refuse(user, name, true)
	if err := c.Create(w.Context(), w.emergencyBinding(name)); err == nil {
		w.Fatal("it is not refused")
	}
	w.refuse(user, name, false)
	if err := c.Create(w.Context(), w.emergencyBinding(name), client.DryRunAll); err != nil {
		w.Fatal(err)
	}
	o := w.emergencyBinding(name)
	create(w.T, c, o)
	w.emergencies[fmt.Sprintf("CREATE %s", o.GetUID())] = user
	if w.IntN(2) == 0 {
		user := w.somebody()
		patch := client.RawPatch(types.MergePatchType, []byte(`{"spec":{"justification":"another reason"}}`))
		if err := w.as(user).Patch(w.Context(), o, patch); err != nil {
			w.Fatal(err)
		}
		w.emergencies[fmt.Sprintf("UPDATE %s", o.GetUID())] = user
	}
}

// close compares the log with what happened.
func (w *intrigue) close() {
	w.Helper()
	var log []audit.Record
	eventually(w.T, "every deletion is told of", func() bool {
		log = w.read()
		told := 0
		for _, r := range log {
			if r.Kind == audit.Change && r.Operation == audit.Delete {
				told++
			}
		}
		return told >= len(w.gone)
	})
	w.stop()
	log = w.read()
	told, named, emergencies := map[types.UID]bool{}, 0, map[string]bool{}
	for _, r := range log {
		switch {
		case r.Kind == audit.Access:
			w.checkAccess(r)
		case r.Kind != audit.Change:
		case r.Operation != audit.Delete:
			what := r.Operation + " " + r.Object.UID
			emergencies[what] = true
			if by, real := w.emergencies[what]; !real || r.Requester != by {
				w.Errorf("%s of %s by %s: it was %q", r.Operation, r.Object.Name, r.Requester, by)
			}
		default:
			x, gone := w.gone[types.UID(r.Object.UID)]
			if !gone {
				w.Errorf("%s is told to be deleted by %q, and is there", r.Object.Name, r.Requester)
				continue
			}
			told[x.object.GetUID()] = true
			w.check(x, r)
			if r.Requester != "" {
				named++
			}
		}
	}
	for uid, x := range w.gone {
		if !told[uid] {
			w.Errorf("%s is gone, and nothing is told of it", x.object.GetName())
		}
	}
	for what := range w.emergencies {
		if !emergencies[what] {
			w.Errorf("access for an emergency is not told of: %s", what)
		}
	}
	w.Logf("%d deleted, %d with the name of who did it; %d refused elsewhere; %d emergencies",
		len(w.gone), named, w.refuser.n, len(w.emergencies))
	if named == 0 {
		w.Error("nobody is ever named")
	}
}

// check holds the record of a deletion to what happened.
func (w *intrigue) check(x *thing, r audit.Record) {
	w.Helper()
	name := x.object.GetName()
	switch {
	case r.Requester != "" && r.Requester != x.by:
		w.Errorf("%s was deleted by %q, and the log says %s", name, x.by, r.Requester)
	case r.Requester != "":
	case r.Unattributed == "":
		w.Errorf("%s: nobody is named, and nothing says why", name)
	case len(x.asked) == 1 && x.by != "" && !x.collected:
		w.Errorf("%s was deleted by %s, whom nobody else can have been, and the log says %s", name, x.by, r.Unattributed)
	case len(x.asked) == 0 && x.by == "" && r.Unattributed != audit.NotAsked:
		w.Errorf("%s went by itself, and the log says %s", name, r.Unattributed)
	}
}

// checkAccess holds what is told of somebody's access to what happened.
func (w *intrigue) checkAccess(r audit.Record) {
	w.Helper()
	for _, o := range r.Cause.Objects {
		if x := w.gone[types.UID(o.UID)]; o.DeletedBy != "" && (x == nil || x.by != o.DeletedBy) {
			if h := w.here[types.UID(o.UID)]; h == nil || !h.going || !h.asked[o.DeletedBy] {
				w.Errorf("%s is said to be deleted by %s, for %s at %s", o.Name, o.DeletedBy, r.Person, r.Entity)
			}
		}
	}
	if r.Cause.Type != audit.CauseDeletion || r.Requester == "" {
		return
	}
	for _, o := range r.Cause.Objects {
		if o.DeletedBy != r.Requester {
			w.Errorf("%s lost %v by %s, who did not delete %s", r.Person, r.Lost, r.Requester, o.Name)
		}
	}
}

// read are the records of the log, without repeats.
func (w *intrigue) read() []audit.Record {
	w.Helper()
	content, err := os.ReadFile(w.path)
	if err != nil {
		w.Fatal(err)
	}
	var out []audit.Record
	seen := map[string]bool{}
	for text := range bytes.Lines(content) {
		var r audit.Record
		if json.Unmarshal(text, &r) == nil && !seen[r.ID] {
			seen[r.ID], out = true, append(out, r)
		}
	}
	return out
}
