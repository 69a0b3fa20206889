package collections_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/collections"
	"github.com/headgate-dev/headgate/billing/ledger"
	"github.com/headgate-dev/headgate/billing/policy"
	"github.com/headgate-dev/headgate/billing/stored"
)

// level is level pay of 55.00 a month over the bills of the story.
func (s *story) level() {
	s.terms.LevelPay = []ledger.LevelPay{{Key: "level", Account: acct, Term: civil.MustPeriod("[2026-03-01, 2027-03-01)"), Kinds: []ledger.Kind{"charge"},
		Installments: []ledger.Installment{
			{Billed: day("2026-03-27"), Due: day("2026-04-16"), Amount: usd(55_00)}, {Billed: day("2026-04-27"), Due: day("2026-05-16"), Amount: usd(55_00)},
		}}}
}

func (s *story) plan(agreed string, items []stored.ID, installments ...ledger.Installment) {
	s.t.Helper()
	p, err := s.l.Plan("plan "+agreed, acct, day(agreed), items, installments)
	require.NoError(s.t, err)
	s.terms.Plans = append(s.terms.Plans, p)
}

func (s *story) pending(kind ledger.PendingKind, cents int64, from string) {
	s.terms.Pending = append(s.terms.Pending, ledger.Pending{Key: "pending " + from, Account: acct, Kind: kind, Amount: usd(cents), From: day(from)})
}

// stands is an account that is on a list of each kind, on the day of it.
var stands = map[collections.ListKind]struct {
	on    string
	story func(t tester) *story
}{
	collections.Notices:      {"2026-06-02", noticed},
	collections.DoorTags:     {"2026-06-15", func(t tester) *story { return owes(t, "2026-04-16").told() }},
	collections.FinalNotices: {"2026-08-03", broken},
	collections.Shutoffs:     {"2026-06-22", untilShutoff},
}

// onNone has something change an account that stands on each list, and asks that it is on none any more, for a reason.
func onNone(t *testing.T, code collections.Code, change func(s *story, on string)) {
	t.Helper()
	for kind, c := range stands {
		s := c.story(t)
		require.Len(t, listed(t, kind, c.on, s).Rows, 1, kind)
		change(s, c.on)
		list := listed(t, kind, c.on, s)
		require.Empty(t, list.Rows, kind)
		require.Contains(t, codes(list.Left[0].Reasons), code, kind)
	}
}

// What stops a shutoff stops the notices and the tag that would state it.
func TestABlockIsOfEveryList(t *testing.T) {
	review := func(kind collections.ReviewKind) func(*story, string) {
		return func(s *story, on string) { s.f.Reviews = []collections.Review{{Kind: kind, Filed: day(on)}} }
	}
	for code, change := range map[collections.Code]func(s *story, on string){
		collections.NoService:     func(s *story, _ string) { s.f.InService = collections.No },
		collections.AppealPending: review(collections.Appeal), collections.ComplaintOpen: review(collections.Complaint), collections.ExtensionOpen: review(collections.ExtensionRequest),
		collections.PaymentHeld:  func(s *story, on string) { s.pending(ledger.HeldBatch, 84_37, on) },
		collections.DraftPending: func(s *story, on string) { s.pending(ledger.DraftInFlight, 84_37, on) },
		collections.InHardship: func(s *story, on string) {
			s.f.Hardships = []collections.Hardship{{Certified: true, CannotPay: true, Willing: true, From: day(on)}}
		},
		collections.InBankruptcy: func(s *story, on string) {
			s.f.Bankruptcies = []collections.Bankruptcy{{Petition: day(on), Through: day(on)}}
		},
		collections.AlreadyOff: func(s *story, on string) {
			s.event(collections.ShutOff, collections.InPerson, collections.Customer, on)
		},
		collections.InCredit: func(s *story, on string) { s.credit(acct, on, 200_00) },
	} {
		t.Run(string(code), func(t *testing.T) { onNone(t, code, change) })
	}
}

// Each block alone stops an account that might be shut off, and says so in words with its numbers.
func TestEachBlockNamesItself(t *testing.T) {
	for name, c := range map[string]struct {
		change func(s *story)
		want   string
	}{
		"appeal": {func(s *story) {
			s.f.Reviews = []collections.Review{{Kind: collections.Appeal, Filed: day("2026-06-20")}}
		},
			"blocked: appeal pending: an appeal of 2026-06-20 is open"},
		"complaint": {func(s *story) {
			s.f.Reviews = []collections.Review{{Kind: collections.Complaint, Filed: day("2026-06-20"), Decided: day("2026-06-23")}}
		},
			"blocked: complaint under review: a complaint of 2026-06-20 is under review"},
		"extension": {func(s *story) {
			s.f.Reviews = []collections.Review{{Kind: collections.ExtensionRequest, Filed: day("2026-06-21")}, {Kind: collections.ExtensionRequest, Filed: day("2026-06-20")}}
		}, "blocked: extension under review: an extension asked for on 2026-06-20 is under review"},
		"hardship": {func(s *story) {
			s.f.Hardships = []collections.Hardship{{Certified: true, CannotPay: true, Willing: true, From: day("2026-06-01")}}
		}, "blocked: hardship: danger to health is certified, the customer cannot pay, and is willing to enter a plan, since 2026-06-01 (H&S 116910(a))"},
		"bankruptcy": {func(s *story) {
			s.f.Bankruptcies = []collections.Bankruptcy{{Petition: day("2026-03-20"), Through: day("2026-03-25")}, {Petition: day("2026-03-01"), Through: day("2026-03-14")}}
		}, "blocked: bankruptcy: petition of 2026-03-01: what was billed up to 2026-03-14 is never on a shutoff list, and nothing while the case is open"},
		"held batch": {func(s *story) { s.pending(ledger.HeldBatch, 1, "2026-06-22") }, "blocked: payment received, not posted: $0.01 was received and is not posted on 2026-06-22"},
		"suspense": {func(s *story) {
			s.pending(ledger.InSuspense, 1, "2026-06-22")
			s.pending(ledger.DraftInFlight, 2, "2026-06-21")
		},
			"blocked: payment received, not posted: $0.03 was received and is not posted on 2026-06-22"},
		"draft":   {func(s *story) { s.pending(ledger.DraftInFlight, 10_00, "2026-06-22") }, "blocked: draft pending: a draft of $10.00 was sent and has not settled on 2026-06-22"},
		"minimum": {func(s *story) { s.pay("part", "2026-06-20", s.items[0], 59_38) }, "blocked: below minimum balance: $24.99 is past due, below $25.00"},
		"off": {func(s *story) {
			s.event(collections.ShutOff, collections.InPerson, collections.Occupant, "2026-06-22 09:00")
		}, "blocked: already shut off: it was shut off and not reconnected since"},
		"draft alone": {func(s *story) {
			s.pending(ledger.HeldBatch, 1, "2026-06-20")
			s.terms.Pending[0].Until = day("2026-06-22")
			s.pending(ledger.InSuspense, 1, "2026-06-23")
			s.pending(ledger.DraftInFlight, 10_00, "2026-06-21")
		}, "blocked: draft pending: a draft of $10.00 was sent and has not settled on 2026-06-22"},
	} {
		t.Run(name, func(t *testing.T) {
			s := untilShutoff(t)
			require.Empty(t, s.walk(district(), "2026-06-22").Blocks)
			c.change(s)
			a := s.walk(district(), "2026-06-22")
			require.Len(t, a.Blocks, 1)
			require.Equal(t, c.want, a.Blocks[0].String())
			require.NotEmpty(t, a.Blocks[0].Figures)
			require.True(t, a.Day.IsZero())
		})
	}
}

// What has no debt has no ladder: what is owed is told instead.
func TestWithoutADebtThereIsNoLadder(t *testing.T) {
	for name, c := range map[string]struct {
		change func(s *story)
		want   string
	}{
		"in credit": {func(s *story) { s.credit(acct, "2026-06-20", 100_00) }, "blocked: credit balance: the balance was -$15.63 on 2026-06-22"},
		"paid":      {func(s *story) { s.pay("paid", "2026-06-20", s.items[0], 84_37) }, "blocked: credit balance: the balance was $0.00 on 2026-06-22"},
		"not due": {func(s *story) {
			s.pay("paid", "2026-06-20", s.items[0], 84_37)
			s.bill(acct, "next", "2026-07-06", "charge", 40_00)
		},
			"blocked: nothing past due: nothing for which service may be shut off was past due on 2026-06-22; past due in all: $0.00"},
		"a fee": {func(s *story) {
			s.pay("paid", "2026-06-20", s.items[0], 84_37)
			s.bill(acct, "fee", "2026-04-16", "fee", 40_00)
		},
			"blocked: nothing past due: nothing for which service may be shut off was past due on 2026-06-22; past due in all: $40.00"},
		"extended": {func(s *story) {
			s.terms.Extensions = []ledger.Extension{{Key: "x", Account: acct, Items: s.items, Granted: day("2026-06-20"), Until: day("2026-07-20")}}
		}, "blocked: nothing past due: nothing for which service may be shut off was past due on 2026-06-22; past due in all: $0.00"},
		"before a petition": {func(s *story) {
			s.f.Bankruptcies = []collections.Bankruptcy{{Petition: day("2026-03-20"), Through: day("2026-03-26"), Closed: day("2026-06-01")}}
		}, "blocked: bankruptcy: petition of 2026-03-20: what was billed up to 2026-03-26 is never on a shutoff list"},
	} {
		t.Run(name, func(t *testing.T) {
			s := untilShutoff(t)
			c.change(s)
			a := s.walk(district(), "2026-06-22")
			require.NotEmpty(t, a.Blocks)
			require.Equal(t, c.want, a.Blocks[0].String())
			require.Empty(t, a.Bounds)
			require.Equal(t, collections.Debt{}, a.Debt)
		})
	}
	after := untilShutoff(t)
	after.f.Bankruptcies = []collections.Bankruptcy{{Petition: day("2026-03-20"), Through: day("2026-03-25"), Closed: day("2026-06-01")}}
	require.Empty(t, after.walk(district(), "2026-06-22").Blocks, "what was billed after the petition, once the case is closed")
}

func TestWhatBlocksNoMoreBlocksNoMore(t *testing.T) {
	s := untilShutoff(t)
	s.f.Reviews = []collections.Review{{Kind: collections.Appeal, Filed: day("2026-06-01"), Decided: day("2026-06-22")}}
	s.f.Hardships = []collections.Hardship{{Certified: true, CannotPay: true, Willing: true, From: day("2026-06-01"), Until: day("2026-06-22")}}
	s.terms.Pending = []ledger.Pending{{Key: "gone", Account: acct, Kind: ledger.DraftInFlight, Amount: usd(1), From: day("2026-06-01"), Until: day("2026-06-22")}}
	s.event(collections.ShutOff, collections.InPerson, collections.Occupant, "2026-06-20")
	s.event(collections.Reconnected, collections.InPerson, collections.Occupant, "2026-06-21")
	a := s.walk(district(), "2026-06-22")
	require.Equal(t, every, codes(a.Blocks), "what was told meanwhile is told anew, and nothing else is in the way")
	require.Empty(t, a.Notes)
	require.Equal(t, []collections.Code{"appeal pending", "hardship", "already shut off"}, func() []collections.Code {
		s.terms.Pending = nil
		s.f.Reviews[0].Decided, s.f.Hardships[0].Until = civil.Date{}, civil.Date{}
		s.f.Events = s.f.Events[:len(s.f.Events)-1]
		return codes(s.walk(district(), "2026-06-22").Blocks)
	}())
}

// All three parts of a hardship have to hold; of two the answer says that they are two.
func TestAHardshipInPartBlocksNothing(t *testing.T) {
	for _, h := range []collections.Hardship{{Certified: true, CannotPay: true}, {Certified: true, Willing: true}, {CannotPay: true, Willing: true}} {
		s := untilShutoff(t)
		h.From = day("2026-06-01")
		s.f.Hardships = []collections.Hardship{h}
		a := s.walk(district(), "2026-06-22")
		require.Empty(t, a.Blocks)
		require.Equal(t, []string{"hardship in part: 2 of the three parts hold, and all three have to (H&S 116910(a))"}, []string{a.Notes[0].String()})
	}
}

// Columbia MO 2016 (failure 9): customers on level pay were sent shutoff notices.
func TestFailure9LevelPayIsOnNoList(t *testing.T) {
	s := untilShutoff(t)
	s.level()
	s.pay("level", "2026-04-10", s.items[0], 55_00)
	a := s.walk(district(), "2026-06-22")
	require.True(t, a.Blocked())
	require.Equal(t, "blocked: level pay: on level pay on 2026-06-22; the balance of $29.37 is settled at its end", a.Blocks[0].String())
	for _, kind := range []collections.ListKind{collections.Notices, collections.DoorTags, collections.Shutoffs} {
		list, err := compiled(t, district()).List(kind, "L", day("2026-06-22"), person("m.alvarez"), []collections.Facts{s.facts("2026-06-22")})
		require.NoError(t, err)
		require.Empty(t, list.Rows)
		require.Contains(t, list.Left[0].String(), "level pay")
	}
}

func TestAKeptPlanBlocks(t *testing.T) {
	s := untilShutoff(t)
	s.plan("2026-06-18", s.items, ledger.Installment{Billed: day("2026-06-18"), Due: day("2026-06-30"), Amount: usd(40_00)}, ledger.Installment{Due: day("2026-07-30"), Amount: usd(44_37)})
	a := s.walk(district(), "2026-06-22")
	require.Equal(t, []collections.Code{"kept plan", "nothing past due"}, codes(a.Blocks))
	require.Equal(t, "blocked: kept plan: on a payment plan that was kept on 2026-06-22", a.Blocks[0].String())

	// What is past due beside a kept plan is not shut off for either.
	s.bill(acct, "other", "2026-04-20", "charge", 50_00)
	require.Contains(t, codes(s.walk(district(), "2026-06-22").Blocks), collections.PlanKept)
}

// A plan in force is broken from the day after an installment was due; the installment is the debt, and what was told of the bill
// is no step of it.
func TestABrokenPlanAsksForSixtyDaysAndAFinalNotice(t *testing.T) {
	s := untilShutoff(t)
	s.plan("2026-06-18", s.items, ledger.Installment{Billed: day("2026-06-18"), Due: day("2026-06-30"), Amount: usd(40_00)}, ledger.Installment{Due: day("2026-12-30"), Amount: usd(44_37)})
	a := s.walk(district(), "2026-07-01")
	require.Equal(t, day("2026-06-30"), a.Debt.Due)
	require.Equal(t, usd(40_00), a.Debt.Amount)
	require.ElementsMatch(t, []collections.Code{"contact required", "mailed notice required", "last contact required", "final notice required"}, codes(a.Blocks))
	require.Equal(t, day("2026-08-30"), bound(t, a, "60 days after a broken plan").Day)

	s.debt = day("2026-06-30")
	s.event(collections.BillMailed, collections.ByMail, collections.Customer, "2026-06-18")
	s.event(collections.MailedNotice, collections.ByMail, collections.Customer, "2026-07-20")
	s.event(collections.Contact, collections.ByTelephone, collections.Customer, "2026-07-20")
	s.event(collections.FinalNotice, collections.Posted, collections.Occupant, "2026-08-29")
	s.event(collections.DoorTag, collections.Posted, collections.Occupant, "2026-08-27 10:00")
	a = s.walk(district(), "2026-08-31")
	require.Equal(t, []collections.Code{"final notice required"}, codes(a.Blocks), "the final notice follows the 60 days")
	require.Contains(t, a.String(), "final_notice E8 was on 2026-08-29, and counts from 2026-08-30 on")
	s.event(collections.FinalNotice, collections.Posted, collections.Occupant, "2026-08-31")
	a = s.walk(district(), "2026-08-31")
	require.Empty(t, a.Blocks)
	require.Equal(t, day("2026-09-07"), a.Day, "5 business days after the posting")
	require.Equal(t, day("2026-09-07"), bound(t, a, "final notice after a broken plan").Day)
	at := district()
	at.Reading = collections.AtLeast
	require.Empty(t, must(compiled(t, at).Walk(s.without(1, "2026-08-31"))).Blocks, "by reading A that of 29 August does")
	list := must(compiled(t, district()).List(collections.Notices, "L", day("2026-07-21"), person("m.alvarez"), []collections.Facts{s.without(3, "2026-07-21")}))
	require.Equal(t, day("2026-09-07"), list.Rows[0].Shutoff, "a notice states a day that the final notice allows: of Sunday, 30 August, and 5 business days")
	s.terms.Plans[0].Ended, s.terms.Plans[0].Ending = day("2026-09-30"), "broken"
	require.Equal(t, a, s.walk(district(), "2026-08-31"), "that it ended later changes nothing of the day")
}

// without are the facts of a day without the last events.
func (s *story) without(n int, on string) collections.Facts {
	f := s.f
	s.f.Events = f.Events[:len(f.Events)-n]
	short := s.facts(on)
	s.f = f
	return short
}

// The 60 days count from the first installment that was missed, however many were.
func TestTheBreachIsTheFirstMissedInstallment(t *testing.T) {
	s := owes(t, "2026-04-16")
	s.plan("2026-06-18", s.items, ledger.Installment{Billed: day("2026-06-18"), Due: day("2026-06-30"), Amount: usd(40_00)},
		ledger.Installment{Billed: day("2026-07-10"), Due: day("2026-07-30"), Amount: usd(40_00)}, ledger.Installment{Due: day("2026-12-30"), Amount: usd(4_37)})
	a := s.walk(district(), "2026-08-28")
	require.Equal(t, usd(80_00), a.Debt.Amount)
	require.Equal(t, day("2026-08-30"), bound(t, a, "60 days after a broken plan").Day)
	require.Equal(t, s.items, a.Debt.Items, "one item, however many installments")
}

// Of several plans that were broken the last counts, in whatever order the terms have them.
func TestTheLastBrokenPlanCounts(t *testing.T) {
	s := untilShutoff(t)
	for _, c := range []struct{ agreed, due, ended string }{{"2026-05-01", "2026-05-10", "2026-05-20"}, {"2026-06-18", "2026-06-30", "2026-07-10"}} {
		s.plan(c.agreed, s.items, ledger.Installment{Billed: day(c.agreed), Due: day(c.due), Amount: usd(40_00)}, ledger.Installment{Due: day("2026-12-30"), Amount: usd(44_37)})
		p := &s.terms.Plans[len(s.terms.Plans)-1]
		p.Ended, p.Ending = day(c.ended), "broken"
	}
	one := s.walk(district(), "2026-07-10")
	require.Equal(t, day("2026-08-30"), bound(t, one, "60 days after a broken plan").Day)
	require.Contains(t, one.String(), "contact E3 was before the plan ended on 2026-07-10")
	plans := s.terms.Plans
	plans[0], plans[1] = plans[1], plans[0]
	require.Equal(t, one, s.walk(district(), "2026-07-10"))
}

// A plan that has ended leaves its items due as they were; what was told before its end is no step, and the 60 days count from the
// installment that was missed.
func TestAPlanThatWasEndedAsksAnew(t *testing.T) {
	s := untilShutoff(t)
	s.plan("2026-06-18", s.items, ledger.Installment{Billed: day("2026-06-18"), Due: day("2026-06-30"), Amount: usd(40_00)}, ledger.Installment{Due: day("2026-12-30"), Amount: usd(44_37)})
	s.terms.Plans[0].Ended, s.terms.Plans[0].Ending = day("2026-07-10"), "broken"
	a := s.walk(district(), "2026-07-10")
	require.Equal(t, day("2026-04-16"), a.Debt.Due)
	require.ElementsMatch(t, []collections.Code{"contact required", "mailed notice required", "last contact required", "final notice required"}, codes(a.Blocks))
	require.Contains(t, a.String(), "contact E3 was before the plan ended on 2026-07-10")
	require.Equal(t, day("2026-08-30"), bound(t, a, "60 days after a broken plan").Day, "of the installment due 2026-06-30")

	s.terms.Plans[0].Ended, s.terms.Plans[0].Ending = day("2026-06-25"), "called off"
	a = s.walk(district(), "2026-07-10")
	require.Equal(t, day("2026-08-25"), bound(t, a, "60 days after a broken plan").Day, "none was missed: from its end")
	require.Contains(t, codes(s.walk(district(), "2026-06-22").Blocks), collections.PlanKept, "before its end")

	// A plan of what was paid since is none of this debt.
	s.pay("paid", "2026-07-01", s.items[0], 84_37)
	s.bill(acct, "next", "2026-05-16", "charge", 60_00)
	require.NotContains(t, codes(s.walk(district(), "2026-07-10").Blocks), collections.Code("final notice required"))
}

// The oldest part paid, the debt is another one: the customer is told of it before anything is done.
func TestWhatIsLeftOfADebtBeginsAnew(t *testing.T) {
	s := untilShutoff(t)
	s.bill(acct, "next", "2026-05-16", "charge", 60_00)
	a := s.walk(district(), "2026-06-22")
	require.Equal(t, usd(144_37), a.Debt.Amount)
	require.Len(t, a.Debt.Items, 2)
	require.Empty(t, a.Blocks)
	s.pay("oldest", "2026-06-20", s.items[0], 84_37)
	a = s.walk(district(), "2026-06-22")
	require.Equal(t, day("2026-05-16"), a.Debt.Due)
	require.Equal(t, []collections.Code{"contact required", "mailed notice required", "last contact required"}, codes(a.Blocks))
}

// Credit covers the oldest part first: what it covers is no debt.
func TestWhatCreditCoversIsNoDebt(t *testing.T) {
	s := owes(t, "2026-04-16")
	s.bill(acct, "next", "2026-05-16", "charge", 60_00)
	s.credit(acct, "2026-06-01", 84_37)
	a := s.walk(district(), "2026-06-22")
	require.Equal(t, collections.Debt{Due: day("2026-05-16"), FirstDelinquent: day("2026-05-17"), Amount: usd(60_00), Items: s.items[1:]}, a.Debt)
}

func TestAgenciesChargesAreThePolicysToName(t *testing.T) {
	s := untilShutoff(t)
	billed := day("2026-03-26")
	it := ledger.Item{Account: acct, Area: "Ord", Kind: "charge", Service: "sewer", RevenueCode: "2200", Billed: billed, Due: day("2026-04-16"), Agency: "M1W"}
	s.post(ledger.Entry{Cause: ledger.Billed, Key: "agency", Effective: billed, Accounting: billed, Opens: []ledger.Open{{Item: it, Amount: usd(33_00), Against: it.Against()}}})
	require.Equal(t, usd(84_37), s.walk(district(), "2026-06-22").Debt.Amount)
	p := district()
	p.Agencies = []string{"M1W"}
	require.Equal(t, usd(117_37), s.walk(p, "2026-06-22").Debt.Amount)
}

// A class that is not residential has the district's policy alone, and the answer says that the law does not apply.
func TestLawsAreOfResidentialService(t *testing.T) {
	s := owes(t, "2026-04-16")
	s.f.Class = "commercial"
	p := district()
	of := p.Constraints[0]
	of.Title, of.For, of.Wait.N = "of homes", collections.ForResidential, 90
	p.Constraints = append(p.Constraints, of)
	require.Equal(t, day("2026-07-15"), bound(t, untilShutoff(t).walk(p, "2026-06-22"), "of homes").Day)
	a := s.walk(p, "2026-05-21")
	require.Empty(t, a.Blocks)
	require.Equal(t, day("2026-05-18"), a.Day, "30 days after are a Saturday, on which the office is closed")
	require.Empty(t, a.Unconfirmed)
	require.Len(t, a.Bounds, 1)
	require.Equal(t, []string{
		"law does not apply: CA-HSC-116900@2024 (H&S 116908(a)(1)(A)) is of residential service and does not apply to the class commercial: district policy only",
		"law does not apply: CA-GOV-60370@2022 (Gov 60373(a); PUC 10010.1 for the 5 days of mail and the 19 after the bill) is of residential service and does not apply to the class commercial: district policy only",
	}, []string{a.Notes[0].String(), a.Notes[1].String()})
}

// Cortez CO (failure 15): notices went out on balances that nobody had proved. After a conversion none goes out before its day.
func TestFailure15NoticesAreHeldAfterAConversion(t *testing.T) {
	s := &story{t: t, debt: day("2026-04-16")}
	s.f = collections.Facts{Class: "residential", OtherAddress: collections.No, Tenants: collections.No, ThirdParty: collections.No, InService: collections.Yes, Events: []collections.Event{}, Reviews: []collections.Review{}, Bankruptcies: []collections.Bankruptcy{}, Hardships: []collections.Hardship{}}
	it := ledger.Item{Account: acct, Area: "Ord", Kind: "charge", Service: "water", RevenueCode: "4000", Billed: day("2026-03-26"), Due: day("2026-04-16")}
	entered, err := s.l.Convert(ledger.Conversion{
		Key: "cutover-2026", On: day("2026-06-01"), NoticesFrom: day("2026-06-23"), Items: []ledger.OpeningItem{{Item: it, Open: usd(84_37)}},
		Control: []ledger.ControlTotal{{Place: ledger.PlaceItem, Area: "Ord", Kind: "charge", Count: 1, Amount: usd(84_37)}},
	})
	require.NoError(t, err)
	require.True(t, entered)
	for it := range s.l.Items(acct) {
		s.items = append(s.items, it.ID)
	}
	s.told()
	for _, kind := range []collections.ListKind{collections.DoorTags, collections.Notices, collections.Shutoffs} {
		list := listed(t, kind, "2026-06-22", s)
		require.Empty(t, list.Rows)
		require.Equal(t, acct+": blocked: notices held: after the conversion no notice goes out before 2026-06-23", strings.Split(list.Left[0].String(), ";")[0], kind)
		if kind == collections.DoorTags {
			s.event(collections.DoorTag, collections.Posted, collections.Occupant, "2026-06-17 10:30")
		}
	}
	require.Equal(t, every, codes(s.walk(district(), "2026-06-23").Blocks), "what was told while notices were held is no step")
	require.Len(t, listed(t, collections.Notices, "2026-06-23", s).Rows, 1)
}

func TestTheMinimumBalanceIsThePolicys(t *testing.T) {
	s := untilShutoff(t)
	p := district()
	p.MinimumBalance = policy.Is(usd(84_37))
	require.Empty(t, s.walk(p, "2026-06-22").Blocks)
	p.MinimumBalance = policy.Is(usd(84_38))
	require.Equal(t, []collections.Code{collections.BelowMinimum}, codes(s.walk(p, "2026-06-22").Blocks))
}

// Where there is no service any more there is nothing to shut off: such an account is on no list, and gets no notice that states a shutoff.
func TestWithoutServiceThereIsNothingToShutOff(t *testing.T) {
	s := untilShutoff(t)
	s.f.InService = collections.No
	require.Equal(t, "blocked: no service: it had no service on 2026-06-22: there is nothing to shut off", s.walk(district(), "2026-06-22").Blocks[0].String())
}

// Of several hardships that hold the one of the most parts is told, in whatever order they are given; one that has ended is none.
func TestOfSeveralHardshipsTheOneOfMostPartsIsTold(t *testing.T) {
	all := []collections.Hardship{
		{Certified: true, From: day("2026-05-01")}, {Certified: true, CannotPay: true, Willing: true, From: day("2026-06-10")},
		{Certified: true, CannotPay: true, Willing: true, From: day("2026-06-05")}, {Certified: true, CannotPay: true, Willing: true, From: day("2026-04-20"), Until: day("2026-05-20")},
	}
	for range all {
		s := untilShutoff(t)
		s.f.Hardships = all
		a := s.walk(district(), "2026-06-22")
		require.Equal(t, []collections.Code{collections.InHardship}, codes(a.Blocks))
		require.Contains(t, a.Blocks[0].Words, "since 2026-06-05")
		require.Empty(t, a.Notes)
		all = append(all[1:], all[0])
	}
}

// A certificate, a declaration and an agreement may be three papers: together they are the hardship, while all three hold.
func TestAHardshipMayBeShownByThreeRecords(t *testing.T) {
	papers := []collections.Hardship{{Certified: true, From: day("2026-06-01")}, {CannotPay: true, From: day("2026-06-03")}, {Willing: true, From: day("2026-06-02"), Until: day("2026-06-22")}}
	for range papers {
		s := untilShutoff(t)
		s.f.Hardships = papers
		require.Contains(t, s.walk(district(), "2026-06-21").String(), "willing to enter a plan, since 2026-06-03")
		a := s.walk(district(), "2026-06-22")
		require.NotContains(t, codes(a.Blocks), collections.InHardship)
		require.Contains(t, a.String(), "2 of the three parts hold")
		require.Contains(t, a.String(), "was before the hardship ended on 2026-06-22", "the ladder begins anew")
		papers = append(papers[1:], papers[0])
	}
	// It goes on where another paper does.
	s := untilShutoff(t)
	s.f.Hardships = append(papers, collections.Hardship{Willing: true, From: day("2026-06-20")})
	require.Contains(t, codes(s.walk(district(), "2026-06-22").Blocks), collections.InHardship)
}

// Tenants and third parties are told of what is past due: what they were told with the bill is no notice of a shutoff.
func TestTenantsAreToldOfWhatIsPastDue(t *testing.T) {
	for day, want := range map[string]bool{"2026-03-26": false, "2026-04-16": false, "2026-04-17": true} {
		s := untilShutoff(t)
		s.f.Tenants, s.f.ThirdParty = collections.Yes, collections.Yes
		s.event(collections.MailedNotice, collections.ByMail, collections.Tenants, day)
		s.event(collections.MailedNotice, collections.ByMail, collections.ThirdParty, day)
		a := s.walk(district(), "2026-06-22")
		require.Equal(t, want, !a.Blocked(), "%s: %s", day, a)
	}
}

// A cent that is left of a bill of spring makes the bill of June no older: what the customer was told is paid, and the ladder of the rest begins
// with its own notice and its own 60 days.
func TestWhatLittleIsLeftOfABillMakesNoNewerOneOlder(t *testing.T) {
	s := untilShutoff(t)
	s.bill(acct, "second", "2026-06-16", "charge", 60_00)
	s.pay("p", "2026-06-18", s.items[0], 84_36)
	a := s.walk(district(), "2026-06-22")
	require.Equal(t, []any{day("2026-06-16"), usd(60_01)}, []any{a.Debt.Due, a.Debt.Amount})
	require.Len(t, a.Debt.Items, 2)
	require.Contains(t, codes(a.Blocks), collections.Code("contact required"))
	require.Contains(t, a.String(), "contact E3 was of the debt due 2026-04-16")
	require.Empty(t, listed(t, collections.Shutoffs, "2026-06-22", s).Rows)
	row := s.row(collections.Notices, "2026-06-22")
	require.Equal(t, []any{day("2026-06-16"), usd(60_01)}, []any{row.Due, row.Amount}, "told of anew, of all that is past due")
	require.Equal(t, day("2026-08-17"), row.Shutoff, "60 days from the bill of June on, and after them a Sunday")
	c := s.letter(collections.PastDueLetter, collections.Notices, "2026-06-22")
	require.Equal(t, []any{day("2026-04-16"), day("2026-06-16"), day("2026-06-16")}, []any{c.Items[0].Due, c.Items[1].Due, c.Debt})

	// As much as the least that anybody is told of is a debt as any other; so is a cent, where anybody is told of one.
	s = untilShutoff(t)
	s.bill(acct, "second", "2026-06-16", "charge", 60_00)
	s.pay("p", "2026-06-18", s.items[0], 59_37) // 25.00 is the least
	require.Equal(t, day("2026-04-16"), s.walk(district(), "2026-06-22").Debt.Due)
	s.pay("p2", "2026-06-19", s.items[0], 1)
	require.Equal(t, day("2026-06-16"), s.walk(district(), "2026-06-22").Debt.Due)
	p := district()
	p.MinimumBalance = policy.Is(usd(0))
	require.Equal(t, day("2026-04-16"), s.walk(p, "2026-06-22").Debt.Due)
}
