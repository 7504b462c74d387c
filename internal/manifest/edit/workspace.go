package edit

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"

	"provost.dev/provost/internal/engine/directory"
	"provost.dev/provost/internal/manifest"
)

// Workspace is the manifests of some folders and files of the disk, to be edited.
type Workspace struct {
	Set      *manifest.Set
	Snapshot *directory.Snapshot

	opts    manifest.Options
	folders []folder
	// at is the namespace of each object by its place; nil until it is asked for.
	at map[manifest.Position]string
}

// folder is a folder, or a single file, as the user named it.
type folder struct {
	name string
	// text is the content of a single file; source is not used then.
	text   []byte
	source manifest.Source
	closer io.Closer
}

// Open reads folders and files. The error is manifest.Problems where something is wrong with the manifests: what an
// edit would bring about cannot be said then.
func Open(ctx context.Context, opts manifest.Options, names ...string) (*Workspace, error) {
	w := &Workspace{opts: opts}
	seen := map[string]bool{}
	for _, name := range names {
		if name == "-" {
			w.Close()
			return nil, errors.New("standard input cannot be edited; give a folder or a file with -f")
		}
		if seen[filepath.Clean(name)] {
			continue
		}
		seen[filepath.Clean(name)] = true
		f := folder{name: name}
		source, closer, err := manifest.Folder(name, nil)
		if err != nil {
			w.Close()
			return nil, err
		}
		f.source, f.closer = source, closer
		w.folders = append(w.folders, f)
		if source.Stream != nil {
			if w.folders[len(w.folders)-1].text, err = io.ReadAll(io.LimitReader(source.Stream, manifest.MaxFileSize+1)); err != nil {
				w.Close()
				return nil, err
			}
		}
	}
	var err error
	if w.Set, err = w.read(ctx, nil, nil); err != nil {
		w.Close()
		return nil, err
	}
	w.Snapshot = w.Set.Snapshot()
	return w, nil
}

// Close ends the use of the folders.
func (w *Workspace) Close() {
	for _, f := range w.folders {
		_ = f.closer.Close()
	}
}

// with reads all manifests with an edit, which is refused where they would have problems then.
func (w *Workspace) with(ctx context.Context, edited []File) (*manifest.Set, error) {
	instead, made := map[string][]byte{}, map[string]bool{}
	for _, f := range edited {
		instead[f.Name], made[f.Name] = f.After, f.Before == nil
	}
	set, err := w.read(ctx, instead, made)
	if problems, ok := manifest.AsProblems(err); ok {
		return nil, fmt.Errorf("nothing was changed, since the manifests would have a problem then: %w", problems)
	}
	return set, err
}

// read reads everything, with other texts in the place of some files, and with those of files that are to be made.
func (w *Workspace) read(ctx context.Context, instead map[string][]byte, made map[string]bool) (*manifest.Set, error) {
	opts := w.opts
	opts.Content = opts.Content || instead != nil // for the schemas
	var sources []manifest.Source
	for _, f := range w.folders {
		s := f.source
		if s.Stream != nil {
			text := f.text
			if changed, ok := instead[f.name]; ok {
				text = changed
			}
			s.Stream = bytes.NewReader(text)
		} else {
			files := map[string][]byte{}
			for shown, text := range instead {
				name, ok := f.inner(shown)
				if !ok && made[shown] {
					name, ok = f.added(shown)
				}
				if ok {
					files[name] = text
				}
			}
			s.FS = &overlay{FS: s.FS, files: files}
		}
		sources = append(sources, s)
	}
	return manifest.Read(ctx, opts, sources...)
}

// inner is the path in the folder's file system of a file as messages name it; ok is false where it is not there.
func (f *folder) inner(shown string) (name string, ok bool) {
	rel, err := filepath.Rel(filepath.FromSlash(f.name), filepath.FromSlash(shown))
	if err != nil {
		return "", false
	}
	name = path.Join(f.source.Dir, filepath.ToSlash(rel))
	if !fs.ValidPath(name) {
		return "", false
	}
	info, err := fs.Stat(f.source.FS, name)
	return name, err == nil && info.Mode().IsRegular()
}

// load is the text of a file as messages name it, and where it is on the disk.
func (w *Workspace) load(shown string) (text []byte, disk string, err error) {
	for i := range w.folders {
		f := &w.folders[i]
		if f.source.Stream != nil {
			if f.name == shown {
				disk, err = filepath.EvalSymlinks(shown)
				return f.text, disk, err
			}
			continue
		}
		name, ok := f.inner(shown)
		if !ok {
			continue
		}
		if text, err = fs.ReadFile(f.source.FS, name); err != nil {
			return nil, "", err
		}
		rel, err := filepath.Rel(filepath.FromSlash(f.name), filepath.FromSlash(shown))
		if err != nil {
			return nil, "", err
		}
		if disk, err = filepath.Abs(f.name); err != nil {
			return nil, "", err
		}
		if disk, err = filepath.EvalSymlinks(disk); err != nil {
			return nil, "", err
		}
		disk = filepath.Join(disk, rel)
		info, err := os.Lstat(disk)
		if err != nil {
			return nil, "", err
		}
		if !info.Mode().IsRegular() {
			return nil, "", fmt.Errorf("%s is not a file; it is not edited", shown)
		}
		return text, disk, nil
	}
	return nil, "", fmt.Errorf("%s is not in the folders that were given", shown)
}

// overlay shows other texts in the place of some files, and files that are to be made to whoever asks for them by name.
type overlay struct {
	fs.FS
	files map[string][]byte
}

// Open implements fs.FS.
func (o *overlay) Open(name string) (fs.File, error) {
	f, err := o.FS.Open(name)
	if text, ok := o.files[name]; ok && err == nil {
		return &file{File: f, Reader: bytes.NewReader(text)}, nil
	}
	return f, err
}

// ReadFile implements fs.ReadFileFS.
func (o *overlay) ReadFile(name string) ([]byte, error) {
	if text, ok := o.files[name]; ok {
		return bytes.Clone(text), nil
	}
	return fs.ReadFile(o.FS, name)
}

// Lstat implements fs.ReadLinkFS.
func (o *overlay) Lstat(name string) (fs.FileInfo, error) {
	found, err := fs.Lstat(o.FS, name)
	if made, ok := infoOf(o.files, name); ok && errors.Is(err, fs.ErrNotExist) {
		return made, nil
	}
	return found, err
}

// Stat implements fs.StatFS.
func (o *overlay) Stat(name string) (fs.FileInfo, error) {
	found, err := fs.Stat(o.FS, name)
	if made, ok := infoOf(o.files, name); ok && errors.Is(err, fs.ErrNotExist) {
		return made, nil
	}
	return found, err
}

// ReadLink implements fs.ReadLinkFS.
func (o *overlay) ReadLink(name string) (string, error) { return fs.ReadLink(o.FS, name) }

// file is a file with another text.
type file struct {
	fs.File
	*bytes.Reader
}

// Read implements fs.File.
func (f *file) Read(p []byte) (int, error) { return f.Reader.Read(p) }
