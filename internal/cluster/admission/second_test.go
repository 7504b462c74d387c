package admission_test

import (
	"context"
	"fmt"
	"testing"

	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	clocktesting "k8s.io/utils/clock/testing"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"provost.dev/provost/internal/cluster/admission"
	"provost.dev/provost/internal/engine/directory"
	"provost.dev/provost/internal/run/manager"
	"provost.dev/provost/internal/testing/tables"
)

// second starts another replica, which is asked about the changes of one user,
// while the first is asked about everybody else's.
func (g *guarded) second(t testing.TB, user string) {
	t.Helper()
	certificate, authority, err := admission.LocalCertificate()
	if err != nil {
		t.Fatal(err)
	}
	port := freePort(t)
	runManager(t, g.Env, manager.Options{
		Directory: directory.New(), LeaderElection: true, Clock: clocktesting.NewFakeClock(tables.Now),
		Webhooks: admission.Serving{Host: "127.0.0.1", Port: port, Certificate: certificate},
	})
	hooks, err := admission.Configuration(fmt.Sprintf("https://127.0.0.1:%d", port), authority)
	if err != nil {
		t.Fatal(err)
	}
	for _, o := range hooks {
		if hook, ok := o.(*admissionregistrationv1.ValidatingWebhookConfiguration); ok {
			hook.Name, hook.Webhooks = "provost-second", hook.Webhooks[:1]
			only(&hook.Webhooks[0], "==", user)
			if err := g.Client.Create(t.Context(), hook); err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = g.Client.Delete(context.Background(), hook) })
		}
	}
	first := &admissionregistrationv1.ValidatingWebhookConfiguration{ObjectMeta: metav1.ObjectMeta{Name: admission.ConfigurationName}}
	if err := g.Client.Get(t.Context(), client.ObjectKeyFromObject(first), first); err != nil {
		t.Fatal(err)
	}
	only(&first.Webhooks[0], "!=", user)
	if err := g.Client.Update(t.Context(), first); err != nil {
		t.Fatal(err)
	}
}

// only has a webhook asked about the changes of one user, or of all others.
func only(hook *admissionregistrationv1.ValidatingWebhook, operator, user string) {
	hook.MatchConditions = append(hook.MatchConditions, admissionregistrationv1.MatchCondition{
		Name: "whose", Expression: fmt.Sprintf("request.userInfo.username %s '%s'", operator, user),
	})
}
