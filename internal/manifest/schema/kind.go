package schema

import (
	"context"
	"fmt"
	"slices"
	"sync"

	"k8s.io/apiextensions-apiserver/pkg/apis/apiextensions"
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	structuralschema "k8s.io/apiextensions-apiserver/pkg/apiserver/schema"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/cel"
	structuraldefaulting "k8s.io/apiextensions-apiserver/pkg/apiserver/schema/defaulting"
	structurallisttype "k8s.io/apiextensions-apiserver/pkg/apiserver/schema/listtype"
	schemaobjectmeta "k8s.io/apiextensions-apiserver/pkg/apiserver/schema/objectmeta"
	structuralpruning "k8s.io/apiextensions-apiserver/pkg/apiserver/schema/pruning"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/validation"
	"k8s.io/apimachinery/pkg/api/operation"
	metavalidation "k8s.io/apimachinery/pkg/api/validation"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/validation/field"
	celconfig "k8s.io/apiserver/pkg/apis/cel"
)

// kind is one version of one CustomResourceDefinition.
type kind struct {
	// names are what the definition says of the kind, without its schema.
	names   apiextensionsv1.CustomResourceDefinitionSpec
	version string
	// all is the whole definition, and at the place of the version in it.
	all func() (*apiextensionsv1.CustomResourceDefinition, error)
	at  int

	once     sync.Once
	validity *validity
	err      error
}

// validity is what a compiled schema can say of objects. Nothing of it changes once it is there.
type validity struct {
	namespaced bool
	// dropStatus is whether a created object loses its status, because status is written by way of a subresource.
	dropStatus bool
	structural *structuralschema.Structural
	// quick tells a good object at once; nil where the schema has something that it does not understand.
	quick certain
	// thorough is compiled when the quick check is not certain of an object for the first time: it takes tens of
	// milliseconds, most of it for CEL, and most readings never need it.
	thorough func() (*thorough, error)
}

// thorough is what the API server's libraries say of an object.
type thorough struct {
	openAPI validation.SchemaValidator
	// rules is nil for a kind without CEL rules.
	rules *cel.Validator
}

func (k *kind) groupVersionKind() schema.GroupVersionKind {
	return schema.GroupVersionKind{
		Group: k.names.Group, Version: k.version, Kind: k.names.Names.Kind,
	}
}

func (k *kind) namespaced() bool { return k.names.Scope == apiextensionsv1.NamespaceScoped }

// compiled returns the schema as objects are held to it.
func (k *kind) compiled() (*validity, error) {
	k.once.Do(func() {
		k.validity, k.err = k.compile()
		if k.err != nil {
			k.err = fmt.Errorf("compile the schema of %s: %w", k.groupVersionKind(), k.err)
		}
	})
	return k.validity, k.err
}

func (k *kind) compile() (*validity, error) {
	definition, err := k.all()
	if err != nil {
		return nil, err
	}
	version := definition.Spec.Versions[k.at]
	internal := &apiextensions.CustomResourceValidation{}
	err = apiextensionsv1.Convert_v1_CustomResourceValidation_To_apiextensions_CustomResourceValidation(version.Schema, internal, nil)
	if err != nil {
		return nil, err
	}
	structural, err := structuralschema.NewStructural(internal.OpenAPIV3Schema)
	if err != nil {
		return nil, err
	}
	return &validity{
		namespaced: k.namespaced(),
		dropStatus: version.Subresources != nil && version.Subresources.Status != nil,
		structural: structural,
		quick:      quickly(structural),
		thorough: sync.OnceValues(func() (*thorough, error) {
			openAPI, _, err := validation.NewSchemaValidator(internal.OpenAPIV3Schema)
			if err != nil {
				return nil, err
			}
			return &thorough{openAPI: openAPI, rules: cel.NewValidator(structural, true, celconfig.PerCallLimit)}, nil
		}),
	}, nil
}

// decode does to an object, in place, what the API server does when it decodes a request: metadata that is no metadata
// and unknown fields are errors; nulls go, and defaults come. With unknown fields alone the rest can be looked at all the
// same; readable says so.
func (v *validity) decode(obj *unstructured.Unstructured) (errs field.ErrorList, readable bool) {
	meta, found, unknown, err := schemaobjectmeta.GetObjectMetaWithOptions(obj.Object, schemaobjectmeta.ObjectMetaOptions{
		ReturnUnknownFieldPaths: true,
	})
	if err != nil {
		return field.ErrorList{field.Invalid(field.NewPath("metadata"), field.OmitValueType{}, err.Error())}, false
	}
	unknown = append(unknown, structuralpruning.PruneWithOptions(obj.Object, v.structural, true,
		structuralschema.UnknownFieldPathOptions{TrackUnknownFieldPaths: true})...)
	structuraldefaulting.PruneNonNullableNullsWithoutDefaults(obj.Object, v.structural)
	invalid, more := schemaobjectmeta.CoerceWithOptions(nil, obj.Object, v.structural, false, schemaobjectmeta.CoerceOptions{
		ReturnUnknownFieldPaths: true,
	})
	if invalid != nil {
		return field.ErrorList{invalid}, false
	}
	for _, path := range append(unknown, more...) {
		errs = append(errs, v.unknownField(path))
	}
	if found {
		if !v.namespaced {
			meta.Namespace = ""
		}
		if err := schemaobjectmeta.SetObjectMeta(obj.Object, meta); err != nil {
			return field.ErrorList{field.Invalid(field.NewPath("metadata"), field.OmitValueType{}, err.Error())}, false
		}
	}
	structuraldefaulting.Default(obj.Object, v.structural)
	return errs, true
}

// besides is what else is wrong with an object that has unknown fields. What seems to be missing may be what was
// misspelt, and is not said; neither is what the CEL rules make of that.
func (v *validity) besides(obj *unstructured.Unstructured) field.ErrorList {
	if v.dropStatus {
		delete(obj.Object, "status")
	}
	checks, err := v.thorough()
	if err != nil {
		return field.ErrorList{field.InternalError(nil, err)}
	}
	errs := validation.ValidateCustomResource(nil, obj.Object, checks.openAPI)
	errs = append(errs, structurallisttype.ValidateListSetsAndMaps(nil, v.structural, obj.Object)...)
	return slices.DeleteFunc(errs, func(e *field.Error) bool { return e.Type == field.ErrorTypeRequired })
}

// validate does what the API server does before it stores a new object: metadata, types and limits, the keys of lists,
// and, where nothing is wrong that would confuse them, the CEL rules.
func (v *validity) validate(ctx context.Context, obj *unstructured.Unstructured) field.ErrorList {
	if v.dropStatus {
		delete(obj.Object, "status")
	}
	checks, err := v.thorough()
	if err != nil {
		return field.ErrorList{field.InternalError(nil, err)}
	}
	errs := v.validateMeta(ctx, obj)
	errs = append(errs, validation.ValidateCustomResource(nil, obj.Object, checks.openAPI)...)
	errs = append(errs, structurallisttype.ValidateListSetsAndMaps(nil, v.structural, obj.Object)...)
	if !BlocksRules(errs) {
		broken, _ := checks.rules.Validate(ctx, nil, v.structural, obj.Object, nil, celconfig.RuntimeCELCostBudget)
		errs = append(errs, broken...)
	}
	if v.dropStatus {
		// The status comes back as its default when the object is read.
		structuraldefaulting.Default(obj.Object, v.structural)
	}
	return errs
}

// surely says whether an object is certain to be good.
func (v *validity) surely(obj *unstructured.Unstructured) bool {
	return v.quick != nil && v.namespaced == (obj.GetNamespace() != "") && v.quick(obj.Object)
}

// complete gives a good object its defaults, those of its status included.
func (v *validity) complete(obj *unstructured.Unstructured) {
	structuraldefaulting.Default(obj.Object, v.structural)
}

func (v *validity) validateMeta(ctx context.Context, obj *unstructured.Unstructured) field.ErrorList {
	meta, _, _, err := schemaobjectmeta.GetObjectMetaWithOptions(obj.Object, schemaobjectmeta.ObjectMetaOptions{})
	if err != nil {
		return field.ErrorList{field.Invalid(field.NewPath("metadata"), field.OmitValueType{}, err.Error())}
	}
	if meta == nil {
		meta = &metav1.ObjectMeta{}
	}
	return metavalidation.ValidateObjectMetaDeclaratively(ctx, operation.Create, meta, nil, v.namespaced,
		metavalidation.NameIsDNSSubdomain, field.NewPath("metadata"), true)
}

// BlocksRules says whether errors are of the kind after which the API server does not evaluate CEL rules.
func BlocksRules(errs field.ErrorList) bool {
	for _, err := range errs {
		switch err.Type {
		case field.ErrorTypeNotSupported, field.ErrorTypeRequired, field.ErrorTypeTooLong, field.ErrorTypeTooMany, field.ErrorTypeTypeInvalid:
			return true
		}
	}
	return false
}
