package worlds

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"

	"provost.dev/provost/internal/engine/catalogue"
	"provost.dev/provost/internal/engine/directory"
	"provost.dev/provost/internal/testing/oracle"
)

// Dump writes records as Go, one a line, without what is empty: to be read, and
// to be pasted into a test. Times are written from Now.
func Dump(records []directory.Record) string {
	var out strings.Builder
	for _, r := range records {
		out.WriteString("\t" + GoString(r) + ",\n")
	}
	return out.String()
}

// DumpChanges writes changes in the same way.
func DumpChanges(changes []oracle.Change) string {
	var out strings.Builder
	for _, c := range changes {
		if c.Record == nil {
			out.WriteString("\toracle.Drop(" + GoString(c.ID) + "),\n")
		} else {
			out.WriteString("\toracle.Set(" + GoString(c.Record) + "),\n")
		}
	}
	return out.String()
}

// GoString writes one value as Go.
func GoString(v any) string {
	var out strings.Builder
	write(&out, reflect.ValueOf(v))
	return out.String()
}

// constants are the names of the enumerations' values.
var constants = map[reflect.Type][]string{
	reflect.TypeFor[catalogue.Level]():            {"Organisation", "Campus", "Course", "Module", "Session", "Task"},
	reflect.TypeFor[directory.Ownership]():        {"OwnershipDefault", "OwnershipOrganisation", "OwnershipPrivate", "OwnershipPublic"},
	reflect.TypeFor[directory.Visibility]():       {"VisibilityMembers", "VisibilityOrganisation", "VisibilityPublic"},
	reflect.TypeFor[directory.MemberVisibility](): {"MembersSeenByMembers", "MembersSeenByStaff", "MembersSeenByOrganisation"},
	reflect.TypeFor[directory.RoleType]():         {"RoleSystem", "RoleCustom", "RoleOverride"},
	reflect.TypeFor[directory.Enforcement]():      {"Warn", "Deny"},
	reflect.TypeFor[directory.MemberState]():      {"MemberActive", "MemberPending", "MemberInactive", "MemberRemoved"},
	reflect.TypeFor[directory.MemberRole]():       {"Learner", "Instructor", "Admin"},
	reflect.TypeFor[directory.SubgroupsFrom]():    {"SubgroupsSame", "SubgroupsAll", "SubgroupsSelector"},
	reflect.TypeFor[directory.Operator]():         {"In", "NotIn", "Exists", "DoesNotExist"},
}

func write(out *strings.Builder, v reflect.Value) {
	if t, ok := v.Interface().(time.Time); ok {
		fmt.Fprintf(out, "worlds.Now.Add(%d*time.Minute)", int(t.Sub(Now).Minutes()))
		return
	}
	if names, ok := constants[v.Type()]; ok {
		out.WriteString(strings.SplitAfter(v.Type().String(), ".")[0] + names[v.Uint()])
		return
	}
	switch v.Kind() {
	case reflect.Pointer:
		out.WriteString("&")
		write(out, v.Elem())
	case reflect.Interface:
		write(out, v.Elem())
	case reflect.Struct:
		writeStruct(out, v)
	case reflect.Slice:
		out.WriteString(v.Type().String() + "{")
		for i := range v.Len() {
			if i > 0 {
				out.WriteString(", ")
			}
			write(out, v.Index(i))
		}
		out.WriteString("}")
	case reflect.Map:
		writeMap(out, v)
	case reflect.String:
		fmt.Fprintf(out, "%q", v.String())
	default:
		fmt.Fprintf(out, "%v", v.Interface())
	}
}

func writeStruct(out *strings.Builder, v reflect.Value) {
	out.WriteString(v.Type().String() + "{")
	first := true
	for i := range v.NumField() {
		if v.Field(i).IsZero() {
			continue
		}
		if !first {
			out.WriteString(", ")
		}
		first = false
		out.WriteString(v.Type().Field(i).Name + ": ")
		write(out, v.Field(i))
	}
	out.WriteString("}")
}

func writeMap(out *strings.Builder, v reflect.Value) {
	var entries []string
	for _, k := range v.MapKeys() {
		entries = append(entries, fmt.Sprintf("%q: %s", k.String(), GoString(v.MapIndex(k).Interface())))
	}
	slices.Sort(entries)
	out.WriteString(v.Type().String() + "{" + strings.Join(entries, ", ") + "}")
}
