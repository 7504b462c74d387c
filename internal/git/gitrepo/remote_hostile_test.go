package gitrepo

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"unicode/utf8"

	"github.com/go-git/go-git/v5"

	"provost.dev/provost/internal/git/gittransport"
)

// pktLine is a line as Git's protocol writes it.
func pktLine(format string, args ...any) string {
	text := fmt.Sprintf(format, args...)
	return fmt.Sprintf("%04x%s", len(text)+4, text)
}

// bomb is the beginning of a pack whose object says that it has a terabyte.
const bomb = "PACK\x00\x00\x00\x02\x00\x00\x00\x01\xb0\x80\x80\x80\x80\x80\x01\x78\x9c"

// A server that sends without end, or what inflates without end, is told of in
// one short line, and nothing of it stays.
func TestHostileServer(t *testing.T) {
	hash := strings.Repeat("1", 40)
	first := pktLine("# service=git-upload-pack\n") + "0000" + pktLine("%s HEAD\x00side-band-64k symref=HEAD:refs/heads/main\n", hash)
	var sent atomic.Int64
	mux := http.NewServeMux()
	mux.HandleFunc("GET /endless/info/refs", func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, first)
		for sent.Load() < 900<<20 {
			n, err := io.WriteString(w, strings.Repeat(pktLine("%s refs/heads/%s\n", hash, strings.Repeat("x", 1000)), 64))
			if sent.Add(int64(n)); err != nil {
				return
			}
		}
	})
	mux.HandleFunc("GET /rude/info/refs", func(w http.ResponseWriter, _ *http.Request) {
		http.Error(w, strings.Repeat("\x1b[31mGo away ", 10_000), http.StatusUnauthorized)
	})
	mux.HandleFunc("GET /bomb/info/refs", func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, first+pktLine("%s refs/heads/main\n", hash)+"0000")
	})
	mux.HandleFunc("POST /bomb/git-upload-pack", func(w http.ResponseWriter, q *http.Request) {
		_, _ = io.Copy(io.Discard, q.Body)
		said := pktLine("NAK\n") + pktLine("\x02\x1b[2JCounting\n")
		_, _ = io.WriteString(w, said+pktLine("\x01%s", bomb)+pktLine("\x01%s", strings.Repeat("x", 60_000))+"0000")
	})
	s := httptest.NewServer(mux)
	defer s.Close()

	for _, tt := range []struct{ name, says string }{
		{"endless", "the server's list of references is longer than 32 MiB; no access is kept in a repository of that size"},
		{"rude", "the repository asks for credentials"},
		{"bomb", "holds more than"},
	} {
		l := Location{Repository: s.URL + "/" + tt.name}
		for _, cache := range []string{"", filepath.Join(t.TempDir(), "cache")} {
			var progress bytes.Buffer
			_, err := l.Open(t.Context(), cache, &progress)
			if err == nil || !strings.Contains(err.Error(), tt.says) {
				t.Fatalf("%s: %v does not say %q", tt.name, err, tt.says)
			}
			n := utf8.RuneCountInString(err.Error())
			if n > gittransport.MaxBrief+200 || strings.ContainsAny(err.Error()+progress.String(), "\x1b") {
				t.Errorf("%s: %d characters: %q, %q", tt.name, n, err, progress.String())
			}
			left, err := filepath.Glob(filepath.Join(cache, ".*"))
			if cache != "" && (err != nil || len(left) > 0) {
				t.Errorf("%s leaves %v, %v", tt.name, left, err)
			}
		}
	}
	if n := sent.Load(); n > 2*(32<<20+24<<20) {
		t.Errorf("%d MiB were taken", n>>20)
	}

	// The same where there is a copy already: it stays as it is.
	cache := t.TempDir()
	sum := sha256.Sum256([]byte(s.URL + "/bomb"))
	dir := filepath.Join(cache, hex.EncodeToString(sum[:12]))
	if _, err := git.PlainInit(dir, true); err != nil {
		t.Fatal(err)
	}
	config := "[core]\n\tbare = true\n[remote \"origin\"]\n\turl = " + s.URL + "/bomb\n"
	if err := os.WriteFile(filepath.Join(dir, "config"), []byte(config), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := (Location{Repository: s.URL + "/bomb"}).Open(t.Context(), cache, nil)
	if err == nil || !strings.Contains(err.Error(), "holds more than") {
		t.Errorf("got %v", err)
	}
	if left, err := filepath.Glob(filepath.Join(dir, "objects", "pack", "*")); err != nil || len(left) > 0 {
		t.Errorf("it leaves %v, %v", left, err)
	}
}
