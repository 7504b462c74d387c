// Package gittransport reaches Git servers that may mean harm. It stands in for
// go-git's own HTTP, SSH and git transports, and bounds what those read without
// end: everything that a server sends is counted, and addresses that may not be
// reached are refused at the moment of dialling, whatever name or redirect led
// there.
//
// Whoever imports the package has it: the transports are put in place when the
// program starts. Use gives a fetch limits and networks of its own.
package gittransport
