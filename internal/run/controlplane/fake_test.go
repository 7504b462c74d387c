package controlplane

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// fakeBinaries makes shell scripts that answer --version and otherwise do what
// body says, for the cases in which no control plane comes up.
func fakeBinaries(t *testing.T, body string, overrides map[Component]string) string {
	t.Helper()
	dir := t.TempDir()
	for _, c := range components {
		says := "Kubernetes v1.36.3"
		if c == Etcd {
			says = "etcd Version: 3.6.8"
		}
		if o, ok := overrides[c]; ok {
			says = o
		}
		script := fmt.Sprintf("#!/bin/sh\nif [ \"$1\" = --version ]; then echo '%s'; exit 0; fi\n%s\n", says, body)
		if err := os.WriteFile(filepath.Join(dir, string(c)), []byte(script), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

const recordOfThisVersion = `{"versions": {"etcd": "3.6.8", "kube-apiserver": "1.36.3", "kube-controller-manager": "1.36.3"}}`

func recordWith(component Component, version string) string {
	return strings.Replace(recordOfThisVersion, fmt.Sprintf(`"%s": "%s"`, component,
		map[bool]string{true: "3.6.8", false: "1.36.3"}[component == Etcd]),
		fmt.Sprintf(`"%s": "%s"`, component, version), 1)
}

// TestStartRefuses goes through everything that Start refuses, and wants what
// is wrong and what to do about it in each message.
func TestStartRefuses(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	taken := listener.Addr().(*net.TCPAddr).Port

	tests := []struct {
		name      string
		files     map[string]string // in the data directory
		body      string            // of the fake programs
		overrides map[Component]string
		options   Options
		is        error
		says      []string
	}{
		{name: "an empty directory of binaries", options: Options{BinDir: t.TempDir()}, is: ErrBinaryMissing,
			says: []string{"etcd, kube-apiserver, kube-controller-manager", "make controlplane", AssetsVariable}},
		{name: "a port that is taken", options: Options{Port: taken}, is: ErrPortInUse,
			says: []string{fmt.Sprint(taken), "choose another port"}},
		{name: "a port that is none", options: Options{Port: 70000}, says: []string{"70000", "1 to 65535"}},
		{name: "an address that is none", options: Options{Listen: "localhost"}, says: []string{"localhost", "127.0.0.1"}},
		{name: "all addresses", options: Options{Listen: "0.0.0.0"}, says: []string{"0.0.0.0", "one IP address"}},
		{name: "an address of another machine", options: Options{Listen: "192.0.2.1"}, says: []string{"192.0.2.1", "cannot listen"}},
		{name: "somebody else's kubeconfig", files: map[string]string{"kubeconfig": "x"}, is: ErrDataDirForeign,
			says: []string{`"kubeconfig"`, "another directory"}},
		{name: "somebody else's database", files: map[string]string{"etcd/member/x": "x"}, is: ErrDataDirForeign,
			says: []string{`"etcd"`, "another directory"}},
		{name: "a damaged record", files: map[string]string{recordName: "{"}, says: []string{recordName, "damaged", "restore"}},
		{name: "an authority without its key", files: map[string]string{recordName: recordOfThisVersion, "pki/ca.crt": "x"},
			says: []string{"ca.key", "incomplete", "restore"}},
		{name: "a damaged authority", files: map[string]string{recordName: recordOfThisVersion, "pki/ca.crt": "x", "pki/ca.key": "y"},
			says: []string{"ca.crt", "damaged", "restore"}},
		{name: "data of a newer API server", files: map[string]string{recordName: recordWith(APIServer, "1.37.0")}, is: ErrVersion,
			says: []string{"kube-apiserver 1.37.0", "1.36.3", "make controlplane"}},
		{name: "data of a much older API server", files: map[string]string{recordName: recordWith(APIServer, "1.34.9")}, is: ErrVersion,
			says: []string{"kube-apiserver 1.34.9", "one at a time"}},
		{name: "data of a newer etcd", files: map[string]string{recordName: recordWith(Etcd, "3.7.0")}, is: ErrVersion,
			says: []string{"etcd 3.7.0", "3.6.8"}},
		{name: "binaries without a version", overrides: map[Component]string{APIServer: "Kubernetes v0.0.0-master+$Format:%H$"}, is: ErrVersion,
			says: []string{"kube-apiserver", "built without a version", "make controlplane"}},
		{name: "binaries that do not belong together", overrides: map[Component]string{ControllerManager: "Kubernetes v1.35.1"}, is: ErrVersion,
			says: []string{"1.35.1", "1.36.3", "make controlplane"}},
		{name: "something else of that name", overrides: map[Component]string{Etcd: "hello"},
			says: []string{"etcd", `"hello"`, "make controlplane"}},
		{name: "a program that ends at once", body: "echo 'panic: no luck' >&2; exit 3",
			says: []string{"etcd ended unexpectedly", "exit status 3", "etcd.log", "panic: no luck"}},
		{name: "a program that never gets ready", body: "exec sleep 100", options: Options{StartTimeout: 1},
			says: []string{"etcd was not ready within 1ns", "etcd.log"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			options := test.options
			options.DataDir = t.TempDir()
			if options.BinDir == "" {
				options.BinDir = fakeBinaries(t, test.body, test.overrides)
			}
			for name, content := range test.files {
				path := filepath.Join(options.DataDir, name)
				if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			plane, err := Start(t.Context(), options)
			if err == nil {
				t.Fatal(errors.Join(errors.New("it started"), plane.Stop()))
			}
			t.Log(err)
			if test.is != nil && !errors.Is(err, test.is) {
				t.Errorf("not %v", test.is)
			}
			for _, want := range test.says {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("does not say %q", want)
				}
			}
			// Whatever went wrong, the directory must be free again.
			if errors.Is(err, ErrDataDirForeign) {
				return
			}
			dir, err := openDataDir(options.DataDir)
			if err != nil {
				t.Fatalf("not given up: %v", err)
			}
			_ = dir.close()
		})
	}
}

func TestStartRefusesUnwritableDirectory(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := Start(t.Context(), Options{DataDir: filepath.Join(file, "data"), BinDir: fakeBinaries(t, "", nil)})
	if err == nil || !strings.Contains(err.Error(), "cannot make the data directory") {
		t.Errorf("got %v", err)
	}
}

// TestStartGivesUpWhenAsked wants a start that is cancelled to leave nothing behind.
func TestStartGivesUpWhenAsked(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	dir := t.TempDir()
	_, err := Start(ctx, Options{
		DataDir:  dir,
		BinDir:   fakeBinaries(t, "echo $$ > pid; exec sleep 100", nil),
		Progress: func(string) { cancel() },
	})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	again, err := openDataDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	_ = again.close()
}

// TestLockOutlivesTheHolder: the lock must stay while a program runs that was
// given it, even if nobody else holds it.
func TestLockOutlivesTheHolder(t *testing.T) {
	dir, err := openDataDir(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	p, err := startProcess(processSpec{
		component: Etcd, binDir: fakeBinaries(t, "exec sleep 100", nil), workDir: dir.path, logPath: dir.log(Etcd), held: dir.lock,
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := dir.close(); err != nil {
		t.Fatal(err)
	}
	file, err := os.OpenFile(dir.file(lockName), os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	err = takeLock(file, 0)
	if !errors.Is(err, ErrDataDirInUse) || !strings.Contains(err.Error(), fmt.Sprintf("process %d", os.Getpid())) {
		t.Errorf("got %v", err)
	}
	p.kill()
	if err := takeLock(file, 0); err != nil {
		t.Error(err)
	}
}
