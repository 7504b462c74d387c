package gitrepo

import (
	"fmt"
	"strings"
	"testing"

	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/filemode"
	"github.com/go-git/go-git/v5/plumbing/object"
)

// put writes an object into the repository.
func (w *world) put(o interface {
	Encode(plumbing.EncodedObject) error
}) plumbing.Hash {
	w.t.Helper()
	encoded := w.git.Storer.NewEncodedObject()
	if err := o.Encode(encoded); err != nil {
		w.t.Fatal(err)
	}
	h, err := w.git.Storer.SetEncodedObject(encoded)
	if err != nil {
		w.t.Fatal(err)
	}
	return h
}

// A dozen folders, each of which ten times holds the next one, stand for 10^12 files.
func TestDiffOfTooMuch(t *testing.T) {
	w := newWorld(t)
	first := w.commit("One file", map[string]string{"a.yaml": "a: b\n"})
	r := w.open()
	one, err := r.Resolve(first.String())
	if err != nil {
		t.Fatal(err)
	}
	before, err := r.Tree(one, "")
	if err != nil {
		t.Fatal(err)
	}
	h := before.Hash()
	for range 12 {
		folder := &object.Tree{}
		for i := range 10 {
			folder.Entries = append(folder.Entries, object.TreeEntry{Name: fmt.Sprintf("d%d", i), Mode: filemode.Dir, Hash: h})
		}
		h = w.put(folder)
	}
	many, err := r.Tree(&Commit{Tree: h}, "")
	if err != nil {
		t.Fatal(err)
	}
	for _, pair := range [][2]*Tree{{before, many}, {many, before}} {
		d := differ{from: pair[0], to: pair[1], compared: maxCompared - 10_000} // nearly there
		if err := d.dirs("", pair[0].Hash(), pair[1].Hash()); err == nil || !strings.Contains(err.Error(), "more than 1000000 files") {
			t.Errorf("%v", err)
		}
	}
	if changes, err := Diff(many, many); err != nil || len(changes) > 0 {
		t.Errorf("of the same: %v, %v", changes, err)
	}
}
