package billing

import (
	"fmt"
	"slices"
	"strings"

	"github.com/headgate-dev/headgate/billing/approval"
	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/ledger"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/problem"
)

// ErrFollows is a charge of which it cannot be told how it follows the change of another.
const ErrFollows problem.Code = "E_ADJUSTMENT_FOLLOWS"

// LineChange is the change of one line of a bill: by an amount or by units, one of the two, each below zero for a credit. An
// amount that is all of a line, and units, say that so many fewer were billed, and surcharges on the same units follow; any
// other amount does not say of how many units it is.
type LineChange struct {
	Line  int          // its place among Bill.Lines, from 0
	By    money.Amount // dollars
	Units exact.Ratio  // of the line's quantity
}

// Keep is a charge that hangs on what is changed and stays as it was billed all the same, with the reason.
type Keep struct {
	Agreement string // whose charge it is; may be empty where the bill has one service
	Charge    string
	Why       string // no names, addresses or bank data
}

// Kept is a charge that hangs on what an adjustment changes and stays at its amount: since a person says so, or since it
// comes to the same.
type Kept struct {
	Charge, Text string
	Amount       money.Amount
	Why          string // no names, addresses or bank data
}

// AdjustmentRequest is what an adjustment of lines or charges of a bill is to say.
type AdjustmentRequest struct {
	Key       string         // the request's own
	Kind      AdjustmentKind // Correction, LeakCredit, Courtesy or Waiver
	Keeps     []Keep         // charges that are not to follow; none by default
	Earlier   []Adjustment   // of the bill, as they were approved: all that the books have and that were not reversed; others are passed over
	Rebilled  []Service      // for AdjustCharges: the services as the last re-bill among the earlier ones has them
	Reason    string         // stored and reported: no names, addresses or bank data
	Evidence  []string
	By        approval.Person
	Effective civil.Date
	Due       civil.Date // of what a charge that was nothing before comes to
}

// AdjustLines is the adjustment of single lines of the bill, with the surcharges and taxes that hang on them: percentages of
// their amounts, and of each other; surcharges on the same units, where the change says how many; minimums and credits of
// named charges. Each is found from what its line says, rounded as its schedule rounds, and says what it follows and why. Where
// a schedule rounds once, at the total, what follows is fitted to the total's change.
//
// What cannot be told is refused (ErrFollows) and never left as it was: a charge that reads a changed one in a formula, that is
// priced by tiers of the changed units or by units that an amount does not state, a charge whose condition reads them, a credit at
// its cap; and units that no bill would have, of a tier below one that keeps some, or above a tier's bound. The remedy is to state
// the units, to bill the period again (Bill.Rebill), or to name the charge among those that stay, with a reason that the
// approver sees. Only lines of the same quote hang together: other services of the bill are adjusted by lines of their own.
//
// What a line was is what the bill says. A bill of which the books have an adjustment that is not among the earlier ones of the
// request is refused (ErrCorrected), since the same would be taken twice; and so is a service of which an earlier one has corrected
// any charge, or credited one that is changed: what is left of its lines is not told, and AdjustCharges takes what each charge comes
// to. Refused too are a bill that was taken back or never posted, a line
// that is not there or named twice, more than all of it, and a book that is not found or did not price the quote
// (ErrAdjustment; rates.ErrOtherBook).
func (b Bill) AdjustLines(r AdjustmentRequest, named []LineChange, engines Books, books *ledger.Ledger) (Adjustment, error) {
	if err := b.checkRequestOf(r, books); err != nil {
		return Adjustment{}, err
	}
	changes, err := changesByLine(named, len(b.itemOf))
	if err != nil {
		return Adjustment{}, err
	}
	known, err := b.earlier(r.Earlier, r.Key, books)
	if err != nil {
		return Adjustment{}, err
	}
	a := b.adjustmentOf(r, known)
	keeps := keepers{keeps: r.Keeps, used: make([]bool, len(r.Keeps))}
	at := 0
	for i, s := range b.r.Services {
		own := map[int]LineChange{}
		first := at
		for range s.Quote.Lines() {
			if c, ok := changes[at]; ok {
				own[at-first] = c
			}
			at++
		}
		if len(own) == 0 {
			continue
		}
		q, err := caseOf(s.Quote, engines)
		if err != nil {
			return Adjustment{}, err
		}
		before := s.earlier(known)
		f, err := follow(s.Quote, q.Engine.Book(), own, keeps.of(s.Agreement.ID), r.Kind, before)
		if err != nil {
			return Adjustment{}, err
		}
		keeps.note(s.Agreement.ID, f.kept)
		if err := s.untouched(before, f.out); err != nil {
			return Adjustment{}, err
		}
		for _, l := range f.out {
			b.place(i, b.items[b.itemOf[first+l.at]].posting, &l.AdjustedLine, before)
			a.Lines = append(a.Lines, l.AdjustedLine)
		}
		a.Keeps = append(a.Keeps, f.kept...)
	}
	fees, err := b.adjustFees(changes, at, known)
	if err != nil {
		return Adjustment{}, err
	}
	a.Lines = append(a.Lines, fees...)
	if err := a.whole(keeps, books); err != nil {
		return Adjustment{}, err
	}
	return a, nil
}

// changesByLine are the changes by the place of the line, of a bill of so many.
func changesByLine(named []LineChange, lines int) (map[int]LineChange, error) {
	var found problem.List
	add := func(path, what, fix string) {
		found.Add(&problem.Error{Code: ErrAdjustment, Path: path, What: what, Fix: fix})
	}
	changes := map[int]LineChange{}
	for i, c := range named {
		path := fmt.Sprintf("changes[%d]", i)
		_, twice := changes[c.Line]
		switch {
		case c.Line < 0 || c.Line >= lines:
			add(path, fmt.Sprintf("the bill has no line %d", c.Line), fmt.Sprintf("name a line from 0 to %d", lines-1))
		case twice:
			add(path, fmt.Sprintf("line %d stands there twice", c.Line), "state each line once")
		case c.By.IsZero() == c.Units.IsZero():
			add(path, "an amount and units are stated, or neither", "state one of the two")
		case c.By.Cents() > maxCents || c.By.Cents() < -maxCents:
			add(path, "the amount is beyond what any account owes", "look where it comes from")
		}
		changes[c.Line] = c
	}
	return changes, found.Err()
}

// adjustFees are the lines of the adjustment for fees, the first of which has its place among the bill's lines.
func (b Bill) adjustFees(changes map[int]LineChange, first int, known earlier) ([]AdjustedLine, error) {
	var out []AdjustedLine
	before := known.ofService("", civil.Period{})
	for i, fee := range b.r.Fees {
		c, ok := changes[first+i]
		switch {
		case !ok:
			continue
		case !c.Units.IsZero():
			return nil, &problem.Error{Code: ErrAdjustment, Path: "fee " + fee.Key, What: "it has no units", Fix: "state the amount"}
		}
		was := fee.Amount
		for _, e := range before {
			if e.Charge == fee.Key {
				was = money.Cents(was.Cents() + e.Change().Cents())
			}
		}
		now, err := changedTo(was, c.By, "fee "+fee.Key)
		if err != nil {
			return nil, err
		}
		line := AdjustedLine{Charge: fee.Key, Text: fee.Text, Before: was, After: now}
		b.place(len(b.r.Services)+i, fee.Posting, &line, before)
		out = append(out, line)
	}
	return out, nil
}

// keepers are the charges that are to stay, and which of them would have moved.
type keepers struct {
	keeps []Keep
	used  []bool
}

// of are those of an agreement, by charge.
func (k keepers) of(agreement string) map[string]string {
	out := map[string]string{}
	for _, keep := range k.keeps {
		if keep.Agreement == "" || keep.Agreement == agreement {
			out[keep.Charge] = keep.Why
		}
	}
	return out
}

// note marks those of an agreement that have stayed.
func (k keepers) note(agreement string, kept []Kept) {
	for i, keep := range k.keeps {
		if keep.Agreement == "" || keep.Agreement == agreement {
			k.used[i] = k.used[i] || slices.ContainsFunc(kept, func(x Kept) bool { return x.Charge == keep.Charge })
		}
	}
}

// checkRequestOf tells what is wrong with a request apart from its changes.
func (b Bill) checkRequestOf(r AdjustmentRequest, books *ledger.Ledger) error {
	var found problem.List
	add := func(path, what, fix string) {
		found.Add(&problem.Error{Code: ErrAdjustment, Path: path, What: what, Fix: fix})
	}
	if e := b.stands(books, r.Effective, ErrAdjustment); e != nil {
		found.Add(e)
	}
	if !slices.Contains([]AdjustmentKind{Correction, LeakCredit, Courtesy, Waiver}, r.Kind) {
		add("kind", "a bill is not adjusted by a "+string(r.Kind), "state correction, leak_credit, courtesy or waiver; bill again by Rebill, write items off by an Adjustment")
	}
	for i, s := range r.Keeps {
		if s.Charge == "" || strings.TrimSpace(s.Why) == "" {
			add(fmt.Sprintf("keeps[%d]", i), "the charge, or why it stays, is missing", "state both")
		}
		if s.Agreement == "" && len(b.r.Services) > 1 {
			add(fmt.Sprintf("keeps[%d]", i), "the agreement is missing, and the bill has several services", "say whose charge stays")
		}
	}
	return found.Err()
}

// adjustmentOf is the adjustment of a request, without its lines.
func (b Bill) adjustmentOf(r AdjustmentRequest, known earlier) Adjustment {
	return Adjustment{
		Key: r.Key, Account: b.r.Account, Area: b.r.Area, Kind: r.Kind, Bill: b.r.Key, Reason: r.Reason, Evidence: slices.Clone(r.Evidence), By: r.By,
		Effective: r.Effective, Due: r.Due, Follows: known.keys(),
	}
}

// whole is Check, and refuses charges that are to stay where nothing would have moved them, and charges that the books have
// adjusted already.
func (a Adjustment) whole(keeps keepers, books *ledger.Ledger) error {
	for i, k := range keeps.keeps {
		if !keeps.used[i] {
			return &problem.Error{Code: ErrAdjustment, Path: "keeps", What: "charge " + k.Charge + " does not hang on what is changed", Fix: "leave it out"}
		}
	}
	if err := a.Check(); err != nil {
		return err
	}
	return a.fits(books)
}

// changedTo is an amount of a line with a change, which takes at most all of it.
func changedTo(was, by money.Amount, path string) (money.Amount, error) {
	now := money.Cents(was.Cents() + by.Cents())
	if was.Sign() >= 0 && now.Sign() < 0 || was.Sign() < 0 && now.Sign() > 0 {
		return now, &problem.Error{
			Code: ErrAdjustment, Path: path, What: fmt.Sprintf("%s is taken of a line of %s", by, was), Fix: "take all of the line at most; what is beyond it is a credit of its own",
		}
	}
	return now, nil
}

// takenBack says that an entry of the bill was reversed.
func (b Bill) takenBack(books *ledger.Ledger) bool {
	return slices.ContainsFunc(b.Entries(), func(e ledger.Entry) bool { return books.Reversed(e.ID()) })
}
