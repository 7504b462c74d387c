package gitrepo

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/go-git/go-billy/v5/osfs"
	"github.com/go-git/go-git/v5"
	"github.com/go-git/go-git/v5/config"
	"github.com/go-git/go-git/v5/plumbing/cache"
	"github.com/go-git/go-git/v5/plumbing/transport"
	"github.com/go-git/go-git/v5/storage/filesystem"

	"provost.dev/provost/internal/git/gitstore"
	"provost.dev/provost/internal/git/gittransport"
)

// Location is where a repository is, and which revision of it was asked for.
type Location struct {
	// Repository is a folder or a URL.
	Repository string
	// Revision is empty where none was given.
	Revision string
}

var scpLike = regexp.MustCompile(`^[A-Za-z0-9._-]+@[A-Za-z0-9.-]+:[^@]`)

// ParseLocation reads DIR[@REV] or URL[@REV]. A folder whose name has an "@" is
// taken as it is, and so is the user in front of a URL's host.
func ParseLocation(s string) Location {
	if _, err := os.Stat(s); err == nil {
		return Location{Repository: s}
	}
	start := 0 // where a revision may begin at the earliest
	if i := strings.Index(s, "://"); i >= 0 {
		start = len(s)
		if slash := strings.Index(s[i+3:], "/"); slash >= 0 {
			start = i + 3 + slash
		}
	} else if scpLike.MatchString(s) {
		start = strings.Index(s, ":")
	}
	for i := start; i < len(s); i++ {
		if s[i] == '@' && i > 0 {
			return Location{Repository: s[:i], Revision: s[i+1:]}
		}
	}
	return Location{Repository: s}
}

// Remote says that the repository is reached through a network.
func (l Location) Remote() bool {
	return !strings.HasPrefix(l.Repository, "file://") &&
		(strings.Contains(l.Repository, "://") || scpLike.MatchString(l.Repository))
}

// Open opens the location: a folder as it is; a URL by way of a bare copy under
// cache, which is brought up to date first. With an empty cache the copy is
// kept in memory. Progress, which may be nil, gets what the server says.
func (l Location) Open(ctx context.Context, cache string, progress io.Writer) (*Repository, error) {
	if !l.Remote() {
		return Open(strings.TrimPrefix(l.Repository, "file://"))
	}
	r, err := l.copy(ctx, cache, progress)
	if err == nil {
		return From(r, l.name()), nil
	}
	if hint := remoteHint(err); hint != "" {
		return nil, fmt.Errorf("fetching %s: %w; %s", l.name(), gittransport.Brief(err), hint)
	}
	return nil, fmt.Errorf("fetching %s: %w", l.name(), gittransport.Brief(err))
}

// name is the repository without a password that its URL may hold.
func (l Location) name() string {
	if u, err := url.Parse(l.Repository); err == nil && u.User != nil {
		return u.Redacted()
	}
	return l.Repository
}

// mirrored are the references that a copy follows.
var mirrored = []config.RefSpec{"+refs/heads/*:refs/heads/*", "+refs/tags/*:refs/tags/*"}

func (l Location) copy(ctx context.Context, folder string, progress io.Writer) (*git.Repository, error) {
	if progress != nil {
		progress = gittransport.Progress(progress)
	}
	clone := &git.CloneOptions{URL: l.Repository, Mirror: true, Tags: git.AllTags, Progress: progress}
	if folder == "" {
		return git.CloneContext(ctx, gitstore.NewMemory(maxInMemory), nil, clone)
	}
	sum := sha256.Sum256([]byte(l.Repository))
	dir := filepath.Join(folder, hex.EncodeToString(sum[:12]))
	r, err := git.PlainOpen(dir)
	if err == nil {
		return r, update(ctx, r, dir, progress)
	}
	if !errors.Is(err, git.ErrRepositoryNotExists) {
		return nil, fmt.Errorf("the copy at %s cannot be read (%w); delete that folder", dir, err)
	}
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return nil, err
	}
	// Cloned beside its place and then moved, so that a copy is never half of one.
	temp, err := os.MkdirTemp(folder, ".clone-")
	if err != nil {
		return nil, err
	}
	defer func() { _ = os.RemoveAll(temp) }()
	if _, err := git.CloneContext(ctx, onDisk(temp), nil, clone); err != nil {
		return nil, err
	}
	if err := os.Rename(temp, dir); err != nil && !errors.Is(err, os.ErrExist) {
		return nil, err
	}
	return git.PlainOpen(dir)
}

// maxInMemory is how much of a repository is kept in memory, in bytes, where there is no folder for a copy.
const maxInMemory = 1 << 30

// onDisk is a bare repository in a folder.
func onDisk(dir string) *gitstore.Disk {
	return &gitstore.Disk{Storage: filesystem.NewStorage(osfs.New(dir), cache.NewObjectLRUDefault())}
}

// update brings a copy up to date.
func update(ctx context.Context, r *git.Repository, dir string, progress io.Writer) error {
	checked := r
	if s, ok := r.Storer.(*filesystem.Storage); ok {
		var err error
		if checked, err = git.Open(&gitstore.Disk{Storage: s}, nil); err != nil {
			return err
		}
	}
	err := checked.FetchContext(ctx, &git.FetchOptions{
		RefSpecs: mirrored, Tags: git.AllTags, Prune: true, Force: true, Progress: progress,
	})
	if err == nil || errors.Is(err, git.NoErrAlreadyUpToDate) {
		return nil
	}
	// What came of a pack until it was refused or broken off is left lying there.
	left, _ := filepath.Glob(filepath.Join(dir, "objects", "pack", "tmp_pack_*"))
	for _, file := range left {
		_ = os.Remove(file)
	}
	return err
}

// remoteHint is what to do about an error of a server.
func remoteHint(err error) string {
	var long *gittransport.TooLongError
	var large *gitstore.TooLargeError
	switch {
	case errors.As(err, &long), errors.As(err, &large):
		return "no access is kept in a repository of that size; check the URL, or clone it with git and name the folder"
	case errors.Is(err, transport.ErrAuthenticationRequired), errors.Is(err, transport.ErrAuthorizationFailed):
		return "the repository asks for credentials; clone it with git and name the folder"
	case errors.Is(err, transport.ErrRepositoryNotFound):
		return "check the URL"
	case errors.Is(err, transport.ErrEmptyRemoteRepository):
		return "push a commit first"
	}
	return ""
}
