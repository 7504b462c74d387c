package main

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"strconv"
	"strings"
)

// conditionsPage lists the constants of the API package whose names begin with Condition or Reason, under the comments
// of the blocks that they stand in.
func conditionsPage(folder string) (string, error) {
	files, err := filepath.Glob(filepath.Join(folder, "*.go"))
	if err != nil {
		return "", err
	}
	var types, reasons strings.Builder
	for _, file := range files {
		parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ParseComments)
		if err != nil {
			return "", err
		}
		for _, declaration := range parsed.Decls {
			block, ok := declaration.(*ast.GenDecl)
			if !ok || block.Tok != token.CONST {
				continue
			}
			constants(&types, "Condition", block)
			constants(&reasons, "Reason", block)
		}
	}
	if types.Len() == 0 || reasons.Len() == 0 {
		return "", fmt.Errorf("%s has no constants for conditions and reasons", folder)
	}
	return "# Conditions and their reasons\n\n## Types\n" + types.String() + "\n## Reasons\n" + reasons.String(), nil
}

// constants writes a table of the constants of a block whose names have the prefix.
func constants(b *strings.Builder, prefix string, block *ast.GenDecl) {
	var rows strings.Builder
	for _, spec := range block.Specs {
		constant := spec.(*ast.ValueSpec)
		if !strings.HasPrefix(constant.Names[0].Name, prefix) || len(constant.Values) != 1 {
			continue
		}
		literal, ok := constant.Values[0].(*ast.BasicLit)
		if !ok {
			continue
		}
		value, err := strconv.Unquote(literal.Value)
		if err != nil {
			continue
		}
		meaning := strings.TrimPrefix(strings.TrimPrefix(constant.Doc.Text(), constant.Names[0].Name), ":")
		fmt.Fprintf(&rows, "| `%s` | %s |\n", value, capital(strings.TrimPrefix(prose(meaning), " ")))
	}
	if rows.Len() > 0 {
		fmt.Fprintf(b, "\n%s\n\n| | |\n|---|---|\n%s", prose(block.Doc.Text()), rows.String())
	}
}

func capital(text string) string {
	if text == "" {
		return text
	}
	return strings.ToUpper(text[:1]) + text[1:]
}
