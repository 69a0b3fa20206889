package collections_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/billing/collections"
	"github.com/headgate-dev/headgate/billing/ledger"
	"github.com/headgate-dev/headgate/billing/stored"
)

// replace takes an item back and opens another in its place, of the bill of a day.
func (s *story) replace(key, on, billed string, old stored.ID, cents int64) stored.ID {
	s.t.Helper()
	it, ok := s.l.Item(old)
	require.True(s.t, ok)
	item := it.Item
	if item.Billed = day(billed); item.Due.Before(item.Billed) {
		item.Due = day("2026-04-16")
	}
	e := ledger.Entry{Cause: ledger.Adjusted, Key: key, Effective: day(on), Accounting: day(on),
		Opens: []ledger.Open{{Item: item, Amount: usd(cents), Against: item.Against()}},
		Moves: []ledger.Move{{From: it.Against(), To: ledger.OfItem(old), Amount: it.Charged, RevenueCode: it.RevenueCode}}}
	s.post(e)
	s.items = append(s.items, e.ItemID(0))
	return e.ItemID(0)
}

// follow bills an item in an entry that follows from the bill of the story.
func (s *story) follow(key, billed, due string, cents int64) stored.ID {
	s.t.Helper()
	first, ok := s.l.Item(s.items[0])
	require.True(s.t, ok)
	return s.followOf(first.Entry, key, billed, due, cents)
}

// followOf bills an item in an entry that follows from another.
func (s *story) followOf(parent stored.ID, key, billed, due string, cents int64) stored.ID {
	s.t.Helper()
	first, ok := s.l.Item(s.items[0])
	require.True(s.t, ok)
	item := first.Item
	item.Billed, item.Due = day(billed), day(due)
	e := ledger.Entry{Cause: ledger.Billed, Key: key, Parent: parent, Effective: day(billed), Accounting: day(billed),
		Opens: []ledger.Open{{Item: item, Amount: usd(cents), Against: item.Against()}}}
	s.post(e)
	s.items = append(s.items, e.ItemID(0))
	return e.ItemID(0)
}

// What a plan covered is of the plan still where another item replaces it: the 60 days, and the final notice, are asked for.
func TestWhatReplacesAnItemOfABrokenPlanIsOfThePlan(t *testing.T) {
	for name, change := range map[string]func(s *story){
		"replaced": func(s *story) { s.replace("rebill", "2026-07-12", "2026-03-26", s.items[0], 80_00) },
		"replaced twice": func(s *story) {
			id := s.replace("rebill", "2026-07-11", "2026-03-26", s.items[0], 80_00)
			s.replace("again", "2026-07-12", "2026-03-26", id, 70_00)
		},
		"raised, and another item beside it, while it is paid": func(s *story) {
			it, _ := s.l.Item(s.items[0])
			e := ledger.Entry{Cause: ledger.Adjusted, Key: "more", Effective: day("2026-07-11"), Accounting: day("2026-07-11"),
				Opens: []ledger.Open{{Item: it.Item, Amount: usd(60_00), Against: it.Against()}},
				Moves: []ledger.Move{{From: ledger.OfItem(s.items[0]), To: it.Against(), Amount: usd(1_00), RevenueCode: it.RevenueCode}}}
			s.post(e)
			s.pay("first", "2026-07-12", s.items[0], 85_37)
		},
		"billed anew, after its correction": func(s *story) {
			s.correct("none of it", "2026-07-11", s.items[0], 84_37)
			for e := range s.l.EntriesOf(acct) {
				if e.Key == "none of it" {
					s.followOf(e.ID(), "rebill", "2026-03-26", "2026-04-16", 70_00)
					break
				}
			}
		},
		"billed anew": func(s *story) {
			s.correct("none of it", "2026-07-11", s.items[0], 84_37)
			s.follow("rebill", "2026-03-26", "2026-04-16", 70_00)
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := untilShutoff(t)
			s.plan("2026-06-18", s.items, ledger.Installment{Billed: day("2026-06-18"), Due: day("2026-06-30"), Amount: usd(40_00)}, ledger.Installment{Due: day("2026-12-30"), Amount: usd(44_37)})
			s.terms.Plans[0].Ended, s.terms.Plans[0].Ending = day("2026-07-10"), "broken"
			change(s)
			a := s.walk(district(), "2026-07-13")
			require.Contains(t, codes(a.Blocks), collections.Code("final notice required"))
			require.Equal(t, day("2026-08-30"), bound(t, a, "60 days after a broken plan").Day)
		})
	}
}

// What is of days before a petition never counts, whenever it was billed: what replaces a bill of before by the books, and a back-bill as it
// is stated. A petition that was dismissed keeps nothing.
func TestWhatIsOfBeforeAPetitionNeverCounts(t *testing.T) {
	closed := collections.Bankruptcy{Petition: day("2026-02-01"), Through: day("2026-02-10"), Closed: day("2026-03-01")}
	s := untilShutoff(t)
	s.f.Bankruptcies = []collections.Bankruptcy{closed}
	require.Empty(t, s.walk(district(), "2026-06-22").Blocks, "billed after it, and nothing says that it is of before")
	s.f.Bankruptcies[0].Items = s.items
	require.Equal(t, []collections.Code{collections.InBankruptcy, collections.NothingPastDue}, codes(s.walk(district(), "2026-06-22").Blocks), "a back-bill")
	s.f.Bankruptcies[0].Dismissed = true
	require.Empty(t, s.walk(district(), "2026-06-22").Blocks)
	s.f.Bankruptcies[0].Items = []stored.ID{s.items[0], {}}
	_, err := compiled(t, district()).Walk(s.facts("2026-06-22"))
	require.ErrorIs(t, err, collections.ErrFacts)
	require.ErrorContains(t, err, ": bankruptcies[0].items[1]: ")
	another := s.bill("0200001", "another's", "2026-04-16", "charge", 60_00)
	s.f.Bankruptcies[0].Items = []stored.ID{another}
	_, err = compiled(t, district()).Walk(s.facts("2026-06-22"))
	require.ErrorContains(t, err, ": bankruptcies[0].items[0]: ")

	for name, change := range map[string]func(s *story){
		"replaced": func(s *story) { s.replace("rebill", "2026-03-20", "2026-03-20", s.items[0], 80_00) },
		"follows": func(s *story) {
			s.correct("none of it", "2026-03-19", s.items[0], 84_37)
			s.follow("rebill", "2026-03-20", "2026-04-16", 80_00)
		},
	} {
		s := owes(t, "2026-02-20")
		s.f.Bankruptcies = []collections.Bankruptcy{closed}
		change(s)
		require.Contains(t, codes(s.walk(district(), "2026-06-22").Blocks), collections.InBankruptcy, name)
		s.bill(acct, "next", "2026-05-16", "charge", 60_00)
		require.Equal(t, usd(60_00), s.walk(district(), "2026-06-22").Debt.Amount, "a bill of its own counts")
	}
}
