package cli

import (
	"errors"
	"fmt"
	"strings"

	"provost.dev/provost/internal/manifest"
	"provost.dev/provost/internal/text/words"
)

// mostProblems is how many problems are shown: more do not help.
const mostProblems = 20

// describeError is an error as the user reads it.
func describeError(err error) string {
	problems, ok := manifest.AsProblems(err)
	if !ok {
		return err.Error()
	}
	var b strings.Builder
	have := "the manifests have"
	if other := (problemsIn{}); errors.As(err, &other) {
		have = other.have
	}
	fmt.Fprintf(&b, "%s %s:\n", have, words.Count(len(problems), "problem", "problems"))
	for _, p := range problems[:min(len(problems), mostProblems)] {
		b.WriteString("  " + p.Error() + "\n")
	}
	if rest := len(problems) - mostProblems; rest > 0 {
		fmt.Fprintf(&b, "  and %d more\n", rest)
	}
	return b.String()
}

// problemsIn are problems in something else than manifests: have says in what, as in "the tests have".
type problemsIn struct {
	have string
	error
}

// Unwrap gives the problems to errors.As.
func (p problemsIn) Unwrap() error { return p.error }
