package deposit_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/ledger"
	"github.com/headgate-dev/headgate/billing/policy"
	"github.com/headgate-dev/headgate/billing/stored"
	"github.com/headgate-dev/headgate/payments/deposit"
)

// drawPayer is an account that pays its bills early, late, twice, by checks that come back, by credit and by drafts that never come,
// under plans and extensions.
func drawPayer(t *rapid.T) (*books, deposit.Facts) {
	b, f := newBooks(t), facts(acct)
	b.deposit(acct, "2024-01-01", 75_00)
	first := day("2024-06-01")
	some := func(most int, what string) civil.Date {
		return must(first.AddDays(rapid.IntRange(0, most).Draw(t, what)))
	}
	for i := range rapid.IntRange(0, 5).Draw(t, "bills") {
		key := fmt.Sprint("bill ", i)
		due := some(760, "due")
		cents := rapid.Int64Range(1, 3).Draw(t, "cents") * 20_00
		item := b.charge(acct, key, must(due.AddDays(-20)).String(), due.String(), cents, false)
		open := cents
		on := must(due.AddDays(-15))
		for p := range rapid.IntRange(0, 3).Draw(t, "payments") {
			on = must(on.AddDays(rapid.IntRange(0, 25).Draw(t, "wait")))
			pays := min(open, rapid.Int64Range(1, 3).Draw(t, "pays")*20_00)
			if pays == 0 {
				break
			}
			paid := b.pay(fmt.Sprint(key, " paid ", p), on.String(), item, pays)
			open -= pays
			if rapid.IntRange(0, 2).Draw(t, "comes back") == 0 {
				on = must(on.AddDays(rapid.IntRange(0, 30).Draw(t, "back")))
				b.post(must(b.l.Reverse(paid, fmt.Sprint(key, " back ", p), ledger.Returned, on, on)))
				open += pays
			}
		}
		switch term := rapid.IntRange(0, 5).Draw(t, "term"); {
		case term == 0:
			granted := must(due.AddDays(rapid.IntRange(-10, 10).Draw(t, "granted")))
			f.Terms.Extensions = append(f.Terms.Extensions, ledger.Extension{Key: key, Account: acct, Items: []stored.ID{item}, Granted: granted, Until: must(due.AddDays(rapid.IntRange(11, 40).Draw(t, "until")))})
		case term == 1:
			agreed := must(due.AddDays(rapid.IntRange(-10, 30).Draw(t, "agreed")))
			plan, err := b.l.Plan(key, acct, agreed, []stored.ID{item}, []ledger.Installment{{Billed: agreed, Due: must(agreed.AddDays(30)), Amount: usd(20_00)}})
			if err != nil {
				break // it was not 20.00 that was open then
			}
			if rapid.Bool().Draw(t, "ended") {
				plan.Ended, plan.Ending = must(agreed.AddDays(rapid.IntRange(1, 60).Draw(t, "after"))), "ended"
			}
			f.Terms.Plans = append(f.Terms.Plans, plan)
		case term == 2:
			sent := must(due.AddDays(rapid.IntRange(-5, 5).Draw(t, "sent")))
			p := ledger.Pending{Key: key, Account: acct, Kind: ledger.DraftInFlight, Amount: usd(20_00), From: sent}
			if rapid.Bool().Draw(t, "never") {
				p.Until = must(sent.AddDays(rapid.IntRange(0, 30).Draw(t, "for")))
			}
			f.Terms.Pending = append(f.Terms.Pending, p)
		}
	}
	if len(f.Terms.Plans)+len(f.Terms.Extensions) == 0 && rapid.Bool().Draw(t, "level") {
		level := ledger.LevelPay{Key: "level", Account: acct, Term: civil.MustPeriod("[2025-01-01, 2025-07-01)"), Kinds: []ledger.Kind{"charge"}}
		for at := day("2025-01-10"); at.Before(day("2025-07-01")); at = must(at.AddMonths(1)) {
			level.Installments = append(level.Installments, ledger.Installment{Billed: at, Due: must(at.AddDays(20)), Amount: usd(20_00)})
		}
		if rapid.Bool().Draw(t, "settled") {
			level.Settled, level.SettlementDue = day("2025-07-10"), day("2025-07-30")
		}
		f.Terms.LevelPay = []ledger.LevelPay{level}
	}
	credit := ledger.CreditOf(acct, "Ord")
	for i := range rapid.IntRange(0, 2).Draw(t, "credits") {
		key, on := fmt.Sprint("credit ", i), some(760, "credit")
		b.post(entry(ledger.Paid, key, on.String(), ledger.Move{From: ledger.Clearing("lockbox"), To: credit, Amount: usd(20_00), RevenueCode: "2200"}))
		if rapid.Bool().Draw(t, "goes") {
			on = must(on.AddDays(rapid.IntRange(-20, 60).Draw(t, "stays")))
			b.post(entry(ledger.Refunded, key, on.String(), ledger.Move{From: credit, To: ledger.RefundTo(acct, "Ord"), Amount: usd(20_00), RevenueCode: "2200"}))
		}
	}
	return b, f
}

// Late is what the ledger has past due on any day of those that count, each due date once: looked at day by day.
func TestLateIsWhatWasPastDueOnAnyDay(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		b, f := drawPayer(t)
		p := coastside()
		p.Months = policy.Is(rapid.IntRange(1, 24).Draw(t, "months"))
		p.GraceDays = policy.Is(rapid.IntRange(0, 10).Draw(t, "grace"))
		p.LateAllowed = policy.Is(rapid.IntRange(0, 2).Draw(t, "allowed"))
		p.Counts = rapid.SampledFrom([]deposit.Counts{deposit.InLastMonths, deposit.SinceClock}).Draw(t, "counts")
		on := day("2026-06-30")
		from := day("2024-01-01")
		if p.Counts == deposit.InLastMonths {
			from = must(on.AddMonths(-p.Months.Get()))
		}

		account := must(b.l.Account(acct, f.Terms))
		seen := map[civil.Date]bool{}
		var days []string
		for at := must(from.AddDays(-1)); !at.After(on); at = must(at.AddDays(1)) {
			for _, o := range must(account.Obligations(at)) {
				last := must(o.Due.AddDays(p.GraceDays.Get()))
				if o.When == ledger.IsLater || o.Item.IsZero() && !o.ByInstallment || o.Left().IsZero() || seen[o.Due] || last.After(at) {
					continue
				}
				late := at // past due on this day, or not paid on the last in time
				if last == at {
					late = must(at.AddDays(1))
				}
				if late.Before(from) || late.After(on) {
					continue
				}
				seen[o.Due] = true
				days = append(days, late.String())
			}
		}
		slices.Sort(days)
		words := b.review(p, f, on.String())
		says := "late never since " + from.String() + ","
		if len(days) > 0 {
			says = fmt.Sprintf("since %s (%s), and", from, strings.Join(days, ", "))
		}
		if len(days) > p.LateAllowed.Get() || words.Eligible() {
			require.Contains(t, words.Words(), says)
		}
		require.Equal(t, len(days) > p.LateAllowed.Get(), slices.Contains(codes(words), deposit.PaidLate))
	})
}

// An account of many bills is looked at in about the time of its length, however late they were paid.
func TestAReviewIsAsLongAsItsAccount(t *testing.T) {
	const bills = 10_000
	for rule, given := range map[string]struct {
		late  int
		first func(b *books)
	}{
		"in time, and one never paid":        {0, func(b *books) { b.water(acct, "1994-12-01", "", 62_00) }},
		"in time, and one covered by credit": {0, func(b *books) { b.water(acct, "1994-12-01", "", 62_00); b.over(acct, "1994-11-01", 62_00) }},
		"all late":                           {1, func(*books) {}},
	} {
		b, p := newBooks(t), coastside()
		p.Counts = deposit.SinceClock
		b.deposit(acct, "1990-01-20", 75_00)
		given.first(b)
		due := day("1995-01-01")
		for range bills {
			b.water(acct, due.String(), must(due.AddDays(given.late)).String(), 62_00)
			due = must(due.AddDays(1))
		}
		f := facts(acct)
		f.Opened = day("1990-01-01")
		h := b.held(acct)
		_, err := p.Review(&b.l, h, f, day("2026-06-30"))
		require.NoError(t, err, rule)
	}
}
