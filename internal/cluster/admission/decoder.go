package admission

import (
	"encoding/json"
	"fmt"
	"reflect"

	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"sigs.k8s.io/controller-runtime/pkg/webhook/admission"

	"provost.dev/provost/internal/engine/authority"
	"provost.dev/provost/internal/engine/directory"
	"provost.dev/provost/internal/manifest"
)

// decoder reads the objects of requests.
type decoder struct {
	scheme *runtime.Scheme
	raw    admission.Decoder
}

// request is an admission request, read.
type request struct {
	admission.Request
	id directory.ID
	// before and after are the objects: nil before a creation, and after a deletion.
	before, after manifest.Object
	// was and is are what they declare; nil where that is nothing.
	was, is directory.Record
	// same says that the spec stays as it is.
	same bool
	// metadataChange is the record of an object of which more is changed than the spec; nil where nothing is.
	metadataChange *metadataChange
	// administers says whether Kubernetes' RBAC lets the requester administer platforms; nil until somebody asks.
	administers *bool
}

func (d *decoder) read(req admission.Request) (*request, error) {
	r := &request{Request: req, id: directory.ID{Kind: directory.Kind(req.Kind.Kind), Namespace: req.Namespace, Name: req.Name}}
	var err error
	if r.before, r.was, err = d.object(req, req.OldObject); err != nil {
		return nil, err
	}
	if r.after, r.is, err = d.object(req, req.Object); err != nil {
		return nil, err
	}
	for _, o := range []manifest.Object{r.after, r.before} { // generateName and the deletion of many: only the objects have the name
		if r.id.Name == "" && o != nil {
			r.id.Name = o.GetName()
		}
	}
	r.same, err = sameSpec(req)
	return r, err
}

// asker is who asks, as the API server names them.
func (r *request) asker() authority.Requester {
	return authority.Requester{User: r.UserInfo.Username, Groups: r.UserInfo.Groups}
}

func (d *decoder) object(req admission.Request, raw runtime.RawExtension) (manifest.Object, directory.Record, error) {
	if len(raw.Raw) == 0 {
		return nil, nil, nil
	}
	typed, err := d.scheme.New(schema.GroupVersionKind(req.Kind))
	if err != nil {
		return nil, nil, err
	}
	o, ok := typed.(manifest.Object)
	if !ok {
		return nil, nil, fmt.Errorf("%T is no object", typed)
	}
	if err := d.raw.DecodeRaw(raw, o); err != nil {
		return nil, nil, err
	}
	record, err := manifest.FromObject(o)
	return o, record, err
}

// sameSpec says that nothing but metadata and status differs. An object that is
// to be created, or deleted, differs in everything.
func sameSpec(req admission.Request) (bool, error) {
	if len(req.OldObject.Raw) == 0 || len(req.Object.Raw) == 0 {
		return false, nil
	}
	var specs [2]struct {
		Spec any `json:"spec"`
	}
	for i, raw := range []runtime.RawExtension{req.OldObject, req.Object} {
		if err := json.Unmarshal(raw.Raw, &specs[i]); err != nil {
			return false, err
		}
	}
	return reflect.DeepEqual(specs[0].Spec, specs[1].Spec), nil
}
