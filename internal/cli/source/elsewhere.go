package source

import "provost.dev/provost/internal/manifest"

// WithPath is how the folder of a repository is named.
const WithPath = "--path FOLDER"

// manyProblems is from how many problems on the folder that was read may be the wrong one.
const manyProblems = 20

// NoteElsewhere says once that a folder can be named, and how, where all of a repository or of the current folder
// was read and most of what is wrong looks as if it were in no manifests at all.
func (f *Flags) NoteElsewhere(dir, how string, rules []manifest.Rule) {
	if dir != "" && dir != "." {
		return
	}
	foreign := 0
	for _, r := range rules {
		if r.Foreign() {
			foreign++
		}
	}
	if len(rules) > manyProblems || foreign > 1 && 2*foreign > len(rules) {
		what := "the current folder"
		if how == WithPath {
			what = "the repository"
		}
		f.Note("everything in %s was read; where the manifests are in one folder of it, name that: %s", what, how)
	}
}
