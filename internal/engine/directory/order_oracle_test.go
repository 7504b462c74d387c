package directory_test

import (
	"testing"

	"provost.dev/provost/internal/engine/directory"
	"provost.dev/provost/internal/testing/oracle"
	"provost.dev/provost/internal/testing/worlds"
)

// TestOrderDoesNotMatter is R0: the same records in any order, in batches, with
// changes in between that cancel each other, end where a rebuild does.
func TestOrderDoesNotMatter(t *testing.T) {
	t.Parallel()
	var n counts
	for _, seed := range seeds(10) {
		d := worlds.NewDice(seed)
		records := oracle.After(nil, sets(worlds.Random(d))...) // each ID once
		live := directory.New()
		var there []directory.Record
		for _, batch := range batches(d, shuffled(d, sets(records))) {
			live.Apply(changes(batch)...)
			there = oracle.After(there, batch...)
			noise := worlds.NewMutator(d).Noise(there)
			live.Apply(changes(noise[:1])...)
			live.Apply(changes(noise[1:])...)
		}
		for _, now := range askedAt(d) {
			if diff := compare(live.Snapshot(), tableOf(oracle.New(records...), now), &n); diff != "" {
				t.Fatalf("seed %d: %s", seed, diff)
			}
		}
		if diff := sameStatusEverywhere(live.Snapshot(), directory.Build(records...), records, worlds.Now); diff != "" {
			t.Fatalf("seed %d: %s", seed, diff)
		}
	}
	t.Logf("%v", &n)
}

func sets(records []directory.Record) []oracle.Change {
	var out []oracle.Change
	for _, r := range records {
		out = append(out, oracle.Set(r))
	}
	return out
}

// batches cuts a list into pieces of different lengths.
func batches[T any](d worlds.Dice, list []T) [][]T {
	var out [][]T
	for len(list) > 0 {
		n := 1 + d.IntN(min(len(list), 12))
		out = append(out, list[:n])
		list = list[n:]
	}
	return out
}
