package docs_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// mostLines is how long a record may be: one that is longer is not read by whoever doubts.
const mostLines = 45

// TestRecords finds every record in the index, in one form and short. What a record says is measured by a test or a
// benchmark is measured by one that exists.
func TestRecords(t *testing.T) {
	index := read(t, "decisions.md")
	records, err := filepath.Glob("decisions/*.md")
	if err != nil || len(records) == 0 {
		t.Fatalf("no records: %v", err)
	}
	var code strings.Builder
	for _, path := range files(t, ".go") {
		if strings.HasSuffix(path, "_test.go") {
			code.WriteString(read(t, path))
		}
	}
	for _, path := range records {
		path = filepath.ToSlash(path)
		text := read(t, path)
		if !strings.Contains(index, "("+path+")") {
			t.Errorf("decisions.md does not name %s", path)
		}
		if n := strings.Count(text, "\n"); n > mostLines {
			t.Errorf("%s has %d lines, and at most %d may be", path, n, mostLines)
		}
		for _, part := range []string{"**Where:**", "## Problem", "## What else there was", "## What was measured", "## When to drop it"} {
			if !strings.Contains(text, part) {
				t.Errorf("%s does not have %q", path, part)
			}
		}
		for _, m := range testName.FindAllStringSubmatch(text, -1) {
			if !strings.Contains(code.String(), "func "+m[1]+"(") {
				t.Errorf("%s: there is no %s", path, m[1])
			}
		}
	}
}

var (
	testName = regexp.MustCompile("`((?:Test|Benchmark)[A-Z]\\w*)`")
	// A file or folder of the project, as pages name it: from the top.
	projectPath = regexp.MustCompile("`((?:api|cmd|config|controllers|docs|examples|hack|internal|tests)/[\\w./*-]+)`")
)

// TestPathsExist looks for every file and folder that a page names.
func TestPathsExist(t *testing.T) {
	for _, page := range pages(t) {
		for _, m := range projectPath.FindAllStringSubmatch(read(t, page), -1) {
			if found, err := filepath.Glob("../" + m[1]); err != nil || len(found) == 0 {
				if _, err := os.Stat(filepath.Join(filepath.Dir(page), m[1])); err != nil {
					t.Errorf("%s: there is no %s", page, m[1])
				}
			}
		}
	}
}
