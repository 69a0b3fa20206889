package report_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/billing"
	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/report"
)

func TestABillUnderTheKeyOfAnotherIsNotThePostedOne(t *testing.T) {
	a := service("w-1")
	draft, posted := billed("k", line(a, april, 9990)), billed("k", line(a, april, 100))
	s := sold([]billing.Agreement{a}, posted)
	require.Equal(t, "10 CCF", got(consume(april, report.ByDay, s)).Totals[0].Use.String())
	for what, bills := range map[string][]billing.Bill{"the draft": {draft}, "both": {draft, posted}} {
		s.Bills = bills
		err := failure(consume(april, report.ByDay, s))
		require.ErrorIs(t, err, report.ErrSales, what)
		require.ErrorContains(t, err, "account A-w-1 bill k: the books have another bill under this key", what)
	}
	a.Schedule = "free"
	s = sold([]billing.Agreement{a}, posted)
	s.Bills = []billing.Bill{billed("k", line(a, april, 0))}
	require.ErrorContains(t, failure(consume(april, report.ByDay, s)), "the books have another bill", "a bill of nothing, where one of something was posted")
}

// ones are two houses with an adjustment of the same key: a correction of 2 CCF, and a courtesy.
func ones() report.Sales {
	s := town(2)
	correction := credited(s.Books, "1", billing.Correction, s.Bills[1], billing.LineChange{Line: 1, Units: exact.Int(-2)})
	courtesy := credited(s.Books, "1", billing.Courtesy, s.Bills[3], billing.LineChange{Line: 1, By: money.Cents(-5_00)})
	s.Corrections = []report.Correction{
		{Adjustment: correction, Units: []report.UnitsChange{{Agreement: "w-1", Period: daysOf(april), By: volume("-2 CCF")}}}, {Adjustment: courtesy},
	}
	return s
}

func TestACorrectionIsOfItsOwnBillAndNotOfItsKey(t *testing.T) {
	s := ones()
	require.Equal(t, "19 CCF", got(consume(april, report.ByDay, s)).Totals[0].Use.String())
	s.Corrections = s.Corrections[1:]
	require.ErrorContains(t, failure(consume(april, report.ByDay, s)), "account A-w-1 bill "+april+": the books have adjustment 1 of it, which is not given")
}

func TestACorrectionIsTheOneThatWasPosted(t *testing.T) {
	for what, change := range map[string]func(*billing.Adjustment){
		"another amount": func(a *billing.Adjustment) { a.Lines[0].After = a.Lines[0].Before },
		"another day":    func(a *billing.Adjustment) { a.Effective = dayOf("2026-05-06") },
	} {
		s := ones()
		a := s.Corrections[0].Adjustment.Clone()
		change(&a)
		s.Corrections[0].Adjustment = a
		require.ErrorContains(t, failure(consume(april, report.ByDay, s)), "the books have another adjustment 1 of it than the one that is given", what)
	}
}

func TestABillThatTheBooksHaveAndThatIsNotGivenIsTold(t *testing.T) {
	s := town(3)
	all := s
	all.Bills = s.Bills[:5] // but that of April of the third
	require.Empty(t, got(consume(march, report.ByDay, all)).Left, "an account that has all days of the report lacks no bill of it")
	s.Bills = s.Bills[:4] // of the first two houses
	told3 := "account A-w-3 bill " + march + " 2: the books have it as of 2026-03-31, and it is not given, like 1 more of the account"
	unsold := "account A-w-3 agreement w-3 " + march + ": no bill of its water ends on these days, and no later one has them all"
	require.Equal(t, []string{unsold, told3}, sorted(told(got(consume(march, report.ByPeriodEnd, s)).Left, words)))
	require.Equal(t, []string{"account A-w-3 agreement w-3 " + march + ": no bill has 30 days of its water", told3},
		sorted(told(got(consume(march, report.ByDay, s)).Left, words)))
	require.Equal(t, sorted(told(got(consume(march, report.ByPeriodEnd, s)).Left, words)), sorted(told(got(report.ListUses(report.UsesRequest{
		Period: daysOf(march), Cut: report.ByPeriodEnd, Services: []string{"water"}, Sales: s})).Left, words)), "and in the lists of use")
	require.Equal(t, []string{"account A-w-3 bill " + april + " 1: the books have it as of 2026-04-30, and it is not given"},
		told(got(consume("[2026-04-01, 2026-05-01)", report.ByPeriodEnd, s)).Left, words)[:1], "one of before the report is none of it")

	takenBack(s.Books, billed(april, line(s.Agreements[2], april, 120)).Entries()[0])
	require.Len(t, got(consume("[2026-04-01, 2026-05-01)", report.ByPeriodEnd, s)).Left, 1, "one that was taken back need not be given")
}

func TestAYearTellsABillThatIsNotGiven(t *testing.T) {
	s := town(3)
	s.Bills = s.Bills[:5]
	require.Contains(t, told(got(report.Annual(of2026(s))).Left, words),
		"account A-w-3 bill "+april+" 1: the books have it as of 2026-04-30, and it is not given")
}

func TestAServiceWithoutABillThatEndsIsToldWhereItsDaysLack(t *testing.T) {
	s := town(1)
	const middle = "[2026-04-05, 2026-04-20)"
	require.Empty(t, got(consume(middle, report.ByPeriodEnd, s)).Left, "the bill of April ends later and has the days")
	s = sold(s.Agreements, s.Bills[0])
	require.Equal(t, []string{"account A-w-1 agreement w-1 " + middle + ": no bill of its water ends on these days, and no later one has them all"},
		told(got(consume(middle, report.ByPeriodEnd, s)).Left, words))
	uses := got(report.ListUses(report.UsesRequest{Period: daysOf(middle), Cut: report.ByDay, Services: []string{"water"}, Sales: s}))
	require.Equal(t, []string{"account A-w-1 agreement w-1 " + middle + ": no bill has 15 days of its water"}, told(uses.Left, words))
}

func sorted(list []string) []string {
	slices.Sort(list)
	return list
}
