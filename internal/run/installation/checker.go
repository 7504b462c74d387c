package installation

import (
	"context"
	"fmt"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/discovery"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// Finding is what one check found.
type Finding struct {
	Check   string `json:"check"`
	Status  Status `json:"status"`
	Message string `json:"message"`
}

// Status is how a check came out.
type Status string

// The ways in which a check comes out.
const (
	OK   Status = "ok"
	Note Status = "note" // it works, and somebody may want to know
	Fail Status = "fail"
	Skip Status = "skipped" // it may not be looked at
)

// Checker looks at one installation.
type Checker struct {
	Client  client.Client
	Version discovery.ServerVersionInterface
	// Kinds are those whose objects may be stuck.
	Kinds []string

	lines []Finding
}

// Run looks at everything. Its error means that nothing can be said.
func (c *Checker) Run(ctx context.Context) ([]Finding, error) {
	if err := c.cluster(); err != nil {
		return nil, err
	}
	for _, look := range []func(context.Context){
		c.definitions, c.manager, c.webhooks, c.callers, c.network, c.policies, c.systemRoles, c.platform, c.syncs, c.stuck,
	} {
		look(ctx)
	}
	return c.lines, nil
}

func (c *Checker) say(check string, status Status, format string, args ...any) {
	c.lines = append(c.lines, Finding{check, status, fmt.Sprintf(format, args...)})
}

// get reads an object. A missing one is no failure of the check.
func (c *Checker) get(ctx context.Context, kind schema.GroupVersionKind, namespace, name string) (*unstructured.Unstructured, error) {
	o := &unstructured.Unstructured{}
	o.SetGroupVersionKind(kind)
	err := c.Client.Get(ctx, client.ObjectKey{Namespace: namespace, Name: name}, o)
	if apierrors.IsNotFound(err) || meta.IsNoMatchError(err) {
		return nil, nil
	}
	return o, err
}

// failed says that something could not be looked at.
func (c *Checker) failed(check string, err error) {
	if apierrors.IsForbidden(err) {
		c.say(check, Skip, "you may not look: %v", err)
		return
	}
	c.say(check, Fail, "%v", err)
}

// absent is failed for a kind that may not be installed.
func (c *Checker) absent(check string, err error) {
	if meta.IsNoMatchError(err) || apierrors.IsNotFound(err) {
		c.say(check, Fail, "the kind is not installed")
		return
	}
	c.failed(check, err)
}
