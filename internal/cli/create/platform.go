package create

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"provost.dev/provost/internal/cli/source"
	"provost.dev/provost/internal/engine/directory"
	"provost.dev/provost/internal/engine/findings"
	"provost.dev/provost/internal/engine/zones"
	"provost.dev/provost/internal/manifest/generate"
	"provost.dev/provost/internal/text/words"
)

// platformFlags are the fields of the Platform.
type platformFlags struct {
	people, users, groups, accounts, appliers, applierGroups []string
	creation, subgroups, policy, zone, justification         string
	grant, sensitive, enforcement                            string
	match                                                    bool
	percent, minimum                                         int
}

func newPlatform(flags *source.Flags) *cobra.Command {
	c := &creating{Flags: flags}
	var p platformFlags
	cmd := &cobra.Command{
		Use:   "platform",
		Short: "Write the Platform, which says what is the same everywhere",
		Long: `Writes the Platform, of which there is one: who may act when nobody else can, whether people have to be declared, the time zone of
terms, how long a grant may last, and the guard against removals by mistake. It goes into platform.yaml.

Whoever applies it has to be named in it, as an administrator or as a trusted applier: the group system:masters, whoever holds the
cluster's own kubeconfig, is among the administrators unless --administrator-group names others.`,
		Example: `  # Two people run it; days begin in Berlin; what is sensitive is given for a year at most
  provost new platform --administrator alice --administrator bob --time-zone Europe/Berlin --max-sensitive-grant 365d --dir acme

  # Flux applies, and a grant without an end is refused
  provost new platform --administrator alice --trusted-applier flux-system/kustomize-controller --max-grant 730d --limits Refuse`,
		Args: cobra.NoArgs, ValidArgsFunction: cobra.NoFileCompletions,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return c.object(cmd.Context(), "Platform", directory.PlatformName, func(s *generate.Spec, _ string) error { return p.write(c, s) })
		},
	}
	c.addFlags(cmd, false)
	c.addFileFlag(cmd)
	cmd.Flags().Lookup("file").Usage = "the file to make, below the folder; by default platform.yaml"
	_ = cmd.Flags().MarkHidden("display-name")
	p.add(cmd)
	return cmd
}

func (p *platformFlags) add(cmd *cobra.Command) {
	f := cmd.Flags()
	f.StringArrayVar(&p.people, "administrator", nil, "a person who may do everything but touch a system role; may be repeated")
	f.StringArrayVar(&p.users, "administrator-user", nil, "the same of a user, as Kubernetes knows him; may be repeated")
	f.StringArrayVar(&p.groups, "administrator-group", []string{"system:masters"},
		"the same of a group, as Kubernetes knows it; may be repeated")
	f.StringArrayVar(&p.accounts, "trusted-applier", nil,
		"the ServiceAccount of a GitOps tool, whose changes were reviewed elsewhere, as NAMESPACE/NAME; may be repeated")
	f.StringArrayVar(&p.appliers, "trusted-user", nil, "the same of a user, as Kubernetes knows him; may be repeated")
	f.StringArrayVar(&p.applierGroups, "trusted-group", nil, "the same of a group, as Kubernetes knows it; may be repeated")
	choice := func(into *string, name, usage string, values ...string) {
		f.StringVar(into, name, "", usage)
		_ = cmd.RegisterFlagCompletionFunc(name, cobra.FixedCompletions(values, cobra.ShellCompDirectiveNoFileComp))
	}
	choice(&p.creation, "group-creation", "who may create top-level groups: PlatformAdministrators (the default) or Everyone",
		"PlatformAdministrators", "Everyone")
	choice(&p.subgroups, "subgroup-creation", "who may create groups below others: PlatformAdministrators (the default) or GroupStaff",
		"PlatformAdministrators", "GroupStaff")
	choice(&p.policy, "people", "Open (the default), or Declared: who has no Person has no permission", "Open", "Declared")
	f.BoolVar(&p.match, "match-names", false, "take a Person without a username for the Kubernetes user of the same name")
	choice(&p.zone, "time-zone", "where the days of terms begin that name no zone, as Europe/Berlin; by default UTC", zones.Names()...)
	choice(&p.justification, "justification", "whether a grant needs one: Optional (the default), Warn or Required",
		"Optional", "Warn", "Required")
	f.StringVar(&p.grant, "max-grant", "", "the longest that any grant may last, as 365d or 8760h")
	f.StringVar(&p.sensitive, "max-sensitive-grant", "", "the same of a grant of sensitive permissions; by default that of --max-grant")
	choice(&p.enforcement, "limits", "what comes of a grant that lasts longer, or has no end: Warn (the default) or Refuse", "Warn", "Refuse")
	addGuardFlags(cmd, &p.percent, &p.minimum)
}

func (p *platformFlags) write(c *creating, s *generate.Spec) error {
	var administrators, appliers []generate.Map
	of := func(list *[]generate.Map, kind string, names []string) {
		for _, n := range names {
			*list = append(*list, generate.Map{{Name: "kind", Value: kind}, {Name: "name", Value: n}})
		}
	}
	of(&administrators, "Person", p.people)
	of(&administrators, "User", p.users)
	of(&administrators, "UserGroup", p.groups)
	for _, account := range p.accounts {
		namespace, name, ok := strings.Cut(account, "/")
		if !ok {
			return fmt.Errorf("--trusted-applier %s: write NAMESPACE/NAME of an account, for example flux-system/kustomize-controller", account)
		}
		appliers = append(appliers, generate.Map{{Name: "kind", Value: "ServiceAccount"}, {Name: "name", Value: name},
			{Name: "namespace", Value: namespace}})
	}
	of(&appliers, "User", p.appliers)
	of(&appliers, "UserGroup", p.applierGroups)
	*s = append(*s, generate.Field{Name: "administrators", Value: administrators})
	if len(appliers) > 0 {
		*s = append(*s, generate.Field{Name: "trustedAppliers", Value: appliers})
	}
	s.Text("groupCreation", p.creation)
	s.Text("subgroupCreation", p.subgroups)
	s.Text("people", p.policy)
	if p.match {
		*s = append(*s, generate.Field{Name: "matchNames", Value: true})
	}
	if _, ok := zones.Load(p.zone); p.zone != "" && !ok {
		return fmt.Errorf("--time-zone: %s", findings.NoZoneLine(p.zone))
	}
	s.Text("timeZone", p.zone)
	s.Text("justification", p.justification)
	if err := p.limits(s); err != nil {
		return err
	}
	*s = append(*s, guardField(p.percent, p.minimum))
	for _, who := range p.people {
		if person, ok := c.set.Snapshot().Record(directory.PersonID(who)); !p.match && (!ok || person.(*directory.Person).Username == "") {
			c.Note("%s is no user of the cluster yet: \"provost new person %s --username ...\" says which one is meant, or --match-names the one "+
				"of the same name", who, who)
		}
	}
	return nil
}

// limits writes how long a grant may last (R38).
func (p *platformFlags) limits(s *generate.Spec) error {
	var limits generate.Spec
	for _, of := range []struct{ flag, field, value string }{
		{"--max-grant", "maxGrantDuration", p.grant}, {"--max-sensitive-grant", "maxSensitiveGrantDuration", p.sensitive},
	} {
		text, err := inHours(of.flag, of.value)
		if err != nil {
			return err
		}
		limits.Text(of.field, text)
	}
	if len(limits) == 0 {
		if p.enforcement != "" {
			return errors.New("--limits goes with --max-grant or --max-sensitive-grant, for example --max-grant 365d")
		}
		return nil
	}
	limits.Text("enforcement", p.enforcement)
	*s = append(*s, generate.Field{Name: "limits", Value: generate.Map(limits)})
	return nil
}

// inHours is a length of time as manifests have it, which know no days.
func inHours(flag, text string) (string, error) {
	if text == "" {
		return "", nil
	}
	d, err := words.ReadSpan(flag, text)
	if err == nil && d%time.Hour == 0 {
		return strconv.Itoa(int(d/time.Hour)) + "h", nil
	}
	return d.String(), err
}
