package cel

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/json"
	"k8s.io/client-go/dynamic"
	"sigs.k8s.io/yaml"

	provostv1 "provost.dev/provost/api/v1alpha1"
)

// verdict is what one side says of an object.
type verdict struct {
	// refused is whether the object is refused.
	refused bool
	// causes holds one "field: message" a fault, sorted; empty where the side refuses before it looks at fields.
	causes []string
	// text is everything that is said, for a person to read.
	text string
}

func offlineVerdict(ctx context.Context, obj *unstructured.Unstructured) verdict {
	errs := offline.Validate(ctx, obj)
	if len(errs) == 0 {
		return verdict{}
	}
	v := verdict{refused: true, text: errs.ToAggregate().Error()}
	for _, err := range errs {
		v.causes = append(v.causes, err.Field+": "+err.ErrorBody())
	}
	slices.Sort(v.causes)
	return v
}

// serverVerdict asks the API server to create the object, without keeping it, and as strictly as GitSync does.
func serverVerdict(ctx context.Context, t *testing.T, obj *unstructured.Unstructured) verdict {
	t.Helper()
	_, err := resource(t, obj).Create(ctx, obj.DeepCopy(), metav1.CreateOptions{
		DryRun: []string{metav1.DryRunAll}, FieldValidation: metav1.FieldValidationStrict,
	})
	return verdictOf(t, err)
}

// applyVerdict is serverVerdict for a server-side apply.
func applyVerdict(ctx context.Context, t *testing.T, obj *unstructured.Unstructured) verdict {
	t.Helper()
	_, err := resource(t, obj).Apply(ctx, obj.GetName(), obj.DeepCopy(), metav1.ApplyOptions{
		DryRun: []string{metav1.DryRunAll}, FieldManager: "tables", Force: true,
	})
	return verdictOf(t, err)
}

func verdictOf(t *testing.T, err error) verdict {
	t.Helper()
	if err == nil {
		return verdict{}
	}
	v := verdict{refused: true, text: err.Error()}
	var status *apierrors.StatusError
	if !errors.As(err, &status) {
		t.Fatalf("the API server did not answer: %v", err)
	}
	if details := status.ErrStatus.Details; details != nil && status.ErrStatus.Reason == metav1.StatusReasonInvalid {
		for _, cause := range details.Causes {
			if strings.Contains(cause.Message, "some validation rules were not checked") {
				continue // no fault of its own: the CEL rules wait until types and limits are right
			}
			v.causes = append(v.causes, cause.Field+": "+cause.Message)
		}
	}
	slices.Sort(v.causes)
	return v
}

func resource(t *testing.T, obj *unstructured.Unstructured) dynamic.ResourceInterface {
	t.Helper()
	gvr, ok := offline.Resource(obj.GroupVersionKind())
	if !ok {
		t.Fatalf("no such kind: %s", obj.GroupVersionKind())
	}
	if !offline.Namespaced(obj.GroupVersionKind()) {
		return server.Resource(gvr)
	}
	return server.Resource(gvr).Namespace(namespace)
}

// sameVerdict demands that both sides agree, word for word where they are of one version of Kubernetes, and that what
// both accept can be read into the Go types: an object that is stored and cannot be read would stop every watch of
// its kind.
func sameVerdict(t *testing.T, obj *unstructured.Unstructured) verdict {
	t.Helper()
	without := offlineVerdict(t.Context(), obj)
	sameShortcut(t, obj, without)
	sameValidation(t, obj, without)
	if server != nil {
		with := serverVerdict(t.Context(), t, obj)
		if with.refused != without.refused {
			t.Errorf("the API server and the offline check differ:\nserver:  %s\noffline: %s", orAccepted(with), orAccepted(without))
		} else if sameWords && len(with.causes) > 0 {
			if diff := cmp.Diff(with.causes, without.causes); diff != "" {
				t.Errorf("the API server (-) and the offline check (+) say different things:\n%s", diff)
			}
		}
	}
	if !without.refused {
		mustBeReadable(t, obj)
	}
	return without
}

func orAccepted(v verdict) string {
	if !v.refused {
		return "accepted"
	}
	return v.text
}

var scheme = func() *runtime.Scheme {
	s := runtime.NewScheme()
	if err := provostv1.AddToScheme(s); err != nil {
		panic(err)
	}
	return s
}()

// mustBeReadable reads an accepted object as clients do that watch it.
func mustBeReadable(t *testing.T, obj *unstructured.Unstructured) {
	t.Helper()
	admitted, errs := offline.Admit(t.Context(), obj)
	if len(errs) > 0 {
		t.Fatal(errs.ToAggregate())
	}
	typed, err := scheme.New(obj.GroupVersionKind())
	if err != nil {
		t.Fatal(err)
	}
	data, err := admitted.MarshalJSON()
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(data, typed); err != nil {
		t.Errorf("an accepted object cannot be read: %v\n%s", err, data)
	}
}

// object reads one object from YAML and puts it into the kind's scope.
func object(t *testing.T, text string) *unstructured.Unstructured {
	t.Helper()
	data, err := yaml.YAMLToJSONStrict([]byte(text))
	if err != nil {
		t.Fatalf("%v in\n%s", err, text)
	}
	obj := &unstructured.Unstructured{}
	if err := json.Unmarshal(data, &obj.Object); err != nil {
		t.Fatal(err)
	}
	if obj.GetAPIVersion() == "" {
		obj.SetAPIVersion(provostv1.GroupVersion.String())
	}
	if offline.Namespaced(obj.GroupVersionKind()) && obj.GetNamespace() == "" {
		obj.SetNamespace(namespace)
	}
	return obj
}

// testCase is one object of a table: what its spec says, and what is said of it.
type testCase struct {
	// about says what is good or bad about the object.
	about string
	// name is the object's name; the table's where it is empty.
	name string
	// spec is the spec in YAML.
	spec string
	// refused is a part of the message; empty where the object is good.
	refused string
}

// table is the cases of one kind.
type table struct {
	kind  string
	name  string
	cases []testCase
}

func (tt table) run(t *testing.T) {
	for _, tc := range tt.cases {
		t.Run(strings.ReplaceAll(tc.about, " ", "_"), func(t *testing.T) {
			name := tc.name
			if name == "" {
				name = tt.name
			}
			obj := object(t, "kind: "+tt.kind+"\nmetadata: {name: "+name+"}\n")
			if tc.spec != "" {
				var spec any
				if err := yaml.Unmarshal([]byte(tc.spec), &spec); err != nil {
					t.Fatalf("%v in\n%s", err, tc.spec)
				}
				obj = object(t, mustYAML(t, map[string]any{
					"kind": tt.kind, "metadata": map[string]any{"name": name}, "spec": spec,
				}))
			}
			got := sameVerdict(t, obj)
			switch {
			case tc.refused == "" && got.refused:
				t.Errorf("refused: %s", got.text)
			case tc.refused != "" && !got.refused:
				t.Errorf("accepted; want a message with %q", tc.refused)
			case !strings.Contains(got.text, tc.refused):
				t.Errorf("refused with\n  %s\nwant a message with\n  %s", got.text, tc.refused)
			}
			if server != nil {
				if applied := applyVerdict(t.Context(), t, obj); applied.refused != got.refused {
					t.Errorf("server-side apply says: %s\ncreate says: %s", orAccepted(applied), orAccepted(got))
				}
			}
		})
	}
}

func mustYAML(t *testing.T, value any) string {
	t.Helper()
	data, err := yaml.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}
