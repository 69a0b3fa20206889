package report

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/ledger"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/problem"
)

// ErrRoll is a roll-forward that is asked for without books.
const ErrRoll problem.Code = "E_REPORT_ROLL"

// Roll is how the receivable, and all that stands beside it, went over an accounting period, in rows.
type Roll struct {
	Period civil.Period
	// Rows are by area and kind, as the ledger computes them, and Areas what the rows of an area come to. The transfers of an area
	// come to nothing, unless a balance has moved to another one.
	Rows, Areas []ledger.RollRow
	Total       ledger.RollRow
	// Places are deposits, suspense, money due to agencies and all else outside the receivable, and Kinds what the places of a kind
	// come to.
	Places []ledger.PlaceRoll
	Kinds  []KindRoll
}

// KindRoll is how all places of a kind rolled forward.
type KindRoll struct {
	Kind ledger.PlaceKind
	// Places is how many there are.
	Places                    int
	Opening, In, Out, Closing money.Amount
}

// RollStep is one step of a proof: what it is called, and what it adds.
type RollStep struct {
	What   string
	Amount money.Amount
}

// RollForward puts the roll-forward of an accounting period into rows, each proved: opening + billed + fees ± adjustments − payments
// + returned + refunds − deposits applied − write-offs + recoveries ± transfers + converted = closing = open items − unapplied
// credits, and rows come to their area and to the total.
//
// Errors: [ErrRoll]; those of [ledger.Ledger.RollForward]; [ErrTie] for what does not come to the same.
func RollForward(books *ledger.Ledger, period civil.Period) (Roll, error) {
	if books == nil {
		return Roll{}, &problem.Error{Code: ErrRoll, Path: "books", What: "there are no books", Fix: "give the ledger"}
	}
	rolled, err := books.RollForward(period)
	if err != nil {
		return Roll{}, err
	}
	places, err := books.Rolls(period)
	if err != nil {
		return Roll{}, err
	}
	out := Roll{Period: period, Rows: rolled.Rows, Total: rolled.Total, Places: places}
	for _, row := range out.Rows {
		if n := len(out.Areas); n == 0 || out.Areas[n-1].Area != row.Area {
			out.Areas = append(out.Areas, ledger.RollRow{Area: row.Area})
		}
		if err := addRoll(&out.Areas[len(out.Areas)-1], row); err != nil {
			return Roll{}, err
		}
	}
	for _, p := range places {
		if n := len(out.Kinds); n == 0 || out.Kinds[n-1].Kind != p.Place.Kind {
			out.Kinds = append(out.Kinds, KindRoll{Kind: p.Place.Kind})
		}
		k := &out.Kinds[len(out.Kinds)-1]
		k.Places++
		if err := cmp.Or(addMoney(&k.Opening, p.Opening), addMoney(&k.In, p.In), addMoney(&k.Out, p.Out), addMoney(&k.Closing, p.Closing)); err != nil {
			return Roll{}, err
		}
	}
	return out, out.prove()
}

// RollSteps are the columns of a row in the order in which they are added, from its opening to its closing.
func RollSteps(r ledger.RollRow) []RollStep {
	return []RollStep{
		{"opening", r.Opening}, {"billed", r.Billed}, {"fees", r.Fees}, {"adjustments", r.Adjustments}, {"payments", r.Payments}, {"returned", r.Returned},
		{"refunds", r.Refunds}, {"deposits applied", r.DepositsApplied}, {"write-offs", r.WriteOffs}, {"recoveries", r.Recoveries}, {"transfers",
			r.Transfers},
		{"converted", r.Converted},
	}
}

// addRoll adds a row to another.
func addRoll(to *ledger.RollRow, row ledger.RollRow) error {
	columns := func(r *ledger.RollRow) []*money.Amount {
		return []*money.Amount{&r.Opening, &r.Billed, &r.Fees, &r.Adjustments, &r.Payments, &r.Returned, &r.Refunds, &r.DepositsApplied, &r.WriteOffs,
			&r.Recoveries,
			&r.Transfers, &r.Converted, &r.Closing, &r.OpenItems, &r.Credits}
	}
	parts := columns(&row)
	for i, column := range columns(to) {
		if err := addMoney(column, *parts[i]); err != nil {
			return err
		}
	}
	return nil
}

// prove proves each row, and that they come to their totals.
func (r Roll) prove() error {
	var found problem.List
	untied := func(path, what string, is, want money.Amount) {
		if is != want {
			found.Add(&problem.Error{Code: ErrTie, Path: path, What: fmt.Sprintf("%s %s, and it has to be %s", what, is, want),
				Fix: "load the ledger again from its entries"})
		}
	}
	var sum, areas ledger.RollRow
	for _, row := range r.Areas {
		if err := addRoll(&areas, row); err != nil {
			return err
		}
	}
	rows := append(slices.Clone(r.Rows), r.Areas...)
	for i, row := range append(rows, r.Total) {
		path := fmt.Sprintf("%s %s", row.Area, row.Kind)
		if i == len(rows) {
			path = "total"
		}
		var steps money.Amount
		for _, step := range RollSteps(row) {
			if err := addMoney(&steps, step.Amount); err != nil {
				return err
			}
		}
		untied(path, "it rolls forward to", steps, row.Closing)
		net, err := row.OpenItems.Sub(row.Credits)
		if err != nil {
			return err
		}
		untied(path, "open items less unapplied credits are", net, row.Closing)
		if i < len(r.Rows) {
			if err := addRoll(&sum, row); err != nil {
				return err
			}
		}
	}
	for _, part := range []struct {
		what string
		row  ledger.RollRow
	}{{"the rows", sum}, {"the areas", areas}} {
		total := RollSteps(r.Total)
		for i, step := range RollSteps(part.row) {
			untied("total."+step.What, part.what+" come to", step.Amount, total[i].Amount)
		}
		untied("total.closing", part.what+" come to", part.row.Closing, r.Total.Closing)
	}
	for _, k := range r.Kinds {
		closing, err := money.Sum(k.Opening, k.In)
		if err == nil {
			closing, err = closing.Sub(k.Out)
		}
		if err != nil {
			return err
		}
		untied(string(k.Kind), "it rolls forward to", closing, k.Closing)
	}
	return found.Err()
}

// Follows refuses a roll-forward that does not go on where the last one has ended ([ErrTie]): its first day is the day after the last
// one's, and each row and place opens with what it closed with. What was entered into an earlier period since is told by this.
func (r Roll) Follows(last Roll) error {
	var found problem.List
	refuse := func(path, what string) {
		found.Add(&problem.Error{Code: ErrTie, Path: path, What: what, Fix: "close the month, or make the report of the earlier period again"})
	}
	if r.Period.From != last.Period.To {
		refuse("period", fmt.Sprintf("it begins on %s, and the last one ends with %s", r.Period.From, last.Period.Last()))
	}
	type at struct {
		area string
		kind ledger.Kind
	}
	closed, places := map[at]money.Amount{}, map[ledger.Place]money.Amount{}
	for _, row := range last.Rows {
		closed[at{row.Area, row.Kind}] = row.Closing
	}
	for _, p := range last.Places {
		places[p.Place] = p.Closing
	}
	for _, row := range r.Rows {
		if was := closed[at{row.Area, row.Kind}]; was != row.Opening {
			refuse(fmt.Sprintf("%s %s", row.Area, row.Kind), fmt.Sprintf("it opens with %s, and the last one closed with %s", row.Opening, was))
		}
		delete(closed, at{row.Area, row.Kind})
	}
	for _, p := range r.Places {
		if was := places[p.Place]; was != p.Opening {
			refuse(p.Place.String(), fmt.Sprintf("it opens with %s, and the last one closed with %s", p.Opening, was))
		}
		delete(places, p.Place)
	}
	for _, row := range last.Rows {
		if was := closed[at{row.Area, row.Kind}]; !was.IsZero() {
			refuse(fmt.Sprintf("%s %s", row.Area, row.Kind), fmt.Sprintf("it closed with %s, and is not there any more", was))
		}
	}
	for _, p := range last.Places {
		if was := places[p.Place]; !was.IsZero() {
			refuse(p.Place.String(), fmt.Sprintf("it closed with %s, and is not there any more", was))
		}
	}
	return found.Err()
}
