package gitsync

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/go-git/go-git/v5"
	"github.com/go-git/go-git/v5/plumbing/transport"
	"golang.org/x/crypto/ssh/knownhosts"

	provostv1 "provost.dev/provost/api/v1alpha1"
	"provost.dev/provost/internal/git/gitstore"
	"provost.dev/provost/internal/git/gittransport"
)

// describe names a reference as a person would.
func (r Ref) describe() string {
	switch {
	case r.Commit != "":
		return fmt.Sprintf("commit %s", r.Commit)
	case r.Tag != "":
		return fmt.Sprintf("tag %q", r.Tag)
	case r.Branch != "":
		return fmt.Sprintf("branch %q", r.Branch)
	}
	return "default branch"
}

// explain gives a transport's error its reason, and words it for somebody who
// reads the GitSync's condition.
func (r *remote) explain(err error, ref Ref) error {
	address := r.location.Address
	var f *Failure
	var key *knownhosts.KeyError
	var noRef git.NoMatchingRefSpecError
	var refused *gittransport.RefusedError
	var long *gittransport.TooLongError
	var large *gitstore.TooLargeError
	switch {
	case errors.As(err, &f):
		return f
	case errors.Is(err, context.DeadlineExceeded):
		return failed(provostv1.ReasonTimeout, "%s did not answer in time (spec.timeout)", address)
	case errors.Is(err, context.Canceled):
		return err
	case errors.As(err, &refused):
		return failed(provostv1.ReasonRepositoryNotAllowed,
			"%s leads to an address that the manager does not connect to: %w (--gitsync-allow-networks)", address, refused)
	case errors.As(err, &long):
		return stalled(provostv1.ReasonGitOperationFailed, "%s: %w, the most that is read of it", address, long)
	case errors.Is(err, transport.ErrAuthenticationRequired), errors.Is(err, transport.ErrAuthorizationFailed):
		return failed(provostv1.ReasonAuthenticationFailed,
			"%s: %w; spec.secretRef must name a Secret with credentials that may read it", address, gittransport.Brief(err))
	case errors.As(err, &key):
		return failed(provostv1.ReasonAuthenticationFailed, "%s shows a host key that known_hosts in the Secret of spec.secretRef does not hold",
			address)
	case strings.Contains(err.Error(), "unable to authenticate"):
		return failed(provostv1.ReasonAuthenticationFailed, "%s does not accept the key of the Secret of spec.secretRef", address)
	case errors.Is(err, transport.ErrRepositoryNotFound):
		return failed(provostv1.ReasonRepositoryNotFound, "there is no repository at %s, or these credentials may not see it", address)
	case errors.Is(err, transport.ErrEmptyRemoteRepository):
		return failed(provostv1.ReasonRefNotFound, "%s holds no commit yet", address)
	case errors.As(err, &noRef):
		return failed(provostv1.ReasonRefNotFound, "%s has no %s", address, ref.describe())
	case errors.As(err, &large):
		return stalled(provostv1.ReasonGitOperationFailed, "%s holds more than %d MiB, the most that is kept of one repository", address,
			r.maxBytes>>20)
	}
	return failed(provostv1.ReasonGitOperationFailed, "%s: %w", address, gittransport.Brief(err))
}
