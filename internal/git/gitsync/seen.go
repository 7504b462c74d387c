package gitsync

import (
	"crypto/sha256"
	"maps"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
)

// lastSeen holds how each object was when it was last seen to be as Git says.
// While an object looks the same, nobody has changed it: the server gives every
// new spec a new generation. So only what looks different, and what a new commit
// says differently, has to be read.
type lastSeen map[ID]seenState

// seenState is what tells a changed object from an unchanged one.
type seenState struct {
	desired             [sha256.Size]byte
	uid                 types.UID
	generation          int64
	labels, annotations map[string]string
}

// remember takes in an object that is as it should be.
func (m lastSeen) remember(o *Object, l metav1.Object) {
	m[o.ID] = seenState{o.digest, l.GetUID(), l.GetGeneration(), l.GetLabels(), l.GetAnnotations()}
}

// says tells whether the commit says something new of an object that was as it should be.
func (m lastSeen) says(o *Object) bool {
	k, ok := m[o.ID]
	return ok && k.uid != "" && k.desired != o.digest
}

// inPlace says whether an object still looks as it did when it was as the commit says.
func (m lastSeen) inPlace(o *Object, l metav1.Object) bool {
	k, ok := m[o.ID]
	return ok && k.desired == o.digest && l.GetDeletionTimestamp() == nil &&
		k.uid == l.GetUID() && k.generation == l.GetGeneration() &&
		maps.Equal(k.labels, l.GetLabels()) && maps.Equal(k.annotations, l.GetAnnotations())
}
