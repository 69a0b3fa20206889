package report_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/headgate-dev/headgate/billing"
	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/cycle"
	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/ledger"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/policy"
	"github.com/headgate-dev/headgate/billing/rates"
	"github.com/headgate-dev/headgate/billing/report"
	"github.com/headgate-dev/headgate/billing/stored"
	"github.com/headgate-dev/headgate/metering"
)

// finEngine has water at $20.00 and $3.00 a unit, and sewer for $33.00 or by the water. Its prices are invented.
var finEngine = finMust(rates.Compile(rates.Book{Name: "Example district", Schedules: []rates.Schedule{
	finSchedule("water", rates.Charge{ID: "base", Text: "Base charge", Rule: rates.Fixed{Amount: rates.Num("20.00")}},
		rates.Charge{ID: "water", Text: "Water", Rule: rates.Tiered{Tiers: rates.TierList{{Price: rates.Num("3.00")}}}}),
	finSchedule("sewer", rates.Charge{ID: "sewer", Text: "Sewer", Rule: rates.Tiered{Tiers: rates.TierList{{Price: rates.Num("1.00")}}}}),
}}))

func finSchedule(id string, charges ...rates.Charge) rates.Schedule {
	return rates.Schedule{ID: id, Unit: metering.CCF, Rounding: money.Rounding{Mode: exact.HalfUp, Place: money.ByLine}, Select: rates.ByPeriodStart, Proration: rates.Proration{Over: rates.NotProrated},
		Usage: rates.ExactUsage, Versions: []rates.Version{{From: finDay("2025-01-01"), Source: rates.Citation{Resolution: "invented"}, Charges: charges}}}
}

// finUsage is the water of May of an account.
func finUsage(account string, used int64) metering.Usage {
	return finMust(finReview(account+"/2026-05", finMeasured("M-"+account, "", used)).Billable())
}

// finBill is a bill of May for water, and for sewer that goes by the same readings where that is asked for.
func finBill(account, area string, used int64, sewer bool) billing.Bill {
	usage := finUsage(account, used)
	services := []string{"water"}
	if sewer {
		services = append(services, "sewer")
	}
	r := billing.BillRequest{Key: "2026-W22", Account: account, Customer: "C-" + account, Area: area, Billed: finDay("2026-06-01"), Due: finDay("2026-06-22"),
		Before: ledger.Standing{On: finDay("2026-06-01")}, Draft: billing.Draft{State: billing.NotEnrolled}, Postings: billing.Postings{}}
	for _, service := range services {
		a := billing.Agreement{ID: account + service, Customer: "C-" + account, Account: account, Premise: "P-" + account, Service: service, Schedule: service, Reads: billing.Metered, From: finDay("2026-01-01")}
		in := finMust(a.Input(civil.MustPeriod("[2026-05-01, 2026-05-31)")))
		in.Usage = finMust(usage.Volume(metering.CCF, 1, exact.HalfUp))
		r.Services = append(r.Services, billing.Service{Agreement: a, Quote: finMust(finEngine.Price(in)), Usage: []metering.Usage{usage}})
	}
	for _, at := range []billing.ChargeOf{{Schedule: "water", Charge: "base"}, {Schedule: "water", Charge: "water"}, {Schedule: "sewer", Charge: "sewer"}} {
		r.Postings[at] = billing.Posting{Kind: "charge", Service: at.Schedule, RevenueCode: "4000"}
	}
	return finMust(billing.NewBill(r))
}

// finList is the edit list of a cycle of bills with nothing to compare with.
func finList(key string, bills ...billing.Bill) cycle.EditList {
	none := policy.None[exact.Number]()
	p := cycle.Policy{Title: "edit list", Citation: "invented", ReadWindow: policy.Is(3), LongPeriod: none, ShortPeriod: none, EstimatesInRow: none, HighUse: none, LowUse: none, LeastChange: policy.None[metering.Volume](), TierJump: none,
		BillsChange: none, ChargesChange: none, UseChange: none, LongestHold: none, LongestUnbilled: none, Passing: []string{}}
	r := cycle.Request{Key: key, Cycle: "north", Cycles: []string{"north"}, Period: civil.MustPeriod("[2026-05-01, 2026-05-31)"), On: finDay("2026-06-01"), Bills: bills}
	for _, b := range bills {
		r.Usages = append(r.Usages, finUsage(b.Account(), b.Reads(b.Account() + "water")[0].Used))
		r.Members = append(r.Members, cycle.Member{Cycle: "north", Agreement: billing.Agreement{ID: b.Account() + "water", Customer: b.Customer(), Account: b.Account(), Premise: "P-" + b.Account(), Service: "water",
			Schedule: "water", Reads: billing.Metered, From: finDay("2026-01-01")}})
	}
	return finMust(cycle.Review(r, p))
}

// finRuns are three runs of a cycle and one of another.
func finRuns() []cycle.Released {
	n := 0
	accepted := func(code cycle.Code, account, bill string, cents int64) cycle.Exception {
		n++
		return cycle.Exception{Code: code, Account: account, Bill: bill, Charges: finUSD(cents),
			Decision: cycle.Decision{Exception: stored.NewID("test", stored.ID{}, fmt.Sprint(n), nil), Reason: "seen", By: finPerson("clerk"), On: finDay("2026-04-21")}}
	}
	held := cycle.Exception{Code: cycle.NoBill, Account: "A3", Agreement: "3", Hold: cycle.Hold{Account: "A3", Agreement: "3", Reason: "buried", By: finPerson("clerk"), On: finDay("2026-04-20"), Until: finDay("2026-05-20")}}
	run := func(key, name, period, reviewed string, bills int, cents int64, exceptions ...cycle.Exception) cycle.Released {
		r := cycle.Released{Key: key, Cycle: name, Period: civil.MustPeriod(period), Reviewed: finDay(reviewed), ApprovedBy: finPerson("s.reyes"), Charges: finUSD(cents), Exceptions: exceptions,
			Totals: []cycle.Total{{Bills: bills, Estimated: bills / 4}, {Area: "Ord", Bills: bills, Estimated: 99}}}
		for i := range bills {
			r.Bills = append(r.Bills, cycle.ReleasedBill{Account: fmt.Sprint(i)})
		}
		return r
	}
	last := run("N-5", "north", "[2026-05-01, 2026-06-01)", "2026-06-01", 4, 200_00, accepted(cycle.HighUse, "A1", "N-5", -30_00), accepted(cycle.NewRates, "", "", 0))
	first := run("N-4", "north", "[2026-04-01, 2026-05-01)", "2026-05-03", 8, 400_00,
		accepted(cycle.HighUse, "A1", "N-4", 50_00), accepted(cycle.TierJump, "A1", "N-4", 50_00), accepted(cycle.TierJump, "A2", "N-4", 25_00), held, accepted(cycle.HighUse, "A1", "N-4", 50_00))
	first.Held = []cycle.Hold{held.Hold}
	return []cycle.Released{last, first, run("S-4", "south", "[2026-03-01, 2026-05-01)", "2026-05-01", 0, 0)}
}

func exceptionLines(e report.Exceptions) []string {
	var out []string
	for _, r := range append(e.Rows, e.Total) {
		out = append(out, fmt.Sprintf("%s: %d in %d runs, %d accepted %d held %d open, %d accounts %d bills %s; #%d by money #%d by customers", r.Code, r.Exceptions, r.Runs, r.Accepted, r.Held, r.Open,
			r.Accounts, r.Bills, r.Charges, r.ByMoney, r.ByCustomers))
	}
	return out
}

func TestExceptionsAreRankedByMoneyAndByCustomers(t *testing.T) {
	e, err := report.RankExceptions(finRuns(), []cycle.EditList{finList("N-6", finBill("A1", "Ord", 10, false), finBill("A4", "Ord", 10, false))})
	require.NoError(t, err)
	require.Equal(t, []string{
		"Gap: 2 in 1 runs, 0 accepted 0 held 2 open, 2 accounts 2 bills $100.00; #1 by money #1 by customers",
		"HighUse: 3 in 2 runs, 3 accepted 0 held 0 open, 1 accounts 2 bills $80.00; #2 by money #3 by customers", // a bill twice, and one below zero
		"TierJump: 2 in 1 runs, 2 accepted 0 held 0 open, 2 accounts 2 bills $75.00; #3 by money #1 by customers",
		"NoBill: 1 in 1 runs, 0 accepted 1 held 0 open, 1 accounts 0 bills $0.00; #4 by money #3 by customers",
		"NewRates: 1 in 1 runs, 1 accepted 0 held 0 open, 0 accounts 0 bills $0.00; #4 by money #5 by customers",
		"NothingToCompare: 1 in 1 runs, 0 accepted 0 held 1 open, 0 accounts 0 bills $0.00; #4 by money #5 by customers",
		": 10 in 3 runs, 6 accepted 1 held 3 open, 4 accounts 5 bills $205.00; #0 by money #0 by customers",
	}, exceptionLines(e))
	require.Len(t, e.Left, 1)
	require.Equal(t, 2, e.Left[0].Count)
	e, err = report.RankExceptions(finRuns()[1:], nil)
	require.NoError(t, err)
	require.Empty(t, e.Left)
}

func TestACycleIsRankedOnce(t *testing.T) {
	runs := finRuns()
	_, err := report.RankExceptions(append(runs, runs[0]), nil)
	refusedBy(t, err, report.ErrExceptions, `released[3]: the cycle "N-5" is given twice`)
	_, err = report.RankExceptions(runs, []cycle.EditList{finList("N-5", finBill("A1", "Ord", 10, false))})
	refusedBy(t, err, report.ErrExceptions, `lists[0]: the cycle "N-5" is given twice`)
	_, err = report.RankExceptions(nil, []cycle.EditList{{}})
	refusedBy(t, err, report.ErrExceptions, "it is no cycle")
}

func TestReleasedCyclesStandBesideEachOther(t *testing.T) {
	s, err := report.CompareCycles(finRuns())
	require.NoError(t, err)
	reyes := finPerson("s.reyes")
	march := civil.MustPeriod("[2026-03-01, 2026-05-01)")
	april, may := civil.MustPeriod("[2026-04-01, 2026-05-01)"), civil.MustPeriod("[2026-05-01, 2026-06-01)")
	require.Equal(t, []report.CycleRow{
		{Key: "N-4", Cycle: "north", Period: april, Reviewed: finDay("2026-05-03"), ApprovedBy: reyes, Runs: 1, DaysToReview: 2, Bills: 8, Estimated: 2, Charges: finUSD(400_00), Exceptions: 5, Accepted: 4, Held: 1, Excepted: 2},
		{Key: "N-5", Cycle: "north", Period: may, Reviewed: finDay("2026-06-01"), ApprovedBy: reyes, Runs: 1, Bills: 4, Estimated: 1, Charges: finUSD(200_00), Before: finUSD(400_00), Follows: true, Exceptions: 2, Accepted: 2, Excepted: 1},
		{Key: "S-4", Cycle: "south", Period: march, Reviewed: finDay("2026-05-01"), ApprovedBy: reyes, Runs: 1},
	}, s.Rows)
	both := civil.Period{From: april.From, To: may.To}
	require.Equal(t, []report.CycleRow{
		{Cycle: "north", Period: both, Runs: 2, DaysToReview: 2, Bills: 12, Estimated: 3, Charges: finUSD(600_00), Exceptions: 7, Accepted: 6, Held: 1, Excepted: 3}, {Cycle: "south", Period: march, Runs: 1},
	}, s.Cycles)
	require.Equal(t, report.CycleRow{Period: civil.Period{From: march.From, To: may.To}, Runs: 3, DaysToReview: 2, Bills: 12, Estimated: 3, Charges: finUSD(600_00), Exceptions: 7, Accepted: 6, Held: 1, Excepted: 3}, s.Total)

	runs := finRuns()
	runs[0].Key = "N-4"
	_, err = report.CompareCycles(runs)
	refusedBy(t, err, report.ErrExceptions, "given twice")
	for _, spoil := range []func(*cycle.Released){func(r *cycle.Released) { r.Key = "" }, func(r *cycle.Released) { r.Period = civil.Period{} }, func(r *cycle.Released) { r.Reviewed = civil.Date{} }} {
		runs := finRuns()
		spoil(&runs[0])
		_, err = report.CompareCycles(runs)
		refusedBy(t, err, report.ErrExceptions, "it is no released cycle")
	}
}

func TestTheDaysToReviewOfManyRunsAreTheirMean(t *testing.T) {
	runs := finRuns()
	runs[0].Reviewed = finDay("2026-06-04") // 3 days, and 2 of the run before
	s := finMust(report.CompareCycles(runs))
	mean := func(r report.CycleRow) string {
		m, ok := r.MeanDaysToReview()
		require.True(t, ok)
		return m.String()
	}
	require.Equal(t, []string{"2", "3", "5/2", "5/3"}, []string{mean(s.Rows[0]), mean(s.Rows[1]), mean(s.Cycles[0]), mean(s.Total)})
	_, ok := finMust(report.CompareCycles(nil)).Total.MeanDaysToReview()
	require.False(t, ok, "no run has no mean")
}

func TestCyclesShuffledAreTheSame(t *testing.T) {
	want, ranked := finMust(report.CompareCycles(finRuns())), finMust(report.RankExceptions(finRuns(), nil))
	rapid.Check(t, func(t *rapid.T) {
		runs := rapid.Permutation(finRuns()).Draw(t, "runs")
		for i := range runs {
			runs[i].Exceptions = rapid.Permutation(runs[i].Exceptions).Draw(t, "exceptions")
		}
		require.Equal(t, want, finMust(report.CompareCycles(runs)))
		require.Equal(t, ranked, finMust(report.RankExceptions(runs, nil)))
	})
	count, accounts := 0, 0
	for _, r := range ranked.Rows {
		require.Equal(t, r.Exceptions, r.Accepted+r.Held+r.Open)
		count, accounts = count+r.Exceptions, accounts+r.Accounts
	}
	require.Equal(t, count, ranked.Total.Exceptions)
	require.LessOrEqual(t, ranked.Total.Accounts, accounts, "an account with two counts once")
}

// public is bills of two groups that may be shown and of one that may not.
func finPublic() report.PublicRequest {
	r := report.PublicRequest{Least: 2, Classes: map[string]string{"A1": "residential", "A2": "residential", "A3": "residential", "A4": "golf", "A5": "residential", "A6": "residential"},
		Bills: []billing.Bill{finBill("A2", "Ord", 8, false), finBill("A1", "Ord", 10, true), finBill("A3", "Central", 4, false), finBill("A4", "Ord", 900, false), finBill("A5", "Ord", 8, false)}}
	r.Books = booked(r.Bills...)
	return r
}

func TestAPublicRecordShowsNobody(t *testing.T) {
	p, err := report.PublicRecord(finPublic())
	require.NoError(t, err)
	var rows []string
	for _, r := range p.Rows {
		rows = append(rows, fmt.Sprint(r.Number, " ", r.Class, " ", r.Area, " ", r.Charges, " ", r.Days, " ", r.Usage))
	}
	require.Equal(t, []string{"1 residential Ord $44.00 30 [{CCF 8}]", "2 residential Ord $44.00 30 [{CCF 8}]", "3 residential Ord $60.00 30 [{CCF 10}]"}, rows, "water that sewer goes by was used once")
	require.Equal(t, "[{residential Ord 3 3 3 $148.00 [{CCF 26}]}]", fmt.Sprint(p.Groups))
	require.Equal(t, "{  3 3 3 $148.00 [{CCF 26}]}", fmt.Sprint(p.Total), "of the rows, so that the golf course is not the difference")
	require.Equal(t, []report.Left{{Count: 2, Why: "bills of classes and areas with fewer than 2 customers"}}, p.Left)
	for _, id := range []string{"A1", "A2", "A5", "M-", "P-", "C-", "golf", "W22"} {
		require.NotContains(t, fmt.Sprintf("%+v", p), id)
	}
	r := finPublic()
	r.Classes["A2"], r.Least = "multi-family", 1
	p = finMust(report.PublicRecord(r))
	var groups []string
	for _, g := range p.Groups {
		groups = append(groups, fmt.Sprint(g.Class, " ", g.Area, " ", g.Bills))
	}
	require.Equal(t, []string{"golf Ord 1", "multi-family Ord 1", "residential Central 1", "residential Ord 2"}, groups)
	require.Empty(t, p.Left)

	for words, spoil := range map[string]func(r *report.PublicRequest){
		"the least number":      func(r *report.PublicRequest) { r.Least = 0 },
		"there is no bill":      func(r *report.PublicRequest) { r.Bills[0] = billing.Bill{} },
		"2026-W22 is given":     func(r *report.PublicRequest) { r.Bills[0] = r.Bills[1] },
		"2026-W22 has no class": func(r *report.PublicRequest) { delete(r.Classes, "A4") },
		"there are no books":    func(r *report.PublicRequest) { r.Books = nil },
		"bills[3]: the books have another bill under the key 2026-W22": func(r *report.PublicRequest) { r.Bills[3] = finBill("A4", "Ord", 901, false) },
	} {
		r := finPublic()
		spoil(&r)
		_, err := report.PublicRecord(r)
		refusedBy(t, err, report.ErrPublic, words)
		require.NotContains(t, err.Error(), "A4")
	}
}

func TestAPublicRecordShowsOnlyBillsThatStandInTheBooks(t *testing.T) {
	r := finPublic()
	r.Least, r.Books = 1, booked(r.Bills[:4]...)
	on := finDay("2026-06-05")
	finMust(r.Books.Post(finMust(r.Books.Reverse(r.Bills[3].Entries()[0].ID(), "back", ledger.Billed, on, on))))
	p := finMust(report.PublicRecord(r))
	require.Equal(t, []report.Left{{Count: 1, Why: "bills that the books do not have: they were not posted"}, {Count: 1, Why: "bills that were taken back"}}, p.Left)
	require.Equal(t, "{  3 3 3 $136.00 [{CCF 22}]}", fmt.Sprint(p.Total))
	r.Least = 2
	p = finMust(report.PublicRecord(r))
	require.Equal(t, "{  2 2 2 $104.00 [{CCF 18}]}", fmt.Sprint(p.Total), "who has no bill that stands is nobody's neighbor")
	require.Equal(t, report.Left{Count: 1, Why: "bills of classes and areas with fewer than 2 customers"}, p.Left[2])
}

func TestAPublicRecordShowsNoGroupOfOneCustomerWithManyAccounts(t *testing.T) {
	r := report.PublicRequest{Least: 5, Classes: map[string]string{}}
	for i := range 5 {
		a := service(fmt.Sprint("w-", i))
		a.Customer, r.Classes[a.Account] = "C-developer", "construction"
		r.Bills = append(r.Bills, billed("B-1", line(a, april, 100)))
	}
	r.Books = booked(r.Bills...)
	p := finMust(report.PublicRecord(r))
	require.Empty(t, p.Rows)
	require.Equal(t, []report.Left{{Count: 5, Why: "bills of classes and areas with fewer than 5 customers"}}, p.Left)
	r.Least = 1
	require.Equal(t, "[{construction central 1 5 5 $250.00 [{CCF 50}]}]", fmt.Sprint(finMust(report.PublicRecord(r)).Groups))
}

func TestAPublicRecordIsInNobodysOrder(t *testing.T) {
	want := finMust(report.PublicRecord(finPublic()))
	rapid.Check(t, func(t *rapid.T) {
		r := finPublic()
		r.Bills = rapid.Permutation(r.Bills).Draw(t, "bills")
		require.Equal(t, fmt.Sprint(want), fmt.Sprint(finMust(report.PublicRecord(r))))
	})
	sum := money.Amount{}
	for _, r := range want.Rows {
		sum = finMust(sum.Add(r.Charges))
	}
	require.Equal(t, sum, want.Total.Charges)
	require.Equal(t, len(want.Rows), want.Total.Bills)
}

// What to raise upward: by money and by customers touched.
func ExampleRankExceptions() {
	exceptions, err := report.RankExceptions(finRuns(), nil)
	if err != nil {
		fmt.Println(err)
	}
	for _, row := range exceptions.Rows[:2] {
		fmt.Println(row.Code, row.Charges, "on", row.Bills, "bills, customers touched", row.Accounts)
	}
	// Output:
	// HighUse $80.00 on 2 bills, customers touched 1
	// TierJump $75.00 on 2 bills, customers touched 2
}

// Bills as a public record may show them.
func ExamplePublicRecord() {
	bills := []billing.Bill{finBill("0104417", "Ord", 8, false), finBill("0104418", "Ord", 6, false)}
	extract, err := report.PublicRecord(report.PublicRequest{
		Bills: bills, Books: booked(bills...), Least: 2,
		Classes: map[string]string{"0104417": "residential", "0104418": "residential"},
	})
	if err != nil {
		fmt.Println(err)
	}
	for _, row := range extract.Rows {
		fmt.Println(row.Number, row.Class, row.Area, row.Charges, row.Usage[0].Use, row.Usage[0].Unit)
	}
	// Output:
	// 1 residential Ord $38.00 6 CCF
	// 2 residential Ord $44.00 8 CCF
}
