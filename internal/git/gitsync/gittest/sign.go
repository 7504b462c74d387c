package gittest

import (
	"crypto/ed25519"
	"crypto/rand"
	"io"
	"strings"
	"testing"

	"github.com/ProtonMail/go-crypto/openpgp"
	"github.com/ProtonMail/go-crypto/openpgp/armor"
	"github.com/ProtonMail/go-crypto/openpgp/packet"
	"github.com/hiddeco/sshsig"
	"golang.org/x/crypto/ssh"
)

// Key signs commits, and an OpenPGP one tags too.
type Key struct {
	// Public is what the Secret of a GitSync holds to trust the key.
	Public string
	ssh    ssh.Signer
	pgp    *openpgp.Entity
}

// NewSSHKey makes an SSH key, with its line of allowed_signers.
func NewSSHKey(t testing.TB, principal string) *Key {
	t.Helper()
	_, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	signer, err := ssh.NewSignerFromKey(private)
	if err != nil {
		t.Fatal(err)
	}
	return &Key{ssh: signer, Public: principal + " " + string(ssh.MarshalAuthorizedKey(signer.PublicKey()))}
}

// NewOpenPGPKey makes an OpenPGP key.
func NewOpenPGPKey(t testing.TB, name, email string) *Key {
	t.Helper()
	key, err := openpgp.NewEntity(name, "", email, &packet.Config{Algorithm: packet.PubKeyAlgoEdDSA})
	if err != nil {
		t.Fatal(err)
	}
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
	return &Key{pgp: key, Public: out.String()}
}

// Sign implements git.Signer for SSH keys.
func (k *Key) Sign(message io.Reader) ([]byte, error) {
	sig, err := sshsig.Sign(message, k.ssh, sshsig.HashSHA512, "git")
	if err != nil {
		return nil, err
	}
	return sshsig.Armor(sig), nil
}

// SignWith signs what is committed and tagged from now on; nil signs nothing.
func (r *Repository) SignWith(k *Key) { r.key = k }
