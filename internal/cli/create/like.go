package create

import (
	"context"
	"errors"
	"fmt"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"provost.dev/provost/internal/cli/printers"
	"provost.dev/provost/internal/engine/catalogue"
	"provost.dev/provost/internal/engine/directory"
	"provost.dev/provost/internal/manifest"
	"provost.dev/provost/internal/manifest/edit"
	"provost.dev/provost/internal/manifest/generate"
	"provost.dev/provost/internal/text/suggest"
	"provost.dev/provost/internal/text/words"
)

// likeFlags are the flags of an entity that is made like another one.
type likeFlags struct {
	like    string
	replace []string
	staff   bool
}

func (l *likeFlags) add(cmd *cobra.Command) {
	f := cmd.Flags()
	f.StringVar(&l.like, "like", "", "the course of which this is another run: all that belongs to it is written anew, in one file")
	f.StringArrayVar(&l.replace, "replace", nil,
		"with --like, OLD=NEW: the group NEW takes the place of the group OLD, as of those who learn; may be repeated")
	f.BoolVar(&l.staff, "with-staff", false,
		"with --like, take along who is named: subjects, entries of groups and overrides, but for who learns")
}

// given says that the flags are used, and refuses those that mean nothing without --like.
func (l *likeFlags) given() (bool, error) {
	if l.like == "" && (len(l.replace) > 0 || l.staff) {
		return false, errors.New("--replace and --with-staff go with --like")
	}
	return l.like != "", nil
}

// asked is what is said of an entity beside that which it is like.
type asked struct {
	parent, visibility, private string
	public                      bool
	attributes                  []string // KEY=VALUE
}

// run makes an entity like another one, where that fits with what else is asked.
func (c *creating) run(ctx context.Context, level catalogue.Level, name string, l *likeFlags, term *termFlag, a asked) error {
	if a.private != "" || a.public {
		return errors.New("--like goes without --private and --public: whose the new one is follows from the other one")
	}
	as := edit.Like{DisplayName: c.displayName, Description: c.describes, Visibility: a.visibility}
	if a.parent != "" {
		namespace := c.Namespace()
		if parts := strings.Split(a.parent, "/"); len(parts) == 3 {
			namespace = parts[0]
		}
		e, err := parentOf(level, a.parent, namespace)
		if err != nil {
			return err
		}
		as.Parent = *e
	}
	attributes, err := pairs("attribute", a.attributes)
	if err != nil {
		return err
	}
	for _, p := range attributes {
		if as.Attributes == nil {
			as.Attributes = directory.Attributes{}
		}
		as.Attributes[p[0]] = append(as.Attributes[p[0]], p[1])
	}
	return c.likeness(ctx, level, name, l, as, term)
}

// likeness makes an entity like another one, with what belongs to that.
func (c *creating) likeness(ctx context.Context, level catalogue.Level, name string, l *likeFlags, as edit.Like, term *termFlag) error {
	if err := c.usable(level.String(), name); err != nil {
		return err
	}
	if err := c.writesFiles(); err != nil {
		return err
	}
	opts := manifest.Options{Namespace: c.Namespace(), Content: true}
	w, err := edit.Open(ctx, opts, c.dir)
	if err != nil {
		return err
	}
	defer w.Close()
	if as.Of, err = c.likeWhich(w.Snapshot, level, l.like); err != nil {
		return err
	}
	if as.Of.Name == name {
		return fmt.Errorf("the %s %s is there already; give the new one another name", level.Word(), name)
	}
	as.Name, as.Staff, as.Term = name, l.staff, term.key(as.Of.Namespace)
	if as.Instead, err = replaced(l.replace, as.Of.Namespace); err != nil {
		return err
	}
	if as.Now, err = c.Now(); err != nil {
		return err
	}
	made, err := w.Like(ctx, as)
	if err != nil {
		return err
	}
	file := c.file
	if file == "" {
		at, _ := w.Set.Locate(as.Of.ID(), "")
		file = c.beside(at.File, level, as.Of.Name, name)
	}
	return c.tellLikeness(ctx, w, made, generate.File{Name: file, Text: made.Text})
}

// likeWhich finds the entity that the new one is to be like.
func (c *creating) likeWhich(s *directory.Snapshot, level catalogue.Level, text string) (directory.EntityKey, error) {
	parts := strings.Split(text, "/")
	name, namespace := parts[len(parts)-1], c.Namespace()
	if len(parts) > 1 {
		if of, ok := catalogue.ParseLevel(parts[len(parts)-2]); !ok || of != level {
			return directory.EntityKey{}, fmt.Errorf("--like %s: write the name of a %s", text, level.Word())
		}
	}
	if len(parts) == 3 {
		namespace = parts[0]
	}
	var found []directory.EntityKey
	var known, where []string
	for _, r := range s.Records() {
		e, ok := r.(*directory.Entity)
		if !ok || e.Key.Level != level || namespace != "" && e.Key.Namespace != namespace {
			continue
		}
		known = append(known, e.Key.Name)
		if e.Key.Name == name {
			found, where = append(found, e.Key), append(where, e.Key.Namespace)
		}
	}
	switch len(found) {
	case 1:
		return found[0], nil
	case 0:
		message := fmt.Sprintf("--like %s: there is no such %s in %s", text, level.Word(), c.dir)
		if hint := suggest.DidYouMean(name, known); hint != "" {
			message += "; " + hint
		}
		return directory.EntityKey{}, errors.New(message)
	}
	return directory.EntityKey{}, fmt.Errorf("--like %s: there is one in %s; say which with -n", text, suggest.List(where, "and"))
}

// replaced reads OLD=NEW for each group.
func replaced(values []string, namespace string) (map[directory.Key]directory.Key, error) {
	all, err := pairs("replace", values)
	out := map[directory.Key]directory.Key{}
	key := func(text string) directory.Key {
		if ns, name, whole := strings.Cut(text, "/"); whole {
			return directory.Key{Namespace: ns, Name: name}
		}
		return directory.Key{Namespace: namespace, Name: text}
	}
	for _, p := range all {
		out[key(p[0])] = key(p[1])
	}
	return out, err
}

// beside is the file of a new entity, below the folder: where that of the other one is, with the one name in the place of the other; or
// else where an entity of its kind goes.
func (c *creating) beside(of string, level catalogue.Level, old, name string) string {
	usual := generate.Folder(level.String()) + "/" + name + ".yaml"
	rel, err := filepath.Rel(c.dir, of)
	if err != nil || !filepath.IsLocal(rel) {
		return usual
	}
	parts := strings.Split(filepath.ToSlash(rel), "/")
	last := len(parts) - 1
	ext := path.Ext(parts[last])
	if strings.TrimSuffix(parts[last], ext) == old {
		parts[last] = name + ".yaml"
		return path.Join(parts...)
	}
	if i := slices.Index(parts[:last], old); i >= 0 {
		parts[i], parts[last] = name, strings.TrimSuffix(parts[last], ext)+".yaml"
		return path.Join(parts...)
	}
	return usual
}

// tellLikeness checks and writes the file, and says what was made and what was not.
func (c *creating) tellLikeness(ctx context.Context, w *edit.Workspace, made *edit.Likeness, file generate.File) error {
	creation, err := c.made(ctx, w.Set, func(creation *generate.Creation) error {
		return w.Adding(ctx, made, creation.New(), creation.Edits)
	}, file)
	if err != nil || c.shown(creation) {
		return err
	}
	out := c.Out
	if c.dryRun { // the patch alone is the result, so that it can be piped
		if err := edit.WriteDiff(c.Out, append(creation.New(), creation.Edits...)); err != nil {
			return err
		}
		out = c.ErrOut
	}
	t := &printers.Table{}
	t.Add("NEW", "LIKE", "WITHOUT")
	for _, m := range made.Made {
		t.Add(string(m.ID.Kind)+" "+m.ID.Name, fmt.Sprintf("%s:%d", m.At.File, m.At.Line), m.Without)
	}
	if err := t.Write(out); err != nil {
		return err
	}
	for _, part := range []struct {
		head string
		list []edit.LeftOut
	}{{"NOT TAKEN ALONG", made.Left}, {"STAYS AS IT IS", made.Elsewhere}} {
		if len(part.list) == 0 {
			continue
		}
		_, _ = fmt.Fprintln(out)
		t := &printers.Table{}
		t.Add(part.head, "AT", "WHY")
		for _, l := range part.list {
			t.Add(string(l.ID.Kind)+" "+l.ID.Name, fmt.Sprintf("%s:%d", l.At.File, l.At.Line), l.Why)
		}
		if err := t.Write(out); err != nil {
			return err
		}
	}
	_, _ = fmt.Fprintf(out, "\n%s in %s\n", words.Count(len(made.Made), "object", "objects"), creation.Names()[0])
	if len(made.Left) > 0 {
		c.Note("--with-staff takes along who teaches and is named, and --replace OLD=NEW puts a group in the place of those who learned")
	}
	if !c.dryRun {
		paths := creation.Names()
		for _, e := range creation.Edits {
			paths = append(paths, e.Name)
		}
		c.next(ctx, "Add "+made.Made[0].ID.Name, paths)
	}
	return nil
}

// completeLike offers the entities of a level that are in the folder.
func (c *creating) completeLike(level catalogue.Level) cobra.CompletionFunc {
	return func(cmd *cobra.Command, _ []string, _ string) ([]cobra.Completion, cobra.ShellCompDirective) {
		set, _, err := generate.Existing(cmd.Context(), c.dir, c.Namespace())
		if err != nil {
			return nil, cobra.ShellCompDirectiveNoFileComp
		}
		var out []cobra.Completion
		for _, r := range set.Records() {
			if e, ok := r.(*directory.Entity); ok && e.Key.Level == level {
				out = append(out, e.Key.Name)
			}
		}
		return out, cobra.ShellCompDirectiveNoFileComp
	}
}
