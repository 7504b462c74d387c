package e2e

import (
	"context"
	"encoding/json"
	"fmt"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	provostv1 "provost.dev/provost/api/v1alpha1"
)

// offline is what the command line says of everybody at a commit, by namespace/person.
func offline(t *testing.T, args ...string) map[string]provostv1.EffectivePermissionsStatus {
	t.Helper()
	cmd := exec.Command(provost(t), append([]string{"permissions", "--everyone", "-o", "json"}, args...)...)
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%v: %v", cmd.Args, err)
	}
	var list provostv1.EffectivePermissionsList
	if err := json.Unmarshal(out, &list); err != nil {
		t.Fatal(err)
	}
	return statuses(list.Items)
}

// inCluster is what the statuses of the cluster say.
func (u *upProcess) inCluster(ctx context.Context) map[string]provostv1.EffectivePermissionsStatus {
	u.t.Helper()
	var list provostv1.EffectivePermissionsList
	if err := u.client.List(ctx, &list); err != nil {
		u.t.Fatal(err)
	}
	return statuses(list.Items)
}

func statuses(items []provostv1.EffectivePermissions) map[string]provostv1.EffectivePermissionsStatus {
	out := map[string]provostv1.EffectivePermissionsStatus{}
	for i := range items {
		s := items[i].Status
		s.Conditions = nil // they carry times
		out[items[i].Namespace+"/"+items[i].Name] = s
	}
	return out
}

// converges waits until the cluster says what the command line says of the commit, of every person.
func (u *upProcess) converges(ctx context.Context, want map[string]provostv1.EffectivePermissionsStatus) {
	u.t.Helper()
	eventually(u.t, func() string { return difference(want, u.inCluster(ctx)) })
}

func difference(want, got map[string]provostv1.EffectivePermissionsStatus) string {
	var out []string
	for k, w := range want {
		if g, ok := got[k]; !ok {
			out = append(out, k+" is missing")
		} else if d := cmp.Diff(w, g); d != "" {
			out = append(out, k+" differs (-offline +cluster):\n"+d)
		}
	}
	for k := range got {
		if _, ok := want[k]; !ok {
			out = append(out, k+" should be gone")
		}
	}
	if len(out) == 0 {
		return ""
	}
	slices.Sort(out)
	return fmt.Sprintf("%d of %d differ:\n%s", len(out), len(want), strings.Join(out[:min(len(out), 3)], "\n"))
}
