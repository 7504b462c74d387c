package gitsync

import (
	provostv1 "provost.dev/provost/api/v1alpha1"
	"provost.dev/provost/internal/git/gitrepo"
)

// fetchLocal reads a repository on the local disk where it lies.
func fetchLocal(src Source) (*Checkout, error) {
	repo, err := gitrepo.Open(src.Location.Address)
	if err != nil {
		return nil, failed(provostv1.ReasonRepositoryNotFound, "%w", err)
	}
	full, short := src.Ref.names()
	if full == "" {
		full, short = "HEAD", repo.Branch()
	}
	commit, err := repo.Resolve(full)
	if err != nil {
		return nil, failed(provostv1.ReasonRefNotFound, "%w", explainRef(repo, src.Ref, err))
	}
	c := &Checkout{Repository: repo, Commit: commit, Ref: short, Prefix: repo.Prefix()}
	if src.Ref.Tag != "" {
		if c.Tag, err = repo.Tag(full); err != nil {
			return nil, failed(provostv1.ReasonGitOperationFailed, "%w", err)
		}
	}
	return c, nil
}

// names gives the full name that Git knows a reference by, and the one to show.
func (r Ref) names() (full, short string) {
	switch {
	case r.Commit != "":
		return r.Commit, ""
	case r.Tag != "":
		return "refs/tags/" + r.Tag, r.Tag
	case r.Branch != "":
		return "refs/heads/" + r.Branch, r.Branch
	}
	return "", ""
}

// explainRef words the error for the name as it was written, which near names
// can be found for.
func explainRef(repo *gitrepo.Repository, ref Ref, err error) error {
	_, short := ref.names()
	if short == "" {
		return err
	}
	if _, better := repo.Resolve(short); better != nil {
		return better
	}
	return err
}
