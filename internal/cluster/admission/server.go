package admission

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log"
	"net"
	"net/http"
	"path/filepath"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/go-logr/logr"
	"sigs.k8s.io/controller-runtime/pkg/certwatcher"
	"sigs.k8s.io/controller-runtime/pkg/webhook/admission"
)

// How long a caller may take for what.
const (
	headerPatience = 5 * time.Second // the handshake too
	readPatience   = 10 * time.Second
	writePatience  = 40 * time.Second // an API server waits for 30 seconds at most
	idlePatience   = 2 * time.Minute
	stopPatience   = 30 * time.Second
	mostHeader     = 16 << 10
)

// server serves the webhooks, on every replica. It starts once there is a
// certificate: at the first start of all, one is made while this process runs.
type server struct {
	Serving
	handler http.Handler
	log     logr.Logger
	serving atomic.Bool
}

// newServer is a server of handlers by their paths.
func newServer(s Serving, handlers map[string]admission.Handler, log logr.Logger) (*server, error) {
	mux, log := http.NewServeMux(), quiet(log)
	for path, handler := range handlers {
		hook, err := admission.StandaloneWebhook(&admission.Webhook{Handler: handler},
			admission.StandaloneOptions{Logger: log, MetricsPath: path})
		if err != nil {
			return nil, err
		}
		mux.Handle(path, hook)
	}
	return &server{Serving: s, handler: newIntake(mux, log), log: log}, nil
}

// NeedLeaderElection implements manager.LeaderElectionRunnable: every replica answers.
func (s *server) NeedLeaderElection() bool { return false }

// Check is a readiness check.
func (s *server) Check(*http.Request) error {
	if !s.serving.Load() {
		return errors.New("the webhooks are not served yet: waiting for their certificate")
	}
	return nil
}

// Start implements manager.Runnable.
func (s *server) Start(ctx context.Context) error {
	if !s.await(ctx) {
		return nil
	}
	config, err := s.tls(ctx)
	if err != nil {
		return fmt.Errorf("serving the webhooks: %w", err)
	}
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", net.JoinHostPort(s.Host, strconv.Itoa(s.Port)))
	if err != nil {
		return fmt.Errorf("serving the webhooks: %w", err)
	}
	web := &http.Server{
		Handler: s.handler, TLSConfig: config, ErrorLog: log.New(errorLog{s.log}, "", 0), MaxHeaderBytes: mostHeader,
		ReadHeaderTimeout: headerPatience, ReadTimeout: readPatience, WriteTimeout: writePatience, IdleTimeout: idlePatience,
	}
	stopped := make(chan struct{})
	go func() {
		defer close(stopped)
		<-ctx.Done()
		ending, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopPatience)
		defer cancel()
		if err := web.Shutdown(ending); err != nil {
			s.log.Error(err, "requests to the webhooks were cut off")
		}
	}()
	s.log.Info("serving the webhooks", "address", listener.Addr().String(), "clientCertificates", s.Callers.demanded())
	s.serving.Store(true)
	if err := web.ServeTLS(listener, "", ""); !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("serving the webhooks: %w", err)
	}
	<-stopped
	return nil
}

// tls is how connections are secured.
func (s *server) tls(ctx context.Context) (*tls.Config, error) {
	config := &tls.Config{MinVersion: tls.VersionTLS13, NextProtos: []string{"h2", "http/1.1"}}
	s.Callers.demand(config)
	if s.Certificate != nil {
		config.Certificates = []tls.Certificate{*s.Certificate}
		return config, nil
	}
	files, err := certwatcher.New(filepath.Join(s.CertDir, "tls.crt"), filepath.Join(s.CertDir, "tls.key"))
	if err != nil {
		return nil, err
	}
	config.GetCertificate = files.GetCertificate
	go func() {
		if err := files.Start(ctx); err != nil {
			s.log.Error(err, "the webhooks' certificate is not followed any more")
		}
	}()
	return config, nil
}
