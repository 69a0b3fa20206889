package collections_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/billing/collections"
)

// back records that mail came back.
func (s *story) back(of, on string) { s.event(collections.Returned, "", "", on).Of = of }

var visit = []collections.Code{"visit and posting required"}

// Mail to the customer that came back asks for a visit, whichever of the events of a letter the return was recorded on.
func TestWhateverMailToTheCustomerCameBackAsksForAVisit(t *testing.T) {
	for name, change := range map[string]func(s *story){
		"the bill":          func(s *story) { s.back("E1", "2026-04-02") },
		"the mailed notice": func(s *story) { s.back("E2", "2026-06-12") },
		"the contact":       func(s *story) { s.back("E3", "2026-06-12") },
		"the district's own notice, of the same letter as the contact": func(s *story) {
			s.event(collections.PastDueNotice, collections.ByMail, collections.Customer, "2026-06-04")
			s.back("E5", "2026-06-12")
		},
		"the district's own notice": func(s *story) {
			s.event(collections.PastDueNotice, collections.ByMail, collections.Customer, "2026-04-25")
			s.back("E5", "2026-05-02")
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := untilShutoff(t)
			change(s)
			require.Equal(t, visit, codes(s.walk(district(), "2026-06-22").Blocks))
			s.event(collections.Visit, collections.Posted, collections.Occupant, "2026-06-18 14:30")
			require.Empty(t, s.walk(district(), "2026-06-22").Blocks)
		})
	}
}

// A call lifts it that told the customer, after the mailing, of this debt; and no other.
func TestOnlyACallToTheCustomerAfterTheMailingMakesUpForIt(t *testing.T) {
	for name, c := range map[string]struct {
		step  collections.Step
		to    collections.Recipient
		on    string
		lifts bool
	}{
		"the customer, after it":   {collections.Contact, collections.Customer, "2026-06-05", true},
		"by another step":          {collections.PastDueNotice, collections.Customer, "2026-06-15", true},
		"the customer, of the day": {collections.Contact, collections.Customer, "2026-06-04", false},
		"the customer, before it":  {collections.Contact, collections.Customer, "2026-04-20", false},
		"a third party":            {collections.Contact, collections.ThirdParty, "2026-06-15", false},
		"the tenants":              {collections.PastDueNotice, collections.Tenants, "2026-06-15", false},
		"the occupant":             {collections.AdultReached, collections.Occupant, "2026-06-15", false},
	} {
		t.Run(name, func(t *testing.T) {
			s := untilShutoff(t)
			s.back("E3", "2026-06-12")
			s.event(c.step, collections.ByTelephone, c.to, c.on)
			a := s.walk(district(), "2026-06-22")
			require.Equal(t, c.lifts, len(a.Blocks) == 0, a.String())
			if !c.lifts {
				require.Equal(t, visit, codes(a.Blocks))
			}
		})
	}
	s := untilShutoff(t)
	s.back("E3", "2026-06-12")
	s.event(collections.AdultReached, collections.ByTelephone, collections.Customer, "2026-06-05")
	require.Equal(t, []collections.Code{"last contact required"}, codes(s.walk(district(), "2026-07-10").Blocks), "a call that is too old for a last contact told the customer")
	s = untilShutoff(t)
	s.back("E2", "2026-06-12")
	s.event(collections.Contact, collections.ByTelephone, collections.Customer, "2026-06-03")
	require.Empty(t, s.walk(district(), "2026-06-22").Blocks)
	s.back("E3", "2026-06-12")
	require.Equal(t, visit, codes(s.walk(district(), "2026-06-22").Blocks), "a later letter came back too")
}

// A visit counts from the day of the mail that came back.
func TestAVisitIsOnOrAfterTheMailing(t *testing.T) {
	for on, counts := range map[string]bool{"2026-06-03 14:30": false, "2026-06-04 14:30": true, "2026-06-10 14:30": true} {
		s := untilShutoff(t)
		s.back("E3", "2026-06-12")
		s.event(collections.Visit, collections.Posted, collections.Occupant, on)
		a := s.walk(district(), "2026-06-22")
		if counts {
			require.Empty(t, a.Blocks, on)
			continue
		}
		require.Equal(t, visit, codes(a.Blocks))
		require.Contains(t, a.String(), "visit E6 was on 2026-06-03, before the mail of 2026-06-04 that came back")
		s.event(collections.Visit, collections.Posted, collections.ThirdParty, "2026-06-18")
		require.Equal(t, visit, codes(s.walk(district(), "2026-06-22").Blocks), "a third party is not at the premises")
	}
}

// A notice to anybody but the customer that came back is none.
func TestANoticeToAnotherThatCameBackIsNone(t *testing.T) {
	for name, c := range map[string]struct {
		change func(s *story)
		step   collections.Step
		to     collections.Recipient
		want   collections.Code
	}{
		"the tenants":     {func(s *story) { s.f.Tenants = collections.Yes }, collections.MailedNotice, collections.Tenants, "notice to the tenants required"},
		"the occupant":    {func(s *story) { s.f.OtherAddress = collections.Yes }, collections.Contact, collections.Occupant, "notice to the occupant required"},
		"the third party": {func(s *story) { s.f.ThirdParty = collections.Yes }, collections.MailedNotice, collections.ThirdParty, "notice to the third party required"},
	} {
		t.Run(name, func(t *testing.T) {
			s := untilShutoff(t)
			c.change(s)
			s.event(c.step, collections.ByMail, c.to, "2026-06-04")
			require.Empty(t, s.walk(district(), "2026-06-22").Blocks)
			s.back("E5", "2026-06-10")
			a := s.walk(district(), "2026-06-22")
			require.Equal(t, []collections.Code{c.want}, codes(a.Blocks))
			require.Contains(t, a.String(), "E5 came back on 2026-06-10")
		})
	}
}

// The district's own notice that came back was not given: it goes out again.
func TestAPastDueNoticeThatCameBackIsGivenAgain(t *testing.T) {
	s := owes(t, "2026-04-16")
	s.event(collections.BillMailed, collections.ByMail, collections.Customer, "2026-03-26")
	s.event(collections.PastDueNotice, collections.ByMail, collections.Customer, "2026-04-25")
	require.Empty(t, listed(t, collections.Notices, "2026-05-05", s).Rows)
	s.back("E2", "2026-05-02")
	require.Len(t, listed(t, collections.Notices, "2026-05-05", s).Rows, 1)
}

// Before anything is past due nobody is told of a shutoff: what was done before it is no step.
func TestNothingIsAStepBeforeThereIsADebt(t *testing.T) {
	s := owes(t, "2026-04-16").told()
	s.event(collections.AdultReached, collections.ByTelephone, collections.Customer, "2026-06-17 10:30")
	require.Empty(t, s.walk(district(), "2026-06-22").Blocks)
	for on, counts := range map[string]bool{"2026-03-27": false, "2026-04-16": false, "2026-04-17": true} {
		s.f.Events[2].Day = day(on)
		a := s.walk(district(), "2026-06-22")
		if counts {
			require.Empty(t, a.Blocks)
			continue
		}
		require.Equal(t, []collections.Code{"contact required"}, codes(a.Blocks), on)
		require.Contains(t, a.String(), "contact E3 was on "+on+", and nothing was past due before 2026-04-17")
	}
	s.f.Events[2].Day = day("2026-06-04")
	s.f.Events[1].Day = day("2026-04-14")
	require.Empty(t, s.walk(district(), "2026-06-22").Blocks, "a mailed notice counts 19 days after the bill was mailed")

	early := owes(t, "2026-06-01")
	early.event(collections.BillMailed, collections.ByMail, collections.Customer, "2026-05-11")
	early.event(collections.PastDueNotice, collections.ByMail, collections.Customer, "2026-05-28")
	require.Len(t, listed(t, collections.Notices, "2026-06-10", early).Rows, 1, "who was told before it was due is told")
}

// What is recorded of a debt before its bill is of another one.
func TestAnEventBeforeTheBillIsRefused(t *testing.T) {
	l := compiled(t, district())
	s := untilShutoff(t)
	s.f.Events[0].Day = day("2026-03-25")
	_, err := l.Walk(s.facts("2026-06-22"))
	require.ErrorIs(t, err, collections.ErrEvent)
	require.ErrorContains(t, err, "events[0].day: the event E1 is of 2026-03-25, before the bill of 2026-03-26 of its debt")
	s.f.Events[3].Day, s.f.Events[3].At = day("2025-06-17"), clock("2025-06-17 10:30")
	_, err = l.Walk(s.facts("2026-06-22"))
	require.ErrorContains(t, err, "events[3].day")

	s = untilShutoff(t)
	s.event(collections.BillMailed, collections.ByMail, collections.Customer, "2026-03-20")
	s.event(collections.Withdrawn, "", "", "2026-03-21").Of = "E5"
	s.f.Events[len(s.f.Events)-1].Day = day("2026-06-21")
	require.Empty(t, s.walk(district(), "2026-06-22").Blocks, "one that was withdrawn is none")
	for _, billed := range []string{"2026-03-30", "2026-03-31", "2026-04-01", "2026-04-02", "2026-04-03"} {
		s.follow("more of it "+billed, billed, "2026-04-16", 20_00) // the first of its bills counts
	}
	require.Empty(t, s.walk(district(), "2026-06-22").Blocks)
}
