package deposit_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/ledger"
	"github.com/headgate-dev/headgate/billing/problem"
	"github.com/headgate-dev/headgate/billing/stored"
	"github.com/headgate-dev/headgate/payments/deposit"
)

func owed(cents int64) deposit.Owed {
	return deposit.Owed{Account: acct, Area: "Ord", Since: day("2023-06-30"), Amount: usd(cents)}
}

func notice(first, second, names string) deposit.Notice {
	n := deposit.Notice{First: day(first), Names: day(names)}
	if second != "" {
		n.Second = day(second)
	}
	return n
}

func TestUnclaimedMoneyAges(t *testing.T) {
	for _, c := range []struct {
		rule, on, words string
		cents           int64
		search          deposit.Search
		stage           deposit.Stage
	}{
		{"a cent below 15.00, a day short of a year", "2024-06-29", "not yet: $14.99 owed since 2023-06-30 (1 year, no publication), until 2024-06-30", 14_99, deposit.Search{}, deposit.NotYet},
		{"a cent below 15.00, a year", "2024-06-30", "the district's since 2024-06-30: $14.99 owed since 2023-06-30 (1 year, no publication)", 14_99, deposit.Search{}, deposit.Property},
		{"15.00, a day short of three years", "2026-06-29", "not yet: $15.00 owed since 2023-06-30 (3 years + notice 45-60 days), until 2026-06-30", 15_00, deposit.Search{}, deposit.NotYet},
		{"15.00, three years", "2026-06-30", "to be published since 2026-06-30: $15.00 owed since 2023-06-30 (3 years + notice 45-60 days)", 15_00, deposit.Search{}, deposit.ToPublish},
		{"the name is unknown", "2024-06-30", "the district's since 2024-06-30: $15.00 owed since 2023-06-30 (1 year, no publication)", 15_00, deposit.Search{NameUnknown: true}, deposit.Property},
		{"owed before the books", "2024-06-30", "to be published since 2024-06-30: $15.00 owed since 2021-06-30 (3 years + notice 45-60 days)", 15_00, deposit.Search{Since: day("2021-06-30")}, deposit.ToPublish},
		{"published once", "2026-07-02", "published on 2026-07-01, and the district's on 2026-08-15: $15.00 owed since 2023-06-30 (3 years + notice 45-60 days); to be published again", 15_00,
			deposit.Search{Notice: notice("2026-07-01", "", "2026-08-15")}, deposit.Published},
		{"published twice", "2026-08-14", "published on 2026-07-01, and the district's on 2026-08-15: $15.00 owed since 2023-06-30 (3 years + notice 45-60 days)", 15_00,
			deposit.Search{Notice: notice("2026-07-01", "2026-07-08", "2026-08-15")}, deposit.Published},
		{"published once, and the day has come", "2026-08-15", "published on 2026-07-01, and the district's on 2026-08-15: $15.00 owed since 2023-06-30 (3 years + notice 45-60 days); to be published again", 15_00,
			deposit.Search{Notice: notice("2026-07-01", "", "2026-08-15")}, deposit.Published},
		{"the day of the notice, 45 days", "2026-08-15", "the district's since 2026-08-15, published on 2026-07-01 and 2026-07-08: $15.00 owed since 2023-06-30 (3 years + notice 45-60 days)", 15_00,
			deposit.Search{Notice: notice("2026-07-01", "2026-07-08", "2026-08-15")}, deposit.Property},
		{"60 days", "2026-08-29", "published on 2026-07-01, and the district's on 2026-08-30: $15.00 owed since 2023-06-30 (3 years + notice 45-60 days)", 15_00,
			deposit.Search{Notice: notice("2026-07-01", "2026-07-08", "2026-08-30")}, deposit.Published},
		{"a cent below 15.00, published for nothing", "2026-06-30", "the district's since 2024-06-30: $14.99 owed since 2023-06-30 (1 year, no publication)", 14_99,
			deposit.Search{Notice: notice("2024-02-01", "", "2024-02-02")}, deposit.Property},
		{"claimed", "2026-08-15", "claimed on 2026-08-14: $15.00 owed since 2023-06-30 (3 years + notice 45-60 days)", 15_00,
			deposit.Search{Notice: notice("2026-07-01", "2026-07-08", "2026-08-15"), Claimed: day("2026-08-14")}, deposit.Claimed},
	} {
		t.Run(c.rule, func(t *testing.T) {
			a, err := deposit.Gov50050().Age(owed(c.cents), c.search, day(c.on))
			require.NoError(t, err)
			require.Equal(t, c.stage, a.Stage)
			require.Equal(t, c.words, a.Words)
			require.Equal(t, "Gov 50050-50057", a.Law)
			if !a.Next.IsZero() {
				require.True(t, a.Next.After(a.On), "a day that is to come")
			}
		})
	}
}

func TestBadNoticesTakeNobodysMoney(t *testing.T) {
	for _, c := range []struct {
		path, says string
		code       problem.Code
		search     deposit.Search
	}{
		{"notice.first", "before 2026-06-30", deposit.ErrFacts, deposit.Search{Notice: notice("2026-06-29", "2026-07-06", "2026-08-15")}},
		{"notice.second", "the law asks for 7 days between", deposit.ErrFacts, deposit.Search{Notice: notice("2026-07-01", "2026-07-09", "2026-08-15")}},
		{"notice.names", "not 45 to 60 days after it", deposit.ErrFacts, deposit.Search{Notice: notice("2026-07-01", "2026-07-08", "2026-08-14")}},
		{"notice.names", "not 45 to 60 days after it", deposit.ErrFacts, deposit.Search{Notice: notice("2026-07-01", "2026-07-08", "2026-08-31")}},
		{"notice.names", "not 45 to 60 days after it", deposit.ErrFacts, deposit.Search{Notice: deposit.Notice{First: day("2026-07-01")}}},
		{"notice.first", "the first publication is missing", deposit.ErrFacts, deposit.Search{Notice: deposit.Notice{Second: day("2026-07-01")}}},
		{"notice.first", "2026-12-01 is after 2026-09-30", deposit.ErrFuture, deposit.Search{Notice: notice("2026-12-01", "", "2027-01-20")}},
		{"notice.second", "2026-10-02 is after 2026-09-30", deposit.ErrFuture, deposit.Search{Notice: notice("2026-09-25", "2026-10-02", "2026-11-10")}},
		{"claimed", "2026-10-01 is after 2026-09-30", deposit.ErrFuture, deposit.Search{Claimed: day("2026-10-01")}},
		{"claimed", "and owed from 2023-06-30", deposit.ErrFacts, deposit.Search{Claimed: day("2023-06-29")}},
		{"since", "2023-07-01 is after 2023-06-30", deposit.ErrFacts, deposit.Search{Since: day("2023-07-01")}},
	} {
		_, err := deposit.Gov50050().Age(owed(15_00), c.search, day("2026-09-30"))
		require.ErrorIs(t, err, c.code, c.says)
		require.ErrorContains(t, err, string(c.code)+": "+c.path)
		require.ErrorContains(t, err, c.says)
	}
	_, err := deposit.Gov50050().Age(owed(15_00), deposit.Search{}, day("2023-06-29"))
	require.ErrorIs(t, err, deposit.ErrFuture)
	for _, o := range []deposit.Owed{{}, owed(0)} {
		_, err = deposit.Gov50050().Age(o, deposit.Search{}, day("2026-09-30"))
		require.ErrorIs(t, err, deposit.ErrFacts)
	}
	_, err = deposit.Gov50050().Age(owed(15_00), deposit.Search{}, civil.Date{})
	require.ErrorIs(t, err, deposit.ErrFacts)
	for path, change := range map[string]func(l *deposit.Law){
		"title": func(l *deposit.Law) { l.Title = "" }, "source": func(l *deposit.Law) { l.Source = "" }, "from": func(l *deposit.Law) { l.From = usd(0) }, "months": func(l *deposit.Law) { l.Months = 0 },
		"small_months": func(l *deposit.Law) { l.SmallMonths = 37 }, "published_days": func(l *deposit.Law) { l.PublishedDays = 0 }, "notice": func(l *deposit.Law) { l.NoticeTo = 44 },
	} {
		l := deposit.Gov50050()
		change(&l)
		_, err := l.Age(owed(15_00), deposit.Search{}, day("2026-09-30"))
		require.ErrorIs(t, err, deposit.ErrLaw)
		require.ErrorContains(t, err, path)
	}
}

// What is owed is what became payable and was not paid out: the oldest is paid first, or that which the entry names.
func TestWhatIsOwedIsFollowed(t *testing.T) {
	b := newBooks(t)
	credit := func(account, on string, cents int64) stored.ID {
		b.post(entry(ledger.Paid, "in "+account+on, on, ledger.Move{From: ledger.Clearing("lockbox"), To: ledger.CreditOf(account, "Ord"), Amount: usd(cents), RevenueCode: "2200"}))
		return b.post(entry(ledger.Refunded, "out "+account+on, on, ledger.Move{From: ledger.CreditOf(account, "Ord"), To: ledger.RefundTo(account, "Ord"), Amount: usd(cents), RevenueCode: "2200"}))
	}
	says := func() string {
		var out []string
		all, err := deposit.OwedRefunds(&b.l)
		require.NoError(t, err)
		for _, o := range all {
			out = append(out, fmt.Sprintf("%s %s %s %s", o.Account, o.Since, o.Amount, o.Unclaimed))
		}
		return strings.Join(out, "; ")
	}
	bank, unclaimed := ledger.Place{Kind: ledger.PlaceBank, Key: "main"}, ledger.Place{Kind: ledger.PlaceUnclaimed}
	move := func(key, on string, from, to ledger.Place, cents int64, parent stored.ID) ledger.Entry {
		e := entry(ledger.Banked, key, on, ledger.Move{From: from, To: to, Amount: usd(cents), RevenueCode: "2200"})
		e.Parent = parent
		return e
	}
	require.Empty(t, says())
	newer := credit("A-1", "2024-02-01", 30_00)
	older := credit("A-1", "2023-01-01", 20_00)
	other := credit("A-2", "2023-05-01", 5_00)
	require.Equal(t, "A-1 2023-01-01 $20.00 $0.00; A-1 2024-02-01 $30.00 $0.00; A-2 2023-05-01 $5.00 $0.00", says())

	check := b.post(move("check 1", "2024-03-01", ledger.RefundTo("A-1", "Ord"), bank, 25_00, stored.ID{}))
	require.Equal(t, "A-1 2024-02-01 $25.00 $0.00; A-2 2023-05-01 $5.00 $0.00", says())
	b.post(must(b.l.Reverse(check, "stale", ledger.Banked, day("2024-09-01"), day("2024-09-01"))))
	require.Equal(t, "A-1 2023-01-01 $20.00 $0.00; A-1 2024-02-01 $30.00 $0.00; A-2 2023-05-01 $5.00 $0.00", says(), "a check that was stopped leaves its refund as old as it was")
	b.post(move("check 2", "2024-10-01", ledger.RefundTo("A-1", "Ord"), bank, 30_00, newer))
	b.post(move("set aside", "2025-01-01", ledger.RefundTo("A-1", "Ord"), unclaimed, 20_00, stored.ID{}))
	b.post(move("set aside 2", "2025-01-01", ledger.RefundTo("A-2", "Ord"), unclaimed, 5_00, other))
	require.Equal(t, "A-1 2023-01-01 $20.00 $20.00; A-2 2023-05-01 $5.00 $5.00", says())
	b.post(move("taken", "2025-02-01", unclaimed, ledger.Revenue("2200"), 5_00, other))
	require.Equal(t, "A-1 2023-01-01 $20.00 $20.00", says())
	b.post(move("claimed", "2025-03-01", unclaimed, ledger.RefundTo("A-1", "Ord"), 15_00, older))
	require.Equal(t, "A-1 2023-01-01 $20.00 $5.00", says(), "claimed money is owed again since its day")
	b.post(move("taken too", "2025-04-01", unclaimed, ledger.Revenue("2200"), 1_00, stored.ID{}))
	_, err := deposit.OwedRefunds(&b.l)
	require.ErrorIs(t, err, deposit.ErrFacts)
	require.ErrorContains(t, err, "entry taken too: $1.00 of $1.00 leaves unclaimed, and no refund says that it is owed there")
	_, err = deposit.OwedRefunds(nil)
	require.ErrorIs(t, err, deposit.ErrFacts)
}

// An entry may refund a deposit and a credit, and two accounts: of each account it is one refund.
func TestARefundOfTwoAccountsIsFollowedByAccount(t *testing.T) {
	b := newBooks(t)
	b.deposit("A-1", "2024-01-01", 10_00)
	b.deposit("A-2", "2024-01-01", 3_00)
	b.post(entry(ledger.Paid, "credit", "2024-01-01", ledger.Move{From: ledger.Clearing("lockbox"), To: ledger.CreditOf("A-1", "Ord"), Amount: usd(2_00), RevenueCode: "2200"}))
	out := func(from ledger.Place, cents int64) ledger.Move {
		return ledger.Move{From: from, To: ledger.RefundTo(from.Key, "Ord"), Amount: usd(cents), RevenueCode: "2300"}
	}
	refund := b.post(entry(ledger.Refunded, "both", "2024-02-01", out(ledger.DepositOf("A-1", "Ord"), 10_00), out(ledger.DepositOf("A-2", "Ord"), 3_00), out(ledger.CreditOf("A-1", "Ord"), 2_00)))
	want := func(first, second int64) []deposit.Owed {
		var all []deposit.Owed
		for account, cents := range map[string]int64{"A-1": first, "A-2": second} {
			if cents > 0 {
				all = append(all, deposit.Owed{Reference: refund, Account: account, Area: "Ord", Since: day("2024-02-01"), Amount: usd(cents)})
			}
		}
		return all
	}
	require.ElementsMatch(t, want(12_00, 3_00), must(deposit.OwedRefunds(&b.l)))
	check := entry(ledger.Banked, "check", "2024-03-01", ledger.Move{From: ledger.RefundTo("A-2", "Ord"), To: ledger.Place{Kind: ledger.PlaceBank, Key: "main"}, Amount: usd(3_00), RevenueCode: "2300"})
	check.Parent = refund
	b.post(check)
	require.ElementsMatch(t, want(12_00, 0), must(deposit.OwedRefunds(&b.l)))
}

// A refund of 20.00 of which 5.01 were paid out is published as one of 20.00 is: the rest becomes no one's without a word.
func TestAPartThatIsLeftIsAsOldAndAsLargeAsTheWhole(t *testing.T) {
	b := newBooks(t)
	b.deposit(acct, "2020-01-20", 20_00)
	to, bank := ledger.RefundTo(acct, "Ord"), ledger.Place{Kind: ledger.PlaceBank, Key: "main"}
	refund := b.post(entry(ledger.Refunded, "out", "2022-02-01", ledger.Move{From: ledger.DepositOf(acct, "Ord"), To: to, Amount: usd(20_00), RevenueCode: "2300"}))
	part := entry(ledger.Banked, "part", "2022-02-05", ledger.Move{From: to, To: bank, Amount: usd(5_01), RevenueCode: "2300"})
	part.Parent = refund
	paid := b.post(part)
	all := must(deposit.OwedRefunds(&b.l))
	require.Equal(t, []deposit.Owed{{Reference: refund, Account: acct, Area: "Ord", Since: day("2022-02-01"), Amount: usd(14_99), PaidOut: usd(5_01)}}, all)
	a := must(deposit.Gov50050().Age(all[0], deposit.Search{}, day("2023-02-01")))
	require.Equal(t, "not yet: $14.99 owed since 2022-02-01 (3 years + notice 45-60 days), until 2025-02-01", a.Words)

	// So is what is left of money that was set aside, and partly taken as the district's.
	unclaimed := ledger.Place{Kind: ledger.PlaceUnclaimed}
	for _, e := range []ledger.Entry{
		entry(ledger.Banked, "aside", "2022-03-01", ledger.Move{From: to, To: unclaimed, Amount: usd(14_99), RevenueCode: "2300"}),
		entry(ledger.Banked, "taken", "2022-03-02", ledger.Move{From: unclaimed, To: ledger.Revenue("4900"), Amount: usd(4_99), RevenueCode: "4900"}),
	} {
		e.Parent = refund
		b.post(e)
	}
	all = must(deposit.OwedRefunds(&b.l))
	require.Equal(t, []any{usd(10_00), usd(10_00), usd(10_00)}, []any{all[0].Amount, all[0].Unclaimed, all[0].PaidOut})

	b.post(must(b.l.Reverse(paid, "stopped", ledger.Banked, day("2022-04-01"), day("2022-04-01"))))
	require.Equal(t, []any{usd(15_01), usd(4_99)}, []any{must(deposit.OwedRefunds(&b.l))[0].Amount, must(deposit.OwedRefunds(&b.l))[0].PaidOut})

	wrong := deposit.Owed{Account: acct, Since: day("2022-02-01"), Amount: usd(20_00), PaidOut: usd(-5_01)}
	_, err := deposit.Gov50050().Age(wrong, deposit.Search{}, day("2023-02-01"))
	require.ErrorIs(t, err, deposit.ErrFacts)
}
