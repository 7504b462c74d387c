package apiserver

import (
	"context"
	"strings"

	corev1 "k8s.io/api/core/v1"
	apimeta "k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/tools/events"
	"sigs.k8s.io/controller-runtime/pkg/client"

	provostv1 "provost.dev/provost/api/v1alpha1"
)

// Events makes events of what happened to conditions. It says nothing where
// nothing happened: an object that is in order from the start makes no event.
type Events struct {
	Recorder events.EventRecorder
	// Objects is the cache.
	Objects client.Reader
	// Notes are the conditions beside Ready of which there are events.
	Notes []string
}

// evaluate is what the manager did when it found out.
const evaluate = "Evaluate"

// maxNote is what the events API takes.
const maxNote = 1024

// Clip cuts the note of an event to what is taken.
func Clip(note string) string {
	if len(note) <= maxNote {
		return note
	}
	return strings.ToValidUTF8(note[:maxNote-3], "") + "..."
}

// Changed tells of what is new in the conditions of an object. Loud is for one of which every message of Ready=False is news.
func (e *Events) Changed(o client.Object, before, after []metav1.Condition, loud bool) {
	was, is := apimeta.FindStatusCondition(before, provostv1.ConditionReady), apimeta.FindStatusCondition(after, provostv1.ConditionReady)
	switch {
	case is == nil || was != nil && was.Status == is.Status && was.Reason == is.Reason &&
		(!loud || is.Status == metav1.ConditionTrue || was.Message == is.Message):
	case is.Status != metav1.ConditionTrue:
		e.event(o, corev1.EventTypeWarning, is)
	case was != nil:
		e.event(o, corev1.EventTypeNormal, is)
	}
	for _, kind := range e.Notes {
		c := apimeta.FindStatusCondition(after, kind)
		if c != nil && !apimeta.IsStatusConditionTrue(before, kind) {
			e.event(o, corev1.EventTypeWarning, c)
		}
	}
}

func (e *Events) event(o client.Object, kind string, c *metav1.Condition) {
	// About what is in a namespace that is being deleted, no event is taken.
	if state, err := Namespace(context.Background(), e.Objects, o.GetNamespace()); err == nil && state == NamespaceEnding {
		return
	}
	e.Recorder.Eventf(o, nil, kind, c.Reason, evaluate, "%s", Clip(c.Message))
}
