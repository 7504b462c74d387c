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

// pageSize is how many objects are asked for at once; tests make it small.
var pageSize int64 = 500

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

// declaredKinds are the listed kinds that are ours.
func declaredKinds() []string {
	var out []string
	for _, k := range listed {
		if groupOf(k.kind) == v1alpha1.GroupName {
			out = append(out, k.kind)
		}
	}
	return out
}

func groupOf(kind string) string {
	if kind == "Namespace" {
		return ""
	}
	return v1alpha1.GroupName
}

// newMapper knows the resources of the listed kinds, so that no cluster has to be asked for them.
func newMapper() meta.RESTMapper {
	mapper := meta.NewDefaultRESTMapper([]schema.GroupVersion{v1alpha1.GroupVersion, corev1.SchemeGroupVersion})
	for _, k := range listed {
		gv := schema.GroupVersion{Group: groupOf(k.kind), Version: v1alpha1.GroupVersion.Version}
		if gv.Group == "" {
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
		refused []string // kinds that may not be listed at all
		partly  []string // kinds that may be listed in the namespace of -n alone
		group   errgroup.Group
	)
	group.SetLimit(8)
	for _, kind := range listed {
		group.Go(func() error {
			found, seen, err := o.list(ctx, c, kind.list, kind.namespaced)
			mu.Lock()
			defer mu.Unlock()
			records = append(records, found...)
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
		return nil, explainCluster(err)
	}
	if len(refused) == len(listed) {
		return nil, fmt.Errorf("you may not list anything of provost.dev in %s; ask for the ClusterRoles provost-view and provost-people-viewer, or give a folder with -f", s.name)
	}
	if len(refused) > 0 {
		slices.Sort(refused)
		s.gaps = append(s.gaps, "you may not list "+strings.Join(refused, ", "))
	}
	if len(partly) > 0 {
		slices.Sort(partly)
		s.gaps = append(s.gaps, "outside of "+o.Namespace()+" you may not list "+strings.Join(partly, ", "))
	}
	s.snapshot = directory.Build(records...)
	return s, nil
}

// seen is how much of a kind could be listed.
type seen uint8

const (
	seenAll seen = iota
	seenNamespace
	seenNothing
)

// list reads all objects of a kind; where that is not allowed, those of the namespace of -n.
func (o *Options) list(ctx context.Context, c client.Client, prototype client.ObjectList, namespaced bool) ([]directory.Record, seen, error) {
	out, err := listPages(ctx, c, prototype)
	if !apierrors.IsForbidden(err) {
		return out, seenAll, err
	}
	if ns := o.Namespace(); namespaced && ns != "" {
		out, err = listPages(ctx, c, prototype, client.InNamespace(ns))
		if !apierrors.IsForbidden(err) {
			return out, seenNamespace, err
		}
	}
	return nil, seenNothing, nil
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
