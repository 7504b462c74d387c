package gitrepo

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/ProtonMail/go-crypto/openpgp"
	"github.com/ProtonMail/go-crypto/openpgp/armor"
	pgperrors "github.com/ProtonMail/go-crypto/openpgp/errors"
	"github.com/ProtonMail/go-crypto/openpgp/packet"
)

func (k *Keys) verifyOpenPGP(s signed) (Principal, error) {
	body, created, issuer, err := readOpenPGP(s.signature)
	if err != nil {
		return Principal{}, err
	}
	// Whether a key was valid is asked of the time at which it signed.
	config := &packet.Config{Time: func() time.Time { return created }}
	signer, err := openpgp.CheckDetachedSignature(k.ring, bytes.NewReader(s.payload), bytes.NewReader(body), config)
	switch {
	case err == nil:
		return principalOf(signer), nil
	case errors.Is(err, pgperrors.ErrUnknownIssuer):
		return Principal{}, fmt.Errorf("%w: OpenPGP key %s", ErrUnknownKey, issuer)
	case errors.Is(err, pgperrors.ErrKeyExpired), errors.Is(err, pgperrors.ErrSignatureExpired), errors.Is(err, pgperrors.ErrKeyRevoked):
		return Principal{}, fmt.Errorf("%w: OpenPGP key %s at %s: %w", ErrExpired, issuer, created.UTC().Format(time.RFC3339), err)
	}
	return Principal{}, fmt.Errorf("%w: OpenPGP key %s: %w", ErrBadSignature, issuer, err)
}

// readOpenPGP reads the one signature within the armour: its bytes, when it was
// made, and by which key.
func readOpenPGP(armoured string) (body []byte, created time.Time, issuer string, err error) {
	unreadable := func(err error) error { return fmt.Errorf("%w: it cannot be read: %w", ErrBadSignature, err) }
	block, err := armor.Decode(strings.NewReader(armoured))
	if err != nil {
		return nil, created, "", unreadable(err)
	}
	if body, err = io.ReadAll(block.Body); err != nil {
		return nil, created, "", unreadable(err)
	}
	packets := packet.NewReader(bytes.NewReader(body))
	first, err := packets.Next()
	if err != nil {
		return nil, created, "", unreadable(err)
	}
	sig, ok := first.(*packet.Signature)
	if !ok || sig.IssuerKeyId == nil {
		return nil, created, "", unreadable(errors.New("it names no key"))
	}
	if _, err := packets.Next(); !errors.Is(err, io.EOF) {
		return nil, created, "", unreadable(errors.New("it holds several, and one signer is needed"))
	}
	issuer = fmt.Sprintf("%016X", *sig.IssuerKeyId)
	if len(sig.IssuerFingerprint) > 0 {
		issuer = fmt.Sprintf("%X", sig.IssuerFingerprint)
	}
	return body, sig.CreationTime, issuer, nil
}

// principalOf gives the names of a key: its user ids, the primary one first.
func principalOf(e *openpgp.Entity) Principal {
	p := Principal{Fingerprint: fmt.Sprintf("%X", e.PrimaryKey.Fingerprint)}
	var ids []*openpgp.Identity
	for _, id := range e.Identities {
		if len(id.Revocations) == 0 {
			ids = append(ids, id)
		}
	}
	primary := e.PrimaryIdentity()
	slices.SortFunc(ids, func(a, b *openpgp.Identity) int {
		switch {
		case a == primary:
			return -1
		case b == primary:
			return 1
		}
		return strings.Compare(a.Name, b.Name)
	})
	for _, id := range ids {
		p.Names = append(p.Names, id.Name)
		if id.UserId != nil && id.UserId.Email != "" && id.UserId.Email != id.Name {
			p.Names = append(p.Names, id.UserId.Email)
		}
	}
	return p
}
