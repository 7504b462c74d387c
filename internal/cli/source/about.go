package source

import (
	"context"
	"errors"
	"slices"
	"sync"

	"golang.org/x/sync/errgroup"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"provost.dev/provost/internal/engine/catalogue"
	"provost.dev/provost/internal/engine/directory"
)

// About is a question about one person at one entity, for which most of a cluster need not be read.
type About struct {
	Person string
	Level  catalogue.Level
	// Namespace is that of the entity; "" where it is whichever has one of the name.
	Namespace, Name string
}

// clusterAbout reads what of a cluster bears on a question; nil where that is not enough, or may not be listed by itself.
func (f *Flags) clusterAbout(ctx context.Context, a About) (Source, error) {
	c, err := f.listingClient()
	if err != nil {
		return nil, err
	}
	list := func(ctx context.Context, kind directory.Kind, namespace string, by fields) ([]directory.Record, error) {
		i := slices.IndexFunc(listed, func(k listedKind) bool { return k.kind == string(kind) })
		found, err := listPages(ctx, c, listed[i].list, client.InNamespace(namespace), client.MatchingFields(by))
		var out []directory.Record
		for _, o := range found {
			var unreadable error
			out, unreadable = withRecord(out, o)
			err = errors.Join(err, unreadable)
		}
		return out, err
	}
	records, enough, err := a.records(ctx, list)
	switch {
	case apierrors.IsForbidden(err) || err == nil && !enough:
		return nil, nil
	case err != nil:
		return nil, ExplainCluster(err)
	}
	return &clusterSource{name: f.ClusterName(), snapshot: directory.Build(records...)}, nil
}

// fields select objects by the fields of theirs that the API server looks at.
type fields map[string]string

// lister lists the records of a kind, in a namespace or in all of them.
type lister func(ctx context.Context, kind directory.Kind, namespace string, by fields) ([]directory.Record, error)

// records are what decides about the question: of people the one alone, of bindings those at the entity and above it and those that select
// among entities of these levels, of
// overrides the person's own, of entities those in the line upwards; and all groups, roles, templates and denies, since
// any of them may bear on it. It is false where that is not enough to answer: nothing is known of the person or of the
// entity by it, and only the whole cluster can say whether it exists, or what was meant.
func (a About) records(ctx context.Context, list lister) ([]directory.Record, bool, error) {
	g := &gathering{list: list}
	for _, kind := range []directory.Kind{
		directory.KindNamespace, directory.KindPlatform, directory.KindSystemDeny, directory.KindGroup, directory.KindRole,
		directory.KindRoleTemplate, directory.KindTerm,
	} {
		g.begin(ctx, kind, "", nil)
	}
	g.begin(ctx, directory.KindPerson, "", fields{"metadata.name": a.Person})
	var entities []directory.Record
	g.group.Go(func() (err error) {
		entities, err = g.listed(ctx, directory.Kind(a.Level.String()), a.Namespace, fields{"metadata.name": a.Name})
		return err
	})
	if err := g.group.Wait(); err != nil || len(entities) == 0 {
		return nil, false, err
	}
	for _, r := range entities {
		g.group.Go(func() error { return g.upwards(ctx, a.Person, r.(*directory.Entity)) })
	}
	if err := g.group.Wait(); err != nil {
		return nil, false, err
	}
	return g.records, directory.Build(g.records...).Known(a.Person), nil
}

// gathering is what has been listed so far.
type gathering struct {
	list  lister
	group errgroup.Group

	mu      sync.Mutex
	records []directory.Record
}

// listed lists, and keeps what it finds.
func (g *gathering) listed(ctx context.Context, kind directory.Kind, namespace string, by fields) ([]directory.Record, error) {
	found, err := g.list(ctx, kind, namespace, by)
	g.mu.Lock()
	defer g.mu.Unlock()
	g.records = append(g.records, found...)
	return found, err
}

func (g *gathering) begin(ctx context.Context, kind directory.Kind, namespace string, by fields) {
	g.group.Go(func() error {
		_, err := g.listed(ctx, kind, namespace, by)
		return err
	})
}

// upwards lists what bears on a person at an entity and at each above it: a rule may ask for a role there.
func (g *gathering) upwards(ctx context.Context, person string, e *directory.Entity) error {
	if _, err := g.listed(ctx, directory.KindPermissionOverride, e.Key.Namespace, fields{"spec.person": person}); err != nil {
		return err
	}
	for range catalogue.LevelCount {
		kind := e.Key.Level.String()
		if _, err := g.listed(ctx, directory.KindRoleBinding, e.Key.Namespace, fields{
			"spec.entityRef.kind": kind, "spec.entityRef.name": e.Key.Name,
		}); err != nil {
			return err
		}
		// Those that select (R34) have no entity of their own, and look under one of the line upwards.
		if _, err := g.listed(ctx, directory.KindRoleBinding, e.Key.Namespace, fields{"spec.entitySelector.level": kind}); err != nil {
			return err
		}
		if e.Parent.Name == "" {
			return nil
		}
		above := e.Parent.In(e.Key.Namespace)
		found, err := g.listed(ctx, directory.Kind(above.Level.String()), above.Namespace, fields{"metadata.name": above.Name})
		if err != nil || len(found) == 0 {
			return err
		}
		e = found[0].(*directory.Entity)
	}
	return nil
}
