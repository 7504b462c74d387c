package history

import (
	"context"
	"maps"
	"path"
	"slices"

	"provost.dev/provost/internal/engine/directory"
	"provost.dev/provost/internal/git/gitrepo"
	"provost.dev/provost/internal/manifest"
)

// files are the objects of the last good state, with their places.
type files struct {
	opts     manifest.Options
	tree     Tree
	parts    map[string]*part
	declared declaredBy
}

// clone is a copy that goes its own way.
func (f *files) clone() *files {
	return &files{opts: f.opts, tree: f.tree, parts: maps.Clone(f.parts), declared: maps.Clone(f.declared)}
}

// Declared is what the state declares under an ID; nil where it does not.
func (f *files) Declared(id directory.ID) *Declared {
	return f.declared[id]
}

// Locate is the place of a field of a declared record; of the record where the
// field is "". It is the zero Position where there is no file.
func (f *files) Locate(id directory.ID, field string) manifest.Position {
	return f.Declared(id).Locate(field)
}

// step takes the state to another tree and says what is declared differently.
func (f *files) step(ctx context.Context, t Tree) (*Step, error) {
	next, err := f.read(ctx, &t)
	if err != nil {
		return nil, err
	}
	return f.to(t, next), nil
}

// to takes the state to a tree of which it was read what differs.
func (f *files) to(t Tree, next map[string]*part) *Step {
	step := &Step{Tree: t}
	for _, name := range slices.Sorted(maps.Keys(next)) { // so that what is said of the same files is always the same
		if p := next[name]; p != nil {
			step.Read++
			step.Problems = append(step.Problems, p.problems...)
			step.Notes = append(step.Notes, p.notes...)
		}
	}
	before, after := f.index(next, &step.Problems)
	if len(step.Problems) > 0 {
		step.Problems.Sort()
		return step
	}
	step.Changes, step.was = changes(before, after), before
	f.take(t, next, before, after)
	return step
}

// read reads what differs between the state and a tree: the parts by name, nil for one that is gone.
func (f *files) read(ctx context.Context, t *Tree) (map[string]*part, error) {
	if !t.fileByFile() || !f.tree.fileByFile() {
		return f.readAll(ctx, t)
	}
	return readChanged(ctx, &f.opts, &f.tree, t)
}

// readChanged reads what differs between two trees that are read file by file.
func readChanged(ctx context.Context, opts *manifest.Options, from, to *Tree) (map[string]*part, error) {
	changed, err := gitrepo.Diff(from.dir, to.dir)
	if err != nil {
		return nil, err
	}
	next := map[string]*part{}
	var names []string
	source := append(append([]manifest.Source(nil), to.sources...), from.sources...)
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
	parts, err := fileParts(ctx, opts, to.sources[0], names)
	for i, name := range names {
		next[name] = parts[i]
	}
	return next, err
}

// readAll reads a tree from the beginning, in which nothing is known to be as it was, unless
// it is the very same tree.
func (f *files) readAll(ctx context.Context, t *Tree) (map[string]*part, error) {
	next := map[string]*part{}
	if t.top != nil && f.tree.top != nil && t.top.Hash() == f.tree.top.Hash() {
		return next, nil
	}
	for name := range f.parts {
		next[name] = nil
	}
	if !t.fileByFile() {
		p, err := wholePart(ctx, f.opts, t)
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
	parts, err := fileParts(ctx, &f.opts, t.sources[0], names)
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
func (f *files) index(next map[string]*part, problems *manifest.Problems) (before, after declaredBy) {
	before, after = declaredBy{}, declaredBy{}
	for _, name := range slices.Sorted(maps.Keys(next)) {
		p := next[name]
		if old := f.parts[name]; old != nil {
			for i, id := range old.ids {
				before[id] = old.declared[i]
			}
		}
		if p == nil {
			continue
		}
		for i, id := range p.ids {
			if id.Name == "" { // which is a problem of its own, and makes several no one object
				continue
			}
			if other, twice := after[id]; twice {
				*problems = append(*problems, declaredTwice(p.declared[i], other))
				continue
			}
			after[id] = p.declared[i]
		}
	}
	for id, d := range after {
		if _, differs := before[id]; differs {
			continue
		}
		if other := f.declared[id]; other != nil {
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
	return a.item.Twice(b.item.Position)
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

// take makes a state the last good one.
func (f *files) take(t Tree, next map[string]*part, before, after declaredBy) {
	for id := range before {
		if _, stays := after[id]; !stays {
			delete(f.declared, id)
		}
	}
	for name, p := range next {
		if p == nil {
			delete(f.parts, name)
		} else {
			f.parts[name] = p
		}
	}
	maps.Copy(f.declared, after)
	f.tree = t
}
