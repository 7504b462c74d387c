package gitsync

import (
	"context"
	"errors"
	"io/fs"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	provostv1 "provost.dev/provost/api/v1alpha1"
	"provost.dev/provost/internal/git/gitsync/gittest"
	"provost.dev/provost/internal/git/gittransport"
	"provost.dev/provost/internal/testing/need"
)

// here is where the servers of tests are.
var here = gittransport.Networks{Allow: gittransport.Loopback}

// fetcher reaches those.
func fetcher(o FetcherOptions) *Fetcher {
	o.Networks = here
	return &Fetcher{FetcherOptions: o}
}

func source(t *testing.T, url string, ref Ref, secret map[string][]byte) Source {
	t.Helper()
	l, err := ParseLocation(url)
	if err != nil {
		t.Fatal(err)
	}
	return Source{Location: l, Ref: ref, Secret: secret}
}

func readFile(t *testing.T, c *Checkout, name string) string {
	t.Helper()
	tree, err := c.Repository.Tree(c.Commit, "")
	if err != nil {
		t.Fatal(err)
	}
	b, err := fs.ReadFile(tree, name)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func reasonOf(err error) string {
	var f *Failure
	if errors.As(err, &f) {
		return f.Reason
	}
	return ""
}

func TestFetch(t *testing.T) {
	repo := gittest.New(t, gittest.Files{"a.yaml": "one"})
	first := repo.Commit(gittest.Files{"a.yaml": "two"})
	repo.Tag("v1", "the first")
	repo.Tag("light", "")
	repo.Branch("stable")
	second := repo.Commit(gittest.Files{"a.yaml": "three", "b.yaml": "new"})
	server := repo.Serve(t, nil)
	ca := map[string][]byte{secretCAFile: server.CA}

	for _, where := range []struct {
		name, url string
		secret    map[string][]byte
	}{{"local", repo.URL(), nil}, {"https", server.URL, ca}} {
		for _, tt := range []struct {
			name, want, revision string
			ref                  Ref
		}{
			{"default branch", "three", "main@sha1:" + second, Ref{}},
			{"branch", "two", "stable@sha1:" + first, Ref{Branch: "stable"}},
			{"annotated tag", "two", "v1@sha1:" + first, Ref{Tag: "v1"}},
			{"light tag", "two", "light@sha1:" + first, Ref{Tag: "light"}},
			{"commit at a branch", "three", "sha1:" + second, Ref{Commit: second}},
			{"commit in the past", "two", "sha1:" + first, Ref{Commit: first}},
		} {
			t.Run(where.name+"/"+tt.name, func(t *testing.T) {
				f := fetcher(FetcherOptions{AllowLocal: true})
				c, err := f.Fetch(t.Context(), "k", source(t, where.url, tt.ref, where.secret))
				if err != nil {
					t.Fatal(err)
				}
				if got := readFile(t, c, "a.yaml"); got != tt.want {
					t.Errorf("a.yaml is %q, want %q", got, tt.want)
				}
				if got := c.Revision(); got != tt.revision {
					t.Errorf("revision %q, want %q", got, tt.revision)
				}
			})
		}
	}
}

func TestFetchAgain(t *testing.T) {
	need.Time(t) // it fetches many times
	repo := gittest.New(t, gittest.Files{"a.yaml": "0"})
	base := repo.Commit(gittest.Files{"a.yaml": "base"})
	server := repo.Serve(t, nil)
	f := fetcher(FetcherOptions{})
	src := source(t, server.URL, Ref{Branch: "main"}, map[string][]byte{secretCAFile: server.CA})
	fetch := func(want string) {
		t.Helper()
		c, err := f.Fetch(t.Context(), "k", src)
		if err != nil {
			t.Fatal(err)
		}
		if got := readFile(t, c, "a.yaml"); got != want {
			t.Errorf("a.yaml is %q, want %q", got, want)
		}
	}
	fetch("base")
	for range 3 {
		before := server.Requests()
		fetch("base")
		if n := server.Requests() - before; n != 1 {
			t.Errorf("an unchanged branch took %d requests, want 1", n)
		}
	}
	for _, content := range []string{"1", "2", "3"} {
		repo.Commit(gittest.Files{"a.yaml": "between"})
		repo.Commit(gittest.Files{"a.yaml": content, content + ".yaml": "new"})
		fetch(content)
	}
	repo.Reset(base) // history rewritten
	fetch("base")
	repo.Commit(gittest.Files{"a.yaml": "after"})
	fetch("after")
}

func TestFetchFails(t *testing.T) {
	need.Time(t) // it waits
	repo := gittest.New(t, gittest.Files{"a.yaml": "one"})
	empty := gittest.New(t, nil)
	password := func(r *http.Request) bool { _, p, _ := r.BasicAuth(); return p == "secret" }
	open, closed, none := repo.Serve(t, nil), repo.Serve(t, password), empty.Serve(t, nil)
	unknown := strings.Repeat("1", 40)
	hanging, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = hanging.Close() })

	for _, tt := range []struct {
		name   string
		url    string
		ref    Ref
		secret map[string][]byte
		reason string
		says   string
	}{
		{"no branch", open.URL, Ref{Branch: "mian"}, map[string][]byte{secretCACert: open.CA}, provostv1.ReasonRefNotFound, `no branch "mian"`},
		{"no tag", open.URL, Ref{Tag: "v9"}, map[string][]byte{secretCACert: open.CA}, provostv1.ReasonRefNotFound, `no tag "v9"`},
		{"no commit", open.URL, Ref{Commit: unknown}, map[string][]byte{secretCACert: open.CA}, provostv1.ReasonRefNotFound, unknown},
		{"no repository", strings.Replace(open.URL, "/.git", "/nothing", 1), Ref{}, map[string][]byte{secretCACert: open.CA},
			provostv1.ReasonRepositoryNotFound, "no repository"},
		{"empty repository", none.URL, Ref{}, map[string][]byte{secretCACert: none.CA}, provostv1.ReasonRefNotFound, "no commit yet"},
		{"unknown authority", open.URL, Ref{}, nil, provostv1.ReasonGitOperationFailed, "certificate"},
		{"no password", closed.URL, Ref{}, map[string][]byte{secretCACert: closed.CA}, provostv1.ReasonAuthenticationFailed, "spec.secretRef"},
		{"wrong password", closed.URL, Ref{}, map[string][]byte{secretCACert: closed.CA, secretPassword: []byte("wrong")},
			provostv1.ReasonAuthenticationFailed, "spec.secretRef"},
		{"hangs", "https://" + hanging.Addr().String() + "/x", Ref{}, nil, provostv1.ReasonTimeout, "did not answer in time"},
		{"local, no branch", repo.URL(), Ref{Branch: "mian"}, nil, provostv1.ReasonRefNotFound, "main"},
		{"local, no repository", "file://" + t.TempDir(), Ref{}, nil, provostv1.ReasonRepositoryNotFound, "not in a Git repository"},
		{"local, no folder", "file:///no/such/folder", Ref{}, nil, provostv1.ReasonRepositoryNotFound, "does not exist"},
		{"local, empty", empty.URL(), Ref{}, nil, provostv1.ReasonRefNotFound, "no commit yet"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second)
			defer cancel()
			_, err := fetcher(FetcherOptions{AllowLocal: true}).Fetch(ctx, "k", source(t, tt.url, tt.ref, tt.secret))
			if got := reasonOf(err); got != tt.reason {
				t.Fatalf("reason %q, want %q (%v)", got, tt.reason, err)
			}
			if !strings.Contains(err.Error(), tt.says) {
				t.Errorf("%q does not say %q", err, tt.says)
			}
			if strings.Contains(err.Error(), "wrong") {
				t.Errorf("%q holds the password", err)
			}
		})
	}

	secret := map[string][]byte{secretCACert: closed.CA, secretPassword: []byte("secret")}
	c, err := fetcher(FetcherOptions{}).Fetch(t.Context(), "k", source(t, closed.URL, Ref{}, secret))
	if err != nil {
		t.Fatalf("with the password: %v", err)
	}
	if got := readFile(t, c, "a.yaml"); got != "one" {
		t.Errorf("a.yaml is %q", got)
	}
	_, err = (&Fetcher{}).Fetch(t.Context(), "k", source(t, repo.URL(), Ref{}, nil))
	if reasonOf(err) != provostv1.ReasonRepositoryNotAllowed {
		t.Errorf("local without leave: %v", err)
	}
	_, err = fetcher(FetcherOptions{MaxBytes: 8}).Fetch(t.Context(), "k", source(t, open.URL, Ref{}, map[string][]byte{secretCACert: open.CA}))
	if err == nil || !strings.Contains(err.Error(), "holds more than") {
		t.Errorf("too large: %v", err)
	}
}

func TestParseLocation(t *testing.T) {
	for _, tt := range []struct {
		raw      string
		protocol Protocol
		says     string
	}{
		{"https://example.org/a.git", ProtocolHTTPS, ""},
		{"http://example.org/a.git", ProtocolHTTP, ""},
		{"https://dana@example.org/a.git", ProtocolHTTPS, ""},
		{"ssh://git@example.org:2222/a.git", ProtocolSSH, ""},
		{"git@example.org:teams/a.git", ProtocolSSH, ""},
		{"file:///srv/a", ProtocolLocal, ""},
		{"", "", "empty"},
		{"/srv/a", "", "no address"},
		{"a/b", "", "no address"},
		{"file://a/b", "", "absolute path"},
		{"git://example.org/a", "", "not supported"},
		{"ext::sh -c id", "", "no address"},
		{"https://", "", "no host"},
		{"https://dana:hunter2@example.org/a", "", "holds a password"},
		{"https://%zz/", "", "cannot be read"},
		{`git@example.org:\srv\a`, "", "no address"}, // the library would take it for a folder
	} {
		l, err := ParseLocation(tt.raw)
		if tt.says == "" {
			if err != nil || l.Protocol != tt.protocol {
				t.Errorf("%q: %v, %v", tt.raw, l, err)
			}
			continue
		}
		if err == nil || !strings.Contains(err.Error(), tt.says) || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%q: %v does not say %q", tt.raw, err, tt.says)
		}
	}
}
