package rates_test

import (
	"errors"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/problem"
	"github.com/headgate-dev/headgate/billing/rates"
)

// sound is a book with something of each kind. The faults below are put into it.
func sound() rates.Book {
	s := define(withFacts(schedule(
		charge("base", rates.Fixed{Amount: table("meter_size", "5/8", "10.00", "1", "20.00")}),
		charge("water", rates.Tiered{Tiers: rates.TierList{{UpTo: num("10"), Price: num("1.00")}, {UpTo: num("20"), Price: num("2.00")}, {Price: num("3.00")}}}),
		when(charge("drought", rates.PerUnit{Of: formula("min(usage, allotment)"), Price: table("season", "dry", "0.25", "wet", "0.10")}), "meter_size", "5/8"),
		inSeason("dry", charge("tax", rates.Percent{Rate: num("8"), Of: []string{"base", "water"}})),
		charge("minimum", rates.Minimum{Amount: num("5.00"), Of: []string{"water"}}),
		charge("credit", rates.Credit{Amount: num("5.00"), Cap: num("4.00"), Of: []string{"base"}}),
		charge("fee", rates.Computed{Amount: formula("units * 2")})),
		texts("meter_size", "5/8", "1"), number("units")),
		rates.Definition{Name: "allotment", Value: formula("units * 6")},
		rates.Definition{Name: "band", Value: rates.Joined{Names: []string{"meter_size", "season"}, With: "|"}})
	s.Seasons = rates.Seasons{Select: rates.SplitByDay, Starts: []rates.SeasonStart{{Name: "dry", Month: 5, Day: 1}, {Name: "wet", Month: 11, Day: 1}}}
	s.Proration = rates.Proration{Over: rates.StatedDays, Days: 30, Fixed: true}
	first := s.Versions[0]
	first.From, first.To = day("2024-07-01"), day("2025-07-01")
	second := s.Versions[0]
	second.From = day("2025-07-01")
	second.Charges = append([]rates.Charge(nil), second.Charges...)
	second.Definitions = append([]rates.Definition(nil), second.Definitions...)
	s.Versions = []rates.Version{first, second}
	return book(s)
}

// fault is what is wrong with a book that is otherwise sound.
type fault struct {
	name string
	make func(s *rates.Schedule, v *rates.Version)
	code problem.Code
	path string
}

// facts makes a fault of what the schedule may ask.
func facts(change func(f []rates.Fact) []rates.Fact) func(*rates.Schedule, *rates.Version) {
	return func(s *rates.Schedule, _ *rates.Version) { s.Facts = change(s.Facts) }
}

func prorations(p rates.Proration) func(*rates.Schedule, *rates.Version) {
	return func(s *rates.Schedule, _ *rates.Version) { s.Proration = p }
}

func seasons(starts ...rates.SeasonStart) func(*rates.Schedule, *rates.Version) {
	return func(s *rates.Schedule, _ *rates.Version) { s.Seasons.Starts = append(s.Seasons.Starts, starts...) }
}

// scheduleFaults are what is wrong with a schedule and its dates. Those of a
// version are made in the second one.
func scheduleFaults() []fault {
	const at = "schedules[0]"
	const in = "schedules[0].versions[1]"
	return []fault{
		{"no ID", func(s *rates.Schedule, _ *rates.Version) { s.ID = "" }, rates.ErrUnset, at + ".id"},
		{"no unit", func(s *rates.Schedule, _ *rates.Version) { s.Unit = 0 }, rates.ErrUnset, at + ".unit"},
		{"no such unit", func(s *rates.Schedule, _ *rates.Version) { s.Unit = 200 }, rates.ErrUnset, at + ".unit"},
		{"no rounding mode", func(s *rates.Schedule, _ *rates.Version) { s.Rounding.Mode = 0 }, rates.ErrUnset, at + ".rounding"},
		{"no rounding place", func(s *rates.Schedule, _ *rates.Version) { s.Rounding.Place = 0 }, rates.ErrUnset, at + ".rounding"},
		{"no select", func(s *rates.Schedule, _ *rates.Version) { s.Select = 0 }, rates.ErrUnset, at + ".select"},
		{"no such select", func(s *rates.Schedule, _ *rates.Version) { s.Select = rates.BlendByDay + 1 }, rates.ErrUnset, at + ".select"},
		{"no usage rule", func(s *rates.Schedule, _ *rates.Version) { s.Usage = 0 }, rates.ErrUnset, at + ".usage"},
		{"no such usage rule", func(s *rates.Schedule, _ *rates.Version) { s.Usage = 9 }, rates.ErrUnset, at + ".usage"},
		{"no proration", prorations(rates.Proration{}), rates.ErrUnset, at + ".proration.over"},
		{"no such proration", prorations(rates.Proration{Over: rates.MonthDays + 1, Fixed: true}), rates.ErrUnset, at + ".proration.over"},
		{"a denominator of no days", prorations(rates.Proration{Over: rates.StatedDays, Fixed: true}), rates.ErrBounds, at + ".proration.days"},
		{"a denominator above a leap year", prorations(rates.Proration{Over: rates.StatedDays, Days: 367, Fixed: true}), rates.ErrBounds, at + ".proration.days"},
		{"days and month days", prorations(rates.Proration{Over: rates.MonthDays, Days: 30, Fixed: true}), rates.ErrRule, at + ".proration.days"},
		{"not prorated and scaling", prorations(rates.Proration{Over: rates.NotProrated, Tiers: true}), rates.ErrRule, at + ".proration"},
		{"prorated and scaling nothing", prorations(rates.Proration{Over: rates.MonthDays}), rates.ErrRule, at + ".proration"},
		{"no season select", func(s *rates.Schedule, _ *rates.Version) { s.Seasons.Select = 0 }, rates.ErrUnset, at + ".seasons.select"},
		{"a season without a name", seasons(rates.SeasonStart{Month: 12, Day: 1}), rates.ErrUnset, at + ".seasons.starts[2].name"},
		{"a season on 29 February", func(s *rates.Schedule, _ *rates.Version) { s.Seasons.Starts[0].Month, s.Seasons.Starts[0].Day = 2, 29 }, rates.ErrBounds, at + ".seasons.starts[0]"},
		{"a season on 31 November", func(s *rates.Schedule, _ *rates.Version) { s.Seasons.Starts[1].Day = 31 }, rates.ErrBounds, at + ".seasons.starts[1]"},
		{"a season in no month", seasons(rates.SeasonStart{Name: "x", Day: 1}), rates.ErrBounds, at + ".seasons.starts[2]"},
		{"seasons out of order", seasons(rates.SeasonStart{Name: "x", Month: 3, Day: 1}), rates.ErrRule, at + ".seasons.starts[2]"},
		{"two seasons on one day", seasons(rates.SeasonStart{Name: "x", Month: 11, Day: 1}), rates.ErrRule, at + ".seasons.starts[2]"},
		{"a fact without a name", facts(func(f []rates.Fact) []rates.Fact { return append(f, number("")) }), rates.ErrName, at + ".facts[2].name"},
		{"a fact that formulas cannot read", facts(func(f []rates.Fact) []rates.Fact { return append(f, number("meter-size")) }), rates.ErrName, at + ".facts[2].name"},
		{"a fact called usage", facts(func(f []rates.Fact) []rates.Fact { return append(f, number("usage")) }), rates.ErrName, at + ".facts[2].name"},
		{"a fact called days", facts(func(f []rates.Fact) []rates.Fact { return append(f, number("days")) }), rates.ErrName, at + ".facts[2].name"},
		{"a fact called season", facts(func(f []rates.Fact) []rates.Fact { return append(f, texts("season")) }), rates.ErrName, at + ".facts[2].name"},
		{"a fact called min", facts(func(f []rates.Fact) []rates.Fact { return append(f, number("min")) }), rates.ErrName, at + ".facts[2].name"},
		{"two facts of one name", facts(func(f []rates.Fact) []rates.Fact { return append(f, number("units")) }), rates.ErrDuplicate, at + ".facts[2].name"},
		{"a fact of no type", facts(func(f []rates.Fact) []rates.Fact { return append(f, rates.Fact{Name: "x"}) }), rates.ErrUnset, at + ".facts[2].type"},
		{"a number with allowed texts", facts(func(f []rates.Fact) []rates.Fact {
			return append(f, rates.Fact{Name: "x", Type: rates.NumberFact, Allowed: []string{"1"}})
		}), rates.ErrRule, at + ".facts[2].allowed"},
		{"a fact that is allowed one text twice", facts(func(f []rates.Fact) []rates.Fact { return append(f, texts("x", "a", "b", "a")) }), rates.ErrDuplicate, at + ".facts[2].allowed[2]"},
		{"no such rule for a change", facts(func(f []rates.Fact) []rates.Fact { return append(f, changing(texts("x"), rates.BlendByDay+1)) }), rates.ErrUnset, at + ".facts[2].change"},
		{"no versions", func(s *rates.Schedule, _ *rates.Version) { s.Versions = nil }, rates.ErrUnset, at + ".versions"},
		{"a first version without an end", func(s *rates.Schedule, _ *rates.Version) { s.Versions[0].To = civil.Date{} }, rates.ErrUnset, at + ".versions[0].to"},
		{"a second version without a first day", func(s *rates.Schedule, v *rates.Version) { v.From = civil.Date{} }, rates.ErrUnset, in + ".from"},
		{"days without a version", func(_ *rates.Schedule, v *rates.Version) { v.From = day("2025-07-02") }, rates.ErrVersionGap, in + ".from"},
		{"days of two versions", func(_ *rates.Schedule, v *rates.Version) { v.From = day("2025-06-30") }, rates.ErrVersionOverlap, in + ".from"},
		{"a version that ends as it begins", func(_ *rates.Schedule, v *rates.Version) { v.To = day("2025-07-01") }, rates.ErrVersionOverlap, in + ".to"},
		{"no charges", func(_ *rates.Schedule, v *rates.Version) { v.Charges = nil }, rates.ErrUnset, in + ".charges"},
	}
}

func TestCompileFaults(t *testing.T) {
	_, err := rates.Compile(sound())
	require.NoError(t, err)
	for _, f := range slices.Concat(scheduleFaults(), nameFaults(), valueFaults(), chargeFaults()) {
		t.Run(f.name, func(t *testing.T) {
			b := sound()
			s := &b.Schedules[0]
			f.make(s, &s.Versions[1])
			requireFaults(t, b, f)
		})
	}
}

// requireFaults is that a book does not compile, for these reasons and no others.
func requireFaults(t *testing.T, b rates.Book, want ...fault) {
	t.Helper()
	engine, err := rates.Compile(b)
	require.Nil(t, engine)
	var list problem.List
	require.True(t, errors.As(err, &list), "%v", err)
	for _, p := range list {
		require.True(t, p.What != "" || p.Err != nil, "reason of %v", p)
		require.NotEmpty(t, p.Fix, "remedy of %v", p)
	}
	type place struct {
		code problem.Code
		path string
	}
	var wanted, found []place
	for _, f := range want {
		wanted = append(wanted, place{f.code, f.path})
	}
	for _, p := range list {
		found = append(found, place{p.Code, p.Path})
	}
	require.Equal(t, wanted, found, "%v", err)
}
