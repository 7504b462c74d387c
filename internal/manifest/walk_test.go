package manifest

import (
	"fmt"
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"
)

// wide is a folder of many folders that all hold the same, as the trees of a commit may.
type wide struct {
	fstest.MapFS
	folders, files []fs.DirEntry
}

func (w wide) ReadDir(name string) ([]fs.DirEntry, error) {
	if name == "." {
		return w.folders, nil
	}
	return w.files, nil
}

func TestEntriesAreLimited(t *testing.T) {
	const side = 1000
	w := wide{MapFS: fstest.MapFS{}}
	for i := range side {
		w.MapFS[fmt.Sprintf("d%d/x.txt", i)] = &fstest.MapFile{}
		w.MapFS[fmt.Sprintf("f/%d.txt", i)] = &fstest.MapFile{}
	}
	var err error
	if w.folders, err = w.MapFS.ReadDir("."); err != nil || len(w.folders) != side+1 {
		t.Fatal(len(w.folders), err)
	}
	if w.files, err = w.MapFS.ReadDir("f"); err != nil {
		t.Fatal(err)
	}
	if _, _, err := (Source{FS: w, Dir: "."}).Files(); err == nil || !strings.Contains(err.Error(), "more than 1000000 files") {
		t.Errorf("of too many: %v", err)
	}
	w.folders = w.folders[:side-2]
	if _, _, err := (Source{FS: w, Dir: "."}).Files(); err != nil {
		t.Errorf("of as many as may be: %v", err)
	}
}
