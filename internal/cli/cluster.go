package cli

import (
	"context"
	"errors"
	"fmt"
	"net"
	"slices"
	"strings"
	"sync"

	"golang.org/x/sync/errgroup"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	utilruntime "k8s.io/apimachinery/pkg/util/runtime"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"provost.dev/provost/api/v1alpha1"
	"provost.dev/provost/internal/directory"
	"provost.dev/provost/internal/manifest"
)

// clusterSource is what could be listed of a cluster.
type clusterSource struct {
	snapshot *directory.Snapshot
	name     string
	gaps     []string
}

func (s *clusterSource) Snapshot() *directory.Snapshot                        { return s.snapshot }
func (s *clusterSource) Locate(directory.ID, string) (none manifest.Position) { return none }
func (s *clusterSource) Name() string                                         { return s.name }
func (s *clusterSource) Gaps() []string                                       { return s.gaps }
func (s *clusterSource) Close()                                               {}

// pageSize is how many objects are asked for at once.
const pageSize = 500

// listed are the kinds that bear on access, by the names of their resources.
var listed = []struct {
	list       client.ObjectList
	kind       string
	resource   string
	namespaced bool
}{
	{&corev1.NamespaceList{}, "Namespace", "namespaces", false},
	{&v1alpha1.PlatformList{}, "Platform", "platforms", false},
	{&v1alpha1.PersonList{}, "Person", "people", false},
	{&v1alpha1.SystemDenyList{}, "SystemDeny", "systemdenies", false},
	{&v1alpha1.OrganisationList{}, "Organisation", "organisations", true},
	{&v1alpha1.CampusList{}, "Campus", "campuses", true},
	{&v1alpha1.CourseList{}, "Course", "courses", true},
	{&v1alpha1.ModuleList{}, "Module", "modules", true},
	{&v1alpha1.SessionList{}, "Session", "sessions", true},
	{&v1alpha1.TaskList{}, "Task", "tasks", true},
	{&v1alpha1.GroupList{}, "Group", "groups", true},
	{&v1alpha1.RoleList{}, "Role", "roles", true},
	{&v1alpha1.RoleTemplateList{}, "RoleTemplate", "roletemplates", true},
	{&v1alpha1.RoleBindingList{}, "RoleBinding", "rolebindings", true},
	{&v1alpha1.PermissionOverrideList{}, "PermissionOverride", "permissionoverrides", true},
}

// newMapper knows the resources of the listed kinds, so that no cluster has to be asked for them.
func newMapper() meta.RESTMapper {
	mapper := meta.NewDefaultRESTMapper([]schema.GroupVersion{v1alpha1.GroupVersion, corev1.SchemeGroupVersion})
	for _, k := range listed {
		gv := v1alpha1.GroupVersion
		if k.kind == "Namespace" {
			gv = corev1.SchemeGroupVersion
		}
		scope := meta.RESTScopeRoot
		if k.namespaced {
			scope = meta.RESTScopeNamespace
		}
		mapper.AddSpecific(gv.WithKind(k.kind), gv.WithResource(k.resource), gv.WithResource(strings.ToLower(k.kind)), scope)
	}
	return mapper
}

func newScheme() *runtime.Scheme {
	scheme := runtime.NewScheme()
	utilruntime.Must(corev1.AddToScheme(scheme))
	utilruntime.Must(v1alpha1.AddToScheme(scheme))
	return scheme
}

// noCluster says that nothing names a cluster: no kubeconfig, no flag, no pod around us. kubectl's
// code would then try a port of this machine.
func (o *Options) noCluster() bool {
	raw, err := o.Kube.ToRawKubeConfigLoader().RawConfig()
	if err != nil || len(raw.Clusters) > 0 || o.Kube.APIServer != nil && *o.Kube.APIServer != "" {
		return false
	}
	_, err = rest.InClusterConfig()
	return err != nil
}

// client is a client for the cluster of kubectl's flags.
func (o *Options) client() (client.Client, error) {
	if o.noCluster() {
		return nil, explainCluster(clientcmd.ErrEmptyConfig)
	}
	config, err := o.Kube.ToRESTConfig()
	if err != nil {
		return nil, explainCluster(err)
	}
	config.QPS, config.Burst = 100, 200
	c, err := client.New(config, client.Options{Scheme: newScheme(), Mapper: newMapper()})
	return c, explainCluster(err)
}

func (o *Options) openCluster(ctx context.Context) (Source, error) {
	c, err := o.client()
	if err != nil {
		return nil, err
	}
	s := &clusterSource{name: o.clusterName()}
	var (
		mu      sync.Mutex
		records []directory.Record
		refused []string
		group   errgroup.Group
	)
	group.SetLimit(8)
	for _, kind := range listed {
		group.Go(func() error {
			found, gap, err := o.list(ctx, c, kind.list, kind.namespaced)
			mu.Lock()
			defer mu.Unlock()
			records = append(records, found...)
			if gap != "" {
				refused = append(refused, kind.resource+gap)
			}
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return nil, explainCluster(err)
	}
	if len(refused) == len(listed) {
		return nil, fmt.Errorf("you may not list anything of provost.dev in %s; ask for the role provost-view, or give a folder with -f", s.name)
	}
	if len(refused) > 0 {
		slices.Sort(refused)
		s.gaps = append(s.gaps, "you may not list "+strings.Join(refused, ", "))
	}
	s.snapshot = directory.Build(records...)
	return s, nil
}

// list reads all objects of a kind; where that is not allowed, those of the
// namespace of -n. The gap says that, or how much, could not be read.
func (o *Options) list(ctx context.Context, c client.Client, prototype client.ObjectList, namespaced bool) (out []directory.Record, gap string, err error) {
	out, err = listPages(ctx, c, prototype)
	if !apierrors.IsForbidden(err) {
		return out, "", err
	}
	if ns := o.Namespace(); namespaced && ns != "" {
		out, err = listPages(ctx, c, prototype, client.InNamespace(ns))
		if err == nil {
			return out, " outside of " + ns, nil
		}
		if !apierrors.IsForbidden(err) {
			return nil, "", err
		}
	}
	return nil, " at all", nil
}

func listPages(ctx context.Context, c client.Client, prototype client.ObjectList, opts ...client.ListOption) ([]directory.Record, error) {
	for restarts := 0; ; restarts++ {
		out, err := listOnce(ctx, c, prototype, opts)
		// The list changed for longer than the server remembers: begin again.
		if apierrors.IsResourceExpired(err) && restarts < 3 {
			continue
		}
		return out, err
	}
}

func listOnce(ctx context.Context, c client.Client, prototype client.ObjectList, opts []client.ListOption) ([]directory.Record, error) {
	var out []directory.Record
	token := ""
	for {
		page := prototype.DeepCopyObject().(client.ObjectList)
		err := c.List(ctx, page, append([]client.ListOption{client.Limit(pageSize), client.Continue(token)}, opts...)...)
		if err != nil {
			return nil, err
		}
		err = meta.EachListItem(page, func(o runtime.Object) error {
			record, err := manifest.FromObject(o.(manifest.Object))
			if err == nil && record != nil {
				out = append(out, record)
			}
			return err
		})
		if err != nil {
			return nil, err
		}
		if token = page.GetContinue(); token == "" {
			return out, nil
		}
	}
}

func (o *Options) clusterName() string {
	if o.Kube.Context != nil && *o.Kube.Context != "" {
		return "the cluster of context " + *o.Kube.Context
	}
	raw, err := o.Kube.ToRawKubeConfigLoader().RawConfig()
	if err == nil && raw.CurrentContext != "" {
		return "the cluster of context " + raw.CurrentContext
	}
	return "the cluster"
}

// explainCluster says what to do about an error of the way to a cluster.
func explainCluster(err error) error {
	const otherwise = "or give a folder with -f, or a commit with --repo"
	var network *net.OpError
	switch {
	case err == nil:
		return nil
	case clientcmd.IsEmptyConfig(err):
		return fmt.Errorf("no cluster is configured; give one with --kubeconfig, start one with \"provost up\", %s", otherwise)
	case meta.IsNoMatchError(err), apierrors.IsNotFound(err):
		return fmt.Errorf("Provost is not installed in this cluster (%w); install config/default, %s", err, otherwise) //nolint:staticcheck // a name
	case errors.As(err, &network):
		return fmt.Errorf("the cluster does not answer (%w); check --kubeconfig and --context, %s", err, otherwise)
	case apierrors.IsUnauthorized(err):
		return fmt.Errorf("the cluster does not know you (%w); check the credentials of your kubeconfig", err)
	}
	return err
}
