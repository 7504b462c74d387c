package docs_test

import (
	"go/scanner"
	"go/token"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// Retired words (glossary.md) that have gone from the code, and are to stay away. As soon as another one of the glossary
// occurs nowhere any more, it is to be added here: those that are missing are still in use. A word that English needs
// is kept out of names only.
var (
	retired = []string{
		"advice", "announcer", "bereave", "bereavement", "glance", "happening", "lastones", "ledger", "madeup", "mourn", "quickener",
		"scaffold", "sift", "tally", "touched", "untouchable", "witness",
	}
	retiredNames = []string{"claims", "facts", "forged", "gate", "lift", "moments", "related", "settle", "standing", "touching", "weigh"}
)

var (
	retiredRow = regexp.MustCompile(`(?m)^\| ([^|]+) \| ([^|]+) \|$`)
	wholeWord  = regexp.MustCompile(`[\pL\pN]+`)
	// Where the words of a name begin: lastAdministrators are last and ones, HTTPServer HTTP and Server.
	newWord = regexp.MustCompile(`([\p{Ll}\pN])(\p{Lu})|(\p{Lu})(\p{Lu}\p{Ll})`)
)

// TestRetiredWords looks for retired words in the names and the comments of all Go files but those of tests.
func TestRetiredWords(t *testing.T) {
	instead := insteadOf(t)
	for _, word := range slices.Concat(retired, retiredNames) {
		if instead[word] == "" {
			t.Fatalf("glossary.md does not say what to say instead of %s", word)
		}
	}
	for _, path := range files(t, ".go") {
		if strings.HasSuffix(path, "_test.go") {
			continue
		}
		report := func(where, kind, text string, words []string) {
			for _, word := range words {
				if instead[word] != "" {
					t.Errorf("%s: the %s %q uses the word %s; say instead: %s", where, kind, text, word, instead[word])
				}
			}
		}
		report(path, "name", filepath.Base(path), in(namesWords(strings.TrimSuffix(filepath.Base(path), ".go")), retired, retiredNames))
		source := read(t, path)
		set := token.NewFileSet()
		var s scanner.Scanner
		s.Init(set.AddFile(path, -1, len(source)), []byte(source), nil, scanner.ScanComments)
		for before := token.ILLEGAL; ; {
			at, kind, text := s.Scan()
			if kind == token.EOF {
				break
			}
			switch {
			case kind == token.COMMENT:
				report(set.Position(at).String(), "comment", text, in(wholeWord.FindAllString(strings.ToLower(text), -1), retired))
			case kind == token.IDENT && before != token.PERIOD: // what follows a point may be another's name, and is ours where it is declared
				report(set.Position(at).String(), "name", text, in(namesWords(text), retired, retiredNames))
			}
			before = kind
		}
	}
}

// namesWords are the words of a name, and the whole of it, in small letters.
func namesWords(name string) []string {
	apart := newWord.ReplaceAllString(name, "$1$3 $2$4")
	return append(wholeWord.FindAllString(strings.ToLower(strings.ReplaceAll(apart, "_", " ")), -1), strings.ToLower(name))
}

// in are those of some words that are in one of the lists, once each.
func in(words []string, lists ...[]string) []string {
	words = slices.DeleteFunc(slices.Clone(words), func(w string) bool {
		return !slices.ContainsFunc(lists, func(list []string) bool { return slices.Contains(list, w) })
	})
	slices.Sort(words)
	return slices.Compact(words)
}

// insteadOf reads the table at the end of the glossary.
func insteadOf(t *testing.T) map[string]string {
	t.Helper()
	_, table, found := strings.Cut(read(t, "glossary.md"), "\n## Words that are not used any more\n")
	if !found {
		t.Fatal("glossary.md has no table of words that are not used any more")
	}
	out := map[string]string{}
	for _, m := range retiredRow.FindAllStringSubmatch(table, -1) {
		for _, word := range strings.Split(m[1], ", ") {
			out[strings.ToLower(word)] = m[2]
		}
	}
	return out
}
