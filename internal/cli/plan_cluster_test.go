package cli

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"k8s.io/cli-runtime/pkg/genericiooptions"

	provostv1 "provost.dev/provost/api/v1alpha1"
	"provost.dev/provost/internal/engine/directory"
	"provost.dev/provost/internal/git/gitsync"
	"provost.dev/provost/internal/git/gitsync/gittest"
	"provost.dev/provost/internal/manifest/schema"
	"provost.dev/provost/internal/testing/testenv"
)

// followed is a cluster, a repository, and a GitSync from one to the other.
type followed struct {
	*testing.T
	env    *testenv.Env
	config string
	repo   *gittest.Repository
	sync   *provostv1.GitSync
	syncer *gitsync.Syncer
}

func syncing(t *testing.T, files gittest.Files) *followed {
	t.Helper()
	f := &followed{T: t, env: testenv.Start(t), config: filepath.Join(t.TempDir(), "kubeconfig"), repo: gittest.New(t, files)}
	noCluster(t)
	f.env.Clear(t)
	f.env.Namespace(t, provostv1.SystemNamespace, nil)
	if err := os.WriteFile(f.config, f.env.Kubeconfig, 0o600); err != nil {
		t.Fatal(err)
	}
	schemas, err := schema.Release()
	if err != nil {
		t.Fatal(err)
	}
	f.syncer = &gitsync.Syncer{Client: f.env.Client, Schemas: schemas, Snapshot: f.snapshot,
		Fetcher: &gitsync.Fetcher{FetcherOptions: gitsync.FetcherOptions{AllowLocal: true}}}
	f.sync = &provostv1.GitSync{}
	f.sync.Namespace, f.sync.Name, f.sync.Spec.URL = provostv1.SystemNamespace, "access", f.repo.URL()
	if err := f.env.Client.Create(t.Context(), f.sync); err != nil {
		t.Fatal(err)
	}
	return f
}

// snapshot is what people may do in the cluster.
func (f *followed) snapshot(ctx context.Context) (*directory.Snapshot, error) {
	o := NewOptions(genericiooptions.NewTestIOStreamsDiscard())
	o.Kube.KubeConfig = &f.config
	s, err := o.Cluster(ctx)
	if err != nil {
		return nil, err
	}
	return s.Snapshot(), nil
}

// applied has the GitSync apply the newest commit.
func (f *followed) applied() {
	f.Helper()
	out, err := f.syncer.Run(f.Context(), f.sync, false, gitsync.Progress{})
	if err != nil {
		f.Fatal(err)
	}
	f.sync.Status.LastAppliedRevision = out.Applied
	if err := f.env.Client.Status().Update(f.Context(), f.sync); err != nil {
		f.Fatal(err)
	}
}

// run runs a command line beside the cluster and wants its exit code.
func (f *followed) run(code int, args ...string) string {
	f.Helper()
	out, errOut, got := run(f.T, "", append(args, "--kubeconfig", f.config, "--now", "2027-03-01T12:00:00Z")...)
	if got != code {
		f.Fatalf("%q: exit code %d, want %d\n%s%s", args, got, code, out, errOut)
	}
	return out + errOut
}

// What plan says of a cluster is what its GitSync then does: held back by the same guard with the same numbers, let through by
// the same commits. What is in the cluster and in no repository is named, stays, and can be written as manifests.
func TestPlanClusterAndGitSync(t *testing.T) {
	f := syncing(t, gittest.Files{
		"acme.yaml": "apiVersion: v1\nkind: Namespace\nmetadata: {name: acme}\n", "courses.yaml": manyCourses(2, "course-student", "cohort"),
		"groups.yaml": planGroup("cohort", "", names("p", 50)...),
	})
	f.applied()
	byHand := &provostv1.Group{}
	byHand.Namespace, byHand.Name, byHand.Spec.Members = "acme", "by-hand", []provostv1.Member{{Name: "mallory"}}
	if err := f.env.Client.Create(t.Context(), byHand); err != nil {
		t.Fatal(err)
	}
	plan := func(code int, args ...string) string {
		t.Helper()
		return f.run(code, append([]string{"plan", "cluster", "HEAD", "--repo", f.repo.Dir}, args...)...)
	}
	out := plan(ExitYes)
	if !strings.Contains(out, "in the cluster and in no repository: 1 object") || !strings.Contains(out, "Group acme/by-hand") ||
		strings.Contains(out, "other edit") {
		t.Errorf("the plan is\n%s", out)
	}
	if out := plan(ExitYes, "-o", "markdown"); !strings.Contains(out, "<summary>In the cluster and in no repository: 1 object</summary>") ||
		!strings.Contains(out, "- `Group acme/by-hand`") {
		t.Errorf("the comment is\n%s", out)
	}

	// Too much at once, where nobody set a guard: the same to both.
	f.repo.Commit(gittest.Files{"groups.yaml": planGroup("cohort", "", names("p", 20)...)})
	var data struct {
		Guards    []struct{ Message string }
		Trailers  []string
		Unmanaged []struct{ Kind, Name string }
	}
	if err := json.Unmarshal([]byte(plan(ExitHeldBack, "-o", "json", "--gitsync", "provost-system/access")), &data); err != nil {
		t.Fatal(err)
	}
	if len(data.Guards) == 0 || len(data.Trailers) != 1 || len(data.Unmanaged) != 1 || data.Unmanaged[0].Name != "by-hand" {
		t.Errorf("the data are %+v", data)
	}
	_, err := f.syncer.Run(t.Context(), f.sync, false, gitsync.Progress{})
	var failure *gitsync.Failure
	if !errors.As(err, &failure) || failure.Reason != provostv1.ReasonRemovalGuarded {
		t.Fatalf("the GitSync ends with %v", err)
	}
	for _, g := range data.Guards {
		if !strings.Contains(failure.Error(), g.Message) {
			t.Errorf("the GitSync does not say %q:\n%v", g.Message, failure)
		}
	}
	if strings.Count(failure.Error(), "Provost-Allow-") != 1 || !strings.Contains(failure.Error(), data.Trailers[0]) {
		t.Errorf("the GitSync does not say %s:\n%v", data.Trailers[0], failure)
	}

	// Let through by a commit that is not the newest: the same to both.
	f.repo.CommitAs("Meant\n\n"+data.Trailers[0]+"\n", nil)
	f.repo.Commit(gittest.Files{"README.md": "on top of it"})
	plan(ExitNo)
	f.applied()
	plan(ExitYes)

	f.run(ExitFailed, "plan", "cluster", "HEAD", "--repo", f.repo.Dir, "--gitsync", "acme/nowhere")
	f.run(ExitFailed, "plan", "HEAD", "HEAD", "--repo", f.repo.Dir, "--gitsync", "provost-system/access")
	f.adopt(plan)
}

// adopt writes what is in no repository, puts it into the repository, and has nothing left.
func (f *followed) adopt(plan func(int, ...string) string) {
	f.Helper()
	dir := filepath.Join(f.TempDir(), "manifests")
	written := f.run(ExitYes, "export", "manifests", "--unmanaged", "-n", "acme", "--dir", dir)
	name := filepath.Join(dir, "acme", "groups", "by-hand.yaml")
	text, err := os.ReadFile(name)
	if err != nil || strings.TrimSpace(written) != name {
		f.Fatalf("written is %q, %v", written, err)
	}
	want := "apiVersion: provost.dev/v1alpha1\nkind: Group\nmetadata:\n  name: by-hand\n  namespace: acme\nspec:\n" +
		"  purpose: Other\n  membership: Cascading\n  members:\n  - name: mallory\n"
	if diff := cmp.Diff(want, string(text)); diff != "" {
		f.Errorf("the manifest (-want +got)\n%s", diff)
	}
	f.run(ExitFailed, "export", "manifests", "--unmanaged", "-n", "acme", "--dir", dir) // nothing is overwritten
	f.repo.Commit(gittest.Files{"by-hand.yaml": string(text)})
	if out := plan(ExitYes, "--names"); strings.Contains(out, "in no repository") || strings.Contains(out, "other edit") {
		f.Errorf("the plan is\n%s", out)
	}
	f.applied()
	f.run(ExitNo, "export", "manifests", "--unmanaged", "-n", "acme")

	// All of the cluster, read as a folder, answers as the cluster does.
	all := filepath.Join(f.TempDir(), "all.yaml")
	if err := os.WriteFile(all, []byte(f.run(ExitYes, "export", "manifests")), 0o600); err != nil {
		f.Fatal(err)
	}
	live := f.run(ExitYes, "permissions", "--everyone", "-o", "json")
	folder, errOut, _ := run(f.T, "", "permissions", "--everyone", "-o", "json", "-f", all, "--now", "2027-03-01T12:00:00Z")
	if diff := cmp.Diff(live, folder); diff != "" {
		f.Errorf("(-cluster +manifests) %s\n%s", errOut, diff)
	}
}
