package latecharge_test

import (
	"slices"
	"strings"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/latecharge"
	"github.com/headgate-dev/headgate/billing/ledger"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/policy"
	"github.com/headgate-dev/headgate/billing/problem"
	"github.com/headgate-dev/headgate/billing/stored"
)

type tester interface {
	require.TestingT
	Helper()
}

const acct = "0104417"

// percent is a percentage as a policy states it.
func percent(text string) policy.Value[decimal.Decimal] {
	return policy.Is(decimal.RequireFromString(text))
}

func cents(n int64) policy.Value[money.Amount] { return policy.Is(money.Cents(n)) }

// ten is 10% of what is delinquent, under a regime, and nothing for further months. Its amounts are invented.
func ten(regime latecharge.Regime) latecharge.Policy {
	return latecharge.Policy{
		Title: "test", Citation: "invented", Regime: regime, GraceDays: policy.Is(0), Roll: latecharge.RollNone,
		PaymentDay: latecharge.ByReceipt, Basis: latecharge.OnPastDue, Kinds: []ledger.Kind{"charge"}, Exempt: []ledger.Kind{"tax", "fee"},
		Agencies: []string{}, Percent: percent("10"), Flat: cents(0), Monthly: percent("0"), MonthlyOn: latecharge.OnCharges,
		Growth: latecharge.Simple, MinimumBalance: cents(0), Waives: latecharge.WaivesNothing, WaiverReasons: []string{},
		WaiverMonths: policy.Is(0), Rounding: exact.HalfUp, Kind: "penalty", RevenueCode: "4090",
	}
}

// gov is all that Gov 54348 allows, water all that Water 35470.5 does.
func gov() latecharge.Policy {
	p := ten(latecharge.Gov54348())
	p.Monthly, p.MonthlyOn = percent("0.5"), latecharge.OnChargesAndFirst
	return p
}

func water() latecharge.Policy {
	p := ten(latecharge.Water35470Point5())
	p.Monthly = percent("1.5")
	return p
}

func uncapped() latecharge.Policy { return ten(latecharge.Uncapped("invented for the test")) }

// books are the books of one account and its terms.
type books struct {
	t     tester
	l     ledger.Ledger
	terms ledger.Terms
}

func newLateBooks(t tester) *books { return &books{t: t} }

func (b *books) post(e ledger.Entry) {
	b.t.Helper()
	posted, err := b.l.Post(e)
	require.NoError(b.t, err)
	require.True(b.t, posted)
}

// item is a line of a bill.
func item(kind ledger.Kind, billed, due string) ledger.Item {
	return ledger.Item{Account: acct, Area: "Ord", Kind: kind, Service: "water", RevenueCode: "4000",
		Billed: civil.MustDate(billed), Due: civil.MustDate(due)}
}

// bill enters a bill of one item.
func (b *books) bill(key, due string, cents int64) stored.ID {
	return b.items(key, due, lineOf{"charge", cents})[0]
}

type lineOf struct {
	kind  ledger.Kind
	cents int64
}

// items enters a bill of several items, billed 20 days before they are due.
func (b *books) items(key, due string, lines ...lineOf) []stored.ID {
	b.t.Helper()
	billed, err := civil.MustDate(due).AddDays(-20)
	require.NoError(b.t, err)
	e := ledger.Entry{Cause: ledger.Billed, Key: key, Effective: billed, Accounting: billed}
	for _, line := range lines {
		it := item(line.kind, billed.String(), due)
		e.Opens = append(e.Opens, ledger.Open{Item: it, Amount: money.Cents(line.cents), Against: it.Against()})
	}
	b.post(e)
	ids := make([]stored.ID, len(lines))
	for i := range ids {
		ids[i] = e.ItemID(i)
	}
	return ids
}

func (b *books) pay(key, on string, item stored.ID, cents int64) {
	b.t.Helper()
	moves, err := b.l.Settle(ledger.Clearing("lockbox"), item, money.Cents(cents))
	require.NoError(b.t, err)
	b.post(ledger.Entry{Cause: ledger.Paid, Key: key, Effective: civil.MustDate(on), Accounting: civil.MustDate(on), Moves: moves})
}

func (b *books) credit(key, on string, cents int64) {
	b.t.Helper()
	b.post(ledger.Entry{Cause: ledger.Paid, Key: key, Effective: civil.MustDate(on), Accounting: civil.MustDate(on), Moves: []ledger.Move{
		{From: ledger.Clearing("lockbox"), To: ledger.CreditOf(acct, "Ord"), Amount: money.Cents(cents), RevenueCode: "2100"}}})
}

// facts are those of a day.
func (b *books) facts(on string) latecharge.Facts {
	b.t.Helper()
	account, err := b.l.Account(acct, b.terms)
	require.NoError(b.t, err)
	return latecharge.Facts{Account: account, Items: slices.Collect(b.l.Items(acct)), Books: &b.l, Pending: b.terms.Pending,
		On: civil.MustDate(on), Since: civil.MustDate("2026-01-01")}
}

func (b *books) charge(p latecharge.Policy, on string) latecharge.Charge {
	b.t.Helper()
	return of(b.t, p, b.facts(on))
}

// run charges and enters it, billed and due as a run would.
func (b *books) run(p latecharge.Policy, on string) latecharge.Charge {
	b.t.Helper()
	c := b.charge(p, on)
	for _, e := range entries(b.t, c) {
		b.post(e)
	}
	return c
}

func entries(t tester, c latecharge.Charge) []ledger.Entry {
	t.Helper()
	due, err := c.On.AddDays(20)
	require.NoError(t, err)
	entries, err := c.Entries(latecharge.Posting{Billed: c.On, Due: due, Accounting: c.On})
	require.NoError(t, err)
	return entries
}

func of(t tester, p latecharge.Policy, f latecharge.Facts) latecharge.Charge {
	t.Helper()
	c, err := p.Charge(f)
	require.NoError(t, err)
	addsUp(t, c)
	return c
}

// addsUp says that parts sum to lines, lines to the total, and that each says why.
func addsUp(t tester, c latecharge.Charge) {
	t.Helper()
	total := int64(0)
	for _, line := range slices.Concat(c.Lines, c.Waived) {
		sum := int64(0)
		for _, part := range line.Parts {
			require.Positive(t, part.Amount.Cents())
			sum += part.Amount.Cents()
		}
		require.Equal(t, sum, line.Amount.Cents())
		require.Len(t, line.Parts, line.Months)
		require.NotEmpty(t, line.Words)
	}
	for _, line := range c.Lines {
		total += line.Amount.Cents()
	}
	require.Equal(t, total, c.Total.Cents())
	for _, why := range c.Reasons {
		require.NotEmpty(t, why.Words)
		require.NotEmpty(t, why.Code)
	}
}

// why are the codes of the reasons.
func why(c latecharge.Charge) []latecharge.Code {
	var codes []latecharge.Code
	for _, why := range c.Reasons {
		codes = append(codes, why.Code)
	}
	return codes
}

func refused(t tester, err error, code problem.Code, parts ...string) {
	t.Helper()
	require.ErrorIs(t, err, code)
	for _, part := range parts {
		require.ErrorContains(t, err, part)
	}
	var one *problem.Error
	require.ErrorAs(t, err, &one)
	require.NotEmpty(t, one.Fix)
	require.NotEmpty(t, one.Path)
}

// office is closed on weekends and on 2026-05-25.
func office(t tester) civil.Calendar {
	t.Helper()
	c, err := civil.NewListCalendar(civil.MustPeriod("[2026-01-01, 2027-01-01)"), []civil.Date{civil.MustDate("2026-05-25")}, 6, 0)
	require.NoError(t, err)
	return c
}

// replace changes one place of a text.
func replace(t tester, text, from, to string) string {
	t.Helper()
	require.Equal(t, 1, strings.Count(text, from))
	return strings.Replace(text, from, to, 1)
}
