package billing

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/internal/entrykey"
	"github.com/headgate-dev/headgate/billing/ledger"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/problem"
	"github.com/headgate-dev/headgate/billing/stored"
)

// earlier are the adjustments of a bill that stand: those that the books have and that were not reversed, in their order there.
type earlier struct {
	of      []Adjustment
	entries []ledger.Entry // of each of them
	books   *ledger.Ledger
}

// earlier finds the adjustments of the bill that stand among those that a request gives, and proves that their entries are what the
// books have; that nothing else of them was altered, their stored form proves. Others that it gives, of other bills or taken back,
// are passed over; and so are, where the request is asked for again, what it has made itself and what came after it.
func (b Bill) earlier(given []Adjustment, own string, books *ledger.Ledger) (earlier, error) {
	out := earlier{books: books}
	for _, e := range adjustmentsOf(b.r.Account, b.r.Key, books) {
		key, ok := entrykey.CutAdjustment(e.Key)
		if ok && key == own {
			break
		}
		i := slices.IndexFunc(given, func(a Adjustment) bool { return a.Account == b.r.Account && a.Key == key })
		if !ok || i < 0 {
			continue // Adjustment.follows tells of it
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
			if !l.Item.IsZero() {
				one.posting = k.postingOf(l.Item)
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

// noLeak refuses to change what was billed for a service under a leak credit.
func noLeak(path string, before []earlierLine) error {
	leak := keyOf(before, func(e earlierLine) bool { return e.kind == LeakCredit })
	if leak == "" {
		return nil
	}
	return corrected(&problem.Error{Path: path, What: "leak credit " + leak + " was computed on what was billed", Fix: "reverse it, correct the bill, and compute it anew"})
}

// withinCredits refuses lines that leave less of a charge than was given of it as a courtesy, or waived: more would be credited than
// was ever charged.
func withinCredits(lines []AdjustedLine, before []earlierLine) *problem.Error {
	for _, l := range lines {
		var beside int64
		key := ""
		for _, e := range before {
			if e.Charge == l.Charge && (l.Meter == "" || e.Meter == l.Meter) && (e.kind == Courtesy || e.kind == Waiver) {
				beside, key = beside+e.Change().Cents(), e.key
			}
		}
		if l.After.Sign() >= 0 && l.After.Cents()+beside < 0 {
			var e *problem.Error
			errors.As(corrected(&problem.Error{
				Path: "charge " + l.Charge, What: fmt.Sprintf("%s of it was given by adjustment %s, and %s of it is left", money.Cents(-beside), key, l.After),
				Fix: "reverse that one first, and give anew what is still right",
			}), &e)
			return e
		}
	}
	return nil
}

// bear splits lines that take more off an item than the charges on it come to: the item is taken whole, and what is beyond it is a
// credit of its own, as where a bill's credits exceed its charges.
func (k earlier) bear(lines []AdjustedLine) []AdjustedLine {
	left := map[stored.ID]int64{}
	for _, l := range lines {
		if _, ok := left[l.Item]; !ok && !l.Item.IsZero() {
			left[l.Item] = k.charged(l.Item)
		}
		left[l.Item] += max(l.Change().Cents(), 0)
	}
	var out []AdjustedLine
	for _, l := range lines {
		less := -min(l.Change().Cents(), 0)
		if l.Item.IsZero() || less <= left[l.Item] {
			left[l.Item] -= less
			out = append(out, l)
			continue
		}
		part, rest := l, l
		part.After = money.Cents(l.Before.Cents() - left[l.Item])
		if left[l.Item] > 0 {
			out = append(out, part)
		}
		rest.Before, rest.Item, rest.Posting = part.After, stored.ID{}, k.postingOf(l.Item)
		left[l.Item] = 0
		out = append(out, rest)
	}
	return out
}

// charged is what the charges on an item come to in cents, as billed and corrected, whatever was credited beside: 0 or more.
func (k earlier) charged(id stored.ID) (cents int64) {
	item, _ := k.books.Item(id)
	if e, ok := k.books.Entry(item.Entry); ok {
		cents = e.Opens[item.Ordinal].Amount.Cents()
	}
	for _, a := range k.of {
		for _, l := range a.Lines {
			if l.Item == id && a.Kind.replaces() {
				cents += l.Change().Cents()
			}
		}
	}
	return max(cents, 0)
}

// postingOf is how an item is entered.
func (k earlier) postingOf(id stored.ID) Posting {
	item, _ := k.books.Item(id)
	return Posting{Kind: item.Kind, Service: item.Service, RevenueCode: item.RevenueCode, Agency: item.Agency}
}

// inEffect is the service as it was billed last, with the lines that are not in its quote: the bill's, or that of the last re-bill,
// which is given and comes to what that one says.
func (s Service) inEffect(before []earlierLine, rebilled []Service) (in Service, since []earlierLine, err error) {
	last, since := "", before
	for i, e := range before {
		if e.kind == Rebilled {
			last, since = e.key, before[i+1:]
		}
	}
	if last == "" {
		return s, before, nil
	}
	refuse := func(what string) (Service, []earlierLine, error) {
		return Service{}, nil, corrected(&problem.Error{Path: "rebilled, agreement " + s.Agreement.ID, What: what, Fix: "give the service as it was billed again"})
	}
	at := slices.IndexFunc(rebilled, func(x Service) bool {
		return x.Agreement.ID == s.Agreement.ID && x.Quote.Input.Period == s.Quote.Input.Period
	})
	if at < 0 {
		return refuse("re-bill " + last + " has priced it by another quote than the bill's")
	}
	comes := map[chargeKey]int64{}
	for l := range rebilled[at].Quote.Lines() {
		comes[chargeKey{l.Charge(), l.Meter()}] += l.Amount().Cents()
	}
	for l := range s.Quote.Lines() {
		comes[chargeKey{l.Charge(), l.Meter()}] -= l.Amount().Cents()
	}
	var beside []earlierLine // credits before the re-bill, which are no part of its quote
	for _, e := range before[:len(before)-len(since)] {
		if e.kind.replaces() {
			comes[chargeKey{e.Charge, e.Meter}] -= e.Change().Cents()
		} else {
			beside = append(beside, e)
		}
	}
	for _, key := range slices.SortedFunc(maps.Keys(comes), func(a, b chargeKey) int {
		return cmp.Or(cmp.Compare(a.charge, b.charge), cmp.Compare(a.meter, b.meter))
	}) {
		if comes[key] != 0 {
			return refuse("its quote is not what re-bill " + last + " has made of charge " + key.charge)
		}
	}
	return rebilled[at], append(beside, since...), nil
}
