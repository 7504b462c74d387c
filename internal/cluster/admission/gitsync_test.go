package admission_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/yaml"

	provostv1 "provost.dev/provost/api/v1alpha1"
	"provost.dev/provost/internal/git/gitsync/gittest"
)

// manifests are documents of the tests' short form as files of a repository.
func (g *guarded) manifests(t testing.TB, documents string) gittest.Files {
	t.Helper()
	files := gittest.Files{}
	for _, o := range g.Objects(t, "acme", documents) {
		content, err := yaml.Marshal(o.Object)
		if err != nil {
			t.Fatal(err)
		}
		files[strings.ToLower(o.GetKind()+"-"+o.GetName())+".yaml"] = string(content)
	}
	return files
}

// follow creates a GitSync.
func (g *guarded) follow(t testing.TB, name, url string, change ...func(*provostv1.GitSync)) *provostv1.GitSync {
	t.Helper()
	gs := &provostv1.GitSync{}
	gs.Namespace, gs.Name, gs.Spec.URL = provostv1.SystemNamespace, name, url
	for _, c := range change {
		c(gs)
	}
	if err := g.hand.Client.Create(t.Context(), gs); err != nil {
		t.Fatal(err)
	}
	return gs
}

// look has a GitSync look again, and returns what it says once it has.
func (g *guarded) look(t testing.TB, gs *provostv1.GitSync, when string) (revision, message string) {
	t.Helper()
	patch := client.RawPatch("application/merge-patch+json",
		[]byte(`{"metadata":{"annotations":{"`+provostv1.RequestedAtAnnotation+`":"`+when+`"}}}`))
	if err := g.hand.Client.Patch(t.Context(), gs.DeepCopy(), patch); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the GitSync has looked", func() bool {
		err := g.Client.Get(t.Context(), client.ObjectKeyFromObject(gs), gs)
		return err == nil && gs.Status.LastHandledReconcileAt == when
	})
	return gs.Status.LastAppliedRevision, meta.FindStatusCondition(gs.Status.Conditions, provostv1.ConditionReady).Message
}

// TestCommitsThroughAGitSync has the manager apply the commits that are
// inconsistent only in between.
func TestCommitsThroughAGitSync(t *testing.T) {
	g := guard(t)
	g.world(t, schoolWorld(t))
	for i, c := range commits {
		t.Run(c.name, func(t *testing.T) {
			files := g.manifests(t, c.before)
			if len(files) == 0 {
				files = gittest.Files{"empty.yaml": "# nothing yet\n"}
			}
			repo := gittest.New(t, files)
			gs := g.follow(t, fmt.Sprintf("repo-%d", i), repo.URL())
			if revision, message := g.look(t, gs, "1"); revision == "" {
				t.Fatalf("before: %s", message)
			}
			hash := repo.Commit(g.manifests(t, c.after))
			if revision, message := g.look(t, gs, "2"); revision != "main@sha1:"+hash {
				t.Errorf("after: %s", message)
			}
		})
	}
}

// TestAccountOfAGitSync has one act as a ServiceAccount, before and after the
// Platform trusts that.
func TestAccountOfAGitSync(t *testing.T) {
	g := guard(t)
	g.world(t, schoolWorld(t))
	const account = "system:serviceaccount:acme:applier"
	waiting := `{kind: RoleBinding, metadata: {name: waits}, spec: {entityRef: {kind: Course, name: later}, roleRef: {name: course-student}, subjects: [{kind: Person, name: bob}]}}`
	repo := gittest.New(t, g.manifests(t, waiting))
	server := repo.Serve(t, nil)
	g.Apply(t, "acme", `
{apiVersion: rbac.authorization.k8s.io/v1, kind: Role, metadata: {name: git}, rules: [{apiGroups: [""], resources: [secrets], resourceNames: [git], verbs: [get]}]}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: git}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: git}
subjects: [{kind: ServiceAccount, name: provost-manager, namespace: provost-system}]`)
	secret := &corev1.Secret{StringData: map[string]string{"caFile": string(server.CA)}}
	secret.Namespace, secret.Name = "acme", "git"
	if err := g.Client.Create(t.Context(), secret); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = g.Client.Delete(context.Background(), secret) })
	gs := g.follow(t, "repo", server.URL, func(gs *provostv1.GitSync) {
		gs.Namespace, gs.Spec.ServiceAccountName, gs.Spec.SecretRef = "acme", "applier", &provostv1.SecretReference{Name: "git"}
	})
	if _, message := g.look(t, gs, "1"); !strings.Contains(message, "no active Person has the user name \""+account+"\"") {
		t.Errorf("before it is trusted: %s", message)
	}
	platform := &provostv1.Platform{}
	if err := g.Client.Get(t.Context(), client.ObjectKey{Name: provostv1.PlatformName}, platform); err != nil {
		t.Fatal(err)
	}
	platform.Spec.TrustedAppliers = append(platform.Spec.TrustedAppliers,
		provostv1.TrustedApplier{Kind: "ServiceAccount", Namespace: "acme", Name: "applier"})
	if err := as(t, g.Env, "root").Client.Update(t.Context(), platform); err != nil {
		t.Fatal(err)
	}
	tries := 1
	eventually(t, "the manager knows whom the Platform trusts", func() bool {
		tries++
		revision, _ := g.look(t, gs, fmt.Sprint(tries))
		return revision != ""
	})
	binding := &provostv1.RoleBinding{}
	if err := g.Client.Get(t.Context(), client.ObjectKey{Namespace: "acme", Name: "waits"}, binding); err != nil {
		t.Fatal(err)
	}
	if got := trailOf(binding); got[0] != account || got[2] != gs.Status.LastAppliedRevision {
		t.Errorf("the trail is %q", got)
	}
}
