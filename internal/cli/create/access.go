package create

import (
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"provost.dev/provost/internal/cli/source"
	"provost.dev/provost/internal/engine/catalogue"
	"provost.dev/provost/internal/engine/directory"
	"provost.dev/provost/internal/engine/findings"
	"provost.dev/provost/internal/manifest/generate"
	"provost.dev/provost/internal/text/words"
)

// windowFlags are the flags of what counts for a time.
type windowFlags struct{ since, until string }

func (w *windowFlags) add(cmd *cobra.Command) {
	cmd.Flags().StringVar(&w.since, "since", "", "from when it counts: a day, from its first moment on, or a moment as 2027-01-01T08:00:00Z")
	cmd.Flags().StringVar(&w.until, "until", "",
		"when it ends: a day, which is the last one and counts as a whole, or a moment as 2027-06-30T12:00:00Z")
	cmd.Flags().SetNormalizeFunc(namedAsFields)
}

// namedAsFields takes the names of the fields for the flags that write them.
func namedAsFields(_ *pflag.FlagSet, name string) pflag.NormalizedName {
	switch name {
	case "not-before":
		name = "since"
	case "not-after":
		name = "until"
	}
	return pflag.NormalizedName(name)
}

func (w *windowFlags) write(s *generate.Spec) error {
	return errors.Join(beginning(s, "notBefore", "--since", w.since), end(s, "notAfter", "--until", w.until))
}

// beginning writes the value of a flag as the moment at which something begins.
func beginning(s *generate.Spec, field, flag, value string) error {
	text, err := findings.BeginningOf(flag, value)
	s.Text(field, text)
	return err
}

// end writes the value of a flag as the moment at which something is over.
func end(s *generate.Spec, field, flag, value string) error {
	text, err := findings.EndOf(flag, value)
	s.Text(field, text)
	return err
}

func newBinding(flags *source.Flags) *cobra.Command {
	c := &creating{Flags: flags}
	var role, template, reviewBy, justification string
	var place placeFlags
	var people, groups []string
	var w windowFlags
	var term termFlag
	cmd := &cobra.Command{
		Use:     "binding NAME",
		Aliases: []string{"rolebinding"},
		Short:   "Write a binding of a role, or of a template of roles, at an entity",
		Long: `Writes a RoleBinding: who gets which role at which entity. It reaches nothing below the entity.

With --at-every LEVEL --under ENTITY it is given at each entity of that level at and below one, now and later; --where chooses among them by
their attributes. Of what is there it reaches what belongs to the organisation that owns that one, and nothing private or public.`,
		Example: `  # Two cohorts learn in a course
  provost new binding statistics-learners --template learner --at course/statistics --group arts-2026 --group science-2026 -n acme --dir examples/acme

  # A guest until a day
  provost new binding algebra-1-guest --role course-instructor --at course/algebra-1 --person lukas --until 2027-03-31

  # The help desk at every course of a campus, those to come included
  provost new binding north-help-desk --role course-coach --at-every course --under campus/north --group it-services -n acme --dir examples/acme

  # The same at the courses whose attribute kind is sandbox
  provost new binding sandboxes --role course-coach --at-every course --under campus/north --where kind=sandbox --group it-services`,
		Args: cobra.ExactArgs(1), ValidArgsFunction: cobra.NoFileCompletions,
		RunE: func(cmd *cobra.Command, args []string) error {
			return c.object(cmd.Context(), "RoleBinding", args[0], func(s *generate.Spec, namespace string) error {
				e, err := place.write(s, namespace)
				if err != nil {
					return err
				}
				place.tell(c, namespace)
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
				err = errors.Join(w.write(s), end(s, "reviewBy", "--review-by", reviewBy))
				term.writeOr(c, s, e, namespace, &w)
				s.Text("justification", justification)
				return err
			})
		},
	}
	c.addFlags(cmd, false)
	c.addFileFlag(cmd)
	_ = cmd.Flags().MarkHidden("display-name")
	f := cmd.Flags()
	f.StringVar(&role, "role", "", "the role, for example course-student")
	f.StringVar(&template, "template", "", "the template of roles, of which those of the entity's level apply")
	place.add(cmd)
	f.StringArrayVar(&people, "person", nil, "somebody who gets it; may be repeated")
	f.StringArrayVar(&groups, "group", nil, "a group that gets it, as NAME or NAMESPACE/NAME; may be repeated")
	w.add(cmd)
	term.add(cmd, "the term during which it counts, as NAME or provost-system/NAME; by default that of the course, where no dates are given")
	f.StringVar(&reviewBy, "review-by", "", "until when somebody should look at it again: a day, which counts as a whole, or a moment")
	f.StringVar(&justification, "justification", "", "why")
	return cmd
}

func newRole(flags *source.Flags) *cobra.Command {
	c := &creating{Flags: flags}
	var where, overrides, level string
	var permissions []string
	cmd := &cobra.Command{
		Use:   "role NAME",
		Short: "Write a role of an entity, or an override of a system role there",
		Long: `Writes a Custom role, which can be given at its own entity, or with --overrides an Override, which replaces the permissions of a
system role at the entity for everybody who has that role there. With --level, or where the overridden role is of a level
below, it stands for all entities of that level below the entity that belong to the same organisation. Names that begin with a
level, such as course-..., are kept for the system roles.`,
		Example: `  # A role of one course
  provost new role grader --at course/algebra-1 --permission view_course,view_submissions,grade_submissions -n acme --dir examples/acme

  # One for all courses of the organisation
  provost new role examiner --at organisation/acme --level course --permission view_course,grade_submissions -n acme --dir examples/acme

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
				of, err := roleLevel(level, overrides, *e)
				if err != nil {
					return err
				}
				s.Text("level", of.String())
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
	f.StringVar(&level, "level", "",
		"the level whose permissions it lists, the entity's or one below (default: the overridden role's, or the entity's)")
	f.StringVar(&overrides, "overrides", "", "the system role whose permissions it replaces there")
	f.StringSliceVar(&permissions, "permission", []string{}, "the permissions, separated by commas; may be repeated")
	completePermissions(cmd)
	return cmd
}

// roleLevel is the level of a role that stands at an entity: the one that is asked for, or else that of the system role which
// it overrides, or the entity's own. It is not above the entity (R35).
func roleLevel(asked, overrides string, e directory.LocalEntity) (catalogue.Level, error) {
	level := e.Level
	if system := catalogue.SystemRole(overrides); system != nil {
		level = system.Level
	}
	if asked != "" {
		var ok bool
		if level, ok = catalogue.ParseLevel(asked); !ok {
			return 0, fmt.Errorf("--level %q is no level; %s", asked, words.WriteLike("course"))
		}
	}
	if level < e.Level {
		return 0, fmt.Errorf("a role of the level %s does not stand at a %s: it stands at its own level, or above it", level, e.Level.Word())
	}
	return level, nil
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
  provost new template tutor --role course-coach,session-coach -n acme --dir examples/acme`,
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
