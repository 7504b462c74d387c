package manifest

import (
	"fmt"
	"path"
	"regexp"
	"strings"

	"go.yaml.in/yaml/v3"

	"provost.dev/provost/internal/manifest/node"
)

// checkLocal refuses kustomizations that name anything but files of the source.
// kustomize itself would clone or download what it does not find, and a
// repository must not decide where its reader connects to.
func (s Source) checkLocal(k *kustomizeFS) Problems {
	c := localCheck{source: s, fs: k, seen: map[string]bool{}}
	c.folder(s.Dir, false)
	return c.problems
}

type localCheck struct {
	source   Source
	fs       *kustomizeFS
	seen     map[string]bool
	problems Problems
}

// address is what kustomize downloads, wherever it stands.
var address = regexp.MustCompile(`(?i)\bhttps?:`)

// repository is what kustomize clones, even where a folder has that very name: a
// scheme, git's own prefix, user@host, and the one host that it knows.
var repository = regexp.MustCompile(`(?i)^(git::|[a-z][a-z0-9+.-]*://|[a-z][a-z0-9-]*@|github\.com[/:])`)

const onlyLocal = "copy what it names into the repository"

// folder checks a kustomization and what it builds on. With config, what it
// builds is configuration of kustomize, which may name files too.
func (c *localCheck) folder(dir string, config bool) {
	key := fmt.Sprint(dir, config)
	if c.seen[key] {
		return
	}
	c.seen[key] = true
	file := kustomizationIn(c.fs.fsys, dir)
	if file == "" {
		return // kustomize says so
	}
	roots := c.parse(file)
	if len(roots) == 0 {
		return
	}
	for _, p := range node.Pairs(roots[0]) {
		switch p.Key.Value {
		case "resources", "bases", "components":
			for _, item := range node.Items(p.Value) {
				c.resource(file, p.Key.Value, item, config)
			}
		case "generators", "transformers", "validators":
			for _, item := range node.Items(p.Value) {
				c.resource(file, p.Key.Value, item, true)
			}
		case "crds", "configurations", "openapi", "patches", "patchesStrategicMerge", "patchesJson6902", "replacements", "configMapGenerator",
			"secretGenerator":
			c.scalars(file, p.Key.Value, p.Value)
		case "helmCharts", "helmChartInflationGenerator":
			c.problem(file, p.Key, p.Key.Value, "helm charts are not rendered", "render the chart and commit the result")
		}
	}
}

// resource checks one entry: a file, a folder, or, for configuration, an object written out.
func (c *localCheck) resource(file, field string, item *node.Node, config bool) {
	name := node.Text(item)
	if config && strings.Contains(name, "\n") {
		c.scalars(file, field, item)
		return
	}
	if address.MatchString(name) || repository.MatchString(name) || path.IsAbs(name) {
		c.problem(file, item, field, fmt.Sprintf("%q lies outside of the repository", name), onlyLocal)
		return
	}
	target := path.Join(path.Dir(file), name)
	switch {
	case target == ".." || strings.HasPrefix(target, "../") || !c.fs.Exists(target):
		c.problem(file, item, field, fmt.Sprintf("there is no file or folder %q", name), "correct the path, or "+onlyLocal)
	case c.fs.IsDir(target):
		c.folder(target, config)
	case config:
		for _, root := range c.parse(target) {
			c.scalars(target, "", root)
		}
	}
}

// scalars refuses addresses in any text of a node but in patches and literals, which are content.
func (c *localCheck) scalars(file, field string, n *node.Node) {
	for _, p := range node.Pairs(n) {
		if p.Key.Value != "patch" && p.Key.Value != "literals" {
			c.scalars(file, path.Join(field, p.Key.Value), p.Value)
		}
	}
	for _, item := range node.Items(n) {
		c.scalars(file, field, item)
	}
	if n.Kind != yaml.ScalarNode || !address.MatchString(n.Value) {
		return
	}
	if field == "patchesStrategicMerge" && strings.Contains(n.Value, "\n") {
		return
	}
	c.problem(file, n, field, "the kustomization names an address of the network", onlyLocal)
}

func (c *localCheck) parse(name string) []*node.Node {
	text, err := c.fs.ReadFile("/" + name)
	if err != nil {
		c.problems = append(c.problems, Problem{Rule: RuleKustomize, Position: Position{File: c.source.shown(name)}, Message: unreadable(err)})
		return nil
	}
	roots, problem := node.Parse(text)
	if problem != nil {
		p := fromNode(*problem, "")
		p.File = c.source.shown(name)
		c.problems = append(c.problems, p)
		return nil
	}
	return roots
}

func (c *localCheck) problem(file string, at *node.Node, field, message, remedy string) {
	c.problems = append(c.problems, Problem{
		Rule: RuleKustomize, Position: Position{File: c.source.shown(file), Line: at.Line, Column: at.Column},
		Field: field, Message: message, Remedy: remedy,
	})
}
