package directory

import (
	"math/rand/v2"
	"slices"
	"testing"
)

// merged goes through two sorted lists side by side: what meet does, whatever their lengths.
func merged(a, b []uint32) (out []uint32) {
	for i, j := 0, 0; i < len(a) && j < len(b); {
		switch {
		case a[i] < b[j]:
			i++
		case b[j] < a[i]:
			j++
		default:
			out = append(out, a[i])
			i, j = i+1, j+1
		}
	}
	return out
}

func met(l *grantList, list []uint32) (out []uint32) {
	for i, j := l.meet(list, 0, 0); i < len(list); i, j = l.meet(list, i+1, j+1) {
		if list[i] != l.ids[j] {
			panic("meet returns two places that do not meet")
		}
		out = append(out, list[i])
	}
	return out
}

// randomList is a sorted list of up to n numbers below 4n.
func randomList(r *rand.Rand, n int) []uint32 {
	out := make([]uint32, 0, n)
	for range n {
		out = append(out, r.Uint32N(uint32(4*n)))
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// Lists of like lengths are merged, and of unlike ones the long one is bisected: both find the same.
func TestMeet(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(1, 2))
	found := 0
	for range 2000 {
		l := &grantList{ids: randomList(r, r.IntN(400)+1)}
		list := randomList(r, r.IntN(40)+1)
		for range r.IntN(3) { // some that are there for certain
			list = with(list, l.ids[r.IntN(len(l.ids))])
		}
		want := merged(list, l.ids)
		if got := met(l, list); !slices.Equal(got, want) {
			t.Fatalf("%v and %v meet at %v, want %v", list, l.ids, got, want)
		}
		found += len(want)
	}
	if found == 0 {
		t.Error("nothing ever met")
	}
}

// BenchmarkMeet looks for a person's twelve groups among those of an entity,
// beside a plain merge.
func BenchmarkMeet(b *testing.B) {
	r := rand.New(rand.NewPCG(3, 4))
	for name, n := range map[string]int{"few": 12, "many": 1000} {
		l := &grantList{ids: randomList(r, n)}
		var mine []uint32
		for range 12 {
			mine = with(mine, l.ids[r.IntN(len(l.ids))])
		}
		b.Run(name+"/merge", func(b *testing.B) {
			for b.Loop() {
				merged(mine, l.ids)
			}
		})
		b.Run(name+"/meet", func(b *testing.B) {
			for b.Loop() {
				met(l, mine)
			}
		})
	}
}
