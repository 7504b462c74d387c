package cli

import (
	"bytes"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/ProtonMail/go-crypto/openpgp"
	"github.com/ProtonMail/go-crypto/openpgp/armor"
	"github.com/ProtonMail/go-crypto/openpgp/packet"
	"github.com/go-git/go-git/v5"
	"github.com/go-git/go-git/v5/plumbing/object"
)

// The name of a file commands no terminal, whatever fmt has to say of the file.
func TestFmtHiddenCharacters(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("no file has such a name there")
	}
	for _, tc := range []struct{ name, text, want string }{
		{"formatted", unformatted, `a\x1b[2J\nb.yaml`},
		{"left alone", "kind: Group\napiVersion: provost.dev/v1alpha1\nmetadata: {name: g, namespace: acme}\nspec:\n  members: [ # first\n    {name: a}\n  ]\n", `a\x1b[2J\nb.yaml:1: the document stays as it is`},
		{"large", strings.Repeat("#", 10<<20+1), `a\x1b[2J\nb.yaml stays as it is: it is larger than 10 MiB`},
	} {
		for _, flag := range []string{"--check", "--diff", "--sort-members"} {
			t.Run(tc.name+" "+flag, func(t *testing.T) {
				dir := t.TempDir()
				if err := os.WriteFile(filepath.Join(dir, "a\x1b[2J\nb.yaml"), []byte(tc.text), 0o600); err != nil {
					t.Fatal(err)
				}
				out, errOut, _ := run(t, "", "fmt", flag, dir)
				if strings.Contains(out+errOut, "\x1b") || !strings.Contains(out+errOut, tc.want) {
					t.Errorf("%q\n%q", out, errOut)
				}
			})
		}
	}
}

// Whoever claims to have made a commit commands no terminal either, as long as nobody knows better.
func TestPlanAuthorsHiddenCharacters(t *testing.T) {
	p := newPlanned(t)
	p.commit("Begin", map[string]string{"a.yaml": planGroup("staff", "", "ada")})
	if err := os.WriteFile(filepath.Join(p.dir, "a.yaml"), []byte(planGroup("staff", "", "ada", "bob")), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := p.tree.Add("a.yaml"); err != nil {
		t.Fatal(err)
	}
	who := &object.Signature{Name: "Rob\x1b[2Jin", Email: "robin\u202e@example.org", When: time.Unix(7200, 0).UTC()}
	if _, err := p.tree.Commit("Let bob\x1b]0;in\a", &git.CommitOptions{Author: who, Committer: who}); err != nil {
		t.Fatal(err)
	}
	for _, form := range []string{"table", "markdown", "json"} {
		got := p.plan(ExitUnauthorised, "HEAD~1", "HEAD", "--check-authors", "--keyring", keyring(t), "-o", form)
		if strings.ContainsAny(got, "\x1b\a") || form != "json" && strings.Contains(got, "\u202e") {
			t.Errorf("%s: %q", form, got)
		}
		if form == "table" && !strings.Contains(got, `Rob\x1b[2Jin`) {
			t.Errorf("the author is not shown:\n%s", got)
		}
	}
}

// keyring is a file with the OpenPGP key of somebody who signs nothing.
func keyring(t *testing.T) string {
	t.Helper()
	key, err := openpgp.NewEntity("root", "", "root@example.org", &packet.Config{Algorithm: packet.PubKeyAlgoEdDSA})
	if err != nil {
		t.Fatal(err)
	}
	var text bytes.Buffer
	w, err := armor.Encode(&text, openpgp.PublicKeyType, nil)
	if err == nil {
		err = key.Serialize(w)
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	name := filepath.Join(t.TempDir(), "keys.asc")
	if err := os.WriteFile(name, text.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}
