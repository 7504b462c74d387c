package access

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/metrics"
)

var (
	waiting = prometheus.NewGauge(prometheus.GaugeOpts{
		Name: "provost_gains_waiting_seconds",
		Help: "For how long statuses have been waiting to show what people gained, since those do not yet show what others lost; " +
			"0 while none waits.",
	})
	waited = prometheus.NewHistogram(prometheus.HistogramOpts{
		Name:    "provost_gains_waited_seconds",
		Help:    "For how long what people gained by a change was not shown, until what others lost by it was.",
		Buckets: []float64{.01, .03, .1, .3, 1, 3, 10, 30, 100, 300},
	})
)

func init() { metrics.Registry.MustRegister(waiting, waited) }

// loud is how long gains wait before the log says so, and how often it does.
const loud = time.Minute

// tick looks at rounds that do not come to an end.
func (h *handover) tick() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.ticker = nil
	if h.ctx.Err() != nil {
		return
	}
	h.advance()
	for _, sp := range h.spaces {
		if len(sp.rounds) > 0 && time.Since(sp.rounds[0].moved) >= h.standstill {
			sp.release(h)
		}
	}
	if len(h.spaces) > 0 {
		h.ticker = time.AfterFunc(checkRounds, h.tick)
	}
}

// release has those looked at again who gain and lose at once, and wait for others with both.
func (sp *space) release(h *handover) {
	for _, people := range []map[types.NamespacedName]struct{}{sp.over, sp.rounds[0].mixed} {
		for k := range people {
			h.enqueue(urgent, k)
		}
	}
}

// waits is how many people wait to be shown what they have gained.
func (h *handover) waits() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	n := 0
	for _, sp := range h.spaces {
		for _, r := range sp.rounds {
			n += len(r.waiting)
		}
	}
	return n
}

// measure says how long gains have been waiting.
func (h *handover) measure() {
	var oldest *round
	var where string
	for ns, sp := range h.spaces {
		for _, r := range sp.rounds {
			if len(r.waiting) > 0 && (oldest == nil || r.since.Before(oldest.since)) {
				oldest, where = r, ns
			}
		}
	}
	if oldest == nil {
		waiting.Set(0)
		return
	}
	age := time.Since(oldest.since)
	waiting.Set(age.Seconds())
	if age < loud || time.Since(h.warned) < loud {
		return
	}
	h.warned = time.Now()
	var example types.NamespacedName
	for example = range oldest.owing {
		break
	}
	h.log.Info("what people have gained is not shown yet, since what others have lost could not be written", "namespace", where,
		"waiting", len(oldest.waiting), "unwritten", len(oldest.owing), "oneOfThem", example.String(), "for", age.Round(time.Second).String())
}
