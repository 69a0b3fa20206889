package latecharge_test

import (
	"fmt"
	"math/rand"
	"slices"
	"testing"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/latecharge"
	"github.com/headgate-dev/headgate/billing/ledger"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/policy"
	"github.com/headgate-dev/headgate/billing/stored"
)

// anyPolicy draws a policy within the caps of its regime.
func anyPolicy(t *rapid.T) latecharge.Policy {
	regime := rapid.SampledFrom([]latecharge.Regime{
		latecharge.Gov54348(), latecharge.Water35470Point5(), latecharge.Uncapped("drawn"),
	}).Draw(t, "regime")
	p := ten(regime)
	_, capped := regime.First.Value()
	most := int64(4000)
	if capped {
		most = 1000
	}
	p.Percent = policy.Is(decimal.New(rapid.Int64Range(0, most).Draw(t, "percent"), -2))
	p.Rounding = rapid.SampledFrom([]exact.Mode{exact.HalfUp, exact.HalfEven, exact.Up, exact.Down}).Draw(t, "rounding")
	p.Basis = rapid.SampledFrom([]latecharge.Basis{latecharge.OnPastDue, latecharge.OnCurrent}).Draw(t, "basis")
	p.GraceDays = policy.Is(rapid.IntRange(0, 40).Draw(t, "grace"))
	minimum := rapid.Int64Range(0, 80_00).Draw(t, "minimum")
	p.MinimumBalance = cents(minimum)
	if rapid.Bool().Draw(t, "has_flat") {
		flat := minimum
		if capped {
			flat = minimum / 10
		}
		p.Flat = cents(rapid.Int64Range(0, flat).Draw(t, "flat"))
	}
	if limit, ok := regime.Monthly.Value(); ok {
		p.Monthly = policy.Is(limit.Mul(decimal.New(rapid.Int64Range(0, 10).Draw(t, "monthly"), -1)))
		if regime.MonthlyOn == latecharge.OnChargesAndFirst {
			p.MonthlyOn = rapid.SampledFrom([]latecharge.MonthlyOn{latecharge.OnCharges, latecharge.OnChargesAndFirst}).Draw(t, "monthly_on")
		}
		return p
	}
	p.Monthly = policy.Is(decimal.New(rapid.Int64Range(0, 300).Draw(t, "monthly"), -2))
	p.MonthlyOn = rapid.SampledFrom([]latecharge.MonthlyOn{latecharge.OnCharges, latecharge.OnChargesAndFirst}).Draw(t, "monthly_on")
	p.Growth = rapid.SampledFrom([]latecharge.Growth{latecharge.Simple, latecharge.Compound}).Draw(t, "growth")
	return p
}

// anyBill is a bill before it is entered.
type anyBill struct {
	due   string
	lines []lineOf
	paid  []int64
}

func anyBills(t *rapid.T) []anyBill {
	bills := make([]anyBill, rapid.IntRange(1, 4).Draw(t, "bills"))
	for i := range bills {
		bills[i].due = fmt.Sprintf("2026-%02d-%02d", 3+rapid.IntRange(0, 3).Draw(t, "month"), rapid.IntRange(1, 28).Draw(t, "day"))
		for range rapid.IntRange(1, 3).Draw(t, "lines") {
			line := lineOf{rapid.SampledFrom([]ledger.Kind{"charge", "charge", "tax"}).Draw(t, "kind"), rapid.Int64Range(1, 200_00).Draw(t, "cents")}
			bills[i].lines = append(bills[i].lines, line)
			bills[i].paid = append(bills[i].paid, rapid.Int64Range(0, line.cents/2).Draw(t, "paid"))
		}
	}
	return bills
}

// enter enters the bills, and what is paid of them on their due dates.
func enter(t tester, bills []anyBill) (*books, [][]stored.ID) {
	b := newLateBooks(t)
	var all [][]stored.ID
	for i, bill := range bills {
		ids := b.items(fmt.Sprintf("bill %d", i), bill.due, bill.lines...)
		for j, id := range ids {
			if bill.paid[j] > 0 {
				b.pay(fmt.Sprintf("receipt %d %d", i, j), bill.due, id, bill.paid[j])
			}
		}
		all = append(all, ids)
	}
	return b, all
}

func anyDay(t *rapid.T) string {
	return fmt.Sprintf("2026-%02d-%02d", rapid.IntRange(4, 10).Draw(t, "on_month"), rapid.IntRange(1, 28).Draw(t, "on_day"))
}

func anyDisputes(t *rapid.T, ids []stored.ID) []latecharge.Dispute {
	var out []latecharge.Dispute
	for range rapid.IntRange(0, 3).Draw(t, "disputes") {
		d := latecharge.Dispute{Item: rapid.SampledFrom(ids).Draw(t, "disputed"),
			Amount: money.Cents(rapid.Int64Range(1, 150_00).Draw(t, "in_dispute")),
			From:   civil.MustDate("2026-03-10")}
		if rapid.Bool().Draw(t, "decided") {
			d.Until = civil.MustDate("2026-06-10")
		}
		out = append(out, d)
	}
	return out
}

// Each part is within the law, computed here with fractions of its own; the first of an item comes once.
func TestLatePropertyNeverAboveTheCapNorBelowZero(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := anyPolicy(t)
		b, ids := enter(t, anyBills(t))
		f := b.facts(anyDay(t))
		f.Disputes = anyDisputes(t, slices.Concat(ids...))
		c := of(t, p, f)
		for _, line := range c.Lines {
			firsts := 0
			for _, part := range line.Parts {
				law, allowed := p.Regime.Monthly, part.Charges.Cents()
				if part.First {
					law = p.Regime.First
					firsts++
				} else if p.Regime.MonthlyOn == latecharge.OnChargesAndFirst {
					allowed += part.FirstUnpaid.Cents()
				}
				limit, ok := law.Value()
				if !ok {
					continue
				}
				most := limit.Mul(decimal.New(allowed, 0)) // in hundredths of a cent
				require.LessOrEqual(t, decimal.New(part.Amount.Cents()*100, 0).Cmp(most), 0,
					"%s of %d cents, at most %s%%", part.Amount, allowed, limit)
			}
			require.LessOrEqual(t, firsts, 1)
		}
	})
}

// Neither the order of items, disputes, kinds nor waivers matters, nor a second run: the same facts give the same fee.
func TestLatePropertySameFactsSameFee(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := anyPolicy(t)
		b, ids := enter(t, anyBills(t))
		if rapid.Bool().Draw(t, "ran_before") {
			b.run(p, "2026-05-03")
		}
		f := b.facts(anyDay(t))
		f.Disputes = anyDisputes(t, slices.Concat(ids...))
		once := of(t, p, f)
		shuffle := rand.New(rand.NewSource(rapid.Int64().Draw(t, "seed")))
		shuffle.Shuffle(len(f.Items), func(i, j int) { f.Items[i], f.Items[j] = f.Items[j], f.Items[i] })
		shuffle.Shuffle(len(f.Disputes), func(i, j int) { f.Disputes[i], f.Disputes[j] = f.Disputes[j], f.Disputes[i] })
		again := of(t, p, f)
		require.Equal(t, once, again)
		require.Equal(t, entries(t, once), entries(t, again))
	})
}

// More owed is never charged less.
func TestLatePropertyMonotoneInTheBasis(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := anyPolicy(t)
		bills := anyBills(t)
		on := anyDay(t)
		b, _ := enter(t, bills)
		less := b.charge(p, on)
		i := rapid.IntRange(0, len(bills)-1).Draw(t, "raised")
		j := rapid.IntRange(0, len(bills[i].lines)-1).Draw(t, "line")
		bills[i].lines[j].cents += rapid.Int64Range(0, 100_00).Draw(t, "more")
		b, _ = enter(t, bills)
		more := b.charge(p, on)
		// Exactly it never falls. But where an item rises it takes more of a flat amount, of which others then bear less; and each further
		// month on that is rounded by itself, by less than a cent.
		rounded := int64(0)
		for _, l := range more.Lines {
			for _, part := range l.Parts {
				if !part.First && p.Flat.Get().Sign() > 0 && p.MonthlyOn == latecharge.OnChargesAndFirst {
					rounded++
				}
			}
		}
		require.LessOrEqual(t, less.Total.Cents(), more.Total.Cents()+rounded)
	})
}

// An account in credit is never charged (Central Arkansas, 2013).
func TestLatePropertyAnAccountInCreditIsNeverCharged(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := anyPolicy(t)
		bills := anyBills(t)
		b, _ := enter(t, bills)
		open := int64(0)
		for _, bill := range bills {
			for j := range bill.lines {
				open += bill.lines[j].cents
			}
		}
		b.credit("carried in", "2026-01-05", open+rapid.Int64Range(0, 500_00).Draw(t, "over"))
		c := b.charge(p, anyDay(t))
		require.Empty(t, c.Lines)
		require.Equal(t, latecharge.InCredit, c.Reasons[0].Code)
	})
}

// A second run on one day charges nothing, and what the first has made is entered once.
func TestLatePropertyTwiceOnOneDayChargesOnce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := anyPolicy(t)
		b, _ := enter(t, anyBills(t))
		on := anyDay(t)
		if rapid.Bool().Draw(t, "ran_before") {
			b.run(p, "2026-04-29")
		}
		first := b.charge(p, on)
		for _, e := range entries(t, first) {
			b.post(e)
		}
		require.Empty(t, b.charge(p, on).Lines)
		for _, e := range entries(t, first) {
			posted, err := b.l.Post(e)
			require.NoError(t, err)
			require.False(t, posted)
		}
		require.NoError(t, b.l.Check())
	})
}

// Where nothing is paid between, a run a month and one run for all months charge the same: the fee does not depend on when
// the office gets to it.
func TestLatePropertyLateRunChargesWhatMonthlyRunsWouldHave(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := anyPolicy(t)
		bills := anyBills(t)
		at, _ := enter(t, bills)
		sum := int64(0)
		for day, last := civil.MustDate("2026-03-01"), civil.MustDate("2026-10-01"); !day.After(last); {
			sum += at.run(p, day.String()).Total.Cents()
			next, err := day.AddDays(rapid.IntRange(9, 30).Draw(t, "days"))
			require.NoError(t, err)
			day = next
		}
		sum += at.run(p, "2026-10-01").Total.Cents()
		once, _ := enter(t, bills)
		require.Equal(t, sum, once.charge(p, "2026-10-01").Total.Cents())
	})
}

// What goes back after a correction is what the corrected books would not have been charged.
func TestLatePropertyCorrectionIsTheChargeOfTheCorrectedBooks(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := anyPolicy(t)
		p.Basis = latecharge.OnPastDue // under the other, a bill corrected to nothing leaves an older one as the current
		p.MinimumBalance, p.Flat = cents(0), cents(0)
		if p.Regime.Title != latecharge.Gov54348().Title && p.Regime.Title != latecharge.Water35470Point5().Title {
			// A share of a flat amount that stays is not shared out anew, so that months on it may differ from those of other books.
			p.Flat, p.MonthlyOn, p.Growth = cents(rapid.Int64Range(0, 20_00).Draw(t, "any_flat")), latecharge.OnCharges, latecharge.Simple
		}
		bills := anyBills(t)
		on := anyDay(t)
		b, ids := enter(t, bills)
		c := b.charge(p, on)
		var corrections []latecharge.Correction
		for i := range bills {
			for j := range bills[i].lines {
				bears := slices.ContainsFunc(c.Lines, func(l latecharge.Line) bool { return l.Item == ids[i][j] })
				if less := rapid.Int64Range(0, bills[i].lines[j].cents-bills[i].paid[j]).Draw(t, "less"); bears && less > 0 {
					corrections = append(corrections, latecharge.Correction{Item: ids[i][j], Less: money.Cents(less)})
					bills[i].lines[j].cents -= less
				}
			}
		}
		credit, err := latecharge.Correct([]latecharge.Charge{c}, corrections)
		require.NoError(t, err)
		for i := range bills {
			for j := len(bills[i].lines) - 1; j >= 0; j-- {
				if bills[i].lines[j].cents == 0 {
					bills[i].lines, bills[i].paid = slices.Delete(bills[i].lines, j, j+1), slices.Delete(bills[i].paid, j, j+1)
				}
			}
		}
		bills = slices.DeleteFunc(bills, func(bill anyBill) bool { return len(bill.lines) == 0 })
		should := int64(0)
		if len(bills) > 0 {
			after, _ := enter(t, bills)
			should = after.charge(p, on).Total.Cents()
		}
		if slices.Contains(why(c), latecharge.NoRate) {
			// An item whose share of a flat amount came to nothing has no line, and does not keep the amount when the others fall.
			require.LessOrEqual(t, c.Total.Cents()-should, credit.Total.Cents())
			return
		}
		require.Equal(t, c.Total.Cents()-should, credit.Total.Cents())
	})
}
