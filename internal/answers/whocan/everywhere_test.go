package whocan

import (
	"slices"
	"testing"

	"provost.dev/provost/internal/engine/catalogue"
	"provost.dev/provost/internal/engine/directory"
	"provost.dev/provost/internal/testing/need"
	"provost.dev/provost/internal/testing/oracle"
	"provost.dev/provost/internal/testing/worlds"
)

// TestEverywhereIsEverybody holds the blocks to the engine's single answers: everybody of them may, nobody else does, and nobody
// is said twice of one entity.
func TestEverywhereIsEverybody(t *testing.T) {
	t.Parallel()
	for seed := range need.AtMost[uint64](20, 5) {
		var changes []oracle.Change
		for _, r := range worlds.Random(worlds.NewDice(seed)) {
			changes = append(changes, oracle.Set(r))
		}
		s := directory.Build(oracle.After(nil, changes...)...)
		want := Sensitive()
		if seed%2 == 1 {
			want, _ = Named("view_course")
		}
		type pair struct {
			who string
			at  directory.EntityKey
		}
		got := map[pair]catalogue.Set{}
		answer := AskAt(s, want, s.Entities(), worlds.Now)
		for _, h := range answer.Holdings {
			for _, b := range h.Blocks {
				for _, who := range b.People {
					for _, e := range b.Entities {
						if got[pair{who, e}] != 0 {
							t.Errorf("seed %d: %s at %s twice", seed, who, e)
						}
						got[pair{who, e}] = h.Permissions
						if until := s.Access(who, e, worlds.Now).Until; !until.Equal(h.Until) {
							t.Errorf("seed %d: %s at %s has it until %v, and not %v", seed, who, e, until, h.Until)
						}
					}
				}
			}
		}
		for _, who := range s.People() {
			some := false
			for _, e := range s.Entities() {
				has := s.Permissions(who, e, worlds.Now) & want[e.Level]
				if has != got[pair{who, e}] {
					t.Errorf("seed %d: %s has %v at %s, and not %v", seed, who, has.IDs(e.Level), e, got[pair{who, e}].IDs(e.Level))
				}
				some = some || has != 0
			}
			if slices.Contains(answer.People, who) != some {
				t.Errorf("seed %d: whether %s is among the people should be %v", seed, who, some)
			}
		}
	}
}
