package report

import (
	"fmt"
	"maps"
	"slices"

	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/ledger"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/problem"
	"github.com/headgate-dev/headgate/billing/stored"
)

// AgencyRow is what was billed, collected and remitted for another agency in an accounting period. Every column is what it adds to
// its balance.
type AgencyRow struct {
	Agency string
	// Opening is what was billed for it and not collected: Opening + Billed + Adjusted + WrittenOff + Converted − Collected =
	// Closing, which is what its items have open. Adjusted has recoveries too, and WrittenOff is below zero.
	Opening, Billed, Adjusted, WrittenOff, Converted, Collected, Closing money.Amount
	// OpeningPayable is what was collected for it and not handed on: OpeningPayable + Collected + Brought − Remitted =
	// ClosingPayable. Brought is what a conversion brought in, and what was adjusted after it was collected; Remitted is less what
	// came back.
	OpeningPayable, Brought, Remitted, ClosingPayable money.Amount
}

// Agencies is the charges of other agencies that were passed through.
type Agencies struct {
	Period civil.Period
	Rows   []AgencyRow // in order of agencies
	Total  AgencyRow
}

// PassThrough tells what of the charges of other agencies was billed, collected and remitted, by accounting dates. What is not
// collected is proved against the open items of each agency, and both balances against [ledger.Ledger.Rolls].
//
// Errors: [ErrRoll]; those of the ledger; [ErrTie].
func PassThrough(books *ledger.Ledger, period civil.Period) (Agencies, error) {
	if books == nil {
		return Agencies{}, &problem.Error{Code: ErrRoll, Path: "books", What: "there are no books", Fix: "give the ledger"}
	}
	rolls, err := books.Rolls(period) // which refuses what is no period
	if err != nil {
		return Agencies{}, err
	}
	rows, open := map[string]*AgencyRow{}, map[string]money.Amount{}
	row := func(agency string) *AgencyRow {
		if rows[agency] == nil {
			rows[agency] = &AgencyRow{Agency: agency}
		}
		return rows[agency]
	}
	items := map[stored.ID]string{}
	agencyOf := func(id stored.ID) string {
		agency, known := items[id]
		if !known {
			it, _ := books.Item(id)
			agency = it.Agency
			items[id] = agency
		}
		return agency
	}
	for e := range books.Entries() {
		if !e.Accounting.Before(period.To) {
			continue
		}
		for leg := range stepsOf(e) {
			for _, end := range []struct {
				place, other ledger.Place
				cents        int64
			}{{leg.from, leg.to, -leg.amount.Cents()}, {leg.to, leg.from, leg.amount.Cents()}} {
				var to *money.Amount
				amount := money.Cents(end.cents)
				switch end.place.Kind {
				case ledger.PlaceItem:
					agency := agencyOf(end.place.Item)
					if agency == "" {
						continue
					}
					sum, err := open[agency].Sub(amount)
					if err != nil {
						return Agencies{}, err
					}
					open[agency] = sum
					continue
				case ledger.PlaceAgency:
					to = row(end.place.Key).column(e.Cause, end.other.Kind)
					if e.Accounting.Before(period.From) {
						to = &row(end.place.Key).Opening
					} else if end.other.Kind == ledger.PlaceAgencyPayable {
						amount = money.Cents(-end.cents)
					}
				case ledger.PlaceAgencyPayable:
					switch r := row(end.place.Key); {
					case e.Accounting.Before(period.From):
						to = &r.OpeningPayable
					case end.other.Kind == ledger.PlaceAgency:
						continue // it stands there as collected
					case end.other.Kind == ledger.PlaceBank:
						to, amount = &r.Remitted, money.Cents(-end.cents)
					default:
						to = &r.Brought
					}
				default:
					continue
				}
				if err := addMoney(to, amount); err != nil {
					return Agencies{}, err
				}
			}
		}
	}
	out := Agencies{Period: period}
	for _, agency := range slices.Sorted(maps.Keys(rows)) {
		r := rows[agency]
		if err := r.close(); err != nil {
			return Agencies{}, err
		}
		out.Rows = append(out.Rows, *r)
		if err := out.Total.add(*r); err != nil {
			return Agencies{}, err
		}
	}
	return out, out.prove(rolls, open)
}

// column is where what is not collected changes by a cause.
func (r *AgencyRow) column(c ledger.Cause, other ledger.PlaceKind) *money.Amount {
	switch {
	case other == ledger.PlaceAgencyPayable:
		return &r.Collected
	case c == ledger.Billed:
		return &r.Billed
	case c == ledger.WrittenOff:
		return &r.WrittenOff
	case c == ledger.Converted:
		return &r.Converted
	}
	return &r.Adjusted
}

// close finds the closing balances.
func (r *AgencyRow) close() error {
	closing, err := money.Sum(r.Opening, r.Billed, r.Adjusted, r.WrittenOff, r.Converted)
	if err == nil {
		r.Closing, err = closing.Sub(r.Collected)
	}
	if err != nil {
		return err
	}
	payable, err := money.Sum(r.OpeningPayable, r.Collected, r.Brought)
	if err == nil {
		r.ClosingPayable, err = payable.Sub(r.Remitted)
	}
	return err
}

func (r *AgencyRow) add(o AgencyRow) error {
	columns := func(r *AgencyRow) []*money.Amount {
		return []*money.Amount{&r.Opening, &r.Billed, &r.Adjusted, &r.WrittenOff, &r.Converted, &r.Collected, &r.Closing, &r.OpeningPayable, &r.Brought,
			&r.Remitted,
			&r.ClosingPayable}
	}
	parts := columns(&o)
	for i, to := range columns(r) {
		if err := addMoney(to, *parts[i]); err != nil {
			return err
		}
	}
	return nil
}

// prove compares the rows with what the ledger rolls, and with the open items of the agencies.
func (a Agencies) prove(rolls []ledger.PlaceRoll, open map[string]money.Amount) error {
	var found problem.List
	rolled := map[ledger.Place]ledger.PlaceRoll{}
	for _, p := range rolls {
		rolled[p.Place] = p
	}
	for _, r := range a.Rows {
		for _, tie := range []struct {
			what     string
			is, want money.Amount
		}{
			{"opening", r.Opening, rolled[ledger.Agency(r.Agency)].Opening}, {"closing", r.Closing, rolled[ledger.Agency(r.Agency)].Closing},
			{"opening_payable", r.OpeningPayable, rolled[ledger.AgencyPayable(r.Agency)].Opening},
			{"closing_payable", r.ClosingPayable, rolled[ledger.AgencyPayable(r.Agency)].Closing},
			{"open_items", r.Closing, open[r.Agency]},
		} {
			if tie.is != tie.want {
				found.Add(&problem.Error{Code: ErrTie, Path: r.Agency + "." + tie.what, What: fmt.Sprintf("it is %s, and the books have %s", tie.is, tie.want),
					Fix: "load the ledger again from its entries"})
			}
		}
	}
	return found.Err()
}
