package controlplane

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"
)

// orphanVariable tells the test binary to be the parent that gets killed.
const orphanVariable = "CONTROLPLANE_TEST_ORPHAN_DIR"

// TestNothingOutlivesUs kills a process that runs a control plane, without any
// chance to clean up, and wants the next start to find the directory free.
func TestNothingOutlivesUs(t *testing.T) {
	if dir := os.Getenv(orphanVariable); dir != "" {
		startLive(t, dir)
		fmt.Println("\nready")
		select {}
	}
	requirePrograms(t)
	dir := t.TempDir()
	parent := exec.Command(os.Args[0], "-test.run=^TestNothingOutlivesUs$")
	parent.Env = append(os.Environ(), orphanVariable+"="+dir, AssetsVariable+"="+DefaultBinDir())
	out, err := parent.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := parent.Start(); err != nil {
		t.Fatal(err)
	}
	var said []string
	ready := false
	for lines := bufio.NewScanner(out); !ready && lines.Scan(); {
		said = append(said, lines.Text())
		ready = lines.Text() == "ready"
	}
	if err := parent.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = parent.Wait()
	if !ready {
		t.Fatalf("the parent did not start:\n%s", strings.Join(said, "\n"))
	}
	// The lock is held by every program; it is free only when all are gone.
	startLive(t, dir)
}
