package ledger_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/ledger"
	"github.com/headgate-dev/headgate/billing/stored"
)

// bills posts one bill on each of the days, of the cents, and gives the ids of their items.
func bills(t tester, l *ledger.Ledger, on []string, cents ...int64) []stored.ID {
	t.Helper()
	var ids []stored.ID
	for i, d := range on {
		b := billOne("bill "+d, d, cents[i])
		post(t, l, b)
		ids = append(ids, b.ItemID(0))
	}
	return ids
}

func TestAChargeIsCurrentUntilItsDueDateAndPastDueTheDayAfter(t *testing.T) {
	var l ledger.Ledger
	bills(t, &l, []string{"2026-04-16"}, 62_00) // due 2026-05-07
	for _, c := range []struct{ on, want string }{
		{"2026-04-15", "past $0.00 current $0.00 pending $0.00 later $0.00 credit $0.00 over $0.00"},
		{"2026-04-16", "past $0.00 current $62.00 pending $0.00 later $0.00 credit $0.00 over $0.00"},
		{"2026-05-07", "past $0.00 current $62.00 pending $0.00 later $0.00 credit $0.00 over $0.00"},
		{"2026-05-08", "past $62.00 current $0.00 pending $0.00 later $0.00 credit $0.00 over $0.00"},
	} {
		require.Equal(t, c.want, said(standing(t, &l, ledger.Terms{}, c.on)), c.on)
	}
	require.Equal(t, day("2026-05-07"), standing(t, &l, ledger.Terms{}, "2026-06-01").OldestDue)
	require.Equal(t, day("2026-05-07"), standing(t, &l, ledger.Terms{}, "2026-05-01").NextDue)
	require.Equal(t, usd(62_00), standing(t, &l, ledger.Terms{}, "2026-06-01").Due())
}

func TestAPaymentCountsFromItsEffectiveDay(t *testing.T) {
	var l ledger.Ledger
	ids := bills(t, &l, []string{"2026-04-16"}, 62_00)
	late := pay(t, &l, "receipt 1", "2026-05-06", ids[0], 62_00)
	late.Accounting = day("2026-05-11") // held in a batch, and entered five days later
	post(t, &l, late)
	require.Equal(t, usd(62_00), standing(t, &l, ledger.Terms{}, "2026-05-05").Due())
	require.Equal(t, usd(0), standing(t, &l, ledger.Terms{}, "2026-05-08").Due())
}

func TestCreditCoversTheOldestFirst(t *testing.T) {
	var l ledger.Ledger
	bills(t, &l, []string{"2026-03-16", "2026-04-16", "2026-05-16"}, 50_00, 60_00, 70_00)
	post(t, &l, entry(ledger.Paid, "receipt 1", "2026-05-16", toCredit(80_00)))
	s := standing(t, &l, ledger.Terms{}, "2026-05-20")
	require.Equal(t, "past $30.00 current $70.00 pending $0.00 later $0.00 credit $0.00 over $0.00", said(s))
	require.Equal(t, day("2026-05-07"), s.OldestDue)
	require.Equal(t, day("2026-06-06"), s.NextDue)
}

// Failure 8: late fees on 2,224 accounts in credit. The late charge is zero where nothing is past due.
func TestAnAccountInCreditHasNothingDue(t *testing.T) {
	var l ledger.Ledger
	post(t, &l, entry(ledger.Paid, "receipt 1", "2026-04-01", toCredit(150_00)))
	bills(t, &l, []string{"2026-04-16"}, 62_00)
	s := standing(t, &l, ledger.Terms{}, "2026-06-01")
	require.Equal(t, "past $0.00 current $0.00 pending $0.00 later $0.00 credit $88.00 over $0.00", said(s))
	require.Equal(t, usd(-88_00), s.Balance)
}

func TestMoneyBeforeItsBillIsCredit(t *testing.T) {
	var l ledger.Ledger
	ids := bills(t, &l, []string{"2026-04-16"}, 62_00)
	post(t, &l, pay(t, &l, "receipt 1", "2026-04-10", ids[0], 62_00)) // entered late, received before the bill
	require.Equal(t, usd(62_00), standing(t, &l, ledger.Terms{}, "2026-04-12").Credit)
	require.Equal(t, usd(0), standing(t, &l, ledger.Terms{}, "2026-04-16").Balance)
}

func TestPendingMoneyIsNotAskedForAgain(t *testing.T) {
	var l ledger.Ledger
	ids := bills(t, &l, []string{"2026-03-16", "2026-04-16"}, 50_00, 60_00)
	held := ledger.Pending{Key: "receipt 7", Account: acct, Kind: ledger.HeldBatch, Amount: usd(80_00), From: day("2026-04-20")}
	terms := ledger.Terms{Pending: []ledger.Pending{held}}

	require.Equal(t, "past $50.00 current $60.00 pending $0.00 later $0.00 credit $0.00 over $0.00", said(standing(t, &l, terms, "2026-04-19")))
	s := standing(t, &l, terms, "2026-04-20")
	require.Equal(t, "past $0.00 current $30.00 pending $80.00 later $0.00 credit $0.00 over $0.00", said(s))
	require.True(t, s.IsPending())
	require.True(t, s.OldestDue.IsZero(), "nothing is past due that is being paid")

	more := held
	more.Amount = usd(200_00)
	require.Equal(t, "past $0.00 current $0.00 pending $110.00 later $0.00 credit $0.00 over $90.00",
		said(standing(t, &l, ledger.Terms{Pending: []ledger.Pending{more}}, "2026-04-20")))

	ended := held
	ended.Until = day("2026-04-25")
	terms = ledger.Terms{Pending: []ledger.Pending{ended}}
	require.Equal(t, usd(80_00), standing(t, &l, terms, "2026-04-24").Pending)
	require.Equal(t, usd(0), standing(t, &l, terms, "2026-04-25").Pending)

	// It is entered: its cents are paid, and pending no more, though the host still lists them.
	terms = ledger.Terms{Pending: []ledger.Pending{held}}
	post(t, &l, pay(t, &l, "receipt 7", "2026-04-22", ids[0], 50_00))
	require.Equal(t, usd(80_00), standing(t, &l, terms, "2026-04-21").Pending)
	s = standing(t, &l, terms, "2026-04-22")
	require.Equal(t, "past $0.00 current $30.00 pending $30.00 later $0.00 credit $0.00 over $0.00", said(s), "what of it is not entered is still on its way")
	rest := pay(t, &l, "receipt 7", "2026-04-23", ids[1], 30_00)
	rest.Parent = stored.ID{7} // another part of the same receipt
	post(t, &l, rest)
	s = standing(t, &l, terms, "2026-04-23")
	require.Equal(t, "past $0.00 current $30.00 pending $0.00 later $0.00 credit $0.00 over $0.00", said(s))
	require.False(t, s.IsPending())

	// A part is taken out again, because it belongs elsewhere: its money is on its way again.
	back, err := l.Reverse(rest.ID(), "misposted", ledger.Paid, day("2026-04-25"), day("2026-04-25"))
	require.NoError(t, err)
	post(t, &l, back)
	require.Equal(t, "past $0.00 current $30.00 pending $30.00 later $0.00 credit $0.00 over $0.00", said(standing(t, &l, terms, "2026-04-25")))
}

func TestADraftInFlightIsPending(t *testing.T) {
	var l ledger.Ledger
	bills(t, &l, []string{"2026-05-16"}, 84_37)
	s := standing(t, &l, ledger.Terms{Pending: []ledger.Pending{
		{Key: "draft 1", Account: acct, Kind: ledger.DraftInFlight, Amount: usd(84_37), From: day("2026-06-10")},
		{Key: "receipt 2", Account: acct, Kind: ledger.InSuspense, Amount: usd(1_00), From: day("2026-06-10")},
	}}, "2026-06-15")
	require.Equal(t, "past $0.00 current $0.00 pending $84.37 later $0.00 credit $0.00 over $1.00", said(s))
}

func installments(all ...string) []ledger.Installment {
	var out []ledger.Installment
	for i := 0; i < len(all); i += 2 { // billed, due
		in := ledger.Installment{Due: day(all[i+1]), Amount: usd(40_00)}
		if all[i] != "" {
			in.Billed = day(all[i])
		}
		out = append(out, in)
	}
	return out
}

func TestAPaymentPlanReplacesTheDueDatesOfOldItems(t *testing.T) {
	var l ledger.Ledger
	ids := bills(t, &l, []string{"2026-01-16", "2026-02-16"}, 70_00, 50_00)
	plan, err := l.Plan("plan 1", acct, day("2026-04-01"), ids, installments("2026-04-16", "2026-05-07", "2026-05-16", "2026-06-06", "", "2026-07-07"))
	require.NoError(t, err)
	terms := ledger.Terms{Plans: []ledger.Plan{plan}}
	bills(t, &l, []string{"2026-04-16"}, 62_00) // due 2026-05-07

	require.Equal(t, "past $120.00 current $0.00 pending $0.00 later $0.00 credit $0.00 over $0.00", said(standing(t, &l, terms, "2026-03-31")))
	require.Equal(t, "past $0.00 current $0.00 pending $0.00 later $120.00 credit $0.00 over $0.00", said(standing(t, &l, terms, "2026-04-01")))
	s := standing(t, &l, terms, "2026-04-16")
	require.Equal(t, "past $0.00 current $102.00 pending $0.00 later $80.00 credit $0.00 over $0.00", said(s), "the bill asks for itself and one installment")
	require.True(t, s.OnPlan)
	s = standing(t, &l, terms, "2026-05-08")
	require.Equal(t, "past $102.00 current $0.00 pending $0.00 later $80.00 credit $0.00 over $0.00", said(s))
	require.Equal(t, "past $142.00 current $0.00 pending $0.00 later $40.00 credit $0.00 over $0.00", said(standing(t, &l, terms, "2026-07-08")),
		"an installment that was not billed is not past due, even after its date")

	// A payment on the items fills the earliest installments.
	post(t, &l, pay(t, &l, "receipt 1", "2026-05-01", ids[0], 55_00))
	require.Equal(t, "past $62.00 current $0.00 pending $0.00 later $65.00 credit $0.00 over $0.00", said(standing(t, &l, terms, "2026-05-08")))
	require.Equal(t, "past $62.00 current $25.00 pending $0.00 later $40.00 credit $0.00 over $0.00", said(standing(t, &l, terms, "2026-05-16")))

	// A credit adjustment shortens the plan from its end.
	post(t, &l, entry(ledger.Adjusted, "adjustment 1", "2026-05-10", move(ledger.Revenue("4000"), ledger.OfItem(ids[1]), 30_00, "4000")))
	require.Equal(t, "past $62.00 current $25.00 pending $0.00 later $10.00 credit $0.00 over $0.00", said(standing(t, &l, terms, "2026-05-16")))

	// A debit adjustment lengthens the last installment.
	post(t, &l, entry(ledger.Adjusted, "adjustment 2", "2026-05-10", move(ledger.OfItem(ids[1]), ledger.Revenue("4000"), 45_00, "4000")))
	require.Equal(t, "past $62.00 current $25.00 pending $0.00 later $55.00 credit $0.00 over $0.00", said(standing(t, &l, terms, "2026-05-16")))

	// Broken, the items are due as they were.
	broken := plan
	broken.Ended, broken.Ending = day("2026-05-20"), "broken"
	terms = ledger.Terms{Plans: []ledger.Plan{broken}}
	require.True(t, standing(t, &l, terms, "2026-05-19").OnPlan)
	s = standing(t, &l, terms, "2026-05-20")
	require.False(t, s.OnPlan)
	require.Equal(t, "past $142.00 current $0.00 pending $0.00 later $0.00 credit $0.00 over $0.00", said(s))
	require.Equal(t, day("2026-02-06"), s.OldestDue)
}

func TestAReturnedPaymentFromBeforeThePlanIsPastDueAgain(t *testing.T) {
	var l ledger.Ledger
	ids := bills(t, &l, []string{"2026-01-16"}, 150_00)
	p := pay(t, &l, "receipt 1", "2026-02-01", ids[0], 30_00)
	post(t, &l, p)
	plan, err := l.Plan("plan 1", acct, day("2026-04-01"), ids, installments("", "2026-05-07", "", "2026-06-06", "", "2026-07-07"))
	require.NoError(t, err)
	back, err := l.Reverse(p.ID(), "return 1", ledger.Returned, day("2026-04-02"), day("2026-04-02"))
	require.NoError(t, err)
	post(t, &l, back)
	s := standing(t, &l, ledger.Terms{Plans: []ledger.Plan{plan}}, "2026-04-10")
	require.Equal(t, "past $30.00 current $0.00 pending $0.00 later $120.00 credit $0.00 over $0.00", said(s))
}

// Failure 9, case L-levelpay: 55.00 a month paid on time, while the charges are 240.00 ahead.
func TestLevelPayIsNotDelinquentWhileItsLevelAmountsArePaid(t *testing.T) {
	var l ledger.Ledger
	ids := bills(t, &l, []string{"2026-01-16", "2026-02-16", "2026-03-16"}, 130_00, 140_00, 135_00)
	level := ledger.LevelPay{Key: "level 1", Account: acct, Term: civil.MustPeriod("[2026-01-01, 2027-01-01)"), Kinds: []ledger.Kind{"charge"}}
	for i, billed := range []string{"2026-01-16", "2026-02-16", "2026-03-16", "2026-04-16"} {
		due, _ := day(billed).AddDays(21)
		level.Installments = append(level.Installments, ledger.Installment{Billed: day(billed), Due: due, Amount: usd(55_00)})
		if i < 3 {
			post(t, &l, pay(t, &l, "receipt "+billed, due.String(), ids[0], map[int]int64{0: 55_00, 1: 55_00, 2: 20_00}[i]))
			if i == 2 {
				post(t, &l, pay(t, &l, "receipt 3b", due.String(), ids[1], 35_00))
			}
		}
	}
	terms := ledger.Terms{LevelPay: []ledger.LevelPay{level}}
	s := standing(t, &l, terms, "2026-04-10")
	require.Equal(t, "past $0.00 current $0.00 pending $0.00 later $240.00 credit $0.00 over $0.00", said(s))
	require.True(t, s.OnLevelPay)
	require.Equal(t, "past $0.00 current $55.00 pending $0.00 later $185.00 credit $0.00 over $0.00", said(standing(t, &l, terms, "2026-04-16")))
	require.Equal(t, "past $55.00 current $0.00 pending $0.00 later $185.00 credit $0.00 over $0.00", said(standing(t, &l, terms, "2026-05-08")))

	// A fee is not under it, and is due as it is.
	p := penalty("2026-05-10")
	post(t, &l, bill("fee 1", []ledger.Item{p}, 5_00))
	require.Equal(t, "past $55.00 current $5.00 pending $0.00 later $185.00 credit $0.00 over $0.00", said(standing(t, &l, terms, "2026-05-10")))

	// Settled, all that is open is due by the settlement's date.
	level.Settled, level.SettlementDue = day("2026-06-01"), day("2026-06-22")
	terms = ledger.Terms{LevelPay: []ledger.LevelPay{level}}
	require.Equal(t, "past $55.00 current $5.00 pending $0.00 later $185.00 credit $0.00 over $0.00", said(standing(t, &l, terms, "2026-05-31")))
	s = standing(t, &l, terms, "2026-06-22")
	require.Equal(t, "past $60.00 current $185.00 pending $0.00 later $0.00 credit $0.00 over $0.00", said(s), "the level amount that was not paid stays past due")
	require.Equal(t, day("2026-05-07"), s.OldestDue)
	require.False(t, s.OnLevelPay)
	require.Equal(t, "past $245.00 current $0.00 pending $0.00 later $0.00 credit $0.00 over $0.00", said(standing(t, &l, terms, "2026-06-23")))
}

func TestLevelAmountsAheadOfTheChargesAreAsked(t *testing.T) {
	var l ledger.Ledger
	ids := bills(t, &l, []string{"2026-01-16", "2026-02-16"}, 30_00, 40_00)
	level := ledger.LevelPay{Key: "level 1", Account: acct, Term: civil.MustPeriod("[2026-01-01, 2027-01-01)"), Kinds: []ledger.Kind{"charge"},
		Installments: []ledger.Installment{
			{Billed: day("2026-01-16"), Due: day("2026-02-06"), Amount: usd(55_00)}, {Billed: day("2026-02-16"), Due: day("2026-03-09"), Amount: usd(55_00)}}}
	terms := ledger.Terms{LevelPay: []ledger.LevelPay{level}}
	require.Equal(t, "past $0.00 current $55.00 pending $0.00 later -$25.00 credit $0.00 over $0.00", said(standing(t, &l, terms, "2026-01-20")))

	// The first level amount pays the charge of 30.00, and 25.00 are credit; the second bill asks for 55.00 all the same.
	p := pay(t, &l, "receipt 1", "2026-02-01", ids[0], 30_00)
	p.Moves = append(p.Moves, toCredit(25_00))
	post(t, &l, p)
	require.Equal(t, "past $0.00 current $55.00 pending $0.00 later -$40.00 credit $0.00 over $0.00", said(standing(t, &l, terms, "2026-02-16")))
	require.Equal(t, usd(15_00), standing(t, &l, terms, "2026-02-16").Balance)

	// Whether the credit is applied to the second charge or not changes nothing.
	post(t, &l, entry(ledger.Applied, "apply 1", "2026-02-16", move(ledger.CreditOf(acct, area), ledger.OfItem(ids[1]), 25_00, "4000")))
	require.Equal(t, "past $0.00 current $55.00 pending $0.00 later -$40.00 credit $0.00 over $0.00", said(standing(t, &l, terms, "2026-02-16")))
}

func TestAnExtensionMovesTheDueDateOfOneBill(t *testing.T) {
	var l ledger.Ledger
	ids := bills(t, &l, []string{"2026-03-16", "2026-04-16"}, 50_00, 60_00) // due 04-06 and 05-07
	terms := ledger.Terms{Extensions: []ledger.Extension{{Key: "extension 1", Account: acct, Items: ids[:1], Granted: day("2026-04-10"), Until: day("2026-05-20")}}}
	require.Equal(t, usd(50_00), standing(t, &l, terms, "2026-04-09").PastDue)
	require.Equal(t, "past $0.00 current $50.00 pending $0.00 later $0.00 credit $0.00 over $0.00", said(standing(t, &l, terms, "2026-04-10")))
	s := standing(t, &l, terms, "2026-05-20")
	require.Equal(t, "past $60.00 current $50.00 pending $0.00 later $0.00 credit $0.00 over $0.00", said(s))
	require.Equal(t, day("2026-05-20"), s.NextDue)
	require.Equal(t, usd(110_00), standing(t, &l, terms, "2026-05-21").PastDue)
}

func TestObligationsAreWhatPaymentsAreAppliedTo(t *testing.T) {
	var l ledger.Ledger
	ids := bills(t, &l, []string{"2026-01-16", "2026-02-16"}, 70_00, 50_00)
	plan, err := l.Plan("plan 1", acct, day("2026-04-01"), ids, installments("2026-04-16", "2026-05-07", "2026-05-16", "2026-06-06", "", "2026-07-07"))
	require.NoError(t, err)
	ids = append(ids, bills(t, &l, []string{"2026-05-10"}, 62_00)...) // due 2026-05-31
	a, err := l.Account(acct, ledger.Terms{Plans: []ledger.Plan{plan}})
	require.NoError(t, err)
	require.Equal(t, acct, a.ID())
	require.Equal(t, area, a.Area())
	got, err := a.Obligations(day("2026-05-16"))
	require.NoError(t, err)
	require.Equal(t, []ledger.Obligation{
		{Item: ids[0], Amount: usd(40_00), Due: day("2026-05-07"), When: ledger.IsPastDue, ByInstallment: true},
		{Item: ids[2], Amount: usd(62_00), Due: day("2026-05-31"), When: ledger.IsCurrent},
		{Item: ids[0], Amount: usd(30_00), Due: day("2026-06-06"), When: ledger.IsCurrent, ByInstallment: true},
		{Item: ids[1], Amount: usd(10_00), Due: day("2026-06-06"), When: ledger.IsCurrent, ByInstallment: true},
		{Item: ids[1], Amount: usd(40_00), Due: day("2026-07-07"), When: ledger.IsLater, ByInstallment: true},
	}, got)
	_, err = a.Obligations(civil.Date{})
	requireCode(t, err, ledger.ErrDay)
	_, err = a.Standing(civil.Date{})
	requireCode(t, err, ledger.ErrDay)
	_, err = new(ledger.Account).Standing(day("2026-05-16"))
	requireCode(t, err, ledger.ErrNoAccount)
}

func TestBadTermsAreRefused(t *testing.T) {
	var l ledger.Ledger
	ids := bills(t, &l, []string{"2026-01-16", "2026-02-16"}, 70_00, 50_00)
	three := installments("", "2026-05-07", "", "2026-06-06", "", "2026-07-07")
	plan, err := l.Plan("plan 1", acct, day("2026-04-01"), ids, three)
	require.NoError(t, err)

	_, err = l.Plan("plan 2", acct, day("2026-04-01"), ids, three[:2])
	requireCode(t, err, ledger.ErrPlan, "a hole of $40.00 in the debt of $120.00")
	beyond := append([]ledger.Installment(nil), three...)
	beyond[2].Amount = usd(40_01)
	_, err = l.Plan("plan 2", acct, day("2026-04-01"), ids, beyond)
	requireCode(t, err, ledger.ErrPlan, "$120.01, beyond the debt of $120.00")
	_, err = l.Plan("plan 2", "0109999", day("2026-04-01"), ids, three)
	requireCode(t, err, ledger.ErrPlan, "has no item")
	_, err = l.Plan("plan 2", acct, day("2026-04-01"), nil, nil)
	requireCode(t, err, ledger.ErrPlan, "covers no item", "there are no installments")
	_, err = l.Plan("plan 2", acct, day("2026-04-01"), []stored.ID{ids[0], ids[0]}, three)
	requireCode(t, err, ledger.ErrPlan, "covered twice")
	_, err = l.Plan("plan 2", acct, day("2026-04-01"), ids, []ledger.Installment{three[1], three[0], three[2]})
	requireCode(t, err, ledger.ErrPlan, "2026-05-07 does not follow 2026-06-06")
	_, err = l.Plan("plan 2", acct, day("2026-06-01"), ids, three)
	requireCode(t, err, ledger.ErrPlan, "before the plan was agreed")
	_, err = l.Plan("", acct, civil.Date{}, ids, three)
	requireCode(t, err, ledger.ErrPlan, "it has no key", "agreed on no day")

	other := plan
	other.Key = "plan 3"
	ended := plan
	ended.Ended, ended.Ending = day("2026-05-01"), "broken"
	again := other
	again.Agreed = day("2026-05-01")
	noWord := plan
	noWord.Ended = day("2026-05-01")
	pending := ledger.Pending{Key: "receipt 1", Account: acct, Kind: ledger.HeldBatch, Amount: usd(1), From: day("2026-05-01")}
	level := ledger.LevelPay{Key: "level 1", Account: acct, Term: civil.MustPeriod("[2026-01-01, 2027-01-01)"), Kinds: []ledger.Kind{"charge"}, Installments: three}
	extension := ledger.Extension{Key: "x", Account: acct, Items: ids[:1], Granted: day("2026-02-01"), Until: day("2026-03-01")}
	with := func(change func(*ledger.Terms)) ledger.Terms {
		terms := ledger.Terms{}
		change(&terms)
		return terms
	}
	_, err = l.Account(acct, ledger.Terms{Plans: []ledger.Plan{ended, again}, Pending: []ledger.Pending{pending}, Extensions: []ledger.Extension{extension}})
	require.NoError(t, err, "one plan after the other")

	for _, c := range []struct {
		name  string
		terms ledger.Terms
		code  error
		part  string
	}{
		{"two plans at once", ledger.Terms{Plans: []ledger.Plan{plan, other}}, ledger.ErrPlan, "under two agreements"},
		{"a plan and level pay at once", ledger.Terms{Plans: []ledger.Plan{plan}, LevelPay: []ledger.LevelPay{level}}, ledger.ErrLevelPay, "under two agreements"},
		{"an end without a word", ledger.Terms{Plans: []ledger.Plan{noWord}}, ledger.ErrPlan, "plans[0].ended"},
		{"another account's plan", with(func(x *ledger.Terms) { p := plan; p.Account = "0109999"; x.Plans = []ledger.Plan{p} }), ledger.ErrPlan, `"0109999"`},
		{"a plan over an item of no one", with(func(x *ledger.Terms) {
			p := plan
			p.Covers = append([]ledger.Cover(nil), p.Covers...)
			p.Covers[0].Item = stored.ID{1}
			x.Plans = []ledger.Plan{p}
		}), ledger.ErrNoItem, "plans[0].covers[0]"},
		{"a plan over what was billed later", with(func(x *ledger.Terms) {
			p := plan
			p.Agreed = day("2026-02-01")
			x.Plans = []ledger.Plan{p}
		}), ledger.ErrPlan, "after the plan was agreed"},
		{"a plan that covers nothing open", with(func(x *ledger.Terms) {
			p := plan
			p.Covers = append([]ledger.Cover(nil), p.Covers...)
			p.Covers[0].Open = usd(0)
			x.Plans = []ledger.Plan{p}
		}), ledger.ErrPlan, "covers[0].open"},
		{"level pay of no kind", with(func(x *ledger.Terms) { p := level; p.Kinds = nil; x.LevelPay = []ledger.LevelPay{p} }), ledger.ErrLevelPay, "no kind"},
		{"level pay without a term", with(func(x *ledger.Terms) { p := level; p.Term = civil.Period{}; x.LevelPay = []ledger.LevelPay{p} }), ledger.ErrLevelPay, "term"},
		{"level pay half settled", with(func(x *ledger.Terms) { p := level; p.Settled = day("2026-09-01"); x.LevelPay = []ledger.LevelPay{p} }), ledger.ErrLevelPay, "settlement_due"},
		{"level pay settled before it began", with(func(x *ledger.Terms) {
			p := level
			p.Settled, p.SettlementDue = day("2025-09-01"), day("2025-09-21")
			x.LevelPay = []ledger.LevelPay{p}
		}), ledger.ErrLevelPay, "before its term"},
		{"an installment of nothing", with(func(x *ledger.Terms) {
			p := level
			p.Installments = []ledger.Installment{{Due: day("2026-02-01")}}
			x.LevelPay = []ledger.LevelPay{p}
		}), ledger.ErrLevelPay, "installments[0].amount"},
		{"an installment without a date", with(func(x *ledger.Terms) {
			p := level
			p.Installments = []ledger.Installment{{Amount: usd(1)}}
			x.LevelPay = []ledger.LevelPay{p}
		}), ledger.ErrLevelPay, "no due date"},
		{"an installment due before its bill", with(func(x *ledger.Terms) {
			p := level
			p.Installments = []ledger.Installment{{Amount: usd(1), Billed: day("2026-03-01"), Due: day("2026-02-01")}}
			x.LevelPay = []ledger.LevelPay{p}
		}), ledger.ErrLevelPay, "before the bill"},
		{"an extension to an earlier day", with(func(x *ledger.Terms) {
			e := extension
			e.Granted, e.Until = day("2026-01-20"), day("2026-02-06")
			x.Extensions = []ledger.Extension{e}
		}), ledger.ErrExtension, "no later than the due date"},
		{"an extension of no item", with(func(x *ledger.Terms) { e := extension; e.Items = nil; x.Extensions = []ledger.Extension{e} }), ledger.ErrExtension, "no item"},
		{"an extension of another's item", with(func(x *ledger.Terms) {
			e := extension
			e.Items = []stored.ID{{1}}
			x.Extensions = []ledger.Extension{e}
		}), ledger.ErrNoItem, "extensions[0].items[0]"},
		{"an extension granted on no day", with(func(x *ledger.Terms) { e := extension; e.Granted = civil.Date{}; x.Extensions = []ledger.Extension{e} }), ledger.ErrExtension, "granted"},
		{"an extension until it was granted", with(func(x *ledger.Terms) { e := extension; e.Until = e.Granted; x.Extensions = []ledger.Extension{e} }), ledger.ErrExtension, "until"},
		{"a payment pending twice", ledger.Terms{Pending: []ledger.Pending{pending, pending}}, ledger.ErrPending, "twice"},
		{"a payment held and in suspense", with(func(x *ledger.Terms) {
			p := pending
			p.Kind = ledger.InSuspense
			x.Pending = []ledger.Pending{pending, p}
		}), ledger.ErrPending, "twice"},
		{"level pay twice", ledger.Terms{LevelPay: []ledger.LevelPay{level, level}}, ledger.ErrLevelPay, "twice"},
		{"level pay twice at once", with(func(x *ledger.Terms) { p := level; p.Key = "level 2"; x.LevelPay = []ledger.LevelPay{level, p} }), ledger.ErrLevelPay, "another level pay"},
		{"a plan twice", ledger.Terms{Plans: []ledger.Plan{ended, ended}}, ledger.ErrPlan, "twice"},
		{"an extension of what is paid by installments", ledger.Terms{Plans: []ledger.Plan{plan}, Extensions: []ledger.Extension{
			{Key: "x", Account: acct, Items: ids[:1], Granted: day("2026-04-10"), Until: day("2026-05-01")}}}, ledger.ErrExtension, "by installments"},
		{"a plan over less than there was", with(func(x *ledger.Terms) {
			p := plan
			p.Covers = []ledger.Cover{{Item: ids[0], Charged: usd(5_00), Open: usd(5_00)}}
			p.Installments = []ledger.Installment{{Due: day("2026-05-07"), Amount: usd(5_00)}}
			x.Plans = []ledger.Plan{p}
		}), ledger.ErrPlan, "the item was never for $5.00"},
		{"a plan over more than there was", with(func(x *ledger.Terms) {
			p := plan
			p.Covers = []ledger.Cover{{Item: ids[0], Charged: usd(900_00), Open: usd(900_00)}}
			p.Installments = []ledger.Installment{{Due: day("2026-05-07"), Amount: usd(900_00)}}
			x.Plans = []ledger.Plan{p}
		}), ledger.ErrPlan, "the item was never for $900.00"},
		{"pending nothing", with(func(x *ledger.Terms) { p := pending; p.Amount = usd(0); x.Pending = []ledger.Pending{p} }), ledger.ErrPending, "amount"},
		{"pending of no kind", with(func(x *ledger.Terms) { p := pending; p.Kind = ""; x.Pending = []ledger.Pending{p} }), ledger.ErrPending, "kind"},
		{"pending from no day", with(func(x *ledger.Terms) { p := pending; p.From = civil.Date{}; x.Pending = []ledger.Pending{p} }), ledger.ErrPending, "from"},
		{"pending until before", with(func(x *ledger.Terms) { p := pending; p.Until = day("2026-04-01"); x.Pending = []ledger.Pending{p} }), ledger.ErrPending, "until"},
		{"pending without a key", with(func(x *ledger.Terms) { p := pending; p.Key = ""; x.Pending = []ledger.Pending{p} }), ledger.ErrPending, "no key"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := l.Account(acct, c.terms)
			require.ErrorIs(t, err, c.code)
			require.ErrorContains(t, err, c.part)
		})
	}
	_, err = l.Account("0109999", ledger.Terms{})
	requireCode(t, err, ledger.ErrNoAccount)
}
