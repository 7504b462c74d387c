package worlds

import (
	"reflect"

	"provost.dev/provost/internal/engine/directory"
)

// Drop leaves out as many items as it can while fails still says yes: halves
// first, then quarters, down to one at a time.
func Drop[T any](items []T, fails func([]T) bool) []T {
	for size := (len(items) + 1) / 2; size > 0; size /= 2 {
		for i := 0; i < len(items); {
			end := min(i+size, len(items))
			shorter := append(append([]T(nil), items[:i]...), items[end:]...)
			if fails(shorter) {
				items = shorter
			} else {
				i = end
			}
		}
	}
	return items
}

// Shrink makes a world smaller while fails still says yes: it drops records,
// and then takes away what it can from each that is left.
func Shrink(records []directory.Record, fails func([]directory.Record) bool) []directory.Record {
	records = Drop(records, fails)
	for i := range records {
		records[i] = Simplify(records[i], func(r directory.Record) bool {
			with := append([]directory.Record(nil), records...)
			with[i] = r
			return fails(with)
		})
	}
	return Drop(records, fails)
}

// Simplify takes elements from the record's lists and empties its fields while
// fails still says yes. The record's name stays.
func Simplify(r directory.Record, fails func(directory.Record) bool) directory.Record {
	for {
		smaller, ok := simplifyOnce(r, fails)
		if !ok {
			return r
		}
		r = smaller
	}
}

// simplifyOnce finds one thing to take away.
func simplifyOnce(r directory.Record, fails func(directory.Record) bool) (directory.Record, bool) {
	original := reflect.ValueOf(r).Elem()
	attempt := func(field int, value reflect.Value) (directory.Record, bool) {
		copied := reflect.New(original.Type())
		copied.Elem().Set(original)
		copied.Elem().Field(field).Set(value)
		out := copied.Interface().(directory.Record)
		return out, out.ID() == r.ID() && fails(out)
	}
	for i := range original.NumField() {
		f := original.Field(i)
		if f.IsZero() {
			continue
		}
		if out, ok := attempt(i, reflect.Zero(f.Type())); ok {
			return out, true
		}
		if f.Kind() != reflect.Slice {
			continue
		}
		for at := range f.Len() {
			shorter := reflect.AppendSlice(reflect.AppendSlice(reflect.MakeSlice(f.Type(), 0, f.Len()), f.Slice(0, at)), f.Slice(at+1, f.Len()))
			if out, ok := attempt(i, shorter); ok {
				return out, true
			}
		}
	}
	return nil, false
}
