package cli

import (
	"bytes"
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"provost.dev/provost/internal/manifest"
	"provost.dev/provost/internal/manifest/export"
	"provost.dev/provost/internal/manifest/generate"
	"provost.dev/provost/internal/text/words"
)

// exporting is the command "export manifests" with its flags.
type exporting struct {
	*Options
	unmanaged bool
	dir       string
}

func newExportCommand(o *Options) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "export WHAT",
		Short: "Write what is in the cluster as manifests",
		Long: `Writes what is in the cluster in the form that a repository holds. What can be written is listed below as commands of its own; at
present that is "manifests".`,
		Example: `  # Everything that no applier owns
  provost export manifests --unmanaged --dir people`,
		GroupID: groupCheck,
		Args:    cobra.NoArgs,
		RunE:    func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(newExportManifestsCommand(o))
	return cmd
}

func newExportManifestsCommand(o *Options) *cobra.Command {
	e := &exporting{Options: o}
	cmd := &cobra.Command{
		Use:   "manifests",
		Short: "Write the objects of the cluster as manifests",
		Long: `Writes the objects of the cluster as manifests in the layout of "provost fmt": what people said of them, without statuses and
without what the API server, the manager, kubectl or a GitSync added. They are written to standard output, or with --dir into a
folder, each into a file of its own; no file is ever overwritten. -n leaves out what lies outside of a namespace.

With --unmanaged, only what is in the cluster and in no repository is written: what no GitSync, Flux, Argo CD, Helm or other
applier owns. Put into the repository that a GitSync follows, it is adopted with the next commit.

Not written are EffectivePermissions and the system roles, which the manager makes, the namespace of the installation, and
Namespaces in which nothing of provost.dev lies. The exit code is 1 where there is nothing to write.`,
		Example: `  # What is in the cluster and in no repository, as files of the repository
  provost export manifests --unmanaged --dir people

  # All of one organisation, to look at
  provost export manifests -n acme

  # Is it in order?
  provost export manifests | provost validate -f -`,
		Args: cobra.NoArgs, ValidArgsFunction: cobra.NoFileCompletions,
		RunE: func(cmd *cobra.Command, _ []string) error { return e.run(cmd.Context()) },
	}
	cmd.Flags().BoolVar(&e.unmanaged, "unmanaged", false, "write only what is in the cluster and in no repository")
	cmd.Flags().StringVar(&e.dir, "dir", "", "the folder in which to make the files; without it, all is written to standard output")
	_ = cmd.MarkFlagDirname("dir")
	return cmd
}

func (e *exporting) run(ctx context.Context) error {
	if len(e.Files) > 0 || e.Repo != "" {
		return errors.New("export writes what is in a cluster; leave -f and --repo out, and name the cluster with --kubeconfig or --context")
	}
	found, err := e.Objects(ctx)
	if err != nil {
		return err
	}
	for _, g := range found.Gaps {
		e.Note("not everything may be written: %s", g)
	}
	chosen := export.Choice{Namespace: e.Namespace(), Unmanaged: e.unmanaged}.Of(found.All)
	if len(chosen) == 0 {
		e.Note("%s has nothing to write", found.Name)
		return errNo
	}
	text, err := export.Stream(chosen)
	if err != nil {
		return err
	}
	if err := e.readAgain(ctx, text); err != nil {
		return err
	}
	if e.dir == "" {
		_, err = e.Out.Write(text)
		return err
	}
	files, err := export.Files(chosen)
	if err != nil {
		return err
	}
	creation, err := generate.Prepare(e.dir, files)
	if err == nil {
		err = creation.Write()
	}
	if err != nil {
		return err
	}
	for _, name := range creation.Names() {
		_, _ = fmt.Fprintln(e.Out, name)
	}
	return nil
}

// readAgain tells what is wrong with what is written, as every reader of it would: the cluster may hold what was allowed once.
func (e *exporting) readAgain(ctx context.Context, text []byte) error {
	_, problems, err := manifest.ReadAll(ctx, manifest.Options{}, manifest.Source{Name: "the manifests", Stream: bytes.NewReader(text)})
	if err == nil && len(problems) > 0 {
		e.Note("%s in what is written, the first being %s", words.Count(len(problems), "problem", "problems"), problems[0].Error())
	}
	return err
}
