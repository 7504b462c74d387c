package gitsync

import (
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"strings"
	"sync/atomic"
	"testing"

	provostv1 "provost.dev/provost/api/v1alpha1"
	"provost.dev/provost/internal/git/gitsync/gittest"
)

// proxied names the environment variable that has TestProxy fetch, as a process of its own.
const proxied = "PROVOST_TEST_PROXIED"

// TestProxy reaches a server through the proxy that HTTPS_PROXY names. The
// environment is read once a process, and never asked about 127.0.0.1, so that the
// fetch is made by another process and from another name.
func TestProxy(t *testing.T) {
	if url := os.Getenv(proxied); url != "" {
		c, err := (&Fetcher{}).Fetch(t.Context(), "k", source(t, url, Ref{}, map[string][]byte{secretCAFile: []byte(os.Getenv(proxied + "_CA"))}))
		if err != nil {
			t.Fatal(err)
		}
		if got := readFile(t, c, "a.yaml"); got != "one" {
			t.Errorf("a.yaml is %q", got)
		}
		// The proxy resolves names; an address that is written as such is refused before it is asked.
		_, err = (&Fetcher{}).Fetch(t.Context(), "k", source(t, "https://169.254.169.254/latest", Ref{}, nil))
		if reasonOf(err) != provostv1.ReasonRepositoryNotAllowed {
			t.Errorf("an address that is refused: %v", err)
		}
		return
	}
	repo := gittest.New(t, gittest.Files{"a.yaml": "one"})
	server := repo.Serve(t, nil)
	var tunnels atomic.Int64
	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodConnect || r.Host != "example.com:443" {
			http.Error(w, "only tunnels to example.com", http.StatusForbidden)
			return
		}
		tunnels.Add(1)
		up, err := net.Dial("tcp", server.Address())
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadGateway)
			return
		}
		down, _, err := w.(http.Hijacker).Hijack()
		if err != nil {
			return
		}
		_, _ = io.WriteString(down, "HTTP/1.1 200 OK\r\n\r\n")
		go func() { _, _ = io.Copy(up, down); _ = up.Close() }()
		_, _ = io.Copy(down, up)
		_ = down.Close()
	}))
	t.Cleanup(proxy.Close)
	url := strings.Replace(server.URL, server.Address(), "example.com", 1)
	child := exec.Command(os.Args[0], "-test.run=^TestProxy$")
	child.Env = append(os.Environ(), proxied+"="+url, proxied+"_CA="+string(server.CA), "HTTPS_PROXY="+proxy.URL, "https_proxy="+proxy.URL,
		"NO_PROXY=", "no_proxy=")
	if out, err := child.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	if tunnels.Load() == 0 {
		t.Error("the fetch went past the proxy")
	}
}
