package controllers_test

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/rest"
	"sigs.k8s.io/controller-runtime/pkg/client"

	provostv1 "provost.dev/provost/api/v1alpha1"
	"provost.dev/provost/internal/run/manager"
	"provost.dev/provost/internal/testing/testenv"
)

// writers is how many writes are under way at once, for the manager and for the bare client alike.
const writers = 16

// BenchmarkConvergence enrols a cohort of 5,000 out of 20,000 people with one
// change and waits until every effective permission is there, with and without
// an audit log. The bare client then writes the same objects into another
// namespace; bare-x is how many times as long the manager took.
func BenchmarkConvergence(b *testing.B) {
	env := testenv.Start(b)
	for _, c := range []struct{ name, log string }{{"without an audit log", ""}, {"with an audit log", "audit.log"}} {
		b.Run(c.name, func(b *testing.B) {
			for range b.N {
				took, written := enrol(b, env, func(o *manager.Options) {
					if c.log != "" {
						o.Audit.Path = filepath.Join(b.TempDir(), c.log)
					}
				})
				bare := writeBare(b, env.Client, env.Config)
				b.ReportMetric(took.Seconds(), "s/manager")
				b.ReportMetric(bare.Seconds(), "s/bare")
				b.ReportMetric(took.Seconds()/bare.Seconds(), "bare-x")
				b.ReportMetric(float64(written), "writes")
			}
		})
	}
}

// enrol gives a cohort a role, and returns how long it took until that was to be seen everywhere, and how many writes.
func enrol(b *testing.B, env *testenv.Env, change func(*manager.Options)) (took time.Duration, written int) {
	const cohort, cohorts = 5000, 4
	env.Clear(b)
	env.Namespace(b, "acme", nil)
	env.Namespace(b, "bare", nil)
	for c := range cohorts {
		var members []string
		for i := range cohort {
			members = append(members, fmt.Sprintf("{name: p%d-%04d}", c, i))
		}
		env.Apply(b, "acme", fmt.Sprintf("{kind: Group, metadata: {name: cohort-%d}, spec: {members: [%s]}}", c, strings.Join(members, ", ")))
	}
	env.Apply(b, "acme", school)
	r := run(b, env, func(o *manager.Options) { o.Concurrency = writers; o.Recount = 30 * time.Second }, change)
	defer r.stop()
	env.Expect(b, "Group/acme/cohort-3 memberCount=5000\nCourse/acme/algebra Ready=True/Succeeded")
	calm(r.writes)

	before := r.writes.Total()
	start := time.Now()
	env.Apply(b, "acme", `
kind: RoleBinding
metadata: {name: all}
spec: {entityRef: {kind: Course, name: algebra}, roleRef: {name: course-student}, subjects: [{kind: Group, name: cohort-1}]}`)
	for r.writes.Of("POST effectivepermissions") < cohort {
		time.Sleep(5 * time.Millisecond)
	}
	took = time.Since(start)
	calm(r.writes)
	return took, r.writes.Total() - before
}

// writeBare creates the effective permissions of acme once more, in the namespace bare.
func writeBare(b *testing.B, reader client.Client, cfg *rest.Config) time.Duration {
	list := &provostv1.EffectivePermissionsList{}
	if err := reader.List(b.Context(), list, client.InNamespace("acme")); err != nil {
		b.Fatal(err)
	}
	c, err := client.New(cfg, client.Options{Scheme: reader.Scheme(), Mapper: reader.RESTMapper()})
	if err != nil {
		b.Fatal(err)
	}
	todo := make(chan *provostv1.EffectivePermissions)
	var done sync.WaitGroup
	start := time.Now()
	for range writers {
		done.Go(func() {
			for o := range todo {
				if err := c.Create(context.Background(), o); err != nil {
					b.Error(err)
				}
			}
		})
	}
	for i := range list.Items {
		o := &list.Items[i]
		todo <- &provostv1.EffectivePermissions{ObjectMeta: metav1.ObjectMeta{Namespace: "bare", Name: o.Name}, Status: o.Status}
	}
	close(todo)
	done.Wait()
	return time.Since(start)
}
