package cli

import (
	"fmt"
	"slices"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"k8s.io/cli-runtime/pkg/genericclioptions"
	"k8s.io/cli-runtime/pkg/genericiooptions"

	"provost.dev/provost/internal/visible"
)

// Options are what all commands share: the streams, kubectl's flags, and where
// to read from.
type Options struct {
	genericiooptions.IOStreams
	// Kube are kubectl's own flags: --kubeconfig, --context, -n and the others.
	Kube *genericclioptions.ConfigFlags

	files []string // -f
	repo  string   // --repo
	path  string   // --path
	now   string   // --now, for tests and for looking ahead
	all   bool     // -A
	at    string   // --at

	// asOf is the moment that --at turned out to mean.
	asOf time.Time

	// ballast is held, not used; see takeHeadroom.
	ballast []byte
}

// NewOptions are the options of a command line with these streams.
func NewOptions(streams genericiooptions.IOStreams) *Options {
	return &Options{IOStreams: streams, Kube: genericclioptions.NewConfigFlags(true)}
}

func (o *Options) addGlobalFlags(root *cobra.Command) {
	flags := root.PersistentFlags()
	flags.StringArrayVarP(&o.files, "filename", "f", nil, "read this folder or file instead of a cluster; - for standard input; may be repeated")
	flags.StringVar(&o.repo, "repo", "", "read this Git repository instead of a cluster: DIR_OR_URL[@REVISION]")
	flags.StringVar(&o.path, "path", "", "the folder inside the repository of --repo")
	flags.StringVar(&o.now, "now", "", "answer as of this time (RFC 3339) instead of now")
	_ = flags.MarkHidden("now")
	flags.BoolVarP(&o.all, "all-namespaces", "A", false, "look at all namespaces, as without -n")
	own := []string{"filename", "repo", "path", "namespace", "all-namespaces", "context", "kubeconfig"}
	o.Kube.AddFlags(flags)
	flags.VisitAll(func(f *pflag.Flag) {
		// Help shows what everybody needs; "provost options" lists the others, as kubectl does.
		f.Hidden = f.Hidden || !slices.Contains(own, f.Name)
	})
	flags.Lookup("namespace").Usage = "the namespace of what is asked about, and of objects in files that name none"
	flags.Lookup("kubeconfig").Usage = "the kubeconfig of the cluster that is asked"
	flags.Lookup("context").Usage = "the context of the kubeconfig"
	_ = root.MarkPersistentFlagFilename("filename", "yaml", "yml", "json")
	_ = root.MarkPersistentFlagDirname("repo")
	_ = root.RegisterFlagCompletionFunc("namespace", o.completeFlag(completeNamespaces))
}

// Namespace is what -n says, or "". The namespace of the kubeconfig's context does not count: groups
// and access reach across namespaces, and what is asked about should not depend on it.
func (o *Options) Namespace() string {
	if o.all || o.Kube.Namespace == nil {
		return ""
	}
	return *o.Kube.Namespace
}

// Now is the time that answers are about.
func (o *Options) Now() (time.Time, error) {
	if o.now == "" && !o.asOf.IsZero() {
		return o.asOf, nil
	}
	if o.now == "" {
		return time.Now(), nil
	}
	t, err := time.Parse(time.RFC3339, o.now)
	if err != nil {
		return time.Time{}, fmt.Errorf("--now %q is no time; write it like 2027-06-30T00:00:00Z", o.now)
	}
	return t, nil
}

// note tells the user something that is no part of the answer.
func (o *Options) note(format string, args ...any) {
	_, _ = fmt.Fprintf(o.ErrOut, "note: %s\n", visible.Lines(fmt.Sprintf(format, args...)))
}
