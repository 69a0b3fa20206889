package latecharge_test

import (
	"strings"
	"testing"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/adapters/policyfile"
	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/latecharge"
	"github.com/headgate-dev/headgate/billing/ledger"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/policy"
	"github.com/headgate-dev/headgate/billing/problem"
)

// Every field of a policy must be stated: each one that is not is named, and none is taken for zero.
func TestLateCheckNamesEachFieldThatIsNotStated(t *testing.T) {
	require.NoError(t, gov().Check())
	for path, unset := range map[string]func(p *latecharge.Policy){
		"title": func(p *latecharge.Policy) { p.Title = "" }, "citation": func(p *latecharge.Policy) { p.Citation = "" },
		"kind": func(p *latecharge.Policy) { p.Kind = "" }, "revenue_code": func(p *latecharge.Policy) { p.RevenueCode = "" },
		"roll": func(p *latecharge.Policy) { p.Roll = "" }, "payment_day": func(p *latecharge.Policy) { p.PaymentDay = "" },
		"basis": func(p *latecharge.Policy) { p.Basis = "" }, "monthly_on": func(p *latecharge.Policy) { p.MonthlyOn = "" },
		"growth": func(p *latecharge.Policy) { p.Growth = "" }, "waives": func(p *latecharge.Policy) { p.Waives = "" },
		"rounding":        func(p *latecharge.Policy) { p.Rounding = 0 },
		"grace_days":      func(p *latecharge.Policy) { p.GraceDays = policy.Value[int]{} },
		"kinds":           func(p *latecharge.Policy) { p.Kinds = nil },
		"exempt":          func(p *latecharge.Policy) { p.Exempt = nil },
		"agencies":        func(p *latecharge.Policy) { p.Agencies = nil },
		"percent":         func(p *latecharge.Policy) { p.Percent = policy.Value[decimal.Decimal]{} },
		"flat":            func(p *latecharge.Policy) { p.Flat = policy.Value[money.Amount]{} },
		"monthly":         func(p *latecharge.Policy) { p.Monthly = policy.Value[decimal.Decimal]{} },
		"minimum_balance": func(p *latecharge.Policy) { p.MinimumBalance = policy.Value[money.Amount]{} },
		"waiver_reasons":  func(p *latecharge.Policy) { p.WaiverReasons = nil },
		"waiver_months":   func(p *latecharge.Policy) { p.WaiverMonths = policy.Value[int]{} },
		"regime.title":    func(p *latecharge.Policy) { p.Regime.Title = "" }, "regime.source": func(p *latecharge.Policy) { p.Regime.Source = "" },
		"regime.first":      func(p *latecharge.Policy) { p.Regime.First = policy.OrNone[decimal.Decimal]{} },
		"regime.monthly":    func(p *latecharge.Policy) { p.Regime.Monthly = policy.OrNone[decimal.Decimal]{} },
		"regime.monthly_on": func(p *latecharge.Policy) { p.Regime.MonthlyOn = "" },
		"regime.delinquent": func(p *latecharge.Policy) { p.Regime.Delinquent = "" },
	} {
		t.Run(path, func(t *testing.T) {
			p := gov()
			unset(&p)
			var found problem.List
			require.ErrorAs(t, p.Check(), &found)
			require.Equal(t, path, found[0].Path)
			require.NotEmpty(t, found[0].Fix)
			_, err := p.Charge(latecharge.Facts{})
			require.Equal(t, found, err, "nothing is charged under it")
			_, err = p.DelinquentOn(civil.MustDate("2026-04-16"), nil)
			require.Error(t, err)
			_, err = p.PaidOn(civil.MustDate("2026-04-16"), civil.Date{})
			require.Error(t, err)
		})
	}
	require.Len(t, error(latecharge.Policy{}.Check()).(problem.List), 26, "all at once: the monthly limit that is not stated is on nothing")
}

// Law caps policy: what goes beyond is refused, and the limit named.
func TestLateCheckRefusesWhatTheLawDoesNotAllow(t *testing.T) {
	for name, c := range map[string]struct {
		policy latecharge.Policy
		change func(p *latecharge.Policy)
		path   string
		says   []string
	}{
		"first percent": {gov(), func(p *latecharge.Policy) { p.Percent = percent("10.01") }, "percent", []string{"10.01%", "10%", "Gov 54348"}},
		"flat without a least balance": {gov(), func(p *latecharge.Policy) { p.Flat = cents(10_00) }, "flat",
			[]string{"$10.00", "$0.00", "10%", "Gov 54348"}},
		"flat a cent above": {gov(), func(p *latecharge.Policy) { p.Flat, p.MinimumBalance = cents(10_01), cents(100_00) }, "flat",
			[]string{"$10.01", "$10.00", "$100.00"}},
		"monthly, Gov":   {gov(), func(p *latecharge.Policy) { p.Monthly = percent("0.51") }, "monthly", []string{"0.51%", "0.5%", "Gov 54348"}},
		"monthly, Water": {water(), func(p *latecharge.Policy) { p.Monthly = percent("1.6") }, "monthly", []string{"1.6%", "1.5%", "Water 35470.5"}},
		"on the first charge too": {water(), func(p *latecharge.Policy) { p.MonthlyOn = latecharge.OnChargesAndFirst }, "monthly_on",
			[]string{"1.5%", "charges alone", "Water 35470.5"}},
		"compound": {gov(), func(p *latecharge.Policy) { p.Growth = latecharge.Compound }, "growth", []string{"Gov 54348"}},
	} {
		t.Run(name, func(t *testing.T) {
			require.NoError(t, c.policy.Check())
			c.change(&c.policy)
			err := c.policy.Check()
			refused(t, err, latecharge.ErrCap, c.says...)
			require.Len(t, err, 1)
			require.Equal(t, c.path, err.(problem.List)[0].Path)
		})
	}
	p := gov()
	p.Flat, p.MinimumBalance = cents(10_00), cents(100_00)
	require.NoError(t, p.Check(), "10.00 is never more than 10% of 100.00 or more")
	p = uncapped()
	p.Percent, p.Monthly, p.Growth, p.Flat = percent("25"), percent("3"), latecharge.Compound, cents(50_00)
	require.NoError(t, p.Check(), "where the law sets no limit, none is applied")
}

func TestLateCheckRefusesContradictions(t *testing.T) {
	for name, c := range map[string]struct {
		change func(p *latecharge.Policy)
		path   string
	}{
		"a kind both ways":             {func(p *latecharge.Policy) { p.Exempt = []ledger.Kind{"charge"} }, "exempt"},
		"a late charge on late charge": {func(p *latecharge.Policy) { p.Kinds = append(p.Kinds, "penalty") }, "kinds"},
		"grace below 0":                {func(p *latecharge.Policy) { p.GraceDays = policy.Is(-1) }, "grace_days"},
		"grace above a year":           {func(p *latecharge.Policy) { p.GraceDays = policy.Is(367) }, "grace_days"},
		"percent below 0":              {func(p *latecharge.Policy) { p.Percent = percent("-1") }, "percent"},
		"percent above 100":            {func(p *latecharge.Policy) { p.Percent = percent("100.1") }, "percent"},
		"percent out of every range":   {func(p *latecharge.Policy) { p.Percent = policy.Is(decimal.New(1, 2_000_000)) }, "percent"},
		"monthly below 0":              {func(p *latecharge.Policy) { p.Monthly = percent("-0.1") }, "monthly"},
		"flat below 0":                 {func(p *latecharge.Policy) { p.Flat = cents(-1) }, "flat"},
		"least balance below 0":        {func(p *latecharge.Policy) { p.MinimumBalance = cents(-1) }, "minimum_balance"},
		"limit above the whole":        {func(p *latecharge.Policy) { p.Regime.First = policy.Of(decimal.New(101, 0)) }, "regime.first"},
		"limit out of every range":     {func(p *latecharge.Policy) { p.Regime.First = policy.Of(decimal.New(1, 2_000_000)) }, "regime.first"},
		"reasons without a waiver":     {func(p *latecharge.Policy) { p.WaiverReasons = []string{"low_income"} }, "waives"},
		"a waiver without reasons": {func(p *latecharge.Policy) { p.Waives, p.WaiverMonths = latecharge.WaivesAll, policy.Is(12) },
			"waiver_reasons"},
		"a waiver each day": {func(p *latecharge.Policy) { p.Waives, p.WaiverReasons = latecharge.WaivesAll, []string{"low_income"} },
			"waiver_months"},
	} {
		t.Run(name, func(t *testing.T) {
			p := uncapped()
			c.change(&p)
			err := p.Check()
			refused(t, err, latecharge.ErrPolicy)
			require.Len(t, err, 1)
			require.Equal(t, c.path, err.(problem.List)[0].Path)
		})
	}
}

// The day of delinquency belongs to the regime; the later of its day and the policy's holds.
func TestLateDelinquentOn(t *testing.T) {
	for name, c := range map[string]struct {
		regime   latecharge.Regime
		grace    int
		roll     latecharge.Roll
		due, day string
	}{
		"the day after":                          {latecharge.Water35470Point5(), 0, latecharge.RollNone, "2026-04-16", "2026-04-17"},
		"after the grace (Santa Fe)":             {latecharge.Uncapped("page"), 15, latecharge.RollNone, "2026-04-16", "2026-05-02"},
		"Gov 54348":                              {latecharge.Gov54348(), 0, latecharge.RollNone, "2026-04-16", "2026-05-01"},
		"Gov 54348, grace within the month":      {latecharge.Gov54348(), 10, latecharge.RollNone, "2026-04-16", "2026-05-01"},
		"Gov 54348, grace beyond the month":      {latecharge.Gov54348(), 20, latecharge.RollNone, "2026-04-16", "2026-05-07"},
		"Gov 54348, due on the first":            {latecharge.Gov54348(), 0, latecharge.RollNone, "2026-05-01", "2026-06-01"},
		"Gov 54348, due on the last":             {latecharge.Gov54348(), 0, latecharge.RollNone, "2026-02-28", "2026-03-01"},
		"Gov 54348, over the year":               {latecharge.Gov54348(), 0, latecharge.RollNone, "2026-12-31", "2027-01-01"},
		"due on Saturday, rolls (Wilson County)": {latecharge.Uncapped("page"), 0, latecharge.RollLastDay, "2026-05-02", "2026-05-05"},
		"due on Friday, rolls":                   {latecharge.Uncapped("page"), 0, latecharge.RollLastDay, "2026-05-01", "2026-05-02"},
		"delinquent on Saturday, rolls":          {latecharge.Uncapped("page"), 0, latecharge.RollDelinquentDay, "2026-05-01", "2026-05-04"},
		"delinquent on Sunday, a holiday next":   {latecharge.Uncapped("page"), 0, latecharge.RollDelinquentDay, "2026-05-23", "2026-05-26"},
		"Gov 54348, last of May is a Sunday":     {latecharge.Gov54348(), 0, latecharge.RollLastDay, "2026-05-10", "2026-06-02"},
	} {
		t.Run(name, func(t *testing.T) {
			p := ten(c.regime)
			p.GraceDays, p.Roll = policy.Is(c.grace), c.roll
			day, err := p.DelinquentOn(civil.MustDate(c.due), office(t))
			require.NoError(t, err)
			require.Equal(t, civil.MustDate(c.day), day)
		})
	}
	p := ten(latecharge.Uncapped("page"))
	p.Roll = latecharge.RollLastDay
	_, err := p.DelinquentOn(civil.MustDate("2027-05-01"), office(t))
	require.ErrorIs(t, err, civil.ErrCalendar, "a year that the calendar lacks")
	_, err = p.DelinquentOn(civil.MustDate("2026-05-01"), nil)
	require.ErrorIs(t, err, civil.ErrCalendar)
	_, err = gov().DelinquentOn(civil.Date{}, nil)
	require.ErrorIs(t, err, civil.ErrDate)
	_, err = gov().DelinquentOn(civil.MustDate("9999-12-31"), nil)
	require.ErrorIs(t, err, civil.ErrDate)
}

// The day that a payment is entered with is that of its receipt or of its postmark, as the policy says.
func TestLatePaidOn(t *testing.T) {
	received, postmarked := civil.MustDate("2026-05-04"), civil.MustDate("2026-04-30")
	p := gov()
	day, err := p.PaidOn(received, postmarked)
	require.NoError(t, err)
	require.Equal(t, received, day)
	p.PaymentDay = latecharge.ByPostmark
	day, err = p.PaidOn(received, postmarked)
	require.NoError(t, err)
	require.Equal(t, postmarked, day)
	day, err = p.PaidOn(received, civil.Date{})
	require.NoError(t, err)
	require.Equal(t, received, day, "paid at the counter")
	_, err = p.PaidOn(postmarked, received)
	refused(t, err, latecharge.ErrFacts, "2026-05-04", "2026-04-30")
	_, err = p.PaidOn(civil.Date{}, postmarked)
	refused(t, err, latecharge.ErrFacts)
}

const file = `headgate: policy/1
name: Example District
late_charge:
  - from: 2026-01-01
    source: {resolution: 2025-31}
    title: late charge
    citation: Resolution 2025-31
    regime: gov_54348
    grace_days: 0
    roll: none
    payment_day: receipt
    basis: past_due_balance
    kinds: [charge]
    exempt: []
    agencies: []
    percent: 10
    flat: 0.00
    monthly: 0.5
    monthly_on: charges_and_first
    growth: simple
    minimum_balance: {placeholder: 20.00, why: not public}
    waives: nothing
    waiver_reasons: []
    waiver_months: 0
    rounding: half_up
    kind: penalty
    revenue_code: "4090"
`

func read(src string) (latecharge.Policy, error) {
	var late policyfile.Dated[latecharge.Policy]
	if _, err := policyfile.Parse("example.yaml", []byte(src), policyfile.Into("late_charge", &late)); err != nil {
		return latecharge.Policy{}, err
	}
	p, _, err := late.On(civil.MustDate("2026-05-01"))
	return p, err
}

// Nothing is charged by a value that is not known, and no charge hides that one is a placeholder.
func TestLateValuesThatAreNotKnownAreErrorsAndPlaceholdersAreTold(t *testing.T) {
	for key, stated := range map[string]string{
		"grace_days": "0", "percent": "10", "flat": "0.00", "monthly": "0.5",
		"minimum_balance": "{placeholder: 20.00, why: not public}", "waiver_months": "0",
	} {
		t.Run(key, func(t *testing.T) {
			line, path := "    "+key+": ", "late_charge[0]."+key
			p, err := read(replace(t, file, line+stated+"\n", line+"{unknown: not public}\n"))
			require.NoError(t, err)
			require.NoError(t, p.Check(), "it is no fault of the policy")
			_, err = p.Charge(latecharge.Facts{})
			refused(t, err, policy.ErrNotKnown, ": "+path+": late charge: the value is not known: not public")
			_, err = p.DelinquentOn(civil.MustDate("2026-04-16"), nil)
			require.ErrorIs(t, err, policy.ErrNotKnown)
			_, err = p.PaidOn(civil.MustDate("2026-04-16"), civil.Date{})
			require.ErrorIs(t, err, policy.ErrNotKnown)

			if key == "minimum_balance" {
				stated = "20.00"
			}
			p, err = read(replace(t, strings.Replace(file, "{placeholder: 20.00, why: not public}", "20.00", 1),
				line+stated+"\n", line+"{placeholder: "+stated+", why: not public}\n"))
			require.NoError(t, err)
			b := newLateBooks(t)
			b.bill("bill 1", "2026-04-16", 100_00)
			charge := b.charge(p, "2026-07-01")
			require.Len(t, charge.Placeholders, 1)
			require.Equal(t, path+": not public", charge.Placeholders[0].String())
		})
	}
}

// A policy of late charges is read from a policy file as it is, and refused there as here.
func TestLatePolicyIsReadFromAFile(t *testing.T) {
	p, err := read(file)
	require.NoError(t, err)
	require.NoError(t, p.Check())
	require.Equal(t, latecharge.Gov54348(), p.Regime)
	require.Equal(t, exact.HalfUp, p.Rounding)
	require.Equal(t, "$20.00 (placeholder: not public)", p.MinimumBalance.String())
	b := newLateBooks(t)
	water := b.bill("bill 1", "2026-04-16", 100_00)
	charge := b.charge(p, "2026-07-01")
	require.Equal(t, money.Cents(11_10), charge.Total)
	marks := []policy.Mark{{Path: "late_charge[0].minimum_balance", Pos: problem.Pos{File: "example.yaml", Line: 21, Col: 36}, Why: "not public"}}
	require.Equal(t, marks, charge.Placeholders)
	credit, err := latecharge.Correct([]latecharge.Charge{charge}, []latecharge.Correction{{Item: water, Less: money.Cents(50_00)}})
	require.NoError(t, err)
	require.Equal(t, marks, credit.Placeholders)
	require.Empty(t, b.charge(gov(), "2026-07-01").Placeholders)

	for name, c := range map[string]struct {
		from, to string
		code     problem.Code
		says     string
	}{
		"above the law":      {"monthly: 0.5", "monthly: 0.6", latecharge.ErrCap, "late_charge[0].monthly"},
		"a value not stated": {"    monthly: 0.5\n", "", policyfile.ErrMissing, "late_charge[0].monthly"},
		"a choice not known": {"roll: none", "roll: {unknown: not public}", policy.ErrNotKnown, "late_charge[0].roll"},
		"a law not read":     {"gov_54348", "water_31701", latecharge.ErrPolicy, "no preset"},
		"another choice":     {"past_due_balance", "balance", policyfile.ErrRule, "basis"},
	} {
		t.Run(name, func(t *testing.T) {
			p, err := read(replace(t, file, c.from, c.to))
			if err == nil {
				_, err = p.Charge(latecharge.Facts{})
			}
			require.ErrorIs(t, err, c.code)
			require.ErrorContains(t, err, c.says)
		})
	}
}

func TestLateRegimesAreReadByTheirNames(t *testing.T) {
	var regime latecharge.Regime
	require.NoError(t, regime.UnmarshalText([]byte("water_35470_5")))
	require.Equal(t, latecharge.Water35470Point5(), regime)
	require.ErrorIs(t, regime.UnmarshalText([]byte("uncapped")), latecharge.ErrPolicy, "who has found so is stated in Go")
}
