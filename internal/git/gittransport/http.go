package gittransport

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"io"
	"net/http"
	"strings"
	"sync"

	"github.com/go-git/go-git/v5/plumbing/protocol/packp"
	"github.com/go-git/go-git/v5/plumbing/transport"
	githttp "github.com/go-git/go-git/v5/plumbing/transport/http"
)

// overHTTP is go-git's transport on a client that counts and looks where it goes.
type overHTTP struct{}

// NewUploadPackSession implements transport.Transport.
func (overHTTP) NewUploadPackSession(ep *transport.Endpoint, auth transport.AuthMethod) (transport.UploadPackSession, error) {
	auth, o := unpack(auth)
	s := &httpSession{limits: o.Limits.withDefaults(), roads: newRoads(&o.Networks)}
	endpoint := *ep
	if len(ep.CaBundle) > 0 {
		// go-git would do the same, but to no other client than Go's own.
		if err := s.roads.trust(ep.CaBundle); err != nil {
			return nil, err
		}
		endpoint.CaBundle = nil
	}
	var err error
	s.UploadPackSession, err = githttp.NewClient(&http.Client{Transport: s}).NewUploadPackSession(&endpoint, auth)
	if err != nil {
		return nil, err
	}
	return s, nil
}

// NewReceivePackSession implements transport.Transport.
func (overHTTP) NewReceivePackSession(ep *transport.Endpoint, auth transport.AuthMethod) (transport.ReceivePackSession, error) {
	auth, _ = unpack(auth)
	return githttp.DefaultClient.NewReceivePackSession(ep, auth)
}

// trust adds certificates to those of the system.
func (r *roads) trust(bundle []byte) error {
	pool, err := x509.SystemCertPool()
	if err != nil {
		return err
	}
	pool.AppendCertsFromPEM(bundle)
	for _, t := range []*http.Transport{r.straight, r.around} {
		t.TLSClientConfig = &tls.Config{RootCAs: pool, MinVersion: tls.VersionTLS12}
	}
	return nil
}

// httpSession is a session whose answers are counted.
type httpSession struct {
	transport.UploadPackSession
	limits Limits
	budget budget
	roads  *roads

	mu   sync.Mutex
	last io.Closer // the body of the last answer
}

// RoundTrip implements http.RoundTripper.
func (s *httpSession) RoundTrip(q *http.Request) (*http.Response, error) {
	res, err := s.roads.RoundTrip(q)
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	s.last = res.Body
	s.mu.Unlock()
	if res.StatusCode >= http.StatusMultipleChoices {
		// All of it would get into the error; the status says what is the matter however long it is.
		res.Body = struct {
			io.Reader
			io.Closer
		}{io.LimitReader(res.Body, maxErrorBody), res.Body}
		return res, nil
	}
	res.Body = &body{reader{res.Body, &s.budget}, res.Body}
	return res, nil
}

// AdvertisedReferences implements transport.Session.
func (s *httpSession) AdvertisedReferences() (*packp.AdvRefs, error) {
	return s.AdvertisedReferencesContext(context.Background())
}

// AdvertisedReferencesContext implements transport.Session.
func (s *httpSession) AdvertisedReferencesContext(ctx context.Context) (*packp.AdvRefs, error) {
	s.budget.begin(listOfReferences, s.limits.References)
	refs, err := s.UploadPackSession.AdvertisedReferencesContext(ctx)
	return refs, s.budget.instead(err)
}

// UploadPack implements transport.UploadPackSession.
func (s *httpSession) UploadPack(ctx context.Context, q *packp.UploadPackRequest) (*packp.UploadPackResponse, error) {
	s.budget.begin(answerToRequest, s.limits.References)
	answer, err := s.UploadPackSession.UploadPack(ctx, q)
	s.budget.begin(pack, s.limits.Pack)
	return answer, s.budget.instead(err)
}

// Close implements io.Closer. go-git leaves a body open where it fails half-way.
func (s *httpSession) Close() error {
	err := s.UploadPackSession.Close()
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.last != nil {
		_ = s.last.Close()
	}
	s.roads.close()
	return err
}

// What a server sends, as messages name it.
const (
	listOfReferences = "the server's list of references"
	answerToRequest  = "the server's answer to what is fetched"
	pack             = "the pack that the server sends"
	everything       = "all that the server sends"
)

// notFound says that a text is a server's way of saying that there is no such repository.
func notFound(text string) bool {
	for _, said := range []string{
		"Repository not found.", "repository does not exist.", "does not appear to be a git repository", "no such repository",
		"access denied", "Repository does not exist or you do not have access", "The project you were looking for could not be found",
	} {
		if strings.Contains(text, said) {
			return true
		}
	}
	return false
}
