package controlplane

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"

	"k8s.io/apimachinery/pkg/util/version"
)

// requireBinaries checks that every program is there, before anything is
// written or started.
func requireBinaries(binDir string) error {
	var missing []string
	for _, c := range components {
		info, err := os.Stat(filepath.Join(binDir, string(c)))
		if err != nil || !info.Mode().IsRegular() || info.Mode().Perm()&0o111 == 0 {
			missing = append(missing, string(c))
		}
	}
	if len(missing) == 0 {
		return nil
	}
	return fmt.Errorf("%w: no %s in %s; run `make controlplane`, or set %s to a directory that has them",
		ErrBinaryMissing, strings.Join(missing, ", "), binDir, AssetsVariable)
}

// versionPattern finds the version in "Kubernetes v1.36.3" and in etcd's "etcd Version: 3.6.8".
var versionPattern = regexp.MustCompile(`(?:Kubernetes|etcd Version:) v?([0-9]\S*)`)

// binaryVersions asks every program which version it is.
func binaryVersions(ctx context.Context, binDir string) (map[Component]string, error) {
	var (
		wait     sync.WaitGroup
		mu       sync.Mutex
		versions = map[Component]string{}
		failure  error
	)
	for _, c := range components {
		wait.Go(func() {
			v, err := binaryVersion(ctx, filepath.Join(binDir, string(c)))
			mu.Lock()
			defer mu.Unlock()
			if err != nil {
				failure = err
			}
			versions[c] = v
		})
	}
	wait.Wait()
	return versions, failure
}

func binaryVersion(ctx context.Context, path string) (string, error) {
	cmd := exec.CommandContext(ctx, path, "--version")
	cmd.Env = childEnvironment(os.Environ())
	out, err := cmd.CombinedOutput()
	if ctx.Err() != nil {
		return "", ctx.Err()
	}
	if err != nil {
		return "", fmt.Errorf("cannot run %s: %w; was it built for another machine? Run `make controlplane` to build it anew", path, err)
	}
	match := versionPattern.FindSubmatch(out)
	if match == nil {
		return "", fmt.Errorf("%s --version says %q, which names no version; run `make controlplane` to build it anew",
			path, strings.TrimSpace(string(out)))
	}
	return string(match[1]), nil
}

// checkVersions refuses binaries that cannot work on what other ones wrote.
// Kubernetes reads the data of its own minor version and of the one before.
func checkVersions(had, have map[Component]string) error {
	for _, c := range components {
		current, err := version.ParseGeneric(have[c])
		if err != nil {
			return fmt.Errorf("%w: %s calls itself %q: %w; run `make controlplane` to build it anew", ErrVersion, c, have[c], err)
		}
		if current.Major() == 0 {
			return fmt.Errorf("%w: %s calls itself %q, because it was built without a version; run `make controlplane` to build it anew",
				ErrVersion, c, have[c])
		}
		if had[c] == "" {
			continue
		}
		last, err := version.ParseGeneric(had[c])
		if err != nil {
			return fmt.Errorf("%w: %s names version %q of %s: %w; restore the file, or name another data directory",
				ErrVersion, recordName, had[c], c, err)
		}
		oldest := version.MustParseGeneric(fmt.Sprintf("%d.%d.0", current.Major(), max(current.Minor(), 1)-1))
		newest := version.MustParseGeneric(fmt.Sprintf("%d.%d.0", current.Major(), current.Minor()+1))
		switch {
		case last.AtLeast(newest):
			return fmt.Errorf("%w: the data directory was last used by %s %s, and %s cannot read what a newer one wrote; "+
				"run `make controlplane` of that version, or name another data directory", ErrVersion, c, had[c], have[c])
		case !last.AtLeast(oldest):
			return fmt.Errorf("%w: the data directory was last used by %s %s, and %s is more than one minor version ahead; "+
				"go through the versions between, one at a time, or name another data directory", ErrVersion, c, had[c], have[c])
		}
	}
	if a, b := minorOf(have[APIServer]), minorOf(have[ControllerManager]); a != b {
		return fmt.Errorf("%w: %s is %s but %s is %s; run `make controlplane` to build both anew",
			ErrVersion, APIServer, have[APIServer], ControllerManager, have[ControllerManager])
	}
	return nil
}

func minorOf(v string) string {
	parsed, err := version.ParseGeneric(v)
	if err != nil {
		return v
	}
	return fmt.Sprintf("%d.%d", parsed.Major(), parsed.Minor())
}
