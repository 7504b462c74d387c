package gittransport

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"strings"
	"sync"
	"time"

	"github.com/go-git/go-git/v5/plumbing/transport"
	gitssh "github.com/go-git/go-git/v5/plumbing/transport/ssh"
	"golang.org/x/crypto/ssh"
)

// overSSH runs git-upload-pack at a server.
type overSSH struct{}

// NewUploadPackSession implements transport.Transport.
func (overSSH) NewUploadPackSession(ep *transport.Endpoint, auth transport.AuthMethod) (transport.UploadPackSession, error) {
	auth, o := unpack(auth)
	if auth == nil {
		agent, err := gitssh.DefaultAuthBuilder(ep.User)
		if err != nil {
			return nil, err
		}
		auth = agent
	}
	method, ok := auth.(gitssh.AuthMethod)
	if !ok {
		return nil, transport.ErrInvalidAuthMethod
	}
	limits := o.Limits.withDefaults()
	return &stream{limits: limits, connect: func(ctx context.Context, b *budget) (*program, error) {
		client, err := sshClient(ctx, ep, method, o, limits)
		if err != nil {
			return nil, err
		}
		p, err := uploadPack(client, ep.Path)
		if err != nil {
			_ = client.Close()
			return nil, err
		}
		return p, nil
	}}, nil
}

// NewReceivePackSession implements transport.Transport.
func (overSSH) NewReceivePackSession(ep *transport.Endpoint, auth transport.AuthMethod) (transport.ReceivePackSession, error) {
	auth, _ = unpack(auth)
	return gitssh.DefaultClient.NewReceivePackSession(ep, auth)
}

// sshClient connects, within the context.
func sshClient(ctx context.Context, ep *transport.Endpoint, auth gitssh.AuthMethod, o *Options, limits Limits) (*ssh.Client, error) {
	config, err := auth.ClientConfig()
	if err != nil {
		return nil, err
	}
	host, port := aliased(ep)
	address := net.JoinHostPort(host, port)
	if config.HostKeyCallback == nil {
		known, err := gitssh.NewKnownHostsDb()
		if err != nil {
			return nil, err
		}
		config.HostKeyCallback, config.HostKeyAlgorithms = known.HostKeyCallback(), known.HostKeyAlgorithms(address)
	}
	conn, err := dial(ctx, &o.Networks, host, port)
	if err != nil {
		return nil, err
	}
	stop := context.AfterFunc(ctx, func() { _ = conn.Close() })
	defer stop()
	// Whatever the protocol has room for beside the session is counted here: banners, keys, error streams.
	counted := &countedConn{Conn: conn}
	counted.budget.begin(everything, limits.References+limits.Pack+maxChatter)
	_ = conn.SetDeadline(time.Now().Add(2 * connectTimeout)) // a command of a person has no deadline of its own
	c, channels, requests, err := ssh.NewClientConn(counted, address, config)
	if err != nil {
		_ = conn.Close()
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		return nil, err
	}
	_ = conn.SetDeadline(time.Time{})
	return ssh.NewClient(c, channels, requests), nil
}

// countedConn is a connection of which no more is read than its budget allows.
type countedConn struct {
	net.Conn
	budget budget
}

// Read implements net.Conn.
func (c *countedConn) Read(p []byte) (int, error) {
	return (&reader{c.Conn, &c.budget}).Read(p)
}

// aliased is where an endpoint is, by ~/.ssh/config where that has the host.
func aliased(ep *transport.Endpoint) (host, port string) {
	host, port = hostAndPort(ep, gitssh.DefaultPort)
	if gitssh.DefaultSSHConfig == nil {
		return host, port
	}
	if other := gitssh.DefaultSSHConfig.Get(ep.Host, "Hostname"); other != "" {
		host = other
		if p := gitssh.DefaultSSHConfig.Get(ep.Host, "Port"); p != "" {
			port = p
		}
	}
	return host, port
}

// uploadPack starts the program.
func uploadPack(client *ssh.Client, path string) (*program, error) {
	session, err := client.NewSession()
	if err != nil {
		return nil, err
	}
	in, err := session.StdinPipe()
	if err != nil {
		return nil, err
	}
	out, err := session.StdoutPipe()
	if err != nil {
		return nil, err
	}
	complaints, err := session.StderrPipe()
	if err != nil {
		return nil, err
	}
	if err := session.Start(fmt.Sprintf("%s %s", transport.UploadPackServiceName, quoted(path))); err != nil {
		return nil, err
	}
	closed := sync.OnceFunc(func() {
		_ = session.Close()
		_ = client.Close()
	})
	// Each read of a channel is told to the server, and the protocol is read some bytes at a time.
	return &program{in: in, out: bufio.NewReaderSize(out, 32<<10), complaint: firstLine(complaints), close: closed}, nil
}

// quoted is a word as a shell reads it, also one that expands exclamation marks.
func quoted(word string) string {
	return "'" + strings.NewReplacer("'", `'\''`, "!", `'\!'`).Replace(word) + "'"
}

// complaintTimeout is how long a program that said nothing may take to say why not.
const complaintTimeout = 10 * time.Second

// firstLine reads a stream to its end and keeps its first line that says anything.
func firstLine(r io.Reader) func(context.Context) string {
	line := make(chan string, 1)
	go func() {
		defer close(line)
		lines := bufio.NewScanner(io.LimitReader(r, maxErrorBody))
		for lines.Scan() {
			// Some services draw lines of "=" around what they say.
			if text := strings.Trim(strings.TrimPrefix(lines.Text(), "remote:"), " ="); text != "" {
				line <- text
				break
			}
		}
		_, _ = io.Copy(io.Discard, r)
	}()
	return func(ctx context.Context) string {
		ctx, cancel := context.WithTimeout(ctx, complaintTimeout)
		defer cancel()
		select {
		case text := <-line:
			return text
		case <-ctx.Done():
			return ""
		}
	}
}
