package admission_test

import (
	"flag"
	"reflect"
	"testing"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"provost.dev/provost/internal/engine/authority"
	"provost.dev/provost/internal/engine/directory"
	"provost.dev/provost/internal/testing/coalition"
	"provost.dev/provost/internal/testing/oracle"
	"provost.dev/provost/internal/testing/tables"
	"provost.dev/provost/internal/testing/worlds"
)

var searchWorlds = flag.Int("search-worlds", 4, "random worlds in which people ask an API server for one thing after the other")

// TestSequencesThroughTheAPIServer has people ask an API server for what the
// search for sequences has them ask the judgement for: in random worlds, in their
// own names, one request after the other, each made for real where it is allowed.
// The answers are those of the judgement by itself.
func TestSequencesThroughTheAPIServer(t *testing.T) {
	g := guard(t)
	asked, allowed, bySchema := 0, 0, 0
	for seed := range uint64(*searchWorlds) {
		a := coalition.NewArena(worlds.NewDice(seed))
		g.hand.Clear(t)
		w := coalition.NewWorld(tables.Now, g.storable(t, a.World().Records))
		g.world(t, w.Records)
		for range 25 {
			r := a.Request(w)
			if reflect.DeepEqual(r.Before, r.After) {
				continue
			}
			want, err := authority.Judge(t.Context(), w.Snapshot(), authority.Requester{User: r.Who},
				authority.Change{Before: r.Before, After: r.After}, tables.Now)
			if err != nil {
				t.Fatal(err)
			}
			asked++
			err = g.ask(t, r)
			switch {
			case apierrors.IsInvalid(err):
				bySchema++
				continue
			case want.Allowed != (err == nil):
				t.Fatalf("seed %d: %s asks for\n%sgot %v, want %q in\n%s", seed, r.Who,
					worlds.DumpChanges([]oracle.Change{{ID: r.ID, Record: r.After}}), err, want.Reason(), worlds.Dump(w.Records))
			case err == nil:
				allowed++
				w = w.After(oracle.Change{ID: r.ID, Record: r.After})
				eventually(t, "the manager knows of it", func() bool {
					rec, _ := g.directory.Snapshot().Record(r.ID)
					return (rec == nil) == (r.After == nil) && (rec == nil || r.Before == nil || !reflect.DeepEqual(rec, r.Before))
				})
			}
		}
	}
	t.Logf("%d requests, %d of them allowed, %d refused by the schema", asked, allowed, bySchema)
	if allowed == 0 || bySchema > asked/2 {
		t.Error("too little of interest happened")
	}
}

// storable are those of some records that the schema admits.
func (g *guarded) storable(t *testing.T, records []directory.Record) []directory.Record {
	t.Helper()
	var out []directory.Record
	for _, r := range records {
		err := g.hand.Client.Create(t.Context(), object(r), client.DryRunAll)
		switch {
		case err == nil:
			out = append(out, r)
		case !apierrors.IsInvalid(err):
			t.Fatalf("%s: %v", r.ID(), err)
		}
	}
	return out
}

// ask makes a request for real.
func (g *guarded) ask(t *testing.T, r coalition.Request) error {
	t.Helper()
	c := as(t, g.Env, r.Who).Client
	switch {
	case r.Before == nil:
		return c.Create(t.Context(), object(r.After))
	case r.After == nil:
		return c.Delete(t.Context(), object(r.Before))
	}
	return g.update(t, c, r.Before, r.After)
}
