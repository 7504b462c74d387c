package controllers_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"sync"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/client-go/rest"
)

// deaf keeps from a configuration's clients, while it is on, what watches of a resource tell.
type deaf struct {
	mu       sync.Mutex
	hears    chan struct{} // closed while it is off
	dropped  chan struct{} // closed when what was kept back is to be lost
	outdated bool          // the next watch is refused for being too far behind
}

func deafen(cfg *rest.Config, resource string) *deaf {
	d := &deaf{hears: make(chan struct{}), dropped: make(chan struct{})}
	close(d.hears)
	cfg.Wrap(func(next http.RoundTripper) http.RoundTripper {
		return transport(func(r *http.Request) (*http.Response, error) {
			q := r.URL.Query()
			if !strings.HasSuffix(r.URL.Path, "/"+resource) || q.Get("watch") == "" {
				return next.RoundTrip(r)
			}
			if q.Get("sendInitialEvents") == "" && d.tooOld() {
				return expired(r)
			}
			answer, err := next.RoundTrip(r)
			if err == nil {
				answer.Body = &muffled{ReadCloser: answer.Body, deaf: d, closed: make(chan struct{})}
			}
			return answer, err
		})
	})
	return d
}

// on has it hear nothing any more.
func (d *deaf) on() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.hears, d.dropped = make(chan struct{}), make(chan struct{})
}

// off has it hear all that it missed.
func (d *deaf) off() {
	d.mu.Lock()
	defer d.mu.Unlock()
	close(d.hears)
}

// lose ends the watches with what was kept back unheard, and has the server not
// remember it either: only what is there then can be listed.
func (d *deaf) lose() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.outdated = true
	close(d.dropped)
	close(d.hears)
}

func (d *deaf) tooOld() bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	was := d.outdated
	d.outdated = false
	return was
}

func (d *deaf) gates() (hears, dropped chan struct{}) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.hears, d.dropped
}

// muffled is the answer to a watch.
type muffled struct {
	io.ReadCloser
	deaf   *deaf
	once   sync.Once
	closed chan struct{}
}

// Read implements io.Reader.
func (m *muffled) Read(p []byte) (int, error) {
	n, err := m.ReadCloser.Read(p)
	hears, dropped := m.deaf.gates()
	select {
	case <-dropped:
	case <-hears:
	case <-m.closed:
	}
	select {
	case <-dropped:
		return 0, io.EOF
	case <-m.closed:
		return 0, io.EOF
	default:
		return n, err
	}
}

// Close implements io.Closer.
func (m *muffled) Close() error {
	m.once.Do(func() { close(m.closed) })
	return m.ReadCloser.Close()
}

// expired is the server's answer to a watch from a version that it does not remember.
func expired(r *http.Request) (*http.Response, error) {
	status := apierrors.NewResourceExpired("too old, by the test").Status()
	body, err := json.Marshal(status)
	return &http.Response{
		StatusCode: int(status.Code), Proto: r.Proto, ProtoMajor: r.ProtoMajor, ProtoMinor: r.ProtoMinor, Request: r,
		Header: http.Header{"Content-Type": {"application/json"}}, Body: io.NopCloser(bytes.NewReader(body)),
	}, err
}
