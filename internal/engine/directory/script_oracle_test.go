package directory_test

import (
	"slices"
	"strings"
	"testing"

	"provost.dev/provost/internal/engine/directory"
	"provost.dev/provost/internal/testing/oracle"
	"provost.dev/provost/internal/testing/script"
)

// play runs a script (see package script for the language) and puts each of its
// questions to the oracle, to an engine that took in one line after the other,
// and to one built of the records as they stand.
func play(t *testing.T, text string) {
	t.Helper()
	s, live := script.New(text), directory.New()
	asked := 0
	for {
		more, err := s.Next()
		if err != nil {
			t.Fatal(err)
		}
		if !more {
			break
		}
		live.Apply(changes(s.Changes)...)
		if s.Question == nil {
			continue
		}
		asked++
		for _, side := range []struct {
			name string
			script.Answers
		}{
			{"oracle", oracle.New(s.Records()...)},
			{"engine, line by line", live.Snapshot()},
			{"engine, built at once", directory.Build(s.Records()...)},
		} {
			if got := s.Question.Ask(side); !slices.Equal(got, s.Question.Want) {
				t.Errorf("%s\n%s says: %s", s.Line, side.name, strings.Join(got, " "))
			}
		}
	}
	if asked == 0 {
		t.Error("the script asks nothing")
	}
}

// changes are the oracle's as the engine's.
func changes(list []oracle.Change) []directory.Change {
	var out []directory.Change
	for _, c := range list {
		if c.Record == nil {
			out = append(out, directory.Delete(c.ID))
		} else {
			out = append(out, directory.Upsert(c.Record))
		}
	}
	return out
}
