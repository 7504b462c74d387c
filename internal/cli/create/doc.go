// Package create holds the commands below "provost new", which write new
// manifests: an organisation with what it begins with, or one object.
package create
