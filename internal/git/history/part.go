package history

import (
	"context"
	"runtime"

	"golang.org/x/sync/errgroup"

	"provost.dev/provost/internal/engine/directory"
	"provost.dev/provost/internal/manifest"
	"provost.dev/provost/internal/manifest/ownership"
)

// part is what is read at once and replaced at once: one file of a commit, or
// all of a kustomization, of folders or of a cluster.
type part struct {
	declared []*Declared
	ids      []directory.ID
	problems manifest.Problems
	notes    []string
	locate   func(d *Declared, field string) manifest.Position
}

// whole is the name of the one part of a state that is not read file by file.
const whole = ""

func (p *part) add(id directory.ID, d *Declared) {
	d.part = p
	p.ids, p.declared = append(p.ids, id), append(p.declared, d)
}

// addItem adds an object; one of a kind that bears on no access goes by its own kind's name.
func (p *part) addItem(item *manifest.Item) {
	id, ok := manifest.ID(item.Object)
	if !ok {
		id = directory.ID{
			Kind: directory.Kind(item.GroupVersionKind().Kind), Namespace: item.Object.GetNamespace(), Name: item.Object.GetName(),
		}
	}
	p.add(id, &Declared{Record: item.Record, Object: item.Object, item: item})
}

// filePart reads one file.
func filePart(ctx context.Context, opts *manifest.Options, source manifest.Source, name string) *part {
	f := source.ReadFile(ctx, opts, name)
	p := &part{
		problems: f.Problems,
		locate:   func(d *Declared, field string) manifest.Position { return f.Locate(d.item, field) },
	}
	for i := range f.Items {
		p.addItem(&f.Items[i])
	}
	return p
}

// fileParts reads files, several at a time.
func fileParts(ctx context.Context, opts *manifest.Options, source manifest.Source, names []string) ([]*part, error) {
	out := make([]*part, len(names))
	var g errgroup.Group
	g.SetLimit(runtime.GOMAXPROCS(0))
	for i, name := range names {
		g.Go(func() error {
			if err := ctx.Err(); err != nil {
				return err
			}
			out[i] = filePart(ctx, opts, source, name)
			return nil
		})
	}
	return out, g.Wait()
}

// wholePart reads a tree in one piece.
func wholePart(ctx context.Context, opts manifest.Options, t *Tree) (*part, error) {
	p := &part{}
	for _, r := range t.records {
		p.add(r.ID(), &Declared{Record: r})
	}
	if len(t.sources) == 0 {
		return p.onto(t.onto), nil
	}
	set, err := manifest.Read(ctx, opts, t.sources...)
	if problems, ok := manifest.AsProblems(err); ok {
		p.problems = problems
		return p, nil
	}
	if err != nil {
		return nil, err
	}
	p.notes = set.Notes
	p.locate = func(d *Declared, field string) manifest.Position {
		switch {
		case d.item == nil:
			return manifest.Position{}
		case d.Record == nil:
			return d.item.Position
		}
		id := d.Record.ID()
		if d.Object != nil { // of which the record may have another name by now
			id, _ = manifest.ID(d.Object)
		}
		at, _ := set.Locate(id, field)
		return at
	}
	for i := range set.Items {
		p.addItem(&set.Items[i])
	}
	return p.onto(t.onto), nil
}

// onto adds what stays of what the manifests are applied to.
func (p *part) onto(g *Ground) *part {
	if g == nil {
		return p
	}
	declared := make(map[directory.ID]*Declared, len(p.ids))
	for i, id := range p.ids {
		declared[id] = p.declared[i]
	}
	for _, r := range g.Records {
		id := r.ID()
		switch d := declared[id]; {
		case d == nil && g.Stays(id):
			p.add(id, &Declared{Record: r})
		case d != nil && id.Kind == directory.KindNamespace:
			d.Record = ownership.KeepLabels(r, d.Record, g.Labels(id.Name))
		}
	}
	return p
}
