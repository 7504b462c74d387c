package gitsync

import (
	"cmp"
	"net/url"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/go-git/go-git/v5/plumbing/transport"

	provostv1 "provost.dev/provost/api/v1alpha1"
)

// Protocol is how a repository is reached.
type Protocol string

// The protocols. git:// is not among them: it proves neither side to the other.
const (
	ProtocolLocal Protocol = "local"
	ProtocolHTTP  Protocol = "http"
	ProtocolHTTPS Protocol = "https"
	ProtocolSSH   Protocol = "ssh"
)

// Location is where a repository is.
type Location struct {
	Protocol Protocol
	// Address is the directory of a local repository, or the address of a remote one.
	Address string
	// User is the user name in an SSH address; git where it names none.
	User string
}

// scpLike is the short form of an SSH address: git@example.org:teams/access.git.
var scpLike = regexp.MustCompile(`^([A-Za-z0-9._-]+)@([A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\]):([^/].*|/.*)$`)

// ParseLocation reads an address: https://, http://, ssh://, user@host:path
// or file:// with an absolute path.
func ParseLocation(raw string) (Location, error) {
	switch {
	case raw == "":
		return Location{}, stalled(provostv1.ReasonInvalid,
			"spec.url is empty; give the address of a Git repository, such as https://example.org/access.git")
	case strings.HasPrefix(raw, "file://"):
		return localLocation(strings.TrimPrefix(raw, "file://"))
	case strings.Contains(raw, "://"):
		return remoteLocation(raw)
	}
	if m := scpLike.FindStringSubmatch(raw); m != nil && understood(raw, ProtocolSSH) {
		return Location{Protocol: ProtocolSSH, Address: raw, User: m[1]}, nil
	}
	return Location{}, stalled(provostv1.ReasonInvalid, "spec.url %q is no address of a repository; it begins with https://, http://, "+
		"ssh:// or file:///, or looks like git@example.org:access.git", raw)
}

func localLocation(dir string) (Location, error) {
	if !filepath.IsAbs(dir) {
		return Location{}, stalled(provostv1.ReasonInvalid, "spec.url file://%s must name an absolute path: file:///srv/access", dir)
	}
	return Location{Protocol: ProtocolLocal, Address: filepath.Clean(dir)}, nil
}

func remoteLocation(raw string) (Location, error) {
	u, err := url.Parse(raw)
	if err != nil {
		// The parser's own message repeats the address, and with it a password that may be in it.
		return Location{}, stalled(provostv1.ReasonInvalid, "spec.url cannot be read as an address")
	}
	if _, has := u.User.Password(); has {
		return Location{}, stalled(provostv1.ReasonInvalid, "spec.url holds a password; put it into a Secret and name that in spec.secretRef")
	}
	if u.Host == "" {
		return Location{}, stalled(provostv1.ReasonInvalid, "spec.url %q names no host", raw)
	}
	l := Location{Protocol: Protocol(strings.ToLower(u.Scheme)), Address: raw}
	switch l.Protocol {
	case ProtocolHTTP, ProtocolHTTPS, ProtocolSSH:
		if !understood(raw, l.Protocol) {
			return Location{}, stalled(provostv1.ReasonInvalid, "spec.url cannot be read as an address")
		}
		if l.Protocol == ProtocolSSH {
			l.User = cmp.Or(u.User.Username(), "git")
		}
		return l, nil
	default:
		return Location{}, stalled(provostv1.ReasonInvalid, "spec.url %q: %s:// is not supported; use https://, ssh:// or user@host:path", raw,
			u.Scheme)
	}
}

// understood says that the library reads an address as we do: what it takes for
// no address at all it would look for on the local disk.
func understood(raw string, as Protocol) bool {
	e, err := transport.NewEndpoint(raw)
	return err == nil && Protocol(e.Protocol) == as
}
