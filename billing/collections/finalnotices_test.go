package collections_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/collections"
)

// Whatever happened, the list of final notices is of what the ladder lacks: who is on it lacks one, and lacks none once it is posted; who was
// given one lacks none; and the order of the facts changes nothing.
func TestTheListOfFinalNoticesIsWhatTheLadderLacks(t *testing.T) {
	l, on := compiled(t, district()), 0
	lacks := func(s *story) bool {
		for _, code := range codes(s.walk(district(), asked.String()).Blocks) {
			if code == "final notice required" {
				return true
			}
		}
		return false
	}
	rapid.Check(t, func(t *rapid.T) {
		w := draw(t)
		if w.paid.IsZero() && w.debt == day("2026-04-16") && rapid.Bool().Draw(t, "a plan") {
			w.agreed, w.ended = day("2026-05-01"), day("2026-05-20")
		}
		s := w.story(t, acct)
		if rapid.Bool().Draw(t, "no final notice") {
			s.f.Events = slices.DeleteFunc(s.f.Events, func(e collections.Event) bool {
				return slices.ContainsFunc(w.events, func(o collections.Event) bool {
					return o.Step == collections.FinalNotice && (o.Key == e.Key || o.Key == e.Of)
				})
			})
		}
		facts := s.facts(asked.String())
		list, err := l.List(collections.FinalNotices, "L", asked, person("m.alvarez"), []collections.Facts{facts})
		require.NoError(t, err)
		require.NoError(t, list.ApprovalCheck())
		facts.Events = shuffled(t, facts.Events)
		again, err := l.List(collections.FinalNotices, "L", asked, person("m.alvarez"), []collections.Facts{facts})
		require.NoError(t, err)
		require.Equal(t, list, again)
		if len(list.Rows) == 0 {
			if code := list.Left[0].Reasons[0].Code; code == collections.NoticeGiven || code == collections.NotAfterPlan {
				require.False(t, lacks(s), list.Left[0])
			}
			return
		}
		on++
		require.True(t, lacks(s))
		require.True(t, list.Rows[0].Shutoff.After(asked))
		posted := must(sent(t, list, facts).Told(acct, collections.Event{Key: "F", Step: collections.FinalNotice, Method: collections.Posted, To: collections.Customer, Day: asked, By: person("m.alvarez")}))
		s.f.Events = append(s.f.Events, posted)
		require.False(t, lacks(s))
		after, err := l.List(collections.FinalNotices, "L", asked, person("m.alvarez"), []collections.Facts{s.facts(asked.String())})
		require.NoError(t, err)
		require.Equal(t, collections.NoticeGiven, after.Left[0].Reasons[0].Code)
	})
	require.Positive(t, on, "some lack one")
}

// H&S 116910(b): the final notice of a broken plan is a list of its own, and its letter is what the ladder asks for.
func TestAFinalNoticeIsOfABrokenPlan(t *testing.T) {
	s := broken(t)
	require.Equal(t, "0104417: too early: the plan was broken on 2026-06-01, and a final notice counts from 2026-08-01 on", listed(t, collections.FinalNotices, "2026-07-31", s).Left[0].String())
	require.Len(t, listed(t, collections.FinalNotices, "2026-08-01", s).Rows, 1)
	row := s.row(collections.FinalNotices, "2026-08-03")
	require.Equal(t, "$84.37 due 2026-06-01 is past due after a plan was broken, and no final notice of it was given: a shutoff not before 2026-08-18 08:00", strings.Split(row.Words, ";")[0])
	c := s.letter(collections.FinalLetter, collections.FinalNotices, "2026-08-03")
	require.Equal(t, []any{collections.Customer, collections.ServiceAddress, usd(84_37)}, []any{c.To, c.At, c.Amount})
	require.Len(t, c.Items, 2, "an item is in two installments")
	require.Equal(t, []civil.Date{day("2026-06-01"), day("2026-07-01")}, []civil.Date{c.Items[0].Due, c.Items[1].Due})
	events, err := c.Events(collections.Given{Day: day("2026-08-03"), Method: collections.Posted, By: person("m.alvarez")})
	require.NoError(t, err)
	s.debt = c.Debt
	require.Contains(t, codes(s.walk(district(), "2026-08-03").Blocks), collections.Code("final notice required"))
	s.f.Events = append(s.f.Events, events...)
	require.NotContains(t, codes(s.walk(district(), "2026-08-03").Blocks), collections.Code("final notice required"))
	left := listed(t, collections.FinalNotices, "2026-08-04", s).Left
	require.Equal(t, "0104417: notice given: final_notice N-1 final_notice was given on 2026-08-03", left[0].String())
	s.event(collections.FinalNotice, collections.Posted, collections.Customer, "2026-08-04")
	for range 2 {
		require.Contains(t, listed(t, collections.FinalNotices, "2026-08-04", s).Left[0].String(), "2026-08-03", "the first of two, in whatever order")
		slices.Reverse(s.f.Events)
	}

	require.Equal(t, "0104417: no final notice asked for: no plan of the debt due 2026-04-16 was broken", listed(t, collections.FinalNotices, "2026-06-02", noticed(t)).Left[0].String())
	shop := broken(t)
	shop.f.Class = "commercial"
	require.Equal(t, "0104417: no final notice asked for: no rule of the class commercial asks for one", listed(t, collections.FinalNotices, "2026-08-03", shop).Left[0].String())
	appeal := broken(t)
	appeal.f.Reviews = []collections.Review{{Kind: collections.Appeal, Filed: day("2026-07-01")}}
	require.Contains(t, listed(t, collections.FinalNotices, "2026-08-03", appeal).Left[0].String(), "blocked: appeal pending")
	list := listed(t, collections.FinalNotices, "2026-08-03", broken(t))
	require.NoError(t, list.ApprovalCheck())
	require.Equal(t, "final_notices", string(list.ApprovalKind()))
}

// A district's own rule may ask for a final notice in another way: the list is of what each rule lacks, and states a later day than its own.
func TestAFinalNoticeIsWhatEachRuleAsksFor(t *testing.T) {
	own := func(ways ...collections.Way) collections.Policy {
		p := district()
		p.Constraints = append(p.Constraints, collections.Constraint{Title: "a letter", Source: "invented", Status: collections.Ours, For: collections.ForAll, When: collections.OfBrokenPlan,
			Since: collections.SinceStep, Missing: "letter required", Ways: ways})
		return p
	}
	mailed := collections.Way{Step: collections.FinalNotice, Methods: []collections.Method{collections.ByMail}, To: []collections.Recipient{collections.Customer}, Wait: collections.Wait{N: 0, Unit: collections.Days}}
	list := func(p collections.Policy, s *story, on string) collections.List {
		t.Helper()
		return must(compiled(t, p).List(collections.FinalNotices, "L", day(on), person("m.alvarez"), []collections.Facts{s.facts(on)}))
	}
	p := own(mailed)
	s := broken(t)
	s.f.Class = "commercial"
	require.Equal(t, "0104417: too early: the shutoff would be on 2026-08-03, and a final notice states a later day than its own", list(p, s, "2026-08-03").Left[0].String())
	later := mailed
	later.Wait.N = 5
	require.Len(t, list(own(later), s, "2026-06-02").Rows, 1, "from the day on which it was broken")

	elsewhere := own(later)
	elsewhere.Constraints[len(elsewhere.Constraints)-1].When = collections.AtOtherAddress
	require.Equal(t, []collections.Code{collections.NotAfterPlan}, codes(list(elsewhere, s, "2026-06-02").Left[0].Reasons), "of nobody at another address")
	s.f.OtherAddress = collections.Yes
	require.Len(t, list(elsewhere, s, "2026-06-02").Rows, 1)
	unless, contact := later, later
	unless.Unless, contact.Step = collections.AtOtherAddress, collections.Contact
	require.Equal(t, []collections.Code{collections.NotAfterPlan}, codes(list(own(unless, contact), s, "2026-06-02").Left[0].Reasons), "the way is none there")

	early, late := later, later
	early.AfterBreach, late.AfterBreach = collections.Wait{N: 10, Unit: collections.Days}, collections.Wait{N: 20, Unit: collections.Days}
	for _, p := range []collections.Policy{own(early, late), own(late, early)} {
		require.Contains(t, list(p, s, "2026-06-10").Left[0].String(), "counts from 2026-06-11 on", "by the earlier of two ways")
	}

	// Of residential service both rules ask for one: that by mail, and that which is posted after the 60 days.
	s = broken(t)
	require.Len(t, list(p, s, "2026-06-02").Rows, 1)
	s.event(collections.FinalNotice, collections.ByMail, collections.Customer, "2026-06-02")
	require.Equal(t, []collections.Code{collections.TooEarly}, codes(list(p, s, "2026-07-31").Left[0].Reasons))
	require.Len(t, list(p, s, "2026-08-01").Rows, 1)
	s.event(collections.FinalNotice, collections.Posted, collections.Customer, "2026-08-03")
	left := list(p, s, "2026-08-04").Left[0]
	require.Equal(t, "0104417: notice given: final_notice E3 was given on 2026-08-03", left.String())
	s.f.Events[1].Day = day("2026-08-04")
	require.Equal(t, "0104417: notice given: final_notice E2 was given on 2026-08-04", list(p, s, "2026-08-04").Left[0].String(), "the last of those that both rules have")
}

// A final notice of another debt, one that was withdrawn, one of before the 60 days, and one that was not posted, is none of this debt.
func TestAFinalNoticeIsOfTheDebt(t *testing.T) {
	s := broken(t)
	s.event(collections.FinalNotice, collections.Posted, collections.Customer, "2026-08-01").Debt = day("2026-04-16")
	s.event(collections.FinalNotice, collections.Posted, collections.Customer, "2026-08-02")
	s.event(collections.Withdrawn, "", "", "2026-08-02").Of = "E3"
	s.event(collections.FinalNotice, collections.Posted, collections.Customer, "2026-07-31")
	s.event(collections.FinalNotice, collections.ByMail, collections.Customer, "2026-08-02")
	require.Equal(t, day("2026-06-01"), s.row(collections.FinalNotices, "2026-08-03").Due)
	require.Contains(t, codes(s.walk(district(), "2026-08-03").Blocks), collections.Code("final notice required"), "as the ladder says")
}
