package directory

import "iter"

const pageSize = 512

// vector is an immutable array of pointers, indexed by number. A change copies
// one page and the list of pages, not the array: of a million elements, some
// twenty kilobytes.
type vector[T any] struct {
	pages []*[pageSize]*T
}

// at returns the element, or nil where there is none (yet).
func (v vector[T]) at(i uint32) *T {
	p := i / pageSize
	if int(p) >= len(v.pages) || v.pages[p] == nil {
		return nil
	}
	return v.pages[p][i%pageSize]
}

// all yields the elements that are there, with their numbers.
func (v vector[T]) all() iter.Seq2[uint32, *T] {
	return func(yield func(uint32, *T) bool) {
		for p, page := range v.pages {
			if page == nil {
				continue
			}
			for i, x := range page {
				if x != nil && !yield(uint32(p*pageSize+i), x) {
					return
				}
			}
		}
	}
}

// draft is a vector being changed. What it has not changed it shares with the
// vector that it came from.
type draft[T any] struct {
	vector[T]
	owned  []bool // pages that are the draft's own
	shared bool   // the list of pages is still the vector's
}

func (v vector[T]) edit() draft[T] { return draft[T]{vector: v, shared: true} }

func (d *draft[T]) set(i uint32, x *T) {
	p := int(i / pageSize)
	if d.shared {
		d.pages = append([]*[pageSize]*T(nil), d.pages...)
		d.owned = make([]bool, len(d.pages))
		d.shared = false
	}
	for p >= len(d.pages) {
		d.pages = append(d.pages, nil)
		d.owned = append(d.owned, false)
	}
	if !d.owned[p] {
		page := new([pageSize]*T)
		if old := d.pages[p]; old != nil {
			*page = *old
		}
		d.pages[p] = page
		d.owned[p] = true
	}
	d.pages[p][i%pageSize] = x
}
