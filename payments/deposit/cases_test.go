package deposit_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/billing"
	"github.com/headgate-dev/headgate/billing/approval"
	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/ledger"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/rates"
	"github.com/headgate-dev/headgate/internal/corpus"
	"github.com/headgate-dev/headgate/metering"
	"github.com/headgate-dev/headgate/payments/deposit"
)

// cases are the acceptance cases of deposits and of unclaimed money. Each gives what the row expects, as its text has it.
var cases = map[string]struct {
	run      func(t *testing.T) string
	expected string
	cents    string // as the row has it; empty where it states none
}{
	"D-12mo-late":    {caseLate, "0.00 / 75.00", ""},
	"D-final":        {func(t *testing.T) string { return caseFinal(t, 46_12).refund }, "28.88", "2888"},
	"D-final-short":  {func(t *testing.T) string { return caseFinal(t, 112_40).due }, "37.40", "3740"},
	"D-interest":     {caseInterest, "3.29", "329"},
	"D-installments": {caseInstallments, "eligible 2027-04-15", ""},
	"U-15.00":        {caseUnclaimed, "not yet: 3 years + notice 45-60 days", ""},
}

func text(a money.Amount) string { return a.Decimal().StringFixed(2) }

// 75.00 held for 12 months, one bill paid late.
func caseLate(t *testing.T) string {
	b := newBooks(t)
	b.deposit(acct, "2025-06-30", 75_00)
	b.water(acct, "2025-12-16", "2025-12-18", 62_00)
	refuses, pays := b.review(coastside(), facts(acct), "2026-06-30"), b.review(cedarPark(), facts(acct), "2026-06-30")
	require.Equal(t, "paid late: late once since 2025-06-30 (2025-12-17), and 0 allowed", refuses.Words())
	require.Equal(t, "eligible: fully paid on 2025-06-30, 12 months end on 2026-06-30; late once since 2025-06-30 (2025-12-17), and 1 allowed; nothing past due", pays.Words())
	return text(refuses.Refund) + " / " + text(pays.Refund)
}

// 200.00 held for 400 days at 1.5% simple.
func caseInterest(t *testing.T) string {
	b := newBooks(t)
	b.deposit(acct, "2025-01-01", 200_00)
	v := b.review(simple(coastside(), "1.5"), facts(acct), "2026-02-05")
	require.Equal(t, "$200.00 for 400 days at 1.5% a year bear $3.29", v.Earned.Words)
	require.Equal(t, usd(203_29), v.Refund)
	return text(v.Earned.Interest)
}

// 200.00 charged and paid in four installments: the year runs from the last of them, under the policy that says so.
func caseInstallments(t *testing.T) string {
	b := newBooks(t)
	item := b.charge(acct, "ask", "2026-01-10", "2026-04-15", 200_00, true)
	for _, on := range []string{"2026-01-15", "2026-02-15", "2026-03-15", "2026-04-15"} {
		b.pay(on, on, item, 50_00)
	}
	require.Equal(t, []deposit.Code{deposit.TooSoon}, codes(b.review(coastside(), facts(acct), "2027-04-14")))
	v := b.review(coastside(), facts(acct), "2027-04-15")
	require.Equal(t, usd(200_00), v.Refund)
	p := coastside()
	p.Clock = deposit.FromFirstPaid
	require.Equal(t, day("2027-01-15"), b.review(p, facts(acct), "2027-01-15").Ripe, "it is a parameter")
	return string(v.Reasons[0].Code) + " " + v.Ripe.String()
}

// 15.00 that was unclaimed for a year.
func caseUnclaimed(t *testing.T) string {
	a, err := deposit.Gov50050().Age(deposit.Owed{Account: acct, Area: "Ord", Since: day("2025-06-30"), Amount: usd(15_00)}, deposit.Search{}, day("2026-06-30"))
	require.NoError(t, err)
	require.Equal(t, "not yet: $15.00 owed since 2025-06-30 (3 years + notice 45-60 days), until 2028-06-30", a.Words)
	return string(a.Stage) + ": " + a.Rule
}

type finalResult struct{ refund, due string }

// caseFinal is a final bill of so many cents that takes a deposit of 75.00, in the whole way that a host goes.
func caseFinal(t *testing.T, cents int64) finalResult {
	b := newBooks(t)
	b.deposit(acct, "2025-01-02", 75_00)
	s, f, done := b.final(cents, coastside())
	require.Equal(t, "$75.00 held and $0.00 interest: no interest is paid", s.Words)
	release, err := s.Release(&b.l, done.Entries...)
	require.NoError(t, err)
	require.Equal(t, f.Applied, release.Applied)
	require.Equal(t, f.Refund, release.Refund)
	require.True(t, release.Remaining.IsZero())
	var payees []string
	for _, p := range release.Payees {
		payees = append(payees, p.Account+" "+p.Amount.String())
	}
	if f.Refund.Sign() > 0 {
		require.Equal(t, []string{acct + " " + f.Refund.String()}, payees)
	} else {
		require.Empty(t, payees)
	}
	return finalResult{text(f.Refund), text(f.StillDue)}
}

// final bills an account for the last time, settles it by the deposit's own settlement, has that approved and enters it.
func (b *books) final(cents int64, p deposit.Policy) (deposit.Settlement, billing.Final, billing.Closed) {
	b.t.Helper()
	schedule := rates.Schedule{
		ID: "water", Unit: metering.CCF, Rounding: money.Rounding{Mode: exact.HalfUp, Place: money.ByLine}, Select: rates.ByPeriodStart,
		Proration: rates.Proration{Over: rates.NotProrated}, Usage: rates.ExactUsage,
		Versions: []rates.Version{{Source: rates.Citation{Resolution: "invented"}, Charges: []rates.Charge{{ID: "base", Text: "Final charges", Rule: rates.Fixed{Amount: rates.Num(text(usd(cents)))}}}}},
	}
	a := billing.Agreement{
		ID: "1", Customer: "C-1", Account: acct, Premise: "P-12", Service: "water", Schedule: "water", Reads: billing.Unmetered, From: day("2025-01-01"), Until: day("2026-03-31"),
	}
	in := must(a.Input(civil.MustPeriod("[2026-03-01, 2026-03-31)")))
	engine := must(rates.Compile(rates.Book{Name: "Example district", Schedules: []rates.Schedule{schedule}}))
	bill := must(billing.NewBill(billing.BillRequest{
		Key: "final", Account: acct, Customer: "C-1", Area: "Ord", Billed: day("2026-04-02"), Due: day("2026-04-23"),
		Services: []billing.Service{{Agreement: a, Quote: must(engine.Price(in))}},
		Postings: billing.Postings{{Schedule: "water", Charge: "base"}: {Kind: "charge", Service: "water", RevenueCode: "4000"}},
		Before:   ledger.Standing{On: day("2026-04-02")}, Draft: billing.Draft{State: billing.NotEnrolled},
	}))
	_, err := b.l.PostAll(bill.Entries()...)
	require.NoError(b.t, err)

	of := facts(acct)
	of.Closed = day("2026-03-31")
	s, err := p.Settle(b.held(acct), of, day("2026-04-10"))
	require.NoError(b.t, err)
	none := usd(0)
	f, err := billing.FinalRequest{
		Key: "F-1", Holder: billing.Holder{Account: acct, Customer: "C-1", Area: "Ord"}, Agreement: a, Bill: bill, Pays: billing.PaysClosedAccount,
		Deposit: s.Held, Interest: s.Interest, DepositCode: "2300", CreditCode: "2200",
		Small: billing.SmallBalance{Source: "invented", CollectFrom: &none, RefundFrom: &none}, On: s.On, Accounting: s.On, By: person("j.ortega"),
	}.Settle(&b.l)
	require.NoError(b.t, err)
	approved, err := approve(f, f.Key, "2026-04-10", matrix(approval.Unlimited()))
	require.NoError(b.t, err)
	done, err := billing.CloseAccount(approved, noon("2026-04-11"), &b.l)
	require.NoError(b.t, err)
	_, err = b.l.PostAll(done.Entries...)
	require.NoError(b.t, err)
	return s, f, done
}

func TestDepositCases(t *testing.T) {
	for id, c := range cases {
		t.Run(id, func(t *testing.T) { require.Equal(t, c.expected, c.run(t)) })
	}
}

// Every case of the two groups is tested, and expects what the row does.
func TestDepositCasesOfThePolicy(t *testing.T) {
	var seen []string
	for _, row := range corpus.Rows(t, "policy", "cases.csv") {
		if row["group"] != "deposit" && row["group"] != "unclaimed" {
			continue
		}
		id := row["id"]
		seen = append(seen, id)
		c, tested := cases[id]
		require.True(t, tested, "%s is not tested", id)
		require.Equal(t, row["expected"], c.expected, id)
		require.Equal(t, row["expected_cents"], c.cents, id)
		if c.cents != "" {
			require.Equal(t, c.cents, strings.ReplaceAll(c.run(t), ".", ""), id)
		}
	}
	require.Len(t, cases, len(seen), fmt.Sprint(slices.Sorted(slices.Values(seen))))
}

// Failure 12, Corpus Christi 2013: deposits applied unevenly. The same policy and the same facts give the same answer, whoever the
// account is and in whatever order the facts come.
func TestTheSameFactsGiveTheSameRefund(t *testing.T) {
	verdictOf := func(account string, turned bool) deposit.Verdict {
		b := newBooks(t)
		b.deposit(account, "2025-01-02", 75_00)
		b.water(account, "2025-12-16", "2025-12-18", 62_00)
		f := facts(account)
		f.Shutoffs = []civil.Date{day("2025-08-01"), day("2025-09-01")}
		f.Late = []civil.Date{day("2025-07-01"), day("2025-07-15")}
		if turned {
			slices.Reverse(f.Shutoffs)
			slices.Reverse(f.Late)
		}
		p := simple(cedarPark(), "1.5")
		p.ReturnedItem = deposit.Ignored
		v := b.review(p, f, "2026-06-30")
		v.Account = ""
		return v
	}
	first := verdictOf(acct, false)
	require.Equal(t, first, verdictOf("0990001", true))
	require.Equal(t, []deposit.Code{deposit.PaidLate, deposit.WasShutoff}, codes(first))
}
