package up

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	provostv1 "provost.dev/provost/api/v1alpha1"
	"provost.dev/provost/internal/text/words"
)

// summary is what is in place, for people.
type summary struct {
	server, kubeconfig, kubectl string
	took                        time.Duration
	sync                        *provostv1.GitSync
	entities                    []count // in the order of the levels
	people, groups, bindings    int
	problems                    []problem
	example                     *provostv1.EffectivePermissions // somebody to ask about
}

type count struct {
	of string
	n  int
}

// problem is an object that is not Ready.
type problem struct {
	kind, namespace, name, reason, message string
}

// conditioned is what every kind with a status is.
type conditioned interface {
	client.Object
	GetConditions() []metav1.Condition
}

func summarise(ctx context.Context, c client.Client, sync *provostv1.GitSync) (*summary, error) {
	s := &summary{sync: sync}
	for _, k := range []struct {
		singular, plural string
		list             client.ObjectList
	}{
		{"organisation", "organisations", &provostv1.OrganisationList{}},
		{"campus", "campuses", &provostv1.CampusList{}},
		{"course", "courses", &provostv1.CourseList{}},
		{"module", "modules", &provostv1.ModuleList{}},
		{"session", "sessions", &provostv1.SessionList{}},
		{"task", "tasks", &provostv1.TaskList{}},
	} {
		n, err := s.look(ctx, c, k.list)
		if err != nil {
			return nil, err
		}
		if n > 0 {
			s.entities = append(s.entities, count{words.Noun(n, k.singular, k.plural), n})
		}
	}
	var err error
	if s.groups, err = s.look(ctx, c, &provostv1.GroupList{}); err != nil {
		return nil, err
	}
	if s.bindings, err = s.look(ctx, c, &provostv1.RoleBindingList{}); err != nil {
		return nil, err
	}
	for _, list := range []client.ObjectList{
		&provostv1.PersonList{}, &provostv1.RoleList{}, &provostv1.RoleTemplateList{}, &provostv1.TermList{}, &provostv1.PermissionOverrideList{},
		&provostv1.SystemDenyList{}, &provostv1.GitSyncList{}, &provostv1.PlatformList{},
	} {
		if _, err := s.look(ctx, c, list); err != nil {
			return nil, err
		}
	}
	return s, s.lookAtAccess(ctx, c)
}

// look counts the objects of a kind and notes those that are not Ready.
func (s *summary) look(ctx context.Context, c client.Client, list client.ObjectList) (int, error) {
	if err := c.List(ctx, list); err != nil {
		return 0, err
	}
	items, err := meta.ExtractList(list)
	if err != nil {
		return 0, err
	}
	for _, item := range items {
		o := item.(conditioned)
		ready := meta.FindStatusCondition(o.GetConditions(), provostv1.ConditionReady)
		if ready == nil || ready.Status == metav1.ConditionTrue {
			continue
		}
		gvk, err := c.GroupVersionKindFor(o)
		if err != nil {
			return 0, err
		}
		s.problems = append(s.problems, problem{gvk.Kind, o.GetNamespace(), o.GetName(), ready.Reason, ready.Message})
	}
	return len(items), nil
}

// lookAtAccess counts the people who have access, and chooses one with much to tell.
func (s *summary) lookAtAccess(ctx context.Context, c client.Client) error {
	var list provostv1.EffectivePermissionsList
	if err := c.List(ctx, &list); err != nil {
		return err
	}
	people := map[string]bool{}
	most := 0
	for i := range list.Items {
		p := &list.Items[i]
		people[p.Status.Person] = true
		n := 0
		for _, a := range p.Status.Access {
			n += len(a.Roles)
		}
		if n > most {
			most, s.example = n, p
		}
	}
	s.people = len(people)
	return nil
}

// mostProblems keeps the summary on one screen.
const mostProblems = 10

func (s *summary) print(out io.Writer) {
	fmt.Fprintf(out, "\nProvost is up after %s: %s\n\n", s.took.Round(100*time.Millisecond), s.server)
	w := tabwriter.NewWriter(out, 0, 0, 3, ' ', 0)
	if s.sync != nil {
		fmt.Fprintf(w, "  Repository\t%s\n", s.sync.Spec.URL)
		if s.sync.Spec.Path != "" {
			fmt.Fprintf(w, "  Folder\t%s\n", s.sync.Spec.Path)
		}
		fmt.Fprintf(w, "  Revision\t%s\n", cmp.Or(s.sync.Status.LastAppliedRevision, "none applied"))
	}
	entities := make([]string, 0, len(s.entities))
	for _, e := range s.entities {
		entities = append(entities, fmt.Sprintf("%d %s", e.n, e.of))
	}
	fmt.Fprintf(w, "  Entities\t%s\n", cmp.Or(strings.Join(entities, ", "), "none"))
	fmt.Fprintf(w, "  People\t%d with access\n", s.people)
	fmt.Fprintf(w, "  Groups\t%d\n", s.groups)
	fmt.Fprintf(w, "  Bindings\t%d\n", s.bindings)
	fmt.Fprintf(w, "  Problems\t%d\n", len(s.problems))
	_ = w.Flush()
	s.printProblems(out)
	s.printHints(out)
}

func (s *summary) printProblems(out io.Writer) {
	if len(s.problems) == 0 {
		return
	}
	slices.SortFunc(s.problems, func(a, b problem) int {
		return cmp.Or(strings.Compare(a.kind, b.kind), strings.Compare(a.namespace, b.namespace), strings.Compare(a.name, b.name))
	})
	fmt.Fprintln(out)
	for i, p := range s.problems {
		if i == mostProblems {
			fmt.Fprintf(out, "  and %d more: kubectl get provost -A\n", len(s.problems)-i)
			break
		}
		name := p.name
		if p.namespace != "" {
			name = p.namespace + "/" + name
		}
		fmt.Fprintf(out, "  %s %s: %s: %s\n", p.kind, name, p.reason, p.message)
	}
}

func (s *summary) printHints(out io.Writer) {
	kubectl := "kubectl"
	if _, err := exec.LookPath(kubectl); err != nil && s.kubectl != "" {
		kubectl = s.kubectl
	}
	fmt.Fprintf(out, "\nTry, in another terminal:\n\n  export KUBECONFIG=%s\n  %s get provost -A\n", absolute(s.kubeconfig), kubectl)
	if e := s.example; e != nil {
		fmt.Fprintf(out, "  %s describe effectivepermissions %s -n %s\n", kubectl, e.Name, e.Namespace)
		if entity := mostTelling(e); entity != "" {
			fmt.Fprintf(out, "  %s why %s %s/%s\n", program(), e.Status.Person, e.Namespace, entity)
		}
	}
	if s.sync != nil {
		fmt.Fprintf(out, "  %s annotate gitsync %s -n %s --overwrite %s=$(date +%%s)   # after a commit, not to wait for the interval\n",
			kubectl, s.sync.Name, s.sync.Namespace, provostv1.RequestedAtAnnotation)
	}
	if s.sync != nil {
		fmt.Fprintf(out, "\nWhat becomes of further commits is told here.")
	}
	fmt.Fprintf(out, "\nCtrl-C stops it; the next start continues where it was.\n\n")
}

// program is what to type for this very program in another terminal.
func program() string {
	const name = "provost"
	if _, err := exec.LookPath(name); err == nil {
		return name
	}
	if self, err := os.Executable(); err == nil {
		return self
	}
	return name
}

func absolute(path string) string {
	if abs, err := filepath.Abs(path); err == nil {
		return abs
	}
	return path
}

// mostTelling is the entity at which the person holds the most roles, as the commands write it.
func mostTelling(e *provostv1.EffectivePermissions) string {
	entity, most := "", 0
	for _, a := range e.Status.Access {
		if len(a.Roles) > most && len(a.Entities) > 0 {
			kind, name, _ := strings.Cut(a.Entities[0], "/")
			entity, most = strings.ToLower(kind)+"/"+name, len(a.Roles)
		}
	}
	return entity
}
