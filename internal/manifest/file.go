package manifest

import (
	"cmp"
	"context"
	"io/fs"
	"path"
	"slices"
	"strings"
	"sync"

	"provost.dev/provost/internal/manifest/node"
)

// File is one file of a Source, read by itself, for whoever goes from one
// commit to the next and reads only what differs. What Read says of a whole
// source (an object declared twice, what was passed over) is not said here.
// It is safe for use by several goroutines.
type File struct {
	// Name is what the file is called in messages.
	Name    string
	Items   []Item
	Ignored []Ignored
	// Problems is everything that is wrong with the file, in the order of its lines.
	Problems Problems

	text  reload
	roots func() []*node.Node
}

// ReadFile reads the file of that path in s.FS. It does not look at
// kustomizations: where Kustomized says so, the source has to be read as a whole.
func (s Source) ReadFile(ctx context.Context, opts *Options, name string) *File {
	f := s.file(ctx, opts, name)
	out := &File{Name: f.name, Items: make([]Item, len(f.items)), Ignored: make([]Ignored, len(f.ignored)), text: f.text}
	copy(out.Items, f.items)
	copy(out.Ignored, f.ignored)
	for i := range out.Items {
		out.Items[i].Position.File = f.name
	}
	for i := range out.Ignored {
		out.Ignored[i].Position.File = f.name
	}
	out.Problems = append(out.Problems, f.problems...)
	for i := range out.Problems {
		if out.Problems[i].File == "" {
			out.Problems[i].File = f.name
		}
	}
	out.Problems.Sort()
	out.roots = sync.OnceValue(out.parse)
	return out
}

func (f *File) parse() []*node.Node {
	text, err := f.text()
	if err != nil || len(text) > MaxFileSize {
		return nil
	}
	roots, _ := node.Parse(text)
	return roots
}

// Locate finds the place of a field of an object of the file, such as
// spec.members[3]; of the object where the field is "" or is not there. The
// first call parses the file again.
func (f *File) Locate(item *Item, field string) Position {
	if field == "" {
		return item.Position
	}
	root := item.root(f.roots())
	if root == nil {
		return item.Position
	}
	at := node.Find(root, field)
	return Position{File: item.Position.File, Line: at.Line, Column: at.Column}
}

// Kustomized says whether the source is a kustomization, so that what it holds
// depends on more than each file by itself.
func (s Source) Kustomized() bool { return s.Stream == nil && kustomizationIn(s.FS, s.Dir) != "" }

// Patches says whether there is a kustomization in the source, so that files may be parts of objects.
func (s Source) Patches() bool {
	if s.Stream != nil {
		return false
	}
	found := false
	_ = fs.WalkDir(s.FS, s.Dir, func(name string, d fs.DirEntry, err error) error {
		if err != nil || !d.IsDir() {
			return nil //nolint:nilerr // whoever reads the source says what cannot be read
		}
		if found = kustomizationIn(s.FS, name) != ""; found {
			return fs.SkipAll
		}
		return nil
	})
	return found
}

// Files lists the paths of the files that Read would read, in order. Notes say
// what is passed over. It does not look at kustomizations.
func (s Source) Files() (names, notes []string, err error) { return s.walk() }

// Reads says whether the file of that path in s.FS is one that Read would read, going by
// its name alone. It does not look at kustomizations.
func (s Source) Reads(name string) bool {
	rel := name
	if s.Dir != "." && s.Dir != "" {
		inside := false
		if rel, inside = strings.CutPrefix(name, s.Dir+"/"); !inside {
			return false
		}
	}
	for part := range strings.SplitSeq(rel, "/") {
		if strings.HasPrefix(part, ".") {
			return false
		}
	}
	return isManifest(path.Base(name))
}

// root is the node of an object among the documents of its file; nil where it is not there any more.
func (i *Item) root(documents []*node.Node) *node.Node {
	if len(i.path) == 0 || i.path[0] >= len(documents) {
		return nil
	}
	root := documents[i.path[0]]
	for _, at := range i.path[1:] {
		items := node.Items(node.Get(root, "items"))
		if at >= len(items) {
			return nil
		}
		root = items[at]
	}
	if root.Line != i.Position.Line {
		return nil
	}
	return root
}

// Sort puts the problems in the order of their places.
func (p Problems) Sort() {
	slices.SortStableFunc(p, func(a, b Problem) int {
		return cmp.Or(a.Compare(b.Position), strings.Compare(a.Field, b.Field), strings.Compare(a.Message, b.Message))
	})
}
