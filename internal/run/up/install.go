package up

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"time"

	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/wait"
	"k8s.io/apimachinery/pkg/util/yaml"
	"k8s.io/client-go/rest"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/controller/controllerutil"

	provostv1 "provost.dev/provost/api/v1alpha1"
	"provost.dev/provost/config"
	"provost.dev/provost/config/crd"
	"provost.dev/provost/internal/cluster/admission"
)

const fieldOwner = client.FieldOwner("provost-up")

// install puts in place what config/default would, but for the Deployment.
func install(ctx context.Context, c client.Client) error {
	if err := applyFiles(ctx, c, config.Installation, "manager", "rbac"); err != nil {
		return err
	}
	if err := applyFiles(ctx, c, crd.Bases, "bases"); err != nil {
		return err
	}
	if err := applyFiles(ctx, c, everybody, "."); err != nil {
		return err
	}
	return established(ctx, c)
}

//go:embed everybody.yaml
var everybody embed.FS

// masters are those who hold the control plane's own kubeconfig.
var masters = provostv1.Administrator{Kind: provostv1.AdministratorUserGroup, Name: "system:masters"}

// platform makes a Platform where there is none, with whoever started this as
// administrator. One that a repository brings is left alone.
func platform(ctx context.Context, c client.Client) error {
	p := &provostv1.Platform{ObjectMeta: metav1.ObjectMeta{Name: provostv1.PlatformName}}
	_, err := controllerutil.CreateOrPatch(ctx, c, p, func() error {
		if p.Labels[provostv1.GitSyncLabel] == "" && len(p.Spec.Administrators)+len(p.Spec.TrustedAppliers) == 0 {
			p.Spec.Administrators = []provostv1.Administrator{masters}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("creating the Platform: %w", err)
	}
	return nil
}

// asManager is a configuration that speaks in the name of the manager's
// ServiceAccount, with its rights and those of the groups.
func asManager(cfg *rest.Config, groups ...string) *rest.Config {
	cfg = rest.CopyConfig(cfg)
	cfg.Impersonate = rest.ImpersonationConfig{UserName: admission.ManagerUser, Groups: groups}
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

// applyObject applies an object that says its own kind.
func applyObject(ctx context.Context, c client.Client, o client.Object) error {
	content, err := runtime.DefaultUnstructuredConverter.ToUnstructured(o)
	if err != nil {
		return err
	}
	return c.Apply(ctx, client.ApplyConfigurationFromUnstructured(&unstructured.Unstructured{Object: content}), fieldOwner,
		client.ForceOwnership)
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
