package edit

import (
	"context"
	"errors"
	"io/fs"
	"path"
	"path/filepath"
	"reflect"
	"strings"
	"time"

	"provost.dev/provost/internal/engine/directory"
)

// Adding reads all manifests with new files and edits of what lists them, and refuses where that is not what was there together with
// what the likeness is meant to say. Where no kustomization reads the new files, they say that by themselves, and nothing is read.
func (w *Workspace) Adding(ctx context.Context, l *Likeness, made, edits []File) error {
	if len(edits) == 0 {
		return nil
	}
	set, err := w.with(ctx, append(made[:len(made):len(made)], edits...))
	if err != nil {
		return err
	}
	want := map[directory.ID]directory.Record{}
	for _, r := range append(w.Snapshot.Records(), l.expected...) {
		want[r.ID()] = plainRecord(r)
	}
	got := set.Snapshot().Records()
	same := len(got) == len(want)
	for _, r := range got {
		same = same && reflect.DeepEqual(want[r.ID()], plainRecord(r))
	}
	if !same {
		return errors.New("nothing was written, since a kustomization would make something else of the new file than what was meant: it " +
			"renames or patches what it reads; write the new one by hand")
	}
	return nil
}

// added is the path in the folder's file system of a file that is not there yet, as messages name it.
func (f *folder) added(shown string) (name string, ok bool) {
	rel, err := filepath.Rel(filepath.FromSlash(f.name), filepath.FromSlash(shown))
	if err != nil || f.source.FS == nil || !filepath.IsLocal(rel) {
		return "", false
	}
	name = path.Join(f.source.Dir, filepath.ToSlash(rel))
	return name, fs.ValidPath(name)
}

// info is what a file system says of a file that is not there yet, or of a folder of one.
type info struct {
	name string
	size int
	dir  bool
}

// infoOf is that of a path; ok is false where it is none of the files and no folder of one.
func infoOf(files map[string][]byte, name string) (out info, ok bool) {
	if text, is := files[name]; is {
		return info{path.Base(name), len(text), false}, true
	}
	for f := range files {
		if strings.HasPrefix(f, name+"/") {
			return info{path.Base(name), 0, true}, true
		}
	}
	return info{}, false
}

// Name implements fs.FileInfo.
func (i info) Name() string { return i.name }

// Size implements fs.FileInfo.
func (i info) Size() int64 { return int64(i.size) }

// Mode implements fs.FileInfo.
func (i info) Mode() fs.FileMode {
	if i.dir {
		return fs.ModeDir | 0o755
	}
	return 0o644
}

// ModTime implements fs.FileInfo.
func (i info) ModTime() time.Time { return time.Time{} }

// IsDir implements fs.FileInfo.
func (i info) IsDir() bool { return i.dir }

// Sys implements fs.FileInfo.
func (i info) Sys() any { return nil }
