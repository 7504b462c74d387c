package gitrepo

import (
	"bytes"
	"errors"
	"fmt"

	"github.com/ProtonMail/go-crypto/openpgp"
)

// Keys are the public keys that are trusted to sign: SSH keys as a file in the
// format of allowed_signers lists them (see ssh-keygen(1)), and OpenPGP keys.
// The zero value trusts nobody.
type Keys struct {
	signers []signer
	ring    openpgp.EntityList
}

// Empty says that nobody is trusted.
func (k *Keys) Empty() bool { return k == nil || len(k.signers)+len(k.ring) == 0 }

// Add adds what a file holds: OpenPGP public keys in their armour, one after the
// other, or lines of allowed_signers. The name is used in errors, which also give the line.
func (k *Keys) Add(name string, data []byte) error {
	if bytes.Contains(data, []byte("PRIVATE KEY")) {
		return fmt.Errorf("%s: it holds a private key; only public keys belong here", name)
	}
	if bytes.Contains(data, []byte("-----BEGIN PGP")) {
		return k.addRing(name, data)
	}
	signers, err := parseSigners(name, data)
	if err != nil {
		return err
	}
	if len(signers) == 0 {
		return fmt.Errorf("%s: it holds no key; write one line a signer (dana@example.org ssh-ed25519 AAAA...), or an OpenPGP public key in "+
			"its armour", name)
	}
	k.signers = append(k.signers, signers...)
	return nil
}

// addRing reads every armoured block: the library reads the first of a text only.
func (k *Keys) addRing(name string, data []byte) error {
	const end = "-----END PGP PUBLIC KEY BLOCK-----"
	n := 0
	for rest := data; ; n++ {
		i := bytes.Index(rest, []byte(end))
		if i < 0 {
			if n == 0 || bytes.Contains(rest, []byte("-----BEGIN PGP")) {
				return fmt.Errorf("%s: it ends before an OpenPGP public key does (gpg --armor --export gives a whole one)", name)
			}
			return nil
		}
		block := rest[:i+len(end)]
		rest = rest[i+len(end):]
		ring, err := openpgp.ReadArmoredKeyRing(bytes.NewReader(append(bytes.Clone(block), '\n')))
		if err == nil && len(ring) == 0 {
			err = errors.New("it holds no key")
		}
		if err != nil {
			return fmt.Errorf("%s: OpenPGP key %d cannot be read: %w", name, n+1, err)
		}
		k.ring = append(k.ring, ring...)
	}
}
