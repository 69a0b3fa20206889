// Package payments takes the money that a water district receives: it finds whose each payment is, applies it to what is owed in the order of the
// district's ordinance, and lets what is not certain wait with the reason. It proves that no cent is made or lost, and that billing,
// remittance and bank agree, or by what they differ.
//
//	directory, err := payments.NewDirectory(payments.References{InvoicePrefix: "INV", CheckDigit: &luhn}, accounts)
//	owed, err := payments.OwedOn(&books, today, payments.OldestFirstPolicy(), terms) // from billing/ledger, under plans and extensions
//	result, err := payments.Reconcile(payments.Day{On: today, Files: files, Directory: directory, Owed: owed, Seen: seen, Settings: settings})
//	for _, line := range result.Lines {
//		fmt.Println(line.Disposition(), line.Account, line.Amount)        // applied 01044171 $84.10; exception:check_digit …
//	}
//	_, err = result.Post(&books)                                       // or result.Journal(), entry by entry
//	keep(result.Sightings(), result.FilesSeen())                       // so that nothing is taken twice
//
//	banked, err := payments.MatchBank(deposits, lines, payments.Banking{On: today, Days: 3})
//	tie, err := payments.Tie(billing, remitted, 3, banked)             // bank − billing = the sum of the differences
//
// # What is posted, and what waits
//
// A payment is posted where its reference is an account's number, one of its bills or another name that it alone has. A name, an amount or a bank
// account only ever propose: they are in the [Evidence] of what waits in suspense, for a person who then calls [Assign]. A sum for several accounts is
// shared out only where exactly one set of them owes it, among [MaxCertain] at the most.
//
// A batch whose totals do not agree is held: nothing of it posts, and all in it counts as seen. [Controls] says what is done with other faults. A
// file that was taken before gives nothing; a payment that was taken before, a duplicate that waits; one that is like another in all that is known, and
// has no number, is posted and told.
//
// # Where money goes
//
// An account's own credit is used first, by entries of their own. Then the payment fills what the account owes in the order of a [Policy]; what is left
// is credit. What another agency is owed reaches it by a leg of its own, which is the ledger's rule. What is taken back is the exact negation of the legs
// that were stored, by [Reverse] or as a chargeback within a day: what came in since stays as it is, and credit that was refunded meanwhile is
// asked for again.
//
// # What the sources leave open
//
// These readings are ours, for the district to ratify:
//
//   - Where an ordinance is silent, the oldest due date comes first, then penalties, then what was billed first.
//   - Installments of a payment plan that no bill asks for yet are paid ahead only where the policy says so.
//   - What a level amount asks for beyond the charges to date is of no item: a payment of it is credit, which the ledger counts for it.
//   - A part of a payment that is taken back is not guessed at: it waits as returned.
//   - Money below zero that takes back nothing known, and money that is no dollars, have no entry: a person says what they are.
package payments
