package recorder

import (
	"context"
	"maps"
	"slices"
	"sync"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/utils/clock"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	logf "sigs.k8s.io/controller-runtime/pkg/log"

	"provost.dev/provost/internal/cluster/audit"
	"provost.dev/provost/internal/engine/directory"
)

// registerName is the ConfigMap that names the namespaces of which the audit log
// tells, each with its uid. What is in a namespace goes with it, and whoever
// starts afterwards could not know that there was anything.
const registerName = "provost-audit"

// register keeps that ConfigMap, and tells the log of a namespace that has gone.
type register struct {
	client client.Client
	live   client.Reader
	log    *audit.Log
	clock  clock.PassiveClock

	mu         sync.Mutex
	namespaces map[string]string // namespace -> uid; nil until it is read
}

// enter makes sure that a namespace is in the register before anything of it is in the log.
func (r *register) enter(ctx context.Context, namespace string) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if err := r.read(ctx); err != nil {
		return err
	}
	uid, err := r.uid(ctx, namespace)
	if err != nil || uid == "" || r.namespaces[namespace] == uid {
		return err
	}
	if err := r.strike(namespace); err != nil {
		return err
	}
	return r.write(ctx, namespace, uid)
}

// Reconcile implements reconcile.Reconciler: it strikes out a namespace that has gone.
func (r *register) Reconcile(ctx context.Context, req ctrl.Request) (ctrl.Result, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if err := r.read(ctx); err != nil {
		return ctrl.Result{}, err
	}
	known, ok := r.namespaces[req.Name]
	if !ok {
		return ctrl.Result{}, nil
	}
	uid, err := r.uid(ctx, req.Name)
	if err != nil || uid == known {
		return ctrl.Result{}, err
	}
	if err := r.strike(req.Name); err != nil {
		return ctrl.Result{}, err
	}
	return ctrl.Result{}, r.write(ctx, req.Name, "")
}

// uid is that of a namespace in the cache; empty where there is none.
func (r *register) uid(ctx context.Context, namespace string) (string, error) {
	ns := &corev1.Namespace{}
	err := r.client.Get(ctx, types.NamespacedName{Name: namespace}, ns, client.UnsafeDisableDeepCopy)
	return string(ns.UID), client.IgnoreNotFound(err)
}

// strike writes that a namespace has gone, where one was there.
func (r *register) strike(namespace string) error {
	uid, ok := r.namespaces[namespace]
	if !ok {
		return nil
	}
	return r.log.Write(audit.NewNamespaceGone(namespace, uid, r.clock.Now()))
}

// read reads the ConfigMap, once.
func (r *register) read(ctx context.Context) error {
	if r.namespaces != nil {
		return nil
	}
	c := &corev1.ConfigMap{}
	err := r.live.Get(ctx, types.NamespacedName{Namespace: directory.SystemNamespace, Name: registerName}, c)
	if client.IgnoreNotFound(err) != nil {
		return err
	}
	r.namespaces = maps.Clone(c.Data)
	if r.namespaces == nil {
		r.namespaces = map[string]string{}
	}
	return nil
}

// write enters a namespace with its uid, or strikes it out where that is empty.
// It reads the ConfigMap anew, so that what another leader wrote stays.
func (r *register) write(ctx context.Context, namespace, uid string) error {
	c := &corev1.ConfigMap{}
	err := r.live.Get(ctx, types.NamespacedName{Namespace: directory.SystemNamespace, Name: registerName}, c)
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
		err = r.client.Update(ctx, c)
	} else {
		c.ObjectMeta = metav1.ObjectMeta{
			Namespace: directory.SystemNamespace, Name: registerName, Labels: map[string]string{"app.kubernetes.io/part-of": "provost"},
		}
		err = r.client.Create(ctx, c)
	}
	if apierrors.IsNotFound(err) || apierrors.HasStatusCause(err, corev1.NamespaceTerminatingCause) {
		// The system namespace is being deleted, which is an uninstall.
		logf.FromContext(ctx).Info("the audit log's register of namespaces cannot be kept without the system namespace", "namespace", namespace)
		return nil
	}
	if err != nil {
		return err
	}
	r.namespaces = c.Data
	return nil
}

// all are the namespaces in the register.
func (r *register) all(ctx context.Context) ([]string, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if err := r.read(ctx); err != nil {
		return nil, err
	}
	return slices.Sorted(maps.Keys(r.namespaces)), nil
}
