package directory

import (
	"iter"
	"slices"
)

// vector is an immutable array, indexed by number. A change copies one page, the
// branch of pages that it is on, and the list of branches, not the array: of a
// million pointers, some three kilobytes.
type vector[T any] struct {
	branches []*branch[T]
}

const (
	pageSize    = 128
	branchPages = 64
	branchSize  = branchPages * pageSize
)

type branch[T any] struct {
	owner uint64 // the transaction that may change the branch
	owned uint64 // and the pages on it, a bit each
	pages [branchPages]*[pageSize]T
}

// at returns the element, or nothing where there is none (yet).
func (v vector[T]) at(i uint32) (x T) {
	b := i / branchSize
	if int(b) >= len(v.branches) {
		return x
	}
	page := v.branches[b].pages[i/pageSize%branchPages]
	if page == nil {
		return x
	}
	return page[i%pageSize]
}

// all yields the nodes that are there, with their numbers.
func all[N any](v vector[*N]) iter.Seq2[uint32, *N] {
	return func(yield func(uint32, *N) bool) {
		for b, br := range v.branches {
			for p, page := range br.pages {
				if page == nil {
					continue
				}
				for i, x := range page {
					if x != nil && !yield(uint32(b*branchSize+p*pageSize+i), x) {
						return
					}
				}
			}
		}
	}
}

// draft is a vector being changed by a transaction. What it has not changed it
// shares with the vector that it came from.
type draft[T any] struct {
	vector[T]
	txn    uint64
	shared bool // the list of branches is still the vector's
	// renewed are the numbers of the nodes of which own made the draft's own.
	renewed []uint32
}

func (v vector[T]) edit(txn uint64) draft[T] { return draft[T]{vector: v, txn: txn, shared: true} }

func (d *draft[T]) set(i uint32, x T) {
	if d.shared {
		d.branches = slices.Clone(d.branches)
		d.shared = false
	}
	b, p := int(i/branchSize), i/pageSize%branchPages
	for b >= len(d.branches) {
		d.branches = append(d.branches, &branch[T]{owner: d.txn})
	}
	if old := d.branches[b]; old.owner != d.txn {
		d.branches[b] = &branch[T]{owner: d.txn, pages: old.pages}
	}
	on := d.branches[b]
	if on.owned&(1<<p) == 0 {
		page := new([pageSize]T)
		if old := on.pages[p]; old != nil {
			*page = *old
		}
		on.pages[p] = page
		on.owned |= 1 << p
	}
	on.pages[p][i%pageSize] = x
}
