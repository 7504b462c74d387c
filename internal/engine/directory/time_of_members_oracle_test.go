package directory_test

import (
	"testing"
	"time"

	"provost.dev/provost/internal/engine/directory"
	"provost.dev/provost/internal/testing/oracle"
)

// TestMembershipsByTheClock are memberships that begin and end by the clock alone (R12a), held by the
// engine and by the oracle: a guest until the end of a day somewhere, and somebody who is away for two months.
func TestMembershipsByTheClock(t *testing.T) {
	t.Parallel()
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	day := func(month time.Month, d int) time.Time { return time.Date(2027, month, d, 0, 0, 0, 0, berlin) }
	utc := func(month time.Month, d, h, m, s int) time.Time {
		return time.Date(2027, month, d, h, m, s, 0, time.UTC)
	}
	cohort := directory.Key{Namespace: "acme", Name: "cohort"}
	type is map[time.Time]bool
	for _, tc := range []struct {
		name    string
		entries []directory.Member
		is      is
	}{
		{"a guest until the end of 31 March", []directory.Member{{Name: "guest", Window: directory.Window{NotAfter: day(4, 1)}}},
			is{utc(3, 31, 21, 59, 59): true, utc(3, 31, 22, 0, 0): false}},
		{"removed from March to May", []directory.Member{
			{Name: "guest"},
			{Name: "guest", ID: "away", State: directory.MemberRemoved, Window: directory.Window{NotBefore: day(3, 1), NotAfter: day(6, 1)}},
		}, is{day(3, 1).Add(-time.Second): true, day(3, 1): false, day(6, 1).Add(-time.Second): false, day(6, 1): true}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			g := &directory.Group{Key: cohort, Members: tc.entries}
			s, w := directory.Build(g), oracle.New(g)
			for at, want := range tc.is {
				if _, got := s.Member(cohort, "guest", at); got != want || w.IsMember("guest", cohort, at) != want {
					t.Errorf("at %s a member: %v by the engine, %v by the oracle, want %v", at.UTC(), got, w.IsMember("guest", cohort, at), want)
				}
			}
		})
	}
}
