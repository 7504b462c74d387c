package audit

import "sync"

// remembered is how many deletions are kept in mind.
const remembered = 4096

// deletions keeps in mind who deleted what a moment ago, so that the loss of
// access that follows can name the person. The objects themselves cannot: they are gone.
type deletions struct {
	mu    sync.Mutex
	of    map[Object]string
	order []Object
}

// note takes in a Change that deletes something.
func (d *deletions) note(r *Record) {
	if r.Kind != Change || r.Operation != "DELETE" || r.Object == nil {
		return
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.of == nil {
		d.of = map[Object]string{}
	}
	key := Object{Kind: r.Object.Kind, Namespace: r.Object.Namespace, Name: r.Object.Name}
	if _, known := d.of[key]; !known {
		d.order = append(d.order, key)
	}
	d.of[key] = r.Requester
	if len(d.order) > remembered {
		delete(d.of, d.order[0])
		d.order = d.order[1:]
	}
}

func (d *deletions) by(o Object) string {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.of[o]
}
