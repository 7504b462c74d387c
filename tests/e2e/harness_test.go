package e2e

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/go-logr/logr"
	"k8s.io/apimachinery/pkg/runtime"
	clientgoscheme "k8s.io/client-go/kubernetes/scheme"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/log"

	provostv1 "provost.dev/provost/api/v1alpha1"
	"provost.dev/provost/internal/testing/testenv"
)

// patience is how long anything may take before a test gives up: far longer
// than it does take, even on a busy machine.
const patience = 5 * time.Minute

// What a client logs is of no interest here.
func init() { log.SetLogger(logr.Discard()) }

var build = sync.OnceValues(func() (string, error) {
	root, err := testenv.ModuleRoot()
	if err != nil {
		return "", err
	}
	dir, err := os.MkdirTemp("", "provost-e2e-")
	if err != nil {
		return "", err
	}
	bin := filepath.Join(dir, "provost")
	cmd := exec.Command("go", "build", "-buildvcs=false", "-o", bin, "./cmd/provost")
	cmd.Dir = root
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("building the binary: %w\n%s", err, out)
	}
	return bin, nil
})

// provost returns the program, or skips the test where the control plane's programs are not there.
func provost(t *testing.T) string {
	t.Helper()
	if testing.Short() {
		t.Skip("runs a control plane")
	}
	if _, err := testenv.Binaries(); err != nil {
		t.Skip(err)
	}
	bin, err := build()
	if err != nil {
		t.Fatal(err)
	}
	return bin
}

// upProcess is a running `provost up`.
type upProcess struct {
	t       *testing.T
	cmd     *exec.Cmd
	dataDir string
	summary string
	stderr  *bytes.Buffer
	exited  chan error
	client  client.Client
	config  *rest.Config
}

// startUp starts `provost up` and returns when the summary is there.
func startUp(t *testing.T, dataDir string, args ...string) *upProcess {
	t.Helper()
	bin := provost(t)
	binaries, err := testenv.Binaries()
	if err != nil {
		t.Skip(err)
	}
	args = append([]string{"up", "--data-dir", dataDir, "--bin-dir", binaries, "--interval", "1h"}, args...)
	u := &upProcess{t: t, cmd: exec.Command(bin, args...), dataDir: dataDir, stderr: &bytes.Buffer{}, exited: make(chan error, 1)}
	u.cmd.Stderr = u.stderr
	stdout, err := u.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := u.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	shown := make(chan string, 1)
	go func() {
		var text strings.Builder
		for lines := bufio.NewScanner(stdout); lines.Scan(); {
			fmt.Fprintln(&text, lines.Text())
			if strings.HasPrefix(lines.Text(), "Ctrl-C") {
				shown <- text.String()
			}
		}
		u.exited <- u.cmd.Wait()
	}()
	t.Cleanup(u.kill)
	select {
	case u.summary = <-shown:
	case err := <-u.exited:
		t.Fatalf("up ended: %v\n%s", err, u.stderr)
	case <-time.After(patience):
		t.Fatalf("up says nothing:\n%s", u.stderr)
	}
	u.connect()
	return u
}

func (u *upProcess) kubeconfig() string { return filepath.Join(u.dataDir, "kubeconfig") }

func (u *upProcess) connect() {
	u.t.Helper()
	cfg, err := clientcmd.BuildConfigFromFlags("", u.kubeconfig())
	if err != nil {
		u.t.Fatal(err)
	}
	cfg.QPS, cfg.Burst = -1, -1
	scheme := runtime.NewScheme()
	for _, add := range []func(*runtime.Scheme) error{clientgoscheme.AddToScheme, provostv1.AddToScheme} {
		if err := add(scheme); err != nil {
			u.t.Fatal(err)
		}
	}
	if u.client, err = client.New(cfg, client.Options{Scheme: scheme}); err != nil {
		u.t.Fatal(err)
	}
	u.config = cfg
}

// stop interrupts it as Ctrl-C does, and waits for a clean end.
func (u *upProcess) stop() {
	u.t.Helper()
	_ = u.cmd.Process.Signal(syscall.SIGINT)
	select {
	case err := <-u.exited:
		u.exited <- err
		if err != nil {
			u.t.Errorf("stopping: %v\n%s", err, u.stderr)
		}
	case <-time.After(patience):
		u.t.Fatalf("does not stop:\n%s", u.stderr)
	}
}

// kill ends it at once, as a crash would; its children end with it.
func (u *upProcess) kill() {
	_ = u.cmd.Process.Kill()
	err := <-u.exited
	u.exited <- err
}

// kubectl runs kubectl and returns what it prints.
func (u *upProcess) kubectl(args ...string) string {
	u.t.Helper()
	binaries, err := testenv.Binaries()
	if err != nil {
		u.t.Skip(err)
	}
	program := filepath.Join(binaries, "kubectl")
	if _, err := os.Stat(program); err != nil {
		program = "kubectl"
	}
	cmd := exec.Command(program, args...)
	cmd.Env = append(os.Environ(), "KUBECONFIG="+u.kubeconfig())
	out, err := cmd.CombinedOutput()
	if err != nil {
		u.t.Fatalf("kubectl %s: %v\n%s", strings.Join(args, " "), err, out)
	}
	return string(out)
}

// eventually waits until f returns nothing that is wrong.
func eventually(t *testing.T, f func() string) {
	t.Helper()
	var wrong string
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); time.Sleep(50 * time.Millisecond) {
		if wrong = f(); wrong == "" {
			return
		}
	}
	t.Fatal(wrong)
}

// reconcile asks the GitSync to look at the repository at once, and waits until it has applied a commit.
func (u *upProcess) reconcile(ctx context.Context, commit string) {
	u.t.Helper()
	key := client.ObjectKey{Namespace: "provost-system", Name: "up"}
	g := &provostv1.GitSync{}
	if err := u.client.Get(ctx, key, g); err != nil {
		u.t.Fatal(err)
	}
	patch := client.MergeFrom(g.DeepCopy())
	g.Annotations[provostv1.RequestedAtAnnotation] = time.Now().Format(time.RFC3339Nano)
	if err := u.client.Patch(ctx, g, patch); err != nil {
		u.t.Fatal(err)
	}
	eventually(u.t, func() string {
		if err := u.client.Get(ctx, key, g); err != nil {
			return err.Error()
		}
		if !strings.HasSuffix(g.Status.LastAppliedRevision, commit) {
			return fmt.Sprintf("applied %s, not %s: %v", g.Status.LastAppliedRevision, commit, g.Status.Conditions)
		}
		return ""
	})
}

// git runs git in a directory.
func git(t *testing.T, dir string, args ...string) string {
	t.Helper()
	cmd := exec.Command("git", append([]string{"-c", "user.name=Test", "-c", "user.email=test@example.org", "-c", "commit.gpgsign=false"},
		args...)...)
	cmd.Dir = dir
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("git %s: %v\n%s", strings.Join(args, " "), err, out)
	}
	return strings.TrimSpace(string(out))
}
