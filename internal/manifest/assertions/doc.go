// Package assertions checks what a team writes down beside its manifests of who may
// do what: who may, who may not, who is a member, and how many. The files are called
// *_test.yaml, so that nothing takes them for manifests, and hold AccessTests.
package assertions
