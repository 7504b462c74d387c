// Command controlplane builds the programs of a Kubernetes control plane (etcd,
// kube-apiserver, kubectl and kube-controller-manager) from Go modules, so that
// a fresh clone needs nothing but Go, git and make to run one.
//
// Their versions are those of this module's go.mod and nothing else says them;
// previous.mod says those of the minor version of Kubernetes before it.
// A program that is already there in that version is not built again.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"time"
)

// assetsVariable is the variable by which envtest, too, finds its binaries.
const assetsVariable = "KUBEBUILDER_ASSETS"

func main() {
	out := flag.String("o", filepath.Join("..", "..", "bin", "k8s"), "`directory` that gets the programs")
	platform := flag.String("platform", runtime.GOOS+"/"+runtime.GOARCH, "`os/arch` to build for")
	modfile := flag.String("modfile", "go.mod",
		"`file` that names the versions: go.mod, or previous.mod for the minor version of Kubernetes before it")
	flag.Parse()

	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, *out, *platform, *modfile, os.Getenv(assetsVariable))
	interrupted := ctx.Err() != nil
	stop()
	if err != nil {
		if interrupted {
			err = errors.New("interrupted; what was built so far is kept, run it again to go on")
		}
		fmt.Fprintln(os.Stderr, "controlplane:", err)
		os.Exit(1)
	}
}

// run makes sure that the directory out holds every program, built for
// platform of the modules that modfile names, unless assets names a directory
// that already has them.
func run(ctx context.Context, out, platform, modfile, assets string) error {
	out, err := filepath.Abs(out)
	if err != nil {
		return err
	}
	if assets != "" && filepath.Clean(assets) != out {
		return useAssets(assets)
	}
	goos, goarch, ok := strings.Cut(platform, "/")
	if !ok || goos == "" || goarch == "" {
		return fmt.Errorf("-platform %q: want os/arch, for example linux/arm64", platform)
	}
	if err := os.MkdirAll(out, 0o755); err != nil {
		return fmt.Errorf("cannot make the output directory: %w", err)
	}
	unlock, err := lock(ctx, filepath.Join(out, ".lock"), func() {
		fmt.Println("another build is at work in", out+"; waiting for it")
	})
	if err != nil {
		return err
	}
	defer unlock()

	stamp, err := readStamp(out, goos+"/"+goarch, modfile)
	if err != nil {
		return err
	}
	if len(stamp.missing()) == 0 {
		fmt.Println("up to date:", stamp.line(), "in", out)
		return nil
	}
	started := time.Now()
	b := builder{out: out, goos: goos, goarch: goarch, modfile: modfile}
	if err := b.prepare(ctx); err != nil {
		return err
	}
	for i, p := range programs {
		if stamp.has(p.name) {
			continue
		}
		if err := b.build(ctx, i, p); err != nil {
			return err
		}
		if err := stamp.add(p.name, b.versions[p.module].Version); err != nil {
			return err
		}
	}
	fmt.Printf("built in %s: %s in %s\n", round(time.Since(started)), stamp.line(), out)
	return nil
}

// useAssets only checks: binaries that someone else provides are never built
// over, and a missing one is said here rather than by a test that hangs.
func useAssets(dir string) error {
	var missing []string
	for _, p := range programs {
		if info, err := os.Stat(filepath.Join(dir, p.name)); err != nil || info.IsDir() {
			missing = append(missing, p.name)
		}
	}
	if len(missing) > 0 {
		return fmt.Errorf("%s=%s has no %s: put it there, or unset %s to have it built from Go modules",
			assetsVariable, dir, strings.Join(missing, ", "), assetsVariable)
	}
	fmt.Printf("using the programs in %s (%s is set); nothing built\n", dir, assetsVariable)
	return nil
}

// round keeps durations readable.
func round(d time.Duration) time.Duration { return d.Round(time.Second) }
