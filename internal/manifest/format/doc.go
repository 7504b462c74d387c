// Package format writes manifests in one order and layout: the fields of an object
// as the API lists them, two spaces a step, lists not indented below their field.
// Comments stay with what they speak of, blank lines and the flow style ({a: b})
// stay where somebody wrote them, and documents that are no objects of ours stay as
// they are. What a file means never changes: every document is read again and
// compared before it is handed out.
package format
