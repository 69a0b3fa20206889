package collections_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/collections"
	"github.com/headgate-dev/headgate/billing/ledger"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/policy"
)

// law topics of a written notice.
var lawTopics = []collections.Topic{collections.Extension, collections.ReviewAndAppeal, collections.PaymentSchedule}

// letters is a policy of letters with the wordings of all; its own values are invented.
func letters() collections.LetterPolicy {
	p := collections.LetterPolicy{
		Title: "letters", Citation: "invented", Laws: []collections.LetterLaw{collections.HSC116900LettersAt2024(), collections.Gov60371LettersAt2022()}, Confirmed: []string{},
		Spoken:    []collections.Spoken{{Language: "es", Percent: policy.Is(decimal.RequireFromString("38.5"))}, {Language: "hmn", Percent: policy.Is(decimal.RequireFromString("9.99"))}},
		Languages: []collections.Language{"en", "es", "zh", "tl", "vi", "ko"}, PayBy: collections.DayBefore,
		Letters: []collections.LetterRule{
			{Letter: collections.PastDueLetter, Records: []collections.Step{collections.PastDueNotice, collections.Contact, collections.MailedNotice}, Topics: []collections.Topic{"assistance"}},
			{Letter: collections.OccupantLetter, Records: []collections.Step{collections.Contact}},
			{Letter: collections.TenantsLetter, Records: []collections.Step{collections.MailedNotice}},
			{Letter: collections.ThirdPartyLetter, Records: []collections.Step{collections.MailedNotice}},
			{Letter: collections.TagLetter, Records: []collections.Step{collections.DoorTag}},
			{Letter: collections.FinalLetter, Records: []collections.Step{collections.FinalNotice}},
		},
	}
	for i := range p.Letters {
		r := &p.Letters[i]
		topics := append([]collections.Topic{collections.Body}, lawTopics...)
		if r.Letter == collections.TenantsLetter {
			topics = []collections.Topic{collections.Body, collections.BecomeCustomers}
		}
		if r.Topics == nil {
			r.Topics = []collections.Topic{}
		}
		for _, language := range p.Languages {
			for _, topic := range append(topics, r.Topics...) {
				r.Wordings = append(r.Wordings, collections.Wording{Language: language, Topic: topic, ID: strings.Join([]string{string(r.Letter), string(topic), string(language)}, "/")})
			}
		}
	}
	return p
}

func writer(t tester, p collections.LetterPolicy) *collections.Letters {
	t.Helper()
	w, err := collections.CompileLetters(feesOf(t, stepFees(), reconnection()), p)
	require.NoError(t, err)
	return w
}

// list is a list of the account alone, and row its row.
func (s *story) list(kind collections.ListKind, on string) collections.List {
	s.t.Helper()
	list, err := compiled(s.t, district()).List(kind, "L-1", day(on), person("m.alvarez"), []collections.Facts{s.facts(on)})
	require.NoError(s.t, err)
	require.Len(s.t, list.Rows, 1, "%v", list.Left)
	return list
}

func (s *story) row(kind collections.ListKind, on string) collections.Row {
	s.t.Helper()
	return s.list(kind, on).Rows[0]
}

// going is the list, approved, of which the account goes.
func (s *story) going(kind collections.ListKind, on string) collections.Dispatch {
	s.t.Helper()
	return sent(s.t, s.list(kind, on), s.facts(on))
}

func (s *story) letter(kind collections.LetterKind, list collections.ListKind, on string) collections.Letter {
	s.t.Helper()
	c, err := writer(s.t, letters()).Letter(kind, "N-1", s.going(list, on), s.facts(on))
	require.NoError(s.t, err)
	return c
}

// noticed is a story on the list of past-due notices.
func noticed(t tester) *story {
	s := owes(t, "2026-04-16")
	s.event(collections.BillMailed, collections.ByMail, collections.Customer, "2026-03-26")
	return s
}

// broken is a story of a plan that was broken: its first installment of 1 June was missed.
func broken(t tester) *story {
	s := owes(t, "2026-04-16")
	s.debt = day("2026-06-01")
	s.event(collections.BillMailed, collections.ByMail, collections.Customer, "2026-05-10")
	s.plan("2026-05-01", s.items, ledger.Installment{Billed: day("2026-05-10"), Due: day("2026-06-01"), Amount: usd(44_37)}, ledger.Installment{Billed: day("2026-06-10"), Due: day("2026-07-01"), Amount: usd(40_00)})
	return s
}

func TestALetterSaysWhatIsOwedAndUntilWhen(t *testing.T) {
	s := noticed(t)
	second := s.bill(acct, "bill 2026-05-16", "2026-05-16", "charge", 20_00)
	s.bill(acct, "bill fee", "2026-05-01", "fee", 7_00)
	s.bill(acct, "bill not due", "2026-06-16", "charge", 60_00)
	s.pay("P", "2026-05-20", s.items[0], 4_37)
	c := s.letter(collections.PastDueLetter, collections.Notices, "2026-06-02")
	require.Equal(t, "N-1: past_due_notice to the customer: 0104417 owes $100.00 due 2026-04-16, to be paid by 2026-06-16; a shutoff not before 2026-06-17; "+
		"CA-HSC-116900@2024 and CA-GOV-60370@2022 and CA-HSC-116900-LETTERS@2024 and CA-GOV-60371-LETTERS@2022 and CA-HSC-116914@2018: to be confirmed by counsel", c.String())
	require.Equal(t, []string{acct, "Ord", "residential"}, []string{c.Account, c.Area, c.Class})
	require.Equal(t, []civil.Date{day("2026-06-02"), day("2026-04-16"), day("2026-04-17")}, []civil.Date{c.Day, c.Debt, c.FirstDelinquent})
	require.Equal(t, []collections.LetterItem{
		{Item: s.items[0], Bill: acct + " bill 2026-04-16", Kind: "charge", Service: "water", Billed: day("2026-03-26"), Due: day("2026-04-16"), Amount: usd(80_00)},
		{Item: second, Bill: acct + " bill 2026-05-16", Kind: "charge", Service: "water", Billed: day("2026-04-25"), Due: day("2026-05-16"), Amount: usd(20_00)},
	}, c.Items, "no fee, as it permits no shutoff, and nothing that is not due")
	require.Equal(t, collections.Customer, c.To)
	require.Equal(t, collections.MailingAddress, c.At)
	require.Equal(t, clock("2026-06-17 08:00"), c.NotBefore)
	require.Equal(t, []collections.StatedFee{
		{Step: collections.ShutOff, Amount: usd(40_00), Source: "steps"},
		{Step: collections.Reconnected, When: collections.InHours, Amount: usd(85_00), Source: "reconnection"},
		{Step: collections.Reconnected, When: collections.AfterHours, Amount: usd(260_00), Source: "reconnection"},
		{Step: collections.Reconnected, When: collections.InHours, LowIncome: true, Amount: usd(50_00), Source: "H&S 116914(a)(1)"},
		{Step: collections.Reconnected, When: collections.AfterHours, LowIncome: true, Amount: usd(150_00), Source: "H&S 116914(a)(1)"},
	}, c.Fees)
}

// Who is told, and where: each has a letter of its own.
func TestEachRecipientHasALetterOfItsOwn(t *testing.T) {
	s := noticed(t)
	require.Equal(t, []collections.LetterKind{collections.PastDueLetter}, collections.LettersOf(collections.Notices, s.facts("2026-06-02")))
	require.Empty(t, collections.LettersOf(collections.Shutoffs, s.facts("2026-06-02")))
	tagTo := func(s *story) collections.Recipient {
		s.event(collections.MailedNotice, collections.ByMail, collections.Customer, "2026-06-02")
		s.event(collections.Contact, collections.ByMail, collections.Customer, "2026-06-02")
		for to, said := range map[collections.Recipient]collections.YesNo{collections.Occupant: s.f.OtherAddress, collections.Tenants: s.f.Tenants, collections.ThirdParty: s.f.ThirdParty} {
			if said == collections.Yes {
				s.event(collections.MailedNotice, collections.ByMail, to, "2026-06-02")
				s.event(collections.Contact, collections.ByMail, to, "2026-06-02")
			}
		}
		c := s.letter(collections.TagLetter, collections.DoorTags, "2026-06-15")
		require.Equal(t, collections.ServiceAddress, c.At)
		return c.To
	}
	require.Equal(t, collections.Customer, tagTo(noticed(t)))

	s.f.OtherAddress, s.f.ThirdParty = collections.Yes, collections.Yes
	require.Equal(t, []collections.LetterKind{collections.PastDueLetter, collections.OccupantLetter, collections.ThirdPartyLetter}, collections.LettersOf(collections.Notices, s.facts("2026-06-02")))
	c := s.letter(collections.OccupantLetter, collections.Notices, "2026-06-02")
	require.Equal(t, []any{collections.Occupant, collections.ServiceAddress, usd(84_37)}, []any{c.To, c.At, c.Amount})
	c = s.letter(collections.ThirdPartyLetter, collections.Notices, "2026-06-02")
	require.Equal(t, []any{collections.ThirdParty, collections.ThirdPartyAddress}, []any{c.To, c.At})
	require.Equal(t, collections.Occupant, tagTo(s))

	s = noticed(t)
	s.f.Tenants, s.f.OtherAddress = collections.Yes, collections.Yes
	c = s.letter(collections.TenantsLetter, collections.Notices, "2026-06-02")
	require.Equal(t, []any{collections.Tenants, collections.ServiceAddress}, []any{c.To, c.At})
	require.Zero(t, c.Amount, "what the owner owes is not told to the tenants")
	require.Empty(t, c.Items)
	require.NotContains(t, c.String(), "84.37")
	require.Equal(t, collections.BecomeCustomers, c.Topics[1].Topic)
	require.Equal(t, collections.Tenants, tagTo(s))

	_, err := writer(t, letters()).Letter(collections.OccupantLetter, "N-1", noticed(t).going(collections.Notices, "2026-06-02"), noticed(t).facts("2026-06-02"))
	require.ErrorIs(t, err, collections.ErrLetter)
	require.ErrorContains(t, err, `asks for no letter "occupant_notice"`)
}

// A letter is of a row that a second person has approved, and of the list and the day that it was approved for.
func TestALetterIsOfWhatWasApproved(t *testing.T) {
	w, s := writer(t, letters()), noticed(t)
	_, err := w.Letter(collections.PastDueLetter, "N-1", collections.Dispatch{Go: []collections.Row{s.row(collections.Notices, "2026-06-02")}}, s.facts("2026-06-02"))
	require.ErrorIs(t, err, collections.ErrList)
	require.ErrorContains(t, err, "account 0104417: it is not among those of an approved list that go")
	_, err = collections.Dispatch{}.Told(acct, collections.Event{})
	require.ErrorIs(t, err, collections.ErrList)

	d := s.going(collections.Notices, "2026-06-02")
	d.Go, d.List = nil, collections.List{}
	c, err := w.Letter(collections.PastDueLetter, "N-1", d, s.facts("2026-06-02"))
	require.NoError(t, err, "what is shown of a dispatch may be changed, and changes nothing")
	d.List.Kind = collections.DoorTags
	again, err := w.Letter(collections.PastDueLetter, "N-1", d, s.facts("2026-06-02"))
	require.NoError(t, err)
	require.Equal(t, c, again)
	_, err = w.Letter(collections.PastDueLetter, "N-1", d, s.facts("2026-06-03"))
	require.ErrorIs(t, err, collections.ErrLetter)
	require.ErrorContains(t, err, `the facts are of "2026-06-03", and the list of 2026-06-02`)
	told, err := d.Told(acct, collections.Event{Key: "E", Step: collections.PastDueNotice})
	require.NoError(t, err)
	require.Equal(t, collections.Event{Key: "E", Step: collections.PastDueNotice, Account: acct, Debt: day("2026-04-16"), Printed: c.Shutoff, Amount: usd(84_37)}, told)

	list := s.list(collections.Notices, "2026-06-02")
	s.pay("P", "2026-06-02", s.items[0], 84_37)
	_, err = sent(t, list, s.facts("2026-06-02")).Told(acct, collections.Event{})
	require.ErrorIs(t, err, collections.ErrList, "pulled")
}

// A letter that comes too early to be the mailed notice that it records is not made: it would be told, and count for ever as nothing.
func TestALetterThatWouldBeNoStepIsNotMade(t *testing.T) {
	s := &story{t: t, debt: day("2026-04-06")}
	s.f = owes(t, "2026-04-16").f
	it := ledger.Item{Account: acct, Area: "Ord", Kind: "charge", Service: "water", RevenueCode: "4000", Billed: day("2026-03-26"), Due: day("2026-04-06")}
	e := ledger.Entry{Cause: ledger.Billed, Key: "short", Effective: it.Billed, Accounting: it.Billed, Opens: []ledger.Open{{Item: it, Amount: usd(84_37), Against: it.Against()}}}
	s.post(e)
	s.items = append(s.items, e.ItemID(0))
	s.event(collections.BillMailed, collections.ByMail, collections.Customer, "2026-03-26")
	w := writer(t, letters())
	_, err := w.Letter(collections.PastDueLetter, "N-1", s.going(collections.Notices, "2026-04-11"), s.facts("2026-04-11"))
	require.ErrorIs(t, err, collections.ErrLetter)
	require.ErrorContains(t, err, "a mailed_notice of 2026-04-11 is none: it counts from 2026-04-14 on")
	_, err = w.Letter(collections.PastDueLetter, "N-1", s.going(collections.Notices, "2026-04-14"), s.facts("2026-04-14"))
	require.NoError(t, err)

	p := letters() // one that records no such step
	for i := range p.Letters {
		if p.Letters[i].Letter == collections.PastDueLetter {
			p.Letters[i].Records = []collections.Step{collections.PastDueNotice}
		}
	}
	_, err = writer(t, p).Letter(collections.PastDueLetter, "N-1", s.going(collections.Notices, "2026-04-11"), s.facts("2026-04-11"))
	require.NoError(t, err)
}

// Notices and tags shrink as shutoffs do, and go out at any hour of their day.
func TestEveryListShrinks(t *testing.T) {
	for kind, c := range map[collections.ListKind]struct {
		s  *story
		on string
	}{
		collections.Notices: {noticed(t), "2026-06-02"}, collections.DoorTags: {owes(t, "2026-04-16").told(), "2026-06-15"}, collections.FinalNotices: {broken(t), "2026-08-03"},
	} {
		t.Run(string(kind), func(t *testing.T) {
			list := c.s.list(kind, c.on)
			approved, _ := approve(t, list)
			d, err := compiled(t, district()).Dispatch(approved, clock(c.on+" 23:30"), []collections.Facts{c.s.facts(c.on)})
			require.NoError(t, err)
			require.Equal(t, list.Rows, d.Go)
			c.s.f.Reviews = []collections.Review{{Kind: collections.Appeal, Filed: list.Day}}
			d = sent(t, list, c.s.facts(c.on))
			require.Empty(t, d.Go)
			require.Equal(t, collections.Code("appeal pending"), d.Pulled[0].Reasons[0].Code)
		})
	}
}

// The account is looked at again: no letter of another amount, and none where money has come in or the ladder is blocked.
func TestALetterIsOfTheRowAsItIsNow(t *testing.T) {
	w := writer(t, letters())
	for name, c := range map[string]struct {
		words  string
		change func(s *story)
	}{
		"paid in part": {"the row is of $84.37 due 2026-04-16 of 0104417, and by the facts it is $80.00", func(s *story) { s.pay("P", "2026-06-01", s.items[0], 4_37) }},
		"paid":         {"not on the list any more: blocked: credit balance", func(s *story) { s.pay("P", "2026-06-01", s.items[0], 84_37) }},
		"no service":   {"not on the list any more: blocked: no service", func(s *story) { s.f.InService = collections.No }},
		"money held":   {"not on the list any more: blocked: payment received, not posted", func(s *story) { s.pending(ledger.HeldBatch, 10_00, "2026-06-01") }},
		"given": {"notice given", func(s *story) {
			s.event(collections.PastDueNotice, collections.ByMail, collections.Customer, "2026-06-01")
		}},
		"another class": {"the row is of", func(s *story) { s.f.Class = "multi-family" }},
		"later": {"the row states a shutoff on 2026-06-17, and by the facts it is not before 2026-06-30 08:00", func(s *story) {
			s.event(collections.MailedNotice, collections.ByMail, collections.Customer, "2026-06-01").Printed = day("2026-06-30")
		}},
	} {
		t.Run(name, func(t *testing.T) {
			s := noticed(t)
			d := s.going(collections.Notices, "2026-06-02")
			c.change(s)
			_, err := w.Letter(collections.PastDueLetter, "N-1", d, s.facts("2026-06-02"))
			require.ErrorContains(t, err, c.words)
		})
	}
	for name, c := range map[string]struct {
		words  string
		change func(row *collections.Row)
	}{
		"another area":   {"the row is of", func(row *collections.Row) { row.Area = "Marina" }},
		"another debt":   {"not among those of an approved list that go", func(row *collections.Row) { row.Due = day("2026-04-15") }},
		"another amount": {"not among those of an approved list that go", func(row *collections.Row) { row.Amount = usd(84_36) }},
		"too early": {"not among those of an approved list that go", func(row *collections.Row) {
			row.Shutoff, row.NotBefore = day("2026-06-16"), clock("2026-06-16 08:00")
		}},
		"an earlier day":  {"by the facts it is not before 2026-06-17 08:00", func(row *collections.Row) { row.Shutoff = day("2026-06-16") }},
		"an earlier hour": {"not among those of an approved list that go", func(row *collections.Row) { row.NotBefore = clock("2026-06-17 07:59") }},
		"hours apart":     {"is not of 2026-06-18", func(row *collections.Row) { row.Shutoff = day("2026-06-18") }},
		"a Saturday": {"2026-06-20 is a Saturday", func(row *collections.Row) {
			row.Shutoff, row.NotBefore = day("2026-06-20"), clock("2026-06-20 08:00")
		}},
	} {
		t.Run(name, func(t *testing.T) {
			s := noticed(t)
			list := s.list(collections.Notices, "2026-06-02")
			c.change(&list.Rows[0])
			_, err := w.Letter(collections.PastDueLetter, "N-1", sent(t, list, s.facts("2026-06-02")), s.facts("2026-06-02"))
			require.ErrorContains(t, err, c.words)
		})
	}
	s := noticed(t)
	list := s.list(collections.Notices, "2026-06-02")
	list.Rows[0].Shutoff, list.Rows[0].NotBefore = day("2026-06-22"), clock("2026-06-22 08:00").UTC()
	d := sent(t, list, s.facts("2026-06-02"))
	c, err := w.Letter(collections.PastDueLetter, "N-1", d, s.facts("2026-06-02"))
	require.NoError(t, err, "a later day is the district's own")
	require.Equal(t, day("2026-06-22"), c.Shutoff)
	require.Equal(t, clock("2026-06-22 08:00"), c.NotBefore)
	_, err = w.Letter(collections.PastDueLetter, " ", d, s.facts("2026-06-02"))
	require.ErrorIs(t, err, collections.ErrLetter)
	_, err = w.Letter("song", "N-1", d, s.facts("2026-06-02"))
	require.ErrorIs(t, err, collections.ErrLetter)
	_, err = new(collections.Letters).Letter(collections.PastDueLetter, "N-1", d, s.facts("2026-06-02"))
	require.ErrorIs(t, err, collections.ErrPolicy)
	_, err = w.Letter(collections.PastDueLetter, "N-1", d, collections.Facts{})
	require.ErrorIs(t, err, collections.ErrFacts)
	stale := s.facts("2026-06-02")
	s.pay("P", "2026-06-02", s.items[0], 84_37)
	_, err = w.Letter(collections.PastDueLetter, "N-1", d, stale)
	require.ErrorIs(t, err, collections.ErrFacts, "money has come in since the account was made")
	s = noticed(t)
	p := letters()
	p.Laws[1].Title, p.Laws[1].During = "as read once", civil.MustPeriod("[2022-01-01, 2026-06-02)")
	_, err = writer(t, p).Letter(collections.PastDueLetter, "N-1", d, s.facts("2026-06-02"))
	require.ErrorIs(t, err, collections.ErrLaw)
	s.f.Class = "commercial"
	_, err = writer(t, p).Letter(collections.PastDueLetter, "N-1", s.going(collections.Notices, "2026-06-02"), s.facts("2026-06-02"))
	require.NoError(t, err, "the laws are of residential service")
}

// The last day to pay is before the shutoff: the day before, or the last on which the office is open.
func TestTheLastDayToPayIsBeforeTheShutoff(t *testing.T) {
	p := letters()
	p.PayBy = collections.OpenDayBefore
	w := writer(t, p)
	s := noticed(t)
	list := s.list(collections.Notices, "2026-06-02")
	list.Rows[0].Shutoff, list.Rows[0].NotBefore = day("2026-06-22"), clock("2026-06-22 08:00")
	c, err := w.Letter(collections.PastDueLetter, "N-1", sent(t, list, s.facts("2026-06-02")), s.facts("2026-06-02"))
	require.NoError(t, err)
	require.Equal(t, day("2026-06-18"), c.PayBy, "the 19th is a holiday, and then comes a weekend")

	tag := noticed(t)
	tag.event(collections.MailedNotice, collections.ByMail, collections.Customer, "2026-06-02")
	tag.event(collections.Contact, collections.ByMail, collections.Customer, "2026-06-02")
	d := tag.going(collections.DoorTags, "2026-06-19") // a holiday; the shutoff would be on Monday
	require.Equal(t, day("2026-06-22"), d.Go[0].Shutoff)
	_, err = w.Letter(collections.TagLetter, "T-1", d, tag.facts("2026-06-19"))
	require.ErrorIs(t, err, collections.ErrLetter)
	require.ErrorContains(t, err, "between the letter of 2026-06-19 and the shutoff of 2026-06-22 the office is not open")
	c, err = writer(t, letters()).Letter(collections.TagLetter, "T-1", d, tag.facts("2026-06-19"))
	require.NoError(t, err)
	require.Equal(t, day("2026-06-21"), c.PayBy)
}

// What a letter states of fees is what they will be: capped together for a household of low income, and never above the district's own.
func TestALetterStatesTheFeesAsTheyWillBe(t *testing.T) {
	low := func(steps collections.StepFees, r collections.FeePolicy) []money.Amount {
		t.Helper()
		fees := feesOf(t, steps, r)
		w, err := collections.CompileLetters(fees, letters())
		require.NoError(t, err)
		s := noticed(t)
		c, err := w.Letter(collections.PastDueLetter, "N-1", s.going(collections.Notices, "2026-06-02"), s.facts("2026-06-02"))
		require.NoError(t, err)
		var out []money.Amount
		for _, fee := range c.Fees {
			if fee.LowIncome {
				out = append(out, fee.Amount)
			}
		}
		return out
	}
	r := reconnection()
	r.InHours, r.AfterHours = policy.Is(usd(5_00)), policy.Is(usd(100_00))
	require.Equal(t, []money.Amount{usd(45_00), usd(140_00)}, low(stepFees(), r))
	waived := stepFees()
	waived.ShutOff.Waivers = []string{collections.WaivedLowIncome}
	require.Equal(t, []money.Amount{usd(5_00), usd(100_00)}, low(waived, r))
	exempt := stepFees()
	exempt.ShutOff.Classes, exempt.ShutOff.Exempt = []string{"commercial"}, []string{"residential", "multi-family"}
	require.Equal(t, []money.Amount{usd(5_00), usd(100_00)}, low(exempt, r))
	r.Index = index(map[int]string{2021: "280.1", 2026: "140.0"})
	require.Equal(t, []money.Amount{usd(24_99), usd(74_97)}, low(stepFees(), r))
	r.Index = index(map[int]string{2021: "280.1", 2025: "330"})
	s := noticed(t)
	w, err := collections.CompileLetters(feesOf(t, stepFees(), r), letters())
	require.NoError(t, err)
	_, err = w.Letter(collections.PastDueLetter, "N-1", s.going(collections.Notices, "2026-06-02"), s.facts("2026-06-02"))
	require.ErrorIs(t, err, collections.ErrCap)
}

// A letter that was given is the steps that the policy says, each with the debt and the printed day: the ladder takes them.
func TestALetterThatWasGivenIsTheStepsThatItRecords(t *testing.T) {
	s := noticed(t)
	d := s.going(collections.Notices, "2026-06-02")
	c := s.letter(collections.PastDueLetter, collections.Notices, "2026-06-02")
	given := collections.Given{Day: day("2026-06-02"), At: clock("2026-06-02 11:00"), Method: collections.ByMail, By: person("m.alvarez")}
	events, err := c.Events(given)
	require.NoError(t, err)
	require.Len(t, events, 3)
	for i, step := range []collections.Step{collections.PastDueNotice, collections.Contact, collections.MailedNotice} {
		want := must(d.Told(acct, collections.Event{Key: "N-1 " + string(step), Step: step, Day: given.Day, At: given.At, Method: given.Method, To: collections.Customer, By: given.By}))
		require.Equal(t, want, events[i])
	}
	s.f.Events = append(s.f.Events, events...)
	s.event(collections.DoorTag, collections.Posted, collections.Occupant, "2026-06-12")
	a := s.walk(district(), "2026-06-15")
	require.Empty(t, a.Blocks)
	require.Equal(t, c.Shutoff, a.Day, "the day that was printed is kept")

	for name, change := range map[string]func(g *collections.Given){
		"another day": func(g *collections.Given) { g.Day = day("2026-06-03") }, "by telephone": func(g *collections.Given) { g.Method = collections.ByTelephone },
		"by nothing": func(g *collections.Given) { g.Method = "" },
	} {
		g := given
		change(&g)
		_, err := c.Events(g)
		require.ErrorIs(t, err, collections.ErrLetter, name)
	}
	_, err = c.Events(collections.Given{Day: given.Day, Method: given.Method})
	require.ErrorIs(t, err, collections.ErrEvent, "by nobody")

	// By e-mail the district's own notice alone is sent: no law takes it for writing.
	email := given
	email.Method = collections.ByEmail
	_, err = c.Events(email)
	require.ErrorIs(t, err, collections.ErrLetter)
	c.Records = c.Records[:1]
	events, err = c.Events(email)
	require.NoError(t, err)
	require.Equal(t, collections.ByEmail, events[0].Method)
	c.Records = []collections.Step{}
	_, err = c.Events(email)
	require.ErrorIs(t, err, collections.ErrLetter)
	c.Records = []collections.Step{collections.PastDueNotice}
	c.Items[0].Amount = usd(1)
	_, err = c.Events(given)
	require.ErrorIs(t, err, collections.ErrLetter)
}

// A letter that was given states an amount: once a correction has made it less, or the letter was withdrawn, it is no step, the list asks for another,
// and the old row makes none. A letter to tenants, which states no amount, stays what it was.
func TestALetterThatWasCorrectedOrWithdrawnIsGivenAnew(t *testing.T) {
	given := collections.Given{Day: day("2026-06-02"), Method: collections.ByMail, By: person("m.alvarez")}
	for name, change := range map[string]func(s *story){
		"corrected": func(s *story) { s.correct("less", "2026-06-10", s.items[0], 50_00) },
		"withdrawn": func(s *story) {
			for _, e := range slices.Clone(s.f.Events) {
				if strings.HasPrefix(e.Key, "N-1 ") {
					s.event(collections.Withdrawn, "", "", "2026-06-10").Of = e.Key
				}
			}
			s.correct("less", "2026-06-10", s.items[0], 50_00)
		},
	} {
		s := noticed(t)
		s.f.Tenants = collections.Yes
		old := s.going(collections.Notices, "2026-06-02")
		row := old.Go[0]
		var told []collections.Event
		for _, kind := range []collections.LetterKind{collections.PastDueLetter, collections.TenantsLetter} {
			c := s.letter(kind, collections.Notices, "2026-06-02")
			c.Key = map[collections.LetterKind]string{collections.PastDueLetter: "N-1", collections.TenantsLetter: "T-1"}[kind]
			events, err := c.Events(given)
			require.NoError(t, err)
			for _, e := range events {
				require.Equal(t, []any{c.Amount, row.Shutoff}, []any{e.Amount, e.Printed})
			}
			told = append(told, events...)
		}
		s.f.Events = append(s.f.Events, told...)
		require.Equal(t, []collections.Code{collections.NoticeGiven}, codes(listed(t, collections.Notices, "2026-06-10", s).Left[0].Reasons))
		require.Equal(t, collections.ChargeFee, s.steps("2026-06-10")[0].Outcome)
		change(s)
		require.Equal(t, collections.NoFee, s.steps("2026-06-10")[0].Outcome)
		anew := s.going(collections.Notices, "2026-06-10")
		require.Equal(t, usd(34_37), anew.Go[0].Amount, name)
		_, err := writer(t, letters()).Letter(collections.PastDueLetter, "N-2", old, s.facts("2026-06-10"))
		require.ErrorIs(t, err, collections.ErrLetter)
		c, err := writer(t, letters()).Letter(collections.PastDueLetter, "N-2", anew, s.facts("2026-06-10"))
		require.NoError(t, err)
		events, err := c.Events(collections.Given{Day: day("2026-06-10"), Method: collections.ByMail, By: person("m.alvarez")})
		require.NoError(t, err)
		require.Equal(t, usd(34_37), events[0].Amount)
		blocks := s.walk(district(), "2026-06-10").String()
		require.Contains(t, blocks, "no mailed_notice of the debt due 2026-04-16 is recorded", name)
		require.NotContains(t, blocks, "notice to the tenants required", "the tenants were told")
		s.f.Events = append(s.f.Events, events...)
		require.NotContains(t, s.walk(district(), "2026-06-10").String(), "no mailed_notice")
		require.Equal(t, []collections.Code{collections.NoticeGiven}, codes(listed(t, collections.Notices, "2026-06-11", s).Left[0].Reasons))
		require.Equal(t, collections.ChargeFee, s.steps("2026-06-11")[1].Outcome, "once for the debt, by the letter that holds")
	}
}

// Of an installment that is not due, or that credit covers, a letter asks for nothing.
func TestALetterAsksForWhatIsPastDueOfAPlan(t *testing.T) {
	s := broken(t)
	c := s.letter(collections.PastDueLetter, collections.Notices, "2026-06-20")
	require.Len(t, c.Items, 1)
	require.Equal(t, usd(44_37), c.Items[0].Amount)
	s.credit(acct, "2026-06-22", 44_37)
	s.debt = day("2026-07-01")
	s.event(collections.BillMailed, collections.ByMail, collections.Customer, "2026-06-10")
	c = s.letter(collections.PastDueLetter, collections.Notices, "2026-07-20")
	require.Len(t, c.Items, 1)
	require.Equal(t, []any{day("2026-07-01"), usd(40_00)}, []any{c.Items[0].Due, c.Items[0].Amount})
}

// The same facts make the same letter; its items come to its amount; nothing of it is after the shutoff; and its events state what it prints.
func TestALetterAgreesWithItsRowAndItsEvents(t *testing.T) {
	w, l := writer(t, letters()), compiled(t, district())
	rapid.Check(t, func(t *rapid.T) {
		s := noticed(t)
		for i := range rapid.IntRange(0, 4).Draw(t, "bills") {
			due := must(day("2026-04-17").AddDays(rapid.IntRange(0, 60).Draw(t, "due"))).String()
			s.bill(acct, fmt.Sprint("b", i), due, rapid.SampledFrom([]ledger.Kind{"charge", "fee"}).Draw(t, "kind"), rapid.Int64Range(1, 90_00).Draw(t, "cents"))
		}
		if cents := rapid.Int64Range(0, 60_00).Draw(t, "paid"); cents > 0 {
			s.pay("P", "2026-05-01", s.items[0], cents)
		}
		if cents := rapid.Int64Range(0, 20_00).Draw(t, "credit"); cents > 0 {
			s.credit(acct, "2026-05-02", cents)
		}
		yes := func(what string) collections.YesNo {
			return rapid.SampledFrom([]collections.YesNo{collections.Yes, collections.No}).Draw(t, what)
		}
		s.f.OtherAddress, s.f.Tenants, s.f.ThirdParty = yes("other address"), yes("tenants"), yes("third party")
		s.f.Class = rapid.SampledFrom([]string{"residential", "commercial"}).Draw(t, "class")
		on := must(day("2026-05-25").AddDays(rapid.IntRange(0, 30).Draw(t, "on")))
		facts := s.facts(on.String())
		list, err := l.List(collections.Notices, "L", on, person("m.alvarez"), []collections.Facts{facts})
		require.NoError(t, err)
		if len(list.Rows) == 0 {
			return
		}
		d := sent(t, list, facts)
		row := list.Rows[0]
		for _, kind := range collections.LettersOf(collections.Notices, facts) {
			c, err := w.Letter(kind, "N", d, facts)
			require.NoError(t, err)
			facts.Events = rapid.Permutation(facts.Events).Draw(t, "shuffled")
			again, err := w.Letter(kind, "N", d, facts)
			require.NoError(t, err)
			require.Equal(t, c, again)
			if kind != collections.TenantsLetter {
				total := int64(0)
				for _, it := range c.Items {
					total += it.Amount.Cents()
					require.Equal(t, ledger.Kind("charge"), it.Kind)
				}
				require.Equal(t, row.Amount.Cents(), total)
				require.True(t, slices.ContainsFunc(c.Items, func(it collections.LetterItem) bool { return it.Due == row.Due }))
			}
			require.True(t, c.PayBy.Before(c.Shutoff) && !c.PayBy.Before(c.Day))
			require.Equal(t, len(c.Languages)*len(c.Topics), len(c.Wordings))
			events, err := c.Events(collections.Given{Day: on, Method: collections.ByMail, By: person("m.alvarez")})
			require.NoError(t, err)
			for _, e := range events {
				want := must(d.Told(acct, e))
				want.Amount = c.Amount // which a letter to tenants does not state
				require.Equal(t, want, e)
				require.Equal(t, c.To, e.To)
			}
			data, err := collections.LetterForm().Marshal(c)
			require.NoError(t, err)
			back, err := collections.LetterForm().Unmarshal(data)
			require.NoError(t, err)
			require.Equal(t, c.AppendCanonical(nil), back.AppendCanonical(nil))
		}
	})
}
