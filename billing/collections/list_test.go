package collections_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/billing/approval"
	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/collections"
	"github.com/headgate-dev/headgate/billing/ledger"
)

func listed(t *testing.T, kind collections.ListKind, on string, stories ...*story) collections.List {
	t.Helper()
	var facts []collections.Facts
	for _, s := range stories {
		facts = append(facts, s.facts(on))
	}
	list, err := compiled(t, district()).List(kind, "L-1", day(on), person("m.alvarez"), facts)
	require.NoError(t, err)
	return list
}

// A past-due notice goes out some days after the due date, once, and states the earliest shutoff if all else were done that day.
func TestAPastDueNoticeGoesOutOnce(t *testing.T) {
	s := owes(t, "2026-04-16")
	s.event(collections.BillMailed, collections.ByMail, collections.Customer, "2026-03-26")
	require.Equal(t, "0104417: too early: due 2026-04-16: a notice goes out from 2026-04-21 on", listed(t, collections.Notices, "2026-04-20", s).Left[0].String())
	list := listed(t, collections.Notices, "2026-04-21", s)
	require.Equal(t, []collections.Row{{
		Account: acct, Area: "Ord", Class: "residential", Due: day("2026-04-16"), Amount: usd(84_37), Shutoff: day("2026-06-16"), NotBefore: clock("2026-06-16 08:00"),
		Words: "$84.37 due 2026-04-16 is past due, and no notice of it was given: a shutoff not before 2026-06-16 08:00; CA-HSC-116900@2024 and CA-GOV-60370@2022: to be confirmed by counsel",
	}}, list.Rows)
	require.Equal(t, "L-1: past_due_notices of 2026-04-21, prepared by m.alvarez: 1 account that owes $84.37 past due; 0 looked at and left out", list.String())
	late := listed(t, collections.Notices, "2026-06-10", s)
	require.Equal(t, day("2026-06-25"), late.Rows[0].Shutoff, "mailed that day, and 15 days")

	told := must(sent(t, list, s.facts("2026-04-21")).Told(acct, collections.Event{Key: "E2", Step: collections.PastDueNotice, Method: collections.ByMail, To: collections.Customer, Day: day("2026-04-21"), By: person("m.alvarez")}))
	require.NoError(t, told.Check())
	require.Equal(t, day("2026-06-16"), told.Printed)
	s.n++
	s.f.Events = append(s.f.Events, told)
	require.Equal(t, "0104417: notice given: past_due_notice E2 was given on 2026-04-21", listed(t, collections.Notices, "2026-04-22", s).Left[0].String())
	s.event(collections.Withdrawn, "", "", "2026-04-22").Of = "E2"
	require.Len(t, listed(t, collections.Notices, "2026-04-22", s).Rows, 1, "one that was withdrawn is given anew")

	open := listed(t, collections.Notices, "2026-06-26", untilShutoff(t))
	require.Equal(t, day("2026-06-29"), open.Rows[0].Shutoff, "where nothing is missing it states the next permitted day, and none that has gone by")
}

// A door tag goes to who lacks nothing else, and no more than some days before the shutoff that it announces.
func TestADoorTagGoesToWhoLacksNothingElse(t *testing.T) {
	s := owes(t, "2026-04-16").told()
	require.Equal(t, "0104417: too early: the shutoff would be on 2026-06-17, 8 days after the tag, and a tag hangs for 7 at most",
		listed(t, collections.DoorTags, "2026-06-09", s).Left[0].String())
	list := listed(t, collections.DoorTags, "2026-06-15", s)
	require.Len(t, list.Rows, 1)
	require.Equal(t, day("2026-06-18"), list.Rows[0].Shutoff, "48 hours from the end of the day of the list")
	require.Contains(t, list.Rows[0].Words, "nothing but the tag is missing: a shutoff not before 2026-06-18 08:00")

	s.event(collections.DoorTag, collections.Posted, collections.Occupant, "2026-06-15 10:00").Printed = day("2026-06-18")
	require.Equal(t, "0104417: door tag given: door_tag E4 was given on 2026-06-15", listed(t, collections.DoorTags, "2026-06-16", s).Left[0].String())
	require.Equal(t, clock("2026-06-18 08:00"), s.walk(district(), "2026-06-16").NotBefore, "and binds by the day that it states")

	reached := owes(t, "2026-04-16").told()
	reached.event(collections.AdultReached, collections.InPerson, collections.Occupant, "2026-06-16 09:00")
	require.Equal(t, "0104417: nothing is missing: service may be shut off from 2026-06-17 09:00 on", listed(t, collections.DoorTags, "2026-06-16", reached).Left[0].String())

	uncontacted := owes(t, "2026-04-16")
	uncontacted.event(collections.BillMailed, collections.ByMail, collections.Customer, "2026-03-26")
	uncontacted.event(collections.MailedNotice, collections.ByMail, collections.Customer, "2026-06-02")
	require.Equal(t, []collections.Code{"contact required"}, codes(listed(t, collections.DoorTags, "2026-06-15", uncontacted).Left[0].Reasons))
}

func TestAShutoffListSaysWhoIsOnItAndWhoIsNot(t *testing.T) {
	on, early, blocked := untilShutoff(t), owing(t, "0200001", "2026-04-16", 60_00), owing(t, "0100000", "2026-04-16", 60_00)
	early.told()
	early.event(collections.DoorTag, collections.Posted, collections.Occupant, "2026-06-22 10:30")
	list := listed(t, collections.Shutoffs, "2026-06-22", on, early, blocked)
	require.Len(t, list.Rows, 1)
	require.Equal(t, acct, list.Rows[0].Account)
	require.Contains(t, list.Rows[0].Words, "$84.37 due 2026-04-16 is past due, and every constraint allows it: last contact (Gov 60373; PUC 10010.1, unverified): 48 hours after")
	require.Equal(t, clock("2026-06-22 08:00"), list.Rows[0].NotBefore)
	require.Equal(t, []string{"0100000", "0200001"}, []string{list.Left[0].Account, list.Left[1].Account})
	require.Contains(t, list.Left[1].String(), "too early: not before 2026-06-24 10:30: last contact")
	require.Contains(t, list.Left[0].String(), "contact required")

	later := listed(t, collections.Shutoffs, "2026-06-23", on)
	require.Equal(t, clock("2026-06-23 08:00"), later.Rows[0].NotBefore)
	hour := listed(t, collections.Shutoffs, "2026-06-24", early)
	require.Equal(t, clock("2026-06-24 10:30"), hour.Rows[0].NotBefore, "on the day itself the hours go on")

	// A list for a later day may be made of today's facts.
	l := compiled(t, district())
	ahead, err := l.List(collections.Shutoffs, "L-1", day("2026-06-24"), person("m.alvarez"), []collections.Facts{early.facts("2026-06-22")})
	require.NoError(t, err)
	require.Len(t, ahead.Rows, 1)
}

func TestAListIsRefused(t *testing.T) {
	l := compiled(t, district())
	s := untilShutoff(t)
	facts := []collections.Facts{s.facts("2026-06-22")}
	for name, c := range map[string]struct {
		kind     collections.ListKind
		key, day string
		facts    []collections.Facts
		words    string
	}{
		"no key":            {collections.Shutoffs, " ", "2026-06-22", facts, "key"},
		"no kind":           {"letters", "L", "2026-06-22", facts, "kind"},
		"an account twice":  {collections.Shutoffs, "L", "2026-06-22", append(facts, facts...), "account 0104417: it is given twice"},
		"facts of tomorrow": {collections.Shutoffs, "L", "2026-06-18", facts, "its facts are of"},
		"notices of old":    {collections.Notices, "L", "2026-06-23", facts, "its facts are of"},
		"a holiday":         {collections.Shutoffs, "L", "2026-07-03", facts, "on 2026-07-03 the office is closed"},
		"a Sunday":          {collections.Shutoffs, "L", "2026-06-28", facts, "2026-06-28 is a Sunday"},
		"bad facts":         {collections.Shutoffs, "L", "2026-06-22", []collections.Facts{{}}, "facts[0]"},
	} {
		_, err := l.List(c.kind, c.key, day(c.day), person("m.alvarez"), c.facts)
		require.ErrorIs(t, err, collections.ErrList, name)
		require.ErrorContains(t, err, c.words, name)
	}
	_, err := l.List(collections.Shutoffs, "L", civil.Date{}, person("m.alvarez"), facts)
	require.ErrorContains(t, err, "day")
	_, err = l.List(collections.Shutoffs, "L", day("2031-06-23"), person("m.alvarez"), facts)
	require.ErrorIs(t, err, collections.ErrLaw)
}

func TestAListThatIsNotWholeIsNotApproved(t *testing.T) {
	list := listed(t, collections.Shutoffs, "2026-06-22", untilShutoff(t), must2(ready(t, "0200001")))
	require.NoError(t, list.ApprovalCheck())
	for name, change := range map[string]func(l *collections.List){
		"key": func(l *collections.List) { l.Key = "" }, "by": func(l *collections.List) { l.By = approval.Person{} }, "kind": func(l *collections.List) { l.Kind = "x" }, "day": func(l *collections.List) { l.Day = civil.Date{} },
		"account": func(l *collections.List) { l.Rows[0].Account = "" }, "twice": func(l *collections.List) { l.Rows[1] = l.Rows[0] },
		"order": func(l *collections.List) { l.Rows[0], l.Rows[1] = l.Rows[1], l.Rows[0] }, "due": func(l *collections.List) { l.Rows[0].Due = civil.Date{} },
		"amount": func(l *collections.List) { l.Rows[0].Amount = usd(0) }, "words": func(l *collections.List) { l.Rows[0].Words = "" },
		"later": func(l *collections.List) { l.Rows[0].Shutoff = day("2026-06-23") }, "earlier": func(l *collections.List) { l.Kind, l.Rows[0].Shutoff = collections.DoorTags, day("2026-06-21") },
		"instant": func(l *collections.List) { l.Rows[0].NotBefore = time.Time{} },
	} {
		wrong := list.Clone()
		change(&wrong)
		require.ErrorIs(t, wrong.ApprovalCheck(), collections.ErrList, name)
		require.NoError(t, list.ApprovalCheck(), "a clone shares nothing")
	}
	for name, change := range map[string]func(l *collections.List){
		"key": func(l *collections.List) { l.Key = "x" }, "by": func(l *collections.List) { l.By = person("x") }, "kind": func(l *collections.List) { l.Kind = "x" }, "day": func(l *collections.List) { l.Day = day("2026-06-23") },
		"account": func(l *collections.List) { l.Rows[0].Account = "x" }, "area": func(l *collections.List) { l.Rows[0].Area = "x" }, "class": func(l *collections.List) { l.Rows[0].Class = "x" },
		"due": func(l *collections.List) { l.Rows[0].Due = civil.Date{} }, "amount": func(l *collections.List) { l.Rows[0].Amount = usd(1) }, "words": func(l *collections.List) { l.Rows[0].Words = "x" },
		"shutoff": func(l *collections.List) { l.Rows[0].Shutoff = civil.Date{} }, "instant": func(l *collections.List) { l.Rows[0].NotBefore = time.Time{} },
	} {
		other := list.Clone()
		change(&other)
		require.NotEqual(t, list.AppendCanonical(nil), other.AppendCanonical(nil), name)
	}
	other := list.Clone()
	other.Left = []collections.Left{{Account: "1"}}
	require.Equal(t, list.AppendCanonical(nil), other.AppendCanonical(nil), "who is left out is not what is approved")
	require.Empty(t, list.Stakes())
	require.Equal(t, approval.Kind("shutoff_list"), list.ApprovalKind())
}

// ready is an account of which nothing is missing.
func ready(t tester, account string) (*story, error) {
	s := owing(t, account, "2026-04-16", 60_00).told()
	s.event(collections.DoorTag, collections.Posted, collections.Occupant, "2026-06-17 10:30")
	return s, nil
}

func must2(s *story, err error) *story { return must(s, err) }

func staff() *approval.Matrix {
	var kinds []approval.KindRule
	var limits []approval.Limit
	for _, kind := range []approval.Kind{"past_due_notices", "door_tags", "final_notices", "shutoff_list"} {
		kinds = append(kinds, approval.KindRule{Kind: kind, Validity: 72 * time.Hour})
		limits = append(limits, approval.Limit{Role: "supervisor", Kind: kind, Bounds: approval.Bounds{PerProposal: approval.Unlimited(), PerAccount: approval.Unlimited()}})
	}
	return must(approval.Compile(approval.Policy{
		Name: "approvals 2026", Source: "invented", During: civil.MustPeriod("[2026-01-01, 2027-01-01)"), Location: pacific(),
		Kinds:  kinds,
		Grants: []approval.Grant{{Person: person("s.reyes"), Role: "supervisor", During: civil.MustPeriod("[2026-01-01, 2027-01-01)")}},
		Limits: limits,
	}))
}

// approve has a second person approve a list two days before its day.
func approve(t tester, list collections.List) (approval.Approved[collections.List], *approval.History) {
	t.Helper()
	at := func(before int, clockTime string) time.Time {
		return clock(must(list.Day.AddDays(-before)).String() + " " + clockTime)
	}
	signer := must(approval.NewHMAC("2026", []byte("thirty-two bytes of random numbers")))
	history := must(approval.NewHistory(signer, nil))
	proposal, err := approval.Propose(list, approval.Request{Key: list.Key, Prepared: []approval.Person{person("m.alvarez")}, At: at(3, "16:00")})
	require.NoError(t, err)
	approved, err := approval.Approve(proposal, approval.Decision{By: person("s.reyes"), At: at(2, "16:30"), Saw: proposal.Digest()}, staff(), history)
	require.NoError(t, err)
	record, err := approved.Record().Sealed(signer)
	require.NoError(t, err)
	require.NoError(t, history.Add(record))
	return approved, history
}

// sent is what of a list goes that was approved, by the facts of the morning.
func sent(t tester, list collections.List, facts ...collections.Facts) collections.Dispatch {
	t.Helper()
	approved, _ := approve(t, list)
	d, err := compiled(t, district()).Dispatch(approved, clock(list.Day.String()+" 07:30"), facts)
	require.NoError(t, err)
	return d
}

// Forty accounts are approved, three pay before the truck leaves, and a 41st is added: 37 go, three are pulled, and the addition is
// refused, by the approval as by the dispatch.
func yShrink(t *testing.T) result {
	t.Helper()
	l := compiled(t, district())
	var stories []*story
	var facts []collections.Facts
	for i := range 41 {
		s := must2(ready(t, fmt.Sprintf("02%05d", i)))
		stories = append(stories, s)
		facts = append(facts, s.facts("2026-06-19"))
	}
	list, err := l.List(collections.Shutoffs, "SHUTOFF-2026-06-22", day("2026-06-22"), person("m.alvarez"), facts[:40])
	require.NoError(t, err)
	require.Len(t, list.Rows, 40)
	require.Equal(t, "SHUTOFF-2026-06-22: shutoff_list of 2026-06-22, prepared by m.alvarez: 40 accounts that owe $2,400.00 past due; 0 looked at and left out", list.String())
	approved, history := approve(t, list)

	for i := range 3 {
		stories[i*7].pay("counter", "2026-06-22", stories[i*7].items[0], 60_00)
	}
	facts = nil
	for _, s := range stories {
		facts = append(facts, s.facts("2026-06-22"))
	}
	now := clock("2026-06-22 07:30")
	d, err := l.Dispatch(approved, now, facts)
	require.NoError(t, err)
	require.Len(t, d.Go, 37)
	require.Equal(t, []string{"0200000", "0200007", "0200014"}, []string{d.Pulled[0].Account, d.Pulled[1].Account, d.Pulled[2].Account})
	require.Equal(t, "0200007: blocked: credit balance: the balance was $0.00 on 2026-06-22", d.Pulled[1].String())
	require.Equal(t, []collections.Left{{Account: "0200040", Reasons: []collections.Reason{{Code: collections.NotApproved,
		Words: "it is not on the list that was approved, which may shrink and never grows", Figures: []collections.Figure{{What: "list", Text: "SHUTOFF-2026-06-22"}}}}}}, d.Refused)
	require.Contains(t, d.String(), "SHUTOFF-2026-06-22: 37 go, 3 pulled, 1 refused; pulled 0200000: blocked: credit balance")
	require.Equal(t, person("s.reyes"), d.ApprovedBy)

	left, reasons, ok := d.Reduced()
	require.True(t, ok)
	reduced, err := approval.Reduce(approved, left, person("m.alvarez"), now, reasons, history)
	require.NoError(t, err)
	require.Len(t, must(reduced.Open(now)).Rows, 37)
	again, err := l.Dispatch(reduced, now, facts)
	require.NoError(t, err)
	require.Len(t, again.Go, 37)
	require.Empty(t, again.Pulled)
	_, _, ok = again.Reduced()
	require.False(t, ok, "nothing was pulled")

	grown := left.Clone()
	grown.Rows = append(grown.Rows, collections.Row{Account: "0200040", Class: "residential", Due: day("2026-04-16"), Amount: usd(60_00), Shutoff: day("2026-06-22"), NotBefore: now, Words: "added"})
	_, err = approval.Reduce(approved, grown, person("m.alvarez"), now, reasons, history)
	require.ErrorIs(t, err, approval.ErrGrown)
	changed := left.Clone()
	changed.Rows[0].Amount = usd(1)
	_, err = approval.Reduce(approved, changed, person("m.alvarez"), now, reasons, history)
	require.ErrorIs(t, err, approval.ErrGrown)
	return result{says: fmt.Sprintf("%d go, %d listed as pulled; the addition refused", len(d.Go), len(d.Pulled))}
}

// Whatever blocks an account between the approval and the truck pulls it.
func TestWhatBlocksAnAccountPullsIt(t *testing.T) {
	l := compiled(t, district())
	for name, c := range map[string]struct {
		change func(s *story)
		want   string
	}{
		"appeal": {func(s *story) {
			s.f.Reviews = []collections.Review{{Kind: collections.Appeal, Filed: day("2026-06-22")}}
		}, "appeal pending"},
		"held": {func(s *story) { s.pending(ledger.HeldBatch, 1, "2026-06-22") }, "payment received, not posted"},
		"later": {func(s *story) {
			s.event(collections.MailedNotice, collections.ByMail, collections.Customer, "2026-06-21").Printed = day("2026-06-30")
		}, "not before 2026-06-30 08:00"},
		"another debt": {func(s *story) {
			s.bill(acct, "next", "2026-05-16", "charge", 60_00)
			s.pay("oldest", "2026-06-22", s.items[0], 84_37)
		}, "contact required"},
	} {
		t.Run(name, func(t *testing.T) {
			s := untilShutoff(t)
			approved, _ := approve(t, listed(t, collections.Shutoffs, "2026-06-22", s))
			c.change(s)
			d, err := l.Dispatch(approved, clock("2026-06-22 07:30"), []collections.Facts{s.facts("2026-06-22")})
			require.NoError(t, err)
			require.Empty(t, d.Go)
			require.Contains(t, d.Pulled[0].String(), c.want)
			_, _, ok := d.Reduced()
			require.False(t, ok, "nothing is left: withdraw it")
		})
	}
}

// An account that may still be shut off that day is pulled where it is another debt, or a later hour, than was approved.
func TestWhatWasApprovedIsTheDebtAndTheHour(t *testing.T) {
	l := compiled(t, district())
	s := untilShutoff(t)
	list := listed(t, collections.Shutoffs, "2026-06-22", s)
	for name, c := range map[string]struct {
		change func(r *collections.Row)
		want   string
	}{
		"debt": {func(r *collections.Row) { r.Due = day("2026-03-16") }, "a shutoff for the debt due 2026-03-16 was approved, and it is due 2026-04-16 now"},
		"hour": {func(r *collections.Row) { r.NotBefore = clock("2026-06-22 07:00") }, "not before 2026-06-22 08:00 any more, and the list states 2026-06-22 07:00"},
	} {
		other := list.Clone()
		c.change(&other.Rows[0])
		approved, _ := approve(t, other)
		d, err := l.Dispatch(approved, clock("2026-06-22 07:30"), []collections.Facts{s.facts("2026-06-22")})
		require.NoError(t, err)
		require.Empty(t, d.Go, name)
		require.Contains(t, d.Pulled[0].String(), c.want)
	}
}

// Who prepared a list does not approve it, whatever the request says of who did.
func TestWhoPreparedAListDoesNotApproveIt(t *testing.T) {
	l := compiled(t, district())
	s := untilShutoff(t)
	facts := []collections.Facts{s.facts("2026-06-22")}
	list := must(l.List(collections.Shutoffs, "L-1", day("2026-06-22"), person("s.reyes"), facts))
	require.Equal(t, person("s.reyes"), list.By)
	approved, _ := approve(t, list)
	_, err := l.Dispatch(approved, clock("2026-06-22 07:30"), facts)
	require.ErrorIs(t, err, collections.ErrList)
	require.ErrorContains(t, err, "who prepared the list has approved it")
	_, err = l.List(collections.Shutoffs, "L-1", day("2026-06-22"), approval.Person{}, facts)
	require.ErrorContains(t, err, "by: it is not said who prepared the list")
}

// An account that was not approved is refused, whether it might be shut off or not.
func TestWhoIsNotOnTheListIsRefused(t *testing.T) {
	s, blocked, free := untilShutoff(t), owing(t, "0100000", "2026-04-16", 60_00), must2(ready(t, "0200001"))
	approved, _ := approve(t, listed(t, collections.Shutoffs, "2026-06-22", s))
	d, err := compiled(t, district()).Dispatch(approved, clock("2026-06-22 07:30"), []collections.Facts{free.facts("2026-06-22"), blocked.facts("2026-06-22"), s.facts("2026-06-22")})
	require.NoError(t, err)
	require.Len(t, d.Go, 1)
	require.Len(t, d.Refused, 2)
	require.Equal(t, []string{"0100000", "0200001"}, []string{d.Refused[0].Account, d.Refused[1].Account})
	require.Empty(t, d.Pulled)
}

func TestADispatchIsRefused(t *testing.T) {
	l := compiled(t, district())
	s := untilShutoff(t)
	approved, _ := approve(t, listed(t, collections.Shutoffs, "2026-06-22", s))
	facts := []collections.Facts{s.facts("2026-06-22")}
	for name, c := range map[string]struct {
		approved approval.Approved[collections.List]
		now      string
		facts    []collections.Facts
		code     error
	}{
		"nobody approved it": {approval.Approved[collections.List]{}, "2026-06-22 07:30", facts, approval.ErrNotApproved},
		"the day before":     {approved, "2026-06-21 23:59", facts, collections.ErrList},
		"after the hours":    {approved, "2026-06-22 15:00", facts, collections.ErrList},
		"in the evening":     {approved, "2026-06-22 22:30", facts, collections.ErrList},
		"the day after":      {approved, "2026-06-23 07:30", facts, collections.ErrList},
		"it has ended":       {approved, "2026-06-23 16:30", facts, approval.ErrExpired},
		"no facts":           {approved, "2026-06-22 07:30", nil, collections.ErrFacts},
		"old facts":          {approved, "2026-06-22 07:30", []collections.Facts{s.facts("2026-06-21")}, collections.ErrList},
		"bad facts":          {approved, "2026-06-22 07:30", append(facts, collections.Facts{On: day("2026-06-22")}), collections.ErrFacts},
	} {
		_, err := l.Dispatch(c.approved, clock(c.now), c.facts)
		require.ErrorIs(t, err, c.code, name)
	}
	d, err := l.Dispatch(approved, clock("2026-06-22 14:59").UTC(), facts)
	require.NoError(t, err, "a minute before they end")
	require.Len(t, d.Go, 1)
	_, err = l.Dispatch(approved, clock("2026-06-22 22:30").UTC(), facts)
	require.ErrorContains(t, err, "it is 2026-06-22 22:30, and service is shut off before 15:00")
	_, err = l.Dispatch(approved, clock("2026-06-21 23:59"), []collections.Facts{s.facts("2026-06-21")})
	require.ErrorContains(t, err, "it is 2026-06-21, and the list L-1 is of 2026-06-22", "nobody goes a day early")
}
