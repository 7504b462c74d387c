package edit

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// File is a file with its text before and after an edit. One that is new has no Before and no place on the disk yet.
type File struct {
	// Name is what messages call it.
	Name          string
	Before, After []byte
	// Gone says that the file is deleted; After is empty then.
	Gone bool

	disk string
}

// NewFile is the edit of a file, by its place on the disk.
func NewFile(disk string, before, after []byte) *File {
	return &File{Name: disk, Before: before, After: after, disk: disk}
}

// Write replaces the files, each in one step, and deletes those that are gone. One that has changed since it was
// read is not written, and then none is.
func (r *Result) Write() error {
	var temporary []string
	defer func() {
		for _, name := range temporary {
			if name != "" {
				_ = os.Remove(name) // those that were renamed are gone
			}
		}
	}()
	for _, f := range r.Files {
		now, err := os.ReadFile(f.disk)
		if err != nil {
			return err
		}
		if !bytes.Equal(now, f.Before) {
			return fmt.Errorf("%s was changed by somebody else meanwhile; nothing was written, try again", f.Name)
		}
		if f.Gone {
			temporary = append(temporary, "")
			continue
		}
		name, err := prepare(f)
		if err != nil {
			return err
		}
		temporary = append(temporary, name)
	}
	for i, f := range r.Files {
		put := func() error { return os.Rename(temporary[i], f.disk) }
		if f.Gone {
			put = func() error { return os.Remove(f.disk) }
		}
		if err := put(); err != nil {
			if i > 0 {
				err = errors.Join(err, fmt.Errorf("%d of %d files were written", i, len(r.Files)))
			}
			return err
		}
	}
	return nil
}

// prepare writes the new text beside the file, with the same rights.
func prepare(f File) (string, error) {
	info, err := os.Stat(f.disk)
	if err != nil {
		return "", err
	}
	t, err := os.CreateTemp(filepath.Dir(f.disk), ".provost-edit-*")
	if err != nil {
		return "", err
	}
	_, err = t.Write(f.After)
	err = errors.Join(err, t.Chmod(info.Mode().Perm()), t.Sync(), t.Close())
	if err != nil {
		_ = os.Remove(t.Name())
		return "", err
	}
	return t.Name(), nil
}
