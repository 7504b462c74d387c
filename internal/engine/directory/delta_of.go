package directory

// timedIn notes the people in whose entries of a group there are windows (R12a): their
// memberships may begin or end, or come by another way than before.
func (s *Snapshot) timedIn(g uint32, t *effects) {
	rec := s.groups.at(g).dated
	seen := map[uint32]bool{}
	for j := range rec.Members {
		m := &rec.Members[j]
		if m.Window == (Window{}) {
			continue
		}
		i, ok := s.names.people.find(m.Name)
		if !ok || seen[i] || len(s.people.at(i).timed) == 0 {
			continue
		}
		seen[i] = true
		t.repathed = append(t.repathed, i)
		p := s.people.at(i)
		change := membershipChange{person: i, retimed: p.varying()}
		if len(p.epochs) > 0 {
			change.possible = p.possible
		}
		if len(change.retimed)+len(change.possible) > 0 {
			t.members = append(t.members, change)
		}
	}
}

// DeltaOf says whom some records bear on, as a Delta does for changes: for the
// moment at which their windows open or close (Transitions).
func (s *Snapshot) DeltaOf(ids ...ID) Delta {
	t := effects{changed: ids}
	for _, id := range ids {
		key := Key{id.Namespace, id.Name}
		switch id.Kind {
		case KindRoleBinding:
			if i, ok := s.names.bindings.find(key); ok && s.bindings.at(i) != nil {
				b := s.bindings.at(i)
				if b.entity == none {
					t.selections = append(t.selections, s.selectionAt(selectionKey{key: key}))
					break
				}
				t.sources = append(t.sources, grantSource{b.entity, b.people, b.groups})
			}
		case KindGroup:
			if i, ok := s.names.groups.find(key); ok && s.groups.at(i) != nil && s.groups.at(i).rec != nil {
				for n, e := range s.groups.at(i).rec.Enrolments {
					if e.Selects != nil {
						t.selections = append(t.selections, s.selectionAt(selectionKey{true, key, n}))
					} else if n, ok := s.names.entities.find(e.Entity.In(id.Namespace)); ok {
						t.sources = append(t.sources, grantSource{n, nil, []uint32{i}})
					}
				}
				s.timedIn(i, &t)
			}
		case KindPermissionOverride:
			if i, ok := s.names.overrides.find(key); ok && s.overrides.at(i) != nil {
				o := s.overrides.at(i)
				t.overrides = append(t.overrides, pair{o.person, o.entity})
				t.entities = append(t.entities, o.entity)
			}
		case KindSystemDeny:
			if i, ok := s.names.denies.find(id.Name); ok && s.denials.at(i) != nil {
				t.denies = append(t.denies, s.denials.at(i))
			}
		}
	}
	return Delta{parts: []part{{before: s, after: s, effects: t}}}
}
