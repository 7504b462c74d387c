package docs_test

import (
	"go/ast"
	"go/parser"
	"go/scanner"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

var (
	ruleAnchor = regexp.MustCompile(`<a id="(r[^"]*)"></a>(\*\*(R\d+a?)\.)?`)
	ruleStart  = regexp.MustCompile(`(?m)^(.*?)\*\*(R\d+a?)\.`)
	ruleNumber = regexp.MustCompile(`\bR\d+a?\b`)
	ruleRange  = regexp.MustCompile(`\b(R\d+a?)(?:-| to )(R\d+a?)\b`)
	ruleLink   = regexp.MustCompile(`concepts\.md#([\w-]+)`)
	// What a package comment ends with that cites rules.
	whereRulesAre = regexp.MustCompile(`(?m)^The rules? (?:is|are) in docs/concepts\.md((?:(?:, | to )?#r\d+a?)+)\.$`)
	rulesAnchors  = regexp.MustCompile(`(, | to )?#(r\d+a?)`)
)

// TestRulesHaveAnchors finds the anchor of every rule right before it, once.
func TestRulesHaveAnchors(t *testing.T) {
	page := read(t, "concepts.md")
	seen := map[string]bool{}
	for _, m := range ruleAnchor.FindAllStringSubmatch(page, -1) {
		if seen[m[1]] {
			t.Errorf("concepts.md has the anchor %s twice", m[1])
		}
		seen[m[1]] = true
		if strings.ToLower(m[3]) != m[1] {
			t.Errorf("concepts.md: beside the anchor %s its rule does not begin", m[1])
		}
	}
	for _, m := range ruleStart.FindAllStringSubmatch(page, -1) {
		if anchor := `<a id="` + strings.ToLower(m[2]) + `"></a>`; m[1] != anchor {
			t.Errorf("concepts.md: before %s stands %q and not %s", m[2], m[1], anchor)
		}
	}
}

// TestCitedRulesExist looks at every number of a rule that anything cites: code, its tests and their tables, settings
// and pages.
func TestCitedRulesExist(t *testing.T) {
	rules, known := rules(t), anchors(read(t, "concepts.md"))
	for _, text := range texts(t) {
		for _, c := range citations(text.words) {
			if !slices.Contains(rules, c) {
				t.Errorf("%s cites %s, which concepts.md does not have", text.where, c)
			}
		}
		for _, m := range ruleRange.FindAllStringSubmatch(text.words, -1) {
			if slices.Index(rules, m[1]) >= slices.Index(rules, m[2]) {
				t.Errorf("%s: %s is no range of rules", text.where, m[0])
			}
		}
		for _, m := range ruleLink.FindAllStringSubmatch(text.words, -1) {
			if !known[m[1]] {
				t.Errorf("%s: no such anchor: %s", text.where, m[0])
			}
		}
	}
}

// TestRulesAreCited finds each rule in a comment of the code that carries it out. Tests do not count, and what only
// tests use does not either: a rule that nothing but they know is not kept.
func TestRulesAreCited(t *testing.T) {
	cited := map[string]bool{}
	for _, text := range texts(t) {
		if text.comment && !strings.HasPrefix(text.where, "../internal/testing/") && !strings.HasPrefix(text.where, "../docs/") &&
			!strings.Contains(text.where, "_test.go") {
			for _, c := range citations(text.words) {
				cited[c] = true
			}
		}
	}
	for _, rule := range rules(t) {
		if !cited[rule] {
			t.Errorf("no comment of the code cites %s: cite it where it is carried out", rule)
		}
	}
}

// TestPackagesSayWhereRulesAre holds every package comment that cites rules to a last sentence with their anchors:
//
//	// The rules are in docs/concepts.md#r7, #r21 to #r24.
func TestPackagesSayWhereRulesAre(t *testing.T) {
	rules := rules(t)
	for _, path := range files(t, ".go") {
		if strings.HasSuffix(path, "_test.go") {
			continue
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.PackageClauseOnly|parser.ParseComments)
		if err != nil {
			t.Fatal(err)
		}
		doc := parsed.Doc.Text()
		cited := spread(rules, strings.ReplaceAll(doc, "\n", " "))
		if len(cited) == 0 {
			continue
		}
		var said []string
		if m := whereRulesAre.FindStringSubmatch(doc); m != nil {
			words := rulesAnchors.ReplaceAllStringFunc(m[1], func(one string) string {
				return strings.ToUpper(strings.ReplaceAll(strings.ReplaceAll(one, " to ", "-"), "#", ""))
			})
			said = spread(rules, words)
		}
		if !slices.Equal(cited, said) {
			t.Errorf("%s: the package comment cites %v, and says where %v are (in the form \"The rules are in docs/concepts.md#r7, #r9.\")",
				path, cited, said)
		}
	}
}

// TestDescriptionsCiteNoRules keeps the numbers out of what kubectl explain shows, where nobody can look them up: out
// of the CRDs, and out of the comments from which their descriptions are made.
func TestDescriptionsCiteNoRules(t *testing.T) {
	crds, err := filepath.Glob("../config/crd/bases/*.yaml")
	if err != nil || len(crds) == 0 {
		t.Fatalf("no CRDs: %v", err)
	}
	for _, path := range crds {
		if cited := citations(read(t, path)); len(cited) > 0 {
			t.Errorf("%s: descriptions cite %v", path, cited)
		}
	}
	types, err := filepath.Glob("../api/*/*.go")
	if err != nil || len(types) == 0 {
		t.Fatalf("no types: %v", err)
	}
	for _, path := range types {
		set := token.NewFileSet()
		parsed, err := parser.ParseFile(set, path, nil, parser.ParseComments)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range parsed.Decls {
			declared, ok := d.(*ast.GenDecl)
			if !ok || declared.Tok != token.TYPE {
				continue
			}
			for _, c := range parsed.Comments {
				if inside := c.Pos() > declared.Pos() && c.End() < declared.End(); !inside && c != declared.Doc {
					continue
				}
				if cited := citations(c.Text()); len(cited) > 0 {
					t.Errorf("%s: the comment becomes a description, and cites %v", set.Position(c.Pos()), cited)
				}
			}
		}
	}
}

// rules are the numbers of all rules, in the order of the page: what R21 to R24 means follows from it.
func rules(t *testing.T) []string {
	t.Helper()
	var found []string
	for _, m := range ruleStart.FindAllStringSubmatch(read(t, "concepts.md"), -1) {
		found = append(found, m[2])
	}
	if len(found) == 0 {
		t.Fatal("concepts.md has no rules")
	}
	return found
}

// citations are the numbers of rules in a text. What stands in the middle of base64 or of a path is none.
func citations(text string) []string {
	var found []string
	for _, at := range ruleNumber.FindAllStringIndex(text, -1) {
		if strings.ContainsAny(text[max(at[0]-1, 0):at[0]]+text[at[1]:min(at[1]+1, len(text))], "+/=") {
			continue
		}
		found = append(found, text[at[0]:at[1]])
	}
	return found
}

// spread are the rules that a text cites, those within ranges too, each once and in order.
func spread(rules []string, text string) []string {
	cited := citations(text)
	for _, m := range ruleRange.FindAllStringSubmatch(text, -1) {
		if from, to := slices.Index(rules, m[1]), slices.Index(rules, m[2]); from >= 0 && to >= from {
			cited = append(cited, rules[from:to+1]...)
		}
	}
	slices.SortFunc(cited, func(a, b string) int { return slices.Index(rules, a) - slices.Index(rules, b) })
	return slices.Compact(cited)
}

// words are a text in which rules may be cited.
type words struct {
	where   string
	words   string
	comment bool // of Go code
}

// texts are the comments and the strings of all Go files, and everything else that people read, as a whole.
func texts(t *testing.T) []words {
	t.Helper()
	var found []words
	for _, path := range files(t, ".go") {
		source := read(t, path)
		set := token.NewFileSet()
		var s scanner.Scanner
		s.Init(set.AddFile(path, -1, len(source)), []byte(source), nil, scanner.ScanComments)
		for {
			at, kind, text := s.Scan()
			if kind == token.EOF {
				break
			}
			if kind == token.COMMENT || kind == token.STRING {
				found = append(found, words{where: set.Position(at).String(), words: text, comment: kind == token.COMMENT})
			}
		}
	}
	for _, path := range files(t, ".md", ".txt", ".yaml") {
		found = append(found, words{where: path, words: read(t, path)})
	}
	return found
}

// files are the files of the project, those of tests too, whose names end like that.
func files(t *testing.T, endings ...string) []string {
	t.Helper()
	var found []string
	err := filepath.WalkDir("..", func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() && path != ".." && (strings.HasPrefix(entry.Name(), ".") || entry.Name() == "bin") {
			return fs.SkipDir
		}
		if entry.Type().IsRegular() && slices.Contains(endings, filepath.Ext(path)) {
			found = append(found, filepath.ToSlash(path))
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(found) == 0 {
		t.Fatal(os.ErrNotExist)
	}
	return found
}
