package gitsync

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"reflect"
	"runtime"
	"slices"
	"strings"

	"github.com/go-git/go-git/v5/plumbing"
	"golang.org/x/sync/errgroup"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/util/validation/field"

	provostv1 "provost.dev/provost/api/v1alpha1"
	"provost.dev/provost/internal/manifest"
	"provost.dev/provost/internal/manifest/schema"
)

// Builder makes objects of commits. It remembers what it made, so that the next
// commit costs only the objects that differ.
type Builder struct {
	// Schemas are those of the release.
	Schemas *schema.Set

	cache *manifest.Cache
	reads int
	made  map[ID]made
}

// made is an object and what it was made from.
type made struct {
	content *unstructured.Unstructured
	object  *Object
}

// Build reads and checks what a commit says at a path: a kustomization, where
// the folder has one, or else every manifest in it and below. The failure holds
// everything that is wrong with the commit, with file, line and field.
func (b *Builder) Build(ctx context.Context, c *Checkout, dir string, scope Scope) (*Set, error) {
	tree, err := c.Repository.Tree(c.Commit, "")
	if err != nil {
		return nil, unreadable(err)
	}
	dir = path.Join(".", c.Prefix, dir)
	// The folder is opened for its error; it is read from the top, where a kustomization finds its bases.
	if _, err := c.Repository.Tree(c.Commit, dir); err != nil {
		return nil, stalled(provostv1.ReasonPathNotFound, "%w", err)
	}
	source := manifest.Source{FS: tree, Dir: dir}
	if b.reads++; b.cache == nil || b.reads%renewAfter == 0 {
		b.cache = &manifest.Cache{} // it keeps every file that it ever saw
	}
	read, err := manifest.Read(ctx, manifest.Options{Content: true, Cache: b.cache}, source)
	if problems, ok := manifest.AsProblems(err); ok {
		if err := lost(tree, dir, problems); err != nil {
			return nil, unreadable(err)
		}
		return nil, refuse(problems, nil)
	}
	if err != nil {
		return nil, unreadable(err)
	}
	if refused := scope.check(read); len(refused) > 0 {
		return nil, refuse(nil, refused)
	}
	return b.set(ctx, read, scope)
}

// unreadable is for a repository whose objects cannot be read: one that is
// still being written, or a broken one.
func unreadable(err error) error {
	return AsFailure(fmt.Errorf("reading the commit: %w", err), provostv1.ReasonGitOperationFailed)
}

// lost looks for files that cannot be read because Git itself has no such content
// (yet): trying again may help there, which it never does where a file is wrong.
func lost(tree fs.FS, dir string, problems manifest.Problems) error {
	for _, p := range problems {
		if p.Rule != manifest.RuleUnreadable {
			continue
		}
		for _, name := range []string{p.File, path.Join(dir, p.File)} {
			if _, err := fs.ReadFile(tree, name); errors.Is(err, plumbing.ErrObjectNotFound) {
				return err
			}
		}
	}
	return nil
}

// set makes the objects to apply. Only those that differ from the last commit's are made anew.
func (b *Builder) set(ctx context.Context, read *manifest.Set, scope Scope) (*Set, error) {
	objects := make([]*Object, len(read.Items))
	var g errgroup.Group
	g.SetLimit(runtime.GOMAXPROCS(0))
	for i := range read.Items {
		g.Go(func() (err error) {
			objects[i], err = b.object(ctx, &read.Items[i], scope)
			return err
		})
	}
	if err := g.Wait(); err != nil {
		return nil, err
	}
	b.made = make(map[ID]made, len(objects))
	for i, o := range objects {
		b.made[o.ID] = made{read.Items[i].Content, o}
	}
	return newSet(objects), nil
}

func (b *Builder) object(ctx context.Context, item *manifest.Item, scope Scope) (*Object, error) {
	position := item.Position.String()
	before, ok := b.made[idOf(item.Content)]
	if ok && (before.content == item.Content || reflect.DeepEqual(before.content.Object, item.Content.Object)) {
		if before.object.Position == position {
			return before.object, nil
		}
		moved := *before.object
		moved.Position = position
		return &moved, nil
	}
	admitted := item.Content
	if b.Schemas.Has(item.GroupVersionKind()) { // a Namespace has no schema of ours
		var errs field.ErrorList
		if admitted, errs = b.Schemas.Admit(ctx, item.Content); len(errs) > 0 {
			return nil, failed(provostv1.ReasonBuildFailed, "%s was found to be in order and then not to be: %w; report this as a fault", position,
				errs.ToAggregate())
		}
	}
	return newObject(admitted, scope.Owner, position)
}

// refuse makes the failure that holds a commit back: what is wrong with its
// files, and what a GitSync does not apply.
func refuse(invalid, refused manifest.Problems) error {
	reason := provostv1.ReasonValidationFailed
	if len(refused) > 0 {
		reason = provostv1.ReasonKindRefused
	}
	if slices.ContainsFunc(invalid, func(p manifest.Problem) bool { return p.Object == "" }) {
		reason = provostv1.ReasonBuildFailed // something could not even be read as an object
	}
	all := append(slices.Clone(invalid), refused...)
	slices.SortStableFunc(all, func(a, b manifest.Problem) int { return a.Compare(b.Position) })
	lines := make([]string, len(all))
	for i, p := range all {
		lines[i] = strings.ReplaceAll(p.Error(), "\n", " ")
	}
	return stalled(reason, "nothing of the commit was applied:\n%s", shorten(lines))
}
