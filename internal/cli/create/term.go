package create

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"provost.dev/provost/internal/cli/source"
	"provost.dev/provost/internal/engine/catalogue"
	"provost.dev/provost/internal/engine/directory"
	"provost.dev/provost/internal/engine/findings"
	"provost.dev/provost/internal/engine/zones"
	"provost.dev/provost/internal/manifest/generate"
)

func newTerm(flags *source.Flags) *cobra.Command {
	c := &creating{Flags: flags}
	var first, last, zone string
	cmd := &cobra.Command{
		Use:   "term NAME",
		Short: "Write a term: days that bindings, enrolments and entries of groups may name",
		Long: `Writes a Term. What names it in termRef counts from the first instant of the first day until the last day is over, in the time
zone of the term, and follows where its days are changed.`,
		Example: `  # The autumn term
  provost new term autumn-2026 --first-day 2026-10-01 --last-day 2027-03-31 --time-zone Europe/Berlin -n acme --dir examples/acme`,
		Args: cobra.ExactArgs(1), ValidArgsFunction: cobra.NoFileCompletions,
		RunE: func(cmd *cobra.Command, args []string) error {
			return c.object(cmd.Context(), "Term", args[0], func(s *generate.Spec, _ string) error {
				for _, day := range []struct{ flag, field, value string }{{"first-day", "firstDay", first}, {"last-day", "lastDay", last}} {
					if err := needed(day.flag, day.value, "2026-10-01"); err != nil {
						return err
					}
					if _, err := directory.ParseDay(day.value); err != nil {
						return fmt.Errorf("--%s: %w", day.flag, err)
					}
					s.Text(day.field, day.value)
				}
				if _, ok := zones.Load(zone); zone != "" && !ok {
					return fmt.Errorf("--time-zone: %s", findings.NoZoneLine(zone))
				}
				s.Text("timeZone", zone)
				return nil
			})
		},
	}
	c.addFlags(cmd, false)
	c.addFileFlag(cmd)
	f := cmd.Flags()
	f.StringVar(&first, "first-day", "", "the first day, as 2026-10-01")
	f.StringVar(&last, "last-day", "", "the last day, which counts as a whole")
	f.StringVar(&zone, "time-zone", "", "where its days begin, as Europe/Berlin; by default where the Platform says, or else UTC")
	_ = cmd.RegisterFlagCompletionFunc("time-zone", cobra.FixedCompletions(zones.Names(), cobra.ShellCompDirectiveNoFileComp))
	return cmd
}

// termFlag is the flag of what counts during a term.
type termFlag struct {
	term string
	cmd  *cobra.Command
}

func (t *termFlag) add(cmd *cobra.Command, usage string) {
	t.cmd = cmd
	cmd.Flags().StringVar(&t.term, "term", "", usage)
}

// key is the term that is named; nil where none is asked for, and without a name where it is said that there is none.
func (t *termFlag) key(namespace string) *directory.Key {
	if t.cmd == nil || !t.cmd.Flags().Changed("term") {
		return nil
	}
	if ns, name, qualified := strings.Cut(t.term, "/"); qualified {
		return &directory.Key{Namespace: ns, Name: name}
	}
	if t.term == "" {
		return &directory.Key{}
	}
	return &directory.Key{Namespace: namespace, Name: t.term}
}

// write names the term.
func (t *termFlag) write(s *generate.Spec) { writeTerm(s, t.term) }

func writeTerm(s *generate.Spec, term string) {
	if term == "" {
		return
	}
	m := generate.Map{{Name: "name", Value: term}}
	if ns, name, qualified := strings.Cut(term, "/"); qualified {
		m = generate.Map{{Name: "name", Value: name}, {Name: "namespace", Value: ns}}
	}
	*s = append(*s, generate.Field{Name: "termRef", Value: m})
}

// writeOr names the term or, where neither it nor any dates are given, that of the course that something is written at (R33).
func (t *termFlag) writeOr(c *creating, s *generate.Spec, e *directory.LocalEntity, namespace string, w *windowFlags) {
	if t.cmd.Flags().Changed("term") || w.since != "" || w.until != "" || e == nil || e.Level != catalogue.Course {
		t.write(s)
		return
	}
	for i := range c.set.Items {
		course, ok := c.set.Items[i].Record.(*directory.Entity)
		if !ok || course.Key != e.In(namespace) || course.Term.Name == "" {
			continue
		}
		term := course.Term.Name
		if course.Term.Namespace != namespace {
			term = course.Term.String()
		}
		writeTerm(s, term)
		c.Note("it counts during the term %s, as the course does; give another --term, dates, or --term= for none", term)
	}
}
