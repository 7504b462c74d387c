package format

import (
	"errors"
	"strings"

	"go.yaml.in/yaml/v3"

	"provost.dev/provost/internal/manifest/node"
)

// Change writes one document anew with another content, in the canonical layout: change gets its root and alters it. A comment goes
// where that goes which it stands at. What says something at several places by an alias is refused, since a change of one of them
// would be one of all.
func Change(document []byte, change func(root *node.Node)) ([]byte, error) {
	body := trimmed(lineBreaks.Replace(string(document)))
	var why error
	for _, blanks := range []bool{true, false} {
		text, err := attempt{blanks: blanks, order: true, change: change}.run(body)
		if err != nil {
			why = err
			continue
		}
		result, problem := Text([]byte(text), Options{})
		switch {
		case problem != nil:
			why = errors.New(problem.Message)
		case len(result.Left) > 0:
			why = errors.New(result.Left[0].Why)
		case strings.Contains(string(result.Text), blank):
			why = errComments
		default:
			return result.Text, nil
		}
	}
	return nil, why
}

// errAliases keeps a document from being changed.
var errAliases = errors.New("it has an alias")

// aliased says whether something of a document stands at several places.
func aliased(n *node.Node) bool {
	if n.Kind == yaml.AliasNode || n.Anchor != "" {
		return true
	}
	for _, c := range n.Content {
		if aliased(c) {
			return true
		}
	}
	return false
}
