//go:build unix

package manifest_test

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"provost.dev/provost/internal/manifest"
	"provost.dev/provost/internal/testing/need"
)

// A pipe or a device by the name of a manifest is not opened: reading it would never end.
func TestPipesAreNotRead(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "good.yaml"), []byte(good), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Mkfifo(filepath.Join(dir, "pipe.yaml"), 0o600); err != nil {
		need.Missing(t, err)
	}
	source, closer, err := manifest.Folder(dir, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = closer.Close() }()
	set, err := manifest.Read(t.Context(), manifest.Options{}, source)
	if err != nil || len(set.Items) != 1 || len(set.Notes) != 1 || !strings.Contains(set.Notes[0], "is not a file and is not read") {
		t.Errorf("read %v, %v", set, err)
	}
}
