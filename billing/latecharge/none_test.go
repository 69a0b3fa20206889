package latecharge_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/latecharge"
	"github.com/headgate-dev/headgate/billing/ledger"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/policy"
	"github.com/headgate-dev/headgate/billing/problem"
	"github.com/headgate-dev/headgate/billing/stored"
)

// The least balance is measured on each month's own day too: a month below it is not made up when the balance has grown.
func TestLateLeastBalanceOfEachMonth(t *testing.T) {
	p := water()
	p.MinimumBalance = cents(50_00)
	b := newLateBooks(t)
	b.bill("bill 1", "2026-04-16", 40_00)
	b.bill("bill 2", "2026-05-16", 40_00)
	c := b.charge(p, "2026-05-17")
	require.Equal(t, []int64{4_00}, partCents(c.Lines[0]), "its first charge is that of May")
	require.Equal(t, "2026-05-17", c.Lines[0].Parts[0].Day.String())
	require.Equal(t, []int64{4_00}, partCents(c.Lines[1]))
	require.Equal(t, []latecharge.Code{latecharge.BelowMinimum}, why(c))
	require.Equal(t, "2026-04-17", c.Reasons[0].Month.String())
	require.False(t, c.Reasons[0].Blocked(), "of a month, and not of the account")
}

// Under a kept plan an account bears none, and the months of the plan are not made up when it is broken and ended.
func TestLateKeptPlanBearsNone(t *testing.T) {
	b := newLateBooks(t)
	item := b.bill("bill 1", "2026-04-16", 120_00)
	plan, err := b.l.Plan("plan 7", acct, civil.MustDate("2026-04-20"), []stored.ID{item}, []ledger.Installment{
		{Billed: civil.MustDate("2026-04-20"), Due: civil.MustDate("2026-06-20"), Amount: money.Cents(60_00)},
		{Due: civil.MustDate("2026-07-20"), Amount: money.Cents(60_00)},
	})
	require.NoError(t, err)
	b.terms.Plans = []ledger.Plan{plan}
	c := b.charge(water(), "2026-06-18")
	require.Empty(t, c.Lines)
	require.Equal(t, []latecharge.Code{latecharge.PlanKept, latecharge.PlanKept}, why(c))

	broken := b.charge(water(), "2026-06-21")
	require.Equal(t, []int64{6_00}, partCents(broken.Lines[0]), "the installment of 60.00 is past due since 2026-06-21")

	b.terms.Plans[0].Ended, b.terms.Plans[0].Ending = civil.MustDate("2026-07-01"), "broken"
	c = b.charge(water(), "2026-07-20")
	require.Equal(t, []int64{12_00, 1_80}, partCents(c.Lines[0]), "of 04-17, before the plan, and of 07-17, after it")
	require.Equal(t, "2026-07-17", c.Lines[0].Parts[1].Day.String())
	require.Equal(t, []latecharge.Code{latecharge.PlanKept, latecharge.PlanKept}, why(c), "of the months from 05-17 and 06-17")
	require.Equal(t, "2026-05-17", c.Reasons[0].Month.String())

	// A first charge that was made on the broken installment is the item's first, also when its old day of delinquency is back.
	for _, e := range entries(t, broken) {
		b.post(e)
	}
	c = b.charge(water(), "2026-07-20")
	require.Equal(t, []int64{1_80}, partCents(c.Lines[0]))
	require.False(t, c.Lines[0].Parts[0].First)
}

// Level-pay customers are not delinquent, whatever their balance and even where a level amount was missed (Columbia, 2016).
func TestLateLevelPayBearsNone(t *testing.T) {
	b := newLateBooks(t)
	levelPay(b, "2026-04-16")
	b.terms.LevelPay[0].Installments = append(b.terms.LevelPay[0].Installments,
		ledger.Installment{Billed: civil.MustDate("2026-05-27"), Due: civil.MustDate("2026-06-16"), Amount: money.Cents(55_00)})
	s, err := b.facts("2026-07-01").Account.Standing(civil.MustDate("2026-07-01"))
	require.NoError(t, err)
	require.True(t, s.Broken)
	require.Empty(t, b.charge(gov(), "2026-07-01").Lines)
}

// Money on its way blocks for as long as it may come: also where it is less than the debt. It blocks no longer when it failed,
// and the month bears what it would not have covered.
func TestLatePendingMoneyBlocks(t *testing.T) {
	b := newLateBooks(t)
	b.bill("bill 1", "2026-04-16", 100_00)
	b.terms.Pending = []ledger.Pending{{Key: "batch", Account: acct, Kind: ledger.InSuspense, Amount: money.Cents(30_00),
		From: civil.MustDate("2026-04-10"), Until: civil.MustDate("2026-04-20")}}
	c := b.charge(water(), "2026-04-17")
	require.Equal(t, []latecharge.Code{latecharge.PaymentHeld, latecharge.PaymentHeld}, why(c))
	require.Equal(t, []int64{7_00}, partCents(b.charge(water(), "2026-04-20").Lines[0]), "pending on the day on which the month began")
	b.terms.Pending[0].Amount = money.Cents(100_00)
	c = b.charge(water(), "2026-05-17")
	require.Equal(t, []latecharge.Code{latecharge.Paid}, why(c))
	require.Equal(t, []int64{10_00}, partCents(c.Lines[0]), "the first charge is that of the month in which it was unpaid")

	f := b.facts("2026-04-17")
	f.Pending = nil
	_, err := water().Charge(f)
	refused(t, err, latecharge.ErrFacts, "money on its way")
	f.Pending = append(b.terms.Pending, ledger.Pending{Key: "draft", Account: acct, Kind: ledger.DraftInFlight, From: civil.MustDate("2026-04-10")})
	require.Equal(t, latecharge.PaymentHeld, of(t, water(), f).Reasons[0].Code, "of two, the one that a clerk can end")
}

// Credit covers the oldest first; what it leaves bears.
func TestLateCreditCoversTheOldestFirst(t *testing.T) {
	b := newLateBooks(t)
	b.credit("over", "2026-04-01", 70_00)
	b.bill("bill 1", "2026-04-16", 60_00)
	b.bill("bill 2", "2026-05-16", 60_00)
	c := b.charge(water(), "2026-05-17")
	require.Equal(t, []int64{5_00}, partCents(c.Lines[0]))
	require.Len(t, c.Lines, 1)
	require.Equal(t, []latecharge.Code{latecharge.Paid}, why(c))
}

// A part in dispute bears none while it is; what is paid counts for the other part.
func TestLateDisputedPartBearsNone(t *testing.T) {
	b := newLateBooks(t)
	item := b.bill("bill 1", "2026-04-16", 100_00)
	b.pay("receipt 1", "2026-04-16", item, 50_00)
	f := b.facts("2026-06-17")
	f.Disputes = []latecharge.Dispute{{
		Item: item, Amount: money.Cents(30_00), From: civil.MustDate("2026-04-10"), Until: civil.MustDate("2026-06-01"),
	}}
	c := of(t, water(), f)
	require.Equal(t, []int64{2_00, 30, 75}, partCents(c.Lines[0]), "20.00 while disputed, 50.00 after the decision")
	f.Disputes[0].From = civil.MustDate("2026-05-10")
	require.Equal(t, []int64{5_00, 30, 75}, partCents(of(t, water(), f).Lines[0]), "not in dispute before it was raised")
	f.Disputes[0].From, f.Disputes[0].Amount = civil.MustDate("2026-04-10"), money.Cents(50_00)
	c = of(t, water(), f)
	require.Equal(t, []int64{5_00}, partCents(c.Lines[0]), "none while all was in dispute")
	require.Equal(t, []latecharge.Code{latecharge.Disputed, latecharge.Disputed}, why(c))
	f.On = civil.MustDate("2026-05-31")
	require.Equal(t, []latecharge.Code{latecharge.Disputed}, why(of(t, water(), f)))
}

// An extension moves the day of delinquency, and with it the months.
func TestLateExtensionMovesTheDay(t *testing.T) {
	b := newLateBooks(t)
	item := b.bill("bill 1", "2026-04-16", 100_00)
	b.terms.Extensions = []ledger.Extension{{
		Key: "extension", Account: acct, Items: []stored.ID{item}, Granted: civil.MustDate("2026-04-10"), Until: civil.MustDate("2026-05-10"),
	}}
	require.Equal(t, []latecharge.Code{latecharge.NotDelinquent}, why(b.charge(water(), "2026-05-10")))
	require.Equal(t, "2026-05-11", b.charge(water(), "2026-05-11").Lines[0].Delinquent.String())
}

// Waived is what the policy waives, for its reasons, once in its months; what was waived is not charged later.
func TestLateWaiver(t *testing.T) {
	p := gov()
	p.Waives, p.WaiverReasons, p.WaiverMonths = latecharge.WaivesMonthly, []string{"low_income"}, policy.Is(12)
	b := newLateBooks(t)
	b.bill("bill 1", "2026-04-16", 100_00)
	f := b.facts("2026-07-01")
	require.Equal(t, money.Cents(11_10), of(t, p, f).Total, "nobody asked")
	f.Waiver = "low_income"
	c := of(t, p, f)
	require.Equal(t, money.Cents(10_00), c.Total)
	require.Equal(t, money.Cents(1_10), c.Waived[0].Amount)
	require.Equal(t, "waived: waived for low_income: $1.10", c.Reasons[0].String())
	for _, e := range entries(t, c) {
		b.post(e)
	}
	again := b.facts("2026-07-01")
	again.Taken = c.WaivedMonths()
	require.Len(t, again.Taken, 2)
	require.Empty(t, of(t, p, again).Lines)

	p.Waives = latecharge.WaivesAll
	all := newLateBooks(t)
	all.bill("bill 1", "2026-04-16", 100_00)
	f = all.facts("2026-07-01")
	f.Waiver = "low_income"
	c = of(t, p, f)
	require.Empty(t, c.Lines)
	require.Equal(t, money.Cents(11_10), c.Waived[0].Amount)
	f.On, f.Waiver, f.Taken = civil.MustDate("2026-08-01"), "", c.WaivedMonths()
	require.Equal(t, []int64{50}, partCents(of(t, p, f).Lines[0]), "a first charge that was waived is not asked for again, nor borne on")

	f.Taken = nil
	for name, no := range map[string]func() string{
		"too soon": func() string {
			f.Waiver, f.Waived = "low_income", []civil.Date{civil.MustDate("2025-08-02"), civil.MustDate("2024-01-01")}
			return "again from 2026-08-02 on"
		},
		"another reason":   func() string { f.Waiver, f.Waived = "courtesy", nil; return "reason" },
		"a policy of none": func() string { p, f.Waiver = gov(), "low_income"; return "waives no" },
	} {
		t.Run(name, func(t *testing.T) {
			was, policy := f, p
			says := no()
			c := of(t, p, f)
			f, p = was, policy
			require.Equal(t, money.Cents(11_65), c.Total)
			require.Equal(t, []latecharge.Code{latecharge.NoWaiver}, why(c))
			require.Contains(t, c.Reasons[0].Words, says)
		})
	}
	f.Waiver, f.Waived = "low_income", []civil.Date{civil.MustDate("2025-08-01")}
	require.True(t, of(t, p, f).Total.IsZero(), "12 civil months after")
}

// A waiver that was given before counts for the months between waivers, and takes nothing from this run; a month that it was
// given for is taken.
func TestLateWaiverGivenBeforeTheRun(t *testing.T) {
	p := gov()
	p.Waives, p.WaiverReasons, p.WaiverMonths = latecharge.WaivesMonthly, []string{"low_income"}, policy.Is(12)
	b := newLateBooks(t)
	item := b.bill("bill 1", "2026-04-16", 100_00)
	b.run(p, "2026-05-01")
	f := b.facts("2026-06-01")
	f.Waived = []civil.Date{civil.MustDate("2026-05-20")}
	c := of(t, p, f)
	require.Equal(t, money.Cents(55), c.Total, "it was of May's charges")
	require.Empty(t, c.Waived)
	f.Waiver = "low_income"
	c = of(t, p, f)
	require.Equal(t, money.Cents(55), c.Total)
	require.Contains(t, why(c), latecharge.NoWaiver, "once in 12 months")
	f.Taken = []latecharge.Taken{{Item: item, Month: civil.MustDate("2026-06-01")}}
	require.Empty(t, of(t, p, f).Lines, "June was waived ahead")
	later := b.facts("2026-07-01")
	later.Taken = f.Taken
	require.Equal(t, []int64{55}, partCents(of(t, p, later).Lines[0]), "and July was not")
}

// A run that is done again on its day grants the waiver again, and takes what it took.
func TestLateWaiverOfARunDoneAgainIsTheSame(t *testing.T) {
	p := gov()
	p.Waives, p.WaiverReasons, p.WaiverMonths = latecharge.WaivesMonthly, []string{"low_income"}, policy.Is(12)
	b := newLateBooks(t)
	b.bill("bill 1", "2026-04-16", 100_00)
	f := b.facts("2026-06-01")
	f.Waiver = "low_income"
	once := of(t, p, f)
	f.Waived = []civil.Date{f.On}
	require.Equal(t, once, of(t, p, f), "the host has noted the waiver, and not yet what it took")
	require.Equal(t, money.Cents(55), once.Waived[0].Amount)
	f.Waived = append(f.Waived, civil.MustDate("2026-02-01"))
	require.Contains(t, why(of(t, p, f)), latecharge.NoWaiver, "an earlier one counts all the same")
	require.Equal(t, []civil.Date{civil.MustDate("2026-06-01"), civil.MustDate("2026-02-01")}, f.Waived, "facts are not changed")
}

// An agency's charges bear the district's late charge only where the policy names the agency.
func TestLateAgencyIsNamed(t *testing.T) {
	p := uncapped()
	b := newLateBooks(t)
	it := item("charge", "2026-03-27", "2026-04-16")
	it.Agency, it.RevenueCode = "M1W", "2300"
	e := ledger.Entry{Cause: ledger.Billed, Key: "bill 1", Effective: it.Billed, Accounting: it.Billed,
		Opens: []ledger.Open{{Item: it, Amount: money.Cents(88_00), Against: it.Against()}}}
	b.post(e)
	require.Equal(t, []latecharge.Code{latecharge.OfAgency}, why(b.charge(p, "2026-04-17")))
	p.Agencies = []string{"M1W"}
	c := b.charge(p, "2026-04-17")
	require.Equal(t, money.Cents(8_80), c.Total)
	require.Empty(t, entries(t, c)[0].Opens[0].Item.Agency, "the late charge is the district's")
}

// A late charge bears none of its own, and an item of a kind that the policy does not name is no item without a charge.
func TestLateKindsAreNamed(t *testing.T) {
	b := newLateBooks(t)
	b.bill("bill 1", "2026-04-16", 100_00)
	b.run(gov(), "2026-05-01")
	require.Equal(t, []latecharge.Code{latecharge.Exempt, latecharge.ChargedBefore}, whySorted(b.charge(gov(), "2026-05-25")))
	b.items("bill 2", "2026-06-16", lineOf{"reconnection", 50_00})
	_, err := gov().Charge(b.facts("2026-06-01"))
	refused(t, err, latecharge.ErrPolicy, "reconnection")
}

func whySorted(c latecharge.Charge) []latecharge.Code {
	codes := why(c)
	if len(codes) == 2 && codes[0] == latecharge.ChargedBefore {
		codes[0], codes[1] = codes[1], codes[0]
	}
	return codes
}

// Facts that are missing or contradict one another are refused, all at once, and never taken for none.
func TestLateFactsAreRefused(t *testing.T) {
	b := newLateBooks(t)
	item := b.bill("bill 1", "2026-04-16", 100_00)
	other := stored.NewID("item", stored.ID{}, "other", nil)
	for name, c := range map[string]struct {
		change func(f *latecharge.Facts)
		path   string
	}{
		"no account":             {func(f *latecharge.Facts) { f.Account = nil }, "account"},
		"no books":               {func(f *latecharge.Facts) { f.Books = nil }, "books"},
		"books of others":        {func(f *latecharge.Facts) { f.Books = &ledger.Ledger{} }, "items[0]"},
		"no day":                 {func(f *latecharge.Facts) { f.On = civil.Date{} }, "on"},
		"no beginning":           {func(f *latecharge.Facts) { f.Since = civil.Date{} }, "since"},
		"an item missing":        {func(f *latecharge.Facts) { f.Items = nil }, "items"},
		"an item twice":          {func(f *latecharge.Facts) { f.Items = append(f.Items, f.Items[0]) }, "items[1]"},
		"another account's item": {func(f *latecharge.Facts) { f.Items[0].Account = "7" }, "items[0]"},
		"a dispute of no item": {func(f *latecharge.Facts) {
			f.Disputes = []latecharge.Dispute{{Item: other, Amount: money.Cents(1), From: f.On}}
		}, "disputes[0].item"},
		"a dispute of nothing": {func(f *latecharge.Facts) { f.Disputes = []latecharge.Dispute{{Item: item, From: f.On}} }, "disputes[0].amount"},
		"a dispute without days": {func(f *latecharge.Facts) {
			f.Disputes = []latecharge.Dispute{{Item: item, Amount: money.Cents(1)}}
		}, "disputes[0].from"},
		"a dispute decided before": {func(f *latecharge.Facts) {
			f.Disputes = []latecharge.Dispute{{Item: item, Amount: money.Cents(1), From: f.On, Until: f.Since}}
		}, "disputes[0].from"},
		"a month of no item":  {func(f *latecharge.Facts) { f.Taken = []latecharge.Taken{{Item: other, Month: f.On}} }, "taken[0]"},
		"no month of an item": {func(f *latecharge.Facts) { f.Taken = []latecharge.Taken{{Item: item}} }, "taken[0]"},
		"a month below zero": {func(f *latecharge.Facts) {
			f.Taken = []latecharge.Taken{{Item: item, Month: f.On, Unpaid: money.Cents(-1)}}
		}, "taken[0]"},
		"a month before the bill": {func(f *latecharge.Facts) {
			f.Taken = []latecharge.Taken{{Item: item, Month: civil.MustDate("2026-02-28")}}
		}, "taken[0]"},
		"a month to come": {func(f *latecharge.Facts) {
			f.Taken = []latecharge.Taken{{Item: item, Month: civil.MustDate("2026-08-01")}}
		}, "taken[0]"},
		"a month twice": {func(f *latecharge.Facts) {
			f.Taken = []latecharge.Taken{{Item: item, Month: f.On}, {Item: item, Month: f.On}}
		}, "taken[1]"},
		"a waiver to come": {func(f *latecharge.Facts) { f.Waived = []civil.Date{civil.MustDate("2027-01-01")} }, "waived[0]"},
	} {
		t.Run(name, func(t *testing.T) {
			f := b.facts("2026-07-01")
			c.change(&f)
			_, err := gov().Charge(f)
			refused(t, err, latecharge.ErrFacts)
			var one *problem.Error
			require.ErrorAs(t, err, &one)
			require.Equal(t, c.path, one.Path)
		})
	}
	p := uncapped()
	p.Roll = latecharge.RollDelinquentDay
	_, err := p.Charge(b.facts("2026-07-01"))
	refused(t, err, latecharge.ErrFacts, "calendar")
	_, err = gov().Charge(latecharge.Facts{})
	require.Len(t, err, 4)
}
