package e2e

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/rest"
	"sigs.k8s.io/controller-runtime/pkg/client"

	provostv1 "provost.dev/provost/api/v1alpha1"
	"provost.dev/provost/internal/testing/need"
)

// The last changes of a real organisation (20 of them in a long run), one by one, with the process
// killed in the middle of one and the API server in the middle of another:
// after each, every person's status in the cluster says what the command line
// says of that commit.
func TestRealOrganisation(t *testing.T) {
	t.Parallel()
	provost(t)
	repo := need.Organisation(t, false)
	replayed := 2
	if need.Long() {
		replayed = 20
	}
	commits := strings.Fields(git(t, repo, "rev-list", "--reverse", "-n", strconv.Itoa(replayed), "main"))
	git(t, repo, "reset", "--quiet", "--hard", commits[0]+"~1")
	first := git(t, repo, "rev-parse", "HEAD")

	ctx, dataDir := t.Context(), t.TempDir()
	start := time.Now()
	u := startUp(t, dataDir, "--repo", repo)
	t.Logf("first convergence: %s, with the control plane's start; %d writes", time.Since(start).Round(time.Millisecond), writes(t, u.config))
	u.converges(ctx, offline(t, "--repo", repo+"@"+first))

	for i, commit := range commits {
		git(t, repo, "reset", "--quiet", "--hard", commit)
		switch i {
		case replayed / 3: // the manager, in the middle of it
			u.annotate()
			u.kill()
			u = startUp(t, dataDir, "--repo", repo)
		case replayed * 2 / 3: // the API server
			u.annotate()
			u.killAPIServer()
			u = startUp(t, dataDir, "--repo", repo)
		}
		before, start := writes(t, u.config), time.Now()
		u.reconcile(ctx, commit)
		want := offline(t, "--repo", repo+"@"+commit)
		u.converges(ctx, want)
		t.Logf("commit %2d %s: %4d writes, %s with the offline answer", i+1, commit[:12], writes(t, u.config)-before,
			time.Since(start).Round(time.Millisecond))
	}
	u.allReady(ctx, &provostv1.OrganisationList{}, 8)
	u.allReady(ctx, &provostv1.GroupList{}, 766)
	u.allReady(ctx, &provostv1.RoleBindingList{}, 645)
	u.allReady(ctx, &provostv1.CourseList{}, 328)
	if log, err := os.ReadFile(filepath.Join(dataDir, "manager.log")); err != nil {
		t.Error(err)
	} else if n := strings.Count(string(log), "\tERROR\t") + strings.Count(string(log), `"level":"error"`); n > 0 {
		t.Errorf("the manager logged %d errors:\n%s", n, log)
	}
	u.stop()
}

// allReady checks that there are so many objects of a kind, and that all of them are Ready.
func (u *upProcess) allReady(ctx context.Context, list client.ObjectList, want int) {
	u.t.Helper()
	eventually(u.t, func() string {
		if err := u.client.List(ctx, list); err != nil {
			return err.Error()
		}
		items, err := meta.ExtractList(list)
		if err != nil {
			return err.Error()
		}
		for _, item := range items {
			o := item.(provostv1.Object)
			if c := meta.FindStatusCondition(o.GetConditions(), provostv1.ConditionReady); c == nil || c.Status != metav1.ConditionTrue ||
				c.ObservedGeneration != o.GetGeneration() {
				return fmt.Sprintf("%T %s/%s is not Ready: %v", o, o.GetNamespace(), o.GetName(), c)
			}
		}
		if len(items) != want {
			return fmt.Sprintf("%d of %T, want %d", len(items), list, want)
		}
		return ""
	})
}

// annotate asks for a reconciliation and does not wait for it.
func (u *upProcess) annotate() {
	u.kubectl("annotate", "gitsync", "up", "-n", "provost-system", "--overwrite", "reconcile.provost.dev/requestedAt="+
		time.Now().Format(time.RFC3339Nano))
}

// killAPIServer ends the API server as a crash would, which ends the rest with an error that says so.
func (u *upProcess) killAPIServer() {
	u.t.Helper()
	out, err := exec.Command("pgrep", "-P", strconv.Itoa(u.cmd.Process.Pid), "kube-apiserver").Output()
	if err != nil {
		u.t.Fatalf("finding the API server: %v", err)
	}
	pid, err := strconv.Atoi(strings.TrimSpace(string(out)))
	if err != nil {
		u.t.Fatal(err)
	}
	process, err := os.FindProcess(pid)
	if err != nil {
		u.t.Fatal(err)
	}
	if err := process.Kill(); err != nil {
		u.t.Fatal(err)
	}
	select {
	case err := <-u.exited:
		u.exited <- err
		if err == nil || !strings.Contains(u.stderr.String(), "kube-apiserver") {
			u.t.Errorf("up ended with %v and says:\n%s", err, u.stderr)
		}
	case <-time.After(patience):
		u.t.Fatal("up goes on without its API server")
	}
}

// writes counts the requests so far that changed one of our objects.
func writes(t *testing.T, cfg *rest.Config) int {
	t.Helper()
	c, err := rest.HTTPClientFor(cfg)
	if err != nil {
		t.Fatal(err)
	}
	response, err := c.Get(cfg.Host + "/metrics")
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	total := 0
	for line := range strings.Lines(string(text)) {
		if !strings.HasPrefix(line, "apiserver_request_total{") || !strings.Contains(line, `group="provost.dev"`) {
			continue
		}
		for _, verb := range []string{"POST", "PUT", "PATCH", "APPLY", "DELETE"} {
			if strings.Contains(line, `verb="`+verb+`"`) && strings.Contains(line, `dry_run=""`) {
				n, err := strconv.ParseFloat(strings.TrimSpace(line[strings.LastIndex(line, " "):]), 64)
				if err != nil {
					t.Fatal(err)
				}
				total += int(n)
			}
		}
	}
	return total
}
