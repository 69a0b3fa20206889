package collections_test

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/collections"
)

// The worked example of the policy, README §3.6.
func TestTheDateIsTheLatestOverAllConstraintsOnAPermittedDay(t *testing.T) {
	s := untilShutoff(t)
	a := s.walk(district(), "2026-06-18")
	require.Empty(t, a.Blocks)
	for title, want := range map[string]string{
		"60 days delinquent": "2026-06-16", "10-day mailed notice": "2026-06-17", "7-business-day contact": "2026-06-15", "last contact": "2026-06-19",
	} {
		require.Equal(t, day(want), bound(t, a, title).Day, title)
	}
	require.Equal(t, clock("2026-06-19 10:30"), bound(t, a, "last contact").At)
	require.Equal(t, day("2026-06-22"), a.Day)
	require.Equal(t, clock("2026-06-22 08:00"), a.NotBefore)
	require.Equal(t, []collections.Moved{{Day: day("2026-06-19"), Closed: true}, {Day: day("2026-06-20"), Law: "CA-GOV-60370@2022"},
		{Day: day("2026-06-21"), Law: "CA-GOV-60370@2022"}}, a.Moved)
	require.Equal(t, day("2026-04-17"), a.Debt.FirstDelinquent)
	require.Equal(t, "from 2026-06-22 08:00 on, for $84.37 due 2026-04-16: last contact (Gov 60373; PUC 10010.1, unverified): "+
		"48 hours after the door_tag E4 of 2026-06-17 is 2026-06-19 10:30; on 2026-06-19 the office is closed; "+
		"2026-06-20 is a Saturday, on which CA-GOV-60370@2022 allows no shutoff; 2026-06-21 is a Sunday, on which CA-GOV-60370@2022 allows no shutoff; "+
		"CA-HSC-116900@2024 and CA-GOV-60370@2022: to be confirmed by counsel", a.String())
	require.Equal(t, "60 days delinquent (H&S 116908(a)(1)(A), verified): 60 delinquent days (full_days) after due 2026-04-16 is 2026-06-16",
		bound(t, a, "60 days delinquent").String())

	reached := owes(t, "2026-04-16").told()
	reached.event(collections.AdultReached, collections.InPerson, collections.Occupant, "2026-06-16 09:00")
	a = reached.walk(district(), "2026-06-18")
	require.Equal(t, clock("2026-06-17 09:00"), a.NotBefore)

	at := district()
	at.Reading = collections.AtLeast
	require.Equal(t, day("2026-06-15"), bound(t, reached.walk(at, "2026-06-18"), "60 days delinquent").Day, "reading A")
}

func TestDeadlinesCountBackwards(t *testing.T) {
	l := compiled(t, district())
	all, err := l.Deadlines("residential", day("2026-06-22"))
	require.NoError(t, err)
	by := map[collections.Step]collections.Deadline{}
	for _, d := range all {
		if d.When == collections.Always {
			by[d.Step] = d
		}
	}
	require.Equal(t, day("2026-06-10"), by[collections.Contact].Day, "19 June is no business day")
	require.Equal(t, day("2026-06-05"), by[collections.MailedNotice].Day, "7 June is a Sunday")
	require.Equal(t, day("2026-04-22"), by[""].Day, "due")
	require.Equal(t, clock("2026-06-20 08:00"), by[collections.DoorTag].Before)
	require.True(t, slices.ContainsFunc(all, func(d collections.Deadline) bool {
		return d.Step == collections.AdultReached && d.Unless == collections.AtOtherAddress && d.Before == clock("2026-06-21 08:00")
	}))
	require.Equal(t, day("2026-05-17"), by[collections.BillMailed].Day, "19 days before the last mailing of the notice")
	require.Equal(t, "10-day mailed notice: bill_mailed by 2026-05-17 (19 days)", by[collections.BillMailed].String())
	require.Equal(t, "7-business-day contact: contact by 2026-06-10 (7 open days)", by[collections.Contact].String())
	require.Equal(t, "last contact: door_tag by 2026-06-20 08:00 (48 hours)", by[collections.DoorTag].String())
	require.Equal(t, "60 days delinquent: due by 2026-04-22 (60 delinquent days)", by[""].String())

	for name, c := range map[string]struct {
		class, day string
		code       error
	}{
		"a Saturday": {"residential", "2026-06-20", collections.ErrList}, "a holiday": {"residential", "2026-06-19", collections.ErrList},
		"a class": {"industrial", "2026-06-22", collections.ErrFacts}, "a year": {"commercial", "2031-06-23", civil.ErrCalendar}, "a law": {"residential", "2031-06-23", collections.ErrLaw},
	} {
		_, err := l.Deadlines(c.class, day(c.day))
		require.ErrorIs(t, err, c.code, name)
	}
	_, err = l.Deadlines("residential", civil.Date{})
	require.ErrorIs(t, err, collections.ErrList)
}

// Each step alone, left out of a story in which nothing is missing, blocks it by its own words.
func TestAStepThatIsNotRecordedBlocks(t *testing.T) {
	for step, c := range map[collections.Step]struct {
		code  collections.Code
		words string
	}{
		collections.BillMailed:   {"mailed notice required", "no bill_mailed of it is recorded, before which no mailed_notice counts"},
		collections.MailedNotice: {"mailed notice required", "no mailed_notice of the debt due 2026-04-16 is recorded"},
		collections.Contact:      {"contact required", "no contact of the debt"},
		collections.DoorTag:      {"last contact required", "no adult_reached or door_tag of the debt"},
	} {
		s := untilShutoff(t)
		all := s.f.Events
		s.f.Events = nil
		for _, e := range all {
			if e.Step != step {
				s.f.Events = append(s.f.Events, e)
			}
		}
		a := s.walk(district(), "2026-06-22")
		require.Equal(t, []collections.Code{c.code}, codes(a.Blocks), step)
		require.Contains(t, a.Blocks[0].Words, c.words)
		require.True(t, a.Day.IsZero())
		require.True(t, a.NotBefore.IsZero())
		require.Contains(t, a.String(), "blocked: "+string(c.code))
	}
}

// What was done in another way than the constraint asks is none of its steps, and the answer says so.
func TestAStepInAnotherWayIsNone(t *testing.T) {
	for name, c := range map[string]struct {
		change func(e *collections.Event)
		step   collections.Step
		words  string
	}{
		"a mailed notice that was posted": {func(e *collections.Event) { e.Method = collections.Posted }, collections.MailedNotice, "mailed_notice E2 was by posted to customer"},
		"a contact with a third party":    {func(e *collections.Event) { e.To = collections.ThirdParty }, collections.Contact, "contact E3 was by mail to third_party"},
		"a tag by mail":                   {func(e *collections.Event) { e.Method = collections.ByMail }, collections.DoorTag, "door_tag E4 was by mail to occupant"},
		"a notice of an earlier debt":     {func(e *collections.Event) { e.Debt = day("2026-02-16") }, collections.Contact, "contact E3 was of the debt due 2026-02-16"},
		"a notice mailed too early":       {func(e *collections.Event) { e.Day = day("2026-04-13") }, collections.MailedNotice, "mailed_notice E2 was on 2026-04-13, and counts from 2026-04-14 on"},
	} {
		t.Run(name, func(t *testing.T) {
			s := untilShutoff(t)
			for i := range s.f.Events {
				if s.f.Events[i].Step == c.step {
					c.change(&s.f.Events[i])
				}
			}
			a := s.walk(district(), "2026-06-22")
			require.Len(t, a.Blocks, 1)
			require.Contains(t, a.Blocks[0].Words, c.words)
		})
	}
	s := untilShutoff(t)
	s.event(collections.Withdrawn, "", "", "2026-06-18").Of = "E2"
	a := s.walk(district(), "2026-06-22")
	require.Equal(t, []collections.Code{"mailed notice required"}, codes(a.Blocks), "the amount was corrected: the notice of the old one counts no more")
	require.Contains(t, a.Blocks[0].Words, "mailed_notice E2 was withdrawn on 2026-06-18")

	twice := untilShutoff(t)
	twice.event(collections.BillMailed, collections.ByMail, collections.Customer, "2026-05-20")
	require.Empty(t, twice.walk(district(), "2026-06-22").Blocks, "the first mailing of the bill counts")
	twice.f.Events[0], twice.f.Events[4] = twice.f.Events[4], twice.f.Events[0]
	require.Empty(t, twice.walk(district(), "2026-06-22").Blocks)

	on := untilShutoff(t)
	on.f.Events[1].Day = day("2026-04-14") // 19 days after the bill
	require.Empty(t, on.walk(district(), "2026-06-22").Blocks)
}

// Of two events the one that allows the earlier day counts: telling somebody once more delays nothing.
func TestASecondNoticeDoesNoHarm(t *testing.T) {
	s := untilShutoff(t)
	s.event(collections.MailedNotice, collections.ByMail, collections.Customer, "2026-06-18")
	s.event(collections.DoorTag, collections.Handed, collections.Occupant, "2026-06-18 10:00")
	require.Equal(t, day("2026-06-22"), s.walk(district(), "2026-06-18").Day)
}

// Of two events that allow the same day the answer names one, whatever the order.
func TestOfTwoLikeEventsTheAnswerNamesOne(t *testing.T) {
	s := untilShutoff(t)
	s.event(collections.MailedNotice, collections.ByMail, collections.Customer, "2026-06-02")
	a := s.walk(district(), "2026-06-18")
	require.Equal(t, "E2", bound(t, a, "10-day mailed notice").Event)
	s.f.Events[1], s.f.Events[4] = s.f.Events[4], s.f.Events[1]
	require.Equal(t, a, s.walk(district(), "2026-06-18"))
}

func TestClockHoursAreClockHours(t *testing.T) {
	for _, c := range []struct{ rule, due, step, when, want string }{
		{"48 hours after a posting", "2026-03-16", "tag", "2026-06-15 14:00", "2026-06-17 14:00"},
		{"24 hours after an adult was reached", "2026-03-16", "adult", "2026-06-15 14:00", "2026-06-16 14:00"},
		{"of a day alone they count from its end", "2026-03-16", "tag", "2026-06-15", "2026-06-18 08:00"},
		{"after the hours of the day it is the next", "2026-03-16", "tag", "2026-06-15 15:00", "2026-06-18 08:00"},
		{"a minute before they end it is that day", "2026-03-16", "tag", "2026-06-15 14:59", "2026-06-17 14:59"},
		{"before they begin it is when they begin", "2026-03-16", "tag", "2026-06-15 07:00", "2026-06-17 08:00"},
		// Clocks went forward on Sunday, 8 March 2026: 48 hours after Friday noon are Sunday at one.
		{"over a change of clocks", "2025-12-16", "tag", "2026-03-07 14:00", "2026-03-09 15:00"},
	} {
		t.Run(c.rule, func(t *testing.T) {
			s := owes(t, c.due)
			billed := must(day(c.due).AddDays(-21)).String()
			s.event(collections.BillMailed, collections.ByMail, collections.Customer, billed)
			s.event(collections.MailedNotice, collections.ByMail, collections.Customer, c.due)
			s.event(collections.Contact, collections.ByTelephone, collections.Customer, must(day(c.due).AddDays(1)).String())
			if c.step == "adult" {
				s.event(collections.AdultReached, collections.ByTelephone, collections.Customer, c.when)
			} else {
				s.event(collections.DoorTag, collections.Posted, collections.Occupant, c.when)
			}
			p := district()
			p.Closes, p.Never = closes(15*60), nil
			p.Never = []collections.Weekday{}
			if c.rule == "over a change of clocks" {
				p.Closes = closes(16 * 60)
			}
			a := s.walk(p, c.when[:10])
			require.Equal(t, clock(c.want), a.NotBefore)
			if c.rule == "after the hours of the day it is the next" {
				require.Equal(t, "2026-06-17 15:00 is after the hours of 2026-06-17", a.Moved[0].String())
			}
		})
	}
}

// An instant in words is never before the instant.
func TestWordsAreNotBeforeTheInstant(t *testing.T) {
	for part, want := range map[time.Duration]string{0: "10:30", 59 * time.Second: "10:30:59", 59*time.Second + 1: "10:31", time.Nanosecond: "10:30:01", 7 * time.Second: "10:30:07"} {
		s := owes(t, "2026-04-16").told()
		e := s.event(collections.AdultReached, collections.ByTelephone, collections.Customer, "2026-06-16 10:30")
		e.At = e.At.Add(part)
		a := s.walk(district(), "2026-06-17")
		require.Contains(t, a.String(), "from 2026-06-17 "+want+" on, ", part)
		last, _ := a.Deciding()
		require.Contains(t, last.String(), "is 2026-06-17 "+want, part)
	}
}

// A paperless bill is mailed by e-mail, and may come back; what the laws ask for in writing is not done by it.
func TestAPaperlessBillIsMailed(t *testing.T) {
	s := untilShutoff(t)
	s.f.Events[0].Method = collections.ByEmail
	require.Empty(t, s.walk(district(), "2026-06-22").Blocks)
	s.back("E1", "2026-03-27")
	require.Equal(t, visit, codes(s.walk(district(), "2026-06-22").Blocks))
	for i, code := range []collections.Code{1: "mailed notice required", 2: "contact required", 3: "last contact required"} {
		if i > 0 {
			s = untilShutoff(t)
			s.f.Events[i].Method = collections.ByEmail
			require.Equal(t, []collections.Code{code}, codes(s.walk(district(), "2026-06-22").Blocks))
		}
	}
}

// What an account is decides which constraints hold on it.
func TestConstraintsHoldOnTheAccountsThatTheyAreFor(t *testing.T) {
	for name, c := range map[string]struct {
		change  func(s *story)
		missing collections.Code
		give    func(s *story)
		title   string
		want    string
	}{
		"occupant": {func(s *story) { s.f.OtherAddress = collections.Yes }, "notice to the occupant required",
			func(s *story) { s.event(collections.Contact, collections.ByMail, collections.Occupant, "2026-06-12") }, "notice to the occupant", "2026-06-24"},
		"tenants": {func(s *story) { s.f.Tenants = collections.Yes }, "notice to the tenants required",
			func(s *story) {
				s.event(collections.MailedNotice, collections.Posted, collections.Tenants, "2026-06-13")
			}, "notice to the tenants", "2026-06-23"},
		"third party": {func(s *story) { s.f.ThirdParty = collections.Yes }, "notice to the third party required",
			func(s *story) {
				s.event(collections.MailedNotice, collections.ByMail, collections.ThirdParty, "2026-06-12")
			}, "notice to the third party", "2026-06-27"},
	} {
		t.Run(name, func(t *testing.T) {
			s := untilShutoff(t)
			c.change(s)
			require.Equal(t, []collections.Code{c.missing}, codes(s.walk(district(), "2026-06-18").Blocks))
			c.give(s)
			a := s.walk(district(), "2026-06-18")
			require.Empty(t, a.Blocks)
			require.Equal(t, day(c.want), bound(t, a, c.title).Day)
			require.False(t, a.Day.Before(day(c.want)))
		})
	}
}

// Mail that came back, and nobody told by telephone: somebody has to go there.
func TestReturnedMailAsksForAVisit(t *testing.T) {
	s := untilShutoff(t)
	s.event(collections.Returned, "", "", "2026-06-12").Of = "E3"
	require.Equal(t, []collections.Code{"visit and posting required"}, codes(s.walk(district(), "2026-06-18").Blocks))
	s.event(collections.Visit, collections.Posted, collections.Occupant, "2026-06-18 14:30")
	a := s.walk(district(), "2026-06-18")
	require.Empty(t, a.Blocks)
	require.Equal(t, clock("2026-06-20 14:30"), bound(t, a, "visit and posting").At)
	s.f.Events = s.f.Events[:len(s.f.Events)-1]
	s.event(collections.AdultReached, collections.ByTelephone, collections.Customer, "2026-06-18 10:00")
	require.Empty(t, s.walk(district(), "2026-06-18").Blocks, "told by telephone")

	// Mail to another recipient, or of another debt, and a call about another debt, change nothing of it.
	s = untilShutoff(t)
	s.event(collections.Contact, collections.ByMail, collections.Occupant, "2026-06-04")
	s.event(collections.Returned, "", "", "2026-06-12").Of = "E5"
	s.debt = day("2026-02-16")
	s.event(collections.Contact, collections.ByMail, collections.Customer, "2026-03-04")
	s.event(collections.Returned, "", "", "2026-03-12").Of = "E7"
	require.Empty(t, s.walk(district(), "2026-06-18").Blocks)
	s.event(collections.Contact, collections.ByTelephone, collections.Customer, "2026-03-20")
	s.debt = day("2026-04-16")
	s.event(collections.Returned, "", "", "2026-06-12").Of = "E3"
	require.Equal(t, []collections.Code{"visit and posting required"}, codes(s.walk(district(), "2026-06-18").Blocks))
}

func TestTheDayIsNeverBeforeOneThatANoticeStates(t *testing.T) {
	s := untilShutoff(t)
	s.f.Events[1].Printed = day("2026-07-02")
	a := s.walk(district(), "2026-06-22")
	require.Equal(t, day("2026-07-02"), a.Day)
	last, _ := a.Deciding()
	require.Equal(t, "the notice E2 of 2026-06-02 states 2026-07-02", last.String())
	s.f.Events[1].Printed = day("2026-07-03")
	require.Equal(t, day("2026-07-06"), s.walk(district(), "2026-06-22").Day, "a closed day is moved")
	s.event(collections.Withdrawn, "", "", "2026-06-22").Of = "E2"
	s.event(collections.MailedNotice, collections.ByMail, collections.Customer, "2026-06-03")
	require.Equal(t, day("2026-07-06"), s.walk(district(), "2026-06-22").Day, "that it was withdrawn moves nobody's shutoff to an earlier day")
}

func TestOpenDaysAreBusinessDays(t *testing.T) {
	// A contact on a Saturday reaches no further than one on Monday; an office that opens on Saturdays makes no notice shorter.
	saturdays := must(civil.NewListCalendar(civil.MustPeriod("[2025-01-01, 2028-01-01)"), []civil.Date{day("2026-06-19")}, time.Sunday))
	for when, want := range map[string]string{"2026-06-05": "2026-06-16", "2026-06-06": "2026-06-17", "2026-06-08": "2026-06-17"} {
		s := owes(t, "2026-03-16")
		s.event(collections.BillMailed, collections.ByMail, collections.Customer, "2026-02-23")
		s.event(collections.MailedNotice, collections.ByMail, collections.Customer, "2026-03-16")
		s.event(collections.Contact, collections.ByTelephone, collections.Customer, when)
		s.event(collections.AdultReached, collections.ByTelephone, collections.Customer, "2026-06-08 08:00")
		l, err := collections.Compile(district(), saturdays, pacific())
		require.NoError(t, err)
		for _, a := range []collections.Answer{s.walk(district(), "2026-06-09"), must(l.Walk(s.facts("2026-06-09")))} {
			require.Equal(t, day(want), bound(t, a, "7-business-day contact").Day, when)
			back := must(civil.AddOpenDays(office(), a.Day, -7))
			require.False(t, back.Before(day(when)), "7 business days back reach the contact")
		}
	}
}

func TestThePolicysOwnDaysAreKept(t *testing.T) {
	s := owes(t, "2026-04-16").told()
	s.event(collections.DoorTag, collections.Posted, collections.Occupant, "2026-06-24 10:30")
	require.Equal(t, day("2026-06-26"), s.walk(district(), "2026-06-24").Day, "a Friday")
	p := district()
	p.Never = []collections.Weekday{collections.Weekday(time.Friday)}
	a := s.walk(p, "2026-06-24")
	require.Equal(t, day("2026-06-29"), a.Day)
	require.Contains(t, a.Moved[0].String(), "2026-06-26 is a Friday, on which the district shuts nobody off")
}
