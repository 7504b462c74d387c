package plan

import (
	"reflect"
	"testing"
	"time"

	"provost.dev/provost/internal/engine/directory"
)

// TestEveryFieldIsAnEdit changes each field of each kind of record alone and finds an edit: a plan shows whatever a manifest
// says otherwise than before, on access or not.
func TestEveryFieldIsAnEdit(t *testing.T) {
	t.Parallel()
	// What names the record, and what only tells a rename from somebody else (R39).
	none := map[string]bool{"Key": true, "Name": true, "RenamedFrom": true, "Email": true}
	for _, r := range []directory.Record{
		&directory.Namespace{}, &directory.Person{}, &directory.Entity{}, &directory.Group{},
		&directory.Role{Type: directory.RoleCustom}, &directory.RoleTemplate{},
		&directory.RoleBinding{}, &directory.PermissionOverride{}, &directory.SystemDeny{}, &directory.Platform{}, &directory.Term{},
	} {
		typ := reflect.TypeOf(r).Elem()
		for i := range typ.NumField() {
			if none[typ.Field(i).Name] {
				continue
			}
			changed := reflect.New(typ)
			changed.Elem().Set(reflect.ValueOf(r).Elem())
			say(changed.Elem().Field(i))
			if edits := EditsOf(r, changed.Interface().(directory.Record)); len(edits) == 0 {
				t.Errorf("%s.%s changes, and nothing is edited", typ.Name(), typ.Field(i).Name)
			}
		}
	}
}

// say gives a value another one than it had, in all of it.
func say(v reflect.Value) {
	switch v.Kind() {
	case reflect.String:
		v.SetString("x")
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Uint8:
		v.SetUint(v.Uint() + 1)
	case reflect.Int, reflect.Int64:
		v.SetInt(1)
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		say(v.Elem())
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 1, 1))
		say(v.Index(0))
	case reflect.Map:
		key, value := reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem()
		say(key)
		say(value)
		v.Set(reflect.MakeMap(v.Type()))
		v.SetMapIndex(key, value)
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[time.Time]() {
			v.Set(reflect.ValueOf(time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC)))
			return
		}
		for i := range v.NumField() {
			if f := v.Field(i); f.CanSet() {
				say(f)
			}
		}
	}
}
