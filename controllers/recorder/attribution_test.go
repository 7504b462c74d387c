package recorder

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"

	"provost.dev/provost/controllers/feed"
	"provost.dev/provost/internal/cluster/audit"
	"provost.dev/provost/internal/engine/directory"
	"provost.dev/provost/internal/testing/need"
	"provost.dev/provost/internal/testing/oracle"
	"provost.dev/provost/internal/testing/worlds"
)

// TestCandidates makes random changes, several a step, and asks of everybody at every entity what brought a change about:
// the events that an index finds are those that a walk over all of them finds.
func TestCandidates(t *testing.T) {
	asked, found := 0, 0
	for seed := range need.AtMost[uint64](60, 10) {
		d := worlds.NewDice(seed)
		records := worlds.Random(d)
		m := worlds.NewMutator(d)
		live := directory.New()
		for _, r := range records {
			live.Apply(directory.Upsert(r))
		}
		var steps []*step
		for range 3 {
			s := &feed.Step{Before: live.Snapshot()}
			changed := map[directory.ID]bool{}
			for range 1 + d.IntN(3*few) {
				c := m.Change(records)
				records = oracle.After(records, c)
				if !changed[c.ID] { // the Feed gives each object once a step
					changed[c.ID] = true
				}
			}
			for id := range changed {
				e := feed.Event{ID: id, Object: audit.Object{Kind: string(id.Kind), Namespace: id.Namespace, Name: id.Name, Action: audit.Deleted}}
				if i := slices.IndexFunc(records, func(r directory.Record) bool { return r.ID() == id }); i >= 0 {
					e.Record, e.Object.Action = records[i], audit.Changed
					live.Apply(directory.Upsert(records[i]))
				} else {
					live.Apply(directory.Delete(id))
				}
				s.Events = append(s.Events, e)
			}
			steps = append(steps, newStep(s))
		}
		now := live.Snapshot()
		for _, person := range now.People() {
			for _, entity := range now.Entities() {
				q := question{now: now, at: worlds.Now, person: person, entity: entity}
				got, want := sorted(bearing(steps, q)), sorted(walked(steps, q))
				if diff := gocmp.Diff(want, got); diff != "" {
					t.Fatalf("seed %d, %s at %s (-want +got)\n%s", seed, person, entity, diff)
				}
				asked++
				found += len(got)
			}
		}
	}
	t.Logf("%d questions, %d events", asked, found)
	if found < asked/20 {
		t.Errorf("%d questions found %d events only", asked, found)
	}
}

// walked looks at every event of every step.
func walked(steps []*step, q question) []audit.Object {
	last := map[directory.ID]audit.Object{}
	for _, s := range steps {
		for i := range s.Events {
			e := &s.Events[i]
			if _, known := last[e.ID]; known || bearsOn(e, s.Before, q) {
				last[e.ID] = e.Object
			}
		}
	}
	return slices.Collect(maps.Values(last))
}

func sorted(objects []audit.Object) []string {
	var out []string
	for _, o := range objects {
		out = append(out, fmt.Sprintf("%s %s/%s %s", o.Kind, o.Namespace, o.Name, o.Action))
	}
	slices.SortFunc(out, cmp.Compare[string])
	return out
}
