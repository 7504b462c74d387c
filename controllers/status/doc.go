// Package status says what the status of an object ought to be: what the engine
// says and the object go in, the fields of its status and its conditions come
// out. It asks no API server and has no clock; whoever writes statuses compares
// and writes (package controllers).
//
// There is one file a kind. What is wrong with an object, and in which words, is
// for engine/findings to say; the weightiest of it speaks in the condition Ready.
// Beside Ready stand notes, each about one thing that somebody should know and that
// changes nothing. told.go says which finding is told where, and conditions.go makes
// conditions of them.
package status
