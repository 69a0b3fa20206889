package deposit_test

import (
	"testing"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/ledger"
	"github.com/headgate-dev/headgate/billing/policy"
	"github.com/headgate-dev/headgate/payments/deposit"
)

func accrue(account string, cents int64) ledger.Move {
	return ledger.Move{From: ledger.Place{Kind: ledger.PlaceInterest}, To: ledger.DepositOf(account, "Ord"), Amount: usd(cents), RevenueCode: "2300"}
}

// All interest is summed exactly and rounded once, and what was entered is not entered again.
func TestInterestIsRoundedOnce(t *testing.T) {
	b := newBooks(t)
	b.deposit(acct, "2025-01-01", 200_00)
	p := simple(coastside(), "1.5")
	p.Rates = append(p.Rates, deposit.Rate{From: day("2025-07-01"), Percent: percent("2")}, deposit.Rate{From: day("2026-07-01"), Percent: percent("9")})
	e := b.review(p, facts(acct), "2026-02-05").Earned
	// 200 × (1.5% × 181 + 2% × 219) / 365 = 1.4876… + 2.4
	require.Equal(t, "$200.00 for 181 days at 1.5% a year, $200.00 for 219 days at 2% a year bear $3.89", e.Words)
	p.Rounding = exact.Down
	require.Equal(t, usd(3_88), b.review(p, facts(acct), "2026-02-05").Earned.Interest)
	p.Rounding = exact.HalfUp

	b.post(entry(ledger.Accrued, "2025", "2026-01-01", accrue(acct, 3_50)))
	e = b.review(p, facts(acct), "2026-02-05").Earned
	require.Equal(t, usd(39), e.Interest, "interest bears none")
	require.Equal(t, "$200.00 for 181 days at 1.5% a year, $200.00 for 184 days at 2% a year, $200.00 for 35 days at 2% a year bear $3.89, of which $3.50 was entered before", e.Words)

	// What leaves takes interest first: 3.50 of it, and then what was paid in.
	b.charge(acct, "bill", "2026-01-10", "2026-02-16", 50_00, false)
	b.post(entry(ledger.DepositApplied, "part", "2026-02-05", ledger.Move{From: ledger.DepositOf(acct, "Ord"), To: ledger.CreditOf(acct, "Ord"), Amount: usd(13_50), RevenueCode: "2300"}))
	parts := b.review(p, facts(acct), "2026-02-20").Earned.Parts
	require.Equal(t, usd(190_00), parts[len(parts)-1].On)

	b.post(entry(ledger.Accrued, "too much", "2026-02-20", accrue(acct, 9_00)))
	require.True(t, b.review(p, facts(acct), "2026-02-20").Earned.Interest.IsZero(), "never below zero")
}

// The bank's rate is that of each calendar month, and a month without one is an error.
func TestTheBanksRateIsOfEachMonth(t *testing.T) {
	b := newBooks(t)
	b.deposit(acct, "2025-01-16", 100_00)
	p := coastside()
	p.Interest, p.Rates = deposit.BankMonthly, []deposit.Rate{
		{From: day("2025-01-01"), Percent: percent("3.65")}, {From: day("2025-02-01"), Percent: percent("0")}, {From: day("2025-03-01"), Percent: percent("7.3")},
	}
	require.NoError(t, p.Check())
	e := b.review(p, facts(acct), "2025-03-11").Earned
	require.Equal(t, "$100.00 for 16 days at 3.65% a year, $100.00 for 28 days at 0% a year, $100.00 for 10 days at 7.3% a year bear $0.36", e.Words)
	_, err := p.Review(&b.l, b.held(acct), facts(acct), day("2025-04-02"))
	require.ErrorContains(t, err, "rates: Coastside CWD: there is no rate of interest for 2025-04-01, on which money was held")
	_, err = p.Review(&b.l, b.held(acct), facts(acct), day("2026-03-11"))
	require.ErrorContains(t, err, "there is no rate of interest for 2025-04-01", "that of March is of this year's")
	same := p
	same.Rates = []deposit.Rate{{From: day("2025-01-01"), Percent: percent("3")}, {From: day("2025-02-01"), Percent: percent("3")}, {From: day("2026-01-01"), Percent: percent("3")}}
	require.Equal(t, "$100.00 for 43 days at 3% a year bear $0.35", b.review(same, facts(acct), "2025-02-28").Earned.Words, "months of one rate are one part")
	later := newBooks(t)
	later.deposit(acct, "2026-03-01", 100_00)
	_, err = p.Review(&later.l, later.held(acct), facts(acct), day("2026-03-11"))
	require.ErrorContains(t, err, "there is no rate of interest for 2026-03-01", "that of March 2025 is none of March 2026")
	p.Rates = p.Rates[1:]
	_, err = p.Review(&b.l, b.held(acct), facts(acct), day("2025-03-11"))
	require.ErrorContains(t, err, "there is no rate of interest for 2025-01-16")
	p.Interest = deposit.SimpleInterest
	_, err = p.Review(&b.l, b.held(acct), facts(acct), day("2025-03-11"))
	require.ErrorIs(t, err, deposit.ErrPolicy, "nothing is zero before the first rate")

	var many []deposit.Rate
	for d := day("2025-01-01"); d.Before(day("2026-01-01")); d = must(d.AddMonths(1)) {
		rate := percent("3")
		if d.Month()%2 == 0 {
			rate = percent("4")
		}
		many = append(many, deposit.Rate{From: d, Percent: rate})
	}
	p.Interest, p.Rates = deposit.BankMonthly, many
	// 100 × (3% × 169 + 4% × 180) / 365 = 3.3616…
	require.Equal(t, "2025-01-16 to 2025-12-30, in 12 parts bear $3.36", b.review(p, facts(acct), "2025-12-31").Earned.Words)
	require.Equal(t, "no day of interest has passed", b.review(p, facts(acct), "2025-01-16").Earned.Words)
}

func TestAPolicyStatesEverything(t *testing.T) {
	for _, p := range []deposit.Policy{coastside(), cedarPark(), simple(coastside(), "1.5")} {
		require.NoError(t, p.Check())
	}
	for _, c := range []struct {
		path   string
		code   error
		change func(p *deposit.Policy)
	}{
		{"title", policy.ErrNotStated, func(p *deposit.Policy) { p.Title = "" }},
		{"citation", policy.ErrNotStated, func(p *deposit.Policy) { p.Citation = "" }},
		{"revenue_code", policy.ErrNotStated, func(p *deposit.Policy) { p.RevenueCode = "" }},
		{"months", policy.ErrNotStated, func(p *deposit.Policy) { p.Months = policy.Value[int]{} }},
		{"months", deposit.ErrPolicy, func(p *deposit.Policy) { p.Months = policy.Is(-1) }},
		{"months", deposit.ErrPolicy, func(p *deposit.Policy) { p.Months = policy.Is(1201) }},
		{"late_allowed", policy.ErrNotStated, func(p *deposit.Policy) { p.LateAllowed = policy.Value[int]{} }},
		{"grace_days", deposit.ErrPolicy, func(p *deposit.Policy) { p.GraceDays = policy.Is(367) }},
		{"forfeit_months", policy.ErrNotStated, func(p *deposit.Policy) { p.ForfeitMonths = policy.Value[int]{} }},
		{"return_days", policy.ErrNotStated, func(p *deposit.Policy) { p.ReturnDays = policy.Value[int]{} }},
		{"act_days", policy.ErrNotStated, func(p *deposit.Policy) { p.ActDays = policy.Value[int]{} }},
		{"act_days", deposit.ErrPolicy, func(p *deposit.Policy) { p.ActDays = policy.Is(367) }},
		{"clock", policy.ErrNotStated, func(p *deposit.Policy) { p.Clock = "" }},
		{"clock", deposit.ErrPolicy, func(p *deposit.Policy) { p.Clock = "soon" }},
		{"counts", policy.ErrNotStated, func(p *deposit.Policy) { p.Counts = "" }},
		{"shutoff", policy.ErrNotStated, func(p *deposit.Policy) { p.Shutoff = "" }},
		{"returned_item", policy.ErrNotStated, func(p *deposit.Policy) { p.ReturnedItem = "" }},
		{"gives", policy.ErrNotStated, func(p *deposit.Policy) { p.Gives = "" }},
		{"as", policy.ErrNotStated, func(p *deposit.Policy) { p.As = "" }},
		{"interest", policy.ErrNotStated, func(p *deposit.Policy) { p.Interest = "" }},
		{"rounding", policy.ErrNotStated, func(p *deposit.Policy) { p.Rounding = 0 }},
		{"rates", policy.ErrNotStated, func(p *deposit.Policy) { p.Rates = nil }},
		{"rates", deposit.ErrPolicy, func(p *deposit.Policy) { p.Interest = deposit.SimpleInterest }},
		{"rates", deposit.ErrPolicy, func(p *deposit.Policy) { *p = simple(*p, "1.5"); p.Interest = deposit.NoInterest }},
		{"rates[0].percent", deposit.ErrPolicy, func(p *deposit.Policy) { *p = simple(*p, "-1") }},
		{"rates[0].percent", deposit.ErrPolicy, func(p *deposit.Policy) { *p = simple(*p, "101") }},
		{"rates[0].percent", policy.ErrNotStated, func(p *deposit.Policy) {
			*p = simple(*p, "1")
			p.Rates[0].Percent = policy.Value[decimal.Decimal]{}
		}},
		{"rates[0].from", policy.ErrNotStated, func(p *deposit.Policy) {
			*p = simple(*p, "1")
			p.Rates[0].From = civil.Date{}
		}},
		{"rates[1].from", deposit.ErrPolicy, func(p *deposit.Policy) { *p = simple(*p, "1"); p.Rates = append(p.Rates, p.Rates[0]) }},
		{"rates[0].from", deposit.ErrPolicy, func(p *deposit.Policy) {
			*p = simple(*p, "1")
			p.Interest, p.Rates[0].From = deposit.BankMonthly, day("2025-01-02")
		}},
	} {
		p := coastside()
		c.change(&p)
		err := p.Check()
		require.ErrorIs(t, err, c.code, c.path)
		require.ErrorContains(t, err, ": "+c.path+": ", c.path)
		b := newBooks(t)
		b.deposit(acct, "2025-06-30", 75_00)
		_, err = p.Review(&b.l, b.held(acct), facts(acct), day("2026-06-30"))
		require.ErrorIs(t, err, c.code, "nothing is asked of it")
		_, err = p.Settle(b.held(acct), facts(acct), day("2026-06-30"))
		require.ErrorIs(t, err, c.code)
		_, err = p.Propose(request("2026-06-30"), &b.l, []deposit.Facts{facts(acct)})
		require.ErrorIs(t, err, c.code)
	}
}

// Days count as they took effect, in whatever order they were entered.
func TestEntriesOfEarlierDaysCountFromTheirDays(t *testing.T) {
	b := newBooks(t)
	b.deposit(acct, "2026-02-01", 100_00)
	b.deposit(acct, "2026-01-01", 100_00)
	out := ledger.Move{From: ledger.DepositOf(acct, "Ord"), To: ledger.CreditOf(acct, "Ord"), Amount: usd(50_00), RevenueCode: "2300"}
	b.post(entry(ledger.DepositApplied, "used before it came", "2025-12-22", out))
	b.post(entry(ledger.Accrued, "interest", "2025-12-20", accrue(acct, 1_00)))
	v := b.review(simple(coastside(), "3.65"), facts(acct), "2026-03-03")
	require.Equal(t, usd(151_00), v.Held)
	// 50.00 left on 2025-12-22, 1.00 of interest first: 51.00 are held from January, and 151.00 from February.
	require.Equal(t, "$51.00 for 31 days at 3.65% a year, $151.00 for 30 days at 3.65% a year bear $0.61, of which $1.00 was entered before", v.Earned.Words)
	require.Equal(t, []deposit.Code{deposit.TooSoon}, codes(v))
	require.Equal(t, day("2026-02-01"), v.Since)
}
