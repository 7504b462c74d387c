package manifest

import (
	"maps"
	"slices"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"golang.org/x/text/unicode/norm"

	provostv1 "provost.dev/provost/api/v1alpha1"
	"provost.dev/provost/internal/engine/directory"
)

// attributes are a person's or an entity's (R37).
func (c *converter) attributes(at *field.Path, a map[string]provostv1.AttributeValues) directory.Attributes {
	if len(a) == 0 {
		return nil
	}
	out := make(directory.Attributes, len(a))
	for _, k := range slices.Sorted(maps.Keys(a)) {
		values := make([]string, 0, len(a[k]))
		for i, v := range a[k] {
			values = append(values, c.composed(at.Key(k).Index(i), v))
		}
		out[k] = values
	}
	return out
}

// composed is a value that is written as Unicode composes it, so that one letter is not two texts (R37, UAX 15).
func (c *converter) composed(at *field.Path, v provostv1.AttributeValue) string {
	if !norm.NFC.IsNormalString(string(v)) {
		c.errs = append(c.errs, field.Invalid(at, string(v), "is spelt with letters and marks apart, and would be another text than the same "+
			"written as usual: write it in the composed form (NFC), "+norm.NFC.String(string(v))))
	}
	return string(v)
}

var operators = map[metav1.LabelSelectorOperator]directory.Operator{
	metav1.LabelSelectorOpIn: directory.In, metav1.LabelSelectorOpNotIn: directory.NotIn,
	metav1.LabelSelectorOpExists: directory.Exists, metav1.LabelSelectorOpDoesNotExist: directory.DoesNotExist,
}

// byAttributes is a selector over attributes as expressions alone (R37).
func (c *converter) byAttributes(at *field.Path, s *provostv1.AttributeSelector) *directory.Selector {
	if s == nil {
		return nil
	}
	return c.selector(at, "matchLabels", s.MatchLabels, s.MatchExpressions)
}

// byLabels is a selector over the labels of namespaces as expressions alone (R18).
func (c *converter) byLabels(at *field.Path, s *provostv1.LabelSelector) *directory.Selector {
	if s == nil {
		return nil
	}
	exact := make(map[string]provostv1.AttributeValue, len(s.MatchLabels))
	for k, v := range s.MatchLabels {
		exact[k] = provostv1.AttributeValue(v)
	}
	requirements := make([]provostv1.AttributeRequirement, 0, len(s.MatchExpressions))
	for _, e := range s.MatchExpressions {
		r := provostv1.AttributeRequirement{Key: e.Key, Operator: e.Operator}
		for _, v := range e.Values {
			r.Values = append(r.Values, provostv1.AttributeValue(v))
		}
		requirements = append(requirements, r)
	}
	return c.selector(at, "matchLabels", exact, requirements)
}

// selector is what the exact values ask for, by key, and then the requirements. name is the field of the exact values.
func (c *converter) selector(
	at *field.Path, name string, exact map[string]provostv1.AttributeValue, requirements []provostv1.AttributeRequirement,
) *directory.Selector {
	out := &directory.Selector{}
	for _, k := range slices.Sorted(maps.Keys(exact)) {
		out.Expressions = append(out.Expressions, directory.Expression{
			Key: k, Operator: directory.In, Values: []string{c.composed(at.Child(name).Key(k), exact[k])},
		})
	}
	for i, e := range requirements {
		p := at.Child("matchExpressions").Index(i)
		if e.Key == "" {
			c.errs = append(c.errs, field.Required(p.Child("key"), "name the key, for example department"))
		}
		if e.Operator == "" {
			c.errs = append(c.errs, field.Required(p.Child("operator"), "In, NotIn, Exists or DoesNotExist"))
		}
		x := directory.Expression{Key: string(e.Key), Operator: choose(c, p.Child("operator"), e.Operator, operators)}
		for n, v := range e.Values {
			x.Values = append(x.Values, c.composed(p.Child("values").Index(n), v))
		}
		out.Expressions = append(out.Expressions, x)
	}
	return out
}
