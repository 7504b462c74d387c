package controllers

import (
	"context"

	apimeta "k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/tools/events"
	"sigs.k8s.io/controller-runtime/pkg/client"

	provostv1 "provost.dev/provost/api/v1alpha1"
	"provost.dev/provost/controllers/status"
)

// announcer makes events of what happened to conditions. It says nothing where
// nothing happened: an object that is in order from the start makes no event.
type announcer struct {
	recorder events.EventRecorder
	// namespaces is the cache.
	namespaces client.Reader
}

// evaluate is what the manager did when it found out.
const evaluate = "Evaluate"

// maxEventNote is what the events API takes.
const maxEventNote = 1024

// announce tells of what is new in the conditions of an object. Loud is for one of which every message of Ready=False is news.
func (a *announcer) announce(o client.Object, before, after []metav1.Condition, loud bool) {
	was, is := apimeta.FindStatusCondition(before, provostv1.ConditionReady), apimeta.FindStatusCondition(after, provostv1.ConditionReady)
	switch {
	case is == nil || was != nil && was.Status == is.Status && was.Reason == is.Reason &&
		(!loud || is.Status == metav1.ConditionTrue || was.Message == is.Message):
	case is.Status != metav1.ConditionTrue:
		a.event(o, corev1.EventTypeWarning, is)
	case was != nil:
		a.event(o, corev1.EventTypeNormal, is)
	}
	for _, kind := range status.Notes {
		c := apimeta.FindStatusCondition(after, kind)
		if c != nil && !apimeta.IsStatusConditionTrue(before, kind) {
			a.event(o, corev1.EventTypeWarning, c)
		}
	}
}

func (a *announcer) event(o client.Object, kind string, c *metav1.Condition) {
	if a.refused(o) {
		return
	}
	text := c.Message
	if len(text) > maxEventNote {
		text = text[:maxEventNote-3] + "..."
	}
	a.recorder.Eventf(o, nil, kind, c.Reason, evaluate, "%s", text)
}

// refused says of an object that no event about it is taken: its namespace is being deleted.
func (a *announcer) refused(o client.Object) bool {
	ns := &corev1.Namespace{}
	err := a.namespaces.Get(context.Background(), types.NamespacedName{Name: o.GetNamespace()}, ns, client.UnsafeDisableDeepCopy)
	return err == nil && ns.DeletionTimestamp != nil
}
