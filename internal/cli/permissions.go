package cli

import (
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"provost.dev/provost/internal/answers/cite"
	"provost.dev/provost/internal/answers/permissions"
	"provost.dev/provost/internal/answers/why"
	"provost.dev/provost/internal/cli/printers"
	"provost.dev/provost/internal/engine/directory"
	"provost.dev/provost/internal/engine/findings"
	"provost.dev/provost/internal/manifest/effective"
	"provost.dev/provost/internal/text/words"
)

func newPermissionsCommand(o *Options) *cobra.Command {
	var f *printers.Format
	everyone := false
	cmd := &cobra.Command{
		Use:     "permissions PERSON [ENTITY]",
		Aliases: []string{"perms"},
		Short:   "List what somebody may do, everywhere or at an entity",
		Long: `Lists the entities where somebody may do something, or, with ENTITY, the permissions there and the roles that give them.

Without ENTITY, -o json and -o yaml give a list of EffectivePermissions, one for each namespace: what the cluster's own
objects of that kind hold, without what is particular to a cluster. -n limits it to one namespace. The exit code is 1 where
there is nothing to list. -o name gives the entities, and with --everyone PERSON ENTITY in each line.`,
		Example: `  # Where may alice do what?
  provost permissions alice

  # What exactly at Algebra I, and through which roles?
  provost permissions alice course/algebra-1

  # The same content as the cluster's EffectivePermissions, from a commit
  provost permissions alice --repo .@main -o json

  # Of everybody, from a folder
  provost permissions --everyone -f examples/acme -o json

  # Of everybody, as a spreadsheet
  provost permissions --everyone -f examples/acme -o csv`,
		GroupID:           groupAsk,
		Args:              cobra.MaximumNArgs(2),
		ValidArgsFunction: o.complete(completePeople, completeEntities),
		RunE: func(cmd *cobra.Command, args []string) error {
			switch {
			case everyone && len(args) > 0:
				return errors.New("--everyone takes no PERSON")
			case !everyone && len(args) == 0:
				return errors.New("name a PERSON, or give --everyone")
			}
			return o.ask(cmd.Context(), func(q *question) error {
				switch {
				case everyone:
					return q.permissionsOf(f, true, q.Snapshot.People()...)
				case len(args) == 1:
					q.notePerson(args[0])
					return q.permissionsOf(f, false, args[0])
				default:
					return q.permissionsAt(f, args[0], args[1])
				}
			})
		},
	}
	o.AddAtFlag(cmd)
	f = printers.AddOutputFlag(cmd, printers.FormatCSV)
	cmd.Flags().BoolVar(&everyone, "everyone", false, "list everybody whom anything names")
	return cmd
}

// permissionsOf lists what people may do everywhere.
func (q *question) permissionsOf(f *printers.Format, everyone bool, people ...string) error {
	if f.Is(printers.FormatJSON, printers.FormatYAML) {
		return q.effectivePermissions(f, people)
	}
	t := &printers.Table{}
	header := []string{"ENTITY", "ROLES", "PERMISSIONS", "UNTIL", "NOTE"}
	if everyone {
		header = append([]string{"PERSON"}, header...)
	}
	t.Add(header...)
	found := false
	for _, person := range people {
		for _, a := range permissions.Everywhere(q.Snapshot, person, q.namespace, q.now) {
			found = true
			if f.Is(printers.FormatName) {
				if everyone {
					q.print("%s ", person)
				}
				q.print("%s\n", a.Entity)
				continue
			}
			row := q.accessRow(f, person, &a)
			if everyone {
				row = append([]string{person}, row...)
			}
			t.Add(row...)
		}
	}
	if !found {
		q.Note("nothing to list: %s", q.nothingHeld(people))
		if f.Is(printers.FormatCSV) {
			return errors.Join(t.WriteCSV(q.Out), errNo)
		}
		return errNo
	}
	if f.Is(printers.FormatName) {
		return nil
	}
	return t.Print(q.Out, f)
}

// notePerson says what has to be known of a person before anything else: that nothing names the person,
// or that the person has no permission whatever names them (R11).
func (q *question) notePerson(person string) {
	if text := q.unknownPerson(person); text != "" {
		q.Note("%s", text)
	}
	switch q.Snapshot.Person(person, q.now).SubjectState {
	case directory.SubjectSuspended:
		q.Note("%s", findings.Suspended(person).Message)
	case directory.SubjectUndeclared:
		q.Note("%s", findings.Undeclared([]string{person}).Message)
	}
}

// nothingHeld says why there is nothing to list of people.
func (q *question) nothingHeld(people []string) string {
	where := ""
	if q.namespace != "" {
		where = " in the namespace " + q.namespace
	}
	if len(people) == 0 {
		return "nothing names anybody" + where
	}
	return findings.List(people) + " " + words.Noun(len(people), "holds", "hold") + " no role at this time" + where +
		`; "provost why PERSON ENTITY" shows what has ended or not begun`
}

// nothingThere says why somebody may do nothing at an entity.
func nothingThere(x *why.Explanation) string {
	switch {
	case !x.Found:
		return x.Entity.String() + " does not exist"
	case x.SubjectState != directory.SubjectGood:
		return "that holds at " + x.Entity.String() + " too"
	case x.Overridden:
		return cite.ObjectLabel(x.Overrides[0].Source) + " replaces all roles of " + x.Person + " there by nothing"
	case len(x.Roles) == 0:
		return x.Person + " holds no role at " + x.Entity.String() + " at this time"
	}
	return "the roles of " + x.Person + " at " + x.Entity.String() + " are withheld or give nothing"
}

func (q *question) accessRow(f *printers.Format, person string, a *directory.Access) []string {
	var roles []string
	for _, h := range a.Roles {
		name := h.Role.Name
		if h.Withheld {
			name += " (withheld)"
		}
		roles = append(roles, name)
	}
	most, held := 3, fmt.Sprintf("%d of %d", a.Effective.Len(), a.Entity.Level.All().Len())
	if f.Full() {
		most, held = len(roles), strings.Join(a.Effective.IDs(a.Entity.Level), ",")
	}
	until := findings.EndOr(effective.Ends(q.Snapshot, person, *a))
	return []string{a.Entity.String(), findings.Abridge(roles, most), held, until, permissions.Note(a)}
}

// effectivePermissions writes what the cluster's EffectivePermissions hold.
func (q *question) effectivePermissions(f *printers.Format, people []string) error {
	list := permissions.Effective(q.Snapshot, people, q.namespace, q.now)
	if err := printers.WriteData(q.Out, f, list); err != nil {
		return err
	}
	if len(list.Items) == 0 {
		return errNo
	}
	return nil
}

// permissionsAt lists the permissions at one entity with what gives them.
func (q *question) permissionsAt(f *printers.Format, person, entity string) error {
	key, _, err := q.entity(entity)
	if err != nil {
		return err
	}
	q.notePerson(person)
	x := q.explain(person, key, nil)
	switch f.String() {
	case printers.FormatJSON, printers.FormatYAML:
		err = printers.WriteData(q.Out, f, permissions.At(x))
	case printers.FormatName:
		for _, id := range x.Effective.IDs(key.Level) {
			q.print("%s\n", id)
		}
	default:
		if x.Effective|x.Denied == 0 {
			q.Note("nothing to list: %s", nothingThere(x))
			if !f.Is(printers.FormatCSV) {
				break
			}
		}
		err = q.view(x).PermissionTable(f.Full()).Print(q.Out, f)
		for _, w := range x.Warnings() {
			q.Note("rule of %s unmet: %s", w.Role.Name, w.Text)
		}
	}
	if err == nil && x.Effective == 0 {
		err = errNo
	}
	return err
}
