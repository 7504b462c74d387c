package controllers_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"provost.dev/provost/internal/testing/testenv"
)

// Of two replicas with a log each, the one that leads is killed in the middle of
// a burst, and later the other. What one wrote to the cluster and could not
// write to its log, the other writes to its own: both logs together come to
// what everybody may do, though neither of them alone does.
func TestTheAuditLogsOfTwoLeaders(t *testing.T) {
	env := testenv.Start(t)
	for _, seed := range seeds(1) {
		t.Run(fmt.Sprintf("seed %d", seed), func(t *testing.T) {
			w := newWorld(t, env, seed, 17)
			dir := t.TempDir()
			one, two := filepath.Join(dir, "one.log"), filepath.Join(dir, "two.log")
			// burst makes changes, and kills a replica within them. Beside what is by chance, people come and go, and
			// what takes everything from everybody does not stay for long.
			burst := func(n int, killed *replica) {
				at := w.IntN(n)
				for i := range n {
					switch i % 4 {
					case 0, 2:
						w.change()
					case 1:
						env.Delete(t, "acme", everythingTaken)
					case 3:
						env.Apply(t, "acme", crowdOf(w.Perm(12)[:6]))
					}
					if i == at && killed != nil {
						killed.kill()
						expire(t, env)
					}
				}
			}
			settle := func() {
				converge(t, env)
				agree(t, env, one, two)
			}

			expire(t, env)
			env.Apply(t, "acme", crowd(3))
			first := startReplica(t, env, one, seed)
			was := leader(t, env)
			second := startReplica(t, env, two, seed+1)
			burst(40, nil)
			settle()

			burst(60, first)
			if now := leader(t, env); now == was {
				t.Fatal("nobody else leads")
			}
			burst(30, nil)
			settle()

			third := startReplica(t, env, one, seed+2) // the first one's log goes on
			burst(60, second)
			burst(30, nil)
			settle()
			third.kill()

			for _, path := range []string{one, two} {
				content, err := os.ReadFile(path)
				if err != nil {
					t.Fatal(err)
				}
				if !strings.Contains(string(content), `"kind":"Access"`) {
					t.Errorf("%s tells of nobody's access: its replica never led", filepath.Base(path))
				}
				t.Logf("%s: %d records", filepath.Base(path), strings.Count(string(content), "\n"))
			}
		})
	}
}

// everythingTaken are those of a world's objects that may leave nobody with anything.
const everythingTaken = `
{kind: SystemDeny, metadata: {name: d1}}
---
{kind: SystemDeny, metadata: {name: d2}}
---
{kind: Platform, metadata: {name: platform}}`

// crowdOf is the group of a crowd, with these people.
func crowdOf(people []int) string {
	var members []string
	for _, i := range people {
		members = append(members, fmt.Sprintf("{name: p%03d}", i))
	}
	return "{kind: Group, metadata: {name: all}, spec: {members: [" + strings.Join(members, ", ") + "]}}"
}
