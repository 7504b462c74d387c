package history

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/ProtonMail/go-crypto/openpgp"
	"github.com/ProtonMail/go-crypto/openpgp/armor"
	"github.com/ProtonMail/go-crypto/openpgp/packet"
	gogit "github.com/go-git/go-git/v5"
	"github.com/go-git/go-git/v5/plumbing/object"

	"provost.dev/provost/internal/git/gitrepo"
	"provost.dev/provost/internal/manifest"
)

// signer is an OpenPGP key of a person.
func signer(t *testing.T, name string) *openpgp.Entity {
	t.Helper()
	key, err := openpgp.NewEntity(name, "", name+"@example.org", &packet.Config{
		Algorithm: packet.PubKeyAlgoEdDSA, Time: func() time.Time { return time.Unix(1_600_000_000, 0) },
	})
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func trust(t *testing.T, keys *gitrepo.Keys, key *openpgp.Entity) {
	t.Helper()
	var text bytes.Buffer
	w, err := armor.Encode(&text, openpgp.PublicKeyType, nil)
	if err == nil {
		err = key.Serialize(w)
	}
	if err == nil {
		err = w.Close()
	}
	if err == nil {
		err = keys.Add("keys", text.Bytes())
	}
	if err != nil {
		t.Fatal(err)
	}
}

const authorsBase = `apiVersion: provost.dev/v1alpha1
kind: Platform
metadata: {name: platform}
spec:
  administrators:
  - {kind: Person, name: root}
---
apiVersion: provost.dev/v1alpha1
kind: Person
metadata: {name: root}
spec: {username: root@example.org}
---
apiVersion: provost.dev/v1alpha1
kind: Person
metadata: {name: lea}
spec: {username: lea@example.org}
---
apiVersion: provost.dev/v1alpha1
kind: Person
metadata: {name: mallory}
spec: {username: mallory@example.org}
---
apiVersion: provost.dev/v1alpha1
kind: Organisation
metadata: {name: acme, namespace: acme}
spec: {}
---
apiVersion: provost.dev/v1alpha1
kind: Course
metadata: {name: algebra, namespace: acme}
spec: {parentRef: {kind: Organisation, name: acme}}
`

func courseBinding(name, role, person string) string {
	return `apiVersion: provost.dev/v1alpha1
kind: RoleBinding
metadata: {name: ` + name + `, namespace: acme}
spec:
  roleRef: {name: ` + role + `}
  entityRef: {kind: Course, name: algebra}
  subjects:
  - {kind: Person, name: ` + person + `}
`
}

// TestAuthors judges a line of commits by whoever signed each.
func TestAuthors(t *testing.T) {
	dir := t.TempDir()
	r, err := gogit.PlainInit(dir, false)
	if err != nil {
		t.Fatal(err)
	}
	tree, err := r.Worktree()
	if err != nil {
		t.Fatal(err)
	}
	keys := &gitrepo.Keys{}
	people := map[string]*openpgp.Entity{}
	for _, name := range []string{"root", "lea", "mallory"} {
		people[name] = signer(t, name)
		trust(t, keys, people[name])
	}
	people["stranger"] = signer(t, "root") // the name of an administrator, and a key that nobody trusts
	steps := []struct {
		signer string
		files  map[string]string
		state  AuthorState
		person string
		says   string
	}{
		{"", map[string]string{"base.yaml": authorsBase, "lea.yaml": courseBinding("lea", "course-admin", "lea")}, Unverified, "", "not signed"},
		{"lea", map[string]string{"bob.yaml": courseBinding("bob", "course-student", "bob")}, Authorised, "lea", ""},
		{"mallory", map[string]string{"m.yaml": courseBinding("m", "course-instructor", "mallory")}, Refused, "mallory",
			"needs manage_course_users"},
		{"", map[string]string{"m.yaml": courseBinding("m", "course-superadmin", "mallory")}, Unverified, "", "not signed"},
		{"stranger", map[string]string{"m.yaml": courseBinding("m", "course-student", "mallory")}, Unverified, "", "not trusted"},
		{"lea", map[string]string{"base.yaml": strings.Replace(authorsBase, "mallory@", "root2@", 1)}, Refused, "lea",
			"only platform administrators may change a Person"},
		{"lea", map[string]string{"README.md": "hello"}, Nothing, "", ""},
		{"lea", map[string]string{"bad.yaml": "kind: ["}, Unreadable, "", ""},
		{"root", map[string]string{"bad.yaml": "", "lea.yaml": ""}, Authorised, "root", ""},
		{"lea", map[string]string{"bob.yaml": ""}, Refused, "lea", "needs manage_course_users"}, // no longer hers to give or take
	}
	for i, s := range steps {
		for name, text := range s.files {
			if text == "" {
				if _, err := tree.Remove(name); err != nil {
					t.Fatal(err)
				}
				continue
			}
			if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
			if _, err := tree.Add(name); err != nil {
				t.Fatal(err)
			}
		}
		// Every commit says it is an administrator's.
		who := &object.Signature{Name: "root", Email: "root@example.org", When: time.Unix(1_700_000_000+int64(i), 0)}
		if _, err := tree.Commit("change", &gogit.CommitOptions{Author: who, Committer: who, SignKey: people[s.signer]}); err != nil {
			t.Fatal(err)
		}
	}
	repo, all := open(t, dir)
	got, err := Authors(t.Context(), manifest.Options{}, repo, "", RecordsTree("nothing", nil), all, keys, time.Unix(1_700_001_000, 0))
	if err != nil {
		t.Fatal(err)
	}
	for i, s := range steps {
		a := &got[i]
		if a.State != s.state || a.Person != s.person || a.OK() != (s.state == Authorised || s.state == Nothing) {
			t.Errorf("commit %d: %s by %q (%v, %v), want %s by %q", i, a.State, a.Person, a.Problem, a.Refusals, s.state, s.person)
		}
		said := a.Claimed()
		if a.Problem != nil {
			said += a.Problem.Error()
		}
		for _, refused := range a.Refusals {
			said += refused.Position.String() + strings.Join(refused.Missing, "; ")
		}
		if !strings.Contains(said, s.says) || !strings.Contains(said, "root <root@example.org>") {
			t.Errorf("commit %d: it says %q, want %q", i, said, s.says)
		}
	}
}
