package admission_test

import (
	"context"
	"encoding/json"
	"encoding/pem"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"

	admissionv1 "k8s.io/api/admission/v1"
	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/utils/ptr"
)

// refuser is somebody else's webhook, which is asked at the same time as ours and refuses what the test says.
type refuser struct {
	mu      sync.Mutex
	refuses map[string]bool // user + " " + name of the object
	n       int
}

// refuse has it refuse a user's requests for an object from now on, or no more.
func (r *refuser) refuse(user, name string, refuses bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.refuses[user+" "+name] = refuses
}

// ServeHTTP implements http.Handler.
func (r *refuser) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	review := &admissionv1.AdmissionReview{}
	if err := json.NewDecoder(req.Body).Decode(review); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	r.mu.Lock()
	refused := r.refuses[review.Request.UserInfo.Username+" "+review.Request.Name]
	if refused {
		r.n++
	}
	r.mu.Unlock()
	review.Response = &admissionv1.AdmissionResponse{UID: review.Request.UID, Allowed: !refused, Result: &metav1.Status{Message: "not today"}}
	review.Request = nil
	_ = json.NewEncoder(w).Encode(review)
}

// refuseElsewhere puts such a webhook in front of the API server.
func (g *guarded) refuseElsewhere(t testing.TB) *refuser {
	t.Helper()
	r := &refuser{refuses: map[string]bool{}}
	server := httptest.NewTLSServer(r)
	t.Cleanup(server.Close)
	hooks := &admissionregistrationv1.ValidatingWebhookConfiguration{
		ObjectMeta: metav1.ObjectMeta{Name: "somebody-else"},
		Webhooks: []admissionregistrationv1.ValidatingWebhook{{
			Name: "somebody.else.example.org", AdmissionReviewVersions: []string{"v1"},
			SideEffects: ptr.To(admissionregistrationv1.SideEffectClassNone),
			ClientConfig: admissionregistrationv1.WebhookClientConfig{
				URL: &server.URL, CABundle: pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw}),
			},
			Rules: []admissionregistrationv1.RuleWithOperations{{
				Operations: []admissionregistrationv1.OperationType{admissionregistrationv1.Create, admissionregistrationv1.Delete},
				Rule:       admissionregistrationv1.Rule{APIGroups: []string{"provost.dev"}, APIVersions: []string{"*"}, Resources: []string{"*"}},
			}},
		}},
	}
	if err := g.Client.Create(t.Context(), hooks); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := g.Client.Delete(context.Background(), hooks); err != nil {
			t.Error(err)
		}
	})
	return r
}
