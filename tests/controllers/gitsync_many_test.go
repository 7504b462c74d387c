package controllers_test

import (
	"fmt"
	"net"
	"testing"

	"provost.dev/provost/internal/git/gitsync/gittest"
	"provost.dev/provost/internal/run/manager"
	"provost.dev/provost/internal/testing/testenv"
)

// Servers that never answer keep no other GitSync waiting, and of two that claim
// one object the first keeps it.
func TestGitSyncMany(t *testing.T) {
	env := testenv.Start(t)
	env.Clear(t)
	hanging, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = hanging.Close() })
	run(t, env, func(o *manager.Options) { o.GitSyncAllowLocal = true })
	env.Namespace(t, home, nil)
	env.Namespace(t, "acme", nil)
	for i := range 12 {
		env.Apply(t, home, fmt.Sprintf("kind: GitSync\nmetadata: {name: hanging-%d}\nspec: {url: \"https://%s/x\", interval: 1s, timeout: 1h}\n",
			i, hanging.Addr()))
	}
	repositories := make([]*gittest.Repository, 8)
	for i := range repositories {
		repositories[i] = gittest.New(t, gittest.Files{"group.yaml": fmt.Sprintf(
			"apiVersion: provost.dev/v1alpha1\nkind: Group\nmetadata: {name: group-%d, namespace: acme}\nspec: {members: [{name: p%d}]}\n", i, i)})
		env.Apply(t, home, fmt.Sprintf("kind: GitSync\nmetadata: {name: good-%d}\nspec: {url: %q, interval: 1s}\n", i, repositories[i].URL()))
	}
	for i := range repositories {
		env.Expect(t, fmt.Sprintf("GitSync/provost-system/good-%d Ready=True/Succeeded\nGroup/acme/group-%d members=p%d", i, i, i))
	}
	claims := gittest.Files{"claim.yaml": "apiVersion: provost.dev/v1alpha1\nkind: Group\nmetadata: {name: group-1, namespace: " +
		"acme}\nspec: {members: [{name: mallory}]}\n"}
	repositories[0].Commit(claims)
	env.Expect(t, `
GitSync/provost-system/good-0  Ready=False/Conflict Stalled=True/Conflict
GitSync/provost-system/good-1  Ready=True/Succeeded
Group/acme/group-1  members=p1`)
}
