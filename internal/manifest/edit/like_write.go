package edit

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
	kyaml "sigs.k8s.io/yaml"

	"provost.dev/provost/internal/engine/directory"
	"provost.dev/provost/internal/manifest"
	"provost.dev/provost/internal/manifest/format"
	"provost.dev/provost/internal/manifest/node"
)

// write is the manifest of an object with a change: the text in its file, with the comments, or else what a kustomization makes of it.
func (g *likening) write(ctx context.Context, item *manifest.Item, c *change) ([]byte, error) {
	text := g.document(item)
	if text != nil {
		if out, err := format.Change(text, func(root *node.Node) { g.alter(root, item, c) }); err == nil && g.says(ctx, out, c.record) {
			return out, nil
		}
	}
	if item.Content == nil {
		return nil, errors.New("the manifests were read without what they say")
	}
	text, err := kyaml.Marshal(item.Content.Object)
	if err != nil {
		return nil, err
	}
	out, err := format.Change(text, func(root *node.Node) { g.alter(root, item, c) })
	if err == nil && !g.says(ctx, out, c.record) {
		err = errors.New("it would not say the same")
	}
	return out, err
}

// document is the text of the one document in which an object stands; nil where it stands in none, or not by itself.
func (g *likening) document(item *manifest.Item) []byte {
	at := item.Position
	text, _, err := g.w.load(at.File)
	if err != nil || at.Line == 0 {
		return nil
	}
	lines := bytes.SplitAfter(text, []byte("\n"))
	if at.Line > len(lines) {
		return nil
	}
	from := at.Line - 1
	for from > 0 && !node.IsMarker(lines[from-1]) {
		from--
	}
	to := at.Line
	for to < len(lines) && !node.IsMarker(lines[to]) {
		to++
	}
	piece := bytes.Join(lines[from:to], nil)
	roots, problem := node.Parse(piece)
	if problem != nil || len(roots) != 1 || node.Text(get(roots[0], "kind")) != item.GroupVersionKind().Kind {
		return nil // of a list, or of JSON
	}
	return piece
}

// alter writes a change into the node of an object, and the new names.
func (g *likening) alter(root *node.Node, item *manifest.Item, c *change) {
	metadata := get(root, "metadata")
	namespace := item.Object.GetNamespace()
	if namespace != "" {
		setText(metadata, "namespace", namespace)
	}
	if annotations := get(metadata, "annotations"); annotations != nil {
		for _, p := range node.Pairs(annotations) {
			if strings.HasPrefix(p.Key.Value, "provost.dev/") || strings.HasPrefix(p.Key.Value, "config.kubernetes.io/") {
				unset(annotations, p.Key.Value)
			}
		}
		if len(annotations.Content) == 0 {
			unset(metadata, "annotations")
		}
	}
	unset(root, "status")
	spec := get(root, "spec")
	if spec == nil {
		spec = &node.Node{Kind: yaml.MappingNode, Tag: "!!map"}
		setNode(root, "spec", spec)
	}
	if c.node != nil {
		c.node(spec)
	}
	if len(spec.Content) == 0 {
		unset(root, "spec")
	}
	for id, name := range g.names {
		r := &references{id: id, new: name}
		r.object(root, namespace)
		for _, n := range r.nodes {
			n.Value = name
		}
	}
}

// says reads one manifest, and says whether it means a record to the engine and nothing else.
func (g *likening) says(ctx context.Context, text []byte, want directory.Record) bool {
	set, err := manifest.Read(ctx, manifest.Options{}, manifest.Source{Name: "new", Stream: bytes.NewReader(text)})
	return err == nil && len(set.Items) == 1 && reflect.DeepEqual(plainRecord(want), plainRecord(set.Items[0].Record))
}

// plainRecord is a record in which an empty list is none.
func plainRecord(r directory.Record) directory.Record {
	switch r := r.(type) {
	case *directory.Group:
		c := *r
		for _, list := range []*[]string{&c.Compose.Include, &c.Compose.Require, &c.Compose.Exclude} {
			if len(*list) == 0 {
				*list = nil
			}
		}
		if len(c.Members) == 0 {
			c.Members = nil
		}
		if len(c.Enrolments) == 0 {
			c.Enrolments = nil
		}
		return &c
	case *directory.RoleBinding:
		c := *r
		if len(c.Subjects) == 0 {
			c.Subjects = nil
		}
		return &c
	}
	return r
}

// same reads the whole text again, and holds it to what was meant.
func (g *likening) same(ctx context.Context) error {
	set, err := manifest.Read(ctx, manifest.Options{}, manifest.Source{Name: "the new file", Stream: bytes.NewReader(g.out.Text)})
	if err != nil {
		return fmt.Errorf("nothing was written, since the new file would have a problem: %w", err)
	}
	got := set.Records()
	if !slices.EqualFunc(got, g.out.expected, func(a, b directory.Record) bool { return reflect.DeepEqual(plainRecord(a), plainRecord(b)) }) {
		return errors.New("nothing was written, since the new file would not say what was meant; write the objects in a simpler form first")
	}
	return nil
}
