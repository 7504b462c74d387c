package controllers_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	coordinationv1 "k8s.io/api/coordination/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/tools/clientcmd"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"provost.dev/provost/internal/cluster/audit"
	"provost.dev/provost/internal/engine/directory"
	"provost.dev/provost/internal/run/manager"
	"provost.dev/provost/internal/testing/testenv"
)

// Under these variables the test binary is one of several managers, in a process of its own that can be killed:
// with the kubeconfig, the log, and the seed of what disturbs it.
const (
	replicaKubeconfig = "PROVOST_TEST_REPLICA"
	replicaLog        = "PROVOST_TEST_REPLICA_LOG"
	replicaSeed       = "PROVOST_TEST_REPLICA_SEED"
)

// replicate runs that manager. It ends with its standard input, so that none outlives the test, and returns the exit code.
func replicate() int {
	cfg, err := clientcmd.BuildConfigFromFlags("", os.Getenv(replicaKubeconfig))
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	seed, _ := strconv.ParseUint(os.Getenv(replicaSeed), 10, 64)
	disturb(cfg, seed)
	ctx, cancel := context.WithCancel(context.Background())
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin)
		cancel()
	}()
	err = manager.Run(ctx, cfg, manager.Options{
		LeaderElection: true, Recount: 200 * time.Millisecond, Revision: "v1.2.3",
		Audit: audit.Options{Path: os.Getenv(replicaLog)}, OnReady: func() { fmt.Println("ready") },
	})
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return 0
}

// replica is such a process.
type replica struct{ cmd *exec.Cmd }

// startReplica starts one that writes to the log, and returns when it knows all that is there.
func startReplica(t *testing.T, env *testenv.Env, log string, seed uint64) *replica {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), replicaKubeconfig+"="+managerKubeconfig(t, env), replicaLog+"="+log,
		fmt.Sprintf("%s=%d", replicaSeed, seed))
	cmd.Stderr = os.Stderr
	if _, err := cmd.StdinPipe(); err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	r := &replica{cmd}
	t.Cleanup(r.kill)
	if line, err := bufio.NewReader(out).ReadString('\n'); line != "ready\n" {
		t.Fatalf("a replica does not become ready: %q %v", line, err)
	}
	return r
}

// kill ends it as a crash does: nothing that it was about to do is done.
func (r *replica) kill() {
	if r.cmd.ProcessState == nil {
		_ = r.cmd.Process.Kill()
		_ = r.cmd.Wait()
	}
}

// managerKubeconfig writes the way to the API server, with the manager's rights, into a file.
func managerKubeconfig(t *testing.T, env *testenv.Env) string {
	t.Helper()
	as := env.ManagerConfig(t).Impersonate
	way, err := clientcmd.Load(env.Kubeconfig)
	if err != nil {
		t.Fatal(err)
	}
	for _, user := range way.AuthInfos {
		user.Impersonate, user.ImpersonateGroups = as.UserName, as.Groups
	}
	path := filepath.Join(t.TempDir(), "kubeconfig")
	if err := clientcmd.WriteToFile(*way, path); err != nil {
		t.Fatal(err)
	}
	return path
}

// leader waits until somebody holds the lease, and says who.
func leader(t *testing.T, env *testenv.Env) string {
	t.Helper()
	lease := &coordinationv1.Lease{}
	eventually(t, "somebody leads", func() bool {
		err := env.Client.Get(t.Context(), types.NamespacedName{Namespace: directory.SystemNamespace, Name: manager.LeaseName}, lease)
		return err == nil && lease.Spec.HolderIdentity != nil && *lease.Spec.HolderIdentity != ""
	})
	return *lease.Spec.HolderIdentity
}

// expire ends the lease of a leader that has gone, for which the others would wait a quarter of a minute.
func expire(t *testing.T, env *testenv.Env) {
	t.Helper()
	lease := &coordinationv1.Lease{}
	lease.Namespace, lease.Name = directory.SystemNamespace, manager.LeaseName
	patch := client.RawPatch(types.MergePatchType, []byte(`{"spec":{"holderIdentity":""}}`))
	if err := client.IgnoreNotFound(env.Client.Patch(t.Context(), lease, patch)); err != nil {
		t.Fatal(err)
	}
}
