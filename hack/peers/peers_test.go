package peers

import (
	"runtime"
	"slices"
	"testing"
)

// worlds are what everything here is measured over, smallest first.
func worlds() []*World {
	school := School()
	return []*World{
		RBAC("small", 1000, 100),
		RBAC("medium", 10000, 1000),
		RBAC("large", 100000, 10000),
		school.Plain(),
		school,
	}
}

// TestPeersAgree compares the answers of every engine with Provost's, over each world
// that the engine can express the whole of.
func TestPeersAgree(t *testing.T) {
	for _, w := range worlds() {
		t.Run(w.Name, func(t *testing.T) {
			sample := w.Sample(300)
			want := answers(t, Peer{Name: "provost", Load: Provost}, w, sample)
			yes := 0
			for _, is := range want {
				if is {
					yes++
				}
			}
			if yes == 0 || yes == len(want) {
				t.Fatalf("%d of %d answers are yes: the sample says nothing", yes, len(want))
			}
			t.Logf("%d questions, %d of them answered with yes", len(want), yes)
			for _, p := range Peers() {
				if !p.Expresses(w) {
					continue
				}
				t.Run(p.Name, func(t *testing.T) {
					for i, got := range answers(t, p, w, sample) {
						if got != want[i] {
							t.Fatalf("%+v: %v, and Provost says %v", sample[i], got, want[i])
						}
					}
				})
			}
		})
	}
}

// TestSampleNotices sees to it that an engine which forgot overrides or denies would
// not agree with the others.
func TestSampleNotices(t *testing.T) {
	w := School()
	sample := w.Sample(300)
	want := answers(t, Peer{Load: Provost}, w, sample)
	for name, forget := range map[string]func(w *World){
		"roles' overrides":   func(w *World) { w.RoleOverrides = nil },
		"people's overrides": func(w *World) { w.Overrides = nil },
		"denies":             func(w *World) { w.Denies = nil },
	} {
		forgetful := *w
		forget(&forgetful)
		if got := answers(t, Peer{Load: Provost}, &forgetful, sample); slices.Equal(got, want) {
			t.Errorf("without the %s the answers are the same", name)
		}
	}
}

// answers are an engine's, to each question.
func answers(t *testing.T, p Peer, w *World, questions []Query) []bool {
	t.Helper()
	decide, err := p.Load(w, questions)
	if err != nil {
		t.Fatal(err)
	}
	out := make([]bool, len(questions))
	for i := range questions {
		out[i] = decide(i)
	}
	return out
}

// BenchmarkDecision measures one decision.
func BenchmarkDecision(b *testing.B) {
	for _, w := range worlds() {
		b.Run(w.Name, func(b *testing.B) {
			for _, p := range Peers() {
				if !p.Expresses(w) {
					continue
				}
				b.Run(p.Name, func(b *testing.B) {
					decide, err := p.Load(w, w.Queries)
					if err != nil {
						b.Fatal(err)
					}
					runtime.GC() // what loading left behind is no part of a decision
					b.ReportAllocs()
					for i := 0; b.Loop(); i++ {
						decide(i % len(w.Queries))
					}
				})
			}
		})
	}
}
