package batch

import (
	"context"
	"iter"

	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/rates"
)

// Quotes prices bills, each as [rates.Engine.Price] does: a refused bill yields its quote, with the
// lines that could be priced, and its error; an error of the source comes with a quote of its input
// alone. The rest as [Map]. A bill takes hardly longer to price than to hand over: what gains by
// other cores is what is read, or has no program.
func Quotes(ctx context.Context, e *rates.Engine, bills iter.Seq2[rates.Input, error], o Options) iter.Seq2[rates.Quote, error] {
	// An error of the source keeps its bill, as it does in a stream of the engine.
	sent := func(yield func(sentBill, error) bool) {
		for in, err := range bills {
			if !yield(sentBill{in, err}, nil) {
				return
			}
		}
	}
	return Map(ctx, sent, func(b sentBill) (rates.Quote, error) {
		if b.err != nil {
			return rates.Quote{Input: b.in}, b.err
		}
		return e.Price(b.in)
	}, o)
}

// A sentBill is a bill with the error of its source.
type sentBill struct {
	in  rates.Input
	err error
}

// Totals prices accounts that are alike in all but usage and numbers, each as [rates.Bound.Total]
// does. The rest as [Map]. A proven total takes hardly longer than handing its account over, so what
// gains by it is what is read, or has no program; where the numbers are at hand, use [Columns].
func Totals(ctx context.Context, b *rates.Bound, accounts iter.Seq2[rates.Account, error], o Options) iter.Seq2[money.Amount, error] {
	return Map(ctx, accounts, b.Total, o)
}

// Rows that are priced at once: many, since a program is set up for each time, or few where each
// is priced by itself.
const (
	provenRows   = 16_384
	unprovenRows = 256
)

// Columns prices many accounts at once, as [rates.Bound.Totals] does, with the same totals, rows
// and errors. When the context is done it returns [context.Cause], and with [ErrOptions] what is
// wrong with the options; with an error of either kind some of the totals may be set, and none is
// of use.
func Columns(ctx context.Context, b *rates.Bound, o Options, totals []money.Amount, usage rates.Column, columns ...rates.Column) ([]rates.RowError, error) {
	if err := o.check(); err != nil {
		return nil, err
	}
	all := append([]rates.Column{usage}, columns...)
	for _, c := range all {
		if len(c.Values) != len(totals) {
			return b.Totals(totals, usage, columns...) // which refuses that
		}
	}
	rows := o.Chunk
	if rows == 0 {
		rows = unprovenRows
		if b.Proven() {
			rows = provenRows
		}
	}
	price := func(from int) ([]rates.RowError, error) {
		to := min(from+rows, len(totals))
		part := make([]rates.Column, len(all))
		for i, c := range all {
			part[i] = rates.Column{Values: c.Values[from:to], Places: c.Places}
		}
		refused, err := b.Totals(totals[from:to], part[0], part[1:]...)
		for i := range refused {
			refused[i].Row += from
		}
		return refused, err
	}
	var refused []rates.RowError
	for part, err := range Map(ctx, starts(len(totals), rows), price, Options{Workers: o.Workers, Chunk: 1}) {
		if err != nil {
			return nil, err
		}
		refused = append(refused, part...)
	}
	return refused, nil
}

// starts are the first rows of all parts. No rows are one part, whose columns are looked at.
func starts(rows, step int) iter.Seq2[int, error] {
	return func(yield func(int, error) bool) {
		for from := 0; from == 0 || from < rows; from += step {
			if !yield(from, nil) {
				return
			}
		}
	}
}
