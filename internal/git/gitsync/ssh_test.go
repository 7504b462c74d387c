package gitsync

import (
	"context"
	"net"
	"strings"
	"testing"
	"time"

	provostv1 "provost.dev/provost/api/v1alpha1"
	"provost.dev/provost/internal/git/gitsync/gittest"
	"provost.dev/provost/internal/testing/need"
)

func TestFetchSSH(t *testing.T) {
	need.Time(t) // it waits
	repo := gittest.New(t, gittest.Files{"a.yaml": "one"})
	server, other := repo.ServeSSH(t), repo.ServeSSH(t)
	hanging, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = hanging.Close() })
	secret := func(identity, knownHosts []byte) map[string][]byte {
		return map[string][]byte{secretIdentity: identity, secretKnownHosts: knownHosts}
	}

	f := fetcher(FetcherOptions{})
	good := source(t, server.URL, Ref{Branch: "main"}, secret(server.Identity, server.KnownHosts))
	for _, content := range []string{"one", "two", "three"} {
		repo.Commit(gittest.Files{"a.yaml": content})
		c, err := f.Fetch(t.Context(), "k", good)
		if err != nil {
			t.Fatal(err)
		}
		if got := readFile(t, c, "a.yaml"); got != content {
			t.Errorf("a.yaml is %q, want %q", got, content)
		}
	}

	for _, tt := range []struct {
		name, url string
		secret    map[string][]byte
		reason    string
		says      string
	}{
		{"a key that may not", server.URL, secret(server.OtherIdentity, server.KnownHosts), provostv1.ReasonAuthenticationFailed,
			"does not accept the key"},
		{"another host", server.URL, secret(server.Identity, other.KnownHosts), provostv1.ReasonAuthenticationFailed, "host key"},
		{"no secret", server.URL, nil, provostv1.ReasonSecretInvalid, "identity"},
		{"no known hosts", server.URL, secret(server.Identity, nil), provostv1.ReasonSecretInvalid, "known_hosts"},
		{"no key", server.URL, secret([]byte("secret words"), server.KnownHosts), provostv1.ReasonSecretInvalid, "private key"},
		{"no repository", server.URL + "x", secret(server.Identity, server.KnownHosts), provostv1.ReasonRepositoryNotFound, "no repository"},
		{"hangs", "ssh://git@" + hanging.Addr().String() + "/x", secret(server.Identity, server.KnownHosts), provostv1.ReasonTimeout,
			"did not answer in time"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second)
			defer cancel()
			_, err := fetcher(FetcherOptions{}).Fetch(ctx, "k", source(t, tt.url, Ref{Branch: "main"}, tt.secret))
			if got := reasonOf(err); got != tt.reason || !strings.Contains(err.Error(), tt.says) {
				t.Errorf("reason %q, want %q: %v", got, tt.reason, err)
			}
			if strings.Contains(err.Error(), "secret words") {
				t.Errorf("%q holds the key", err)
			}
		})
	}
}
