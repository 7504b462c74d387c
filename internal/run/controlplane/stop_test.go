package controlplane

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"provost.dev/provost/internal/testing/need"
)

// stubborn is a program that says when it runs, and does not end when asked to.
const stubborn = "trap '' TERM; echo up > $(basename $0).up; while :; do sleep 0.05; done"

// withPrograms is a control plane whose programs run this script.
func withPrograms(t *testing.T, body string) *ControlPlane {
	t.Helper()
	dir, err := openDataDir(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	c := &ControlPlane{dir: dir, processes: map[Component]*process{}, quit: make(chan struct{}), stopped: make(chan struct{})}
	bin := fakeBinaries(t, body, nil)
	for _, component := range components {
		p, err := startProcess(processSpec{component: component, binDir: bin, workDir: dir.path, logPath: dir.log(component), held: dir.lock})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(p.kill)
		c.processes[component] = p
		for deadline := time.Now().Add(patience); ; time.Sleep(10 * time.Millisecond) {
			if _, err := os.Stat(filepath.Join(dir.path, string(component)+".up")); err == nil {
				break
			}
			if time.Now().After(deadline) {
				t.Fatalf("%s does not run", component)
			}
		}
	}
	return c
}

// Without etcd nothing can be brought to an end: nobody is waited for until the
// time is up, which Stop would report.
func TestStopWithoutEtcd(t *testing.T) {
	need.Time(t) // it waits
	for _, when := range []string{"before", "meanwhile"} {
		t.Run(when, func(t *testing.T) {
			c := withPrograms(t, stubborn)
			if when == "before" {
				c.processes[Etcd].kill()
			} else {
				go func() { <-c.quit; c.processes[Etcd].kill() }()
			}
			if err := c.Stop(); err != nil {
				t.Errorf("stopping waited in vain: %v", err)
			}
			for component, p := range c.processes {
				select {
				case <-p.exited:
				default:
					t.Errorf("%s still runs", component)
				}
			}
		})
	}
}

// With etcd, a program has its time, and to have killed it is told.
func TestStopTellsWhomItKilled(t *testing.T) {
	need.Time(t) // it waits
	c := withPrograms(t, stubborn)
	err := c.processes[APIServer].stop(50*time.Millisecond, c.processes[Etcd].exited)
	if err == nil || !strings.Contains(err.Error(), "kube-apiserver did not end within 50ms and was killed") {
		t.Errorf("got %v", err)
	}
	c.processes[Etcd].kill()
	if err := c.Stop(); err != nil {
		t.Error(err)
	}
}
