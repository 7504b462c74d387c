// Package allowance says which commits may say that a change is meant, and what they say: the one meaning of a trailer
// such as "Provost-Allow-Removals: 30", for whoever plans a change and for whoever applies it.
package allowance
