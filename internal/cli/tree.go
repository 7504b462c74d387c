package cli

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"provost.dev/provost/internal/answers/trees"
	"provost.dev/provost/internal/cli/printers"
)

func newTreeCommand(o *Options) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "tree",
		Short: "Draw the trees of groups or of entities, with counts and problems",
		Example: `  # The groups of all namespaces
  provost tree groups

  # What lies below a campus
  provost tree entities campus/north -f examples/acme`,
		GroupID: groupAsk,
		Args:    cobra.NoArgs,
		RunE:    func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(newTreeGroupsCommand(o), newTreeEntitiesCommand(o))
	return cmd
}

func newTreeGroupsCommand(o *Options) *cobra.Command {
	var f *printers.Format
	cmd := &cobra.Command{
		Use:     "groups [GROUP]",
		Aliases: []string{"group"},
		Short:   "Draw the trees of groups",
		Long: `Draws each group under its parent, with how many people it declares itself and how many members it has with the groups below.
What is wrong is a footnote. A group whose parent is missing, or refuses it, or that is on a cycle, stands by itself.

The exit code is 1 where there is nothing to draw.`,
		Example: `  # All groups
  provost tree groups

  # One namespace, from a folder
  provost tree groups -n acme -f examples/acme

  # Engineering and what is below it, as a picture
  provost tree groups engineering -o dot | dot -Tsvg > groups.svg`,
		Args:              cobra.MaximumNArgs(1),
		ValidArgsFunction: o.complete(completeGroups),
		RunE: func(cmd *cobra.Command, args []string) error {
			return o.ask(cmd.Context(), func(q *question) error {
				root := strings.Join(args, "")
				if root == "" {
					return q.writeTree(f, trees.Groups(q.Records, q.namespace, q.now))
				}
				key, err := q.group(root)
				if err != nil {
					return err
				}
				return q.writeTree(f, []*trees.Node{trees.Group(q.Records, key, q.now)})
			})
		},
	}
	o.AddAtFlag(cmd)
	f = printers.AddOutputFlag(cmd, printers.FormatDot)
	return cmd
}

func newTreeEntitiesCommand(o *Options) *cobra.Command {
	var f *printers.Format
	cmd := &cobra.Command{
		Use:     "entities [ENTITY]",
		Aliases: []string{"entity"},
		Short:   "Draw the trees of organisations, campuses, courses, modules, sessions and tasks",
		Long: `Draws each entity under its parent, with how many people hold a role there. What is wrong is a footnote. An entity whose
parent is missing stands by itself.

The exit code is 1 where there is nothing to draw.`,
		Example: `  # Everything
  provost tree entities

  # A campus and what is below it, with the roles that people hold
  provost tree entities campus/north -f examples/acme -o wide`,
		Args:              cobra.MaximumNArgs(1),
		ValidArgsFunction: o.complete(completeEntities),
		RunE: func(cmd *cobra.Command, args []string) error {
			return o.ask(cmd.Context(), func(q *question) error {
				root := strings.Join(args, "")
				if root == "" {
					return q.writeTree(f, trees.Entities(q.Records, q.namespace, q.now))
				}
				key, _, err := q.entity(root)
				if err != nil {
					return err
				}
				return q.writeTree(f, []*trees.Node{trees.Entity(q.Records, key, q.now)})
			})
		},
	}
	o.AddAtFlag(cmd)
	f = printers.AddOutputFlag(cmd, printers.FormatDot)
	return cmd
}

// writeTree writes the trees. Without any the answer is "nothing found", whatever the form.
func (q *question) writeTree(f *printers.Format, roots []*trees.Node) error {
	if len(roots) == 0 {
		q.Note("nothing to draw")
	}
	err := q.drawTree(f, roots)
	if err == nil && len(roots) == 0 {
		err = errNo
	}
	return err
}

func (q *question) drawTree(f *printers.Format, roots []*trees.Node) error {
	switch f.String() {
	case printers.FormatJSON, printers.FormatYAML:
		if roots == nil {
			roots = []*trees.Node{}
		}
		return printers.WriteData(q.Out, f, roots)
	case printers.FormatName:
		for _, r := range roots {
			q.printNames(r)
		}
		return nil
	}
	var notes footnotes
	forest := make([]*printers.Branch, len(roots))
	for i, r := range roots {
		forest[i] = notes.branch(r, r.Object.Namespace, f, q.style)
	}
	if f.Is(printers.FormatDot) {
		return printers.WriteDot(q.Out, forest...)
	}
	if err := printers.WriteForest(q.Out, q.style, forest...); err != nil {
		return err
	}
	for i, text := range notes.texts {
		if i == 0 {
			q.print("\n")
		}
		q.print("%s\n", q.style.Bad(printers.Lines(fmt.Sprintf("(%d) %s", i+1, text), q.style.Width())))
	}
	return nil
}

func (q *question) printNames(t *trees.Node) {
	if t.Object.Kind != trees.Namespace {
		q.print("%s\n", nodeName(t))
	}
	for _, c := range t.Children {
		q.printNames(c)
	}
}

// footnotes number the problems; the same text has one number.
type footnotes struct{ texts []string }

func (n *footnotes) number(text string) int {
	i := slices.Index(n.texts, text)
	if i < 0 {
		i = len(n.texts)
		n.texts = append(n.texts, text)
	}
	return i + 1
}

// branch draws a node below one of a namespace.
func (n *footnotes) branch(t *trees.Node, namespace string, f *printers.Format, s printers.Style) *printers.Branch {
	o := &t.Object
	b := &printers.Branch{Label: nodeLabel(t, namespace), Columns: nodeColumns(t, f), Key: o.Kind + "/" + o.Namespace + "/" + o.Name}
	namespace = o.Namespace
	if o.Kind == trees.Namespace {
		b.Colour = s.Bold
		namespace = o.Name
	}
	var marks []string
	for _, p := range t.Problems {
		marks = append(marks, fmt.Sprintf("(%d)", n.number(p)))
	}
	if len(marks) > 0 && !f.Is(printers.FormatDot) {
		b.Label += " " + strings.Join(marks, "")
		b.Colour = s.Bad
	}
	for _, c := range t.Children {
		b.Children = append(b.Children, n.branch(c, namespace, f, s))
	}
	return b
}
