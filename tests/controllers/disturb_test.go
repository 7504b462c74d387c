package controllers_test

import (
	"errors"
	"io"
	"math/rand/v2"
	"net/http"
	"sync"
	"time"

	"k8s.io/client-go/rest"
)

// disturb makes the API server a bad one for the clients of a configuration:
// some writes do not reach it, of some the answer is lost, and no watch lasts.
func disturb(cfg *rest.Config, seed uint64) {
	d := &disturbance{dice: rand.New(rand.NewPCG(seed, 11))}
	cfg.Wrap(func(next http.RoundTripper) http.RoundTripper {
		return transport(func(r *http.Request) (*http.Response, error) {
			write := r.Method != http.MethodGet
			requestLost, answerLost := write && d.one(in(20)), write && d.one(in(20))
			switch {
			case requestLost:
				return nil, errors.New("the request was lost, by the test")
			case answerLost:
				if answer, err := next.RoundTrip(r); err == nil {
					_ = answer.Body.Close()
				}
				return nil, errors.New("the answer was lost, by the test")
			case r.URL.Query().Get("watch") != "":
				answer, err := next.RoundTrip(r)
				if err == nil {
					answer.Body = d.short(answer.Body)
				}
				return answer, err
			}
			return next.RoundTrip(r)
		})
	})
}

type disturbance struct {
	mu   sync.Mutex
	dice *rand.Rand
}

type in int

// one says yes once in so many times.
func (d *disturbance) one(n in) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.dice.IntN(int(n)) == 0
}

// short ends a watch after a while. It lasts longer than what a reflector takes
// for a fault of the server, after which it would wait ever longer.
func (d *disturbance) short(body io.ReadCloser) io.ReadCloser {
	d.mu.Lock()
	after := time.Duration(1500+d.dice.IntN(5000)) * time.Millisecond
	d.mu.Unlock()
	b := &shortBody{ReadCloser: body}
	b.timer = time.AfterFunc(after, func() { _ = body.Close() })
	return b
}

type shortBody struct {
	io.ReadCloser
	timer *time.Timer
}

// Close implements io.Closer.
func (b *shortBody) Close() error {
	b.timer.Stop()
	return b.ReadCloser.Close()
}
