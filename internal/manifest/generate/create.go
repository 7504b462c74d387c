package generate

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"

	"go.yaml.in/yaml/v3"
	"sigs.k8s.io/kustomize/api/konfig"

	"provost.dev/provost/internal/manifest/edit"
	"provost.dev/provost/internal/manifest/edit/splice"
)

// File is a file to be made, by its path below the folder, with slashes.
type File struct {
	Name string
	Text []byte
}

// Creation is what is to be made in a folder.
type Creation struct {
	Dir   string
	Files []File
	// Edits add the new files to kustomizations that would not read them otherwise.
	Edits []edit.File
}

// Prepare looks whether the files can be made, all of them, and which kustomizations have to name them. Nothing is made yet.
func Prepare(dir string, files []File) (*Creation, error) {
	c := &Creation{Dir: dir, Files: files}
	var errs []error
	lists := map[string][]string{}
	var order []string
	for _, f := range files {
		if !filepath.IsLocal(filepath.FromSlash(f.Name)) {
			errs = append(errs, fmt.Errorf("%s leaves the folder %s; name a file inside it", f.Name, dir))
			continue
		}
		name := filepath.Join(dir, filepath.FromSlash(f.Name))
		if _, err := os.Lstat(name); err == nil {
			errs = append(errs, fmt.Errorf("%s exists already, and no file is overwritten; edit it, or name another one with --file or --dir", name))
		} else if !errors.Is(err, fs.ErrNotExist) {
			errs = append(errs, err)
		}
		if k := kustomization(dir, path.Dir(f.Name)); k != "" {
			if lists[k] == nil {
				order = append(order, k)
			}
			lists[k] = append(lists[k], f.Name)
		}
	}
	for _, k := range order {
		e, err := resources(dir, k, lists[k])
		if err != nil {
			errs = append(errs, err)
			continue
		}
		if e != nil {
			c.Edits = append(c.Edits, *e)
		}
	}
	return c, errors.Join(errs...)
}

// kustomization is the path of the nearest kustomization at or above a folder, up to the top; "" where there is none.
func kustomization(dir, at string) string {
	for ; ; at = path.Dir(at) {
		for _, base := range konfig.RecognizedKustomizationFileNames() {
			name := path.Join(at, base)
			if info, err := os.Stat(filepath.Join(dir, filepath.FromSlash(name))); err == nil && info.Mode().IsRegular() {
				return name
			}
		}
		if at == "." {
			return ""
		}
	}
}

// resources adds files to the resources of a kustomization; nil where it names them already.
func resources(dir, name string, files []string) (*edit.File, error) {
	disk := filepath.Join(dir, filepath.FromSlash(name))
	text, err := os.ReadFile(disk)
	if err != nil {
		return nil, err
	}
	var known struct {
		Resources []string `yaml:"resources"`
	}
	if err := yaml.Unmarshal(text, &known); err != nil {
		return nil, fmt.Errorf("%s: %w", disk, err)
	}
	var e splice.Edit
	for _, f := range files {
		rel, err := filepath.Rel(filepath.Dir(filepath.FromSlash(name)), filepath.FromSlash(f))
		if err != nil {
			return nil, err
		}
		if rel = filepath.ToSlash(rel); !slices.ContainsFunc(known.Resources, func(r string) bool { return path.Clean(r) == rel }) {
			e.Append = append(e.Append, splice.Scalar(rel))
		}
	}
	if len(e.Append) == 0 {
		return nil, nil
	}
	after, err := splice.List(text, splice.Path{0}, []string{"resources"}, e)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", disk, err)
	}
	return edit.NewFile(disk, text, after), nil
}

// Names are the files, as paths from the working directory.
func (c *Creation) Names() []string {
	var out []string
	for _, f := range c.Files {
		out = append(out, filepath.Join(c.Dir, filepath.FromSlash(f.Name)))
	}
	return out
}

// New are the files to be made, as an edit.
func (c *Creation) New() []edit.File {
	var out []edit.File
	for i, name := range c.Names() {
		out = append(out, *edit.NewFile(name, nil, c.Files[i].Text))
	}
	return out
}

// Write makes the files and their folders, and then edits the kustomizations. After an error, the files that
// were made are gone again; the folders stay.
func (c *Creation) Write() (err error) {
	var made []string
	defer func() {
		if err == nil {
			return
		}
		for _, name := range made {
			err = errors.Join(err, os.Remove(name))
		}
	}()
	for i, name := range c.Names() {
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			return err
		}
		f, err := os.OpenFile(name, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o644)
		if errors.Is(err, fs.ErrExist) {
			return fmt.Errorf("%s exists already, and no file is overwritten", name)
		}
		if err != nil {
			return err
		}
		made = append(made, name)
		_, err = f.Write(c.Files[i].Text)
		if err = errors.Join(err, f.Close()); err != nil {
			return err
		}
	}
	return (&edit.Result{Files: c.Edits}).Write()
}
