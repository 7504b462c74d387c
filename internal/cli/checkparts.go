package cli

import (
	"context"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	utilversion "k8s.io/apimachinery/pkg/util/version"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/yaml"

	"provost.dev/provost/api/v1alpha1"
	"provost.dev/provost/config/crd"
	"provost.dev/provost/internal/admission"
	"provost.dev/provost/internal/catalogue"
	"provost.dev/provost/internal/directory"
	"provost.dev/provost/internal/manager"
	"provost.dev/provost/internal/version"
)

// oldest is the first release of Kubernetes with selectable fields of CRDs.
var oldest = utilversion.MustParseGeneric("1.31")

// cluster looks at the API server. Its error means that nothing can be said.
func (k *checker) cluster() error {
	v, err := k.version.ServerVersion()
	if err != nil {
		return err
	}
	parsed, err := utilversion.ParseGeneric(v.GitVersion)
	switch {
	case err != nil:
		k.say("cluster", CheckNote, "the API server says that it is %q", v.GitVersion)
	case parsed.LessThan(oldest):
		k.say("cluster", CheckFail, "Kubernetes %s is older than %s, the first release that will do", v.GitVersion, oldest)
	default:
		k.say("cluster", CheckOK, "Kubernetes %s", v.GitVersion)
	}
	return nil
}

// get reads an object. A missing one is no failure of the check.
func (k *checker) get(ctx context.Context, kind schema.GroupVersionKind, namespace, name string) (*unstructured.Unstructured, error) {
	o := &unstructured.Unstructured{}
	o.SetGroupVersionKind(kind)
	err := k.client.Get(ctx, client.ObjectKey{Namespace: namespace, Name: name}, o)
	if apierrors.IsNotFound(err) || meta.IsNoMatchError(err) {
		return nil, nil
	}
	return o, err
}

// failed says that something could not be looked at.
func (k *checker) failed(check string, err error) {
	if apierrors.IsForbidden(err) {
		k.say(check, CheckSkip, "you may not look: %v", err)
		return
	}
	k.say(check, CheckFail, "%v", err)
}

// definitions compares the CRDs with those of this release.
func (k *checker) definitions(ctx context.Context) {
	files, err := crd.Bases.ReadDir("bases")
	if err != nil {
		k.failed("definitions", err)
		return
	}
	var missing, waiting, other []string
	for _, f := range files {
		content, err := crd.Bases.ReadFile("bases/" + f.Name())
		if err != nil {
			k.failed("definitions", err)
			return
		}
		ours := map[string]any{}
		if err := yaml.Unmarshal(content, &ours); err != nil {
			k.failed("definitions", err)
			return
		}
		name, _, _ := unstructured.NestedString(ours, "metadata", "name")
		theirs, err := k.get(ctx, definitions[0], "", name)
		switch {
		case err != nil:
			k.failed("definitions", err)
			return
		case theirs == nil:
			missing = append(missing, name)
		case !conditionIs(theirs, "Established", "True"):
			waiting = append(waiting, name)
		case !sameSchema(ours, theirs.Object):
			other = append(other, name)
		}
	}
	switch {
	case len(missing) > 0:
		k.say("definitions", CheckFail, "not installed: %s; apply config/crd", strings.Join(missing, ", "))
	case len(waiting) > 0:
		k.say("definitions", CheckFail, "not established: %s; \"kubectl describe crd\" says why", strings.Join(waiting, ", "))
	case len(other) > 0:
		k.say("definitions", CheckNote, "of another release than this command (%s): %s", version.String(), strings.Join(other, ", "))
	default:
		k.say("definitions", CheckOK, "%d kinds, as in this release", len(files))
	}
}

func sameSchema(ours, theirs map[string]any) bool {
	a, _, _ := unstructured.NestedSlice(ours, "spec", "versions")
	b, _, _ := unstructured.NestedSlice(theirs, "spec", "versions")
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		x, _, _ := unstructured.NestedMap(a[i].(map[string]any), "schema", "openAPIV3Schema")
		y, _, _ := unstructured.NestedMap(b[i].(map[string]any), "schema", "openAPIV3Schema")
		if !reflect.DeepEqual(plainNumbers(x), plainNumbers(y)) {
			return false
		}
	}
	return true
}

// plainNumbers makes all numbers alike: files have them as floats, and answers as integers.
func plainNumbers(v any) any {
	switch v := v.(type) {
	case map[string]any:
		out := map[string]any{}
		for key, x := range v {
			out[key] = plainNumbers(x)
		}
		return out
	case []any:
		out := make([]any, len(v))
		for i := range v {
			out[i] = plainNumbers(v[i])
		}
		return out
	case int64:
		return float64(v)
	}
	return v
}

func conditionIs(o *unstructured.Unstructured, kind, status string) bool {
	all, _, _ := unstructured.NestedSlice(o.Object, "status", "conditions")
	return slices.ContainsFunc(all, func(c any) bool {
		m, _ := c.(map[string]any)
		return m["type"] == kind && m["status"] == status
	})
}

// manager looks at the Deployment and at who leads.
func (k *checker) manager(ctx context.Context) {
	d, err := k.get(ctx, workloads[0], directory.SystemNamespace, managerName)
	lease, leaseErr := k.get(ctx, gvk("coordination.k8s.io", "v1", "Lease"), directory.SystemNamespace, manager.LeaseName)
	if leaseErr != nil {
		k.failed("manager", leaseErr)
		return
	}
	leader, fresh := leadership(lease)
	switch {
	case err != nil:
		k.failed("manager", err)
	case d == nil && lease == nil:
		k.say("manager", CheckNote, "no Deployment %s: it runs elsewhere (as beside \"provost up\"), or not at all", managerName)
	case d == nil && fresh:
		k.say("manager", CheckOK, "%s leads, and runs outside of the cluster", leader)
	case d == nil:
		k.say("manager", CheckFail, "nobody leads, and there is no Deployment %s; apply config/default", managerName)
	default:
		want, _, _ := unstructured.NestedInt64(d.Object, "spec", "replicas")
		ready, _, _ := unstructured.NestedInt64(d.Object, "status", "readyReplicas")
		switch {
		case ready == 0 || !fresh:
			k.say("manager", CheckFail, "%d of %d replicas are ready, %s; \"kubectl -n %s logs deployment/%s\" says why",
				ready, want, leads(leader, fresh), directory.SystemNamespace, managerName)
		case ready < want:
			k.say("manager", CheckNote, "%d of %d replicas are ready, %s", ready, want, leads(leader, fresh))
		default:
			k.say("manager", CheckOK, "%d of %d replicas are ready, %s", ready, want, leads(leader, fresh))
		}
	}
}

func leads(leader string, fresh bool) string {
	if !fresh {
		return "nobody leads"
	}
	return leader + " leads"
}

// leadership says who holds the lease, and whether it still counts.
func leadership(lease *unstructured.Unstructured) (leader string, fresh bool) {
	if lease == nil {
		return "", false
	}
	leader, _, _ = unstructured.NestedString(lease.Object, "spec", "holderIdentity")
	renewed, _, _ := unstructured.NestedString(lease.Object, "spec", "renewTime")
	seconds, _, _ := unstructured.NestedInt64(lease.Object, "spec", "leaseDurationSeconds")
	at, err := time.Parse(time.RFC3339, renewed)
	return leader, leader != "" && err == nil && time.Since(at) < 2*time.Duration(seconds)*time.Second
}

// webhooks looks at their configuration, and tries them with a group that is not
// to be: they refuse it, or say who asked for it.
func (k *checker) webhooks(ctx context.Context) {
	for _, kind := range guards[:2] {
		o, err := k.get(ctx, kind, "", admission.ConfigurationName)
		if err != nil {
			k.failed("webhooks", err)
			return
		}
		if o == nil {
			k.say("webhooks", CheckNote, "no %s %s: who may change what is not asked (\"config/webhook\")", kind.Kind, admission.ConfigurationName)
			return
		}
		hooks, _, _ := unstructured.NestedSlice(o.Object, "webhooks")
		for _, h := range hooks {
			if bundle, _, _ := unstructured.NestedString(h.(map[string]any), "clientConfig", "caBundle"); bundle == "" {
				k.say("webhooks", CheckFail, "%s %s trusts no certificate yet; the manager or cert-manager writes it there", kind.Kind, admission.ConfigurationName)
				return
			}
		}
	}
	probe := &v1alpha1.Group{ObjectMeta: metav1.ObjectMeta{Namespace: directory.SystemNamespace, Name: "provost-check"}}
	err := k.client.Create(ctx, probe, client.DryRunAll)
	text := fmt.Sprint(err)
	switch {
	case strings.Contains(text, "admission webhook"), err == nil && probe.Annotations[v1alpha1.ChangedByAnnotation] != "":
		k.say("webhooks", CheckOK, "they answer")
	case apierrors.IsForbidden(err):
		k.say("webhooks", CheckSkip, "configured; you may not try them: %v", err)
	case err == nil:
		k.say("webhooks", CheckFail, "they are configured and not asked")
	default:
		k.say("webhooks", CheckFail, "%v", err)
	}
}

// policies looks for what holds while no manager runs.
func (k *checker) policies(ctx context.Context) {
	var found []string
	for _, kind := range []schema.GroupVersionKind{guards[3], guards[2]} {
		list, err := metadata(ctx, k.client, kind, partOf)
		if err != nil && !meta.IsNoMatchError(err) {
			k.failed("policies", err)
			return
		}
		for _, o := range list {
			if kind.Kind == "ValidatingAdmissionPolicy" {
				found = append(found, o.Name)
			}
		}
		if len(list) == 0 {
			k.say("policies", CheckNote, "no %s: nothing protects the system roles while no manager runs (\"config/policy\")", kind.Kind)
			return
		}
	}
	k.say("policies", CheckOK, "%s", strings.Join(found, ", "))
}

// systemRoles compares what is shown with the release.
func (k *checker) systemRoles(ctx context.Context) {
	list := &v1alpha1.RoleList{}
	if err := k.client.List(ctx, list, client.InNamespace(directory.SystemNamespace)); err != nil {
		k.absent("system roles", err)
		return
	}
	shown := map[string]catalogue.Set{}
	for _, r := range list.Items {
		if level, ok := catalogue.ParseLevel(string(r.Spec.Level)); ok && r.Spec.Type == v1alpha1.RoleTypeSystem {
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
		k.say("system roles", CheckFail, "missing or not as in this release: %s; the manager writes them when it runs", strings.Join(wrong, ", "))
		return
	}
	k.say("system roles", CheckOK, "%d, as in this release", len(roles))
}

func permissionNames(list []v1alpha1.Permission) []string {
	var out []string
	for _, p := range list {
		out = append(out, string(p))
	}
	return out
}

// absent is failed for a kind that may not be installed.
func (k *checker) absent(check string, err error) {
	if meta.IsNoMatchError(err) || apierrors.IsNotFound(err) {
		k.say(check, CheckFail, "the kind is not installed")
		return
	}
	k.failed(check, err)
}

// platform looks at what holds for the whole installation.
func (k *checker) platform(ctx context.Context) {
	p := &v1alpha1.Platform{}
	err := k.client.Get(ctx, client.ObjectKey{Name: v1alpha1.PlatformName}, p)
	switch {
	case apierrors.IsNotFound(err):
		k.say("platform", CheckNote, "there is no Platform: its defaults hold, and whoever may administer platforms.provost.dev administers")
	case err != nil:
		k.absent("platform", err)
	case p.Status.ObservedGeneration != p.Generation:
		k.say("platform", CheckFail, "the manager has not looked at generation %d yet", p.Generation)
	case p.Status.Revision != version.String():
		k.say("platform", CheckNote, "the manager is release %s, and this command %s", p.Status.Revision, version.String())
	default:
		k.say("platform", CheckOK, "release %s", p.Status.Revision)
	}
}

// syncs looks at every GitSync.
func (k *checker) syncs(ctx context.Context) {
	list := &v1alpha1.GitSyncList{}
	if err := k.client.List(ctx, list); err != nil {
		k.absent("sync", err)
		return
	}
	if len(list.Items) == 0 {
		k.say("sync", CheckNote, "no GitSync: objects are applied by other means")
	}
	for _, s := range list.Items {
		name := s.Namespace + "/" + s.Name
		ready := meta.FindStatusCondition(s.Status.Conditions, v1alpha1.ConditionReady)
		switch {
		case s.Spec.Suspend:
			k.say("sync", CheckNote, "%s is suspended", name)
		case ready == nil:
			k.say("sync", CheckFail, "%s has not been looked at", name)
		case ready.Status != metav1.ConditionTrue:
			k.say("sync", CheckFail, "%s: %s: %s", name, ready.Reason, ready.Message)
		default:
			k.say("sync", CheckOK, "%s is at %s", name, s.Status.LastAppliedRevision)
		}
	}
}

// stuck counts what only an edit mends, and what waits to go.
func (k *checker) stuck(ctx context.Context) {
	var stuck, going []string
	for _, kind := range listed {
		if kind.kind == "Namespace" {
			continue
		}
		list := &unstructured.UnstructuredList{}
		list.SetGroupVersionKind(v1alpha1.GroupVersion.WithKind(kind.kind + "List"))
		if err := k.client.List(ctx, list); err != nil {
			k.absent("objects", err)
			return
		}
		for i := range list.Items {
			o := &list.Items[i]
			switch {
			case o.GetDeletionTimestamp() != nil:
				going = append(going, describe(o))
			case conditionIs(o, v1alpha1.ConditionStalled, "True"):
				stuck = append(stuck, describe(o))
			}
		}
	}
	some := func(list []string) string {
		if len(list) > 5 {
			return strings.Join(list[:5], ", ") + fmt.Sprintf(" and %d more", len(list)-5)
		}
		return strings.Join(list, ", ")
	}
	if len(stuck) > 0 {
		k.say("objects", CheckNote, "only an edit mends %s", some(stuck))
	}
	if len(going) > 0 {
		k.say("objects", CheckNote, "waiting to go: %s", some(going))
	}
	if len(stuck)+len(going) == 0 {
		k.say("objects", CheckOK, "nothing is stuck")
	}
}
