//go:build unix

package cli

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"

	"provost.dev/provost/internal/testing/need"
)

// A second start on a data directory that somebody runs on is refused, and
// changes nothing there: not the log of the one that runs, nor anything else.
func TestUpLeavesWhatAnotherRunsOn(t *testing.T) {
	need.Time(t) // it waits
	bin, dir := t.TempDir(), t.TempDir()
	for name, version := range map[string]string{
		"etcd": "etcd Version: 3.6.8", "kube-apiserver": "Kubernetes v1.36.3", "kube-controller-manager": "Kubernetes v1.36.3",
	} {
		script := fmt.Sprintf("#!/bin/sh\necho '%s'\n", version)
		if err := os.WriteFile(filepath.Join(bin, name), []byte(script), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{
		"manager.log", "audit.log", "kubeconfig", ".gitignore", "controlplane.json", "lock",
		"logs/etcd.log", "logs/kube-apiserver.log", "pki/ca.crt", "pki/ca.key",
	} {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte("of the one that runs: "+name), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	lock, err := os.OpenFile(filepath.Join(dir, "lock"), os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer lock.Close()
	if err := syscall.Flock(int(lock.Fd()), syscall.LOCK_EX); err != nil {
		t.Fatal(err)
	}
	before := contents(t, dir)
	_, stderr, code := run(t, "", "up", "--data-dir", dir, "--bin-dir", bin)
	if code != ExitFailed || !strings.Contains(stderr, "stop it first, or name another data directory") {
		t.Errorf("exit code %d: %s", code, stderr)
	}
	if diff := cmp.Diff(before, contents(t, dir)); diff != "" {
		t.Errorf("(-before +after)\n%s", diff)
	}
}

// contents are the files below a folder.
func contents(t *testing.T, dir string) map[string]string {
	t.Helper()
	out := map[string]string{}
	err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		out[strings.TrimPrefix(path, dir)] = string(data)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}
