package billing_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/headgate-dev/headgate/billing"
	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/rates"
	"github.com/headgate-dev/headgate/metering"
)

func TestTheCausesOfAHighBillSumToItsDifference(t *testing.T) {
	dear := book()
	dear.Schedules[0].Versions[0].Charges[0].Rule = rates.Fixed{Amount: rates.Num("22.50")}
	engines := map[rates.Digest]*rates.Engine{}
	for _, b := range []rates.Book{book(), dear} {
		engine := must(rates.Compile(b))
		q := must(engine.Price(must(water("1", "2026-01-01", "").Input(days(march)))))
		engines[q.Digest()] = engine
	}
	books := func(d rates.Digest) *rates.Engine { return engines[d] }
	a := water("1", "2026-01-01", "")
	april := func(units int64) billing.Service {
		in := must(a.Input(days("[2026-03-31, 2026-05-01)")))
		usage := used("A-1/april", units, "[2026-03-31, 2026-05-01)")
		in.Usage = must(usage.Volume(metering.CCF, 0, exact.HalfUp))
		return billing.Service{Agreement: a, Quote: must(must(rates.Compile(dear)).Price(in)), Usage: []metering.Usage{usage}}
	}
	last := must(billing.NewBill(request(t)))
	r := request(t)
	r.Key, r.Services, r.Fees = "2026-W18", []billing.Service{april(20)}, []billing.Fee{fee("a", 12_00)}
	causes := must(must(billing.NewBill(r)).Why(last, books))
	var texts []string
	for _, c := range causes {
		texts = append(texts, c.Service+" "+c.Amount.String()+" "+c.Text)
	}
	require.Equal(t, []string{
		"water $2.50 new rates for Base charge: $22.50 instead of $20.00", "water $38.85 you used 7 CCF more, 20 instead of 13, in tier 2", "sewer -$33.00 sewer is no more on the bill", " $12.00 A fee is on this bill",
	}, texts)

	rapid.Check(t, func(t *rapid.T) {
		r := request(t)
		r.Key, r.Services = "x", []billing.Service{april(rapid.Int64Range(0, 60).Draw(t, "units"))}
		if rapid.Bool().Draw(t, "sewer") {
			r.Services = append(r.Services, request(t).Services[1])
		}
		if rapid.Bool().Draw(t, "fee") {
			r.Fees = []billing.Fee{fee("a", rapid.Int64Range(0, 50_00).Draw(t, "fee of"))}
		}
		b := must(billing.NewBill(r))
		for _, pair := range [][2]billing.Bill{{last, b}, {b, last}} {
			var sum int64
			for _, c := range must(pair[1].Why(pair[0], books)) {
				sum += c.Amount.Cents()
				require.False(t, c.Amount.IsZero())
			}
			require.Equal(t, pair[1].Charges().Cents()-pair[0].Charges().Cents(), sum)
		}
	})
	_, err := must(billing.NewBill(r)).Why(last, func(rates.Digest) *rates.Engine { return nil })
	require.ErrorContains(t, err, "is not found")
	other := must(rates.Compile(dear))
	_, err = must(billing.NewBill(r)).Why(last, func(rates.Digest) *rates.Engine { return other })
	require.ErrorIs(t, err, rates.ErrOtherBook)
}

// Two waters on one bill are each compared with themselves, in whatever order they stand; a new agreement is compared with the
// one before it at its premise.
func TestServicesOfTwoBillsAreMatchedByAgreement(t *testing.T) {
	engine := must(rates.Compile(book()))
	books := func(rates.Digest) *rates.Engine { return engine }
	a, c := water("1", "2026-01-01", ""), water("3", "2026-01-01", "")
	c.Account, c.Customer, c.Premise = "A-1", "C-1", "P-13"
	bill := func(services ...billing.Service) billing.Bill {
		r := request(t)
		r.Services = services
		return must(billing.NewBill(r))
	}
	last := bill(waterOf(t, a, march, 13), waterOf(t, c, march, 2))
	require.Empty(t, must(bill(waterOf(t, c, march, 2), waterOf(t, a, march, 13)).Why(last, books)))
	a.ID, c.ID = "11", "13"
	require.Empty(t, must(bill(waterOf(t, c, march, 2), waterOf(t, a, march, 13)).Why(last, books)))
	a.Premise, c.Premise = "P-21", "P-23"
	causes := must(bill(waterOf(t, a, march, 13), waterOf(t, c, march, 3)).Why(last, books))
	require.Len(t, causes, 1)
	require.Equal(t, usd(3_00), causes[0].Amount)
}
