package metering_test

import (
	"strings"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/billing/approval"
	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/metering"
)

// must keeps the examples and the tests short; a host handles each error.
func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

func number(text string) exact.Number { return must(exact.ParseNumber(text)) }

func ratio(text string) exact.Ratio { return must(exact.Parse(text)) }

func date(text string) civil.Date { return civil.MustDate(text) }

func period(from, to string) civil.Period { return must(civil.NewPeriod(date(from), date(to))) }

// dials is a register of n dials that counts units one by one.
func dials(n int, unit metering.Unit) metering.Register {
	return metering.Register{ID: "1", Dials: n, Multiplier: number("1"), Unit: unit}
}

func times(m string, r metering.Register) metering.Register {
	r.Multiplier = number(m)
	return r
}

func named(id string, r metering.Register) metering.Register {
	r.ID = id
	return r
}

// actual is a reading of a register of meter 7088.
func actual(r metering.Register, digits int64, day string) metering.Reading {
	return metering.Reading{Meter: "7088", Register: r.ID, State: metering.Read, Digits: digits, Day: date(day), Source: metering.Actual}
}

func noRead(r metering.Register, day string) metering.Reading {
	return metering.Reading{Meter: "7088", Register: r.ID, State: metering.NoRead, Day: date(day)}
}

func base(r metering.Register, digits int64, day string) metering.Baseline {
	return must(metering.Open(r, actual(r, digits, day)))
}

// estimatedBase is where an estimate has put the register.
func estimatedBase(r metering.Register, digits int64, day string) metering.Baseline {
	b := base(r, digits, day)
	b.Source, b.Estimates = metering.Estimated, 1
	return b
}

// leftBy is the baseline that the estimates billed since last have left, of a register that counts one by one.
func leftBy(last metering.Baseline, billed []metering.Cycle) metering.Baseline {
	last.Source, last.Estimates = metering.Estimated, len(billed)
	for _, c := range billed {
		use, _ := c.Use.Ratio().Floor(0).Int64()
		last.Digits, last.Day = (last.Digits+use)%last.Register.Modulus(), c.Period.To
	}
	return last
}

// exchanged measures the last meter from where its exchange opens it, with Between.
func exchanged(
	from metering.Baseline, list []metering.Exchange, r metering.Register, to metering.Reading, unit metering.Unit, rule metering.DeltaRule, gap *metering.Basis,
) (metering.Measurement, error) {
	var last metering.Measurement
	if len(list) > 0 {
		if start, err := list[len(list)-1].Opens(); err == nil {
			if last, err = metering.Between(start, r, to, rule); err != nil {
				return metering.Measurement{}, err
			}
		}
	}
	return metering.Exchanged(from, list, last, unit, rule, gap)
}

// checked is a measurement that has had a check, which found nothing.
func checked(m metering.Measurement) metering.Measurement {
	return m.With(must(metering.CheckDays(m.Days(), 400)))
}

// classMean is a stated daily use.
func classMean(daily string) metering.EstimateMethod {
	return metering.EstimateMethod{Title: "class", Kind: metering.ClassMean, ClassDaily: must(metering.ParseVolume(daily))}
}

func refuse() metering.DeltaRule {
	return metering.DeltaRule{Tolerance: metering.StandardTolerance(), Rollover: metering.RefuseRollover}
}

func plausible(limit string) metering.DeltaRule {
	return metering.DeltaRule{
		Tolerance: metering.StandardTolerance(), Rollover: metering.IfPlausible, HighLimit: must(metering.ParseVolume(limit)),
	}
}

// The days of the tests, each 30 after the one before.
const (
	oct1  = "2026-10-01"
	oct31 = "2026-10-31"
	nov30 = "2026-11-30"
	dec30 = "2026-12-30"
)

// used measures from p to c over 30 days, and gives the use as text, or "none", and the codes.
func used(t require.TestingT, r metering.Register, p, c int64, rule metering.DeltaRule) (string, string, metering.Measurement) {
	m, err := metering.Between(base(r, p, oct1), r, actual(r, c, oct31), rule)
	require.NoError(t, err)
	return useOf(m), codesOf(m), m
}

func useOf(m metering.Measurement) string {
	use, known := m.Use()
	if !known {
		return "none"
	}
	return use.String()
}

func codesOf(m metering.Measurement) string { return codeNames(m.Exceptions()) }

func codeNames(list []metering.Exception) string {
	var names []string
	for _, e := range list {
		if strings.ContainsAny(e.Words, "{}") {
			panic("a number is missing in the words of " + e.String())
		}
		names = append(names, string(e.Code))
	}
	return strings.Join(names, " ")
}

func figureOf(t require.TestingT, e metering.Exception, what string) string {
	f, ok := e.Figure(what)
	require.True(t, ok, "%s has no figure %q", e, what)
	return f.String()
}

func sample(use string, unit metering.Unit, days int) metering.Sample {
	return metering.Sample{Use: ratio(use), Unit: unit, Days: days}
}

func cycleOf(from, to, use string, source metering.Source) metering.Cycle {
	return metering.Cycle{Period: period(from, to), Use: must(metering.ParseVolume(use)), Source: source}
}

// cycles are actual ones that follow one another to a day, each of so many days.
func cycles(to string, source metering.Source, days []int, uses []string) []metering.Cycle {
	end := date(to)
	list := make([]metering.Cycle, len(days))
	for i := len(days) - 1; i >= 0; i-- {
		from := must(end.AddDays(-days[i]))
		list[i] = metering.Cycle{Period: must(civil.NewPeriod(from, end)), Use: must(metering.ParseVolume(uses[i])), Source: source}
		end = from
	}
	return list
}

func person(id string) approval.Person { return must(approval.ParsePerson(id)) }

func losAngeles() *time.Location { return must(time.LoadLocation("America/Los_Angeles")) }

// noon is of the day before the last reading of the tests.
func noon() time.Time { return time.Date(2026, time.December, 29, 20, 0, 0, 0, time.UTC) }

func step(by, reason string) metering.Step {
	return metering.Step{By: person(by), At: noon(), Reason: reason}
}
