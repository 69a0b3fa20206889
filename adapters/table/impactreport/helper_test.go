package impactreport_test

import (
	"flag"
	"fmt"
	"math"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/adapters/ratefile"
	"github.com/headgate-dev/headgate/adapters/table/impactreport"
	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/problem"
	"github.com/headgate-dev/headgate/billing/ratecheck"
	"github.com/headgate-dev/headgate/billing/rates"
	"github.com/headgate-dev/headgate/metering"
)

var update = flag.Bool("update", false, "write the golden files anew")

func engineOf(t testing.TB, name string) *rates.Engine {
	t.Helper()
	src, err := os.ReadFile(name)
	require.NoError(t, err)
	file, err := ratefile.Parse(name, src)
	require.NoError(t, err)
	engine, err := file.Compile()
	require.NoError(t, err)
	return engine
}

// books are the rates of a district, and a proposal that is invented.
func books(t testing.TB) (before, after *rates.Engine) {
	return engineOf(t, "../../../examples/price/books/marina-coast-2018.yaml"), engineOf(t, "../../../examples/ratestudy/books/proposal.yaml")
}

// march is a bill of March 2018, without usage.
func march(schedule, size string) rates.Input {
	return rates.Input{Schedule: schedule, Period: civil.MustPeriod("[2018-03-01, 2018-04-01)"), Facts: rates.Facts{"meter_size": size}}
}

var names = map[string]string{
	"central-water": "Central Marina water", "ord-water": "Ord Community water", "central-fire": "Central Marina fire lines", "ord-fire": "Ord Community fire lines",
}

// invented puts accounts that nobody has into a study: made by arithmetic, so that they are the
// same always. Small meters are common, and most of them use little.
func invented(t testing.TB, study *ratecheck.Study, accounts int) {
	meters := []string{"3/4", "5/8", "3/4", "1", "3/4", "5/8", "1 1/2", "3/4", "2", "5/8", "3/4", "1", "3/4", "5/8", "3/4", "5/8", "3/4", "3/4", "3/4", "5/8"}
	times := map[string]int{"1": 2, "1 1/2": 3, "2": 5}
	for i := range accounts {
		area := "ord"
		if i%3 == 0 {
			area = "central"
		}
		class, in := area+"-water", march(area+"-water", meters[i*7%len(meters)])
		if i%40 == 39 {
			class, in = area+"-fire", march(area+"-fire", []string{"2", "4", "6"}[i/40%3])
		} else {
			// The product of two even spreads is a skewed one.
			tenths := (i*103%97 + 3) * (i*31%89 + 8) * 3 / 97 * max(times[in.Facts["meter_size"]], 1)
			var err error
			in.Usage, err = metering.VolumeOf(fmt.Sprintf("%d.%d", tenths/10, tenths%10), metering.CCF748)
			require.NoError(t, err)
		}
		a := ratecheck.Account{ID: fmt.Sprintf("invented-%04d", i+1), Pos: problem.Pos{File: "accounts.csv", Line: i + 2}, Class: names[class], Before: in, After: in}
		switch i % 1000 {
		case 307:
			a.Before.Facts, a.After.Facts = rates.Facts{"meter_size": "10"}, rates.Facts{"meter_size": "10"}
		case 308:
			a.After.Facts = rates.Facts{}
		}
		_ = study.Add(&a) // what is refused is counted
	}
	study.LeaveOut("", &problem.Error{Code: "E_CSV", What: "the line is no row"})
}

// proposal is the report on a proposal for invented accounts.
func proposal(t testing.TB, accounts int) impactreport.Report {
	before, after := books(t)
	study := ratecheck.NewStudy(before, after)
	invented(t, study, accounts)
	impact, err := study.Impact()
	require.NoError(t, err)
	var customers []ratecheck.Customer
	for _, area := range []string{"ord", "central"} {
		for _, size := range []string{"3/4", "1", "2"} {
			in := march(area+"-water", size)
			customers = append(customers, ratecheck.Customer{Class: names[area+"-water"], Label: size + " inch meter", Before: in, After: in})
		}
	}
	fire := march("ord-fire", "4")
	customers = append(customers, ratecheck.Customer{Class: names["ord-fire"], Label: "4 inch fire line", Before: fire, After: fire})
	return impactreport.Report{
		Title:  "What the proposed water rates would do",
		Before: impactreport.Book{Name: "Marina Coast Water District, 2018", Engine: before},
		After:  impactreport.Book{Name: "An invented proposal", Engine: after},
		Impact: impact,
		Differences: []impactreport.Sentence{
			{From: civil.MustDate("2018-01-01"), About: "Ord Community water", Text: "Base charge for meter size 3/4 falls from $38.79 to $36.50 (-$2.29, -5.9%)", Source: "an invented proposal"},
			{From: civil.MustDate("2018-01-01"), About: "Ord Community water", Text: "Water in tier 2 rises from $5.65 to $6.10 for each CCF (+$0.45, +8.0%)", Source: "an invented proposal"},
			{From: civil.MustDate("2018-01-01"), About: "Ord Community water", Text: "Water in tier 3 rises from $7.62 to $8.75 for each CCF (+$1.13, +14.8%)", Source: "an invented proposal"},
			{About: "Central Marina water", Text: "Water in tier 2 rises from $3.19 to $3.45 for each CCF (+$0.26, +8.2%)"},
		},
		Customers: customers,
		Income:    money.Cents(72_000_00),
		Notes: []string{
			"The accounts are invented, and so is the proposal.",
			"The last day of the rates, rounding, splitting, proration, usage and changes of a meter are placeholders in the book of 2018.",
		},
		Proof: []impactreport.Proof{
			{What: "12 laws of rates", Result: "hold", Good: true},
			{What: "50 checks of the book before", Result: "hold", Good: true},
		},
	}
}

func written(t testing.TB, r impactreport.Report) string {
	t.Helper()
	var b strings.Builder
	require.NoError(t, r.WriteHTML(&b))
	return b.String()
}

// manyClasses is a report on so many classes, each with so many customers.
func manyClasses(t testing.TB, classes, customers int) impactreport.Report {
	r := proposal(t, 10)
	r.Customers = nil
	sizes := []string{"5/8", "3/4", "1", "1 1/2", "2"}
	study := ratecheck.NewStudy(r.Before.Engine, r.After.Engine)
	for class := range classes {
		name := fmt.Sprintf("Class %02d", class+1)
		for i := range 60 {
			in := march([]string{"ord-water", "central-water"}[class%2], sizes[i%5])
			var err error
			in.Usage, err = metering.VolumeOf(fmt.Sprintf("%d.%03d", (i*17+class)%40, i*37%1000), metering.CCF748)
			require.NoError(t, err)
			require.NoError(t, study.Add(&ratecheck.Account{ID: fmt.Sprintf("%d-%d", class, i), Class: name, Before: in, After: in}))
		}
		for c := range customers {
			in := march([]string{"ord-water", "central-water"}[class%2], sizes[c])
			r.Customers = append(r.Customers, ratecheck.Customer{Class: name, Label: sizes[c] + " inch meter", Before: in, After: in})
		}
	}
	impact, err := study.Impact()
	require.NoError(t, err)
	r.Impact = impact
	return r
}

// contrastToWhite is the contrast of a color with white, as WCAG reckons it.
func contrastToWhite(t testing.TB, hex string) float64 {
	linear := func(part string) float64 {
		n, err := strconv.ParseUint(part, 16, 8)
		require.NoError(t, err)
		if v := float64(n) / 255; v > 0.04045 {
			return math.Pow((v+0.055)/1.055, 2.4)
		} else {
			return v / 12.92
		}
	}
	return 1.05 / (0.2126*linear(hex[:2]) + 0.7152*linear(hex[2:4]) + 0.0722*linear(hex[4:]) + 0.05)
}
