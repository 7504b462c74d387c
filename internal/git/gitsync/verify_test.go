package gitsync

import (
	"context"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	provostv1 "provost.dev/provost/api/v1alpha1"
	"provost.dev/provost/internal/git/gitsync/gittest"
)

// keys writes the Secret with the trusted keys.
func (w *world) keys(files ...string) {
	w.Helper()
	secret := &corev1.Secret{}
	secret.Namespace, secret.Name, secret.StringData = home, "keys", map[string]string{}
	for i, f := range files {
		secret.StringData["key"+string(rune('a'+i))] = f
	}
	_ = w.env.Client.Delete(w.Context(), secret.DeepCopy())
	if err := w.env.Client.Create(w.Context(), secret); err != nil {
		w.Fatal(err)
	}
	w.Cleanup(func() { _ = w.env.Client.Delete(context.Background(), secret.DeepCopy()) })
}

// Only commits that somebody trusted has signed are applied; whatever else is
// pushed, the last good one stays.
func TestVerifyCommit(t *testing.T) {
	w := newWorld(t)
	dana, erin, mallory := gittest.NewSSHKey(t, "dana@example.org"), gittest.NewOpenPGPKey(t, "Erin", "erin@example.org"),
		gittest.NewSSHKey(t, "mallory")
	repo := gittest.New(t, nil)
	repo.SignWith(dana)
	first := repo.Commit(acme)
	gs := w.gitSync("access", repo.URL(), func(gs *provostv1.GitSync) {
		gs.Spec.Verify = &provostv1.GitVerification{Mode: provostv1.VerifyCommit, SecretRef: provostv1.SecretReference{Name: "keys"}}
	})
	w.fails(gs, provostv1.ReasonSecretInvalid, "there is no Secret provost-system/keys", "spec.verify.secretRef")
	w.keys("nobody")
	w.fails(gs, provostv1.ReasonSecretInvalid, "keya:1", "begins with the principal")
	w.keys()
	w.fails(gs, provostv1.ReasonSecretInvalid, "holds no key")
	w.keys(erin.Public)
	w.fails(gs, provostv1.ReasonVerificationFailed, "not trusted", "SHA256:")
	w.gone("Group/maths")
	w.keys(dana.Public, erin.Public)
	if out := w.run(gs); out.Signer != "dana@example.org" {
		t.Errorf("signed by %q", out.Signer)
	}
	if got := w.members("maths"); got != "alice bob" {
		t.Errorf("members %q", got)
	}

	refused := func(says string) {
		t.Helper()
		out := w.fails(gs, provostv1.ReasonVerificationFailed, says)
		if out.Applied != "" || out.Revision == "" {
			t.Errorf("the outcome is %+v", out)
		}
		if got := w.members("maths"); got != "alice bob" {
			t.Errorf("members %q: the last good commit did not stay", got)
		}
	}
	repo.SignWith(nil)
	repo.Commit(gittest.Files{"people/groups.yaml": group("maths", "mallory")})
	refused("not signed")
	w.env.Apply(t, "acme", group("maths", "mallory")) // and is kept in place
	refused("not signed")
	repo.SignWith(mallory)
	repo.Commit(gittest.Files{"people/groups.yaml": group("maths", "mallory")})
	refused("not trusted")

	// A key that is added to the Secret counts at once, and so does one that is taken out.
	w.keys(dana.Public, erin.Public, mallory.Public)
	w.run(gs)
	w.keys(dana.Public, erin.Public)
	w.fails(gs, provostv1.ReasonVerificationFailed, "not trusted")
	repo.Reset(first)
	repo.SignWith(erin)
	repo.Commit(gittest.Files{"people/groups.yaml": group("maths", "erin")})
	if out := w.run(gs); !strings.HasPrefix(out.Signer, "Erin") {
		t.Errorf("signed by %q", out.Signer)
	}
	if got := w.members("maths"); got != "erin" {
		t.Errorf("members %q", got)
	}

	// The same, of a server.
	w.syncer.Forget(client.ObjectKeyFromObject(gs))
	server := repo.Serve(t, nil)
	w.env.Apply(t, home, "{apiVersion: v1, kind: Secret, metadata: {name: git}, stringData: {caFile: "+quote(string(server.CA))+"}}")
	gs.Spec.URL, gs.Spec.SecretRef = server.URL, &provostv1.SecretReference{Name: "git"}
	w.run(gs)
	repo.SignWith(nil)
	repo.Commit(gittest.Files{"people/groups.yaml": group("maths", "mallory")})
	w.fails(gs, provostv1.ReasonVerificationFailed, "not signed")
}

func TestVerifyTagged(t *testing.T) {
	w := newWorld(t)
	erin, dana := gittest.NewOpenPGPKey(t, "Erin", "erin@example.org"), gittest.NewSSHKey(t, "dana")
	repo := gittest.New(t, acme)
	repo.Tag("light", "")
	repo.Tag("plain", "Plain")
	repo.SignWith(erin)
	repo.Tag("v1", "The first")
	repo.Commit(gittest.Files{"people/groups.yaml": group("maths", "erin")})
	repo.Tag("v2", "The second")
	repo.Rename("v1", "v3")
	w.keys(erin.Public, dana.Public)
	gs := w.gitSync("access", repo.URL())
	server := repo.Serve(t, nil)
	w.env.Apply(t, home, "{apiVersion: v1, kind: Secret, metadata: {name: git}, stringData: {caFile: "+quote(string(server.CA))+"}}")

	for _, where := range []string{repo.URL(), server.URL} {
		for _, tt := range []struct {
			tag  string
			mode provostv1.VerificationMode
			says string
		}{
			{"v1", provostv1.VerifyTag, ""},
			{"v1", provostv1.VerifyTagAndCommit, "not signed"},
			{"v1", provostv1.VerifyCommit, "not signed"},
			{"v2", provostv1.VerifyTagAndCommit, ""},
			{"v2", "", ""},
			{"light", provostv1.VerifyTag, "light tag"},
			{"plain", provostv1.VerifyTag, "tag plain cannot be trusted: it is not signed"},
			{"v3", provostv1.VerifyTag, `what was signed is the tag "v1"`},
		} {
			gs.Spec.URL, gs.Spec.SecretRef = where, nil
			if where == server.URL {
				gs.Spec.SecretRef = &provostv1.SecretReference{Name: "git"}
			}
			gs.Generation++
			gs.Spec.Ref = &provostv1.GitReference{Tag: tt.tag}
			gs.Spec.Verify = &provostv1.GitVerification{Mode: tt.mode, SecretRef: provostv1.SecretReference{Name: "keys"}}
			if tt.says != "" {
				w.fails(gs, provostv1.ReasonVerificationFailed, tt.says)
			} else if out := w.run(gs); out.Signer != "Erin <erin@example.org>" {
				t.Errorf("%s %s: signed by %q", tt.tag, tt.mode, out.Signer)
			}
		}
	}
}
