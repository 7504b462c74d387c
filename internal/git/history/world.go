package history

import (
	"context"

	"provost.dev/provost/internal/engine/directory"
	"provost.dev/provost/internal/git/gitrepo"
	"provost.dev/provost/internal/manifest"
)

// World is the manifests of the last good state that it was taken to: in the
// engine, and with their places. One goroutine at a time may use it; the
// snapshots that it hands out may be kept and shared.
type World struct {
	files
	directory *directory.Directory
}

// NewWorld is a world in which nothing is declared. The options say how files
// are read; a Cache in them is filled for good, and a walk needs none.
func NewWorld(opts manifest.Options) *World {
	if opts.Documents == nil {
		opts.Documents = &manifest.Documents{}
	}
	return &World{files: files{opts: opts, parts: map[string]*part{}, declared: declaredBy{}}, directory: directory.New()}
}

// Snapshot is what the engine makes of the state.
func (w *World) Snapshot() *directory.Snapshot { return w.directory.Snapshot() }

// Step is what came of taking a World to another state.
type Step struct {
	// Tree is the state that was read.
	Tree Tree
	// Problems say why it could not be: Before and After are then the same, and nothing changed.
	Problems manifest.Problems
	// Notes say what was passed over; not for every kind of state.
	Notes []string
	// Read counts the files, or the other pieces, that had to be read.
	Read int
	// Changes are the objects that are declared differently, in the order of their IDs.
	Changes []Change
	// Before and After are what the engine makes of the two states.
	Before, After *directory.Snapshot
	// Delta names everybody for whom anything may differ between the two.
	Delta directory.Delta

	// was is what the differing files declared before.
	was declaredBy
}

// Locator finds the place of a field of a record in some state; of the record where the field is "". It is the zero
// Position where there is no file.
type Locator func(id directory.ID, field string) manifest.Position

// before finds places as they were before the step, which has taken the world with it.
func (s *Step) before(w *World) Locator {
	return func(id directory.ID, field string) manifest.Position {
		if d, differs := s.was[id]; differs {
			return d.Locate(field)
		}
		return w.Locate(id, field)
	}
}

// Commit is that of the state; nil where it is none of a commit.
func (s *Step) Commit() *gitrepo.Commit { return s.Tree.Commit }

// Step takes the world to another state, reading what differs. The error says
// what kept it from reading at all; a state that is wrong in itself is no error
// but has Problems, and leaves the world as it is.
func (w *World) Step(ctx context.Context, t Tree) (*Step, error) {
	step, err := w.files.step(ctx, t)
	if err != nil {
		return nil, err
	}
	return w.judged(step), nil
}

// judged takes the engine along with the files.
func (w *World) judged(step *Step) *Step {
	step.Before = w.Snapshot()
	var engine []directory.Change
	for i := range step.Changes {
		if step.Changes[i].Access {
			engine = append(engine, step.Changes[i].engine())
		}
	}
	step.Delta = w.directory.Apply(engine...)
	step.After = w.Snapshot()
	return step
}
