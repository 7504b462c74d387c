package words

import (
	"testing"
)

func TestWords(t *testing.T) {
	for got, want := range map[string]string{
		Count(1, "person", "people"):                                        "1 person",
		Count(0, "person", "people"):                                        "0 people",
		Wrap([]string{"view_course", "grade_submissions", "fly"}, "  ", 20): "  view_course,\n  grade_submissions,\n  fly\n",
		Wrap([]string{"a", "b"}, "  ", 20):                                  "  a, b\n",
	} {
		if got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}
