package directory_test

import (
	"testing"

	"provost.dev/provost/internal/testing/oracle"
	"provost.dev/provost/internal/testing/worlds"
)

// FuzzApply lets the fuzzer choose the changes, one byte a choice. After each
// one the engine agrees with the oracle, and its Delta names all that changed.
// To search, give it little time to make inputs smaller, which is slow here:
//
//	go test ./internal/engine/directory -run '^$' -fuzz FuzzApply -fuzzminimizetime 5x
func FuzzApply(f *testing.F) {
	for seed := range uint64(8) {
		d := worlds.NewDice(seed)
		data := make([]byte, 200)
		for i := range data {
			data[i] = byte(d.IntN(256))
		}
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		if len(data) > 600 {
			t.Skip("long inputs say nothing more")
		}
		d, done := worlds.DiceOf(data)
		m := worlds.NewMutator(d)
		var steps [][]oracle.Change
		records := oracle.After(nil)
		for !done() {
			c := m.Change(records)
			steps = append(steps, []oracle.Change{c})
			records = oracle.After(records, c)
		}
		if d := replay(nil, steps, new(counts), new(tightness)); d != "" {
			t.Fatalf("%s\nafter\n%s", d, dumpSteps(steps))
		}
	})
}
