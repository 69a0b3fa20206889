package rates

import (
	"iter"

	"github.com/headgate-dev/headgate/billing/money"
)

// Stream prices bills one after the other as they are asked for, and keeps none: ten
// million take no more memory than one. Errors travel with their bill: an error of the
// source stands in its place with a quote of its input alone, one of Price with what Price
// returns, and the stream goes on after both. It can be run over as often as the source
// can. Package batch runs it over all cores.
func (e *Engine) Stream(bills iter.Seq2[Input, error]) iter.Seq2[Quote, error] {
	return func(yield func(Quote, error) bool) {
		for in, err := range bills {
			q := Quote{Input: in, engine: e}
			if err == nil {
				q, err = e.Price(in)
			}
			if !yield(q, err) {
				return
			}
		}
	}
}

// Stream prices the totals of accounts one after the other, as [Engine.Stream] does bills.
func (b *Bound) Stream(accounts iter.Seq2[Account, error]) iter.Seq2[money.Amount, error] {
	return func(yield func(money.Amount, error) bool) {
		for a, err := range accounts {
			total := money.Amount{}
			if err == nil {
				total, err = b.Total(a)
			}
			if !yield(total, err) {
				return
			}
		}
	}
}
