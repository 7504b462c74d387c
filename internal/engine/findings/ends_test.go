package findings

import (
	"math/rand/v2"
	"strings"
	"testing"
	"time"
)

// TestEndsAreReadAsWritten holds the writing of an end and the reading of one together: a day means the
// whole day in both, and no end is written with the name of a day on which nothing counts any more.
func TestEndsAreReadAsWritten(t *testing.T) {
	t.Parallel()
	dice := rand.New(rand.NewPCG(1, 2))
	for range 1000 {
		at := time.Unix(dice.Int64N(4e9), 0).UTC()
		if dice.IntN(2) == 0 {
			at = at.Truncate(24 * time.Hour)
		}
		text := End(at)
		back, ok := ReadEnd(strings.TrimPrefix(text, "end of "))
		if !ok || !back.Equal(at) {
			t.Fatalf("%s is written %q and read as %s", at, text, back)
		}
		last := at.Add(-time.Second) // the last second that counts
		if day := last.Format(aDay); !strings.Contains(text, day) && !strings.Contains(text, ":") {
			t.Fatalf("%s is written %q, and the last day is %s", at, text, day)
		}
	}
}

func TestEnds(t *testing.T) {
	t.Parallel()
	day, noon := time.Date(2027, 6, 30, 0, 0, 0, 0, time.UTC), time.Date(2027, 6, 30, 12, 0, 0, 0, time.UTC)
	for got, want := range map[string]string{
		End(day): "end of 2027-06-29", End(noon): "2027-06-30 12:00:00Z", EndOr(time.Time{}): "",
		Ended(day): "ended at the end of 2027-06-29", Ended(noon): "ended at 2027-06-30 12:00:00Z",
		Ends(day): "ends at the end of 2027-06-29", Day(day): "2027-06-30",
	} {
		if got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	for text, want := range map[string]string{
		"2027-06-30": "2027-07-01T00:00:00Z", "2027-06-30T00:00:00Z": "2027-06-30T00:00:00Z",
		"2027-06-30 12:00": "2027-06-30T12:00:00Z", "2027-06-30T12:00:00+02:00": "2027-06-30T12:00:00+02:00", "": "",
	} {
		if got, err := EndOf("--until", text); err != nil || got != want {
			t.Errorf("%q is read as %q, %v; want %q", text, got, err, want)
		}
	}
	if got, err := BeginningOf("--since", "2027-06-30"); err != nil || got != "2027-06-30T00:00:00Z" {
		t.Errorf("a day begins at %q, %v", got, err)
	}
	for _, text := range []string{"tomorrow", "2027-02-30", "30.6.2027"} {
		if got, err := EndOf("--until", text); err == nil || !strings.Contains(err.Error(), "which means that whole day") {
			t.Errorf("%q is read as %q, %v", text, got, err)
		}
	}
}
