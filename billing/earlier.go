package billing

import (
	"bytes"
	"slices"
	"strings"

	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/ledger"
	"github.com/headgate-dev/headgate/billing/problem"
	"github.com/headgate-dev/headgate/billing/stored"
)

// earlier are the adjustments of a bill that stand: those that the books have and that were not reversed, in their order there.
type earlier struct {
	of      []Adjustment
	entries []ledger.Entry // of each of them
	books   *ledger.Ledger
}

// earlier finds the adjustments of the bill that stand among those that a request gives, and proves that they are what the books
// have. Others that it gives, of other bills or taken back, are passed over; and so are, where the request is asked for again, what it
// has made itself and what came after it.
func (b Bill) earlier(given []Adjustment, own string, books *ledger.Ledger) (earlier, error) {
	out := earlier{books: books}
	for _, e := range adjustmentsOf(b.r.Account, b.r.Key, books) {
		key, ok := strings.CutPrefix(e.Key, adjustmentKey)
		if ok && key == own {
			break
		}
		i := slices.IndexFunc(given, func(a Adjustment) bool { return a.Account == b.r.Account && a.Key == key })
		if !ok || i < 0 {
			continue // Adjustment.afresh tells of it
		}
		refuse := func(what, fix string) (earlier, error) {
			return earlier{}, &problem.Error{Code: ErrAdjustment, Path: "earlier, adjustment " + key, What: what, Fix: fix}
		}
		a := given[i]
		if !bytes.Equal(a.entry(books, e.Accounting).AppendCanonical(nil), e.AppendCanonical(nil)) {
			return refuse("it is not what the books have", "give it as it was approved")
		}
		for _, l := range a.Lines {
			switch {
			case a.ofBill(l) && !b.has(l):
				return refuse("its charge "+l.Charge+" is of no agreement and days of the bill", "reverse it, and correct the bill anew")
			case a.Kind.replaces() && l.Charge == "" && moves(e, l.Item):
				return refuse("it corrects an item of the bill, and does not say which charge", "reverse it, and correct the bill anew")
			}
		}
		out.of, out.entries = append(out.of, a), append(out.entries, e)
	}
	return out, nil
}

// has says that a line is of a service of the bill, or of a fee.
func (b Bill) has(l AdjustedLine) bool {
	if l.Agreement == "" {
		return slices.ContainsFunc(b.r.Fees, func(f Fee) bool { return f.Key == l.Charge })
	}
	_, same := b.serviceOf(l.Agreement, l.Period)
	return same
}

// keys are those of the adjustments.
func (k earlier) keys() []string {
	var out []string
	for _, a := range k.of {
		out = append(out, a.Key)
	}
	return out
}

// replaces says that an adjustment of the kind says anew what should have been billed, where others are credits beside it.
func (k AdjustmentKind) replaces() bool { return k == Correction || k == Rebilled }

// earlierLine is a line of an earlier adjustment that is of a charge of a service or of a fee.
type earlierLine struct {
	AdjustedLine
	kind    AdjustmentKind
	key     string
	item    stored.ID // that it is on, or that it has opened; none for a credit of its own
	posting Posting   // how its charge is entered
}

// ofService are the lines of the charges of an agreement and its days, and, of no agreement, those of fees.
func (k earlier) ofService(agreement string, period civil.Period) []earlierLine {
	var out []earlierLine
	for i, a := range k.of {
		opened := 0
		for _, l := range a.Lines {
			one := earlierLine{AdjustedLine: l, kind: a.Kind, key: a.Key, item: l.Item, posting: l.Posting}
			if item, ok := k.books.Item(l.Item); ok {
				one.posting = Posting{Kind: item.Kind, Service: item.Service, RevenueCode: item.RevenueCode, Agency: item.Agency}
			}
			if l.Item.IsZero() && l.Change().Sign() > 0 {
				one.item = k.entries[i].ItemID(opened)
				opened++
			}
			if a.ofBill(l) && l.Agreement == agreement && l.Period == period {
				out = append(out, one)
			}
		}
	}
	return out
}

// of are those of a service.
func (s Service) earlier(k earlier) []earlierLine {
	return k.ofService(s.Agreement.ID, s.Quote.Input.Period)
}

// keyOf is the key of the adjustment of the first line that is such; empty where none is.
func keyOf(lines []earlierLine, such func(earlierLine) bool) string {
	if i := slices.IndexFunc(lines, such); i >= 0 {
		return lines[i].key
	}
	return ""
}

// place puts a line of a service of the bill, or of a fee behind them, where its charge is adjusted: on the item that the bill has
// opened for its posting, on that of an earlier adjustment, or by itself where there is none.
func (b Bill) place(service int, p Posting, l *AdjustedLine, before []earlierLine) {
	if service < len(b.r.Services) {
		s := b.r.Services[service]
		l.Agreement, l.Period = s.Agreement.ID, s.Quote.Input.Period
	}
	var ok bool
	if l.Item, ok = b.itemFor(service, p); ok {
		return
	}
	for _, e := range before {
		if e.Charge == l.Charge && !e.item.IsZero() {
			l.Item = e.item
			return
		}
	}
	l.Posting = p
}

// untouched refuses lines of a service of which what was billed is no more what is owed: where any charge of it was corrected, or one of
// the lines' credited.
func (s Service) untouched(before []earlierLine, changed []outLine) error {
	key := keyOf(before, func(e earlierLine) bool {
		return e.kind.replaces() || e.kind == LeakCredit || slices.ContainsFunc(changed, func(c outLine) bool { return c.Charge == e.Charge })
	})
	if key == "" {
		return nil
	}
	return corrected(&problem.Error{
		Code: ErrAdjustment, Path: "agreement " + s.Agreement.ID, What: "adjustment " + key + " has changed its charges, and what is left of a line is not told",
		Fix: "state what each charge comes to (AdjustCharges), or reverse that one",
	})
}
