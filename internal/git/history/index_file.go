package history

import (
	"crypto/sha256"
	"encoding/gob"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime/debug"
)

// indexFormat changes with what an index holds.
const indexFormat = 2

// LoadIndex reads what earlier runs of this very build learnt about a folder of
// repositories, from a cache folder; "" is no cache. Commits are known by their hashes, so
// that it does not matter which repository they are in. A file that cannot be read counts as none.
func LoadIndex(cache, dir string) *Index {
	x := &Index{}
	if cache == "" {
		return x
	}
	f, err := os.Open(filepath.Join(cache, indexName(dir)))
	if err != nil {
		return x
	}
	defer func() { _ = f.Close() }()
	if err := gob.NewDecoder(f).Decode(&x.commits); err != nil {
		x.commits = nil
	}
	return x
}

// Save writes the index for LoadIndex, where it has learnt something.
func (x *Index) Save(cache, dir string) error {
	if cache == "" || !x.learnt {
		return nil
	}
	if err := os.MkdirAll(cache, 0o700); err != nil {
		return err
	}
	f, err := os.CreateTemp(cache, "index-*")
	if err != nil {
		return err
	}
	err = gob.NewEncoder(f).Encode(x.commits)
	if err = errors.Join(err, f.Close()); err == nil {
		err = os.Rename(f.Name(), filepath.Join(cache, indexName(dir)))
	}
	if err != nil {
		_ = os.Remove(f.Name())
		return fmt.Errorf("keeping what was learnt of the history: %w", err)
	}
	return nil
}

// indexName is the file of a folder's index. Whom a commit touches is the engine's
// word, so that another build starts anew.
func indexName(dir string) string {
	h := sha256.New()
	_, _ = fmt.Fprintln(h, indexFormat, build(), dir)
	return hex.EncodeToString(h.Sum(nil))[:32] + ".index"
}

// build tells this program from others, as well as it can: by the commit it was built from, or else by its file.
func build() string {
	info, ok := debug.ReadBuildInfo()
	if ok {
		var revision, modified string
		for _, s := range info.Settings {
			switch s.Key {
			case "vcs.revision":
				revision = s.Value
			case "vcs.modified":
				modified = s.Value
			}
		}
		if revision != "" && modified == "false" {
			return revision
		}
	}
	name, err := os.Executable()
	if err != nil {
		return ""
	}
	about, err := os.Stat(name)
	if err != nil {
		return ""
	}
	return fmt.Sprint(name, about.Size(), about.ModTime().UnixNano())
}
