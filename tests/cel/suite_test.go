// Package cel holds tables of good and bad objects. Every one of them goes to a real API server and to the offline
// check of internal/manifest/schema, which must give the same verdict in the same words.
package cel

import (
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
	"sigs.k8s.io/controller-runtime/pkg/envtest"

	"provost.dev/provost/internal/manifest/schema"
)

// namespace is where the namespaced objects of the tables live.
const namespace = "acme"

var (
	// offline is the check without a cluster.
	offline *schema.Set
	// server speaks to the API server; nil where there is none.
	server dynamic.Interface
	// serverConfig is how to reach it.
	serverConfig *rest.Config
)

func TestMain(m *testing.M) {
	code, err := run(m)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		code = 1
	}
	os.Exit(code)
}

func run(m *testing.M) (code int, err error) {
	if offline, err = schema.Release(); err != nil {
		return 1, err
	}
	flag.Parse()
	if testing.Short() {
		return m.Run(), nil // the offline check alone
	}
	assets := os.Getenv("KUBEBUILDER_ASSETS")
	if assets == "" {
		assets = filepath.Join("..", "..", "bin", "k8s")
	}
	if _, err := os.Stat(filepath.Join(assets, "kube-apiserver")); err != nil {
		return m.Run(), nil
	}
	environment := &envtest.Environment{
		BinaryAssetsDirectory: assets,
		CRDDirectoryPaths:     []string{filepath.Join("..", "..", "config", "crd", "bases")},
		ErrorIfCRDPathMissing: true,
	}
	if serverConfig, err = environment.Start(); err != nil {
		return 1, fmt.Errorf("start the API server of %s: %w", assets, err)
	}
	defer func() {
		if stopErr := environment.Stop(); stopErr != nil && err == nil {
			code, err = 1, fmt.Errorf("stop the API server: %w", stopErr)
		}
	}()
	serverConfig.QPS = -1
	if server, err = dynamic.NewForConfig(serverConfig); err != nil {
		return 1, err
	}
	if err := createNamespace(context.Background()); err != nil {
		return 1, err
	}
	return m.Run(), nil
}

func createNamespace(ctx context.Context) error {
	clients, err := kubernetes.NewForConfig(serverConfig)
	if err != nil {
		return err
	}
	_, err = clients.CoreV1().Namespaces().Create(ctx, &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: namespace}},
		metav1.CreateOptions{})
	if errors.IsAlreadyExists(err) {
		return nil
	}
	return err
}

// needServer skips a test that means nothing without an API server.
func needServer(t *testing.T) {
	t.Helper()
	if server == nil {
		t.Skip("no API server: set KUBEBUILDER_ASSETS, or run make controlplane")
	}
}
