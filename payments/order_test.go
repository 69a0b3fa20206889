package payments_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/billing/ledger"
	"github.com/headgate-dev/headgate/payments"
)

func ordinance(t *testing.T, name string) payments.Policy {
	p, err := payments.Ordinance(name)
	require.NoError(t, err)
	require.NoError(t, p.Check())
	return p
}

// The cases of shared/remit/cases.md under "Application order", by their numbers.
func TestCasesOfTheApplicationOrder(t *testing.T) {
	for _, c := range []struct {
		number, pay string
		policy      payments.Policy
		want        string
		credit      string
	}{
		{"1", "100.00", payments.OldestFirstPolicy(), "past W-P 4.00, past S-P 3.00, past W 40.00, past S 30.00, past T 20.00, past X 3.00", "0.00"},
		{"2", "100.00", ordinance(t, "Morgantown"), "past W-P 4.00, past W 40.00, cur W 50.00, past X 6.00", "0.00"},
		{"3", "100.00", ordinance(t, "Tell City"), "past W-P 4.00, past W 40.00, past T 20.00, past S-P 3.00, past S 30.00, past X 3.00", "0.00"},
		{"5", "100.00", ordinance(t, "Lake Mary"), "past T 20.00, cur T 20.00, past X 10.00, cur X 10.00, past S-P 3.00, past S 30.00, cur S 7.00", "0.00"},
		{"6", "100.00", ordinance(t, "Bedford"), "past W-P 4.00, past W 40.00, cur W 50.00, past S-P 3.00, past S 3.00", "0.00"},
		{"10", "250.00", payments.OldestFirstPolicy(),
			"past W-P 4.00, past S-P 3.00, past W 40.00, past S 30.00, past T 20.00, past X 10.00, cur W 50.00, cur S 30.00, cur T 20.00, cur X 10.00", "33.00"},
		// The ordinances that have no case: the README's rows.
		{"Warr Acres", "120.00", ordinance(t, "Warr Acres"), "cur W 50.00, cur S 30.00, cur T 20.00, cur X 10.00, past W-P 4.00, past S-P 3.00, past W 3.00", "0.00"},
		{"Atlanta IN", "120.00", ordinance(t, "Atlanta IN"), "cur W 50.00, cur S 30.00, cur T 20.00, cur X 10.00, past W-P 4.00, past S-P 3.00, past W 3.00", "0.00"},
		{"Jonesboro", "100.00", ordinance(t, "Jonesboro"), "past T 20.00, cur T 20.00, past W-P 4.00, past W 40.00, cur W 16.00", "0.00"},
	} {
		t.Run(c.number, func(t *testing.T) {
			b := newBooks()
			b.bill(t, "A", "", l10...)
			got, err := b.owed(t, c.policy).Apply("A", usd(c.pay), payments.Direction{})
			require.NoError(t, err)
			assert.Equal(t, c.want, b.of(got.Items))
			assert.Equal(t, usd(c.credit), got.Credit)
		})
	}
}

func TestCase7ProportionalByLargestRemainder(t *testing.T) {
	b := newBooks()
	b.bill(t, "A", "", l10...)
	policy := payments.OldestFirstPolicy()
	policy.Proportional = true
	got, err := b.owed(t, policy).Apply("A", usd("100.00"), payments.Direction{})
	require.NoError(t, err)
	shares := map[string]string{}
	for _, a := range got.Items {
		shares[b.names[a.Item]] = a.Amount.String()
	}
	assert.Equal(t, map[string]string{"past W": "$18.43", "past W-P": "$1.84", "past S": "$13.83", "past S-P": "$1.38", "past T": "$9.22", "past X": "$4.61",
		"cur W": "$23.04", "cur S": "$13.82", "cur T": "$9.22", "cur X": "$4.61"}, shares, "the two sewers tie, and the earlier gets the cent")
	assert.True(t, got.Credit.IsZero())
}

func TestCase8NothingOpenGetsNothing(t *testing.T) {
	b := newBooks()
	b.bill(t, "A", "", owes{"past W", "3.00"}, owes{"past S", "5.00"}, owes{"past T", "5.00"})
	policy := payments.OldestFirstPolicy()
	first, err := b.owed(t, policy).Apply("A", usd("3.00"), payments.Direction{})
	require.NoError(t, err)
	assert.Equal(t, "past W 3.00", b.of(first.Items))
	day(t, b, directory(t, payments.Account{ID: "A"}), unseen(t), settings, lockbox(check(1, "A", "3.00")))
	policy.Proportional = true
	got, err := b.owed(t, policy).Apply("A", usd("0.01"), payments.Direction{})
	require.NoError(t, err)
	assert.Equal(t, "past S 0.01", b.of(got.Items))
}

func TestCase11APaymentInTwoPartsPaysTheSame(t *testing.T) {
	a, whole := newBooks(), newBooks()
	a.bill(t, "A", "", l10...)
	whole.bill(t, "A", "", l10...)
	d := directory(t, payments.Account{ID: "A"})
	day(t, a, d, unseen(t), settings, lockbox(check(1, "A", "60.00"), check(2, "A", "40.00")))
	day(t, whole, d, unseen(t), settings, lockbox(check(1, "A", "100.00")))
	assert.Equal(t, whole.open("A"), a.open("A"))
}

func TestCase12And13TheCustomerDirects(t *testing.T) {
	b := newBooks()
	b.bill(t, "A", "", l10...)
	owed := b.owed(t, payments.OldestFirstPolicy())
	got, err := owed.Apply("A", usd("50.00"), payments.Direction{Service: "sewer"})
	require.NoError(t, err)
	assert.Equal(t, "past S-P 3.00, past S 30.00, cur S 17.00", b.of(got.Items))

	got, err = owed.Apply("A", usd("80.00"), payments.Direction{Service: "sewer", Rest: payments.RestAsCredit})
	require.NoError(t, err)
	assert.Equal(t, "past S-P 3.00, past S 30.00, cur S 30.00", b.of(got.Items))
	assert.Equal(t, usd("17.00"), got.Credit)

	got, err = owed.Apply("A", usd("80.00"), payments.Direction{Service: "sewer"})
	require.NoError(t, err)
	assert.Equal(t, "past S-P 3.00, past S 30.00, cur S 30.00, past W-P 4.00, past W 13.00", b.of(got.Items))
	assert.True(t, got.Credit.IsZero())
}

func TestCase15WhatIsOwedToAnAgencyIsPayableToIt(t *testing.T) {
	b := newBooks()
	b.bill(t, "A", "MRWPCA", owes{"past W", "67.00"}, owes{"past S", "33.00"})
	r := day(t, b, directory(t, payments.Account{ID: "A"}), unseen(t), settings, lockbox(check(1, "A", "100.00")))
	assert.Equal(t, usd("33.00"), b.Balance(ledger.AgencyPayable("MRWPCA")))
	assert.Equal(t, usd("100.00"), r.Lines[0].Applied)
	own := int64(0)
	for e := range b.EntriesOf("A") {
		for _, leg := range e.Legs() {
			if item, ok := b.Item(leg.To.Item); ok && leg.Cause == ledger.Paid && item.Agency == "" {
				own += leg.Amount.Cents()
			}
		}
	}
	assert.EqualValues(t, 67_00, own)
}

func TestCase16CreditIsUsedFirstByItsOwnLegs(t *testing.T) {
	b := newBooks()
	b.credit(t, "A", "12.50")
	b.bill(t, "A", "", owes{"cur W", "20.00"})
	r := day(t, b, directory(t, payments.Account{ID: "A"}), unseen(t), settings, lockbox(check(1, "A", "7.50")))
	require.Len(t, r.Credits, 1)
	assert.Equal(t, usd("12.50"), r.Credits[0].Amount)
	sums, err := r.Sums()
	require.NoError(t, err)
	assert.Equal(t, usd("7.50"), sums.In, "cash receipts show what came in")
	assert.Equal(t, usd("7.50"), sums.Applied)
	assert.Empty(t, b.open("A"))
	assert.True(t, b.Balance(ledger.CreditOf("A", "Ord")).IsZero())
	var causes []ledger.Cause
	for e := range b.EntriesOf("A") {
		causes = append(causes, e.Cause)
	}
	assert.Equal(t, []ledger.Cause{ledger.Paid, ledger.Billed, ledger.Applied, ledger.Paid}, causes)
}
