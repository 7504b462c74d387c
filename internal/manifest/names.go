package manifest

import (
	"fmt"

	provostv1 "provost.dev/provost/api/v1alpha1"
)

// maxName is how long the name of an object may be.
const maxName = 253

// NameForm is what the API takes for a name.
func NameForm(limit int) string {
	return fmt.Sprintf("at most %d lower-case letters, digits, '-' and '.', with a letter or digit at both ends", limit)
}

// PersonNameForm is what the name of a person has.
func PersonNameForm() string {
	return NameForm(provostv1.MaxPersonNameLength) + ", for example alice or a.n-other"
}

// NotAName says that nothing of a sort can be called so.
func NotAName(name, sort string) string {
	return fmt.Sprintf("%q cannot be the name of %s", name, sort)
}

// NotInstalled says that a cluster has no objects of a kind, and why not.
func NotInstalled(kind string) string {
	return fmt.Sprintf("the cluster does not know the kind %s; install the CustomResourceDefinitions (config/crd)", kind)
}

// ForeignKind is what documents are that say nothing of access.
const ForeignKind = "of no kind that bears on access"
