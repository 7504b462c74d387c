package create

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"provost.dev/provost/internal/cli/source"
	"provost.dev/provost/internal/engine/catalogue"
	"provost.dev/provost/internal/engine/directory"
	"provost.dev/provost/internal/manifest/generate"
	"provost.dev/provost/internal/text/suggest"
)

// entityLong is what the help of a level says beside.
var entityLong = map[catalogue.Level]string{
	catalogue.Course: `

With --like it is another run of a course that there is. One new file has all that belongs to that one, under the new name and with its
comments: the course, what stands below it, its roles and overrides of roles, its groups (those about it, and those that have its name in
theirs and get nothing elsewhere), its bindings, the denies that are about it, and, as bindings, the enrolments of other groups. What
counts for a time counts during the new term.

Nobody is let in by name: lists of groups are empty, people are no subjects, and overrides of one person stay behind; --with-staff takes
along those that give no role of a learner. Groups of others who learned in that run stay behind as well; --replace names those of the new
one. Who is kept out is kept out here too. It is refused where something would be left half done. Attributes go along, and with them what
selections give by them: --attribute says those of the new one, in the places of those of the same names.`,
}

// entityExamples are the examples of each level.
var entityExamples = map[catalogue.Level]string{
	catalogue.Campus: `  # The North Campus of the organisation
  provost new campus north --parent organisation/acme -n acme --dir examples/acme`,
	catalogue.Course: `  # A course of a campus
  provost new course algebra-2 --parent campus/north -n acme --dir examples/acme

  # The next run of a course, with its groups and bindings, for the cohort of that year; look first
  provost new course algebra-1-2027 --like algebra-1 --term autumn-2027 --replace science-2026=science-2027 --dry-run --dir examples/acme

  # Somebody's own course, of no organisation
  provost new course go-basics --private alice -n acme`,
	catalogue.Module: `  # A module of a course
  provost new module algebra-1-matrices --parent course/algebra-1 -n acme --dir examples/acme`,
	catalogue.Session: `  # A lecture
  provost new session algebra-1-lecture-2 --parent course/algebra-1 --starts-at 2026-10-12T08:00:00Z -n acme --dir examples/acme`,
	catalogue.Task: `  # A task of a course
  provost new task algebra-1-problem-set-2 --parent course/algebra-1 --due-at 2026-11-01T23:00:00Z -n acme --dir examples/acme`,
}

func newEntity(flags *source.Flags, level catalogue.Level) *cobra.Command {
	c := &creating{Flags: flags}
	var parent, visibility, private, startsAt, endsAt, dueAt string
	public := false
	var term termFlag
	var like likeFlags
	var parents, attributes []string
	for _, p := range level.Parents() {
		parents = append(parents, strings.ToLower(p.String()))
	}
	name := level.Word()
	cmd := &cobra.Command{
		Use:   name + " NAME",
		Short: "Write a " + name,
		Long: fmt.Sprintf("Writes a %s. Its parent is %s of the same namespace; without one it has to be somebody's own, or public.", name,
			withArticles(parents)) + entityLong[level],
		Example: entityExamples[level],
		Args:    cobra.ExactArgs(1), ValidArgsFunction: cobra.NoFileCompletions,
		RunE: func(cmd *cobra.Command, args []string) error {
			if is, err := like.given(); err != nil || is {
				if err == nil {
					err = c.run(cmd.Context(), level, args[0], &like, &term, asked{parent, visibility, private, public, attributes})
				}
				return err
			}
			return c.object(cmd.Context(), level.String(), args[0], func(s *generate.Spec, namespace string) error {
				switch {
				case parent != "":
					e, err := parentOf(level, parent, namespace)
					if err != nil {
						return err
					}
					s.Entity("parentRef", e)
				case private == "" && !public:
					return fmt.Errorf("give a --parent, for example --parent %s/NAME; without one, say --private PERSON or --public", parents[0])
				}
				switch {
				case private != "" && public:
					return fmt.Errorf("--private and --public exclude each other")
				case private != "":
					s.Text("ownership", "Private")
					s.Text("owner", private)
				case public:
					s.Text("ownership", "Public")
				}
				s.Text("visibility", visibility)
				term.write(s)
				list, err := pairs("attribute", attributes)
				s.Lists("attributes", list)
				return errors.Join(err, beginning(s, "startsAt", "--starts-at", startsAt), end(s, "endsAt", "--ends-at", endsAt),
					end(s, "dueAt", "--due-at", dueAt))
			})
		},
	}
	c.addFlags(cmd, true)
	c.addFileFlag(cmd)
	f := cmd.Flags()
	f.StringVar(&parent, "parent", "", "the entity above, as LEVEL/NAME: "+withArticles(parents))
	f.StringVar(&visibility, "visibility", "", "who may know of it: Members, Organisation or Public")
	f.StringVar(&private, "private", "", "the person whose own it is")
	f.BoolVar(&public, "public", false, "it is nobody's, and public")
	f.StringArrayVar(&attributes, "attribute", nil,
		"a fact by which selections may choose, as KEY=VALUE; may be repeated, with the same key too")
	switch level {
	case catalogue.Course:
		term.add(cmd, "the term in which it takes place, as NAME or provost-system/NAME; new bindings at it name that term too")
		like.add(cmd)
		_ = cmd.RegisterFlagCompletionFunc("like", c.completeLike(level))
	case catalogue.Session:
		f.StringVar(&startsAt, "starts-at", "", "when it begins, as 2027-03-01T09:00:00Z")
		f.StringVar(&endsAt, "ends-at", "", "when it ends: a moment, or a day, which counts as a whole")
	case catalogue.Task:
		f.StringVar(&dueAt, "due-at", "", "when it is due: a moment as 2027-03-08T23:59:00Z, or a day, which counts as a whole")
	}
	_ = cmd.RegisterFlagCompletionFunc("visibility", cobra.FixedCompletions([]string{"Members", "Organisation", "Public"},
		cobra.ShellCompDirectiveNoFileComp))
	return cmd
}

// parentOf reads the entity above one of a level.
func parentOf(level catalogue.Level, parent, namespace string) (*directory.LocalEntity, error) {
	e, err := at("parent", parent, namespace)
	if err == nil && !slices.Contains(level.Parents(), e.Level) {
		var parents []string
		for _, p := range level.Parents() {
			parents = append(parents, p.Word())
		}
		err = fmt.Errorf("--parent %s: the parent of a %s is %s", parent, level.Word(), withArticles(parents))
	}
	return e, err
}

// withArticle writes a kind or a level as text: "an Organisation".
func withArticle(name string) string {
	if strings.ContainsAny(name[:1], "AEIOUaeiou") {
		return "an " + name
	}
	return "a " + name
}

// withArticles writes levels as text: "a campus or an organisation".
func withArticles(levels []string) string {
	var out []string
	for _, l := range levels {
		out = append(out, withArticle(l))
	}
	return suggest.List(out, "or")
}
