package gitsync

import (
	"context"
	"net/http"
	"net/url"

	"k8s.io/client-go/transport"

	provostv1 "provost.dev/provost/api/v1alpha1"
)

type revisionKey struct{}

// withRevision has the requests of a context say which revision they apply.
func withRevision(ctx context.Context, revision string) context.Context {
	return context.WithValue(ctx, revisionKey{}, revision)
}

// RevisionOf is the revision that the requests of a context apply; empty where they apply none.
func RevisionOf(ctx context.Context) string {
	revision, _ := ctx.Value(revisionKey{}).(string)
	return revision
}

// SayRevision wraps the transport of a client that impersonates, so that the API
// server, and with it the trail on what is written, learns which revision a
// request applies: an extra of the impersonated user. Requests in one's own name
// cannot say anything, and go as they are.
func SayRevision(next http.RoundTripper) http.RoundTripper { return sayRevision{next} }

type sayRevision struct{ next http.RoundTripper }

// revisionHeader carries the extra; a slash cannot stand in the name of a header.
var revisionHeader = transport.ImpersonateUserExtraHeaderPrefix + url.QueryEscape(provostv1.RevisionExtra)

// RoundTrip implements http.RoundTripper.
func (s sayRevision) RoundTrip(r *http.Request) (*http.Response, error) {
	revision := RevisionOf(r.Context())
	if revision == "" || r.Header.Get(transport.ImpersonateUserHeader) == "" {
		return s.next.RoundTrip(r)
	}
	r = r.Clone(r.Context())
	r.Header.Set(revisionHeader, revision)
	return s.next.RoundTrip(r)
}

// WrappedRoundTripper lets client-go look through.
func (s sayRevision) WrappedRoundTripper() http.RoundTripper { return s.next }
