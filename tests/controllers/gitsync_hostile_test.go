package controllers_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"unicode"

	"k8s.io/apimachinery/pkg/api/meta"

	"provost.dev/provost/internal/git/gittransport"
	"provost.dev/provost/internal/run/manager"
)

// pktLine is a line as Git's protocol writes it.
func pktLine(format string, args ...any) string {
	text := fmt.Sprintf(format, args...)
	return fmt.Sprintf("%04x%s", len(text)+4, text)
}

// hostileServer answers by the name of the repository that is asked for, and counts what it got rid of.
func hostileServer(t *testing.T, sent *atomic.Int64) *httptest.Server {
	t.Helper()
	rude := strings.Repeat("<b>\x1b[31mGo away\x1b[0m\u202e</b> ", 3000)
	hash := strings.Repeat("1", 40)
	refs := pktLine("# service=git-upload-pack\n") + "0000"
	mux := http.NewServeMux()
	answer := func(name string, f http.HandlerFunc) { mux.HandleFunc("/"+name+"/info/refs", f) }
	answer("endless", func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, refs+pktLine("%s HEAD\x00side-band-64k\n", hash))
		for i := 0; sent.Load() < 900<<20; i++ {
			n, err := io.WriteString(w, pktLine("%s refs/heads/%d-%s\n", hash, i, strings.Repeat("x", 1000)))
			if sent.Add(int64(n)); err != nil {
				return
			}
		}
	})
	for _, status := range []int{http.StatusUnauthorized, http.StatusForbidden, http.StatusNotFound, http.StatusInternalServerError} {
		answer(fmt.Sprint(status), func(w http.ResponseWriter, _ *http.Request) { http.Error(w, rude+"\n"+rude, status) })
	}
	answer("error-line", func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, refs+pktLine("ERR %s", rude[:60_000]))
	})
	answer("page", func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "<!doctype html>\n"+rude) })
	answer("nonsense", func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, refs+pktLine("%s", rude[:60_000]))
	})
	answer("branch", func(w http.ResponseWriter, _ *http.Request) {
		name := "refs/heads/" + strings.Repeat("x\x1b[31m", 2000)
		_, _ = io.WriteString(w, refs+pktLine("%s HEAD\x00symref=HEAD:%s\n", hash, name)+pktLine("%s %s\n", hash, name)+"0000")
	})
	answer("redirect", func(w http.ResponseWriter, q *http.Request) {
		http.Redirect(w, q, "http://169.254.169.254/latest/info/refs?service=git-upload-pack", http.StatusFound)
	})
	s := httptest.NewServer(mux)
	t.Cleanup(s.Close)
	return s
}

// Whatever a server sends, little of it is read, and one short line of it at most gets
// into a status or an event.
func TestGitSyncHostileServer(t *testing.T) {
	w := startGit(t, ", suspend: true")
	w.manager.stop()
	w.manager = run(t, w.env, func(o *manager.Options) { o.GitSyncMaxReferences = 1 << 20 })
	var sent atomic.Int64
	server := hostileServer(t, &sent)
	follow := func(name, reason string) string {
		t.Helper()
		w.env.Apply(t, home, fmt.Sprintf("kind: GitSync\nmetadata: {name: access}\nspec: {url: %q, interval: 1h}\n", server.URL+"/"+name))
		eventually(t, "the server is asked", func() bool {
			gs := w.read()
			ready := meta.FindStatusCondition(gs.Status.Conditions, "Ready")
			return ready != nil && ready.ObservedGeneration == gs.Generation
		})
		w.is("Ready=False/" + reason)
		message := ""
		for _, c := range w.read().Status.Conditions {
			message = c.Message
			// What is ours of it, and what may be the server's.
			hidden := strings.ContainsFunc(c.Message, func(r rune) bool { return !unicode.IsPrint(r) })
			if hidden || len(c.Message) > len(server.URL)+2*gittransport.MaxBrief+150 {
				t.Errorf("%s: the condition %s is %d bytes long: %q", name, c.Type, len(c.Message), c.Message)
			}
		}
		return message
	}
	for name, reason := range map[string]string{
		"401": "AuthenticationFailed", "403": "AuthenticationFailed", "404": "RepositoryNotFound", "500": "GitOperationFailed",
		"error-line": "GitOperationFailed", "page": "GitOperationFailed", "nonsense": "GitOperationFailed", "branch": "RefNotFound",
	} {
		t.Log(follow(name, reason))
	}
	if message := follow("endless", "GitOperationFailed"); !strings.Contains(message, "the server's list of references is longer than 1 MiB") {
		t.Error(message)
	}
	if n := sent.Load(); n == 0 || n > 24<<20 { // what is on its way in buffers, beside what was read
		t.Errorf("%d MiB were taken", n>>20)
	}
	if message := follow("redirect", "RepositoryNotAllowed"); !strings.Contains(message, "169.254.169.254") {
		t.Error(message)
	}

	// Where nothing is said, this machine may not be reached either.
	w.manager.stop()
	w.manager = run(t, w.env, func(o *manager.Options) { o.GitSyncNetworks = gittransport.Networks{} })
	before := sent.Load()
	const want = "127.0.0.1 may not be reached: it lies in 127.0.0.0/8 (--gitsync-allow-networks)"
	if message := follow("endless", "RepositoryNotAllowed"); !strings.Contains(message, want) {
		t.Error(message)
	}
	if sent.Load() != before {
		t.Error("it was asked all the same")
	}
}
