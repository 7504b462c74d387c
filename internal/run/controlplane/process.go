package controlplane

import (
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"time"
)

// process is one running program.
type process struct {
	component Component
	logPath   string
	cmd       *exec.Cmd
	// expendable is set before it is killed on purpose; the control plane's lock guards it.
	expendable bool

	exited  chan struct{} // closed when it has ended
	exitErr error         // how; to be read after exited
}

// processSpec says how to start a program.
type processSpec struct {
	component Component
	binDir    string
	workDir   string
	args      []string
	logPath   string
	// keepLog appends to the log of an earlier process of the same start.
	keepLog bool
	// held is an open file that the program inherits and so keeps locked.
	held *os.File
}

// startProcess starts a program in a process group of its own, so that Ctrl-C
// at a terminal reaches only us and we can stop the programs in order.
func startProcess(spec processSpec) (*process, error) {
	logFile, err := OpenLog(spec.logPath, spec.keepLog)
	if err != nil {
		return nil, err
	}
	defer func() { _ = logFile.Close() }() // the child has its own

	cmd := exec.Command(filepath.Join(spec.binDir, string(spec.component)), spec.args...)
	cmd.Dir = spec.workDir
	cmd.Env = childEnvironment(os.Environ())
	// A file rather than a pipe: nothing of ours stands between a program and its log.
	cmd.Stdout, cmd.Stderr = logFile, logFile
	if spec.held != nil {
		cmd.ExtraFiles = []*os.File{spec.held}
	}
	setProcessAttributes(cmd)

	p := &process{component: spec.component, logPath: spec.logPath, cmd: cmd, exited: make(chan struct{})}
	started := make(chan error)
	go func() {
		// Linux kills the child when the thread that started it ends, not the
		// process; so this thread stays for as long as the child.
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		err := cmd.Start()
		started <- err
		if err == nil {
			p.exitErr = cmd.Wait()
			close(p.exited)
		}
	}()
	if err := <-started; err != nil {
		return nil, fmt.Errorf("cannot run %s: %w", cmd.Path, err)
	}
	return p, nil
}

// stop asks the program to end, kills it if it has not within grace, and
// returns once it is gone. Killing is reported as an error.
//
// When pointless is closed, before or meanwhile, there is nothing left that the
// program could bring to an end: it is killed after a moment, which is no error.
func (p *process) stop(grace time.Duration, pointless <-chan struct{}) error {
	select {
	case <-p.exited:
		return nil
	default:
	}
	if err := terminate(p.cmd.Process); err == nil {
		timer := time.NewTimer(grace)
		defer timer.Stop()
		select {
		case <-p.exited:
			return nil
		case <-pointless:
			p.killAfter(moment)
			return nil
		case <-timer.C:
		}
	}
	p.kill()
	return fmt.Errorf("%s did not end within %s and was killed", p.component, grace)
}

// moment is how long a program may take to end that cannot end in order.
const moment = time.Second

// killAfter ends the program, which has been asked to end, once it had so long.
func (p *process) killAfter(d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-p.exited:
	case <-timer.C:
		p.kill()
	}
}

// kill ends the program at once and returns when it is gone.
func (p *process) kill() {
	_ = p.cmd.Process.Kill() // fails only if it has ended
	<-p.exited
}

// died describes an end that nobody asked for.
func (p *process) died() *ExitError {
	return &ExitError{Component: p.component, Cause: p.exitErr, LogPath: p.logPath, LogTail: tail(p.logPath)}
}

// childEnvironment drops what would change how the programs behave: etcd reads
// every flag from ETCD_*, Kubernetes programs think that they run in a pod, and
// a service manager would take etcd's word that we are ready.
func childEnvironment(environment []string) []string {
	var kept []string
	for _, entry := range environment {
		if strings.HasPrefix(entry, "ETCD_") || strings.HasPrefix(entry, "KUBERNETES_") ||
			strings.HasPrefix(entry, "NOTIFY_SOCKET=") {
			continue
		}
		kept = append(kept, entry)
	}
	return kept
}

// OpenLog starts a new log, or goes on with the one that is there. Of the last start's, one is kept beside it.
func OpenLog(path string, keep bool) (*os.File, error) {
	flags := os.O_CREATE | os.O_WRONLY | os.O_APPEND
	if !keep {
		if err := os.Rename(path, path+".1"); err != nil && !os.IsNotExist(err) {
			return nil, fmt.Errorf("cannot put the last log aside: %w", err)
		}
	}
	file, err := os.OpenFile(path, flags, 0o600)
	if err != nil {
		return nil, fmt.Errorf("cannot write the log: %w", err)
	}
	return file, nil
}

const (
	tailLines = 15
	tailBytes = 16 << 10
)

// tail returns the last lines of a file; "" if it cannot be read.
func tail(path string) string {
	file, err := os.Open(path)
	if err != nil {
		return ""
	}
	defer func() { _ = file.Close() }()
	if size, err := file.Seek(0, io.SeekEnd); err == nil {
		if _, err := file.Seek(max(0, size-tailBytes), io.SeekStart); err != nil {
			return ""
		}
	}
	data, err := io.ReadAll(file)
	if err != nil {
		return ""
	}
	lines := strings.Split(strings.TrimRight(string(data), "\n"), "\n")
	return strings.Join(lines[max(0, len(lines)-tailLines):], "\n")
}
