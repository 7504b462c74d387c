package edit

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"

	"provost.dev/provost/internal/engine/directory"
	"provost.dev/provost/internal/manifest"
	"provost.dev/provost/internal/manifest/node"
)

// Like says of which entity another one is to be made, and how.
type Like struct {
	Of   directory.EntityKey
	Name string
	// Term is what takes the place of dates and terms: what counts for a time counts during it. Nil is for what counts for no
	// time, and a term without a name for none.
	Term *directory.Key
	// Instead names the groups that take the places of others.
	Instead map[directory.Key]directory.Key
	// Staff takes people along who are named, but for those who learn.
	Staff bool
	// Parent, where it has a name, stands above the new entity; DisplayName, Description and Visibility, where given, are its own.
	Parent                               directory.LocalEntity
	DisplayName, Description, Visibility string
	// Attributes take the places of those of the same names.
	Attributes directory.Attributes
	Now        time.Time
}

// Likeness is an entity once more, under another name, with all that belongs to it.
type Likeness struct {
	// Text is the manifests in the canonical layout, the entity first.
	Text []byte
	// Made are the objects of the text, in its order.
	Made []Made
	// Left are what belongs to the entity and is not written anew.
	Left []LeftOut
	// Elsewhere is what names an object that is written anew at another place, and does not name the new one.
	Elsewhere []LeftOut

	// expected is what the engine reads in the text.
	expected []directory.Record
}

// Made is an object with the one that it is like.
type Made struct {
	ID, Like directory.ID
	At       manifest.Position
	// Without tells what it does not say of what that one says; "" where it says all.
	Without string
}

// LeftOut is an object, or a part of one, that is not written anew.
type LeftOut struct {
	ID  directory.ID
	At  manifest.Position
	Why string
}

// likening is a Likeness under way.
type likening struct {
	Like
	w *Workspace
	s *directory.Snapshot
	// names has the new names of what is written anew, and below the entities among that.
	names directory.Renaming
	below map[directory.EntityKey]bool
	// learners are the groups of it whose members learn.
	learners map[directory.Key]bool

	out   Likeness
	texts [][]byte
	errs  []error
	// used are those of Instead that took a place.
	used   map[directory.Key]bool
	untold []untold
}

// Like works out an entity once more under another name, with what belongs to it: what stands below it, its roles, groups, bindings,
// enrolments and denies. Nobody is let in by name, and nobody who is kept out is let in: docs/new.md says what goes along. It is refused
// where something would be left half done. Nothing is written yet.
func (w *Workspace) Like(ctx context.Context, l Like) (*Likeness, error) {
	g := &likening{Like: l, w: w, s: w.Snapshot, names: directory.Renaming{}, below: map[directory.EntityKey]bool{},
		used: map[directory.Key]bool{}}
	g.belonging()
	g.learning()
	g.free()
	g.namedElsewhere()
	if err := errors.Join(g.errs...); err != nil {
		return nil, err
	}
	items := slices.Collect(g.items)
	for _, item := range items {
		g.item(ctx, item)
	}
	g.enrolled(ctx)
	g.tellUntold()
	for k := range l.Instead {
		if !g.used[k] {
			g.errs = append(g.errs, fmt.Errorf("--replace: nothing that is written anew names the group %s, so nothing can take its place", k))
		}
	}
	if err := errors.Join(g.errs...); err != nil {
		return nil, err
	}
	g.out.Text = bytes.Join(g.texts, []byte("---\n"))
	return &g.out, g.same(ctx)
}

// items yields what belongs to the entity, itself first and the rest as they stand in the files.
func (g *likening) items(yield func(*manifest.Item) bool) {
	root := g.w.Set.Item(g.Of.ID())
	if !yield(root) {
		return
	}
	for i := range g.w.Set.Items {
		item := &g.w.Set.Items[i]
		if item.Record == nil || item == root {
			continue
		}
		if _, ours := g.names[item.Record.ID()]; ours && !yield(item) {
			return
		}
	}
}

// refuse says why something cannot be written anew, and what to do first.
func (g *likening) refuse(id directory.ID, field, format string, args ...any) {
	at, _ := g.w.Set.Locate(id, field)
	g.errs = append(g.errs, fmt.Errorf("%s: %s: %s", at, idLabel(id), fmt.Sprintf(format, args...)))
}

// leave notes that something is not written anew.
func (g *likening) leave(id directory.ID, field, format string, args ...any) {
	at, _ := g.w.Set.Locate(id, field)
	g.out.Left = append(g.out.Left, LeftOut{ID: id, At: at, Why: fmt.Sprintf(format, args...)})
}

// change is how the manifest of an object is altered, beside the names, and what the engine has to read in it then.
type change struct {
	node    func(spec *node.Node)
	record  directory.Record
	without []string
}

// item writes one object anew, or leaves it out.
func (g *likening) item(ctx context.Context, item *manifest.Item) {
	was := item.Record.ID()
	c := g.changeOf(item.Record)
	if c == nil {
		return
	}
	c.record = g.renamed(c.record)
	text, err := g.write(ctx, item, c)
	if err != nil {
		g.refuse(was, "", "it cannot be written anew (%s); write it in a simpler form first", err)
		return
	}
	g.texts = append(g.texts, text)
	g.out.expected = append(g.out.expected, c.record)
	g.out.Made = append(g.out.Made, Made{ID: c.record.ID(), Like: was, At: item.Position, Without: strings.Join(c.without, "; ")})
}

// renamed is a record with the new names.
func (g *likening) renamed(r directory.Record) directory.Record {
	name := g.names[r.ID()]
	switch r := directory.WithoutFormerNames(g.names.Of(r)).(type) {
	case *directory.RoleBinding:
		c := *r
		c.Key.Name = name
		return &c
	case *directory.PermissionOverride:
		c := *r
		c.Key.Name = name
		return &c
	case *directory.SystemDeny:
		c := *r
		c.Name = name
		return &c
	default:
		return r
	}
}

// free refuses names that something has already.
func (g *likening) free() {
	taken := map[directory.ID]directory.ID{}
	for was, name := range g.names {
		is := directory.ID{Kind: was.Kind, Namespace: was.Namespace, Name: name}
		if at, ok := g.w.Set.Locate(is, ""); ok {
			g.refuse(was, "", "the new one would be called %s, as another one is already (%s); choose another name, or rename that one", name, at)
		} else if other, twice := taken[is]; twice {
			g.refuse(was, "", "the new one would be called %s, as that of %s would be; rename one of them first", name, idLabel(other))
		}
		taken[is] = was
	}
	slices.SortFunc(g.errs, func(a, b error) int { return strings.Compare(a.Error(), b.Error()) })
}

// newName is what an object is called in what is written anew: with the name of the entity in the place of that of the other one, or
// else with that before its own.
func (g *likening) newName(name string) string {
	if out, ok := instead(name, g.Of.Name, g.Name); ok {
		return out
	}
	return g.Name + "-" + name
}

// instead puts one name in the place of another within a longer one, where that stands between dashes or dots.
func instead(within, name, other string) (string, bool) {
	for from := 0; ; {
		at := strings.Index(within[from:], name)
		if at < 0 {
			return within, false
		}
		at += from
		end := at + len(name)
		if (at == 0 || within[at-1] == '-' || within[at-1] == '.') &&
			(end == len(within) || within[end] == '-' || within[end] == '.') {
			return within[:at] + other + within[end:], true
		}
		from = at + 1
	}
}

// referenceTo is a mapping {name} that names something, with the namespace where that is another one than its own.
func referenceTo(k directory.Key, namespace string) *node.Node {
	n := &node.Node{Kind: yaml.MappingNode, Style: yaml.FlowStyle, Tag: "!!map"}
	setText(n, "name", k.Name)
	if k.Namespace != namespace {
		setText(n, "namespace", k.Namespace)
	}
	return n
}

// setNode gives a field of a mapping a value; a nil one takes the field out.
func setNode(m *node.Node, field string, value *node.Node) {
	for i := 0; i+1 < len(m.Content); i += 2 {
		if m.Content[i].Value != field {
			continue
		}
		if value == nil {
			m.Content = slices.Delete(m.Content, i, i+2)
		} else {
			m.Content[i+1] = value
		}
		return
	}
	if value != nil {
		m.Content = append(m.Content, &node.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: field}, value)
	}
}

// setText gives a field of a mapping a text; where it has one, what stands beside that stays.
func setText(m *node.Node, field, text string) {
	if old := get(m, field); old != nil && old.Kind == yaml.ScalarNode {
		if old.Value != text {
			old.Value, old.Tag, old.Style = text, "!!str", 0
		}
		return
	}
	setNode(m, field, &node.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: text})
}

// unset takes fields out of a mapping.
func unset(m *node.Node, fields ...string) {
	for _, f := range fields {
		setNode(m, f, nil)
	}
}
