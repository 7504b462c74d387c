package source

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"golang.org/x/sync/errgroup"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
	"k8s.io/client-go/tools/pager"
	"sigs.k8s.io/controller-runtime/pkg/client"

	provostv1 "provost.dev/provost/api/v1alpha1"
	"provost.dev/provost/internal/engine/directory"
	"provost.dev/provost/internal/manifest"
)

// clusterSource is what could be listed of a cluster.
type clusterSource struct {
	snapshot *directory.Snapshot
	name     string
	gaps     []string
}

// Objects are the objects of a cluster that bear on access, as far as they could be listed.
type Objects struct {
	// Name says which cluster it is, and Gaps what could not be listed.
	Name string
	Gaps []string
	// All are the objects, in no order. Those that are being deleted are not among them (rule R0), nor what the manager
	// itself writes.
	All []manifest.Object
}

func (s *clusterSource) Snapshot() *directory.Snapshot                        { return s.snapshot }
func (s *clusterSource) Locate(directory.ID, string) (none manifest.Position) { return none }
func (s *clusterSource) Name() string                                         { return s.name }
func (s *clusterSource) Gaps() []string                                       { return s.gaps }
func (s *clusterSource) Close()                                               {}

// noCluster says that nothing names a cluster: no kubeconfig, no flag, no pod around us. kubectl's
// code would then try a port of this machine.
func (f *Flags) noCluster() bool {
	raw, err := f.Kube.ToRawKubeConfigLoader().RawConfig()
	if err != nil || len(raw.Clusters) > 0 || f.Kube.APIServer != nil && *f.Kube.APIServer != "" {
		return false
	}
	_, err = rest.InClusterConfig()
	return err != nil
}

// missingKubeconfig says which kubeconfig is named and not there, where that leaves no cluster to ask.
func (f *Flags) missingKubeconfig() error {
	if name := f.Kube.KubeConfig; name != nil && *name != "" {
		if _, err := os.Stat(*name); errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("the kubeconfig %s, which --kubeconfig names, does not exist; correct the path, %s", *name, otherwise)
		}
		return nil
	}
	for _, name := range filepath.SplitList(os.Getenv(clientcmd.RecommendedConfigPathEnvVar)) {
		if _, err := os.Stat(name); name != "" && errors.Is(err, fs.ErrNotExist) && f.noCluster() {
			return fmt.Errorf("no cluster is configured: the kubeconfig %s, which the variable KUBECONFIG names, does not exist; "+
				"correct or unset the variable, start a cluster with \"provost up\", %s", name, otherwise)
		}
	}
	return nil
}

// listingClient is a client for the cluster of kubectl's flags, which knows the listed kinds without asking.
func (f *Flags) listingClient() (client.Client, error) {
	return f.clientWith(client.Options{Scheme: newScheme(), Mapper: newMapper()})
}

// Client is a client that knows every kind of the cluster.
func (f *Flags) Client() (client.Client, error) {
	return f.clientWith(client.Options{Scheme: newScheme()})
}

func (f *Flags) clientWith(options client.Options) (client.Client, error) {
	if err := f.missingKubeconfig(); err != nil {
		return nil, err
	}
	if f.noCluster() {
		return nil, ExplainCluster(clientcmd.ErrEmptyConfig)
	}
	config, err := f.Kube.ToRESTConfig()
	if err != nil {
		return nil, ExplainCluster(err)
	}
	config.QPS, config.Burst = 100, 200
	c, err := client.New(config, options)
	return c, ExplainCluster(err)
}

// Cluster reads the cluster of kubectl's flags. What may not be listed is a gap of the source.
func (f *Flags) Cluster(ctx context.Context) (Source, error) {
	s := &clusterSource{}
	var records []directory.Record
	found, err := f.list(ctx, listed, func(o manifest.Object) (err error) {
		records, err = withRecord(records, o)
		return err
	})
	if err != nil {
		return nil, err
	}
	s.name, s.gaps, s.snapshot = found.Name, found.Gaps, directory.Build(records...)
	return s, nil
}

// withRecord adds what an object says, where that is anything.
func withRecord(records []directory.Record, o manifest.Object) ([]directory.Record, error) {
	record, err := manifest.FromObject(o)
	if err == nil && record != nil {
		records = append(records, record)
	}
	return records, err
}

// Objects reads the same objects as Cluster, and keeps them as they are; with the GitSyncs, which bear on nobody's access.
func (f *Flags) Objects(ctx context.Context) (*Objects, error) {
	var all []manifest.Object
	found, err := f.list(ctx, append(slices.Clone(listed), gitSyncs), func(o manifest.Object) error {
		if role, ok := o.(*provostv1.Role); o.GetDeletionTimestamp() == nil && (!ok || role.Spec.Type != provostv1.RoleTypeSystem) {
			all = append(all, o)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	found.All = all
	return found, nil
}

// list reads objects of kinds, and hands over one after the other. What may not be listed is a gap.
func (f *Flags) list(ctx context.Context, kinds []listedKind, take func(manifest.Object) error) (*Objects, error) {
	c, err := f.listingClient()
	if err != nil {
		return nil, err
	}
	s := &Objects{Name: f.ClusterName()}
	var (
		mu      sync.Mutex
		refused []string // kinds that may not be listed at all
		partly  []string // kinds that may be listed in the namespace of -n alone
		group   errgroup.Group
	)
	group.SetLimit(8)
	for _, kind := range kinds {
		group.Go(func() error {
			found, seen, err := f.listKind(ctx, c, kind.list, kind.namespaced)
			mu.Lock()
			defer mu.Unlock()
			for _, o := range found {
				err = errors.Join(err, take(o))
			}
			name := schema.GroupResource{Group: groupOf(kind.kind), Resource: kind.resource}.String()
			switch seen {
			case seenNothing:
				refused = append(refused, name)
			case seenNamespace:
				partly = append(partly, name)
			}
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return nil, ExplainCluster(err)
	}
	if len(refused) == len(kinds) {
		return nil, fmt.Errorf("you may not list anything of provost.dev in %s; ask for the ClusterRoles provost-view and "+
			"provost-people-viewer, or give a folder with -f", s.Name)
	}
	if len(refused) > 0 {
		slices.Sort(refused)
		s.Gaps = append(s.Gaps, "you may not list "+strings.Join(refused, ", "))
	}
	if len(partly) > 0 {
		slices.Sort(partly)
		s.Gaps = append(s.Gaps, "outside of "+f.Namespace()+" you may not list "+strings.Join(partly, ", "))
	}
	return s, nil
}

// seen is how much of a kind could be listed.
type seen uint8

const (
	seenAll seen = iota
	seenNamespace
	seenNothing
)

// listKind reads all objects of a kind; where that is not allowed, those of the namespace of -n.
func (f *Flags) listKind(
	ctx context.Context, c client.Client, prototype client.ObjectList, namespaced bool,
) ([]manifest.Object, seen, error) {
	out, err := listPages(ctx, c, prototype)
	if !apierrors.IsForbidden(err) {
		return out, seenAll, err
	}
	if ns := f.Namespace(); namespaced && ns != "" {
		out, err = listPages(ctx, c, prototype, client.InNamespace(ns))
		if !apierrors.IsForbidden(err) {
			return out, seenNamespace, err
		}
	}
	return nil, seenNothing, nil
}

func listPages(ctx context.Context, c client.Client, prototype client.ObjectList, opts ...client.ListOption) ([]manifest.Object, error) {
	for restarts := 0; ; restarts++ {
		out, err := listOnce(ctx, c, prototype, opts)
		// The list changed for longer than the server remembers: begin again.
		if apierrors.IsResourceExpired(err) && restarts < 3 {
			continue
		}
		return out, err
	}
}

func listOnce(ctx context.Context, c client.Client, prototype client.ObjectList, opts []client.ListOption) ([]manifest.Object, error) {
	page := func(ctx context.Context, at metav1.ListOptions) (runtime.Object, error) {
		list := prototype.DeepCopyObject().(client.ObjectList)
		return list, c.List(ctx, list, append([]client.ListOption{client.Limit(at.Limit), client.Continue(at.Continue)}, opts...)...)
	}
	var out []manifest.Object
	err := pager.New(page).EachListItem(ctx, metav1.ListOptions{}, func(found runtime.Object) error {
		out = append(out, found.(manifest.Object))
		return nil
	})
	return out, err
}

// ClusterName says which cluster kubectl's flags mean: "the cluster of context x".
func (f *Flags) ClusterName() string {
	if f.Kube.Context != nil && *f.Kube.Context != "" {
		return "the cluster of context " + *f.Kube.Context
	}
	raw, err := f.Kube.ToRawKubeConfigLoader().RawConfig()
	if err == nil && raw.CurrentContext != "" {
		return "the cluster of context " + raw.CurrentContext
	}
	return "the cluster"
}

// otherwise is what does without a cluster.
const otherwise = "or give a folder with -f, or a commit with --repo"

// ExplainCluster says what to do about an error of the way to a cluster.
func ExplainCluster(err error) error {
	var network *net.OpError
	switch {
	case err == nil:
		return nil
	case clientcmd.IsEmptyConfig(err):
		return fmt.Errorf("no cluster is configured; give one with --kubeconfig, start one with \"provost up\", %s", otherwise)
	case meta.IsNoMatchError(err), apierrors.IsNotFound(err):
		//nolint:staticcheck // a name
		return fmt.Errorf("Provost is not installed in this cluster (%w); install config/default, %s", err, otherwise)
	case errors.As(err, &network):
		return fmt.Errorf("the cluster does not answer (%w); check --kubeconfig and --context, %s", err, otherwise)
	case apierrors.IsUnauthorized(err):
		return fmt.Errorf("the cluster does not know you (%w); check the credentials of your kubeconfig", err)
	}
	return err
}
