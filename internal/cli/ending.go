package cli

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"provost.dev/provost/internal/answers/endings"
	"provost.dev/provost/internal/cli/printers"
	"provost.dev/provost/internal/engine/catalogue"
	"provost.dev/provost/internal/engine/directory"
	"provost.dev/provost/internal/engine/findings"
	"provost.dev/provost/internal/text/words"
)

func newEndingCommand(o *Options) *cobra.Command {
	var f *printers.Format
	within := "30d"
	cmd := &cobra.Command{
		Use:   "ending",
		Short: "List what ends soon, by who could renew it",
		Long: `Lists the RoleBindings, enrolments, memberships and PermissionOverrides whose time is over within some days from now, or from --at,
grouped by the people who have the authority to let them go on. Platform administrators may always, and are not named for it.

Where one group of people could renew many of the same kind at the same time, or many that end with one Term, one line counts them;
-o wide writes out all, and -o csv a row for each. The exit code is 1 where nothing ends.`,
		Example: `  # What ends in the next thirty days?
  provost ending

  # What ends with the semester, for a spreadsheet
  provost ending --within 12w -f examples/acme -o csv

  # What would have to be renewed in the month after the first of June?
  provost ending --at 2027-06-01 -n acme -f examples/acme`,
		GroupID:           groupAsk,
		Args:              cobra.NoArgs,
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE: func(cmd *cobra.Command, _ []string) error {
			span, err := words.ReadSpan("--within", within)
			if err != nil {
				return err
			}
			return o.ask(cmd.Context(), func(q *question) error { return q.ending(f, q.now.Add(span)) })
		},
	}
	o.AddAtFlag(cmd)
	f = printers.AddOutputFlag(cmd, printers.FormatCSV)
	cmd.Flags().StringVar(&within, "within", within, "how far to look: days as 30d, weeks as 12w, or hours as 36h")
	return cmd
}

func (q *question) ending(f *printers.Format, until time.Time) error {
	list := endings.Ask(q.Snapshot, q.namespace, q.now, until)
	var err error
	switch f.String() {
	case printers.FormatJSON, printers.FormatYAML:
		err = printers.WriteData(q.Out, f, endings.DataOf(q.Records, list, q.now, until))
	case printers.FormatName:
		for _, id := range sourcesOf(list) {
			q.print("%s\n", id)
		}
	default:
		if len(list) > 0 || f.Is(printers.FormatCSV) {
			err = q.endingTable(f, list).Print(q.Out, f)
		}
	}
	if len(list) == 0 {
		q.Note("nothing ends up to %s", findings.Day(until.Truncate(time.Second)))
		if err == nil {
			err = errNo
		}
	}
	return err
}

// sourcesOf are the objects of which something ends, each once, as KIND/NAMESPACE/NAME.
func sourcesOf(list []endings.Ending) []string {
	var out []string
	for i := range list {
		id := list[i].Source
		out = append(out, strings.ToLower(string(id.Kind))+"/"+id.Namespace+"/"+id.Name)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// mostEndings is how many of the same kind that end together stand each in a line before they are counted; -o wide shows all.
const mostEndings = 8

// endingTable has a line for each ending, or one that counts many: those that the same people could renew and that end together, with
// one Term, or by dates of their own where they give the same at entities of one level.
func (q *question) endingTable(f *printers.Format, list []endings.Ending) *printers.Table {
	t := &printers.Table{}
	t.Add("WHO COULD RENEW", "ENDS", "WHAT", "WHERE", "WHOSE", "BY", "AT")
	type kind struct {
		renewers, ends, gives, level string
		term                         directory.Key
	}
	of := map[kind][]*endings.Ending{}
	var order []kind
	for i := range list {
		e := &list[i]
		k := kind{strings.Join(e.Renewers, ", "), findings.End(e.At), e.Gives(), levelOf(e).Word(), e.Term}
		if e.Term.Name != "" {
			k.gives, k.level = "", ""
		}
		if of[k] == nil {
			order = append(order, k)
		}
		of[k] = append(of[k], e)
	}
	before := ""
	for _, k := range order {
		same := of[k]
		who := renewersOf(f, same[0].Renewers)
		shown := func() string { // a spreadsheet is sorted anew, and so each of its rows says everything
			if who == before && !f.Is(printers.FormatCSV) {
				return ""
			}
			before = who
			return who
		}
		if len(same) > mostEndings && !f.Full() {
			by, at := bysCounted(same), ""
			if k.term.Name != "" {
				by, at = "Term "+k.term.String()+", named by "+by, q.Cite(k.term.TermID(), "spec.lastDay")
			}
			t.Add(shown(), k.ends, givesTogether(same), q.placesCounted(same), q.whoseTogether(same), by, at)
			continue
		}
		for _, e := range same {
			t.Add(shown(), k.ends, k.gives, e.Where(), q.whose(f, e.Subjects), e.By(), q.Cite(e.Source, e.Field))
		}
	}
	return t
}

// levelOf is the level of the entities at which something ends.
func levelOf(e *endings.Ending) catalogue.Level {
	if e.Selects != nil {
		return e.Selects.Level
	}
	return e.Entity.Level
}

// renewersOf names those who could renew something.
func renewersOf(f *printers.Format, people []string) string {
	switch {
	case len(people) == 0:
		return "platform administrators"
	case f.Full():
		return strings.Join(people, ", ")
	}
	return findings.Abridge(people, 3)
}

// givesTogether is what many endings give: its names, or how many they are.
func givesTogether(same []*endings.Ending) string {
	var gives []string
	for _, e := range same {
		gives = append(gives, e.Gives())
	}
	slices.Sort(gives)
	if gives = slices.Compact(gives); len(gives) > 2 {
		return words.Count(len(gives), "role", "roles")
	}
	return strings.Join(gives, ", ")
}

// placesCounted counts the entities of many endings, each once, and the groups of memberships.
func (q *question) placesCounted(same []*endings.Ending) string {
	groups, levels := map[directory.ID]bool{}, map[catalogue.Level]bool{}
	places := map[directory.EntityKey]bool{}
	for _, e := range same {
		if e.Member != nil {
			groups[e.Source] = true
			continue
		}
		levels[levelOf(e)] = true
		if e.Selects == nil {
			places[e.Entity] = true
			continue
		}
		reached, _ := q.Snapshot.Choose(e.Entity.Namespace, e.Selects)
		for _, at := range reached {
			places[at] = true
		}
	}
	var out []string
	switch {
	case len(levels) == 1:
		for level := range levels {
			out = append(out, placesOfLevel(level, len(places)))
		}
	case len(levels) > 1:
		out = append(out, words.Count(len(places), "entity", "entities"))
	}
	if len(groups) > 0 {
		out = append(out, words.Count(len(groups), "group", "groups"))
	}
	return strings.Join(out, ", ")
}

// whose names people and groups; of a group it counts the members.
func (q *question) whose(f *printers.Format, subjects []directory.Subject) string {
	var out []string
	for _, x := range subjects {
		if x.Kind != directory.KindGroup {
			out = append(out, x.Name)
			continue
		}
		k := directory.Key{Namespace: x.Namespace, Name: x.Name}
		out = append(out, fmt.Sprintf("group %s (%d)", k, len(q.Snapshot.Members(k, q.now))))
	}
	if f.Full() {
		return strings.Join(out, ", ")
	}
	return findings.Abridge(out, 3)
}

// whoseTogether counts the people of many endings, each once.
func (q *question) whoseTogether(same []*endings.Ending) string {
	people := map[string]bool{}
	for _, e := range same {
		for _, x := range e.Subjects {
			if x.Kind != directory.KindGroup {
				people[x.Name] = true
				continue
			}
			for _, m := range q.Snapshot.Members(directory.Key{Namespace: x.Namespace, Name: x.Name}, q.now) {
				people[m.Person] = true
			}
		}
	}
	return words.Count(len(people), "person", "people")
}

// bysCounted counts the objects that many endings are of.
func bysCounted(same []*endings.Ending) string {
	var list []endings.Ending
	for _, e := range same {
		list = append(list, *e)
	}
	kind := string(same[0].Source.Kind)
	for _, e := range same {
		if string(e.Source.Kind) != kind {
			return words.Count(len(sourcesOf(list)), "object", "objects")
		}
	}
	return words.Count(len(sourcesOf(list)), kind, kind+"s")
}
