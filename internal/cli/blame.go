package cli

import (
	"context"
	"errors"
	"fmt"
	"path"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"provost.dev/provost/internal/answers/blames"
	"provost.dev/provost/internal/cli/blameview"
	"provost.dev/provost/internal/cli/printers"
	"provost.dev/provost/internal/cli/source"
	"provost.dev/provost/internal/engine/catalogue"
	"provost.dev/provost/internal/engine/directory"
	"provost.dev/provost/internal/git/gitrepo"
	"provost.dev/provost/internal/git/history"
	"provost.dev/provost/internal/manifest"
	"provost.dev/provost/internal/text/words"
)

func newBlameCommand(o *Options) *cobra.Command {
	var f *printers.Format
	member := false
	cmd := &cobra.Command{
		Use:   "blame PERSON PERMISSION ENTITY",
		Short: "Find the commit that gave or took a permission, and the history of it",
		Long: `Goes through the commits of a branch and finds those that gave somebody a permission, or took it, the newest first: each with
its author, its date and the lines that did it. What the clock gave and took is listed too. For a "yes" it shows the path by
which the person has the permission now; for a "no", why.

With --member it does the same for the membership of a group.

The history is that of --repo, or of the repository around the current folder; of a merge it follows the branch that was merged
into. A commit whose manifests have problems changes nothing, as in a cluster. The author of a commit is what the commit says;
"plan --check-authors" says whose signature it has. What was learnt of a commit is kept in the user's cache folder, so that the
next question is quicker.

The exit code is 0 where the person has the permission now, 1 where not, 2 where there is no answer.`,
		Example: `  # Who gave dana this, and when?
  provost blame dana grade_submissions course/algebra-1

  # On another branch of another repository
  provost blame dana grade_submissions acme/course/algebra-1 --repo https://git.example.org/access.git@main

  # How did erin come into the group?
  provost blame --member erin acme/teachers

  # The commit alone, for a script
  provost blame dana grade_submissions acme/course/algebra-1 -o name | xargs git show`,
		GroupID:           groupAsk,
		Args:              blameArgs(&member),
		ValidArgsFunction: o.complete(completePeople, completeAllPermissions, completeEntities),
		RunE: func(cmd *cobra.Command, args []string) error {
			return o.blame(cmd.Context(), f, member, args)
		},
	}
	f = printers.AddFormatFlag(cmd, printers.FormatTable, printers.FormatJSON, printers.FormatYAML, printers.FormatName)
	cmd.Flags().BoolVar(&member, "member", false, "ask about the membership of a group: PERSON GROUP")
	return cmd
}

// blameArgs are three arguments, or two with --member.
func blameArgs(member *bool) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		switch {
		case *member && len(args) != 2:
			return errors.New("--member takes a person and a group: provost blame --member PERSON GROUP")
		case !*member && len(args) != 3:
			return errors.New("blame takes a person, a permission and an entity: provost blame PERSON PERMISSION ENTITY")
		}
		return nil
	}
}

// blame is one question about a history.
type blame struct {
	*Options
	repo    *gitrepo.Repository
	dir     string
	commits []*gitrepo.Commit
	now     time.Time

	report *blameview.View
	// unread counts the commits that could not be read, of which first is the first.
	unread int
	first  *history.Step
}

func (o *Options) blame(ctx context.Context, f *printers.Format, member bool, args []string) error {
	b := &blame{Options: o, report: &blameview.View{Report: blames.Report{Person: args[0]}, Style: printers.NewStyle(o.Out)}}
	var err error
	if b.now, err = o.Now(); err != nil {
		return err
	}
	if err := b.open(ctx); err != nil {
		return err
	}
	if member {
		err = b.aboutGroup(ctx, args[1])
	} else {
		permission, entity := inOrder(args[1], args[2])
		err = b.aboutPermission(ctx, permission, entity)
	}
	if err != nil {
		return err
	}
	if err := b.follow(ctx); err != nil {
		return err
	}
	b.notes()
	if err := b.report.Write(b.Out, f); err != nil {
		return err
	}
	if !b.report.Holds() {
		return errNo
	}
	return nil
}

// open finds the branch.
func (b *blame) open(ctx context.Context) error {
	if len(b.Files) > 0 {
		return errors.New("blame asks the commits of a repository and takes no -f; give --repo, or run it inside of a repository")
	}
	if b.Options.Repo == "" {
		b.Options.Repo = "."
	}
	location := gitrepo.ParseLocation(b.Options.Repo)
	repo, err := location.Open(ctx, source.CacheDir(), printers.Watched(b.ErrOut))
	if err != nil {
		return err
	}
	head, err := repo.Resolve(location.Revision)
	if err != nil {
		return err
	}
	b.repo, b.dir = repo, path.Join(repo.Prefix(), strings.Trim(filepath.ToSlash(b.Path), "/"))
	b.commits, err = history.Branch(repo, head, nil)
	return err
}

// names is what the words of the question mean at the end of the branch.
func (b *blame) names(ctx context.Context) (*namer, error) {
	source, err := b.Commit(ctx)
	if err != nil {
		return nil, err
	}
	defer source.Close()
	return &namer{snapshot: source.Snapshot(), namespace: b.Namespace(), source: source.Name()}, nil
}

func (b *blame) aboutPermission(ctx context.Context, permission, entity string) error {
	n := &namer{}
	level, name, whole := b.wholeEntity(entity)
	if whole { // which may be gone by now
		b.report.Entity = directory.EntityKey{Level: level, Namespace: name.Namespace, Name: name.Name}
	} else {
		var err error
		if n, err = b.names(ctx); err != nil {
			return err
		}
		if b.report.Entity, _, err = n.entity(entity); err != nil {
			return fmt.Errorf("%w (one that is gone by now is written NAMESPACE/LEVEL/NAME)", err)
		}
	}
	p, err := n.permission(permission, b.report.Entity.Level)
	b.report.Permission = &p
	return err
}

// wholeEntity takes NAMESPACE/LEVEL/NAME apart.
func (b *blame) wholeEntity(text string) (catalogue.Level, directory.Key, bool) {
	parts := strings.Split(text, "/")
	if len(parts) == 2 && b.Namespace() != "" {
		parts = append([]string{b.Namespace()}, parts...)
	}
	if len(parts) != 3 {
		return 0, directory.Key{}, false
	}
	level, ok := catalogue.ParseLevel(parts[1])
	return level, directory.Key{Namespace: parts[0], Name: parts[2]}, ok && parts[0] != "" && parts[2] != ""
}

func (b *blame) aboutGroup(ctx context.Context, group string) error {
	if namespace, name, whole := strings.Cut(group, "/"); whole && !strings.Contains(name, "/") {
		b.report.Group = directory.Key{Namespace: namespace, Name: name}
		return nil
	}
	n, err := b.names(ctx)
	if err != nil {
		return err
	}
	if b.report.Group, err = n.group(group); err != nil {
		return fmt.Errorf("%w (one that is gone by now is written NAMESPACE/NAME)", err)
	}
	return nil
}

// follow goes through the history.
func (b *blame) follow(ctx context.Context) error {
	index := history.LoadIndex(source.HistoryDir(), b.dir)
	q := history.Inquiry{Question: b.report.Question(), Now: b.now, Index: index, Each: b.each(), Afresh: b.afresh}
	world := history.NewWorld(manifest.Options{Namespace: b.Namespace()})
	for turn, err := range q.Turns(ctx, world, b.repo, b.dir, b.commits) {
		if err != nil {
			return err
		}
		b.report.Add(turn)
	}
	if !b.report.Turned() {
		n, err := b.names(ctx)
		if err != nil {
			n = &namer{snapshot: world.Snapshot()} // the last commit that can be read, then
		}
		if !b.known(n.snapshot) {
			return fmt.Errorf("no commit of %s has ever named %s; check the path and the name", b.repo.Name(), b.report.About())
		}
		if text := n.unknownPerson(b.report.Person); text != "" && err == nil {
			b.Note("%s", text)
		}
	}
	if err := index.Save(source.HistoryDir(), b.dir); err != nil {
		b.Note("%v", err)
	}
	return nil
}

// afresh begins again, under the name that something had before.
func (b *blame) afresh() {
	b.report.Afresh()
	b.unread, b.first = 0, nil
}

// known says whether what is asked about is there. The world cannot always tell: it has read
// the commits alone that may bear on the person, of which there may be none.
func (b *blame) known(in *directory.Snapshot) bool {
	if b.report.Permission == nil {
		return in.Group(b.report.Group, never).Declared
	}
	return in.Entity(b.report.Entity, b.now).Declared
}

// each counts what goes wrong and, on a terminal, shows how far it is.
func (b *blame) each() func(*history.Step, int) {
	bar := printers.NewBar(b.ErrOut, "commit", len(b.commits))
	return func(s *history.Step, done int) {
		bar.Show(done)
		if len(s.Problems) == 0 {
			return
		}
		if b.unread++; b.first == nil {
			b.first = s
		}
	}
}

func (b *blame) notes() {
	if b.unread > 0 {
		b.Note("%s could not be read and changed nothing; the first is %s: %v",
			words.Count(b.unread, "commit", "commits"), b.first.Commit().Short(), b.first.Problems[0])
		b.NoteElsewhere(b.dir, source.WithPath, b.first.Problems.Rules())
	}
	if b.repo.Shallow() {
		b.Note("%s is a shallow clone; what was before its first commit is not known (git fetch --unshallow)", b.repo.Name())
	}
}
