package ledger

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/stored"
)

// books is a ledger of one bill of an agency's and the district's own, partly paid, with a credit; and its items.
func books(t *testing.T) (l *Ledger, own, agency stored.ID) {
	l = &Ledger{}
	on := civil.MustDate("2026-04-16")
	item := Item{Account: "0104417", Area: "Ord", Kind: "charge", Service: "water", RevenueCode: "4000", Billed: on, Due: on}
	sewer := item
	sewer.Service, sewer.RevenueCode, sewer.Agency = "sewer", "2300", "M1W"
	bill := Entry{Cause: Billed, Key: "bill 1", Effective: on, Accounting: on, Opens: []Open{
		{Item: item, Amount: money.Cents(62_00), Against: item.Against()}, {Item: sewer, Amount: money.Cents(33_00), Against: sewer.Against()}}}
	_, err := l.Post(bill)
	require.NoError(t, err)
	moves, err := l.Settle(Clearing("lockbox"), bill.ItemID(1), money.Cents(10_00))
	require.NoError(t, err)
	moves = append(moves, Move{From: Clearing("lockbox"), To: CreditOf("0104417", "Ord"), Amount: money.Cents(5_00), RevenueCode: "2100"})
	_, err = l.Post(Entry{Cause: Paid, Key: "receipt 1", Effective: on, Accounting: on, Moves: moves})
	require.NoError(t, err)
	require.NoError(t, l.Check())
	return l, bill.ItemID(0), bill.ItemID(1)
}

// A city could not say how much was billed and how much collected (Baltimore 2022): sums that do not tie are an error, and no report.
func TestFailure13BooksThatDoNotAgreeAreTold(t *testing.T) {
	april := civil.MustPeriod("[2026-04-01, 2026-05-01)")
	credit := CreditOf("0104417", "Ord")
	for name, c := range map[string]struct {
		spoil       func(l *Ledger, own, agency stored.ID)
		part        string
		rollForward bool
	}{
		"an item":         {func(l *Ledger, own, _ stored.ID) { l.items[own].Open = money.Cents(61_00) }, "it holds $61.00, and its legs give $62.00", true},
		"a credit":        {func(l *Ledger, _, _ stored.ID) { l.balances[credit] = money.Cents(6_00) }, "it holds $6.00, and its legs give $5.00", true},
		"income":          {func(l *Ledger, _, _ stored.ID) { l.balances[Revenue("4000")] = money.Cents(1) }, "it holds $0.01, and its legs give $62.00", false},
		"the sum":         {func(l *Ledger, _, _ stored.ID) { l.balances[Revenue("4000")] = money.Cents(1) }, "all places together hold -$61.99", false},
		"an agency":       {func(l *Ledger, _, _ stored.ID) { l.balances[Agency("M1W")] = money.Cents(22_00) }, "it holds $22.00, and its legs give $23.00", false},
		"an entry's cent": {func(l *Ledger, _, _ stored.ID) { l.entries[0].entry.Opens[0].Amount = money.Cents(61_00) }, "it holds $62.00, and its legs give $61.00", false},
		"an entry lost":   {func(l *Ledger, _, _ stored.ID) { l.entries = l.entries[1:] }, "cannot be posted again", false},
	} {
		t.Run(name, func(t *testing.T) {
			l, own, agency := books(t)
			_, err := l.RollForward(april)
			require.NoError(t, err)
			c.spoil(l, own, agency)
			err = l.Check()
			require.ErrorIs(t, err, ErrBooks)
			require.ErrorContains(t, err, c.part)
			if c.rollForward {
				_, err = l.RollForward(april)
				require.ErrorIs(t, err, ErrBooks)
			}
		})
	}
}

func TestWhatIsOwedOnIsWhatItsItemsHaveOpen(t *testing.T) {
	l, _, agency := books(t)
	// Both the agency's balance and the entries say so; only the items tell that it is not theirs.
	l.items[agency].Item.Agency = ""
	require.ErrorContains(t, l.Check(), "agency M1W: it holds $23.00, and its legs give $0.00")
}
