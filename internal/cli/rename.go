package cli

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"provost.dev/provost/internal/answers/plans"
	"provost.dev/provost/internal/cli/printers"
	"provost.dev/provost/internal/engine/directory"
	"provost.dev/provost/internal/engine/plan"
	"provost.dev/provost/internal/manifest"
	"provost.dev/provost/internal/manifest/edit"
	"provost.dev/provost/internal/text/suggest"
	"provost.dev/provost/internal/text/words"
)

// RenameData is the output of "rename".
type RenameData struct {
	plans.RenameData
	DryRun bool `json:"dryRun,omitempty"`
	// Files are those that were written, or would be, with the number of places in each.
	Files []RenamedFileData `json:"files"`
}

// RenamedFileData is a file in which a name was rewritten.
type RenamedFileData struct {
	File   string `json:"file"`
	Places int    `json:"places"`
}

func newRenameCommand(o *Options) *cobra.Command {
	var dryRun bool
	var form *printers.Format
	cmd := &cobra.Command{
		Use:   "rename KIND OLD NEW",
		Short: "Give an object another name, in the manifests, with all that names it",
		Long: `Gives a person, a group, a role, an organisation, a campus, a course, a module, a session or a task another name, and rewrites
whatever names it: bindings, groups, parents, owners, overrides, denies, the Platform, the assertions in *_test.yaml, and kustomizations
with their patches. The annotation provost.dev/renamed-from says how it was called, by which "plan" tells it in one line and "blame"
goes on past it.

Comments and layout stay, and no file is moved. The manifests are read again with the edit before anything is written: everybody has to
have exactly what they had. It is refused where something would still name the old name, where the new one is there already or something
waits for it, and where a plan would tell it as loss and gain: a Person needs a username or an e-mail address.`,
		Example: `  # A course gets a number
  provost rename course statistics statistics-1 -n acme -f examples/acme

  # Somebody marries; what would change, as a patch
  provost rename person dana dana-berg --dry-run -f examples/acme`,
		GroupID:           groupCheck,
		Args:              cobra.ExactArgs(3),
		ValidArgsFunction: o.completeRename,
		RunE: func(cmd *cobra.Command, args []string) error {
			return o.rename(cmd.Context(), form, dryRun, args[0], args[1], args[2])
		},
	}
	form = printers.AddFormatFlag(cmd, printers.FormatTable, printers.FormatJSON, printers.FormatYAML, printers.FormatName)
	cmd.Flags().Lookup("output").Usage += "; name is the files"
	cmd.Flags().BoolVar(&dryRun, "dry-run", false, "write no file; print the edit as a patch")
	return cmd
}

func (o *Options) rename(ctx context.Context, form *printers.Format, dryRun bool, kind, old, name string) error {
	folders, err := o.editable()
	if err != nil {
		return err
	}
	now, err := o.Now()
	if err != nil {
		return err
	}
	// What the edit leaves alone is read once.
	opts := manifest.Options{Namespace: o.Namespace(), Content: true, Documents: &manifest.Documents{}}
	w, err := edit.Open(ctx, opts, folders...)
	if err != nil {
		return err
	}
	defer w.Close()
	id, err := o.renamed(w.Snapshot, kind, old)
	if err != nil {
		return err
	}
	if form := manifest.NameFormOf(string(id.Kind), name); form != "" {
		return fmt.Errorf("%s: it has %s", manifest.NotAName(name, "a "+string(id.Kind)), form)
	}
	r, err := w.Rename(ctx, id, name, now)
	if err != nil {
		return err
	}
	if !dryRun {
		if err := r.Write(); err != nil {
			return err
		}
	}
	return o.tellRename(r, form, dryRun)
}

// renamed finds what is to get another name.
func (o *Options) renamed(s *directory.Snapshot, kindWord, name string) (directory.ID, error) {
	kind, ok := renameKind(kindWord)
	if !ok {
		return directory.ID{}, fmt.Errorf("%q is no kind that gets another name; give one of %s", kindWord, suggest.List(renameKinds(), "and"))
	}
	ns, bare, whole := strings.Cut(name, "/")
	if !whole {
		ns, bare = o.Namespace(), name
	}
	var found []directory.ID
	var known []string
	for _, id := range renameable(s, kind) {
		known = append(known, id.Name)
		if id.Name == bare && (ns == "" || id.Namespace == "" || id.Namespace == ns) {
			found = append(found, id)
		}
	}
	switch len(found) {
	case 1:
		return found[0], nil
	case 0:
		text := fmt.Sprintf("there is no %s %s in %s", kind, name, strings.Join(o.Files, ", "))
		if hint := suggest.DidYouMean(bare, known); hint != "" {
			text += "; " + hint
		}
		return directory.ID{}, errors.New(text)
	}
	var where []string
	for _, id := range found {
		where = append(where, id.Namespace)
	}
	return directory.ID{}, fmt.Errorf("there is a %s %s in %s; say which with -n", kind, bare, suggest.List(where, "and"))
}

// renameKind is the kind that a word means, in any case.
func renameKind(word string) (directory.Kind, bool) {
	i := slices.IndexFunc(directory.Renameable, func(k directory.Kind) bool { return strings.EqualFold(string(k), word) })
	if i < 0 {
		return "", false
	}
	return directory.Renameable[i], true
}

func renameKinds() []string {
	var out []string
	for _, k := range directory.Renameable {
		out = append(out, strings.ToLower(string(k)))
	}
	return out
}

// renameable are the declared objects of a kind.
func renameable(s *directory.Snapshot, kind directory.Kind) []directory.ID {
	var out []directory.ID
	for _, r := range s.Records() {
		if id := r.ID(); id.Kind == kind {
			out = append(out, id)
		}
	}
	return out
}

// completeRename offers the kinds, and then the names of one.
func (o *Options) completeRename(cmd *cobra.Command, args []string, word string) ([]cobra.Completion, cobra.ShellCompDirective) {
	if len(args) == 0 {
		return renameKinds(), cobra.ShellCompDirectiveNoFileComp
	}
	return o.completeFlag(func(s *directory.Snapshot, args []string) []string {
		var out []string
		kind, ok := renameKind(args[0])
		if !ok || len(args) > 1 {
			return nil
		}
		for _, id := range renameable(s, kind) {
			if ns := o.Namespace(); ns == "" || id.Namespace == "" || id.Namespace == ns {
				out = append(out, id.Name)
			}
		}
		return out
	})(cmd, args, word)
}

func (o *Options) tellRename(r *edit.Renamed, form *printers.Format, dryRun bool) error {
	switch {
	case form.Is(printers.FormatJSON, printers.FormatYAML):
		d := RenameData{RenameData: plans.RenamesData([]plan.Rename{r.Rename})[0], DryRun: dryRun, Files: []RenamedFileData{}}
		for i, f := range r.Files {
			d.Files = append(d.Files, RenamedFileData{f.Name, r.Places[i]})
		}
		return printers.WriteData(o.Out, form, d)
	case form.Is(printers.FormatName):
		for _, f := range r.Files {
			_, _ = fmt.Fprintln(o.Out, f.Name)
		}
		return nil
	}
	places := 0
	for _, n := range r.Places {
		places += n
	}
	say := plans.Wording{}
	where := words.Count(places, "place", "places") + " in " + words.Count(len(r.Files), "file", "files")
	text := where + ": " + say.Renamed(&r.Rename)
	if dryRun { // the patch alone is the result, so that it can be piped
		o.Note("%s", text)
		return r.Diff(o.Out)
	}
	t := &printers.Table{}
	t.Add("FILE", "PLACES")
	for i, f := range r.Files {
		t.Add(f.Name, fmt.Sprint(r.Places[i]))
	}
	if err := t.Write(o.Out); err != nil {
		return err
	}
	_, err := fmt.Fprintf(o.Out, "\n%s\n", text)
	return err
}
