package manifest

import (
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"provost.dev/provost/internal/manifest/node"
)

// checked says of an object what the API server would say. What reading it found
// beyond that is said too, and where both speak of a field, the place is that
// which reading knows, since it is the more exact one.
func (p *parser) checked(root *node.Node, content *unstructured.Unstructured, wrong []node.Problem, invalid *InvalidError, name string, before int) {
	errs := p.opts.Schemas.Validate(p.ctx, content)
	said := make(map[string]bool, len(errs))
	for _, e := range errs {
		problem := fromField(e, root, name)
		at := sameField(problem.Field)
		said[at] = true
		if i := slices.IndexFunc(wrong, func(w node.Problem) bool { return sameField(w.Field) == at }); i >= 0 {
			problem.Line, problem.Column = wrong[i].Line, wrong[i].Column
			if !strings.Contains(problem.Message, "did you mean") {
				problem.Remedy = wrong[i].Remedy
			}
		}
		p.out.problems = append(p.out.problems, problem)
	}
	own := p.out.problems[before : len(p.out.problems)-len(errs)]
	answered := slices.Clone(p.out.problems[len(p.out.problems)-len(errs):])
	kept := slices.DeleteFunc(slices.Clone(own), func(p Problem) bool { return p.Rule == RuleSchema && said[sameField(p.Field)] })
	p.out.problems = append(append(p.out.problems[:before], kept...), answered...)
	for _, w := range wrong {
		if w.Repeated || !said[sameField(w.Field)] && !said["metadata"] {
			p.out.problems = append(p.out.problems, fromNode(w, name))
		}
	}
	if len(errs)+len(wrong) == 0 {
		p.invalid(root, invalid, name)
	}
}

// sameField writes a field's path so that those of reading and of the API server can be compared.
func sameField(path string) string {
	return strings.NewReplacer("[", ".", "]", "").Replace(path)
}
