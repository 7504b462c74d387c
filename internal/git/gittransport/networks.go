package gittransport

import (
	"fmt"
	"net/netip"
	"slices"
	"syscall"
)

// Networks says which addresses may be reached. Of all networks that hold an
// address the smallest decides; of two that are the same, Allow. An address in
// none may be reached.
type Networks struct {
	// Allow are networks that may be reached although a larger one may not.
	Allow []netip.Prefix
	// Deny are networks that may not be reached, beside those of Refused.
	Deny []netip.Prefix
	// All lets every address be reached that is not in Deny: for a person who
	// could reach it by any other program as well.
	All bool
}

// Loopback is this machine.
var Loopback = prefixes("127.0.0.0/8", "::1/128")

// Refused are the networks that may not be reached where nothing else is said:
// what lies on the manager's own machine, or answers whoever asks from there.
// Private networks are not among them, because that is where many Git servers are.
var Refused = slices.Concat(Loopback, prefixes(
	"0.0.0.0/8", "::/128", // unspecified: this machine too
	"169.254.0.0/16", "fe80::/10", // link-local, with the metadata of most clouds
	"224.0.0.0/4", "ff00::/8", "255.255.255.255/32", // many at once
	// Metadata of clouds that lies elsewhere: of AWS and Google by IPv6, Alibaba and Azure.
	"fd00:ec2::254/128", "fd20:ce::254/128", "100.100.100.200/32", "168.63.129.16/32",
))

func prefixes(texts ...string) []netip.Prefix {
	out := make([]netip.Prefix, len(texts))
	for i, text := range texts {
		out[i] = netip.MustParsePrefix(text)
	}
	return out
}

// RefusedError says that an address may not be reached.
type RefusedError struct {
	// Address is the address, and Network the one that decided.
	Address netip.Addr
	Network netip.Prefix
}

// Error implements error.
func (e *RefusedError) Error() string {
	return fmt.Sprintf("%s may not be reached: it lies in %s", e.Address, e.Network)
}

// Check returns a *RefusedError where the address may not be reached.
func (n *Networks) Check(a netip.Addr) error {
	for _, a := range []netip.Addr{plain(a), embedded(a)} {
		if !a.IsValid() {
			continue
		}
		allow, allowed := smallest(n.Allow, a)
		deny, denied := smallest(n.Deny, a)
		if !n.All {
			if other, also := smallest(Refused, a); also && (!denied || other.Bits() > deny.Bits()) {
				deny, denied = other, true
			}
		}
		if denied && (!allowed || allow.Bits() < deny.Bits()) {
			return &RefusedError{Address: a, Network: deny}
		}
	}
	return nil
}

// plain is an address without its zone, and an IPv4 address that is written as IPv6 as what it is.
func plain(a netip.Addr) netip.Addr { return a.Unmap().WithZone("") }

// embedded is the IPv4 address to which a translator between the two protocols
// takes a packet (NAT64, RFC 6052; 6to4, RFC 3056; the deprecated compatible
// form, RFC 4291). Not valid for any other address.
func embedded(a netip.Addr) netip.Addr {
	if a = plain(a); !a.Is6() {
		return netip.Addr{}
	}
	b := a.As16()
	switch {
	case nat64.Contains(a), compatible.Contains(a) && b[12] != 0:
		return netip.AddrFrom4([4]byte(b[12:16]))
	case sixToFour.Contains(a):
		return netip.AddrFrom4([4]byte(b[2:6]))
	}
	return netip.Addr{}
}

var (
	nat64      = netip.MustParsePrefix("64:ff9b::/96")
	sixToFour  = netip.MustParsePrefix("2002::/16")
	compatible = netip.MustParsePrefix("::/96")
)

// smallest is the smallest of the networks that hold the address.
func smallest(networks []netip.Prefix, a netip.Addr) (found netip.Prefix, ok bool) {
	for _, p := range networks {
		if p.Contains(a) && (!ok || p.Bits() > found.Bits()) {
			found, ok = p, true
		}
	}
	return found, ok
}

// checkHost is Check for a host that is written as an address. What a name
// stands for is not asked.
func (n *Networks) checkHost(host string) error {
	a, err := netip.ParseAddr(host)
	if err != nil {
		return nil //nolint:nilerr // a name
	}
	return n.Check(a)
}

// control refuses a connection that is about to be made. By then every name has
// been resolved, so that nothing can change in between.
func (n *Networks) control(_, address string, _ syscall.RawConn) error {
	at, err := netip.ParseAddrPort(address)
	if err != nil {
		return fmt.Errorf("%q is no address: %w", address, err)
	}
	return n.Check(at.Addr())
}

// ParseNetwork reads a network (10.0.0.0/8) or one address.
func ParseNetwork(text string) (netip.Prefix, error) {
	if a, err := netip.ParseAddr(text); err == nil && a.Zone() == "" {
		a = a.Unmap()
		return netip.PrefixFrom(a, a.BitLen()), nil
	}
	p, err := netip.ParsePrefix(text)
	switch {
	case err != nil:
		return p, fmt.Errorf("%q is no network; write one as 10.20.0.0/16 or fd00:1234::/32, or one address", text)
	case p.Addr().Is4In6():
		return p, fmt.Errorf("%q is an IPv4 network written as IPv6; write it as IPv4", text)
	case p != p.Masked():
		return p, fmt.Errorf("%q is an address within a network; did you mean %s?", text, p.Masked())
	}
	return p, nil
}
