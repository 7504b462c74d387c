package authority_test

import (
	"slices"
	"testing"

	"provost.dev/provost/internal/engine/authority"
	"provost.dev/provost/internal/engine/directory"
	"provost.dev/provost/internal/testing/need"
	"provost.dev/provost/internal/testing/oracle"
	"provost.dev/provost/internal/testing/worlds"
)

// TestWhoeverMayRenewIsNamed lets everybody of random worlds try to let each grant go on for another year: whoever is allowed to is
// among those who are said to have the authority, and these are not many more.
func TestWhoeverMayRenewIsNamed(t *testing.T) {
	t.Parallel()
	allowed, said, asked := 0, 0, 0
	for seed := range need.AtMost[uint64](60, 30) {
		d := worlds.NewDice(seed)
		records := inOffice(d, oracle.After(nil, sets(worlds.Random(d))...))
		s := directory.Build(records...)
		renewals := authority.NewRenewals(s, worlds.Now)
		for _, rec := range records {
			later, at, ok := renewed(rec)
			if !ok {
				continue
			}
			c := authority.Change{Before: rec, After: later}
			named := renewals.Of(c, at)
			for _, who := range s.People() {
				asked++
				v := judge(s, authority.Requester{User: who}, c, worlds.Now)
				if !v.Allowed || authority.Trusted(s, authority.Requester{User: who}) {
					continue
				}
				allowed++
				if !slices.Contains(named, who) {
					t.Errorf("seed %d: %s may renew %s, and is not among %v", seed, who, rec.ID(), named)
				}
			}
			said += len(named)
		}
	}
	if allowed == 0 || said > 2*allowed {
		t.Errorf("%d of %d may renew something, and %d are said to", allowed, asked, said)
	}
}

// renewed is a record whose grants go on for another year, and where it gives them. What names a term is left out: a later
// day of its own may change nothing.
func renewed(rec directory.Record) (directory.Record, directory.EntityKey, bool) {
	year := func(w directory.Window) (directory.Window, bool) {
		if w.NotAfter.IsZero() {
			return w, false
		}
		return directory.Window{NotBefore: w.NotBefore, NotAfter: w.NotAfter.AddDate(1, 0, 0)}, true
	}
	switch r := rec.(type) {
	case *directory.RoleBinding:
		c, ok := *r, false
		c.Window, ok = year(r.Window)
		return &c, place(r.Entity, r.Selects).In(r.Key.Namespace), ok && r.Term.Name == ""
	case *directory.PermissionOverride:
		c, ok := *r, false
		c.Window, ok = year(r.Window)
		return &c, r.Entity.In(r.Key.Namespace), ok
	case *directory.Group:
		c := *r
		c.Enrolments = slices.Clone(r.Enrolments)
		for i, e := range c.Enrolments {
			if w, ok := year(e.Window); ok && e.Term.Name == "" {
				c.Enrolments[i].Window = w
				return &c, place(e.Entity, e.Selects).In(r.Key.Namespace), true
			}
		}
	}
	return nil, directory.EntityKey{}, false
}

// place is the entity at which something is given, or below which it is at many.
func place(e directory.LocalEntity, s *directory.EntitySelector) directory.LocalEntity {
	if s != nil {
		return s.Under
	}
	return e
}
