package peers

import (
	"context"

	rbacv1 "k8s.io/api/rbac/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apiserver/pkg/authentication/user"
	"k8s.io/apiserver/pkg/authorization/authorizer"
	"k8s.io/kubernetes/plugin/pkg/auth/authorizer/rbac"
)

// Kubernetes is the RBAC authorizer of an API server: each course a namespace, each
// role a ClusterRole whose verbs are the permissions. It has no groups of people: they
// come with the question, those above included, as a token would carry them. It has
// neither overrides nor denies: both are left out. That a role means less at some
// course is put in by hand, as another role.
func Kubernetes(w *World, questions []Query) (Decider, error) {
	store := clusterRBAC{roles: map[string]*rbacv1.ClusterRole{}, bindings: map[string][]*rbacv1.RoleBinding{}}
	for role, ids := range w.Roles {
		store.roles[role] = &rbacv1.ClusterRole{
			ObjectMeta: metav1.ObjectMeta{Name: role},
			Rules:      []rbacv1.PolicyRule{{Verbs: ids, APIGroups: []string{apiGroup}, Resources: []string{"courses"}}},
		}
	}
	for _, g := range w.Grants {
		store.bindings[g.Course] = append(store.bindings[g.Course], &rbacv1.RoleBinding{
			ObjectMeta: metav1.ObjectMeta{Namespace: g.Course, Name: w.roleOf(g) + "-" + g.Group},
			Subjects:   []rbacv1.Subject{{APIGroup: rbacv1.GroupName, Kind: rbacv1.GroupKind, Name: g.Group}},
			RoleRef:    rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "ClusterRole", Name: w.roleOf(g)},
		})
	}
	engine := rbac.New(store, store, store, store)

	asked := make([]authorizer.Attributes, len(questions))
	for i, q := range questions {
		asked[i] = authorizer.AttributesRecord{
			User: &user.DefaultInfo{Name: q.Person, Groups: w.groupsOf(q.Person)},
			Verb: q.Permission, APIGroup: apiGroup, Resource: "courses", Namespace: q.Course, Name: q.Course, ResourceRequest: true,
		}
	}
	ctx := context.Background()
	return func(i int) bool {
		decision, _, err := engine.Authorize(ctx, asked[i])
		return err == nil && decision == authorizer.DecisionAllow
	}, nil
}

// apiGroup is the one of the courses.
const apiGroup = "provost.dev"

// clusterRBAC holds roles by name and bindings by namespace, as the API server's informers do.
type clusterRBAC struct {
	roles    map[string]*rbacv1.ClusterRole
	bindings map[string][]*rbacv1.RoleBinding
}

// GetRole finds none: all roles are of the cluster.
func (clusterRBAC) GetRole(_ context.Context, _, name string) (*rbacv1.Role, error) {
	return nil, apierrors.NewNotFound(rbacv1.Resource("roles"), name)
}

// GetClusterRole returns a role by its name.
func (c clusterRBAC) GetClusterRole(_ context.Context, name string) (*rbacv1.ClusterRole, error) {
	if role, ok := c.roles[name]; ok {
		return role, nil
	}
	return nil, apierrors.NewNotFound(rbacv1.Resource("clusterroles"), name)
}

// ListRoleBindings returns the bindings of a namespace.
func (c clusterRBAC) ListRoleBindings(_ context.Context, namespace string) ([]*rbacv1.RoleBinding, error) {
	return c.bindings[namespace], nil
}

// ListClusterRoleBindings returns none: nobody has a role everywhere.
func (clusterRBAC) ListClusterRoleBindings(context.Context) ([]*rbacv1.ClusterRoleBinding, error) {
	return nil, nil
}
