package v1alpha1

import (
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/runtime"
)

// Every kind has conditions, and the six levels what entities have.
var (
	_ = []Entity{&Organisation{}, &Campus{}, &Course{}, &Module{}, &Session{}, &Task{}}
	_ = []Object{
		&Person{}, &Group{}, &Role{}, &RoleTemplate{}, &RoleBinding{}, &PermissionOverride{}, &SystemDeny{},
		&EffectivePermissions{}, &Platform{}, &GitSync{}, &Term{},
	}
)

func TestLevelsAreTheKindsOfEntities(t *testing.T) {
	scheme := runtime.NewScheme()
	if err := AddToScheme(scheme); err != nil {
		t.Fatal(err)
	}
	for _, level := range Levels() {
		obj, err := scheme.New(GroupVersion.WithKind(string(level)))
		if err != nil {
			t.Error(err)
			continue
		}
		entity, ok := obj.(Entity)
		if !ok || entity.GetLevel() != level {
			t.Errorf("%T is no entity of the level %s", obj, level)
			continue
		}
		entity.GetEntitySpec().DisplayName = "X"
		entity.GetEntityStatus().Parent = "Y"
		entity.SetConditions([]metav1.Condition{{Type: ConditionReady}})
		if entity.GetEntitySpec().DisplayName != "X" || entity.GetEntityStatus().Parent != "Y" || len(entity.GetConditions()) != 1 {
			t.Errorf("%T does not keep what is written through the interface", obj)
		}
	}
}

func TestSelector(t *testing.T) {
	attributes := labels.Set{"department": "physics", "year": "2"}
	for _, tc := range []struct {
		about    string
		selector *LabelSelector
		want     bool
	}{
		{"none", nil, false},
		{"the value", &LabelSelector{MatchLabels: map[string]LabelValue{"department": "physics"}}, true},
		{"another value", &LabelSelector{MatchLabels: map[string]LabelValue{"department": "chemistry"}}, false},
		{"all must match", &LabelSelector{MatchLabels: map[string]LabelValue{"department": "physics", "year": "3"}}, false},
		{"one of several", &LabelSelector{MatchExpressions: []LabelSelectorRequirement{
			{Key: "year", Operator: metav1.LabelSelectorOpIn, Values: []LabelValue{"1", "2"}},
		}}, true},
		{"none of several", &LabelSelector{MatchExpressions: []LabelSelectorRequirement{
			{Key: "year", Operator: metav1.LabelSelectorOpNotIn, Values: []LabelValue{"1", "2"}},
		}}, false},
		{"presence", &LabelSelector{MatchExpressions: []LabelSelectorRequirement{{Key: "year", Operator: metav1.LabelSelectorOpExists}}}, true},
		{"absence", &LabelSelector{MatchExpressions: []LabelSelectorRequirement{{Key: "year", Operator: metav1.LabelSelectorOpDoesNotExist}}}, false},
	} {
		t.Run(tc.about, func(t *testing.T) {
			selector, err := tc.selector.AsSelector()
			if err != nil {
				t.Fatal(err)
			}
			if got := selector.Matches(attributes); got != tc.want {
				t.Errorf("got %v, want %v", got, tc.want)
			}
		})
	}
}

func TestSelectorNamesWhatIsWrong(t *testing.T) {
	bad := &LabelSelector{MatchExpressions: []LabelSelectorRequirement{{Key: "year", Operator: "Like"}}}
	if _, err := bad.AsSelector(); err == nil {
		t.Error("no error")
	}
}
