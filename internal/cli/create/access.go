package create

import (
	"errors"
	"strings"

	"github.com/spf13/cobra"

	"provost.dev/provost/internal/cli/source"
	"provost.dev/provost/internal/engine/catalogue"
	"provost.dev/provost/internal/manifest/generate"
	"provost.dev/provost/internal/text/words"
)

// windowFlags are the flags of what counts for a time.
type windowFlags struct{ notBefore, notAfter string }

func (w *windowFlags) add(cmd *cobra.Command) {
	cmd.Flags().StringVar(&w.notBefore, "not-before", "", "from when it counts, as 2027-01-01T00:00:00Z")
	cmd.Flags().StringVar(&w.notAfter, "not-after", "", "when it ends, as "+words.Time)
}

func (w *windowFlags) write(s *generate.Spec) {
	s.Text("notBefore", w.notBefore)
	s.Text("notAfter", w.notAfter)
}

func newBinding(flags *source.Flags) *cobra.Command {
	c := &creating{Flags: flags}
	var role, template, where, reviewBy, justification string
	var people, groups []string
	var w windowFlags
	cmd := &cobra.Command{
		Use:     "binding NAME",
		Aliases: []string{"rolebinding"},
		Short:   "Write a binding of a role, or of a template of roles, at an entity",
		Long:    `Writes a RoleBinding: who gets which role at which entity. It reaches nothing below the entity.`,
		Example: `  # Two cohorts learn in a course
  provost new binding statistics-learners --template learner --at course/statistics --group arts-2026 --group science-2026 --dir examples/acme

  # A guest for a term
  provost new binding algebra-1-guest --role course-instructor --at course/algebra-1 --person lukas --not-after 2027-04-01T00:00:00Z`,
		Args: cobra.ExactArgs(1), ValidArgsFunction: cobra.NoFileCompletions,
		RunE: func(cmd *cobra.Command, args []string) error {
			return c.object(cmd.Context(), "RoleBinding", args[0], func(s *generate.Spec, namespace string) error {
				if err := needed("at", where, "course/algebra-1"); err != nil {
					return err
				}
				e, err := at("at", where, namespace)
				if err != nil {
					return err
				}
				s.Entity("entityRef", e)
				switch {
				case (role == "") == (template == ""):
					return errors.New("give either --role or --template, for example --role course-student")
				case role != "":
					*s = append(*s, generate.Field{Name: "roleRef", Value: generate.Map{{Name: "name", Value: role}}})
				default:
					*s = append(*s, generate.Field{Name: "roleRef", Value: generate.Map{{Name: "kind", Value: "RoleTemplate"},
						{Name: "name", Value: template}}})
				}
				if len(people)+len(groups) == 0 {
					return errors.New("give at least one --person or --group")
				}
				*s = append(*s, generate.Field{Name: "subjects", Value: generate.Subjects(people, groups)})
				w.write(s)
				s.Text("reviewBy", reviewBy)
				s.Text("justification", justification)
				return nil
			})
		},
	}
	c.addFlags(cmd, false)
	c.addFileFlag(cmd)
	_ = cmd.Flags().MarkHidden("display-name")
	f := cmd.Flags()
	f.StringVar(&role, "role", "", "the role, for example course-student")
	f.StringVar(&template, "template", "", "the template of roles, of which those of the entity's level apply")
	f.StringVar(&where, "at", "", "the entity, as LEVEL/NAME")
	f.StringArrayVar(&people, "person", nil, "somebody who gets it; may be repeated")
	f.StringArrayVar(&groups, "group", nil, "a group that gets it, as NAME or NAMESPACE/NAME; may be repeated")
	w.add(cmd)
	f.StringVar(&reviewBy, "review-by", "", "when somebody should look at it again")
	f.StringVar(&justification, "justification", "", "why")
	return cmd
}

func newRole(flags *source.Flags) *cobra.Command {
	c := &creating{Flags: flags}
	var where, overrides string
	var permissions []string
	cmd := &cobra.Command{
		Use:   "role NAME",
		Short: "Write a role of an entity, or an override of a system role there",
		Long: `Writes a Custom role, which can be given at its own entity only, or with --overrides an Override, which replaces the permissions of
a system role at the entity for everybody who has that role there. Names that begin with a level, such as course-..., are kept
for the system roles.`,
		Example: `  # A role of one course
  provost new role grader --at course/algebra-1 --permission view_course,view_submissions,grade_submissions --dir examples/acme

  # Instructors do less here
  provost new role quiet-instructor --at course/algebra-1 --overrides course-instructor --permission view_course,deliver_course`,
		Args: cobra.ExactArgs(1), ValidArgsFunction: cobra.NoFileCompletions,
		RunE: func(cmd *cobra.Command, args []string) error {
			return c.object(cmd.Context(), "Role", args[0], func(s *generate.Spec, namespace string) error {
				if err := needed("at", where, "course/algebra-1"); err != nil {
					return err
				}
				e, err := at("at", where, namespace)
				if err != nil {
					return err
				}
				s.Text("level", e.Level.String())
				if overrides == "" {
					s.Text("type", "Custom")
				} else {
					s.Text("type", "Override")
				}
				s.Text("displayName", c.displayName)
				s.Text("description", c.describes)
				s.Entity("entityRef", e)
				s.Text("overrides", overrides)
				*s = append(*s, generate.Field{Name: "permissions", Value: permissions})
				return nil
			})
		},
	}
	c.addFlags(cmd, true)
	c.addFileFlag(cmd)
	f := cmd.Flags()
	f.StringVar(&where, "at", "", "the entity, as LEVEL/NAME")
	f.StringVar(&overrides, "overrides", "", "the system role whose permissions it replaces there")
	f.StringSliceVar(&permissions, "permission", []string{}, "the permissions, separated by commas; may be repeated")
	completePermissions(cmd)
	return cmd
}

func completePermissions(cmd *cobra.Command) {
	_ = cmd.RegisterFlagCompletionFunc("permission", cobra.FixedCompletions(catalogue.PermissionIDs(), cobra.ShellCompDirectiveNoFileComp))
}

func newTemplate(flags *source.Flags) *cobra.Command {
	c := &creating{Flags: flags}
	var roles []string
	cmd := &cobra.Command{
		Use:     "template NAME",
		Aliases: []string{"roletemplate"},
		Short:   "Write a template: a named set of roles",
		Long: `Writes a RoleTemplate: roles, of any levels, that a binding or an enrolment can give as one.
Given at an entity, those of the entity's level apply.`,
		Example: `  # What a tutor is at each level
  provost new template tutor --role course-coach,session-coach --dir examples/acme`,
		Args: cobra.ExactArgs(1), ValidArgsFunction: cobra.NoFileCompletions,
		RunE: func(cmd *cobra.Command, args []string) error {
			return c.object(cmd.Context(), "RoleTemplate", args[0], func(s *generate.Spec, _ string) error {
				if err := needed("role", strings.Join(roles, ","), "course-student,task-student"); err != nil {
					return err
				}
				*s = append(*s, generate.Field{Name: "roles", Value: generate.Named(roles)})
				return nil
			})
		},
	}
	c.addFlags(cmd, false)
	c.addFileFlag(cmd)
	cmd.Flags().StringSliceVar(&roles, "role", nil, "the roles, separated by commas; may be repeated")
	var known []string
	for _, r := range catalogue.SystemRoles() {
		known = append(known, r.Name)
	}
	_ = cmd.RegisterFlagCompletionFunc("role", cobra.FixedCompletions(known, cobra.ShellCompDirectiveNoFileComp))
	return cmd
}
