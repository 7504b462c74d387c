package admission_test

import (
	"flag"
	"fmt"
	"io/fs"
	"reflect"
	"slices"
	"strings"
	"testing"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/client-go/util/retry"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"provost.dev/provost/config"
	"provost.dev/provost/config/crd"
	"provost.dev/provost/internal/engine/directory"
	"provost.dev/provost/internal/testing/tables"
)

func manifestFile(t testing.TB, name string) string {
	t.Helper()
	content, err := fs.ReadFile(config.Admission, name)
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}

// crdFiles are the manifests of the CRDs.
func crdFiles(t testing.TB) []string {
	t.Helper()
	files, err := fs.Glob(crd.Bases, "bases/*.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, name := range files {
		content, err := fs.ReadFile(crd.Bases, name)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, string(content))
	}
	return out
}

const refused = `admission webhook "changes.provost.dev" denied the request: `

// refusal is why the webhook refused, or nothing where something else went wrong.
func refusal(err error) string {
	_, reasons, _ := strings.Cut(err.Error(), refused)
	return reasons
}

var allRows = flag.Bool("all-rows", false, "ask an API server for every row of the tables, and not for one section in eight")

// TestTableThroughTheAPIServer asks an API server for the changes of the tables,
// in the name of whoever wants to make them. The answers are those of the
// judgement by itself, word for word.
func TestTableThroughTheAPIServer(t *testing.T) {
	g := guard(t)
	all, err := tables.Read("../../engine/authority/testdata")
	if err != nil {
		t.Fatal(err)
	}
	rows, bySchema, sections := 0, 0, 0
	for _, table := range all {
		for _, s := range table.Sections {
			if sections++; !*allRows && sections%8 != 1 {
				continue
			}
			g.hand.Clear(t)
			g.world(t, s.Records)
			for _, r := range s.Rows {
				if reflect.DeepEqual(r.Before, r.After) {
					continue // nothing changes, and nobody is asked
				}
				rows++
				err := g.try(t, r)
				switch {
				case apierrors.IsInvalid(err) && r.Want[0] != tables.Allowed:
					bySchema++
					continue
				case deletesPlatform(r):
					if err == nil {
						t.Errorf("%s: allowed", r.Line)
					}
					continue
				}
				got := tables.Allowed
				if err != nil {
					if got = refusal(err); got == "" {
						got = err.Error()
					}
				}
				if want := strings.Join(r.Want, "; "); got != want {
					t.Errorf("%s: %s\n%s\ngot  %s\nwant %s", table.File, s.Title, r.Line, got, want)
				}
			}
		}
	}
	t.Logf("%d rows, %d of them refused by the schema", rows, bySchema)
	if rows < 30 || bySchema > rows/10 {
		t.Errorf("%d rows, of which %d never came to the webhook", rows, bySchema)
	}
}

func deletesPlatform(r *tables.Row) bool {
	return r.After == nil && r.Before.ID().Kind == directory.KindPlatform
}

// world makes the API server hold the records, and waits until the manager knows.
func (g *guarded) world(t testing.TB, records []directory.Record) {
	t.Helper()
	var want []string
	for _, r := range records {
		if ns, ok := r.(*directory.Namespace); ok {
			g.Namespace(t, ns.Name, ns.Labels)
			continue
		}
		want = append(want, r.ID().String())
		eventually(t, "what an earlier world had of the name is gone", func() bool {
			err := g.hand.Client.Create(t.Context(), object(r))
			if err != nil && !apierrors.IsAlreadyExists(err) {
				t.Fatalf("%s: %v", r.ID(), err)
			}
			return err == nil
		})
	}
	slices.Sort(want)
	eventually(t, "the manager knows the world", func() bool { return slices.Equal(g.known(), want) })
}

// known are the IDs of what the manager knows, namespaces left out.
func (g *guarded) known() []string {
	var out []string
	for _, r := range g.directory.Snapshot().Records() {
		if r.ID().Kind != directory.KindNamespace {
			out = append(out, r.ID().String())
		}
	}
	slices.Sort(out)
	return out
}

// try has the requester of a row make its change, as a dry run.
func (g *guarded) try(t testing.TB, r *tables.Row) error {
	t.Helper()
	c := as(t, g.Env, r.User, r.Groups...).Client
	switch {
	case r.Before == nil:
		return c.Create(t.Context(), object(r.After), client.DryRunAll)
	case r.After == nil:
		return c.Delete(t.Context(), object(r.Before), client.DryRunAll)
	}
	return g.update(t, c, r.Before, r.After, client.DryRunAll)
}

// update replaces an object, of which the manager writes the status meanwhile.
func (g *guarded) update(t testing.TB, c client.Client, before, after directory.Record, opts ...client.UpdateOption) error {
	t.Helper()
	return retry.RetryOnConflict(retry.DefaultRetry, func() error {
		now := object(before)
		if err := c.Get(t.Context(), client.ObjectKeyFromObject(now), now); err != nil {
			return fmt.Errorf("reading what is to change: %w", err)
		}
		is := object(after)
		is.SetResourceVersion(now.GetResourceVersion())
		is.SetFinalizers(now.GetFinalizers()) // the manager's, of what has children
		return c.Update(t.Context(), is, opts...)
	})
}
