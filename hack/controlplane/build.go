package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// tempPrefix marks files that are not complete yet; the next run removes them.
const tempPrefix = ".tmp-"

// module is what `go list -m -json` says of one.
type module struct {
	Path    string
	Version string
	Time    string
}

// builder compiles programs for one platform into one directory.
type builder struct {
	out, goos, goarch, modfile string

	versions map[string]module
	packages map[string]int // program name -> number of packages it consists of
}

// prepare downloads the modules and finds out how much there is to compile.
func (b *builder) prepare(ctx context.Context) error {
	leftovers, err := filepath.Glob(filepath.Join(b.out, tempPrefix+"*"))
	if err != nil {
		return err
	}
	for _, path := range leftovers {
		if err := os.Remove(path); err != nil {
			return err
		}
	}

	fmt.Println("fetching modules")
	listed, err := b.goCommand(ctx, nil, "list", "-mod=readonly", "-modfile="+b.modfile, "-m", "-json", etcdModule, kubernetesModule)
	if err != nil {
		return err
	}
	b.versions = map[string]module{}
	for decoder := json.NewDecoder(bytes.NewReader(listed)); ; {
		var m module
		if err := decoder.Decode(&m); err == io.EOF {
			break
		} else if err != nil {
			return fmt.Errorf("go list -m: %w", err)
		}
		b.versions[m.Path] = m
	}

	b.packages = map[string]int{}
	for _, p := range programs {
		progress := newProgress("fetching modules for "+p.name, func(line string) bool {
			return strings.HasPrefix(line, "go: downloading ")
		}, "modules", 0)
		deps, err := b.goCommand(ctx, progress, "list", "-mod=readonly", "-modfile="+b.modfile, "-deps", p.pkg)
		progress.stop()
		if err != nil {
			return err
		}
		b.packages[p.name] = bytes.Count(deps, []byte("\n"))
	}
	return nil
}

// build compiles one program under another name and renames it when complete.
func (b *builder) build(ctx context.Context, index int, p program) error {
	title := fmt.Sprintf("[%d/%d] %s %s", index+1, len(programs), p.name, b.versions[p.module].Version)
	fmt.Println(title)
	temp := filepath.Join(b.out, tempPrefix+p.name)
	progress := newProgress(title, func(line string) bool {
		return !strings.ContainsAny(line, " \t:#") // -v prints a bare import path
	}, "packages", b.packages[p.name])
	_, err := b.goCommand(ctx, progress, "build", "-mod=readonly", "-modfile="+b.modfile, "-v", "-trimpath",
		"-ldflags", linkerFlags(b.versions[kubernetesModule], b.versions[etcdModule]),
		"-o", temp, p.pkg)
	progress.stop()
	if err != nil {
		_ = os.Remove(temp)
		return fmt.Errorf("building %s: %w", p.name, err)
	}
	return os.Rename(temp, filepath.Join(b.out, p.name))
}

// goCommand runs the go command for the wanted platform and returns what it
// wrote to its standard output. Each line of its standard error goes to
// progress; all of them explain a failure.
func (b *builder) goCommand(ctx context.Context, progress *progress, args ...string) ([]byte, error) {
	cmd := exec.CommandContext(ctx, "go", args...)
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	cmd.Env = append(os.Environ(),
		"CGO_ENABLED=0", "GOOS="+b.goos, "GOARCH="+b.goarch,
		// The versions are this module's, whatever workspace it lies in.
		"GOWORK=off", "GO111MODULE=on")
	var out bytes.Buffer
	cmd.Stdout = &out
	stderr, err := cmd.StderrPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("cannot run the go command: %w", err)
	}
	var said []string
	lines := bufio.NewScanner(stderr)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		if progress == nil || !progress.count(lines.Text()) {
			said = append(said, lines.Text())
		}
	}
	_, _ = io.Copy(io.Discard, stderr) // a line too long must not block the child
	if err := cmd.Wait(); err != nil {
		return nil, explain(err, strings.Join(said, "\n"))
	}
	return out.Bytes(), nil
}
