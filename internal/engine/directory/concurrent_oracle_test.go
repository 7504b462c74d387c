package directory_test

import (
	"sync"
	"testing"

	"provost.dev/provost/internal/engine/directory"
	"provost.dev/provost/internal/testing/oracle"
	"provost.dev/provost/internal/testing/worlds"
)

// TestReadersAndWriters lets several writers change a world at once, each its
// own records, while readers ask. Each snapshot stays as it is for as long as
// a reader keeps it, and in the end all changes have been made. With -race this
// is the test that nothing is shared that must not be.
func TestReadersAndWriters(t *testing.T) {
	const writers, readers = 4, 3
	for _, seed := range seeds(200) {
		d := worlds.NewDice(seed)
		records := oracle.After(nil, sets(worlds.Random(d))...)
		live := directory.New()
		var writing, reading sync.WaitGroup
		done := make(chan struct{})
		for range readers {
			reading.Go(func() {
				for {
					select {
					case <-done:
						return
					default:
						readTwice(t, live.Snapshot())
					}
				}
			})
		}
		for w := range writers {
			dice := worlds.NewDice(seed + uint64(w))
			writing.Go(func() {
				for i, r := range records {
					if i%writers != w {
						continue
					}
					live.Apply(directory.Upsert(r))
					if dice.In(3) { // it goes and comes back
						live.Apply(directory.Delete(r.ID()))
						live.Apply(directory.Upsert(r))
					}
				}
			})
		}
		writing.Wait()
		close(done)
		reading.Wait()
		var n counts
		if diff := compare(live.Snapshot(), tableOf(oracle.New(records...), worlds.Now), &n); diff != "" {
			t.Fatalf("seed %d: %s", seed, diff)
		}
	}
}

// readTwice asks a snapshot for all it has, and once more.
func readTwice(t *testing.T, s *directory.Snapshot) {
	first := effective(s)
	for _, k := range s.Groups() {
		s.Members(k, worlds.Now)
	}
	if diff := changedWhere(first, effective(s), nowhere); diff != "" {
		t.Errorf("a snapshot changed while it was read: %s", diff)
	}
}
