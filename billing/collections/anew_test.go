package collections_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/collections"
	"github.com/headgate-dev/headgate/billing/ledger"
	"github.com/headgate-dev/headgate/billing/policy"
)

// reverse takes an entry of a key back.
func (s *story) reverse(key, on string) {
	s.t.Helper()
	for e := range s.l.EntriesOf(acct) {
		if e.Key == key {
			r, err := s.l.Reverse(e.ID(), "back "+key, ledger.Returned, day(on), day(on))
			require.NoError(s.t, err)
			s.post(r)
			return
		}
	}
	require.Fail(s.t, "no entry", key)
}

// every is what is missing where nothing counts that was told.
var every = []collections.Code{"contact required", "mailed notice required", "last contact required"}

// What was told before the ladder began anew is no step: a household is not shut off again, or after half a year, without a word.
func TestWhatWasToldBeforeTheLadderBeganAnewIsNoStep(t *testing.T) {
	for name, c := range map[string]struct {
		change func(s *story)
		on     string
		words  string
	}{
		"a reconnection": {func(s *story) {
			s.event(collections.ShutOff, collections.InPerson, collections.Occupant, "2026-06-22 09:00")
			s.event(collections.Reconnected, collections.InPerson, collections.Occupant, "2026-06-23 09:00")
		}, "2026-06-24", "contact E3 was before the day after the reconnection of 2026-06-23"},
		"a payment that came back": {func(s *story) {
			s.pay("check", "2026-06-19", s.items[0], 84_37)
			s.reverse("check", "2026-06-22")
		}, "2026-06-22", "contact E3 was before the debt stood again on 2026-06-22"},
		"a payment that came back with effect from its own day": {func(s *story) {
			s.pay("check", "2026-06-19", s.items[0], 84_37)
			for e := range s.l.EntriesOf(acct) {
				if e.Key == "check" {
					s.post(must(s.l.Reverse(e.ID(), "back", ledger.Returned, day("2026-06-19"), day("2026-06-22"))))
					break
				}
			}
		}, "2026-06-22", "contact E3 was before a payment or a credit was taken back on 2026-06-22"},
		"a payment of the oldest part that came back, while more was owed": {func(s *story) {
			s.bill(acct, "next", "2026-05-16", "charge", 60_00)
			s.pay("check", "2026-06-19", s.items[0], 84_37)
			s.reverse("check", "2026-06-22")
		}, "2026-06-22", "contact E3 was before the debt stood again on 2026-06-22"},
		"a part payment, below the least, that came back": {func(s *story) {
			s.pay("check", "2026-06-19", s.items[0], 60_00)
			s.reverse("check", "2026-06-22")
		}, "2026-06-22", "contact E3 was before the debt stood again on 2026-06-22"},
		"a draft of all of it that failed": {func(s *story) {
			s.pending(ledger.DraftInFlight, 84_37, "2026-06-18")
			s.terms.Pending[0].Until = day("2026-06-22")
		}, "2026-06-22", "contact E3 was before the debt stood again on 2026-06-22"},
		"an appeal": {func(s *story) {
			s.f.Reviews = []collections.Review{{Kind: collections.Appeal, Filed: day("2026-06-18"), Decided: day("2026-06-22")}}
		}, "2026-06-22", "contact E3 was before the appeal was decided on 2026-06-22"},
		"two reviews": {func(s *story) {
			s.f.Reviews = []collections.Review{{Kind: collections.Complaint, Filed: day("2026-06-18"), Decided: day("2026-06-22")},
				{Kind: collections.Appeal, Filed: day("2026-06-18"), Decided: day("2026-06-22")}}
		}, "2026-06-22", "contact E3 was before the appeal was decided on 2026-06-22"},
		"a petition that was dismissed": {func(s *story) {
			s.f.Bankruptcies = []collections.Bankruptcy{{Petition: day("2026-06-18"), Through: day("2026-06-20"), Closed: day("2026-06-22"), Dismissed: true}}
		}, "2026-06-22", "contact E3 was before the petition was dismissed on 2026-06-22"},
		"a case that was closed": {func(s *story) {
			s.f.Bankruptcies = []collections.Bankruptcy{{Petition: day("2026-02-18"), Through: day("2026-02-20"), Closed: day("2026-06-22")}}
		}, "2026-06-22", "contact E3 was before the bankruptcy was closed on 2026-06-22"},
		"a hardship": {func(s *story) {
			s.f.Hardships = []collections.Hardship{{Certified: true, CannotPay: true, Willing: true, From: day("2026-06-18"), Until: day("2026-06-22")}}
		}, "2026-06-22", "contact E3 was before the hardship ended on 2026-06-22"},
		"level pay": {func(s *story) {
			s.level()
			s.terms.LevelPay[0].Settled, s.terms.LevelPay[0].SettlementDue = day("2026-06-22"), day("2026-07-13")
		}, "2026-06-22", "contact E3 was before level pay was settled on 2026-06-22"},
		"a plan of another bill": {func(s *story) {
			id := s.bill(acct, "other", "2026-05-16", "charge", 60_00)
			s.plan("2026-06-18", append(s.items[:0:0], id), ledger.Installment{Due: day("2026-07-30"), Amount: usd(60_00)})
			s.terms.Plans[0].Ended, s.terms.Plans[0].Ending = day("2026-06-22"), "called off"
		}, "2026-06-22", "contact E3 was before the plan ended on 2026-06-22"},
	} {
		t.Run(name, func(t *testing.T) {
			s := untilShutoff(t)
			c.change(s)
			a := s.walk(district(), c.on)
			for _, code := range every {
				require.Contains(t, codes(a.Blocks), code)
			}
			require.Equal(t, day("2026-04-16"), a.Debt.Due)
			require.Contains(t, a.String(), c.words)
			require.NotContains(t, a.String(), "bill_mailed", "the bill was mailed, whatever happened since")
			require.Empty(t, listed(t, collections.Shutoffs, c.on, s).Rows)
			for _, l := range listed(t, collections.DoorTags, c.on, s).Left {
				require.NotContains(t, codes(l.Reasons), collections.TagHung, "a tag of before is none")
			}

			// Told anew, it may be shut off once all waits have passed anew.
			s.event(collections.MailedNotice, collections.ByMail, collections.Customer, "2026-06-24")
			s.event(collections.Contact, collections.ByMail, collections.Customer, "2026-06-24")
			s.event(collections.FinalNotice, collections.Posted, collections.Occupant, "2026-08-24")
			s.event(collections.DoorTag, collections.Posted, collections.Occupant, "2026-07-08 10:30")
			if a = s.walk(district(), "2026-08-24"); a.Blocked() {
				require.Equal(t, []collections.Code{"last contact required"}, codes(a.Blocks), "the tag of 8 July has aged")
			}
			s.f.Events[len(s.f.Events)-1].Day, s.f.Events[len(s.f.Events)-1].At = day("2026-08-24"), clock("2026-08-24 10:30")
			require.Empty(t, s.walk(district(), "2026-08-24").Blocks)
		})
	}
}

// Some money on its way, or some of it paid and returned, leaves the debt what it was: it began on no other day.
func TestAPartOfTheDebtBeginsNothingAnew(t *testing.T) {
	s := untilShutoff(t)
	s.pay("check", "2026-06-19", s.items[0], 50_00)
	s.reverse("check", "2026-06-22")
	s.bill(acct, "next", "2026-06-18", "charge", 60_00)
	s.terms.Pending = []ledger.Pending{{Key: "gone", Account: acct, Kind: ledger.DraftInFlight, Amount: usd(1), From: day("2026-06-18"), Until: day("2026-06-22")}}
	require.Empty(t, s.walk(district(), "2026-06-22").Blocks)

	// What keeps it from a shutoff still has not ended, and two of three parts of a hardship kept it from none.
	s.f.Hardships = []collections.Hardship{{Certified: true, CannotPay: true, From: day("2026-06-18"), Until: day("2026-06-22")}}
	require.Empty(t, s.walk(district(), "2026-06-22").Blocks)
	s.f.Reviews = []collections.Review{{Kind: collections.Appeal, Filed: day("2026-06-18"), Decided: day("2026-06-23")}}
	require.Equal(t, []collections.Code{collections.AppealPending}, codes(s.walk(district(), "2026-06-22").Blocks))

	// What is told on the day on which it began anew counts.
	s = owes(t, "2026-04-16").told()
	for i := range s.f.Events[1:] {
		s.f.Events[i+1].Day = day("2026-06-02")
	}
	s.f.Reviews = []collections.Review{{Kind: collections.Appeal, Filed: day("2026-05-18"), Decided: day("2026-06-02")}}
	require.Equal(t, []collections.Code{"last contact required"}, codes(s.walk(district(), "2026-06-22").Blocks))

	// The debt was another one while an older part of it was owed: no more was it paid.
	s = untilShutoff(t)
	id := s.bill(acct, "older", "2026-03-16", "charge", 60_00)
	s.pay("older", "2026-06-18", id, 60_00)
	require.Empty(t, s.walk(district(), "2026-06-22").Blocks)
}

// A tag, an adult who was reached and a visit count for a shutoff of so many days after and no later one: on the day of the question, on that
// of a list, and on that of the answer.
func TestALastContactCountsForSomeDays(t *testing.T) {
	p := district()
	p.LastContactAge = policy.Is(14)
	s := untilShutoff(t) // a tag of 17 June
	require.Empty(t, s.walk(p, "2026-07-01").Blocks)
	a := s.walk(p, "2026-07-02")
	require.Equal(t, []collections.Code{"last contact required"}, codes(a.Blocks))
	require.Contains(t, a.String(), "door_tag E4 was on 2026-06-17, and counts for 14 days: not on 2026-07-02")
	reached := owes(t, "2026-04-16").told()
	reached.event(collections.AdultReached, collections.InPerson, collections.Occupant, "2026-06-17 10:30")
	require.Empty(t, reached.walk(p, "2026-07-01").Blocks)
	require.Equal(t, []collections.Code{"last contact required"}, codes(reached.walk(p, "2026-07-02").Blocks))

	l := compiled(t, p)
	list := func(kind collections.ListKind, on, facts string) collections.List {
		t.Helper()
		return must(l.List(kind, "L", day(on), person("m.alvarez"), []collections.Facts{s.facts(facts)}))
	}
	require.Len(t, list(collections.Shutoffs, "2026-07-01", "2026-06-22").Rows, 1)
	require.Equal(t, []collections.Code{"last contact required"}, codes(list(collections.Shutoffs, "2026-07-02", "2026-06-22").Left[0].Reasons), "by the day of the list")
	require.Equal(t, []collections.Code{collections.TagHung}, codes(list(collections.DoorTags, "2026-07-01", "2026-07-01").Left[0].Reasons))
	require.Len(t, list(collections.DoorTags, "2026-07-02", "2026-07-02").Rows, 1, "another tag is hung")

	// A notice states 6 July: by then the tag of 17 June is too old, one of 23 June is not.
	s.f.Events[1].Printed = day("2026-07-03")
	a = s.walk(p, "2026-06-23")
	require.Equal(t, []collections.Code{"last contact required"}, codes(a.Blocks))
	require.Contains(t, a.String(), "not on 2026-07-06")
	require.Equal(t, civil.Date{}, a.Day)
	s.event(collections.DoorTag, collections.Posted, collections.Occupant, "2026-06-23 10:30")
	a = s.walk(p, "2026-06-23")
	require.Empty(t, a.Blocks)
	require.Equal(t, day("2026-07-06"), a.Day)
	require.Equal(t, "E5", bound(t, a, "last contact").Event)

	// Mail that came back asks for a visit, which grows old too.
	s.f.Events[1].Printed = civil.Date{}
	s.event(collections.Returned, "", "", "2026-06-12").Of = "E3"
	s.event(collections.Visit, collections.Posted, collections.Occupant, "2026-06-18 14:30")
	require.Empty(t, s.walk(p, "2026-07-02").Blocks)
	require.Equal(t, []collections.Code{"visit and posting required"}, codes(s.walk(p, "2026-07-03").Blocks))
}

// The last of shutoffs and reconnections decides, however often each was recorded; one that was withdrawn is none.
func TestTheLastOfShutoffsAndReconnectionsDecides(t *testing.T) {
	type step struct {
		step collections.Step
		when string
	}
	off, on := collections.ShutOff, collections.Reconnected
	for name, c := range map[string]struct {
		steps     []step
		withdrawn string
		off       bool
	}{
		"off":                                 {[]step{{off, "2026-06-18"}}, "", true},
		"off twice, on once":                  {[]step{{off, "2026-06-18 09:00"}, {off, "2026-06-18 09:05"}, {on, "2026-06-19"}}, "", false},
		"on, and off":                         {[]step{{on, "2026-06-17"}, {off, "2026-06-18"}}, "", true},
		"off, on, and off":                    {[]step{{off, "2026-06-16"}, {on, "2026-06-17"}, {off, "2026-06-18"}}, "", true},
		"a shutoff that was withdrawn":        {[]step{{off, "2026-06-18"}}, "E5", false},
		"a reconnection that was withdrawn":   {[]step{{off, "2026-06-18"}, {on, "2026-06-19"}}, "E6", true},
		"of one day, in their order":          {[]step{{off, "2026-06-18"}, {on, "2026-06-18"}}, "", false},
		"of one day, by their instants":       {[]step{{off, "2026-06-18 12:00"}, {on, "2026-06-18 10:00"}}, "", true},
		"of one day, by one instant":          {[]step{{off, "2026-06-18 12:00"}, {on, "2026-06-18"}}, "", false},
		"of one day, once without an instant": {[]step{{off, "2026-06-18 12:00"}, {off, "2026-06-18"}, {on, "2026-06-18 10:00"}}, "", true},
		"of one day, off, on and off":         {[]step{{off, "2026-06-18 08:00"}, {on, "2026-06-18 10:00"}, {off, "2026-06-18 12:00"}}, "", true},
		"of one day, off, on and off at last": {[]step{{off, "2026-06-18 08:00"}, {on, "2026-06-18 10:00"}, {off, "2026-06-19"}}, "", true},
	} {
		t.Run(name, func(t *testing.T) {
			s := untilShutoff(t)
			for _, one := range c.steps {
				s.event(one.step, collections.InPerson, collections.Occupant, one.when)
			}
			if c.withdrawn != "" {
				s.event(collections.Withdrawn, "", "", "2026-06-20").Of = c.withdrawn
			}
			for range 2 {
				require.Equal(t, c.off, s.walk(district(), "2026-06-22").Blocked() && s.walk(district(), "2026-06-22").Blocks[0].Code == collections.AlreadyOff)
				require.Equal(t, !c.off, len(listed(t, collections.Notices, "2026-06-22", s).Rows) == 1, "who has water is told")
				for i, j := 4, len(s.f.Events)-1; i < j; i, j = i+1, j-1 {
					s.f.Events[i], s.f.Events[j] = s.f.Events[j], s.f.Events[i]
				}
			}
		})
	}
}

// What ends on a later day has not ended yet: a petition that will be dismissed blocks, and a plan that will end is broken since the first
// installment that was missed up to the day.
func TestWhatEndsLaterHasNotEnded(t *testing.T) {
	s := untilShutoff(t)
	s.f.Bankruptcies = []collections.Bankruptcy{{Petition: day("2026-06-18"), Through: day("2026-06-20"), Closed: day("2026-06-23"), Dismissed: true}}
	require.Equal(t, []collections.Code{collections.InBankruptcy}, codes(s.walk(district(), "2026-06-22").Blocks))

	s = untilShutoff(t)
	s.plan("2026-06-18", s.items, ledger.Installment{Billed: day("2026-06-18"), Due: day("2026-06-30"), Amount: usd(40_00)},
		ledger.Installment{Billed: day("2026-07-01"), Due: day("2026-07-30"), Amount: usd(44_37)})
	s.pay("late", "2026-07-10", s.items[0], 40_00)
	s.terms.Plans[0].Ended, s.terms.Plans[0].Ending = day("2026-08-15"), "broken"
	require.Equal(t, day("2026-08-30"), bound(t, s.walk(district(), "2026-07-05"), "60 days after a broken plan").Day)
	require.Equal(t, day("2026-09-29"), bound(t, s.walk(district(), "2026-08-15"), "60 days after a broken plan").Day)
}

// Up to the day of the books the account was taken for settled: whatever settled it, and however early what takes it back counts.
func TestWhatSettledADebtAndIsTakenBackBeginsTheLadderAnew(t *testing.T) {
	reverse := func(s *story, e ledger.Entry) {
		s.post(e)
		s.post(must(s.l.Reverse(e.ID(), "back", e.Cause, day("2026-06-18"), day("2026-06-22"))))
	}
	for name, back := range map[string]func(s *story){
		"an adjustment": func(s *story) {
			reverse(s, ledger.Entry{Cause: ledger.Adjusted, Key: "less", Effective: day("2026-06-18"), Accounting: day("2026-06-18"),
				Moves: []ledger.Move{{From: ledger.Revenue("4000"), To: ledger.OfItem(s.items[0]), Amount: usd(84_37), RevenueCode: "4000"}}})
		},
		"a write-off": func(s *story) {
			reverse(s, ledger.Entry{Cause: ledger.WrittenOff, Key: "off", Effective: day("2026-06-18"), Accounting: day("2026-06-18"),
				Moves: []ledger.Move{{From: ledger.Place{Kind: ledger.PlaceWriteOff}, To: ledger.OfItem(s.items[0]), Amount: usd(84_37), RevenueCode: "4000"}}})
		},
		"a payment of another": func(s *story) {
			s.pay("p", "2026-06-18", s.items[0], 84_37)
			moves := must(s.l.Unapply(s.items[0], usd(84_37)))
			s.post(ledger.Entry{Cause: ledger.Applied, Key: "apart", Effective: day("2026-06-18"), Accounting: day("2026-06-22"), Moves: moves})
			s.post(ledger.Entry{Cause: ledger.Transferred, Key: "to whom it was", Effective: day("2026-06-18"), Accounting: day("2026-06-22"),
				Moves: []ledger.Move{{From: ledger.CreditOf(acct, "Ord"), To: ledger.CreditOf("0200000", "Ord"), Amount: usd(84_37), RevenueCode: moves[0].RevenueCode}}})
		},
	} {
		s := untilShutoff(t)
		require.Len(t, listed(t, collections.Shutoffs, "2026-06-22", s).Rows, 1)
		back(s)
		list := listed(t, collections.Shutoffs, "2026-06-22", s)
		require.Empty(t, list.Rows, name)
		require.Contains(t, list.Left[0].String(), "was taken back on 2026-06-22", name)
	}
}
