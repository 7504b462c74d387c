package peers

// Decider makes the decision of that place in the list of questions it was loaded
// with. An engine's error counts as no.
type Decider func(i int) bool

// Peer is an engine to compare with.
type Peer struct {
	Name string
	// Full says that it can express overrides of a person's permissions and denies too.
	Full bool
	// Load gives the engine a world, and the questions in its own form: what is timed
	// is the decision, not the translation of a question.
	Load func(w *World, questions []Query) (Decider, error)
}

// Peers are the engines, the bare map first: the others are measured against it.
func Peers() []Peer {
	return []Peer{
		{Name: "map", Full: true, Load: Map},
		{Name: "provost", Full: true, Load: Provost},
		{Name: "kubernetes-rbac", Load: Kubernetes},
		{Name: "cedar-go", Full: true, Load: Cedar},
		{Name: "opa", Full: true, Load: OPA},
		{Name: "casbin", Load: Casbin},
		{Name: "casbin-cached", Load: CasbinCached},
	}
}

// Expresses says whether the engine can express the whole of a world.
func (p Peer) Expresses(w *World) bool { return p.Full || w.isPlain() }
