package directory

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"
)

// kept is a vector beside what it held when it was made.
type kept struct {
	vector[*int]
	want map[uint32]*int
}

// differs says where the vector no longer holds what it should; "" where it does.
// The vector is asked about the numbers that any of its kind has, and beyond its end.
func (k kept) differs(numbers []uint32) string {
	for _, i := range numbers {
		if got, want := k.at(i), k.want[i]; got != want {
			return fmt.Sprintf("at(%d) = %v, want %v", i, got, want)
		}
	}
	got := maps.Collect(all(k.vector))
	if !maps.Equal(got, k.want) {
		return fmt.Sprintf("all yields %d elements, want %d", len(got), len(k.want))
	}
	return ""
}

// Vectors come of each other, as the trunk and as side branches that nobody goes on
// with. Each of them holds for ever what it held when it was made, at the ends of
// pages and branches above all.
func TestVectorsStayAsTheyAre(t *testing.T) {
	t.Parallel()
	transitions := []uint32{0, 1}
	for _, size := range []uint32{pageSize, branchSize, 2 * branchSize} {
		transitions = append(transitions, size-1, size, size+1)
	}
	for seed := range uint64(20) {
		r := rand.New(rand.NewPCG(seed, 5))
		numbers := slices.Clone(transitions)
		for range 40 {
			numbers = append(numbers, r.Uint32N(3*branchSize))
		}
		vectors := []kept{{want: map[uint32]*int{}}}
		for txn := range uint64(300) {
			from := vectors[len(vectors)-1]
			if r.IntN(4) == 0 {
				from = vectors[r.IntN(len(vectors))]
			}
			d, want := from.edit(txn+1), maps.Clone(from.want)
			for range r.IntN(6) {
				i := numbers[r.IntN(len(numbers))]
				if r.IntN(3) == 0 {
					d.set(i, nil)
					delete(want, i)
				} else {
					x := new(int)
					d.set(i, x)
					want[i] = x
				}
				if got := d.at(i); got != want[i] {
					t.Fatalf("seed %d: a draft does not hold what was set", seed)
				}
			}
			vectors = append(vectors, kept{d.vector, want})
		}
		for n, v := range vectors {
			if diff := v.differs(append(numbers, 5*branchSize, none)); diff != "" {
				t.Fatalf("seed %d: vector %d of %d: %s", seed, n, len(vectors), diff)
			}
		}
	}
}

// What is not there reads as nothing, of an empty vector and beyond the end of any.
func TestVectorEnds(t *testing.T) {
	t.Parallel()
	for _, size := range []uint32{0, 1, pageSize - 1, pageSize, pageSize + 1, branchSize - 1, branchSize, branchSize + 1} {
		d := vector[personRow]{}.edit(1)
		for i := range size {
			d.set(i, personRow{groups: []uint32{i}, known: true})
		}
		for i := range size {
			if c := d.at(i); !c.known || c.groups[0] != i {
				t.Fatalf("of %d, at(%d) = %v", size, i, c)
			}
		}
		for _, i := range []uint32{size, size + 1, size + pageSize, size + branchSize, none} {
			if c := d.at(i); c.known || c.groups != nil {
				t.Errorf("of %d, at(%d) = %v", size, i, c)
			}
		}
	}
}
