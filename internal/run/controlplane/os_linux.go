package controlplane

import "syscall"

// dieWithParent has the kernel kill the child when we are gone, however that
// came about. SIGKILL, because an API server that loses its etcd in the middle
// of a graceful end waits for it; etcd's log is written for being killed.
func dieWithParent(attributes *syscall.SysProcAttr) { attributes.Pdeathsig = syscall.SIGKILL }
