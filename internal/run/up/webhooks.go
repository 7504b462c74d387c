package up

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
	"sync/atomic"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/rest"
	"sigs.k8s.io/controller-runtime/pkg/client"

	provostv1 "provost.dev/provost/api/v1alpha1"
	"provost.dev/provost/config"
	"provost.dev/provost/internal/cluster/admission"
)

// loopback is where the webhooks are served: the API server is on this machine.
const loopback = "127.0.0.1"

// guard puts the policies and the webhooks in place, as config/default does,
// with a certificate that lives as long as this process. It comes before the
// manager: what is asked in between fails, as it does wherever no manager runs.
// It returns how the manager is to serve: at the address, to the API server alone.
func guard(ctx context.Context, c client.Client, address *net.TCPAddr, callers admission.Callers) (admission.Serving, error) {
	certificate, authority, err := admission.LocalCertificate()
	if err != nil {
		return admission.Serving{}, fmt.Errorf("making the webhooks' certificate: %w", err)
	}
	if err := applyFiles(ctx, c, config.Admission, "policy"); err != nil {
		return admission.Serving{}, err
	}
	hooks, err := admission.Configuration("https://"+address.String(), authority)
	if err != nil {
		return admission.Serving{}, err
	}
	for _, o := range hooks {
		if err := applyObject(ctx, c, o); err != nil {
			return admission.Serving{}, fmt.Errorf("installing the webhooks: %w", err)
		}
	}
	return admission.Serving{Host: loopback, Port: address.Port, Certificate: certificate, Callers: callers}, nil
}

// reserve takes a port of this machine's for the webhooks. The API server is told
// at its start whom to show its certificate to, long before the manager serves
// there: until then, the listener keeps the port from everybody else.
func reserve(ctx context.Context) (net.Listener, error) {
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", net.JoinHostPort(loopback, "0"))
	if err != nil {
		return nil, fmt.Errorf("finding a port for the webhooks: %w", err)
	}
	return l, nil
}

// guarded waits until the API server asks the webhooks, and these answer. It
// tries, and only tries, to make a group whose answer shows both: the trail on
// the object, and a warning.
func guarded(ctx context.Context, cfg *rest.Config, scheme *runtime.Scheme) error {
	cfg = rest.CopyConfig(cfg)
	heard := &hearing{}
	cfg.WarningHandler = heard
	c, err := client.New(cfg, client.Options{Scheme: scheme})
	if err != nil {
		return err
	}
	var last error
	for {
		probe := &provostv1.Group{ObjectMeta: metav1.ObjectMeta{Namespace: SyncNamespace, Name: "up-probe"}}
		probe.Spec.ParentRef = &provostv1.GroupReference{Name: "no-such-group"}
		heard.warned.Store(false)
		err := c.Create(ctx, probe, client.DryRunAll)
		switch {
		case err == nil && heard.warned.Load() && probe.Annotations[provostv1.ChangedByAnnotation] != "":
			return nil
		case err != nil && strings.Contains(err.Error(), `webhook "changes.provost.dev" denied the request`):
			return nil // the Platform of an earlier start names others as administrators; the webhooks answer all the same
		case err != nil:
			last = err
		}
		if sleep(ctx, poll) != nil {
			return errors.Join(errors.New("the webhooks do not answer in time"), last)
		}
	}
}

// hearing notes whether anything was warned of.
type hearing struct{ warned atomic.Bool }

// HandleWarningHeader implements rest.WarningHandler.
func (h *hearing) HandleWarningHeader(_ int, _ string, text string) {
	if strings.Contains(text, "no-such-group") {
		h.warned.Store(true)
	}
}
