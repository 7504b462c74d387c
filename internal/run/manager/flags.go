package manager

import (
	"fmt"
	"net/netip"
	"strings"

	"k8s.io/apimachinery/pkg/api/resource"

	"provost.dev/provost/internal/git/gittransport"
)

// networks is a flag that takes networks, several with commas or by naming it again.
type networks []netip.Prefix

// String implements pflag.Value.
func (n *networks) String() string {
	texts := make([]string, len(*n))
	for i, p := range *n {
		texts[i] = p.String()
	}
	return strings.Join(texts, ",")
}

// Set implements pflag.Value.
func (n *networks) Set(text string) error {
	for part := range strings.SplitSeq(text, ",") {
		p, err := gittransport.ParseNetwork(strings.TrimSpace(part))
		if err != nil {
			return err
		}
		*n = append(*n, p)
	}
	return nil
}

// Type implements pflag.Value.
func (n *networks) Type() string { return "networks" }

// size is a flag that takes a number of bytes as Kubernetes writes it: 512Mi.
type size int64

// String implements pflag.Value.
func (s *size) String() string { return resource.NewQuantity(int64(*s), resource.BinarySI).String() }

// Set implements pflag.Value.
func (s *size) Set(text string) error {
	q, err := resource.ParseQuantity(text)
	if err != nil || q.Value() < 1<<20 || q.Value() > 1<<40 {
		return fmt.Errorf("%q is no size between 1Mi and 1Ti; write it as 512Mi or 1Gi", text)
	}
	*s = size(q.Value())
	return nil
}

// Type implements pflag.Value.
func (s *size) Type() string { return "size" }
