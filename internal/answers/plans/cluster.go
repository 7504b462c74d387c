package plans

import (
	"fmt"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/types"

	provostv1 "provost.dev/provost/api/v1alpha1"
	"provost.dev/provost/internal/engine/directory"
	"provost.dev/provost/internal/engine/guard"
	"provost.dev/provost/internal/git/allowance"
	"provost.dev/provost/internal/git/gitrepo"
	"provost.dev/provost/internal/git/gitsync"
	"provost.dev/provost/internal/git/history"
	"provost.dev/provost/internal/manifest"
	"provost.dev/provost/internal/manifest/ownership"
)

// Cluster is a cluster as one of the two states of a plan: who may do what there, what becomes of its objects when
// manifests are applied to it, and which guard they have to pass.
type Cluster struct {
	// Name is what it is called in reports.
	Name string
	// GitSync is the one that applies manifests to it; nil where there is none, or several and nobody chose one.
	GitSync *provostv1.GitSync
	// Several are the GitSyncs, as NAMESPACE/NAME, where nobody chose one of them.
	Several []string

	records  []directory.Record
	appliers map[directory.ID]ownership.Applier
	applied  map[string][]string // the labels of a Namespace that a GitSync applied
	inUse    map[string]bool     // namespaces in which something of ours lies
	platform *provostv1.RemovalGuard
	found    map[directory.ID]bool // what nobody owns, and the other state does not hold
}

// NewCluster is a cluster with these objects. GitSync names, as NAMESPACE/NAME, the one that applies manifests to it; where
// it is "" and the cluster has only one, that is it. There is an error for an object that is not what its schema asks for, and
// for a GitSync that is not there.
func NewCluster(name string, objects []manifest.Object, gitSync string) (*Cluster, error) {
	c := &Cluster{
		Name: name, appliers: map[directory.ID]ownership.Applier{}, applied: map[string][]string{}, inUse: map[string]bool{},
		found: map[directory.ID]bool{},
	}
	var syncs []*provostv1.GitSync
	for _, o := range objects {
		switch o := o.(type) {
		case *provostv1.GitSync:
			syncs = append(syncs, o)
		case *provostv1.Platform:
			c.platform = o.Spec.RemovalGuard
		case *corev1.Namespace:
			labels, _, _ := ownership.AppliedKeys(o)
			c.applied[o.Name] = slices.DeleteFunc(labels, func(l string) bool { return l == provostv1.GitSyncLabel }) // which stays
		}
		c.inUse[o.GetNamespace()] = true
		record, err := manifest.FromObject(o)
		if err != nil {
			return nil, err
		}
		if record != nil {
			c.records = append(c.records, record)
			c.appliers[record.ID()] = ownership.Of(o)
		}
	}
	return c, c.choose(syncs, gitSync)
}

// choose finds the GitSync that is meant.
func (c *Cluster) choose(syncs []*provostv1.GitSync, name string) error {
	var known []string
	for _, g := range syncs {
		full := g.Namespace + "/" + g.Name
		known = append(known, full)
		if full == name || name == "" && len(syncs) == 1 {
			c.GitSync = g
			return nil
		}
	}
	slices.Sort(known)
	switch {
	case name == "":
		c.Several = known
		return nil
	case len(known) == 0:
		return fmt.Errorf("%s has no GitSync %q, and no other; leave --gitsync out", c.Name, name)
	}
	return fmt.Errorf("%s has no GitSync %q; give one of %s as NAMESPACE/NAME", c.Name, name, strings.Join(known, ", "))
}

// Tree is the cluster as a state.
func (c *Cluster) Tree() history.Tree { return history.RecordsTree(c.Name, c.guard(), c.records...) }

// guard is the removal guard that holds there.
func (c *Cluster) guard() *provostv1.RemovalGuard {
	if c.GitSync != nil && c.GitSync.Spec.RemovalGuard != nil {
		return c.GitSync.Spec.RemovalGuard
	}
	return c.platform
}

// Limits are those that the GitSync asks of a commit, or else those of the Platform.
func (c *Cluster) Limits() guard.Limits {
	return manifest.Limits(c.guard(), c.GitSync != nil && c.GitSync.Status.LastAppliedRevision == "")
}

// Applied is what comes of applying a state to the cluster: what the GitSync owns and the state does not hold goes, and what
// nobody owns stays.
func (c *Cluster) Applied(t history.Tree) history.Tree {
	rule := ownership.Rule{}
	if g := c.GitSync; g != nil {
		rule.GitSync = gitsync.LabelValue(types.NamespacedName{Namespace: g.Namespace, Name: g.Name})
		rule.Keep = g.Spec.Prune != nil && !*g.Spec.Prune
	}
	return t.Onto(history.Ground{
		Records: c.records,
		Stays: func(id directory.ID) bool {
			c.look(id)
			return rule.Stays(id, c.appliers[id])
		},
		Labels: func(namespace string) []string { return c.applied[namespace] },
	})
}

// Compared is a state with which the cluster is compared, and that nobody applies to it: Namespaces, which many others make
// and label, are as in the cluster.
func (c *Cluster) Compared(t history.Tree) history.Tree {
	return t.Onto(history.Ground{
		Records: c.records,
		Stays: func(id directory.ID) bool {
			c.look(id)
			return id.Kind == directory.KindNamespace
		},
		Labels: func(string) []string { return nil },
	})
}

// look notes an object that the other state does not hold.
func (c *Cluster) look(id directory.ID) {
	if id.Kind == directory.KindNamespace && (!c.inUse[id.Name] || id.Name == directory.SystemNamespace) {
		return // of Kubernetes, of an installation, or of others
	}
	if c.appliers[id].None() {
		c.found[id] = true
	}
}

// Unmanaged are the objects that are in the cluster and in no repository: no applier owns them, and the state that the
// cluster was compared with does not hold them. It is known once that state has been read.
func (c *Cluster) Unmanaged() []directory.ID {
	out := make([]directory.ID, 0, len(c.found))
	for id := range c.found {
		out = append(out, id)
	}
	slices.SortFunc(out, directory.ID.Compare)
	return out
}

// Since are the commits that may let a commit through: those that the GitSync has not applied yet.
func (c *Cluster) Since(repo *gitrepo.Repository, tip *gitrepo.Commit) (allowance.Commits, error) {
	if c.GitSync == nil {
		return allowance.Newest(tip, "no GitSync says which commit is in the cluster"), nil
	}
	return gitsync.Since(repo, c.GitSync.Status.LastAppliedRevision, tip)
}
