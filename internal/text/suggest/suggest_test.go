package suggest

import (
	"slices"
	"testing"
)

func TestNearest(t *testing.T) {
	names := []string{"alice", "alina", "bob", "grade_submissions", "view_submissions", "view_course"}
	for _, tc := range []struct {
		name string
		want []string
	}{
		{"alcie", []string{"alice"}},
		{"Alice", []string{"alice"}},
		{"grade_submission", []string{"grade_submissions"}},
		{"submissions", []string{"view_submissions", "grade_submissions"}},
		{"bo", []string{"bob"}},
		{"zzz", nil},
		{"", nil},
	} {
		if got := Nearest(tc.name, names); !slices.Equal(got, tc.want) {
			t.Errorf("Nearest(%q) = %q, want %q", tc.name, got, tc.want)
		}
	}
}

func TestDidYouMean(t *testing.T) {
	if got, want := DidYouMean("mian", []string{"main", "next"}), "did you mean main?"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if got := DidYouMean("x", nil); got != "" {
		t.Errorf("got %q for no candidates", got)
	}
}
