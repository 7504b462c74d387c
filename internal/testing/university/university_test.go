package university

import (
	"bytes"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"provost.dev/provost/internal/manifest"
	"provost.dev/provost/internal/manifest/format"
	"provost.dev/provost/internal/manifest/generate"
	"provost.dev/provost/internal/manifest/validate"
	"provost.dev/provost/internal/testing/need"
)

// TestUniversity holds the universities to what they are for: nothing to complain of, formatted, and as large as was asked for.
func TestUniversity(t *testing.T) {
	all := []Options{{People: Fewest}, {People: 600, Seed: 1, Semester: 1}, {People: 700, Seed: 2, Semester: 4}}
	for _, o := range all[:need.AtMost(len(all), 1)] {
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
			if problem != nil || !bytes.Equal(f.Text, got.Text) {
				t.Errorf("%s: %v\n%s", f.Name, problem, cmp.Diff(string(f.Text), string(got.Text)))
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
	same := func(a, b *University) bool {
		return slices.EqualFunc(a.Files(), b.Files(), func(a, b generate.File) bool { return a.Name == b.Name && bytes.Equal(a.Text, b.Text) })
	}
	one, again := drawn(t, o), drawn(t, o)
	o.Seed++
	if !same(one, again) || same(one, drawn(t, o)) {
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
