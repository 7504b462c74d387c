package manifest

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
	"sync"

	"sigs.k8s.io/kustomize/api/konfig"
	"sigs.k8s.io/kustomize/api/krusty"
	"sigs.k8s.io/kustomize/api/resource"

	"provost.dev/provost/internal/manifest/node"
)

// kustomizationIn returns the path of a folder's kustomization file, or "". A link of that
// name is one as well: it is not followed, and reading it says so.
func kustomizationIn(fsys fs.FS, dir string) string {
	for _, name := range konfig.RecognizedKustomizationFileNames() {
		p := path.Join(dir, name)
		if info, err := fs.Lstat(fsys, p); err == nil && (info.Mode().IsRegular() || info.Mode()&fs.ModeSymlink != 0) {
			return p
		}
	}
	return ""
}

// kustomizeRoot is what has to be open to read a folder of the disk: the folder
// alone, or, where it is a kustomization, which may build on folders beside it,
// the work tree around it; without one, everything, as for kustomize itself.
func kustomizeRoot(name string) (root, dir string, err error) {
	if kustomizationIn(os.DirFS(name), ".") == "" {
		return name, ".", nil
	}
	abs, err := filepath.Abs(name)
	if err != nil {
		return "", "", err
	}
	if abs, err = filepath.EvalSymlinks(abs); err != nil {
		return "", "", err
	}
	top := filepath.VolumeName(abs) + string(filepath.Separator)
	for at := abs; at != filepath.Dir(at); at = filepath.Dir(at) {
		if _, err := os.Lstat(filepath.Join(at, ".git")); err == nil {
			top = at
			break
		}
	}
	rel, err := filepath.Rel(top, abs)
	return top, filepath.ToSlash(rel), err
}

// origin is where an object that a kustomization built came from, as far as is known.
type origin struct {
	position Position
	path     []int
}

// kustomizing guards kustomize, which keeps schemas in variables of its own.
var kustomizing sync.Mutex

// build runs the kustomization in the source's folder. Nothing is fetched,
// executed or read from outside of the source.
func (s Source) build(ctx context.Context, opts *Options) ([]file, []string, error) {
	overlay := newKustomizeFS(s.FS)
	if problems := s.checkLocal(overlay); len(problems) > 0 {
		return nil, nil, problems
	}
	root := kustomizationIn(s.FS, s.Dir)
	keep, err := overlay.addOriginAnnotations(root)
	if err != nil {
		return nil, nil, Problems{{Rule: RuleKustomize, Position: Position{File: s.shown(root)}, Message: unreadable(err)}}
	}
	resources, err := s.run(overlay)
	if len(overlay.hidden) > 0 {
		var problems Problems
		for name, wrong := range overlay.hidden {
			problem := fromNode(wrong, "")
			problem.File = s.shown(name)
			problems = append(problems, problem)
		}
		return nil, nil, problems
	}
	if err != nil {
		problem := Problem{Rule: RuleKustomize, Position: Position{File: s.shown(root)}, Message: "kustomize: " + err.Error()}
		if strings.Contains(problem.Message, "missing kind in object") {
			problem.Remedy = "to kustomize every object says its apiVersion and kind, and so do the items of a list such as PersonList"
		}
		return nil, nil, Problems{problem}
	}
	finder := originFinder{source: s, fs: overlay, files: map[string][]located{}}
	var out []file
	for _, r := range resources {
		o := finder.find(r)
		if !keep {
			if err := r.SetOrigin(nil); err != nil {
				return nil, nil, err
			}
		}
		text, err := r.AsYAML()
		if err != nil {
			return nil, nil, fmt.Errorf("writing %s as YAML: %w", r.CurId(), err)
		}
		f := file{name: o.position.File, parsed: opts.parse(ctx, text), origin: &o}
		f.text = func() ([]byte, error) { return overlay.ReadFile("/" + finder.names[o.position.File]) }
		out = append(out, f)
	}
	return out, overlay.notes(s), nil
}

func (s Source) run(overlay *kustomizeFS) ([]*resource.Resource, error) {
	kustomizing.Lock()
	defer kustomizing.Unlock()
	built, err := krusty.MakeKustomizer(krusty.MakeDefaultOptions()).Run(overlay, "/"+s.Dir)
	if err != nil {
		return nil, err
	}
	return built.Resources(), nil
}

// originFinder finds the objects that a kustomization started from.
type originFinder struct {
	source Source
	fs     *kustomizeFS
	files  map[string][]located
	// names are the paths of files by the names that they are shown by.
	names map[string]string
}

// located is an object in a file.
type located struct {
	kind, name string
	origin     origin
}

// find returns the object of the same kind in the file that a built one comes
// from: the one of its name, or else the one whose name is a part of it, as a
// prefix or suffix leaves it, or else the only one.
func (f *originFinder) find(r *resource.Resource) origin {
	root := kustomizationIn(f.source.FS, f.source.Dir)
	fallback := origin{position: Position{File: f.source.shown(root)}}
	o, err := r.GetOrigin()
	if err != nil || o == nil || o.Path == "" || o.Repo != "" {
		return fallback
	}
	name := path.Join(f.source.Dir, o.Path)
	if f.names == nil {
		f.names = map[string]string{}
	}
	f.names[f.source.shown(name)] = name
	fallback.position.File = f.source.shown(name)
	var best *located
	same := 0
	for i := range f.load(name) {
		l := &f.files[name][i]
		if l.kind != r.GetKind() {
			continue
		}
		same++
		if l.name == r.GetName() {
			return l.origin
		}
		if strings.Contains(r.GetName(), l.name) && (best == nil || len(l.name) > len(best.name)) {
			best = l
		}
	}
	switch {
	case best != nil:
		return best.origin
	case same == 1:
		for _, l := range f.files[name] {
			if l.kind == r.GetKind() {
				return l.origin
			}
		}
	}
	return fallback
}

func (f *originFinder) load(name string) []located {
	if known, ok := f.files[name]; ok {
		return known
	}
	var out []located
	if text, err := f.fs.ReadFile("/" + name); err == nil {
		roots, _ := node.Parse(text)
		for i, root := range roots {
			f.collect(&out, root, []int{i}, f.source.shown(name))
		}
	}
	f.files[name] = out
	return out
}

func (f *originFinder) collect(out *[]located, root *node.Node, at []int, file string) {
	if items, isList := node.Objects(root); isList {
		for i, item := range items {
			f.collect(out, item, append(at[:len(at):len(at)], i), file)
		}
		return
	}
	*out = append(*out, located{
		kind: node.Text(node.Get(root, "kind")), name: node.Text(node.Find(root, "metadata.name")),
		origin: origin{position: Position{File: file, Line: root.Line, Column: root.Column}, path: at},
	})
}

// errReadOnly is what kustomize gets that wants to write.
var errReadOnly = errors.New("manifests are only read here")
