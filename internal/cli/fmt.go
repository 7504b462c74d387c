package cli

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"

	"github.com/spf13/cobra"

	"provost.dev/provost/internal/manifest"
	"provost.dev/provost/internal/manifest/edit"
	layout "provost.dev/provost/internal/manifest/format"
	"provost.dev/provost/internal/text/termsafe"
)

// formatting is the command "fmt" with its flags.
type formatting struct {
	*Options
	check, diff, upgrade bool
	options              layout.Options
}

func newFmtCommand(o *Options) *cobra.Command {
	f := &formatting{Options: o}
	cmd := &cobra.Command{
		Use:   "fmt [FOLDER|FILE...]",
		Short: "Write manifests in one order and layout",
		Long: `Writes the fields of every object in the order of the API, with two spaces a step and lists not indented below their field.
Comments stay with what they speak of; blank lines and the flow style ({name: alice}) stay where somebody wrote them. What the
manifests mean never changes: every document is read again and compared before it is written.

It looks at the *.yaml and *.yml of the folders or files named (or -f); without any, of the current folder; "-" formats
standard input to standard output. Documents that are no objects of provost.dev, kustomizations, *_test.yaml, hidden files and
symbolic links stay as they are. The order of a group's members is left alone, for somebody may have chosen it, and comments
between them may speak of several; --sort-members sorts them by name.

With --upgrade it also writes anew what an older release wrote in another form: attributes of people that have one text become
lists.

The names of the files that change are written. With --check or --diff nothing is changed, and the exit code is 1 where
something would be. It is 2 where a file cannot be read.`,
		Example: `  # Format the folder
  provost fmt examples/acme

  # In a pipeline: is everything formatted?
  provost fmt --check -f people

  # After a new release: what it writes in another form
  provost fmt --upgrade examples/acme

  # What would change
  provost fmt --diff --sort-members examples/acme/groups`,
		GroupID: groupCheck,
		Args:    cobra.ArbitraryArgs,
		RunE: func(cmd *cobra.Command, args []string) error {
			return f.run(cmd.Context(), append(args, f.Files...))
		},
	}
	cmd.Flags().BoolVar(&f.check, "check", false, "list the files that are not formatted, and change nothing")
	cmd.Flags().BoolVar(&f.diff, "diff", false, "show what would change, and change nothing")
	cmd.Flags().BoolVar(&f.upgrade, "upgrade", false, "also write anew what an older release wrote in another form")
	cmd.Flags().BoolVar(&f.options.SortMembers, "sort-members", false, "sort the members of groups by name")
	return cmd
}

func (f *formatting) run(ctx context.Context, args []string) error {
	if f.Repo != "" {
		return errors.New("a commit cannot be changed; check it out, and format the folder")
	}
	if len(args) == 0 {
		args = []string{"."}
	}
	changed := false
	var problems manifest.Problems
	for _, arg := range args {
		var leftAlone manifest.Problems
		wrong, err := f.each(ctx, arg, func(t *target) error {
			different, err := f.file(t)
			changed = changed || different
			if unread, ok := manifest.AsProblems(err); ok {
				leftAlone = append(leftAlone, unread...)
				return nil
			}
			return err
		})
		if err != nil {
			return err
		}
		if wrong == nil { // where files are looked at by themselves, what cannot be laid out is among what is wrong
			wrong = leftAlone
		}
		if f.upgrade {
			wrong = slices.DeleteFunc(wrong, manifest.Problem.OlderForm)
		}
		problems = append(problems, wrong...)
	}
	if len(problems) > 0 {
		return problems
	}
	if changed && (f.check || f.diff) {
		return errNo
	}
	return nil
}

// target is one file to format.
type target struct {
	name  string
	text  []byte
	write func([]byte) error
}

// each calls a function with every file that an argument names. The problems are those that every other command has
// with what is read there: what can be laid out is, and says so all the same.
func (f *formatting) each(ctx context.Context, arg string, do func(*target) error) (manifest.Problems, error) {
	source, closer, err := manifest.Folder(arg, f.In)
	if err != nil {
		return nil, err
	}
	defer func() { _ = closer.Close() }()
	if source.Stream != nil {
		text, problem, err := source.Text()
		if err != nil {
			return nil, err
		}
		t := &target{name: source.Name, text: text}
		if problem != nil {
			return manifest.Problems{*problem}, nil
		}
		t.write = func(text []byte) error { return replace(arg, text) }
		if arg == "-" {
			t.write = func(text []byte) error { _, err := f.Out.Write(text); return err }
		}
		_, problems, err := manifest.ReadAll(ctx, f.reading(), manifest.Source{Name: source.Name, Stream: bytes.NewReader(text)})
		if err == nil {
			err = do(t)
		}
		return withoutTwice(problems), err
	}
	names, notes, err := source.Files()
	if err != nil {
		return nil, err
	}
	var problems manifest.Problems
	if !source.Patches() { // where it does, files may be parts of objects, of which nothing can be said
		opts := f.reading()
		for _, name := range names {
			problems = append(problems, source.ReadFile(ctx, &opts, name).Problems...)
		}
	}
	for _, n := range notes {
		f.Note("%s", n)
	}
	for _, name := range names {
		if path.Ext(name) == ".json" {
			continue
		}
		t, err := f.target(source, arg, name)
		if err == nil {
			err = do(t)
		}
		if err != nil {
			return nil, err
		}
	}
	return problems, nil
}

// reading is how files are read by themselves: which namespace is meant is no matter of layout.
func (f *formatting) reading() manifest.Options {
	return manifest.Options{Namespace: cmp.Or(f.Namespace(), "default")}
}

// withoutTwice leaves out that one object is declared at two places, which is none of layout either.
func withoutTwice(problems manifest.Problems) manifest.Problems {
	return slices.DeleteFunc(problems, func(p manifest.Problem) bool { return p.Rule == manifest.RuleDeclaredTwice })
}

func (f *formatting) target(source manifest.Source, arg, name string) (*target, error) {
	info, err := fs.Lstat(source.FS, name)
	if err != nil {
		return nil, err
	}
	rel, err := filepath.Rel(filepath.FromSlash(source.Dir), filepath.FromSlash(name))
	if err != nil {
		return nil, err
	}
	file := filepath.Join(arg, rel)
	if info.Size() > manifest.MaxFileSize {
		f.Note("%s stays as it is: it is larger than %d MiB, and no manifest is", termsafe.Line(file), manifest.MaxFileSize>>20)
		return &target{name: file}, nil
	}
	text, err := fs.ReadFile(source.FS, name)
	return &target{name: file, text: text, write: func(text []byte) error { return replace(file, text) }}, err
}

// replace puts a new content in the place of a file, as a whole or not at all.
func replace(file string, text []byte) error {
	info, err := os.Lstat(file)
	if err != nil {
		return err
	}
	if !info.Mode().IsRegular() {
		return fmt.Errorf("%s is not a file any more", file)
	}
	temporary, err := os.CreateTemp(filepath.Dir(file), ".provost-fmt-*")
	if err != nil {
		return err
	}
	defer func() { _ = os.Remove(temporary.Name()) }() // of which nothing is left once it is renamed
	_, err = temporary.Write(text)
	if closing := temporary.Close(); err == nil {
		err = closing
	}
	if err == nil {
		err = os.Chmod(temporary.Name(), info.Mode().Perm())
	}
	if err != nil {
		return err
	}
	return os.Rename(temporary.Name(), file)
}

// file formats one file, and says whether it was not formatted.
func (f *formatting) file(t *target) (different bool, err error) {
	text := t.text
	if f.upgrade {
		if text, err = edit.Upgrade(t.text); err != nil {
			return false, fmt.Errorf("%s: %w", termsafe.Line(t.name), err)
		}
	}
	result, problem := layout.Text(text, f.options)
	if problem != nil {
		return false, manifest.Problems{{
			Rule: manifest.RuleSyntax, Position: manifest.Position{File: t.name, Line: problem.Line, Column: problem.Column},
			Message: problem.Message, Remedy: problem.Remedy,
		}}
	}
	for _, left := range result.Left {
		f.Note("%s:%d: the document stays as it is: %s", termsafe.Line(t.name), left.Line, left.Why)
	}
	different = string(result.Text) != string(t.text)
	switch {
	case f.diff:
		if different {
			err = edit.WriteDiff(f.Out, []edit.File{{Name: t.name, Before: t.text, After: result.Text}})
		}
	case f.check:
		if different {
			_, _ = fmt.Fprintln(f.Out, termsafe.Line(t.name))
		}
	case t.name == stdin:
		err = t.write(result.Text)
	case different:
		if err = t.write(result.Text); err == nil {
			_, _ = fmt.Fprintln(f.Out, termsafe.Line(t.name))
		}
	}
	return different, err
}

// stdin is what standard input is called.
const stdin = "<stdin>"
