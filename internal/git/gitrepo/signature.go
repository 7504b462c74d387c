package gitrepo

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/go-git/go-git/v5/plumbing"
)

// Why a signature proves nothing. Every error of Verify and VerifyTag is one of these.
var (
	// ErrUnsigned: there is no signature.
	ErrUnsigned = errors.New("it is not signed")
	// ErrUnknownKey: the key that signed is not among the trusted ones.
	ErrUnknownKey = errors.New("the key that signed it is not trusted")
	// ErrExpired: the key is trusted, and was not valid when it signed.
	ErrExpired = errors.New("the key that signed it was not valid then")
	// ErrBadSignature: the signature does not fit what it is said to sign, or cannot be read.
	ErrBadSignature = errors.New("its signature is not good")
)

// Principal is who made a commit, as far as a signature proves it. What the
// author and committer lines say is not part of it: anybody can write those.
type Principal struct {
	// Names are what the trusted keys call the signer, the first one first: the
	// principals of a line of allowed_signers as they stand there, or the user ids
	// of an OpenPGP key, each followed by the e-mail address within it.
	Names []string
	// Fingerprint is the key's: SHA256:... for SSH, hexadecimal digits for OpenPGP.
	Fingerprint string
}

// Name is the first of the names, or the fingerprint where the key has none.
func (p Principal) Name() string {
	if len(p.Names) == 0 {
		return p.Fingerprint
	}
	return p.Names[0]
}

// signed is an object with a signature: a commit or an annotated tag.
type signed struct {
	// signature is as it stands in the object, in its armour; empty where there is none.
	signature string
	// payload is what it signs: the object without the signature.
	payload []byte
	// when is the time that the object gives itself.
	when time.Time
}

// withoutSignature is an object of go-git that can give what its signature signs.
type withoutSignature interface {
	EncodeWithoutSignature(o plumbing.EncodedObject) error
}

func signedBy(o withoutSignature, signature string, when time.Time) (signed, error) {
	if strings.TrimSpace(signature) == "" {
		return signed{}, nil
	}
	encoded := &plumbing.MemoryObject{}
	if err := o.EncodeWithoutSignature(encoded); err != nil {
		return signed{}, err
	}
	reader, err := encoded.Reader()
	if err != nil {
		return signed{}, err
	}
	payload, err := io.ReadAll(reader)
	return signed{signature: signature, payload: payload, when: when}, err
}

// Signed says that a commit has a signature, whether or not it is good.
func (c *Commit) Signed() bool { return c.signed.signature != "" }

// Verify says who signed a commit. A key counts if it was valid when it signed:
// at the commit's own time for SSH, as git does it, and at the signature's time
// for OpenPGP. A signer can set both back, so a key that is no longer to be
// trusted is taken out of the keys; waiting for it to expire is not enough.
func Verify(c *Commit, keys *Keys) (Principal, error) { return keys.verify(c.signed) }

// VerifyTag says who signed an annotated tag.
func VerifyTag(t *Tag, keys *Keys) (Principal, error) { return keys.verify(t.signed) }

const (
	armourOpenPGP = "-----BEGIN PGP SIGNATURE-----"
	armourSSH     = "-----BEGIN SSH SIGNATURE-----"
	armourX509    = "-----BEGIN SIGNED MESSAGE-----"
	armourAny     = "-----BEGIN "
)

func (k *Keys) verify(s signed) (Principal, error) {
	if k == nil {
		k = &Keys{}
	}
	signature := strings.TrimSpace(s.signature)
	switch {
	case signature == "":
		return Principal{}, ErrUnsigned
	case strings.Count(signature, armourAny) > 1:
		return Principal{}, fmt.Errorf("%w: it holds several, and one signer is needed", ErrBadSignature)
	case strings.HasPrefix(signature, armourSSH):
		return k.verifySSH(s)
	case strings.HasPrefix(signature, armourOpenPGP):
		return k.verifyOpenPGP(s)
	case strings.HasPrefix(signature, armourX509):
		return Principal{}, fmt.Errorf("%w: X.509 signatures are not supported; sign with an SSH or OpenPGP key", ErrBadSignature)
	}
	return Principal{}, fmt.Errorf("%w: it is of no known kind; sign with an SSH or OpenPGP key", ErrBadSignature)
}
