package peers

import (
	"context"
	_ "embed"
	"fmt"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/rego"
	"github.com/open-policy-agent/opa/v1/storage/inmem"
)

//go:embed decision.rego
var opaPolicy string

// OPA asks a prepared query over data in memory, kept in the form that OPA evaluates,
// with input that is parsed already. It can express all of it. Each person's groups are
// worked out beforehand, those above included, which spares it the walk. That a role
// means less at some course is put in by hand, as another role.
func OPA(w *World, questions []Query) (Decider, error) {
	ctx := context.Background()
	decision := "data.decision.allow"
	if w.isPlain() {
		decision = "data.decision.granted"
	}
	query, err := rego.New(
		rego.Query(decision),
		rego.Module("decision.rego", opaPolicy),
		rego.Store(inmem.NewFromObjectWithOpts(opaData(w), inmem.OptReturnASTValuesOnRead(true))),
	).PrepareForEval(ctx)
	if err != nil {
		return nil, fmt.Errorf("prepare the query: %w", err)
	}
	asked := make([]ast.Value, len(questions))
	for i, q := range questions {
		asked[i], err = ast.InterfaceToValue(map[string]any{"person": q.Person, "course": q.Course, "permission": q.Permission})
		if err != nil {
			return nil, err
		}
	}
	return func(i int) bool {
		results, err := query.Eval(ctx, rego.EvalParsedInput(asked[i]))
		return err == nil && results.Allowed()
	}, nil
}

// opaData is the world as the document that decision.rego reads. Sets are objects of
// true, because JSON has no sets.
func opaData(w *World) map[string]any {
	groups, grants, roles, overrides, denies := map[string]any{}, map[string]any{}, map[string]any{}, map[string]any{}, map[string]any{}
	for person := range w.Members {
		var all []any
		for _, group := range w.groupsOf(person) {
			all = append(all, group)
		}
		groups[person] = all
	}
	for _, g := range w.Grants {
		object(object(grants, g.Course), g.Group)[w.roleOf(g)] = true
	}
	for role, ids := range w.Roles {
		for _, id := range ids {
			object(roles, role)[id] = true
		}
	}
	for _, o := range w.Overrides {
		only := object(object(overrides, o.Course), o.Person)
		for _, id := range o.Permissions {
			only[id] = true
		}
	}
	for _, d := range w.Denies {
		for _, id := range d.Permissions {
			object(denies, d.Group)[id] = true
		}
	}
	return map[string]any{"groups": groups, "grants": grants, "roles": roles, "overrides": overrides, "denies": denies}
}

// object is the object of that name in another one, made where it is missing.
func object(in map[string]any, name string) map[string]any {
	if _, ok := in[name]; !ok {
		in[name] = map[string]any{}
	}
	return in[name].(map[string]any)
}
