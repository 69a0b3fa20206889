package report_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/headgate-dev/headgate/billing"
	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/cycle"
	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/report"
	"github.com/headgate-dev/headgate/billing/stored"
	"github.com/headgate-dev/headgate/metering"
)

// reread sends somebody to read again, with what they find.
func reread(r metering.Review, m metering.Measurement) metering.Review {
	sent := finMust(r.Send(finStep("clerk", "2026-05-31", "looks high"), metering.Order{ID: "F1", Kind: metering.ReReadOrder, Task: "read again"}))
	return finMust(sent.Return(finStep("clerk", "2026-05-31", "read again"), metering.Result{Order: "F1", Measurement: &m}))
}

// staffing is a month of readings, and the decisions of overriding.
func staffing() report.StaffRequest {
	high := finVerdict(metering.High)
	plain, excepted := finMeasured("M1", "r.cole", 5), finMeasured("M1", "r.cole", 130, high)
	o := overriding()
	again := o.Records[3] // an approval
	again.ID = stored.NewID("test", stored.ID{}, "8", nil)
	o.Records = append(o.Records, again, again)
	o.Released[0].Exceptions = append(o.Released[0].Exceptions, cycle.Exception{Code: cycle.NewRates, Decision: cycle.Decision{Reason: "adopted", By: finPerson("clerk"), On: finDay("2026-04-21")}})
	more := o.Adjustments.Rows[3]
	more.Credit, more.Debit = finUSD(0), finUSD(2_00)
	o.Adjustments.Rows = append(o.Adjustments.Rows, more)
	pool, _ := finOverridden(finReview("S3", excepted), "2026-05-31", "clerk")
	accepted := finMeasured("M1", "d.lee", 5, finVerdict(metering.SameUse))
	low := finReview("S6", accepted)
	estimated := finReview("S8", finMeasured("M1", "", 6, high))
	canceled := finMust(estimated.Send(finStep("clerk", "2026-05-31", "look"), metering.Order{ID: "F9", Kind: metering.ServiceOrder, Task: "look"}))
	canceled = finMust(canceled.Cancel(finStep("clerk", "2026-05-31", "rain")))
	return report.StaffRequest{
		Period: finMonths[1], Location: time.UTC, Released: o.Released, Adjustments: o.Adjustments, Records: o.Records,
		Readings: []report.StaffReading{
			{First: plain, Review: finReview("S1", plain)},
			{First: excepted, Review: finReview("S2", excepted)},
			{First: excepted, Review: pool},
			{First: excepted, Review: reread(finReview("S4", excepted), finMeasured("M1", "d.lee", 13))},
			{First: excepted, Review: reread(finReview("S5", excepted), finMeasured("M1", "d.lee", 130))},
			{First: accepted, Review: finMust(low.Accept(finStep("clerk", "2026-05-31", "seen"), low.Open()[0]))},
			{First: finMeasured("M1", "", 7), Review: finReview("S7", finMeasured("M1", "", 7))},
			{First: finMeasured("M1", "", 6, high), Review: canceled},
		},
	}
}

func TestReadingsAreCountedByReader(t *testing.T) {
	s, err := report.RateStaff(staffing())
	require.NoError(t, err)
	require.Empty(t, s.Left)
	require.Equal(t, []report.ReaderRow{
		{Readings: 2, Excepted: 1, Open: 1}, // a radio
		{Person: finPerson("d.lee"), Readings: 1, Excepted: 1, Accepted: 1},
		{Person: finPerson("r.cole"), Readings: 5, Excepted: 4, Overridden: 1, ReadAgain: 2, Open: 1, Changed: 1},
	}, s.Readers)
	require.Equal(t, report.ReaderRow{Readings: 8, Excepted: 6, Accepted: 1, Overridden: 1, ReadAgain: 2, Open: 2, Changed: 1}, s.AllReaders)
	share, ok := s.Readers[2].ExceptionRate()
	require.True(t, ok)
	require.True(t, share.Equal(finMust(exact.New(4, 5))))
	share, _ = s.Readers[2].ChangedRate()
	require.True(t, share.Equal(finMust(exact.New(1, 5))))
	_, ok = report.ReaderRow{}.ExceptionRate()
	require.False(t, ok, "no share of nothing")
}

// Failure 1: 10 of 36 readers made 71% of the wrong bills of San Diego, and readers used a supervisor's code to skip the check. Whose
// readings are doubted and changed, and who has let them pass, is told by person.
func TestFailure1WrongReadingsAndOverridesAreToldByPerson(t *testing.T) {
	r := report.StaffRequest{Period: finMonths[1], Location: time.UTC}
	o := report.OverrideRequest{Periods: finMonths, Location: time.UTC}
	for i := range 36 {
		wrong := 1
		if i < 10 {
			wrong = 6
		}
		for n := range wrong {
			first := finMeasured("M1", fmt.Sprintf("reader.%02d", i), 130, finVerdict(metering.High))
			review := finReview(fmt.Sprint(i, "/", n), first)
			if n == 0 {
				pool, record := finOverridden(review, "2026-05-30", "clerk")
				review, o.Records = pool, append(o.Records, record)
			} else {
				review = reread(review, finMeasured("M1", "d.lee", 13))
			}
			r.Readings = append(r.Readings, report.StaffReading{First: first, Review: review})
			o.Reviews = append(o.Reviews, review)
		}
	}
	s, err := report.RateStaff(r)
	require.NoError(t, err)
	ten := 0
	for _, row := range s.Readers[:10] {
		ten += row.Excepted
		require.Equal(t, 5, row.Changed)
	}
	require.Equal(t, []int{60, 86}, []int{ten, s.AllReaders.Excepted})
	overrides, err := report.CountOverrides(o)
	require.NoError(t, err)
	require.Equal(t, []string{`2026-05-01 "clerk" reading_overridden asked 36 in 0: $0.00 $0.00 $0.00`, `2026-05-01 "s.reyes" reading_overridden approved 36 in 0: $0.00 $0.00 $0.00`}, overrideLines(overrides.Rows))
	require.Empty(t, overrides.Left, "no override of which it is not known who asked")
}

func TestDecisionsAreCountedByClerkWithWhatWasCorrectedSince(t *testing.T) {
	r := staffing()
	s, err := report.RateStaff(r)
	require.NoError(t, err)
	require.Equal(t, []report.ClerkRow{
		{Person: finPerson("clerk"), Accepted: 1, Ordered: 3, Canceled: 1, Proposals: 3, Rejected: 1},
		{Person: finPerson("s.reyes"), Approved: 1},
	}, s.Clerks)

	r.Period = finMonths[0]
	s, err = report.RateStaff(r)
	require.NoError(t, err)
	require.Equal(t, []report.ClerkRow{
		{Person: finPerson("clerk"), Decisions: 4, Bills: 2, Faulty: 1, Debit: finUSD(2_00), Credit: finUSD(40_00)}, // a waiver is no fault of the bill
		{Person: finPerson("s.reyes"), Decisions: 1, Bills: 1},
	}, s.Clerks)
	share, _ := s.Clerks[0].FaultyRate()
	require.True(t, share.Equal(finMust(exact.New(1, 2))))
	_, ok := s.Clerks[0].RejectedRate()
	require.False(t, ok)
	require.Equal(t, []report.Left{{Count: 8, Why: "readings on days outside the period"}}, s.Left)
	require.Empty(t, s.Readers)

	for i := range r.Adjustments.Rows {
		r.Adjustments.Rows[i].Approved = r.Adjustments.Rows[2].Approved // it waits
	}
	s, err = report.RateStaff(r)
	require.NoError(t, err)
	require.Zero(t, s.Clerks[0].Faulty)
}

func TestEstimatesAndLateReadingsAreStepsOfTheirClerk(t *testing.T) {
	r := metering.Register{ID: "1", Dials: 7, Multiplier: finMust(exact.NewNumber(1, 0)), Unit: metering.CCF}
	from := finMust(metering.Open(r, metering.Reading{Meter: "M1", Register: "1", State: metering.Read, Digits: 1000, Day: finDay("2026-05-01"), Source: metering.Actual}))
	none := finMust(metering.NoUse(from, finVerdict(metering.NoReading)))
	check := finMust(metering.CheckDays(30, 400)).Rule
	rule := metering.EstimateRule{MaxInRow: 9, Method: metering.EstimateMethod{Title: "class", Kind: metering.ClassMean, ClassDaily: finMust(metering.NewVolume(finMust(exact.NewNumber(1, 0)), metering.CCF))}}
	guess, _, err := metering.Estimate(from, r, finDay("2026-05-31"), rule, nil)
	require.NoError(t, err)
	estimated := finMust(finMust(metering.NewReview("E1", finDay("2026-05-31"), none, check)).Estimate(finStep("clerk", "2026-05-31", "no access"), guess))
	card := finMust(finMust(metering.NewReview("E2", finDay("2026-05-31"), none, check)).Correct(finStep("clerk", "2026-05-31", "came late"), "card 7", finMeasured("M1", "d.lee", 9)))
	serviced := finReview("E3", finMeasured("M1", "r.cole", 130, finVerdict(metering.High)))
	serviced = finMust(serviced.Send(finStep("t.may", "2026-05-31", "look"), metering.Order{ID: "F1", Kind: metering.ServiceOrder, Task: "look"}))
	m := finMeasured("M1", "d.lee", 13)
	serviced = finMust(serviced.Return(finStep("n.obody", "2026-05-31", "found"), metering.Result{Order: "F1", Found: "misread", Measurement: &m}))
	s, err := report.RateStaff(report.StaffRequest{Period: finMonths[1], Location: time.UTC, Readings: []report.StaffReading{
		{First: finMeasured("M1", "r.cole", 130, finVerdict(metering.High)), Review: serviced}, {First: none, Review: estimated, Due: finDay("2026-05-31")}, {First: none, Review: card, Due: finDay("2026-06-01")}}})
	require.NoError(t, err)
	require.Equal(t, []report.ClerkRow{{Person: finPerson("clerk"), Estimated: 1, Corrected: 1}, {Person: finPerson("t.may"), Ordered: 1}}, s.Clerks)
	require.Equal(t, report.ReaderRow{Readings: 2, Excepted: 2, Estimated: 1, Serviced: 1}, s.AllReaders, "a service is no re-read, and what was due in June is of June")
	// A re-read that finds nothing has no period of its own.
	nothing := finMust(metering.Between(from, r, metering.Reading{Meter: "M1", Register: "1", State: metering.NoRead, Day: finDay("2026-05-31")}, metering.DeltaRule{Tolerance: metering.StandardTolerance(), Rollover: metering.RefuseRollover}))
	high := finMeasured("M1", "r.cole", 130, finVerdict(metering.High))
	s, err = report.RateStaff(report.StaffRequest{Period: finMonths[1], Location: time.UTC, Readings: []report.StaffReading{{First: high, Review: reread(finReview("E4", high), nothing)},
		{First: high, Review: reread(finReview("E5", high), none)}}})
	require.NoError(t, err)
	require.Equal(t, 2, s.AllReaders.Changed, "what was known is not known any more")
	s, err = report.RateStaff(report.StaffRequest{Period: civil.MustPeriod("[2026-06-01, 2026-07-01)"), Location: time.UTC, Readings: []report.StaffReading{{First: none, Review: card, Due: finDay("2026-06-01")}}})
	require.NoError(t, err)
	require.Equal(t, report.ReaderRow{Readings: 1, Excepted: 1, Corrected: 1}, s.AllReaders)
	_, err = report.RateStaff(report.StaffRequest{Period: finMonths[1], Location: time.UTC, Readings: []report.StaffReading{{First: none, Review: card}}})
	refusedBy(t, err, report.ErrOverrides, `the reading of the review "E2" has no day`)
}

func TestAReadingOfTwoReadersCountsOnceInAll(t *testing.T) {
	a, b := finRegister("M1", "low", "r.cole", 5), finRegister("M1", "high", "d.lee", 6)
	sum := finMust(metering.Sum(metering.CCF, a, b)).With(finMust(metering.CheckDays(30, 400)))
	s, err := report.RateStaff(report.StaffRequest{Period: finMonths[1], Location: time.UTC, Readings: []report.StaffReading{{First: sum, Review: finReview("two", sum)}}})
	require.NoError(t, err)
	require.Len(t, s.Readers, 2)
	require.Equal(t, 1, s.AllReaders.Readings)
}

func TestAReportOfStaffRefusesWhatIsGivenTwiceOrIsOfAnother(t *testing.T) {
	for words, spoil := range map[string]func(r *report.StaffRequest){
		"is no period":         func(r *report.StaffRequest) { r.Period = civil.Period{} },
		"district's days":      func(r *report.StaffRequest) { r.Location = nil },
		"there is no review":   func(r *report.StaffRequest) { r.Readings[0].Review = metering.Review{} },
		"\"S2\" is given":      func(r *report.StaffRequest) { r.Readings[0] = r.Readings[1] },
		"instant: ":            func(r *report.StaffRequest) { r.Records[0].At = time.Date(20000, 1, 1, 0, 0, 0, 0, time.UTC) },
		"no first measurement": func(r *report.StaffRequest) { r.Readings[0].First = metering.Measurement{} },
		"the first measurement is of [2026-05-02": func(r *report.StaffRequest) {
			dial := metering.Register{ID: "1", Dials: 7, Multiplier: finMust(exact.NewNumber(1, 0)), Unit: metering.CCF}
			at := func(on string) metering.Reading {
				return metering.Reading{Meter: "M1", Register: "1", State: metering.Read, Digits: 1000, Day: finDay(on), Source: metering.Actual}
			}
			r.Readings[0].First = finMust(metering.Between(finMust(metering.Open(dial, at("2026-05-02"))), dial, at("2026-05-31"), metering.DeltaRule{Tolerance: metering.StandardTolerance(), Rollover: metering.RefuseRollover}))
		},
		"\"W18\" is given": func(r *report.StaffRequest) { r.Released[1].Key = "W18" },
	} {
		r := staffing()
		spoil(&r)
		_, err := report.RateStaff(r)
		refusedBy(t, err, report.ErrOverrides, words)
	}
}

func TestStaffShuffledIsTheSame(t *testing.T) {
	want, err := report.RateStaff(staffing())
	require.NoError(t, err)
	rapid.Check(t, func(t *rapid.T) {
		r := staffing()
		r.Readings = rapid.Permutation(r.Readings).Draw(t, "readings")
		r.Released = rapid.Permutation(r.Released).Draw(t, "released")
		r.Adjustments.Rows = rapid.Permutation(r.Adjustments.Rows).Draw(t, "adjustments")
		r.Records = rapid.Permutation(r.Records).Draw(t, "records")
		got, err := report.RateStaff(r)
		require.NoError(t, err)
		require.Equal(t, want, got)
	})
}

// How often the readings of a reader were doubted, and how often another one has changed them.
func ExampleRateStaff() {
	first := finMeasured("M1", "r.cole", 130, finVerdict(metering.High))
	staff, err := report.RateStaff(report.StaffRequest{
		Period: civil.MustPeriod("[2026-05-01, 2026-06-01)"), Location: time.UTC,
		Readings: []report.StaffReading{{First: first, Review: reread(finReview("0104417/2026-05", first), finMeasured("M1", "d.lee", 13))}},
		Released: []cycle.Released{}, Adjustments: billing.AdjustmentReport{},
	})
	if err != nil {
		fmt.Println(err)
	}
	for _, row := range staff.Readers {
		share, _ := row.ChangedRate()
		fmt.Println(row.Person, "readings", row.Readings, "with exceptions", row.Excepted, "changed by a re-read", row.Changed, "which is", share)
	}
	// Output:
	// r.cole readings 1 with exceptions 1 changed by a re-read 1 which is 1
}
