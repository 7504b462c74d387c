package create

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"

	"provost.dev/provost/internal/git/gitrepo"
)

// next says what to do with new files: steps that work as they stand, in the folder in which the command was run.
func (c *creating) next(ctx context.Context, subject string, paths []string) {
	if len(paths) > 3 {
		paths = []string{c.dir}
	}
	steps := []string{"provost validate -f " + quoted(c.dir)}
	git, in := "git", ""
	if !filepath.IsLocal(c.dir) { // not the repository around the current folder, as far as anybody can say
		git, in = "git -C "+quoted(c.dir), " --repo "+quoted(c.dir)
		paths = []string{"."}
	}
	begun, inRepository := begun(ctx, c.dir)
	if !inRepository {
		steps = append(steps, git+" init")
	}
	for i := range paths {
		paths[i] = quoted(paths[i])
	}
	steps = append(steps, fmt.Sprintf("%s add %s && %s commit -m %q", git, strings.Join(paths, " "), git, subject))
	if begun {
		steps = append(steps, "provost plan HEAD~1 HEAD"+in)
	} else { // a first commit has none before it to compare with
		steps = append(steps, "provost permissions --everyone -f "+quoted(c.dir))
	}
	_, _ = fmt.Fprintf(c.Out, "\nnext:\n  %s\n", strings.Join(steps, "\n  "))
}

// begun says whether a folder is in a Git repository, and whether that has a commit.
func begun(ctx context.Context, dir string) (committed, inRepository bool) {
	repo, err := gitrepo.Location{Repository: dir}.Open(ctx, "", nil)
	if err != nil {
		nothing := (*gitrepo.NothingCommittedError)(nil)
		return false, !errors.As(err, &nothing)
	}
	_, err = repo.Resolve("")
	return err == nil, true
}

// quoted is an argument as a shell reads it.
func quoted(text string) string {
	if strings.ContainsAny(text, " \t'\"\\$`&;|<>()*?[]#~!{}") {
		return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'"
	}
	return text
}
