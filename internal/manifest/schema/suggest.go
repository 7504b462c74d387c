package schema

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	structuralschema "k8s.io/apiextensions-apiserver/pkg/apiserver/schema"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"provost.dev/provost/internal/text/suggest"
)

// listIndex is an index in the path of a field: members[3].
var listIndex = regexp.MustCompile(`\[\d+\]$`)

// unknownField is the error for a field that the schema does not have. It names the field that was meant, as far as
// that can be guessed.
func (v *validity) unknownField(path string) *field.Error {
	parent, name, known := v.structural, path, []string(nil)
	if dot := strings.LastIndex(path, "."); dot >= 0 {
		name = path[dot+1:]
		for step := range strings.SplitSeq(path[:dot], ".") {
			parent = child(parent, step)
		}
	}
	if parent != nil {
		for property := range parent.Properties {
			known = append(known, property)
		}
	}
	return &field.Error{
		Type: field.ErrorTypeForbidden, Field: path, BadValue: field.OmitValueType{},
		Detail: fmt.Sprintf("unknown field %q%s", path, didYouMean(name, known)),
	}
}

// child returns the schema of a property, or of an item of it where the step has an index; nil where there is none.
func child(s *structuralschema.Structural, step string) *structuralschema.Structural {
	if s == nil {
		return nil
	}
	name := listIndex.ReplaceAllString(step, "")
	property, ok := s.Properties[name]
	if !ok {
		return nil
	}
	if name != step {
		return property.Items
	}
	return &property
}

// didYouMean returns "; did you mean X?" for the known name that is nearest to name, or, where none is near, the known
// names, or nothing where there are none.
func didYouMean(name string, known []string) string {
	slices.Sort(known)
	known = slices.Compact(known)
	if len(known) == 0 {
		return ""
	}
	best, limit := "", len(name)/3+1
	for _, candidate := range known {
		if d, close := suggest.Distance(strings.ToLower(name), strings.ToLower(candidate), limit); close {
			best, limit = candidate, d-1
		}
	}
	if best != "" {
		return fmt.Sprintf("; did you mean %q?", best)
	}
	return "; there are " + strings.Join(known, ", ")
}
