// Package golden holds what a test makes to a file that was looked at.
package golden

import (
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// Equal compares a text with a file. With update it writes the file, for somebody to look at the difference.
func Equal(t testing.TB, file, got string, update bool) {
	t.Helper()
	if update {
		if err := os.WriteFile(file, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s: (-want +got)\n%s", file, diff)
	}
}
