package directory

import "slices"

// Whom and what a SystemDeny names need not exist. What is kept here says whether
// anything else knows of it: of a person, that something names the person, and of
// a namespace, that it is declared or that something lies in it. A folder of
// manifests need not declare its namespaces, and in a cluster nothing lies in one
// that does not exist.

// named says whether anything but a SystemDeny mentions the person, owners and administrators apart.
func (p *person) named() bool {
	return p != nil && (p.rec != nil || len(p.active)+len(p.removed)+len(p.idle)+len(p.direct)+len(p.overridden)+len(p.selections) > 0)
}

// exists says whether there is such a namespace.
func (n *namespace) exists() bool { return n != nil && (n.rec != nil || n.objects > 0) }

// countIn keeps the number of records in a namespace, after one changed that was there before or not.
func (t *txn) countIn(id ID, before bool) {
	if id.Namespace == "" {
		return
	}
	if after := t.record(id) != nil; after != before {
		t.namespace(t.names.namespaces.intern(id.Namespace)).objects += sign(after)
	}
}

// named notes names that something names otherwise than before: an owner, an administrator.
func (t *txn) named(names ...string) {
	for _, name := range names {
		if i, ok := t.names.people.find(name); ok {
			t.effects.named = append(t.effects.named, i)
		}
	}
}

// noteNames notes the people whom a SystemDeny names, and the namespaces, that came to be known otherwise or no longer are.
func (t *txn) noteNames() {
	for _, i := range t.people.renewed {
		was, is := t.before.people.at(i), t.people.at(i)
		if is.denies > 0 && was.named() != is.named() {
			t.effects.named = append(t.effects.named, i)
		}
	}
	for _, n := range t.namespaces.renewed {
		if t.before.namespaces.at(n).exists() != t.namespaces.at(n).exists() {
			t.effects.spaces = append(t.effects.spaces, n)
		}
	}
}

// ownerOf is the owner that an entity names; "" for none.
func ownerOf(e *Entity) string {
	if e == nil {
		return ""
	}
	return e.Owner
}

// people are the people whom the Platform names as administrators.
func (r *Platform) people() []string {
	var out []string
	for _, a := range r.Administrators {
		if a.Kind == PrincipalPerson {
			out = append(out, a.Name)
		}
	}
	return out
}

// unnamed are those of some people whom nothing but SystemDenies names, in order.
func (s *Snapshot) unnamed(people []uint32) []string {
	var out []string
	for _, i := range people {
		if !s.people.at(i).named() {
			out = append(out, s.names.people.key(i))
		}
	}
	if len(out) == 0 {
		return nil
	}
	elsewhere := map[string]bool{}
	for _, e := range all(s.entities) {
		elsewhere[ownerOf(e.rec)] = true
	}
	if s.platform != nil {
		for _, name := range s.platform.people() {
			elsewhere[name] = true
		}
	}
	out = slices.DeleteFunc(out, func(name string) bool { return elsewhere[name] })
	slices.Sort(out)
	return slices.Clip(out)
}
