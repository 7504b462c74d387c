package manifest

import (
	"regexp"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"provost.dev/provost/internal/manifest/node"
	"provost.dev/provost/internal/manifest/schema"
)

// schemas are those of this release. They are compiled in: that they cannot be read would be a fault of the build.
func schemas() *schema.Set {
	set, err := schema.Release()
	if err != nil {
		panic(err)
	}
	return set
}

// checked says of an object what the API server would say. What reading it found beyond that is said too; where both
// speak of a field, that is one problem, with the more exact place, the API server's words unless they say nothing to a
// person, and the remedy that reading knows.
func (p *parser) checked(
	root *node.Node, content *unstructured.Unstructured, wrong []node.Problem, invalid *InvalidError, name string, before int,
) {
	errs := schemas().Validate(p.ctx, content)
	own := slices.Clone(p.out.problems[before:])
	for _, w := range wrong {
		own = append(own, fromNode(w, name))
	}
	var engine Problems // what the engine's reading says
	if invalid != nil {
		for _, e := range invalid.Fields {
			engine = append(engine, fromField(e, root, name))
		}
	}
	p.out.problems = p.out.problems[:before]
	said := make(map[string]bool, len(errs))
	for _, e := range errs {
		problem := fromField(e, root, name)
		if problem.Field == "metadata.name" && about(own, "metadata.generateName") != nil {
			continue // which is said better
		}
		said[sameField(problem.Field)] = true
		if other := about(own, problem.Field); other != nil {
			problem.Line, problem.Column = other.Line, other.Column
			if !strings.Contains(problem.Message, "did you mean") && !strings.Contains(problem.Message, "; there are ") {
				problem.Remedy = other.Remedy
			}
			problem.say(other)
		} else if other := about(engine, problem.Field); other != nil {
			problem.say(other)
		}
		problem.Message = InPlainWords(problem.Message)
		p.out.problems = append(p.out.problems, problem)
	}
	p.out.problems = append(p.out.problems[:before], distinct(p.out.problems[before:])...)
	for _, o := range own {
		if o.Rule == RuleRepeatedField || !said[sameField(o.Field)] && !said["metadata"] && !below(o.Field, said) {
			p.out.problems = append(p.out.problems, o)
		}
	}
	for i, e := range engine {
		switch known := said[sameField(e.Field)] || below(e.Field, said) || about(own, e.Field) != nil; {
		case known:
		case len(errs)+len(wrong) == 0, skipped(errs) && (len(wrong) == 0 || invalid.Fields[i].Type != field.ErrorTypeRequired):
			p.out.problems = append(p.out.problems, e)
		}
	}
}

// skipped says whether errors, unknown fields among them, kept the API server from looking further: it does not
// evaluate the rules then.
func skipped(errs field.ErrorList) bool {
	return schema.BlocksRules(errs) || slices.ContainsFunc(errs, func(e *field.Error) bool { return e.Type == field.ErrorTypeForbidden })
}

// about is the first problem with a field.
func about(problems Problems, path string) *Problem {
	if i := slices.IndexFunc(problems, func(p Problem) bool { return sameField(p.Field) == sameField(path) }); i >= 0 {
		return &problems[i]
	}
	return nil
}

// say takes another's words where its own say nothing to a person.
func (p *Problem) say(other *Problem) {
	if p.Message == "Required value" || p.Message != InPlainWords(p.Message) || strings.Contains(p.Message, " in body must be of type ") ||
		strings.HasPrefix(p.Field, "metadata.") {
		p.Message, p.Remedy = other.Message, other.Remedy
	}
}

// distinct leaves out what is said of a field inside of another one that is wrong as a whole, what the schema says of the
// form of a value of which a rule says better what it should be, and what two rules say in the same words: one mistake is
// one problem.
func distinct(problems Problems) Problems {
	told := map[Problem]bool{}
	whole, better := map[string]bool{}, map[string]bool{}
	for _, p := range problems {
		whole[sameField(p.Field)] = strings.Contains(p.Message, "must be of type")
		better[sameField(p.Field)] = better[sameField(p.Field)] || !ofForm(p.Message)
	}
	return slices.DeleteFunc(slices.Clone(problems), func(p Problem) bool {
		again := told[p]
		told[p] = true
		return again || below(p.Field, whole) || ofForm(p.Message) && better[sameField(p.Field)]
	})
}

// ofForm says whether a message is the schema's about the form of a value.
func ofForm(message string) bool {
	return strings.HasPrefix(message, "Invalid value: ") &&
		(strings.Contains(message, " in body should ") || strings.HasSuffix(message, wanted))
}

// below says whether a field lies inside of one of which something is said.
func below(path string, said map[string]bool) bool {
	for path = sameField(path); ; {
		i := strings.LastIndexByte(path, '.')
		if i < 0 {
			return false
		}
		if path = path[:i]; said[path] && path != "spec" && path != "metadata" {
			return true
		}
	}
}

// sameField writes a field's path so that those of reading and of the API server can be compared.
func sameField(path string) string {
	return strings.NewReplacer("[", ".", "]", "").Replace(path)
}

// wanted stands in the place of a regular expression.
const wanted = " does not have the form that is wanted here"

var (
	regexAside   = regexp.MustCompile(`(?:, +)regex used for validation is '.*'(\)?)$`)
	regexOfField = regexp.MustCompile(` in body should match '.*'$`)
)

// InPlainWords is what the API server says without the regular expression in it, which helps nobody who did not write it.
func InPlainWords(message string) string {
	message = regexOfField.ReplaceAllString(message, wanted)
	if before, _, alone := strings.Cut(message, " (regex used for validation is "); alone {
		return before
	}
	return regexAside.ReplaceAllString(message, "$1")
}
