package manifest

import (
	"fmt"
	"slices"

	"provost.dev/provost/internal/engine/directory"
	"provost.dev/provost/internal/manifest/node"
)

// Set is the objects that were read, each once.
type Set struct {
	// Items are the objects, in the order of sources, files and lines.
	Items []Item
	// Ignored are the documents that are none of ours.
	Ignored []Ignored
	// Notes say what else was passed over: links and submodules.
	Notes []string
	// Warnings are what keeps nobody from reading the files here, and may do so elsewhere.
	Warnings Problems
	// Files counts the files that were read.
	Files int

	opts  Options
	byID  map[directory.ID]int
	texts map[string]reload
	// roots are the parsed documents of the file that was asked for last.
	roots     []*node.Node
	rootsFile string
}

// Records returns the engine's records of the objects.
func (s *Set) Records() []directory.Record {
	out := make([]directory.Record, 0, len(s.Items))
	for i := range s.Items {
		if r := s.Items[i].Record; r != nil {
			out = append(out, r)
		}
	}
	return out
}

// Snapshot is what the engine makes of the objects.
func (s *Set) Snapshot() *directory.Snapshot { return directory.Build(s.Records()...) }

// Sound is what the engine makes of the objects that are in order. Of the others only the names count: what refers
// to one does not dangle, and what one says of access says nothing, since no cluster would hold it.
func (s *Set) Sound() *directory.Snapshot {
	var records []directory.Record
	for i := range s.Items {
		record := s.Items[i].Record
		if s.Items[i].Broken {
			record = nameOf(record)
		}
		if record != nil {
			records = append(records, record)
		}
	}
	return directory.Build(records...)
}

// nameOf is a record that says no more than that there is something of its name; nil where that means nothing to others.
func nameOf(r directory.Record) directory.Record {
	switch r := r.(type) {
	case *directory.Group:
		return &directory.Group{Key: r.Key}
	case *directory.RoleBinding, *directory.PermissionOverride, *directory.SystemDeny, *directory.Platform:
		return nil
	}
	return r
}

// Item is the object that declares a record; nil where none does.
func (s *Set) Item(id directory.ID) *Item {
	if i, ok := s.byID[id]; ok {
		return &s.Items[i]
	}
	return nil
}

// Place is Locate for an item of the set, whether or not it declares a record.
func (s *Set) Place(item *Item, field string) Position {
	root := s.root(item)
	if root == nil || field == "" {
		return item.Position
	}
	at := node.Find(root, field)
	return Position{File: item.Position.File, Line: at.Line, Column: at.Column}
}

// Locate finds the place of a field, such as spec.members[3], of a declared
// record; of the record itself where the field is "" or is not there. It parses
// the file again, and is not for use by several goroutines at once.
func (s *Set) Locate(id directory.ID, field string) (Position, bool) {
	i, ok := s.byID[id]
	if !ok {
		return Position{}, false
	}
	return s.Place(&s.Items[i], field), true
}

// root is the node of an object; nil where the file has changed or is gone.
func (s *Set) root(item *Item) *node.Node {
	f := item.Position.File
	if s.rootsFile != f {
		s.roots, s.rootsFile = nil, f
		if load := s.texts[f]; load != nil {
			if text, err := load(); err == nil && len(text) <= MaxFileSize {
				s.roots, _ = node.Parse(text)
			}
		}
	}
	return item.root(s.roots)
}

// add takes in what a file holds and returns its problems with their places.
func (s *Set) add(f file) Problems {
	s.texts[f.name] = f.text
	for _, item := range f.items {
		item.Position.File = f.name
		if f.origin != nil {
			item.Position, item.path = f.origin.position, f.origin.path
		}
		s.Items = append(s.Items, item)
	}
	for _, ignored := range f.ignored {
		ignored.Position.File = f.name
		if f.origin != nil {
			ignored.Position = f.origin.position
		}
		s.Ignored = append(s.Ignored, ignored)
	}
	s.Warnings = append(s.Warnings, f.placed(f.warnings)...)
	return f.placed(f.problems)
}

// placed are problems of a file with the place of each.
func (f *file) placed(problems Problems) Problems {
	out := slices.Clone(problems)
	for i := range out {
		if f.origin != nil { // a line of what was built is nowhere to be found
			out[i].Position = f.origin.position
		}
		if out[i].File == "" {
			out[i].File = f.name
		}
	}
	return out
}

// Twice says that the object of an item is declared at another place before.
func (i *Item) Twice(first Position) Problem {
	return Problem{
		Rule: RuleDeclaredTwice, Position: i.Position, Object: i.Name(),
		Message: fmt.Sprintf("the object is declared twice, first at %s", first),
		Remedy:  "keep one; overlays of one base have to be read one by one",
	}
}

// duplicates indexes the objects and reports those that are declared twice.
func (s *Set) duplicates() Problems {
	type name struct{ kind, namespace, name string }
	first := make(map[name]int, len(s.Items))
	var problems Problems
	for i := range s.Items {
		item := &s.Items[i]
		n := name{item.gvk.Kind, item.Object.GetNamespace(), item.Object.GetName()}
		if j, twice := first[n]; twice {
			item.Broken = true
			if n.name == "" { // which is a problem of its own, and makes them no one object
				continue
			}
			problems = append(problems, item.Twice(s.Items[j].Position))
			continue
		}
		first[n] = i
		if item.Record != nil {
			s.byID[item.Record.ID()] = i
		}
	}
	return problems
}
