package ledger_test

import (
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/ledger"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/problem"
	"github.com/headgate-dev/headgate/billing/stored"
)

func TestABillAndItsPaymentBalance(t *testing.T) {
	var l ledger.Ledger
	b := billOne("bill 1", "2026-04-16", 62_00)
	post(t, &l, b)
	post(t, &l, pay(t, &l, "receipt 1", "2026-04-30", b.ItemID(0), 40_00))

	require.Equal(t, usd(22_00), l.Balance(ledger.OfItem(b.ItemID(0))))
	require.Equal(t, usd(62_00), l.Balance(ledger.Revenue("4000")))
	require.Equal(t, usd(-40_00), l.Balance(ledger.Clearing(lockbox)))
	require.NoError(t, l.Check())

	it, ok := l.Item(b.ItemID(0))
	require.True(t, ok)
	require.Equal(t, usd(62_00), it.Charged)
	require.Equal(t, usd(22_00), it.Open)
	require.Equal(t, b.ID(), it.Entry)
	require.Equal(t, []string{acct}, l.Accounts())
	require.Len(t, slices.Collect(l.Items(acct)), 1)
	require.Empty(t, slices.Collect(l.Items("no such account")))
	e, ok := l.Entry(b.ID())
	require.True(t, ok)
	require.Equal(t, b, e)
	require.Len(t, slices.Collect(l.Entries()), 2)
}

func TestTheSameSourceTwiceChangesNothing(t *testing.T) {
	var l ledger.Ledger
	b := billOne("bill 1", "2026-04-16", 62_00)
	post(t, &l, b)
	p := pay(t, &l, "receipt 1", "2026-04-30", b.ItemID(0), 62_00)
	post(t, &l, p)
	require.NoError(t, l.Close(day("2026-04-30")))
	for _, e := range []ledger.Entry{b, p} {
		posted, err := l.Post(e)
		require.NoError(t, err, "not even where its month is closed")
		require.False(t, posted)
	}
	require.Len(t, slices.Collect(l.Entries()), 2)
	require.NoError(t, l.Check())
}

func TestTheSameSourceWithAnotherContentIsRefused(t *testing.T) {
	var l ledger.Ledger
	post(t, &l, billOne("bill 1", "2026-04-16", 62_00))
	_, err := l.Post(billOne("bill 1", "2026-04-16", 62_01))
	requireCode(t, err, ledger.ErrConflict, "bill 1")
	require.Len(t, slices.Collect(l.Entries()), 1)
}

func TestTwoEqualCreditsStayTwo(t *testing.T) {
	var l ledger.Ledger
	b := billOne("bill 1", "2026-04-16", 62_00)
	post(t, &l, b)
	credit := func(key string) ledger.Entry {
		return entry(ledger.Adjusted, key, "2026-04-20", move(ledger.Revenue("4000"), ledger.OfItem(b.ItemID(0)), 25_00, "4000"))
	}
	post(t, &l, credit("request 1"), credit("request 2"))
	require.Equal(t, usd(12_00), l.Balance(ledger.OfItem(b.ItemID(0))))
	require.NotEqual(t, credit("request 1").ID(), credit("request 2").ID())

	two := []ledger.Item{water("2026-05-16"), water("2026-05-16")}
	twins := bill("bill 2", two, 5_00, 5_00)
	require.NotEqual(t, twins.ItemID(0), twins.ItemID(1), "two equal lines of one bill are two items")
	legs := twins.Legs()
	require.NotEqual(t, legs[0].ID, legs[1].ID)
	post(t, &l, twins)
}

func TestEntriesAreEnteredWholeOrNotAtAll(t *testing.T) {
	var l ledger.Ledger
	b := billOne("bill 1", "2026-04-16", 62_00)
	post(t, &l, b)
	p := pay(t, &l, "receipt 1", "2026-04-30", b.ItemID(0), 62_00)
	p.Moves = append(p.Moves, move(ledger.Clearing(lockbox), ledger.OfItem(stored.ID{1}), 1_00, "4000"))
	_, err := l.Post(p)
	requireCode(t, err, ledger.ErrNoItem, "moves[1]")
	require.Equal(t, usd(62_00), l.Balance(ledger.OfItem(b.ItemID(0))))
	require.Equal(t, usd(0), l.Balance(ledger.Clearing(lockbox)))
	require.NoError(t, l.Check())
}

func TestWhatIsPostedIsTheLedgersOwn(t *testing.T) {
	var l ledger.Ledger
	b := billOne("bill 1", "2026-04-16", 62_00)
	post(t, &l, b)
	id := b.ID()
	b.Opens[0].Amount = usd(1)
	e, _ := l.Entry(id)
	require.Equal(t, usd(62_00), e.Opens[0].Amount, "the caller's slice is not the ledger's")
	e.Opens[0].Amount = usd(1)
	again, _ := l.Entry(id)
	require.Equal(t, usd(62_00), again.Opens[0].Amount, "nor is the one that it gave out")
}

func TestBadEntriesAreRefused(t *testing.T) {
	var l ledger.Ledger
	b := bill("bill 1", []ledger.Item{water("2026-04-16"), sewerOf("M1W", "2026-04-16")}, 62_00, 33_00)
	post(t, &l, b)
	item, sewer := ledger.OfItem(b.ItemID(0)), ledger.OfItem(b.ItemID(1))
	credit := ledger.CreditOf(acct, area)
	clearing := ledger.Clearing(lockbox)
	paid := func(moves ...ledger.Move) ledger.Entry { return entry(ledger.Paid, "receipt", "2026-04-30", moves...) }

	for _, c := range []struct {
		name  string
		entry ledger.Entry
		code  problem.Code
		part  string
	}{
		{"nothing", ledger.Entry{}, ledger.ErrEntry, "no cause"},
		{"no key", entry(ledger.Paid, "", "2026-04-30", toCredit(1)), ledger.ErrEntry, "no key"},
		{"a key with a blank at its end", entry(ledger.Paid, "receipt ", "2026-04-30", toCredit(1)), ledger.ErrEntry, "no key"},
		{"no effective day", ledger.Entry{Cause: ledger.Paid, Key: "k", Accounting: day("2026-04-30"), Moves: []ledger.Move{toCredit(1)}}, ledger.ErrEntry, "effective"},
		{"no accounting date", ledger.Entry{Cause: ledger.Paid, Key: "k", Effective: day("2026-04-30"), Moves: []ledger.Move{toCredit(1)}}, ledger.ErrEntry, "accounting"},
		{"no legs", paid(), ledger.ErrEntry, "moves nothing"},
		{"a cause of its own", entry("gifted", "k", "2026-04-30", toCredit(1)), ledger.ErrEntry, "gifted"},
		{"a leg to itself", paid(move(credit, credit, 1_00, "2100")), ledger.ErrLegToItself, "itself"},
		{"a leg of nothing", paid(toCredit(0)), ledger.ErrAmount, "$0.00"},
		{"a leg of less than nothing", paid(toCredit(-1)), ledger.ErrAmount, "-$0.01"},
		{"no place", paid(move(ledger.Place{}, credit, 1_00, "2100")), ledger.ErrPlace, "moves[0].from"},
		{"an item without an id", paid(move(clearing, ledger.OfItem(stored.ID{}), 1_00, "4000")), ledger.ErrPlace, "moves[0].to"},
		{"a credit without an area", paid(move(clearing, ledger.CreditOf(acct, ""), 1_00, "2100")), ledger.ErrPlace, "area"},
		{"income without a code", paid(move(clearing, ledger.Revenue(""), 1_00, "2100")), ledger.ErrPlace, "key"},
		{"no revenue code", paid(move(clearing, credit, 1_00, "")), ledger.ErrRevenueCode, "no revenue code"},
		{"another revenue code than the item's", paid(move(clearing, item, 1_00, "4090")), ledger.ErrRevenueCode, `"4000"`},
		{"a payment that becomes income", paid(move(clearing, ledger.Revenue("4000"), 1_00, "4000")), ledger.ErrCause, "clearing to revenue"},
		{"a bill that no one owes", entry(ledger.Billed, "k", "2026-04-30", move(clearing, ledger.Revenue("4000"), 1_00, "4000")), ledger.ErrCause, "billed"},
		{"an item onto an item", entry(ledger.Transferred, "k", "2026-04-30", move(item, sewer, 1_00, "4000")), ledger.ErrCause, "onto another"},
		{"an item that is not there", paid(move(clearing, ledger.OfItem(stored.ID{1}), 1_00, "4000")), ledger.ErrNoItem, "no entry has opened"},
		{"more than is open", paid(move(clearing, item, 62_01, "4000")), ledger.ErrOverApplied, "-$0.01"},
		{"credit that is not there", entry(ledger.Applied, "k", "2026-04-30", move(credit, item, 1, "4000")), ledger.ErrOverdrawn, "it holds $0.00"},
		{"a deposit that is not there", entry(ledger.DepositApplied, "k", "2026-04-30", move(ledger.DepositOf(acct, area), item, 1, "4000")), ledger.ErrOverdrawn, "deposit"},
		{"suspense that is not there", paid(move(ledger.Suspense("r9"), item, 1, "4000")), ledger.ErrOverdrawn, "suspense"},
		{"another area", paid(move(clearing, ledger.CreditOf(acct, "Marina"), 1_00, "2100")), ledger.ErrArea, `"Ord"`},
		{"an agency's money kept", paid(move(clearing, sewer, 10_00, "2300")), ledger.ErrThirdParty, "$10.00 is collected for it and $0.00 is handed over"},
		{"an agency's money given without cause", paid(move(ledger.Agency("M1W"), ledger.AgencyPayable("M1W"), 1_00, "2300")), ledger.ErrThirdParty, "$0.00 is collected"},
		{"an agency's charge taken off the district's income", entry(ledger.Adjusted, "k", "2026-04-30", move(ledger.Revenue("2300"), sewer, 1_00, "2300")), ledger.ErrThirdParty, "owed on"},
		{"an opening balance without proof", ledger.Entry{Cause: ledger.Converted, Key: "k"}, ledger.ErrConversion, "proof"},
		{"notices held on something else", func() ledger.Entry { e := paid(toCredit(1)); e.NoticesFrom = day("2026-05-01"); return e }(), ledger.ErrEntry, "notices_from"},
		{"a reversal of nothing", func() ledger.Entry { e := paid(toCredit(1)); e.Reverses = true; return e }(), ledger.ErrEntry, "reverses none"},
		{"a reversal by hand", func() ledger.Entry { e := paid(toCredit(1)); e.Reverses, e.Parent = true, stored.ID{1}; return e }(), ledger.ErrReversal, "no entry"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := l.Post(c.entry)
			requireCode(t, err, c.code, c.part)
			require.Len(t, slices.Collect(l.Entries()), 1)
			require.NoError(t, l.Check())
		})
	}
}

func TestBadItemsAreRefusedWithAllThatTheyLack(t *testing.T) {
	var l ledger.Ledger
	_, err := l.Post(bill("bill 1", []ledger.Item{{Due: day("2026-01-01")}}, 1))
	var found problem.List
	require.ErrorAs(t, err, &found)
	for _, path := range []string{"account", "area", "kind", "service", "revenue_code", "billed"} {
		require.True(t, slices.ContainsFunc(found, func(e *problem.Error) bool { return e.Path == "opens[0].item."+path }), path)
	}
	it := water("2026-04-16")
	it.Due = day("2026-04-15")
	_, err = l.Post(bill("bill 1", []ledger.Item{it}, 1))
	requireCode(t, err, ledger.ErrItem, "before the bill")
	it = water("2026-04-16")
	it.Kind = ledger.KindCredit
	_, err = l.Post(bill("bill 1", []ledger.Item{it}, 1))
	requireCode(t, err, ledger.ErrItem, "no credit")
	it = water("2026-04-16")
	it.Agency, it.Deposit = "M1W", true
	_, err = l.Post(bill("bill 1", []ledger.Item{it}, 1))
	requireCode(t, err, ledger.ErrItem, "held by the district")
}

func TestAnItemIsNotClosedTwice(t *testing.T) {
	var l ledger.Ledger
	b := billOne("bill 1", "2026-04-16", 62_00)
	post(t, &l, b)
	post(t, &l, pay(t, &l, "receipt 1", "2026-04-30", b.ItemID(0), 62_00))
	_, err := l.Post(pay(t, &l, "receipt 2", "2026-05-01", b.ItemID(0), 62_00))
	requireCode(t, err, ledger.ErrClosed, "nothing open", "credit")
	_, err = l.Post(entry(ledger.WrittenOff, "write-off", "2026-05-01", move(ledger.Place{Kind: ledger.PlaceWriteOff}, ledger.OfItem(b.ItemID(0)), 1, "4000")))
	requireCode(t, err, ledger.ErrClosed)
}

func TestSumsThatOverflowAreRefused(t *testing.T) {
	var l ledger.Ledger
	post(t, &l, billOne("bill 1", "2026-04-16", math.MaxInt64-1))
	_, err := l.Post(billOne("bill 2", "2026-05-16", 2))
	requireCode(t, err, money.ErrOverflow, "opens[0]")
	require.NoError(t, l.Check())
	_, err = l.Account(acct, ledger.Terms{})
	requireCode(t, err, money.ErrOverflow, "account "+acct)

	var m ledger.Ledger
	b := billOne("bill 1", "2026-04-16", math.MaxInt64)
	post(t, &m, b)
	_, err = m.Post(entry(ledger.Adjusted, "debit", "2026-04-16", move(ledger.OfItem(b.ItemID(0)), ledger.Revenue("4000"), 1, "4000")))
	requireCode(t, err, money.ErrOverflow)
}

func TestAClosedMonthRefusesEntries(t *testing.T) {
	var l ledger.Ledger
	post(t, &l, billOne("bill 1", "2026-04-16", 62_00))
	require.NoError(t, l.Close(day("2026-04-30")))
	require.Equal(t, day("2026-04-30"), l.ClosedThrough())

	late := billOne("bill 2", "2026-04-30", 1_00)
	_, err := l.Post(late)
	requireCode(t, err, ledger.ErrMonthClosed, "2026-04-30", "open month")
	late.Accounting = day("2026-05-01")
	post(t, &l, late)
	require.NoError(t, l.Check())

	requireCode(t, l.Close(day("2026-05-30")), ledger.ErrClose, "not the last day")
	requireCode(t, l.Close(day("2026-04-30")), ledger.ErrClose, "is closed")
	requireCode(t, l.Close(day("2026-03-31")), ledger.ErrClose, "is closed")
	requireCode(t, l.Close(civil.Date{}), ledger.ErrClose)
	require.NoError(t, l.Close(day("2026-06-30")), "May is closed with June")
}

func TestAReversalIsTheNegationOfTheStoredLegs(t *testing.T) {
	var l ledger.Ledger
	b := bill("bill 1", []ledger.Item{water("2026-04-16"), sewerOf("M1W", "2026-04-16")}, 62_00, 33_00)
	post(t, &l, b)
	p := pay(t, &l, "receipt 1", "2026-04-30", b.ItemID(0), 62_00)
	p.Moves = append(p.Moves, pay(t, &l, "", "2026-04-30", b.ItemID(1), 33_00).Moves...)
	p.Moves = append(p.Moves, toCredit(5_00))
	post(t, &l, p)
	second := entry(ledger.Paid, "receipt 2", "2026-05-02", toCredit(7_00))
	post(t, &l, second)
	require.Equal(t, usd(33_00), l.Balance(ledger.AgencyPayable("M1W")))

	back, err := l.Reverse(p.ID(), "return 1", ledger.Returned, day("2026-05-04"), day("2026-05-04"))
	require.NoError(t, err)
	for i, leg := range p.Legs() {
		require.Equal(t, leg.From, back.Moves[i].To)
		require.Equal(t, leg.To, back.Moves[i].From)
		require.Equal(t, leg.Amount, back.Moves[i].Amount)
	}
	require.Equal(t, usd(62_00+33_00-95_00), usd(0))
	post(t, &l, back)
	require.Equal(t, usd(62_00), l.Balance(ledger.OfItem(b.ItemID(0))))
	require.Equal(t, usd(33_00), l.Balance(ledger.OfItem(b.ItemID(1))))
	require.Equal(t, usd(0), l.Balance(ledger.AgencyPayable("M1W")))
	require.Equal(t, usd(7_00), l.Balance(ledger.CreditOf(acct, area)), "what came later stays")
	require.NoError(t, l.Check())

	posted, err := l.Post(back)
	require.NoError(t, err)
	require.False(t, posted, "the same return again changes nothing")
	_, err = l.Reverse(p.ID(), "return 2", ledger.Returned, day("2026-05-05"), day("2026-05-05"))
	requireCode(t, err, ledger.ErrReversed, "reversed already")
	second2 := back
	second2.Key = "return 2"
	_, err = l.Post(second2)
	requireCode(t, err, ledger.ErrReversed)
	_, err = l.Reverse(back.ID(), "return 3", ledger.Returned, day("2026-05-05"), day("2026-05-05"))
	requireCode(t, err, ledger.ErrReversal, "itself a reversal")
	_, err = l.Reverse(b.ID(), "return 4", ledger.Returned, day("2026-05-05"), day("2026-05-05"))
	requireCode(t, err, ledger.ErrReversal, "billed is not taken back as returned")
	_, err = l.Reverse(stored.ID{9}, "return 5", ledger.Returned, day("2026-05-05"), day("2026-05-05"))
	requireCode(t, err, ledger.ErrReversal, "no entry")
}

func TestAReversalThatIsNotExactIsRefused(t *testing.T) {
	for name, change := range map[string]func(e *ledger.Entry){
		"a cent less": func(e *ledger.Entry) { e.Moves[0].Amount = usd(4_99) },
		"one move less": func(e *ledger.Entry) {
			e.Moves = e.Moves[:1]
		},
		"one move more": func(e *ledger.Entry) {
			e.Moves = append(e.Moves, move(ledger.CreditOf(acct, area), ledger.Clearing(lockbox), 1, "2100"))
		},
		"another account": func(e *ledger.Entry) { e.Moves[0].From = ledger.CreditOf("0109999", area) },
	} {
		t.Run(name, func(t *testing.T) {
			var l ledger.Ledger
			p := entry(ledger.Paid, "receipt 1", "2026-04-30", toCredit(5_00), toCredit(6_00))
			post(t, &l, p)
			back, err := l.Reverse(p.ID(), "return 1", ledger.Returned, day("2026-05-04"), day("2026-05-04"))
			require.NoError(t, err)
			change(&back)
			_, err = l.Post(back)
			requireCode(t, err, ledger.ErrReversal)
		})
	}
}

// Case 62 of the remittance rows: a returned payment whose credit was refunded.
func TestARefundedCreditOfAReturnedPaymentIsOwed(t *testing.T) {
	var l ledger.Ledger
	p := entry(ledger.Paid, "receipt 1", "2026-04-30", toCredit(33_00))
	post(t, &l, p)
	post(t, &l, entry(ledger.Refunded, "refund 1", "2026-05-02", move(ledger.CreditOf(acct, area), ledger.RefundTo(acct, area), 33_00, "2100")))
	back, err := l.Reverse(p.ID(), "return 1", ledger.Returned, day("2026-05-04"), day("2026-05-04"))
	require.NoError(t, err)
	_, err = l.Post(back)
	requireCode(t, err, ledger.ErrOverdrawn, "credit "+acct)

	owed := water("2026-05-04")
	owed.Kind, owed.RevenueCode = "returned credit", "2100"
	back.Opens = []ledger.Open{{Item: owed, Amount: usd(33_00), Against: ledger.CreditOf(acct, area)}}
	post(t, &l, back)
	require.Equal(t, usd(0), l.Balance(ledger.CreditOf(acct, area)))
	require.Equal(t, usd(33_00), l.Balance(ledger.OfItem(back.ItemID(0))))
	require.NoError(t, l.Check())
}

// Case 15 of the remittance rows, and the deposit, which goes the same way.
func TestWhatIsCollectedForOthersReachesThem(t *testing.T) {
	var l ledger.Ledger
	deposit := water("2026-04-16")
	deposit.Kind, deposit.RevenueCode, deposit.Deposit = "deposit", "2200", true
	b := bill("bill 1", []ledger.Item{water("2026-04-16"), sewerOf("M1W", "2026-04-16"), deposit}, 67_00, 33_00, 75_00)
	post(t, &l, b)
	require.Equal(t, usd(33_00), l.Balance(ledger.Agency("M1W")))
	require.Equal(t, usd(75_00), l.Balance(ledger.DepositBilledTo(acct, area)))
	require.Equal(t, usd(0), l.Balance(ledger.DepositOf(acct, area)), "what is charged is not held")

	p := entry(ledger.Paid, "receipt 1", "2026-04-30")
	for i, cents := range []int64{67_00, 33_00, 75_00} {
		moves, err := l.Settle(ledger.Clearing(lockbox), b.ItemID(i), usd(cents))
		require.NoError(t, err)
		p.Moves = append(p.Moves, moves...)
	}
	post(t, &l, p)
	require.Equal(t, usd(33_00), l.Balance(ledger.AgencyPayable("M1W")))
	require.Equal(t, usd(0), l.Balance(ledger.Agency("M1W")))
	require.Equal(t, usd(67_00), l.Balance(ledger.Revenue("4000")))
	require.Equal(t, usd(75_00), l.Balance(ledger.DepositOf(acct, area)))
	require.NoError(t, l.Check())

	_, err := l.Settle(ledger.Clearing(lockbox), stored.ID{1}, usd(1))
	requireCode(t, err, ledger.ErrNoItem)
}

func TestABalanceMovesToAnotherAccountByANewItem(t *testing.T) {
	var l ledger.Ledger
	b := bill("bill 1", []ledger.Item{sewerOf("M1W", "2026-04-16")}, 33_00)
	post(t, &l, b)
	moved := sewerOf("M1W", "2026-04-16")
	moved.Account = "0109999"
	tr := ledger.Entry{Cause: ledger.Transferred, Key: "transfer 1", Effective: day("2026-05-01"), Accounting: day("2026-05-01"),
		Opens: []ledger.Open{{Item: moved, Amount: usd(33_00), Against: ledger.OfItem(b.ItemID(0))}}}
	post(t, &l, tr)
	require.Equal(t, usd(0), l.Balance(ledger.OfItem(b.ItemID(0))))
	require.Equal(t, usd(33_00), l.Balance(ledger.OfItem(tr.ItemID(0))))
	require.Equal(t, usd(33_00), l.Balance(ledger.Agency("M1W")))
	require.NoError(t, l.Check())

	other := water("2026-04-16")
	other.RevenueCode = "2300"
	_, err := l.Post(ledger.Entry{Cause: ledger.Transferred, Key: "transfer 2", Effective: day("2026-05-01"), Accounting: day("2026-05-01"),
		Opens: []ledger.Open{{Item: other, Amount: usd(33_00), Against: ledger.OfItem(tr.ItemID(0))}}})
	requireCode(t, err, ledger.ErrThirdParty)
}

func TestIDsStayAsTheyAre(t *testing.T) {
	b := billOne("bill 1", "2026-04-16", 62_00)
	require.Equal(t, "3a663e22-8e1b-5127-93d2-8aff6b3ff9a2", b.ID().String())
	require.Equal(t, "5acbb70a-1e34-5073-8fa9-04a8ecac8b88", b.ItemID(0).String())
	require.Equal(t, "e076b265-70ae-5678-8de9-2cf9d66c8209", b.Legs()[0].ID.String())
}

// EntriesOf are the entries that move an item or the credit of the account: those of Entries that have such a leg, each once.
func TestEntriesOfAnAccountAreThoseThatMoveItsMoney(t *testing.T) {
	var l ledger.Ledger
	b := billOne("bill 1", "2026-04-16", 62_00)
	post(t, &l, b)
	other := water("2026-05-16")
	other.Account = "A-2"
	post(t, &l, bill("bill 2", []ledger.Item{other, other}, 5_00, 5_00))
	p := pay(t, &l, "receipt 1", "2026-04-30", b.ItemID(0), 60_00)
	post(t, &l, p)
	credit := entry(ledger.Paid, "receipt 2", "2026-04-30", move(ledger.Clearing(lockbox), ledger.CreditOf(acct, area), 1_00, "2100"))
	post(t, &l, credit)
	keys := func(account string) (out []string) {
		for e := range l.EntriesOf(account) {
			out = append(out, e.Key)
		}
		return out
	}
	require.Equal(t, []string{"bill 1", "receipt 1", "receipt 2"}, keys(acct))
	require.Equal(t, []string{"bill 2"}, keys("A-2"))
	require.Empty(t, keys("A-3"))

	late := billOne("bill 3", "2026-05-16", 9_00)
	_, err := l.PostAll(late, entry(ledger.Paid, "", "2026-04-30", move(ledger.Clearing(lockbox), ledger.CreditOf(acct, area), 1_00, "2100")))
	require.Error(t, err)
	require.Equal(t, []string{"bill 1", "receipt 1", "receipt 2"}, keys(acct), "what is not entered is not told")
	post(t, &l, late)
	require.Equal(t, []string{"bill 1", "receipt 1", "receipt 2", "bill 3"}, keys(acct))
}
