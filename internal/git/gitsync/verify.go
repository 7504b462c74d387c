package gitsync

import (
	"context"
	"fmt"
	"maps"
	"slices"

	provostv1 "provost.dev/provost/api/v1alpha1"
	"provost.dev/provost/internal/git/gitrepo"
)

// verified says who signed a commit, before anything of it is read. A GitSync that
// asks for signatures gets nothing unverified applied. It is asked anew with each
// run: a key that is added to the Secret counts at once, and so does one that is
// taken out. A GitSync that asks for none gets nobody.
func (r *run) verified(ctx context.Context, c *Checkout) (signer *gitrepo.Principal, err error) {
	v := r.gs.Spec.Verify
	if v == nil {
		return nil, nil
	}
	keys, err := r.keys(ctx, v)
	if err != nil {
		return nil, err
	}
	if v.Mode == provostv1.VerifyTag || v.Mode == provostv1.VerifyTagAndCommit {
		p, err := verifyTag(c, r.gs.Spec.Ref, keys)
		if err != nil {
			return nil, notVerified("tag "+c.Ref, err)
		}
		if v.Mode == provostv1.VerifyTag {
			return &p, nil
		}
	}
	p, err := gitrepo.Verify(c.Commit, keys)
	if err != nil {
		return nil, notVerified("commit "+c.Commit.Short(), err)
	}
	return &p, nil
}

func verifyTag(c *Checkout, ref *provostv1.GitReference, keys *gitrepo.Keys) (gitrepo.Principal, error) {
	if ref == nil || ref.Tag == "" {
		return gitrepo.Principal{}, fmt.Errorf("spec.verify.mode asks for a tag, and spec.ref names none")
	}
	if c.Tag == nil {
		return gitrepo.Principal{}, fmt.Errorf("%w: it is a light tag; make it with git tag --sign", gitrepo.ErrUnsigned)
	}
	if c.Tag.Name != ref.Tag {
		// A signed tag of an older release, put under a new name, must not pass for the new one.
		return gitrepo.Principal{}, fmt.Errorf("what was signed is the tag %q", c.Tag.Name)
	}
	return gitrepo.VerifyTag(c.Tag, keys)
}

// keys are the public keys in the Secret that spec.verify names.
func (r *run) keys(ctx context.Context, v *provostv1.GitVerification) (*gitrepo.Keys, error) {
	data, err := r.secret(ctx, "spec.verify.secretRef", v.SecretRef.Name)
	if err != nil {
		return nil, err
	}
	keys := &gitrepo.Keys{}
	for _, name := range slices.Sorted(maps.Keys(data)) {
		if err := keys.Add(name, data[name]); err != nil {
			return nil, stalled(provostv1.ReasonSecretInvalid, "the Secret %s/%s of spec.verify.secretRef: %w", r.gs.Namespace, v.SecretRef.Name,
				err)
		}
	}
	if keys.Empty() {
		return nil, stalled(provostv1.ReasonSecretInvalid, "the Secret %s/%s of spec.verify.secretRef holds no key", r.gs.Namespace,
			v.SecretRef.Name)
	}
	return keys, nil
}

func notVerified(what string, err error) error {
	return stalled(provostv1.ReasonVerificationFailed, "nothing was applied: %s cannot be trusted: %w", what, err)
}
