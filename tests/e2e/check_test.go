package e2e

import (
	"errors"
	"os/exec"
	"regexp"
	"strings"
	"testing"
)

// check asks the command whether the installation is healthy.
func (u *upProcess) check(t *testing.T, args ...string) (out string, code int) {
	t.Helper()
	cmd := exec.Command(provost(t), append([]string{"check", "--kubeconfig", u.kubeconfig()}, args...)...)
	text, err := cmd.Output()
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		return string(text), exit.ExitCode()
	}
	if err != nil {
		t.Fatal(err)
	}
	return string(text), 0
}

// isHealthy holds the command to what it says of a control plane of one's own at a commit, with webhooks that answer.
func (u *upProcess) isHealthy(t *testing.T, commit string) {
	t.Helper()
	want := []string{
		`cluster +ok +Kubernetes v1\.`,
		`definitions +ok +17 kinds, as in this release`,
		`manager +note +no Deployment provost-manager: it runs elsewhere \(as beside "provost up"\), or not at all`,
		`webhooks +ok +they answer`,
		`callers +ok +the webhooks demand a client certificate`,
		`policies +ok +provost-findings, provost-system-roles`,
		`system roles +ok +37, as in this release`,
		`platform +ok +release `,
		`sync +ok +provost-system/up is at main@sha1:` + commit,
		`objects +ok +nothing is stuck`,
	}
	out, code := u.check(t)
	t.Logf("\n%s", out)
	if code != 0 {
		t.Errorf("the exit code is %d", code)
	}
	lines := strings.Split(strings.TrimSpace(out), "\n")[1:] // without the head
	if len(lines) != len(want) {
		t.Fatalf("%d lines, want %d:\n%s", len(lines), len(want), out)
	}
	for i, line := range lines {
		if !regexp.MustCompile("^" + want[i]).MatchString(line) {
			t.Errorf("%s\nwant %s", line, want[i])
		}
	}
	// Somebody with no rights of their own is told what could not be looked at, and nothing is said to have failed.
	out, code = u.check(t, "--as", "stranger")
	t.Logf("\n%s", out)
	if code != 0 || !strings.Contains(out, "skipped") {
		t.Errorf("for a stranger: %d\n%s", code, out)
	}
}
