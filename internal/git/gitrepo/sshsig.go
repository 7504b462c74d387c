package gitrepo

import (
	"bytes"
	"fmt"
	"time"

	"github.com/hiddeco/sshsig"
	"golang.org/x/crypto/ssh"
)

// sshNamespace is what an SSH signature says that it is for, so that nobody takes
// a signature of one thing for one of another.
const sshNamespace = "git"

func (k *Keys) verifySSH(s signed) (Principal, error) {
	sig, err := sshsig.Unarmor([]byte(s.signature))
	if err != nil {
		return Principal{}, fmt.Errorf("%w: it cannot be read: %w", ErrBadSignature, err)
	}
	fingerprint := ssh.FingerprintSHA256(sig.PublicKey)
	if _, certificate := sig.PublicKey.(*ssh.Certificate); certificate {
		return Principal{}, fmt.Errorf("%w: it was made with an SSH certificate, which is not supported; sign with the key itself",
			ErrBadSignature)
	}
	if sig.Signature.Format == ssh.KeyAlgoRSA { // with SHA-1, which OpenSSH refuses here too
		return Principal{}, fmt.Errorf("%w: SSH key %s signed with SHA-1", ErrBadSignature, fingerprint)
	}
	// Whether the key made the signature at all comes before the question whose key it is.
	if err := sshsig.Verify(bytes.NewReader(s.payload), sig, sig.PublicKey, sig.HashAlgorithm, sshNamespace); err != nil {
		return Principal{}, fmt.Errorf("%w: SSH key %s: %w", ErrBadSignature, fingerprint, err)
	}
	why := fmt.Errorf("%w: SSH key %s", ErrUnknownKey, fingerprint)
	for _, line := range k.signers {
		if !bytes.Equal(line.key.Marshal(), sig.PublicKey.Marshal()) {
			continue
		}
		switch {
		case !line.maySign(sshNamespace):
			why = fmt.Errorf("%w: SSH key %s of %s may not sign commits (namespaces)", ErrUnknownKey, fingerprint, line.principals[0])
		case !line.validAt(s.when):
			why = fmt.Errorf("%w: SSH key %s of %s at %s", ErrExpired, fingerprint, line.principals[0], s.when.UTC().Format(time.RFC3339))
		default:
			return Principal{Names: line.principals, Fingerprint: fingerprint}, nil
		}
	}
	return Principal{}, why
}
