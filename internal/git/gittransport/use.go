package gittransport

import (
	"github.com/go-git/go-git/v5/plumbing/transport"
	"github.com/go-git/go-git/v5/plumbing/transport/client"
)

// Options are what holds for one fetch.
type Options struct {
	Limits   Limits
	Networks Networks
}

// everybody is what holds where nothing else is said: for commands of a person, who
// may reach whatever the machine does.
var everybody = &Options{Networks: Networks{All: true}}

// Use gives credentials, which may be nil, these options to take along: to a
// transport go-git passes on nothing else.
func Use(auth transport.AuthMethod, o Options) transport.AuthMethod { return &withOptions{auth, &o} }

type withOptions struct {
	auth    transport.AuthMethod
	options *Options
}

// Name implements transport.AuthMethod.
func (w *withOptions) Name() string {
	if w.auth == nil {
		return "none"
	}
	return w.auth.Name()
}

// String implements transport.AuthMethod.
func (w *withOptions) String() string {
	if w.auth == nil {
		return "none"
	}
	return w.auth.String()
}

// unpack takes the two apart again.
func unpack(auth transport.AuthMethod) (transport.AuthMethod, *Options) {
	if w, ok := auth.(*withOptions); ok {
		return w.auth, w.options
	}
	return auth, everybody
}

// The transports of go-git for these protocols read without a bound.
func init() {
	for protocol, t := range map[string]transport.Transport{
		"http": overHTTP{}, "https": overHTTP{}, "ssh": overSSH{}, "git": overTCP{},
	} {
		client.InstallProtocol(protocol, t)
	}
}
