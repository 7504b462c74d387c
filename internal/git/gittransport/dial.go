package gittransport

import (
	"context"
	"net"
	"net/http"
	"net/url"
	"os"
	"time"

	"golang.org/x/net/proxy"
)

// connectTimeout is how long a connection may take to come up.
const connectTimeout = 30 * time.Second

// direct dials what may be reached.
func direct(n *Networks) *net.Dialer {
	return &net.Dialer{Timeout: connectTimeout, KeepAlive: 30 * time.Second, Control: n.control}
}

// viaProxy dials a proxy, which whoever started the program has chosen.
var viaProxy = &net.Dialer{Timeout: connectTimeout, KeepAlive: 30 * time.Second}

// dial connects to a server, through the SOCKS proxy of ALL_PROXY where there
// is one. A proxy resolves names by itself and decides where it goes; only an
// address that is written as such can be refused here.
func dial(ctx context.Context, n *Networks, host, port string) (net.Conn, error) {
	address := net.JoinHostPort(host, port)
	socks := fromEnvironment(n)
	if socks == nil {
		return direct(n).DialContext(ctx, "tcp", address)
	}
	if err := n.checkHost(host); err != nil {
		return nil, err
	}
	return socks.DialContext(ctx, "tcp", address)
}

// fromEnvironment is the dialer of ALL_PROXY and NO_PROXY; nil where there is none.
func fromEnvironment(n *Networks) *proxy.PerHost {
	u, err := url.Parse(firstOf("ALL_PROXY", "all_proxy"))
	if err != nil || u.Scheme == "" {
		return nil
	}
	socks, err := proxy.FromURL(u, viaProxy)
	if err != nil {
		return nil
	}
	perHost := proxy.NewPerHost(socks, direct(n))
	perHost.AddFromString(firstOf("NO_PROXY", "no_proxy"))
	return perHost
}

func firstOf(variables ...string) string {
	for _, v := range variables {
		if value := os.Getenv(v); value != "" {
			return value
		}
	}
	return ""
}

// roads are the two ways to an HTTP server. They are two so that a proxy at an
// address that may not be reached is reached as a proxy and no other way.
type roads struct {
	networks         *Networks
	straight, around *http.Transport
}

func newRoads(n *Networks) *roads {
	r := &roads{networks: n, straight: newTransport(direct(n)), around: newTransport(viaProxy)}
	r.straight.Proxy, r.around.Proxy = nil, http.ProxyFromEnvironment
	return r
}

func newTransport(d *net.Dialer) *http.Transport {
	t := http.DefaultTransport.(*http.Transport).Clone()
	t.DialContext = d.DialContext
	t.MaxResponseHeaderBytes = maxHeaders
	return t
}

// RoundTrip implements http.RoundTripper.
func (r *roads) RoundTrip(q *http.Request) (*http.Response, error) {
	through, err := http.ProxyFromEnvironment(q)
	if err != nil {
		return nil, err
	}
	if through == nil {
		return r.straight.RoundTrip(q)
	}
	if err := r.networks.checkHost(q.URL.Hostname()); err != nil {
		return nil, err
	}
	return r.around.RoundTrip(q)
}

func (r *roads) close() {
	r.straight.CloseIdleConnections()
	r.around.CloseIdleConnections()
}
