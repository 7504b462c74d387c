package up

import (
	"os"
	"path/filepath"
	"testing"
)

// The log of the last start is kept, and no more than that one.
func TestOpenLog(t *testing.T) {
	dir := t.TempDir()
	for _, text := range []string{"first", "second", "third"} {
		f, err := openLog(dir)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := f.WriteString(text); err != nil {
			t.Fatal(err)
		}
		if err := f.Close(); err != nil {
			t.Fatal(err)
		}
	}
	for name, want := range map[string]string{logName: "third", logName + ".1": "second"} {
		if got, err := os.ReadFile(filepath.Join(dir, name)); err != nil || string(got) != want {
			t.Errorf("%s holds %q, %v; want %q", name, got, err, want)
		}
	}
	if entries, err := os.ReadDir(dir); err != nil || len(entries) != 2 {
		t.Errorf("there are %v, %v", entries, err)
	}
}
