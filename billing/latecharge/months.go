package latecharge

import (
	"fmt"
	"slices"

	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/internal/say"
	"github.com/headgate-dev/headgate/billing/ledger"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/problem"
	"github.com/headgate-dev/headgate/billing/stored"
	"github.com/headgate-dev/headgate/metering"
)

// run is a late charge while it is made.
type run struct {
	policy  Policy
	facts   Facts
	items   map[stored.ID]ledger.OpenItem
	byEntry map[stored.ID]ledger.OpenItem
	// origins are, of an item that was transferred, those that it was before, and was all of these by their ids.
	origins map[stored.ID][]ledger.OpenItem
	was     map[stored.ID]ledger.OpenItem
	taken   map[itemMonth]Taken
	views   map[civil.Date]*view
	debts   []*debt
	reasons []Reason
}

// debt is an item that is delinquent, and of a kind that bears late charges.
type debt struct {
	item            ledger.OpenItem
	due, delinquent civil.Date
	// left is what of it is unpaid and undisputed on the day of the charge.
	left, disputed int64
	records        []record
	parts          []Part
}

// record is a month of an item that bore its late charge before.
type record struct {
	month int
	first bool
	// item is the late charge in the ledger; where it was charged outside, or waived, its id is zero and unpaid holds.
	item   ledger.OpenItem
	unpaid int64
}

func (r *run) charge(out *Charge) error {
	v, err := r.view(r.facts.On)
	if err != nil {
		return err
	}
	block := v.block
	if block == nil {
		if block, err = r.pending(v); err != nil {
			return err
		}
	}
	if block != nil {
		out.Reasons = blocked(*block, v.order)
		return nil
	}
	if err := r.delinquent(v); err != nil {
		return err
	}
	if block := r.belowMinimum(r.facts.On); block != nil && len(r.debts) > 0 {
		ids := make([]stored.ID, len(r.debts))
		for i, d := range r.debts {
			ids[i] = d.item.ID
		}
		out.Reasons = append(blocked(*block, ids), r.reasons...)
		return nil
	}
	for _, d := range r.debts {
		if err := r.months(d); err != nil {
			return err
		}
	}
	if err := r.firsts(); err != nil {
		return err
	}
	for _, d := range r.debts {
		line, err := r.line(d)
		if err != nil {
			return err
		}
		if len(line.Parts) > 0 {
			out.Lines = append(out.Lines, line)
		}
	}
	out.Reasons = r.reasons
	return nil
}

// blocked is the reason of the account, and the same for each of its items.
func blocked(block Reason, items []stored.ID) []Reason {
	out := []Reason{block}
	for _, id := range items {
		one := block
		one.Item, one.Figures = id, slices.Clone(block.Figures)
		out = append(out, one)
	}
	return out
}

func (r *run) none(item stored.ID, month civil.Date, code Code, words string, figures ...metering.Figure) {
	r.reasons = append(r.reasons, Reason{Item: item, Month: month, Code: code, Words: words, Figures: slices.Clone(figures)})
}

// delinquent finds the items that may bear a late charge, and says why the others bear none.
func (r *run) delinquent(v *view) error {
	for _, id := range v.order {
		s, it := v.items[id], r.items[id]
		switch {
		case it.Kind == r.policy.Kind:
			r.none(id, civil.Date{}, Exempt, "a late charge bears none")
			continue
		case slices.Contains(r.policy.Exempt, it.Kind):
			r.none(id, civil.Date{}, Exempt, fmt.Sprintf("items of the kind %s bear none", it.Kind), say.Text("kind", string(it.Kind)))
			continue
		case !slices.Contains(r.policy.Kinds, it.Kind):
			return &problem.Error{Code: ErrPolicy, Path: "kinds",
				What: fmt.Sprintf("the policy does not say whether items of the kind %q bear late charges", string(it.Kind)),
				Fix:  "name the kind in kinds or in exempt"}
		case it.Agency != "" && !slices.Contains(r.policy.Agencies, it.Agency):
			r.none(id, civil.Date{}, OfAgency, fmt.Sprintf("collected for %s, on whose charges the district takes none", it.Agency),
				say.Text("agency", it.Agency))
			continue
		}
		day, err := r.policy.delinquentOn(s.due, r.facts.Office)
		if err != nil {
			return err
		}
		switch {
		case !s.isPastDue || day.After(r.facts.On):
			r.none(id, civil.Date{}, NotDelinquent, fmt.Sprintf("due %s, delinquent from %s on", s.due, day),
				say.Date("due", s.due), say.Date("delinquent", day))
		case s.pastDue == 0 && s.disputed > 0:
			r.none(id, civil.Date{}, Disputed, fmt.Sprintf("all that is unpaid of it, %s, is in dispute", money.Cents(s.disputed)),
				say.Money("disputed", money.Cents(s.disputed)))
		case s.pastDue == 0:
			r.none(id, civil.Date{}, Paid, "the account's credit covers it")
		default:
			r.debts = append(r.debts, &debt{item: it, due: s.due, delinquent: day, left: s.pastDue, disputed: s.disputed})
		}
	}
	return nil
}

// bears is what an item bore a late charge on, on a day: the smaller of what was unpaid then and is now.
func (d *debt) bears(v *view) int64 { return min(v.items[d.item.ID].pastDue, d.left) }

// balance is what the least balance is measured on: what was delinquent on a day.
func (r *run) balance(day civil.Date, v *view) int64 {
	sum := int64(0)
	for _, d := range r.debts {
		if !d.delinquent.After(day) {
			sum += d.bears(v)
		}
	}
	return sum
}

// belowMinimum is the reason of an account whose delinquent balance was too small on a day that was viewed.
func (r *run) belowMinimum(day civil.Date) *Reason {
	balance, least := r.balance(day, r.views[day]), r.policy.MinimumBalance.Get()
	if balance >= least.Cents() {
		return nil
	}
	return &Reason{Code: BelowMinimum, Words: fmt.Sprintf("%s was delinquent on %s, less than %s", money.Cents(balance), day, least),
		Figures: []metering.Figure{say.Date("day", day), say.Money("balance", money.Cents(balance)), say.Money("minimum", least)}}
}

// months finds the months that an item is charged for now: those that began since the last one that was charged.
func (r *run) months(d *debt) error {
	id := d.item.ID
	before := d.delinquent.Before(r.facts.Since)
	d.records = r.records(d.item)
	done, last := before, 0
	for _, rec := range d.records {
		done, last = true, rec.month
	}
	if before {
		r.none(id, d.delinquent, Before, fmt.Sprintf("delinquent on %s, before %s: no first charge here", d.delinquent, r.facts.Since),
			say.Date("delinquent", d.delinquent), say.Date("since", r.facts.Since))
	}
	told := len(r.reasons)
	for k := 0; ; k++ {
		day, err := d.delinquent.AddMonths(k)
		if err != nil || day.After(r.facts.On) {
			break // a month after the last year is after every day
		}
		// A month is judged once: none is made up that stands before one that was charged.
		if monthOf(id, day).month <= last || day.Before(r.facts.Since) || done && r.policy.Monthly.Get().IsZero() {
			continue
		}
		v, err := r.view(day)
		if err != nil {
			return err
		}
		if v.block != nil {
			r.none(id, day, v.block.Code, v.block.Words, v.block.Figures...)
			continue
		}
		part := Part{Day: day, First: !done, Charges: money.Cents(d.bears(v)), Balance: money.Cents(r.balance(day, v))}
		if part.Charges.IsZero() {
			code, words := Paid, "nothing of it was unpaid on "+day.String()
			if v.items[id].disputed > 0 {
				code, words = Disputed, "all of it was in dispute on "+day.String()
			}
			r.none(id, day, code, words)
			continue
		}
		if low := r.belowMinimum(day); low != nil {
			r.none(id, day, low.Code, low.Words, low.Figures...)
			continue
		}
		if newest := r.newest(day, v); part.First && r.policy.Basis == OnCurrent && newest.After(d.delinquent) {
			r.none(id, day, NotCurrent, fmt.Sprintf("a bill was delinquent on %s, after this one", newest), say.Date("newest", newest))
			break
		}
		done = true
		d.parts = append(d.parts, part)
	}
	if n := len(d.records); len(d.parts) == 0 && len(r.reasons) == told && n > 0 {
		r.none(id, civil.Date{}, ChargedBefore,
			fmt.Sprintf("charged for %s before, and for no other by %s", say.Counted(n, "month"), r.facts.On),
			say.Count("months", n))
	}
	return nil
}

// newest is the latest day of delinquency of what is unpaid on a day.
func (r *run) newest(day civil.Date, v *view) civil.Date {
	var newest civil.Date
	for _, d := range r.debts {
		if !d.delinquent.After(day) && d.delinquent.After(newest) && d.bears(v) > 0 {
			newest = d.delinquent
		}
	}
	return newest
}

// records finds the months for which an item bore its late charge before, in order, those included that it bore on another
// account before it was transferred, or while it was by what was taken back. None is before its bill.
func (r *run) records(it ledger.OpenItem) []record {
	var out []record
	for month := monthOf(it.ID, it.Billed).month; month <= monthOf(it.ID, r.facts.On).month; month++ {
		if rec := r.recorded(it, month); len(rec) > 0 {
			out = append(out, rec...)
			continue
		}
		for _, before := range r.origins[it.ID] {
			if rec := r.recorded(before, month); len(rec) > 0 {
				out = append(out, rec...)
				break
			}
		}
	}
	return out
}

// recorded is what an item bore for a month. What is unpaid of a late charge on another account bears nothing here (ours: the
// smaller charge).
func (r *run) recorded(it ledger.OpenItem, month int) []record {
	key := itemMonth{it.ID, month}
	if t, ok := r.taken[key]; ok {
		return []record{{month: month, first: t.First, unpaid: t.Unpaid.Cents()}}
	}
	var out []record
	for _, first := range []bool{true, false} {
		id := entry(it.Entry, key, first).ID()
		if charge, ok := r.byEntry[id]; ok {
			out = append(out, record{month: month, first: first, item: charge})
		} else if _, ok := r.facts.Books.Entry(id); ok {
			out = append(out, record{month: month, first: first})
		}
	}
	return out
}

// unpaid is what of an earlier late charge a further month is on: what is unpaid of it both on the day on which the month
// began and now. Before its bill it cannot be paid.
func (r *run) unpaid(rec record, v *view) int64 {
	if rec.item.ID.IsZero() {
		return rec.unpaid
	}
	now := r.views[r.facts.On]
	left := rec.item.Open.Cents()
	if !rec.item.Billed.After(now.standing.On) {
		left = now.items[rec.item.ID].open
	}
	if !rec.item.Billed.After(v.standing.On) {
		left = min(left, v.items[rec.item.ID].open)
	}
	return left
}

// line computes the further months of an item, whose first charge is known, and makes its line.
func (r *run) line(d *debt) (Line, error) {
	line := Line{
		Item: d.item.ID, Bill: d.item.Entry, Service: d.item.Service,
		Due: d.due, Delinquent: d.delinquent, Disputed: money.Cents(d.disputed),
	}
	var kept []Part
	for _, part := range d.parts {
		if !part.First {
			if err := r.further(d, &part, kept); err != nil {
				return Line{}, err
			}
		}
		if part.Amount.IsZero() {
			r.none(d.item.ID, part.Day, NoRate, fmt.Sprintf("the charge on %s comes to nothing", part.Charges), say.Money("charges", part.Charges))
			continue
		}
		kept = append(kept, part)
	}
	if len(kept) == 0 {
		return line, nil
	}
	amounts := make([]money.Amount, len(kept))
	for i, part := range kept {
		amounts[i] = part.Amount
	}
	if _, err := money.Sum(amounts...); err != nil {
		return Line{}, err
	}
	return line.with(kept), nil
}

// further computes a further month: on the charges, and on what of the earlier late charges is unpaid.
func (r *run) further(d *debt, part *Part, earlier []Part) error {
	v, err := r.view(part.Day)
	if err != nil {
		return err
	}
	firsts, months := []money.Amount{}, []money.Amount{}
	month := monthOf(d.item.ID, part.Day).month
	for _, rec := range d.records {
		switch {
		case rec.month >= month:
		case rec.first:
			firsts = append(firsts, money.Cents(r.unpaid(rec, v)))
		default:
			months = append(months, money.Cents(r.unpaid(rec, v)))
		}
	}
	for _, p := range earlier {
		if p.First {
			firsts = append(firsts, p.Amount)
		} else {
			months = append(months, p.Amount)
		}
	}
	if part.FirstUnpaid, err = money.Sum(firsts...); err != nil {
		return err
	}
	if part.MonthsUnpaid, err = money.Sum(months...); err != nil {
		return err
	}
	return r.policy.monthly(part)
}
