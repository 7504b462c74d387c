package ownership

import (
	"maps"

	"provost.dev/provost/internal/engine/directory"
)

// Rule says what becomes of an object that the manifests no longer hold.
type Rule struct {
	// GitSync is the label of the one that applies them; "" is whichever applier an object has.
	GitSync string
	// Keep says that nothing is taken away (spec.prune: false).
	Keep bool
}

// Stays says whether an object that the manifests do not hold is left as it is: what is nobody's, or somebody else's. A
// Namespace always stays, because everything in it would go.
func (r Rule) Stays(id directory.ID, a Applier) bool {
	switch {
	case r.Keep, id.Kind == directory.KindNamespace, a.None():
		return true
	}
	return r.GitSync != "" && a.GitSync != r.GitSync
}

// KeepLabels is the record that manifests say, with what they leave of the one that is there: a Namespace keeps the labels
// that others put on it, which are those that were not applied before. Of a record that is new, was is nil.
func KeepLabels(was, record directory.Record, applied []string) directory.Record {
	ns, ok := record.(*directory.Namespace)
	live, known := was.(*directory.Namespace)
	if !ok || !known {
		return record
	}
	labels := maps.Clone(live.Labels)
	for _, k := range applied {
		delete(labels, k)
	}
	if labels == nil {
		labels = map[string]string{}
	}
	maps.Copy(labels, ns.Labels)
	return &directory.Namespace{Name: ns.Name, Labels: labels}
}
