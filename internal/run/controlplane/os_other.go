//go:build !unix

package controlplane

import (
	"errors"
	"os"
	"os/exec"
)

func setProcessAttributes(*exec.Cmd) {}

func terminate(p *os.Process) error { return p.Kill() }

func tryLock(*os.File) (bool, error) {
	return false, errors.New("a control plane can be run on Linux and macOS only; use a cluster instead")
}
