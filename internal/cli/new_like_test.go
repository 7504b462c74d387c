package cli

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestNewLike writes a run of a course into a folder that is a kustomization, which reads it then, and refuses where the kustomization
// would make something else of it. What was refused leaves nothing behind.
func TestNewLike(t *testing.T) {
	noCluster(t)
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS("../../examples/community")); err != nil {
		t.Fatal(err)
	}
	args := []string{"new", "course", "soldering-2", "--like", "soldering", "--term", "spring", "--with-staff", "--dir", dir}
	out, errOut, code := run(t, "", args...)
	if code != ExitYes || !strings.Contains(out, "Module soldering-2-safety") || !strings.Contains(out, "next:\n  provost validate -f "+dir) {
		t.Fatalf("exit code %d\n%s%s", code, out, errOut)
	}
	if out, errOut, code := run(t, "", "validate", "-f", dir); code != ExitYes {
		t.Errorf("not valid: exit code %d\n%s%s", code, out, errOut)
	}
	old, _, _ := run(t, "", "tree", "entities", "course/soldering", "-f", dir)
	is, _, _ := run(t, "", "tree", "entities", "course/soldering-2", "-f", dir)
	if strings.Count(old, "soldering") != strings.Count(is, "soldering-2") {
		t.Errorf("the new one has another form:\n%s%s", old, is)
	}
	if _, errOut, code := run(t, "", args...); code != ExitFailed || !strings.Contains(errOut, "choose another name, or rename that one") {
		t.Errorf("twice: exit code %d %s", code, errOut)
	}
	file := filepath.Join(dir, "kustomization.yaml")
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(text), "- courses/soldering-2.yaml\n") {
		t.Errorf("it is not listed:\n%s", text)
	}
	if err := os.WriteFile(file, append(text, "\nnamePrefix: c-\n"...), 0o600); err != nil {
		t.Fatal(err)
	}
	_, errOut, code = run(t, "", "new", "course", "c-3", "--like", "c-soldering", "--term=", "--dir", dir)
	if code != ExitFailed || !strings.Contains(errOut, "a kustomization would make something else of the new file") {
		t.Errorf("a prefix: exit code %d %s", code, errOut)
	}
	if _, err := os.Stat(filepath.Join(dir, "courses", "c-3.yaml")); err == nil {
		t.Error("it was written all the same")
	}
}
