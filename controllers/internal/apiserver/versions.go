package apiserver

import "k8s.io/apimachinery/pkg/util/resourceversion"

// Reaches says whether version a of a kind is not older than b. What is no version
// at all holds nobody up.
func Reaches(a, b string) bool {
	order, err := resourceversion.CompareResourceVersion(a, b)
	return err == nil && order >= 0
}
