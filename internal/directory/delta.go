package directory

// Delta says what a change may have altered, so that nothing else needs to be
// looked at again. It may name somebody for whom nothing changed in the end; it
// never leaves out anybody for whom something did.
type Delta struct {
	// People are those whose access may differ, with the namespaces in which it may: the
	// keys under which effective permissions are kept.
	People map[string]NamespaceSet
	// Everyone lists namespaces in which everybody's access may differ (a deny of everyone,
	// people: Declared switched); AllNamespaces says that it is all of them.
	Everyone      NamespaceSet
	AllNamespaces bool
	// Records are those of which some fact may differ: the changed record itself, what it
	// refers to, and what refers to it.
	Records map[ID]struct{}
}

// NamespaceSet is a set of namespaces.
type NamespaceSet map[string]struct{}
