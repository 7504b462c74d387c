package manifest

import "strings"

// collisions are files whose paths differ by case only.
func collisions(files []file) Problems {
	var out Problems
	first := make(map[string]string, len(files))
	for _, f := range files {
		folded := strings.ToLower(f.name)
		switch other, twice := first[folded]; {
		case !twice:
			first[folded] = f.name
		case other != f.name:
			out = append(out, Problem{
				Rule: RuleCase, Position: Position{File: f.name}, Message: "the path differs from " + other + " by case only",
				Remedy: "rename one: where file systems do not tell cases apart, a checkout holds one of the two",
			})
		}
	}
	return out
}
