package admission

import (
	"fmt"
	"strings"
	"sync/atomic"

	"github.com/go-logr/logr"
	"k8s.io/client-go/util/flowcontrol"
)

// How much may be logged of what callers bring about as often as they like: so
// many lines a second, after a burst of so many, none of them longer.
const (
	linesPerSecond = 1
	burstOfLines   = 10
	longestLine    = 256
)

// quiet is a logger for failures that a caller brings about: what is no review,
// and connections that are turned away. Each is one line, without a stack trace,
// and of many only some are written; the next one says how many were left out.
func quiet(log logr.Logger) logr.Logger {
	if log.GetSink() == nil {
		return log
	}
	limit := flowcontrol.NewTokenBucketRateLimiter(linesPerSecond, burstOfLines)
	return logr.New(&quietSink{LogSink: log.GetSink(), share: &share{limit: limit}})
}

// quietSink writes errors as short lines.
type quietSink struct {
	logr.LogSink
	*share
}

// share is what all loggers that come of one have in common.
type share struct {
	limit flowcontrol.RateLimiter
	left  atomic.Int64
}

// Error implements logr.LogSink.
func (s *quietSink) Error(err error, msg string, keysAndValues ...any) {
	if !s.limit.TryAccept() {
		s.left.Add(1)
		return
	}
	keysAndValues = append(keysAndValues, "error", line(fmt.Sprint(err)))
	if left := s.left.Swap(0); left > 0 {
		keysAndValues = append(keysAndValues, "suppressed", left)
	}
	s.Info(0, msg, keysAndValues...)
}

// WithValues implements logr.LogSink.
func (s *quietSink) WithValues(keysAndValues ...any) logr.LogSink {
	return &quietSink{s.LogSink.WithValues(keysAndValues...), s.share}
}

// WithName implements logr.LogSink.
func (s *quietSink) WithName(name string) logr.LogSink {
	return &quietSink{s.LogSink.WithName(name), s.share}
}

// line makes one short line of a text that somebody else wrote.
func line(text string) string {
	text = strings.Join(strings.Fields(text), " ")
	if len(text) > longestLine {
		text = strings.ToValidUTF8(text[:longestLine], "") + "…"
	}
	return text
}

// errorLog takes what net/http has to say of connections.
type errorLog struct{ log logr.Logger }

// Write implements io.Writer.
func (e errorLog) Write(p []byte) (int, error) {
	e.log.Error(fmt.Errorf("%s", strings.TrimPrefix(string(p), "http: ")), "a connection to the webhooks failed")
	return len(p), nil
}
