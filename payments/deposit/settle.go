package deposit

import (
	"fmt"

	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/ledger"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/policy"
	"github.com/headgate-dev/headgate/billing/problem"
	"github.com/headgate-dev/headgate/billing/stored"
)

// Settlement is what a final bill takes of a deposit: billing.FinalRequest has Held as its Deposit, and Interest. What is applied,
// refunded and still due the final bill finds.
type Settlement struct {
	Account, Area string
	On            civil.Date
	Held          money.Amount
	Interest      money.Amount
	// Policy is the policy's title, and Placeholders the values of it that stand in for what is not known.
	Policy       string
	Placeholders []policy.Mark
	// Words say both amounts with their numbers.
	Words string
}

// Settle makes the settlement value of a deposit on a day, whatever the months of good service: an account that is closed owes
// them no more. A deposit of nothing is settled as nothing. Errors: those of [Policy.Review] for policy and facts; [ErrUncleared]
// where a bank may still take a payment of it back, or no payment stands behind some of it.
func (p Policy) Settle(h Holding, f Facts, on civil.Date) (Settlement, error) {
	found := p.findings()
	if err := found.Err(); err != nil {
		return Settlement{}, err
	}
	if err := f.check(h, on); err != nil {
		return Settlement{}, err
	}
	if h.NeverCame.Sign() > 0 {
		return Settlement{}, &problem.Error{Code: ErrUncleared, Path: "account " + f.Account, What: fmt.Sprintf("%s is held, and no payment stands behind %s of it", h.Held, h.NeverCame),
			Fix: "take back the transfer, or the interest, that brought it (Ledger.Reverse), or wait until what was returned is made good"}
	}
	clears, err := h.ClearsOn(p.ReturnDays.Get())
	if err != nil {
		return Settlement{}, err
	}
	if clears.After(on) {
		return Settlement{}, &problem.Error{Code: ErrUncleared, Path: "account " + f.Account, What: fmt.Sprintf("%s is held, and on %s a bank may still take some of it back", h.Held, on),
			Fix: fmt.Sprintf("settle the account on %s or later", clears)}
	}
	earned, err := p.earned(h, on)
	if err != nil {
		return Settlement{}, err
	}
	return Settlement{Account: f.Account, Area: h.Area, On: on, Held: h.Held, Interest: earned.Interest, Policy: p.Title, Placeholders: found.Placeholders,
		Words: fmt.Sprintf("%s held and %s interest: %s", h.Held, earned.Interest, earned.Words)}, nil
}

// Release is what became of a deposit that was settled: Refund + Applied + Remaining is what was held and its interest.
type Release struct {
	Account string
	// Applied is what paid items, of other accounts too, and what became credit; Refund is what is payable to the customer, and
	// Remaining what the deposit holds still.
	Applied, Refund, Remaining money.Amount
	// Payees are the rows for accounts payable, of the credit that is refunded too.
	Payees []Payee
}

// Release proves what became of the deposit, by the entries that the final bill made. Refused (ErrRelease) are entries that the
// books do not have or that were taken back, interest that is not the settlement's, and entries under which the deposit does not
// come to what was held and its interest, by a cent.
func (s Settlement) Release(books *ledger.Ledger, entries ...ledger.Entry) (Release, error) {
	if books == nil {
		return Release{}, &problem.Error{Code: ErrRelease, Path: "books", What: "there are no books", Fix: "give those in which the final bill is entered"}
	}
	var found problem.List
	add := func(path, what, fix string) {
		found.Add(&problem.Error{Code: ErrRelease, Path: path, What: what, Fix: fix})
	}
	r := Release{Account: s.Account, Payees: Payees(entries...)}
	place := ledger.DepositOf(s.Account, s.Area)
	var interest, applied, refund int64
	given := map[stored.ID]bool{}
	for i, e := range entries {
		if given[e.ID()] {
			add(fmt.Sprintf("entries[%d]", i), "the entry "+e.Key+" is given twice", "give each once")
			continue
		}
		given[e.ID()] = true
		if posted, ok := books.Entry(e.ID()); !ok || books.Reversed(e.ID()) || string(posted.AppendCanonical(nil)) != string(e.AppendCanonical(nil)) {
			add(fmt.Sprintf("entries[%d]", i), "the books do not have the entry "+e.Key+", or it was taken back", "post the final's entries first, and give them as they are")
			continue
		}
		for _, leg := range e.Legs() {
			switch {
			case leg.To == place && e.Cause == ledger.Accrued:
				interest += leg.Amount.Cents()
			case leg.From == place && leg.To.Kind == ledger.PlaceRefund:
				refund += leg.Amount.Cents()
			case leg.From == place:
				applied += leg.Amount.Cents()
			case leg.To == place:
				add(fmt.Sprintf("entries[%d]", i), leg.Amount.String()+" comes to the deposit", "give the entries of this settlement alone")
			}
		}
	}
	r.Applied, r.Refund, r.Remaining = money.Cents(applied), money.Cents(refund), books.Balance(place)
	if interest != s.Interest.Cents() {
		add("interest", fmt.Sprintf("%s was entered, and %s settled", money.Cents(interest), s.Interest), "give the final bill the interest of the settlement")
	}
	if out, in := applied+refund+r.Remaining.Cents(), s.Held.Cents()+s.Interest.Cents(); out != in {
		add("remaining", fmt.Sprintf("%s applied, %s refunded and %s remaining are %s, and %s was held with its interest", r.Applied, r.Refund, r.Remaining, money.Cents(out), money.Cents(in)),
			"look for what moved the deposit besides")
	}
	if err := found.Err(); err != nil {
		return Release{}, err
	}
	return r, nil
}
