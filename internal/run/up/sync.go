package up

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"path"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/controller/controllerutil"

	provostv1 "provost.dev/provost/api/v1alpha1"
	"provost.dev/provost/internal/git/gitrepo"
)

// source is the repository to follow, checked before anything is started.
type source struct {
	url  string
	path string
	ref  *provostv1.GitReference
}

// String is what is followed, for people: the folder and where it is.
func (s *source) String() string {
	where := strings.TrimPrefix(s.url, "file://")
	if s.path == "" {
		return where
	}
	return s.path + " of " + where
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
	location := gitrepo.ParseLocation(o.Repo)
	s := &source{
		url:  location.Repository,
		path: strings.Trim(path.Clean("/"+filepath.ToSlash(o.Path)), "/"),
		ref:  reference(location.Revision),
	}
	if location.Remote() {
		return s, nil
	}
	dir, err := filepath.Abs(strings.TrimPrefix(location.Repository, "file://"))
	if err != nil {
		return nil, err
	}
	repo, err := gitrepo.Open(dir)
	if err == nil {
		s.url = "file://" + filepath.ToSlash(dir)
		err = s.checkPath(repo, location.Revision)
	}
	if nothing := (*gitrepo.NothingCommittedError)(nil); errors.As(err, &nothing) {
		err = fmt.Errorf("%w, or name another repository with --repo", err)
	}
	return s, err
}

// checkPath asks for the folder in the commit, not on the disk: only what is committed is applied.
func (s *source) checkPath(repo *gitrepo.Repository, rev string) error {
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
		return fmt.Errorf("%s has no folder %s at %s: only what is committed counts; commit it, or name another folder with --path",
			repo.Name(), dir, cmp.Or(rev, "HEAD"))
	}
	return nil
}

var fullHash = regexp.MustCompile(`^([0-9a-f]{40}|[0-9a-f]{64})$`)

// reference is a revision as a GitSync writes it: a full hash is a commit,
// tags/... a tag, and anything else a branch.
func reference(rev string) *provostv1.GitReference {
	tag, isTag := strings.CutPrefix(strings.TrimPrefix(rev, "refs/"), "tags/")
	switch {
	case rev == "":
		return nil
	case fullHash.MatchString(rev):
		return &provostv1.GitReference{Commit: rev}
	case isTag:
		return &provostv1.GitReference{Tag: tag}
	}
	return &provostv1.GitReference{Branch: strings.TrimPrefix(rev, "refs/heads/")}
}

// follow creates the GitSync, or points the one of an earlier start at what is
// to be followed now, and asks for a look at once.
func follow(ctx context.Context, c client.Client, s *source, interval time.Duration) (requested string, err error) {
	requested = time.Now().UTC().Format(time.RFC3339Nano)
	g := &provostv1.GitSync{ObjectMeta: metav1.ObjectMeta{Namespace: SyncNamespace, Name: SyncName}}
	_, err = controllerutil.CreateOrUpdate(ctx, c, g, func() error {
		g.Spec.URL, g.Spec.Path, g.Spec.Ref = s.url, s.path, s.ref
		g.Spec.Interval = &metav1.Duration{Duration: interval}
		metav1.SetMetaDataAnnotation(&g.ObjectMeta, provostv1.RequestedAtAnnotation, requested)
		return nil
	})
	if apierrors.IsInvalid(err) {
		return "", fmt.Errorf("--repo %s: %w", s.url, err)
	}
	return requested, err
}
