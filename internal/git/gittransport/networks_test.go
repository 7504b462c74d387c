package gittransport

import (
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/go-git/go-git/v5/plumbing/transport"
	gitssh "github.com/go-git/go-git/v5/plumbing/transport/ssh"
	"golang.org/x/crypto/ssh"

	"provost.dev/provost/internal/testing/need"
)

func TestNetworks(t *testing.T) {
	var (
		standard = Networks{}
		here     = Networks{Allow: Loopback}
		only     = Networks{Deny: prefixes("0.0.0.0/0", "::/0"), Allow: prefixes("10.20.0.0/16", "fd00:1::/32")}
		most     = Networks{Deny: prefixes("10.0.0.0/8"), Allow: prefixes("10.1.0.0/16", "10.0.0.0/8", "169.254.7.7/32")}
		wide     = Networks{Allow: prefixes("0.0.0.0/0", "::/0")}
		person   = Networks{All: true, Deny: prefixes("192.0.2.0/24")}
	)
	for _, tt := range []struct {
		name     string
		networks Networks
		reached  string
		refused  string
	}{
		{"where nothing is said", standard, "140.82.121.3 10.0.0.1 192.168.1.1 172.16.0.1 2606:50c0:8000::153 fd00:1::1 100.64.0.1",
			"127.0.0.1 127.9.9.9 ::1 0.0.0.0 0.1.2.3 :: 169.254.169.254 169.254.0.1 fe80::1 fe80::1%eth0 " +
				"224.0.0.1 239.1.1.1 ff02::1 255.255.255.255 fd00:ec2::254 fd20:ce::254 100.100.100.200 168.63.129.16"},
		{"however it is written", standard, "::ffff:10.0.0.1 64:ff9b::a00:1 2002:a00:1::1",
			"::ffff:127.0.0.1 ::ffff:169.254.169.254 ::ffff:0.0.0.0 64:ff9b::7f00:1 " +
				"64:ff9b::a9fe:a9fe 2002:7f00:1::1 2002:a9fe:a9fe::1 ::127.0.0.1 ::169.254.169.254"},
		{"this machine too", here, "127.0.0.1 127.9.9.9 ::1 ::ffff:127.0.0.1", "0.0.0.0 :: 169.254.169.254"},
		{"one network", only, "10.20.1.1 fd00:1::1 ::ffff:10.20.1.1",
			"10.21.0.1 140.82.121.3 127.0.0.1 169.254.169.254 fd00:2::1 2606:50c0:8000::153 64:ff9b::a14:101"},
		{"the smallest decides, and of two alike what allows", most, "10.1.0.1 10.2.0.1 169.254.7.7", "169.254.7.8 127.0.0.1"},
		{"everything, but for what is refused more exactly", wide, "140.82.121.3 10.0.0.1", "127.0.0.1 ::1 169.254.169.254 0.0.0.0"},
		{"a person", person, "127.0.0.1 169.254.169.254 ::1 10.0.0.1", "192.0.2.1 ::ffff:192.0.2.1"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			for _, a := range strings.Fields(tt.reached) {
				if err := tt.networks.Check(netip.MustParseAddr(a)); err != nil {
					t.Errorf("%s: %v", a, err)
				}
			}
			for _, a := range strings.Fields(tt.refused) {
				if refused := (*RefusedError)(nil); !errors.As(tt.networks.Check(netip.MustParseAddr(a)), &refused) {
					t.Errorf("%s may be reached", a)
				}
			}
		})
	}
}

// guarded are bounds by which one address of this machine may be reached, and another not.
var guarded = Options{Networks: Networks{Allow: prefixes("127.0.0.1/32")}}

// elsewhere counts who connects to an address that is refused.
func elsewhere(t *testing.T) (address string, connected *atomic.Int64) {
	t.Helper()
	connected = &atomic.Int64{}
	l, err := net.Listen("tcp", "127.0.0.2:0")
	if err != nil {
		need.Missing(t, "this machine has no second address: ", err)
	}
	t.Cleanup(func() { _ = l.Close() })
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			connected.Add(1)
			_ = conn.Close()
		}
	}()
	return l.Addr().String(), connected
}

// Whatever leads to an address, nothing is sent there.
func TestRefusedAtDialling(t *testing.T) {
	address, connected := elsewhere(t)
	_, port, _ := net.SplitHostPort(address)
	redirects := httptest.NewServer(http.RedirectHandler("http://"+address+"/r.git/info/refs?service=git-upload-pack", http.StatusFound))
	defer redirects.Close()
	auth := &gitssh.Password{User: "git", Password: "x"}
	auth.HostKeyCallback = ssh.InsecureIgnoreHostKey()
	for _, tt := range []struct {
		url  string
		auth transport.AuthMethod
	}{
		{url: "http://" + address + "/r.git"},
		{url: "https://" + address + "/r.git"},
		{url: "http://[::ffff:127.0.0.2]:" + port + "/r.git"},
		{url: "http://0.0.0.0:" + port + "/r.git"},
		{url: "http://[::]:" + port + "/r.git"},
		{url: redirects.URL + "/r.git"},
		{url: "git://" + address + "/r.git"},
		{url: "ssh://git@" + address + "/r.git", auth: auth},
	} {
		err := fetch(t.Context(), tt.url, tt.auth, guarded)
		if refused := (*RefusedError)(nil); !errors.As(err, &refused) {
			t.Errorf("%s: %v", tt.url, err)
		}
	}
	err := fetch(t.Context(), "http://"+address+"/r.git", nil, Options{Networks: Networks{Allow: Loopback}})
	if err == nil || connected.Load() == 0 {
		t.Errorf("where it is allowed, nothing connects: %v", err)
	}
	if n := connected.Load(); n > 2 {
		t.Errorf("%d connections were made", n)
	}
}

// A proxy is where whoever runs the program says, and goes where it will; an
// address that is written as such is looked at all the same.
func TestProxyForSSH(t *testing.T) {
	var asked atomic.Int64
	proxy := listen(t, func(net.Conn) { asked.Add(1) })
	t.Setenv("ALL_PROXY", "socks5://"+proxy)
	t.Setenv("NO_PROXY", "127.0.0.1")
	for _, tt := range []struct {
		host    string
		refused bool
		asked   int64
	}{
		{"example.org", false, 1},
		{"169.254.169.254", true, 0},
		{"::ffff:169.254.169.254", true, 0},
		{"127.0.0.1", true, 0},
		{"10.0.0.1", false, 1},
	} {
		before := asked.Load()
		_, err := dial(t.Context(), &Networks{}, tt.host, "22")
		if refused := (*RefusedError)(nil); err == nil || errors.As(err, &refused) != tt.refused {
			t.Errorf("%s: %v", tt.host, err)
		}
		if n := asked.Load() - before; n != tt.asked {
			t.Errorf("%s: the proxy was asked %d times, want %d", tt.host, n, tt.asked)
		}
	}
}
