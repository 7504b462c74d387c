package gitrepo

import (
	"errors"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/go-git/go-git/v5"
	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/filemode"
	"github.com/go-git/go-git/v5/plumbing/object"
)

// world is a repository in a temporary folder, with a clock of its own.
type world struct {
	t    *testing.T
	dir  string
	git  *git.Repository
	when time.Time
}

func newWorld(t *testing.T) *world {
	t.Helper()
	dir := t.TempDir()
	r, err := git.PlainInitWithOptions(dir, &git.PlainInitOptions{
		InitOptions: git.InitOptions{DefaultBranch: "refs/heads/main"},
	})
	if err != nil {
		t.Fatal(err)
	}
	return &world{t: t, dir: dir, git: r, when: time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC)}
}

// commit writes files (an empty text deletes) and commits them.
func (w *world) commit(message string, files map[string]string) plumbing.Hash {
	w.t.Helper()
	tree, err := w.git.Worktree()
	if err != nil {
		w.t.Fatal(err)
	}
	for _, name := range slices.Sorted(maps.Keys(files)) {
		file := filepath.Join(w.dir, filepath.FromSlash(name))
		if files[name] == "" {
			if _, err := tree.Remove(name); err != nil {
				w.t.Fatal(err)
			}
			continue
		}
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			w.t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(files[name]), 0o644); err != nil {
			w.t.Fatal(err)
		}
		if _, err := tree.Add(name); err != nil {
			w.t.Fatal(err)
		}
	}
	w.when = w.when.Add(time.Hour)
	who := &object.Signature{Name: "Robin", Email: "robin@example.org", When: w.when}
	h, err := tree.Commit(message, &git.CommitOptions{Author: who, Committer: who, AllowEmptyCommits: true})
	if err != nil {
		w.t.Fatal(err)
	}
	return h
}

func (w *world) open() *Repository {
	w.t.Helper()
	r, err := Open(w.dir)
	if err != nil {
		w.t.Fatal(err)
	}
	return r
}

func TestResolve(t *testing.T) {
	w := newWorld(t)
	first := w.commit("Begin", map[string]string{"a.yaml": "one"})
	second := w.commit("Go on\n\nmore words", map[string]string{"a.yaml": "two"})
	third := w.commit("End", map[string]string{"b/c.yaml": "three"})
	if _, err := w.git.CreateTag("v1", second, &git.CreateTagOptions{
		Message: "one", Tagger: &object.Signature{Name: "R", Email: "r@x", When: w.when},
	}); err != nil {
		t.Fatal(err)
	}
	for name, h := range map[plumbing.ReferenceName]plumbing.Hash{
		"refs/heads/feature/x": first, "refs/tags/light": first, "refs/remotes/origin/elsewhere": second, "refs/remotes/origin/main": third,
	} {
		if err := w.git.Storer.SetReference(plumbing.NewHashReference(name, h)); err != nil {
			t.Fatal(err)
		}
	}
	r := w.open()
	for rev, want := range map[string]plumbing.Hash{
		"": third, "HEAD": third, "main": third, "HEAD~1": second, "HEAD~2": first, "HEAD^": second, "v1": second, "v1~1": first,
		"light": first, "feature/x": first, "refs/heads/main": third, "elsewhere": second,
		first.String(): first, first.String()[:7]: first,
	} {
		c, err := r.Resolve(rev)
		if err != nil {
			t.Errorf("Resolve(%q): %v", rev, err)
		} else if c.Hash != want {
			t.Errorf("Resolve(%q) = %s, want %s", rev, c.Hash, want)
		}
	}
	for rev, want := range map[string]string{
		"mian":                  "did you mean main?",
		"v2":                    "did you mean v1?",
		"HEAD~9":                "the history ends before it",
		strings.Repeat("0", 40): "no revision",
		"no such thing":         "no revision",
		"zzzzzzzzzz":            "it has elsewhere, feature/x, light, main and v1", // and main once
	} {
		if _, err := r.Resolve(rev); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("Resolve(%q): error %v, want it to say %q", rev, err, want)
		}
	}
	c, err := r.Resolve("v1")
	if err != nil {
		t.Fatal(err)
	}
	if c.Author != "Robin" || c.Subject() != "Go on" || len(c.Parents) != 1 || !c.When.Equal(time.Date(2027, 1, 1, 2, 0, 0, 0, time.UTC)) {
		t.Errorf("commit is %+v", c)
	}
}

func TestHistoryAndDiff(t *testing.T) {
	w := newWorld(t)
	w.commit("1", map[string]string{"a.yaml": "one", "d/x.yaml": "x", "d/y.yaml": "y"})
	w.commit("2", map[string]string{"a.yaml": "two", "d/x.yaml": "", "e/z.yaml": "z"})
	last := w.commit("3", map[string]string{"d/y.yaml": "y2"})
	r := w.open()
	from, err := r.Commit(last)
	if err != nil {
		t.Fatal(err)
	}
	var subjects []string
	var commits []*Commit
	for c, err := range r.History(from) {
		if err != nil {
			t.Fatal(err)
		}
		subjects = append(subjects, c.Subject())
		commits = append(commits, c)
	}
	if !slices.Equal(subjects, []string{"3", "2", "1"}) {
		t.Fatalf("history is %q", subjects)
	}
	diff := func(a, b *Commit) []string {
		t.Helper()
		tree := func(c *Commit) *Tree {
			if c == nil {
				return nil
			}
			tr, err := r.Tree(c, "")
			if err != nil {
				t.Fatal(err)
			}
			return tr
		}
		changes, err := Diff(tree(a), tree(b))
		if err != nil {
			t.Fatal(err)
		}
		var out []string
		for _, c := range changes {
			mark := "~"
			if c.From.IsZero() {
				mark = "+"
			} else if c.To.IsZero() {
				mark = "-"
			}
			out = append(out, mark+c.Path)
		}
		return out
	}
	for _, tc := range []struct {
		a, b *Commit
		want []string
	}{
		{commits[2], commits[1], []string{"~a.yaml", "-d/x.yaml", "+e/z.yaml"}},
		{commits[1], commits[0], []string{"~d/y.yaml"}},
		{commits[0], commits[0], nil},
		{nil, commits[2], []string{"+a.yaml", "+d/x.yaml", "+d/y.yaml"}},
	} {
		if got := diff(tc.a, tc.b); !slices.Equal(got, tc.want) {
			t.Errorf("diff is %q, want %q", got, tc.want)
		}
	}
}

func TestTreeIsAFileSystem(t *testing.T) {
	w := newWorld(t)
	h := w.commit("1", map[string]string{"a.yaml": "one", "d/x.yaml": "x", "d/e/y.yaml": "y", "d.yaml": "d"})
	r := w.open()
	c, err := r.Commit(h)
	if err != nil {
		t.Fatal(err)
	}
	tree, err := r.Tree(c, "")
	if err != nil {
		t.Fatal(err)
	}
	if err := fstest.TestFS(tree, "a.yaml", "d/x.yaml", "d/e/y.yaml", "d.yaml"); err != nil {
		t.Error(err)
	}
	sub, err := r.Tree(c, "d/e/")
	if err != nil {
		t.Fatal(err)
	}
	if b, err := fs.ReadFile(sub, "y.yaml"); err != nil || string(b) != "y" {
		t.Errorf("y.yaml is %q, %v", b, err)
	}
	for dir, want := range map[string]string{"no": `no folder "no"`, "a.yaml": "not a folder", "../x": "leaves the repository"} {
		if _, err := r.Tree(c, dir); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("Tree(%q): error %v, want it to say %q", dir, err, want)
		}
	}
}

func TestLinksAreNotFollowed(t *testing.T) {
	w := newWorld(t)
	h := w.commit("1", map[string]string{"a.yaml": "one"})
	base, err := w.git.CommitObject(h)
	if err != nil {
		t.Fatal(err)
	}
	tree, err := base.Tree()
	if err != nil {
		t.Fatal(err)
	}
	tree.Entries = append(tree.Entries,
		object.TreeEntry{Name: "link.yaml", Mode: filemode.Symlink, Hash: tree.Entries[0].Hash},
		object.TreeEntry{Name: "sub", Mode: filemode.Submodule, Hash: h})
	o := w.git.Storer.NewEncodedObject()
	if err := tree.Encode(o); err != nil {
		t.Fatal(err)
	}
	root, err := w.git.Storer.SetEncodedObject(o)
	if err != nil {
		t.Fatal(err)
	}
	fsys, err := w.open().Tree(&Commit{Tree: root}, "")
	if err != nil {
		t.Fatal(err)
	}
	entries, err := fsys.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	types := map[string]fs.FileMode{}
	for _, e := range entries {
		types[e.Name()] = e.Type()
	}
	want := map[string]fs.FileMode{"a.yaml": 0, "link.yaml": fs.ModeSymlink, "sub": fs.ModeIrregular}
	if !maps.Equal(types, want) {
		t.Errorf("types are %v, want %v", types, want)
	}
	if _, err := fsys.ReadFile("link.yaml"); !errors.Is(err, ErrSymlink) {
		t.Errorf("reading a link: %v", err)
	}
	if _, err := fsys.Open("sub"); !errors.Is(err, ErrSubmodule) {
		t.Errorf("opening a submodule: %v", err)
	}
	if _, err := fsys.ReadFile("sub/x"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("reading in a submodule: %v", err)
	}
}

func TestOpen(t *testing.T) {
	w := newWorld(t)
	w.commit("1", map[string]string{"d/x.yaml": "x"})
	r, err := Open(filepath.Join(w.dir, "d"))
	if err != nil {
		t.Fatal(err)
	}
	if r.Prefix() != "d" {
		t.Errorf("prefix is %q, want d", r.Prefix())
	}
	bare := filepath.Join(t.TempDir(), "bare.git")
	if _, err := git.PlainClone(bare, true, &git.CloneOptions{URL: w.dir}); err != nil {
		t.Fatal(err)
	}
	b, err := Open(bare)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := b.Resolve("main"); err != nil || b.Prefix() != "" {
		t.Errorf("bare: %v, prefix %q", err, b.Prefix())
	}
	file := filepath.Join(w.dir, "d", "x.yaml")
	for dir, want := range map[string]string{
		t.TempDir(): "is not in a Git repository", filepath.Join(w.dir, "none"): "does not exist", file: "is a file",
	} {
		if _, err := Open(dir); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("Open(%s): error %v, want it to say %q", dir, err, want)
		}
	}
	if _, err := newWorld(t).open().Resolve("main"); err == nil || !strings.Contains(err.Error(), "no commit yet") {
		t.Errorf("an empty repository: %v", err)
	}
	if _, err := b.Resolve("HEADER"); err == nil || !strings.Contains(err.Error(), `no revision "HEADER"; did you mean HEAD?`) {
		t.Errorf("HEAD misspelt: %v", err)
	}
	// A mirror's HEAD may name a branch that it does not have.
	if err := b.git.Storer.SetReference(plumbing.NewSymbolicReference(plumbing.HEAD, "refs/heads/trunk")); err != nil {
		t.Fatal(err)
	}
	if _, err := b.Resolve(""); err == nil || !strings.Contains(err.Error(),
		"is on branch trunk, which has no commit; name another with @, such as") {
		t.Errorf("a branch without a commit: %v", err)
	}
}

func TestParseLocation(t *testing.T) {
	at := filepath.Join(t.TempDir(), "with@sign")
	if err := os.Mkdir(at, 0o755); err != nil {
		t.Fatal(err)
	}
	for in, want := range map[string]Location{
		"repo":                                {"repo", ""},
		"repo@main":                           {"repo", "main"},
		"repo@HEAD@{1}":                       {"repo", "HEAD@{1}"},
		at:                                    {at, ""},
		"https://host/o/r.git@v1":             {"https://host/o/r.git", "v1"},
		"https://me@host/o/r":                 {"https://me@host/o/r", ""},
		"https://me:pw@host/o/r@feature/x":    {"https://me:pw@host/o/r", "feature/x"},
		"git@github.com:o/r.git":              {"git@github.com:o/r.git", ""},
		"git@github.com:o/r.git@main":         {"git@github.com:o/r.git", "main"},
		"ssh://git@host:22/o/r.git@feature/x": {"ssh://git@host:22/o/r.git", "feature/x"},
	} {
		if got := ParseLocation(in); got != want {
			t.Errorf("ParseLocation(%q) = %+v, want %+v", in, got, want)
		}
	}
	if (Location{Repository: "./x"}).Remote() || (Location{Repository: "file:///x"}).Remote() || !(Location{Repository: "git@h:r"}).Remote() {
		t.Error("Remote is wrong")
	}
	if n := (Location{Repository: "https://me:secret@host/r"}).name(); strings.Contains(n, "secret") {
		t.Errorf("the name shows the password: %s", n)
	}
}
