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

// withRebate is the book with a rebate, under the posting of water and base.
func withRebate(base, rebate string) rates.Book {
	b := book()
	c := &b.Schedules[0].Versions[0].Charges
	(*c)[0].Rule = rates.Fixed{Amount: rates.Num(base)}
	*c = append(*c, rates.Charge{ID: "rebate", Text: "Rebate", Rule: rates.Credit{Amount: rates.Num(rebate)}})
	return b
}

// rebatedBill is one of 13 CCF under a rebate.
func rebatedBill(t *testing.T, rebate string) (*ledger.Ledger, billing.Bill, func(key string, of rates.Book, earlier ...billing.Adjustment) billing.RebillRequest) {
	s := waterOf(t, water("1", "2026-01-01", ""), march, 13)
	s.Quote = must(must(rates.Compile(withRebate("20.00", rebate))).Price(s.Quote.Input))
	r := request(t)
	r.Postings[billing.ChargeOf{Schedule: "water", Charge: "rebate"}] = billing.Posting{Kind: "charge", Service: "water", RevenueCode: "4000"}
	r.Services = []billing.Service{s}
	b := must(billing.NewBill(r))
	var books ledger.Ledger
	must(books.PostAll(b.Entries()...))
	return &books, b, func(key string, of rates.Book, earlier ...billing.Adjustment) billing.RebillRequest {
		again := again(key, s)
		again.Services[0].Quote = must(must(rates.Compile(of)).Price(s.Quote.Input))
		again.Postings, again.Earlier = r.Postings, earlier
		return again
	}
}

// What a charge adds to an item another one may take of it; only what is beyond all of them is a credit of its own.
func TestWhatIsTakenOffAnItemIsOfAllItsCharges(t *testing.T) {
	books, b, ask := rebatedBill(t, "1.00") // 20.00 + 46.65 - 1.00
	change := must(b.Rebill(ask("RB-1", withRebate("100.00", "121.00")), books))
	require.Len(t, change.Lines, 2, "80.00 more, and 120.00 less of 65.65")
	must(adjust(books, change))
	require.Equal(t, usd(25_65), books.Balance(ledger.OfItem(b.Entries()[0].ItemID(0))))

	books, b, _ = rebatedBill(t, "50.00") // 16.65 in all
	r := leakRequest()
	r.Kind = billing.Correction
	none := must(b.AdjustCharges(r, []billing.ChargeChange{{Agreement: "1", Charge: "water"}}, enginesOf(withRebate("20.00", "50.00")), books))
	require.Equal(t, []string{"$30.00", "$0.00"}, []string{none.Lines[0].After.String(), none.Lines[1].After.String()})
	must(adjust(books, none))
	require.Equal(t, usd(-30_00), must(must(books.Account("A-1", ledger.Terms{})).Standing(day("2026-05-02"))).Balance)
}

// A courtesy beside what is corrected takes nothing more off an item than it holds, and a credit of its own is none of it.
func TestACorrectionBesideACourtesyTakesWhatItsItemHolds(t *testing.T) {
	books, b, ask := rebatedBill(t, "1.00")
	r := leakRequest()
	r.Key, r.Kind = "C-1", billing.Courtesy
	courtesy := must(b.AdjustCharges(r, []billing.ChargeChange{{Agreement: "1", Charge: "base", After: usd(5_00)}}, enginesOf(withRebate("20.00", "1.00")), books))
	must(adjust(books, courtesy))
	_, err := b.Rebill(ask("RB-1", withRebate("20.00", "60.00"), courtesy), books) // 59.00 less of 50.65
	require.ErrorIs(t, err, billing.ErrItem)
	require.ErrorContains(t, err, "$59.00 is taken off, and it was charged at $50.65")

	// A rebate with a courtesy on it is a credit, and no charge of which less is left.
	books, b, ask = rebatedBill(t, "50.00")
	courtesy = must(b.AdjustCharges(r, []billing.ChargeChange{{Agreement: "1", Charge: "rebate", After: usd(-55_00)}}, enginesOf(withRebate("20.00", "50.00")), books))
	must(adjust(books, courtesy))
	require.Equal(t, usd(10_00), must(b.Rebill(ask("RB-1", withRebate("20.00", "40.00"), courtesy), books)).Change())
}
