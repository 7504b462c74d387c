package admission_test

import (
	"strings"
	"testing"
	"time"

	"provost.dev/provost/internal/cluster/admission"
	"provost.dev/provost/internal/engine/catalogue"
	"provost.dev/provost/internal/engine/directory"
	"provost.dev/provost/internal/testing/tables"
)

// A term that is moved may not have what names it last longer than the Platform's limits allow (R33, R38).
func TestLimitsOfTerms(t *testing.T) {
	t.Parallel()
	now := tables.Now
	days := func(last int) *directory.Term {
		end := directory.DayOf(now.AddDate(0, 0, last))
		return &directory.Term{Key: directory.Key{Namespace: "acme", Name: "autumn"}, FirstDay: directory.DayOf(now.AddDate(0, 0, -10)), LastDay: end}
	}
	records := school()
	for i, r := range records {
		if p, ok := r.(*directory.Platform); ok {
			limited := *p
			limited.Limits = directory.Limits{Grant: 30 * 24 * time.Hour, Refuse: true}
			records[i] = &limited
		}
	}
	learns := binding("bob", "course-student")
	learns.Term = days(0).Key
	house := directory.LocalEntity{Level: catalogue.Organisation, Name: "acme"}
	head := binding("sue", "organisation-admin")
	head.Key.Name, head.Entity = "head", house
	records = append(records, &directory.Entity{Key: house.In("acme")}, head, days(20), learns)
	for last, want := range map[int]string{25: "allowed", 40: "refused: RoleBinding " + learns.Key.Name + ": the binding ends at "} {
		h := handlers(t, records)[admission.ChangesPath]
		got := answer(h.Handle(t.Context(), request(t, "sue", part(days(20)), part(days(last)))))
		if !strings.HasPrefix(got[0], want) {
			t.Errorf("%d days: got %q, want %q", last, got, want)
		}
	}
}
