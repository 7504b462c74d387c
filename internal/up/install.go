package up

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"time"

	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/util/wait"
	"k8s.io/apimachinery/pkg/util/yaml"
	"k8s.io/client-go/rest"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"provost.dev/provost/api/v1alpha1"
	"provost.dev/provost/config"
	"provost.dev/provost/config/crd"
)

const (
	fieldOwner = client.FieldOwner("provost-up")
	// managerUser is the ServiceAccount in whose name the manager runs, here as in a cluster.
	managerUser = "system:serviceaccount:provost-system:provost-manager"
)

// install puts in place what config/default would, but for the Deployment.
func install(ctx context.Context, c client.Client) error {
	if err := applyFiles(ctx, c, config.Installation, "manager", "rbac"); err != nil {
		return err
	}
	if err := applyFiles(ctx, c, crd.Bases, "bases"); err != nil {
		return err
	}
	return established(ctx, c)
}

// platform makes a Platform with its defaults where there is none: one that a
// repository brings is left alone.
func platform(ctx context.Context, c client.Client) error {
	p := &v1alpha1.Platform{ObjectMeta: metav1.ObjectMeta{Name: v1alpha1.PlatformName}}
	if err := c.Create(ctx, p, fieldOwner); err != nil && !apierrors.IsAlreadyExists(err) {
		return fmt.Errorf("creating the Platform: %w", err)
	}
	return nil
}

// asManager is a configuration with the rights of the manager's ServiceAccount and no others.
func asManager(cfg *rest.Config) *rest.Config {
	cfg = rest.CopyConfig(cfg)
	cfg.Impersonate = rest.ImpersonationConfig{UserName: managerUser}
	cfg.UserAgent = "provost-manager"
	return cfg
}

func applyFiles(ctx context.Context, c client.Client, files fs.FS, dirs ...string) error {
	for _, dir := range dirs {
		names, err := fs.Glob(files, dir+"/*.yaml")
		if err != nil {
			return err
		}
		for _, name := range names {
			if name == dir+"/kustomization.yaml" {
				continue
			}
			if err := applyFile(ctx, c, files, name); err != nil {
				return fmt.Errorf("installing %s: %w", name, err)
			}
		}
	}
	return nil
}

func applyFile(ctx context.Context, c client.Client, files fs.FS, name string) error {
	f, err := files.Open(name)
	if err != nil {
		return err
	}
	defer func() { _ = f.Close() }()
	decoder := yaml.NewYAMLOrJSONDecoder(f, 4096)
	for {
		u := &unstructured.Unstructured{}
		if err := decoder.Decode(u); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}
		if len(u.Object) == 0 {
			continue
		}
		if err := c.Apply(ctx, client.ApplyConfigurationFromUnstructured(u), fieldOwner, client.ForceOwnership); err != nil {
			return err
		}
	}
}

// established waits until the API server serves every kind.
func established(ctx context.Context, c client.Client) error {
	var waiting string
	err := wait.PollUntilContextTimeout(ctx, 50*time.Millisecond, time.Minute, true, func(ctx context.Context) (bool, error) {
		var list apiextensionsv1.CustomResourceDefinitionList
		if err := c.List(ctx, &list, client.MatchingLabels{"app.kubernetes.io/part-of": "provost"}); err != nil {
			return false, err
		}
		for i := range list.Items {
			if !isEstablished(&list.Items[i]) {
				waiting = list.Items[i].Name
				return false, nil
			}
		}
		return true, nil
	})
	if err != nil && waiting != "" {
		return fmt.Errorf("the API server does not serve %s: %w", waiting, err)
	}
	return err
}

func isEstablished(d *apiextensionsv1.CustomResourceDefinition) bool {
	for _, c := range d.Status.Conditions {
		if c.Type == apiextensionsv1.Established {
			return c.Status == apiextensionsv1.ConditionTrue
		}
	}
	return false
}
