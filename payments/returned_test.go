package payments_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/ledger"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/payments"
)

const first, second = "lockbox 2026-04-10 batch 1 #1", "lockbox 2026-04-10 batch 1 #2"

func nsf(receipt string) payments.Return {
	return payments.Return{Key: "bank 2026-04-14 returned " + receipt, Receipt: receipt, On: civil.MustDate("2026-04-14"), Accounting: civil.MustDate("2026-04-14"), CreditCode: "2200"}
}

func feeOf(account string) *payments.ReturnFee {
	return &payments.ReturnFee{Amount: usd("25.00"), Item: ledger.Item{Account: account, Area: "Ord", Kind: "fee", Service: "returned payment", RevenueCode: "4900", Due: civil.MustDate("2026-05-14")}}
}

// post enters what is to be posted and proves the books.
func (b *books) post(t *testing.T, entries ...ledger.Entry) {
	t.Helper()
	_, err := b.PostAll(entries...)
	require.NoError(t, err)
	require.NoError(t, b.Check())
}

// balance is all that an account has open less its credit.
func (b *books) balance(account string) money.Amount {
	sum := -b.Balance(ledger.CreditOf(account, "Ord")).Cents()
	for it := range b.Items(account) {
		sum += it.Open.Cents()
	}
	return money.Cents(sum)
}

func TestCase60TheFirstOfTwoPaymentsComesBack(t *testing.T) {
	b := newBooks()
	b.bill(t, "A", "", l10...)
	r := day(t, b, directory(t, payments.Account{ID: "A"}), unseen(t), settings, lockbox(check(1, "A", "100.00"), check(2, "A", "120.00")))
	require.Equal(t, []string{"applied", "applied+credit"}, dispositions(r))
	require.Equal(t, usd("3.00"), r.Lines[1].Credit)
	stored, ok := b.Entry(payments.EntryID(second))
	require.True(t, ok)

	back := nsf(first)
	back.Fee = feeOf("A")
	out, err := payments.Reverse(b.Ledger, back)
	require.NoError(t, err)
	b.post(t, out.Entries...)
	assert.Equal(t, "past W-P 4.00, past S-P 3.00, past W 40.00, past S 30.00, past T 20.00, past X 3.00", b.of(out.Reopened))
	after, _ := b.Entry(payments.EntryID(second))
	assert.Equal(t, stored, after, "the second's legs stay as they are stored")
	assert.Equal(t, usd("3.00"), b.Balance(ledger.CreditOf("A", "Ord")), "no credit is invented, and none is lost")
	assert.Equal(t, usd("122.00"), b.balance("A"), "217.00 and the fee of 25.00 less 120.00")
}

func TestCase61ItComesBackTwice(t *testing.T) {
	b := newBooks()
	b.bill(t, "A", "", l10...)
	day(t, b, directory(t, payments.Account{ID: "A"}), unseen(t), settings, lockbox(check(1, "A", "100.00")))
	out, err := payments.Reverse(b.Ledger, nsf(first))
	require.NoError(t, err)
	b.post(t, out.Entries...)
	_, err = payments.Reverse(b.Ledger, nsf(first))
	assert.ErrorIs(t, err, ledger.ErrReversed)
}

func TestCase62ItsCreditWasRefunded(t *testing.T) {
	b := newBooks()
	b.bill(t, "A", "", l10...)
	day(t, b, directory(t, payments.Account{ID: "A"}), unseen(t), settings, lockbox(check(1, "A", "250.00")))
	b.post(t, ledger.Entry{Cause: ledger.Refunded, Key: "refund", Effective: april, Accounting: april,
		Moves: []ledger.Move{{From: ledger.CreditOf("A", "Ord"), To: ledger.RefundTo("A", "Ord"), Amount: usd("33.00"), RevenueCode: "2200"}}})
	out, err := payments.Reverse(b.Ledger, nsf(first))
	require.NoError(t, err)
	assert.Equal(t, usd("33.00"), out.Shortfall)
	b.post(t, out.Entries...)
	assert.Equal(t, usd("250.00"), b.balance("A"), "217.00, and 33.00 that were refunded of money that never came")
	assert.True(t, b.Balance(ledger.CreditOf("A", "Ord")).IsZero())
	var returned []ledger.OpenItem
	for it := range b.Items("A") {
		if it.Kind == payments.KindReturnedCredit {
			returned = append(returned, it)
		}
	}
	require.Len(t, returned, 1)
	assert.Equal(t, usd("33.00"), returned[0].Open)
}

func TestCase63AThirdPartysCheckComesBack(t *testing.T) {
	b := newBooks()
	for _, account := range []string{"A", "B"} {
		b.bill(t, account, "", owes{"cur W", "50.00"})
	}
	b.bill(t, "agency", "", owes{"cur W", "1.00"})
	both := check(1, "A", "100.00")
	both.Stubs = []payments.Stub{{Reference: "A", Amount: usd("50.00")}, {Reference: "B", Amount: usd("50.00")}}
	day(t, b, directory(t, payments.Account{ID: "A"}, payments.Account{ID: "B"}, payments.Account{ID: "agency"}), unseen(t), settings, lockbox(both))
	back := nsf(first)
	back.Fee = feeOf("agency")
	out, err := payments.Reverse(b.Ledger, back)
	require.NoError(t, err)
	b.post(t, out.Entries...)
	assert.Equal(t, usd("50.00"), b.balance("A"))
	assert.Equal(t, usd("50.00"), b.balance("B"))
	assert.Equal(t, usd("26.00"), b.balance("agency"))
}

func TestCase58ACheckWithCashBackComesBack(t *testing.T) {
	b := newBooks()
	b.bill(t, "A", "", owes{"cur W", "80.00"})
	paid := check(1, "A", "80.00")
	file := lockbox(paid)
	file.Source = "drawer"
	day(t, b, directory(t, payments.Account{ID: "A"}), unseen(t), settings, file)
	tenders := []payments.Tender{{Kind: payments.Check, Amount: usd("100.00")}, {Kind: payments.Cash, Amount: usd("-20.00")}}
	drawer := payments.Drawer{Key: "drawer 2026-04-10", Source: "drawer", Float: usd("200.00"), Taken: []payments.Taken{{Receipt: first, Amount: usd("80.00"), Tenders: tenders}},
		Cash: []payments.Counted{{Denomination: usd("20.00"), Pieces: 9}}, Checks: []money.Amount{usd("100.00")}}
	closing, err := drawer.Close()
	require.NoError(t, err)
	assert.Equal(t, payments.Closing{Counted: usd("280.00"), Receipts: usd("80.00"), Deposit: usd("80.00")}, closing)

	bank := ledger.Place{Kind: ledger.PlaceBank, Key: "main"}
	b.post(t, ledger.Entry{Cause: ledger.Banked, Key: "deposit", Effective: april, Accounting: april, Moves: []ledger.Move{{From: bank, To: ledger.Clearing("drawer"), Amount: usd("80.00"), RevenueCode: "1000"}}},
		ledger.Entry{Cause: ledger.Banked, Key: "the bank takes it back", Effective: april, Accounting: april, Moves: []ledger.Move{{From: ledger.Clearing("drawer"), To: bank, Amount: usd("100.00"), RevenueCode: "1000"}}})
	back := nsf(first)
	back.Tenders, back.Source, back.LossCode = tenders, "drawer", "6900"
	out, err := payments.Reverse(b.Ledger, back)
	require.NoError(t, err)
	assert.Equal(t, usd("20.00"), out.Loss)
	b.post(t, out.Entries...)
	assert.Equal(t, usd("80.00"), b.balance("A"))
	assert.True(t, b.Balance(ledger.Clearing("drawer")).IsZero(), "nothing is left in the counter's clearing")
	assert.Equal(t, usd("-20.00"), b.Balance(ledger.Place{Kind: ledger.PlaceOverShort}), "what left is the district's loss")

	back.Tenders = tenders[:1]
	_, err = payments.Reverse(b.Ledger, back)
	assert.Error(t, err)
}

func TestAChargebackTakesBackAPaymentOfTheDay(t *testing.T) {
	b := newBooks()
	b.bill(t, "A", "", l10...)
	d := directory(t, payments.Account{ID: "A"})
	paid := check(1, "A", "100.00")
	paid.Mark = marker().Trace("portal", "T1")
	back := payments.Receipt{Received: april, Amount: usd("-100.00"), Reverses: paid.Mark, Mark: marker().Trace("portal", "T1R")}
	again := back
	after := check(4, "A", "7.00")
	r := day(t, b, d, unseen(t), settings, lockbox(paid, back, again, after))
	assert.Equal(t, []string{"applied", "reversal:" + first, "exception:already_reversed", "applied"}, dispositions(r))
	assert.Equal(t, "A", r.Lines[1].Account)
	assert.Equal(t, "past W-P 4.00, past S-P 3.00", b.of(r.Lines[3].Items), "what is owed again is paid again")
	assert.Equal(t, usd("210.00"), b.balance("A"))
	sums, err := r.Sums()
	require.NoError(t, err)
	assert.Equal(t, payments.Sums{In: usd("-93.00"), Applied: usd("107.00"), Reversed: usd("-100.00"), Exception: usd("-100.00")}, sums)

	// The check comes again after its return: that is no duplicate.
	seen, err := payments.NewSeen(nil, r.Sightings())
	require.NoError(t, err)
	redeposited := lockbox(paid)
	redeposited.Batches[0].Key = "lockbox 2026-04-11 batch 1"
	r = day(t, b, d, seen, settings, redeposited)
	assert.Equal(t, []string{"applied"}, dispositions(r))
	assert.Equal(t, usd("110.00"), b.balance("A"))
}

func TestAChargebackTakesBackAPaymentOfAnEarlierDay(t *testing.T) {
	b := newBooks()
	b.bill(t, "A", "", l10...)
	d := directory(t, payments.Account{ID: "A"})
	paid := check(1, "A", "220.00")
	yesterday := lockbox(paid)
	r := day(t, b, d, unseen(t), settings, yesterday)
	seen, err := payments.NewSeen(nil, r.Sightings())
	require.NoError(t, err)
	back := payments.Receipt{Received: april, Amount: usd("-220.00"), Reverses: paid.Mark, Mark: marker().Trace("portal", "R")}
	file := lockbox(back, check(7, "A", "8.00"))
	file.Batches[0].Key = "portal 2026-04-11"
	r = day(t, b, d, seen, settings, file)
	assert.Equal(t, []string{"reversal:" + first, "applied"}, dispositions(r))
	assert.Equal(t, "A", r.Lines[0].Account)
	assert.Equal(t, "past W-P 4.00, past S-P 3.00, past W 1.00", b.of(r.Lines[1].Items))
	assert.Equal(t, usd("209.00"), b.balance("A"))
	assert.True(t, b.Balance(ledger.CreditOf("A", "Ord")).IsZero())
	seen, err = payments.NewSeen(nil, r.Sightings())
	require.NoError(t, err)
	file.Batches[0].Key = "portal 2026-04-12"
	file.Batches[0].Receipts = file.Batches[0].Receipts[:1]
	file.Batches[0].Receipts[0].Mark = marker().Trace("portal", "R2")
	assert.Equal(t, []string{"exception:already_reversed"}, dispositions(day(t, b, d, seen, settings, file)))
}

func TestWhatTakesBackNothingKnownWaits(t *testing.T) {
	b, d := office(t)
	paid := check(1, known, "40.00")
	part := payments.Receipt{Received: april, Amount: usd("-15.00"), Reverses: paid.Mark}
	unknown := payments.Receipt{Received: april, Amount: usd("-15.00"), Reverses: marker().Trace("portal", "?")}
	r := day(t, b, d, unseen(t), settings, lockbox(paid, part, unknown))
	assert.Equal(t, []string{"applied", "exception:returned", "exception:returned"}, dispositions(r))
	assert.Equal(t, first, r.Lines[1].Evidence.Of)
	assert.Equal(t, usd("10.00"), mustSum(t, r).In)
}

func mustSum(t *testing.T, r *payments.Result) payments.Sums {
	sums, err := r.Sums()
	require.NoError(t, err)
	return sums
}

func TestAPaymentIsMovedToTheRightAccount(t *testing.T) {
	b := newBooks()
	b.bill(t, "A", "MRWPCA", owes{"past W", "40.00"}, owes{"past S", "20.00"})
	b.bill(t, "B", "MRWPCA", owes{"past S", "30.00"}, owes{"cur W", "10.00"})
	b.bill(t, "C", "", owes{"cur W", "5.00"})
	both := check(1, "A", "68.00")
	both.Stubs = []payments.Stub{{Reference: "A", Amount: usd("63.00")}, {Reference: "C", Amount: usd("5.00")}}
	day(t, b, directory(t, payments.Account{ID: "A"}, payments.Account{ID: "B"}, payments.Account{ID: "C"}), unseen(t), settings, lockbox(both))
	require.Equal(t, usd("20.00"), b.Balance(ledger.AgencyPayable("MRWPCA")))
	move := payments.Move{Key: "moved 1", Receipt: first, From: "A", To: "B", On: civil.MustDate("2026-04-15"), CreditCode: "2200"}
	entries, err := payments.MovePayment(b.Ledger, b.owed(t, payments.OldestFirstPolicy()), move)
	require.NoError(t, err)
	b.post(t, entries...)
	assert.Equal(t, usd("60.00"), b.balance("A"))
	assert.Equal(t, usd("-23.00"), b.balance("B"), "30.00 and 10.00 are paid, and 23.00 is its credit")
	assert.True(t, b.balance("C").IsZero(), "what was on another account stays there")
	assert.Equal(t, usd("30.00"), b.Balance(ledger.AgencyPayable("MRWPCA")))

	for name, bad := range map[string]func(*payments.Move){
		"no key": func(m *payments.Move) { m.Key = "" }, "to itself": func(m *payments.Move) { m.To = m.From }, "of nothing": func(m *payments.Move) { m.Receipt = "?" },
		"twice": func(m *payments.Move) {},
	} {
		m := move
		bad(&m)
		_, err := payments.MovePayment(b.Ledger, b.owed(t, payments.OldestFirstPolicy()), m)
		assert.Error(t, err, name)
	}
}

func TestMoneyInSuspenseIsGivenToAnAccount(t *testing.T) {
	b, d := office(t)
	r := day(t, b, d, unseen(t), settings, lockbox(check(1, luhn(7654321), "75.00")))
	suspense := r.SuspenseKey(&r.Lines[0])
	assign := payments.Assignment{Key: "assigned 1", Suspense: suspense, Account: other, Amount: usd("75.00"), Received: april, Accounting: civil.MustDate("2026-04-13"), CreditCode: "2200"}
	e, err := payments.Assign(b.Ledger, b.owed(t, payments.OldestFirstPolicy()), assign)
	require.NoError(t, err)
	b.post(t, e)
	assert.True(t, b.Balance(ledger.Suspense(suspense)).IsZero())
	assert.Equal(t, usd("-20.00"), b.balance(other))
	assign.Key = "assigned 2"
	e, err = payments.Assign(b.Ledger, b.owed(t, payments.OldestFirstPolicy()), assign)
	require.NoError(t, err)
	_, err = b.Post(e)
	assert.ErrorIs(t, err, ledger.ErrOverdrawn)
	assign.Suspense = ""
	_, err = payments.Assign(b.Ledger, b.owed(t, payments.OldestFirstPolicy()), assign)
	assert.ErrorIs(t, err, payments.ErrMove)
}

func TestADepositThatWasRefundedIsAskedForAgain(t *testing.T) {
	b := newBooks()
	it := ledger.Item{Account: "A", Area: "Ord", Kind: "deposit", Service: "water", RevenueCode: "2300", Billed: past, Due: past, Deposit: true}
	b.post(t, ledger.Entry{Cause: ledger.Billed, Key: "deposit", Effective: past, Accounting: past, Opens: []ledger.Open{{Item: it, Amount: usd("75.00"), Against: it.Against()}}})
	day(t, b, directory(t, payments.Account{ID: "A"}), unseen(t), settings, lockbox(check(1, "A", "75.00")))
	require.Equal(t, usd("75.00"), b.Balance(ledger.DepositOf("A", "Ord")))
	b.post(t, ledger.Entry{Cause: ledger.Refunded, Key: "refund", Effective: april, Accounting: april,
		Moves: []ledger.Move{{From: ledger.DepositOf("A", "Ord"), To: ledger.RefundTo("A", "Ord"), Amount: usd("50.00"), RevenueCode: "2300"}}})
	out, err := payments.Reverse(b.Ledger, nsf(first))
	require.NoError(t, err)
	assert.Equal(t, usd("50.00"), out.Shortfall)
	b.post(t, out.Entries...)
	assert.True(t, b.Balance(ledger.DepositOf("A", "Ord")).IsZero())
	assert.Equal(t, usd("125.00"), b.balance("A"), "the deposit is asked for again, and the 50.00 that were refunded of money that never came")
}

func TestAChargebackOfMoneyThatWasGivenOutOfSuspenseWaits(t *testing.T) {
	b, d := office(t)
	paid := check(1, luhn(7654321), "75.00")
	r := day(t, b, d, unseen(t), settings, lockbox(paid))
	e, err := payments.Assign(b.Ledger, b.owed(t, payments.OldestFirstPolicy()), payments.Assignment{Key: "assigned", Suspense: r.SuspenseKey(&r.Lines[0]), Account: other, Amount: usd("75.00"), Received: april, Accounting: april, CreditCode: "2200"})
	require.NoError(t, err)
	seen, err := payments.NewSeen(nil, r.Sightings())
	require.NoError(t, err)
	back := lockbox(payments.Receipt{Received: april, Amount: usd("-75.00"), Reverses: paid.Mark})
	back.Batches[0].Key = "portal 2026-04-11"
	assert.Equal(t, []string{"reversal:" + first}, dispositions(must(payments.Reconcile(payments.Day{On: april, Files: []payments.File{back}, Directory: d, Owed: b.owed(t, payments.OldestFirstPolicy()), Seen: seen, Settings: settings}))))
	b.post(t, e)
	assert.Equal(t, []string{"exception:returned"}, dispositions(day(t, b, d, seen, settings, back)), "and the day can be posted")
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

func TestTwoChecksWithoutANumberAreLikeHoweverTheyWait(t *testing.T) {
	b, d := office(t)
	one, two := check(1, "", "40.00"), check(2, known, "40.00")
	one.Stubs = nil
	for _, c := range []*payments.Receipt{&one, &two} {
		c.Mark, c.Loose = payments.Mark{}, marker().Unnumbered("lockbox", "121000358", "0001234567", usd("40.00"))
	}
	r := day(t, b, d, unseen(t), settings, lockbox(one, two))
	assert.Equal(t, []string{"exception:no_reference", "applied"}, dispositions(r))
	assert.Equal(t, []payments.Exception{payments.SuspectDuplicate}, notes(r))
	assert.Equal(t, 1, r.Notes[0].Line)
}

// Two payments of one account are taken back, and what comes in after that pays what is owed again, first of all.
func TestTwoChargebacksOfOneAccount(t *testing.T) {
	b := newBooks()
	b.bill(t, "A", "", owes{"past W", "50.00"}, owes{"past S", "30.00"}, owes{"cur W", "20.00"})
	d := directory(t, payments.Account{ID: "A"})
	one, two := check(1, "A", "50.00"), check(2, "A", "30.00")
	r := day(t, b, d, unseen(t), settings, lockbox(one, two))
	seen, err := payments.NewSeen(nil, r.Sightings())
	require.NoError(t, err)
	file := lockbox(payments.Receipt{Received: april, Amount: usd("-50.00"), Reverses: one.Mark}, payments.Receipt{Received: april, Amount: usd("-30.00"), Reverses: two.Mark}, check(7, "A", "60.00"), check(8, "A", "60.00"))
	file.Batches[0].Key = "portal 2026-04-11"
	r = day(t, b, d, seen, settings, file)
	assert.Equal(t, "past W 50.00, past S 10.00", b.of(r.Lines[2].Items))
	assert.Equal(t, "past S 20.00, cur W 20.00", b.of(r.Lines[3].Items))
	assert.Equal(t, usd("20.00"), r.Lines[3].Credit)
	assert.Equal(t, usd("-20.00"), b.balance("A"))
}

// Credit of a payment that is taken back is used for nothing more.
func TestCreditThatWasTakenBackIsNotUsed(t *testing.T) {
	b := newBooks()
	b.bill(t, "A", "", owes{"past W", "10.00"})
	d := directory(t, payments.Account{ID: "A"})
	paid := check(1, "A", "60.00")
	r := day(t, b, d, unseen(t), settings, lockbox(paid))
	b.bill(t, "A", "", owes{"cur W", "40.00"})
	seen, err := payments.NewSeen(nil, r.Sightings())
	require.NoError(t, err)
	file := lockbox(payments.Receipt{Received: april, Amount: usd("-60.00"), Reverses: paid.Mark}, check(7, "A", "15.00"))
	file.Batches[0].Key = "portal 2026-04-11"
	r = day(t, b, d, seen, settings, file)
	assert.Empty(t, r.Credits)
	assert.Equal(t, usd("35.00"), b.balance("A"))
}

func TestAPaymentThatWasAssignedIsReversedInOrder(t *testing.T) {
	b, d := office(t)
	r := day(t, b, d, unseen(t), settings, lockbox(check(1, luhn(7654321), "75.00")))
	e, err := payments.Assign(b.Ledger, b.owed(t, payments.OldestFirstPolicy()), payments.Assignment{Key: "assigned", Suspense: r.SuspenseKey(&r.Lines[0]), Account: other, Amount: usd("75.00"), Received: april, Accounting: april, CreditCode: "2200"})
	require.NoError(t, err)
	b.post(t, e)
	_, err = payments.Reverse(b.Ledger, nsf(first))
	require.ErrorIs(t, err, payments.ErrReturn)
	require.ErrorContains(t, err, "reverse what gave it to an account first")
	first1 := nsf("assigned")
	out, err := payments.Reverse(b.Ledger, first1)
	require.NoError(t, err)
	b.post(t, out.Entries...)
	out, err = payments.Reverse(b.Ledger, nsf(first))
	require.NoError(t, err)
	b.post(t, out.Entries...)
	assert.Equal(t, usd("55.00"), b.balance(other))
}

func TestAChargebackOfAMovedPaymentSaysSo(t *testing.T) {
	b, d := office(t)
	paid := check(1, known, "40.00")
	r := day(t, b, d, unseen(t), settings, lockbox(paid))
	entries, err := payments.MovePayment(b.Ledger, b.owed(t, payments.OldestFirstPolicy()), payments.Move{Key: "moved", Receipt: first, From: known, To: other, On: april, CreditCode: "2200"})
	require.NoError(t, err)
	b.post(t, entries...)
	seen, err := payments.NewSeen(nil, r.Sightings())
	require.NoError(t, err)
	file := lockbox(payments.Receipt{Received: april, Amount: usd("-40.00"), Reverses: paid.Mark})
	file.Batches[0].Key = "portal 2026-04-11"
	r = day(t, b, d, seen, settings, file)
	assert.Equal(t, []string{"exception:already_reversed"}, dispositions(r))
	assert.Contains(t, r.Lines[0].Evidence.Hint, "moved to another account")
}
