package university

import (
	"bytes"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"provost.dev/provost/internal/manifest"
	"provost.dev/provost/internal/manifest/format"
	"provost.dev/provost/internal/manifest/validate"
)

// TestUniversity holds the universities to what they are for: nothing to complain of, formatted, and as large as was asked for.
func TestUniversity(t *testing.T) {
	for _, o := range []Options{{People: Fewest}, {People: 600, Seed: 1, Semester: 1}, {People: 2345, Seed: 2, Semester: 4}} {
		u := drawn(t, o)
		report, err := validate.Run(t.Context(), validate.Options{Now: first(2026, time.November)}, manifest.Source{FS: u.FS(), Dir: "."})
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range report.Findings {
			t.Errorf("%+v: %v", o, f)
		}
		people := 0
		for _, f := range u.Files() {
			people += bytes.Count(f.Text, []byte("kind: Person\n"))
			got, problem := format.Text(f.Text, format.Options{})
			if diff := cmp.Diff(string(f.Text), string(got.Text)); problem != nil || diff != "" {
				t.Errorf("%s: %v\n%s", f.Name, problem, diff)
			}
		}
		if people != o.People {
			t.Errorf("%+v: %d people", o, people)
		}
	}
}

// TestDrawnAlike draws one twice, and another one.
func TestDrawnAlike(t *testing.T) {
	o := Options{People: 300, Seed: 7}
	one, again := drawn(t, o), drawn(t, o)
	o.Seed++
	if !cmp.Equal(one.Files(), again.Files()) || cmp.Equal(one.Files(), drawn(t, o).Files()) {
		t.Error("the seed does not decide who they are")
	}
}

func TestTooFew(t *testing.T) {
	if _, err := New(Options{People: 5}); err == nil {
		t.Error("five are a university")
	}
}

func drawn(t *testing.T, o Options) *University {
	t.Helper()
	u, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	return u
}
