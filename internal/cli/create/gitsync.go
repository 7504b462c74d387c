package create

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"provost.dev/provost/internal/cli/source"
	"provost.dev/provost/internal/engine/directory"
	"provost.dev/provost/internal/manifest/generate"
	"provost.dev/provost/internal/text/suggest"
	"provost.dev/provost/internal/text/words"
)

// gitsyncFlags are the fields of a GitSync.
type gitsyncFlags struct {
	url, branch, tag, commit, path, interval, timeout, retry string
	secret, account, verify, mode, authority                 string
	keep, suspend                                            bool
	percent, minimum                                         int
}

func newGitSync(flags *source.Flags) *cobra.Command {
	c := &creating{Flags: flags}
	var g gitsyncFlags
	cmd := &cobra.Command{
		Use:   "gitsync NAME",
		Short: "Write a GitSync, by which a cluster follows a repository",
		Long: `Writes a GitSync: a cluster holds what a folder of a Git repository says, and keeps it so. It applies to its own namespace; with
-n provost-system, to the whole cluster. The Secrets and the ServiceAccount that it names are not written: notes say what has to be there
beside it. "kubectl apply -f FILE" begins it.`,
		Example: `  # Follow the branch main, in the name of an account that may do no more than that
  provost new gitsync acme --url https://example.org/acme/access.git --branch main --service-account acme-applier -n acme

  # Only signed commits, and of each signer only what he may change; for the whole cluster
  provost new gitsync everything --url ssh://git@example.org/people.git --verify people-keys --signer-authority Required -n provost-system`,
		Args: cobra.ExactArgs(1), ValidArgsFunction: cobra.NoFileCompletions,
		RunE: func(cmd *cobra.Command, args []string) error {
			return c.object(cmd.Context(), "GitSync", args[0], func(s *generate.Spec, namespace string) error {
				if cmd.Flags().Changed("removal-max-percent") || cmd.Flags().Changed("removal-minimum") {
					defer func() { *s = append(*s, guardField(g.percent, g.minimum)) }()
				}
				if err := g.write(s); err != nil {
					return err
				}
				g.tell(c, namespace)
				return nil
			})
		},
	}
	c.addFlags(cmd, false)
	c.addFileFlag(cmd)
	_ = cmd.Flags().MarkHidden("display-name")
	g.add(cmd)
	return cmd
}

func (g *gitsyncFlags) add(cmd *cobra.Command) {
	f := cmd.Flags()
	f.StringVar(&g.url, "url", "", "where the repository is, as https://..., ssh://... or git@example.org:people.git")
	f.StringVar(&g.branch, "branch", "", "the branch whose newest commit is applied; by default the repository's own default branch")
	f.StringVar(&g.tag, "tag", "", "in place of --branch, the tag whose commit is applied")
	f.StringVar(&g.commit, "commit", "", "in place of --branch, the full hash of the commit that is applied")
	f.StringVar(&g.path, "folder", "", "the folder of the repository that is applied; by default all of it")
	f.StringVar(&g.interval, "interval", "", "how often the repository is looked at, as 30s; by default 1m")
	f.StringVar(&g.timeout, "timeout", "", "how long fetching and applying may take, each; by default 5m")
	f.StringVar(&g.retry, "retry-interval", "", "how long to wait after a failure; by default the interval")
	f.StringVar(&g.secret, "secret", "", "the Secret of the same namespace with which to speak to the repository")
	f.StringVar(&g.account, "service-account", "", "the ServiceAccount of the same namespace in whose name everything is applied")
	f.StringVar(&g.verify, "verify", "", "have signatures checked: the Secret of the same namespace with the public keys that are trusted")
	f.StringVar(&g.mode, "verify-mode", "", "with --verify, what must be signed: Commit (the default), Tag or TagAndCommit")
	f.StringVar(&g.authority, "signer-authority", "",
		"with --verify, what a signature is good for: Ignore (the default) for everything, Required for what the signer may change")
	f.BoolVar(&g.keep, "no-prune", false, "keep in the cluster what the repository no longer has")
	f.BoolVar(&g.suspend, "suspend", false, "begin suspended: nothing is fetched or applied")
	addGuardFlags(cmd, &g.percent, &g.minimum)
	_ = cmd.RegisterFlagCompletionFunc("verify-mode", cobra.FixedCompletions([]string{"Commit", "Tag", "TagAndCommit"},
		cobra.ShellCompDirectiveNoFileComp))
	_ = cmd.RegisterFlagCompletionFunc("signer-authority", cobra.FixedCompletions([]string{"Ignore", "Required"},
		cobra.ShellCompDirectiveNoFileComp))
}

func (g *gitsyncFlags) write(s *generate.Spec) error {
	if err := needed("url", g.url, "https://example.org/acme/access.git"); err != nil {
		return err
	}
	s.Text("url", g.url)
	var ref generate.Spec
	ref.Text("branch", g.branch)
	ref.Text("tag", g.tag)
	ref.Text("commit", g.commit)
	switch {
	case len(ref) > 1:
		return errors.New("give one of --branch, --tag and --commit")
	case g.verify == "" && g.mode+g.authority != "":
		return errors.New("--verify-mode and --signer-authority go with --verify SECRET, which names the public keys that are trusted")
	case strings.HasPrefix(g.mode, "Tag") && g.tag == "":
		return fmt.Errorf("--verify-mode %s checks a tag: name it with --tag", g.mode)
	case len(ref) == 1:
		*s = append(*s, generate.Field{Name: "ref", Value: generate.Map(ref)})
	}
	s.Text("path", g.path)
	for _, of := range [][3]string{
		{"--interval", "interval", g.interval}, {"--timeout", "timeout", g.timeout}, {"--retry-interval", "retryInterval", g.retry},
	} {
		if of[2] == "" {
			continue
		}
		d, err := words.ReadSpan(of[0], of[2])
		if err != nil {
			return err
		}
		s.Text(of[1], shortened(d))
	}
	if g.secret != "" {
		*s = append(*s, generate.Field{Name: "secretRef", Value: secretNamed(g.secret)})
	}
	s.Text("serviceAccountName", g.account)
	if g.verify != "" {
		var v generate.Spec
		v.Text("mode", g.mode)
		v = append(v, generate.Field{Name: "secretRef", Value: secretNamed(g.verify)})
		v.Text("authority", g.authority)
		*s = append(*s, generate.Field{Name: "verify", Value: generate.Map(v)})
	}
	if g.keep {
		*s = append(*s, generate.Field{Name: "prune", Value: false})
	}
	if g.suspend {
		*s = append(*s, generate.Field{Name: "suspend", Value: true})
	}
	return nil
}

// shortened is a length of time without the zeros behind it: 1m and not 1m0s.
func shortened(d time.Duration) string {
	text := d.String()
	if strings.HasSuffix(text, "m0s") {
		text = strings.TrimSuffix(text, "0s")
	}
	if strings.HasSuffix(text, "h0m") {
		text = strings.TrimSuffix(text, "0m")
	}
	return text
}

func secretNamed(name string) generate.Map { return generate.Map{{Name: "name", Value: name}} }

// tell says what has to be in the cluster beside it, and how far it reaches.
func (g *gitsyncFlags) tell(c *creating, namespace string) {
	var needs []string
	for _, secret := range []string{g.secret, g.verify} {
		if secret != "" {
			needs = append(needs, "the Secret "+secret+" (which the manager may get)")
		}
	}
	if g.account != "" {
		needs = append(needs, "the ServiceAccount "+g.account+" (which the manager may impersonate, and which may write what is applied)")
	}
	if len(needs) > 0 {
		c.Note("it needs, in the namespace %s, %s", namespace, suggest.List(needs, "and"))
	}
	switch {
	case g.account != "":
	case namespace == directory.SystemNamespace:
		c.Note("it applies to the whole cluster, as the manager: --service-account limits it")
	default:
		c.Note("it applies to the namespace %s, as the manager: --service-account limits it further", namespace)
	}
}

// addGuardFlags are the flags of a guard against removals by mistake.
func addGuardFlags(cmd *cobra.Command, percent, minimum *int) {
	cmd.Flags().IntVar(percent, "removal-max-percent", generate.GuardPercent,
		"the largest share of people, in percent, who may lose all access by one change")
	cmd.Flags().IntVar(minimum, "removal-minimum", generate.GuardMinimum, "the number of people below which a change is never held back")
}

func guardField(percent, minimum int) generate.Field {
	return generate.Field{Name: "removalGuard", Value: generate.Map{{Name: "maxPercent", Value: percent}, {Name: "minimum", Value: minimum}}}
}
