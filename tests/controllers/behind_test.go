package controllers_test

import (
	"errors"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"

	"k8s.io/client-go/rest"

	"provost.dev/provost/internal/testing/testenv"
)

// The Platform says how many statuses do not show yet what has happened, also where they cannot be written, and when all do.
func TestThePlatformSaysHowMuchIsBehind(t *testing.T) {
	env := testenv.Start(t)
	env.Clear(t)
	env.Namespace(t, "acme", nil)
	env.Apply(t, "acme", school+`
---
{kind: Platform, metadata: {name: platform}, spec: {administrators: [{kind: Person, name: zoe}]}}
---
{kind: RoleBinding, metadata: {name: all}, spec: {entityRef: {kind: Course, name: algebra}, roleRef: {name: course-student}, subjects: [
  {kind: Person, name: ann}, {kind: Person, name: bob}, {kind: Person, name: cy}]}}`)
	cfg := env.ManagerConfig(t)
	var refused atomic.Bool
	refused.Store(true)
	refuse(cfg, &refused)
	runOn(t, cfg)
	env.Expect(t, "Platform/platform statusesBehind=3")
	refused.Store(false)
	env.Expect(t, "EffectivePermissions/acme/cy roles[Course/algebra]=course-student\nPlatform/platform statusesBehind=0")
}

// refuse loses the creations of EffectivePermissions while it is said to.
func refuse(cfg *rest.Config, while *atomic.Bool) {
	cfg.Wrap(func(next http.RoundTripper) http.RoundTripper {
		return transport(func(r *http.Request) (*http.Response, error) {
			if while.Load() && r.Method == http.MethodPost && strings.HasSuffix(r.URL.Path, "/effectivepermissions") {
				return nil, errors.New("the request was lost, by the test")
			}
			return next.RoundTrip(r)
		})
	})
}
