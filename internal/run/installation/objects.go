package installation

import (
	"context"
	"strings"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/controller-runtime/pkg/client"

	provostv1 "provost.dev/provost/api/v1alpha1"
	"provost.dev/provost/internal/engine/authority"
	"provost.dev/provost/internal/engine/catalogue"
	"provost.dev/provost/internal/engine/directory"
	"provost.dev/provost/internal/engine/findings"
	"provost.dev/provost/internal/manifest/schema"
	"provost.dev/provost/internal/manifest/stored"
	"provost.dev/provost/internal/text/version"
)

// systemRoles compares what is shown with the release.
func (c *Checker) systemRoles(ctx context.Context) {
	list := &provostv1.RoleList{}
	if err := c.Client.List(ctx, list, client.InNamespace(directory.SystemNamespace)); err != nil {
		c.absent("system roles", err)
		return
	}
	shown := map[string]catalogue.Set{}
	for _, r := range list.Items {
		if level, ok := catalogue.ParseLevel(string(r.Spec.Level)); ok && r.Spec.Type == provostv1.RoleTypeSystem {
			shown[r.Name], _ = level.Parse(permissionNames(r.Spec.Permissions))
		}
	}
	var wrong []string
	roles := catalogue.SystemRoles()
	for _, role := range roles {
		if have, ok := shown[role.Name]; !ok || have != role.Permissions {
			wrong = append(wrong, role.Name)
		}
	}
	if len(wrong) > 0 {
		c.say("system roles", Fail, "missing or not as in this release: %s; the manager writes them when it runs", strings.Join(wrong, ", "))
		return
	}
	c.say("system roles", OK, "%d, as in this release", len(roles))
}

func permissionNames(list []provostv1.Permission) []string {
	var out []string
	for _, p := range list {
		out = append(out, string(p))
	}
	return out
}

// platform looks at what holds for the whole installation.
func (c *Checker) platform(ctx context.Context) {
	p := &provostv1.Platform{}
	err := c.Client.Get(ctx, client.ObjectKey{Name: provostv1.PlatformName}, p)
	switch {
	case apierrors.IsNotFound(err):
		c.say("platform", Note, "there is no Platform: its defaults hold, and its administrators are %s", authority.WithoutPlatform)
	case err != nil:
		c.absent("platform", err)
	case p.Status.ObservedGeneration != p.Generation:
		c.say("platform", Fail, "the manager has not looked at generation %d yet", p.Generation)
	case p.Status.Revision != version.String():
		c.say("platform", Note, "the manager is release %s, and this command %s", p.Status.Revision, version.String())
	case p.Status.StatusesBehind != nil && *p.Status.StatusesBehind > 0:
		c.say("platform", Note, "release %s; %d statuses are behind", p.Status.Revision, *p.Status.StatusesBehind)
	default:
		c.say("platform", OK, "release %s", p.Status.Revision)
	}
}

// syncs looks at every GitSync.
func (c *Checker) syncs(ctx context.Context) {
	list := &provostv1.GitSyncList{}
	if err := c.Client.List(ctx, list); err != nil {
		c.absent("sync", err)
		return
	}
	if len(list.Items) == 0 {
		c.say("sync", Note, "no GitSync: objects are applied by other means")
	}
	for _, s := range list.Items {
		name := s.Namespace + "/" + s.Name
		ready := meta.FindStatusCondition(s.Status.Conditions, provostv1.ConditionReady)
		switch {
		case s.Spec.Suspend:
			c.say("sync", Note, "%s is suspended", name)
		case ready == nil:
			c.say("sync", Fail, "%s has not been looked at", name)
		case ready.Status != metav1.ConditionTrue:
			c.say("sync", Fail, "%s: %s: %s", name, ready.Reason, ready.Message)
		default:
			c.say("sync", OK, "%s is at %s", name, s.Status.LastAppliedRevision)
		}
	}
}

// stuck names what only an edit mends, what waits to go, the SystemDenies that do not hold everywhere (R10), and what is
// stored in the form of an older release.
func (c *Checker) stuck(ctx context.Context) {
	schemas, err := schema.Release()
	if err != nil {
		c.failed("objects", err)
		return
	}
	var stuck, going, holes, older []string
	for _, kind := range c.Kinds {
		list := &unstructured.UnstructuredList{}
		list.SetGroupVersionKind(provostv1.GroupVersion.WithKind(kind + "List"))
		if err := c.Client.List(ctx, list); err != nil {
			c.absent("objects", err)
			return
		}
		for i := range list.Items {
			o := &list.Items[i]
			if len(stored.Older(ctx, schemas, o)) > 0 {
				older = append(older, describe(o))
			}
			switch {
			case o.GetDeletionTimestamp() != nil:
				going = append(going, describe(o))
			case conditionIs(o, provostv1.ConditionStalled, "True"):
				stuck = append(stuck, describe(o))
			case kind == "SystemDeny" && conditionIs(o, provostv1.ConditionReady, "False"):
				holes = append(holes, describe(o))
			}
		}
	}
	some := func(list []string) string { return findings.Abridge(list, 5) }
	if len(stuck) > 0 {
		c.say("objects", Note, "only an edit mends %s", some(stuck))
	}
	if len(going) > 0 {
		c.say("objects", Note, "waiting to go: %s", some(going))
	}
	if len(holes) > 0 {
		c.say("objects", Note, "names what does not exist, and does not hold there: %s", some(holes))
	}
	if len(older) > 0 {
		c.say("objects", Note, "%s: %s; the manager writes them anew when it begins to lead, and \"provost fmt --upgrade\" does so "+
			"with manifests", stored.InOlderForm, findings.Abridge(older, 20))
	}
	if len(stuck)+len(going)+len(holes)+len(older) == 0 {
		c.say("objects", OK, "nothing is stuck")
	}
}
