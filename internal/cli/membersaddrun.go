package cli

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	k8s "k8s.io/apimachinery/pkg/util/validation"

	provostv1 "provost.dev/provost/api/v1alpha1"
	"provost.dev/provost/internal/cli/printers"
	"provost.dev/provost/internal/engine/directory"
	"provost.dev/provost/internal/manifest"
	"provost.dev/provost/internal/manifest/edit"
)

// membersEdit is what "members add" and "members remove" share.
type membersEdit struct {
	from      string // --from
	dryRun    bool   // --dry-run
	acceptNew bool   // --new, of add
	form      *printers.Format
}

func (e *membersEdit) addFlags(cmd *cobra.Command) {
	e.form = printers.AddOutputFlag(cmd)
	cmd.Flags().Lookup("output").Usage += "; name is the files"
	cmd.Flags().StringVar(&e.from, "from", "", "read people from this file too, one name a line; # begins a comment, - is standard input")
	cmd.Flags().BoolVar(&e.dryRun, "dry-run", false, "write no file; print the edit as a patch")
}

// run finds the group and the people, plans, edits and tells.
func (e *membersEdit) run(ctx context.Context, o *Options, args []string,
	plan func(*directory.Snapshot, directory.Key, []string) (*edit.Plan, error)) error {
	folders, err := o.editable()
	if err != nil {
		return err
	}
	people, groupName := args[:len(args)-1], args[len(args)-1]
	if e.from != "" {
		more, err := o.peopleFrom(e.from)
		if err != nil {
			return err
		}
		people = append(slices.Clone(people), more...)
	}
	if len(people) == 0 {
		return errors.New("name at least one person before the group, or give a list with --from")
	}
	w, err := edit.Open(ctx, manifest.Options{Namespace: o.Namespace()}, folders...)
	if err != nil {
		return err
	}
	defer w.Close()
	n := namer{snapshot: w.Snapshot, namespace: o.Namespace(), source: strings.Join(folders, ", ")}
	group, err := n.group(groupName)
	if err != nil {
		return swapped(&n, people, err)
	}
	if people, err = e.people(&n, people); err != nil {
		return err
	}
	p, err := plan(w.Snapshot, group, people)
	if err != nil {
		return err
	}
	report := &membersReport{Options: o, form: e.form, plan: p, dryRun: e.dryRun}
	report.unchanged()
	if len(p.Changes) == 0 {
		o.Note("nothing was changed")
		return errNo
	}
	result, err := w.Apply(ctx, p)
	if err != nil {
		return err
	}
	report.result, report.set = result, w.Set
	if !e.dryRun {
		if err := result.Write(); err != nil {
			return err
		}
	}
	return report.write()
}

// swapped adds to an error about the last argument, which is no group, that one before it is.
func swapped(n *namer, people []string, err error) error {
	for _, who := range people {
		if group, _ := n.group(who); group != (directory.Key{}) && !n.snapshot.Known(who) {
			return fmt.Errorf("%w; %s is a group: the people come first and the group last", err, who)
		}
	}
	return err
}

// people checks the names, each once, and says all at once what is wrong with them.
func (e *membersEdit) people(n *namer, given []string) ([]string, error) {
	var people []string
	var errs []error
	seen := map[string]bool{}
	for _, who := range given {
		if seen[who] {
			continue
		}
		seen[who] = true
		switch {
		case len(k8s.IsDNS1123Subdomain(who)) > 0 || len(who) > provostv1.MaxPersonNameLength:
			errs = append(errs,
				fmt.Errorf("%s: it has %s", manifest.NotAName(who, "a person"), manifest.PersonNameForm()))
		case !e.acceptNew && !n.snapshot.Known(who):
			text := n.unknownPerson(who)
			if e.from == "" || len(given) < 20 { // a long list would be one long hint
				text += "; somebody new is declared with \"provost new person\", or accepted with --new"
			}
			errs = append(errs, errors.New(text))
		}
		people = append(people, who)
	}
	if len(errs) > mostProblems {
		errs = append(errs[:mostProblems], fmt.Errorf("and %d more", len(errs)-mostProblems))
	}
	return people, errors.Join(errs...)
}

// peopleFrom reads names, one a line.
func (o *Options) peopleFrom(name string) ([]string, error) {
	var in io.Reader = o.In
	if name != "-" {
		f, err := os.Open(name)
		if err != nil {
			return nil, err
		}
		defer func() { _ = f.Close() }()
		in = f
	}
	var people []string
	lines := bufio.NewScanner(in)
	for n := 1; lines.Scan(); n++ {
		text := string(bytes.TrimPrefix(lines.Bytes(), []byte("\xEF\xBB\xBF")))
		text, _, _ = strings.Cut(text, "#")
		switch words := strings.Fields(text); len(words) {
		case 0:
		case 1:
			people = append(people, words[0])
		default:
			return nil, fmt.Errorf("%s:%d: one name a line, and no blanks in it: %q", name, n, strings.TrimSpace(text))
		}
	}
	if err := lines.Err(); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	if len(people) == 0 {
		return nil, fmt.Errorf("%s names nobody", name)
	}
	return people, nil
}
