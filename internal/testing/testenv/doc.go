// Package testenv gives a test package one real API server: etcd and
// kube-apiserver as child processes, with Provost's CRDs installed. It starts
// with the first test that asks for it and stops after the last one.
//
//	func TestMain(m *testing.M) { testenv.Main(m) }
//
//	func TestSomething(t *testing.T) {
//		env := testenv.Start(t)
//		env.Namespace(t, "acme", nil)
//		env.Apply(t, "acme", `{kind: Organisation, metadata: {name: acme}}`)
//	}
//
// Where the binaries are absent the test is skipped, and the message says how
// to build them. There is no controller manager beside the API server, so a
// deleted namespace stays in Terminating for good and nothing is garbage
// collected.
package testenv
