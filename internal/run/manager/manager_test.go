package manager

import (
	"strings"
	"testing"
	"time"

	"github.com/spf13/pflag"
	"k8s.io/client-go/rest"
)

func TestFlags(t *testing.T) {
	t.Setenv("POD_NAMESPACE", "somewhere")
	var o Options
	flags := pflag.NewFlagSet("manager", pflag.ContinueOnError)
	o.AddFlags(flags)
	if !o.LeaderElection || o.LeaderElectionNamespace != "somewhere" {
		t.Errorf("in a cluster, replicas agree in their own namespace: %+v", o)
	}
	for _, address := range []string{o.MetricsAddress, o.ProbeAddress} {
		if !strings.HasPrefix(address, "127.0.0.1:") {
			t.Errorf("served to others without being asked to: %s", address)
		}
	}
	if o.GitSyncAllowLocal {
		t.Error("repositories on the disk are read without being asked to")
	}
	err := flags.Parse(strings.Fields("--concurrency=3 --recount-interval=5s --leader-elect=false --gitsync-allow-local " +
		"--metrics-bind-address=0"))
	if err != nil {
		t.Fatal(err)
	}
	if o.Concurrency != 3 || o.Recount != 5*time.Second || o.LeaderElection || !o.GitSyncAllowLocal || o.MetricsAddress != Off {
		t.Errorf("flags are not taken: %+v", o)
	}
}

func TestUnlimited(t *testing.T) {
	given := &rest.Config{Host: "https://example.org", QPS: 5, Burst: 10}
	c := unlimited(given)
	if c.QPS != -1 || c.UserAgent == "" || c.Host != given.Host {
		t.Errorf("%+v", c)
	}
	if given.QPS != 5 || given.UserAgent != "" {
		t.Error("the caller's configuration was changed")
	}
}
