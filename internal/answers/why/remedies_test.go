package why

import (
	"slices"
	"testing"
	"time"

	"provost.dev/provost/internal/engine/catalogue"
	"provost.dev/provost/internal/engine/directory"
	"provost.dev/provost/internal/manifest"
)

// TestRemediesHelp makes the edits that "why" proposes, for every "no" of the
// fixture, and asks again.
func TestRemediesHelp(t *testing.T) {
	source, closer, err := manifest.Folder("../../cli/testdata/school", nil)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = closer.Close() }()
	set, err := manifest.Read(t.Context(), manifest.Options{}, source)
	if err != nil {
		t.Fatal(err)
	}
	snapshot := set.Snapshot()
	now := time.Date(2027, 3, 1, 12, 0, 0, 0, time.UTC)
	tried := 0
	for _, e := range snapshot.Entities() {
		for _, who := range append(slices.Clone(snapshot.People()), "somebody-new") {
			for _, p := range e.Level.Permissions() {
				tried += checkRemedies(t, snapshot, who, p, e, now)
			}
		}
	}
	if tried < 100 {
		t.Errorf("only %d remedies were tried", tried)
	}
}

// checkRemedies tries each alternative together with all that is needed.
func checkRemedies(t *testing.T, s *directory.Snapshot, who string, p catalogue.Permission, e directory.EntityKey, now time.Time) int {
	t.Helper()
	tried := 0
	remedies := s.Remedies(who, p, e, now)
	if s.Can(who, p, e, now) {
		if len(remedies) > 0 {
			t.Errorf("remedies for a yes: %s %s %s", who, p.ID, e)
		}
		return 0
	}
	if len(remedies) == 0 {
		t.Errorf("no remedy: %s %s %s", who, p.ID, e)
	}
	var needed, ways []directory.Remedy
	for _, r := range remedies {
		if r.Needed {
			needed = append(needed, r)
		} else {
			ways = append(ways, r)
		}
	}
	if len(ways) == 0 {
		ways = append(ways, directory.Remedy{Kind: none})
	}
	for _, way := range ways {
		if way.Kind == directory.RemedyRule {
			continue // says what is asked for, and leaves open how to get it
		}
		after := s
		for _, r := range append(slices.Clone(needed), way) {
			after = mend(t, after, &r, who, p, e)
		}
		tried++
		if after.Access(who, e, now).Denied.Has(p.Set()) && !s.Access(who, e, now).Denied.Has(p.Set()) {
			continue // what was given is denied in turn: of a group joined, or of somebody unknown before
		}
		if !after.Can(who, p, e, now) {
			t.Errorf("%s may still not %s at %s after %+v and %+v", who, p.ID, e, needed, way)
		}
	}
	return tried
}

const none = directory.RemedyKind(255)

// mend makes the edit of a remedy.
func mend(
	t *testing.T, s *directory.Snapshot, r *directory.Remedy, who string, p catalogue.Permission, e directory.EntityKey,
) *directory.Snapshot {
	t.Helper()
	local := directory.LocalEntity{Level: e.Level, Name: e.Name}
	record, _ := s.Record(r.Target)
	var change directory.Change
	switch r.Kind {
	case none:
		return s
	case directory.RemedyReinstate:
		c := *record.(*directory.Person)
		c.Suspended = false
		change = directory.Upsert(&c)
	case directory.RemedyDeny:
		change = directory.Delete(r.Target)
	case directory.RemedyOverride:
		c := *record.(*directory.PermissionOverride)
		c.Permissions = append(slices.Clone(c.Permissions), p.ID)
		change = directory.Upsert(&c)
	case directory.RemedyRoleOverride:
		c := *record.(*directory.Role)
		c.Permissions = append(slices.Clone(c.Permissions), p.ID)
		change = directory.Upsert(&c)
	case directory.RemedyWindow:
		c := *record.(*directory.RoleBinding)
		c.Window = directory.Window{}
		change = directory.Upsert(&c)
	case directory.RemedyJoin, directory.RemedyUnblock:
		c := *record.(*directory.Group)
		c.Members = slices.DeleteFunc(slices.Clone(c.Members), func(m directory.Member) bool { return m.Name == who })
		c.Members = append(c.Members, directory.Member{Name: who})
		change = directory.Upsert(&c)
	case directory.RemedyBind:
		change = directory.Upsert(&directory.RoleBinding{
			Key: directory.Key{Namespace: e.Namespace, Name: "mend"}, Entity: local,
			Role: directory.RoleRef{Name: r.Role.Name}, Subjects: []directory.Subject{directory.PersonSubject(who)},
		})
	default:
		t.Fatalf("no edit is known for %+v", r)
	}
	after, _ := s.With(change)
	return after
}
