package source

import (
	"fmt"
	"slices"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"k8s.io/cli-runtime/pkg/genericclioptions"
	"k8s.io/cli-runtime/pkg/genericiooptions"

	"provost.dev/provost/internal/cli/printers"
	"provost.dev/provost/internal/text/termsafe"
	"provost.dev/provost/internal/text/words"
)

// Flags are what all commands share: the streams, kubectl's flags, and where
// to read from.
type Flags struct {
	genericiooptions.IOStreams
	// Kube are kubectl's own flags: --kubeconfig, --context, -n and the others.
	Kube *genericclioptions.ConfigFlags

	// Files are what -f names, Repo is --repo, and Path the folder in it.
	Files []string
	Repo  string
	Path  string

	now    string // --now, for tests and for looking ahead
	moment string // --at of a command that is told its states
	all    bool   // -A
	at     string // --at

	// asOf is the moment that --at turned out to mean.
	asOf time.Time
}

// NewFlags are the flags of a command line with these streams.
func NewFlags(streams genericiooptions.IOStreams) Flags {
	return Flags{IOStreams: streams, Kube: genericclioptions.NewConfigFlags(true)}
}

// AddTo adds the flags to the command under which all others are.
func (f *Flags) AddTo(root *cobra.Command) {
	flags := root.PersistentFlags()
	flags.StringArrayVarP(&f.Files, "filename", "f", nil,
		"read this folder or file instead of a cluster; - for standard input; may be repeated")
	flags.StringVar(&f.Repo, "repo", "", "read this Git repository instead of a cluster: DIR_OR_URL[@REVISION]")
	flags.StringVar(&f.Path, "path", "", "the folder inside the repository of --repo, or of the one around the current folder")
	flags.StringVar(&f.now, "now", "", "answer as of this time (RFC 3339) instead of now")
	_ = flags.MarkHidden("now")
	flags.BoolVarP(&f.all, "all-namespaces", "A", false, "look at all namespaces, as without -n")
	own := []string{"filename", "repo", "path", "namespace", "all-namespaces", "context", "kubeconfig"}
	f.Kube.AddFlags(flags)
	flags.VisitAll(func(p *pflag.Flag) {
		// Help shows what everybody needs; "provost options" lists the others, as kubectl does.
		p.Hidden = p.Hidden || !slices.Contains(own, p.Name)
	})
	flags.Lookup("namespace").Usage = "the namespace of what is asked about, and of objects in files that name none"
	flags.Lookup("kubeconfig").Usage = "the kubeconfig of the cluster that is asked"
	flags.Lookup("context").Usage = "the context of the kubeconfig"
	_ = root.MarkPersistentFlagFilename("filename", "yaml", "yml", "json")
	_ = root.MarkPersistentFlagDirname("repo")
}

// Namespace is what -n says, or "". The namespace of the kubeconfig's context does not count: groups
// and access reach across namespaces, and what is asked about should not depend on it.
func (f *Flags) Namespace() string {
	if f.all || f.Kube.Namespace == nil {
		return ""
	}
	return *f.Kube.Namespace
}

// Now is the time that answers are about.
func (f *Flags) Now() (time.Time, error) {
	if at, err := f.Moment(); err != nil || !at.IsZero() {
		return at, err
	}
	if !f.asOf.IsZero() {
		return f.asOf, nil
	}
	if f.now == "" {
		return time.Now(), nil
	}
	t, err := time.Parse(time.RFC3339, f.now)
	if err != nil {
		return time.Time{}, fmt.Errorf("--now %q is no time; %s", f.now, words.WriteLike(words.Time))
	}
	return t, nil
}

// Note tells the user something that is no part of the answer.
func (f *Flags) Note(format string, args ...any) {
	text := "note: " + termsafe.Lines(fmt.Sprintf(format, args...))
	_, _ = fmt.Fprintln(f.ErrOut, printers.Lines(text, printers.Width(f.ErrOut)))
}
