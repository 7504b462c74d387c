package words

import (
	"testing"
	"time"
)

func TestWords(t *testing.T) {
	for got, want := range map[string]string{
		Count(1, "person", "people"):                                        "1 person",
		Count(0, "person", "people"):                                        "0 people",
		Abridge([]string{"a", "b"}, 2):                                      "a, b",
		Abridge([]string{"a", "b", "c", "d"}, 2):                            "a, b and 2 more",
		Day(time.Date(2027, 1, 2, 0, 0, 0, 0, utc)):                         "2027-01-02",
		Day(time.Date(2027, 1, 2, 4, 5, 6, 0, est)):                         "2027-01-02 09:05:06Z",
		DayOr(time.Time{}):                                                  "",
		Wrap([]string{"view_course", "grade_submissions", "fly"}, "  ", 20): "  view_course,\n  grade_submissions,\n  fly\n",
		Wrap([]string{"a", "b"}, "  ", 20):                                  "  a, b\n",
	} {
		if got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

var utc, est = time.UTC, time.FixedZone("EST", -5*3600)
