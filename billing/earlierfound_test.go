package billing_test

import (
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/headgate-dev/headgate/billing"
	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/ledger"
	"github.com/headgate-dev/headgate/billing/rates"
)

// A posting that comes to less than nothing is taken off its item whole, and the rest is a credit of its own, as on a bill; and it
// comes back the same way.
func TestARebillReachesWhatAFreshBillWouldBe(t *testing.T) {
	rebated := book()
	c := &rebated.Schedules[0].Versions[0].Charges
	*c = append(*c, rates.Charge{ID: "rebate", Text: "Rebate", Rule: rates.Credit{Amount: rates.Num("50.00")}})
	engine := must(rates.Compile(rebated))
	of := func(units int64) billing.Service {
		s := waterOf(t, water("1", "2026-01-01", ""), march, units)
		s.Quote = must(engine.Price(s.Quote.Input))
		return s
	}
	rapid.Check(t, func(t *rapid.T) {
		r := request(t)
		r.Postings[billing.ChargeOf{Schedule: "water", Charge: "rebate"}] = billing.Posting{Kind: "charge", Service: "water", RevenueCode: "4000"}
		postings := r.Postings
		r.Services = []billing.Service{of(rapid.Int64Range(0, 40).Draw(t, "billed"))}
		b := must(billing.NewBill(r))
		var books ledger.Ledger
		_, err := books.PostAll(b.Entries()...)
		require.NoError(t, err)
		owed := func() int64 {
			account, err := books.Account("A-1", ledger.Terms{})
			if errors.Is(err, ledger.ErrNoAccount) { // of a bill of nothing
				return 0
			}
			require.NoError(t, err)
			return must(account.Standing(day("2026-05-02"))).Balance.Cents()
		}
		was := b.Charges().Cents()
		require.Equal(t, was, owed())
		var done []billing.Adjustment
		for i, units := range rapid.SliceOfN(rapid.Int64Range(0, 40), 1, 5).Draw(t, "units") {
			s := of(units)
			ask := again("RB-"+string(rune('A'+i)), s)
			ask.Postings, ask.Earlier = postings, done
			if s.Quote.Total.Cents() == was {
				continue
			}
			change := must(b.Rebill(ask, &books))
			require.Equal(t, s.Quote.Total.Cents()-was, change.Change().Cents())
			must(adjust(&books, change))
			done, was = append(done, change), s.Quote.Total.Cents()
			require.Equal(t, was, owed())
		}
	})
}

// What stands on an item that an adjustment has opened is corrected there, also where that adjustment was taken back since; and what
// was corrected where an item was moved to is seen.
func TestCorrectionsAreFoundWhereTheyStand(t *testing.T) {
	corrected := func(drought string) rates.Book {
		b := book()
		c := &b.Schedules[0].Versions[0].Charges
		*c = append(*c, rates.Charge{ID: "drought", Text: "Drought surcharge", Rule: rates.Fixed{Amount: rates.Num(drought)}})
		return b
	}
	books, b := billedBooks(t, 0)
	ask := func(key string, of rates.Book, earlier ...billing.Adjustment) billing.RebillRequest {
		s := waterOf(t, water("1", "2026-01-01", ""), march, 13)
		s.Quote = must(must(rates.Compile(of)).Price(s.Quote.Input))
		r := again(key, s)
		r.Postings[billing.ChargeOf{Schedule: "water", Charge: "drought"}] = billing.Posting{Kind: "surcharge", Service: "water", RevenueCode: "4007"}
		r.Earlier = earlier
		return r
	}
	one := must(b.Rebill(ask("RB-1", corrected("5.00")), books))
	first := must(adjust(books, one))
	two := must(b.Rebill(ask("RB-2", corrected("7.00"), one), books))
	must(adjust(books, two))
	reverse(t, books, first)
	three := must(b.Rebill(ask("RB-3", book(), one, two), books))
	require.Equal(t, usd(-2_00), three.Change())
	must(adjust(books, three))
	require.Equal(t, usd(0), books.Balance(ledger.OfItem(first.Entries[0].ItemID(0))))

	books, b = billedBooks(t, 0)
	move := func(key, from, to string, item ledger.OpenItem) ledger.Entry {
		return must(billing.Transfer{
			Key: key, From: billing.Holder{Account: from, Customer: "C-1", Area: "central"}, To: billing.Holder{Account: to, Customer: "C-1", Area: "central"},
			Items: []billing.TransferredItem{{Item: item, Amount: item.Open}}, Effective: day("2026-04-20"), Accounting: day("2026-04-20"),
		}.Entry())
	}
	item, _ := books.Item(b.Entries()[0].ItemID(0))
	out := move("T-1", "A-1", "A-2", item)
	require.True(t, must(books.Post(out)))
	hand := credit(b, "K-1", 66_65, 55_55)
	hand.Account, hand.Bill, hand.Lines[0].Charge, hand.Lines[0].Item = "A-2", "", "", out.ItemID(0)
	must(adjust(books, hand))
	there, _ := books.Item(out.ItemID(0))
	require.True(t, must(books.Post(move("T-2", "A-2", "A-1", there))))
	require.ErrorContains(t, second(b.Rebill(ask("RB-1", corrected("5.00")), books)), "the books have adjustment K-1 of it")
}

// A re-run of what was approved is the same on another day of the books.
func TestARerunIsTheSameOnAnotherDayOfTheBooks(t *testing.T) {
	books, b := billedBooks(t, 0)
	approved := must(approve(must(b.Rebill(again("RB-1", waterOf(t, water("1", "2026-01-01", ""), march, 11)), books)), "m.alvarez"))
	done := must(billing.Adjust(approved, may().Add(2*time.Hour), books, day("2026-05-01")))
	_, err := books.PostAll(done.Entries...)
	require.NoError(t, err)
	require.Equal(t, done, must(billing.Adjust(approved, may().Add(3*time.Hour), books, day("2026-05-02"))))
}

// What stays is told at what it is, also where a courtesy has changed it.
func TestWhatStaysIsToldAtWhatItIs(t *testing.T) {
	engines := enginesOf(hanging(byLine(), "20.00"))
	books, bill := billOf(t, hanging(byLine(), "20.00"), water("1", "2026-01-01", ""), 13)
	r := leakRequest()
	r.Key, r.Kind = "C-1", billing.Courtesy
	r.Keeps = []billing.Keep{{Charge: "levy", Why: "the state takes it all the same"}}
	courtesy := must(bill.AdjustCharges(r, []billing.ChargeChange{{Agreement: "1", Charge: "tax", After: usd(1_00)}}, engines, books))
	must(adjust(books, courtesy))
	ask := linesRequest("L-1", billing.LineChange{Line: 2, Units: exact.Int(-1)})
	ask.Earlier = []billing.Adjustment{courtesy}
	ask.Keeps = []billing.Keep{{Charge: "tax", Why: "by resolution"}}
	a := must(adjustLines(bill, ask, engines, books))
	require.Equal(t, "tax", a.Keeps[0].Charge)
	require.Equal(t, usd(1_00), a.Keeps[0].Amount)
}
