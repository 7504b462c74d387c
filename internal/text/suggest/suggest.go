// Package suggest finds what somebody probably meant by a misspelt name.
package suggest

import (
	"cmp"
	"slices"
	"strings"
)

// Nearest returns up to three of the candidates that are close to name, the
// closest first: by edit distance without regard to case, or because one is a
// part of the other. It returns nothing where nothing is close.
func Nearest(name string, candidates []string) []string {
	type scored struct {
		text  string
		score int
	}
	want := strings.ToLower(name)
	if want == "" {
		return nil
	}
	limit := max(1, len(want)/3)
	var close []scored
	seen := map[string]bool{}
	for _, c := range candidates {
		if c == "" || seen[c] {
			continue
		}
		seen[c] = true
		have := strings.ToLower(c)
		d, ok := Distance(want, have, limit)
		if !ok && len(want) >= 3 && (strings.Contains(have, want) || (len(have) >= 3 && strings.Contains(want, have))) {
			d, ok = limit+1, true
		}
		if ok {
			close = append(close, scored{c, d})
		}
	}
	slices.SortFunc(close, func(a, b scored) int {
		return cmp.Or(cmp.Compare(a.score, b.score), cmp.Compare(len(a.text), len(b.text)), strings.Compare(a.text, b.text))
	})
	out := make([]string, 0, 3)
	for _, s := range close[:min(3, len(close))] {
		out = append(out, s.text)
	}
	return out
}

// DidYouMean is the sentence that offers the nearest candidates, or nothing.
func DidYouMean(name string, candidates []string) string {
	near := Nearest(name, candidates)
	if len(near) == 0 {
		return ""
	}
	return "did you mean " + List(near, "or") + "?"
}

// List writes names as text: "a, b or c".
func List(names []string, conjunction string) string {
	switch n := len(names); n {
	case 0:
		return ""
	case 1:
		return names[0]
	default:
		return strings.Join(names[:n-1], ", ") + " " + conjunction + " " + names[n-1]
	}
}

// Distance is the edit distance of a and b in bytes, a swap of two neighbours
// counting once; ok is false where it is more than limit.
func Distance(a, b string, limit int) (d int, ok bool) {
	if diff := len(a) - len(b); diff > limit || -diff > limit {
		return 0, false
	}
	before := make([]int, len(b)+1)
	last := make([]int, len(b)+1)
	row := make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row[0] = i
		least := i
		for j := 1; j <= len(b); j++ {
			substitute := last[j-1]
			if a[i-1] != b[j-1] {
				substitute++
			}
			row[j] = min(substitute, last[j]+1, row[j-1]+1)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
			least = min(least, row[j])
		}
		if least > limit {
			return 0, false
		}
		before, last, row = last, row, before
	}
	return last[len(b)], last[len(b)] <= limit
}
