package manifest

import (
	"k8s.io/apimachinery/pkg/util/validation/field"

	provostv1 "provost.dev/provost/api/v1alpha1"
	"provost.dev/provost/internal/engine/directory"
)

// where is where a binding or an enrolment gives something: at one entity (R7), or at those that it selects (R34).
func (c *converter) where(
	at *field.Path, ref *provostv1.EntityReference, s *provostv1.EntitySelector,
) (directory.LocalEntity, *directory.EntitySelector) {
	switch {
	case ref == nil && s == nil:
		c.errs = append(c.errs, field.Required(at.Child("entityRef"), "name an entity, or choose many with entitySelector"))
		return directory.LocalEntity{}, nil
	case s == nil:
		return c.localEntity(at.Child("entityRef"), *ref), nil
	case ref != nil:
		c.errs = append(c.errs, field.Forbidden(at.Child("entitySelector"), "it goes in place of entityRef: leave one of the two out"))
	}
	at = at.Child("entitySelector")
	out := &directory.EntitySelector{Level: c.level(at.Child("level"), s.Level), Under: c.localEntity(at.Child("under"), s.Under)}
	if len(s.MatchAttributes)+len(s.MatchExpressions) > 0 {
		out.Match = c.selector(at, "matchAttributes", asValues(s.MatchAttributes), requirements(s.MatchExpressions))
	}
	return directory.LocalEntity{}, out
}

func asValues(chosen map[string]provostv1.ChosenValue) map[string]provostv1.AttributeValue {
	out := make(map[string]provostv1.AttributeValue, len(chosen))
	for k, v := range chosen {
		out[k] = provostv1.AttributeValue(v)
	}
	return out
}

func requirements(list []provostv1.EntityRequirement) []provostv1.AttributeRequirement {
	out := make([]provostv1.AttributeRequirement, 0, len(list))
	for _, e := range list {
		r := provostv1.AttributeRequirement{Key: provostv1.LabelKey(e.Key), Operator: e.Operator}
		for _, v := range e.Values {
			r.Values = append(r.Values, provostv1.AttributeValue(v))
		}
		out = append(out, r)
	}
	return out
}
