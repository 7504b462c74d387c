package gittransport

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sync"

	"github.com/go-git/go-git/v5/plumbing/format/pktline"
	"github.com/go-git/go-git/v5/plumbing/protocol/packp"
	"github.com/go-git/go-git/v5/plumbing/transport"
	"github.com/go-git/go-git/v5/utils/ioutil"
)

// program is git-upload-pack at the other end of a connection.
type program struct {
	in  io.WriteCloser
	out io.Reader
	// complaint waits for the first line of its error stream; nil where there is none.
	complaint func(context.Context) string
	// close ends the program and the connection. It may be called twice and at any time.
	close func()
}

// stream is a session with a program that is spoken to over two streams. It
// connects when it is first asked, so that the context counts for that too.
type stream struct {
	connect func(context.Context, *budget) (*program, error)
	limits  Limits
	budget  budget

	program *program
	refs    *packp.AdvRefs
	asked   bool

	mu    sync.Mutex
	stops []func() bool // end the watch over a context
}

// AdvertisedReferences implements transport.Session.
func (s *stream) AdvertisedReferences() (*packp.AdvRefs, error) {
	return s.AdvertisedReferencesContext(context.Background())
}

// AdvertisedReferencesContext implements transport.Session.
func (s *stream) AdvertisedReferencesContext(ctx context.Context) (*packp.AdvRefs, error) {
	if s.refs != nil {
		return s.refs, nil
	}
	s.budget.begin(listOfReferences, s.limits.References)
	p, err := s.connect(ctx, &s.budget)
	if err != nil {
		return nil, s.budget.instead(err)
	}
	s.program = p
	s.watch(ctx)
	refs := packp.NewAdvRefs()
	if err := refs.Decode(s.out()); err != nil {
		return nil, s.explain(ctx, err)
	}
	if refs.IsEmpty() {
		return nil, transport.ErrEmptyRemoteRepository
	}
	transport.FilterUnsupportedCapabilities(refs.Capabilities)
	s.refs = refs
	return refs, nil
}

// explain finds out why there are no references.
func (s *stream) explain(ctx context.Context, err error) error {
	var said *pktline.ErrorLine
	var unexpected *packp.ErrUnexpectedData
	switch over := s.budget.instead(err); {
	case ctx.Err() != nil:
		return ctx.Err()
	case !errors.Is(over, err):
		return over
	case errors.Is(err, packp.ErrEmptyAdvRefs):
		return transport.ErrEmptyRemoteRepository
	case errors.As(err, &said) && notFound(said.Text), errors.As(err, &unexpected) && notFound(string(unexpected.Data)):
		return transport.ErrRepositoryNotFound
	case !errors.Is(err, packp.ErrEmptyInput) || s.program.complaint == nil:
		return err
	}
	switch line := s.program.complaint(ctx); {
	case line == "":
		return io.ErrUnexpectedEOF
	case notFound(line):
		return transport.ErrRepositoryNotFound
	default:
		return fmt.Errorf("the server says: %s", line)
	}
}

// UploadPack implements transport.UploadPackSession.
func (s *stream) UploadPack(ctx context.Context, q *packp.UploadPackRequest) (*packp.UploadPackResponse, error) {
	if q.IsEmpty() {
		return nil, transport.ErrEmptyUploadPackRequest
	}
	if err := q.Validate(); err != nil {
		return nil, err
	}
	if _, err := s.AdvertisedReferencesContext(ctx); err != nil {
		return nil, err
	}
	s.watch(ctx)
	s.asked = true
	s.budget.begin(answerToRequest, s.limits.References)
	answer, err := s.exchange(q)
	if err != nil {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		return nil, s.budget.instead(err)
	}
	s.budget.begin(pack, s.limits.Pack)
	return answer, nil
}

func (s *stream) exchange(q *packp.UploadPackRequest) (*packp.UploadPackResponse, error) {
	in := s.program.in
	if err := q.UploadRequest.Encode(in); err != nil {
		return nil, fmt.Errorf("asking for objects: %w", err)
	}
	if err := q.UploadHaves.Encode(in, true); err != nil {
		return nil, fmt.Errorf("saying which objects are here: %w", err)
	}
	if err := pktline.NewEncoder(in).EncodeString("done\n"); err != nil {
		return nil, fmt.Errorf("asking for objects: %w", err)
	}
	if err := in.Close(); err != nil {
		return nil, fmt.Errorf("asking for objects: %w", err)
	}
	out, err := ioutil.NonEmptyReader(s.out())
	if errors.Is(err, ioutil.ErrEmptyReader) {
		return nil, transport.ErrEmptyUploadPackRequest
	}
	if err != nil {
		return nil, err
	}
	answer := packp.NewUploadPackResponse(q)
	return answer, answer.Decode(ioutil.NewReadCloser(out, s))
}

func (s *stream) out() io.Reader { return &reader{s.program.out, &s.budget} }

// watch ends the program when the context ends: whatever is read from it then stops.
func (s *stream) watch(ctx context.Context) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.stops = append(s.stops, context.AfterFunc(ctx, s.program.close))
}

// Close implements io.Closer.
func (s *stream) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, stop := range s.stops {
		stop()
	}
	s.stops = nil
	if s.program == nil {
		return nil
	}
	if s.refs != nil && !s.asked {
		// Nothing is wanted: the program ends in order when it is told.
		_, _ = s.program.in.Write(pktline.FlushPkt)
	}
	s.program.close()
	return nil
}
