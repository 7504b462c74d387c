package peers

import (
	"fmt"

	"github.com/casbin/casbin/v2"
	"github.com/casbin/casbin/v2/model"
)

// casbinModel is Casbin's RBAC with roles of permissions (g2). The cheapest comparison
// comes first, which makes it faster than the order of Casbin's own examples.
const casbinModel = `
[request_definition]
r = sub, obj, act
[policy_definition]
p = sub, obj, act
[role_definition]
g = _, _
g2 = _, _
[policy_effect]
e = some(where (p.eft == allow))
[matchers]
m = r.obj == p.obj && g(r.sub, p.sub) && g2(r.act, p.act)
`

// Casbin goes through the policies one by one. It has no override that replaces what a
// person's roles give, and its denies take a line for every course: both are left out.
// That a role means less at some course is put in by hand, as another role.
func Casbin(w *World, questions []Query) (Decider, error) {
	m, err := model.NewModelFromString(casbinModel)
	if err != nil {
		return nil, err
	}
	e, err := casbin.NewEnforcer(m)
	if err != nil {
		return nil, err
	}
	return casbinDecider(e, e, w, questions)
}

// CasbinCached is Casbin with its cache of decisions, filled: no change is noticed
// before the cache is emptied.
func CasbinCached(w *World, questions []Query) (Decider, error) {
	m, err := model.NewModelFromString(casbinModel)
	if err != nil {
		return nil, err
	}
	e, err := casbin.NewCachedEnforcer(m)
	if err != nil {
		return nil, err
	}
	decide, err := casbinDecider(e, e.Enforcer, w, questions)
	if err != nil {
		return nil, err
	}
	for i := range questions {
		decide(i)
	}
	return decide, nil
}

// enforcer is either of Casbin's.
type enforcer interface {
	Enforce(args ...any) (bool, error)
}

// casbinDecider loads a world into to, and asks e.
func casbinDecider(e enforcer, to *casbin.Enforcer, w *World, questions []Query) (Decider, error) {
	var policies, groups, roles [][]string
	for _, g := range w.Grants {
		policies = append(policies, []string{g.Group, g.Course, w.roleOf(g)})
	}
	for group, parent := range w.Parents {
		if parent != "" {
			groups = append(groups, []string{group, parent})
		}
	}
	for person, names := range w.Members {
		for _, name := range names {
			groups = append(groups, []string{person, name})
		}
	}
	for role, ids := range w.Roles {
		for _, id := range ids {
			roles = append(roles, []string{id, role})
		}
	}
	// A policy that comes twice is refused, and all with it: the Ex variants leave out the second.
	if _, err := to.AddPoliciesEx(policies); err != nil {
		return nil, fmt.Errorf("add policies: %w", err)
	}
	if _, err := to.AddNamedGroupingPoliciesEx("g", groups); err != nil {
		return nil, fmt.Errorf("add groups: %w", err)
	}
	if _, err := to.AddNamedGroupingPoliciesEx("g2", roles); err != nil {
		return nil, fmt.Errorf("add roles: %w", err)
	}

	asked := make([][]any, len(questions))
	for i, q := range questions {
		asked[i] = []any{q.Person, q.Course, q.Permission}
	}
	return func(i int) bool {
		yes, err := e.Enforce(asked[i]...)
		return yes && err == nil
	}, nil
}
