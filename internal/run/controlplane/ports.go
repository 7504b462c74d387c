package controlplane

import (
	"errors"
	"fmt"
	"net"
	"strings"
	"syscall"
)

// freePort asks the system for a port that nobody uses. Somebody may take it
// before our program does; launch tries again then.
func freePort(address string) (int, error) {
	listener, err := net.Listen("tcp", endpoint(address, 0))
	if err != nil {
		return 0, fmt.Errorf("cannot listen on %s: %w", address, err)
	}
	defer listener.Close()
	return listener.Addr().(*net.TCPAddr).Port, nil
}

// portFree tells whether a program could listen there now.
func portFree(address string, port int) error {
	listener, err := net.Listen("tcp", endpoint(address, port))
	if err != nil {
		return err
	}
	return listener.Close()
}

// choosePort decides the API server's port. The one that was asked for is taken
// or refused; the one of the last start is preferred, so that kubeconfigs given
// out stay good. fixed tells that no other one will do.
func choosePort(options Options, last int) (port int, fixed bool, err error) {
	if options.Port != 0 {
		err := portFree(options.Listen, options.Port)
		switch {
		case errors.Is(err, syscall.EADDRINUSE):
			return 0, true, fmt.Errorf("%w: another program listens on %s; choose another port, or 0 for any free one",
				ErrPortInUse, endpoint(options.Listen, options.Port))
		case err != nil:
			return 0, true, fmt.Errorf("cannot listen on %s: %w; choose another address or port", endpoint(options.Listen, options.Port), err)
		}
		return options.Port, true, nil
	}
	if last != 0 && portFree(options.Listen, last) == nil {
		return last, false, nil
	}
	port, err = freePort(options.Listen)
	if err == nil && last != 0 {
		options.Progress(fmt.Sprintf("port %d of the last start is taken; using %d", last, port))
	}
	return port, false, err
}

// portTaken tells whether a program ended because of its port.
func portTaken(err error) bool {
	var exit *ExitError
	return errors.As(err, &exit) && strings.Contains(exit.LogTail, "address already in use")
}
