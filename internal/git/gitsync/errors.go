package gitsync

import (
	"context"
	"errors"
	"fmt"

	provostv1 "provost.dev/provost/api/v1alpha1"
)

// Failure is why a run did not reach its end.
type Failure struct {
	// Reason is a word for it, one of the constants of the API; it becomes the reason of the conditions.
	Reason string
	// Err says what happened, for people to read; it never holds a credential.
	Err error
	// Stalled says that trying again cannot help: only an edit of the GitSync or a new commit can.
	Stalled bool
}

// Error gives the message without the reason, which conditions show beside it.
func (f *Failure) Error() string { return f.Err.Error() }

// Unwrap gives the cause.
func (f *Failure) Unwrap() error { return f.Err }

// stalled is a failure that only an edit can mend.
func stalled(reason, format string, args ...any) *Failure {
	return &Failure{Reason: reason, Err: fmt.Errorf(format, args...), Stalled: true}
}

// failed is a failure that may pass by itself.
func failed(reason, format string, args ...any) *Failure {
	return &Failure{Reason: reason, Err: fmt.Errorf(format, args...)}
}

// AsFailure returns the failure in err, or makes one with the given reason out
// of any other error. A passed deadline is a Timeout, whatever was under way.
func AsFailure(err error, reason string) *Failure {
	if err == nil {
		return nil
	}
	var f *Failure
	if errors.As(err, &f) {
		return f
	}
	if errors.Is(err, context.DeadlineExceeded) {
		reason = provostv1.ReasonTimeout
	}
	return &Failure{Reason: reason, Err: err}
}
