package directory

import (
	"iter"
	"slices"
)

// Sorted lists of numbers are the engine's sets: small, flat, and quick to intersect.

func contains(list []uint32, x uint32) bool {
	// Short lists, the usual case, are quicker to run through than to bisect.
	if len(list) <= 8 {
		for _, y := range list {
			if y == x {
				return true
			}
		}
		return false
	}
	_, ok := slices.BinarySearch(list, x)
	return ok
}

// with returns a list that has x too. It copies: the list may be shared with a snapshot.
func with(list []uint32, x uint32) []uint32 {
	i, ok := slices.BinarySearch(list, x)
	if ok {
		return list
	}
	out := make([]uint32, len(list)+1)
	copy(out, list[:i])
	out[i] = x
	copy(out[i+1:], list[i:])
	return out
}

// without returns a list that lacks x. It copies.
func without(list []uint32, x uint32) []uint32 {
	i, ok := slices.BinarySearch(list, x)
	if !ok {
		return list
	}
	if len(list) == 1 {
		return nil
	}
	out := make([]uint32, 0, len(list)-1)
	return append(append(out, list[:i]...), list[i+1:]...)
}

// sorted sorts and removes repetitions in place.
func sorted(list []uint32) []uint32 {
	slices.Sort(list)
	return slices.Compact(list)
}

// differences yields what only one of two sorted lists has; added says that it is the second one.
func differences(before, after []uint32) iter.Seq2[uint32, bool] {
	return func(yield func(x uint32, added bool) bool) {
		i, j := 0, 0
		for i < len(before) || j < len(after) {
			switch {
			case j == len(after) || i < len(before) && before[i] < after[j]:
				if !yield(before[i], false) {
					return
				}
				i++
			case i == len(before) || after[j] < before[i]:
				if !yield(after[j], true) {
					return
				}
				j++
			default:
				i, j = i+1, j+1
			}
		}
	}
}

// intersect says whether two sorted lists have a number in common.
func intersect(a, b []uint32) bool {
	for i, j := 0, 0; i < len(a) && j < len(b); {
		switch {
		case a[i] < b[j]:
			i++
		case b[j] < a[i]:
			j++
		default:
			return true
		}
	}
	return false
}

// either is what only one of two sorted lists has.
func either(a, b []uint32) []uint32 {
	var out []uint32
	for x := range differences(a, b) {
		out = append(out, x)
	}
	return out
}
