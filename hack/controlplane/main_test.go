package main

import (
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestStagingModulesFollowKubernetes guards against raising one version only:
// Kubernetes v1.N.P is made of staging modules v0.N.P.
func TestStagingModulesFollowKubernetes(t *testing.T) {
	data, err := os.ReadFile("go.mod")
	if err != nil {
		t.Fatal(err)
	}
	kubernetes := regexp.MustCompile(`(?m)^\s*k8s\.io/kubernetes v1\.(\S+)`).FindSubmatch(data)
	if kubernetes == nil {
		t.Fatal("go.mod does not require k8s.io/kubernetes")
	}
	replaced := regexp.MustCompile(`(?m)^\s*(k8s\.io/\S+) => (\S+) v0\.(\S+)`).FindAllSubmatch(data, -1)
	if len(replaced) == 0 {
		t.Fatal("go.mod replaces no staging module")
	}
	for _, r := range replaced {
		if string(r[1]) != string(r[2]) || string(r[3]) != string(kubernetes[1]) {
			t.Errorf("%s => %s v0.%s, want v0.%s of the same", r[1], r[2], r[3], kubernetes[1])
		}
	}
}

func TestProgramsAreTools(t *testing.T) {
	data, err := os.ReadFile("go.mod")
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range programs {
		if !regexp.MustCompile(`(?m)^\s*(tool )?` + regexp.QuoteMeta(p.pkg) + `$`).Match(data) {
			t.Errorf("go.mod has no tool %s", p.pkg)
		}
	}
}

func TestLinkerFlags(t *testing.T) {
	flags := linkerFlags(
		module{Version: "v1.36.3", Time: "2026-07-22T18:07:38Z"},
		module{Version: "v3.6.8"})
	for _, want := range []string{
		"-X k8s.io/component-base/version.gitVersion=v1.36.3 ",
		"-X k8s.io/component-base/version.gitMajor=1 ",
		"-X k8s.io/component-base/version.gitMinor=36 ",
		"-X k8s.io/client-go/pkg/version.gitVersion=v1.36.3 ",
		"-X k8s.io/client-go/pkg/version.buildDate=2026-07-22T18:07:38Z",
		"-X go.etcd.io/etcd/api/v3/version.GitSHA=v3.6.8 ",
	} {
		if !strings.Contains(flags, want) {
			t.Errorf("no %q in %s", want, flags)
		}
	}
}

func TestStamp(t *testing.T) {
	dir := t.TempDir()
	write := func(name, content string) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	read := func(platform string) *stamp {
		t.Helper()
		s, err := readStamp(dir, platform)
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	if got := read("a/b").missing(); len(got) != len(programs) {
		t.Errorf("empty directory: missing %v", got)
	}
	write("etcd", "binary")
	if got := read("a/b").missing(); len(got) != len(programs) {
		t.Errorf("a file without a stamp counts: missing %v", got)
	}
	if err := read("a/b").add("etcd", "v1"); err != nil {
		t.Fatal(err)
	}
	if !read("a/b").has("etcd") {
		t.Error("stamped, but missing")
	}
	if read("a/c").has("etcd") {
		t.Error("there for another platform")
	}
	write("etcd", "bin")
	if read("a/b").has("etcd") {
		t.Error("cut short, but there")
	}
	write(stampName, "{")
	if read("a/b").has("etcd") {
		t.Error("a broken stamp counts")
	}
}

func TestUseAssets(t *testing.T) {
	dir := t.TempDir()
	for _, p := range programs[:3] {
		if err := os.WriteFile(filepath.Join(dir, p.name), nil, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	err := run(t.Context(), t.TempDir(), "linux/amd64", dir)
	if err == nil || !strings.Contains(err.Error(), "has no kube-controller-manager") {
		t.Errorf("want an error that names the missing program, got %v", err)
	}
	if err := os.WriteFile(filepath.Join(dir, programs[3].name), nil, 0o755); err != nil {
		t.Fatal(err)
	}
	out := t.TempDir()
	if err := run(t.Context(), out, "linux/amd64", dir); err != nil {
		t.Error(err)
	}
	if entries, _ := os.ReadDir(out); len(entries) != 0 {
		t.Errorf("something was written to the output directory: %v", entries)
	}
}

func TestLock(t *testing.T) {
	path := filepath.Join(t.TempDir(), "lock")
	unlock, err := lock(t.Context(), path, func() { t.Error("nobody holds it") })
	if err != nil {
		t.Fatal(err)
	}
	busy, got := make(chan struct{}), make(chan error)
	go func() {
		unlock, err := lock(t.Context(), path, func() { close(busy) })
		if err == nil {
			unlock()
		}
		got <- err
	}()
	<-busy
	unlock()
	if err := <-got; err != nil {
		t.Error(err)
	}
}

func TestExplain(t *testing.T) {
	for _, test := range []struct{ said, want string }{
		{"go: module x: dial tcp: lookup proxy.example: no such host", "could not be fetched"},
		{"write /cache/x: no space left on device", "disk is full"},
		{"verifying x: checksum mismatch", "go.sum"},
		{"compile: signal: killed", "out of memory"},
	} {
		if got := explain(errors.New("exit status 1"), test.said).Error(); !strings.Contains(got, test.want) ||
			!strings.Contains(got, test.said) {
			t.Errorf("%q: got %q, want %q in it", test.said, got, test.want)
		}
	}
	if got := explain(errors.New("exit status 1"), "x.go:1: undefined: y").Error(); got != "exit status 1\nx.go:1: undefined: y" {
		t.Errorf("got %q", got)
	}
}
