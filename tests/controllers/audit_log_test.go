package controllers_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"k8s.io/client-go/rest"

	provostv1 "provost.dev/provost/api/v1alpha1"
	"provost.dev/provost/internal/cluster/audit"
	"provost.dev/provost/internal/testing/testenv"
)

// agree waits until the logs come to what the effective permissions in the cluster say.
func agree(t *testing.T, env *testenv.Env, paths ...string) {
	t.Helper()
	comesTo(t, env, func() map[string]string { return inLog(t, paths...) })
}

// comesTo is agree for any way to read a log.
func comesTo(t *testing.T, env *testenv.Env, log func() map[string]string) {
	t.Helper()
	var diff string
	for range 100 {
		if diff = cmp.Diff(inCluster(t, env), log()); diff == "" {
			return
		}
		time.Sleep(100 * time.Millisecond)
	}
	t.Fatalf("the audit log does not come to what is there (- is, + the log says):\n%s", diff)
}

// inCluster is what everybody may do: namespace/person/entity -> permissions.
func inCluster(t *testing.T, env *testenv.Env) map[string]string {
	t.Helper()
	list := &provostv1.EffectivePermissionsList{}
	if err := env.Client.List(t.Context(), list); err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	for _, o := range list.Items {
		for _, a := range o.Status.Access {
			for _, entity := range a.Entities {
				if len(a.Permissions) > 0 {
					out[o.Namespace+"/"+o.Name+"/"+entity] = strings.Join(a.Permissions, " ")
				}
			}
		}
	}
	return out
}

// inLog is the same from logs, whose records have to fit together.
func inLog(t *testing.T, paths ...string) map[string]string {
	t.Helper()
	s, err := audit.Replay(inOrder(t, paths...))
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	s.Each(func(person, namespace string, access map[string][]string) {
		for entity, permissions := range access {
			out[namespace+"/"+person+"/"+entity] = strings.Join(permissions, " ")
		}
	})
	return out
}

// inOrder are the lines of one log, or those of several in the order of their times.
func inOrder(t *testing.T, paths ...string) io.Reader {
	t.Helper()
	type line struct {
		text string
		Time time.Time
	}
	var all []line
	for _, path := range paths {
		content, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for text := range strings.Lines(string(content)) {
			l := line{text: strings.TrimSuffix(text, "\n") + "\n"}
			_ = json.Unmarshal([]byte(text), &l) // one that broke off has no time, and says nothing
			all = append(all, l)
		}
	}
	if len(paths) > 1 {
		slices.SortStableFunc(all, func(a, b line) int { return a.Time.Compare(b.Time) })
	}
	var out strings.Builder
	for _, l := range all {
		out.WriteString(l.text)
	}
	return strings.NewReader(out.String())
}

// told collects the records of a manager.
type told struct {
	env *testenv.Env
	out *syncBuffer
	n   int // how many were read
}

// next waits for records until one of each person and entity has come, and
// returns them as "person entity +gained -lost cause requester".
func (l *told) next(t *testing.T, n int) []string {
	t.Helper()
	var records []audit.Record
	for range 300 {
		if records = l.out.records(t); len(records) >= l.n+n {
			break
		}
		time.Sleep(100 * time.Millisecond)
	}
	if len(records) != l.n+n {
		t.Fatalf("%d records, not %d:\n%s", len(records)-l.n, n, l.out)
	}
	var out []string
	for _, r := range records[l.n:] {
		words := []string{r.Person, r.Entity}
		for _, p := range r.Gained {
			words = append(words, "+"+p)
		}
		for _, p := range r.Lost {
			words = append(words, "-"+p)
		}
		words = append(words, string(r.Cause.Type))
		for _, o := range r.Cause.Objects {
			words = append(words, o.Kind+"/"+o.Name+":"+string(o.Action))
		}
		if r.Requester != "" {
			words = append(words, "by", r.Requester, r.Revision)
		}
		out = append(out, strings.Join(words, " "))
	}
	l.n += n
	slices.Sort(out)
	return out
}

func (l *told) expect(t *testing.T, want ...string) {
	t.Helper()
	if d := cmp.Diff(want, l.next(t, len(want))); d != "" {
		t.Errorf("the log says otherwise (- wanted):\n%s", d)
	}
}

func replayed(t *testing.T, out *syncBuffer) map[string]string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "log")
	if err := os.WriteFile(path, []byte(out.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	return inLog(t, path)
}

// settleDown waits until the manager writes nothing for a while.
func settleDown(r *running) { calm(r.writes) }

// syncBuffer is an audit log in memory, which may fail.
type syncBuffer struct {
	mu   sync.Mutex
	b    bytes.Buffer
	fail atomic.Bool
}

// Write implements io.Writer.
func (s *syncBuffer) Write(p []byte) (int, error) {
	if s.fail.Load() {
		return 0, errors.New("the log fails, by the test")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Write(p)
}

// String is the whole log.
func (s *syncBuffer) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.String()
}

// records are those of the log about access, without repeats.
func (s *syncBuffer) records(t *testing.T) []audit.Record {
	t.Helper()
	var out []audit.Record
	seen := map[string]bool{}
	for line := range strings.Lines(s.String()) {
		if strings.TrimSpace(line) == "" {
			continue // after a failure
		}
		r := audit.Record{}
		if err := json.Unmarshal([]byte(line), &r); err != nil {
			t.Fatalf("%q: %v", line, err)
		}
		if !seen[r.ID] && r.Kind != audit.Change {
			seen[r.ID] = true
			out = append(out, r)
		}
	}
	return out
}

// plug is what connects a manager with the API server.
type plug struct{ pulled atomic.Bool }

func plugIn(cfg *rest.Config) *plug {
	p := &plug{}
	cfg.Wrap(func(next http.RoundTripper) http.RoundTripper {
		return transport(func(r *http.Request) (*http.Response, error) {
			if p.pulled.Load() {
				return nil, errors.New("the plug is pulled")
			}
			answer, err := next.RoundTrip(r)
			if err == nil && p.pulled.Load() {
				_ = answer.Body.Close()
				return nil, errors.New("the plug is pulled")
			}
			return answer, err
		})
	})
	return p
}

// pull cuts the connection: nothing goes out any more, and no answer comes in.
func (p *plug) pull() { p.pulled.Store(true) }

// back puts it back.
func (p *plug) back() { p.pulled.Store(false) }
