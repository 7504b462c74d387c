package ci_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"testing"
)

const token = "a-secret-token"

// note is a comment on a request.
type note struct {
	ID     int            `json:"id"`
	Body   string         `json:"body"`
	User   map[string]any `json:"user,omitempty"`
	Author map[string]any `json:"author,omitempty"`
}

// service plays the part of the API of GitHub or GitLab that is about comments.
type service struct {
	*httptest.Server
	mu    sync.Mutex
	notes []note
	calls []string
}

func newService(t *testing.T, kind string) *service {
	t.Helper()
	s := &service{}
	mine := note{User: map[string]any{"login": "github-actions[bot]"}}
	list, one, update := "/repos/acme/people/issues/7/comments", "/repos/acme/people/issues/comments/", http.MethodPatch
	authorised := func(r *http.Request) bool { return r.Header.Get("Authorization") == "Bearer "+token }
	if kind == "gitlab" {
		mine = note{Author: map[string]any{"id": 5}}
		list, one, update = "/projects/3/merge_requests/7/notes", "/projects/3/merge_requests/7/notes/", http.MethodPut
		authorised = func(r *http.Request) bool { return r.Header.Get("PRIVATE-TOKEN") == token }
	}
	// Somebody else wrote the marker, and there are more comments than one page holds.
	s.notes = append(s.notes, note{ID: 1, Body: "<!-- provost plan -->\nfooled you", User: map[string]any{"login": "mallory"},
		Author: map[string]any{"id": 6}})
	for i := range 120 {
		s.notes = append(s.notes, note{ID: 2 + i, Body: "a comment", User: mine.User, Author: mine.Author})
	}
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		defer s.mu.Unlock()
		var body struct{ Body string }
		if r.Method != http.MethodGet {
			_ = json.NewDecoder(r.Body).Decode(&body)
		}
		switch {
		case !authorised(r):
			http.Error(w, "who are you?", http.StatusUnauthorized)
		case r.Method == http.MethodGet && r.URL.Path == "/user":
			_ = json.NewEncoder(w).Encode(map[string]any{"id": 5})
		case r.Method == http.MethodGet && r.URL.Path == list:
			page, _ := strconv.Atoi(r.URL.Query().Get("page"))
			size, _ := strconv.Atoi(r.URL.Query().Get("per_page"))
			from := min((page-1)*size, len(s.notes))
			_ = json.NewEncoder(w).Encode(s.notes[from:min(from+size, len(s.notes))])
		case r.Method == http.MethodPost && r.URL.Path == list:
			s.calls = append(s.calls, "post")
			s.notes = append(s.notes, note{ID: 1000 + len(s.notes), Body: body.Body, User: mine.User, Author: mine.Author})
			w.WriteHeader(http.StatusCreated)
			_, _ = w.Write([]byte("{}"))
		case r.Method == update && strings.HasPrefix(r.URL.Path, one):
			id := strings.TrimPrefix(r.URL.Path, one)
			for i := range s.notes {
				if fmt.Sprint(s.notes[i].ID) == id {
					s.calls = append(s.calls, "update")
					s.notes[i].Body = body.Body
				}
			}
			_, _ = w.Write([]byte("{}"))
		default:
			s.calls = append(s.calls, r.Method+" "+r.URL.Path)
			http.NotFound(w, r)
		}
	}))
	t.Cleanup(s.Close)
	return s
}

// last is the last comment, and what was done so far.
func (s *service) last() (body, calls string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.notes[len(s.notes)-1].Body, strings.Join(s.calls, " ")
}
