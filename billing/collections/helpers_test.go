package collections_test

import (
	"fmt"
	"slices"
	"time"
	_ "time/tzdata"

	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/billing/approval"
	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/collections"
	"github.com/headgate-dev/headgate/billing/ledger"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/policy"
	"github.com/headgate-dev/headgate/billing/stored"
)

type tester interface {
	require.TestingT
	Helper()
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

const acct = "0104417"

func day(text string) civil.Date   { return civil.MustDate(text) }
func usd(cents int64) money.Amount { return money.Cents(cents) }

var losAngeles = must(time.LoadLocation("America/Los_Angeles"))

func pacific() *time.Location { return losAngeles }

// clock is an instant in the district: "2026-06-17 10:30".
func clock(text string) time.Time {
	return must(time.ParseInLocation("2006-01-02 15:04", text, pacific()))
}

func person(text string) approval.Person { return must(approval.ParsePerson(text)) }

// office is closed for Memorial Day, 19 June, Independence Day, and Thanksgiving with the day after.
func office() civil.Calendar {
	var closed []civil.Date
	for _, text := range []string{"2026-05-25", "2026-06-19", "2026-07-03", "2026-11-26", "2026-11-27"} {
		closed = append(closed, day(text))
	}
	return must(civil.NewListCalendar(civil.MustPeriod("[2025-01-01, 2028-01-01)"), closed, time.Saturday, time.Sunday))
}

// district is a policy under both laws of California. Its own values are invented.
func district() collections.Policy {
	return collections.Policy{
		Title: "collections", Citation: "invented", Laws: []collections.Law{collections.HSC116900At2024(), collections.Gov60370At2022()},
		Confirmed: []string{}, Waived: []collections.Waiver{}, Reading: collections.FullDays, Residential: []string{"residential", "multi-family"}, Others: []string{"commercial"},
		Kinds: []ledger.Kind{"charge"}, Exempt: []ledger.Kind{"fee", "tax"}, Agencies: []string{}, MinimumBalance: policy.Is(usd(25_00)),
		Constraints: []collections.Constraint{
			{Title: "30 days past due", Source: "invented", Status: collections.Ours, For: collections.ForOthers, When: collections.Always, Since: collections.SinceDue,
				Wait: collections.Wait{N: 30, Unit: collections.Days}},
		},
		Never: []collections.Weekday{}, Opens: policy.Is(collections.Clock(8 * 60)), Closes: policy.Is(collections.Clock(15 * 60)),
		NoticeAfter: policy.Is(5), TagLead: policy.Is(7), LastContactAge: policy.Is(21),
	}
}

func compiled(t tester, p collections.Policy) *collections.Ladder {
	t.Helper()
	l, err := collections.Compile(p, office(), pacific())
	require.NoError(t, err)
	return l
}

// story is an account with its books and all that was recorded.
type story struct {
	t     tester
	l     ledger.Ledger
	f     collections.Facts
	terms ledger.Terms
	n     int
	debt  civil.Date
	items []stored.ID
}

// owes is a residential account with a bill of 84.37 that was mailed 21 days before it was due.
func owes(t tester, due string) *story { return owing(t, acct, due, 84_37) }

func owing(t tester, account, due string, cents int64) *story {
	t.Helper()
	s := &story{t: t, debt: day(due)}
	s.f = collections.Facts{Class: "residential", OtherAddress: collections.No, Tenants: collections.No, ThirdParty: collections.No, InService: collections.Yes, Events: []collections.Event{}, Reviews: []collections.Review{}, Bankruptcies: []collections.Bankruptcy{}, Hardships: []collections.Hardship{}}
	s.bill(account, "bill "+due, due, "charge", cents)
	return s
}

func (s *story) post(e ledger.Entry) {
	s.t.Helper()
	posted, err := s.l.Post(e)
	require.NoError(s.t, err)
	require.True(s.t, posted)
}

func (s *story) bill(account, key, due string, kind ledger.Kind, cents int64) stored.ID {
	s.t.Helper()
	billed := must(day(due).AddDays(-21))
	it := ledger.Item{Account: account, Area: "Ord", Kind: kind, Service: "water", RevenueCode: "4000", Billed: billed, Due: day(due)}
	e := ledger.Entry{Cause: ledger.Billed, Key: account + " " + key, Effective: billed, Accounting: billed, Opens: []ledger.Open{{Item: it, Amount: usd(cents), Against: it.Against()}}}
	s.post(e)
	s.items = append(s.items, e.ItemID(0))
	return e.ItemID(0)
}

func (s *story) pay(key, on string, item stored.ID, cents int64) {
	s.t.Helper()
	moves, err := s.l.Settle(ledger.Clearing("lockbox"), item, usd(cents))
	require.NoError(s.t, err)
	s.post(ledger.Entry{Cause: ledger.Paid, Key: key, Effective: day(on), Accounting: day(on), Moves: moves})
}

func (s *story) credit(account, on string, cents int64) {
	s.t.Helper()
	s.post(ledger.Entry{Cause: ledger.Paid, Key: "credit " + on, Effective: day(on), Accounting: day(on), Moves: []ledger.Move{
		{From: ledger.Clearing("lockbox"), To: ledger.CreditOf(account, "Ord"), Amount: usd(cents), RevenueCode: "2100"}}})
}

// event records a step of the debt, on a day or at an instant.
func (s *story) event(step collections.Step, method collections.Method, to collections.Recipient, when string) *collections.Event {
	s.n++
	account := acct
	e := collections.Event{Key: fmt.Sprintf("E%d", s.n), Account: account, Debt: s.debt, Step: step, Method: method, To: to, By: person("m.alvarez")}
	if len(when) > len("2006-01-02") {
		e.At = clock(when)
	}
	e.Day = day(when[:10])
	s.f.Events = append(s.f.Events, e)
	return &s.f.Events[len(s.f.Events)-1]
}

// told records all that the worked example of the policy has before the last contact.
func (s *story) told() *story {
	s.event(collections.BillMailed, collections.ByMail, collections.Customer, "2026-03-26")
	s.event(collections.MailedNotice, collections.ByMail, collections.Customer, "2026-06-02")
	s.event(collections.Contact, collections.ByMail, collections.Customer, "2026-06-04")
	return s
}

// facts are those of a day.
func (s *story) facts(on string) collections.Facts {
	s.t.Helper()
	f := s.f
	f.Events = slices.Clone(s.f.Events)
	it, ok := s.l.Item(s.items[0])
	require.True(s.t, ok)
	var err error
	f.Account, err = s.l.Account(it.Account, s.terms)
	require.NoError(s.t, err)
	f.On = day(on)
	for i := range f.Events {
		f.Events[i].Account = it.Account
	}
	return f
}

func (s *story) walk(p collections.Policy, on string) collections.Answer {
	s.t.Helper()
	a, err := compiled(s.t, p).Walk(s.facts(on))
	require.NoError(s.t, err)
	return a
}

func codes(reasons []collections.Reason) []collections.Code {
	var out []collections.Code
	for _, r := range reasons {
		out = append(out, r.Code)
	}
	return out
}

// bound is the bound of a constraint.
func bound(t tester, a collections.Answer, title string) collections.Bound {
	t.Helper()
	for _, b := range a.Bounds {
		if b.Constraint == title {
			return b
		}
	}
	require.Fail(t, "no bound", title)
	return collections.Bound{}
}

// untilShutoff is a story in which nothing is missing: from 2026-06-22 08:00 on.
func untilShutoff(t tester) *story {
	s := owes(t, "2026-04-16").told()
	s.event(collections.DoorTag, collections.Posted, collections.Occupant, "2026-06-17 10:30")
	return s
}
