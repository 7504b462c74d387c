package main

import (
	"fmt"
	"strings"
)

// remedies tell what to do about the failures that are the machine's and not
// the code's. The first whose sign is in the go command's words is shown.
var remedies = []struct {
	signs  []string
	remedy string
}{
	{
		signs: []string{"no space left on device", "disk quota exceeded"},
		remedy: "The disk is full. About 4 GiB are needed, most of it in Go's caches: " +
			"see `go env GOMODCACHE GOCACHE`, or set these to a larger disk.",
	},
	{
		signs: []string{"checksum mismatch", "SECURITY ERROR"},
		remedy: "A module is not the one that go.sum describes. Do not go on: the module proxy or this " +
			"machine's module cache serves something else.",
	},
	{
		signs: []string{"module lookup disabled by GOPROXY=off", "dial tcp", "no such host", "proxyconnect",
			"i/o timeout", "connection refused", "TLS handshake", "x509:", "502 Bad Gateway", "503 Service"},
		remedy: "The Go modules could not be fetched. The first build needs a Go module proxy: " +
			"see `go env GOPROXY` and HTTPS_PROXY. Without one, put the four programs into a directory " +
			"and name it in " + assetsVariable + ".",
	},
	{
		signs:  []string{"requires go >=", "toolchain not available"},
		remedy: "The Go on this machine is too old for this Kubernetes. Install the version that hack/controlplane/go.mod names.",
	},
	{
		signs:  []string{"signal: killed", "cannot allocate memory", "out of memory"},
		remedy: "The machine ran out of memory. About 4 GiB are needed; GOFLAGS=-p=1 needs less.",
	},
	{
		signs:  []string{"permission denied", "read-only file system"},
		remedy: "A directory cannot be written to: the output directory, or one of Go's caches (`go env GOMODCACHE GOCACHE`).",
	},
}

// explain joins what the go command said with a remedy, where one is known.
func explain(err error, said string) error {
	said = strings.TrimSpace(said)
	haystack := err.Error() + "\n" + said
	for _, r := range remedies {
		for _, sign := range r.signs {
			if strings.Contains(haystack, sign) {
				return fmt.Errorf("%w\n%s\n%s", err, said, r.remedy)
			}
		}
	}
	return fmt.Errorf("%w\n%s", err, said)
}
