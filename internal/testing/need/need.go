// Package need says what becomes of a test that cannot have what it needs. Tests leave themselves out by these functions
// and by no others: what was not asked for is skipped, and what could not be had fails where CI is set.
package need

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// Missing skips a test on a machine that lacks what it needs. Where CI is set it fails instead: a test that nobody ran would
// pass there.
func Missing(t testing.TB, why ...any) {
	t.Helper()
	if os.Getenv("CI") != "" {
		t.Fatal(why...)
	}
	t.Skip(why...)
}

// Time skips a test with -short.
func Time(t testing.TB) {
	t.Helper()
	if testing.Short() {
		t.Skip("left out with -short")
	}
}

// AtMost is n, and with -short no more than few.
func AtMost[N int | int64 | uint64](n, few N) N {
	if testing.Short() {
		return min(n, few)
	}
	return n
}

// Long says whether tests are to be as long as they are worth, as in make test-long, and not only as long as every change
// has to wait for.
func Long() bool { return os.Getenv("PROVOST_TEST_LONG") != "" }

// Program is a program's path.
func Program(t testing.TB, name string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	if err != nil {
		Missing(t, "needs ", name, ": ", err)
	}
	return path
}

// organisation names a bundle with the history of a real organisation, which is not part of the project.
const organisation = "PROVOST_TEST_ORGANISATION"

// Organisation clones the history of a real organisation, with its files where it is not to be bare. The bundle is the one
// that PROVOST_TEST_ORGANISATION names, or else one beside the project; a test that finds none was not asked for.
func Organisation(t testing.TB, bare bool) string {
	t.Helper()
	bundle := os.Getenv(organisation)
	if bundle == "" {
		bundle = beside(t)
	}
	dir := filepath.Join(t.TempDir(), "organisation")
	args := []string{"clone", "-q", "-b", "main", bundle, dir}
	if bare {
		args = append(args, "--bare")
	}
	if out, err := exec.Command(Program(t, "git"), args...).CombinedOutput(); err != nil {
		t.Fatalf("git clone %s: %v: %s", bundle, err, out)
	}
	return dir
}

// beside is the bundle that may lie beside the project.
func beside(t testing.TB) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			break
		}
		if dir == filepath.Dir(dir) {
			t.Fatal("no go.mod in the working directory or above it")
		}
		dir = filepath.Dir(dir)
	}
	bundle := filepath.Join(filepath.Dir(dir), "shared", "data", "real-organisation.bundle")
	if _, err := os.Stat(bundle); err != nil {
		t.Skipf("no real organisation was asked for: %s names none, and there is no %s", organisation, bundle)
	}
	return bundle
}
