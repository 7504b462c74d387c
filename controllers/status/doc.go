// Package status says what the status of an object ought to be: what the engine
// says and the object go in, the fields of its status and its conditions come
// out. It asks no API server and has no clock; whoever writes statuses compares
// and writes (package controllers).
//
// There is one file a kind. A kind's policies look at one thing each, in the
// order in which their findings matter; the first that finds something speaks
// in the condition Ready. Beside Ready stand notes, each about one thing that
// somebody should know and that changes nothing. conditions.go makes conditions
// of both.
package status
