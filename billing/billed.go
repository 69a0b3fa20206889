package billing

import (
	"fmt"
	"iter"
	"slices"

	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/internal/entrykey"
	"github.com/headgate-dev/headgate/billing/internal/uncopied"
	"github.com/headgate-dev/headgate/billing/ledger"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/rates"
	"github.com/headgate-dev/headgate/billing/stored"
	"github.com/headgate-dev/headgate/metering"
)

// Line is one amount of a bill with all that it was found from, so that the bill can be worked out again from what it prints:
// in two cities the printed dates and tiers were not those that were used.
type Line struct {
	Agreement string // its id; empty for a fee
	Meter     string // where the line is for one of several
	Charge    string // its id in the rate schedule; the key of a fee
	Text      string
	Period    civil.Period // the days that it is for; none for a fee
	// Quantity is the units, or the dollars that a percentage is taken of, and Price the dollars per unit, or the percentage;
	// both zero for a fixed amount.
	Quantity, Price exact.Ratio
	Tier            int         // from 1; 0 where there are none
	Exact           exact.Ratio // dollars, before rounding
	Amount          money.Amount
	Version         civil.Date     // the first day of the version of the rates; none for a fee
	Source          rates.Citation // what the price rests on
	Posting         Posting
}

// ID is the bill's id: of its account and key.
func (b Bill) ID() stored.ID { return b.id }

// Key returns the source's key.
func (b Bill) Key() string { return b.r.Key }

// Account returns the account.
func (b Bill) Account() string { return b.r.Account }

// Customer returns the customer.
func (b Bill) Customer() string { return b.r.Customer }

// Area returns the service area.
func (b Bill) Area() string { return b.r.Area }

// Billed returns the day of the bill.
func (b Bill) Billed() civil.Date { return b.r.Billed }

// Due returns the last day on which it is paid in time.
func (b Bill) Due() civil.Date { return b.r.Due }

// Lines are the amounts of the bill, service by service in the order of the quotes, then the fees. They sum to Charges.
func (b Bill) Lines() iter.Seq[Line] {
	return func(yield func(Line) bool) {
		n := 0
		for _, s := range b.r.Services {
			for l := range s.Quote.Lines() {
				line := Line{
					Agreement: s.Agreement.ID, Meter: l.Meter(), Charge: l.Charge(), Text: l.Text(), Period: l.Period(), Quantity: l.Quantity(), Price: l.Price(),
					Tier: l.Tier(), Exact: l.Exact(), Amount: l.Amount(), Version: l.Version(), Source: l.Source(),
					Posting: b.items[b.itemOf[n]].posting,
				}
				n++
				if line.Period.IsZero() {
					line.Period = s.Quote.Input.Period
				}
				if !yield(line) {
					return
				}
			}
		}
		for _, f := range b.r.Fees {
			if !yield(Line{Charge: f.Key, Text: f.Text, Exact: f.Amount.Ratio(), Amount: f.Amount, Source: f.Source, Posting: f.Posting}) {
				return
			}
		}
	}
}

// Reads are the readings of an agreement's usage, as the bill prints them, those of all its periods on the bill.
func (b Bill) Reads(agreement string) []metering.Part {
	var out []metering.Part
	for i, s := range b.r.Services {
		if s.Agreement.ID == agreement {
			for _, u := range b.reads[i] {
				out = append(out, u.parts...)
			}
		}
	}
	return out
}

// Days are the days that the bill has of each agreement, for Agreement.Coverage. Whether it was taken back only the books know,
// see DaysIn.
func (b Bill) Days() []BilledDays {
	var out []BilledDays
	for _, s := range b.r.Services {
		out = append(out, BilledDays{Bill: b.r.Key, Agreement: s.Agreement.ID, Period: s.Quote.Input.Period})
	}
	return out
}

// DaysIn are Days as the books have them: reversed where the bill was taken back.
func (b Bill) DaysIn(books *ledger.Ledger) []BilledDays {
	out, back := b.Days(), b.takenBack(books)
	for i := range out {
		out[i].Reversed = back
	}
	return out
}

// Quotes are the quotes of the bill, one for each service.
func (b Bill) Quotes() []rates.Quote {
	var out []rates.Quote
	for _, s := range b.r.clone().Services {
		out = append(out, s.Quote)
	}
	return out
}

// Served are the services of the bill as it holds them, in their order: for rooms that read very many bills and change nothing. A
// host asks Quotes, Days and Reads.
func (b *Bill) Served(uncopied.View) iter.Seq[Served] {
	return func(yield func(Served) bool) {
		for i := range b.r.Services {
			s := &b.r.Services[i]
			own := Served{Agreement: &s.Agreement, Quote: &s.Quote, uses: b.reads[i], bill: b, place: i}
			if !yield(own) {
				return
			}
		}
	}
}

// Served is a service of a bill, which it shares with the bill: see Bill.Served.
type Served struct {
	Agreement *Agreement
	Quote     *rates.Quote
	uses      measured
	bill      *Bill
	place     int // of the service on it
}

// Postings are how its charges are entered in the books, each once.
func (s Served) Postings() iter.Seq[Posting] {
	return func(yield func(Posting) bool) {
		if s.bill == nil {
			return
		}
		for i := range s.bill.items {
			if it := &s.bill.items[i]; it.service == s.place && !yield(it.posting) {
				return
			}
		}
	}
}

// Usages are the keys of the usages that the service was billed by, each with its readings; none of an unmetered one.
func (s Served) Usages() iter.Seq2[string, []metering.Part] {
	return func(yield func(string, []metering.Part) bool) {
		for i := range s.uses {
			if !yield(s.uses[i].key, slices.Clip(s.uses[i].parts)) {
				return
			}
		}
	}
}

// Reads are the readings of all its usages.
func (s Served) Reads() []metering.Part {
	if len(s.uses) == 1 {
		return slices.Clip(s.uses[0].parts)
	}
	var out []metering.Part
	for _, u := range s.uses {
		out = append(out, u.parts...)
	}
	return out
}

// Charges is what the bill charges: the sum of its lines.
func (b Bill) Charges() money.Amount { return b.charges }

// Previous is the account's balance after the last bill; with Since it comes to BalanceBefore.
func (b Bill) Previous() money.Amount { return b.r.Previous }

// Since is what happened since the last bill.
func (b Bill) Since() []Activity { return slices.Clone(b.r.Since) }

// BalanceBefore is what the account owes in all without the bill, its credit taken off; below zero where it has more credit.
func (b Bill) BalanceBefore() money.Amount { return b.r.Before.Balance }

// BalanceAfter is BalanceBefore and Charges.
func (b Bill) BalanceAfter() money.Amount { return b.after }

// AmountDue is what the bill asks for by its due date: DueBefore, and the charges, less ByCredit, ByPending and those that
// level pay leaves for later.
func (b Bill) AmountDue() money.Amount { return b.due }

// DueBefore is what of AmountDue is due without the bill's charges: what was billed before, and the level amount of level pay,
// less what credits of the bill exceed its charges by.
func (b Bill) DueBefore() money.Amount { return money.Cents(max(0, b.r.Before.Due().Cents()-b.over)) }

// PastDue is what of DueBefore is past due on the day of the bill. Credit that the bill gives pays it first.
func (b Bill) PastDue() money.Amount { return money.Cents(max(0, b.r.Before.PastDue.Cents()-b.given)) }

// ByCredit is what of the charges the account's credit covers.
func (b Bill) ByCredit() money.Amount { return b.credit }

// ByPending is what of the charges money on its way will cover: it is not asked for again.
func (b Bill) ByPending() money.Amount { return b.pending }

// LevelAmount is the level amount that is billed with the bill, a part of DueBefore; zero where none is.
func (b Bill) LevelAmount() money.Amount { return b.level }

// Later is what the account owes and the bill does not ask for: the difference that level pay leaves to its settlement, below
// zero where the level amounts are ahead, and unbilled installments of a payment plan.
func (b Bill) Later() money.Amount { return b.later }

// Draft is what becomes of the bill by automatic draft.
func (b Bill) Draft() Draft { return b.r.Draft }

// Messages are those that the bill puts on itself (an estimated usage, a quantity that is not metered, automatic draft, level pay,
// credit, money on its way), and then those of the request.
func (b Bill) Messages() []Message {
	var out []Message
	say := func(code, text string) { out = append(out, Message{code, text}) }
	for i, s := range b.r.Services {
		if slices.ContainsFunc(b.reads[i], func(u measuredUse) bool { return u.guessed }) {
			say(MessageEstimated, "The "+s.Agreement.Service+" usage of "+s.Quote.Input.Period.String()+" is estimated, and is settled by the next reading.")
		}
		if s.Basis != "" {
			say(MessageBasis, "The "+s.Agreement.Service+" quantity of "+s.Quote.Input.Period.String()+" is not metered: "+s.Basis+".")
		}
	}
	switch d := b.r.Draft; {
	case d.State == WillBeDrafted && b.due.Sign() > 0:
		say(MessageDraft, fmt.Sprintf("Do not pay: %s will be drafted on %s.", b.due, d.On))
	case d.State == WillBeDrafted:
		say(MessageDraft, "Nothing is due, and nothing will be drafted.")
	case d.State == DraftSuspended:
		say(MessageSuspended, "This bill is not drafted: "+d.Why+". Please pay it.")
	}
	if b.r.Level != nil && b.level.Sign() > 0 {
		say(MessageLevelPay, fmt.Sprintf("Level pay: %s of %s is asked for; charges of this bill are %s.", b.level, b.r.Billed, b.charges))
	}
	if b.credit.Sign() > 0 {
		say(MessageCredit, fmt.Sprintf("%s of your credit is used for this bill.", b.credit))
	}
	if b.pending.Sign() > 0 {
		say(MessagePending, fmt.Sprintf("%s on its way is taken as paid.", b.pending))
	}
	return append(out, b.r.Messages...)
}

// Entries are the bill as the ledger takes it: an entry that opens an item for what each service comes to under each posting,
// and, where credits of a rate schedule exceed its charges, one that adjusts them. What comes to nothing opens nothing.
func (b Bill) Entries() []ledger.Entry {
	base := ledger.Entry{Key: entrykey.Bill(b.r.Account, b.r.Key), Effective: b.r.Billed, Accounting: b.r.Billed}
	billed, adjusted := base, base
	billed.Cause, adjusted.Cause = ledger.Billed, ledger.Adjusted
	for _, x := range b.items {
		item := ledger.Item{
			Account: b.r.Account, Area: b.r.Area, Kind: x.posting.Kind, Service: x.posting.Service, RevenueCode: x.posting.RevenueCode,
			Billed: b.r.Billed, Due: b.r.Due, Agency: x.posting.Agency,
		}
		switch {
		case x.cents > 0:
			billed.Opens = append(billed.Opens, ledger.Open{Item: item, Amount: money.Cents(x.cents), Against: item.Against()})
		case x.cents < 0:
			from := ledger.Revenue(x.posting.RevenueCode)
			if x.posting.Agency != "" {
				from = ledger.AgencyPayable(x.posting.Agency)
			}
			adjusted.Moves = append(adjusted.Moves, ledger.Move{
				From: from, To: ledger.CreditOf(b.r.Account, b.r.Area), Amount: money.Cents(-x.cents), RevenueCode: x.posting.RevenueCode,
			})
		}
	}
	var out []ledger.Entry
	if len(billed.Opens) > 0 {
		out = append(out, billed)
	}
	if len(adjusted.Moves) > 0 {
		adjusted.Parent = billed.ID()
		if len(billed.Opens) == 0 {
			adjusted.Parent = stored.ID{}
		}
		out = append(out, adjusted)
	}
	return out
}

// Verify prices each quote of the bill again by the engine of its schedule, and refuses a bill whose quotes are not what comes
// of it. Errors are those of rates.Engine.Verify.
func (b Bill) Verify(engine *rates.Engine) error {
	for _, s := range b.r.Services {
		if err := engine.Verify(s.Quote); err != nil {
			return err
		}
	}
	return nil
}
