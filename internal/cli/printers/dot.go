package printers

import (
	"fmt"
	"io"
	"strings"
)

// WriteDot writes trees as a graph for Graphviz. Branches of the same key are one node.
func WriteDot(w io.Writer, roots ...*Branch) error {
	d := dot{ids: map[string]string{}, edges: map[string]bool{}}
	for _, r := range roots {
		d.node(r)
	}
	_, err := fmt.Fprintf(w, "digraph provost {\n  rankdir=LR;\n  node [shape=box, fontname=\"sans-serif\"];\n%s}\n", d.text.String())
	return err
}

type dot struct {
	text  strings.Builder
	ids   map[string]string
	edges map[string]bool
}

func (d *dot) node(b *Branch) string {
	key := b.Key + "|" + b.Label
	id, known := d.ids[key]
	if !known {
		id = fmt.Sprintf("n%d", len(d.ids))
		d.ids[key] = id
		label := strings.TrimSpace(strings.Join(append([]string{b.Label}, b.Columns...), "\n"))
		fmt.Fprintf(&d.text, "  %s [label=%s];\n", id, dotQuote(label))
	}
	for _, c := range b.Children {
		edge := id + " -> " + d.node(c)
		if !d.edges[edge] {
			d.edges[edge] = true
			fmt.Fprintf(&d.text, "  %s;\n", edge)
		}
	}
	return id
}

// dotQuote writes a string as Graphviz reads it; \n ends a line.
func dotQuote(s string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`).Replace(s) + `"`
}
