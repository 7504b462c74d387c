package gitsync

import (
	"context"
	"fmt"
	"sync"

	"golang.org/x/sync/errgroup"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"sigs.k8s.io/controller-runtime/pkg/client"

	provostv1 "provost.dev/provost/api/v1alpha1"
	"provost.dev/provost/internal/manifest"
	schemas "provost.dev/provost/internal/manifest/schema"
)

const (
	// pageSize is how many objects one request lists.
	pageSize = 500
	// listFrom is from how many unknown objects of one kind on listing the whole
	// kind is cheaper than asking for each.
	listFrom = 20
)

// cluster is what a run sees of a cluster, without any cache between: a
// decision to leave an object as it is must not rest on what it was before.
type cluster struct {
	client client.Client
	// owner is the value of the label on what the GitSync owns.
	owner string
	// namespace is the only one that the account may look into; "" is the whole cluster.
	namespace string
	// workers is how many requests may be under way at once.
	workers int
	// schemas are those of the release.
	schemas *schemas.Set
}

// live are objects as the cluster has them.
type live map[ID]*unstructured.Unstructured

// inventory lists what the GitSync owns.
func (c *cluster) inventory(ctx context.Context) (live, error) {
	return c.list(ctx, c.kinds(), func(err error) bool {
		// What an account of a namespace may not see, it never applied.
		return c.namespace != "" && apierrors.IsForbidden(err)
	}, client.MatchingLabels{provostv1.GitSyncLabel: c.owner})
}

// kinds are the kinds that the account may look for.
func (c *cluster) kinds() []schema.GroupVersionKind {
	var out []schema.GroupVersionKind
	for gvk := range kindStages {
		if c.namespace == "" || !clusterScoped(gvk) {
			out = append(out, gvk)
		}
	}
	return out
}

// look adds to the known objects those of the set that the cluster has and
// nobody has seen yet: without a label, or with another owner's.
func (c *cluster) look(ctx context.Context, set *Set, known live) error {
	missing := map[schema.GroupVersionKind][]ID{}
	for _, o := range set.Objects {
		if known[o.ID] == nil {
			missing[o.GroupVersionKind] = append(missing[o.GroupVersionKind], o.ID)
		}
	}
	var whole []schema.GroupVersionKind
	var single []ID
	for gvk, ids := range missing {
		if len(ids) >= listFrom {
			whole = append(whole, gvk)
		} else {
			single = append(single, ids...)
		}
	}
	all, err := c.list(ctx, whole, func(error) bool { return false })
	if err != nil {
		return err
	}
	for id, o := range all {
		if set.byID[id] != nil {
			known[id] = o
		}
	}
	some, err := c.get(ctx, single)
	for id, o := range some {
		known[id] = o
	}
	return err
}

// list lists whole kinds, or what the options leave of them. A kind whose error
// may be passed over counts as empty.
func (c *cluster) list(
	ctx context.Context, kinds []schema.GroupVersionKind, pass func(error) bool, options ...client.ListOption,
) (live, error) {
	var mu sync.Mutex
	out := live{}
	if c.namespace != "" {
		options = append(options, client.InNamespace(c.namespace))
	}
	err := c.each(ctx, len(kinds), func(ctx context.Context, i int) error {
		next := ""
		for {
			page := &unstructured.UnstructuredList{}
			page.SetGroupVersionKind(kinds[i].GroupVersion().WithKind(kinds[i].Kind + "List"))
			of := append([]client.ListOption{client.Limit(pageSize), client.Continue(next)}, options...)
			if err := c.client.List(ctx, page, of...); err != nil {
				if pass(err) {
					return nil
				}
				return readError(kinds[i].Kind, err)
			}
			mu.Lock()
			for i := range page.Items {
				out[idOf(&page.Items[i])] = &page.Items[i]
			}
			mu.Unlock()
			if next = page.GetContinue(); next == "" {
				return nil
			}
		}
	})
	return out, err
}

// get reads single objects; those that do not exist are not among the result.
func (c *cluster) get(ctx context.Context, ids []ID) (live, error) {
	var mu sync.Mutex
	out := live{}
	err := c.each(ctx, len(ids), func(ctx context.Context, i int) error {
		o := &unstructured.Unstructured{}
		o.SetGroupVersionKind(ids[i].GroupVersionKind)
		err := c.client.Get(ctx, client.ObjectKey{Namespace: ids[i].Namespace, Name: ids[i].Name}, o)
		if apierrors.IsNotFound(err) {
			return nil
		}
		if err != nil {
			return readError(ids[i].String(), err)
		}
		mu.Lock()
		defer mu.Unlock()
		out[ids[i]] = o
		return nil
	})
	return out, err
}

// each calls f for 0 to n-1, several at once, until one fails.
func (c *cluster) each(ctx context.Context, n int, f func(context.Context, int) error) error {
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(c.workers)
	for i := range n {
		g.Go(func() error {
			if err := ctx.Err(); err != nil {
				return err
			}
			return f(ctx, i)
		})
	}
	return g.Wait()
}

func readError(what string, err error) error {
	switch {
	case meta.IsNoMatchError(err):
		return failed(provostv1.ReasonApplyFailed, "%s", manifest.NotInstalled(what))
	case apierrors.IsForbidden(err):
		return failed(provostv1.ReasonForbidden, "reading %s: %s", what, status(err))
	}
	return fmt.Errorf("reading %s: %w", what, err)
}

// status is what the API server says of an error, without the client's words around it.
func status(err error) string {
	if s, ok := err.(apierrors.APIStatus); ok {
		return s.Status().Message
	}
	return err.Error()
}

// clusterScoped says whether the objects of a kind lie in no namespace.
func clusterScoped(gvk schema.GroupVersionKind) bool {
	switch gvk {
	case namespaceKind, ours("Platform"), ours("SystemDeny"), ours("Person"):
		return true
	}
	return false
}
