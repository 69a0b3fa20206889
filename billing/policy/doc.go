// Package policy has values that a district's policy must state, since a default would quietly charge people.
//
//	grace := policy.Is(5)                      // a value
//	limit := policy.Of(span)                   // a value where there may be none
//	limit = policy.None[backbill.Span]()       // the decision to have none
//	limit = policy.OrNone[backbill.Span]{}     // nobody has decided: a policy that holds it is refused
//
// A policy file states them as they are, as {unknown: why} or as {placeholder: value, why: why}. One that is not known is
// [ErrNotKnown], which names it; what is made with a placeholder says so: see [Findings].
//
// Numbers, amounts, quantities, days and spans are such values. Texts, choices and lists of names are plain: one that is not
// known takes its version of the policy with it. Which of them are placeholders stands in [Marks], where the policy has them, and
// otherwise in policyfile.Version.Placeholders alone.
package policy
