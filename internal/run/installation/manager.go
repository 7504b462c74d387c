package installation

import (
	"context"
	"fmt"
	"strings"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/controller-runtime/pkg/client"

	provostv1 "provost.dev/provost/api/v1alpha1"
	"provost.dev/provost/internal/cluster/admission"
	"provost.dev/provost/internal/engine/directory"
	"provost.dev/provost/internal/run/manager"
)

// manager looks at the Deployment and at who leads.
func (c *Checker) manager(ctx context.Context) {
	d, err := c.get(ctx, workloads[0], directory.SystemNamespace, managerName)
	lease, leaseErr := c.get(ctx, kindOf("coordination.k8s.io", "v1", "Lease"), directory.SystemNamespace, manager.LeaseName)
	if leaseErr != nil {
		c.failed("manager", leaseErr)
		return
	}
	leader, fresh := leadership(lease)
	switch {
	case err != nil:
		c.failed("manager", err)
	case d == nil && lease == nil:
		c.say("manager", Note, "no Deployment %s: it runs elsewhere (as beside \"provost up\"), or not at all", managerName)
	case d == nil && fresh:
		c.say("manager", OK, "%s leads, and runs outside of the cluster", leader)
	case d == nil:
		c.say("manager", Fail, "nobody leads, and there is no Deployment %s; apply config/default", managerName)
	default:
		want, _, _ := unstructured.NestedInt64(d.Object, "spec", "replicas")
		ready, _, _ := unstructured.NestedInt64(d.Object, "status", "readyReplicas")
		switch {
		case ready == 0 || !fresh:
			c.say("manager", Fail, "%d of %d replicas are ready, %s; \"kubectl -n %s logs deployment/%s\" says why",
				ready, want, leads(leader, fresh), directory.SystemNamespace, managerName)
		case ready < want:
			c.say("manager", Note, "%d of %d replicas are ready, %s", ready, want, leads(leader, fresh))
		default:
			c.say("manager", OK, "%d of %d replicas are ready, %s", ready, want, leads(leader, fresh))
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
func (c *Checker) webhooks(ctx context.Context) {
	for _, kind := range guards[:2] {
		o, err := c.get(ctx, kind, "", admission.ConfigurationName)
		if err != nil {
			c.failed("webhooks", err)
			return
		}
		if o == nil {
			c.say("webhooks", Note, "no %s %s: who may change what is not asked (\"config/webhook\")", kind.Kind, admission.ConfigurationName)
			return
		}
		hooks, _, _ := unstructured.NestedSlice(o.Object, "webhooks")
		for _, h := range hooks {
			if bundle, _, _ := unstructured.NestedString(h.(map[string]any), "clientConfig", "caBundle"); bundle == "" {
				c.say("webhooks", Fail, "%s %s trusts no certificate yet; the manager or cert-manager writes it there", kind.Kind,
					admission.ConfigurationName)
				return
			}
		}
	}
	probe := &provostv1.Group{ObjectMeta: metav1.ObjectMeta{Namespace: directory.SystemNamespace, Name: "provost-check"}}
	err := c.Client.Create(ctx, probe, client.DryRunAll)
	text := fmt.Sprint(err)
	switch {
	case strings.Contains(text, "admission webhook"), err == nil && probe.Annotations[provostv1.ChangedByAnnotation] != "":
		c.say("webhooks", OK, "they answer")
	case apierrors.IsForbidden(err):
		c.say("webhooks", Skip, "configured; you may not try them: %v", err)
	case err == nil:
		c.say("webhooks", Fail, "they are configured and not asked")
	default:
		c.say("webhooks", Fail, "%v", err)
	}
}
