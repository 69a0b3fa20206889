// Package policy has values that a district's policy must state, since a default would quietly charge people.
//
//	limit := policy.Of(span)               // a limit
//	limit = policy.None[backbill.Span]()   // the decision to have none
//	limit = policy.OrNone[backbill.Span]{} // nobody has decided: a policy that holds it is refused
package policy
