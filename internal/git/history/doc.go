// Package history goes through the commits of a repository and says what each
// changed: of the manifests, and of who may do what.
//
// A World holds the manifests as one commit left them, in the engine and with
// their places. Step takes it to another tree (a commit, a folder, the objects
// of a cluster) and reads no file that is the same in both: trees and files are
// compared by their hashes. What a step yields is the changed records with file
// and line, the engine's snapshots before and after, and the Delta that names
// everybody for whom anything may differ. Walk takes a World along a branch.
//
// A commit that cannot be read, because a file of it is wrong, changes
// nothing: the last good state stands, as it would in a cluster, and the step
// says what is wrong.
package history
