package gittest

import (
	"encoding/pem"
	"net/http"
	"net/http/cgi"
	"net/http/httptest"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"provost.dev/provost/internal/testing/need"
)

// Server serves a repository over HTTPS, as Git's own program does it.
type Server struct {
	// URL is the repository's address.
	URL string
	// CA is the server's certificate in PEM.
	CA []byte

	requests atomic.Int64
	down     atomic.Bool
	hangs    atomic.Bool
	http     *httptest.Server
}

// Authorise says whether a request may pass; nil lets all pass.
type Authorise func(*http.Request) bool

// Serve starts a server for the repository, which needs Git.
func (r *Repository) Serve(t testing.TB, allowed Authorise) *Server {
	t.Helper()
	out, err := exec.Command("git", "--exec-path").Output()
	if err != nil {
		need.Missing(t, "needs git for its http-backend: ", err)
	}
	backend := &cgi.Handler{
		Path: filepath.Join(strings.TrimSpace(string(out)), "git-http-backend"),
		Env: []string{
			"GIT_PROJECT_ROOT=" + filepath.Dir(r.Dir), "GIT_HTTP_EXPORT_ALL=1",
			// The repository may belong to another user than the one who runs the tests.
			"GIT_CONFIG_COUNT=1", "GIT_CONFIG_KEY_0=safe.directory", "GIT_CONFIG_VALUE_0=*",
		},
	}
	s := &Server{}
	s.http = httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		s.requests.Add(1)
		switch {
		case s.hangs.Load():
			<-req.Context().Done()
		case s.down.Load():
			http.Error(w, "down for maintenance", http.StatusServiceUnavailable)
		case allowed != nil && !allowed(req):
			w.Header().Set("WWW-Authenticate", `Basic realm="git"`)
			http.Error(w, "who are you?", http.StatusUnauthorized)
		default:
			backend.ServeHTTP(w, req)
		}
	}))
	t.Cleanup(s.http.Close)
	s.URL = s.http.URL + "/" + filepath.Base(r.Dir) + "/.git"
	s.CA = pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: s.http.Certificate().Raw})
	return s
}

// SetDown makes the server answer nothing useful, or answer again.
func (s *Server) SetDown(down bool) { s.down.Store(down) }

// SetHanging makes the server take requests and never answer, or answer again.
func (s *Server) SetHanging(hangs bool) { s.hangs.Store(hangs) }

// Address is where the server listens.
func (s *Server) Address() string { return s.http.Listener.Addr().String() }

// Requests is how many requests the server had.
func (s *Server) Requests() int64 { return s.requests.Load() }
