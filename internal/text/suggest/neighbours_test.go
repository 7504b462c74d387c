package suggest

import (
	"slices"
	"testing"
)

func TestNeighbours(t *testing.T) {
	n := NewNeighbours([]string{"katharina", "katherine", "marta", "martha", "s1001", "ann", "jo-smith"})
	for name, want := range map[string][]string{
		"katherina": {"katharina", "katherine"}, "katharina": nil, "akatharina": {"katharina"}, "katharnia": {"katharina"},
		"marta": {"martha"}, "s1002": nil, "s101": nil, "anna": nil, "jo-smiht": {"jo-smith"}, "someone": nil,
	} {
		if got := n.Of(name); !slices.Equal(got, want) {
			t.Errorf("%s: %v, want %v", name, got, want)
		}
	}
}
