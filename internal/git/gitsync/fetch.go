package gitsync

import (
	"context"
	"sync"

	provostv1 "provost.dev/provost/api/v1alpha1"
	"provost.dev/provost/internal/git/gitrepo"
	"provost.dev/provost/internal/git/gittransport"
)

// Ref is what to follow in a repository. The most exact one that is set counts:
// commit, then tag, then branch; none is the repository's default branch.
type Ref struct {
	Branch, Tag, Commit string
}

// Source is a repository and what to follow in it.
type Source struct {
	Location Location
	Ref      Ref
	// Secret is the data of the Secret with the credentials, or nil.
	Secret map[string][]byte
}

// Checkout is a commit at hand, ready to be read. Nothing is written to disk for it.
type Checkout struct {
	Repository *gitrepo.Repository
	Commit     *gitrepo.Commit
	// Tag is the annotated tag that led to the commit; nil where none did.
	Tag *gitrepo.Tag
	// Ref is the name that led to the commit; empty where the commit itself was named.
	Ref string
	// Prefix is the folder of the repository that the location names, where that is not its top.
	Prefix string
}

// Revision is how status and events name the commit: main@sha1:5fd0....
func (c *Checkout) Revision() string {
	hash := "sha1:" + c.Commit.Hash.String()
	if c.Ref == "" {
		return hash
	}
	return c.Ref + "@" + hash
}

// FetcherOptions say where repositories may be, and how large. The zero value
// reads remote ones anywhere but in gittransport.Refused.
type FetcherOptions struct {
	// AllowLocal lets repositories be read from the local disk: whoever may write
	// a GitSync could otherwise read files that only the manager should.
	AllowLocal bool
	// MaxBytes is how much one remote repository may hold, in bytes; 0 is DefaultMaxBytes.
	MaxBytes int64
	// MaxReferences is how long a server's list of branches and tags may be, in bytes; 0 is
	// gittransport.DefaultReferences.
	MaxReferences int64
	// Networks says where servers may be.
	Networks gittransport.Networks
}

// Fetcher finds commits. It keeps the objects it fetched from remote
// repositories in memory, so that the next fetch brings only what is new.
type Fetcher struct {
	FetcherOptions

	mu      sync.Mutex
	remotes map[string]*remote
}

// DefaultMaxBytes is how much one remote repository may hold, in bytes, where
// nothing else is said: far more than any organisation's manifests, and less
// than would harm the manager.
const DefaultMaxBytes = 512 << 20

// Fetch returns the commit that the source names now. Key says whose fetch it
// is: the next one with the same key and location starts from what this one
// brought. An unchanged reference costs one question to the server, and
// nothing but reading the reference where the repository is local.
func (f *Fetcher) Fetch(ctx context.Context, key string, src Source) (*Checkout, error) {
	if src.Location.Protocol == ProtocolLocal {
		if !f.AllowLocal {
			return nil, stalled(provostv1.ReasonRepositoryNotAllowed,
				"spec.url %q is on the local disk, which the manager reads only when it is started with --gitsync-allow-local", src.Location.Address)
		}
		return fetchLocal(src)
	}
	access, err := accessTo(src.Location, src.Secret)
	if err != nil {
		return nil, err
	}
	return f.remote(key, src.Location).fetch(ctx, access, src.Ref)
}

// Forget drops what was kept for a key.
func (f *Fetcher) Forget(key string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	delete(f.remotes, key)
}

func (f *Fetcher) remote(key string, l Location) *remote {
	f.mu.Lock()
	defer f.mu.Unlock()
	if r := f.remotes[key]; r != nil && r.location == l {
		return r
	}
	if f.remotes == nil {
		f.remotes = map[string]*remote{}
	}
	r := &remote{location: l, maxBytes: f.MaxBytes}
	if r.maxBytes <= 0 {
		r.maxBytes = DefaultMaxBytes
	}
	// What a pack inflates to is counted by the store. As it is sent it is hardly ever larger than that.
	r.options = gittransport.Options{
		Limits:   gittransport.Limits{References: f.MaxReferences, Pack: r.maxBytes + r.maxBytes/8 + 1<<20},
		Networks: f.Networks,
	}
	f.remotes[key] = r
	return r
}
