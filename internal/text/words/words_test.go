package words

import (
	"testing"
	"time"
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

// TestReadSpan reads lengths of time, and refuses what is none.
func TestReadSpan(t *testing.T) {
	for text, want := range map[string]time.Duration{"30d": 720 * time.Hour, "2w": 336 * time.Hour, "36h": 36 * time.Hour, "0d": 0, "-1h": 0, "3y": 0,
		"": 0, "99999999d": 0} {
		got, err := ReadSpan("--within", text)
		if got != want || (err == nil) != (want > 0) {
			t.Errorf("%q: %v, %v", text, got, err)
		}
	}
}
