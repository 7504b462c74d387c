package node

import (
	"math"
	"strconv"

	"go.yaml.in/yaml/v3"
)

// Value reads a node as the API machinery holds JSON: maps, lists, strings,
// bools, int64, float64 and nil. Where YAML's versions disagree about a word,
// it takes kubectl's meaning (YAML 1.1), so that "yes" is true.
func Value(n *Node) (any, *Problem) {
	n = resolve(n)
	switch n.Kind {
	case yaml.MappingNode:
		pairs := Pairs(n)
		out := make(map[string]any, len(pairs))
		for _, p := range pairs {
			v, problem := Value(p.Value)
			if problem != nil {
				return nil, problem
			}
			out[p.Key.Value] = v
		}
		return out, nil
	case yaml.SequenceNode:
		out := make([]any, len(n.Content))
		for i, item := range n.Content {
			v, problem := Value(item)
			if problem != nil {
				return nil, problem
			}
			out[i] = v
		}
		return out, nil
	default:
		return scalar(n)
	}
}

func scalar(n *Node) (any, *Problem) {
	switch n.ShortTag() {
	case "!!null":
		return nil, nil
	case "!!bool":
		var b bool
		if err := n.Decode(&b); err != nil {
			return nil, wrong(n)
		}
		return b, nil
	case "!!int":
		var i int64
		if err := n.Decode(&i); err == nil {
			return i, nil
		}
		f, err := strconv.ParseFloat(n.Value, 64)
		if err != nil {
			return nil, wrong(n)
		}
		return f, nil
	case "!!float":
		var f float64
		if err := n.Decode(&f); err != nil || math.IsNaN(f) || math.IsInf(f, 0) {
			return nil, wrong(n)
		}
		return f, nil
	case "!!binary":
		return nil, &Problem{Line: n.Line, Column: n.Column, Message: "binary data is not read", Remedy: "write it as text"}
	default:
		if n.Style == 0 && isOldBool(n.Value) {
			switch n.Value[0] {
			case 'y', 'Y':
				return true, nil
			case 'n', 'N':
				return false, nil
			default:
				return len(n.Value) == 2, nil // on, and not off
			}
		}
		return n.Value, nil
	}
}

func wrong(n *Node) *Problem {
	return &Problem{Line: n.Line, Column: n.Column, Message: "this is no number that JSON has: " + n.Value}
}
