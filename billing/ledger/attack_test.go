package ledger_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/ledger"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/problem"
	"github.com/headgate-dev/headgate/billing/stored"
)

// refused says that an entry is refused with a code, and leaves no trace.
func refused(t *testing.T, l *ledger.Ledger, e ledger.Entry, code problem.Code, part string) {
	t.Helper()
	n := len(slices.Collect(l.Entries()))
	_, err := l.Post(e)
	requireCode(t, err, code, part)
	require.Len(t, slices.Collect(l.Entries()), n)
	require.NoError(t, l.Check())
}

func TestAnAgencyIsNeitherPaidForOthersNorForgotten(t *testing.T) {
	var l ledger.Ledger
	own := bill("bill 1", []ledger.Item{water("2026-04-16")}, 62_00)
	own.Opens[0].Against = ledger.Agency("M1W")
	refused(t, &l, own, ledger.ErrThirdParty, "the district's own")
	own.Opens[0].Against = ledger.DepositBilledTo(acct, area)
	refused(t, &l, own, ledger.ErrThirdParty, "the district's own")

	b := bill("bill 2", []ledger.Item{water("2026-04-16"), sewerOf("M1W", "2026-04-16")}, 62_00, 33_00)
	post(t, &l, b)
	refused(t, &l, entry(ledger.WrittenOff, "write-off", "2026-05-01", move(ledger.Agency("M1W"), ledger.OfItem(b.ItemID(0)), 20_00, "4000")), ledger.ErrThirdParty, "the district's own")
	refused(t, &l, entry(ledger.Paid, "receipt", "2026-05-01", move(ledger.Agency("M1W"), ledger.AgencyPayable("OTHER"), 33_00, "2300")), ledger.ErrThirdParty, "collected for another")
	p := pay(t, &l, "receipt", "2026-05-01", b.ItemID(1), 33_00)
	p.Moves[1].To = ledger.AgencyPayable("OTHER")
	refused(t, &l, p, ledger.ErrThirdParty, "collected for another")
}

func TestADepositIsHeldForWhoPaidIt(t *testing.T) {
	var l ledger.Ledger
	asked := water("2026-04-16")
	asked.Kind, asked.RevenueCode, asked.Deposit = "deposit", "2200", true
	post(t, &l, bill("bill 1", []ledger.Item{asked}, 75_00))
	refused(t, &l, entry(ledger.Paid, "receipt", "2026-05-01", move(ledger.DepositBilledTo(acct, area), ledger.DepositOf("0109999", area), 75_00, "2200")),
		ledger.ErrThirdParty, "collected for another")
}

func TestOnlyAReversalReturnsMoney(t *testing.T) {
	var l ledger.Ledger
	b := billOne("bill 1", "2026-04-16", 62_00)
	post(t, &l, b)
	refused(t, &l, entry(ledger.Returned, "return 1", "2026-05-04", move(ledger.OfItem(b.ItemID(0)), ledger.Clearing(lockbox), 62_00, "4000")), ledger.ErrCause, "returned")

	p := pay(t, &l, "receipt 1", "2026-05-01", b.ItemID(0), 62_00)
	post(t, &l, p)
	back, err := l.Reverse(p.ID(), "return 1", ledger.Returned, day("2026-05-04"), day("2026-05-04"))
	require.NoError(t, err)
	require.False(t, l.Reversed(p.ID()))
	post(t, &l, back)
	require.True(t, l.Reversed(p.ID()))
	again := back
	again.Key, again.Reverses = "return 2", false
	refused(t, &l, again, ledger.ErrCause, "returned")

	owed := water("2026-05-04")
	fresh := ledger.Entry{Cause: ledger.Returned, Key: "return 3", Effective: owed.Billed, Accounting: owed.Billed,
		Opens: []ledger.Open{{Item: owed, Amount: usd(5_00), Against: ledger.Clearing(lockbox)}}}
	refused(t, &l, fresh, ledger.ErrCause, "returned")
	posted, err := l.Post(p)
	require.NoError(t, err)
	require.False(t, posted, "the payment again changes nothing, though it was taken back")
}

func TestAReversalOpensItemsForWhatIsGoneAndNoMore(t *testing.T) {
	for name, c := range map[string]struct {
		against ledger.Place
		cents   int64
		part    string
	}{
		"what is gone":             {ledger.CreditOf(acct, area), 33_00, ""},
		"a cent more":              {ledger.CreditOf(acct, area), 33_01, "would still hold $0.01"},
		"a cent less":              {ledger.CreditOf(acct, area), 32_99, "would hold -$0.01"},
		"another account's credit": {ledger.CreditOf("0109999", area), 33_00, "own credit"},
		"the clearing":             {ledger.Clearing(lockbox), 33_00, "own credit"},
	} {
		t.Run(name, func(t *testing.T) {
			var l ledger.Ledger
			p := entry(ledger.Paid, "receipt 1", "2026-04-30", toCredit(33_00))
			post(t, &l, p, entry(ledger.Refunded, "refund 1", "2026-05-02", move(ledger.CreditOf(acct, area), ledger.RefundTo(acct, area), 33_00, "2100")))
			back, err := l.Reverse(p.ID(), "return 1", ledger.Returned, day("2026-05-04"), day("2026-05-04"))
			require.NoError(t, err)
			owed := water("2026-05-04")
			owed.RevenueCode = "2100"
			back.Opens = []ledger.Open{{Item: owed, Amount: usd(c.cents), Against: c.against}}
			_, err = l.Post(back)
			if c.part == "" {
				require.NoError(t, err)
				return
			}
			require.ErrorContains(t, err, c.part)
			require.NoError(t, l.Check())
		})
	}
}

func TestAReturnedDepositThatWasRefundedIsOwed(t *testing.T) {
	var l ledger.Ledger
	deposit := ledger.DepositOf(acct, area)
	p := entry(ledger.Paid, "receipt 1", "2026-04-30", move(ledger.Clearing(lockbox), deposit, 75_00, "2200"))
	post(t, &l, p, entry(ledger.Refunded, "refund 1", "2026-05-02", move(deposit, ledger.RefundTo(acct, area), 75_00, "2200")))
	back, err := l.Reverse(p.ID(), "return 1", ledger.Returned, day("2026-05-04"), day("2026-05-04"))
	require.NoError(t, err)
	owed := water("2026-05-04")
	owed.Kind, owed.RevenueCode = "returned deposit", "2200"
	back.Opens = []ledger.Open{{Item: owed, Amount: usd(75_00), Against: deposit}}
	post(t, &l, back)
	require.Equal(t, usd(75_00), l.Balance(ledger.OfItem(back.ItemID(0))))
	require.NoError(t, l.Check())
}

func TestNoMoneyCrossesFromAccountToAccountButByTransfer(t *testing.T) {
	var l ledger.Ledger
	b := billOne("bill 1", "2026-04-16", 62_00)
	other, otherDeposit := ledger.CreditOf("0109999", area), ledger.DepositOf("0109999", area)
	post(t, &l, b, entry(ledger.Paid, "receipt 1", "2026-04-30", move(ledger.Clearing(lockbox), other, 90_00, "2100"), move(ledger.Clearing(lockbox), otherDeposit, 75_00, "2200")))
	item := ledger.OfItem(b.ItemID(0))
	refused(t, &l, entry(ledger.Applied, "k", "2026-05-01", move(other, item, 10_00, "4000")), ledger.ErrTwoAccounts, "0109999")
	refused(t, &l, entry(ledger.DepositApplied, "k", "2026-05-01", move(otherDeposit, item, 10_00, "4000")), ledger.ErrTwoAccounts, "0109999")
	refused(t, &l, entry(ledger.Refunded, "k", "2026-05-01", move(other, ledger.RefundTo(acct, area), 10_00, "2100")), ledger.ErrTwoAccounts, "0109999")
	post(t, &l, entry(ledger.Transferred, "transfer", "2026-05-01", move(other, item, 10_00, "4000")))
	require.Equal(t, usd(52_00), l.Balance(item))
}

func TestIncomeIsUnderTheCodeOfItsItem(t *testing.T) {
	var l ledger.Ledger
	b := billOne("bill 1", "2026-04-16", 62_00)
	b.Opens[0].Against = ledger.Revenue("4999")
	refused(t, &l, b, ledger.ErrRevenueCode, `"4999"`)
	good := billOne("bill 1", "2026-04-16", 62_00)
	post(t, &l, good)
	refused(t, &l, entry(ledger.Adjusted, "k", "2026-05-01", move(ledger.Revenue("4999"), ledger.OfItem(good.ItemID(0)), 1_00, "4000")), ledger.ErrRevenueCode, `"4999"`)
}

func TestNothingIsTakenBackBeforeItHappened(t *testing.T) {
	var l ledger.Ledger
	b := billOne("bill 1", "2026-04-16", 62_00)
	post(t, &l, b)
	p := pay(t, &l, "receipt 1", "2026-05-04", b.ItemID(0), 62_00)
	post(t, &l, p)
	for _, days := range [][2]string{{"2026-04-30", "2026-05-04"}, {"2026-05-04", "2026-04-30"}} {
		back, err := l.Reverse(p.ID(), "return 1", ledger.Returned, day(days[0]), day(days[1]))
		require.NoError(t, err)
		refused(t, &l, back, ledger.ErrReversal, "taken back before")
	}
}

func TestNoMoreIsTakenOffAnItemThanWasPaidOnIt(t *testing.T) {
	var l ledger.Ledger
	b := bill("bill 1", []ledger.Item{water("2026-04-16"), sewerOf("M1W", "2026-04-16")}, 120_00, 33_00)
	post(t, &l, b)
	moves, err := l.Unapply(b.ItemID(0), usd(1))
	require.NoError(t, err)
	refused(t, &l, entry(ledger.Applied, "k", "2026-05-01", moves...), ledger.ErrUnpaid, "$120.01 open of $120.00")

	// A re-bill after payment: what was paid comes off as credit, and the adjustment is the item's own.
	for i, cents := range []int64{120_00, 33_00} {
		post(t, &l, pay(t, &l, fmt.Sprint("receipt ", i), "2026-05-01", b.ItemID(i), cents))
	}
	for i, cents := range []int64{30_00, 3_00} {
		moves, err := l.Unapply(b.ItemID(i), usd(cents))
		require.NoError(t, err)
		it, _ := l.Item(b.ItemID(i))
		post(t, &l, entry(ledger.Applied, fmt.Sprint("re-bill ", i), "2026-05-10", moves...),
			entry(ledger.Adjusted, fmt.Sprint("re-bill ", i), "2026-05-10", move(it.Against(), ledger.OfItem(it.ID), cents, it.RevenueCode)))
		it, _ = l.Item(it.ID)
		require.True(t, it.Open.IsZero())
	}
	require.Equal(t, usd(33_00), l.Balance(ledger.CreditOf(acct, area)))
	require.Equal(t, usd(30_00), l.Balance(ledger.AgencyPayable("M1W")))
	require.NoError(t, l.Check())
	f, err := l.RollForward(may)
	require.NoError(t, err)
	require.Equal(t, usd(-33_00), f.Total.Adjustments)
	_, err = l.Unapply(stored.ID{1}, usd(1))
	requireCode(t, err, ledger.ErrNoItem)
}

func TestNoMoreIsRecoveredThanWasWrittenOff(t *testing.T) {
	var l ledger.Ledger
	b := billOne("bill 1", "2026-04-16", 120_00)
	post(t, &l, b)
	loss, item := ledger.Place{Kind: ledger.PlaceWriteOff}, ledger.OfItem(b.ItemID(0))
	recover := func(key string, cents int64) ledger.Entry {
		return entry(ledger.Recovered, key, "2026-06-02", move(item, loss, cents, "4000"))
	}
	refused(t, &l, recover("r", 5_00), ledger.ErrUnpaid, "$5.00 more")
	post(t, &l, entry(ledger.WrittenOff, "w", "2026-06-01", move(loss, item, 20_00, "4000")))
	refused(t, &l, recover("r", 20_01), ledger.ErrUnpaid, "$0.01 more")
	post(t, &l, recover("r", 20_00))
	refused(t, &l, recover("r2", 1), ledger.ErrUnpaid, "$0.01 more")
}

func TestWhatCannotBeStoredIsNotPosted(t *testing.T) {
	var l ledger.Ledger
	for _, key := range []string{"b\xe9 1", "receipt \ufffd", "receipt\x001", "receipt\n1"} {
		refused(t, &l, billOne(key, "2026-04-16", 62_00), ledger.ErrEntry, "cannot be stored")
	}
	it := water("2026-04-16")
	it.Service = "w\xe4ter"
	refused(t, &l, bill("bill 1", []ledger.Item{it}, 1), ledger.ErrItem, "cannot be stored")
	it = sewerOf("M1W\n", "2026-04-16")
	refused(t, &l, bill("bill 1", []ledger.Item{it}, 1), ledger.ErrItem, "cannot be stored")
}

func TestAWrongOpeningBalanceIsReversed(t *testing.T) {
	var l ledger.Ledger
	_, err := l.Convert(conversion())
	require.NoError(t, err)
	for e := range l.Entries() {
		if e.Key == "cutover-2026/account/"+acct {
			back, err := l.Reverse(e.ID(), "cutover-2026/mend", ledger.Converted, day("2026-04-02"), day("2026-04-02"))
			require.NoError(t, err)
			post(t, &l, back)
			break
		}
	}
	require.Equal(t, usd(0), l.Balance(ledger.DepositOf(acct, area)))
	require.NoError(t, l.Check())
}

func TestABatchIsPostedWholeOrNotAtAll(t *testing.T) {
	var l ledger.Ledger
	first := billOne("bill 1", "2026-04-16", 62_00)
	post(t, &l, first)
	before, err := l.Account(acct, ledger.Terms{})
	require.NoError(t, err)
	cycle := func() []ledger.Entry {
		other := water("2026-05-16")
		other.Account = "0109999"
		payment := pay(t, &l, "receipt 1", "2026-05-01", first.ItemID(0), 40_00)
		payment.Moves = append(payment.Moves, toCredit(5_00))
		return []ledger.Entry{billOne("bill 2", "2026-05-16", 70_00), bill("bill 3", []ledger.Item{other}, 80_00), first, payment}
	}
	bad := append(cycle(), pay(t, &l, "receipt 2", "2026-05-02", first.ItemID(0), 22_01))
	n, err := l.PostAll(bad...)
	require.Zero(t, n)
	requireCode(t, err, ledger.ErrOverApplied, "entries[4]", "receipt 2")
	require.Equal(t, []string{acct}, l.Accounts())
	require.Len(t, slices.Collect(l.Entries()), 1)
	require.Len(t, slices.Collect(l.Items(acct)), 1)
	require.Equal(t, usd(62_00), l.Balance(ledger.OfItem(first.ItemID(0))))
	require.Equal(t, usd(0), l.Balance(ledger.CreditOf(acct, area)))
	require.NoError(t, l.Check())
	after, err := l.Account(acct, ledger.Terms{})
	require.NoError(t, err)
	for _, on := range []string{"2026-04-16", "2026-05-02", "2026-06-30"} {
		was, err := before.Standing(day(on))
		require.NoError(t, err)
		is, err := after.Standing(day(on))
		require.NoError(t, err)
		require.Equal(t, was, is)
	}
	_, err = l.RollForward(civil.MustPeriod("[2026-04-01, 2026-05-01)"))
	require.NoError(t, err)

	n, err = l.PostAll(cycle()...)
	require.NoError(t, err)
	require.Equal(t, 3, n, "one was there already")
	require.NoError(t, l.Check())
	_, err = l.PostAll(ledger.Entry{Cause: ledger.Converted})
	requireCode(t, err, ledger.ErrConversion)

	// A reversal in a batch that fails is undone with it.
	back, err := l.Reverse(cycle()[3].ID(), "return 1", ledger.Returned, day("2026-05-04"), day("2026-05-04"))
	require.NoError(t, err)
	_, err = l.PostAll(back, ledger.Entry{})
	require.Error(t, err)
	require.False(t, l.Reversed(back.Parent))
	post(t, &l, back)
}

func TestASettlementMakesNothingPastDueBeforeItsOwnDate(t *testing.T) {
	var l ledger.Ledger
	it := water("2026-04-10")
	it.Due = day("2026-06-10")
	post(t, &l, bill("bill 1", []ledger.Item{it}, 50_00))
	level := ledger.LevelPay{Key: "level 1", Account: acct, Term: civil.MustPeriod("[2026-01-01, 2027-01-01)"), Kinds: []ledger.Kind{"charge"},
		Installments: []ledger.Installment{{Due: day("2026-12-01"), Amount: usd(1)}}, Settled: day("2026-04-20"), SettlementDue: day("2026-05-11")}
	terms := ledger.Terms{LevelPay: []ledger.LevelPay{level}}
	require.Equal(t, usd(0), standing(t, &l, terms, "2026-05-20").PastDue)
	require.Equal(t, usd(0), standing(t, &l, terms, "2026-06-10").PastDue)
	require.Equal(t, usd(50_00), standing(t, &l, terms, "2026-06-11").PastDue)

	// A bill on or after the settlement is not under it.
	post(t, &l, billOne("bill 2", "2026-04-20", 7_00)) // due 2026-05-11
	require.Equal(t, usd(7_00), standing(t, &l, terms, "2026-05-12").PastDue)

	// What the settlement left may be put under a plan, and is asked for once.
	items := slices.Collect(l.Items(acct))
	plan, err := l.Plan("plan 1", acct, day("2026-05-01"), []stored.ID{items[0].ID}, []ledger.Installment{{Due: day("2026-09-01"), Amount: usd(50_00)}})
	require.NoError(t, err)
	terms.Plans = []ledger.Plan{plan}
	require.Equal(t, "past $0.00 current $7.00 pending $0.00 later $50.00 credit $0.00 over $0.00", said(standing(t, &l, terms, "2026-05-05")))
}

func TestAPaymentThatCameBackIsOwedByItsOwnItem(t *testing.T) {
	var l ledger.Ledger
	ids := bills(t, &l, []string{"2026-01-16", "2026-03-20"}, 70_00, 60_00) // due 02-06 and 04-10
	p := pay(t, &l, "receipt 1", "2026-03-25", ids[1], 10_00)
	post(t, &l, p)
	plan, err := l.Plan("plan 1", acct, day("2026-04-01"), []stored.ID{ids[1], ids[0]}, installments("2026-04-01", "2026-05-07", "", "2026-06-06", "", "2026-07-07"))
	require.NoError(t, err)
	terms := ledger.Terms{Plans: []ledger.Plan{plan}}
	back, err := l.Reverse(p.ID(), "return 1", ledger.Returned, day("2026-04-02"), day("2026-04-02"))
	require.NoError(t, err)
	post(t, &l, back)
	require.Equal(t, "past $0.00 current $50.00 pending $0.00 later $80.00 credit $0.00 over $0.00", said(standing(t, &l, terms, "2026-04-05")))
	s := standing(t, &l, terms, "2026-04-11")
	require.Equal(t, "past $10.00 current $40.00 pending $0.00 later $80.00 credit $0.00 over $0.00", said(s))
	require.False(t, s.Broken, "no installment is past due")
	require.True(t, standing(t, &l, terms, "2026-05-08").Broken)

	// In whatever order a plan names them, the oldest item is paid first.
	a, err := l.Account(acct, terms)
	require.NoError(t, err)
	all, err := a.Obligations(day("2026-04-05"))
	require.NoError(t, err)
	require.Equal(t, ids[0], all[1].Item)
}

func TestAPlanIsOfTheDayOnWhichItIsAgreed(t *testing.T) {
	var l ledger.Ledger
	ids := bills(t, &l, []string{"2026-01-16"}, 120_00)
	post(t, &l, pay(t, &l, "receipt 1", "2026-04-03", ids[0], 20_00))
	plan, err := l.Plan("plan 1", acct, day("2026-04-01"), ids, installments("2026-04-01", "2026-05-07", "", "2026-06-06", "", "2026-07-07"))
	require.NoError(t, err)
	terms := ledger.Terms{Plans: []ledger.Plan{plan}}
	require.Equal(t, "past $0.00 current $40.00 pending $0.00 later $80.00 credit $0.00 over $0.00", said(standing(t, &l, terms, "2026-04-01")))
	require.Equal(t, "past $0.00 current $20.00 pending $0.00 later $80.00 credit $0.00 over $0.00", said(standing(t, &l, terms, "2026-04-03")))
}

func TestOnlyThePaymentItselfEndsItsPendingMoney(t *testing.T) {
	var l ledger.Ledger
	post(t, &l, entry(ledger.Paid, "receipt 1", "2026-05-01", toCredit(30_00)))
	bills(t, &l, []string{"2026-05-16"}, 100_00)
	draft := ledger.Pending{Key: "0104417 2026-06", Account: acct, Kind: ledger.DraftInFlight, Amount: usd(70_00), From: day("2026-06-10")}
	terms := ledger.Terms{Pending: []ledger.Pending{draft}}
	post(t, &l, entry(ledger.Adjusted, "0104417 2026-06", "2026-06-01", move(ledger.CreditOf(acct, area), ledger.Revenue("2100"), 1_00, "2100")))
	require.Equal(t, usd(70_00), standing(t, &l, terms, "2026-06-12").Pending, "an adjustment of the same key is no payment")

	settled := entry(ledger.Paid, "0104417 2026-06", "2026-06-12", toCredit(70_00))
	post(t, &l, settled)
	require.Equal(t, usd(0), standing(t, &l, terms, "2026-06-12").Pending)
	back, err := l.Reverse(settled.ID(), "return", ledger.Returned, day("2026-06-14"), day("2026-06-14"))
	require.NoError(t, err)
	post(t, &l, back)
	require.Equal(t, usd(0), standing(t, &l, terms, "2026-06-14").Pending, "what the bank took back is not on its way")
}

func TestTheLongestExtensionHolds(t *testing.T) {
	var l ledger.Ledger
	ids := bills(t, &l, []string{"2026-03-16"}, 50_00) // due 2026-04-06
	terms := ledger.Terms{Extensions: []ledger.Extension{
		{Key: "x 1", Account: acct, Items: ids, Granted: day("2026-04-01"), Until: day("2026-06-01")},
		{Key: "x 2", Account: acct, Items: ids, Granted: day("2026-04-02"), Until: day("2026-05-01")}}}
	require.Equal(t, usd(0), standing(t, &l, terms, "2026-05-15").PastDue)
	require.Equal(t, usd(50_00), standing(t, &l, terms, "2026-06-02").PastDue)
}

func TestAnAccountOfManyItemsIsInOrder(t *testing.T) {
	var l ledger.Ledger
	for i := 99; i >= 0; i-- {
		post(t, &l, billOne(fmt.Sprint("bill ", i), dayOf(i).String(), 1_00))
	}
	ids := slices.Collect(l.Items(acct))
	level := ledger.Extension{Key: "x", Account: acct, Items: []stored.ID{ids[99].ID}, Granted: dayOf(0), Until: dayOf(300)}
	post(t, &l, entry(ledger.Paid, "receipt", dayOf(0).String(), toCredit(50_50)))
	s := standing(t, &l, ledger.Terms{Extensions: []ledger.Extension{level}}, dayOf(200).String())
	require.Equal(t, "past $48.50 current $1.00 pending $0.00 later $0.00 credit $0.00 over $0.00", said(s))
	require.Equal(t, dayOf(51+21), s.OldestDue, "the first fifty that are not extended are covered")
}

func TestNoPlaceGivesMoreThanItHolds(t *testing.T) {
	var l ledger.Ledger
	refund, unclaimed, bank := ledger.RefundTo(acct, area), ledger.Place{Kind: ledger.PlaceUnclaimed}, ledger.Place{Kind: ledger.PlaceBank, Key: "operating"}
	post(t, &l, entry(ledger.Paid, "receipt", "2026-04-01", toCredit(30_00)),
		entry(ledger.Refunded, "refund", "2026-05-01", move(ledger.CreditOf(acct, area), refund, 30_00, "2100")))
	refused(t, &l, entry(ledger.Banked, "check", "2026-05-02", move(refund, bank, 30_01, "2100")), ledger.ErrOverdrawn, "-$0.01")
	refused(t, &l, entry(ledger.Banked, "escheat", "2026-05-02", move(unclaimed, ledger.Revenue("4900"), 1, "4900")), ledger.ErrOverdrawn, "unclaimed")
	post(t, &l, entry(ledger.Banked, "unclaimed", "2026-05-02", move(refund, unclaimed, 30_00, "2100")),
		entry(ledger.Banked, "escheat", "2029-05-02", move(unclaimed, ledger.Revenue("4900"), 30_00, "4900")))
}

func TestAnAccountOfImpossibleSumsHasNoStanding(t *testing.T) {
	const most = 1 << 60
	installment := ledger.Installment{Billed: day("2026-05-01"), Due: day("2026-05-21"), Amount: usd(most)}
	for name, terms := range map[string]ledger.Terms{
		"pending": {Pending: []ledger.Pending{{Key: "p", Account: acct, Kind: ledger.HeldBatch, Amount: usd(most), From: day("2026-05-01")}}},
		"level pay": {LevelPay: []ledger.LevelPay{{Key: "l", Account: acct, Term: civil.MustPeriod("[2026-05-01, 2027-05-01)"), Kinds: []ledger.Kind{"charge"},
			Installments: []ledger.Installment{installment, {Due: day("2026-06-21"), Amount: usd(most)}}}}},
	} {
		t.Run(name, func(t *testing.T) {
			var l ledger.Ledger
			bills(t, &l, []string{"2026-01-16"}, 1_00)
			_, err := l.Account(acct, terms)
			requireCode(t, err, money.ErrOverflow)
		})
	}
	var l ledger.Ledger
	post(t, &l, entry(ledger.Paid, "receipt", "2026-04-01", toCredit(most)))
	_, err := l.Account(acct, ledger.Terms{})
	requireCode(t, err, money.ErrOverflow)
}

func TestAnAdjustmentThatTakesEffectBeforeItsDebitLosesNothingOfAPlan(t *testing.T) {
	var l ledger.Ledger
	ids := bills(t, &l, []string{"2026-01-16", "2026-01-17"}, 1_00, 6_00)
	item := ledger.OfItem(ids[0])
	post(t, &l, entry(ledger.Adjusted, "debit", "2026-01-20", move(item, ledger.Revenue("4000"), 1_00, "4000")),
		entry(ledger.Adjusted, "credit", "2026-01-19", move(ledger.Revenue("4000"), item, 2_00, "4000")))
	plan, err := l.Plan("plan 1", acct, day("2026-01-17"), ids, []ledger.Installment{{Due: day("2026-02-17"), Amount: usd(7_00)}})
	require.NoError(t, err)
	s := standing(t, &l, ledger.Terms{Plans: []ledger.Plan{plan}}, "2026-01-19")
	require.Equal(t, usd(5_00), s.Balance, "six are open, and one is credit until the debit takes effect")
	require.Equal(t, "past $0.00 current $0.00 pending $0.00 later $6.00 credit $1.00 over $0.00", said(s))
}

func TestACreditUsedBeforeItCameIsOwedUntilItDoes(t *testing.T) {
	var l ledger.Ledger
	ids := bills(t, &l, []string{"2026-04-16", "2026-04-20"}, 62_00, 10_00)
	post(t, &l, entry(ledger.Paid, "receipt", "2026-05-10", toCredit(10_00)),
		entry(ledger.Applied, "apply", "2026-05-01", move(ledger.CreditOf(acct, area), ledger.OfItem(ids[0]), 10_00, "4000")))
	s := standing(t, &l, ledger.Terms{}, "2026-05-05")
	require.Equal(t, usd(72_00), s.Due())
	require.Equal(t, usd(72_00), s.Balance)
	require.Equal(t, day("2026-05-05"), s.NextDue)
	require.Equal(t, day("2026-05-07"), standing(t, &l, ledger.Terms{}, "2026-04-25").NextDue, "the earliest of the two")
	require.Equal(t, usd(62_00), standing(t, &l, ledger.Terms{}, "2026-05-10").Due())
}

func TestLevelPayIsSettledFromTheDayOfItsBill(t *testing.T) {
	var l ledger.Ledger
	bills(t, &l, []string{"2026-04-10"}, 50_00)
	level := ledger.LevelPay{Key: "level 1", Account: acct, Term: civil.MustPeriod("[2026-01-01, 2027-01-01)"), Kinds: []ledger.Kind{"charge"},
		Installments: []ledger.Installment{{Due: day("2026-12-01"), Amount: usd(1)}}, Settled: day("2026-06-01"), SettlementDue: day("2026-06-22")}
	terms := ledger.Terms{LevelPay: []ledger.LevelPay{level}}
	require.True(t, standing(t, &l, terms, "2026-05-31").OnLevelPay)
	s := standing(t, &l, terms, "2026-06-01")
	require.False(t, s.OnLevelPay)
	require.Equal(t, usd(50_00), s.Current)
}
