package config_test

import (
	"fmt"
	"net/http"
	"strings"
	"sync"

	"provost.dev/provost/api/v1alpha1"
)

// right is one thing that a rule allows: a verb on a resource.
type right struct{ group, resource, verb string }

func (r right) String() string { return fmt.Sprintf("%s %s.%s", r.verb, r.resource, r.group) }

// witness notes what a client asks an API server for.
type witness struct {
	mu      sync.Mutex
	rights  map[right]bool
	refused []string
}

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func (w *witness) watch(next http.RoundTripper) http.RoundTripper {
	return roundTripper(func(r *http.Request) (*http.Response, error) {
		response, err := next.RoundTrip(r)
		if err == nil {
			w.note(r, response)
		}
		return response, err
	})
}

func (w *witness) note(r *http.Request, response *http.Response) {
	asked, ok := rightOf(r)
	if !ok {
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if response.StatusCode == http.StatusForbidden {
		w.refused = append(w.refused, asked.String())
		return
	}
	w.rights[asked] = true
	if asked.verb == "patch" && response.StatusCode == http.StatusCreated { // an apply that creates takes both
		asked.verb = "create"
		w.rights[asked] = true
	}
	if r.Header.Get("Impersonate-User") != "" {
		w.rights[right{"", "serviceaccounts", "impersonate"}] = true
		if r.Header.Get("Impersonate-Extra-"+strings.ReplaceAll(v1alpha1.RevisionExtra, "/", "%2F")) != "" {
			w.rights[right{"authentication.k8s.io", "userextras/" + v1alpha1.RevisionExtra, "impersonate"}] = true
		}
	}
}

// rightOf is what a request takes, as RBAC knows it.
func rightOf(r *http.Request) (right, bool) {
	parts := strings.Split(strings.Trim(r.URL.Path, "/"), "/")
	var out right
	switch {
	case len(parts) > 2 && parts[0] == "api":
		parts = parts[2:]
	case len(parts) > 3 && parts[0] == "apis":
		out.group, parts = parts[1], parts[3:]
	default:
		return out, false // discovery
	}
	if len(parts) > 2 && parts[0] == "namespaces" {
		parts = parts[2:]
	}
	out.resource = parts[0]
	if len(parts) > 2 {
		out.resource += "/" + parts[2]
	}
	named := len(parts) > 1
	switch r.Method {
	case http.MethodGet:
		out.verb = map[bool]string{true: "get", false: "list"}[named]
		if r.URL.Query().Has("watch") {
			out.verb = "watch"
		}
	default:
		out.verb = map[string]string{http.MethodPost: "create", http.MethodPut: "update", http.MethodPatch: "patch", http.MethodDelete: "delete"}[r.Method]
	}
	return out, true
}
