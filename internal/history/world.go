package history

import (
	"context"
	"fmt"
	"maps"
	"path"

	"provost.dev/provost/internal/directory"
	"provost.dev/provost/internal/gitrepo"
	"provost.dev/provost/internal/manifest"
)

// World is the manifests of the last good state that it was taken to: in the
// engine, and with their places. One goroutine at a time may use it; the
// snapshots that it hands out may be kept and shared.
type World struct {
	opts      manifest.Options
	directory *directory.Directory
	tree      Tree
	parts     map[string]*part
	declared  declaredBy
}

// NewWorld is a world in which nothing is declared. The options say how files
// are read; a Cache in them is filled for good, and a walk needs none.
func NewWorld(opts manifest.Options) *World {
	return &World{opts: opts, directory: directory.New(), parts: map[string]*part{}, declared: declaredBy{}}
}

// Snapshot is what the engine makes of the state.
func (w *World) Snapshot() *directory.Snapshot { return w.directory.Snapshot() }

// Tree is the last good state.
func (w *World) Tree() Tree { return w.tree }

// Declared is what the state declares under an ID; nil where it does not.
func (w *World) Declared(id directory.ID) *Declared {
	return w.declared[id]
}

// Locate is the place of a field of a declared record; of the record where the
// field is "". It is the zero Position where there is no file.
func (w *World) Locate(id directory.ID, field string) manifest.Position {
	return w.Declared(id).Locate(field)
}

// Step is what came of taking a World to another state.
type Step struct {
	// Tree is the state that was read.
	Tree Tree
	// Problems say why it could not be: Before and After are then the same, and nothing changed.
	Problems manifest.Problems
	// Notes say what was passed over; not for every kind of state.
	Notes []string
	// Changes are the objects that are declared differently, in the order of their IDs.
	Changes []Change
	// Before and After are what the engine makes of the two states.
	Before, After *directory.Snapshot
	// Delta names everybody for whom anything may differ between the two.
	Delta directory.Delta
}

// Commit is that of the state; nil where it is none of a commit.
func (s *Step) Commit() *gitrepo.Commit { return s.Tree.Commit }

// Step takes the world to another state, reading what differs. The error says
// what kept it from reading at all; a state that is wrong in itself is no error
// but has Problems, and leaves the world as it is.
func (w *World) Step(ctx context.Context, t Tree) (*Step, error) {
	next, err := w.read(ctx, &t)
	if err != nil {
		return nil, err
	}
	step := &Step{Tree: t, Before: w.Snapshot()}
	for _, p := range next {
		if p != nil {
			step.Problems = append(step.Problems, p.problems...)
			step.Notes = append(step.Notes, p.notes...)
		}
	}
	before, after := w.index(next, &step.Problems)
	if len(step.Problems) > 0 {
		step.Problems.Sort()
		step.After = step.Before
		return step, nil
	}
	step.Changes = changes(before, after)
	w.take(t, next, before, after)
	var engine []directory.Change
	for i := range step.Changes {
		if step.Changes[i].Access {
			engine = append(engine, step.Changes[i].engine())
		}
	}
	step.Delta = w.directory.Apply(engine...)
	step.After = w.Snapshot()
	return step, nil
}

// read reads what differs between the world and a tree: the parts by name, nil for one that is gone.
func (w *World) read(ctx context.Context, t *Tree) (map[string]*part, error) {
	if !t.fileByFile() || !w.tree.fileByFile() {
		return w.readAll(ctx, t)
	}
	changed, err := gitrepo.Diff(w.tree.dir, t.dir)
	if err != nil {
		return nil, err
	}
	next := map[string]*part{}
	var names []string
	source := append(append([]manifest.Source(nil), t.sources...), w.tree.sources...)
	for _, c := range changed {
		name := path.Join(source[0].Dir, c.Path)
		if !source[0].Reads(name) {
			continue
		}
		next[name] = nil
		if !c.To.IsZero() {
			names = append(names, name)
		}
	}
	if len(names) == 0 {
		return next, nil
	}
	parts, err := fileParts(ctx, &w.opts, t.sources[0], names)
	for i, name := range names {
		next[name] = parts[i]
	}
	return next, err
}

// readAll reads a tree from the beginning, in which nothing is known to be as it was, unless
// it is the very same tree.
func (w *World) readAll(ctx context.Context, t *Tree) (map[string]*part, error) {
	next := map[string]*part{}
	if t.top != nil && w.tree.top != nil && t.top.Hash() == w.tree.top.Hash() {
		return next, nil
	}
	for name := range w.parts {
		next[name] = nil
	}
	if !t.fileByFile() {
		p, err := wholePart(ctx, w.opts, t)
		next[whole] = p
		return next, err
	}
	if t.dir == nil {
		return next, nil
	}
	names, notes, err := t.sources[0].Files()
	if err != nil {
		return nil, err
	}
	parts, err := fileParts(ctx, &w.opts, t.sources[0], names)
	for i, name := range names {
		next[name] = parts[i]
	}
	if len(names) > 0 && parts[0] != nil {
		parts[0].notes = notes
	}
	return next, err
}

// declaredBy is what a state, or some parts of it, declare.
type declaredBy map[directory.ID]*Declared

// index lists what the differing parts declared and declare, and finds what would be declared twice.
func (w *World) index(next map[string]*part, problems *manifest.Problems) (before, after declaredBy) {
	before, after = declaredBy{}, declaredBy{}
	for name, p := range next {
		if old := w.parts[name]; old != nil {
			for i, id := range old.ids {
				before[id] = old.declared[i]
			}
		}
		if p == nil {
			continue
		}
		for i, id := range p.ids {
			if other, twice := after[id]; twice {
				*problems = append(*problems, declaredTwice(p.declared[i], other))
			}
			after[id] = p.declared[i]
		}
	}
	for id, d := range after {
		if _, differs := before[id]; differs {
			continue
		}
		if other := w.declared[id]; other != nil {
			*problems = append(*problems, declaredTwice(d, other))
		}
	}
	return before, after
}

// declaredTwice is what Read says of an object that is declared twice.
func declaredTwice(a, b *Declared) manifest.Problem {
	if a.item == nil || b.item == nil {
		return manifest.Problem{Message: "an object is declared twice"}
	}
	if a.item.Position.Compare(b.item.Position) < 0 {
		a, b = b, a
	}
	return manifest.Problem{
		Position: a.item.Position, Object: a.item.Name(),
		Message: fmt.Sprintf("the object is declared twice, first at %s", b.item.Position),
		Remedy:  "keep one; overlays of one base have to be read one by one",
	}
}

// changes compares two declarations of everything.
func changes(before, after declaredBy) []Change {
	var out []Change
	for id, was := range before {
		if c, differs := compare(id, was, after[id]); differs {
			out = append(out, c)
		}
	}
	for id, is := range after {
		if _, known := before[id]; !known {
			c, _ := compare(id, nil, is)
			out = append(out, c)
		}
	}
	sortChanges(out)
	return out
}

// take makes a state the world's own.
func (w *World) take(t Tree, next map[string]*part, before, after declaredBy) {
	for id := range before {
		if _, stays := after[id]; !stays {
			delete(w.declared, id)
		}
	}
	for name, p := range next {
		if p == nil {
			delete(w.parts, name)
		} else {
			w.parts[name] = p
		}
	}
	maps.Copy(w.declared, after)
	w.tree = t
}
