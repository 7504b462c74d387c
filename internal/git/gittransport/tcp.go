package gittransport

import (
	"bufio"
	"context"
	"io"
	"net"
	"strconv"
	"strings"

	"github.com/go-git/go-git/v5/plumbing/protocol/packp"
	"github.com/go-git/go-git/v5/plumbing/transport"
	gittcp "github.com/go-git/go-git/v5/plumbing/transport/git"
)

// overTCP is the git:// protocol.
type overTCP struct{}

// NewUploadPackSession implements transport.Transport.
func (overTCP) NewUploadPackSession(ep *transport.Endpoint, auth transport.AuthMethod) (transport.UploadPackSession, error) {
	auth, o := unpack(auth)
	if auth != nil {
		return nil, transport.ErrInvalidAuthMethod
	}
	host, port := hostAndPort(ep, gittcp.DefaultPort)
	return &stream{limits: o.Limits.withDefaults(), connect: func(ctx context.Context, _ *budget) (*program, error) {
		conn, err := dial(ctx, &o.Networks, host, port)
		if err != nil {
			return nil, err
		}
		q := packp.GitProtoRequest{RequestCommand: transport.UploadPackServiceName, Pathname: ep.Path, Host: ep.Host}
		if ep.Port != 0 && ep.Port != gittcp.DefaultPort {
			q.Host = net.JoinHostPort(host, port)
		}
		p := &program{in: keptOpen{conn}, out: bufio.NewReader(conn), close: func() { _ = conn.Close() }}
		stop := context.AfterFunc(ctx, p.close)
		defer stop()
		if err := q.Encode(conn); err != nil {
			p.close()
			return nil, err
		}
		return p, nil
	}}, nil
}

// NewReceivePackSession implements transport.Transport.
func (overTCP) NewReceivePackSession(ep *transport.Endpoint, auth transport.AuthMethod) (transport.ReceivePackSession, error) {
	auth, _ = unpack(auth)
	return gittcp.DefaultClient.NewReceivePackSession(ep, auth)
}

// keptOpen is a writer whose end closes nothing: the answer comes by the same connection.
type keptOpen struct{ io.Writer }

// Close implements io.Closer.
func (keptOpen) Close() error { return nil }

// hostAndPort are where an endpoint is.
func hostAndPort(ep *transport.Endpoint, port int) (host, service string) {
	if ep.Port > 0 {
		port = ep.Port
	}
	return strings.Trim(ep.Host, "[]"), strconv.Itoa(port)
}
