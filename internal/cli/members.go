package cli

import (
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"provost.dev/provost/internal/answers/cite"
	"provost.dev/provost/internal/answers/members"
	"provost.dev/provost/internal/cli/printers"
	"provost.dev/provost/internal/engine/directory"
	"provost.dev/provost/internal/engine/findings"
	"provost.dev/provost/internal/manifest"
)

func newMembersCommand(o *Options) *cobra.Command {
	var f *printers.Format
	declared := false
	cmd := &cobra.Command{
		Use:   "members GROUP",
		Short: "List the members of a group, and through what they are members",
		Long: `Lists the effective members of a group: everybody whom the group or one below it declares, less those who are removed. With
--declared it lists what the group itself says: its entries with their states, and whom its selector chooses.

A group is written NAME, or NAMESPACE/NAME where the namespace is not clear; one that is called add, remove or set needs its namespace.
The exit code is 1 where there are none.`,
		Example: `  # Who is in Engineering, and through which group below it?
  provost members engineering

  # What the group itself says
  provost members acme/engineering --declared -f examples/acme

  # As a spreadsheet
  provost members engineering -o csv`,
		GroupID:           groupAsk,
		Args:              cobra.ExactArgs(1),
		ValidArgsFunction: o.complete(completeGroups),
		RunE: func(cmd *cobra.Command, args []string) error {
			return o.ask(cmd.Context(), func(q *question) error {
				key, err := q.group(args[0])
				if err != nil {
					return err
				}
				if declared {
					return q.declaredMembers(f, key)
				}
				return q.members(f, key)
			})
		},
	}
	o.AddAtFlag(cmd)
	f = printers.AddOutputFlag(cmd, printers.FormatCSV)
	cmd.Flags().BoolVar(&declared, "declared", false, "list what the group itself says, and not what comes of it")
	cmd.AddCommand(newMembersAddCommand(o), newMembersRemoveCommand(o), newMembersSetCommand(o))
	return cmd
}

func (q *question) members(f *printers.Format, key directory.Key) error {
	answer := members.Of(q.Records, key, q.now)
	var err error
	switch f.String() {
	case printers.FormatJSON, printers.FormatYAML:
		err = printers.WriteData(q.Out, f, answer)
	case printers.FormatName:
		for _, m := range answer.Members {
			q.print("%s\n", m.Person)
		}
	default:
		if len(answer.Members) > 0 || f.Is(printers.FormatCSV) {
			err = memberTable(f, key, &answer).Print(q.Out, f)
		}
		if len(answer.Members) == 0 {
			q.Note("%s has no members", cite.GroupLabel(key))
		}
	}
	q.noteGroup(key)
	if err == nil && len(answer.Members) == 0 {
		err = errNo
	}
	return err
}

func memberTable(f *printers.Format, key directory.Key, answer *members.Data) *printers.Table {
	t := &printers.Table{}
	// Where no membership ends by the clock, people see no column for it.
	ends := f.Is(printers.FormatCSV) || slices.ContainsFunc(answer.Members, func(m members.MemberData) bool { return m.Until != nil })
	header := []string{"PERSON", "ROLE", "THROUGH"}
	if ends {
		header = []string{"PERSON", "ROLE", "UNTIL", "THROUGH"}
	}
	if f.Full() {
		header = append(header, "DECLARED AT")
	}
	t.Add(header...)
	for _, m := range answer.Members {
		var through, places []string
		for _, g := range m.Through {
			k := directory.Key{Namespace: g.Namespace, Name: g.Name}
			name := k.Name
			if k.Namespace != key.Namespace {
				name = k.String()
			}
			if k == key {
				name = "(itself)"
			}
			through = append(through, name)
			if at := g.Place(); at != "" {
				places = append(places, at)
			}
		}
		for _, g := range m.Included {
			through = append(through, "including "+g.Name)
		}
		row := []string{m.Person, m.Role}
		if ends {
			row = append(row, endOf(m.Until))
		}
		if f.Full() {
			row = append(row, strings.Join(through, ", "), strings.Join(places, ", "))
		} else {
			row = append(row, findings.Abridge(through, 3))
		}
		t.Add(row...)
	}
	return t
}

// beginOf is a beginning in words; "" where there is none.
func beginOf(t *time.Time) string {
	if t == nil {
		return ""
	}
	return findings.Day(*t)
}

// endOf is an end in words; "" where there is none.
func endOf(t *time.Time) string {
	if t == nil {
		return ""
	}
	return findings.End(*t)
}

// noteGroup says what keeps a group from counting as it is meant.
func (q *question) noteGroup(key directory.Key) {
	for _, problem := range members.Problems(q.Records, key, q.now) {
		q.Note("%s: %s", cite.GroupLabel(key), problem)
	}
}

func (q *question) declaredMembers(f *printers.Format, key directory.Key) error {
	answer := members.Declared(q.Records, key, q.now)
	var err error
	switch f.String() {
	case printers.FormatJSON, printers.FormatYAML:
		err = printers.WriteData(q.Out, f, answer)
	case printers.FormatName:
		for _, e := range answer.Members {
			q.print("%s\n", e.Person)
		}
	default:
		if len(answer.Members) == 0 {
			q.Note("%s lists nobody", cite.GroupLabel(key))
			if !f.Is(printers.FormatCSV) {
				break
			}
		}
		t := &printers.Table{}
		timed := f.Is(printers.FormatCSV) || slices.ContainsFunc(answer.Members, func(e members.EntryData) bool {
			return e.NotBefore != nil || e.NotAfter != nil
		})
		header := []string{"PERSON", "STATE", "ROLE"}
		if timed {
			header = append(header, "BEGINS", "ENDS")
		}
		t.Add(append(header, "FROM")...)
		for _, e := range answer.Members {
			var by []string
			if e.Selected {
				by = append(by, "selector")
			}
			for _, name := range e.Included {
				by = append(by, "including "+name)
			}
			from := strings.Join(by, ", ")
			at := manifest.Position{File: e.File, Line: e.Line}
			row := []string{e.Person, e.State, e.Role}
			if timed {
				row = append(row, beginOf(e.NotBefore), endOf(e.NotAfter))
			}
			t.Add(append(row, strings.TrimSpace(from+" "+at.String()))...)
		}
		err = t.Print(q.Out, f)
	}
	if err == nil && len(answer.Members) == 0 {
		err = errNo
	}
	return err
}
