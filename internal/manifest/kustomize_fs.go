package manifest

import (
	"bytes"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
	"sigs.k8s.io/kustomize/api/types"
	"sigs.k8s.io/kustomize/kyaml/filesys"

	"provost.dev/provost/internal/manifest/node"
	"provost.dev/provost/internal/text/words"
)

// kustomizeFS shows a file system to kustomize: read-only, without symbolic
// links, with large files refused, and read no further than is asked for. The
// path /a/b stands for a/b.
type kustomizeFS struct {
	fsys    fs.FS
	replace map[string][]byte
	links   map[string]bool
	// hidden are files whose text is not what it looks like, with what is wrong with each.
	hidden map[string]node.Problem
}

var _ filesys.FileSystem = (*kustomizeFS)(nil)

func newKustomizeFS(fsys fs.FS) *kustomizeFS {
	return &kustomizeFS{fsys: fsys, replace: map[string][]byte{}, links: map[string]bool{}, hidden: map[string]node.Problem{}}
}

// inner is the path as the file system has it.
func inner(p string) string {
	p = strings.Trim(path.Clean("/"+filepath.ToSlash(p)), "/")
	if p == "" {
		return "."
	}
	return p
}

// stat finds a file or folder that is reached without a symbolic link.
func (k *kustomizeFS) stat(p string) (fs.FileInfo, error) {
	name := inner(p)
	if name == "." {
		return fs.Stat(k.fsys, name)
	}
	var info fs.FileInfo
	at := ""
	for part := range strings.SplitSeq(name, "/") {
		at = path.Join(at, part)
		var err error
		if info, err = fs.Lstat(k.fsys, at); err != nil {
			return nil, err
		}
		if info.Mode()&fs.ModeSymlink != 0 {
			k.links[at] = true
			return nil, &fs.PathError{Op: "open", Path: p, Err: fmt.Errorf("%s: %w", words.SymbolicLink, fs.ErrNotExist)}
		}
	}
	return info, nil
}

func (k *kustomizeFS) notes(s Source) []string {
	var out []string
	for name := range k.links {
		out = append(out, s.shown(name)+" is a symbolic link and is not followed")
	}
	slices.Sort(out)
	return out
}

func (k *kustomizeFS) IsDir(p string) bool {
	info, err := k.stat(p)
	return err == nil && info.IsDir()
}

func (k *kustomizeFS) Exists(p string) bool {
	_, err := k.stat(p)
	return err == nil
}

func (k *kustomizeFS) ReadFile(p string) ([]byte, error) {
	if text, ok := k.replace[inner(p)]; ok {
		return text, nil
	}
	info, err := k.stat(p)
	if err != nil {
		return nil, err
	}
	if info.Size() > MaxFileSize {
		return nil, fmt.Errorf("%s is larger than %d MiB", p, MaxFileSize>>20)
	}
	name := inner(p)
	text, err := fs.ReadFile(k.fsys, name)
	if err == nil && slices.Contains([]string{".yaml", ".yml", ".json"}, path.Ext(name)) {
		if problem := node.Characters(text); problem != nil {
			k.hidden[name] = *problem // what is built of it has lost the characters, or the lines that they end
		}
	}
	return text, err
}

func (k *kustomizeFS) ReadDir(p string) ([]string, error) {
	if _, err := k.stat(p); err != nil {
		return nil, err
	}
	entries, err := fs.ReadDir(k.fsys, inner(p))
	if err != nil {
		return nil, err
	}
	names := make([]string, len(entries))
	for i, e := range entries {
		names[i] = e.Name()
	}
	return names, nil
}

func (k *kustomizeFS) CleanedAbs(p string) (filesys.ConfirmedDir, string, error) {
	info, err := k.stat(p)
	if err != nil {
		return "", "", err
	}
	abs := path.Clean("/" + inner(p))
	if info.IsDir() {
		return filesys.ConfirmedDir(abs), "", nil
	}
	return filesys.ConfirmedDir(path.Dir(abs)), path.Base(abs), nil
}

func (k *kustomizeFS) Glob(pattern string) ([]string, error) {
	names, err := fs.Glob(k.fsys, inner(pattern))
	for i := range names {
		names[i] = "/" + names[i]
	}
	return names, err
}

func (k *kustomizeFS) Walk(p string, walk filepath.WalkFunc) error {
	return fs.WalkDir(k.fsys, inner(p), func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return walk("/"+name, nil, err)
		}
		info, err := d.Info()
		return walk("/"+name, info, err)
	})
}

func (k *kustomizeFS) Open(p string) (filesys.File, error) {
	text, err := k.ReadFile(p)
	if err != nil {
		return nil, err
	}
	info, err := k.stat(p)
	if err != nil {
		return nil, err
	}
	return &kustomizeFile{bytes.NewReader(text), info}, nil
}

func (k *kustomizeFS) Create(string) (filesys.File, error) { return nil, errReadOnly }
func (k *kustomizeFS) Mkdir(string) error                  { return errReadOnly }
func (k *kustomizeFS) MkdirAll(string) error               { return errReadOnly }
func (k *kustomizeFS) RemoveAll(string) error              { return errReadOnly }
func (k *kustomizeFS) WriteFile(string, []byte) error      { return errReadOnly }

type kustomizeFile struct {
	*bytes.Reader
	info os.FileInfo
}

func (f *kustomizeFile) Close() error               { return nil }
func (f *kustomizeFile) Write([]byte) (int, error)  { return 0, errReadOnly }
func (f *kustomizeFile) Stat() (os.FileInfo, error) { return f.info, nil }

// addOriginAnnotations has kustomize note at each object which file it comes
// from. keep says that the kustomization asks for that itself.
func (k *kustomizeFS) addOriginAnnotations(name string) (keep bool, err error) {
	text, err := k.ReadFile("/" + name)
	if err != nil {
		return false, err
	}
	content := map[string]any{}
	if yaml.Unmarshal(text, &content) != nil {
		content = nil // kustomize says better what is wrong
	}
	metadata, _ := content["buildMetadata"].([]any)
	if keep = slices.Contains(metadata, any(types.OriginAnnotations)); keep || len(content) == 0 {
		return keep, nil
	}
	content["buildMetadata"] = append(metadata, types.OriginAnnotations)
	changed, err := yaml.Marshal(content)
	if err != nil {
		return false, err
	}
	k.replace[name] = changed
	return false, nil
}
