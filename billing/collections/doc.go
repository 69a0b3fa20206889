// Package collections is the ladder from an unpaid bill to a shutoff: who is told, tagged and shut off, on which day, and why; and why
// not. A date of shutoff is the latest over all constraints, those of the law and those of the district, moved forward to a
// permitted day.
//
//	ladder, err := collections.Compile(policy, office, location)       // every problem of the policy at once
//	answer, err := ladder.Walk(collections.Facts{Account: account, On: today, …})
//	fmt.Println(answer)                       // from 2026-06-22 08:00 on, …; or: blocked: appeal pending: …
//	for _, bound := range answer.Bounds {
//		fmt.Println(bound)                // each constraint with its day, and the event that it counts from
//	}
//	deadlines, err := ladder.Deadlines("residential", day)             // backwards: the last day of each step
//
//	list, err := ladder.List(collections.Shutoffs, "SHUTOFF-2026-06-22", day, clerk, facts) // and who is left out, and why
//	approved, err := approval.Approve(proposal, decision, matrix, history)           // a second person approves it
//	dispatch, err := ladder.Dispatch(approved, now, facts)             // each account looked at again: it shrinks, and never grows
//
//	letter, err := letters.Letter(collections.PastDueLetter, "N-1", dispatch, facts[0])   // of a list of notices: what it has to say
//	events, err := letter.Events(given)                                // and the steps that it is once it was given
//	charges, err := fees.Steps(collections.StepFacts{…})               // each by a recorded event; withdrawn, it is taken back
//	fee, shutoffs, err := fees.Reconnection(collections.FeeFacts{…}, …)   // of low income, both at most the cost and the law's cap
//
// What is owed, past due and pending, payment plans and level pay are the ledger's: [ledger.Account.Standing] and its terms are asked,
// and nothing is computed anew. Law is dated, sourced data ([HSC116900At2024], [Gov60370At2022], [HSC116914At2018]) of residential
// service; the district's counsel confirms it, and every answer names what was not confirmed. A policy with residential service states each of
// them, just as it is, or waives it with a reason, which every answer tells.
//
// # Steps
//
// A step that is not recorded as an [Event], with its day, method, person and recipient, was not taken: it blocks. An event is
// of one debt, which is named by the due date of its oldest part; what is left of older bills and is less than the policy's least
// debt makes it no older. Once that part is paid, or its due date is extended, the ladder
// begins anew for what is left. Clock hours are clock hours, also where clocks are changed; of an event without an instant they
// count from the end of its day.
//
// # Fees and letters
//
// A fee is charged by an event, and found in the books by it: asked for again it stands, and one that should not be is reversed. Only
// what is dated is asked of the day of a step; the ladder as it would be walked today is no judge of it.
//
// A letter is fields, and the ids of the templates that they are printed in: it has no names, no addresses and no words of its own. What
// the laws ask of it ([HSC116900LettersAt2024], [Gov60371LettersAt2022]) is as far as it is known, see the status of each topic.
//
// # What the sources leave open
//
// The rules that it follows (policy README.md §3.6, rules.md §1) decide these by one principle: where two readings are possible, the
// later day, or no shutoff. They are ours, for the district to ratify.
//
//   - Of several events that satisfy a constraint the one that allows the earliest day counts: a second notice does no harm. But a
//     date that any notice states holds whatever happened since: of a notice that was withdrawn, and of one of another debt, too.
//   - Business days are those on which the office is open, and never a Saturday or a Sunday. A contact on a closed day counts as one of
//     the next business day.
//   - A bill that is sent by e-mail is mailed. Nothing that a law asks for in writing is done by e-mail.
//   - A notice by mail is none of 48 hours before: it is not known when it came. A door tag is posted or handed over, and an adult
//     who is reached is 24 hours before, on whatever the tag says.
//   - An adult is reached, and a tag is left, at the premises: a call to a customer whose address is another is none, and a third party is
//     told of nothing by it.
//   - Where mail to the customer came back, be it the bill or the district's own notice, and no call told the customer after its day, a
//     visit with posting, on that day or a later one, comes 48 hours before. A notice to anybody else that came back is none, nor is the
//     district's own notice.
//   - But for the mailing of the bill, and a mailed notice 19 days after it, nothing is a step that was done before there was a debt. What is
//     recorded of before the bill is refused.
//   - Of a broken plan the 60 days count from the first installment that was missed; where the plan was called off, from its end. The
//     final notice follows them.
//   - The ladder begins anew, and what was told before is no step of it, on the day on which what kept the account from a shutoff has
//     ended: a review that is decided, a case that is closed or dismissed, a hardship, a plan, be it ended or not kept any more, level pay, notices
//     that were held; after the day of a reconnection; and on the day from which the debt stands again, after it was paid, or covered by
//     money on its way, or below the least of the policy; where a payment was taken back with effect from an earlier day, on that of the
//     books. The mailing of the bill, and the 60 days since it was due, stay what they were. Money on its way that covers a part begins
//     nothing anew.
//   - An adult who was reached, a tag and a visit count for the days that the policy states, and for no later shutoff.
//   - The last of the shutoffs and the reconnections says whether service is off; of those of one day the reconnection, unless the instants
//     of both say otherwise.
//   - An account on level pay is not shut off before it is settled, in arrears or not.
//   - A notice that states an amount is none once less was charged: by a correction, since its day, of what was past due on it, or so much
//     that it states more than was charged at all. A payment withdraws no notice. An approved row goes with its own amount alone.
//   - An appeal, a complaint or a request for an extension that is open blocks, in time or not.
//   - While a case of bankruptcy is open nothing is shut off; what was billed up to its last bill with days before it, what replaces that in
//     the books, and a back-bill of days before it are no debt of the ladder after the case either. What replaces an item of a plan is of
//     the plan.
//   - A step that was taken on the day of the whole payment, or while the ladder was blocked, bears no fee; nor does a notice, a tag or a visit
//     that states an amount which a correction has made less since. A shutoff is no notice: it keeps its fee, unless it is withdrawn. A
//     waived fee was that of the debt where a debt bears it once.
//   - Of a household of low income the fees for the shutoff and for the reconnection together are under the law's cap on the
//     reconnection, and under its actual cost. For the shutoff alone that is the cap in hours.
//   - All letters are in all languages of the policy. A letter to tenants does not say what the owner owes.
//   - A household of low income pays the least of the district's fee, the actual cost and the cap. The cap with its index is cut to whole
//     cents.
package collections
