// Package plan says what a change of the manifests means for people: who gains
// and who loses what, where, and through which edit. It is a pure function of
// the engine's two snapshots and the edits that lie between them, and computes
// no permission by itself.
//
// Make looks at those alone whom the engine's Delta names. Its answer holds the
// numbers first, then rows: equal changes of many people at many entities are
// one row, and rows of which the causes are alike one block. Escalations are what
// a reviewer has to see before anything else.
//
// The causes of a row are edits that suffice for it and of which none can be left
// out. The search for them begins with what the explanations of the two states
// have not in common, and asks states that some of the edits make (Snapshot.With).
package plan
