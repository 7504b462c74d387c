package create

import (
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"
	k8s "k8s.io/apimachinery/pkg/util/validation"

	"provost.dev/provost/internal/cli/source"
	"provost.dev/provost/internal/engine/directory"
	"provost.dev/provost/internal/manifest"
	"provost.dev/provost/internal/manifest/generate"
	"provost.dev/provost/internal/text/suggest"
)

func newOrganisation(flags *source.Flags) *cobra.Command {
	c := &creating{Flags: flags}
	var pattern string
	var administrators, patterns []string
	for _, p := range generate.Patterns() {
		patterns = append(patterns, p.Name)
	}
	cmd := &cobra.Command{
		Use:     "organisation NAME",
		Aliases: []string{"organization"},
		Short:   "Write an organisation with its namespace, default groups, templates and bindings",
		Long: `Writes the manifests with which an organisation begins: its namespace, itself, the twelve default groups (` +
			strings.Join(generate.DefaultGroups(), ", ") + `),
the templates of roles of a pattern, the bindings that give the groups what they have at the organisation, and, where the
folder has none, the Platform: who may act in the cluster beside Git, and the guard against removals by mistake.

The patterns are education (an educational institution: lecturers and learners), corporate (corporate training: trainers and
trainees) and community (guides and participants). They differ in the templates, in what the groups get, and in who counts as an employee.`,
		Example: `  # A university, into a folder of its own
  provost new organisation acme --pattern education --administrator alice --dir acme

  # Look first
  provost new organisation initech --pattern corporate --dry-run -o yaml`,
		Args:              cobra.ExactArgs(1),
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE: func(cmd *cobra.Command, args []string) error {
			organisation := generate.Organisation{
				Name: args[0], Namespace: args[0], DisplayName: c.displayName, Description: c.describes, Administrators: administrators,
			}
			if n := c.Namespace(); n != "" {
				organisation.Namespace = n
			}
			if organisation.DisplayName == "" {
				organisation.DisplayName = args[0]
			}
			found := false
			for _, p := range generate.Patterns() {
				if strings.EqualFold(p.Name, pattern) {
					organisation.Pattern, found = p, true
				}
			}
			switch {
			case pattern == "":
				return fmt.Errorf("give a pattern with --pattern: %s", suggest.List(patterns, "or"))
			case !found:
				return fmt.Errorf("--pattern %q: the patterns are %s", pattern, suggest.List(patterns, "and"))
			}
			if err := c.usable("Organisation", args[0]); err != nil {
				return err
			}
			if len(k8s.IsDNS1123Label(organisation.Namespace)) > 0 {
				return fmt.Errorf("%s, which has no dots; give another one with -n", manifest.NotAName(organisation.Namespace, "a namespace"))
			}
			existing, err := c.existing(cmd.Context())
			if err != nil {
				return err
			}
			if len(administrators) == 0 {
				c.Note("nobody is listed in administrators yet: \"provost members add PERSON administrators --role Admin --new -f %s\"", c.dir)
			}
			platform := directory.ID{Kind: directory.KindPlatform, Name: directory.PlatformName}
			_, organisation.WithoutPlatform = existing.Snapshot().Record(platform)
			return c.create(cmd.Context(), existing, "Begin "+args[0], organisation.Files()...)
		},
	}
	c.addFlags(cmd, true)
	cmd.Flags().StringVar(&pattern, "pattern", "", "what kind of organisation: "+suggest.List(patterns, "or"))
	cmd.Flags().StringArrayVar(&administrators, "administrator", nil, "somebody who runs the organisation; may be repeated")
	_ = cmd.RegisterFlagCompletionFunc("pattern", cobra.FixedCompletions(patterns, cobra.ShellCompDirectiveNoFileComp))
	return cmd
}

// needed refuses a command without what an object cannot be without.
func needed(flag, value, example string) error {
	if value == "" {
		return errors.New("--" + flag + " is needed, for example --" + flag + " " + example)
	}
	return nil
}
