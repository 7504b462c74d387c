package create

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"provost.dev/provost/internal/cli/source"
	"provost.dev/provost/internal/manifest/generate"
)

func newGroup(flags *source.Flags) *cobra.Command {
	c := &creating{Flags: flags}
	var parent, purpose, about, visibility, memberVisibility string
	var members, selects []string
	listed := false
	cmd := &cobra.Command{
		Use:   "group NAME",
		Short: "Write a group",
		Long: `Writes a group. Whoever is a member of it is a member of the group above too. A group grants nothing by itself: bind a role
to it with "provost new binding".`,
		Example: `  # A team below another one, with its first members
  provost new group geometry --parent mathematics --purpose Team --member dana --member emil -n acme --dir examples/acme

  # A counselling group whose members only its staff sees
  provost new group counselling --member-visibility Staff -n acme --dir examples/acme

  # Everybody whose attributes say so
  provost new group physicists --select department=physics -n acme --dir examples/acme`,
		Args: cobra.ExactArgs(1), ValidArgsFunction: cobra.NoFileCompletions,
		RunE: func(cmd *cobra.Command, args []string) error {
			return c.object(cmd.Context(), "Group", args[0], func(s *generate.Spec, namespace string) error {
				s.Text("purpose", purpose)
				s.Text("visibility", visibility)
				s.Text("memberVisibility", memberVisibility)
				if about != "" {
					e, err := at("about", about, namespace)
					if err != nil {
						return err
					}
					s.Entity("entityRef", e)
				}
				if parent != "" {
					*s = append(*s, generate.Field{Name: "parentRef", Value: generate.ParentRef(parent)})
				}
				if listed {
					s.Text("membership", "Listed")
				}
				*s = append(*s, generate.Field{Name: "members", Value: generate.Named(members)})
				labels, err := pairs("select", selects)
				if err != nil {
					return err
				}
				if len(labels) > 0 {
					var m generate.Spec
					m.Pairs("matchLabels", labels)
					*s = append(*s, generate.Field{Name: "memberSelector", Value: generate.Map(m)})
				}
				return nil
			})
		},
	}
	c.addFlags(cmd, false)
	c.addFileFlag(cmd)
	f := cmd.Flags()
	f.StringVar(&parent, "parent", "", "the group above, as NAME or NAMESPACE/NAME")
	f.StringVar(&purpose, "purpose", "",
		"Team, Cohort, StudyGroup, ProjectTeam, SessionGroup, Community, PlatformStaff, Moderators, Interest or Other")
	f.StringVar(&about, "about", "", "the entity that the group is about, as LEVEL/NAME; it grants nothing")
	f.BoolVar(&listed, "listed", false, "only those whom the group itself declares are members, whatever the groups below it say")
	f.StringArrayVar(&members, "member", nil, "a member; may be repeated")
	f.StringArrayVar(&selects, "select", nil, "select people by an attribute, as KEY=VALUE; may be repeated, and all must match")
	f.StringVar(&visibility, "visibility", "", "who may know that the group exists: Members, Organisation or Public")
	f.StringVar(&memberVisibility, "member-visibility", "", "who may see its members: Staff, Members or Organisation")
	for flag, words := range map[string][]string{
		"visibility": {"Members", "Organisation", "Public"}, "member-visibility": {"Staff", "Members", "Organisation"},
	} {
		_ = cmd.RegisterFlagCompletionFunc(flag, cobra.FixedCompletions(words, cobra.ShellCompDirectiveNoFileComp))
	}
	return cmd
}

func newPerson(flags *source.Flags) *cobra.Command {
	c := &creating{Flags: flags}
	var email, username string
	var attributes []string
	cmd := &cobra.Command{
		Use:   "person NAME",
		Short: "Write a person",
		Long: `Writes a Person. Nobody has to be declared, unless the Platform says people: Declared; what a Person adds are attributes by which
groups select, a user name for requests to a cluster, and the state Suspended.`,
		Example: `  # Somebody new, whom groups select by the department
  provost new person a.lovelace --attribute department=mathematics --attribute department=physics`,
		Args: cobra.ExactArgs(1), ValidArgsFunction: cobra.NoFileCompletions,
		RunE: func(cmd *cobra.Command, args []string) error {
			return c.object(cmd.Context(), "Person", args[0], func(s *generate.Spec, _ string) error {
				s.Text("email", email)
				s.Text("username", username)
				list, err := pairs("attribute", attributes)
				s.Lists("attributes", list)
				return err
			})
		},
	}
	c.addFlags(cmd, false)
	c.addFileFlag(cmd)
	cmd.Flags().StringVar(&email, "email", "", "an address")
	cmd.Flags().StringVar(&username, "username", "", "the user name in the cluster, for example oidc:ada@example.org")
	cmd.Flags().StringArrayVar(&attributes, "attribute", nil,
		"a fact by which groups may select, as KEY=VALUE; may be repeated, with the same key too")
	return cmd
}

// pairs reads KEY=VALUE.
func pairs(flag string, values []string) ([][2]string, error) {
	var out [][2]string
	for _, v := range values {
		key, value, ok := strings.Cut(v, "=")
		if !ok || key == "" {
			return nil, fmt.Errorf("--%s %q: write KEY=VALUE", flag, v)
		}
		out = append(out, [2]string{key, value})
	}
	return out, nil
}
