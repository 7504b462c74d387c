package admission_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"testing"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"provost.dev/provost/internal/engine/catalogue"
	"provost.dev/provost/internal/engine/directory"
	"provost.dev/provost/internal/run/manager"
	"provost.dev/provost/internal/testing/need"
)

// triesOfAPair is how often each pair of requests is tried. There are five: two hundred
// tries in a long run.
var triesOfAPair = func() int {
	if need.Long() {
		return 40
	}
	return 4
}()

// pairs are two requests each, by left and by right, of which whichever comes
// second is refused. Every try has a world of its own.
var pairs = []struct {
	name  string
	world func(try string) []directory.Record
	// left and right are what they would like to make of what there is: a record in its place, or the ID of one that is to go.
	left, right func(try string) any
}{
	{
		name: "each removes the other",
		world: func(try string) []directory.Record {
			return []directory.Record{courseOf("a"+try, ""), superadmin("a"+try, "left"), superadmin("a"+try, "right")}
		},
		left:  func(try string) any { return superadmin("a"+try, "right").ID() },
		right: func(try string) any { return superadmin("a"+try, "left").ID() },
	},
	{
		name: "each goes, and is not the last",
		world: func(try string) []directory.Record {
			return []directory.Record{courseOf("b"+try, ""), superadmin("b"+try, "left"), superadmin("b"+try, "right")}
		},
		left:  func(try string) any { return superadmin("b"+try, "left").ID() },
		right: func(try string) any { return superadmin("b"+try, "right").ID() },
	},
	{
		name: "each gives one half of everything",
		world: func(try string) []directory.Record {
			all := catalogue.Course.Sensitive().IDs(catalogue.Course)
			return []directory.Record{
				courseOf("c"+try, "acme"), customRole("c"+try, "one", all[:len(all)/2]), customRole("c"+try, "other", all[len(all)/2:]),
			}
		},
		left:  func(try string) any { return boundTo("c"+try, "c"+try+"-one", "zed") },
		right: func(try string) any { return boundTo("c"+try, "c"+try+"-other", "zed") },
	},
	{
		name: "each takes one of the groups of a deny from somebody",
		world: func(try string) []directory.Record {
			return []directory.Record{
				courseOf("d"+try, ""), boundTo("d"+try, "course-instructor", "zed"+try),
				staffed("d"+try+"-one", "left", "", "zed"+try), staffed("d"+try+"-other", "right", "", "zed"+try),
				&directory.SystemDeny{Name: "d" + try, Permissions: []string{"view_course"}, Reason: "a test", Subjects: []directory.Subject{
					directory.GroupSubject(directory.Key{Namespace: "acme", Name: "d" + try + "-one"}),
					directory.GroupSubject(directory.Key{Namespace: "acme", Name: "d" + try + "-other"}),
				}},
			}
		},
		left:  func(try string) any { return staffed("d"+try+"-one", "left", "") },
		right: func(try string) any { return staffed("d"+try+"-other", "right", "") },
	},
	{
		name: "each puts a group below the other's",
		world: func(try string) []directory.Record {
			return []directory.Record{staffed("e"+try+"-one", "left", "", "right"), staffed("e"+try+"-other", "right", "", "left")}
		},
		left:  func(try string) any { return staffed("e"+try+"-one", "left", "e"+try+"-other", "right") },
		right: func(try string) any { return staffed("e"+try+"-other", "right", "e"+try+"-one", "left") },
	},
}

func courseOf(name, organisation string) *directory.Entity {
	e := &directory.Entity{Key: directory.EntityKey{Level: catalogue.Course, Namespace: "acme", Name: name}}
	if organisation != "" {
		e.Parent = directory.LocalEntity{Level: catalogue.Organisation, Name: organisation}
	}
	return e
}

func boundTo(course, role, who string) *directory.RoleBinding {
	b := binding(who, role)
	b.Key.Name, b.Entity.Name = course+"-"+role+"-"+who, course
	return b
}

func superadmin(course, who string) *directory.RoleBinding {
	return boundTo(course, "course-superadmin", who)
}

func customRole(course, name string, permissions []string) *directory.Role {
	return &directory.Role{
		Key: directory.Key{Namespace: "acme", Name: course + "-" + name}, Level: catalogue.Course, Type: directory.RoleCustom,
		Entity: directory.LocalEntity{Level: catalogue.Course, Name: course}, Permissions: permissions,
	}
}

// staffed is a group with an Admin, below another one perhaps, and others who are Instructors.
func staffed(name, admin, parent string, instructors ...string) *directory.Group {
	g := &directory.Group{Key: directory.Key{Namespace: "acme", Name: name}, Members: []directory.Member{{Name: admin, Role: directory.Admin}}}
	for _, who := range instructors {
		g.Members = append(g.Members, directory.Member{Name: who, Role: directory.Instructor})
	}
	if parent != "" {
		g.Parent = directory.Key{Namespace: "acme", Name: parent}
	}
	return g
}

// TestPairs has two people ask at the same moment for what is refused to the
// second of them: of one manager, and each of another.
func TestPairs(t *testing.T) {
	for _, replicas := range []int{1, 2} {
		t.Run(fmt.Sprintf("replicas=%d", replicas), func(t *testing.T) {
			g := guard(t, func(o *manager.Options) { o.LeaderElection = replicas > 1 })
			if replicas > 1 {
				g.second(t, "right")
			}
			organisation := directory.LocalEntity{Level: catalogue.Organisation, Name: "acme"}
			world := []directory.Record{
				&directory.Platform{Administrators: []directory.Principal{{Kind: directory.PrincipalUser, Name: "root"}}, OpenGroups: true},
				&directory.Person{Name: "left", Username: "left"}, &directory.Person{Name: "right", Username: "right"},
				&directory.Entity{Key: organisation.In("acme")},
			}
			for _, who := range []string{"left", "right"} {
				world = append(world, &directory.RoleBinding{
					Key: directory.Key{Namespace: "acme", Name: "admin-" + who}, Entity: organisation,
					Role: directory.RoleRef{Name: "organisation-admin"}, Subjects: []directory.Subject{directory.PersonSubject(who)},
				})
			}
			for _, p := range pairs {
				for i := range triesOfAPair + 1 {
					world = append(world, p.world(fmt.Sprint(i))...)
				}
			}
			g.world(t, world)
			left, right := as(t, g.Env, "left").Client, as(t, g.Env, "right").Client
			for _, p := range pairs {
				passed := map[int]int{}
				for i := range triesOfAPair {
					passed[g.atOnce(t, func() error { return change(t, left, p.left(fmt.Sprint(i))) },
						func() error { return change(t, right, p.right(fmt.Sprint(i))) })]++
				}
				t.Logf("%s: of both, %d times none passed, %d times one, %d times two", p.name, passed[0], passed[1], passed[2])
				// One after the other: the first may do it, and the second may not any more.
				last, least := fmt.Sprint(triesOfAPair), triesOfAPair/2
				if err := change(t, left, p.left(last)); err != nil {
					t.Logf("%s: refused by itself: %v", p.name, err)
					least = 0
				} else if err := change(t, right, p.right(last)); err == nil || refusal(err) == "" {
					t.Errorf("%s: one after the other: %v", p.name, err)
				}
				if passed[2] > 0 || passed[1] < least {
					t.Errorf("%s: in %d of %d tries both passed, in %d one", p.name, passed[2], triesOfAPair, passed[1])
				}
			}
		})
	}
}

// change makes one change: writes a record, or has the one with the ID go.
func change(t *testing.T, c client.Client, to any) error {
	id, goes := to.(directory.ID)
	if !goes {
		id = to.(directory.Record).ID()
	}
	o := object(&directory.Entity{})
	o.SetKind(string(id.Kind))
	o.SetNamespace(id.Namespace)
	o.SetName(id.Name)
	delete(o.Object, "spec")
	if goes {
		return c.Delete(t.Context(), o)
	}
	after := object(to.(directory.Record))
	err := c.Get(t.Context(), client.ObjectKeyFromObject(o), o)
	if apierrors.IsNotFound(err) {
		return c.Create(t.Context(), after)
	}
	if err != nil {
		return err
	}
	// Without a version: the manager writes statuses meanwhile.
	return c.Patch(t.Context(), o, client.RawPatch("application/merge-patch+json", specPatch(t, after.Object["spec"])))
}

func specPatch(t *testing.T, spec any) []byte {
	patch, err := json.Marshal(fields{"spec": spec})
	if err != nil {
		t.Error(err)
	}
	return patch
}

// atOnce makes two requests at once and says how many passed. The other one has to be refused by the webhook.
func (g *guarded) atOnce(t *testing.T, requests ...func() error) int {
	t.Helper()
	start, errs := make(chan struct{}), make([]error, len(requests))
	var done sync.WaitGroup
	for i, request := range requests {
		done.Go(func() {
			<-start
			errs[i] = request()
		})
	}
	close(start)
	done.Wait()
	passed := 0
	for _, err := range errs {
		switch {
		case err == nil:
			passed++
		case !strings.Contains(err.Error(), refused):
			t.Errorf("refused by another: %v", err)
		}
	}
	return passed
}
