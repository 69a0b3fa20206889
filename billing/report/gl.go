package report

import (
	"cmp"
	"fmt"
	"iter"
	"maps"
	"slices"

	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/ledger"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/problem"
)

// ErrGL is a distribution that is asked for without books.
const ErrGL problem.Code = "E_REPORT_GL"

// GLRow is what an accounting period adds to an account of the general ledger under a revenue code.
type GLRow struct {
	GL, RevenueCode string
	Debits, Credits money.Amount
	// Net is Debits less Credits.
	Net money.Amount
	// Legs is the number of legs that it is made of.
	Legs int
}

// GLDistribution is what an accounting period adds to the general ledger.
type GLDistribution struct {
	Period civil.Period
	// Rows are in order of accounts of the general ledger and revenue codes, Accounts what they come to by account, and Codes by
	// revenue code, each code with as much on both sides.
	Rows, Accounts, Codes []GLRow
	// Total has as many debits as credits.
	Total GLRow
}

// Distribution puts the general-ledger distribution of an accounting period into rows: each account as [ledger.Ledger.Distribution]
// has it, by revenue code. Debits are credits, of each code and in all.
//
// Errors: [ErrGL]; those of the ledger, such as a place that the chart does not name; [ErrTie].
func Distribution(books *ledger.Ledger, period civil.Period, chart ledger.Chart) (GLDistribution, error) {
	if books == nil {
		return GLDistribution{}, &problem.Error{Code: ErrGL, Path: "books", What: "there are no books", Fix: "give the ledger"}
	}
	lines, err := books.Distribution(period, chart)
	if err != nil {
		return GLDistribution{}, err
	}
	rows, accounts, codes := map[[2]string]*GLRow{}, map[string]*GLRow{}, map[string]*GLRow{}
	out := GLDistribution{Period: period}
	for e := range books.Entries() {
		if e.Accounting.Before(period.From) || !e.Accounting.Before(period.To) {
			continue
		}
		for leg := range stepsOf(e) {
			from, to := glEnds(books, leg)
			for side, end := range []struct {
				gl            string
				debit, credit money.Amount
			}{{glOf(chart, from), leg.amount, money.Amount{}}, {glOf(chart, to), money.Amount{}, leg.amount}} {
				for at, r := range []*GLRow{
					glRow(rows, [2]string{end.gl, leg.revenueCode}, GLRow{GL: end.gl, RevenueCode: leg.revenueCode}), glRow(accounts, end.gl, GLRow{GL: end.gl}),
					glRow(codes, leg.revenueCode, GLRow{RevenueCode: leg.revenueCode}), &out.Total,
				} {
					if side == 0 || at < 2 { // both ends are of one revenue code, and of the whole
						r.Legs++
					}
					if err := cmp.Or(addMoney(&r.Debits, end.debit), addMoney(&r.Credits, end.credit)); err != nil {
						return GLDistribution{}, err
					}
				}
			}
		}
	}
	for _, at := range slices.SortedFunc(maps.Keys(rows), func(a, b [2]string) int { return slices.Compare(a[:], b[:]) }) {
		out.Rows = append(out.Rows, *rows[at])
	}
	for _, gl := range slices.Sorted(maps.Keys(accounts)) {
		out.Accounts = append(out.Accounts, *accounts[gl])
	}
	for _, code := range slices.Sorted(maps.Keys(codes)) {
		out.Codes = append(out.Codes, *codes[code])
	}
	for _, list := range [][]GLRow{out.Rows, out.Accounts, out.Codes} {
		for i := range list {
			if list[i].Net, err = list[i].Debits.Sub(list[i].Credits); err != nil {
				return GLDistribution{}, err
			}
		}
	}
	if out.Total.Net, err = out.Total.Debits.Sub(out.Total.Credits); err != nil {
		return GLDistribution{}, err
	}
	return out, out.prove(lines)
}

// prove compares the accounts with the ledger's own lines, and debits with credits.
func (d GLDistribution) prove(lines []ledger.GLLine) error {
	var found problem.List
	untied := func(path, what string) {
		found.Add(&problem.Error{Code: ErrTie, Path: path, What: what, Fix: "load the ledger again from its entries"})
	}
	own := map[string]GLRow{}
	for _, r := range d.Accounts {
		own[r.GL] = r
	}
	for _, l := range lines {
		if r := own[l.GL]; r.Debits != l.Debits || r.Credits != l.Credits || r.Legs != l.Legs {
			untied(l.GL, fmt.Sprintf("debits are %s and credits %s, and the ledger distributes %s and %s", r.Debits, r.Credits, l.Debits, l.Credits))
		}
	}
	if len(own) != len(lines) {
		untied("accounts", fmt.Sprintf("there are %d accounts, and the ledger distributes to %d", len(own), len(lines)))
	}
	for _, r := range append(slices.Clone(d.Codes), d.Total) {
		if !r.Net.IsZero() {
			untied("revenue code "+r.RevenueCode, fmt.Sprintf("debits are %s and credits %s", r.Debits, r.Credits))
		}
	}
	return found.Err()
}

// step is a leg without its id, which takes longer to make than all that a report does with it.
type step struct {
	from, to    ledger.Place
	amount      money.Amount
	revenueCode string
	// opens says that it opens the item at from.
	opens bool
}

// stepsOf are the legs of an entry, as [ledger.Entry.Legs] has them.
func stepsOf(e ledger.Entry) iter.Seq[step] {
	return func(yield func(step) bool) {
		for i, o := range e.Opens {
			if !yield(step{ledger.OfItem(e.ItemID(i)), o.Against, o.Amount, o.Item.RevenueCode, true}) {
				return
			}
		}
		for _, m := range e.Moves {
			if !yield(step{m.From, m.To, m.Amount, m.RevenueCode, false}) {
				return
			}
		}
	}
}

func glRow[K comparable](rows map[K]*GLRow, at K, as GLRow) *GLRow {
	if rows[at] == nil {
		rows[at] = &as
	}
	return rows[at]
}

// glEnds are the ends of a leg as rows of a chart that name all that can be told of them. The ledger tells which account each is only
// by account, and not by revenue code: what is found here is proved against it.
func glEnds(books *ledger.Ledger, leg step) (from, to ledger.ChartRow) {
	of := func(p ledger.Place) ledger.ChartRow {
		f := ledger.ChartRow{Place: p.Kind, Key: p.Key, Area: p.Area, RevenueCode: leg.revenueCode}
		if p.Area != "" {
			f.Key = "" // the account of a customer
		}
		if it, ok := books.Item(p.Item); ok {
			f.Area, f.Kind = it.Area, it.Kind
		}
		if p.Kind == ledger.PlaceCredit {
			f.Kind = ledger.KindCredit
		}
		return f
	}
	from, to = of(leg.from), of(leg.to)
	areas, kinds := [2]string{from.Area, to.Area}, [2]ledger.Kind{from.Kind, to.Kind}
	from.Area, to.Area = cmp.Or(areas[0], areas[1]), cmp.Or(areas[1], areas[0])
	from.Kind, to.Kind = cmp.Or(kinds[0], kinds[1]), cmp.Or(kinds[1], kinds[0])
	return from, to
}

// glOf is the account of the row that says most about an end. The ledger has refused a chart in which two say as much.
func glOf(chart ledger.Chart, end ledger.ChartRow) string {
	gl, most := "", -1
	for _, r := range chart {
		says, fits := 0, r.Place == end.Place
		for _, pair := range [][2]string{{r.Key, end.Key}, {r.Area, end.Area}, {string(r.Kind), string(end.Kind)}, {r.RevenueCode, end.RevenueCode}} {
			if pair[0] != "" {
				says, fits = says+1, fits && pair[0] == pair[1]
			}
		}
		if fits && says > most {
			gl, most = r.GL, says
		}
	}
	return gl
}
