package controllers_test

import (
	"testing"

	"provost.dev/provost/internal/testenv"
)

const school = `
{kind: Organisation, metadata: {name: acme}}
---
{kind: Campus, metadata: {name: north}, spec: {parentRef: {kind: Organisation, name: acme}}}
---
{kind: Course, metadata: {name: algebra}, spec: {parentRef: {kind: Campus, name: north}}}
`

func TestEntities(t *testing.T) {
	env := testenv.Start(t)
	env.Clear(t)
	env.Namespace(t, "acme", nil)
	run(t, env)

	env.Apply(t, "acme", school)
	env.Expect(t, `
		Organisation/acme/acme  Ready=True/Succeeded people=0 children=1 observedGeneration=1
		Campus/acme/north       Ready=True/Succeeded parent=Organisation/acme children=1
		Course/acme/algebra     Ready=True/Succeeded parent=Campus/north children=0`)
}
