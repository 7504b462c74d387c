package controllers

import (
	"context"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"sigs.k8s.io/controller-runtime/pkg/metrics"

	provostv1 "provost.dev/provost/api/v1alpha1"
	"provost.dev/provost/controllers/feed"
	"provost.dev/provost/internal/engine/directory"
)

// BehindMetric is the name of the metric that says how many statuses do not show yet what has happened.
const BehindMetric = "provost_statuses_behind"

// behindGauge is what a progress counts, a moment ago.
var behindGauge = prometheus.NewGauge(prometheus.GaugeOpts{
	Name: BehindMetric,
	Help: "How many statuses and effective permissions do not show yet what has happened. 0 on a replica that does not lead.",
})

func init() { metrics.Registry.MustRegister(behindGauge) }

const (
	// countEvery is how often a progress counts.
	countEvery = 200 * time.Millisecond
	// tellAfter is how long something has to be behind until the Platform says so, and how often it is told how much.
	tellAfter = 5 * time.Second
)

// progress counts the statuses that are behind, in a metric and, where it takes longer, in the Platform's status. It runs
// where the manager leads.
type progress struct {
	count  func() int
	fanout *feed.Fanout
	// differed is how many statuses were not as they should be, since the start, and permissions says the same of effective
	// permissions. A manager that starts looks at everything, which is no reason to say that it is behind.
	differed    atomic.Int64
	permissions func() int64
	// told is what the Platform's status is to say.
	told atomic.Int64
}

// Start implements manager.Runnable.
func (p *progress) Start(ctx context.Context) error {
	defer behindGauge.Set(0)
	tick := time.NewTicker(countEvery)
	defer tick.Stop()
	last := time.Now() // when nothing was behind, or the Platform was told
	var differed int64 // when nothing was behind
	for {
		select {
		case <-ctx.Done():
			return nil
		case now := <-tick.C:
			n := p.count()
			behindGauge.Set(float64(n))
			if d := p.differed.Load() + p.permissions(); n == 0 {
				differed = d
			} else if d == differed {
				continue // everything is looked at, and nothing was found
			}
			if p.due(n, now.Sub(last)) {
				p.told.Store(int64(n))
				p.fanout.Requeue(directory.ID{Kind: directory.KindPlatform, Name: provostv1.PlatformName}, "")
				last = now
			}
			if n == 0 {
				last = now
			}
		}
	}
}

// due says whether the Platform is to be told a number, so long after it was told the last one, or nothing was behind.
func (p *progress) due(n int, since time.Duration) bool {
	told := p.told.Load()
	return n == 0 && told > 0 || n > 0 && int64(n) != told && since >= tellAfter
}
