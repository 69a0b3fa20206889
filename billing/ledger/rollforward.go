package ledger

import (
	"cmp"
	"fmt"
	"maps"
	"slices"

	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/problem"
	"github.com/headgate-dev/headgate/billing/stored"
)

// RollForward is how the receivable went from its opening to its closing balance in an accounting period, by service area and
// kind. Each row's columns sum to its closing, and the rows sum to the total.
type RollForward struct {
	Period civil.Period
	// Rows are in order of area and kind; the unapplied credits of an area stand under [KindCredit].
	Rows  []RollRow
	Total RollRow
}

// RollRow is one line of a roll-forward. Every column but OpenItems and Credits is what it adds to the receivable: payments
// are below zero.
type RollRow struct {
	Area string
	Kind Kind

	Opening, Billed, Fees, Adjustments, Payments, Returned, Refunds, DepositsApplied, WriteOffs, Recoveries money.Amount
	// Transfers are between accounts, and between credits and the items that they are applied to; the total has none.
	Transfers money.Amount
	// Converted is what a conversion brought in.
	Converted money.Amount
	Closing   money.Amount

	// OpenItems less Credits is Closing: what items had open at the end, and what credits held.
	OpenItems, Credits money.Amount
}

// column is where the legs of a cause stand.
func (r *RollRow) column(c Cause) *money.Amount {
	switch c {
	case Billed:
		return &r.Billed
	case Charged:
		return &r.Fees
	case Adjusted:
		return &r.Adjustments
	case Paid:
		return &r.Payments
	case Returned:
		return &r.Returned
	case Refunded:
		return &r.Refunds
	case DepositApplied:
		return &r.DepositsApplied
	case WrittenOff:
		return &r.WriteOffs
	case Recovered:
		return &r.Recoveries
	case Converted:
		return &r.Converted
	}
	return &r.Transfers // of the other causes, only applied and transferred touch the receivable
}

// columns are the parts of Closing.
func (r *RollRow) columns() []*money.Amount {
	return []*money.Amount{&r.Opening, &r.Billed, &r.Fees, &r.Adjustments, &r.Payments, &r.Returned, &r.Refunds, &r.DepositsApplied, &r.WriteOffs,
		&r.Recoveries, &r.Transfers, &r.Converted}
}

// areaKind is a row's place.
type areaKind struct {
	area string
	kind Kind
}

// RollForward tells how the receivable rolled forward over the days of an accounting period, by accounting dates. Where the
// period ends after the latest accounting date, what the legs come to is proved against each item and credit as the ledger
// holds it; what does not agree is [ErrBooks].
func (l *Ledger) RollForward(period civil.Period) (RollForward, error) {
	if err := checkPeriod(period); err != nil {
		return RollForward{}, err
	}
	rows := map[areaKind]*RollRow{}
	row := func(at areaKind) *RollRow {
		r := rows[at]
		if r == nil {
			r = &RollRow{Area: at.area, Kind: at.kind}
			rows[at] = r
		}
		return r
	}
	open, held := map[stored.ID]money.Amount{}, map[Place]money.Amount{}
	for leg := range l.legs(period.To) {
		for _, end := range []struct {
			place Place
			sign  int64
		}{{leg.From, 1}, {leg.To, -1}} {
			if !end.place.IsReceivable() {
				continue
			}
			delta := money.Cents(end.sign * leg.Amount.Cents())
			at := areaKind{end.place.Area, KindCredit}
			var err error
			if end.place.Kind == PlaceItem {
				it := l.items[end.place.Item]
				at = areaKind{it.Area, it.Kind}
				open[it.ID], err = open[it.ID].Add(delta)
			} else {
				held[end.place], err = held[end.place].Sub(delta)
			}
			if err != nil {
				return RollForward{}, err
			}
			to := &row(at).Opening
			if !leg.Accounting.Before(period.From) {
				to = row(at).column(leg.Cause)
			}
			if *to, err = to.Add(delta); err != nil {
				return RollForward{}, err
			}
		}
	}
	for id, amount := range open {
		it := l.items[id]
		if err := addTo(&row(areaKind{it.Area, it.Kind}).OpenItems, amount); err != nil {
			return RollForward{}, err
		}
	}
	for place, amount := range held {
		if err := addTo(&row(areaKind{place.Area, KindCredit}).Credits, amount); err != nil {
			return RollForward{}, err
		}
	}
	if err := l.agree(period, open, held); err != nil {
		return RollForward{}, err
	}
	out := RollForward{Period: period}
	for _, at := range slices.SortedFunc(maps.Keys(rows), func(a, b areaKind) int { return cmp.Or(cmp.Compare(a.area, b.area), cmp.Compare(a.kind, b.kind)) }) {
		r := rows[at]
		total := out.Total.columns()
		for i, part := range r.columns() {
			if err := addTo(&r.Closing, *part); err != nil {
				return RollForward{}, err
			}
			if err := addTo(total[i], *part); err != nil {
				return RollForward{}, err
			}
		}
		for _, sum := range []struct {
			to   *money.Amount
			part money.Amount
		}{{&out.Total.Closing, r.Closing}, {&out.Total.OpenItems, r.OpenItems}, {&out.Total.Credits, r.Credits}} {
			if err := addTo(sum.to, sum.part); err != nil {
				return RollForward{}, err
			}
		}
		if err := r.prove(); err != nil {
			return RollForward{}, err
		}
		out.Rows = append(out.Rows, *r)
	}
	if err := out.Total.prove(); err != nil {
		return RollForward{}, err
	}
	return out, nil
}

// prove compares the closing balance with the items and credits that it is made of.
func (r *RollRow) prove() error {
	net, err := r.OpenItems.Sub(r.Credits)
	if err != nil {
		return err
	}
	if net == r.Closing {
		return nil
	}
	return &problem.Error{Code: ErrBooks, Path: fmt.Sprintf("%s %s", r.Area, r.Kind), What: fmt.Sprintf("it rolls forward to %s, and open items less credits are %s", r.Closing, net),
		Fix: "load the ledger again from its entries"}
}

// agree compares what legs come to with what the ledger holds, where all legs are among them.
func (l *Ledger) agree(period civil.Period, open map[stored.ID]money.Amount, held map[Place]money.Amount) error {
	if !l.lastAccounting.Before(period.To) {
		return nil
	}
	for id, it := range l.items {
		if open[id] != it.Open {
			return booksError(OfItem(id).String(), it.Open, open[id])
		}
	}
	for p, amount := range l.balances {
		if p.Kind == PlaceCredit && held[p] != amount {
			return booksError(p.String(), amount, held[p])
		}
	}
	return nil
}

func booksError(path string, held, given money.Amount) *problem.Error {
	return &problem.Error{Code: ErrBooks, Path: path, What: fmt.Sprintf("it holds %s, and its legs give %s", held, given), Fix: "load the ledger again from its entries"}
}

// PlaceRoll is how a place that is not part of the receivable went from its opening to its closing balance: deposits,
// suspense, money due to agencies, clearings.
type PlaceRoll struct {
	Place Place
	// Closing is Opening and In less Out.
	Opening, In, Out, Closing money.Amount
}

// Rolls tells how each place outside the receivable rolled forward over the days of an accounting period, in order of their
// kinds and keys.
func (l *Ledger) Rolls(period civil.Period) ([]PlaceRoll, error) {
	if err := checkPeriod(period); err != nil {
		return nil, err
	}
	rolls := map[Place]*PlaceRoll{}
	for leg := range l.legs(period.To) {
		for _, p := range []Place{leg.From, leg.To} {
			if p.IsReceivable() {
				continue
			}
			r := rolls[p]
			if r == nil {
				r = &PlaceRoll{Place: p}
				rolls[p] = r
			}
			column, delta := &r.In, leg.Amount
			switch before := leg.Accounting.Before(period.From); {
			case before && p == leg.To:
				column = &r.Opening
			case before:
				column, delta = &r.Opening, money.Cents(-leg.Amount.Cents())
			case p == leg.From:
				column = &r.Out
			}
			if err := addTo(column, delta); err != nil {
				return nil, err
			}
		}
	}
	out := make([]PlaceRoll, 0, len(rolls))
	for _, p := range slices.SortedFunc(maps.Keys(rolls), comparePlaces) {
		r := rolls[p]
		sum, err := r.Opening.Add(r.In)
		if err != nil {
			return nil, err
		}
		if r.Closing, err = sum.Sub(r.Out); err != nil {
			return nil, err
		}
		out = append(out, *r)
	}
	return out, nil
}

func checkPeriod(p civil.Period) error {
	if err := p.Check(); err != nil || p.Days() == 0 {
		return &problem.Error{Code: ErrPeriod, Path: "period", What: fmt.Sprintf("%s is no accounting period", p), Fix: "give its first day and the day after its last", Err: err}
	}
	return nil
}

func addTo(sum *money.Amount, part money.Amount) error {
	var err error
	*sum, err = sum.Add(part)
	return err
}
