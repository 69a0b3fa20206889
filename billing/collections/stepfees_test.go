package collections_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/collections"
	"github.com/headgate-dev/headgate/billing/ledger"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/policy"
)

func bears(cents int64, times collections.Times, waivers ...string) collections.StepFee {
	return collections.StepFee{Amount: policy.Of(usd(cents)), Classes: []string{"residential", "commercial"}, Exempt: []string{"multi-family"}, Times: times, Waivers: append([]string{}, waivers...)}
}

// stepFees are those of San Lorenzo Valley, 25.00 for a tag and 40.00 for a shutoff; the rest is invented.
func stepFees() collections.StepFees {
	return collections.StepFees{
		Title: "steps", Citation: "invented", PastDueNotice: bears(5_00, collections.OncePerDebt),
		DoorTag: bears(25_00, collections.EachEvent, "error", collections.WaivedLowIncome),
		Visit:   collections.StepFee{Amount: policy.None[money.Amount](), Classes: []string{}, Exempt: []string{}, Times: collections.EachEvent, Waivers: []string{}},
		ShutOff: bears(40_00, collections.EachEvent, "error"), Kind: "fee", RevenueCode: "4210",
	}
}

func feesOf(t tester, steps collections.StepFees, reconnection collections.FeePolicy) *collections.Fees {
	t.Helper()
	f, err := collections.CompileFees(compiled(t, district()), steps, reconnection)
	require.NoError(t, err)
	return f
}

func (s *story) stepFacts(on string) collections.StepFacts {
	s.t.Helper()
	return collections.StepFacts{Facts: s.facts(on), Service: "water", LowIncome: []civil.Period{}}
}

func (s *story) steps(on string) []collections.StepCharge {
	s.t.Helper()
	all, err := feesOf(s.t, stepFees(), reconnection()).Steps(s.stepFacts(on))
	require.NoError(s.t, err)
	return all
}

// enter posts what fees ask for, all on a day.
func (s *story) enter(on string, all ...collections.StepCharge) {
	s.t.Helper()
	due := must(day(on).AddDays(21))
	for _, c := range all {
		entries, err := c.Entries(&s.l, collections.Posting{Billed: day(on), Due: due, Accounting: day(on)})
		require.NoError(s.t, err)
		_, err = s.l.PostAll(entries...)
		require.NoError(s.t, err)
	}
}

func (s *story) balance(on string) money.Amount {
	s.t.Helper()
	return must(s.facts(on).Account.Standing(day(on))).Balance
}

func only(t tester, all []collections.StepCharge) collections.StepCharge {
	t.Helper()
	require.Len(t, all, 1, "%v", all)
	return all[0]
}

// tagged is a story with a door tag of 17 June.
func tagged(t tester) *story { return untilShutoff(t) }

// rules.md 3.2: San Lorenzo Valley takes 25.00 for a tag and 40.00 for a shutoff.
func TestAStepThatWasRecordedBearsItsFee(t *testing.T) {
	s := tagged(t)
	s.event(collections.ShutOff, collections.InPerson, collections.Occupant, "2026-06-22 09:00")
	all := s.steps("2026-06-22")
	require.Len(t, all, 2)
	require.Equal(t, []money.Amount{usd(25_00), usd(40_00)}, []money.Amount{all[0].Amount, all[1].Amount})
	require.Equal(t, "a fee of $25.00 for door_tag E4 of 2026-06-17", all[0].String())
	require.Equal(t, "a fee of $40.00 for shut_off E5 of 2026-06-22", all[1].String())
	require.False(t, all[1].Capped)
	require.Empty(t, owes(t, "2026-04-16").steps("2026-06-22"), "no event, no fee")

	s.f.Class = "multi-family"
	exempt := s.steps("2026-06-22")[0]
	require.Equal(t, collections.NoFee, exempt.Outcome)
	require.Equal(t, "no fee for door_tag E4 of 2026-06-17: the class multi-family bears none", exempt.Words)
	v := owes(t, "2026-04-16")
	v.event(collections.Visit, collections.Posted, collections.Occupant, "2026-06-12")
	require.Equal(t, collections.NoFeeStated, only(t, v.steps("2026-06-22")).Why)
}

// Once for each event: entered again it changes nothing, and asked for again it stands.
func TestAFeeOfAStepIsChargedOnce(t *testing.T) {
	s := tagged(t)
	first := s.steps("2026-06-18")
	s.enter("2026-06-18", first...)
	s.enter("2026-06-18", first...)
	require.Equal(t, usd(109_37), s.balance("2026-06-18"))
	again := only(t, s.steps("2026-06-19"))
	require.Equal(t, collections.FeeStands, again.Outcome)
	require.Equal(t, "the fee of $25.00 for door_tag E4 of 2026-06-17 stands", again.Words)
	s.enter("2026-06-19", again)
	require.Equal(t, usd(109_37), s.balance("2026-06-19"))
	require.Equal(t, day("2026-04-16"), s.walk(district(), "2026-06-19").Debt.Due, "no shutoff for a fee of an exempt kind")

	// Another amount of a later policy, or another class, changes nothing of what is in the books.
	p := stepFees()
	p.DoorTag.Amount = policy.Of(usd(30_00))
	s.f.Class = "multi-family"
	all, err := feesOf(t, p, reconnection()).Steps(s.stepFacts("2026-06-19"))
	require.NoError(t, err)
	require.Equal(t, usd(25_00), only(t, all).Amount)
	require.Equal(t, collections.FeeStands, only(t, all).Outcome)
}

// The events that are none: withdrawn, come back, after the payment, or while the ladder was blocked.
func TestAStepThatWasNoneBearsNoFee(t *testing.T) {
	for name, c := range map[string]struct {
		code   collections.Code
		words  string
		change func(s *story)
	}{
		"withdrawn": {collections.StepWithdrawn, "it was withdrawn on 2026-06-18", func(s *story) {
			s.event(collections.Withdrawn, "", "", "2026-06-18").Of = "E1"
		}},
		"mail returned": {collections.MailReturned, "its mail came back on 2026-06-17", func(s *story) {
			s.event(collections.Returned, "", "", "2026-06-17").Of = "E1"
		}},
		"returned and withdrawn": {collections.StepWithdrawn, "it was withdrawn on 2026-06-18", func(s *story) {
			s.event(collections.Returned, "", "", "2026-06-17").Of = "E1"
			s.event(collections.Withdrawn, "", "", "2026-06-19").Of = "E1"
			s.event(collections.Withdrawn, "", "", "2026-06-18").Of = "E1"
		}},
		"paid on the day": {collections.NotOwed, "the debt due 2026-04-16 was not owed on that day: it was paid by then", func(s *story) { s.pay("P", "2026-06-10", s.items[0], 84_37) }},
		"paid before":     {collections.NotOwed, "the debt due 2026-04-16 was not owed on that day: it was paid by then", func(s *story) { s.pay("P", "2026-06-01", s.items[0], 84_37) }},
		"of another debt": {collections.NotOwed, "what was past due was due 2026-05-16", func(s *story) {
			s.bill(acct, "b2", "2026-05-16", "charge", 50_00)
			s.pay("P", "2026-06-01", s.items[0], 84_37)
		}},
		"before it was due": {collections.NotOwed, "", func(s *story) { s.f.Events[0].Day = day("2026-04-16") }},
		"an open appeal": {collections.AppealPending, "an appeal of 2026-06-01 is open", func(s *story) {
			s.f.Reviews = []collections.Review{{Kind: collections.Appeal, Filed: day("2026-06-01"), Decided: day("2026-06-15")}}
		}},
		"money on its way":     {collections.PaymentHeld, "", func(s *story) { s.pending(ledger.HeldBatch, 10_00, "2026-06-09") }},
		"level pay, failure 9": {collections.LevelPay, "", func(s *story) { s.level(); s.terms.LevelPay[0].Kinds = []ledger.Kind{"tax"} }},
		"a hardship": {collections.InHardship, "", func(s *story) {
			s.f.Hardships = []collections.Hardship{{Certified: true, CannotPay: true, Willing: true, From: day("2026-06-10"), Until: day("2026-06-11")}}
		}},
		"a petition that was dismissed since": {collections.InBankruptcy, "", func(s *story) {
			s.f.Bankruptcies = []collections.Bankruptcy{{Petition: day("2026-06-10"), Through: day("2026-06-10"), Closed: day("2026-06-15"), Dismissed: true}}
		}},
		"a plan that was kept": {collections.PlanKept, "", func(s *story) {
			id := s.bill(acct, "other", "2026-05-16", "charge", 60_00)
			s.plan("2026-06-05", append(s.items[:0:0], id), ledger.Installment{Due: day("2026-07-30"), Amount: usd(60_00)})
			s.terms.Plans[0].Ended, s.terms.Plans[0].Ending = day("2026-06-11"), "called off"
		}},
		"bankruptcy": {collections.InBankruptcy, "", func(s *story) {
			s.f.Bankruptcies = []collections.Bankruptcy{{Petition: day("2026-03-01"), Through: day("2026-03-01")}}
		}},
		"already off": {collections.AlreadyOff, "", func(s *story) { s.event(collections.ShutOff, collections.InPerson, collections.Occupant, "2026-06-08") }},
	} {
		t.Run(name, func(t *testing.T) {
			s := owes(t, "2026-04-16")
			s.event(collections.PastDueNotice, collections.ByMail, collections.Customer, "2026-06-10")
			require.Equal(t, collections.ChargeFee, only(t, s.steps("2026-06-22")).Outcome)
			c.change(s)
			all := s.steps("2026-06-22")
			got := all[len(all)-1]
			require.Equal(t, collections.PastDueNotice, got.Step)
			require.Equal(t, collections.NoFee, got.Outcome, got.Words)
			require.Equal(t, c.code, got.Why, got.Words)
			require.Contains(t, got.Words, c.words)
			require.Zero(t, got.Amount)
			entries, err := got.Entries(&s.l, collections.Posting{})
			require.NoError(t, err)
			require.Empty(t, entries)
		})
	}
}

// What came after the step takes nothing from it: a later payment, appeal, petition or shutoff.
func TestWhatCameAfterTheStepTakesNothingFromItsFee(t *testing.T) {
	s := owes(t, "2026-04-16")
	s.event(collections.PastDueNotice, collections.ByMail, collections.Customer, "2026-06-10")
	s.pay("P", "2026-06-11", s.items[0], 84_37)
	s.f.Reviews = []collections.Review{{Kind: collections.Complaint, Filed: day("2026-06-11")}}
	s.f.Hardships = []collections.Hardship{{Certified: true, CannotPay: true, Willing: true, From: day("2026-06-11")}}
	s.f.Events[0].Amount = usd(84_37)
	s.f.InService = collections.No
	s.f.Bankruptcies = []collections.Bankruptcy{{Petition: day("2026-06-11"), Through: day("2026-06-11")}}
	s.event(collections.ShutOff, collections.InPerson, collections.Occupant, "2026-06-11")
	require.Equal(t, collections.ChargeFee, s.steps("2026-06-22")[0].Outcome)
}

func TestAFeeIsOncePerDebtWhereThePolicySaysSo(t *testing.T) {
	s := owes(t, "2026-04-16")
	s.event(collections.PastDueNotice, collections.ByMail, collections.Customer, "2026-06-02")
	s.event(collections.PastDueNotice, collections.ByMail, collections.Customer, "2026-05-02")
	all := s.steps("2026-06-22")
	require.Equal(t, []string{"E2", "E1"}, []string{all[0].Event, all[1].Event})
	require.Equal(t, collections.ChargeFee, all[0].Outcome)
	require.Equal(t, "no fee for past_due_notice E1 of 2026-06-02: the fee is charged once for the debt due 2026-04-16, and E2 has borne it", all[1].Words)

	// The one that has it in the books keeps it, though an earlier one was recorded since.
	s.enter("2026-06-22", all[0])
	s.event(collections.PastDueNotice, collections.ByMail, collections.Customer, "2026-04-28")
	all = s.steps("2026-06-22")
	require.Equal(t, collections.OnceForDebt, all[0].Why)
	require.Equal(t, collections.FeeStands, all[1].Outcome)

	// Withdrawn, it takes its fee back, and the other notice is the debt's.
	s.event(collections.Withdrawn, "", "", "2026-06-22").Of = "E2"
	all = s.steps("2026-06-22")
	require.Equal(t, collections.TakeFeeBack, all[1].Outcome)
	require.Equal(t, collections.ChargeFee, all[0].Outcome)

	// Of the next debt it is charged again.
	s.pay("P", "2026-06-22", s.items[0], 84_37)
	s.bill(acct, "next", "2026-06-23", "charge", 90_00)
	s.debt = day("2026-06-23")
	s.event(collections.PastDueNotice, collections.ByMail, collections.Customer, "2026-07-02")
	all = s.steps("2026-07-06")
	require.Equal(t, collections.ChargeFee, all[len(all)-1].Outcome)
}

// README 3.10: a re-bill lowers the amount, the notice is withdrawn, and its fee goes back; what was paid on it is credit.
func TestAWithdrawnNoticeTakesItsFeeBack(t *testing.T) {
	for _, paid := range []int64{0, 2_00, 5_00} {
		t.Run(fmt.Sprint(paid), func(t *testing.T) {
			s := owes(t, "2026-04-16")
			s.event(collections.PastDueNotice, collections.ByMail, collections.Customer, "2026-06-02")
			charge := only(t, s.steps("2026-06-03"))
			s.enter("2026-06-03", charge)
			entries, err := charge.Entries(&s.l, collections.Posting{Billed: day("2026-06-03"), Due: day("2026-06-24"), Accounting: day("2026-06-03")})
			require.NoError(t, err)
			if paid > 0 {
				s.pay("P", "2026-06-05", entries[0].ItemID(0), paid)
			}
			before := s.balance("2026-06-10")
			s.event(collections.Withdrawn, "", "", "2026-06-10").Of = "E1"
			back := only(t, s.steps("2026-06-10"))
			require.Equal(t, collections.TakeFeeBack, back.Outcome)
			require.Equal(t, "the fee of $5.00 for past_due_notice E1 of 2026-06-02 is taken back: it was withdrawn on 2026-06-10", back.Words)
			undo, err := back.Entries(&s.l, collections.Posting{Accounting: day("2026-06-11")})
			require.NoError(t, err)
			for _, e := range undo {
				require.Equal(t, []civil.Date{day("2026-06-10"), day("2026-06-11")}, []civil.Date{e.Effective, e.Accounting}, "on the day of the question")
			}
			s.enter("2026-06-10", back)
			require.True(t, s.l.Reversed(entries[0].ID()))
			require.Equal(t, must(before.Sub(usd(5_00))), s.balance("2026-06-10"))
			require.NoError(t, s.l.Check())
			again := only(t, s.steps("2026-06-11"))
			require.Equal(t, collections.NoFee, again.Outcome)
			require.Equal(t, collections.StepWithdrawn, again.Why)
		})
	}
}

// README 3.10: notices on an amount that was corrected since are withdrawn, recorded or not. A payment withdraws none; nor what is not stated.
func TestANoticeOnAnAmountThatWasCorrectedBearsNoFee(t *testing.T) {
	told := func() *story {
		s := tagged(t)
		s.event(collections.PastDueNotice, collections.ByMail, collections.Customer, "2026-06-10")
		s.event(collections.ShutOff, collections.InPerson, collections.Occupant, "2026-06-22")
		for i := range s.f.Events {
			s.f.Events[i].Amount = usd(84_37)
		}
		return s
	}
	s := told()
	s.enter("2026-06-23", s.steps("2026-06-23")...)
	require.Equal(t, usd(84_37+5_00+25_00+40_00), s.balance("2026-06-23"))
	s.correct("less", "2026-06-23", s.items[0], 50_00)
	require.Equal(t, collections.FeeStands, s.steps("2026-06-22")[0].Outcome, "as of the day before")
	all := s.steps("2026-06-23")
	require.Equal(t, "the fee of $5.00 for past_due_notice E5 of 2026-06-10 is taken back: it states $84.37, and $34.37 is what was charged since a correction", all[0].Words)
	require.Equal(t, []collections.Outcome{collections.TakeFeeBack, collections.TakeFeeBack, collections.FeeStands}, []collections.Outcome{all[0].Outcome, all[1].Outcome, all[2].Outcome},
		"a shutoff is no notice")
	require.Equal(t, collections.AnotherAmount, all[1].Why)
	s.enter("2026-06-23", all...)
	require.Equal(t, usd(34_37+40_00), s.balance("2026-06-23"))
	require.Equal(t, collections.AnotherAmount, s.steps("2026-06-24")[0].Why)
	s.pay("P", "2026-06-24", s.items[0], 34_37)
	require.Equal(t, collections.AnotherAmount, s.steps("2026-06-26")[0].Why, "paid since or not")

	// Told anew with what the list says, the fee is that of the new notice.
	s = told()
	s.f.Events = s.f.Events[:5]
	s.enter("2026-06-18", s.steps("2026-06-18")...)
	s.correct("less", "2026-06-20", s.items[0], 50_00)
	anew := must(s.going(collections.Notices, "2026-06-22").Told(acct, collections.Event{Key: "N", Step: collections.PastDueNotice, Method: collections.ByMail, To: collections.Customer, Day: day("2026-06-22"), By: person("m.alvarez")}))
	s.f.Events = append(s.f.Events, anew)
	all = s.steps("2026-06-22")
	require.Equal(t, []collections.Outcome{collections.TakeFeeBack, collections.TakeFeeBack, collections.ChargeFee}, []collections.Outcome{all[0].Outcome, all[1].Outcome, all[2].Outcome})

	for name, change := range map[string]func(s *story){
		"a payment": func(s *story) { s.pay("part", "2026-06-22", s.items[0], 50_00) },
		"a bill of later": func(s *story) {
			s.correct("later", "2026-06-23", s.bill(acct, "later", "2026-06-20", "charge", 40_00), 40_00)
		},
		"a petition of later": func(s *story) {
			s.f.Bankruptcies = []collections.Bankruptcy{{Petition: day("2026-06-23"), Through: day("2026-06-23")}}
		},
		"no amount was stated":  func(s *story) { s.correct("less", "2026-06-23", s.items[0], 50_00); s.f.Events[4].Amount = usd(0) },
		"corrected before, too": func(s *story) { s.correct("less", "2026-06-01", s.items[0], 50_00); s.f.Events[4].Amount = usd(34_37) },
	} {
		s := told()
		change(s)
		require.Equal(t, collections.ChargeFee, s.steps("2026-06-23")[0].Outcome, name)
	}
	s = told()
	s.correct("none", "2026-06-01", s.items[0], 84_37)
	require.Equal(t, collections.NotOwed, s.steps("2026-06-23")[0].Why)
}

// What was entered for the account since it was made is not known to it: its fees are not asked for.
func TestFeesAreOfTheBooksAsTheyAre(t *testing.T) {
	f := feesOf(t, stepFees(), reconnection())
	s := offAndOn(t)
	facts := s.low("2026-06-24", 85_00)
	s.pay("P", "2026-06-24", s.items[0], 84_37)
	_, err := f.Steps(facts)
	require.ErrorIs(t, err, collections.ErrFacts)
	_, _, err = f.Reconnection(feeFacts(collections.InHours, 85_00, collections.Yes), facts)
	require.ErrorIs(t, err, collections.ErrFacts)
}

// Of the shutoffs and reconnections of one day the instants decide, as the ladder has it: in whatever order they are given, and by whatever keys.
func TestOfOneDayTheInstantsSayWhatAShutoffWasOf(t *testing.T) {
	off, on := collections.ShutOff, collections.Reconnected
	type step struct {
		step collections.Step
		when string
	}
	for name, c := range map[string]struct {
		steps []step
		want  []collections.Code // of the shutoffs, in order of their keys
	}{
		"off, on and off":                          {[]step{{off, "2026-06-22 09:00"}, {on, "2026-06-22 12:00"}, {off, "2026-06-22 15:00"}}, []collections.Code{"", ""}},
		"off, on and off, the last recorded first": {[]step{{off, "2026-06-22 15:00"}, {on, "2026-06-22 12:00"}, {off, "2026-06-22 09:00"}}, []collections.Code{"", ""}},
		"off and off":                              {[]step{{off, "2026-06-22 15:00"}, {off, "2026-06-22 09:00"}}, []collections.Code{collections.AlreadyOff, ""}},
		"off and off, one at no instant":           {[]step{{off, "2026-06-22"}, {off, "2026-06-22 09:00"}}, []collections.Code{"", collections.AlreadyOff}},
		"off and off, the other at none":           {[]step{{off, "2026-06-22 09:00"}, {off, "2026-06-22"}}, []collections.Code{collections.AlreadyOff, ""}},
		"off and on, with no instants":             {[]step{{off, "2026-06-22"}, {on, "2026-06-22"}}, []collections.Code{""}},
		"on and off, with no instants":             {[]step{{off, "2026-06-20"}, {on, "2026-06-22"}, {off, "2026-06-22"}}, []collections.Code{"", collections.AlreadyOff}},
		"on and off, with instants":                {[]step{{off, "2026-06-20"}, {on, "2026-06-22 09:00"}, {off, "2026-06-22 09:01"}}, []collections.Code{"", ""}},
		"off, on, and off of another day":          {[]step{{off, "2026-06-20"}, {on, "2026-06-20"}, {off, "2026-06-22"}}, []collections.Code{"", ""}},
		"off at no instant, off, on and off":       {[]step{{off, "2026-06-22"}, {off, "2026-06-22 09:00"}, {on, "2026-06-22 10:00"}, {off, "2026-06-22 11:00"}}, []collections.Code{"", collections.AlreadyOff, ""}},
		"off, on, off and off":                     {[]step{{off, "2026-06-18"}, {on, "2026-06-19"}, {off, "2026-06-20"}, {off, "2026-06-22"}}, []collections.Code{"", "", collections.AlreadyOff}},
		"off and on at once":                       {[]step{{off, "2026-06-22 09:00"}, {on, "2026-06-22 09:00"}}, []collections.Code{""}},
	} {
		t.Run(name, func(t *testing.T) {
			s := untilShutoff(t)
			for _, one := range c.steps {
				s.event(one.step, collections.InPerson, collections.Occupant, one.when)
			}
			for range 2 {
				got := map[string]collections.Code{}
				for _, charge := range s.steps("2026-06-24") {
					if charge.Step == off {
						got[charge.Event] = charge.Why
					}
				}
				want, n := map[string]collections.Code{}, 0
				for i, one := range c.steps {
					if one.step == off {
						want[fmt.Sprint("E", 5+i)], n = c.want[n], n+1
					}
				}
				require.Equal(t, want, got)
				slices.Reverse(s.f.Events)
			}
		})
	}
}

// A tag of the day of a shutoff was hung before it, unless the instants of both say otherwise: what is off needs none.
func TestATagOfTheDayOfAShutoffWasBeforeIt(t *testing.T) {
	for _, c := range []struct {
		tag, off string
		want     collections.Code
	}{
		{"2026-06-17 10:30", "2026-06-17 09:00", collections.AlreadyOff}, {"2026-06-17 10:30", "2026-06-17 11:00", ""}, {"2026-06-17 10:30", "2026-06-17 10:30", ""},
		{"2026-06-17 10:30", "2026-06-17", ""}, {"2026-06-17", "2026-06-17 09:00", ""}, {"2026-06-17", "2026-06-17", ""}, {"2026-06-17", "2026-06-16", collections.AlreadyOff},
	} {
		s := owes(t, "2026-04-16")
		s.event(collections.ShutOff, collections.InPerson, collections.Occupant, c.off)
		s.event(collections.DoorTag, collections.Posted, collections.Occupant, c.tag)
		for _, charge := range s.steps("2026-06-22") {
			if charge.Step == collections.DoorTag {
				require.Equal(t, c.want, charge.Why, c)
			}
		}
	}
}

// A fee that was waived was that of its debt, and each waiver is of its own event.
func TestAWaivedFeeWasThatOfTheDebt(t *testing.T) {
	p := stepFees()
	p.PastDueNotice.Waivers = []string{"error"}
	f := feesOf(t, p, reconnection())
	s := owes(t, "2026-04-16")
	s.event(collections.PastDueNotice, collections.ByMail, collections.Customer, "2026-05-02")
	s.event(collections.PastDueNotice, collections.ByMail, collections.Customer, "2026-06-02")
	why := func(waived string) []collections.Code {
		facts := s.stepFacts("2026-06-22")
		facts.Waivers = []collections.FeeWaiver{{Event: waived, Reason: "error", By: person("s.reyes")}}
		all, err := f.Steps(facts)
		require.NoError(t, err)
		return []collections.Code{all[0].Why, all[1].Why}
	}
	require.Equal(t, []collections.Code{collections.FeeWaived, collections.OnceForDebt}, why("E1"))
	require.Equal(t, []collections.Code{"", collections.FeeWaived}, why("E2"))
}

// Of two shutoffs on one day one is a shutoff of what was on; one that was withdrawn was none.
func TestAShutoffOfWhatIsOffBearsNoFee(t *testing.T) {
	s := untilShutoff(t)
	s.event(collections.ShutOff, collections.InPerson, collections.Occupant, "2026-06-22")
	s.event(collections.ShutOff, collections.InPerson, collections.Occupant, "2026-06-22")
	all := s.steps("2026-06-24")
	require.Equal(t, []collections.Code{"", collections.AlreadyOff}, []collections.Code{all[1].Why, all[2].Why})
	s.f.Events[5].Day = day("2026-06-23")
	require.Equal(t, collections.AlreadyOff, s.steps("2026-06-24")[2].Why)
	s.event(collections.Withdrawn, "", "", "2026-06-24").Of = "E5"
	all = s.steps("2026-06-24")
	require.Equal(t, []collections.Code{collections.StepWithdrawn, ""}, []collections.Code{all[1].Why, all[2].Why})
}

func TestAFeeThatWasTakenBackByHandIsNotChargedAgain(t *testing.T) {
	s := owes(t, "2026-04-16")
	s.event(collections.PastDueNotice, collections.ByMail, collections.Customer, "2026-06-02")
	s.event(collections.PastDueNotice, collections.ByMail, collections.Customer, "2026-06-08")
	charge := s.steps("2026-06-08")[0]
	entries, err := charge.Entries(&s.l, collections.Posting{Billed: day("2026-06-03"), Due: day("2026-06-24"), Accounting: day("2026-06-03")})
	require.NoError(t, err)
	s.post(entries[0])
	s.post(must(s.l.Reverse(entries[0].ID(), "by hand", ledger.Charged, day("2026-06-09"), day("2026-06-09"))))
	all := s.steps("2026-06-10")
	require.Equal(t, []collections.Code{collections.TakenBackSince, collections.OnceForDebt}, []collections.Code{all[0].Why, all[1].Why})
}

func TestAFeeThatWasAdjustedIsNotTakenBackWhole(t *testing.T) {
	s := owes(t, "2026-04-16")
	s.event(collections.PastDueNotice, collections.ByMail, collections.Customer, "2026-06-02")
	s.enter("2026-06-03", s.steps("2026-06-03")...)
	var item ledger.OpenItem
	for it := range s.l.Items(acct) {
		item = it
	}
	s.post(ledger.Entry{Cause: ledger.Adjusted, Key: "half", Effective: day("2026-06-05"), Accounting: day("2026-06-05"),
		Moves: []ledger.Move{{From: ledger.Revenue("4210"), To: ledger.OfItem(item.ID), Amount: usd(2_00), RevenueCode: "4210"}}})
	s.event(collections.Withdrawn, "", "", "2026-06-10").Of = "E1"
	_, err := only(t, s.steps("2026-06-10")).Entries(&s.l, collections.Posting{Accounting: day("2026-06-10")})
	require.ErrorIs(t, err, collections.ErrFacts)
	require.ErrorContains(t, err, "the fee of $5.00 for past_due_notice E1 stands at $3.00")
	_, err = only(t, s.steps("2026-06-10")).Entries(nil, collections.Posting{Accounting: day("2026-06-10")})
	require.ErrorIs(t, err, collections.ErrFacts, "no books")
}

// A waiver is for a reason of the policy, by a person; that of low income follows from the facts.
func TestAFeeIsWaivedForTheReasonsOfThePolicy(t *testing.T) {
	f := feesOf(t, stepFees(), reconnection())
	s := tagged(t)
	facts := s.stepFacts("2026-06-22")
	facts.Waivers = []collections.FeeWaiver{{Event: "E4", Reason: "error", By: person("s.reyes")}}
	all, err := f.Steps(facts)
	require.NoError(t, err)
	require.Equal(t, "no fee for door_tag E4 of 2026-06-17: it is waived for error, by s.reyes", only(t, all).Words)

	poor := s.stepFacts("2026-06-22")
	poor.LowIncome = []civil.Period{civil.MustPeriod("[2026-06-17, 2026-06-18)")}
	all, err = f.Steps(poor)
	require.NoError(t, err)
	require.Equal(t, "no fee for door_tag E4 of 2026-06-17: it is waived for a household of low income", only(t, all).Words)
	poor.LowIncome = []civil.Period{civil.MustPeriod("[2026-06-18, 2026-07-18)")}
	all, err = f.Steps(poor)
	require.NoError(t, err)
	require.Equal(t, collections.ChargeFee, only(t, all).Outcome)

	s.enter("2026-06-22", all...)
	again := s.stepFacts("2026-06-22")
	again.Waivers = facts.Waivers
	all, err = f.Steps(again)
	require.NoError(t, err)
	require.Equal(t, collections.TakeFeeBack, only(t, all).Outcome, "waived after it was charged")

	for name, w := range map[string]collections.FeeWaiver{
		"no such event": {Event: "E9", Reason: "error", By: person("s.reyes")}, "no such reason": {Event: "E4", Reason: "a friend", By: person("s.reyes")},
		"no fee of the step": {Event: "E1", Reason: "error", By: person("s.reyes")}, "no person": {Event: "E4", Reason: "error"},
		"not of low income": {Event: "E4", Reason: collections.WaivedLowIncome, By: person("s.reyes")},
	} {
		bad := s.stepFacts("2026-06-22")
		bad.Waivers = []collections.FeeWaiver{w}
		_, err := f.Steps(bad)
		require.ErrorIs(t, err, collections.ErrFacts, name)
		require.ErrorContains(t, err, "waivers[0]", name)
	}
}

func TestFeesOfStepsAskForWholeFacts(t *testing.T) {
	_, err := new(collections.Fees).Steps(untilShutoff(t).stepFacts("2026-06-22"))
	require.ErrorIs(t, err, collections.ErrPolicy)
	_, _, err = new(collections.Fees).Reconnection(feeFacts(collections.InHours, 85_00, collections.No), untilShutoff(t).stepFacts("2026-06-24"))
	require.ErrorIs(t, err, collections.ErrPolicy)
	f := feesOf(t, stepFees(), reconnection())
	for name, change := range map[string]func(s *collections.StepFacts){
		"low_income":    func(s *collections.StepFacts) { s.LowIncome = nil },
		"low_income[0]": func(s *collections.StepFacts) { s.LowIncome = []civil.Period{{}} },
		"actual_cost":   func(s *collections.StepFacts) { s.ActualCost = usd(-1) },
		"class":         func(s *collections.StepFacts) { s.Facts.Class = "farm" },
		"account":       func(s *collections.StepFacts) { s.Facts.Account = nil },
		"events":        func(s *collections.StepFacts) { s.Facts.Events = nil },
		"hardships":     func(s *collections.StepFacts) { s.Facts.Hardships = nil },
		"in_service":    func(s *collections.StepFacts) { s.Facts.InService = 0 },
	} {
		facts := tagged(t).stepFacts("2026-06-22")
		change(&facts)
		_, err := f.Steps(facts)
		require.ErrorIs(t, err, collections.ErrFacts, name)
		require.ErrorContains(t, err, name+": ")
	}
}

func TestFeesOfStepsAreStatedAndChecked(t *testing.T) {
	require.NoError(t, stepFees().Check())
	for path, change := range map[string]func(p *collections.StepFees){
		"title": func(p *collections.StepFees) { p.Title = "" }, "citation": func(p *collections.StepFees) { p.Citation = "" }, "kind": func(p *collections.StepFees) { p.Kind = "" },
		"revenue_code":           func(p *collections.StepFees) { p.RevenueCode = "" },
		"past_due_notice.amount": func(p *collections.StepFees) { p.PastDueNotice.Amount = policy.OrNone[money.Amount]{} },
		"door_tag.amount":        func(p *collections.StepFees) { p.DoorTag.Amount = policy.OrNone[money.Amount]{} },
		"visit.amount":           func(p *collections.StepFees) { p.Visit.Amount = policy.OrNone[money.Amount]{} },
		"shut_off.amount":        func(p *collections.StepFees) { p.ShutOff.Amount = policy.OrNone[money.Amount]{} },
		"visit.classes":          func(p *collections.StepFees) { p.Visit.Classes = nil }, "visit.exempt": func(p *collections.StepFees) { p.Visit.Exempt = nil },
		"visit.times": func(p *collections.StepFees) { p.Visit.Times = "" }, "visit.waivers": func(p *collections.StepFees) { p.Visit.Waivers = nil },
	} {
		p := stepFees()
		change(&p)
		require.ErrorIs(t, p.Check(), policy.ErrNotStated, path)
		require.ErrorContains(t, p.Check(), ": "+path+": ")
		_, err := collections.CompileFees(compiled(t, district()), p, reconnection())
		require.ErrorIs(t, err, policy.ErrNotStated, path)
	}
	for name, c := range map[string]struct {
		path   string
		change func(p *collections.StepFees, r *collections.FeePolicy)
	}{
		"zero": {"door_tag.amount", func(p *collections.StepFees, _ *collections.FeePolicy) { p.DoorTag.Amount = policy.Of(usd(0)) }},
		"both": {"door_tag.exempt", func(p *collections.StepFees, _ *collections.FeePolicy) {
			p.DoorTag.Exempt = append(p.DoorTag.Exempt, "residential")
		}},
		"times":            {"door_tag.times", func(p *collections.StepFees, _ *collections.FeePolicy) { p.DoorTag.Times = "twice" }},
		"no reason":        {"door_tag.waivers", func(p *collections.StepFees, _ *collections.FeePolicy) { p.DoorTag.Waivers = []string{" "} }},
		"a class in none":  {"door_tag.classes", func(p *collections.StepFees, _ *collections.FeePolicy) { p.DoorTag.Exempt = []string{} }},
		"an unknown class": {"visit.classes", func(p *collections.StepFees, _ *collections.FeePolicy) { p.Visit.Exempt = []string{"farm"} }},
		"an unknown kind":  {"kind", func(p *collections.StepFees, _ *collections.FeePolicy) { p.Kind = "levy" }},
		"its other kind":   {"kind", func(_ *collections.StepFees, r *collections.FeePolicy) { r.Kind = "levy" }},
	} {
		p, r := stepFees(), reconnection()
		c.change(&p, &r)
		_, err := collections.CompileFees(compiled(t, district()), p, r)
		require.ErrorIs(t, err, collections.ErrPolicy, name)
		require.ErrorContains(t, err, ": "+c.path+": ", name)
	}
	_, err := collections.CompileFees(nil, stepFees(), reconnection())
	require.ErrorContains(t, err, "there is no ladder")
	bad := reconnection()
	bad.Title, bad.Citation = "", ""
	_, err = collections.CompileFees(nil, collections.StepFees{}, bad)
	require.ErrorContains(t, err, "shut_off.waivers")
	require.ErrorContains(t, err, "citation", "all problems of both are told")

	p, r := stepFees(), reconnection()
	r.Index = index(map[int]string{2021: "280.1", 2026: "280.1"})
	f := feesOf(t, p, r)
	p.DoorTag.Exempt[0], p.DoorTag.Waivers[0], p.ShutOff.Exempt[0], r.Index[1].Year = "residential", "y", "residential", 2027
	s := untilShutoff(t)
	s.event(collections.ShutOff, collections.InPerson, collections.Occupant, "2026-06-22")
	facts := s.low("2026-06-22", 85_00)
	facts.LowIncome = []civil.Period{civil.MustPeriod("[2026-06-22, 2026-06-23)")}
	all, err := f.Steps(facts)
	require.NoError(t, err)
	require.Equal(t, []collections.Outcome{collections.ChargeFee, collections.ChargeFee}, []collections.Outcome{all[0].Outcome, all[1].Outcome}, "the policy was copied")
	facts.Waivers = []collections.FeeWaiver{{Event: "E4", Reason: "error", By: person("s.reyes")}}
	_, err = f.Steps(facts)
	require.NoError(t, err)
}

// walkedFees is a story with any number of steps, some of them withdrawn, returned, after a payment, or of an amount that was corrected since.
func walkedFees(t *rapid.T) *story {
	s := owes(t, "2026-04-16")
	for range rapid.IntRange(1, 8).Draw(t, "events") {
		step := rapid.SampledFrom([]collections.Step{collections.PastDueNotice, collections.DoorTag, collections.ShutOff, collections.Reconnected}).Draw(t, "step")
		when := must(day("2026-04-10").AddDays(rapid.IntRange(0, 60).Draw(t, "day"))).String()
		told := s.event(step, collections.ByMail, collections.Customer, when)
		if rapid.Bool().Draw(t, "states an amount") {
			told.Amount = usd(84_37)
		}
		e := *told
		if back := rapid.IntRange(0, 5).Draw(t, "back"); back < 2 {
			s.event([]collections.Step{collections.Returned, collections.Withdrawn}[back], "", "", "2026-07-01").Of = e.Key
		}
	}
	paid := int64(0)
	if rapid.Bool().Draw(t, "paid") {
		paid = rapid.SampledFrom([]int64{84_37, 50_00}).Draw(t, "amount")
		s.pay("P", must(day("2026-05-01").AddDays(rapid.IntRange(0, 40).Draw(t, "paid on"))).String(), s.items[0], paid)
	}
	if paid < 84_37 && rapid.IntRange(0, 2).Draw(t, "corrected") == 0 {
		s.correct("less", must(day("2026-05-01").AddDays(rapid.IntRange(0, 40).Draw(t, "corrected on"))).String(), s.items[0], 1_00)
	}
	return s
}

// Corpus Christi 2013 (failure 12): the same facts give the same fees, whoever asks and in whatever order they are given; what was entered stands;
// and no event that was withdrawn, or came back, or was on or after the day of the whole payment, bears one, nor a notice on more than what was
// charged since.
func TestFailure12TheSameFactsGiveTheSameFeesOfSteps(t *testing.T) {
	f := feesOf(t, stepFees(), reconnection())
	rapid.Check(t, func(t *rapid.T) {
		s := walkedFees(t)
		facts := s.stepFacts("2026-07-20")
		facts.ActualCost = usd(rapid.Int64Range(1, 60_00).Draw(t, "cost"))
		for range rapid.IntRange(1, 3).Draw(t, "periods") {
			from := must(day("2026-04-10").AddDays(rapid.IntRange(0, 60).Draw(t, "from")))
			facts.LowIncome = append(facts.LowIncome, must(civil.NewPeriod(from, must(from.AddDays(rapid.IntRange(1, 30).Draw(t, "days"))))))
		}
		for _, e := range facts.Facts.Events {
			for _, by := range []string{"s.reyes", "m.alvarez"} {
				if (e.Step == collections.DoorTag || e.Step == collections.ShutOff) && rapid.IntRange(0, 3).Draw(t, "waived") == 0 {
					facts.Waivers = append(facts.Waivers, collections.FeeWaiver{Event: e.Key, Reason: "error", By: person(by)})
				}
			}
		}
		one, err := f.Steps(facts)
		require.NoError(t, err)
		other := facts
		other.Facts.Events = rapid.Permutation(facts.Facts.Events).Draw(t, "events")
		other.Waivers = rapid.Permutation(facts.Waivers).Draw(t, "waivers")
		other.LowIncome = rapid.Permutation(facts.LowIncome).Draw(t, "low income")
		two, err := f.Steps(other)
		require.NoError(t, err)
		require.Equal(t, one, two)
		none := map[string]bool{}
		for _, e := range facts.Facts.Events {
			none[e.Of] = true
		}
		paid := map[collections.Step]int{}
		for _, c := range one {
			require.NotEmpty(t, c.Words)
			if c.Outcome != collections.ChargeFee {
				require.Zero(t, c.Amount)
				require.NotEmpty(t, c.Why)
				continue
			}
			paid[c.Step]++
			require.False(t, none[c.Event])
			if e := facts.Facts.Events[slices.IndexFunc(facts.Facts.Events, func(e collections.Event) bool { return e.Key == c.Event })]; e.Step != collections.ShutOff {
				require.LessOrEqual(t, e.Amount.Cents(), s.l.Charged(s.items[0], facts.Facts.On).Cents())
			}
			left := must(must(s.l.Account(acct, ledger.Terms{})).Standing(c.Day))
			require.Positive(t, left.PastDue.Sign())
			require.False(t, slices.ContainsFunc(facts.Waivers, func(w collections.FeeWaiver) bool { return w.Event == c.Event }))
			require.LessOrEqual(t, c.Amount.Cents(), c.Stated.Cents())
		}
		require.LessOrEqual(t, paid[collections.PastDueNotice], 1, "once for the debt")
		s.enter("2026-07-20", one...)
		facts.Facts = s.facts("2026-07-20")
		again, err := f.Steps(facts)
		require.NoError(t, err)
		for i, c := range again {
			if one[i].Outcome == collections.ChargeFee {
				require.Equal(t, collections.FeeStands, c.Outcome)
				require.Equal(t, one[i].Amount, c.Amount)
			} else {
				require.Equal(t, one[i].Outcome, c.Outcome)
			}
		}
		require.Equal(t, slices.IndexFunc(again, func(c collections.StepCharge) bool { return c.Outcome == collections.TakeFeeBack }), -1)
	})
}
