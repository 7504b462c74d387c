package directory

import (
	"cmp"
	"fmt"
	"time"
)

// Day is a civil date, which is another moment in each time zone. The zero Day is none.
type Day struct {
	Year  int
	Month time.Month
	Day   int
}

// ParseDay reads a date of the calendar as manifests write it: "2027-02-01".
func ParseDay(text string) (Day, error) {
	t, err := time.Parse(time.DateOnly, text)
	if err != nil {
		return Day{}, fmt.Errorf("%q is no date: write year, month and day, such as 2027-02-01", text)
	}
	return DayOf(t), nil
}

// DayOf is the date that a moment has in its own time zone.
func DayOf(t time.Time) Day {
	year, month, day := t.Date()
	return Day{year, month, day}
}

// String is the date as manifests write it; "" for none.
func (d Day) String() string {
	if d == (Day{}) {
		return ""
	}
	return fmt.Sprintf("%04d-%02d-%02d", d.Year, d.Month, d.Day)
}

// Next is the day after.
func (d Day) Next() Day { return DayOf(time.Date(d.Year, d.Month, d.Day+1, 0, 0, 0, 0, time.UTC)) }

// Compare orders days by the calendar.
func (d Day) Compare(o Day) int {
	return cmp.Or(cmp.Compare(d.Year, o.Year), cmp.Compare(d.Month, o.Month), cmp.Compare(d.Day, o.Day))
}

// farthest is more than any zone's clocks have ever been ahead of or behind UTC.
const farthest = 26 * time.Hour

// In is the first instant of the day in a time zone: midnight, mostly. On some days the clocks are put forward at
// midnight, so that there is none, and some days a zone leaves out; the day then begins with what comes first after it. Where
// the clocks are put back over midnight, it begins with the first of the two.
func (d Day) In(zone *time.Location) time.Time {
	midnight := time.Date(d.Year, d.Month, d.Day, 0, 0, 0, 0, time.UTC)
	for t := midnight.Add(-farthest).In(zone); ; {
		_, ahead := t.Zone()
		begins, ends := t.ZoneBounds()
		at := midnight.Add(-time.Duration(ahead) * time.Second)
		if at.Before(begins) {
			at = begins
		}
		if ends.IsZero() || at.Before(ends) {
			return at.UTC()
		}
		t = ends
	}
}
