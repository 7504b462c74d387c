package directory_test

import (
	"testing"
	"time"

	"provost.dev/provost/internal/engine/directory"
	"provost.dev/provost/internal/engine/zones"
	"provost.dev/provost/internal/testing/oracle"
)

// TestFirstInstant is when days begin, where it is not plainly at midnight.
func TestFirstInstant(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct{ zone, day, want string }{
		{"UTC", "2027-02-01", "2027-02-01T00:00:00Z"},
		{"Europe/Berlin", "2027-02-01", "2027-01-31T23:00:00Z"},
		{"Europe/Berlin", "2027-08-01", "2027-07-31T22:00:00Z"},
		{"Europe/Berlin", "2027-03-28", "2027-03-27T23:00:00Z"},      // put forward later that day
		{"America/Sao_Paulo", "2018-11-04", "2018-11-04T03:00:00Z"},  // put forward at midnight: it begins at one
		{"America/Sao_Paulo", "2018-02-18", "2018-02-18T03:00:00Z"},  // put back at midnight to the evening before
		{"America/St_Johns", "2009-11-01", "2009-11-01T02:30:00Z"},   // put back a minute after midnight: it begins twice
		{"Pacific/Apia", "2011-12-30", "2011-12-30T10:00:00Z"},       // left out: as the next one
		{"Pacific/Apia", "2011-12-31", "2011-12-30T10:00:00Z"},       // begins where the 29th ends
		{"Pacific/Kiritimati", "2027-01-02", "2027-01-01T10:00:00Z"}, // the earliest
		{"Etc/GMT+12", "2027-01-02", "2027-01-02T12:00:00Z"},         // the latest
		{"Africa/Cairo", "2100-05-01", "2100-04-30T21:00:00Z"},       // beyond what the database lists one by one
		{"Asia/Kathmandu", "9999-12-31", "9999-12-30T18:15:00Z"},
	} {
		zone, ok := zones.Load(tc.zone)
		if !ok {
			t.Fatalf("no %s", tc.zone)
		}
		day, err := directory.ParseDay(tc.day)
		if err != nil {
			t.Fatal(err)
		}
		if got := day.In(zone).Format(time.RFC3339); got != tc.want {
			t.Errorf("%s in %s begins at %s, want %s", tc.day, tc.zone, got, tc.want)
		}
		if got := oracle.FirstInstant(day, zone).Format(time.RFC3339); got != tc.want {
			t.Errorf("%s in %s begins at %s by the oracle, want %s", tc.day, tc.zone, got, tc.want)
		}
	}
}

// TestFirstInstantIsTheFirst holds the days about every change of the clocks of many zones to the oracle's.
func TestFirstInstantIsTheFirst(t *testing.T) {
	t.Parallel()
	for i, name := range zones.Names() {
		if i%25 != 0 { // in no order, so that others come another time
			continue
		}
		zone, _ := zones.Load(name)
		at := time.Date(1972, 2, 1, 0, 0, 0, 0, time.UTC).In(zone)
		for range 12 {
			_, ends := at.ZoneBounds()
			if ends.IsZero() {
				break
			}
			for days := -1; days <= 1; days++ {
				day := directory.DayOf(ends.AddDate(0, 0, days))
				if got, want := day.In(zone), oracle.FirstInstant(day, zone); !got.Equal(want) {
					t.Errorf("%s in %s begins at %s, by the oracle at %s", day, name, got, want)
				}
			}
			at = ends.AddDate(0, 5, 0)
		}
	}
}

func TestDays(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"", "2027-02-30", "2027-2-1", "2027-02-01T00:00:00Z", "01.02.2027"} {
		if day, err := directory.ParseDay(text); err == nil {
			t.Errorf("%q is %s", text, day)
		}
	}
	day, err := directory.ParseDay("2028-02-28")
	if err != nil || day.String() != "2028-02-28" || day.Next().String() != "2028-02-29" || day.Next().Next().String() != "2028-03-01" {
		t.Errorf("%s, then %s, %v", day, day.Next(), err)
	}
	if (directory.Day{}).String() != "" {
		t.Errorf("no day is %q", directory.Day{})
	}
}

// What a term opens and closes by is worked case 1 with a term, and worked case 2.
const autumn = `
	organisation/acme
	course/algebra under organisation/acme
	group cohort
	term autumn 2027-01-02 2027-01-03 Europe/Berlin
	bind @cohort course-student at course/algebra
	bind bob course-instructor at course/algebra during autumn
	in cohort: carol
`

func TestTermOpensAndCloses(t *testing.T) {
	t.Parallel()
	play(t, autumn+`
		in cohort during autumn: guest
		now 22h59m59s
		? bob at course/algebra = nothing
		? members cohort = carol
		now 23h
		? bob at course/algebra = course-instructor
		? members cohort = carol guest
		now 70h59m59s
		? bob at course/algebra = course-instructor
		? members cohort = carol guest
		now 71h
		? bob at course/algebra = nothing
		? members cohort = carol
	`)
}

func TestTermMovedAndDeleted(t *testing.T) {
	t.Parallel()
	play(t, autumn+`
		in cohort during autumn: carol:removed
		enrol cohort course-student at course/algebra during autumn
		now 72h
		? bob at course/algebra = nothing
		? members cohort = carol
		term autumn 2027-01-02 2027-01-10 Europe/Berlin
		? bob at course/algebra = course-instructor
		? members cohort = nothing
		delete term autumn
		? bob at course/algebra = nothing
		? members cohort = nothing
		now 1000h
		? members cohort = nothing
		term autumn 2027-01-02 2027-01-03 Mars/Phobos
		now 48h
		? bob at course/algebra = nothing
		? members cohort = nothing
		term autumn 2027-01-03 2027-01-02
		? members cohort = nothing
		term autumn 2027-01-03 2027-01-03
		? members cohort = nothing
		? bob at course/algebra = course-instructor
		now 1000h
		? members cohort = carol
	`)
}

func TestTermIsCut(t *testing.T) {
	t.Parallel()
	play(t, autumn+`
		bind dora course-student at course/algebra from +30h during autumn
		bind erin course-student at course/algebra from +80h during autumn
		in cohort until +20h during autumn: frank:removed
		in cohort: frank
		in cohort until +30h during autumn: frank:removed
		now 25h
		? dora at course/algebra = nothing
		? members cohort = carol
		now 31h
		? dora at course/algebra = course-student
		? erin at course/algebra = nothing
		now 81h
		? erin at course/algebra = nothing
		? members cohort = carol frank
	`)
}

// A term of the system namespace is named explicitly, and one of the namespace does not stand in for it.
func TestTermOfTheSystemNamespace(t *testing.T) {
	t.Parallel()
	play(t, `
		organisation/acme
		course/algebra under organisation/acme
		term provost-system/autumn 2027-01-01 2027-01-02
		bind bob course-instructor at course/algebra during autumn
		bind dora course-instructor at course/algebra during provost-system/autumn
		? bob at course/algebra = nothing
		? dora at course/algebra = course-instructor
		platform open zone Asia/Tokyo
		now 38h59m
		? dora at course/algebra = course-instructor
		now 39h
		? dora at course/algebra = nothing
		platform open
		? dora at course/algebra = course-instructor
	`)
}
