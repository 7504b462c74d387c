package admission_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"sigs.k8s.io/controller-runtime/pkg/client"

	"provost.dev/provost/internal/run/manager"
)

// BenchmarkWebhook is what a request to the API server takes that 50 make at
// once, each the dry run of a binding by somebody who may give the role: with the
// webhooks asked, and for comparison in the manager's name, for whom they are not.
func BenchmarkWebhook(b *testing.B) {
	g := guard(b)
	g.world(b, schoolWorld(b))
	for _, asked := range []bool{false, true} {
		c := g.hand.Client
		if asked {
			c = as(b, g.Env, "sue").Client
		}
		b.Run(fmt.Sprintf("asked=%v", asked), func(b *testing.B) {
			var took []time.Duration
			for b.Loop() {
				took = append(took, requests(b, 50, func(i int) error {
					o := object(binding("bob", "course-student"))
					o.SetName(fmt.Sprintf("bench-%d", i))
					return c.Create(context.Background(), o, client.DryRunAll)
				})...)
			}
			report(b, took)
		})
	}
}

// report reports how long requests took.
func report(b *testing.B, took []time.Duration) {
	b.Helper()
	slices.Sort(took)
	for _, p := range []int{50, 99} {
		b.ReportMetric(float64(took[len(took)*p/100].Microseconds())/1000, fmt.Sprintf("p%d-ms", p))
	}
}

// requests makes so many at once and returns how long each took.
func requests(b *testing.B, n int, request func(i int) error) []time.Duration {
	b.Helper()
	took := make([]time.Duration, n)
	var done sync.WaitGroup
	for i := range took {
		done.Go(func() {
			start := time.Now()
			if err := request(i); err != nil {
				b.Error(err)
			}
			took[i] = time.Since(start)
		})
	}
	done.Wait()
	return took
}

// BenchmarkAllowed is BenchmarkWebhook for bindings that are written: those of
// somebody who is trusted, which need no turn, and those of others, of whom each is
// judged on top of what was allowed before; by one manager, and by one that
// shares what it allows with other replicas.
func BenchmarkAllowed(b *testing.B) {
	for _, shared := range []bool{false, true} {
		b.Run(fmt.Sprintf("shared=%v", shared), func(b *testing.B) {
			g := guard(b, func(o *manager.Options) { o.LeaderElection = shared })
			g.world(b, schoolWorld(b))
			for _, who := range []string{"root", "sue", "sue ada oscar mia"} {
				var clients []client.Client
				for _, user := range strings.Fields(who) {
					clients = append(clients, as(b, g.Env, user).Client)
				}
				round := 0
				b.Run("who="+strings.ReplaceAll(who, " ", "+"), func(b *testing.B) {
					var took []time.Duration
					for b.Loop() {
						round++
						took = append(took, requests(b, 50, func(i int) error {
							o := object(binding("bob", "course-student"))
							o.SetName(fmt.Sprintf("bench-%d-%d-%d", len(who), round, i))
							return clients[i%len(clients)].Create(context.Background(), o)
						})...)
					}
					report(b, took)
				})
			}
		})
	}
}
