package gitrepo

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/go-git/go-git/v5/plumbing/object"

	"provost.dev/provost/internal/testing/need"
)

// signatureOf is the author line of the tests' commits: it proves nothing.
var signatureOf = object.Signature{Name: "Mallory", Email: "mallory@example.org"}

// TestVerifyPrograms reads what git, ssh-keygen and gpg themselves sign, where they are installed.
func TestVerifyPrograms(t *testing.T) {
	need.Time(t) // it makes keys
	home := t.TempDir()
	repo := filepath.Join(home, "repository")
	run := func(name string, args ...string) string {
		t.Helper()
		c := exec.Command(name, args...)
		c.Env = append(os.Environ(), "HOME="+home, "GNUPGHOME="+filepath.Join(home, "gpg"), "GIT_CONFIG_NOSYSTEM=1", "XDG_CONFIG_HOME="+home)
		out, err := c.CombinedOutput()
		if err != nil {
			t.Fatalf("%s %s: %v\n%s", name, strings.Join(args, " "), err, out)
		}
		return string(out)
	}
	for _, program := range []string{"git", "ssh-keygen", "gpg"} {
		need.Program(t, program)
	}
	if err := os.Mkdir(filepath.Join(home, "gpg"), 0o700); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { run("gpgconf", "--kill", "all") })
	key := filepath.Join(home, "key")
	run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "laptop", "-f", key)
	run("gpg", "--batch", "--quick-gen-key", "--passphrase", "", "Dana <dana@example.org>", "rsa2048", "sign", "0")
	run("git", "init", "-q", "-b", "main", repo)
	commit := func(args ...string) {
		t.Helper()
		run("git", append(append([]string{"-C", repo, "-c", "user.name=Mallory", "-c", "user.email=mallory@example.org"}, args...),
			"commit", "-q", "--allow-empty", "-S", "-m", "Signed")...)
	}
	commit("-c", "gpg.format=ssh", "-c", "user.signingKey="+key+".pub")
	commit("-c", "user.signingKey=dana@example.org")
	run("git", "-C", repo, "-c", "user.name=Mallory", "-c", "user.email=mallory@example.org", "-c", "gpg.format=ssh",
		"-c", "user.signingKey="+key+".pub", "tag", "-s", "-m", "Signed", "v1")

	line, err := os.ReadFile(key + ".pub")
	if err != nil {
		t.Fatal(err)
	}
	keys := keysOf(t, "dana@ssh "+string(line), run("gpg", "--armor", "--export", "dana@example.org"))
	r, err := Open(repo)
	if err != nil {
		t.Fatal(err)
	}
	for rev, want := range map[string]string{"main~1": "dana@ssh", "main": "Dana <dana@example.org>"} {
		c, err := r.Resolve(rev)
		if err != nil {
			t.Fatal(err)
		}
		p, err := Verify(c, keys)
		if err != nil || p.Name() != want || !c.Signed() {
			t.Errorf("%s: %v, %v, want %s", rev, p, err, want)
		}
	}
	tag, err := r.Tag("refs/tags/v1")
	if err != nil {
		t.Fatal(err)
	}
	if p, err := VerifyTag(tag, keys); err != nil || p.Name() != "dana@ssh" || !tag.Signed() {
		t.Errorf("the tag: %v, %v", p, err)
	}
}
