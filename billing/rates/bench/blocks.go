package bench

import (
	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/rates"
)

// accountBlock is accounts of one bound schedule as columns, with a place for their totals.
type accountBlock struct {
	bound  *rates.Bound
	usage  rates.Column
	others []rates.Column
	totals []money.Amount
}

// blocksOf puts accounts that are bound alike together.
func blocksOf(accounts []boundAccount) []*accountBlock {
	var all []*accountBlock
	at := map[*rates.Bound]*accountBlock{}
	numbers := map[*accountBlock][][]exact.Number{}
	for _, a := range accounts {
		b := at[a.Bound]
		if b == nil {
			b = &accountBlock{bound: a.Bound}
			at[a.Bound] = b
			all = append(all, b)
		}
		numbers[b] = append(numbers[b], append([]exact.Number{a.account.Usage.Number()}, a.account.Columns...))
	}
	for _, b := range all {
		rows := numbers[b]
		b.totals = make([]money.Amount, len(rows))
		b.usage = column(rows, 0)
		for i := 1; i < len(rows[0]); i++ {
			b.others = append(b.others, column(rows, i))
		}
	}
	return all
}

// column is a number of all rows, with as many places as one of them needs.
func column(rows [][]exact.Number, i int) rates.Column {
	c := rates.Column{Values: make([]int64, len(rows))}
	for _, row := range rows {
		c.Places = max(c.Places, row[i].Places())
	}
	for k, row := range rows {
		c.Values[k] = row[i].Coefficient()
		for range c.Places - row[i].Places() {
			c.Values[k] *= 10
		}
	}
	return c
}

// price prices the block, and returns the sum of its totals in cents.
func (b *accountBlock) price() int64 {
	refused, err := b.bound.Totals(b.totals, b.usage, b.others...)
	if err != nil || len(refused) > 0 {
		panic(err)
	}
	var sum int64
	for _, total := range b.totals {
		sum += total.Cents()
	}
	return sum
}
