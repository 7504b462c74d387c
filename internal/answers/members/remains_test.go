package members

import (
	"slices"
	"testing"

	"provost.dev/provost/internal/answers/cite"
	"provost.dev/provost/internal/engine/directory"
	"provost.dev/provost/internal/manifest"
	"provost.dev/provost/internal/testing/need"
	"provost.dev/provost/internal/testing/oracle"
	"provost.dev/provost/internal/testing/worlds"
)

// TestRemainsNamesEverySource holds what is said to remain of somebody to the engine: whatever gives the person
// anything is among what still names the person, and the access that is left is all that there is.
func TestRemainsNamesEverySource(t *testing.T) {
	t.Parallel()
	for seed := range need.AtMost[uint64](20, 5) {
		d := worlds.NewDice(seed)
		var changes []oracle.Change
		for _, r := range worlds.Random(d) {
			changes = append(changes, oracle.Set(r))
		}
		s := directory.Build(oracle.After(nil, changes...)...)
		of := cite.Records{Snapshot: s, Locate: func(directory.ID, string) manifest.Position { return manifest.Position{} }}
		for range 10 {
			who := worlds.Pick(d, s.People())
			got := Remains(of, who, worlds.Now)
			named := func(id directory.ID) {
				if !slices.ContainsFunc(got.Sources, func(x SourceData) bool { return x.ID() == id }) {
					t.Errorf("seed %d: %s has something by %s, which is not among %v", seed, who, id, got.Sources)
				}
			}
			access := 0
			for _, e := range s.Entities() {
				x := s.Explain(who, e, worlds.Now)
				if x.Effective != 0 {
					access++
				}
				for i := range x.Grants {
					if g := &x.Grants[i]; g.Subject.Kind == directory.KindGroup {
						named(directory.Key{Namespace: g.Subject.Namespace, Name: g.Subject.Name}.GroupID())
					} else {
						named(g.Source)
					}
				}
				for _, o := range x.Overrides {
					named(o.Source)
				}
			}
			if access != got.Entities {
				t.Errorf("seed %d: %s has access at %d entities, and not at %d", seed, who, access, got.Entities)
			}
		}
	}
}
