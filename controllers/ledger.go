package controllers

import (
	"context"
	"maps"
	"sync"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/utils/clock"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/handler"
	logf "sigs.k8s.io/controller-runtime/pkg/log"
	"sigs.k8s.io/controller-runtime/pkg/source"

	"provost.dev/provost/internal/cluster/audit"
	"provost.dev/provost/internal/engine/directory"
)

// ledgerName is the ConfigMap that names the namespaces of which the audit log
// tells, each with its uid. What is in a namespace goes with it, and whoever
// starts afterwards could not know that there was anything.
const ledgerName = "provost-audit"

// ledger keeps that ConfigMap, and closes the account of a namespace that has gone.
type ledger struct {
	client client.Client
	live   client.Reader
	log    *audit.Log
	clock  clock.PassiveClock

	mu   sync.Mutex
	open map[string]string // namespace -> uid; nil until it is read
}

// enter makes sure that a namespace is in the ledger before anything of it is in the log.
func (l *ledger) enter(ctx context.Context, namespace string) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if err := l.read(ctx); err != nil {
		return err
	}
	uid, err := l.uid(ctx, namespace)
	if err != nil || uid == "" || l.open[namespace] == uid {
		return err
	}
	if err := l.close(namespace); err != nil {
		return err
	}
	return l.write(ctx, namespace, uid)
}

// Reconcile implements reconcile.Reconciler: it closes the account of a namespace that has gone.
func (l *ledger) Reconcile(ctx context.Context, req ctrl.Request) (ctrl.Result, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if err := l.read(ctx); err != nil {
		return ctrl.Result{}, err
	}
	known, ok := l.open[req.Name]
	if !ok {
		return ctrl.Result{}, nil
	}
	uid, err := l.uid(ctx, req.Name)
	if err != nil || uid == known {
		return ctrl.Result{}, err
	}
	if err := l.close(req.Name); err != nil {
		return ctrl.Result{}, err
	}
	return ctrl.Result{}, l.write(ctx, req.Name, "")
}

// uid is that of a namespace in the cache; empty where there is none.
func (l *ledger) uid(ctx context.Context, namespace string) (string, error) {
	ns := &corev1.Namespace{}
	err := l.client.Get(ctx, types.NamespacedName{Name: namespace}, ns, client.UnsafeDisableDeepCopy)
	return string(ns.UID), client.IgnoreNotFound(err)
}

// close writes that a namespace has gone, where one was there.
func (l *ledger) close(namespace string) error {
	uid, ok := l.open[namespace]
	if !ok {
		return nil
	}
	return l.log.Write(audit.NewNamespaceGone(namespace, uid, l.clock.Now()))
}

// read reads the ConfigMap, once.
func (l *ledger) read(ctx context.Context) error {
	if l.open != nil {
		return nil
	}
	c := &corev1.ConfigMap{}
	err := l.live.Get(ctx, types.NamespacedName{Namespace: directory.SystemNamespace, Name: ledgerName}, c)
	if client.IgnoreNotFound(err) != nil {
		return err
	}
	l.open = maps.Clone(c.Data)
	if l.open == nil {
		l.open = map[string]string{}
	}
	return nil
}

// write enters a namespace with its uid, or strikes it out where that is empty.
// It reads the ConfigMap anew, so that what another leader wrote stays.
func (l *ledger) write(ctx context.Context, namespace, uid string) error {
	c := &corev1.ConfigMap{}
	err := l.live.Get(ctx, types.NamespacedName{Namespace: directory.SystemNamespace, Name: ledgerName}, c)
	exists := err == nil
	if client.IgnoreNotFound(err) != nil {
		return err
	}
	c.Data = maps.Clone(c.Data)
	if c.Data == nil {
		c.Data = map[string]string{}
	}
	c.Data[namespace] = uid
	if uid == "" {
		delete(c.Data, namespace)
	}
	if exists {
		err = l.client.Update(ctx, c)
	} else {
		c.ObjectMeta = metav1.ObjectMeta{
			Namespace: directory.SystemNamespace, Name: ledgerName, Labels: map[string]string{"app.kubernetes.io/part-of": "provost"},
		}
		err = l.client.Create(ctx, c)
	}
	if apierrors.IsNotFound(err) || apierrors.HasStatusCause(err, corev1.NamespaceTerminatingCause) {
		// The system namespace is being deleted, which is an uninstall.
		logf.FromContext(ctx).Info("the audit log's ledger cannot be kept without the system namespace", "namespace", namespace)
		return nil
	}
	if err != nil {
		return err
	}
	l.open = c.Data
	return nil
}

// addLedger adds what closes the accounts of namespaces.
func (s *setup) addLedger(l *ledger) error {
	c, err := s.controller("AuditLedger", 1, l)
	if err != nil {
		return err
	}
	if err := c.Watch(source.Kind(s.mgr.GetCache(), client.Object(&corev1.Namespace{}), &handler.EnqueueRequestForObject{})); err != nil {
		return err
	}
	// Those that went while nobody looked are in the ledger alone.
	return c.Watch(s.queue(func(ctx context.Context, q queueOf) error {
		l.mu.Lock()
		defer l.mu.Unlock()
		if err := l.read(ctx); err != nil {
			return err
		}
		for namespace := range l.open {
			q.Add(request("", namespace))
		}
		return nil
	}))
}
