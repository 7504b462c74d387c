package gitsync

import (
	"maps"
	"strings"
	"testing"

	"k8s.io/utils/ptr"

	provostv1 "provost.dev/provost/api/v1alpha1"
	"provost.dev/provost/internal/git/gitsync/gittest"
)

const (
	staffPlatform = "apiVersion: provost.dev/v1alpha1\nkind: Platform\nmetadata: {name: platform}\nspec: {administrators: [{kind: Person, " +
		"name: root}]}\n"
	staffRoot = "apiVersion: provost.dev/v1alpha1\nkind: Person\nmetadata: {name: root}\nspec: {username: root@example.org}\n"
	// gitSyncOfGit is a GitSync in the repository itself.
	gitSyncOfGit = "apiVersion: provost.dev/v1alpha1\nkind: GitSync\nmetadata: {name: more, namespace: acme}\nspec: {url: " +
		"'https://example.org/more.git', suspend: true}\n"
)

// staff are an administrator, somebody who runs a course, and somebody who does neither.
func staff() gittest.Files {
	files := maps.Clone(acme)
	files["staff/platform.yaml"], files["staff/root.yaml"] = staffPlatform, staffRoot
	files["staff/lea.yaml"] = strings.ReplaceAll(staffRoot, "root", "lea") + "---\n" + enrol("lea", "course-admin")
	files["staff/mallory.yaml"] = strings.ReplaceAll(staffRoot, "root", "mallory")
	return files
}

// enrol is a binding of a person to a role at the course.
func enrol(person, role string) string {
	return "apiVersion: provost.dev/v1alpha1\nkind: RoleBinding\nmetadata: {name: " + person + ", namespace: acme}\nspec:\n" +
		"  roleRef: {name: " + role + "}\n  entityRef: {kind: Course, name: algebra}\n  subjects: [{kind: Person, name: " + person + "}]\n"
}

// signed is a world with a repository whose commits need a signer with authority.
type signed struct {
	*world
	repo               *gittest.Repository
	gs                 *provostv1.GitSync
	root, lea, mallory *gittest.Key
}

func newSigned(t *testing.T, change ...func(*provostv1.GitSync)) *signed {
	t.Helper()
	w := &signed{
		world: newWorld(t), repo: gittest.New(t, nil),
		root: gittest.NewSSHKey(t, "root@example.org"), lea: gittest.NewSSHKey(t, "lea@example.org"),
		mallory: gittest.NewOpenPGPKey(t, "Mallory", "mallory@example.org"),
	}
	w.syncer.Snapshot = w.snapshot
	w.gs = w.gitSync("access", w.repo.URL(), append(change, func(gs *provostv1.GitSync) {
		gs.Spec.Verify = &provostv1.GitVerification{SecretRef: provostv1.SecretReference{Name: "keys"},
			Authority: provostv1.SignerAuthorityRequired}
	})...)
	w.keys(w.root.Public, w.lea.Public, w.mallory.Public)
	return w
}

// commit commits as somebody who signs.
func (w *signed) commit(as *gittest.Key, files gittest.Files) {
	w.Helper()
	w.repo.SignWith(as)
	w.repo.Commit(files)
}

// applied runs the GitSync, wants it to succeed, and writes its status.
func (w *signed) applied() {
	w.Helper()
	out := w.run(w.gs)
	w.gs.Status.LastAppliedRevision, w.gs.Status.ObservedGeneration = out.Applied, w.gs.Generation
	w.gs.Status.Objects = &provostv1.GitSyncObjects{Digest: out.Set.Digest}
}

// refused wants the commit to be held back for want of authority, saying all of these.
func (w *signed) refused(says ...string) {
	w.Helper()
	w.fails(w.gs, provostv1.ReasonSignerLacksAuthority, says...)
	w.gs.Status.ObservedGeneration = w.gs.Generation
}

// begin brings the organisation in place, signed by the administrator.
func (w *signed) begin() {
	w.Helper()
	w.env.Apply(w, "", staffPlatform+"---\n"+staffRoot)
	w.commit(w.root, staff())
	w.applied()
}

// The first commit is judged like any other, by what is in the cluster: somebody
// has to have written there who administers.
func TestAuthorityOfTheFirstCommit(t *testing.T) {
	w := newSigned(t)
	w.commit(w.root, staff())
	w.refused("nothing is applied", "root@example.org signed it", "Platform platform", "while there is no Platform")
	w.gone("Group/maths", "Platform/platform", "Person/root")
	w.env.Apply(t, "", staffPlatform+"---\n"+staffRoot)
	w.commit(w.lea, gittest.Files{"README.md": "It is mine."})
	w.refused("lea@example.org signed it", `no active Person has the user name "lea@example.org"`)
	w.commit(w.root, nil)
	w.applied()
	w.exists("Group/maths", "RoleBinding/lea")
}

// What somebody signs who may not do it is held back, the last good commit stays,
// and somebody who may lets it through by signing on top.
func TestSignerAuthority(t *testing.T) {
	w := newSigned(t)
	w.begin()
	w.commit(w.lea, gittest.Files{"bob.yaml": enrol("bob", "course-student")})
	w.applied()
	w.exists("RoleBinding/bob")

	w.commit(w.mallory, gittest.Files{"README.md": "Nothing to authorise."})
	w.applied()
	w.commit(w.mallory, gittest.Files{"mallory.yaml": enrol("mallory", "course-student")})
	says := []string{
		"is held back, and the revision before it stays", "mallory@example.org (Person mallory) signed it, and may not make 1 of the 1 changes",
		"mallory.yaml:1: RoleBinding acme/mallory: needs manage_course_users at course algebra",
	}
	w.refused(says...)
	w.gone("RoleBinding/mallory")
	w.env.Apply(t, "acme", group("maths", "mallory")) // the last good commit is kept in place
	w.refused(says...)
	if got := w.members("maths"); got != "alice bob" {
		t.Errorf("members %q", got)
	}
	w.restart(w.syncer.Schemas)
	w.syncer.Snapshot = w.snapshot
	w.refused(says...)
	// Another one on top does not hide it.
	w.commit(w.mallory, gittest.Files{"README.md": "Nothing?"})
	w.refused(says...)
	w.gone("RoleBinding/mallory")
	w.commit(w.lea, nil)
	w.applied()
	w.exists("RoleBinding/mallory")

	// What goes needs authority as well.
	w.commit(w.mallory, gittest.Files{"bob.yaml": ""})
	w.refused("bob.yaml:1: RoleBinding acme/bob, which goes: needs manage_course_users")
	w.exists("RoleBinding/bob")
	w.commit(w.lea, nil)
	w.applied()
	w.gone("RoleBinding/bob")

	// Nobody gets round it by leaving out the signature, or signs with a role that the same commit gives.
	w.commit(nil, gittest.Files{"bob.yaml": enrol("bob", "course-student")})
	w.fails(w.gs, provostv1.ReasonVerificationFailed, "not signed")
	w.commit(w.mallory, gittest.Files{"mallory.yaml": enrol("mallory", "course-superadmin")})
	w.refused("2 of the 2 changes", "bob.yaml:1", "mallory.yaml:1")
	w.gone("RoleBinding/bob")
}

// What is reserved for platform administrators (R21) is so in Git too.
func TestAuthorityOverReservedKinds(t *testing.T) {
	w := newSigned(t)
	w.begin()
	w.commit(w.root, gittest.Files{"more.yaml": gitSyncOfGit})
	w.applied()
	for name, tt := range map[string]struct {
		files gittest.Files
		says  string
	}{
		"platform": {gittest.Files{"staff/platform.yaml": strings.Replace(staffPlatform, "name: root", "name: lea", 1)},
			"only platform administrators may change a Platform"},
		"person": {gittest.Files{"staff/mallory.yaml": strings.ReplaceAll(staffRoot, "root", "mallory2")},
			"only platform administrators may change a Person"},
		"title": {gittest.Files{"staff/root.yaml": strings.Replace(staffRoot, "spec: {", "spec: {displayName: Root, ", 1)},
			"only platform administrators may change a Person"},
		"changed": {gittest.Files{"more.yaml": strings.Replace(gitSyncOfGit, "more.git", "evil.git", 1)},
			"more.yaml:1: GitSync acme/more: only platform administrators may change a GitSync"},
		"new": {gittest.Files{"other.yaml": strings.Replace(gitSyncOfGit, "name: more", "name: other", 1)},
			"only platform administrators may change a GitSync"},
		"gone": {gittest.Files{"more.yaml": ""}, "GitSync acme/more, which goes: only platform administrators may change a GitSync"},
	} {
		good := w.head()
		w.commit(w.lea, tt.files)
		t.Log(name)
		w.refused("lea@example.org (Person lea) signed it", tt.says)
		w.gone("GitSync/other")
		w.exists("GitSync/more", "Person/mallory")
		w.repo.Reset(good)
	}
	w.commit(w.root, gittest.Files{"more.yaml": "", "staff/mallory.yaml": ""})
	w.applied()
	w.gone("GitSync/more", "Person/mallory")
}

// head is the hash of the newest commit that was applied.
func (w *signed) head() string {
	revision := w.gs.Status.LastAppliedRevision
	return revision[strings.LastIndexByte(revision, ':')+1:]
}

// A commit that was let through for one folder was not for another.
func TestAuthorityOverAnotherFolder(t *testing.T) {
	w := newSigned(t, func(gs *provostv1.GitSync) { gs.Spec.Path = "org" })
	w.env.Apply(t, "", staffPlatform+"---\n"+staffRoot)
	files := gittest.Files{}
	for name, text := range staff() {
		files["org/"+name] = text
	}
	w.commit(w.root, files)
	w.applied()
	w.commit(w.mallory, gittest.Files{"drafts/mallory.yaml": enrol("mallory", "course-admin")})
	w.applied()
	w.gs.Spec.Path, w.gs.Generation = "", w.gs.Generation+1
	for range 3 { // not even as the last good commit
		w.refused("drafts/mallory.yaml:1")
		w.gone("RoleBinding/mallory")
	}
	w.gs.Spec.Path, w.gs.Generation = "org", w.gs.Generation+1
	w.applied()

	// To begin asking takes what is in place as it is.
	w.gs.Spec.Verify.Authority, w.gs.Generation = provostv1.SignerAuthorityIgnore, w.gs.Generation+1
	w.commit(w.mallory, gittest.Files{"org/mallory.yaml": enrol("mallory", "course-student")})
	w.applied()
	w.gs.Spec.Verify.Authority, w.gs.Generation = provostv1.SignerAuthorityRequired, w.gs.Generation+1
	w.applied()
	w.exists("RoleBinding/mallory")

	// Where nothing goes, nobody needs authority for it.
	w.gs.Spec.Prune, w.gs.Generation = ptr.To(false), w.gs.Generation+1
	w.commit(w.mallory, gittest.Files{"org/mallory.yaml": ""})
	w.applied()
	w.exists("RoleBinding/mallory")
}

// With a signed tag it is whoever signed that who answers for the commit, and the commit's signer where both are asked for.
func TestAuthorityOfTags(t *testing.T) {
	w := newSigned(t)
	w.begin()
	root := gittest.NewOpenPGPKey(t, "Root", "root@example.org")
	w.keys(w.root.Public, w.lea.Public, w.mallory.Public, root.Public)
	for _, tt := range []struct {
		tag            string
		mode           provostv1.VerificationMode
		commit, tagged *gittest.Key
		lacks          string // who lacks the authority; nobody where it is applied
	}{
		{"mallorys", provostv1.VerifyTag, nil, w.mallory, "mallory@example.org"},
		{"mallorys-of-root", provostv1.VerifyTag, w.root, w.mallory, "mallory@example.org"},
		{"roots", provostv1.VerifyTag, nil, root, ""},
		{"both-of-mallory", provostv1.VerifyTagAndCommit, w.mallory, root, "mallory@example.org"},
		{"both-of-lea", provostv1.VerifyTagAndCommit, w.lea, w.mallory, ""},
	} {
		t.Run(tt.tag, func(t *testing.T) {
			w.commit(tt.commit, gittest.Files{tt.tag + ".yaml": enrol(tt.tag, "course-student")})
			w.repo.SignWith(tt.tagged)
			w.repo.Tag(tt.tag, "A release")
			w.gs.Spec.Ref = &provostv1.GitReference{Tag: tt.tag}
			w.gs.Spec.Verify.Mode, w.gs.Generation = tt.mode, w.gs.Generation+1
			if tt.lacks != "" {
				w.refused(tt.lacks+" (Person", tt.tag+".yaml:1: RoleBinding acme/"+tt.tag)
				w.gone("RoleBinding/" + tt.tag)
				return
			}
			w.applied()
			w.exists("RoleBinding/" + tt.tag)
		})
	}
}
