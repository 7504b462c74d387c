package gitsync

import (
	"net/http"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	provostv1 "provost.dev/provost/api/v1alpha1"
	"provost.dev/provost/internal/git/gitsync/gittest"
)

// Whatever happens to a private repository and its server, what was applied
// stays and is kept in place, the failure says what is wrong, and when it is over
// the GitSync goes on.
func TestServerFails(t *testing.T) {
	w := newWorld(t)
	repo := gittest.New(t, acme)
	token := func(r *http.Request) bool { return r.Header.Get("Authorization") == "Bearer s3cret" }
	https, ssh := repo.Serve(t, token), repo.ServeSSH(t)
	w.env.Namespace(t, home, nil)
	secret := func(token string) {
		t.Helper()
		w.env.Apply(t, home, "{apiVersion: v1, kind: Secret, metadata: {name: git}, stringData: {caFile: "+quote(string(https.CA))+
			", bearerToken: "+token+"}}")
	}
	secret("s3cret")
	gs := w.gitSync("access", https.URL, func(gs *provostv1.GitSync) {
		gs.Spec.SecretRef = &provostv1.SecretReference{Name: "git"}
		gs.Spec.Ref = &provostv1.GitReference{Branch: "main"}
		gs.Spec.Timeout = &metav1.Duration{Duration: 20 * time.Second}
	})
	w.run(gs)
	stays := func(reason string, says ...string) {
		t.Helper()
		w.env.Apply(t, "acme", group("maths", "mallory")) // while it fails
		w.fails(gs, reason, says...)
		if got := w.members("maths"); got != "alice bob" {
			t.Errorf("%s: members %q: what was applied is not kept in place", reason, got)
		}
	}
	works := func() {
		t.Helper()
		w.run(gs)
		if got := w.members("maths"); got != "alice bob" {
			t.Errorf("members %q", got)
		}
	}

	secret("old")
	stays(provostv1.ReasonAuthenticationFailed, "spec.secretRef")
	secret("s3cret")
	works()
	https.SetDown(true)
	stays(provostv1.ReasonGitOperationFailed, "503")
	https.SetDown(false)
	works()
	https.SetHanging(true)
	gs.Spec.Timeout.Duration = 2 * time.Second
	stays(provostv1.ReasonTimeout, "did not answer in time")
	gs.Spec.Timeout.Duration = 20 * time.Second
	https.SetHanging(false)
	works()

	// Half of a commit.
	repo.Commit(gittest.Files{"people/groups.yaml": group("maths", "carol")})
	restore := repo.Lose("people/groups.yaml")
	stays(provostv1.ReasonGitOperationFailed)
	restore()
	w.run(gs)
	if got := w.members("maths"); got != "carol" {
		t.Errorf("members %q: the whole commit is not applied", got)
	}

	// A force-push takes the commit back, and another one in its place.
	first := repo.Commit(gittest.Files{"people/groups.yaml": group("maths", "alice", "bob")})
	w.run(gs)
	repo.Commit(gittest.Files{"people/groups.yaml": group("maths", "dana")})
	w.run(gs)
	repo.Reset(first)
	works()

	// The branch goes and comes back, at another server.
	repo.Branch("other")
	gs.Spec.Ref = &provostv1.GitReference{Branch: "other"}
	works()
	repo.DeleteBranch("other")
	stays(provostv1.ReasonRefNotFound, `no branch "other"`)
	w.env.Apply(t, home, "{apiVersion: v1, kind: Secret, metadata: {name: ssh}, stringData: {identity: "+quote(string(ssh.Identity))+
		", known_hosts: "+quote(string(ssh.KnownHosts))+"}}")
	gs.Spec.URL, gs.Spec.SecretRef, gs.Spec.Ref = ssh.URL, &provostv1.SecretReference{Name: "ssh"}, nil
	gs.Generation++
	works()
}

// A broken repository on the local disk is no different.
func TestLocalBreaks(t *testing.T) {
	w := newWorld(t)
	repo := gittest.New(t, acme)
	gs := w.gitSync("access", repo.URL())
	w.run(gs)
	repo.Commit(gittest.Files{"people/groups.yaml": group("maths", "carol")})
	restore := repo.Lose("people/groups.yaml")
	w.fails(gs, provostv1.ReasonGitOperationFailed, "reading the commit")
	if got := w.members("maths"); got != "alice bob" {
		t.Errorf("members %q", got)
	}
	restore()
	w.run(gs)
	if got := w.members("maths"); got != "carol" {
		t.Errorf("members %q", got)
	}
}
