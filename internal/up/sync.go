package up

import (
	"cmp"
	"context"
	"fmt"
	"path"
	"path/filepath"
	"strings"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/controller/controllerutil"

	"provost.dev/provost/api/v1alpha1"
	"provost.dev/provost/internal/gitrepo"
)

// source is the repository to follow, checked before anything is started.
type source struct {
	url  string
	path string
	ref  *v1alpha1.GitReference
}

// resolve finds out what Options.Repo means. A local repository must exist and
// have the folder; what is far away is left to the GitSync to judge.
func resolve(o Options) (*source, error) {
	if o.Repo == "" {
		if o.Path != "" {
			return nil, fmt.Errorf("--path %s is a folder of a repository: name that with --repo", o.Path)
		}
		return nil, nil
	}
	s := &source{url: o.Repo, path: strings.Trim(path.Clean("/"+filepath.ToSlash(o.Path)), "/"), ref: reference(o)}
	location := gitrepo.Location{Repository: o.Repo}
	if location.Remote() {
		return s, nil
	}
	dir, err := filepath.Abs(strings.TrimPrefix(o.Repo, "file://"))
	if err != nil {
		return nil, err
	}
	repo, err := gitrepo.Open(dir)
	if err != nil {
		return nil, err
	}
	s.url = "file://" + filepath.ToSlash(dir)
	return s, s.checkPath(repo, o)
}

// checkPath asks for the folder in the commit, not on the disk: only what is committed is applied.
func (s *source) checkPath(repo *gitrepo.Repository, o Options) error {
	rev := cmp.Or(o.Commit, o.Tag, o.Branch, "HEAD")
	commit, err := repo.Resolve(rev)
	if err != nil {
		return err
	}
	dir := path.Join(repo.Prefix(), s.path)
	if dir == "" || dir == "." {
		return nil
	}
	tree, err := repo.Tree(commit, "")
	if err != nil {
		return err
	}
	if info, err := tree.Stat(dir); err != nil || !info.IsDir() {
		return fmt.Errorf("%s has no folder %s at %s: only what is committed counts; commit it, or name another folder with --path", o.Repo, dir, rev)
	}
	return nil
}

func reference(o Options) *v1alpha1.GitReference {
	if o.Branch == "" && o.Tag == "" && o.Commit == "" {
		return nil
	}
	return &v1alpha1.GitReference{Branch: o.Branch, Tag: o.Tag, Commit: o.Commit}
}

// follow creates the GitSync, or points the one of an earlier start at what is
// to be followed now, and asks for a look at once.
func follow(ctx context.Context, c client.Client, s *source, interval time.Duration) (requested string, err error) {
	requested = time.Now().UTC().Format(time.RFC3339Nano)
	g := &v1alpha1.GitSync{ObjectMeta: metav1.ObjectMeta{Namespace: SyncNamespace, Name: SyncName}}
	_, err = controllerutil.CreateOrUpdate(ctx, c, g, func() error {
		g.Spec.URL, g.Spec.Path, g.Spec.Ref = s.url, s.path, s.ref
		g.Spec.Interval = &metav1.Duration{Duration: interval}
		metav1.SetMetaDataAnnotation(&g.ObjectMeta, v1alpha1.RequestedAtAnnotation, requested)
		return nil
	})
	if apierrors.IsInvalid(err) {
		return "", fmt.Errorf("--repo %s: %w", s.url, err)
	}
	return requested, err
}
