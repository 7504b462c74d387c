package gitsync

import provostv1 "provost.dev/provost/api/v1alpha1"

// verify says whether a commit may be applied at all, before anything of it is
// read. A GitSync that asks for signatures gets nothing unverified applied.
func verify(gs *provostv1.GitSync, c *Checkout) error {
	if gs.Spec.Verify == nil {
		return nil
	}
	return stalled(provostv1.ReasonVerificationFailed, "spec.verify asks for a signature on %s, and this release checks none; take spec.verify away to apply unsigned commits", c.Revision())
}
