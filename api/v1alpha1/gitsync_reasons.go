package v1alpha1

// Further reasons of a GitSync: why its repository gave no commit.
const (
	// ReasonRepositoryNotFound: there is no repository at the address, or the credentials may not see it.
	ReasonRepositoryNotFound = "RepositoryNotFound"
	// ReasonRefNotFound: the repository has no such branch, tag or commit.
	ReasonRefNotFound = "RefNotFound"
	// ReasonPathNotFound: the commit has no such folder.
	ReasonPathNotFound = "PathNotFound"
	// ReasonSecretInvalid: the Secret does not exist, or lacks what the address needs.
	ReasonSecretInvalid = "SecretInvalid"
	// ReasonTimeout: fetching or applying took longer than the timeout.
	ReasonTimeout = "Timeout"
	// ReasonForbidden: the account that the GitSync acts as may not do what the commit asks.
	ReasonForbidden = "Forbidden"
)
