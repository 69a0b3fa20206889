package ratecheck_test

import (
	"testing"

	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/ratecheck"
	"github.com/headgate-dev/headgate/billing/rates"
	"github.com/headgate-dev/headgate/metering"
)

// BenchmarkStudy prices accounts under two books: alone, and in a study. The study is to take
// less than three times as long.
func BenchmarkStudy(b *testing.B) {
	before, after := engineOf(b, "../../examples/price/books/marina-coast-2018.yaml"), engineOf(b, "../../examples/ratestudy/books/proposal.yaml")
	accounts := make([]ratecheck.Account, 1<<16)
	sizes := []string{"5/8", "3/4", "1", "1 1/2", "2"}
	for i := range accounts {
		n, _ := exact.NewNumber(int64(i*103%253*[]int{1, 1, 2, 3, 5}[i*7%5]), 1)
		v, _ := metering.NewVolume(n, metering.CCF748)
		in := rates.Input{Schedule: []string{"ord-water", "central-water"}[i%2], Period: civil.MustPeriod("[2018-03-01, 2018-04-01)"), Usage: v,
			Facts: rates.Facts{"meter_size": sizes[i*7%5]}}
		accounts[i] = ratecheck.Account{Before: in, After: in}
	}
	b.Run("price", func(b *testing.B) {
		for i := range b.N {
			a := &accounts[i%len(accounts)]
			p, _ := before.Price(a.Before)
			q, _ := after.Price(a.After)
			_ = p.Total.Cents() + q.Total.Cents()
		}
	})
	b.Run("study", func(b *testing.B) {
		study := ratecheck.NewStudy(before, after)
		for i := range b.N {
			if err := study.Add(&accounts[i%len(accounts)]); err != nil {
				b.Fatal(err)
			}
		}
	})
}
