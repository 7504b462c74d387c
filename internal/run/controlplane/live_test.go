package controlplane

import (
	"context"
	"crypto/tls"
	"errors"
	"net/http"
	"os"
	"strings"
	"syscall"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/wait"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"

	"provost.dev/provost/internal/testing/need"
)

// patience bounds every wait of these tests. It is a limit for a machine that
// hangs, not a claim about how long anything takes.
const patience = 2 * time.Minute

// requirePrograms skips a test where there is nothing to start.
func requirePrograms(t *testing.T) {
	t.Helper()
	need.Time(t)
	if err := requireBinaries(DefaultBinDir()); err != nil {
		need.Missing(t, err)
	}
}

func startLive(t *testing.T, dir string) *ControlPlane {
	t.Helper()
	plane, err := Start(t.Context(), Options{DataDir: dir, Progress: func(step string) { t.Log(step) }})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = plane.Stop() })
	return plane
}

func clientFor(t *testing.T, config *rest.Config, err error) *kubernetes.Clientset {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	client, err := kubernetes.NewForConfig(config)
	if err != nil {
		t.Fatal(err)
	}
	return client
}

func eventually(t *testing.T, what string, check func(ctx context.Context) (bool, error)) {
	t.Helper()
	if err := wait.PollUntilContextTimeout(t.Context(), 100*time.Millisecond, patience, true, check); err != nil {
		t.Fatalf("%s: %v", what, err)
	}
}

// notFound turns a get into a condition: the object is gone.
func notFound(err error) (bool, error) {
	if apierrors.IsNotFound(err) {
		return true, nil
	}
	return false, err
}

func createNamespace(t *testing.T, client kubernetes.Interface, name string) {
	t.Helper()
	_, err := client.CoreV1().Namespaces().Create(t.Context(),
		&corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: name}}, metav1.CreateOptions{})
	if err != nil {
		t.Fatal(err)
	}
}

// TestLife is the life of one data directory: used, stopped, started again,
// hit by crashes, and finally abandoned because a program died.
func TestLife(t *testing.T) {
	requirePrograms(t)
	dir := t.TempDir()
	plane := startLive(t, dir)
	admin := clientFor(t, plane.RESTConfig(), nil)

	t.Run("says its version", func(t *testing.T) {
		info, err := admin.Discovery().ServerVersion()
		if err != nil {
			t.Fatal(err)
		}
		if want := "v" + plane.Version(APIServer); info.GitVersion != want {
			t.Errorf("%s, want %s", info.GitVersion, want)
		}
	})
	t.Run("has a kubeconfig for its owner only", func(t *testing.T) {
		info, err := os.Stat(plane.Kubeconfig())
		if err != nil || info.Mode().Perm() != 0o600 {
			t.Fatalf("%v, %v", info.Mode(), err)
		}
		config, err := clientcmd.BuildConfigFromFlags("", plane.Kubeconfig())
		if _, err := clientFor(t, config, err).CoreV1().Nodes().List(t.Context(), metav1.ListOptions{}); err != nil {
			t.Error(err)
		}
	})
	t.Run("deletes namespaces", func(t *testing.T) {
		createNamespace(t, admin, "short-lived")
		_, err := admin.CoreV1().ConfigMaps("short-lived").Create(t.Context(),
			&corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Name: "x"}}, metav1.CreateOptions{})
		if err != nil {
			t.Fatal(err)
		}
		if err := admin.CoreV1().Namespaces().Delete(t.Context(), "short-lived", metav1.DeleteOptions{}); err != nil {
			t.Fatal(err)
		}
		eventually(t, "the namespace is gone", func(ctx context.Context) (bool, error) {
			_, err := admin.CoreV1().Namespaces().Get(ctx, "short-lived", metav1.GetOptions{})
			return notFound(err)
		})
	})
	t.Run("collects what has lost its owner", func(t *testing.T) { testGarbageCollection(t, admin) })
	t.Run("knows users, service accounts and strangers", func(t *testing.T) { testIdentities(t, plane) })
	t.Run("lets nobody else at etcd", func(t *testing.T) { testEtcdIsClosed(t, plane) })
	t.Run("does not share its directory", func(t *testing.T) {
		second, err := Start(t.Context(), Options{DataDir: dir})
		if !errors.Is(err, ErrDataDirInUse) {
			t.Fatalf("got %v, %v", second, err)
		}
	})

	createNamespace(t, admin, "kept")
	user, err := plane.UserConfig("ada")
	if err != nil {
		t.Fatal(err)
	}
	if err := plane.Stop(); err != nil {
		t.Error(err)
	}
	if err := plane.Wait(t.Context()); err != nil {
		t.Errorf("stopped, but: %v", err)
	}

	again := startLive(t, dir)
	admin = clientFor(t, again.RESTConfig(), nil)
	t.Run("continues where it was", func(t *testing.T) {
		if again.URL() != plane.URL() {
			t.Errorf("at %s, and before at %s", again.URL(), plane.URL())
		}
		if _, err := admin.CoreV1().Namespaces().Get(t.Context(), "kept", metav1.GetOptions{}); err != nil {
			t.Error(err)
		}
		_, err := clientFor(t, user, nil).CoreV1().Namespaces().List(t.Context(), metav1.ListOptions{})
		if !apierrors.IsForbidden(err) {
			t.Errorf("a certificate of the last start: %v, want forbidden", err)
		}
	})
	for _, component := range components {
		t.Run("survives a crash of "+string(component), func(t *testing.T) { testCrash(t, again, admin, component) })
	}
	t.Run("ends when a program dies", func(t *testing.T) { testDeath(t, again) })

	t.Run("starts again after that", func(t *testing.T) {
		third := startLive(t, dir)
		admin := clientFor(t, third.RESTConfig(), nil)
		if _, err := admin.CoreV1().Namespaces().Get(t.Context(), "kept", metav1.GetOptions{}); err != nil {
			t.Error(err)
		}
	})
}

func testGarbageCollection(t *testing.T, admin kubernetes.Interface) {
	maps := admin.CoreV1().ConfigMaps("default")
	owner, err := maps.Create(t.Context(), &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Name: "owner"}}, metav1.CreateOptions{})
	if err != nil {
		t.Fatal(err)
	}
	_, err = maps.Create(t.Context(), &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{
		Name:            "owned",
		OwnerReferences: []metav1.OwnerReference{{APIVersion: "v1", Kind: "ConfigMap", Name: owner.Name, UID: owner.UID}},
	}}, metav1.CreateOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if err := maps.Delete(t.Context(), "owner", metav1.DeleteOptions{}); err != nil {
		t.Fatal(err)
	}
	eventually(t, "what it owned is gone", func(ctx context.Context) (bool, error) {
		_, err := maps.Get(ctx, "owned", metav1.GetOptions{})
		return notFound(err)
	})
}

func testIdentities(t *testing.T, plane *ControlPlane) {
	admin := clientFor(t, plane.RESTConfig(), nil)
	_, err := admin.RbacV1().ClusterRoleBindings().Create(t.Context(), &rbacv1.ClusterRoleBinding{
		ObjectMeta: metav1.ObjectMeta{Name: "readers"},
		RoleRef:    rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "ClusterRole", Name: "view"},
		Subjects: []rbacv1.Subject{
			{APIGroup: rbacv1.GroupName, Kind: rbacv1.GroupKind, Name: "readers"},
			{Kind: rbacv1.ServiceAccountKind, Namespace: "default", Name: "default"},
		},
	}, metav1.CreateOptions{})
	if err != nil {
		t.Fatal(err)
	}
	list := func(config *rest.Config, err error) error {
		t.Helper()
		_, err = clientFor(t, config, err).CoreV1().ConfigMaps("default").List(t.Context(), metav1.ListOptions{})
		return err
	}
	eventually(t, "a user of the group may read", func(context.Context) (bool, error) {
		err := list(plane.UserConfig("ada", "readers"))
		return err == nil, nil // the authorizer learns of a binding a moment later
	})
	if err := list(plane.UserConfig("ben", "others")); !apierrors.IsForbidden(err) {
		t.Errorf("a user of another group: %v, want forbidden", err)
	}
	eventually(t, "the service account exists", func(ctx context.Context) (bool, error) {
		_, err := admin.CoreV1().ServiceAccounts("default").Get(ctx, "default", metav1.GetOptions{})
		return err == nil, nil
	})
	if err := list(plane.ServiceAccountConfig(t.Context(), "default", "default", 10*time.Minute)); err != nil {
		t.Errorf("the service account: %v", err)
	}
	if _, err := plane.ServiceAccountConfig(t.Context(), "default", "none", 10*time.Minute); err == nil {
		t.Error("a token for a service account that does not exist")
	}
	if err := list(rest.AnonymousClientConfig(plane.RESTConfig()), nil); !apierrors.IsUnauthorized(err) {
		t.Errorf("a stranger: %v, want unauthorized", err)
	}
	if _, err := plane.UserConfig(""); err == nil {
		t.Error("a user without a name")
	}
}

func testEtcdIsClosed(t *testing.T, plane *ControlPlane) {
	admin, err := tls.X509KeyPair(plane.admin.CertData, plane.admin.KeyData)
	if err != nil {
		t.Fatal(err)
	}
	for name, shown := range map[string][]tls.Certificate{"nothing": nil, "the administrator's certificate": {admin}} {
		client := &http.Client{Transport: &http.Transport{
			TLSClientConfig: &tls.Config{InsecureSkipVerify: true, Certificates: shown},
		}}
		response, err := client.Get(plane.etcdURL() + "/version")
		if err == nil {
			_ = response.Body.Close()
			t.Errorf("etcd answered %s to one that showed %s", response.Status, name)
		}
	}
}

// testCrash kills one program as if it had crashed, and wants the others to
// stay and everything to work once it is back.
func testCrash(t *testing.T, plane *ControlPlane, admin kubernetes.Interface, component Component) {
	if err := plane.Revive(t.Context(), component); err == nil {
		t.Error("revived, although it runs")
	}
	if err := plane.Kill(component); err != nil {
		t.Fatal(err)
	}
	if err := plane.Kill(component); err == nil {
		t.Error("killed, although it does not run")
	}
	if err := plane.Revive(t.Context(), component); err != nil {
		t.Fatal(err)
	}
	if err := plane.Err(); err != nil {
		t.Fatal(err)
	}
	name := "after-" + string(component)
	eventually(t, "a namespace can be made", func(ctx context.Context) (bool, error) {
		_, err := admin.CoreV1().Namespaces().Create(ctx, &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: name}}, metav1.CreateOptions{})
		return err == nil, nil
	})
	eventually(t, "a namespace gets its service account", func(ctx context.Context) (bool, error) {
		_, err := admin.CoreV1().ServiceAccounts(name).Get(ctx, "default", metav1.GetOptions{})
		return err == nil, nil
	})
}

// testDeath kills the API server behind the control plane's back.
func testDeath(t *testing.T, plane *ControlPlane) {
	plane.mu.Lock()
	victim := plane.processes[APIServer].cmd.Process
	plane.mu.Unlock()
	if err := victim.Signal(syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	err := plane.Wait(ctx)
	var exit *ExitError
	if !errors.As(err, &exit) || exit.Component != APIServer {
		t.Fatalf("got %v, want the end of the API server", err)
	}
	for _, want := range []string{"kube-apiserver ended unexpectedly", "signal: killed", plane.Logs(APIServer)} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%q does not say %q", err, want)
		}
	}
	if !errors.Is(err, plane.Err()) {
		t.Errorf("Err says %v", plane.Err())
	}
	if err := plane.Revive(t.Context(), APIServer); err == nil {
		t.Error("revived after its end")
	}
}
