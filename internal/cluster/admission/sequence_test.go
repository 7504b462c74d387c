package admission_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/types"
	clocktesting "k8s.io/utils/clock/testing"
	"k8s.io/utils/ptr"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/client/fake"
	ctrladmission "sigs.k8s.io/controller-runtime/pkg/webhook/admission"

	"provost.dev/provost/internal/cluster/admission"
	"provost.dev/provost/internal/engine/directory"
	"provost.dev/provost/internal/testing/tables"
	"provost.dev/provost/internal/testing/testenv"
)

// judge is a replica that hears of nothing but what the test has it hear of.
type judge struct {
	t       *testing.T
	handler ctrladmission.Handler
	engine  *directory.Directory
	asked   int
}

// judging makes a replica that knows a course with three people who may do everything there.
func judging(t *testing.T, c client.Client, change func(*admission.Options)) *judge {
	t.Helper()
	scheme, err := testenv.NewScheme()
	if err != nil {
		t.Fatal(err)
	}
	if c == nil {
		c = fake.NewClientBuilder().WithScheme(scheme).Build()
	}
	j := &judge{t: t, engine: directory.New()}
	for _, r := range school() {
		j.engine.Apply(directory.Upsert(r))
	}
	for _, who := range []string{"ann", "tim", "bob", "kay"} {
		j.engine.Apply(directory.Upsert(&directory.Person{Name: who, Username: who}))
	}
	for _, who := range []string{"ann", "tim"} {
		j.engine.Apply(directory.Upsert(binding(who, "course-superadmin")))
	}
	o := admission.Options{
		Directory: j.engine, Ready: func() error { return nil }, Clock: clocktesting.NewFakePassiveClock(tables.Now), Client: c,
		Patience: time.Millisecond, Wait: 300 * time.Millisecond, InFlight: time.Hour,
	}
	if change != nil {
		change(&o)
	}
	j.handler = admission.Handlers(scheme, o)[admission.ChangesPath]
	return j
}

// stored is an object as an API server has it.
func stored(r directory.Record) *unstructured.Unstructured {
	return with(object(r), func(o *unstructured.Unstructured) {
		o.SetUID(types.UID("uid of " + o.GetName()))
		o.SetResourceVersion("7")
	})
}

// ask has somebody ask to make after of before; either may be nil.
func (j *judge) ask(user string, before, after directory.Record, change ...func(*ctrladmission.Request)) ctrladmission.Response {
	j.t.Helper()
	var was, is *unstructured.Unstructured
	if before != nil {
		was = stored(before)
	}
	if after != nil {
		is = stored(after)
	}
	j.asked++
	r := request(j.t, user, was, is)
	r.UID = types.UID(fmt.Sprintf("%p-%d", j, j.asked))
	for _, c := range change {
		c(&r)
	}
	return j.handler.Handle(context.Background(), r)
}

func tried(r *ctrladmission.Request) { r.DryRun = ptr.To(true) }

// says compares an answer: "allowed", or what is in the refusal.
func (j *judge) says(what string, r ctrladmission.Response, want ...string) {
	j.t.Helper()
	got := answer(r)[0]
	for _, w := range want {
		if w == "allowed" && got != w || !strings.Contains(got, w) {
			j.t.Errorf("%s: %q, want %q", what, got, want)
		}
	}
}

const (
	lacks  = "needs manage_course_users at course algebra"
	undone = "that is so while a change that was allowed a moment ago has not arrived"
)

// What was allowed counts from then on, and until it is seen nobody is sure that it was written.
func TestUnderWay(t *testing.T) {
	t.Parallel()
	sue, ann, tim := binding("sue", "course-superadmin"), binding("ann", "course-superadmin"), binding("tim", "course-superadmin")
	bob := binding("bob", "course-student")
	t.Run("what is taken", func(t *testing.T) {
		t.Parallel()
		j := judging(t, nil, nil)
		j.says("tried", j.ask("sue", ann, nil, tried), "allowed")
		j.says("ann, while it was only tried", j.ask("ann", nil, bob, tried), "allowed")
		j.says("asked", j.ask("sue", ann, nil), "allowed")
		j.says("ann, before it is seen", j.ask("ann", sue, nil), lacks, undone)
		j.says("ann tries, before it is seen", j.ask("ann", sue, nil, tried), lacks, undone)
		j.says("sue, whom it does not bear on", j.ask("sue", nil, bob), "allowed")
		j.engine.Apply(directory.Delete(ann.ID()))
		if got := answer(j.ask("ann", sue, nil))[0]; !strings.Contains(got, lacks) || strings.Contains(got, undone) {
			t.Errorf("ann, once it is seen: %q", got)
		}
	})
	t.Run("what is given", func(t *testing.T) {
		t.Parallel()
		j := judging(t, nil, nil)
		j.says("asked", j.ask("sue", nil, binding("bob", "course-superadmin")), "allowed")
		if got := answer(j.ask("bob", tim, nil))[0]; !strings.Contains(got, lacks) || strings.Contains(got, undone) {
			t.Errorf("bob, before it is seen: %q", got)
		}
	})
	t.Run("by somebody who is trusted", func(t *testing.T) {
		t.Parallel()
		j := judging(t, nil, nil)
		j.says("asked", j.ask("root", ann, nil), "allowed")
		j.says("ann, before it is seen", j.ask("ann", nil, bob), lacks, undone)
		platform := &directory.Platform{Administrators: []directory.Principal{{Kind: directory.PrincipalUser, Name: "root"},
			{Kind: directory.PrincipalUser, Name: "kim"}}}
		j.engine.Apply(directory.Upsert(platform))
		alone := *platform
		alone.Administrators = platform.Administrators[:1]
		j.says("kim is let go", j.ask("root", platform, &alone), "allowed")
		j.says("kim, before it is seen", j.ask("kim", nil, &directory.Person{Name: "new"}), "only platform administrators may change a Person",
			undone)
	})
	t.Run("in every combination", func(t *testing.T) {
		t.Parallel()
		j := judging(t, nil, nil)
		// One goes, another comes, and a third is only left if the first stays or the other comes.
		j.says("tim is let go", j.ask("sue", tim, nil), "allowed")
		j.says("bob comes", j.ask("ann", nil, binding("bob", "course-superadmin")), "allowed")
		j.engine.Apply(directory.Delete(ann.ID()))
		j.says("sue goes", j.ask("sue", sue, nil), "would leave course algebra without anybody", undone)
		j.engine.Apply(directory.Upsert(binding("kay", "course-superadmin")))
		j.says("sue goes, and kay is there", j.ask("sue", sue, nil), "allowed")
	})
	t.Run("that was never written", func(t *testing.T) {
		t.Parallel()
		j := judging(t, nil, func(o *admission.Options) { o.InFlight, o.Wait = 100*time.Millisecond, time.Minute })
		j.says("asked", j.ask("sue", ann, nil), "allowed")
		j.says("ann, when it is reckoned with no longer", j.ask("ann", sue, nil), "allowed")
	})
	t.Run("too much", func(t *testing.T) {
		t.Parallel()
		j := judging(t, nil, nil)
		for _, who := range []string{"sue", "ann", "tim"} {
			b := binding("bob", "course-student")
			b.Key.Name = "by-" + who
			j.says("asked by "+who, j.ask(who, nil, b), "allowed")
		}
		r := j.ask("sue", nil, bob)
		if j.says("one more", r, "have not arrived here: try again in a moment"); r.Result.Code != http.StatusServiceUnavailable {
			t.Errorf("the code is %d", r.Result.Code)
		}
	})
	t.Run("of an object that has moved on", func(t *testing.T) {
		t.Parallel()
		scheme, err := testenv.NewScheme()
		if err != nil {
			t.Fatal(err)
		}
		c := fake.NewClientBuilder().WithScheme(scheme).Build()
		j := judging(t, c, nil)
		j.says("asked", j.ask("sue", ann, nil), "allowed")
		moved := stored(ann)
		moved.SetResourceVersion("")
		create(t, c, moved) // with a version of the client's own, which is an older one
		j.says("the cache is behind", j.ask("ann", sue, nil), lacks, undone)
		for range 10 {
			moved.SetLabels(map[string]string{"n": fmt.Sprint(moved.GetResourceVersion())})
			if err := c.Update(t.Context(), moved); err != nil {
				t.Fatal(err)
			}
		}
		j.says("the cache is past it", j.ask("ann", sue, nil), "allowed")
	})
}

// A creation of what there is cannot be written, and so is not waited for.
func TestCreatedTwice(t *testing.T) {
	t.Parallel()
	scheme, err := testenv.NewScheme()
	if err != nil {
		t.Fatal(err)
	}
	there := with(object(binding("bob", "course-student")), func(o *unstructured.Unstructured) { o.SetUID("another") })
	c := fake.NewClientBuilder().WithScheme(scheme).WithObjects(there).Build()
	j := judging(t, c, func(o *admission.Options) { o.Live = c })
	r := j.ask("sue", nil, binding("bob", "course-student"))
	if r.Allowed || r.Result.Code != http.StatusConflict || r.Result.Reason != "AlreadyExists" {
		t.Errorf("got %+v", r.Result)
	}
}

// Replicas reckon with what the others have allowed.
func TestRegister(t *testing.T) {
	t.Parallel()
	scheme, err := testenv.NewScheme()
	if err != nil {
		t.Fatal(err)
	}
	c := fake.NewClientBuilder().WithScheme(scheme).Build()
	shared := func(o *admission.Options) { o.Live, o.Shared = c, true }
	one, other := judging(t, c, shared), judging(t, c, shared)
	sue, ann := binding("sue", "course-superadmin"), binding("ann", "course-superadmin")
	// Both have read the register before either of them allows anything.
	one.says("by one", one.ask("tim", nil, binding("kay", "course-student")), "allowed")
	one.engine.Apply(directory.Upsert(binding("kay", "course-student")))
	other.engine.Apply(directory.Upsert(binding("kay", "course-student")))
	create(t, c, with(stored(binding("kay", "course-student")), func(o *unstructured.Unstructured) { o.SetResourceVersion("") }))
	other.says("by the other", other.ask("tim", nil, binding("bob", "course-student")), "allowed")
	for _, j := range []*judge{one, other} {
		j.engine.Apply(directory.Upsert(binding("bob", "course-student")))
	}
	create(t, c, with(stored(binding("bob", "course-student")), func(o *unstructured.Unstructured) { o.SetResourceVersion("") }))

	one.says("ann is let go", one.ask("sue", ann, nil), "allowed")
	r := other.ask("ann", sue, nil)
	if other.says("sue is let go, by the other", r, "try again in a moment"); r.Result.Code != http.StatusServiceUnavailable {
		t.Errorf("the code is %d", r.Result.Code)
	}
	other.says("sue is let go, as a trial", other.ask("ann", sue, nil, tried), "allowed")
	other.engine.Apply(directory.Delete(ann.ID()))
	if got := answer(other.ask("ann", sue, nil))[0]; !strings.Contains(got, lacks) {
		t.Errorf("once it is seen: %q", got)
	}
	// A replica that starts reads what the others allowed before.
	third := judging(t, c, shared)
	third.says("sue is let go, by a new one", third.ask("ann", sue, nil), "try again in a moment")
	// What somebody wrote into the register says nothing.
	register := &corev1.ConfigMap{}
	register.Namespace, register.Name = directory.SystemNamespace, admission.RegisterName
	if err := c.Get(t.Context(), client.ObjectKeyFromObject(register), register); err != nil {
		t.Fatal(err)
	}
	register.Data = map[string]string{"underWay": "{"}
	if err := c.Update(t.Context(), register); err != nil {
		t.Fatal(err)
	}
	fourth := judging(t, c, shared)
	fourth.says("with a register that says nothing", fourth.ask("ann", sue, nil), "allowed")
}
