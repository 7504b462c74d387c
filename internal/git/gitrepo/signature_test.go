package gitrepo

import (
	"crypto/ed25519"
	"crypto/rand"
	"crypto/rsa"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ProtonMail/go-crypto/openpgp"
	"github.com/ProtonMail/go-crypto/openpgp/armor"
	"github.com/ProtonMail/go-crypto/openpgp/packet"
	"github.com/go-git/go-git/v5"
	"github.com/go-git/go-git/v5/plumbing"
	"github.com/hiddeco/sshsig"
	"golang.org/x/crypto/ssh"
)

// signWith signs with what the function gives.
type signWith func(message io.Reader) ([]byte, error)

// Sign implements git.Signer.
func (f signWith) Sign(message io.Reader) ([]byte, error) { return f(message) }

// sshSigner makes a key, with its line for allowed_signers without the principal.
func sshSigner(t *testing.T, namespace string) (signer git.Signer, line string) {
	t.Helper()
	_, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return sshSignerOf(t, private, namespace)
}

func sshSignerOf(t *testing.T, private any, namespace string) (signer git.Signer, line string) {
	t.Helper()
	key, err := ssh.NewSignerFromKey(private)
	if err != nil {
		t.Fatal(err)
	}
	sign := signWith(func(message io.Reader) ([]byte, error) {
		sig, err := sshsig.Sign(message, key, sshsig.HashSHA512, namespace)
		if err != nil {
			return nil, err
		}
		return sshsig.Armor(sig), nil
	})
	return sign, strings.TrimSpace(string(ssh.MarshalAuthorizedKey(key.PublicKey())))
}

// pgpSigner makes an OpenPGP key that is valid for so many seconds (0: for ever),
// and gives it in its armour.
func pgpSigner(t *testing.T, name, email string, seconds uint32, created time.Time) (key *openpgp.Entity, public string) {
	t.Helper()
	config := &packet.Config{KeyLifetimeSecs: seconds, Time: func() time.Time { return created }, Algorithm: packet.PubKeyAlgoEdDSA}
	key, err := openpgp.NewEntity(name, "", email, config)
	if err != nil {
		t.Fatal(err)
	}
	return key, armoured(t, key)
}

func armoured(t *testing.T, key *openpgp.Entity) string {
	t.Helper()
	var out strings.Builder
	w, err := armor.Encode(&out, openpgp.PublicKeyType, nil)
	if err == nil {
		err = key.Serialize(w)
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// signedCommit makes a commit with the options' signature, and reads it back.
func (w *world) signedCommit(o git.CommitOptions) *Commit {
	w.t.Helper()
	tree, err := w.git.Worktree()
	if err != nil {
		w.t.Fatal(err)
	}
	w.when = w.when.Add(time.Minute)
	o.Author, o.AllowEmptyCommits = &signatureOf, true
	o.Author.When = w.when
	hash, err := tree.Commit("Signed or not\n\nA body.\n", &o)
	if err != nil {
		w.t.Fatal(err)
	}
	r, err := Open(w.dir)
	if err != nil {
		w.t.Fatal(err)
	}
	c, err := r.Commit(hash)
	if err != nil {
		w.t.Fatal(err)
	}
	return c
}

func keysOf(t *testing.T, files ...string) *Keys {
	t.Helper()
	k := &Keys{}
	for _, f := range files {
		if err := k.Add("keys", []byte(f)); err != nil {
			t.Fatal(err)
		}
	}
	return k
}

func TestVerify(t *testing.T) {
	w := newWorld(t)
	w.when = time.Date(2027, 3, 1, 0, 0, 0, 0, time.UTC)
	danas, line := sshSigner(t, "git")
	rsaKey, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	rsas, rsaLine := sshSignerOf(t, rsaKey, "git")
	strangers, _ := sshSigner(t, "git")
	files, fileLine := sshSigner(t, "file")
	now := time.Now()
	pgp, public := pgpSigner(t, "Dana Dahl", "dana@example.org", 0, now.Add(-time.Hour))
	other, otherPublic := pgpSigner(t, "Erin", "erin@example.org", 0, now.Add(-time.Hour))
	expired, expiredPublic := pgpSigner(t, "Old", "old@example.org", 60, now.Add(-time.Hour))
	revoked, _ := pgpSigner(t, "Gone", "gone@example.org", 0, now.Add(-time.Hour))
	if err := revoked.RevokeKey(packet.KeyCompromised, "stolen", &packet.Config{}); err != nil {
		t.Fatal(err)
	}

	twice := signWith(func(m io.Reader) ([]byte, error) {
		sig, err := danas.Sign(m)
		return append(sig, sig...), err
	})
	text := func(s string) git.Signer {
		return signWith(func(io.Reader) ([]byte, error) { return []byte(s), nil })
	}
	for _, tt := range []struct {
		name string
		sign git.CommitOptions
		keys string
		want []string
		err  error
	}{
		{"unsigned", git.CommitOptions{}, "dana@example.org " + line, nil, ErrUnsigned},
		{"ssh", git.CommitOptions{Signer: danas}, "dana@example.org " + line, []string{"dana@example.org"}, nil},
		{"ssh, several principals", git.CommitOptions{Signer: danas}, `dana@example.org,dana namespaces="file,git" ` + line + " of her laptop",
			[]string{"dana@example.org", "dana"}, nil},
		{"ssh, rsa", git.CommitOptions{Signer: rsas}, "dana " + rsaLine, []string{"dana"}, nil},
		{"ssh, in time", git.CommitOptions{Signer: danas}, `dana valid-after="20270301",valid-before="20270302" ` + line, []string{"dana"}, nil},
		{"ssh, too early", git.CommitOptions{Signer: danas}, `dana valid-after="20280101Z" ` + line, nil, ErrExpired},
		{"ssh, too late", git.CommitOptions{Signer: danas}, `dana valid-before="202701010000" ` + line, nil, ErrExpired},
		{"ssh, the second line counts", git.CommitOptions{Signer: danas}, `dana valid-before="202701010000" ` + line + "\ndana.new " + line,
			[]string{"dana.new"}, nil},
		{"ssh, for other things", git.CommitOptions{Signer: danas}, `dana namespaces="file,!git" ` + line, nil, ErrUnknownKey},
		{"ssh, unknown", git.CommitOptions{Signer: strangers}, "dana " + line, nil, ErrUnknownKey},
		{"ssh, no key", git.CommitOptions{Signer: danas}, public, nil, ErrUnknownKey},
		{"ssh, signed for files", git.CommitOptions{Signer: files}, "dana " + fileLine, nil, ErrBadSignature},
		{"two signatures", git.CommitOptions{Signer: twice}, "dana " + line, nil, ErrBadSignature},
		{"X.509", git.CommitOptions{Signer: text("-----BEGIN SIGNED MESSAGE-----\nAAAA\n-----END SIGNED MESSAGE-----\n")}, "dana " + line, nil,
			ErrBadSignature},
		{"nonsense", git.CommitOptions{Signer: text("trust me")}, "dana " + line, nil, ErrBadSignature},
		{"half an ssh signature", git.CommitOptions{Signer: text(armourSSH + "\nU1NI\n")}, "dana " + line, nil, ErrBadSignature},
		{"half an OpenPGP signature", git.CommitOptions{Signer: text(armourOpenPGP + "\n\nwsB\n")}, public, nil, ErrBadSignature},
		{"OpenPGP", git.CommitOptions{SignKey: pgp}, otherPublic + public, []string{"Dana Dahl <dana@example.org>", "dana@example.org"}, nil},
		{"OpenPGP, unknown", git.CommitOptions{SignKey: other}, public, nil, ErrUnknownKey},
		{"OpenPGP, no key", git.CommitOptions{SignKey: pgp}, "dana " + line, nil, ErrUnknownKey},
		// Signing refuses with such keys, so these commits are signed as if they were good still.
		{"OpenPGP, expired", git.CommitOptions{Signer: regardless(expired)}, expiredPublic, nil, ErrExpired},
		{"OpenPGP, revoked", git.CommitOptions{Signer: regardless(revoked)}, armoured(t, revoked), nil, ErrExpired},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := w.signedCommit(tt.sign)
			p, err := Verify(c, keysOf(t, tt.keys))
			if !errors.Is(err, tt.err) || !slices.Equal(p.Names, tt.want) {
				t.Errorf("got %v, %v; want %v, %v", p, err, tt.want, tt.err)
			}
			if tt.err == nil {
				return
			}
			if strings.Count(err.Error(), "\n") > 0 || len(err.Error()) > 300 {
				t.Errorf("the error is no line for a person: %q", err)
			}
		})
	}

	// Another commit's signature is not this commit's.
	c, d := w.signedCommit(git.CommitOptions{Signer: danas}), w.signedCommit(git.CommitOptions{SignKey: pgp})
	for _, altered := range []*Commit{c, d} {
		altered.signed.payload = append(altered.signed.payload, ' ')
		if _, err := Verify(altered, keysOf(t, "dana "+line, public)); !errors.Is(err, ErrBadSignature) {
			t.Errorf("a changed commit: %v", err)
		}
	}
	if _, err := Verify(w.signedCommit(git.CommitOptions{Signer: danas}), nil); !errors.Is(err, ErrUnknownKey) {
		t.Errorf("without keys: %v", err)
	}
}

// regardless signs with a key that is no longer good.
func regardless(key *openpgp.Entity) git.Signer {
	return signWith(func(m io.Reader) ([]byte, error) {
		var out strings.Builder
		w, err := armor.Encode(&out, openpgp.SignatureType, nil)
		if err != nil {
			return nil, err
		}
		sig := &packet.Signature{
			Version: key.PrimaryKey.Version, SigType: packet.SigTypeBinary, PubKeyAlgo: key.PrimaryKey.PubKeyAlgo,
			Hash: (&packet.Config{}).Hash(), CreationTime: time.Now(), IssuerKeyId: &key.PrimaryKey.KeyId,
		}
		h, err := sig.PrepareSign(&packet.Config{})
		if err == nil {
			_, err = io.Copy(h, m)
		}
		if err == nil {
			err = sig.Sign(h, key.PrivateKey, &packet.Config{})
		}
		if err == nil {
			err = sig.Serialize(w)
		}
		if err == nil {
			err = w.Close()
		}
		return []byte(out.String()), err
	})
}

func TestVerifyTag(t *testing.T) {
	w := newWorld(t)
	head := w.commit("1", map[string]string{"a.yaml": "one"})
	pgp, public := pgpSigner(t, "Dana", "dana@example.org", 0, time.Now().Add(-time.Hour))
	for name, o := range map[string]*git.CreateTagOptions{
		"light": nil, "plain": {Message: "plain", Tagger: &signatureOf}, "signed": {Message: "signed", Tagger: &signatureOf, SignKey: pgp},
	} {
		if _, err := w.git.CreateTag(name, head, o); err != nil {
			t.Fatal(err)
		}
	}
	r, err := Open(w.dir)
	if err != nil {
		t.Fatal(err)
	}
	if tag, err := r.Tag("refs/tags/light"); err != nil || tag != nil {
		t.Errorf("a light tag: %v, %v", tag, err)
	}
	if _, err := r.Tag("refs/tags/none"); !errors.Is(err, plumbing.ErrReferenceNotFound) {
		t.Errorf("no tag: %v", err)
	}
	for name, want := range map[string]error{"plain": ErrUnsigned, "signed": nil} {
		tag, err := r.Tag("refs/tags/" + name)
		if err != nil {
			t.Fatal(err)
		}
		p, err := VerifyTag(tag, keysOf(t, public))
		if !errors.Is(err, want) || want == nil && (p.Name() != "Dana <dana@example.org>" || tag.Name != name || tag.Target != head) {
			t.Errorf("%s: %v, %v", name, p, err)
		}
	}
}

func TestKeys(t *testing.T) {
	_, line := sshSigner(t, "git")
	_, public := pgpSigner(t, "Dana", "dana@example.org", 0, time.Now())
	for _, tt := range []struct{ name, file, says string }{
		{"nothing", "", "holds no key"},
		{"a comment", "# nobody yet\n", "holds no key"},
		{"a key without its principal", line, "begins with the principal"},
		{"a principal without a key", "\ndana\n", "keys:2: a line begins with the principal"},
		{"an empty principal", "dana,, " + line, "empty principal"},
		{"an unknown option", `dana verify-required="yes" ` + line, `unknown option "verify-required"`},
		{"an authority", "*@example.org cert-authority " + line, "cert-authority is not supported"},
		{"a time", `dana valid-after="tomorrow" ` + line, `"tomorrow" is no time`},
		{"a broken key", "dana ssh-ed25519 AAAA", "cannot be read"},
		{"a private key", "-----BEGIN OPENSSH PRIVATE KEY-----", "private key"},
		{"a private OpenPGP key", "-----BEGIN PGP PRIVATE KEY BLOCK-----", "private key"},
		{"half an OpenPGP key", public[:len(public)/2], "ends before"},
		{"a broken OpenPGP key", "-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nAAAA\n-----END PGP PUBLIC KEY BLOCK-----",
			"OpenPGP key 1 cannot be read"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			err := (&Keys{}).Add("keys", []byte(tt.file))
			if err == nil || !strings.Contains(err.Error(), tt.says) {
				t.Errorf("%v does not say %q", err, tt.says)
			}
		})
	}
	good := fmt.Sprintf("# two people\n\"dana,d d\" %s comment\nerin@*.org NAMESPACES=\"g?t\" %s\n", line, line)
	if k := keysOf(t, good, public+public); len(k.signers) != 2 || len(k.ring) != 2 || k.Empty() || !k.signers[1].maySign("git") ||
		k.signers[1].maySign("grit") {
		t.Errorf("read %+v", k)
	}
	if !(*Keys)(nil).Empty() || !(&Keys{}).Empty() {
		t.Error("no keys are some")
	}
}
