package testenv

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"k8s.io/client-go/rest"
)

// Writes counts what clients of a configuration write: creations, updates,
// patches and deletions, apart from leases and events.
type Writes struct {
	mu    sync.Mutex
	total int
	last  time.Time
	by    map[string]int
}

// CountWrites has the clients that are made of the configuration from now on counted.
func CountWrites(cfg *rest.Config) *Writes {
	w := &Writes{by: map[string]int{}}
	cfg.Wrap(func(next http.RoundTripper) http.RoundTripper {
		return roundTripper(func(r *http.Request) (*http.Response, error) {
			w.count(r)
			return next.RoundTrip(r)
		})
	})
	return w
}

type roundTripper func(*http.Request) (*http.Response, error)

// RoundTrip implements http.RoundTripper.
func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func (w *Writes) count(r *http.Request) {
	if r.Method == http.MethodGet || strings.Contains(r.URL.Path, "/leases") || strings.Contains(r.URL.Path, "/events") {
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.total++
	w.last = time.Now()
	w.by[r.Method+" "+resource(r.URL.Path)]++
}

// resource is the resource of a path, with the subresource: "courses/status".
func resource(path string) string {
	parts := strings.Split(strings.Trim(path, "/"), "/")
	if len(parts) > 0 && parts[0] == "api" {
		parts = parts[2:]
	} else if len(parts) > 3 {
		parts = parts[3:]
	}
	if len(parts) > 2 && parts[0] == "namespaces" {
		parts = parts[2:]
	}
	if len(parts) > 2 {
		return parts[0] + "/" + parts[2]
	}
	return parts[0]
}

// Total is how many writes there were.
func (w *Writes) Total() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.total
}

// Last waits until nothing has been written for so long, and returns when the last write was.
func (w *Writes) Last(quiet time.Duration) time.Time {
	for {
		w.mu.Lock()
		last := w.last
		w.mu.Unlock()
		wait := quiet - time.Since(last)
		if wait <= 0 {
			return last
		}
		time.Sleep(min(wait, 100*time.Millisecond))
	}
}

// Of is how many writes there were of one kind: "POST effectivepermissions", "PATCH courses/status".
func (w *Writes) Of(what string) int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.by[what]
}

// String lists the writes by method and resource.
func (w *Writes) String() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	var out []string
	for _, k := range slices.Sorted(maps.Keys(w.by)) {
		out = append(out, fmt.Sprintf("%s: %d", k, w.by[k]))
	}
	return strings.Join(out, ", ")
}
