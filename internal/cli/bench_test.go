package cli

import (
	"bytes"
	"strings"
	"testing"

	"k8s.io/cli-runtime/pkg/genericiooptions"

	"provost.dev/provost/internal/testing/need"
)

// realQuestions are asked of the real organisation; each is a whole run of the
// command, from reading the files to the answer.
var realQuestions = []string{
	"can ana-41aeb view_course kubernetes/course/kubernetes",
	"why ana-41aeb kubernetes/course/kubernetes",
	"who-can view_course kubernetes/course/kubernetes",
	"permissions ana-41aeb -o json",
	"tree groups -n kubernetes",
}

func BenchmarkRealOrganisation(b *testing.B) {
	dir := need.Organisation(b, false)
	for _, question := range realQuestions {
		for name, source := range map[string][]string{"folder": {"-f", dir}, "commit": {"--repo", dir + "@main"}} {
			command, _, _ := strings.Cut(question, " ")
			b.Run(command+"/"+name, func(b *testing.B) {
				for b.Loop() {
					var out bytes.Buffer
					root := NewCommand("provost", genericiooptions.IOStreams{In: &out, Out: &out, ErrOut: &out})
					root.SetArgs(append(strings.Fields(question), source...))
					if code := exitCode(root.ExecuteContext(b.Context()), genericiooptions.NewTestIOStreamsDiscard()); code > ExitNo {
						b.Fatal(out.String())
					}
				}
			})
		}
	}
}

// TestRealOrganisation asks the working copy and the commit the same.
func TestRealOrganisation(t *testing.T) {
	need.Time(t)
	noCluster(t)
	dir := need.Organisation(t, false)
	for _, question := range append(realQuestions, "permissions --everyone -o json") {
		folder, errOut, code := run(t, "", append(strings.Fields(question), "-f", dir)...)
		commit, _, other := run(t, "", append(strings.Fields(question), "--repo", dir+"@HEAD")...)
		if code > ExitNo || code != other || folder == "" || squeeze(strings.ReplaceAll(folder, dir+"/", "")) != squeeze(commit) {
			t.Errorf("%s: %d and %d, %s\n%.2000s\n%.2000s", question, code, other, errOut, folder, commit)
		}
	}
}
