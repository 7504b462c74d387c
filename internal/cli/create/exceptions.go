package create

import (
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"provost.dev/provost/internal/cli/source"
	"provost.dev/provost/internal/manifest/generate"
)

func newOverride(flags *source.Flags) *cobra.Command {
	c := &creating{Flags: flags}
	var person, where, reason string
	var permissions []string
	var w windowFlags
	cmd := &cobra.Command{
		Use:     "override NAME",
		Aliases: []string{"permissionoverride"},
		Short:   "Write an override of one person's permissions at an entity",
		Long:    `Writes a PermissionOverride: exactly the permissions listed, whatever the roles say. Without --permission it is none at all.`,
		Example: `  # Erin audits the course
  provost new override erin-statistics --person erin --at course/statistics --permission view_course,view_submissions --reason Auditor`,
		Args: cobra.ExactArgs(1), ValidArgsFunction: cobra.NoFileCompletions,
		RunE: func(cmd *cobra.Command, args []string) error {
			return c.object(cmd.Context(), "PermissionOverride", args[0], func(s *generate.Spec, namespace string) error {
				err := errors.Join(needed("person", person, "alice"), needed("at", where, "course/algebra-1"),
					needed("reason", reason, `"Auditor of the faculty"`))
				if err != nil {
					return err
				}
				e, err := at("at", where, namespace)
				if err != nil {
					return err
				}
				s.Text("person", person)
				s.Entity("entityRef", e)
				*s = append(*s, generate.Field{Name: "permissions", Value: permissions})
				s.Text("reason", reason)
				return w.write(s)
			})
		},
	}
	c.addFlags(cmd, false)
	c.addFileFlag(cmd)
	_ = cmd.Flags().MarkHidden("display-name")
	f := cmd.Flags()
	f.StringVar(&person, "person", "", "whose permissions")
	f.StringVar(&where, "at", "", "the entity, as LEVEL/NAME")
	f.StringSliceVar(&permissions, "permission", []string{}, "the permissions, separated by commas; may be repeated")
	f.StringVar(&reason, "reason", "", "why")
	w.add(cmd)
	completePermissions(cmd)
	return cmd
}

func newDeny(flags *source.Flags) *cobra.Command {
	c := &creating{Flags: flags}
	var where, reason string
	var people, groups, permissions, namespaces []string
	var w windowFlags
	everyone := false
	cmd := &cobra.Command{
		Use:     "deny NAME",
		Aliases: []string{"systemdeny"},
		Short:   "Write a deny, which wins over everything",
		Long:    `Writes a SystemDeny: it takes permissions from people, from the members of groups, or from everyone, last and over everything.`,
		Example: `  # Nobody of IT moves money in the organisation
  provost new deny no-money-for-it --group acme/it-services --permission manage_wallet,process_payments --at acme/organisation/acme --reason Audit`,
		Args: cobra.ExactArgs(1), ValidArgsFunction: cobra.NoFileCompletions,
		RunE: func(cmd *cobra.Command, args []string) error {
			return c.object(cmd.Context(), "SystemDeny", args[0], func(s *generate.Spec, _ string) error {
				if err := errors.Join(needed("permission", strings.Join(permissions, ","), "manage_wallet"),
					needed("reason", reason, `"Audit finding"`)); err != nil {
					return err
				}
				switch {
				case everyone && len(people)+len(groups) > 0:
					return errors.New("--everyone goes without --person and --group")
				case everyone:
					*s = append(*s, generate.Field{Name: "everyone", Value: true})
				case len(people)+len(groups) == 0:
					return errors.New("say from whom: --person, --group NAMESPACE/NAME, or --everyone")
				default:
					*s = append(*s, generate.Field{Name: "subjects", Value: generate.Subjects(people, groups)})
				}
				s.Names("permissions", permissions)
				scope, err := denyScope(where, namespaces)
				if err != nil {
					return err
				}
				if len(scope) > 0 {
					*s = append(*s, generate.Field{Name: "scope", Value: scope})
				}
				s.Text("reason", reason)
				return w.write(s)
			})
		},
	}
	c.addFlags(cmd, false)
	c.addFileFlag(cmd)
	_ = cmd.Flags().MarkHidden("display-name")
	f := cmd.Flags()
	f.StringArrayVar(&people, "person", nil, "from whom; may be repeated")
	f.StringArrayVar(&groups, "group", nil, "from the members of which group, as NAMESPACE/NAME; may be repeated")
	f.BoolVar(&everyone, "everyone", false, "from everyone")
	f.StringSliceVar(&permissions, "permission", nil, "the permissions, separated by commas; may be repeated")
	f.StringVar(&where, "at", "", "at this entity and all below it, as NAMESPACE/LEVEL/NAME; everywhere by default")
	f.StringSliceVar(&namespaces, "in", nil, "in these namespaces only, separated by commas")
	f.StringVar(&reason, "reason", "", "why, and who decided it")
	w.add(cmd)
	completePermissions(cmd)
	return cmd
}

// denyScope is where a deny holds.
func denyScope(where string, namespaces []string) (generate.Map, error) {
	var scope generate.Map
	if len(namespaces) > 0 {
		scope = append(scope, generate.Field{Name: "namespaces", Value: namespaces})
	}
	if where == "" {
		return scope, nil
	}
	namespace, _, _ := strings.Cut(where, "/")
	e, err := at("at", where, namespace)
	if err != nil || strings.Count(where, "/") != 2 {
		return nil, fmt.Errorf("--at %q: a deny has no namespace; write NAMESPACE/LEVEL/NAME, for example acme/course/algebra-1", where)
	}
	return append(scope, generate.Field{Name: "entityRef", Value: generate.Map{
		{Name: "kind", Value: e.Level.String()}, {Name: "name", Value: e.Name}, {Name: "namespace", Value: namespace},
	}}), nil
}
