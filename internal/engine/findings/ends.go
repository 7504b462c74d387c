package findings

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

const aDay = "2006-01-02"

// Day writes the moment at which something is or begins, as short as it can be: a date at midnight
// UTC, or date and time. An end is written by End.
func Day(t time.Time) string {
	t = t.UTC()
	if t.Equal(t.Truncate(24 * time.Hour)) {
		return t.Format(aDay)
	}
	return t.Format("2006-01-02 15:04:05Z")
}

// End writes the moment at which something is over (rule R7: a window's end is not in it), so that
// nobody can take it for a day later: what ends as 30 June begins ends with 29 June, and is "end of
// 2027-06-29". ReadEnd reads that day as the same moment.
func End(t time.Time) string {
	t = t.UTC()
	if t.Equal(t.Truncate(24 * time.Hour)) {
		return "end of " + t.AddDate(0, 0, -1).Format(aDay)
	}
	return Day(t)
}

// EndOr is an end as text, or "" for none.
func EndOr(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return End(t)
}

// Ended says when something ended.
func Ended(at time.Time) string { return "ended " + atEnd(at) }

// Ends says when something ends.
func Ends(at time.Time) string { return "ends " + atEnd(at) }

func atEnd(at time.Time) string {
	if text := End(at); strings.HasPrefix(text, "end") {
		return "at the " + text
	}
	return "at " + End(at)
}

// fullForms are how a moment is written in full. Without a zone it is UTC.
var fullForms = []string{time.RFC3339, "2006-01-02T15:04:05", "2006-01-02 15:04:05Z07:00", "2006-01-02 15:04:05", "2006-01-02 15:04"}

// ReadBeginning reads the moment at which something is or begins; a day is its first moment.
func ReadBeginning(text string) (time.Time, bool) {
	for _, form := range slices.Concat(fullForms, []string{aDay}) {
		if t, err := time.Parse(form, text); err == nil {
			return t, true
		}
	}
	return time.Time{}, false
}

// ReadEnd reads the moment at which something is over; a day means the whole day, and so the moment
// at which the next one begins.
func ReadEnd(text string) (time.Time, bool) {
	t, ok := ReadBeginning(text)
	if _, err := time.Parse(aDay, text); err == nil {
		t = t.AddDate(0, 0, 1)
	}
	return t, ok
}

// readAs reads the value of a flag, to be written as RFC 3339; "" stays so.
func readAs(read func(string) (time.Time, bool), name, text, whole string) (string, error) {
	if text == "" {
		return "", nil
	}
	t, ok := read(text)
	if !ok {
		return "", fmt.Errorf("%s %q is no time; write a day as 2027-06-30%s, or a moment as 2027-06-30T12:00:00Z", name, text, whole)
	}
	return t.Format(time.RFC3339), nil
}

// BeginningOf reads the value of a flag as ReadBeginning does, and writes it as manifests have it, in
// RFC 3339; "" stays "". The error names the flag and how to write it.
func BeginningOf(flag, text string) (string, error) { return readAs(ReadBeginning, flag, text, "") }

// EndOf is BeginningOf of an end: a day means the whole day.
func EndOf(flag, text string) (string, error) {
	return readAs(ReadEnd, flag, text, ", which means that whole day")
}
