package testenv

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// assetsVariable is what envtest itself reads.
const assetsVariable = "KUBEBUILDER_ASSETS"

// ModuleRoot is the directory of the project's go.mod, found by walking up from
// the working directory, which is the package's directory during a test.
func ModuleRoot() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir, nil
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			return "", errors.New("no go.mod in the working directory or above it")
		}
		dir = parent
	}
}

// Binaries is the directory that holds etcd and kube-apiserver:
// KUBEBUILDER_ASSETS where that is set, and bin/k8s of the project otherwise.
func Binaries() (string, error) {
	dir := os.Getenv(assetsVariable)
	if dir == "" {
		root, err := ModuleRoot()
		if err != nil {
			return "", err
		}
		dir = filepath.Join(root, "bin", "k8s")
	}
	for _, name := range []string{"etcd", "kube-apiserver"} {
		if _, err := os.Stat(filepath.Join(dir, name)); err != nil {
			return "", fmt.Errorf("no %s in %s: run `make controlplane`, or set %s to a directory that has it", name, dir, assetsVariable)
		}
	}
	return dir, nil
}
