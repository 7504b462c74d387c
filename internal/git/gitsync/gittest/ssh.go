package gittest

import (
	"bytes"
	"crypto/ed25519"
	"crypto/rand"
	"encoding/pem"
	"fmt"
	"io"
	"net"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/crypto/ssh"
	"golang.org/x/crypto/ssh/knownhosts"

	"provost.dev/provost/internal/testing/need"
)

// SSHServer serves a repository over SSH to the holder of one key.
type SSHServer struct {
	// URL is the repository's address.
	URL string
	// Identity is the private key that may read, in PEM, and KnownHosts the server's own key.
	Identity, KnownHosts []byte
	// OtherIdentity is a key that may not.
	OtherIdentity []byte
}

// ServeSSH starts an SSH server for the repository, which needs Git.
func (r *Repository) ServeSSH(t testing.TB) *SSHServer {
	t.Helper()
	need.Program(t, "git") // its upload-pack
	_, host := newKey(t)
	identity, client := newKey(t)
	other, _ := newKey(t)
	config := &ssh.ServerConfig{PublicKeyCallback: func(_ ssh.ConnMetadata, key ssh.PublicKey) (*ssh.Permissions, error) {
		if !bytes.Equal(key.Marshal(), client.PublicKey().Marshal()) {
			return nil, fmt.Errorf("an unknown key")
		}
		return nil, nil
	}}
	config.AddHostKey(host)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			go r.answer(conn, config)
		}
	}()
	return &SSHServer{
		URL:      "ssh://git@" + listener.Addr().String() + "/" + filepath.Base(r.Dir),
		Identity: identity, OtherIdentity: other,
		KnownHosts: []byte(knownhosts.Line([]string{listener.Addr().String()}, host.PublicKey()) + "\n"),
	}
}

func newKey(t testing.TB) ([]byte, ssh.Signer) {
	t.Helper()
	_, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	block, err := ssh.MarshalPrivateKey(private, "")
	if err != nil {
		t.Fatal(err)
	}
	signer, err := ssh.NewSignerFromKey(private)
	if err != nil {
		t.Fatal(err)
	}
	return pem.EncodeToMemory(block), signer
}

// answer runs git-upload-pack for each session of a connection.
func (r *Repository) answer(conn net.Conn, config *ssh.ServerConfig) {
	defer func() { _ = conn.Close() }()
	_, channels, requests, err := ssh.NewServerConn(conn, config)
	if err != nil {
		return
	}
	go ssh.DiscardRequests(requests)
	for c := range channels {
		if c.ChannelType() != "session" {
			_ = c.Reject(ssh.UnknownChannelType, "only sessions")
			continue
		}
		channel, requests, err := c.Accept()
		if err != nil {
			return
		}
		go r.session(channel, requests)
	}
}

func (r *Repository) session(channel ssh.Channel, requests <-chan *ssh.Request) {
	defer func() { _ = channel.Close() }()
	for q := range requests {
		var payload struct{ Command string }
		if q.Type != "exec" || ssh.Unmarshal(q.Payload, &payload) != nil {
			_ = q.Reply(false, nil)
			continue
		}
		_ = q.Reply(true, nil)
		if payload.Command != "git-upload-pack '/"+filepath.Base(r.Dir)+"'" {
			_, _ = io.WriteString(channel.Stderr(), "fatal: '"+strings.TrimPrefix(payload.Command, "git-upload-pack ")+
				"' does not appear to be a git repository\n")
			_, _ = channel.SendRequest("exit-status", false, ssh.Marshal(struct{ Status uint32 }{128}))
			return
		}
		program := exec.Command("git", "-c", "safe.directory=*", "upload-pack", r.Dir)
		program.Stdin, program.Stdout, program.Stderr = channel, channel, channel.Stderr()
		status := struct{ Status uint32 }{}
		if program.Run() != nil {
			status.Status = 1
		}
		_, _ = channel.SendRequest("exit-status", false, ssh.Marshal(status))
		return
	}
}
