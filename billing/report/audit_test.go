package report_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/report"
	"github.com/headgate-dev/headgate/metering"
)

func percent(text string) *exact.Number { n := got(exact.ParseNumber(text)); return &n }

func some(text string) *metering.Volume { v := volume(text); return &v }

// balanced asks for April of a town whose bills have all of it, and of which all is stated.
func balanced(houses int) report.AuditRequest {
	m := ofApril(houses)
	return report.AuditRequest{
		Period: daysOf("[2026-04-01, 2026-05-01)"), Unit: metering.CCF, Supply: m.Supply, Sales: m.Sales, Services: m.Services,
		Uses: []report.Use{
			{Key: "F-1", Item: report.UnbilledUnmetered, Period: daysOf("[2026-04-02, 2026-04-03)"), Volume: volume("2 CCF"), Basis: "hydrant flushing"},
			{Key: "P-1", Item: report.UnbilledMetered, Period: daysOf("[2026-04-01, 2026-05-31)"), Volume: volume("8 CCF"), Basis: "the district's own yard"},
		},
		Without: []report.Item{report.BilledUnmetered}, UnderRegistered: percent("2"), DataHandling: some("0.5 CCF"), Unauthorized: some("0 CCF"),
	}
}

func ExampleAuditWater() {
	audit, err := report.AuditWater(balanced(3))
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, r := range audit.Rows {
		fmt.Printf("%s: %s, %s\n", r.Item, r.Water, r.State)
	}
	fmt.Println("as billed", audit.AsBilled, "read lag", audit.Lag)
	// Output:
	// own sources: 45 CCF, whole
	// imported: 15 CCF, whole
	// exported: 0 CCF, whole
	// water supplied: 60 CCF, whole
	// billed metered: 32.9 CCF, whole
	// billed unmetered: 0 CCF, whole
	// unbilled metered: 4 CCF, whole
	// unbilled unmetered: 2 CCF, whole
	// authorized consumption: 38.9 CCF, whole
	// water losses: 21.1 CCF, whole
	// unauthorized consumption: 0 CCF, whole
	// customer metering inaccuracies: 0.7531 CCF, whole
	// systematic data handling errors: 0.5 CCF, whole
	// apparent losses: 1.2531 CCF, whole
	// real losses: 19.8469 CCF, whole
	// as billed 33 CCF read lag -0.1 CCF
}

func states(a report.Audit) string {
	text := ""
	for _, r := range a.Rows {
		text += r.State.String()[:1]
	}
	return text
}

func TestMetersLoseOfWhatPassesThem(t *testing.T) {
	r := balanced(3)
	audit := got(report.AuditWater(r))
	require.True(t, audit.Row(report.MeterInaccuracy).Water.Amount.Equal(ratioOf(369, 10).Mul(ratioOf(2, 98))), "36.9 is 98% of what passed")
	require.Equal(t, "meters do not show 2% of what passes them: metered use × 2 / 98", audit.Row(report.MeterInaccuracy).Words)
	r.UnderRegistered = percent("-2")
	require.Equal(t, "-0.7235 CCF", got(report.AuditWater(r)).Row(report.MeterInaccuracy).Water.String(), "meters that show too much")
	for _, p := range []string{"100", "-100"} {
		r.UnderRegistered = percent(p)
		require.ErrorContains(t, failure(report.AuditWater(r)), "under_registered: it is "+p+"%")
	}
	r.UnderRegistered = percent("99.9")
	got(report.AuditWater(r))
	require.Equal(t, report.BalanceRow{}, audit.Row("other"))
}

func TestWhatNobodyStatesIsUnknownAndNotZero(t *testing.T) {
	all := balanced(3)
	require.Equal(t, "wwwwwwwwwwwwwww", states(got(report.AuditWater(all))))
	for what, c := range map[string]struct {
		change func(*report.AuditRequest)
		states string
	}{
		"imported unknown : no source is given, and nothing says that there is none": {func(r *report.AuditRequest) {
			r.Supply.Sources, r.Supply.Supplied = r.Supply.Sources[:2], r.Supply.Supplied[:2]
		}, "wuwuwwwwwuwwwwu"},
		"billed unmetered unknown : no use is stated, and nothing says that there is none": {func(r *report.AuditRequest) { r.Without = nil },
			"wwwwwuwwuuwwwwu"},
		"unbilled metered unknown : no use is stated, and nothing says that there is none":   {func(r *report.AuditRequest) { r.Uses = r.Uses[:1] }, "wwwwwwuwuuwuwuu"},
		"unbilled unmetered unknown : no use is stated, and nothing says that there is none": {func(r *report.AuditRequest) { r.Uses = r.Uses[1:] }, "wwwwwwwuuuwwwwu"},
		"unauthorized consumption unknown : nobody states it":                                {func(r *report.AuditRequest) { r.Unauthorized = nil }, "wwwwwwwwwwuwwuu"},
		"customer metering inaccuracies unknown : nobody states it":                          {func(r *report.AuditRequest) { r.UnderRegistered = nil }, "wwwwwwwwwwwuwuu"},
		"systematic data handling errors unknown : nobody states it":                         {func(r *report.AuditRequest) { r.DataHandling = nil }, "wwwwwwwwwwwwuuu"},
		"billed metered partial 31.9667 CCF: of bills, spread over their days; 1 day of 1 service lack: they are on no bill": {func(r *report.AuditRequest) {
			r.Sales.Bills = r.Sales.Bills[:len(r.Sales.Bills)-1]
		}, ""},
	} {
		r := balanced(3)
		c.change(&r)
		audit := got(report.AuditWater(r))
		if c.states == "" {
			require.Equal(t, "wwwwpwwwppwpwpp", states(audit))
			require.Equal(t, []string{
				"account A-w-3 bill [2026-04-30, 2026-05-30) 1: the books have it as of 2026-05-30, and it is not given",
				"account A-w-3 agreement w-3 [2026-04-30, 2026-05-01): no bill has 1 day of its water",
			}, told(audit.Left, words))
			require.Equal(t, "water supplied − authorized consumption; authorized consumption is partial", audit.Row(report.WaterLosses).Words)
			continue
		}
		require.Equal(t, c.states, states(audit), what)
		require.Contains(t, told(audit.Rows, balanceRow), what)
	}
}

func TestAnUnknownFigureHasNoVolume(t *testing.T) {
	r := balanced(3)
	r.Unauthorized = nil
	audit := got(report.AuditWater(r))
	require.Equal(t, report.Water{}, audit.Row(report.RealLosses).Water)
	require.Equal(t, "real losses unknown : water losses − apparent losses; apparent losses is unknown", balanceRow(audit.Row(report.RealLosses)))
}

func TestNoSystemLosesLessThanNothing(t *testing.T) {
	r := balanced(3)
	r.Uses[0].Volume = volume("30 CCF")
	audit := got(report.AuditWater(r))
	require.Equal(t,
		"water losses unknown : authorized consumption is 6.9 CCF more than the water supplied, and no system loses less than nothing: an input is wrong, or lacks something",
		balanceRow(audit.Row(report.WaterLosses)))
	require.Equal(t, report.Unknown, audit.Row(report.RealLosses).State)
	require.Equal(t, "66.9 CCF", audit.Row(report.Authorized).Water.String(), "what shows the fault stands")
	r = balanced(3)
	r.DataHandling = some("21 CCF")
	require.Contains(t, got(report.AuditWater(r)).Row(report.RealLosses).Words, "the apparent losses are 0.6531 CCF more than the water losses")
	r.Uses[0].Volume = volume("23.1 CCF")
	require.Equal(t, report.Whole, got(report.AuditWater(r)).Row(report.WaterLosses).State, "no losses are losses of 0")
}

func TestFlatServicesUseWaterThatSomebodyStates(t *testing.T) {
	r := balanced(1)
	f, q := flat("f-1"), flat("q-1")
	f.From, q.From = dayOf("2026-03-31"), dayOf("2026-03-31")
	q.Schedule = "free"
	f.Until, q.Until = dayOf("2026-04-30"), dayOf("2026-04-30")
	r.Sales.Agreements = append(r.Sales.Agreements, f, q)
	r.Sales.Bills = append(r.Sales.Bills, billed("f", line(f, april, -1)), billed("q", line(q, april, 30)))
	r.Sales.Books = booked(r.Sales.Bills...)
	require.ErrorContains(t, failure(report.AuditWater(r)),
		"there is stated to be no billed unmetered use, and the district has 2 unmetered services on its bills")
	r.Without = nil
	require.Equal(t, "billed unmetered partial 2.9 CCF: 1 flat service of which nobody states what they use, beside the quantities of 1 other",
		balanceRow(got(report.AuditWater(r)).Row(report.BilledUnmetered)))
	r.Uses = append(r.Uses, report.Use{Key: "E-1", Item: report.BilledUnmetered, Period: daysOf(april), Volume: volume("12 CCF"), Basis: "12 CCF a month"})
	require.Equal(t, "billed unmetered whole 14.5 CCF: quantities of bills, and what is stated of flat services",
		balanceRow(got(report.AuditWater(r)).Row(report.BilledUnmetered)))
	r.Sales.Agreements[len(r.Sales.Agreements)-2].Until = dayOf("2026-05-02")
	require.Equal(t,
		"billed unmetered partial 14.5 CCF: quantities of bills, and what is stated of flat services; 1 day of 1 service lack: they are on no bill",
		balanceRow(got(report.AuditWater(r)).Row(report.BilledUnmetered)))
	r.Without = []report.Item{report.BilledUnmetered}
	require.ErrorContains(t, failure(report.AuditWater(r)), "there is stated to be no billed unmetered, and some is")
}

func TestSewerIsTheSameWaterAgain(t *testing.T) {
	r := balanced(1)
	sewer := service("s-1")
	sewer.Service, sewer.From = "sewer", dayOf("2026-03-31")
	r.Sales.Agreements = append(r.Sales.Agreements, sewer)
	r.Sales.Bills = append(r.Sales.Bills, billed("k", line(sewer, april, 100)))
	r.Sales.Books = booked(r.Sales.Bills...)
	audit := got(report.AuditWater(r))
	require.Equal(t, "10 CCF", audit.Row(report.BilledMetered).Water.String())
	require.Equal(t, "10 CCF", audit.AsBilled.String())
	require.Empty(t, audit.Left)
}

func TestBillsThatAreInNoRowAreTold(t *testing.T) {
	r := balanced(1)
	sewer := service("s-1")
	sewer.Service = "sewer"
	r.Sales.Agreements = append(r.Sales.Agreements, sewer)
	r.Sales.Bills = append(r.Sales.Bills, billed("k", line(sewer, april, 100)))
	r.Sales.Books = booked(r.Sales.Bills[0], r.Sales.Bills[2])
	r.Uses = append(r.Uses, report.Use{Key: "M-1", Item: report.UnbilledMetered, Period: daysOf("[2026-05-01, 2026-05-02)"),
		Volume: volume("9 CCF"), Basis: "later"})
	audit := got(report.AuditWater(r))
	require.Equal(t, []string{
		"account A-w-1 agreement w-1 [2026-04-01, 2026-04-30): no bill has 29 days of its water",
		"account A-w-1 agreement w-1 bill " + april + " " + april + ": the books do not have it: it was not posted",
	}, told(audit.Left, words), "and none of the sewer")
	require.Equal(t, "4 CCF", audit.Row(report.UnbilledMetered).Water.String(), "a use of other days is none of these")
}

func TestAuditsThatCannotBe(t *testing.T) {
	for what, change := range map[string]func(*report.AuditRequest){
		"the report has no days":           func(r *report.AuditRequest) { r.Period.To = r.Period.From },
		"no unit that others convert to":   func(r *report.AuditRequest) { r.Unit = 0 },
		"which services are of this water": func(r *report.AuditRequest) { r.Services = nil },
		"there are no books":               func(r *report.AuditRequest) { r.Sales.Books = nil },
		"use F-1: it has no key":           func(r *report.AuditRequest) { r.Uses = append(r.Uses, r.Uses[0]) },
		"use : it has no key":              func(r *report.AuditRequest) { r.Uses[0].Key = "" },
		`it is "billed metered"`:           func(r *report.AuditRequest) { r.Uses[0].Item = report.BilledMetered },
		"use F-1: its days":                func(r *report.AuditRequest) { r.Uses[0].Basis = "" },
		"use P-1: its days, its volume":    func(r *report.AuditRequest) { r.Uses[1].Period.To = dayOf("2026-01-01") },
		"use F-1: its days, its volume":    func(r *report.AuditRequest) { r.Uses[0].Volume = metering.Volume{} },
		"the district has 0 unmetered services on its bills": func(r *report.AuditRequest) {
			r.Sales.Agreements = append(r.Sales.Agreements, flat("f-1"))
		},
		"or the volume is below zero":          func(r *report.AuditRequest) { r.Uses[0].Volume = volume("-1 gal") },
		"use F-1: E_UNIT":                      func(r *report.AuditRequest) { r.Uses[0].Volume = volume("1 billing_unit") },
		`"own sources" cannot be left away`:    func(r *report.AuditRequest) { r.Without = append(r.Without, report.OwnSources) },
		"no unbilled metered, and some is":     func(r *report.AuditRequest) { r.Without = append(r.Without, report.UnbilledMetered) },
		"data_handling: it is -1 gal; state 0": func(r *report.AuditRequest) { r.DataHandling = some("-1 gal") },
		"unauthorized: E_UNIT":                 func(r *report.AuditRequest) { r.Unauthorized = some("1 billing_unit") },
		"source W-1: it is imported, of which there": func(r *report.AuditRequest) {
			r.Supply.Sources[0].Item, r.Supply.Without = report.Imported, []report.Item{report.Imported}
		},
	} {
		r := balanced(1)
		change(&r)
		err := failure(report.AuditWater(r))
		require.Error(t, err, what)
		require.NotRegexp(t, `^\S+$`, err.Error())
		if what != "use F-1: E_UNIT" && what != "unauthorized: E_UNIT" {
			require.ErrorContains(t, err, what)
		} else {
			require.ErrorIs(t, err, report.ErrWater)
		}
	}
}

func TestABalanceTiesAndOrderHasNoEffect(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := anyTown(t)
		r := balanced(1)
		r.Sales, r.Period = s, daysOf("[2026-02-03, 2026-04-20)")
		r.Supply = report.Supply{Without: []report.Item{report.Imported, report.Exported}, Sources: []report.Source{{ID: "W", Item: report.OwnSources}}}
		r.Supply.Supplied = []report.Supplied{supplied("W", "[2026-01-01, 2026-03-01)", "60 CCF"),
			supplied("W", "[2026-03-01, 2026-05-01)", fmt.Sprint(rapid.IntRange(0, 400).Draw(t, "well"), " CCF"))}
		audit := got(report.AuditWater(r))
		sum := func(items ...report.Item) exact.Ratio {
			sum := exact.Ratio{}
			for _, i := range items {
				sum = sum.Add(audit.Row(i).Water.Amount)
			}
			return sum
		}
		require.True(t, sum(report.BilledMetered, report.BilledUnmetered, report.UnbilledMetered, report.UnbilledUnmetered).Equal(sum(report.Authorized)))
		require.True(t, sum(report.Unauthorized, report.MeterInaccuracy, report.DataHandling).Equal(sum(report.ApparentLosses)))
		if audit.Row(report.WaterLosses).State != report.Unknown {
			require.True(t, sum(report.Authorized, report.WaterLosses).Equal(sum(report.WaterSupplied)))
			require.GreaterOrEqual(t, sum(report.WaterLosses).Sign(), 0)
		}
		if audit.Row(report.RealLosses).State != report.Unknown {
			require.True(t, sum(report.ApparentLosses, report.RealLosses).Equal(sum(report.WaterLosses)))
		}
		require.True(t, audit.AsBilled.Amount.Add(audit.Lag.Amount).Equal(sum(report.BilledMetered)))
		seed := rapid.Uint64().Draw(t, "seed")
		r.Sales, r.Uses, r.Supply.Supplied, r.Without = mixed(s, seed), shuffled(r.Uses, seed), shuffled(r.Supply.Supplied, seed), shuffled(r.Without, seed)
		require.Equal(t, audit, got(report.AuditWater(r)))
	})
}
