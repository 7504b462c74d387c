package controllers_test

import (
	"context"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"runtime"
	"runtime/pprof"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/serializer"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/rest"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/envtest"

	provostv1 "provost.dev/provost/api/v1alpha1"
	"provost.dev/provost/internal/manifest"
	"provost.dev/provost/internal/run/manager"
	"provost.dev/provost/internal/testing/testenv"
	"provost.dev/provost/internal/testing/university"
)

var (
	universityPeople  = flag.Int("university.people", 600, "how many people the university of BenchmarkUniversity has")
	universityFirst   = flag.Bool("university.first", false, "leave out what follows once everything is there")
	universityProfile = flag.String("university.profile", "", "a file for a profile of the manager's processor; the phase is added")
)

// BenchmarkUniversity brings a university to life, enrols 5,000 (or a quarter), ends the term, and starts anew. A bare
// client writes after each of these the same into a cluster of its own, with as many requests at once: bare-x is how many
// times as long the manager took, and cpu-x how many times as much of the processor it used.
func BenchmarkUniversity(b *testing.B) {
	for _, c := range []struct{ name, log string }{{"without an audit log", ""}, {"with an audit log", "audit.log"}} {
		b.Run(c.name, func(b *testing.B) {
			for range b.N {
				env := testenv.Start(b)
				env.Clear(b)
				(&campus{B: b, env: env, bare: newBare(b, env)}).live(c.log)
			}
		})
	}
}

// recount is how often counts are written.
const recount = 30 * time.Second

// campus is one university in a cluster.
type campus struct {
	*testing.B
	env     *testenv.Env
	bare    *bare
	manager *running
	options func(*manager.Options)
	objects []*unstructured.Unstructured
}

func (c *campus) live(log string) {
	c.options = func(o *manager.Options) {
		o.Concurrency, o.Recount = writers, recount
		if log != "" {
			o.Audit.Path = filepath.Join(c.TempDir(), log)
		}
	}
	c.draw()
	start := time.Now()
	c.inBoth(c.objects, func(into client.Client, o *unstructured.Unstructured) error {
		return into.Create(context.Background(), o)
	})
	c.Logf("%d objects written twice in %s", len(c.objects), time.Since(start).Round(time.Millisecond))

	c.phase("first", func(into client.Client) {
		if into == c.env.Client {
			c.manager = run(c, c.env, c.options)
		}
	})
	c.weigh()
	if *universityFirst {
		c.manager.stop()
		return
	}
	c.phase("enrol", c.enrol)
	c.phase("end", c.endTerm)
	c.restart()
}

// weigh says how much there is, of people, of memory and in etcd.
func (c *campus) weigh() {
	var m runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&m)
	people := float64(*universityPeople)
	c.ReportMetric(people, "people")
	c.ReportMetric(float64(m.HeapAlloc)/people, "heap-B/person")
	bytes := 0
	for _, o := range c.versions() {
		text, err := o.MarshalJSON()
		if err != nil {
			c.Fatal(err)
		}
		bytes += len(text)
	}
	c.ReportMetric(float64(bytes)/people, "object-B/person")
	c.ReportMetric(c.stored()/people, "etcd-B/person")
}

// stored is how many bytes etcd's file has, as the API server tells: what is there, and what was until it is compacted.
func (c *campus) stored() float64 {
	config := rest.CopyConfig(c.env.Config)
	config.NegotiatedSerializer = serializer.NewCodecFactory(c.env.Scheme)
	of, err := rest.UnversionedRESTClientFor(config)
	if err != nil {
		c.Fatal(err)
	}
	text, err := of.Get().AbsPath("/metrics").DoRaw(c.Context())
	if err != nil {
		c.Fatal(err)
	}
	const name = "apiserver_storage_size_bytes{"
	for line := range strings.Lines(string(text)) {
		if _, value, found := strings.Cut(line, "} "); found && strings.HasPrefix(line, name) {
			size, err := strconv.ParseFloat(strings.TrimSpace(value), 64)
			if err != nil {
				c.Fatal(err)
			}
			return size
		}
	}
	c.Fatal("the API server does not say how large its storage is")
	return 0
}

// draw reads the university's objects.
func (c *campus) draw() {
	u, err := university.New(university.Options{People: *universityPeople, Seed: 1})
	if err != nil {
		c.Fatal(err)
	}
	set, problems, err := manifest.ReadAll(c.Context(), manifest.Options{}, manifest.Source{FS: u.FS(), Dir: "."})
	if err != nil || len(problems) > 0 {
		c.Fatal(err, problems)
	}
	for i := range set.Items {
		o := &unstructured.Unstructured{}
		if err := c.env.Scheme.Convert(set.Items[i].Object, o, nil); err != nil {
			c.Fatal(err)
		}
		unstructured.RemoveNestedField(o.Object, "status")
		if o.GetKind() == "Namespace" {
			for _, into := range []client.Client{c.bare.client, c.env.Client} {
				if err := client.IgnoreAlreadyExists(into.Create(context.Background(), o.DeepCopy())); err != nil {
					c.Fatal(err)
				}
			}
			continue
		}
		c.objects = append(c.objects, o)
	}
}

// enrol gives 5,000 of the students a further course.
func (c *campus) enrol(into client.Client) {
	var members, list []any
	for _, o := range c.objects {
		if role, _, _ := unstructured.NestedString(o.Object, "spec", "attributes", "role"); role == "student" {
			members = append(members, map[string]any{"name": o.GetName()})
		}
	}
	list = members[:min(len(members)/4, 5000)]
	var course string
	for _, o := range c.objects {
		if o.GetKind() == "Course" {
			course = o.GetName()
		}
	}
	b := object("RoleBinding", "cohort", map[string]any{
		"entityRef": map[string]any{"kind": "Course", "name": course}, "roleRef": map[string]any{"name": "course-student"},
		"subjects": []any{map[string]any{"kind": "Group", "name": "cohort"}},
	})
	for _, o := range []*unstructured.Unstructured{object("Group", "cohort", map[string]any{"members": list}), b} {
		if err := into.Create(c.Context(), o); err != nil {
			c.Fatal(err)
		}
	}
}

// endTerm takes away what gave the students their courses, all of them.
func (c *campus) endTerm(into client.Client) {
	var ends []*unstructured.Unstructured
	for _, o := range c.objects {
		if role, _, _ := unstructured.NestedString(o.Object, "spec", "roleRef", "name"); role == "course-student" {
			ends = append(ends, o)
		}
	}
	each(c, ends, func(o *unstructured.Unstructured) error { return into.Delete(context.Background(), o.DeepCopy()) })
}

func object(kind, name string, spec map[string]any) *unstructured.Unstructured {
	return &unstructured.Unstructured{Object: map[string]any{
		"apiVersion": "provost.dev/v1alpha1", "kind": kind, "spec": spec,
		"metadata": map[string]any{"name": name, "namespace": university.Namespace},
	}}
}

// phase has something happen, waits until nothing is written any more, and has the bare client, in whose cluster it has
// happened before, write the same. What it takes to happen counts as the manager's.
func (c *campus) phase(name string, happens func(into client.Client)) {
	happens(c.bare.client)
	before, writes := c.versions(), 0
	if c.manager != nil {
		writes = c.manager.writes.Total()
	}
	stop := c.profile(name)
	start, cpu := time.Now(), processor(c)
	happens(c.env.Client)
	for !c.manager.writes.Last(2 * time.Second).After(start) {
		time.Sleep(10 * time.Millisecond)
	}
	last := c.manager.writes.Last(2 * time.Second)
	stop()
	took, used := last.Sub(start), processor(c)-cpu
	writes = c.manager.writes.Total() - writes
	now := c.versions()
	var todo []*unstructured.Unstructured
	for k, o := range now {
		if old := before[k]; old == nil || old.GetResourceVersion() != o.GetResourceVersion() {
			todo = append(todo, o)
		}
	}
	start, cpu = time.Now(), processor(c)
	each(c, todo, c.bare.write)
	bare, bareUsed := time.Since(start), processor(c)-cpu
	n := float64(max(len(todo), 1))
	c.Logf("%s: %d objects in %d writes; manager %s, %.0f/s, %.2f ms of CPU each; bare %s, %.0f/s, %.2f ms; %.2f times as long, %.2f the CPU",
		name, len(todo), writes, took.Round(time.Millisecond), n/took.Seconds(), used.Seconds()*1e3/n,
		bare.Round(time.Millisecond), n/bare.Seconds(), bareUsed.Seconds()*1e3/n,
		took.Seconds()/bare.Seconds(), used.Seconds()/bareUsed.Seconds())
	c.ReportMetric(n, "objects/"+name)
	c.ReportMetric(took.Seconds(), "s/"+name)
	c.ReportMetric(used.Seconds()*1e3/n, "cpu-ms/"+name)
	c.ReportMetric(took.Seconds()/bare.Seconds(), "bare-x/"+name)
	c.ReportMetric(used.Seconds()/bareUsed.Seconds(), "cpu-x/"+name)
}

// profile writes a profile of the processor, where one is asked for.
func (c *campus) profile(name string) (stop func()) {
	if *universityProfile == "" {
		return func() {}
	}
	f, err := os.Create(*universityProfile + "." + name)
	if err != nil {
		c.Fatal(err)
	}
	if err := pprof.StartCPUProfile(f); err != nil {
		c.Fatal(err)
	}
	return pprof.StopCPUProfile
}

// restart stops the manager and starts another one, which finds everything as it should be.
func (c *campus) restart() {
	c.manager.writes.Last(recount + 2*time.Second) // counts are written later
	c.manager.stop()
	start := time.Now()
	c.versions()
	listing := time.Since(start)
	start = time.Now()
	c.manager = run(c, c.env, c.options)
	ready := time.Since(start)
	calm(c.manager.writes)
	c.Logf("restart: ready in %s, listing takes %s; %d writes: %s", ready.Round(time.Millisecond), listing.Round(time.Millisecond),
		c.manager.writes.Total(), c.manager.writes)
	c.ReportMetric(ready.Seconds(), "s/restart")
	c.ReportMetric(ready.Seconds()/listing.Seconds(), "listing-x/restart")
	c.ReportMetric(float64(c.manager.writes.Total()), "writes/restart")
	c.manager.stop()
}

// versions are all objects of ours, as they are now.
func (c *campus) versions() map[string]*unstructured.Unstructured {
	out := map[string]*unstructured.Unstructured{}
	for _, kind := range c.env.Kinds() {
		list := &unstructured.UnstructuredList{}
		list.SetGroupVersionKind(kind)
		if err := c.env.Client.List(c.Context(), list); err != nil {
			c.Fatal(err)
		}
		for i := range list.Items {
			if list.Items[i].GetNamespace() == provostv1.SystemNamespace {
				continue // the system roles, which are there before anybody is
			}
			out[keyOf(&list.Items[i])] = &list.Items[i]
		}
	}
	return out
}

func keyOf(o *unstructured.Unstructured) string {
	return o.GetKind() + "/" + o.GetNamespace() + "/" + o.GetName()
}

// inBoth does something with each object in both clusters, in the one that is watched last.
func (c *campus) inBoth(objects []*unstructured.Unstructured, do func(client.Client, *unstructured.Unstructured) error) {
	for _, into := range []client.Client{c.bare.client, c.env.Client} {
		each(c, objects, func(o *unstructured.Unstructured) error { return do(into, o.DeepCopy()) })
	}
}

// each does something with each object, as many at once as the manager writes.
func each(t testing.TB, objects []*unstructured.Unstructured, do func(*unstructured.Unstructured) error) {
	todo := make(chan *unstructured.Unstructured)
	var done sync.WaitGroup
	for range writers {
		done.Go(func() {
			for o := range todo {
				if err := do(o); err != nil {
					t.Error(keyOf(o), err)
				}
			}
		})
	}
	for _, o := range objects {
		todo <- o
	}
	close(todo)
	done.Wait()
}

// processor is how much time of the processor this process has used.
func processor(t testing.TB) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		t.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// bare is a cluster in which a client writes what the manager wrote in the other one.
type bare struct {
	client client.Client
	// versions are those of the effective permissions that it wrote.
	versions sync.Map // string -> string
}

func newBare(b *testing.B, env *testenv.Env) *bare {
	binaries, err := testenv.Binaries()
	if err != nil {
		b.Fatal(err)
	}
	e := &envtest.Environment{
		BinaryAssetsDirectory: binaries, CRDDirectoryPaths: []string{filepath.Join("..", "..", "config", "crd", "bases")},
		ErrorIfCRDPathMissing: true, CRDInstallOptions: envtest.CRDInstallOptions{Scheme: env.Scheme},
	}
	e.ControlPlane.GetAPIServer().Configure().Set("enable-priority-and-fairness", "false").Set("profiling", "false")
	cfg, err := e.Start()
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = e.Stop() })
	cfg.QPS = -1
	// The manager of a test is somebody else, too, whose name goes with every request.
	cfg.Impersonate = rest.ImpersonationConfig{UserName: "bare", Groups: []string{"system:masters"}}
	c, err := client.New(cfg, client.Options{Scheme: env.Scheme})
	if err != nil {
		b.Fatal(err)
	}
	return &bare{client: c}
}

// write writes the status of an object, as the manager does.
func (b *bare) write(o *unstructured.Unstructured) error {
	ctx, key := context.Background(), keyOf(o)
	if o.GetKind() != "EffectivePermissions" {
		text, err := json.Marshal(map[string]any{"status": o.Object["status"]})
		if err != nil {
			return err
		}
		next := &unstructured.Unstructured{}
		next.SetGroupVersionKind(o.GroupVersionKind())
		next.SetNamespace(o.GetNamespace())
		next.SetName(o.GetName())
		return b.client.Status().Patch(ctx, next, client.RawPatch(types.MergePatchType, text))
	}
	next := &unstructured.Unstructured{Object: map[string]any{"status": o.Object["status"]}}
	next.SetGroupVersionKind(o.GroupVersionKind())
	next.SetNamespace(o.GetNamespace())
	next.SetName(o.GetName())
	next.SetAnnotations(o.GetAnnotations())
	if version, ok := b.versions.Load(key); ok {
		next.SetResourceVersion(version.(string))
		if err := b.client.Update(ctx, next); err != nil {
			return err
		}
	} else if err := b.client.Create(ctx, next); err != nil {
		return err
	}
	b.versions.Store(key, next.GetResourceVersion())
	return nil
}
