package gitsync

import (
	"slices"
	"strings"
	"testing"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

// What keeps people out is there before whom it keeps out, and what is named before what names it.
func TestGroupsAreLayered(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ about, groups, want string }{
		{"groups that are made of nothing", "a; b; c", "a b c"},
		{"staff without contractors", "internal +staff -contractors; staff; contractors", "contractors | internal | staff"},
		{"what only includes comes last", "all +staff; staff", "staff | all"},
		{"a requirement", "lab !trained; trained +courses; courses", "courses | trained | lab"},
		{"what is not in the commit", "internal +staff -contractors", "internal"},
		{"a circle has no order and ends", "a -b; b -a", ""},
	} {
		var objects []*unstructured.Unstructured
		for _, text := range strings.Split(tt.groups, ";") {
			words := strings.Fields(text)
			u := &unstructured.Unstructured{}
			u.SetGroupVersionKind(ours("Group"))
			u.SetName(words[0])
			lists := map[byte][]string{}
			for _, w := range words[1:] {
				lists[w[0]] = append(lists[w[0]], w[1:])
			}
			for sign, list := range map[byte]string{'+': "include", '!': "require", '-': "exclude"} {
				if len(lists[sign]) > 0 {
					if err := unstructured.SetNestedStringSlice(u.Object, lists[sign], "spec", "compose", list); err != nil {
						t.Fatal(err)
					}
				}
			}
			objects = append(objects, u)
		}
		var got []string
		for _, layer := range layered(objects, func(u *unstructured.Unstructured) *unstructured.Unstructured { return u }) {
			var names []string
			for _, u := range layer {
				names = append(names, u.GetName())
			}
			slices.Sort(names)
			got = append(got, strings.Join(names, " "))
		}
		if text := strings.Join(got, " | "); text != tt.want && tt.want != "" {
			t.Errorf("%s: %q, want %q", tt.about, text, tt.want)
		}
	}
}
