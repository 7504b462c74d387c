package history

import (
	"os/exec"
	"testing"
	"time"

	"provost.dev/provost/internal/engine/catalogue"
	"provost.dev/provost/internal/engine/directory"
	"provost.dev/provost/internal/manifest"
)

// BenchmarkHistory follows one permission through the whole history of a real
// organisation, beside what git takes to print the same commits.
func BenchmarkHistory(b *testing.B) {
	repo, commits := realOrganisation(b)
	dir := repo.Name()
	b.Run("git-log-p", func(b *testing.B) {
		for b.Loop() {
			c := exec.Command("git", "-C", dir, "log", "-p")
			if err := c.Run(); err != nil {
				b.Fatal(err)
			}
		}
	})
	view, _ := catalogue.Course.Permission("view_course")
	question := May("nobody", view, directory.EntityKey{Level: catalogue.Course, Namespace: "kubernetes", Name: "x"})
	follow := func(b *testing.B, index *Index) {
		q := Inquiry{Question: question, Now: time.Now(), Index: index}
		w := NewWorld(manifest.Options{})
		for _, err := range q.Turns(b.Context(), w, repo, "", commits) {
			if err != nil {
				b.Fatal(err)
			}
		}
	}
	b.Run("first", func(b *testing.B) {
		for b.Loop() {
			follow(b, &Index{})
		}
	})
	b.Run("second", func(b *testing.B) {
		index := &Index{}
		follow(b, index)
		b.ResetTimer()
		for b.Loop() {
			follow(b, index)
		}
	})
}
