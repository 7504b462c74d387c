package admission

import (
	"fmt"
	"net/http"

	"github.com/go-logr/logr"
	"golang.org/x/sync/semaphore"
)

const (
	// mostReview is how long a review may be: two objects, each of at most 3 MiB as JSON, which is the most that an
	// API server takes, and what goes with them. It is also the limit of the library that reads it.
	mostReview = 7 << 20
	// mostReviews is how much of reviews may be in memory at a time, before they are read. Others wait.
	mostReviews = 64 << 20
)

// intake lets in what looks like a review, and no more of it at a time than memory is meant for.
type intake struct {
	next   http.Handler
	budget *semaphore.Weighted
	log    logr.Logger
}

func newIntake(next http.Handler, log logr.Logger) *intake {
	return &intake{next: next, budget: semaphore.NewWeighted(mostReviews), log: log}
}

// ServeHTTP implements http.Handler.
func (i *intake) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	switch {
	case r.Method != http.MethodPost:
		i.refuse(w, r, http.StatusMethodNotAllowed, "an AdmissionReview is posted")
		return
	case r.ContentLength > mostReview:
		why := fmt.Sprintf("a review has at most %d bytes, and this one %d", mostReview, r.ContentLength)
		i.refuse(w, r, http.StatusRequestEntityTooLarge, why)
		return
	}
	size := r.ContentLength
	if size < 0 {
		size = mostReview // it does not say
	}
	if err := i.budget.Acquire(r.Context(), size); err != nil {
		i.refuse(w, r, http.StatusServiceUnavailable, "too many reviews at once: try again in a moment")
		return
	}
	defer i.budget.Release(size)
	r.Body = http.MaxBytesReader(w, r.Body, mostReview)
	i.next.ServeHTTP(w, r)
}

func (i *intake) refuse(w http.ResponseWriter, r *http.Request, code int, why string) {
	i.log.Error(fmt.Errorf("%s", why), "a request to the webhooks is none", "remote", r.RemoteAddr, "path", line(r.URL.Path))
	http.Error(w, why, code)
}
