package admission_test

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"sigs.k8s.io/controller-runtime/pkg/client"
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
				took = append(took, atOnce(b, c, 50)...)
			}
			slices.Sort(took)
			for _, p := range []int{50, 99} {
				b.ReportMetric(float64(took[len(took)*p/100].Microseconds())/1000, fmt.Sprintf("p%d-ms", p))
			}
		})
	}
}

// atOnce makes requests at once and returns how long each took.
func atOnce(b *testing.B, c client.Client, requests int) []time.Duration {
	b.Helper()
	took := make([]time.Duration, requests)
	var done sync.WaitGroup
	for i := range took {
		done.Go(func() {
			o := object(binding("bob", "course-student"))
			o.SetName(fmt.Sprintf("bench-%d", i))
			start := time.Now()
			if err := c.Create(context.Background(), o, client.DryRunAll); err != nil {
				b.Error(err)
			}
			took[i] = time.Since(start)
		})
	}
	done.Wait()
	return took
}
