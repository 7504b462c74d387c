package controllers_test

import (
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"

	rbacv1 "k8s.io/api/rbac/v1"
	"k8s.io/apimachinery/pkg/util/sets"
	"k8s.io/apiserver/pkg/endpoints/request"
	"k8s.io/client-go/rest"
	"sigs.k8s.io/kustomize/api/krusty"
	"sigs.k8s.io/kustomize/kyaml/filesys"
	"sigs.k8s.io/yaml"

	"provost.dev/provost/internal/testing/testenv"
)

// rights are rights as "verb group/resource", with "name" behind where they are for one name.
type rights struct {
	mu     sync.Mutex
	all    map[string]bool
	denied map[string]bool
	// twice are those that more than one rule grants, so that none of these rules is needed.
	twice []string
}

// grant adds a right that a rule grants.
func (r *rights) grant(right string) {
	if r.all[right] {
		r.twice = append(r.twice, right)
	}
	r.all[right] = true
}

// now are the rights up to here. A manager that has stopped still tells of an event.
func (r *rights) now() map[string]bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return maps.Clone(r.all)
}

func (r *rights) without(other *rights) []string {
	var out []string
	others := other.now()
	for right := range r.now() {
		if !others[right] && !others[strings.Fields(right)[0]+" "+strings.Fields(right)[1]] {
			out = append(out, right)
		}
	}
	slices.Sort(out)
	return out
}

func (r *rights) refused() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Sorted(maps.Keys(r.denied))
}

func write(verb, group, resource, name string) string {
	return strings.TrimSpace(fmt.Sprintf("%s %s/%s %s", verb, group, resource, name))
}

// installRights applies the part of config/default by which the manager gets its
// rights, and returns these: whatever an installation binds to its ServiceAccount.
func installRights(t *testing.T, env *testenv.Env) *rights {
	t.Helper()
	built, err := krusty.MakeKustomizer(krusty.MakeDefaultOptions()).Run(filesys.MakeFsOnDisk(), "../../config/default")
	if err != nil {
		t.Fatal(err)
	}
	rules, bound := map[string][]rbacv1.PolicyRule{}, []string{}
	for _, o := range built.Resources() {
		own := []string{"Namespace", "ServiceAccount", "Secret", "Role", "ClusterRole", "RoleBinding", "ClusterRoleBinding"}
		if !slices.Contains(own, o.GetKind()) {
			continue
		}
		content, err := o.AsYAML()
		if err != nil {
			t.Fatal(err)
		}
		env.Apply(t, "", string(content))
		x := struct {
			Rules    []rbacv1.PolicyRule
			RoleRef  rbacv1.RoleRef
			Subjects []rbacv1.Subject
		}{}
		if err := yaml.Unmarshal(content, &x); err != nil {
			t.Fatal(err)
		}
		rules[o.GetKind()+"/"+o.GetName()] = x.Rules
		if slices.ContainsFunc(x.Subjects, func(s rbacv1.Subject) bool { return s.Kind == "ServiceAccount" && s.Name == "provost-manager" }) {
			bound = append(bound, x.RoleRef.Kind+"/"+x.RoleRef.Name)
		}
	}
	out := &rights{all: map[string]bool{}}
	for _, role := range bound {
		for _, rule := range rules[role] {
			names := rule.ResourceNames
			if len(names) == 0 {
				names = []string{""}
			}
			for _, group := range rule.APIGroups {
				for _, resource := range rule.Resources {
					for _, verb := range rule.Verbs {
						for _, name := range names {
							out.grant(write(verb, group, resource, name))
						}
					}
				}
			}
		}
	}
	for right := range out.all { // of one name, though of all
		if words := strings.Fields(right); len(words) == 3 && out.all[words[0]+" "+words[1]] {
			out.twice = append(out.twice, right)
		}
	}
	return out
}

// recordRights notes which rights the clients of a configuration make use of.
func recordRights(cfg *rest.Config) *rights {
	r := &rights{all: map[string]bool{}, denied: map[string]bool{}}
	cfg.Wrap(func(next http.RoundTripper) http.RoundTripper {
		return transport(func(req *http.Request) (*http.Response, error) {
			answer, err := next.RoundTrip(req)
			if err == nil {
				r.note(req, answer)
			}
			return answer, err
		})
	})
	return r
}

// parser reads requests as the API server does, before it asks whether they are allowed.
var parser = request.RequestInfoFactory{APIPrefixes: sets.NewString("api", "apis"), GrouplessAPIPrefixes: sets.NewString("api")}

// named are the resources of which a right may be for one name.
var named = sets.New("leases", "configmaps", "secrets",
	"validatingwebhookconfigurations", "mutatingwebhookconfigurations", "serviceaccounts")

func (r *rights) note(req *http.Request, answer *http.Response) {
	info, err := parser.NewRequestInfo(req)
	if err != nil || !info.IsResourceRequest {
		return
	}
	resource := info.Resource
	if info.Subresource != "" {
		resource += "/" + info.Subresource
	}
	name := ""
	if named.Has(resource) && !slices.Contains([]string{"list", "watch", "create"}, info.Verb) {
		name = info.Name
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	right := write(info.Verb, info.APIGroup, resource, name)
	if answer.StatusCode == http.StatusForbidden {
		r.denied[right] = true
		return
	}
	r.all[right] = true
	if info.Verb == "patch" && answer.StatusCode == http.StatusCreated { // applied, and not there before
		r.all[write("create", info.APIGroup, resource, "")] = true
	}
	if user := req.Header.Get("Impersonate-User"); user != "" {
		parts := strings.Split(user, ":")
		r.all[write("impersonate", "", "serviceaccounts", parts[len(parts)-1])] = true
		for header := range req.Header {
			if extra, ok := strings.CutPrefix(header, "Impersonate-Extra-"); ok {
				key, _ := url.PathUnescape(strings.ToLower(extra))
				r.all[write("impersonate", "authentication.k8s.io", "userextras/"+key, "")] = true
			}
		}
	}
}
