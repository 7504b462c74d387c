//go:build unix && !linux

package controlplane

import "syscall"

// dieWithParent does nothing: only Linux can do it. Programs that outlive us
// keep the data directory's lock, so that the next start says so.
func dieWithParent(*syscall.SysProcAttr) {}
