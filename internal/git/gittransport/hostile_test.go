package gittransport

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/go-git/go-git/v5"
	"github.com/go-git/go-git/v5/config"
	"github.com/go-git/go-git/v5/plumbing/format/pktline"
	"github.com/go-git/go-git/v5/plumbing/transport"
	gitssh "github.com/go-git/go-git/v5/plumbing/transport/ssh"
	"github.com/go-git/go-git/v5/storage/memory"
	"golang.org/x/crypto/ssh"

	"provost.dev/provost/internal/testing/need"
)

const (
	// enough is where the servers of these tests give up, in bytes: far more than anybody may read.
	enough = 256 << 20
	// underWay is what may have left a server without having been read: the buffers of both sides.
	underWay = 24 << 20
)

// small are bounds that are soon reached.
var small = Options{Limits: Limits{References: 1 << 20, Pack: 2 << 20}, Networks: Networks{Allow: Loopback}}

// hostile is what a server says, whatever it is spoken to by.
type hostile struct {
	references, answer func(io.Writer)
}

// counter counts what a server got rid of, and ends it when that is enough.
type counter struct {
	to   io.Writer
	sent *atomic.Int64
}

var errEnough = errors.New("enough")

func (c *counter) Write(p []byte) (int, error) {
	if c.sent.Load() > enough {
		return 0, errEnough
	}
	n, err := c.to.Write(p)
	c.sent.Add(int64(n))
	return n, err
}

// endless writes the same again and again, until nobody takes it any more.
func endless(text string) func(io.Writer) {
	block := []byte(strings.Repeat(text, 1+(64<<10)/len(text)))
	return func(w io.Writer) {
		for {
			if _, err := w.Write(block); err != nil {
				return
			}
		}
	}
}

func line(format string, args ...any) string {
	text := fmt.Sprintf(format, args...)
	return fmt.Sprintf("%04x%s", len(text)+4, text)
}

const flush = "0000"

var (
	someHash = strings.Repeat("1", 40)
	firstRef = line("%s HEAD\x00shallow side-band-64k ofs-delta symref=HEAD:refs/heads/main\n", someHash)
	allRefs  = firstRef + line("%s refs/heads/main\n", someHash) + flush
)

func say(text string) func(io.Writer) {
	return func(w io.Writer) { _, _ = io.WriteString(w, text) }
}

func then(parts ...func(io.Writer)) func(io.Writer) {
	return func(w io.Writer) {
		for _, p := range parts {
			p(w)
		}
	}
}

// overEach serves by each protocol, and says where.
func (h hostile) overEach(t *testing.T, test func(t *testing.T, url string, auth transport.AuthMethod, sent *atomic.Int64)) {
	t.Helper()
	t.Run("http", func(t *testing.T) {
		var sent atomic.Int64
		test(t, h.serveHTTP(t, &sent, nil)+"/r.git", nil, &sent)
	})
	t.Run("git", func(t *testing.T) {
		var sent atomic.Int64
		test(t, "git://"+h.serveTCP(t, &sent)+"/r.git", nil, &sent)
	})
	t.Run("ssh", func(t *testing.T) {
		var sent atomic.Int64
		auth := &gitssh.Password{User: "git", Password: "x"}
		auth.HostKeyCallback = ssh.InsecureIgnoreHostKey()
		test(t, "ssh://git@"+h.serveSSH(t, &sent, nil)+"/r.git", auth, &sent)
	})
}

func (h hostile) serveHTTP(t *testing.T, sent *atomic.Int64, wrap func(http.ResponseWriter) io.Writer) string {
	t.Helper()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		var out io.Writer = &counter{w, sent}
		if wrap != nil {
			out = wrap(w)
		}
		if q.Method == http.MethodGet {
			say(line("# service=git-upload-pack\n") + flush)(out)
			h.references(out)
			return
		}
		_, _ = io.Copy(io.Discard, q.Body)
		h.answer(out)
	}))
	t.Cleanup(s.Close)
	return s.URL
}

// listen answers connections until the test is over.
func listen(t *testing.T, answer func(net.Conn)) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				defer conn.Close()
				answer(conn)
			}()
		}
	}()
	return l.Addr().String()
}

func (h hostile) serveTCP(t *testing.T, sent *atomic.Int64) string {
	t.Helper()
	return listen(t, func(conn net.Conn) {
		if lines := pktline.NewScanner(conn); lines.Scan() {
			h.converse(conn, &counter{conn, sent})
		}
	})
}

// converse says what there is, waits for what is wanted, and answers.
func (h hostile) converse(r io.Reader, w *counter) {
	if h.references(w); w.sent.Load() > enough {
		return
	}
	for lines := pktline.NewScanner(r); lines.Scan(); {
		if string(bytes.TrimSpace(lines.Bytes())) == "done" {
			h.answer(w)
			return
		}
	}
}

func (h hostile) serveSSH(t *testing.T, sent *atomic.Int64, complaints func(io.Writer)) string {
	t.Helper()
	_, key, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	signer, err := ssh.NewSignerFromKey(key)
	if err != nil {
		t.Fatal(err)
	}
	c := &ssh.ServerConfig{NoClientAuth: true}
	c.AddHostKey(signer)
	return listen(t, func(conn net.Conn) {
		_, channels, requests, err := ssh.NewServerConn(conn, c)
		if err != nil {
			return
		}
		go ssh.DiscardRequests(requests)
		for offered := range channels {
			channel, requests, err := offered.Accept()
			if err != nil {
				return
			}
			go func() {
				for q := range requests {
					_ = q.Reply(q.Type == "exec", nil)
				}
			}()
			go func() {
				defer channel.Close()
				if complaints != nil {
					complaints(&counter{channel.Stderr(), sent})
					return
				}
				h.converse(channel, &counter{channel, sent})
			}()
		}
	})
}

func fetch(ctx context.Context, url string, auth transport.AuthMethod, o Options) error {
	r := git.NewRemote(memory.NewStorage(), &config.RemoteConfig{Name: "origin", URLs: []string{url}})
	return r.FetchContext(ctx, &git.FetchOptions{
		RefSpecs: []config.RefSpec{"+refs/heads/main:refs/heads/main"}, Depth: 1, Tags: git.NoTags, Auth: Use(auth, o),
	})
}

// tooLong wants an error of too much, and that not much more than is allowed was ever taken.
func tooLong(t *testing.T, err error, sent *atomic.Int64, what string) {
	t.Helper()
	var long *TooLongError
	if !errors.As(err, &long) || !strings.Contains(err.Error(), what) {
		t.Errorf("got %v, want that %s is too long", err, what)
	}
	if n := sent.Load(); n > underWay {
		t.Errorf("%d MiB were taken", n>>20)
	}
}

// However long a server talks, and in whatever part of the conversation, no more
// is taken of it than the bounds allow.
func TestEndless(t *testing.T) {
	reference := func(length int) string { return line("%s refs/heads/%s\n", someHash, strings.Repeat("x", length)) }
	for _, tt := range []struct {
		name, what string
		server     hostile
	}{
		{"references", listOfReferences, hostile{references: then(say(firstRef), endless(reference(200)))}},
		{"one long reference after another", listOfReferences, hostile{references: then(say(firstRef), endless(reference(60_000)))}},
		{"shallow commits", listOfReferences, hostile{references: then(say(firstRef), endless(line("shallow %s", someHash)))}},
		{"shallow commits in the answer", answerToRequest, hostile{references: say(allRefs), answer: endless(line("shallow %s", someHash))}},
		{"nonsense in the answer", answerToRequest, hostile{references: say(allRefs), answer: endless(line("hello"))}},
		{"acknowledgements", answerToRequest, hostile{
			references: say(allRefs),
			answer:     then(say(line("shallow %s", someHash)+flush), endless(line("ACK %s\n", someHash))),
		}},
		{"progress", pack, hostile{references: say(allRefs), answer: then(say(flush+line("NAK\n")), endless(line("\x02Counting objects\r")))}},
		{"a pack", pack, hostile{
			references: say(allRefs),
			answer: then(
				say(flush+line("NAK\n")+line("\x01PACK\x00\x00\x00\x02\x00\x00\x00\x01")),
				endless(line("\x01%s", strings.Repeat("\xbf", 60_000)))),
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			tt.server.overEach(t, func(t *testing.T, url string, auth transport.AuthMethod, sent *atomic.Int64) {
				err := fetch(t.Context(), url, auth, small)
				if tt.name == "a pack" && err != nil && sent.Load() < underWay {
					return // it is seen to be broken before it is too long
				}
				tooLong(t, err, sent, tt.what)
			})
		})
	}
}

// What is compressed counts as what it becomes.
func TestGzipBomb(t *testing.T) {
	var sent, made atomic.Int64
	h := hostile{references: then(say(firstRef), endless(line("%s refs/heads/%s\n", someHash, strings.Repeat("x", 200))))}
	url := h.serveHTTP(t, &sent, func(w http.ResponseWriter) io.Writer {
		w.Header().Set("Content-Encoding", "gzip")
		return &counter{gzip.NewWriter(&counter{w, &sent}), &made}
	})
	tooLong(t, fetch(t.Context(), url+"/r.git", nil, small), &sent, listOfReferences)
}

// Answers that are no success are known by their status, however much follows.
func TestEndlessErrors(t *testing.T) {
	for status, want := range map[int]error{
		http.StatusUnauthorized: transport.ErrAuthenticationRequired, http.StatusForbidden: transport.ErrAuthorizationFailed,
		http.StatusNotFound: transport.ErrRepositoryNotFound, http.StatusInternalServerError: nil, http.StatusFound: nil,
	} {
		t.Run(fmt.Sprint(status), func(t *testing.T) {
			var sent atomic.Int64
			s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
				w.Header().Set("Location", q.URL.String())
				w.WriteHeader(status)
				endless("go away\x1b[2J ")(&counter{w, &sent})
			}))
			defer s.Close()
			err := fetch(t.Context(), s.URL+"/r.git", nil, small)
			if err == nil || want != nil && !errors.Is(err, want) {
				t.Errorf("got %v, want %v", err, want)
			}
			if n := sent.Load(); n > 10*underWay { // ten redirects
				t.Errorf("%d MiB were taken", n>>20)
			}
			if said := Brief(err).Error(); len(said) > MaxBrief+10 || strings.ContainsAny(said, "\n\x1b") {
				t.Errorf("it is told as %q", said)
			}
		})
	}
}

func TestEndlessHeaders(t *testing.T) {
	var sent atomic.Int64
	address := listen(t, func(conn net.Conn) {
		then(say("HTTP/1.1 200 OK\r\n"), endless("X-More: "+strings.Repeat("x", 500)+"\r\n"))(&counter{conn, &sent})
	})
	if err := fetch(t.Context(), "http://"+address+"/r.git", nil, small); err == nil {
		t.Error("it went well")
	}
	if n := sent.Load(); n > underWay {
		t.Errorf("%d MiB were taken", n>>20)
	}
}

// SSH has more places to talk than the session.
func TestEndlessSSH(t *testing.T) {
	auth := &gitssh.Password{User: "git", Password: "x"}
	auth.HostKeyCallback = ssh.InsecureIgnoreHostKey()
	for name, serve := range map[string]func(*atomic.Int64) string{
		"before its version": func(sent *atomic.Int64) string {
			return listen(t, func(conn net.Conn) { endless("welcome\r\n")(&counter{conn, sent}) })
		},
		"after its version": func(sent *atomic.Int64) string {
			return listen(t, func(conn net.Conn) {
				then(say("SSH-2.0-x\r\n"), endless("\x00\x00\x00\x0c\x04\x02"+strings.Repeat("\x00", 10)))(&counter{conn, sent})
			})
		},
		"on the error stream": func(sent *atomic.Int64) string {
			return hostile{}.serveSSH(t, sent, endless("remote: "+strings.Repeat("=", 50)+"\n"))
		},
	} {
		t.Run(name, func(t *testing.T) {
			var sent atomic.Int64
			url := "ssh://git@" + serve(&sent) + "/r.git"
			if err := fetch(t.Context(), url, auth, small); err == nil {
				t.Error("it went well")
			}
			if n := sent.Load(); n > underWay {
				t.Errorf("%d MiB were taken", n>>20)
			}
		})
	}
}

// Who sends a byte now and then is given up with the context, and the connection with it.
func TestDripping(t *testing.T) {
	need.Time(t) // each waits until its time is up
	gone := make(chan struct{}, 8)
	drip := func(text string) func(io.Writer) {
		return func(w io.Writer) {
			defer func() { gone <- struct{}{} }()
			for i := 0; ; i = (i + 1) % len(text) {
				if _, err := io.WriteString(w, text[i:i+1]); err != nil {
					return
				}
				if f, ok := w.(*counter).to.(http.Flusher); ok {
					f.Flush()
				}
				time.Sleep(5 * time.Millisecond)
			}
		}
	}
	for name, h := range map[string]hostile{
		"references": {references: then(say(firstRef), drip(line("%s refs/heads/x\n", someHash)))},
		"the answer": {references: say(allRefs), answer: drip(line("shallow %s", someHash))},
		"the pack":   {references: say(allRefs), answer: then(say(flush+line("NAK\n")), drip(line("\x02Counting objects\r")))},
	} {
		t.Run(name, func(t *testing.T) {
			h.overEach(t, func(t *testing.T, url string, auth transport.AuthMethod, _ *atomic.Int64) {
				ctx, cancel := context.WithTimeout(t.Context(), 150*time.Millisecond)
				defer cancel()
				if err := fetch(ctx, url, auth, small); err == nil || ctx.Err() == nil {
					t.Errorf("got %v before the time was up", err)
				}
				<-gone // the server sees the connection end
			})
		})
	}
}
