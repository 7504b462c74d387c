package authority

// check is one of the things that a judgement looks at beyond the single change,
// so that sequences of changes that are each allowed come to nothing (R22a).
type check uint16

// The checks. A test leaves them out one by one, to see that the search for
// sequences would notice.
const (
	completing check = 1 << iota // who gathers every sensitive permission in parts
	belowMoves                   // to whom the descendants of what is moved belong
	lettingGo                    // whom and what a SystemDeny names
	arriving                     // whoever comes into a group next
	holding                      // what is held by those who are suspended, denied or overridden
	deleting                     // what deleting takes, and creating without a parent
	naming                       // names that objects still name
	selecting                    // what selections give to what is to come
	opening                      // whoever has no Person, and is kept out by what chooses people
	composing                    // whom compose keeps out as long as he is in no other group
	waiting                      // who is entered in a group that keeps him out today
	timing                       // what opens and closes by the clock
	retiming                     // what a term gives by which it moves
	spreading                    // what a role gives below the place where it stands
)
