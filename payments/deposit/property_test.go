package deposit_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/ledger"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/policy"
	"github.com/headgate-dev/headgate/billing/stored"
	"github.com/headgate-dev/headgate/payments/deposit"
)

// life is what happens to some deposits: paid in parts, some of them returned, applied in part, bills paid late or not at all.
type life struct {
	*books
	of []deposit.Facts
	// in is the cleared money of each account, and applied what of it was used before the run.
	in, applied map[string]int64
}

func drawLife(t *rapid.T) *life {
	l := &life{books: newBooks(t), in: map[string]int64{}, applied: map[string]int64{}}
	for n := range rapid.IntRange(1, 4).Draw(t, "accounts") {
		account := fmt.Sprintf("A-%d", n)
		on := must(day("2024-01-01").AddDays(rapid.IntRange(0, 600).Draw(t, "first")))
		for i := range rapid.IntRange(0, 3).Draw(t, "parts") {
			cents := rapid.Int64Range(1, 300_00).Draw(t, "cents")
			item := l.charge(account, fmt.Sprintf("ask %s %d", account, i), on.String(), on.String(), cents, true)
			paid := l.pay(fmt.Sprintf("part %s %d", account, i), on.String(), item, cents)
			l.in[account] += cents
			if rapid.IntRange(0, 4).Draw(t, "returned") == 0 {
				l.post(must(l.l.Reverse(paid, "back", ledger.Returned, on, on)))
				l.in[account] -= cents
			}
			on = must(on.AddDays(rapid.IntRange(0, 200).Draw(t, "next")))
		}
		if used := rapid.Int64Range(0, l.in[account]/2).Draw(t, "used"); used > 0 {
			l.post(entry(ledger.DepositApplied, "used "+account, on.String(), ledger.Move{From: ledger.DepositOf(account, "Ord"), To: ledger.CreditOf(account, "Ord"), Amount: usd(used), RevenueCode: "2300"}))
			l.applied[account] = used
		}
		if rapid.Bool().Draw(t, "billed") {
			due := must(day("2025-01-01").AddDays(rapid.IntRange(0, 700).Draw(t, "due")))
			paid := ""
			if after := rapid.IntRange(-20, 20).Draw(t, "paid"); after < 15 {
				paid = must(due.AddDays(after)).String()
			}
			l.water(account, due.String(), paid, 62_00)
		}
		l.of = append(l.of, facts(account))
	}
	return l
}

func drawPolicy(t *rapid.T) deposit.Policy {
	p := coastside()
	if rapid.Bool().Draw(t, "interest") {
		p = simple(p, rapid.SampledFrom([]string{"0", "0.5", "1.5", "7"}).Draw(t, "rate"))
	}
	p.Months = policy.Is(rapid.IntRange(0, 24).Draw(t, "months"))
	p.LateAllowed = policy.Is(rapid.IntRange(0, 2).Draw(t, "allowed"))
	p.ReturnDays = policy.Is(rapid.IntRange(0, 60).Draw(t, "window"))
	p.ReturnedItem = rapid.SampledFrom([]deposit.Bar{deposit.Bars, deposit.Ignored}).Draw(t, "bars")
	p.As = rapid.SampledFrom([]deposit.As{deposit.AsCredit, deposit.AsCheck}).Draw(t, "as")
	p.Rounding = rapid.SampledFrom([]exact.Mode{exact.HalfUp, exact.HalfEven, exact.Up, exact.Down}).Draw(t, "rounding")
	return p
}

// runDay is after all that a life draws.
const runDay = "2027-06-30"

// story is what happens to the deposits of one customer, day after day: paid, moved between the accounts, applied, taken back by the
// bank before and after that, made good, and bills that are paid late or not at all.
type story struct {
	*life
	paid  []payment
	owed  []stored.ID // for what was gone
	good  []payment   // on what is owed
	cash  int64       // of payments that stand
	steps int
}

type payment struct {
	place ledger.Place
	entry stored.ID
	cents int64
}

func drawStory(t *rapid.T) *story {
	s := &story{life: &life{books: newBooks(t), in: map[string]int64{}, applied: map[string]int64{}}}
	accounts := []string{"A-0", "A-1", "A-2"}
	for _, account := range accounts {
		s.of = append(s.of, facts(account))
	}
	on := day("2024-01-01")
	for s.steps = range rapid.IntRange(1, 16).Draw(t, "steps") {
		on = must(on.AddDays(rapid.IntRange(0, 60).Draw(t, "days")))
		s.step(t, on.String(), rapid.SampledFrom(accounts).Draw(t, "account"), rapid.SampledFrom(accounts).Draw(t, "other"))
	}
	return s
}

func (s *story) step(t *rapid.T, on, account, other string) {
	key := fmt.Sprint(s.steps)
	held := s.l.Balance(ledger.DepositOf(account, "Ord")).Cents()
	credit := ledger.CreditOf(account, "Ord")
	over := s.l.Balance(credit).Cents()
	draw := func(most int64) int64 {
		if rapid.Bool().Draw(t, "all") {
			return most
		}
		return rapid.Int64Range(1, most).Draw(t, "cents")
	}
	switch step := rapid.SampledFrom([]string{"pay", "pay", "pay over", "move credit", "pay by credit", "move", "apply", "bounce", "bounce", "make good", "bounce again", "water"}).Draw(t, "step"); {
	case step == "pay":
		cents := draw(3) * 25_00
		paid := s.pay(key, on, s.charge(account, key, on, on, cents, true), cents)
		s.paid = append(s.paid, payment{ledger.DepositOf(account, "Ord"), paid, cents})
		s.in[account] += cents
		s.cash += cents
	case step == "pay over":
		cents := draw(3) * 25_00
		s.paid = append(s.paid, payment{credit, s.post(entry(ledger.Paid, key, on, ledger.Move{From: ledger.Clearing("lockbox"), To: credit, Amount: usd(cents), RevenueCode: "2200"})), cents})
		s.cash += cents
	case step == "move credit" && over > 0 && other != account:
		s.post(entry(ledger.Transferred, key, on, ledger.Move{From: credit, To: ledger.CreditOf(other, "Ord"), Amount: usd(draw(over)), RevenueCode: "2200"}))
	case step == "pay by credit" && over > 0:
		cents := draw(over)
		item := s.charge(account, key, on, on, cents, true)
		s.post(entry(ledger.Applied, key, on, must(s.l.Settle(credit, item, usd(cents)))...))
		s.in[account] += cents
	case step == "move" && held > 0 && other != account:
		cents := draw(held)
		s.post(entry(ledger.Transferred, key, on, ledger.Move{From: ledger.DepositOf(account, "Ord"), To: ledger.DepositOf(other, "Ord"), Amount: usd(cents), RevenueCode: "2300"}))
		s.in[account] -= cents
		s.in[other] += cents
	case step == "apply" && held > 0:
		cents := draw(held)
		s.post(entry(ledger.DepositApplied, key, on, ledger.Move{From: ledger.DepositOf(account, "Ord"), To: ledger.CreditOf(account, "Ord"), Amount: usd(cents), RevenueCode: "2300"}))
		s.applied[account] += cents
	case step == "bounce" && len(s.paid) > 0:
		i := rapid.IntRange(0, len(s.paid)-1).Draw(t, "which")
		p := s.paid[i]
		s.paid = slices.Delete(s.paid, i, i+1)
		gone := max(0, p.cents-s.l.Balance(p.place).Cents())
		if owed := s.bounceFrom(p.place, p.entry, on, gone); gone > 0 {
			s.owed = append(s.owed, owed)
		}
		if p.place.Kind == ledger.PlaceDeposit {
			s.in[p.place.Key] += gone - p.cents
		}
		s.cash -= p.cents
	case step == "make good" && len(s.owed) > 0:
		item := rapid.SampledFrom(s.owed).Draw(t, "owed")
		open := s.l.Balance(ledger.OfItem(item)).Cents()
		if open == 0 {
			return
		}
		cents := draw(open)
		s.good = append(s.good, payment{ledger.OfItem(item), s.pay(key, on, item, cents), cents})
		s.cash += cents
	case step == "bounce again" && len(s.good) > 0:
		p := s.good[len(s.good)-1]
		s.good = s.good[:len(s.good)-1]
		s.post(must(s.l.Reverse(p.entry, key, ledger.Returned, day(on), day(on))))
		s.cash -= p.cents
	case step == "water":
		paid := ""
		if rapid.Bool().Draw(t, "is paid") {
			paid = must(day(on).AddDays(rapid.IntRange(20, 60).Draw(t, "paid"))).String()
		}
		item := s.charge(account, "water "+key, on, must(day(on).AddDays(20)).String(), 62_00, false)
		if paid != "" {
			s.pay("water "+key, paid, item, 62_00)
		}
	}
}

// Refund + applied + remaining = cleared deposit + interest, of each account and whatever the run gave back; and no more is paid out
// than came and stayed, wherever it went in between.
func TestNoCentOfADepositIsMadeOrLost(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		l, p := drawStory(t), drawPolicy(t)
		if rapid.Bool().Draw(t, "lenient") { // so that more goes back
			p.ReturnedItem, p.LateAllowed, p.Months, p.Clock, p.ReturnDays = deposit.Ignored, policy.Is(100), policy.Is(0), deposit.FromFirstPaid, policy.Is(0)
		}
		run, err := p.Propose(request(runDay), &l.l, l.of)
		require.NoError(t, err)
		require.Len(t, l.of, len(run.Rows)+len(run.Kept), "each account is answered")
		held := deposit.Read(&l.l)
		interest, refund := map[string]int64{}, map[string]int64{}
		if len(run.Rows) > 0 {
			done, err := l.refund(p, runDay, l.of...)
			require.NoError(t, err)
			_, err = l.l.PostAll(done.Entries...)
			require.NoError(t, err)
			for _, e := range done.Entries {
				for _, m := range e.Moves {
					if e.Cause == ledger.Accrued {
						interest[m.To.Key] += m.Amount.Cents()
					} else {
						refund[m.From.Key] += m.Amount.Cents()
					}
				}
			}
			if p.As == deposit.AsCheck {
				require.Len(t, done.Payees, len(run.Rows))
				for _, payee := range done.Payees {
					require.Equal(t, usd(refund[payee.Account]), payee.Amount)
				}
			}
		}
		var paidOut, earned, unpaid int64
		for _, f := range l.of {
			remaining := l.l.Balance(ledger.DepositOf(f.Account, "Ord")).Cents()
			require.Equal(t, l.in[f.Account]+interest[f.Account], refund[f.Account]+l.applied[f.Account]+remaining)
			require.True(t, refund[f.Account] == 0 || remaining == 0, "whole or not at all")
			require.True(t, refund[f.Account] == 0 || held[f.Account].NeverCame.IsZero())
			var moved int64
			for _, m := range held[f.Account].Movements {
				moved += m.Amount.Cents()
			}
			require.Equal(t, held[f.Account].Held.Cents(), moved)
			paidOut, earned = paidOut+refund[f.Account], earned+interest[f.Account]
		}
		require.LessOrEqual(t, paidOut, l.cash+earned, "no more than came and stayed")
		for _, item := range l.owed {
			unpaid += l.l.Balance(ledger.OfItem(item)).Cents()
		}
		if unpaid == 0 {
			for _, f := range l.of {
				require.True(t, held[f.Account].NeverCame.IsZero(), "all was made good")
			}
		}
		require.NoError(t, l.l.Check())
	})
}

// Interest is what each day bears, whichever way it is counted, and entering some of it on the way takes none and adds none.
func TestInterestIsThatOfEachDay(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		l := drawLife(t)
		p := simple(coastside(), rapid.SampledFrom([]string{"0.5", "1.5", "7"}).Draw(t, "rate"))
		p.Rates = append(p.Rates, deposit.Rate{From: day("2025-06-15"), Percent: percent("3")})
		on := day(runDay)
		for _, f := range l.of {
			h := l.held(f.Account)
			if h.Held.IsZero() {
				continue
			}
			v := l.review(p, f, runDay)
			var sum exact.Ratio
			for at := h.Movements[0].On; at.Before(on); at = must(at.AddDays(1)) {
				var principal int64
				for _, m := range h.Movements {
					if !m.On.After(at) {
						principal += m.Amount.Cents()
					}
				}
				rate := p.Rates[0].Percent.Get()
				if !at.Before(p.Rates[1].From) {
					rate = p.Rates[1].Percent.Get()
				}
				share := must(exact.New(1, 36500))
				sum = sum.Add(usd(principal).Ratio().Mul(exact.FromDecimal(rate)).Mul(share))
			}
			all := must(money.FromRatio(sum, p.Rounding))
			require.Equal(t, all, v.Earned.Interest)

			entered := rapid.Int64Range(1, all.Cents()+1).Draw(t, "entered")
			l.post(entry(ledger.Accrued, "entered "+f.Account, runDay, accrue(f.Account, entered)))
			require.Equal(t, usd(max(all.Cents()-entered, 0)), l.review(p, f, runDay).Earned.Interest)
		}
	})
}

// A later day, or a stricter policy, never makes a deposit ripe earlier, and the order of facts changes nothing.
func TestMoreMonthsNeverGiveBackEarlier(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		l, p := drawLife(t), drawPolicy(t)
		of := slices.Clone(l.of)
		require.Equal(t, must(p.Propose(request(runDay), &l.l, l.of)), must(p.Propose(request(runDay), &l.l, rapid.Permutation(of).Draw(t, "order"))))
		more := p
		more.Months, more.Counts = policy.Is(p.Months.Get()+rapid.IntRange(1, 12).Draw(t, "more")), deposit.SinceClock
		p.Counts = deposit.SinceClock
		for _, f := range l.of {
			if l.review(more, f, runDay).Eligible() {
				require.True(t, l.review(p, f, runDay).Eligible())
			}
		}
	})
}

// What is owed of refunds is what the books owe, whatever was paid out, set aside or stopped.
func TestWhatIsOwedIsWhatTheBooksOwe(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		b := newBooks(t)
		var refunds, paid []stored.ID
		refunded := map[stored.ID]int64{}
		on := day("2025-01-01")
		bank, unclaimed, to := ledger.Place{Kind: ledger.PlaceBank, Key: "main"}, ledger.Place{Kind: ledger.PlaceUnclaimed}, ledger.RefundTo(acct, "Ord")
		for i := range rapid.IntRange(1, 12).Draw(t, "steps") {
			on = must(on.AddDays(rapid.IntRange(0, 40).Draw(t, "days")))
			key := fmt.Sprint(i)
			owed := b.l.Balance(to).Cents()
			switch step := rapid.IntRange(0, 3).Draw(t, "step"); {
			case step == 0 || len(refunds) == 0:
				cents := rapid.Int64Range(1, 50_00).Draw(t, "cents")
				b.post(entry(ledger.Paid, key, on.String(), ledger.Move{From: ledger.Clearing("lockbox"), To: ledger.CreditOf(acct, "Ord"), Amount: usd(cents), RevenueCode: "2200"}))
				refunds = append(refunds, b.post(entry(ledger.Refunded, key, on.String(), ledger.Move{From: ledger.CreditOf(acct, "Ord"), To: to, Amount: usd(cents), RevenueCode: "2200"})))
				refunded[refunds[len(refunds)-1]] = cents
			case step == 1 && owed > 0:
				paid = append(paid, b.post(entry(ledger.Banked, key, on.String(), ledger.Move{From: to, To: bank, Amount: usd(rapid.Int64Range(1, owed).Draw(t, "check")), RevenueCode: "2200"})))
			case step == 2 && owed > 0:
				b.post(entry(ledger.Banked, key, on.String(), ledger.Move{From: to, To: unclaimed, Amount: usd(rapid.Int64Range(1, owed).Draw(t, "aside")), RevenueCode: "2200"}))
			case step == 3 && len(paid) > 0:
				b.post(must(b.l.Reverse(paid[len(paid)-1], "stopped "+key, ledger.Banked, on, on)))
				paid = paid[:len(paid)-1]
			}
		}
		all, err := deposit.OwedRefunds(&b.l)
		require.NoError(t, err)
		var sum, aside int64
		var before civil.Date
		for _, o := range all {
			sum, aside = sum+o.Amount.Cents(), aside+o.Unclaimed.Cents()
			require.True(t, o.Unclaimed.Sign() >= 0 && o.Unclaimed.Cmp(o.Amount) <= 0)
			require.False(t, o.Since.Before(before))
			before = o.Since
		}
		require.Equal(t, b.l.Balance(to).Cents()+b.l.Balance(unclaimed).Cents(), sum)
		require.Equal(t, b.l.Balance(unclaimed).Cents(), aside)
		for _, o := range all {
			require.Equal(t, o.Amount.Cents()+o.PaidOut.Cents(), refunded[o.Reference], "what it was at first")
		}
	})
}
