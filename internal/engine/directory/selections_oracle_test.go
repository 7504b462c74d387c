package directory_test

import (
	"testing"

	"provost.dev/provost/internal/engine/directory"
	"provost.dev/provost/internal/testing/oracle"
	"provost.dev/provost/internal/testing/worlds"
)

// TestRandomWorldsSelect sees that random worlds have what R34 is about: selections that reach several entities, one or none,
// and that leave some out.
func TestRandomWorldsSelect(t *testing.T) {
	t.Parallel()
	var selects, one, several, leaves, missing int
	for seed := range uint64(200) {
		records := oracle.After(nil, sets(worlds.Random(worlds.NewDice(seed)))...)
		s := directory.Build(records...)
		for _, k := range s.Bindings() {
			f, _ := s.Binding(k, worlds.Now)
			if f.Selects == nil {
				continue
			}
			selects++
			switch {
			case f.Entities > 1:
				several++
			case f.Entities == 1:
				one++
			}
			if f.LeftOut > 0 {
				leaves++
			}
			if !f.EntityFound {
				missing++
			}
		}
	}
	t.Logf("%d selections: %d reach one, %d several; %d leave something out, %d look under nothing", selects, one, several, leaves, missing)
	if one == 0 || several == 0 || leaves == 0 || missing == 0 {
		t.Error("random worlds lack something")
	}
}
