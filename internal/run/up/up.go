package up

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"time"

	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"k8s.io/apimachinery/pkg/runtime"
	clientgoscheme "k8s.io/client-go/kubernetes/scheme"
	"k8s.io/client-go/rest"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/log/zap"

	provostv1 "provost.dev/provost/api/v1alpha1"
	"provost.dev/provost/internal/cluster/admission"
	"provost.dev/provost/internal/git/gittransport"
	"provost.dev/provost/internal/run/controlplane"
	"provost.dev/provost/internal/run/manager"
)

// Run brings everything up, prints the summary, and returns when ctx ends, after
// all that it started has stopped. An error says what could not be started, or
// what stopped by itself.
func Run(ctx context.Context, o Options) error {
	start := time.Now()
	src, err := resolve(o)
	if err != nil {
		return err
	}
	webhooks, err := reserve(ctx)
	if err != nil {
		return err
	}
	defer webhooks.Close()
	plane, err := controlplane.Start(ctx, controlplane.Options{
		DataDir: o.DataDir, BinDir: o.BinDir, Port: o.Port, Progress: o.Progress, Webhooks: []string{webhooks.Addr().String()},
	})
	if err != nil {
		return err
	}
	// The manager ends before the API server that it speaks to.
	return errors.Join(runOn(ctx, o, plane, webhooks, src, start), stop(plane, o))
}

func stop(plane *controlplane.ControlPlane, o Options) error {
	o.Progress("stopping the control plane")
	return plane.Stop()
}

func runOn(ctx context.Context, o Options, plane *controlplane.ControlPlane, webhooks net.Listener, src *source, start time.Time) error {
	if err := keepOutOfGit(o.DataDir); err != nil {
		return err
	}
	log, err := openLog(o.DataDir)
	if err != nil {
		return err
	}
	defer func() { _ = log.Close() }()
	if o.Manager.Logger.GetSink() == nil {
		o.Manager.Logger = zap.New(zap.WriteTo(log))
	}
	cfg := plane.RESTConfig()
	cfg.QPS, cfg.Burst = -1, -1
	c, err := newClient(cfg)
	if err != nil {
		return err
	}
	o.Progress("installing the CustomResourceDefinitions and the manager's rights")
	if err := install(ctx, c); err != nil {
		return err
	}
	o.Progress("installing the policies and the webhooks")
	callers := admission.Callers{CA: plane.WebhookClientCA(), AllowedNames: []string{controlplane.WebhookClientName}}
	if o.Manager.Webhooks, err = guard(ctx, c, webhooks.Addr().(*net.TCPAddr), callers); err != nil {
		return err
	}
	o.Manager.GitSyncAllowLocal = true
	o.Manager.GitSyncNetworks.Allow = append(o.Manager.GitSyncNetworks.Allow, gittransport.Loopback...)
	mgr, err := manager.New(asManager(cfg), o.Manager)
	if err != nil {
		return err
	}

	if err := webhooks.Close(); err != nil { // the manager listens there from now on
		return err
	}
	// Whatever ends first ends the rest: a signal, the manager, or the control plane.
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	stopped := make(chan error, 1)
	o.Progress("starting the manager")
	go func() {
		err := mgr.Start(ctx)
		if err == nil && ctx.Err() == nil {
			err = errors.New("the manager stopped by itself")
		}
		cancel(err)
		stopped <- err
	}()
	go func() {
		select {
		case <-plane.Done():
			cancel(plane.Err())
		case <-ctx.Done():
		}
	}()

	sync, err := present(ctx, o, c, plane, src, start)
	if err == nil && sync != nil {
		err = (&news{out: o.Out, now: time.Now}).tell(ctx, mgr.GetCache(), sync)
	}
	if err == nil {
		<-ctx.Done()
		o.Progress("stopping the manager")
	}
	cause := context.Cause(ctx)
	cancel(nil)
	managerErr := <-stopped
	switch {
	case cause != nil && !errors.Is(cause, context.Canceled):
		return cause // what ended the rest says more than what the rest made of it
	case err != nil && cause == nil:
		return err
	}
	return managerErr
}

// present waits until everything is in place and prints the summary. It returns
// the GitSync that follows the repository; nil where none is followed, or ctx has ended.
func present(ctx context.Context, o Options, c client.Client, plane *controlplane.ControlPlane, src *source,
	start time.Time) (*provostv1.GitSync, error) {
	waiting, done := context.WithTimeout(ctx, o.Timeout)
	defer done()
	if err := guarded(waiting, plane.RESTConfig(), c.Scheme()); err != nil {
		return nil, err
	}
	// A repository's Platform may not have the user of the kubeconfig among its administrators.
	own, err := newClient(asManager(plane.RESTConfig(), masters.Name))
	if err != nil {
		return nil, err
	}
	if err := platform(ctx, own); err != nil {
		return nil, err
	}
	var sync *provostv1.GitSync
	if src != nil {
		o.Progress("applying " + src.String())
		requested, err := follow(ctx, own, src, o.Interval)
		if err != nil {
			return nil, err
		}
		if sync, err = synced(waiting, c, requested, o.Progress); err != nil {
			return nil, err
		}
		// The Platform may have been another repository's, and have gone with it.
		if err := platform(ctx, own); err != nil {
			return nil, err
		}
	}
	o.Progress("waiting until every status is written")
	if err := idle(waiting, o.Progress); err != nil && ctx.Err() == nil {
		return nil, err
	}
	if ctx.Err() != nil {
		return nil, nil
	}
	s, err := summarise(ctx, c, sync)
	if err != nil {
		return nil, err
	}
	s.server, s.kubeconfig, s.took = plane.URL(), plane.Kubeconfig(), time.Since(start)
	s.print(o.Out)
	return sync, nil
}

// keepOutOfGit has Git ignore the data directory, which holds keys and may lie
// inside the very repository that is followed.
func keepOutOfGit(dataDir string) error {
	return os.WriteFile(filepath.Join(dataDir, ".gitignore"), []byte("*\n"), 0o600)
}

func newClient(cfg *rest.Config) (client.Client, error) {
	scheme := runtime.NewScheme()
	for _, add := range []func(*runtime.Scheme) error{clientgoscheme.AddToScheme, apiextensionsv1.AddToScheme, provostv1.AddToScheme} {
		if err := add(scheme); err != nil {
			return nil, err
		}
	}
	c, err := client.New(cfg, client.Options{Scheme: scheme})
	if err != nil {
		return nil, fmt.Errorf("speaking to the control plane: %w", err)
	}
	return c, nil
}
