package cli

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"provost.dev/provost/api/v1alpha1"
	"provost.dev/provost/internal/answers/cite"
	"provost.dev/provost/internal/answers/why"
	"provost.dev/provost/internal/cli/printers"
	"provost.dev/provost/internal/engine/directory"
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
there is nothing to list.`,
		Example: `  # Where may alice do what?
  provost permissions alice

  # What exactly at Algebra I, and through which roles?
  provost permissions alice course/algebra-1

  # The same content as the cluster's EffectivePermissions, from a commit
  provost permissions alice --repo .@main -o json

  # Of everybody, from a folder
  provost permissions --everyone -f examples/acme -o json`,
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
					if text := q.unknownPerson(args[0]); text != "" {
						q.Note("%s", text)
					}
					return q.permissionsOf(f, false, args[0])
				default:
					return q.permissionsAt(f, args[0], args[1])
				}
			})
		},
	}
	o.AddAtFlag(cmd)
	f = printers.AddOutputFlag(cmd)
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
		for _, a := range q.accessOf(person) {
			found = true
			if f.Is(printers.FormatName) {
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
		q.Note("nothing to list")
		return errNo
	}
	if f.Is(printers.FormatName) {
		return nil
	}
	return t.Write(q.Out)
}

func (q *question) accessOf(person string) []directory.Access {
	if q.namespace != "" {
		return q.Snapshot.AccessIn(person, q.namespace, q.now)
	}
	return q.Snapshot.AccessOf(person, q.now)
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
	most, permissions := 3, fmt.Sprintf("%d of %d", a.Effective.Len(), a.Entity.Level.All().Len())
	if f.Is(printers.FormatWide) {
		most, permissions = len(roles), strings.Join(a.Effective.IDs(a.Entity.Level), ",")
	}
	return []string{a.Entity.String(), words.Abridge(roles, most), permissions, q.untilOf(person, a), accessNote(a)}
}

// untilOf is when the clock next takes something of an answer away, as text.
func (q *question) untilOf(person string, a *directory.Access) string {
	if end := effective.Ends(q.Snapshot, person, *a); !end.IsZero() {
		return words.Day(end)
	}
	return ""
}

// accessNote says what but roles made an answer.
func accessNote(a *directory.Access) string {
	var notes []string
	switch a.Standing {
	case directory.StandingSuspended:
		notes = append(notes, "suspended")
	case directory.StandingUndeclared:
		notes = append(notes, "not declared")
	}
	if a.Overridden {
		notes = append(notes, "customised")
	}
	if a.Denied != 0 {
		notes = append(notes, strconv.Itoa(a.Denied.Len())+" denied")
	}
	for _, h := range a.Roles {
		if warned(&h) {
			notes = append(notes, "rule of "+h.Role.Name+" unmet")
		}
	}
	return strings.Join(notes, ", ")
}

// warned says whether a rule of a role is unmet that warns of it and takes nothing (R6).
func warned(h *directory.HeldRole) bool {
	return slices.ContainsFunc(h.Unmet, func(r directory.UnmetRule) bool { return r.Enforcement == directory.Warn })
}

// effectivePermissions writes what the cluster's EffectivePermissions hold.
func (q *question) effectivePermissions(f *printers.Format, people []string) error {
	list := &v1alpha1.EffectivePermissionsList{
		TypeMeta: metav1.TypeMeta{APIVersion: v1alpha1.GroupVersion.String(), Kind: "EffectivePermissionsList"},
		Items:    []v1alpha1.EffectivePermissions{},
	}
	for _, person := range people {
		namespaces := q.Snapshot.Person(person, q.now).Namespaces
		if q.namespace != "" {
			namespaces = []string{q.namespace}
		}
		for _, ns := range namespaces {
			status := effective.Status(q.Snapshot, person, ns, q.now)
			if effective.Empty(&status) {
				continue
			}
			list.Items = append(list.Items, v1alpha1.EffectivePermissions{
				TypeMeta:   metav1.TypeMeta{APIVersion: v1alpha1.GroupVersion.String(), Kind: "EffectivePermissions"},
				ObjectMeta: metav1.ObjectMeta{Name: person, Namespace: ns},
				Status:     status,
			})
		}
	}
	if err := printers.WriteData(q.Out, f, list); err != nil {
		return err
	}
	if len(list.Items) == 0 {
		return errNo
	}
	return nil
}

// PermissionsData is what somebody may do at one entity.
type PermissionsData struct {
	Person      string         `json:"person"`
	Entity      cite.Entity    `json:"entity"`
	Permissions []string       `json:"permissions"`
	Denied      []string       `json:"denied"`
	Customised  bool           `json:"customised"`
	Roles       []why.RoleData `json:"roles"`
}

// permissionsAt lists the permissions at one entity with what gives them.
func (q *question) permissionsAt(f *printers.Format, person, entity string) error {
	key, _, err := q.entity(entity)
	if err != nil {
		return err
	}
	if text := q.unknownPerson(person); text != "" {
		q.Note("%s", text)
	}
	x := q.explain(person, key, nil)
	switch f.String() {
	case printers.FormatJSON, printers.FormatYAML:
		d := x.Data()
		err = printers.WriteData(q.Out, f, PermissionsData{
			Person: person, Entity: d.Entity, Permissions: d.Permissions, Denied: d.Denied, Customised: d.Customised, Roles: d.Roles,
		})
	case printers.FormatName:
		for _, id := range x.Effective.IDs(key.Level) {
			q.print("%s\n", id)
		}
	default:
		err = q.view(x).PermissionTable(f.Is(printers.FormatWide)).Write(q.Out)
		for _, w := range x.Warnings() {
			q.Note("rule of %s unmet: %s", w.Role.Name, w.Text)
		}
	}
	if err == nil && x.Effective == 0 {
		err = errNo
	}
	return err
}
