package ledger_test

import (
	"fmt"

	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/ledger"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/problem"
	"github.com/headgate-dev/headgate/billing/stored"
)

// tester is a test or a property.
type tester interface {
	require.TestingT
	Helper()
}

var day = civil.MustDate

// usd is an amount of so many cents, written as dollars_cents.
func usd(cents int64) money.Amount { return money.Cents(cents) }

const (
	acct    = "0104417"
	area    = "Ord"
	lockbox = "lockbox"
)

// water is a water charge billed on a day and due 21 days later.
func water(billed string) ledger.Item {
	due, err := day(billed).AddDays(21)
	if err != nil {
		panic(err)
	}
	return ledger.Item{Account: acct, Area: area, Kind: "charge", Service: "water", RevenueCode: "4000", Billed: day(billed), Due: due}
}

func penalty(billed string) ledger.Item {
	it := water(billed)
	it.Kind, it.RevenueCode = "penalty", "4090"
	return it
}

func sewerOf(agency, billed string) ledger.Item {
	it := water(billed)
	it.Service, it.RevenueCode, it.Agency = "sewer", "2300", agency
	return it
}

// bill opens items on the day of the first, for the amounts.
func bill(key string, items []ledger.Item, cents ...int64) ledger.Entry {
	e := ledger.Entry{Cause: ledger.Billed, Key: key, Effective: items[0].Billed, Accounting: items[0].Billed}
	for i, it := range items {
		e.Opens = append(e.Opens, ledger.Open{Item: it, Amount: usd(cents[i]), Against: it.Against()})
	}
	return e
}

// billOne bills one item on a day.
func billOne(key, billed string, cents int64) ledger.Entry {
	return bill(key, []ledger.Item{water(billed)}, cents)
}

func entry(cause ledger.Cause, key, on string, moves ...ledger.Move) ledger.Entry {
	return ledger.Entry{Cause: cause, Key: key, Effective: day(on), Accounting: day(on), Moves: moves}
}

func move(from, to ledger.Place, cents int64, code string) ledger.Move {
	return ledger.Move{From: from, To: to, Amount: usd(cents), RevenueCode: code}
}

// pay settles an item from the lockbox.
func pay(t tester, l *ledger.Ledger, key, on string, item stored.ID, cents int64) ledger.Entry {
	t.Helper()
	moves, err := l.Settle(ledger.Clearing(lockbox), item, usd(cents))
	require.NoError(t, err)
	return entry(ledger.Paid, key, on, moves...)
}

func toCredit(cents int64) ledger.Move {
	return move(ledger.Clearing(lockbox), ledger.CreditOf(acct, area), cents, "2100")
}

func post(t tester, l *ledger.Ledger, entries ...ledger.Entry) {
	t.Helper()
	for _, e := range entries {
		posted, err := l.Post(e)
		require.NoError(t, err)
		require.True(t, posted)
	}
}

func requireCode(t tester, err error, code problem.Code, parts ...string) {
	t.Helper()
	require.ErrorIs(t, err, code)
	for _, part := range parts {
		require.ErrorContains(t, err, part)
	}
	var one *problem.Error
	require.ErrorAs(t, err, &one)
	require.NotEmpty(t, one.Fix, "an error says what to do")
	require.NotEmpty(t, one.Path, "an error says where")
}

func standing(t tester, l *ledger.Ledger, terms ledger.Terms, on string) ledger.Standing {
	t.Helper()
	a, err := l.Account(acct, terms)
	require.NoError(t, err)
	s, err := a.Standing(day(on))
	require.NoError(t, err)
	balanced(t, s)
	return s
}

// balanced says that the parts of a standing are disjoint and sum to the balance.
func balanced(t tester, s ledger.Standing) {
	t.Helper()
	require.Equal(t, s.Balance.Cents(), s.PastDue.Cents()+s.Current.Cents()+s.Pending.Cents()+s.Later.Cents()-s.Credit.Cents(), "%+v", s)
	require.GreaterOrEqual(t, s.PastDue.Sign(), 0)
	require.GreaterOrEqual(t, s.Current.Sign(), 0)
	require.GreaterOrEqual(t, s.Pending.Sign(), 0)
	require.GreaterOrEqual(t, s.Credit.Sign(), 0)
	require.GreaterOrEqual(t, s.PendingOver.Sign(), 0)
}

// said is a standing in short: past due, current, pending, later, credit, pending over.
func said(s ledger.Standing) string {
	return fmt.Sprintf("past %s current %s pending %s later %s credit %s over %s", s.PastDue, s.Current, s.Pending, s.Later, s.Credit, s.PendingOver)
}
