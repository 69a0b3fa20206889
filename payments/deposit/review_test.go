package deposit_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/ledger"
	"github.com/headgate-dev/headgate/billing/policy"
	"github.com/headgate-dev/headgate/billing/problem"
	"github.com/headgate-dev/headgate/billing/stored"
	"github.com/headgate-dev/headgate/payments/deposit"
)

// Each row is a year of service after a deposit of 75.00 of 2025-06-30, looked at on 2026-06-30.
func TestWhyADepositGoesBackOrStays(t *testing.T) {
	for _, c := range []struct {
		rule   string
		policy func(p *deposit.Policy)
		given  func(b *books, f *deposit.Facts)
		words  string // of all reasons
	}{
		{"a year of good service", nil, nil, "eligible: fully paid on 2025-06-30, 12 months end on 2026-06-30; late never since 2025-06-30, and 0 allowed; nothing past due"},
		{"a month short", func(p *deposit.Policy) { p.Months = policy.Is(13) }, nil,
			"not held long enough: fully paid on 2025-06-30, 13 months end on 2026-07-30"},
		{"a bill paid on its due date is in time", nil, func(b *books, _ *deposit.Facts) { b.water(acct, "2025-12-16", "2025-12-16", 62_00) },
			"eligible: fully paid on 2025-06-30, 12 months end on 2026-06-30; late never since 2025-06-30, and 0 allowed; nothing past due"},
		{"a bill paid the day after", nil, func(b *books, _ *deposit.Facts) { b.water(acct, "2025-12-16", "2025-12-17", 62_00) },
			"paid late: late once since 2025-06-30 (2025-12-17), and 0 allowed"},
		{"days of grace", func(p *deposit.Policy) { p.GraceDays = policy.Is(2) }, func(b *books, _ *deposit.Facts) { b.water(acct, "2025-12-16", "2025-12-18", 62_00) },
			"eligible: fully paid on 2025-06-30, 12 months end on 2026-06-30; late never since 2025-06-30, and 0 allowed; nothing past due"},
		{"a day after the grace", func(p *deposit.Policy) { p.GraceDays = policy.Is(1) }, func(b *books, _ *deposit.Facts) { b.water(acct, "2025-12-16", "2025-12-18", 62_00) },
			"paid late: late once since 2025-06-30 (2025-12-18), and 0 allowed"},
		{"two bills due on one day are late once", func(p *deposit.Policy) { p.LateAllowed = policy.Is(1) }, func(b *books, _ *deposit.Facts) {
			b.water(acct, "2025-12-16", "2025-12-18", 62_00)
			b.pay("sewer paid", "2025-12-18", b.charge(acct, "sewer", "2025-11-26", "2025-12-16", 33_00, false), 33_00)
		}, "eligible: fully paid on 2025-06-30, 12 months end on 2026-06-30; late once since 2025-06-30 (2025-12-17), and 1 allowed; nothing past due"},
		{"late twice where one is allowed", func(p *deposit.Policy) { p.LateAllowed = policy.Is(1) }, func(b *books, _ *deposit.Facts) {
			b.water(acct, "2025-12-16", "2025-12-18", 62_00)
			b.water(acct, "2026-01-16", "2026-01-18", 62_00)
		}, "paid late: late 2 times since 2025-06-30 (2025-12-17, 2026-01-17), and 1 allowed"},
		{"late before the months that count", func(p *deposit.Policy) { p.Months = policy.Is(6) }, func(b *books, _ *deposit.Facts) { b.water(acct, "2025-12-16", "2025-12-18", 62_00) },
			"eligible: fully paid on 2025-06-30, 6 months end on 2025-12-30; late never since 2025-12-30, and 0 allowed; nothing past due"},
		{"late since the clock began", func(p *deposit.Policy) { p.Months, p.Counts = policy.Is(6), deposit.SinceClock }, func(b *books, _ *deposit.Facts) { b.water(acct, "2025-12-16", "2025-12-18", 62_00) },
			"paid late: late once since 2025-06-30 (2025-12-17), and 0 allowed"},
		{"late before the books", nil, func(_ *books, f *deposit.Facts) { f.Late = []civil.Date{day("2025-07-17"), day("2024-07-17")} },
			"paid late: late once since 2025-06-30 (2025-07-17), and 0 allowed"},
		{"an extension is in time", nil, func(b *books, f *deposit.Facts) {
			item := b.charge(acct, "bill", "2025-11-26", "2025-12-16", 62_00, false)
			b.pay("paid", "2026-01-05", item, 62_00)
			f.Terms.Extensions = []ledger.Extension{{Key: "x", Account: acct, Items: []stored.ID{item}, Granted: day("2025-12-10"), Until: day("2026-01-05")}}
		}, "eligible: fully paid on 2025-06-30, 12 months end on 2026-06-30; late never since 2025-06-30, and 0 allowed; nothing past due"},
		{"an extension that was broken", nil, func(b *books, f *deposit.Facts) {
			item := b.charge(acct, "bill", "2025-11-26", "2025-12-16", 62_00, false)
			b.pay("paid", "2026-01-08", item, 62_00)
			f.Terms.Extensions = []ledger.Extension{{Key: "x", Account: acct, Items: []stored.ID{item}, Granted: day("2025-12-10"), Until: day("2026-01-05")}}
		}, "paid late: late once since 2025-06-30 (2026-01-06), and 0 allowed"},
		{"past due since before the months that count", nil, func(b *books, _ *deposit.Facts) { b.water(acct, "2025-06-28", "2026-06-29", 62_00) },
			"paid late: late once since 2025-06-30 (2025-06-30), and 0 allowed"},
		{"past due before, and paid on the first day that counts", nil, func(b *books, _ *deposit.Facts) { b.water(acct, "2025-06-28", "2025-06-30", 62_00) },
			"eligible: fully paid on 2025-06-30, 12 months end on 2026-06-30; late never since 2025-06-30, and 0 allowed; nothing past due"},
		{"a check that comes back and is made good late", func(p *deposit.Policy) { p.ReturnedItem = deposit.Ignored }, func(b *books, _ *deposit.Facts) {
			b.bounced("2026-01-16", "2026-01-20", "2026-06-15")
		},
			"paid late: late once since 2025-06-30 (2026-01-20), and 0 allowed"},
		{"a check that comes back on the due date", func(p *deposit.Policy) { p.ReturnedItem = deposit.Ignored }, func(b *books, _ *deposit.Facts) {
			b.bounced("2026-01-10", "2026-01-16", "2026-01-17")
		},
			"paid late: late once since 2025-06-30 (2026-01-17), and 0 allowed"},
		{"a check that comes back and is made good on the day", func(p *deposit.Policy) { p.ReturnedItem = deposit.Ignored }, func(b *books, _ *deposit.Facts) {
			b.bounced("2026-01-16", "2026-01-20", "2026-01-20")
		},
			"eligible: fully paid on 2025-06-30, 12 months end on 2026-06-30; late never since 2025-06-30, and 0 allowed; nothing past due"},
		{"a draft that never came", nil, func(b *books, f *deposit.Facts) {
			item := b.charge(acct, "bill", "2025-12-26", "2026-01-16", 62_00, false)
			f.Terms.Pending = []ledger.Pending{{Key: "draft", Account: acct, Kind: ledger.DraftInFlight, Amount: usd(62_00), From: day("2026-01-14"), Until: day("2026-01-20")}}
			b.pay("cash", "2026-06-15", item, 62_00)
		}, "paid late: late once since 2025-06-30 (2026-01-20), and 0 allowed"},
		{"a plan that is broken", func(p *deposit.Policy) { p.ReturnedItem = deposit.Ignored }, func(b *books, f *deposit.Facts) {
			item := b.charge(acct, "bill", "2025-12-26", "2026-01-16", 60_00, false)
			plan := must(b.l.Plan("plan", acct, day("2026-01-10"), []stored.ID{item}, []ledger.Installment{{Due: day("2026-07-20"), Amount: usd(60_00)}}))
			plan.Ended, plan.Ending = day("2026-02-01"), "called off"
			f.Terms.Plans = []ledger.Plan{plan}
			b.pay("paid", "2026-02-02", item, 60_00)
		}, "paid late: late once since 2025-06-30 (2026-02-01), and 0 allowed"},
		{"credit that covers a bill and is refunded", nil, func(b *books, _ *deposit.Facts) {
			credit := ledger.CreditOf(acct, "Ord")
			b.post(entry(ledger.Paid, "over", "2026-01-02", ledger.Move{From: ledger.Clearing("lockbox"), To: credit, Amount: usd(62_00), RevenueCode: "2200"}))
			item := b.charge(acct, "bill", "2025-12-26", "2026-01-16", 62_00, false)
			b.post(entry(ledger.Refunded, "over", "2026-02-01", ledger.Move{From: credit, To: ledger.RefundTo(acct, "Ord"), Amount: usd(62_00), RevenueCode: "2200"}))
			b.pay("paid", "2026-02-02", item, 62_00)
		}, "paid late: late once since 2025-06-30 (2026-02-01), and 0 allowed"},
		{"credit that was used before it came is asked for, and not late", func(p *deposit.Policy) { p.LateAllowed, p.ReturnedItem = policy.Is(1), deposit.Ignored }, func(b *books, _ *deposit.Facts) {
			b.bounced("2026-01-16", "2026-01-25", "2026-02-20")
			b.over(acct, "2026-02-01", 62_00)
			b.post(entry(ledger.Refunded, "over", "2026-01-25", ledger.Move{From: ledger.CreditOf(acct, "Ord"), To: ledger.RefundTo(acct, "Ord"), Amount: usd(62_00), RevenueCode: "2200"}))
		}, "eligible: fully paid on 2025-06-30, 12 months end on 2026-06-30; late once since 2025-06-30 (2026-01-25), and 1 allowed; nothing past due"},
		{"credit that covers a bill and moves away", nil, func(b *books, _ *deposit.Facts) {
			b.over(acct, "2026-01-02", 62_00)
			item := b.charge(acct, "bill", "2025-12-26", "2026-01-16", 62_00, false)
			b.post(entry(ledger.Transferred, "over", "2026-02-01", ledger.Move{From: ledger.CreditOf(acct, "Ord"), To: ledger.CreditOf("A-2", "Ord"), Amount: usd(62_00), RevenueCode: "2200"}))
			b.pay("paid", "2026-02-02", item, 62_00)
		}, "paid late: late once since 2025-06-30 (2026-02-01), and 0 allowed"},
		{"a bill that moves to another account once it is late", nil, func(b *books, _ *deposit.Facts) {
			item := b.charge(acct, "bill", "2025-12-26", "2026-01-16", 62_00, false)
			e := entry(ledger.Transferred, "move", "2026-02-01")
			it, _ := b.l.Item(item)
			it.Account = "A-2"
			e.Opens = []ledger.Open{{Item: it.Item, Amount: usd(62_00), Against: ledger.OfItem(item)}}
			b.post(e)
		}, "paid late: late once since 2025-06-30 (2026-01-17), and 0 allowed"},
		{"late more often than anybody reads", func(p *deposit.Policy) { p.Counts, p.Clock = deposit.SinceClock, deposit.FromService }, func(b *books, f *deposit.Facts) {
			f.Service = day("2020-01-01")
			for due := day("2022-01-16"); due.Before(day("2025-01-01")); due = must(due.AddMonths(1)) {
				b.water(acct, due.String(), must(due.AddDays(2)).String(), 62_00)
			}
		}, "paid late: late 24 times or more since 2020-01-01 (" + monthly("2022-01-17", 24) + "), and 0 allowed"},
		{"past due before, with another bill paid on the day before", nil, func(b *books, _ *deposit.Facts) {
			b.water(acct, "2025-06-27", "2025-06-30", 62_00)
			b.water(acct, "2025-06-29", "2025-06-29", 62_00)
		}, "eligible: fully paid on 2025-06-30, 12 months end on 2026-06-30; late never since 2025-06-30, and 0 allowed; nothing past due"},
		{"an extension after the due date that was broken too", nil, func(b *books, f *deposit.Facts) {
			item := b.charge(acct, "bill", "2025-11-26", "2025-12-16", 62_00, false)
			b.pay("paid", "2026-01-08", item, 62_00)
			f.Terms.Extensions = []ledger.Extension{{Key: "x", Account: acct, Items: []stored.ID{item}, Granted: day("2025-12-20"), Until: day("2026-01-05")}}
		}, "paid late: late 2 times since 2025-06-30 (2025-12-17, 2026-01-06), and 0 allowed"},
		{"a shutoff", nil, func(_ *books, f *deposit.Facts) { f.Shutoffs = []civil.Date{day("2026-01-20"), day("2025-06-29")} },
			"shut off: once since 2025-06-30 (2026-01-20), and one bars the refund"},
		{"a shutoff that is ignored", func(p *deposit.Policy) { p.Shutoff = deposit.Ignored }, func(_ *books, f *deposit.Facts) { f.Shutoffs = []civil.Date{day("2026-01-20")} },
			"eligible: fully paid on 2025-06-30, 12 months end on 2026-06-30; late never since 2025-06-30, and 0 allowed; nothing past due"},
		{"a returned payment in the books", func(p *deposit.Policy) { p.LateAllowed = policy.Is(9) }, returned,
			"payment returned: once since 2025-06-30 (2026-01-14), and one bars the refund"},
		{"a returned payment that went straight to the deposit", nil, func(b *books, _ *deposit.Facts) {
			straight := b.post(entry(ledger.Paid, "straight", "2026-01-10", ledger.Move{From: ledger.Clearing("counter"), To: ledger.DepositOf(acct, "Ord"), Amount: usd(25_00), RevenueCode: "2300"}))
			b.post(must(b.l.Reverse(straight, "returned", ledger.Returned, day("2026-01-14"), day("2026-01-14"))))
		}, "payment returned: once since 2025-06-30 (2026-01-14), and one bars the refund"},
		{"one that is returned later", nil, func(b *books, _ *deposit.Facts) {
			straight := b.post(entry(ledger.Paid, "straight", "2026-01-10", ledger.Move{From: ledger.Clearing("counter"), To: ledger.DepositOf(acct, "Ord"), Amount: usd(25_00), RevenueCode: "2300"}))
			b.post(must(b.l.Reverse(straight, "returned", ledger.Returned, day("2026-07-01"), day("2026-07-01"))))
		}, "eligible: fully paid on 2025-06-30, 12 months end on 2026-06-30; late never since 2025-06-30, and 0 allowed; nothing past due"},
		{"a returned payment before the books", nil, func(_ *books, f *deposit.Facts) { f.Returned = []civil.Date{day("2025-07-17")} },
			"payment returned: once since 2025-06-30 (2025-07-17), and one bars the refund"},
		{"a returned payment that is ignored", func(p *deposit.Policy) { p.ReturnedItem, p.LateAllowed = deposit.Ignored, policy.Is(9) }, returned,
			"eligible: fully paid on 2025-06-30, 12 months end on 2026-06-30; late never since 2025-06-30, and 9 allowed; nothing past due"},
		{"past due", nil, func(b *books, _ *deposit.Facts) { b.water(acct, "2026-06-29", "", 62_00) },
			"paid late: late once since 2025-06-30 (2026-06-30), and 0 allowed; past due: $62.00 since 2026-06-29"},
		{"not due yet", nil, func(b *books, _ *deposit.Facts) { b.water(acct, "2026-06-30", "", 62_00) },
			"eligible: fully paid on 2025-06-30, 12 months end on 2026-06-30; late never since 2025-06-30, and 0 allowed; nothing past due"},
		{"past due, and the money on its way", nil, func(b *books, f *deposit.Facts) {
			b.water(acct, "2026-06-29", "", 62_00)
			f.Terms.Pending = []ledger.Pending{{Key: "d", Account: acct, Kind: ledger.DraftInFlight, Amount: usd(62_00), From: day("2026-06-28")}}
		}, "past due: $62.00 since 2026-06-29, of which $62.00 is on its way"},
		{"on a payment plan", func(p *deposit.Policy) { p.LateAllowed = policy.Is(9) }, func(b *books, f *deposit.Facts) {
			item := b.charge(acct, "bill", "2026-05-26", "2026-06-16", 60_00, false)
			f.Terms.Plans = []ledger.Plan{must(b.l.Plan("plan", acct, day("2026-06-20"), []stored.ID{item}, []ledger.Installment{{Due: day("2026-07-20"), Amount: usd(60_00)}}))}
		}, "on a payment plan on 2026-06-30"},
		{"an installment that was not billed is not late", nil, func(b *books, f *deposit.Facts) {
			b.plan(f, ledger.Installment{Due: day("2026-06-25"), Amount: usd(60_00)})
		},
			"on a payment plan on 2026-06-30"},
		{"an installment that was billed is", nil, func(b *books, f *deposit.Facts) {
			item := b.plan(f, ledger.Installment{Billed: day("2026-06-15"), Due: day("2026-06-25"), Amount: usd(60_00)})
			b.pay("paid", "2026-06-26", item, 60_00)
		}, "paid late: late once since 2025-06-30 (2026-06-26), and 0 allowed; on a payment plan on 2026-06-30"},
		{"a level amount", nil, func(b *books, f *deposit.Facts) { b.level(f, "2026-05-17", civil.Date{}, civil.Date{}) },
			"paid late: late once since 2025-06-30 (2026-05-17), and 0 allowed"},
		{"a level amount in time, and its settlement late", nil, func(b *books, f *deposit.Facts) { b.level(f, "2026-05-16", day("2026-06-01"), day("2026-06-20")) },
			"paid late: late once since 2025-06-30 (2026-06-21), and 0 allowed; past due: $45.00 since 2026-06-20"},
		{"a returned payment before the months that count", func(p *deposit.Policy) { p.LateAllowed, p.Months = policy.Is(9), policy.Is(3) }, returned,
			"eligible: fully paid on 2025-06-30, 3 months end on 2025-09-30; late never since 2026-03-30, and 9 allowed; nothing past due"},
		{"a payment that is returned later", nil, func(b *books, _ *deposit.Facts) {
			paid := b.pay("check", "2026-06-10", b.charge(acct, "bill", "2026-05-26", "2026-06-16", 62_00, false), 62_00)
			b.post(must(b.l.Reverse(paid, "returned", ledger.Returned, day("2026-07-01"), day("2026-07-01"))))
		}, "eligible: fully paid on 2025-06-30, 12 months end on 2026-06-30; late never since 2025-06-30, and 0 allowed; nothing past due"},
		{"late before it was fully paid, since the clock began", func(p *deposit.Policy) { p.Counts = deposit.SinceClock }, func(b *books, f *deposit.Facts) {
			b.charge(acct, "more", "2026-06-01", "2026-07-15", 25_00, true)
			f.Late = []civil.Date{day("2025-07-17")}
		}, "not fully paid: $75.00 is held and $25.00 of what was charged is open; paid late: late once since 2020-01-01 (2025-07-17), and 0 allowed"},
		{"only on request", func(p *deposit.Policy) { p.Gives = deposit.OnRequest }, nil, "not asked for: the policy gives it back on request"},
		{"asked for", func(p *deposit.Policy) { p.Gives = deposit.OnRequest }, func(_ *books, f *deposit.Facts) { f.Requested = day("2026-06-01") },
			"eligible: asked for on 2026-06-01; fully paid on 2025-06-30, 12 months end on 2026-06-30; late never since 2025-06-30, and 0 allowed; nothing past due"},
		{"only at closing", func(p *deposit.Policy) { p.Gives = deposit.AtClosing }, nil, "only at closing: the policy gives no deposit back before"},
		{"closed", nil, func(_ *books, f *deposit.Facts) { f.Closed = day("2026-06-15") }, "closed on 2026-06-15: the final bill settles the deposit"},
		{"forfeited", func(p *deposit.Policy) { p.ForfeitMonths = policy.Is(12) }, func(_ *books, f *deposit.Facts) { f.Closed = day("2025-06-29") },
			"forfeited: closed on 2025-06-29, and not asked for within 12 months, by 2026-06-29; closed on 2025-06-29: the final bill settles the deposit"},
		{"the last day to ask", func(p *deposit.Policy) { p.ForfeitMonths = policy.Is(12) }, func(_ *books, f *deposit.Facts) { f.Closed = day("2025-06-30") },
			"closed on 2025-06-30: the final bill settles the deposit"},
		{"asked for in time", func(p *deposit.Policy) { p.ForfeitMonths = policy.Is(12) }, func(_ *books, f *deposit.Facts) {
			f.Closed, f.Requested = day("2025-06-20"), day("2026-06-20")
		}, "closed on 2025-06-20: the final bill settles the deposit"},
		{"asked for too late", func(p *deposit.Policy) { p.ForfeitMonths = policy.Is(12) }, func(_ *books, f *deposit.Facts) {
			f.Closed, f.Requested = day("2025-06-20"), day("2026-06-21")
		}, "forfeited: closed on 2025-06-20, and not asked for within 12 months, by 2026-06-20; closed on 2025-06-20: the final bill settles the deposit"},
		{"the clock of the service", func(p *deposit.Policy) { p.Clock = deposit.FromService }, func(_ *books, f *deposit.Facts) { f.Service = day("2025-07-01") },
			"not held long enough: in service since 2025-07-01, 12 months end on 2026-07-01"},
		{"more was charged than paid", nil, func(b *books, _ *deposit.Facts) { b.charge(acct, "more", "2026-06-01", "2026-07-15", 25_00, true) },
			"not fully paid: $75.00 is held and $25.00 of what was charged is open"},
		{"a part that its bank may take back", func(p *deposit.Policy) { p.ReturnDays, p.Clock = policy.Is(60), deposit.FromFirstPaid }, func(b *books, _ *deposit.Facts) {
			b.deposit(acct, "2026-05-01", 25_00)
		}, "inside the return window: $75.00 of $100.00 is cleared, and all of it on 2026-07-01, 60 days being its window"},
		{"the day after the window", func(p *deposit.Policy) { p.ReturnDays, p.Clock = policy.Is(59), deposit.FromFirstPaid }, func(b *books, _ *deposit.Facts) {
			b.deposit(acct, "2026-05-01", 25_00)
		}, "eligible: first paid on 2025-06-30, 12 months end on 2026-06-30; late never since 2025-06-30, and 0 allowed; nothing past due"},
		{"several reasons are all told", func(p *deposit.Policy) { p.Gives = deposit.OnRequest }, func(b *books, f *deposit.Facts) {
			b.water(acct, "2026-06-29", "", 62_00)
			f.Shutoffs = []civil.Date{day("2026-01-20")}
		}, "not asked for: the policy gives it back on request; paid late: late once since 2025-06-30 (2026-06-30), and 0 allowed; " +
			"shut off: once since 2025-06-30 (2026-01-20), and one bars the refund; past due: $62.00 since 2026-06-29"},
	} {
		t.Run(c.rule, func(t *testing.T) {
			b, p, f := newBooks(t), coastside(), facts(acct)
			b.deposit(acct, "2025-06-30", 75_00)
			if c.policy != nil {
				c.policy(&p)
			}
			if c.given != nil {
				c.given(b, &f)
			}
			v := b.review(p, f, "2026-06-30")
			require.Equal(t, c.words, v.Words())
			require.Equal(t, v.Eligible(), v.Refund.Sign() > 0)
			if v.Eligible() {
				require.Equal(t, v.Held, v.Refund)
			}
		})
	}
}

// bounced is a bill due on 2026-01-16 that is paid by check, with the day on which the check comes back and that on which it is made
// good.
func (b *books) bounced(paid, back, good string) {
	item := b.charge(acct, "bill", "2025-12-26", "2026-01-16", 62_00, false)
	check := b.pay("check", paid, item, 62_00)
	b.post(must(b.l.Reverse(check, "returned", ledger.Returned, day(back), day(back))))
	b.pay("cash", good, item, 62_00)
}

// monthly is a day of so many months.
func monthly(first string, n int) string {
	texts := make([]string, n)
	for i := range texts {
		texts[i] = must(day(first).AddMonths(i)).String()
	}
	return strings.Join(texts, ", ")
}

// plan is a bill of 60.00 under a payment plan that was agreed in time.
func (b *books) plan(f *deposit.Facts, installment ledger.Installment) stored.ID {
	item := b.charge(acct, "bill", "2026-05-26", "2026-06-16", 60_00, false)
	f.Terms.Plans = []ledger.Plan{must(b.l.Plan("plan", acct, day("2026-06-10"), []stored.ID{item}, []ledger.Installment{installment}))}
	return item
}

// level is a bill of 100.00 under level pay, of which a level amount of 55.00 was due on 2026-05-16.
func (b *books) level(f *deposit.Facts, paid string, settled, due civil.Date) {
	item := b.charge(acct, "bill", "2026-04-26", "2026-05-10", 100_00, false)
	b.pay("level", paid, item, 55_00)
	f.Terms.LevelPay = []ledger.LevelPay{{Key: "level", Account: acct, Term: civil.MustPeriod("[2026-03-01, 2026-06-01)"), Kinds: []ledger.Kind{"charge"}, Settled: settled, SettlementDue: due,
		Installments: []ledger.Installment{{Billed: day("2026-04-27"), Due: day("2026-05-16"), Amount: usd(55_00)}}}}
}

// returned is a payment of a bill that the bank took back, and that was made good.
func returned(b *books, _ *deposit.Facts) {
	item := b.charge(acct, "bill", "2025-12-26", "2026-01-16", 62_00, false)
	paid := b.pay("check", "2026-01-10", item, 62_00)
	b.post(must(b.l.Reverse(paid, "returned", ledger.Returned, day("2026-01-14"), day("2026-01-14"))))
	b.pay("cash", "2026-01-15", item, 62_00)
}

// What is held is the money that has come, and not what was charged.
func TestHeldIsWhatWasPaid(t *testing.T) {
	b := newBooks(t)
	item := b.charge(acct, "ask", "2025-06-10", "2025-06-30", 75_00, true)
	v := b.review(coastside(), facts(acct), "2026-06-30")
	require.Equal(t, "nothing held: $75.00 was charged and is not paid", v.Words())
	require.Equal(t, []deposit.Code{deposit.NothingHeld}, codes(v))
	b.pay("half", "2025-06-30", item, 40_00)
	h := b.held(acct)
	require.Equal(t, []any{usd(40_00), usd(35_00)}, []any{h.Held, h.Open})
	require.Equal(t, []deposit.Code{deposit.NotFullyPaid}, codes(onlyHeld(b.review(coastside(), facts(acct), "2026-06-30"))))

	// A check that comes back was never held, and its days count for nothing.
	back := b.pay("check", "2025-07-10", item, 35_00)
	require.Equal(t, usd(75_00), b.held(acct).Held)
	b.post(must(b.l.Reverse(back, "back", ledger.Returned, day("2025-07-15"), day("2025-07-15"))))
	require.Equal(t, h, b.held(acct))
	b.pay("cash", "2025-08-01", item, 35_00)
	require.Equal(t, day("2026-08-01"), b.review(coastside(), facts(acct), "2026-06-30").Ripe)

	p := coastside()
	p.ReturnDays = policy.Is(10)
	require.Equal(t, usd(40_00), must(b.held(acct).Cleared(day("2025-08-11"), 10)))
	require.Equal(t, usd(75_00), must(b.held(acct).Cleared(day("2025-08-12"), 10)))
	require.Equal(t, day("2025-08-12"), must(b.held(acct).ClearsOn(10)))
	b.post(entry(ledger.DepositApplied, "used", "2025-08-02", ledger.Move{From: ledger.DepositOf(acct, "Ord"), To: ledger.CreditOf(acct, "Ord"), Amount: usd(50_00), RevenueCode: "2300"}))
	require.True(t, must(b.held(acct).Cleared(day("2025-08-11"), 10)).IsZero(), "of 25.00 that are left, 35.00 may come back")
}

// onlyHeld leaves the reasons that have to do with what is held.
func onlyHeld(v deposit.Verdict) deposit.Verdict {
	var left []deposit.Reason
	for _, r := range v.Reasons {
		if r.Code == deposit.NotFullyPaid {
			left = append(left, r)
		}
	}
	v.Reasons = left
	return v
}

// A deposit that was carried in has its own day.
func TestADepositCarriedInKeepsItsDay(t *testing.T) {
	b := newBooks(t)
	_, err := b.l.Convert(ledger.Conversion{Key: "cutover", On: day("2026-01-01"), NoticesFrom: day("2026-01-01"),
		Holdings: []ledger.Holding{{Place: ledger.DepositOf(acct, "Ord"), Amount: usd(75_00), RevenueCode: "2300"}},
		Control:  []ledger.ControlTotal{{Place: ledger.PlaceDeposit, Area: "Ord", Count: 1, Amount: usd(75_00)}}})
	require.NoError(t, err)
	f := facts(acct)
	_, err = coastside().Review(&b.l, b.held(acct), f, day("2026-06-30"))
	require.ErrorIs(t, err, deposit.ErrFacts)
	require.ErrorContains(t, err, "late: nobody has looked whether it was late before the books")
	require.ErrorContains(t, err, "returned: nobody has looked whether a payment was returned before the books")
	f.Late = []civil.Date{}
	p := coastside()
	p.ReturnedItem = deposit.Ignored
	require.Equal(t, day("2027-01-01"), b.review(p, f, "2026-06-30").Ripe, "the policy does not ask for those that were returned")
	f.Returned = []civil.Date{}
	require.Equal(t, day("2027-01-01"), b.review(coastside(), f, "2026-06-30").Ripe)
	f.PaidSince = day("2025-03-01")
	v := b.review(coastside(), f, "2026-06-30")
	require.Equal(t, []deposit.Code{deposit.Eligible}, codes(v))
	require.Equal(t, day("2025-03-01"), v.Since)
	p = coastside()
	p.ReturnDays = policy.Is(366)
	require.True(t, b.review(p, f, "2026-06-30").Eligible(), "no bank takes an opening balance back")
}

// A deposit that comes from another account of the customer has its day there, though this account was opened later.
func TestADepositOfAnotherAccountKeepsItsDay(t *testing.T) {
	b := newBooks(t)
	b.deposit("A-1", "2025-01-10", 75_00)
	b.carry("A-1", "A-2", "2026-03-01", 75_00)
	f := deposit.Facts{Account: "A-2", Opened: day("2026-03-01"), PaidSince: day("2025-01-10"), Shutoffs: []civil.Date{}}
	v := b.review(coastside(), f, "2026-06-30")
	require.Equal(t, day("2025-01-10"), v.Since)
	require.Equal(t, []deposit.Code{deposit.Eligible}, codes(v))
	run := must(coastside().Propose(request("2026-06-30"), &b.l, []deposit.Facts{f}))
	require.Len(t, run.Rows, 1)
	_, err := coastside().Settle(b.held("A-2"), f, day("2026-06-30"))
	require.NoError(t, err)
	require.Equal(t, f, must(deposit.FactsForm.Unmarshal(must(deposit.FactsForm.Marshal(f)))))

	b.deposit("A-2", "2026-05-01", 25_00)
	require.Equal(t, day("2026-05-01"), b.review(coastside(), f, "2026-06-30").Since, "what was paid here is as old as it is")
	f.PaidSince = day("2024-12-01")
	p := coastside()
	p.Clock = deposit.FromFirstPaid
	require.Equal(t, day("2025-01-10"), b.review(p, f, "2026-06-30").Since, "the books know better")
}

// A deposit that was paid out and paid again begins anew.
func TestADepositBeginsAnewOnceNothingWasHeld(t *testing.T) {
	b := newBooks(t)
	b.deposit(acct, "2024-01-01", 75_00)
	out := b.post(entry(ledger.Refunded, "out", "2025-01-01", ledger.Move{From: ledger.DepositOf(acct, "Ord"), To: ledger.RefundTo(acct, "Ord"), Amount: usd(75_00), RevenueCode: "2300"}))
	require.Empty(t, b.held(acct).Movements)
	b.deposit(acct, "2025-09-01", 100_00)
	v := b.review(simple(coastside(), "1.5"), facts(acct), "2026-06-30")
	require.Equal(t, day("2025-09-01"), v.Since)
	require.Equal(t, "$100.00 for 302 days at 1.5% a year bear $1.24", v.Earned.Words)
	b.post(must(b.l.Reverse(out, "stopped", ledger.Refunded, day("2026-01-01"), day("2026-01-01"))))
	v = b.review(simple(coastside(), "1.5"), facts(acct), "2026-06-30")
	require.Equal(t, usd(175_00), v.Held, "what was taken back never was")
	require.Equal(t, day("2024-01-01"), v.Earned.Parts[0].Days.From)
}

func TestBadFactsAreRefused(t *testing.T) {
	for _, c := range []struct {
		rule, path string
		code       problem.Code
		change     func(f *deposit.Facts)
	}{
		{"a deposit older than its account", "deposit.movements[0]", deposit.ErrOlder, func(f *deposit.Facts) { f.Opened = day("2025-07-01") }},
		{"paid elsewhere before the account, and in the books", "paid_since", deposit.ErrFacts, func(f *deposit.Facts) { f.PaidSince = day("2019-12-31") }},
		{"paid elsewhere, and in the books", "paid_since", deposit.ErrFacts, func(f *deposit.Facts) { f.PaidSince = day("2025-01-01") }},
		{"no account", "account", deposit.ErrFacts, func(f *deposit.Facts) { f.Account = "" }},
		{"another account", "account", deposit.ErrFacts, func(f *deposit.Facts) { f.Account = "0990001" }},
		{"no day of opening", "opened", deposit.ErrFacts, func(f *deposit.Facts) { f.Opened = civil.Date{} }},
		{"opened in the future", "opened", deposit.ErrFuture, func(f *deposit.Facts) { f.Opened = day("2026-07-01") }},
		{"closed before it was opened", "closed", deposit.ErrFacts, func(f *deposit.Facts) { f.Closed = day("2019-12-31") }},
		{"closed in the future", "closed", deposit.ErrFuture, func(f *deposit.Facts) { f.Closed = day("2026-07-01") }},
		{"service before the account", "service", deposit.ErrFacts, func(f *deposit.Facts) { f.Service = day("2019-12-31") }},
		{"service in the future", "service", deposit.ErrFuture, func(f *deposit.Facts) { f.Service = day("2026-07-01") }},
		{"asked for before the account", "requested", deposit.ErrFacts, func(f *deposit.Facts) { f.Requested = day("2019-12-31") }},
		{"asked for in the future", "requested", deposit.ErrFuture, func(f *deposit.Facts) { f.Requested = day("2026-07-01") }},
		{"a shutoff in the future", "shutoffs[1]", deposit.ErrFuture, func(f *deposit.Facts) { f.Shutoffs = []civil.Date{day("2026-06-30"), day("2026-07-01")} }},
		{"a shutoff of no day", "shutoffs[0]", deposit.ErrFacts, func(f *deposit.Facts) { f.Shutoffs = []civil.Date{{}} }},
		{"a late payment in the future", "late[0]", deposit.ErrFuture, func(f *deposit.Facts) { f.Late = []civil.Date{day("2026-07-01")} }},
		{"a returned payment in the future", "returned[0]", deposit.ErrFuture, func(f *deposit.Facts) { f.Returned = []civil.Date{day("2026-07-01")} }},
		{"terms of another account", "account 0104417", deposit.ErrFacts, func(f *deposit.Facts) {
			f.Terms.Pending = []ledger.Pending{{Key: "d", Account: "0990001", Kind: ledger.DraftInFlight, Amount: usd(1), From: day("2026-06-28")}}
		}},
	} {
		t.Run(c.rule, func(t *testing.T) {
			b, f := newBooks(t), facts(acct)
			b.deposit(acct, "2025-06-30", 75_00)
			c.change(&f)
			_, err := coastside().Review(&b.l, b.held(acct), f, day("2026-06-30"))
			require.ErrorIs(t, err, c.code)
			require.ErrorContains(t, err, string(c.code)+": "+c.path+": ")
		})
	}
	b := newBooks(t)
	b.deposit(acct, "2025-06-30", 75_00)
	f := facts(acct)
	f.Shutoffs = nil
	_, err := coastside().Review(&b.l, b.held(acct), f, day("2026-06-30"))
	require.ErrorIs(t, err, deposit.ErrFacts)
	require.ErrorContains(t, err, "shutoffs: nobody has looked whether the account was shut off")
	ignored := coastside()
	ignored.Shutoff = deposit.Ignored
	require.True(t, b.review(ignored, f, "2026-06-30").Eligible(), "the policy does not ask for them")
	_, err = coastside().Review(&b.l, b.held("A-9"), deposit.Facts{Account: "A-9", Opened: day("2020-01-01")}, day("2026-06-30"))
	require.NoError(t, err, "where nothing is held, nothing needs to be looked for")
	_, err = coastside().Review(&b.l, b.held(acct), facts(acct), day("2025-06-29"))
	require.ErrorIs(t, err, deposit.ErrFuture, "a deposit of tomorrow")
	_, err = coastside().Review(&b.l, b.held(acct), facts(acct), civil.Date{})
	require.ErrorIs(t, err, deposit.ErrFacts)
	_, err = coastside().Review(nil, b.held(acct), facts(acct), day("2026-06-30"))
	require.ErrorIs(t, err, deposit.ErrFacts)
	p := coastside()
	p.Clock = deposit.FromService
	_, err = p.Review(&b.l, b.held(acct), facts(acct), day("2026-06-30"))
	require.ErrorContains(t, err, "service: the policy's months run from the first day of service, and it is missing")
}

// A payment that comes back after its deposit went out is owed by the account, and holds nothing.
func TestAPaymentThatComesBackTooLate(t *testing.T) {
	b := newBooks(t)
	paid := b.deposit(acct, "2025-01-02", 75_00)
	b.post(entry(ledger.Refunded, "out", "2026-02-01", ledger.Move{From: ledger.DepositOf(acct, "Ord"), To: ledger.RefundTo(acct, "Ord"), Amount: usd(75_00), RevenueCode: "2300"}))
	back := must(b.l.Reverse(paid, "back", ledger.Returned, day("2026-02-10"), day("2026-02-10")))
	owes := ledger.Item{Account: acct, Area: "Ord", Kind: "returned", Service: "deposit", RevenueCode: "2300", Billed: day("2026-02-10"), Due: day("2026-03-10")}
	back.Opens = []ledger.Open{{Item: owes, Amount: usd(75_00), Against: ledger.DepositOf(acct, "Ord")}}
	b.post(back)
	require.True(t, b.held(acct).Held.IsZero())
	require.Equal(t, []deposit.Code{deposit.NothingHeld}, codes(b.review(coastside(), facts(acct), "2026-06-30")))
}
