package collections_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/billing/collections"
	"github.com/headgate-dev/headgate/billing/ledger"
	"github.com/headgate-dev/headgate/billing/stored"
)

// correct takes so much off an item.
func (s *story) correct(key, on string, item stored.ID, cents int64) {
	s.t.Helper()
	it, ok := s.l.Item(item)
	require.True(s.t, ok)
	s.post(ledger.Entry{Cause: ledger.Adjusted, Key: key, Effective: day(on), Accounting: day(on),
		Moves: []ledger.Move{{From: it.Against(), To: ledger.OfItem(item), Amount: usd(cents), RevenueCode: it.RevenueCode}}})
}

// stated is a story whose notices and tag state an amount.
func stated(t tester, cents int64) *story {
	s := untilShutoff(t)
	for i := range s.f.Events[1:] {
		s.f.Events[i+1].Amount = usd(cents)
	}
	return s
}

// A row that was approved goes with its own amount: not with more, of which nobody was told, and not with less.
func TestWhatWasApprovedIsTheAmount(t *testing.T) {
	l := compiled(t, district())
	for name, c := range map[string]struct {
		change func(s *story)
		want   string
	}{
		"more is past due": {func(s *story) { s.bill(acct, "next", "2026-06-19", "charge", 900_00) },
			"a shutoff for $84.37 was approved, and $984.37 is past due now"},
		"a part was paid": {func(s *story) { s.pay("part", "2026-06-21", s.items[0], 50_00) },
			"a shutoff for $84.37 was approved, and $34.37 is past due now"},
		"it was corrected": {func(s *story) { s.correct("less", "2026-06-20", s.items[0], 50_00) },
			"a shutoff for $84.37 was approved, and $34.37 is past due now"},
	} {
		t.Run(name, func(t *testing.T) {
			s := untilShutoff(t)
			approved, _ := approve(t, listed(t, collections.Shutoffs, "2026-06-22", s))
			c.change(s)
			d, err := l.Dispatch(approved, clock("2026-06-22 07:30"), []collections.Facts{s.facts("2026-06-22")})
			require.NoError(t, err)
			require.Empty(t, d.Go)
			require.Contains(t, d.Pulled[0].String(), c.want)
			require.Equal(t, collections.NotApproved, d.Pulled[0].Reasons[0].Code)
		})
	}
}

// Notices on an amount that was corrected since are none, and the customer is told anew; a payment withdraws no notice.
func TestANoticeOnAnotherAmountIsNone(t *testing.T) {
	require.Empty(t, stated(t, 84_37).walk(district(), "2026-06-22").Blocks)
	for name, c := range map[string]struct {
		cents  int64
		change func(s *story)
		counts bool
	}{
		"corrected":                              {84_37, func(s *story) { s.correct("less", "2026-06-20", s.items[0], 50_00) }, false},
		"corrected by a cent":                    {84_37, func(s *story) { s.correct("less", "2026-06-20", s.items[0], 1) }, false},
		"corrected with effect from before them": {84_37, func(s *story) { s.correct("less", "2026-04-20", s.items[0], 50_00) }, false},
		"corrected before them, and told so":     {34_37, func(s *story) { s.correct("less", "2026-04-20", s.items[0], 50_00) }, true},
		"in part paid, and then corrected": {64_37, func(s *story) {
			s.pay("part", "2026-05-20", s.items[0], 20_00)
			s.correct("less", "2026-06-20", s.items[0], 10_00)
		}, false},
		"in part paid":      {84_37, func(s *story) { s.pay("part", "2026-06-20", s.items[0], 50_00) }, true},
		"paid on their day": {84_37, func(s *story) { s.pay("part", "2026-06-02", s.items[0], 50_00) }, true},
		"charged more":      {84_37, func(s *story) { s.bill(acct, "more", "2026-05-16", "charge", 50_00) }, true},
		"a fee was corrected": {84_37, func(s *story) {
			id := s.bill(acct, "fee", "2026-04-16", "fee", 40_00)
			s.correct("no fee", "2026-06-20", id, 40_00)
		}, true},
		"what came later was corrected": {84_37, func(s *story) {
			id := s.bill(acct, "later", "2026-06-18", "charge", 40_00)
			s.correct("no more", "2026-06-20", id, 40_00)
		}, true},
		"the bill was replaced by a smaller one": {84_37, func(s *story) {
			s.correct("none of it", "2026-06-20", s.items[0], 84_37)
			s.bill(acct, "anew", "2026-04-16", "charge", 60_00)
		}, false},
	} {
		t.Run(name, func(t *testing.T) {
			s := stated(t, c.cents)
			c.change(s)
			a := s.walk(district(), "2026-06-22")
			if c.counts {
				require.Empty(t, a.Blocks)
				return
			}
			require.Equal(t, append(every[:3:3], collections.AnotherAmount), codes(a.Blocks))
			require.Empty(t, listed(t, collections.Shutoffs, "2026-06-22", s).Rows)
			list := listed(t, collections.Notices, "2026-06-22", s)
			require.Len(t, list.Rows, 1, "who was told another amount is told anew")
			require.Equal(t, a.Debt.Amount, list.Rows[0].Amount)
		})
	}
	s := stated(t, 84_37)
	s.correct("less", "2026-06-20", s.items[0], 50_00)
	a := s.walk(district(), "2026-06-22")
	require.Equal(t, "blocked: notice on another amount: the mailed_notice E2 of 2026-06-02 states $84.37, and $34.37 is what was charged since a correction", a.Blocks[3].String())
	require.Contains(t, a.Blocks[0].Words, "contact E3 states $84.37, and $34.37 is what was charged since a correction")
	require.Equal(t, []collections.Code{"contact required", "mailed notice required"}, codes(listed(t, collections.DoorTags, "2026-06-22", s).Left[0].Reasons))

	// Told anew, with what the list says, nothing is in the way but the new waits.
	d := s.going(collections.Notices, "2026-06-22")
	for _, e := range []collections.Event{
		{Key: "N1", Step: collections.PastDueNotice, Method: collections.ByMail, To: collections.Customer},
		{Key: "N2", Step: collections.MailedNotice, Method: collections.ByMail, To: collections.Customer},
		{Key: "N3", Step: collections.Contact, Method: collections.ByMail, To: collections.Customer},
		{Key: "N4", Step: collections.DoorTag, Method: collections.Posted, To: collections.Occupant},
	} {
		e.Day, e.By = day("2026-06-22"), person("m.alvarez")
		told := must(d.Told(acct, e))
		require.Equal(t, usd(34_37), told.Amount)
		s.f.Events = append(s.f.Events, told)
	}
	a = s.walk(district(), "2026-06-22")
	require.Empty(t, a.Blocks)
	require.Equal(t, day("2026-07-07"), a.Day)
	require.Equal(t, collections.NoticeGiven, listed(t, collections.Notices, "2026-06-23", s).Left[0].Reasons[0].Code)
}

// A mailed notice may come before there is a debt, and an installment is a part of what was charged: both are told by what was charged.
func TestAnAmountIsOfWhatWasToldOf(t *testing.T) {
	s := stated(t, 84_37)
	s.f.Events[1].Day = day("2026-04-15")
	require.Empty(t, s.walk(district(), "2026-06-22").Blocks)
	s.correct("less", "2026-06-20", s.items[0], 1_00)
	require.Contains(t, codes(s.walk(district(), "2026-06-22").Blocks), collections.AnotherAmount)

	s = owes(t, "2026-04-16")
	s.plan("2026-05-01", s.items, ledger.Installment{Billed: day("2026-05-01"), Due: day("2026-05-20"), Amount: usd(40_00)}, ledger.Installment{Billed: day("2026-05-30"), Due: day("2026-06-10"), Amount: usd(44_37)})
	s.debt = day("2026-05-20")
	s.event(collections.Contact, collections.ByMail, collections.Customer, "2026-06-15").Amount = usd(84_37)
	require.NotContains(t, codes(s.walk(district(), "2026-06-22").Blocks), collections.Code("contact required"))
	s.correct("less", "2026-06-20", s.items[0], 1_00)
	require.Contains(t, s.walk(district(), "2026-06-22").String(), "contact E1 states $84.37, and $83.37 is what was charged since a correction")
}
