package cli

import (
	"strings"

	"github.com/spf13/cobra"

	"provost.dev/provost/internal/answers/cite"
	"provost.dev/provost/internal/cli/printers"
	"provost.dev/provost/internal/engine/directory"
	"provost.dev/provost/internal/manifest/edit"
	"provost.dev/provost/internal/text/words"
)

// MembersData is the output of "members".
type MembersData struct {
	Group   cite.Object  `json:"group"`
	Members []MemberData `json:"members"`
}

// MemberData is one member.
type MemberData struct {
	Person string `json:"person"`
	// Role is the role within this group.
	Role string `json:"role"`
	// Direct says that the group itself declares the person.
	Direct bool `json:"direct"`
	// Through are the groups at or below that declare the person, each with the place of the entry.
	Through []cite.Object `json:"through"`
}

// DeclaredData is the output of "members --declared".
type DeclaredData struct {
	Group   cite.Object     `json:"group"`
	Members []DeclaredEntry `json:"members"`
}

// DeclaredEntry is one entry of a group's list, or one person whom its selector chooses.
type DeclaredEntry struct {
	Person string `json:"person"`
	State  string `json:"state"`
	Role   string `json:"role"`
	// Selected says that the selector and not an entry declares the person.
	Selected bool   `json:"selected,omitempty"`
	File     string `json:"file,omitempty"`
	Line     int    `json:"line,omitempty"`
}

func newMembersCommand(o *Options) *cobra.Command {
	var f *printers.Format
	declared := false
	cmd := &cobra.Command{
		Use:   "members GROUP",
		Short: "List the members of a group, and through what they are members",
		Long: `Lists the effective members of a group: everybody whom the group or one below it declares, less those who are removed. With
--declared it lists what the group itself says: its entries with their states, and whom its selector chooses.

A group is written NAME, or NAMESPACE/NAME where the namespace is not clear; one that is called add or remove needs its namespace.
The exit code is 1 where there are none.`,
		Example: `  # Who is in Engineering, and through which group below it?
  provost members engineering

  # What the group itself says
  provost members acme/engineering --declared -f examples/acme`,
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
	f = printers.AddOutputFlag(cmd)
	cmd.Flags().BoolVar(&declared, "declared", false, "list what the group itself says, and not what comes of it")
	cmd.AddCommand(newMembersAddCommand(o), newMembersRemoveCommand(o))
	return cmd
}

func (q *question) members(f *printers.Format, key directory.Key) error {
	members := q.Snapshot.Members(key)
	var err error
	switch f.String() {
	case printers.FormatJSON, printers.FormatYAML:
		out := MembersData{Group: q.Object(cite.GroupID(key), ""), Members: []MemberData{}}
		for _, m := range members {
			d := MemberData{Person: m.Person, Role: edit.Role(m.Role), Direct: m.Direct, Through: []cite.Object{}}
			for _, k := range m.Through {
				field, _ := q.MemberField(k, m.Person)
				d.Through = append(d.Through, q.Object(cite.GroupID(k), field))
			}
			out.Members = append(out.Members, d)
		}
		err = printers.WriteData(q.Out, f, out)
	case printers.FormatName:
		for _, m := range members {
			q.print("%s\n", m.Person)
		}
	default:
		if len(members) > 0 {
			err = q.memberTable(f, key, members).Write(q.Out)
		} else {
			q.Note("%s has no members", cite.GroupLabel(key))
		}
	}
	q.noteGroup(key)
	if err == nil && len(members) == 0 {
		err = errNo
	}
	return err
}

func (q *question) memberTable(f *printers.Format, key directory.Key, members []directory.Membership) *printers.Table {
	t := &printers.Table{}
	header := []string{"PERSON", "ROLE", "THROUGH"}
	if f.Is(printers.FormatWide) {
		header = append(header, "DECLARED AT")
	}
	t.Add(header...)
	for _, m := range members {
		var through, places []string
		for _, k := range m.Through {
			name := k.Name
			if k.Namespace != key.Namespace {
				name = k.String()
			}
			if k == key {
				name = "(itself)"
			}
			through = append(through, name)
			field, _ := q.MemberField(k, m.Person)
			if at := q.Cite(cite.GroupID(k), field); at != "" {
				places = append(places, at)
			}
		}
		if f.Is(printers.FormatWide) {
			t.Add(m.Person, edit.Role(m.Role), strings.Join(through, ", "), strings.Join(places, ", "))
			continue
		}
		t.Add(m.Person, edit.Role(m.Role), words.Abridge(through, 3))
	}
	return t
}

// noteGroup says what keeps a group from counting as it is meant.
func (q *question) noteGroup(key directory.Key) {
	for _, problem := range groupProblems(q.Snapshot.Group(key)) {
		q.Note("%s: %s", cite.GroupLabel(key), problem)
	}
}

func (q *question) declaredMembers(f *printers.Format, key directory.Key) error {
	entries := q.declaredEntries(key)
	var err error
	switch f.String() {
	case printers.FormatJSON, printers.FormatYAML:
		err = printers.WriteData(q.Out, f, DeclaredData{Group: q.Object(cite.GroupID(key), ""), Members: entries})
	case printers.FormatName:
		for _, e := range entries {
			q.print("%s\n", e.Person)
		}
	default:
		if len(entries) == 0 {
			q.Note("%s lists nobody", cite.GroupLabel(key))
			break
		}
		t := &printers.Table{}
		t.Add("PERSON", "STATE", "ROLE", "FROM")
		for _, e := range entries {
			from := ""
			if e.Selected {
				from = "selector"
			}
			field := "spec.memberSelector"
			if !e.Selected {
				field = cite.MemberPath(q.entryIndex(key, e.Person))
			}
			if at := q.Cite(cite.GroupID(key), field); at != "" {
				from = strings.TrimSpace(from + " " + at)
			}
			t.Add(e.Person, e.State, e.Role, from)
		}
		err = t.Write(q.Out)
	}
	if err == nil && len(entries) == 0 {
		err = errNo
	}
	return err
}

func (q *question) entryIndex(key directory.Key, person string) int {
	if g, ok := q.GroupRecord(key); ok {
		for i, m := range g.Members {
			if m.Name == person {
				return i
			}
		}
	}
	return -1
}

// declaredEntries are the entries of a group, in their order, and then whom its selector chooses beside them.
func (q *question) declaredEntries(key directory.Key) []DeclaredEntry {
	out := []DeclaredEntry{}
	g, ok := q.GroupRecord(key)
	if !ok {
		return out
	}
	listed := map[string]bool{}
	for i, m := range g.Members {
		at := q.Locate(cite.GroupID(key), cite.MemberPath(i))
		out = append(out, DeclaredEntry{
			Person: m.Name, State: edit.State(m.State), Role: edit.Role(m.Role), File: at.File, Line: at.Line,
		})
		listed[m.Name] = m.State == directory.MemberActive
	}
	if g.Selector.Empty() {
		return out
	}
	at := q.Locate(cite.GroupID(key), "spec.memberSelector")
	for _, name := range q.Snapshot.People() {
		r, ok := q.Snapshot.Record(directory.ID{Kind: directory.KindPerson, Name: name})
		if !ok || listed[name] {
			continue
		}
		// The selector chooses declared, active people only (R12).
		if p, ok := r.(*directory.Person); ok && !p.Suspended && g.Selector.Matches(p.Attributes) {
			out = append(out, DeclaredEntry{Person: name, State: "Active", Role: "Learner", Selected: true, File: at.File, Line: at.Line})
		}
	}
	return out
}
