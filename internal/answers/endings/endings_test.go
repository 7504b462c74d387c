package endings

import (
	"testing"
	"time"

	"provost.dev/provost/internal/engine/directory"
	"provost.dev/provost/internal/testing/need"
	"provost.dev/provost/internal/testing/oracle"
	"provost.dev/provost/internal/testing/worlds"
)

// TestNothingEndsUnsaid holds the list to the windows of all records of random worlds: what closes in time is in it once, with its
// end, and nothing else is.
func TestNothingEndsUnsaid(t *testing.T) {
	t.Parallel()
	total := 0
	for seed := range need.AtMost[uint64](100, 30) {
		var changes []oracle.Change
		for _, r := range worlds.Random(worlds.NewDice(seed)) {
			changes = append(changes, oracle.Set(r))
		}
		s := directory.Build(oracle.After(nil, changes...)...)
		until := worlds.Now.Add(90 * 24 * time.Hour)
		type key struct {
			source    directory.ID
			enrolment string
			at        time.Time
		}
		want := map[key]int{}
		add := func(id directory.ID, enrolment string, w directory.Window) {
			if w.NotAfter.After(worlds.Now) && !w.NotAfter.After(until) && w.NotBefore.Before(w.NotAfter) {
				want[key{id, enrolment, w.NotAfter}]++
				total++
			}
		}
		for _, r := range s.Records() {
			switch r := s.Dated(r).(type) {
			case *directory.RoleBinding:
				add(r.ID(), "", r.Window)
			case *directory.PermissionOverride:
				add(r.ID(), "", r.Window)
			case *directory.Group:
				for _, e := range r.Enrolments {
					add(r.ID(), e.Name, e.Window)
				}
				for _, m := range r.Members {
					if m.State == directory.MemberActive {
						add(r.ID(), "", m.Window)
					}
				}
			}
		}
		for _, e := range Ask(s, "", worlds.Now, until) {
			want[key{e.Source, e.Enrolment, e.At}]--
		}
		for k, n := range want {
			if n != 0 {
				t.Errorf("seed %d: %v is off by %d", seed, k, -n)
			}
		}
	}
	if total == 0 {
		t.Error("nothing ended in any world")
	}
}
