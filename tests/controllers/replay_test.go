package controllers_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	apiwatch "k8s.io/apimachinery/pkg/watch"
	"sigs.k8s.io/controller-runtime/pkg/client"

	provostv1 "provost.dev/provost/api/v1alpha1"
	"provost.dev/provost/internal/testing/testenv"
)

// replay follows the effective permissions version by version: after each event
// it holds what a list at that resourceVersion would have said.
type replay struct {
	mu sync.Mutex
	// shown is what each object shows: "entity permission" and "entity role".
	shown map[client.ObjectKey]map[string]bool
	// holders are the sides that hold something, with how many of each, by namespace/entity and what.
	holders map[string]map[string]int
	side    func(person string) string
	events  int
	// both are the moments at which two sides held the same.
	both []string
	// began is when two sides began to hold the same.
	began time.Time
	// shared is for how long they did.
	shared time.Duration
}

// follow begins to replay. People whose side is empty are left out.
func follow(t *testing.T, env *testenv.Env, side func(person string) string) *replay {
	t.Helper()
	p := &replay{shown: map[client.ObjectKey]map[string]bool{}, holders: map[string]map[string]int{}, side: side}
	c, err := client.NewWithWatch(env.Config, client.Options{Scheme: env.Scheme})
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	list := &provostv1.EffectivePermissionsList{}
	if err := c.List(ctx, list); err != nil {
		t.Fatal(err)
	}
	for i := range list.Items {
		p.take(&list.Items[i], false)
	}
	var done sync.WaitGroup
	done.Go(func() { p.watch(ctx, t, c, list.ResourceVersion) })
	t.Cleanup(func() { stop(); done.Wait() })
	return p
}

// watch takes in every event, in order. A watch that ends goes on from the last version.
func (p *replay) watch(ctx context.Context, t *testing.T, c client.WithWatch, from string) {
	for ctx.Err() == nil {
		w, err := c.Watch(ctx, &provostv1.EffectivePermissionsList{}, &client.ListOptions{Raw: &metav1.ListOptions{ResourceVersion: from}})
		if err != nil {
			time.Sleep(50 * time.Millisecond)
			continue
		}
		for e := range w.ResultChan() {
			o, ok := e.Object.(*provostv1.EffectivePermissions)
			if !ok {
				if ctx.Err() == nil {
					t.Errorf("the watch says %v", e.Object)
				}
				return
			}
			from = o.ResourceVersion
			p.take(o, e.Type == apiwatch.Deleted)
		}
		w.Stop()
	}
}

// take takes in how an object is from one version on.
func (p *replay) take(o *provostv1.EffectivePermissions, gone bool) {
	side := p.side(o.Name)
	if side == "" {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.events++
	key, now := client.ObjectKeyFromObject(o), map[string]bool{}
	if !gone {
		now = whatItShows(o)
	}
	for what := range p.shown[key] {
		if !now[what] {
			p.count(what, side, -1)
		}
	}
	for what := range now {
		if !p.shown[key][what] {
			p.count(what, side, 1)
		}
	}
	p.shown[key] = now
	p.judge(o.ResourceVersion)
}

func (p *replay) count(what, side string, n int) {
	sides := p.holders[what]
	if sides == nil {
		sides = map[string]int{}
		p.holders[what] = sides
	}
	if sides[side] += n; sides[side] == 0 {
		delete(sides, side)
	}
}

// judge notes what more than one side holds.
func (p *replay) judge(version string) {
	var both []string
	for what, sides := range p.holders {
		if len(sides) > 1 {
			both = append(both, fmt.Sprintf("%s by %v", what, sides))
		}
	}
	switch {
	case len(both) == 0 && !p.began.IsZero():
		p.shared += time.Since(p.began)
		p.began = time.Time{}
	case len(both) > 0:
		if p.began.IsZero() {
			p.began = time.Now()
		}
		slices.Sort(both)
		p.both = append(p.both, version+": "+strings.Join(both, ", "))
	}
}

// versions is how many there have been.
func (p *replay) versions() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.events
}

// hold says whether so many of one side, and nobody of another, are shown to hold something.
func (p *replay) hold(what, side string, people int) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.holders[what]) == 1 && p.holders[what][side] == people
}

// check fails the test where two sides were shown to hold the same.
func (p *replay) check(t *testing.T) {
	t.Helper()
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.both) > 0 {
		t.Errorf("of %d versions %d show one thing with two sides, for %s in all; the first: %.600s",
			p.events, len(p.both), p.shared.Round(time.Millisecond), p.both[0])
		p.both = nil
	}
}

// whatItShows is everything that an object says its person holds.
func whatItShows(o *provostv1.EffectivePermissions) map[string]bool {
	out := map[string]bool{}
	for _, a := range o.Status.Access {
		for _, entity := range a.Entities {
			for _, x := range a.Permissions {
				out[o.Namespace+"/"+entity+" may "+x] = true
			}
			for _, x := range a.Roles {
				out[o.Namespace+"/"+entity+" is "+x] = true
			}
		}
	}
	return out
}
