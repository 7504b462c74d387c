package source

import (
	"context"
	"testing"

	"github.com/google/go-cmp/cmp"

	"provost.dev/provost/internal/engine/directory"
	"provost.dev/provost/internal/testing/need"
	"provost.dev/provost/internal/testing/worlds"
)

// TestAbout asks random worlds about everybody everywhere: what is listed for a question gives the same explanation as
// everything, in whichever order it comes.
func TestAbout(t *testing.T) {
	asked, answered := 0, 0
	for seed := range need.AtMost[uint64](40, 10) {
		records := worlds.Random(worlds.NewDice(seed))
		whole := directory.Build(records...)
		for _, person := range whole.People() {
			for _, at := range whole.Entities() {
				asked++
				about := About{Person: person, Level: at.Level, Namespace: at.Namespace, Name: at.Name}
				some, enough, err := about.records(t.Context(), listerOf(records))
				if err != nil {
					t.Fatal(err)
				}
				if !enough {
					continue
				}
				answered++
				want, got := whole.Explain(person, at, worlds.Now), directory.Build(some...).Explain(person, at, worlds.Now)
				if diff := cmp.Diff(want, got); diff != "" {
					t.Fatalf("seed %d, %s at %s: (-everything +what was listed)\n%s\n%s", seed, person, at, diff, worlds.Dump(records))
				}
			}
		}
	}
	t.Logf("%d of %d questions were answered by less than everything", answered, asked)
	if answered < asked/2 {
		t.Errorf("%d of %d questions were answered by less than everything", answered, asked)
	}
}

// listerOf lists records as the API server does.
func listerOf(records []directory.Record) lister {
	return func(_ context.Context, kind directory.Kind, namespace string, by fields) (out []directory.Record, err error) {
		for _, r := range records {
			if id := r.ID(); id.Kind == kind && (namespace == "" || id.Namespace == namespace) && matches(r, by) {
				out = append(out, r)
			}
		}
		return out, nil
	}
}

func matches(r directory.Record, by fields) bool {
	for name, value := range by {
		var has string
		switch r := r.(type) {
		case *directory.RoleBinding:
			if r.Selects != nil {
				has = map[string]string{"spec.entitySelector.level": r.Selects.Level.String()}[name]
				break
			}
			has = map[string]string{"spec.entityRef.kind": r.Entity.Level.String(), "spec.entityRef.name": r.Entity.Name}[name]
		case *directory.PermissionOverride:
			has = map[string]string{"spec.person": r.Person}[name]
		default:
			has = map[string]string{"metadata.name": r.ID().Name}[name]
		}
		if has != value {
			return false
		}
	}
	return true
}
