package directory_test

import (
	"flag"
	"testing"
	"time"

	"provost.dev/provost/internal/engine/directory"
	"provost.dev/provost/internal/testing/oracle"
	"provost.dev/provost/internal/testing/worlds"
)

var (
	worldCount = flag.Int("oracle.worlds", defaultWorlds, "how many random worlds the engine is compared with the oracle in")
	firstSeed  = flag.Uint64("oracle.seed", 1, "the seed of the first random world; the others follow")
)

// seeds are n seeds from the first one on; the share is of the number of worlds asked for.
func seeds(share int) []uint64 {
	var out []uint64
	for i := range max(1, *worldCount/share) {
		out = append(out, *firstSeed+uint64(i))
	}
	return out
}

// askedAt are the times at which a world is asked: those that most windows are
// about, and one more, another one in every world.
func askedAt(d worlds.Dice) []time.Time {
	times := worlds.Times()
	return []time.Time{worlds.Now, worlds.Pick(d, times)}
}

// TestRandomWorlds compares everything that the engine says with the oracle.
func TestRandomWorlds(t *testing.T) {
	t.Parallel()
	var n counts
	for _, seed := range seeds(1) {
		d := worlds.NewDice(seed)
		records, times := worlds.Random(d), askedAt(d)
		differs := func(records []directory.Record) string {
			s, w := directory.Build(records...), oracle.New(records...)
			for _, now := range times {
				if d := compare(s, tableOf(w, now), &n); d != "" {
					return d
				}
			}
			return ""
		}
		if differs(records) != "" {
			report(t, seed, records, differs)
		}
	}
	t.Logf("%d worlds: %v", *worldCount, &n)
	if *worldCount >= 2000 && n.decisions < 100_000 {
		t.Errorf("only %d decisions were compared", n.decisions)
	}
}
