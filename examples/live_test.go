package examples_test

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/go-git/go-git/v5"
	"github.com/go-git/go-git/v5/plumbing/object"
	"github.com/go-logr/logr"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/tools/clientcmd"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/log"

	provostv1 "provost.dev/provost/api/v1alpha1"
	"provost.dev/provost/internal/run/manager"
	"provost.dev/provost/internal/run/up"
	"provost.dev/provost/internal/testing/testenv"
)

// All examples in one repository, applied to a real API server: the statuses
// are what the READMEs promise, and EffectivePermissions say what their tables
// of answers say.
func TestLive(t *testing.T) {
	if testing.Short() {
		t.Skip("needs an API server: left out with -short")
	}
	binaries, err := testenv.Binaries()
	if err != nil {
		t.Skip(err)
	}
	c := bringUp(t, binaries, repository(t))

	conditions := statuses(t, c)
	for _, example := range names {
		for _, p := range read(t, example).promises {
			checkPromise(t, example, p, conditions)
		}
	}
	for name, found := range conditions {
		if ready := meta.FindStatusCondition(found, provostv1.ConditionReady); ready == nil || ready.Status != metav1.ConditionTrue ||
			ready.Reason != provostv1.ReasonSucceeded {
			t.Errorf("%s: no README says that it is %+v", name, ready)
		}
	}
	checkAccess(t, c)
}

// repository is a Git repository with the examples in it.
func repository(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	for _, example := range names {
		if err := os.CopyFS(filepath.Join(dir, example), os.DirFS(example)); err != nil {
			t.Fatal(err)
		}
	}
	r, err := git.PlainInit(dir, false)
	if err != nil {
		t.Fatal(err)
	}
	w, err := r.Worktree()
	if err != nil {
		t.Fatal(err)
	}
	if err := w.AddGlob("."); err != nil {
		t.Fatal(err)
	}
	author := &object.Signature{Name: "Dana Okafor", Email: "dana@acme.example.edu", When: early}
	if _, err := w.Commit("Start with the examples", &git.CommitOptions{Author: author}); err != nil {
		t.Fatal(err)
	}
	return dir
}

// bringUp runs `provost up` on a repository until all is in place, and stops it when the test ends.
func bringUp(t *testing.T, binaries, repo string) client.Client {
	t.Helper()
	log.SetLogger(logr.Discard())
	ctx, cancel := context.WithCancel(context.Background())
	summary, ended, data := make(chan string, 1), make(chan error, 1), t.TempDir()
	go func() {
		ended <- up.Run(ctx, up.Options{
			DataDir: data, BinDir: binaries, Repo: repo, Interval: time.Minute, Timeout: 4 * time.Minute,
			Manager: manager.Options{SkipNameValidation: true}, Out: &until{said: summary}, Progress: func(step string) { t.Log(step) },
		})
	}()
	t.Cleanup(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Errorf("up ended: %v", err)
		}
	})
	select {
	case s := <-summary:
		t.Log(s)
	case err := <-ended:
		ended <- nil // for the cleanup
		t.Fatalf("up ended: %v", err)
	}
	cfg, err := clientcmd.BuildConfigFromFlags("", filepath.Join(data, "kubeconfig"))
	if err != nil {
		t.Fatal(err)
	}
	scheme, err := testenv.NewScheme()
	if err != nil {
		t.Fatal(err)
	}
	c, err := client.New(cfg, client.Options{Scheme: scheme})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// until takes up's summary and hands it on with its last line.
type until struct {
	bytes.Buffer
	said chan<- string
}

func (u *until) Write(p []byte) (int, error) {
	n, err := u.Buffer.Write(p)
	if bytes.Contains(p, []byte("Ctrl-C")) {
		u.said <- u.String()
	}
	return n, err
}

// statuses are the conditions of every object that a person would write, by kind and name.
func statuses(t *testing.T, c client.Client) map[string][]metav1.Condition {
	t.Helper()
	lists := []client.ObjectList{
		&provostv1.OrganisationList{}, &provostv1.CampusList{}, &provostv1.CourseList{}, &provostv1.ModuleList{}, &provostv1.SessionList{},
		&provostv1.TaskList{}, &provostv1.PersonList{}, &provostv1.RoleList{}, &provostv1.RoleTemplateList{}, &provostv1.RoleBindingList{},
		&provostv1.PermissionOverrideList{}, &provostv1.SystemDenyList{}, &provostv1.GroupList{}, &provostv1.PlatformList{},
	}
	out := map[string][]metav1.Condition{}
	for _, list := range lists {
		each(t, c, list, func(o runtime.Object) {
			gvk, err := c.GroupVersionKindFor(o)
			if err != nil {
				t.Fatal(err)
			}
			object := o.(provostv1.Object)
			out[gvk.Kind+" "+strings.TrimPrefix(object.GetNamespace()+"/"+object.GetName(), "/")] = object.GetConditions()
		})
	}
	return out
}

func each(t *testing.T, c client.Client, list client.ObjectList, f func(runtime.Object)) {
	t.Helper()
	if err := c.List(t.Context(), list); err != nil {
		t.Fatal(err)
	}
	err := meta.EachListItem(list, func(o runtime.Object) error { f(o); return nil })
	if err != nil {
		t.Fatal(err)
	}
}

// checkPromise compares one line of a table of statuses, and takes the object out of those that are plainly Ready.
func checkPromise(t *testing.T, example string, p promise, conditions map[string][]metav1.Condition) {
	t.Helper()
	name := p.kind + " " + p.object
	found, ok := conditions[name]
	if !ok {
		t.Errorf("%s/README.md:%d: there is no %s", example, p.line, name)
		return
	}
	delete(conditions, name)
	ready := meta.FindStatusCondition(found, provostv1.ConditionReady)
	if ready == nil || string(ready.Status) != p.ready || ready.Reason != p.reason {
		t.Errorf("%s/README.md:%d: %s: got %+v", example, p.line, name, ready)
	}
	if p.also == "" {
		return
	}
	kind, reason, _ := strings.Cut(p.also, ": ")
	if also := meta.FindStatusCondition(found, kind); also == nil || also.Reason != reason {
		t.Errorf("%s/README.md:%d: %s: got %+v", example, p.line, name, also)
	}
}

// checkAccess compares the tables of answers with EffectivePermissions.
func checkAccess(t *testing.T, c client.Client) {
	t.Helper()
	type key struct{ person, namespace, entity string }
	may := map[key][]string{}
	each(t, c, &provostv1.EffectivePermissionsList{}, func(o runtime.Object) {
		e := o.(*provostv1.EffectivePermissions)
		for _, a := range e.Status.Access {
			for _, entity := range a.Entities {
				k := key{e.Name, e.Namespace, entity}
				may[k] = append(may[k], a.Permissions...)
			}
		}
	})
	for _, example := range names {
		for _, r := range read(t, example).rows {
			at := entity(t, example, r)
			k := key{r.person, at.Namespace, at.Level.String() + "/" + at.Name}
			if got := slices.Contains(may[k], r.permission); got != r.want {
				t.Errorf("%s/README.md:%d: EffectivePermissions of %s in %s: %s at %s: got %v", example, r.line, r.person, at.Namespace, r.permission,
					k.entity, got)
			}
		}
	}
}
