package admission_test

import (
	"testing"
	"time"

	authenticationv1 "k8s.io/api/authentication/v1"
	clocktesting "k8s.io/utils/clock/testing"
	"sigs.k8s.io/controller-runtime/pkg/client/fake"

	provostv1 "provost.dev/provost/api/v1alpha1"
	"provost.dev/provost/internal/cluster/admission"
	"provost.dev/provost/internal/engine/catalogue"
	"provost.dev/provost/internal/engine/directory"
	"provost.dev/provost/internal/testing/testenv"
)

// While a GitSync writes a commit, it is judged by what has arrived of it, and
// everybody else by that and by what was before.
func TestViews(t *testing.T) {
	t.Parallel()
	geometry := directory.LocalEntity{Level: catalogue.Course, Name: "geometry"}
	there := binding("sue", "course-superadmin")
	there.Key.Name, there.Entity = "sue-geometry", geometry
	d := directory.New()
	for _, r := range school() {
		d.Apply(directory.Upsert(r))
	}
	// The commit gives sue another course, and takes the one that she had.
	ahead, _ := d.Snapshot().With(
		directory.Upsert(&directory.Entity{Key: geometry.In("acme")}), directory.Upsert(there),
		directory.Delete(binding("sue", "course-superadmin").ID()))
	scheme, err := testenv.NewScheme()
	if err != nil {
		t.Fatal(err)
	}
	at := func(e directory.LocalEntity) *directory.RoleBinding {
		b := binding("bob", "course-student")
		b.Entity = e
		return b
	}
	algebra := directory.LocalEntity{Level: catalogue.Course, Name: "algebra"}
	for _, tt := range []struct {
		name    string
		ahead   *directory.Snapshot
		entity  directory.LocalEntity
		commits bool
		want    bool
	}{
		{"nothing is on its way", d.Snapshot(), algebra, false, true},
		{"the commit itself, at what it brings", ahead, geometry, true, true},
		{"somebody else, at what it brings", ahead, geometry, false, false},
		{"the commit itself, at what it takes", ahead, algebra, true, false},
		{"somebody else, at what it takes", ahead, algebra, false, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			h := admission.Handlers(scheme, admission.Options{
				Directory: d, Ahead: func() *directory.Snapshot { return tt.ahead }, Ready: func() error { return nil },
				Clock: clocktesting.NewFakePassiveClock(time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC)), Patience: time.Millisecond,
				Client: fake.NewClientBuilder().WithScheme(scheme).Build(),
			})[admission.ChangesPath]
			req := request(t, "sue", nil, object(at(tt.entity)))
			if tt.commits {
				req.UserInfo.Extra = map[string]authenticationv1.ExtraValue{provostv1.RevisionExtra: {"main@sha1:1"}}
			}
			if got := h.Handle(t.Context(), req); got.Allowed != tt.want {
				t.Errorf("allowed: %t, want %t (%v)", got.Allowed, tt.want, got.Result)
			}
		})
	}
}
