package edit

import (
	"io/fs"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"sigs.k8s.io/kustomize/api/konfig"
)

// walk visits the regular files of a folder by the names that messages give them, without what is hidden. Of a stream there are none.
func (f *folder) walk(visit func(name string) error) error {
	if f.source.FS == nil {
		return nil
	}
	return fs.WalkDir(f.source.FS, f.source.Dir, func(name string, d fs.DirEntry, err error) error {
		hidden := name != f.source.Dir && strings.HasPrefix(d.Name(), ".")
		switch {
		case err != nil:
			return err
		case d.IsDir() && hidden:
			return fs.SkipDir
		case hidden || !d.Type().IsRegular():
			return nil
		}
		rel, err := filepath.Rel(filepath.FromSlash(f.source.Dir), filepath.FromSlash(name))
		if err != nil {
			return err
		}
		return visit(filepath.Join(f.name, rel))
	})
}

func isKustomization(file string) bool {
	return slices.Contains(konfig.RecognizedKustomizationFileNames(), path.Base(filepath.ToSlash(file)))
}
