package collections_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/billing/collections"
	"github.com/headgate-dev/headgate/billing/ledger"
)

// An installment that was paid late, and one that is missed again: it was kept between, and the ladder begins anew with each.
func TestAPlanThatIsBrokenAgainBeginsTheLadderAnew(t *testing.T) {
	s := owes(t, "2026-04-16")
	id := s.bill(acct, "other", "2026-04-30", "charge", 60_00)
	s.plan("2026-05-01", append(s.items[:0:0], id), ledger.Installment{Billed: day("2026-05-02"), Due: day("2026-06-01"), Amount: usd(30_00)},
		ledger.Installment{Billed: day("2026-06-02"), Due: day("2026-07-01"), Amount: usd(30_00)})
	s.pay("late", "2026-06-05", id, 30_00)
	s.event(collections.PastDueNotice, collections.ByMail, collections.Customer, "2026-06-03")
	require.Equal(t, []collections.Code{collections.NoticeGiven}, codes(listed(t, collections.Notices, "2026-06-04", s).Left[0].Reasons))
	require.Equal(t, []collections.Code{collections.PlanKept}, codes(listed(t, collections.Notices, "2026-06-20", s).Left[0].Reasons)[:1])
	require.Len(t, listed(t, collections.Notices, "2026-07-02", s).Rows, 1)

	// Given on the day on which it was broken, it counts, however long it is broken.
	s.event(collections.PastDueNotice, collections.ByMail, collections.Customer, "2026-07-02")
	s.bill(acct, "next", "2026-07-10", "charge", 60_00)
	require.Equal(t, []collections.Code{collections.NoticeGiven}, codes(listed(t, collections.Notices, "2026-08-20", s).Left[0].Reasons))
}

// After a broken plan the past-due notice of before it is none: the list brings it again, and once it was given anew no more.
func TestAfterABrokenPlanTheNoticeIsGivenAnew(t *testing.T) {
	for name, c := range map[string]struct {
		plan      func(s *story)
		on, words string
	}{
		"that was ended": {func(s *story) {
			s.plan("2026-05-01", s.items, ledger.Installment{Billed: day("2026-05-02"), Due: day("2026-06-01"), Amount: usd(84_37)})
			s.terms.Plans[0].Ended, s.terms.Plans[0].Ending = day("2026-06-10"), "broken"
		}, "2026-06-10", "ended on 2026-06-10"},
		"of another bill, that was ended": {func(s *story) {
			id := s.bill(acct, "other", "2026-04-30", "charge", 60_00)
			s.plan("2026-05-01", append(s.items[:0:0], id), ledger.Installment{Billed: day("2026-05-02"), Due: day("2026-06-01"), Amount: usd(60_00)})
			s.terms.Plans[0].Ended, s.terms.Plans[0].Ending = day("2026-06-10"), "broken"
		}, "2026-06-10", "ended on 2026-06-10"},
		"of another bill, that is in force": {func(s *story) {
			id := s.bill(acct, "other", "2026-04-30", "charge", 60_00)
			s.plan("2026-05-01", append(s.items[:0:0], id), ledger.Installment{Billed: day("2026-05-02"), Due: day("2026-06-01"), Amount: usd(60_00)})
		}, "2026-06-02", "was broken on 2026-06-02"},
	} {
		t.Run(name, func(t *testing.T) {
			s := owes(t, "2026-04-16")
			s.event(collections.PastDueNotice, collections.ByMail, collections.Customer, "2026-04-25")
			require.Equal(t, []collections.Code{collections.NoticeGiven}, codes(listed(t, collections.Notices, "2026-04-28", s).Left[0].Reasons))
			c.plan(s)
			require.Equal(t, []collections.Code{collections.PlanKept}, codes(listed(t, collections.Notices, "2026-05-30", s).Left[0].Reasons)[:1])
			require.Equal(t, day("2026-04-16"), s.walk(district(), c.on).Debt.Due)
			require.Len(t, listed(t, collections.Notices, c.on, s).Rows, 1)
			s.event(collections.Contact, collections.ByMail, collections.Customer, "2026-04-28")
			require.Contains(t, s.walk(district(), c.on).String(), "contact E2 was before the plan "+c.words)
			s.event(collections.PastDueNotice, collections.ByMail, collections.Customer, c.on)
			require.Equal(t, []collections.Code{collections.NoticeGiven}, codes(listed(t, collections.Notices, "2026-06-12", s).Left[0].Reasons))
		})
	}
}
