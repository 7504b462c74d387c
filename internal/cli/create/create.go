package create

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode"

	"github.com/spf13/cobra"
	k8s "k8s.io/apimachinery/pkg/util/validation"

	provostv1 "provost.dev/provost/api/v1alpha1"
	"provost.dev/provost/internal/cli/printers"
	"provost.dev/provost/internal/cli/source"
	"provost.dev/provost/internal/engine/catalogue"
	"provost.dev/provost/internal/engine/directory"
	"provost.dev/provost/internal/manifest"
	"provost.dev/provost/internal/manifest/generate"
	"provost.dev/provost/internal/text/suggest"
	"provost.dev/provost/internal/text/words"
)

// New is the command "new" with all below it.
func New(flags *source.Flags) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "new KIND NAME",
		Short: "Write new manifests: an organisation with its default groups, or one object",
		Long: `Writes new manifests into a folder: a whole organisation with its default groups, templates of roles and bindings, or one object
of any kind. What is written is checked first, as the API server would; names that are not there yet are told and allowed. No
file is ever overwritten. Where the folder has a kustomization, the new file is added to its resources.`,
		Example: `  # A university, and its first campus
  provost new organisation acme --pattern education --administrator alice --dir acme
  provost new campus north --parent organisation/acme --dir acme`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(newOrganisation(flags))
	for _, level := range []catalogue.Level{catalogue.Campus, catalogue.Course, catalogue.Module, catalogue.Session, catalogue.Task} {
		cmd.AddCommand(newEntity(flags, level))
	}
	cmd.AddCommand(newGroup(flags), newPerson(flags), newBinding(flags), newRole(flags),
		newTemplate(flags), newTerm(flags), newOverride(flags), newDeny(flags), newGitSync(flags), newPlatform(flags))
	return cmd
}

// creating is what the commands below "new" share.
type creating struct {
	*source.Flags
	dir, file              string
	dryRun                 bool
	displayName, describes string
	form                   *printers.Format
	// comment is what the object says to its reader in place of what its kind says.
	comment string
	// set is what is in the folder already.
	set *manifest.Set
}

func (c *creating) addFlags(cmd *cobra.Command, described bool) {
	c.form = printers.AddFormatFlag(cmd, printers.FormatTable, printers.FormatYAML, printers.FormatName)
	f := cmd.Flags()
	f.StringVar(&c.dir, "dir", ".", "the folder of the manifests")
	f.BoolVar(&c.dryRun, "dry-run", false, "write nothing; with -o yaml, print what would be written")
	f.Lookup("output").Usage = "the form of the output: table, yaml (what is written) or name (the files)"
	_ = cmd.MarkFlagDirname("dir")
	f.StringVar(&c.displayName, "display-name", "", "the name that people see")
	if described {
		f.StringVar(&c.describes, "description", "", "what it is, in a few sentences")
	}
}

func (c *creating) addFileFlag(cmd *cobra.Command) {
	cmd.Flags().StringVar(&c.file, "file", "", "the file to make, below the folder; by default FOLDER-OF-THE-KIND/NAME.yaml")
}

var (
	// clusterWide are the kinds of objects that lie in no namespace.
	clusterWide = []string{"Person", "SystemDeny", "Platform"}
	// unnamed are those without displayName and description, or that write them themselves.
	unnamed = []string{"SystemDeny", "PermissionOverride", "RoleBinding", "Role", "Platform", "GitSync"}
)

// object makes the manifest of one object.
func (c *creating) object(ctx context.Context, kind, name string, spec func(s *generate.Spec, namespace string) error) error {
	if err := c.usable(kind, name); err != nil {
		return err
	}
	existing, err := c.existing(ctx)
	if err != nil {
		return err
	}
	c.set = existing
	d := generate.Document{Comment: generate.Comment(kind), Kind: kind, Name: name}
	if !slices.Contains(clusterWide, kind) {
		if d.Namespace, err = c.home(existing); err != nil {
			return err
		}
	}
	var s generate.Spec
	if !slices.Contains(unnamed, kind) {
		s.Text("displayName", c.displayName)
		s.Text("description", c.describes)
	}
	if err := spec(&s, d.Namespace); err != nil {
		return err
	}
	if c.comment != "" {
		d.Comment = c.comment
	}
	d.Spec = s
	file := c.file
	if file == "" && kind == "Platform" {
		file = "platform.yaml"
	}
	if file == "" {
		file = generate.Folder(kind) + "/" + name + ".yaml"
	}
	return c.create(ctx, existing, "Add "+strings.ToLower(kind)+" "+name, generate.File{Name: file, Text: generate.YAML(d)})
}

// made checks the files, holds them to what else is asked, and makes them.
func (c *creating) made(
	ctx context.Context, existing *manifest.Set, also func(*generate.Creation) error, files ...generate.File,
) (*generate.Creation, error) {
	notes, err := generate.Check(ctx, existing, files)
	if err != nil {
		return nil, err
	}
	creation, err := generate.Prepare(c.dir, files)
	if err != nil {
		return nil, err
	}
	if also != nil {
		if err := also(creation); err != nil {
			return nil, err
		}
	}
	if !c.dryRun {
		if err := creation.Write(); err != nil {
			return nil, err
		}
	}
	c.notes(notes)
	return creation, nil
}

// shown prints what was made, where that or the names of the files are what was asked for.
func (c *creating) shown(creation *generate.Creation) bool {
	switch c.form.String() {
	case printers.FormatYAML:
		for i, f := range creation.Files {
			if i > 0 {
				_, _ = fmt.Fprintln(c.Out, "---")
			}
			_, _ = c.Out.Write(f.Text)
		}
	case printers.FormatName:
		for _, name := range creation.Names() {
			_, _ = fmt.Fprintln(c.Out, name)
		}
	default:
		return false
	}
	return true
}

// create checks the files, makes them, and says what comes next.
func (c *creating) create(ctx context.Context, existing *manifest.Set, subject string, files ...generate.File) error {
	creation, err := c.made(ctx, existing, nil, files...)
	if err != nil || c.shown(creation) {
		return err
	}
	wrote, edited := "wrote", "edited"
	if c.dryRun {
		wrote, edited = "would write", "would edit"
	}
	paths := creation.Names()
	for _, name := range paths {
		_, _ = fmt.Fprintf(c.Out, "%s %s\n", wrote, name)
	}
	for _, e := range creation.Edits {
		_, _ = fmt.Fprintf(c.Out, "%s %s, which lists what is read\n", edited, e.Name)
		paths = append(paths, e.Name)
	}
	if !c.dryRun {
		c.next(ctx, subject, paths)
	}
	return nil
}

// notes tells what new objects name and is not there, once for all that name the same.
func (c *creating) notes(notes []string) {
	var order []string
	objects := map[string][]string{}
	for _, n := range notes {
		object, message, _ := strings.Cut(n, ": ")
		if objects[message] == nil {
			order = append(order, message)
		}
		objects[message] = append(objects[message], object)
	}
	for _, message := range order {
		of := objects[message][0]
		if more := len(objects[message]) - 1; more > 0 {
			of += " and " + words.Count(more, "other", "others")
		}
		c.Note("%s: %s", of, message)
	}
}

// existing reads what is in the folder, and tells what is wrong with it.
func (c *creating) existing(ctx context.Context) (*manifest.Set, error) {
	if err := c.writesFiles(); err != nil {
		return nil, err
	}
	set, problems, err := generate.Existing(ctx, c.dir, c.Namespace())
	if err != nil {
		return nil, err
	}
	if len(problems) > 0 {
		c.Note("%s in what is in %s already, the first being %s; what is new was not checked against it",
			words.Count(len(problems), "problem", "problems"), c.dir, problems[0])
	}
	return set, nil
}

// writesFiles refuses what is no folder to write into.
func (c *creating) writesFiles() error {
	switch {
	case len(c.Files) > 0:
		return errors.New("the command writes files; give the folder with --dir instead of -f")
	case c.Repo != "":
		return source.CommitIsFixed("--dir")
	}
	return nil
}

// home is the namespace of a new object: that of -n, or that of the only organisation of the folder.
func (c *creating) home(existing *manifest.Set) (string, error) {
	if n := c.Namespace(); n != "" {
		return n, nil
	}
	var found []string
	for i := range existing.Items {
		if o, ok := existing.Items[i].Object.(*provostv1.Organisation); ok && !slices.Contains(found, o.Namespace) {
			found = append(found, o.Namespace)
		}
	}
	switch len(found) {
	case 1:
		return found[0], nil
	case 0:
		return "", fmt.Errorf("%s holds no organisation whose namespace could be meant; give one with -n, or begin with \"provost new "+
			"organisation\"", c.dir)
	}
	return "", fmt.Errorf("the namespace may be %s; say which with -n", suggest.List(found, "or"))
}

// usable refuses a name that the API would not take, and offers one that it would.
func (c *creating) usable(kind, name string) error {
	limit := k8s.DNS1123SubdomainMaxLength
	switch kind {
	case "Person":
		limit = provostv1.MaxPersonNameLength
	case "Organisation":
		limit = k8s.DNS1123LabelMaxLength // of its namespace
	}
	if len(k8s.IsDNS1123Subdomain(name)) == 0 && len(name) <= limit {
		return nil
	}
	text := manifest.NotAName(name, withArticle(kind)) + ": use " + manifest.NameForm(limit)
	if s := slug(name); s != "" && len(s) <= limit {
		text += fmt.Sprintf("; for example %s --display-name %q", s, name)
	}
	return errors.New(text)
}

// slug is a text as a name.
func slug(text string) string {
	var b strings.Builder
	for _, r := range strings.ToLower(text) {
		switch {
		case r >= 'a' && r <= 'z' || r >= '0' && r <= '9':
			b.WriteRune(r)
		case (unicode.IsSpace(r) || r == '-' || r == '_' || r == '.') && b.Len() > 0 && !strings.HasSuffix(b.String(), "-"):
			b.WriteByte('-')
		}
	}
	return strings.Trim(b.String(), "-")
}

// at reads LEVEL/NAME, or NAMESPACE/LEVEL/NAME of the namespace.
func at(flag, value, namespace string) (*directory.LocalEntity, error) {
	parts := strings.Split(value, "/")
	if len(parts) == 3 {
		if parts[0] != namespace {
			return nil, fmt.Errorf("--%s %s: what a namespaced object says of an entity is about one of its own namespace, %s", flag, value,
				namespace)
		}
		parts = parts[1:]
	}
	if len(parts) == 2 {
		if level, ok := catalogue.ParseLevel(parts[0]); ok && parts[1] != "" {
			return &directory.LocalEntity{Level: level, Name: parts[1]}, nil
		}
	}
	return nil, fmt.Errorf("--%s %q: write %s", flag, value, source.EntityForm)
}
