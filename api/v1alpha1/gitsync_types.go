package v1alpha1

import metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

// VerificationMode says which signatures are checked.
// +kubebuilder:validation:Enum=Commit;Tag;TagAndCommit
type VerificationMode string

// Which signatures are checked.
const (
	VerifyCommit       VerificationMode = "Commit"
	VerifyTag          VerificationMode = "Tag"
	VerifyTagAndCommit VerificationMode = "TagAndCommit"
)

// SignerAuthority says whether whoever signed must have the authority for what a commit changes.
// +kubebuilder:validation:Enum=Ignore;Required
type SignerAuthority string

// Whether whoever signed must have the authority for what a commit changes.
const (
	SignerAuthorityIgnore   SignerAuthority = "Ignore"
	SignerAuthorityRequired SignerAuthority = "Required"
)

// GitReference says which commit of a repository is applied.
// +kubebuilder:validation:XValidation:rule="[has(self.branch), has(self.tag), has(self.commit)].filter(x, x).size() == 1",message="name exactly one of branch, tag and commit"
type GitReference struct {
	// branch is the name of a branch whose newest commit is applied, for example main.
	// +optional
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=255
	// +kubebuilder:validation:XValidation:rule="!self.matches('^[-/.]|[[:space:]~^:?*]|[.][.]|/$')",message="must be the name of a branch, for example main"
	Branch string `json:"branch,omitempty"`

	// tag is the name of a tag whose commit is applied, for example v1.2.0.
	// +optional
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=255
	// +kubebuilder:validation:XValidation:rule="!self.matches('^[-/.]|[[:space:]~^:?*]|[.][.]|/$')",message="must be the name of a tag, for example v1.2.0"
	Tag string `json:"tag,omitempty"`

	// commit is the full hash of the commit that is applied.
	// +optional
	// +kubebuilder:validation:MinLength=40
	// +kubebuilder:validation:MaxLength=64
	// +kubebuilder:validation:XValidation:rule="self.matches('^([0-9a-f]{40}|[0-9a-f]{64})$')",message="must be the full hash of a commit, 40 lower-case hexadecimal digits"
	Commit string `json:"commit,omitempty"`
}

// GitVerification says whose signatures are trusted.
type GitVerification struct {
	// mode says what must be signed: Commit (the default), Tag or TagAndCommit. The last two need ref.tag.
	// +optional
	// +kubebuilder:default=Commit
	Mode VerificationMode `json:"mode,omitempty"`

	// secretRef names the Secret, of the same namespace, whose values are the public keys that are trusted.
	// +required
	SecretRef SecretReference `json:"secretRef"`

	// authority says what a trusted signature is good for. Ignore (the default): for everything. Required: for what the
	// signer, as the Person with that username, may change in Provost, by the people and the Platform of the last good
	// revision; a commit that does more than that since then is not applied.
	// +optional
	// +kubebuilder:default=Ignore
	Authority SignerAuthority `json:"authority,omitempty"`
}

// GitSyncSpec says what is applied from where, and how.
// +structType=atomic
// +kubebuilder:validation:XValidation:rule="!has(self.verify) || !has(self.verify.mode) || self.verify.mode == 'Commit' || (has(self.ref) && has(self.ref.tag))",fieldPath=".verify.mode",message="the modes Tag and TagAndCommit check a tag: name it in ref.tag"
type GitSyncSpec struct {
	// url says where the repository is, for example https://example.org/people.git, ssh://git@example.org/people.git or
	// git@example.org:people.git. A repository on the local disk (file:///srv/people) works where the manager allows it.
	// +required
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=2048
	// +kubebuilder:validation:XValidation:rule="self.matches('^(https?|ssh|file)://[^ ]+$') || self.matches('^[A-Za-z0-9._-]+@[A-Za-z0-9.-]+:[^ ]+$')",message="must begin with https://, http://, ssh:// or file://, or look like git@example.org:people.git"
	// +kubebuilder:validation:XValidation:rule="!self.matches('^[a-z]+://[^/@]*:[^/@]*@')",message="must not hold a password: put it into a Secret and name that in secretRef"
	URL string `json:"url"`

	// ref says which commit is applied: the newest of a branch, that of a tag, or one commit. Default: the newest of the
	// branch that the repository itself calls its default.
	// +optional
	Ref *GitReference `json:"ref,omitempty"`

	// path is the folder of the repository that is applied, for example organisations/acme: plain manifests, or a
	// kustomization. Default: the whole repository.
	// +optional
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=1024
	// +kubebuilder:validation:XValidation:rule="!self.startsWith('/') && !self.split('/').exists(p, p == '..')",message="must be a folder within the repository, without a leading '/' and without '..'"
	Path string `json:"path,omitempty"`

	// interval is how often the repository is looked at, for example 30s; between 1s and 24h. Default: 1m.
	// +optional
	// +kubebuilder:default="1m"
	// +kubebuilder:validation:Type=string
	// +kubebuilder:validation:MaxLength=32
	// +kubebuilder:validation:Pattern=`^([0-9]+([.][0-9]+)?(ms|s|m|h))+$`
	// +kubebuilder:validation:XValidation:rule="duration(self) >= duration('1s') && duration(self) <= duration('24h')",message="must be between 1s and 24h"
	Interval *metav1.Duration `json:"interval,omitempty"`

	// timeout is how long fetching and applying may take, each; between 1s and 24h. Default: 5m.
	// +optional
	// +kubebuilder:default="5m"
	// +kubebuilder:validation:Type=string
	// +kubebuilder:validation:MaxLength=32
	// +kubebuilder:validation:Pattern=`^([0-9]+([.][0-9]+)?(ms|s|m|h))+$`
	// +kubebuilder:validation:XValidation:rule="duration(self) >= duration('1s') && duration(self) <= duration('24h')",message="must be between 1s and 24h"
	Timeout *metav1.Duration `json:"timeout,omitempty"`

	// retryInterval is how long to wait after a failure; between 1s and 24h. Default: the interval.
	// +optional
	// +kubebuilder:validation:Type=string
	// +kubebuilder:validation:MaxLength=32
	// +kubebuilder:validation:Pattern=`^([0-9]+([.][0-9]+)?(ms|s|m|h))+$`
	// +kubebuilder:validation:XValidation:rule="duration(self) >= duration('1s') && duration(self) <= duration('24h')",message="must be between 1s and 24h"
	RetryInterval *metav1.Duration `json:"retryInterval,omitempty"`

	// secretRef names the Secret, of the same namespace, with which to speak to the repository: username and password,
	// bearerToken, or identity and known_hosts; caFile for a certificate of one's own. Default: none is needed.
	// +optional
	SecretRef *SecretReference `json:"secretRef,omitempty"`

	// serviceAccountName names the ServiceAccount, of the same namespace, in whose name everything is applied, so that it
	// can do no more than that account, and nothing outside the namespace. Default: the manager's own. Then a GitSync in
	// provost-system applies to the whole cluster, and any other to its own namespace only.
	// +optional
	ServiceAccountName ObjectName `json:"serviceAccountName,omitempty"`

	// verify has signatures checked, and refuses a commit or tag without one that is trusted. Default: not checked.
	// +optional
	Verify *GitVerification `json:"verify,omitempty"`

	// prune deletes what an earlier commit brought and this one no longer has; never a Namespace. Default: true.
	// +optional
	// +kubebuilder:default=true
	Prune *bool `json:"prune,omitempty"`

	// suspend stops all fetching and applying; what is there stays. Default: false.
	// +optional
	Suspend bool `json:"suspend,omitempty"`

	// removalGuard holds a commit back that would take access from too many people at once. Default: that of the
	// Platform, or else maxPercent 20 and minimum 10.
	// +optional
	RemovalGuard *RemovalGuard `json:"removalGuard,omitempty"`
}

// GitSyncObjects says what a GitSync keeps in place. The inventory itself is the label provost.dev/gitsync on the objects.
type GitSyncObjects struct {
	// count is how many objects the last applied revision has.
	// +optional
	// +kubebuilder:validation:Minimum=0
	Count *int32 `json:"count,omitempty"`

	// digest is a hash over the names and contents of the objects: equal for revisions that say the same.
	// +optional
	// +kubebuilder:validation:MaxLength=128
	Digest string `json:"digest,omitempty"`
}

// GitSyncChanges says what the last reconciliation that changed something did.
type GitSyncChanges struct {
	// created is how many objects were created.
	// +optional
	// +kubebuilder:validation:Minimum=0
	Created *int32 `json:"created,omitempty"`

	// updated is how many objects were changed, put back after somebody changed them included.
	// +optional
	// +kubebuilder:validation:Minimum=0
	Updated *int32 `json:"updated,omitempty"`

	// deleted is how many objects were pruned.
	// +optional
	// +kubebuilder:validation:Minimum=0
	Deleted *int32 `json:"deleted,omitempty"`

	// at is when that was.
	// +optional
	// +kubebuilder:validation:XValidation:rule="self >= timestamp('0001-01-01T00:00:00Z')",message="must be a moment in time, for example 2027-06-30T00:00:00Z"
	At *metav1.Time `json:"at,omitempty"`
}

// GitSyncWritten says up to where somebody must have followed a kind to have seen all that was written of it.
type GitSyncWritten struct {
	// kind is one of the kinds that were written, for example RoleBinding.
	// +required
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=63
	Kind string `json:"kind"`

	// resourceVersion is a version of that kind; nothing of the revision was written later.
	// +required
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=128
	ResourceVersion string `json:"resourceVersion"`
}

// GitSyncApply says how far the objects of a revision are written. While some are and others are not, and until it has
// seen all of them, a manager decides by what was before.
type GitSyncApply struct {
	// revision is what is written.
	// +required
	// +kubebuilder:validation:MaxLength=512
	Revision string `json:"revision"`

	// startedAt is just before the first object was written.
	// +required
	StartedAt metav1.Time `json:"startedAt"`

	// until is when nobody waits any longer for the rest: spec.timeout after the start.
	// +required
	Until metav1.Time `json:"until"`

	// finishedAt is when the last object had been written, or no more were going to be. Absent while it goes on.
	// +optional
	FinishedAt *metav1.Time `json:"finishedAt,omitempty"`

	// written says, for each kind of which something was written, up to where that reaches.
	// +optional
	// +listType=map
	// +listMapKey=kind
	// +kubebuilder:validation:MaxItems=32
	Written []GitSyncWritten `json:"written,omitempty"`
}

// GitSyncStatus is what the controller says of a GitSync.
type GitSyncStatus struct {
	// conditions say whether the object is in effect. Ready is always there; Reconciling, Stalled and others only while
	// true.
	// +optional
	// +listType=map
	// +listMapKey=type
	// +kubebuilder:validation:MaxItems=16
	Conditions []metav1.Condition `json:"conditions,omitempty"`

	// observedGeneration is the generation of the spec that this status speaks of; -1 before the first look.
	// +optional
	// +kubebuilder:validation:Minimum=-1
	ObservedGeneration int64 `json:"observedGeneration,omitempty"`

	// lastAppliedRevision is the revision that is in the cluster, for example main@sha1:1b4df0... It stays while later
	// ones fail. The column REVISION shows it.
	// +optional
	// +kubebuilder:validation:MaxLength=512
	LastAppliedRevision string `json:"lastAppliedRevision,omitempty"`

	// lastAttemptedRevision is the revision that was tried last, whether or not it could be applied.
	// +optional
	// +kubebuilder:validation:MaxLength=512
	LastAttemptedRevision string `json:"lastAttemptedRevision,omitempty"`

	// lastHandledReconcileAt is the value of the annotation reconcile.provost.dev/requestedAt that was last acted on.
	// +optional
	// +kubebuilder:validation:MaxLength=512
	LastHandledReconcileAt string `json:"lastHandledReconcileAt,omitempty"`

	// objects says how many objects the last applied revision has, with a digest.
	// +optional
	Objects *GitSyncObjects `json:"objects,omitempty"`

	// changes says what the last reconciliation that changed something did.
	// +optional
	Changes *GitSyncChanges `json:"changes,omitempty"`

	// apply says how far the last writing of more than one object has got, so that it takes effect as a whole.
	// +optional
	Apply *GitSyncApply `json:"apply,omitempty"`
}

// Reasons of a GitSync.
const (
	// ReasonGitOperationFailed: the repository could not be reached, or has no such branch, tag or commit.
	ReasonGitOperationFailed = "GitOperationFailed"
	// ReasonAuthenticationFailed: the repository, or the Secret for it, refuses.
	ReasonAuthenticationFailed = "AuthenticationFailed"
	// ReasonRepositoryNotAllowed: the repository is on the local disk, or at an address, that the manager does not allow.
	ReasonRepositoryNotAllowed = "RepositoryNotAllowed"
	// ReasonVerificationFailed: the commit or tag has no signature that is trusted.
	ReasonVerificationFailed = "VerificationFailed"
	// ReasonSignerLacksAuthority: whoever signed the commit may not make all of its changes; the message names who that
	// is, and what is missing.
	ReasonSignerLacksAuthority = "SignerLacksAuthority"
	// ReasonBuildFailed: the folder, or its kustomization, could not be read; the message names file and line.
	ReasonBuildFailed = "BuildFailed"
	// ReasonValidationFailed: an object is not what the schema asks for; the message names file, line and field. Nothing
	// of the commit was applied.
	ReasonValidationFailed = "ValidationFailed"
	// ReasonKindRefused: the commit holds an object of a kind that a GitSync does not apply.
	ReasonKindRefused = "KindRefused"
	// ReasonRemovalGuarded: the commit takes access from more people than the removal guard lets pass.
	ReasonRemovalGuarded = "RemovalGuarded"
	// ReasonApplyFailed: the API server refused an object, or could not be reached; what came before it is applied.
	ReasonApplyFailed = "ApplyFailed"
	// ReasonPruneFailed: everything was applied, and something could not be deleted.
	ReasonPruneFailed = "PruneFailed"
)

// GitSync applies a folder of a Git repository, and keeps applying it: a new commit within the interval, and what somebody
// changed by hand put back. It applies Namespaces and the kinds of provost.dev, and refuses others.
// +genclient
// +kubebuilder:object:root=true
// +kubebuilder:subresource:status
// +kubebuilder:resource:path=gitsyncs,singular=gitsync,shortName=gs,categories=provost
// +kubebuilder:metadata:labels="app.kubernetes.io/part-of=provost"
// +kubebuilder:printcolumn:name="Revision",type=string,JSONPath=`.status.lastAppliedRevision`,description="The revision that is in the cluster."
// +kubebuilder:printcolumn:name="Ready",type=string,JSONPath=`.status.conditions[?(@.type=="Ready")].status`,description="Whether it is in effect."
// +kubebuilder:printcolumn:name="Reason",type=string,JSONPath=`.status.conditions[?(@.type=="Ready")].reason`,description="Why, in a word."
// +kubebuilder:printcolumn:name="Age",type=date,JSONPath=`.metadata.creationTimestamp`
type GitSync struct {
	metav1.TypeMeta `json:",inline"`

	// metadata is the standard object's metadata.
	// +optional
	metav1.ObjectMeta `json:"metadata,omitempty"`

	// spec says what is applied from where, and how.
	// +required
	Spec GitSyncSpec `json:"spec"`

	// status is what the controller found out.
	// +optional
	// +kubebuilder:default={"observedGeneration":-1}
	Status GitSyncStatus `json:"status,omitzero"`
}

// GitSyncList is a list of objects of the kind GitSync.
// +kubebuilder:object:root=true
type GitSyncList struct {
	metav1.TypeMeta `json:",inline"`
	metav1.ListMeta `json:"metadata,omitempty"`

	Items []GitSync `json:"items"`
}

// GetConditions returns the conditions of the status.
func (in *GitSync) GetConditions() []metav1.Condition { return in.Status.Conditions }

// SetConditions replaces the conditions of the status.
func (in *GitSync) SetConditions(conditions []metav1.Condition) { in.Status.Conditions = conditions }
