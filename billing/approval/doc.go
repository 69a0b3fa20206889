// Package approval is the second pair of eyes: what moves money, or goes out of the house, is proposed by one person and
// approved by another, within the limits that the policy gives them, and nothing that acts takes anything else.
//
//	matrix, err := approval.Compile(policy)                          // every problem at once
//	history, err := approval.NewHistory(verifier, records)           // what was decided before
//
//	proposal, err := approval.Propose(adjustment, approval.Request{Key: "ADJ-1041", Prepared: clerks, At: now})
//	approved, err := approval.Approve(proposal, approval.Decision{   // approval.Approved[Adjustment]
//		By: supervisor, At: later, Saw: proposal.Digest(),
//	}, matrix, history)
//
//	record, err := approved.Record().Sealed(signer)                  // store it before anything is done,
//	err = history.Add(record)                                        // and before the next decision
//	adjustment, err = approved.Open(time)                            // what posts an adjustment takes the Approved
//
//	list, err = approval.Reduce(list, left, by, at, reasons, history) // a list may shrink, and never grows
//	list, err = approval.Restore(stored, "SHUTOFF-2026-06-22", history)
//
// # What is approved
//
// An approval is of a [Digest]: of the kind, the key of the request and the canonical bytes of the content. Whoever decides
// names the digest of what they were shown, and [Approved.Open] digests again what it hands out. So content that was changed,
// or approved for another purpose, is not acted on.
//
// A request is decided once. Two requests for the same credit are two; a request that was rejected, or whose approval was
// withdrawn, is made again under a new key.
//
// Content that is not fit to be approved refuses itself by a method ApprovalCheck, see [Content]. A [List] may lose rows after it
// was approved: what stands or falls together, such as the two sides of a transfer, must not be a List.
//
// # What a host stores
//
// Records, sealed, by [RecordForm], each before it is acted on. Where a proposal waits for its decision in the store, so does its
// own record ([Proposal.Record]): it says who prepared it, which nothing else keeps from being changed until then. The pair of
// Proposal and Ordinal must be a unique key of the store. Two servers that decide on one request at once then find that one of
// them came too late; without the key both records are stored, and no [History] can be made of them.
//
// A History for a decision needs the records of its own proposal, and those of all proposals that were approved on the same
// authority for the same kind within the longest window of the policy. To restore an approval, those of its proposal suffice.
//
// Instants are those of the host's clocks. Where the clock of the server that decides is behind that of the server that
// proposed, the decision is dated before its proposal and refused ([ErrInstant]); so are an act and a withdrawal before the
// approval. Keep the clocks together, or try again.
//
// # Who may approve
//
// Nobody who prepared a thing decides on it, in whatever spelling of their [Person], and nobody decides on a preparer's
// authority. Roles, limits and delegations are those of the [Policy] on the day of the decision, in the district's location.
// What is approved counts against the limits of whose authority it was, by kind and account, for all of a [Window]: neither
// two proposals nor two delegates have more room than one. It counts until others withdraw it, also where it expired, was
// reduced or was never acted on.
//
// A limit is for each person's authority, not for all who have the role: two supervisors with $500.00 each may approve $1,000.00
// in one account between them.
//
// # What it guards against
//
// It guards against mistakes and against going round the procedure: things that change between approval and act, stale
// copies, records made or altered by hand in the store, lists that grow, limits that are split. It does not guard against
// hostile code in the same process, which can reach anything; nor against whoever has the sealing key, nor a host that leaves
// records out of the history, names false preparers, decides by a policy of its own making or gives a false time: the core has no
// clock. Nor does it guard who prepared a thing where the proposal was not stored sealed and is made again from the host's own
// columns. Which policy was used is in each record, with the digest of all that it said ([Matrix.Digest]).
//
// Values once approved do not learn of what is decided later. A host that acts on an [Approved] some time after it was made
// restores it from the records first.
package approval
