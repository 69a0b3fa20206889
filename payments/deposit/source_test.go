package deposit_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/billing/ledger"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/policy"
	"github.com/headgate-dev/headgate/billing/stored"
	"github.com/headgate-dev/headgate/payments/deposit"
)

// carry moves what is held for one account of a customer to another.
func (b *books) carry(from, to, on string, cents int64) stored.ID {
	b.t.Helper()
	return b.post(entry(ledger.Transferred, "carry "+from+" "+to+" "+on, on, ledger.Move{From: ledger.DepositOf(from, "Ord"), To: ledger.DepositOf(to, "Ord"), Amount: usd(cents), RevenueCode: "2300"}))
}

// bounce takes a payment of a deposit back; what the deposit does not hold any more is owed, and gives the item of it.
func (b *books) bounce(account string, paid stored.ID, on string, gone int64) stored.ID {
	b.t.Helper()
	return b.bounceFrom(ledger.DepositOf(account, "Ord"), paid, on, gone)
}

func (b *books) bounceFrom(place ledger.Place, paid stored.ID, on string, gone int64) stored.ID {
	b.t.Helper()
	back := must(b.l.Reverse(paid, "back "+paid.String(), ledger.Returned, day(on), day(on)))
	if gone > 0 {
		owes := ledger.Item{Account: place.Key, Area: "Ord", Kind: "returned", Service: "deposit", RevenueCode: "2300", Billed: day(on), Due: must(day(on).AddDays(20))}
		back.Opens = []ledger.Open{{Item: owes, Amount: usd(gone), Against: place}}
	}
	b.post(back)
	if gone == 0 {
		return stored.ID{}
	}
	return back.ItemID(0)
}

// Money that moved on before its check came back is not refunded from where it is now, until what is owed for it is paid, and that
// has cleared. Interest and the months count from there.
func TestMoneyThatNeverCameIsNotRefundedFromAnotherAccount(t *testing.T) {
	b, p := newBooks(t), simple(coastside(), "1.5")
	p.ReturnDays = policy.Is(10)
	paid := b.deposit("A-1", "2026-01-10", 75_00)
	b.carry("A-1", "A-2", "2026-01-12", 75_00)
	owed := b.bounce("A-1", paid, "2026-01-20", 75_00)

	h := b.held("A-2")
	require.Equal(t, []any{usd(75_00), usd(75_00)}, []any{h.Held, h.NeverCame})
	require.True(t, must(h.Cleared(day("2028-01-01"), 0)).IsZero())
	v := b.review(p, facts("A-2"), "2027-06-30")
	require.Equal(t, "never came: of $75.00 no payment stands behind $75.00", v.Words())
	require.True(t, v.Earned.Interest.IsZero(), "and it bears nothing")
	_, err := p.Settle(h, facts("A-2"), day("2027-06-30"))
	require.ErrorIs(t, err, deposit.ErrUncleared)
	require.ErrorContains(t, err, "no payment stands behind $75.00 of it")

	b.pay("half", "2026-03-01", owed, 70_00)
	require.Equal(t, usd(75_00), b.held("A-2").NeverCame, "not while any of it is owed")
	require.True(t, must(b.held("A-2").ClearsOn(10)).IsZero(), "and on no day")
	rest := b.pay("rest", "2026-06-01", owed, 5_00)
	h = b.held("A-2")
	require.True(t, h.NeverCame.IsZero())
	require.Equal(t, day("2026-06-12"), must(h.ClearsOn(10)))
	require.True(t, must(h.Cleared(day("2026-06-11"), 10)).IsZero())
	require.Equal(t, usd(75_00), must(h.Cleared(day("2026-06-12"), 10)))
	v = b.review(p, facts("A-2"), "2027-05-31")
	require.Equal(t, day("2026-06-01"), v.Since)
	require.Equal(t, "$75.00 for 364 days at 1.5% a year bear $1.12", v.Earned.Words)
	f := facts("A-2")
	f.PaidSince = day("2026-01-10")
	require.Equal(t, day("2026-06-01"), b.review(p, f, "2027-05-31").Since, "it was not paid on the day on which it was")

	b.post(must(b.l.Reverse(rest, "returned too", ledger.Returned, day("2026-06-20"), day("2026-06-20"))))
	require.Equal(t, usd(75_00), b.held("A-2").NeverCame)
}

// What is given up, or taken off again, is not paid.
func TestWhatIsForgivenNeverCame(t *testing.T) {
	b := newBooks(t)
	paid := b.deposit("A-1", "2026-01-10", 75_00)
	b.carry("A-1", "A-2", "2026-01-12", 75_00)
	owed := b.bounce("A-1", paid, "2026-01-20", 75_00)
	b.pay("cash", "2026-02-01", owed, 75_00)
	require.True(t, b.held("A-2").NeverCame.IsZero())
	b.post(entry(ledger.Applied, "off", "2026-02-05", must(b.l.Unapply(owed, usd(75_00)))...))
	require.Equal(t, usd(75_00), b.held("A-2").NeverCame)
	b.post(entry(ledger.WrittenOff, "loss", "2026-03-01", ledger.Move{From: ledger.Place{Kind: ledger.PlaceWriteOff}, To: ledger.OfItem(owed), Amount: usd(75_00), RevenueCode: "2300"}))
	require.Equal(t, usd(75_00), b.held("A-2").NeverCame)
	b.post(entry(ledger.Recovered, "after all", "2026-04-01", ledger.Move{From: ledger.OfItem(owed), To: ledger.Place{Kind: ledger.PlaceWriteOff}, Amount: usd(75_00), RevenueCode: "2300"}))
	b.pay("after all", "2026-04-01", owed, 75_00)
	require.True(t, b.held("A-2").NeverCame.IsZero())

	b = newBooks(t)
	paid = b.deposit("A-1", "2026-01-10", 75_00)
	b.carry("A-1", "A-2", "2026-01-12", 75_00)
	owed = b.bounce("A-1", paid, "2026-01-20", 75_00)
	b.post(entry(ledger.Paid, "over", "2026-02-01", ledger.Move{From: ledger.Clearing("lockbox"), To: ledger.CreditOf("A-3", "Ord"), Amount: usd(75_00), RevenueCode: "2200"}))
	b.post(entry(ledger.Transferred, "over", "2026-02-01", ledger.Move{From: ledger.CreditOf("A-3", "Ord"), To: ledger.OfItem(owed), Amount: usd(75_00), RevenueCode: "2300"}))
	require.True(t, b.held("A-2").NeverCame.IsZero(), "credit of the customer's third account pays it")

	b = newBooks(t)
	paid = b.deposit("A-1", "2026-01-10", 75_00)
	b.carry("A-1", "A-2", "2026-01-12", 75_00)
	owed = b.bounce("A-1", paid, "2026-01-20", 75_00)
	b.deposit("A-1", "2026-02-01", 75_00)
	b.post(entry(ledger.DepositApplied, "pays", "2026-02-02", must(b.l.Settle(ledger.DepositOf("A-1", "Ord"), owed, usd(75_00)))...))
	require.True(t, b.held("A-2").NeverCame.IsZero(), "another deposit pays it")

	b = newBooks(t)
	paid = b.deposit("A-1", "2026-01-10", 75_00)
	b.carry("A-1", "A-2", "2026-01-12", 75_00)
	owed = b.bounce("A-1", paid, "2026-01-20", 75_00)
	b.post(entry(ledger.Paid, "whose", "2026-02-01", ledger.Move{From: ledger.Clearing("lockbox"), To: ledger.Suspense("whose"), Amount: usd(75_00), RevenueCode: "2300"}))
	b.post(entry(ledger.Paid, "theirs", "2026-02-02", must(b.l.Settle(ledger.Suspense("whose"), owed, usd(75_00)))...))
	require.True(t, b.held("A-2").NeverCame.IsZero(), "money of suspense pays it")

	b = newBooks(t)
	paid = b.deposit("A-1", "2026-01-10", 75_00)
	b.carry("A-1", "A-2", "2026-01-12", 75_00)
	owed = b.bounce("A-1", paid, "2026-01-20", 75_00)
	b.pay("entered first", "2026-06-01", owed, 70_00)
	b.pay("entered late", "2026-03-01", owed, 5_00)
	require.Equal(t, day("2026-06-12"), must(b.held("A-2").ClearsOn(10)), "of several payments the last clears last")
}

// The payment that came back was never there: what moved on is what else was held, or came since.
func TestAnotherPaymentStandsBehindWhatMovedOn(t *testing.T) {
	b := newBooks(t)
	paid := b.deposit("A-1", "2026-01-10", 75_00)
	b.deposit("A-1", "2026-02-10", 75_00)
	b.carry("A-1", "A-2", "2026-02-12", 75_00)
	b.bounce("A-1", paid, "2026-02-20", 0)
	require.True(t, b.held("A-1").Held.IsZero())
	require.True(t, b.held("A-2").NeverCame.IsZero(), "there were two, and one moved on")
	require.Equal(t, day("2026-02-21"), must(b.held("A-2").ClearsOn(10)))

	b = newBooks(t)
	paid = b.deposit("A-1", "2026-01-10", 75_00)
	b.carry("A-1", "A-2", "2026-02-12", 75_00)
	b.deposit("A-1", "2026-03-10", 75_00)
	b.bounce("A-1", paid, "2026-03-20", 0)
	require.True(t, b.held("A-2").NeverCame.IsZero(), "the second came after the first had moved on")
	require.Equal(t, day("2026-03-10"), b.held("A-2").Movements[0].On)

	b = newBooks(t)
	paid = b.deposit("A-1", "2026-01-10", 75_00)
	b.carry("A-1", "A-2", "2026-02-12", 75_00)
	b.carry("A-2", "A-1", "2026-02-13", 50_00)
	owed := b.bounce("A-1", paid, "2026-03-20", 25_00)
	require.True(t, b.held("A-1").Held.IsZero())
	require.Equal(t, usd(25_00), b.held("A-2").NeverCame, "the rest had come back")
	b.pay("good", "2026-04-01", owed, 25_00)
	require.True(t, b.held("A-2").NeverCame.IsZero())

	// Of two payments that come back, each is made good for where it went.
	for _, made := range []int{0, 1} {
		b = newBooks(t)
		one := b.deposit("A-1", "2026-01-10", 75_00)
		b.carry("A-1", "A-2", "2026-01-11", 75_00)
		two := b.deposit("A-1", "2026-01-12", 75_00)
		b.carry("A-1", "A-3", "2026-01-13", 75_00)
		both := []stored.ID{b.bounce("A-1", one, "2026-01-20", 75_00), b.bounce("A-1", two, "2026-01-21", 75_00)}
		b.pay("good", "2026-04-01", both[made], 75_00)
		never := []money.Amount{usd(75_00), usd(75_00)}
		never[made] = usd(0)
		require.Equal(t, never, []money.Amount{b.held("A-2").NeverCame, b.held("A-3").NeverCame})
	}

	// Two payments that come back after they went round three accounts: what stands behind itself needs nothing else.
	b = newBooks(t)
	first, second := b.deposit("A-1", "2026-01-10", 75_00), b.deposit("A-2", "2026-01-10", 75_00)
	b.carry("A-1", "A-3", "2026-01-11", 75_00)
	b.carry("A-2", "A-1", "2026-01-12", 75_00)
	b.carry("A-3", "A-2", "2026-01-13", 50_00)
	b.bounce("A-1", first, "2026-01-20", 0)
	owed = b.bounce("A-2", second, "2026-01-20", 25_00)
	require.Equal(t, []money.Amount{usd(0), usd(0), usd(25_00)}, []money.Amount{b.held("A-1").Held, b.held("A-2").Held, b.held("A-3").Held})
	require.Equal(t, usd(25_00), b.held("A-3").NeverCame)
	b.pay("good", "2026-04-01", owed, 25_00)
	require.True(t, b.held("A-3").NeverCame.IsZero())
	require.Equal(t, day("2026-04-12"), must(b.held("A-3").ClearsOn(10)))
}

// Money that is inside the window of its payment is so wherever it moves.
func TestTheReturnWindowMovesWithTheMoney(t *testing.T) {
	b := newBooks(t)
	b.deposit("A-1", "2026-01-10", 75_00)
	b.deposit("A-1", "2026-03-01", 25_00)
	b.carry("A-1", "A-2", "2026-03-12", 80_00)
	require.Equal(t, day("2026-04-30"), must(b.held("A-2").ClearsOn(59)))
	require.Equal(t, usd(75_00), must(b.held("A-2").Cleared(day("2026-04-29"), 59)), "5.00 of the second payment moved on")
	require.Equal(t, usd(80_00), must(b.held("A-2").Cleared(day("2026-04-30"), 59)))
	require.Equal(t, usd(0), must(b.held("A-1").Cleared(day("2026-04-29"), 59)))
	require.Equal(t, usd(20_00), must(b.held("A-1").Cleared(day("2026-04-30"), 59)))
}

// over is a payment that becomes credit, and byCredit a deposit that is paid by it.
func (b *books) over(account, on string, cents int64) stored.ID {
	b.t.Helper()
	return b.post(entry(ledger.Paid, "over "+account+" "+on, on, ledger.Move{From: ledger.Clearing("lockbox"), To: ledger.CreditOf(account, "Ord"), Amount: usd(cents), RevenueCode: "2200"}))
}

func (b *books) byCredit(account, on string, cents int64) stored.ID {
	b.t.Helper()
	item := b.charge(account, "by credit "+account+" "+on, on, on, cents, true)
	b.post(entry(ledger.Applied, "by credit "+account+" "+on, on, must(b.l.Settle(ledger.CreditOf(account, "Ord"), item, usd(cents)))...))
	return item
}

// A deposit that is paid by credit is what the payment of the credit is, also where the credit came from another account.
func TestADepositPaidByCreditIsAsThePaymentIs(t *testing.T) {
	b := newBooks(t)
	paid := b.over("A-1", "2026-01-10", 75_00)
	item := b.byCredit("A-1", "2026-01-20", 75_00)
	require.Equal(t, day("2026-01-21"), must(b.held("A-1").ClearsOn(10)), "the payment was ten days before")
	owed := b.bounceFrom(ledger.CreditOf("A-1", "Ord"), paid, "2026-01-25", 75_00)
	require.Equal(t, usd(75_00), b.held("A-1").NeverCame)
	b.pay("good", "2026-03-01", owed, 75_00)
	require.True(t, b.held("A-1").NeverCame.IsZero())
	require.Equal(t, day("2026-03-01"), b.held("A-1").Movements[0].On)

	// Taken off again it is the credit that it was.
	b.post(entry(ledger.Applied, "off", "2026-03-05", must(b.l.Unapply(item, usd(75_00)))...))
	require.True(t, b.held("A-1").Held.IsZero())
	b.byCredit("A-1", "2026-03-06", 75_00)
	require.Equal(t, day("2026-03-12"), must(b.held("A-1").ClearsOn(10)))

	b = newBooks(t)
	paid = b.over("A-1", "2026-01-10", 75_00)
	b.post(entry(ledger.Transferred, "credit", "2026-01-11", ledger.Move{From: ledger.CreditOf("A-1", "Ord"), To: ledger.CreditOf("A-2", "Ord"), Amount: usd(75_00), RevenueCode: "2200"}))
	b.byCredit("A-2", "2026-01-12", 75_00)
	owed = b.bounceFrom(ledger.CreditOf("A-1", "Ord"), paid, "2026-01-20", 75_00)
	require.Equal(t, usd(75_00), b.held("A-2").NeverCame)
	v := b.review(coastside(), facts("A-2"), "2027-06-30")
	require.Equal(t, "never came: of $75.00 no payment stands behind $75.00", v.Words())

	// What is owed may be paid by money that did not come either.
	bad := b.over("A-1", "2026-02-01", 75_00)
	b.post(entry(ledger.Applied, "pays", "2026-02-02", must(b.l.Settle(ledger.CreditOf("A-1", "Ord"), owed, usd(75_00)))...))
	require.True(t, b.held("A-2").NeverCame.IsZero())
	b.bounceFrom(ledger.CreditOf("A-1", "Ord"), bad, "2026-02-10", 75_00)
	require.Equal(t, usd(75_00), b.held("A-2").NeverCame)

	// A payment that is taken off a bill of water is a payment still, and one entry may pay for two.
	b = newBooks(t)
	water := b.charge("A-1", "water", "2026-01-01", "2026-01-20", 75_00, false)
	b.pay("water", "2026-01-10", water, 75_00)
	b.post(entry(ledger.Applied, "off", "2026-01-12", must(b.l.Unapply(water, usd(75_00)))...))
	one, two := b.charge("A-1", "one", "2026-01-13", "2026-01-13", 50_00, true), b.charge("A-1", "two", "2026-01-13", "2026-01-13", 25_00, true)
	credit := ledger.CreditOf("A-1", "Ord")
	b.post(entry(ledger.Applied, "both", "2026-01-13", append(must(b.l.Settle(credit, one, usd(50_00))), must(b.l.Settle(credit, two, usd(25_00)))...)...))
	h := b.held("A-1")
	require.True(t, h.NeverCame.IsZero())
	require.Equal(t, day("2026-01-23"), must(h.ClearsOn(10)))
	require.Equal(t, []money.Amount{usd(50_00), usd(25_00)}, []money.Amount{h.Movements[0].Amount, h.Movements[1].Amount})
	require.Len(t, h.Movements, 2)

	// Credit that the district gave is no payment, and interest that became credit is the customer's.
	b = newBooks(t)
	b.post(entry(ledger.Adjusted, "courtesy", "2026-01-10", ledger.Move{From: ledger.Revenue("4000"), To: ledger.CreditOf("A-1", "Ord"), Amount: usd(10_00), RevenueCode: "4000"}))
	b.byCredit("A-1", "2026-01-12", 10_00)
	require.True(t, must(b.held("A-1").ClearsOn(10)).IsZero())
	b.post(entry(ledger.Accrued, "interest", "2026-02-01", accrue("A-1", 2_00)))
	b.post(entry(ledger.DepositApplied, "as credit", "2026-02-02", ledger.Move{From: ledger.DepositOf("A-1", "Ord"), To: ledger.CreditOf("A-1", "Ord"), Amount: usd(12_00), RevenueCode: "2300"}))
	b.byCredit("A-1", "2026-02-03", 12_00)
	require.True(t, b.held("A-1").NeverCame.IsZero())
	require.Equal(t, "$12.00 for 10 days at 10% a year bear $0.03", b.review(simple(coastside(), "10"), facts("A-1"), "2026-02-13").Earned.Words)
}

// What comes after a payment that came back is held for itself.
func TestADepositAfterOneThatNeverCameIsHeld(t *testing.T) {
	b := newBooks(t)
	paid := b.deposit("A-1", "2026-01-10", 75_00)
	b.carry("A-1", "A-2", "2026-01-12", 75_00)
	b.bounce("A-1", paid, "2026-01-20", 75_00)
	b.deposit("A-1", "2026-02-01", 50_00)
	h := b.held("A-1")
	require.True(t, h.NeverCame.IsZero())
	require.Len(t, h.Movements, 1)
	require.Equal(t, usd(50_00), h.Movements[0].Amount)
	require.Equal(t, day("2026-02-12"), must(h.ClearsOn(10)))
	require.Equal(t, usd(75_00), b.held("A-2").NeverCame)
}

// What never came keeps what came: a deposit goes back whole or not at all. What was made good counts from that day, beside the rest.
func TestWhatNeverCameKeepsTheRest(t *testing.T) {
	b, p := newBooks(t), simple(coastside(), "10")
	paid := b.deposit("A-1", "2026-01-10", 75_00)
	b.carry("A-1", "A-2", "2026-01-12", 75_00)
	owed := b.bounce("A-1", paid, "2026-01-20", 75_00)
	b.post(entry(ledger.Accrued, "interest", "2026-02-01", accrue("A-2", 2_00)))
	require.Equal(t, usd(77_00), b.held("A-2").NeverCame, "nor is the interest on it")
	b.deposit("A-2", "2026-03-01", 365_00)
	h := b.held("A-2")
	require.Equal(t, usd(75_00), h.NeverCame)
	require.Equal(t, usd(367_00), must(h.Cleared(day("2026-03-02"), 0)))
	v := b.review(p, facts("A-2"), "2027-06-30")
	require.Equal(t, "never came: of $442.00 no payment stands behind $75.00", v.Words())
	require.Equal(t, usd(365_00), v.Earned.Parts[0].On)
	_, err := p.Settle(h, facts("A-2"), day("2027-06-30"))
	require.ErrorIs(t, err, deposit.ErrUncleared)
	p.Clock = deposit.FromFirstPaid
	require.Equal(t, day("2026-03-01"), b.review(p, facts("A-2"), "2027-06-30").Since)

	b.pay("good", "2026-03-11", owed, 75_00)
	v = b.review(p, facts("A-2"), "2026-03-21")
	require.Equal(t, "$365.00 for 10 days at 10% a year, $440.00 for 10 days at 10% a year bear $2.21, of which $2.00 was entered before", v.Earned.Words)
}

// What leaves is what came first, whenever it was entered; what a payment was taken off is held no more.
func TestWhatCameFirstLeavesFirst(t *testing.T) {
	b := newBooks(t)
	b.deposit(acct, "2026-06-20", 50_00)
	b.deposit(acct, "2026-05-01", 50_00) // entered late
	b.post(entry(ledger.DepositApplied, "part", "2026-06-25", ledger.Move{From: ledger.DepositOf(acct, "Ord"), To: ledger.CreditOf(acct, "Ord"), Amount: usd(50_00), RevenueCode: "2300"}))
	require.True(t, must(b.held(acct).Cleared(day("2026-06-25"), 30)).IsZero())

	b = newBooks(t)
	item := b.charge(acct, "ask", "2026-05-01", "2026-05-01", 75_00, true)
	b.pay("ask", "2026-05-01", item, 75_00)
	b.post(entry(ledger.Applied, "off", "2026-05-05", must(b.l.Unapply(item, usd(50_00)))...))
	h := b.held(acct)
	require.Equal(t, []money.Amount{usd(25_00), usd(50_00)}, []money.Amount{h.Held, h.Open})
	require.Len(t, h.Movements, 2)
	require.Equal(t, usd(25_00), must(h.Cleared(day("2026-06-30"), 30)))
	require.True(t, must(h.Cleared(day("2026-05-06"), 30)).IsZero())
}

// Interest that was entered is cleared, leaves first, and is no deposit in another account either.
func TestInterestIsInterestWhereverItMoves(t *testing.T) {
	b, p := newBooks(t), simple(coastside(), "10")
	paid := b.deposit("A-1", "2025-01-01", 365_00)
	b.post(entry(ledger.Accrued, "interest", "2026-01-01", accrue("A-1", 36_50)))
	require.Equal(t, usd(36_50), must(b.held("A-1").Cleared(day("2025-01-02"), 30)))
	b.carry("A-1", "A-2", "2026-01-01", 36_50)
	require.Equal(t, usd(36_50), b.held("A-2").NeverCame, "interest alone is no deposit")
	require.Equal(t, usd(365_00), b.held("A-1").Held)
	b.bounce("A-1", paid, "2026-01-02", 0)
	v := b.review(p, facts("A-2"), "2026-06-30")
	require.Equal(t, "never came: of $36.50 no payment stands behind $36.50", v.Words())

	b.deposit("A-2", "2026-01-01", 365_00)
	h := b.held("A-2")
	require.True(t, h.NeverCame.IsZero())
	v = b.review(p, facts("A-2"), "2026-01-11")
	require.Equal(t, "$365.00 for 10 days at 10% a year bear $1.00", v.Earned.Words, "on what was paid, and whole: what came was earned there")
	b.post(entry(ledger.DepositApplied, "part", "2026-01-06", ledger.Move{From: ledger.DepositOf("A-2", "Ord"), To: ledger.CreditOf("A-2", "Ord"), Amount: usd(36_50), RevenueCode: "2300"}))
	v = b.review(p, facts("A-2"), "2026-01-11")
	require.Equal(t, "$365.00 for 5 days at 10% a year, $365.00 for 5 days at 10% a year bear $1.00", v.Earned.Words, "it left first")
}

// Interest on a deposit that never came is no deposit: it stays, settles nothing, and stops no run.
func TestInterestAloneIsNoDeposit(t *testing.T) {
	for _, clock := range []deposit.Clock{deposit.FromFullyPaid, deposit.FromFirstPaid, deposit.FromService} {
		b, p := newBooks(t), simple(coastside(), "1.5")
		p.Clock = clock
		b.deposit("A-1", "2025-01-20", 75_00)
		paid := b.deposit("A-2", "2025-01-10", 200_00)
		b.post(entry(ledger.Accrued, "interest", "2025-02-10", accrue("A-2", 2_04)))
		b.bounce("A-2", paid, "2025-02-20", 0)
		of := []deposit.Facts{facts("A-1"), facts("A-2")}
		of[0].Service, of[1].Service = day("2020-01-01"), day("2020-01-01")
		run := must(p.Propose(request("2026-06-30"), &b.l, of))
		require.Len(t, run.Rows, 1)
		require.Contains(t, run.Kept[0].Words(), "never came: of $2.04 no payment stands behind $2.04")
		_, err := p.Settle(b.held("A-2"), of[1], day("2026-06-30"))
		require.ErrorIs(t, err, deposit.ErrUncleared)
		require.ErrorContains(t, err, "take back the transfer, or the interest")

		b.deposit("A-2", "2025-03-01", 100_00)
		require.True(t, b.held("A-2").NeverCame.IsZero(), "what is earned now is the less by it")
	}
}
