package gitsync

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"

	"k8s.io/apimachinery/pkg/types"
)

// maxLabelValue is the most characters that Kubernetes takes as the value of a label.
const maxLabelValue = 63

// LabelValue is the value of the label provost.dev/gitsync on everything that a
// GitSync owns: <namespace>.<name>, which is unambiguous because the name of a
// namespace has no dot. One that is too long for a label keeps its beginning
// and ends in a hash of the whole.
func LabelValue(gitSync types.NamespacedName) string {
	full := gitSync.Namespace + "." + gitSync.Name
	if len(full) <= maxLabelValue {
		return full
	}
	sum := sha256.Sum256([]byte(full))
	hash := hex.EncodeToString(sum[:8])
	return full[:maxLabelValue-1-len(hash)] + "-" + hash
}

// OwnerOf is the GitSync of a label; ok is false for a label that ends in a hash, which may be anybody's.
func OwnerOf(label string) (gitSync types.NamespacedName, ok bool) {
	namespace, name, found := strings.Cut(label, ".")
	return types.NamespacedName{Namespace: namespace, Name: name}, found && len(label) < maxLabelValue
}
