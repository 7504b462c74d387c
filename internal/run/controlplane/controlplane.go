package controlplane

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"k8s.io/client-go/rest"
)

// ControlPlane is a running control plane. Its methods may be called from any
// goroutine.
type ControlPlane struct {
	options     Options
	dir         *dataDir
	credentials *credentials
	versions    map[Component]string
	admin       *rest.Config
	ports       map[Component]int // as they are once Start has returned

	mu        sync.Mutex
	processes map[Component]*process
	stopping  bool
	err       error // the first unexpected end

	reviving sync.Mutex    // held while a program is being revived
	quit     chan struct{} // closed when Stop begins
	stopped  chan struct{} // closed when nothing runs any more
	stopOnce sync.Once
	stopErr  error
}

// grace is how long a program may take to end when asked to.
var grace = map[Component]time.Duration{
	ControllerManager: 5 * time.Second,
	APIServer:         15 * time.Second,
	Etcd:              15 * time.Second,
}

// Start starts etcd, the API server and the controller manager, and returns
// when all of them are ready. ctx bounds the start and nothing after it: end
// the control plane with Stop, after those who use it have ended.
//
// If Start fails, nothing runs and the data directory is free.
func Start(ctx context.Context, options Options) (*ControlPlane, error) {
	options, err := options.withDefaults()
	if err != nil {
		return nil, err
	}
	if err := requireBinaries(options.BinDir); err != nil {
		return nil, err
	}
	versions, err := binaryVersions(ctx, options.BinDir)
	if err != nil {
		return nil, err
	}
	dir, err := openDataDir(options.DataDir)
	if err != nil {
		return nil, err
	}
	c := &ControlPlane{
		options:   options,
		dir:       dir,
		versions:  versions,
		ports:     map[Component]int{},
		processes: map[Component]*process{},
		quit:      make(chan struct{}),
		stopped:   make(chan struct{}),
	}
	if err := c.start(ctx); err != nil {
		return nil, errors.Join(err, c.Stop())
	}
	return c, nil
}

func (c *ControlPlane) start(ctx context.Context) error {
	last, err := c.dir.readRecord()
	if err != nil {
		return err
	}
	if err := checkVersions(last.Versions, c.versions); err != nil {
		return err
	}
	port, fixed, err := choosePort(c.options, last.Port)
	if err != nil {
		return err
	}
	c.ports[APIServer] = port
	if last.Versions == nil {
		// Before anything else, because it marks the directory as ours.
		if err := c.dir.writeRecord(record{Versions: c.versions, Port: port}); err != nil {
			return err
		}
	}
	if c.credentials, err = writeCredentials(c.dir, c.options.Listen); err != nil {
		return err
	}
	if len(c.options.Webhooks) > 0 {
		if _, c.credentials.webhookCA, err = WriteWebhookClient(c.dir.file("pki"), c.options.Webhooks); err != nil {
			return err
		}
	}

	for _, component := range components {
		c.options.Progress(fmt.Sprintf("starting %s %s", component, c.versions[component]))
		if err := c.launch(ctx, component, fixed && component == APIServer); err != nil {
			return err
		}
	}
	// Now the directory is these versions', and the port is final.
	if err := c.dir.writeRecord(record{Versions: c.versions, Port: c.ports[APIServer]}); err != nil {
		return err
	}
	return WriteKubeconfig(c.Kubeconfig(), adminUser, c.admin)
}

// launchAttempts bounds how often a program may lose its port to another one
// between our choice and its start.
const launchAttempts = 5

// launch starts one program and waits until it is ready. Unless the port is
// fixed, another one is tried when it is taken.
func (c *ControlPlane) launch(ctx context.Context, component Component, fixed bool) error {
	for attempt := 1; ; attempt++ {
		if component != APIServer || attempt > 1 {
			address := loopback
			if component == APIServer {
				address = c.options.Listen
			}
			port, err := freePort(address)
			if err != nil {
				return err
			}
			c.ports[component] = port
		}
		if component == APIServer {
			if err := c.issueConfigs(); err != nil {
				return err
			}
		}
		err := c.run(ctx, component, attempt > 1)
		if err == nil || !portTaken(err) {
			return err
		}
		if fixed {
			return fmt.Errorf("%w: %w", ErrPortInUse, err)
		}
		if attempt == launchAttempts {
			return err
		}
	}
}

// issueConfigs makes what depends on the API server's port.
func (c *ControlPlane) issueConfigs() (err error) {
	if c.admin, err = c.userConfig(adminUser, adminGroup); err != nil {
		return err
	}
	manager, err := c.userConfig(managerUser)
	if err != nil {
		return err
	}
	return WriteKubeconfig(c.dir.pki(managerKubeconfig), managerUser, manager)
}

// run starts a program on its port, waits until it is ready and watches over it
// from then on.
func (c *ControlPlane) run(ctx context.Context, component Component, keepLog bool) error {
	probe, err := c.probe(component)
	if err != nil {
		return err
	}
	p, err := startProcess(processSpec{
		component: component,
		binDir:    c.options.BinDir,
		workDir:   c.dir.path,
		args:      c.args(component),
		logPath:   c.dir.log(component),
		keepLog:   keepLog,
		held:      c.dir.lock,
	})
	if err != nil {
		return err
	}
	if err := waitReady(ctx, p, probe, c.options.StartTimeout); err != nil {
		p.kill()
		return err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.stopping {
		p.kill()
		return errors.New("the control plane is being stopped")
	}
	c.processes[component] = p
	go c.watch(p)
	return nil
}

func (c *ControlPlane) probe(component Component) (*probe, error) {
	admin := keyPair{}
	if c.admin != nil {
		admin = keyPair{cert: c.admin.CertData, key: c.admin.KeyData}
	}
	switch component {
	case Etcd:
		return newProbe(c.etcdURL()+"/readyz", c.credentials.etcd, c.credentials.etcdClient)
	case APIServer:
		return newProbe(c.URL()+"/readyz?verbose", c.credentials.cluster, admin)
	default:
		probe, err := newProbe("https://"+endpoint(loopback, c.ports[component])+"/healthz?verbose", c.credentials.cluster, admin)
		if err == nil {
			// It is healthy before it has begun; its controllers are listed as they start.
			probe.checks = controllers
		}
		return probe, err
	}
}

// watch ends the control plane when a program ends that should not have.
func (c *ControlPlane) watch(p *process) {
	<-p.exited
	c.mu.Lock()
	unexpected := !c.stopping && !p.expendable
	if unexpected && c.err == nil {
		c.err = p.died()
	}
	c.mu.Unlock()
	if unexpected {
		_ = c.Stop() // the cause is already known
	}
}

// Stop ends the controller manager, the API server and etcd, in this order, and
// returns when they are gone and the data directory is free. A program that
// does not end by itself in a few seconds is killed, which is the only error.
// Where etcd is gone the others are killed after a moment: they would wait for
// it until their time is up, and have nothing left to write to.
// Stop may be called more than once.
func (c *ControlPlane) Stop() error {
	c.stopOnce.Do(func() {
		c.mu.Lock()
		c.stopping = true
		c.mu.Unlock()
		close(c.quit)
		c.reviving.Lock() // what is half started would be missed
		defer c.reviving.Unlock()
		var failures []error
		var withoutEtcd <-chan struct{}
		if etcd := c.processes[Etcd]; etcd != nil {
			withoutEtcd = etcd.exited
		}
		for i := len(components) - 1; i >= 0; i-- {
			if p := c.processes[components[i]]; p != nil {
				failures = append(failures, p.stop(grace[components[i]], withoutEtcd))
			}
		}
		c.stopErr = errors.Join(append(failures, c.dir.close())...)
		close(c.stopped)
	})
	return c.stopErr
}

// Done is closed when the control plane has ended, by Stop or because a program
// failed; Err tells which.
func (c *ControlPlane) Done() <-chan struct{} { return c.stopped }

// Err returns an *ExitError if a program ended unexpectedly, else nil.
func (c *ControlPlane) Err() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.err
}

// Wait blocks until the control plane has ended and returns Err, or until ctx
// ends and returns its error.
func (c *ControlPlane) Wait(ctx context.Context) error {
	select {
	case <-c.stopped:
		return c.Err()
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Kill ends one program at once, as a crash would, without ending the others.
// It is for tests of what a client makes of that; Revive undoes it.
func (c *ControlPlane) Kill(component Component) error {
	c.mu.Lock()
	p := c.processes[component]
	if p == nil || c.stopping || p.expendable {
		c.mu.Unlock()
		return fmt.Errorf("%s does not run", component)
	}
	p.expendable = true
	c.mu.Unlock()
	p.kill()
	return nil
}

// Revive starts a program that Kill has ended, on the same port and with the
// same arguments, and returns when it is ready.
func (c *ControlPlane) Revive(ctx context.Context, component Component) error {
	c.reviving.Lock()
	defer c.reviving.Unlock()
	c.mu.Lock()
	p := c.processes[component]
	killed := p != nil && p.expendable && !c.stopping
	c.mu.Unlock()
	if !killed {
		return fmt.Errorf("%s was not killed", component)
	}
	<-p.exited
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	go func() {
		select {
		case <-c.quit:
			cancel()
		case <-ctx.Done():
		}
	}()
	return c.run(ctx, component, true)
}

// RESTConfig returns the administrator's client configuration. It is a copy,
// with client-go's default limits; set QPS to -1 to leave limiting to the server.
func (c *ControlPlane) RESTConfig() *rest.Config { return rest.CopyConfig(c.admin) }

// Kubeconfig returns the path of the administrator's kubeconfig.
func (c *ControlPlane) Kubeconfig() string { return c.dir.kubeconfig() }

// URL returns the API server's address.
func (c *ControlPlane) URL() string {
	return "https://" + endpoint(c.options.Listen, c.ports[APIServer])
}

// Version returns a program's version, without a leading "v".
func (c *ControlPlane) Version(component Component) string { return c.versions[component] }

// Logs returns the path of a program's log.
func (c *ControlPlane) Logs(component Component) string { return c.dir.log(component) }
