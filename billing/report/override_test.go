package report_test

import (
	"fmt"
	"math"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/headgate-dev/headgate/billing"
	"github.com/headgate-dev/headgate/billing/approval"
	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/cycle"
	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/report"
	"github.com/headgate-dev/headgate/billing/stored"
	"github.com/headgate-dev/headgate/metering"
)

var finMonths = []civil.Period{civil.MustPeriod("[2026-04-01, 2026-05-01)"), civil.MustPeriod("[2026-05-01, 2026-06-01)")}

// finNoon is noon of a day, in UTC.
func finNoon(day string) time.Time {
	return finMust(time.Parse(time.DateOnly, day)).Add(12 * time.Hour)
}

// finMeasured is what a register of a meter has used in May, read by somebody, or by nobody.
func finMeasured(meter, reader string, used int64, verdicts ...metering.Exception) metering.Measurement {
	return finRegister(meter, "1", reader, used, verdicts...)
}

func finRegister(meter, register, reader string, used int64, verdicts ...metering.Exception) metering.Measurement {
	r := metering.Register{ID: register, Dials: 7, Multiplier: finMust(exact.NewNumber(1, 0)), Unit: metering.CCF}
	reading := func(digits int64, on string) metering.Reading {
		return metering.Reading{Meter: meter, Register: register, State: metering.Read, Digits: digits, Day: finDay(on), Source: metering.Actual}
	}
	to := reading(1000+used, "2026-05-31")
	if reader != "" {
		to.Reader = finPerson(reader)
	}
	m := finMust(metering.Between(finMust(metering.Open(r, reading(1000, "2026-05-01"))), r, to, metering.DeltaRule{Tolerance: metering.StandardTolerance(), Rollover: metering.RefuseRollover}))
	return m.With(finMust(metering.CheckDays(m.Days(), 400))).With(verdicts...)
}

// finVerdict is the verdict of a check.
func finVerdict(code metering.Code) metering.Exception {
	return metering.Exception{Code: code, Meter: "M1", Register: "1", Words: "130 of 100 CCF"}
}

func finReview(key string, m metering.Measurement) metering.Review {
	return finMust(metering.NewReview(key, finDay("2026-05-31"), m))
}

func finStep(by, on, reason string) metering.Step {
	return metering.Step{By: finPerson(by), At: finNoon(on), Reason: reason}
}

// finOverridden has s.reyes approve on a day what the clerks have proposed.
func finOverridden(r metering.Review, on string, clerks ...string) (metering.Review, approval.Record) {
	year := civil.MustPeriod("[2026-01-01, 2027-01-01)")
	matrix := finMust(approval.Compile(approval.Policy{
		Name: "reads 2026", Source: "invented", During: year, Location: time.UTC, Kinds: []approval.KindRule{{Kind: metering.OverrideKind, Validity: 72 * time.Hour}},
		Grants: []approval.Grant{{Person: finPerson("s.reyes"), Role: "supervisor", During: year}},
		Limits: []approval.Limit{{Role: "supervisor", Kind: metering.OverrideKind, Bounds: approval.Bounds{PerProposal: approval.Unlimited(), PerAccount: approval.Unlimited()}}},
	}))
	history := finMust(approval.NewHistory(finMust(approval.NewHMAC("2026", []byte("thirty-two bytes of random numbers"))), nil))
	request := approval.Request{Key: r.Key(), At: finNoon(on)}
	for _, id := range clerks {
		request.Prepared = append(request.Prepared, finPerson(id))
	}
	proposal := finMust(approval.Propose(finMust(r.Propose("filled a pool")), request))
	approved := finMust(approval.Approve(proposal, approval.Decision{By: finPerson("s.reyes"), At: finNoon(on).Add(time.Hour), Saw: proposal.Digest()}, matrix, history))
	return finMust(r.Override(approved, finNoon(on).Add(2*time.Hour))), approved.Record()
}

// overriding is a request with something of each kind.
func overriding() report.OverrideRequest {
	decided := func(account, bill string, cents int64, by, on string) cycle.Exception {
		return cycle.Exception{Code: cycle.HighUse, Account: account, Bill: bill, Charges: finUSD(cents), Decision: cycle.Decision{Reason: "pool", By: finPerson(by), On: finDay(on)}}
	}
	hold := cycle.Hold{Account: "A3", Agreement: "3", Reason: "meter buried", By: finPerson("clerk"), On: finDay("2026-04-20"), Until: finDay("2026-05-20")}
	second := decided("A1", "W18", 50_00, "clerk", "2026-04-21")
	second.Code = cycle.TierJump
	accepted := finReview("R1", finMeasured("M1", "r.cole", 5, finVerdict(metering.SameUse)))
	accepted = finMust(accepted.Accept(finStep("clerk", "2026-05-31", "seen"), accepted.Open()[0]))
	pool, record := finOverridden(finReview("R2", finMeasured("M1", "r.cole", 130, finVerdict(metering.High))), "2026-06-01", "clerk", "t.may")
	unknown, _ := finOverridden(finReview("R3", finMeasured("M1", "r.cole", 131, finVerdict(metering.High))), "2026-06-02", "clerk")
	row := func(key, bill string, kind billing.AdjustmentKind, credit int64, approved string) billing.AdjustmentRow {
		r := billing.AdjustmentRow{Account: "A1", Key: key, Bill: bill, Kind: kind, Credit: finUSD(credit), Effective: finDay("2026-05-10"), Prepared: finPerson("clerk")}
		if approved != "" {
			r.Approved = finPerson(approved)
		}
		return r
	}
	debit, later := row("D1", "", billing.Recovery, 0, "s.reyes"), row("L1", "", billing.Waiver, 1_00, "s.reyes")
	debit.Debit, later.Effective = finUSD(6_00), finDay("2027-01-01")
	rejected := approval.Record{ID: stored.NewID("test", stored.ID{}, "1", nil), Proposal: stored.NewID("test", stored.ID{}, "2", nil), Verdict: approval.VerdictRejected, Kind: "adjustment",
		By: finPerson("s.reyes"), Authority: finPerson("m.alvarez"), At: finNoon("2026-05-12"), Prepared: []approval.Person{finPerson("clerk")}}
	paid := rejected
	paid.ID, paid.Verdict, paid.Authority = stored.NewID("test", stored.ID{}, "3", nil), approval.VerdictApproved, paid.By
	paid.Stakes = []approval.Stake{{Account: "A1", Amount: finUSD(7_00)}, {Account: "A2", Amount: finUSD(1_00)}}
	reduced, withdrawn, proposed := paid, paid, paid
	reduced.Authority, reduced.Prepared = approval.Person{}, nil
	reduced.ID, reduced.Verdict = stored.NewID("test", stored.ID{}, "4", nil), approval.VerdictReduced
	withdrawn.ID, withdrawn.Verdict = stored.NewID("test", stored.ID{}, "5", nil), approval.VerdictWithdrawn
	proposed.ID, proposed.Verdict, proposed.By = stored.NewID("test", stored.ID{}, "6", nil), approval.VerdictProposed, approval.Person{}
	lowered := record // a list of another kind may shrink; a reduction does not name who prepared
	lowered.ID, lowered.Verdict, lowered.Prepared, lowered.At = stored.NewID("test", stored.ID{}, "7", nil), approval.VerdictReduced, nil, finNoon("2026-04-30")
	return report.OverrideRequest{
		Periods: append(slices.Clone(finMonths), civil.MustPeriod("[2026-06-01, 2026-07-01)")), Location: time.UTC,
		Released: []cycle.Released{
			{Key: "W18", Exceptions: []cycle.Exception{decided("A1", "W18", 50_00, "clerk", "2026-04-21"), second, decided("A2", "W18", 20_00, "clerk", "2026-04-22"), decided("A2", "W18", 20_00, "s.reyes", "2026-04-22"),
				{Code: cycle.NoBill, Account: "A3", Agreement: "3", Hold: hold}}, Held: []cycle.Hold{hold}},
			{Key: "W22", Exceptions: []cycle.Exception{{Code: cycle.NoBill, Account: "A3", Agreement: "3", Hold: hold}, decided("A9", "W22", 9_00, "clerk", "2026-07-01")}},
		},
		Reviews: []metering.Review{accepted, pool, unknown},
		Adjustments: billing.AdjustmentReport{Rows: []billing.AdjustmentRow{
			row("W1", "W18", billing.Waiver, 3_00, "s.reyes"), row("W1", "W18", billing.Waiver, 30, "s.reyes"), row("W2", "", billing.Waiver, 5_00, ""), row("C1", "W18", billing.Correction, 40_00, "s.reyes"), debit, later,
		}},
		Waived: []report.WaivedCharge{
			{Act: report.FeeWaived, Key: "E1", Account: "A1", By: finPerson("clerk"), On: finDay("2026-05-31"), Amount: finUSD(25_00)},
			{Act: report.FeeWaived, Key: "E2", Account: "A1", By: finPerson("clerk"), On: finDay("2026-05-01"), Amount: finUSD(5_00)},
			{Act: report.LateChargeWaived, Key: "E1", Account: "A2", By: finPerson("s.reyes"), On: finDay("2026-06-01"), Amount: finUSD(9_10)},
			{Act: report.FeeWaived, Key: "E9", Account: "A1", By: finPerson("clerk"), On: finDay("2027-01-01"), Amount: finUSD(1)},
		},
		Records: []approval.Record{record, record, rejected, paid, reduced, withdrawn, proposed, lowered},
	}
}

// overrideLines are rows in short.
func overrideLines(rows []report.OverrideRow) []string {
	var out []string
	for _, r := range rows {
		out = append(out, fmt.Sprintf("%s %q %s %s %d in %d: %s %s %s", r.Period.From, r.Person, r.Act, r.Part, r.Count, r.Accounts, r.Charges, r.Debit, r.Credit))
	}
	return out
}

func TestOverridesAreCountedByPersonKindAndPeriod(t *testing.T) {
	o, err := report.CountOverrides(overriding())
	require.NoError(t, err)
	require.Equal(t, []string{
		`2026-04-01 "clerk" exception_accepted alone 3 in 2: $70.00 $0.00 $0.00`, // two exceptions of one bill
		`2026-04-01 "clerk" service_held alone 1 in 1: $0.00 $0.00 $0.00`,        // one hold in two cycles
		`2026-04-01 "s.reyes" exception_accepted alone 1 in 1: $20.00 $0.00 $0.00`,
		`2026-05-01 "clerk" correction asked 1 in 1: $0.00 $0.00 $40.00`,
		`2026-05-01 "clerk" fee_waived alone 2 in 1: $0.00 $0.00 $30.00`,
		`2026-05-01 "clerk" reading_accepted alone 1 in 0: $0.00 $0.00 $0.00`,
		`2026-05-01 "clerk" recovery asked 1 in 1: $0.00 $6.00 $0.00`,
		`2026-05-01 "clerk" waiver asked 2 in 1: $0.00 $0.00 $8.30`, // one of two lines
		`2026-05-01 "s.reyes" correction approved 1 in 1: $0.00 $0.00 $40.00`,
		`2026-05-01 "s.reyes" recovery approved 1 in 1: $0.00 $6.00 $0.00`,
		`2026-05-01 "s.reyes" waiver approved 1 in 1: $0.00 $0.00 $3.30`, // and one that waits
		`2026-06-01 "" reading_overridden asked 1 in 0: $0.00 $0.00 $0.00`,
		`2026-06-01 "clerk" reading_overridden asked 1 in 0: $0.00 $0.00 $0.00`,
		`2026-06-01 "s.reyes" late_charge_waived alone 1 in 1: $0.00 $0.00 $9.10`,
		`2026-06-01 "s.reyes" reading_overridden approved 2 in 0: $0.00 $0.00 $0.00`,
		`2026-06-01 "t.may" reading_overridden with 1 in 0: $0.00 $0.00 $0.00`,
	}, overrideLines(o.Rows))
	var acts []string
	for _, a := range o.Acts {
		acts = append(acts, fmt.Sprintf("%s %s %d by %d: %s %s %s", a.Period.From, a.Act, a.Count, a.Persons, a.Charges, a.Debit, a.Credit))
	}
	require.Equal(t, []string{"2026-04-01 exception_accepted 4 by 2: $90.00 $0.00 $0.00", "2026-04-01 service_held 1 by 1: $0.00 $0.00 $0.00", "2026-05-01 correction 1 by 1: $0.00 $0.00 $40.00",
		"2026-05-01 fee_waived 2 by 1: $0.00 $0.00 $30.00", "2026-05-01 reading_accepted 1 by 1: $0.00 $0.00 $0.00", "2026-05-01 recovery 1 by 1: $0.00 $6.00 $0.00", "2026-05-01 waiver 2 by 1: $0.00 $0.00 $8.30", "2026-06-01 late_charge_waived 1 by 1: $0.00 $0.00 $9.10", "2026-06-01 reading_overridden 2 by 2: $0.00 $0.00 $0.00"}, acts)
	require.Len(t, o.Left, 2)
	require.Contains(t, o.Left[0].Why, "in no period")
	require.Equal(t, 3, o.Left[0].Count, "one of them was approved, and is one all the same")
	require.Contains(t, o.Left[1].Why, "who asked cannot be told")
	require.Equal(t, 1, o.Left[1].Count)
}

func TestAHoldThatIsExtendedIsOne(t *testing.T) {
	h := cycle.Hold{Account: "A3", Agreement: "3", Bill: "N-1", Reason: "meter buried", By: finPerson("clerk"), On: finDay("2026-04-20"), Until: finDay("2026-05-20")}
	count := func(change func(h *cycle.Hold)) int {
		again := h
		change(&again)
		o := finMust(report.CountOverrides(report.OverrideRequest{Periods: finMonths, Location: time.UTC, Released: []cycle.Released{{Key: "1", Held: []cycle.Hold{h}}, {Key: "2", Held: []cycle.Hold{again}}}}))
		n := 0
		for _, a := range o.Acts {
			n += a.Count
		}
		return n
	}
	require.Equal(t, 1, count(func(h *cycle.Hold) { h.Until = finDay("2026-06-20") }))
	require.Equal(t, 1, count(func(h *cycle.Hold) { h.Reason = "meter still buried" }))
	require.Equal(t, 1, count(func(h *cycle.Hold) { h.Bill = "N-2" }), "of whichever bill")
	require.Equal(t, 2, count(func(h *cycle.Hold) { h.Agreement = "4" }), "another service")
	require.Equal(t, 2, count(func(h *cycle.Hold) { h.By = finPerson("s.reyes") }), "another person")
	require.Equal(t, 2, count(func(h *cycle.Hold) { h.On = finDay("2026-05-20") }), "anew, on another day")
	h.Agreement = ""
	require.Equal(t, 2, count(func(h *cycle.Hold) { h.Bill = "N-2" }), "another bill of fees alone")
	require.Equal(t, 2, count(func(h *cycle.Hold) { h.Account = "A4" }), "another account")
}

func TestApprovalsAreCountedByPerson(t *testing.T) {
	o, err := report.CountOverrides(overriding())
	require.NoError(t, err)
	require.Equal(t, []report.ApprovalRow{
		{Period: finMonths[0], Person: finPerson("s.reyes"), Kind: metering.OverrideKind, Reduced: 1},
		{Period: finMonths[1], Person: finPerson("s.reyes"), Kind: "adjustment", Approved: 1, Rejected: 1, Withdrawn: 1, Reduced: 1, Delegated: 1, Stakes: finUSD(8_00), Staked: 1},
		{Period: civil.MustPeriod("[2026-06-01, 2026-07-01)"), Person: finPerson("s.reyes"), Kind: metering.OverrideKind, Approved: 1},
	}, o.Approvals)
}

func TestAReportOfOverridesRefusesWhatIsGivenTwiceOrIsOfNoPeriod(t *testing.T) {
	for words, spoil := range map[string]func(r *report.OverrideRequest){
		"there is no period": func(r *report.OverrideRequest) { r.Periods = nil },
		"periods[1]: [2026-06-01, 2026-05-01) is no period": func(r *report.OverrideRequest) {
			r.Periods[1].From, r.Periods[1].To = r.Periods[1].To, r.Periods[1].From
		},
		"instant: ": func(r *report.OverrideRequest) { r.Records[0].At = time.Date(20000, 1, 1, 0, 0, 0, 0, time.UTC) },
		"is no period": func(r *report.OverrideRequest) {
			r.Periods[0] = civil.Period{From: finDay("2026-04-01"), To: finDay("2026-04-01")}
		},
		"before the one before it":                     func(r *report.OverrideRequest) { slices.Reverse(r.Periods) },
		"where the district's days":                    func(r *report.OverrideRequest) { r.Location = nil },
		"depends on the machine":                       func(r *report.OverrideRequest) { r.Location = time.Local },
		"the cycle \"W18\" is given":                   func(r *report.OverrideRequest) { r.Released[1].Key = "W18" },
		`waived[1]: the waiver of "E1" is given twice`: func(r *report.OverrideRequest) { r.Waived[1].Key = "E1" },
		`waived[0]: "waiver" is no act of waiving`:     func(r *report.OverrideRequest) { r.Waived[0].Act = report.Act(billing.Waiver) },
		"waived[0]: it is not said what":               func(r *report.OverrideRequest) { r.Waived[0].Key = "" },
		"waived[1]: it is not said what":               func(r *report.OverrideRequest) { r.Waived[1].Account = "" },
		"waived[2]: it is not said what":               func(r *report.OverrideRequest) { r.Waived[2].By = approval.Person{} },
		"waived[3]: it is not said what":               func(r *report.OverrideRequest) { r.Waived[3].On = civil.Date{} },
		"waived[2]: it is not said what was waived":    func(r *report.OverrideRequest) { r.Waived[2].Amount = finUSD(0) },
		"the review \"R1\" is given":                   func(r *report.OverrideRequest) { r.Reviews[1] = r.Reviews[0] },
	} {
		r := overriding()
		spoil(&r)
		_, err := report.CountOverrides(r)
		refusedBy(t, err, report.ErrOverrides, words)
	}
}

func TestTheDayOfAnInstantIsThatOfTheDistrict(t *testing.T) {
	r := overriding()
	r.Waived = nil // of days
	r.Periods = []civil.Period{civil.MustPeriod("[2026-06-01, 2026-06-02)")}
	r.Location = time.FixedZone("far west", -16*60*60) // noon of 31 May in UTC is 30 May there, and 14:00 of 2 June is 1 June
	o, err := report.CountOverrides(r)
	require.NoError(t, err)
	require.Equal(t, []string{`2026-06-01 "" reading_overridden asked 1 in 0: $0.00 $0.00 $0.00`, `2026-06-01 "s.reyes" reading_overridden approved 1 in 0: $0.00 $0.00 $0.00`}, overrideLines(o.Rows))
	require.Len(t, o.Left, 2)

	r = overriding()
	r.Periods = finMonths[:1] // no override of a reading is of April
	require.Len(t, finMust(report.CountOverrides(r)).Left, 1)
	require.Empty(t, finMust(report.CountOverrides(report.OverrideRequest{Periods: finMonths, Location: time.UTC})).Left)
}

func TestSumsThatDoNotFitAreRefused(t *testing.T) {
	most := finUSD(math.MaxInt64)
	r := overriding()
	for i := range r.Released[0].Exceptions {
		r.Released[0].Exceptions[i].Charges = most
	}
	_, err := report.CountOverrides(r)
	refusedBy(t, err, money.ErrOverflow)
	_, err = report.RankExceptions(r.Released, nil)
	refusedBy(t, err, money.ErrOverflow, "cycle W18")

	r = overriding()
	for i := range r.Adjustments.Rows {
		r.Adjustments.Rows[i].Credit = most
	}
	_, err = report.CountOverrides(r)
	refusedBy(t, err, money.ErrOverflow)
	r.Adjustments.Rows[0].Kind = billing.Rebilled
	_, err = report.RateStaff(report.StaffRequest{Period: finMonths[0], Location: time.UTC, Released: r.Released, Adjustments: r.Adjustments})
	refusedBy(t, err, money.ErrOverflow)

	runs := finRuns()
	runs[0].Charges, runs[1].Charges = most, most
	_, err = report.CompareCycles(runs)
	refusedBy(t, err, money.ErrOverflow, "cycle N-5")
}

func TestOverridesShuffledAreTheSameAndTotalsAreThoseOfTheRows(t *testing.T) {
	want, err := report.CountOverrides(overriding())
	require.NoError(t, err)
	rapid.Check(t, func(t *rapid.T) {
		r := overriding()
		r.Released = rapid.Permutation(r.Released).Draw(t, "released")
		for i := range r.Released {
			r.Released[i].Exceptions = rapid.Permutation(r.Released[i].Exceptions).Draw(t, "exceptions")
		}
		r.Reviews = rapid.Permutation(r.Reviews).Draw(t, "reviews")
		r.Adjustments.Rows = rapid.Permutation(r.Adjustments.Rows).Draw(t, "adjustments")
		r.Waived = rapid.Permutation(r.Waived).Draw(t, "waived")
		r.Records = rapid.Permutation(r.Records).Draw(t, "records")
		got, err := report.CountOverrides(r)
		require.NoError(t, err)
		require.Equal(t, want, got)
	})
	type key struct {
		from civil.Date
		act  report.Act
	}
	sums := map[key]report.ActTotal{}
	for _, row := range want.Rows {
		if row.Part == report.Alone || row.Part == report.Asked {
			s := sums[key{row.Period.From, row.Act}]
			s.Count += row.Count
			s.Charges = finMust(s.Charges.Add(row.Charges))
			s.Credit = finMust(s.Credit.Add(row.Credit))
			sums[key{row.Period.From, row.Act}] = s
		}
	}
	for _, a := range want.Acts {
		s := sums[key{a.Period.From, a.Act}]
		require.Equal(t, []any{s.Count, s.Charges, s.Credit}, []any{a.Count, a.Charges, a.Credit}, a.Act)
	}
	require.Len(t, sums, len(want.Acts))
}

// Who has let exceptions pass, and what was waived.
func ExampleCountOverrides() {
	clerk := finPerson("t.may")
	overrides, err := report.CountOverrides(report.OverrideRequest{
		Periods: []civil.Period{civil.MustPeriod("[2026-05-01, 2026-06-01)")}, Location: time.UTC,
		Released: []cycle.Released{{Key: "2026-W20", Exceptions: []cycle.Exception{
			{Code: cycle.HighUse, Account: "0104417", Bill: "2026-W20", Charges: finUSD(210_00), Decision: cycle.Decision{Reason: "read twice", By: clerk, On: finDay("2026-05-14")}},
		}}},
		Adjustments: billing.AdjustmentReport{Rows: []billing.AdjustmentRow{
			{Account: "0104417", Key: "ADJ-1041", Kind: billing.Waiver, Credit: finUSD(10_00), Effective: finDay("2026-05-20"), Prepared: clerk, Approved: finPerson("s.reyes")},
		}},
	})
	if err != nil {
		fmt.Println(err)
	}
	for _, row := range overrides.Rows {
		fmt.Println(row.Person, row.Act, row.Part, row.Count, "charges", row.Charges, "credit", row.Credit)
	}
	// Output:
	// s.reyes waiver approved 1 charges $0.00 credit $10.00
	// t.may exception_accepted alone 1 charges $210.00 credit $0.00
	// t.may waiver asked 1 charges $0.00 credit $10.00
}
