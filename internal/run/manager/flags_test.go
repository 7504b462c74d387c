package manager

import (
	"strings"
	"testing"

	"github.com/spf13/pflag"
)

func TestGitSyncFlags(t *testing.T) {
	for _, tt := range []struct {
		args string
		says string // in the error; empty where there is none
		want string
	}{
		{"", "", " | | 512Mi | 32Mi"},
		{"--gitsync-allow-networks=10.20.0.0/16,192.0.2.7 --gitsync-allow-networks=fd00:1234::/32", "",
			"10.20.0.0/16,192.0.2.7/32,fd00:1234::/32 | | 512Mi | 32Mi"},
		{"--gitsync-deny-networks=0.0.0.0/0,::/0", "", " | 0.0.0.0/0,::/0 | 512Mi | 32Mi"},
		{"--gitsync-max-repository=2Gi --gitsync-max-references=8Mi", "", " | | 2Gi | 8Mi"},
		{"--gitsync-allow-networks=example.org", "is no network", ""},
		{"--gitsync-allow-networks=10.20.0.0/8", "did you mean 10.0.0.0/8?", ""},
		{"--gitsync-allow-networks=::ffff:10.0.0.0/104", "write it as IPv4", ""},
		{"--gitsync-deny-networks=", "is no network", ""},
		{"--gitsync-max-repository=0", "between 1Mi and 1Ti", ""},
		{"--gitsync-max-repository=lots", "between 1Mi and 1Ti", ""},
		{"--gitsync-max-references=-1Gi", "between 1Mi and 1Ti", ""},
	} {
		var o Options
		f := pflag.NewFlagSet("manager", pflag.ContinueOnError)
		o.AddFlags(f)
		err := f.Parse(strings.Fields(tt.args))
		if tt.says != "" {
			if err == nil || !strings.Contains(err.Error(), tt.says) {
				t.Errorf("%s: %v does not say %q", tt.args, err, tt.says)
			}
			continue
		}
		if err != nil {
			t.Errorf("%s: %v", tt.args, err)
			continue
		}
		var got []string
		for _, name := range []string{"allow-networks", "deny-networks", "max-repository", "max-references"} {
			got = append(got, f.Lookup("gitsync-"+name).Value.String())
		}
		if got := strings.Join(got, " | "); strings.ReplaceAll(got, "  ", " ") != tt.want {
			t.Errorf("%s: %q, want %q", tt.args, got, tt.want)
		}
	}
}
