package e2e

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	eventsv1 "k8s.io/api/events/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	"sigs.k8s.io/controller-runtime/pkg/client"

	provostv1 "provost.dev/provost/api/v1alpha1"
	"provost.dev/provost/internal/cluster/audit"
)

// An organisation with everything below it goes and comes back: first the
// repository gives it up, then somebody deletes its namespace. Kubernetes'
// own controllers run, and nothing waits for anything but its own children (R25, R27).
func TestDeletingAnOrganisation(t *testing.T) {
	t.Parallel()
	provost(t)
	repo := newRepository(t, "acme")
	ctx := t.Context()
	u := startUp(t, t.TempDir(), "--repo", repo.dir)
	baseline := offline(t, "--repo", repo.dir)
	u.converges(ctx, baseline)
	u.holdsParents(t)

	t.Run("pruned", func(t *testing.T) {
		w := watchEntities(t, u)
		git(t, repo.dir, "rm", "-r", "--quiet", "organisation.yaml", "access", "campuses", "courses", "groups", "people")
		u.reconcile(ctx, repo.commit("Give the organisation up\n\nProvost-Allow-Removals: 532"))
		u.converges(ctx, offline(t, "--repo", repo.dir))
		w.allGone(t)
		u.isEmpty(t)
		u.saidOnce(t)
	})
	t.Run("restored", func(t *testing.T) {
		git(t, repo.dir, "revert", "--no-edit", "HEAD")
		u.reconcile(ctx, git(t, repo.dir, "rev-parse", "HEAD"))
		u.converges(ctx, baseline)
		u.holdsParents(t)
	})
	t.Run("the namespace deleted", func(t *testing.T) {
		u.kubectl("delete", "namespace", "acme", "--timeout=2m") // which waits until it has gone
		u.isEmpty(t)
		err := u.client.Get(ctx, client.ObjectKey{Name: "acme"}, &corev1.Namespace{})
		if !apierrors.IsNotFound(err) {
			t.Errorf("the namespace: %v", err)
		}
		u.auditAgrees(t)
	})
	t.Run("put back", func(t *testing.T) {
		u.annotate()
		u.converges(ctx, baseline)
		u.auditAgrees(t)
	})
	u.loggedNoErrors(t)
	u.stop()
}

// loggedNoErrors reads the manager's log. An event may be on its way when its namespace begins to go, and is refused.
func (u *upProcess) loggedNoErrors(t *testing.T) {
	t.Helper()
	log, err := os.ReadFile(filepath.Join(u.dataDir, "manager.log"))
	if err != nil {
		t.Fatal(err)
	}
	refused := 0
	for line := range strings.Lines(string(log)) {
		switch {
		case !strings.Contains(line, `"level":"error"`):
		case strings.Contains(line, `"logger":"events"`) && strings.Contains(line, "is being terminated"):
			refused++
		default:
			t.Errorf("the manager logged: %s", line)
		}
	}
	t.Logf("%d events were refused", refused)
}

// entityLists are lists of everything that can stand below something, and of organisations.
func entityLists() []client.ObjectList {
	return []client.ObjectList{
		&provostv1.OrganisationList{}, &provostv1.CampusList{}, &provostv1.CourseList{}, &provostv1.ModuleList{}, &provostv1.SessionList{},
		&provostv1.TaskList{},
	}
}

// holdsParents waits until the organisation and the campuses have their finalizers.
func (u *upProcess) holdsParents(t *testing.T) {
	t.Helper()
	eventually(t, func() string {
		for _, list := range entityLists()[:2] {
			if err := u.client.List(t.Context(), list, client.InNamespace("acme")); err != nil {
				return err.Error()
			}
			items, err := meta.ExtractList(list)
			if err != nil {
				return err.Error()
			}
			for _, item := range items {
				if o := item.(client.Object); len(o.GetFinalizers()) == 0 {
					return o.GetName() + " has no finalizer"
				}
			}
		}
		return ""
	})
}

// isEmpty checks that nothing of Provost's is left in the organisation's namespace.
func (u *upProcess) isEmpty(t *testing.T) {
	t.Helper()
	lists := append(entityLists(), &provostv1.GroupList{}, &provostv1.RoleList{}, &provostv1.RoleTemplateList{}, &provostv1.RoleBindingList{},
		&provostv1.PermissionOverrideList{}, &provostv1.EffectivePermissionsList{})
	for _, list := range lists {
		if err := u.client.List(t.Context(), list, client.InNamespace("acme")); err != nil {
			t.Fatal(err)
		}
		if n := meta.LenList(list); n > 0 {
			t.Errorf("%d left of %T", n, list)
		}
	}
}

// saidOnce checks that no warning came twice about one object.
func (u *upProcess) saidOnce(t *testing.T) {
	t.Helper()
	events := &eventsv1.EventList{}
	if err := u.client.List(t.Context(), events, client.InNamespace("acme")); err != nil {
		t.Fatal(err)
	}
	said := map[string]int{}
	for _, e := range events.Items {
		if e.Type != corev1.EventTypeWarning {
			continue
		}
		what := e.Regarding.Kind + "/" + e.Regarding.Name + " " + e.Reason
		said[what]++
		if e.Series != nil {
			said[what] += int(e.Series.Count)
		}
	}
	for what, n := range said {
		t.Logf("%s: %d", what, n)
		if n > 1 {
			t.Errorf("%s: said %d times", what, n)
		}
	}
}

// auditAgrees waits until the audit log comes to what the statuses of the cluster say.
func (u *upProcess) auditAgrees(t *testing.T) {
	t.Helper()
	eventually(t, func() string {
		f, err := os.Open(filepath.Join(u.dataDir, "audit.log"))
		if err != nil {
			return err.Error()
		}
		defer f.Close()
		state, err := audit.Replay(f)
		if err != nil {
			return err.Error()
		}
		logged := map[string]bool{}
		state.Each(func(person, namespace string, access map[string][]string) {
			for entity, permissions := range access {
				logged[namespace+"/"+person+" "+entity+" "+strings.Join(permissions, ",")] = true
			}
		})
		for who, status := range u.inCluster(t.Context()) {
			for _, a := range status.Access {
				for _, entity := range a.Entities {
					what := who + " " + entity + " " + strings.Join(a.Permissions, ",")
					if len(a.Permissions) > 0 && !logged[what] {
						return "the audit log does not know: " + what
					}
					delete(logged, what)
				}
			}
		}
		for what := range logged {
			return "by the audit log alone: " + what
		}
		return ""
	})
}
