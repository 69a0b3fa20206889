package rates_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/rates"
	"github.com/headgate-dev/headgate/metering"
)

func numbers(all ...string) []exact.Number {
	ns := make([]exact.Number, len(all))
	for i, text := range all {
		ns[i] = must(exact.ParseNumber(text))
	}
	return ns
}

// A bound account prices as the same input does, whatever is a column.
func TestBindPricesAsPrice(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := &drawer{T: t}
		s, in := drawn(t, false)
		in.Meters = nil
		engine := compiled(t, s)
		units := pick(d, "1", "2.5", "0", "-3")
		whole := copied(in)
		whole.Changes = nil
		for _, c := range in.Changes {
			if c.Fact != "units" {
				whole.Changes = append(whole.Changes, c)
			}
		}
		settled := copied(whole)
		delete(settled.Facts, "units")
		whole.Facts["units"] = units

		quote, err := engine.Price(whole)
		bound, bindErr := engine.Bind(settled, "units")
		if bindErr != nil {
			require.Error(t, err)
			return
		}
		account := rates.Account{Usage: whole.Usage, Carried: whole.Carried, Columns: numbers(units)}
		require.Equal(t, told(quote, err), told(bound.Price(account)))
		total, totalErr := bound.Total(account)
		require.Equal(t, quote.Total, total)
		require.Equal(t, err == nil, totalErr == nil)
		unbound, bindErr := engine.Bind(whole)
		require.NoError(t, bindErr)
		account.Columns = nil
		require.Equal(t, told(quote, err), told(unbound.Price(account)))
	})
}

// Columns are taken in the order in which they were named.
func TestBindColumns(t *testing.T) {
	engine := compiled(t, westernBudget())
	in := rates.Input{Schedule: "s", Period: june(), Usage: volume("999", metering.CCF748), Facts: rates.Facts{"evapotranspiration": "4.65"}}
	bound, err := engine.Bind(in, "area", "persons")
	require.NoError(t, err)
	in.Facts["evapotranspiration"] = "0"
	for _, c := range []struct{ area, persons, lines string }{
		{"1500", "3", "water#1 6.60, water#2 9.20, water#3 444.00"},
		{"0", "3", "water#1 6.60, water#3 467.00"},
		{"1500", "0", "water#2 9.20, water#3 477.00"},
		{"1500", "3", "water#1 6.60, water#2 9.20, water#3 444.00"},
	} {
		quote, err := bound.Price(rates.Account{Usage: volume("100", metering.CCF748), Columns: numbers(c.area, c.persons)})
		require.NoError(t, err)
		require.Equal(t, c.lines, printed(lines(quote)))
		require.Equal(t, c.persons, quote.Input.Facts["persons"])
	}
	_, err = bound.Total(rates.Account{Usage: volume("-1", metering.CCF748), Columns: numbers("0", "3")})
	requireProblem(t, err, rates.ErrUsage)

	plain, err := compiled(t, schedule(fixed("base", "9.00"))).Bind(rates.Input{Schedule: "s", Period: june()})
	require.NoError(t, err)
	total, err := plain.Total(rates.Account{Usage: ccf("1")})
	require.NoError(t, err)
	require.Equal(t, int64(900), total.Cents())
}

// Facts that no one settled may all be columns.
func TestBindWithoutFacts(t *testing.T) {
	s := withFacts(schedule(charge("fee", rates.Computed{Amount: formula("a - b")})), number("a"), rates.Fact{Name: "b", Type: rates.AnyFact})
	bound, err := compiled(t, s).Bind(rates.Input{Schedule: "s", Period: june()}, "a", "b")
	require.NoError(t, err)
	total, err := bound.Total(rates.Account{Columns: numbers("5", "2.5")})
	require.NoError(t, err)
	require.Equal(t, int64(250), total.Cents())
}

func TestBindFaults(t *testing.T) {
	engine := compiled(t, westernBudget(), func() rates.Schedule {
		s := sized(rates.SplitByDay)
		s.ID = "sized"
		return s
	}())
	in := rates.Input{Schedule: "s", Period: june()}
	with := func(change func(*rates.Input)) rates.Input {
		other := in
		change(&other)
		return other
	}
	for _, c := range []struct {
		name    string
		in      rates.Input
		columns []string
		code    error
		path    string
	}{
		{"no such schedule", rates.Input{Schedule: "x"}, nil, rates.ErrNoSchedule, "schedule"},
		{"a column that is no fact", in, []string{"persons", "color"}, rates.ErrUnknownName, "columns[1]"},
		{"a column that is a text", rates.Input{Schedule: "sized", Period: june()}, []string{"meter_size"}, rates.ErrValueType, "columns[0]"},
		{"a column twice", in, []string{"persons", "area", "persons"}, rates.ErrDuplicate, "columns[2]"},
		{"a column that is bound", with(func(in *rates.Input) { in.Facts = rates.Facts{"persons": "3"} }), []string{"persons"}, rates.ErrDuplicate, "columns[0]"},
		{"a column that changes", with(func(in *rates.Input) {
			in.Changes = []rates.Change{{Fact: "persons", Value: "3", On: day("2026-06-11")}}
		}), []string{"persons"}, rates.ErrDuplicate, "columns[0]"},
		{"meters", with(func(in *rates.Input) { in.Meters = meters("1") }), nil, rates.ErrMeters, "meters"},
	} {
		t.Run(c.name, func(t *testing.T) {
			bound, err := engine.Bind(c.in, c.columns...)
			require.Nil(t, bound)
			require.ErrorIs(t, err, c.code)
			require.ErrorContains(t, err, c.path+": ")
		})
	}
	bound, err := engine.Bind(in, "persons", "area")
	require.NoError(t, err)
	for _, columns := range [][]exact.Number{nil, numbers("1"), numbers("1", "2", "3")} {
		_, err = bound.Price(rates.Account{Usage: ccf("1"), Columns: columns})
		requireProblem(t, err, rates.ErrMissingFact)
	}
	_, err = engine.Bind(with(func(in *rates.Input) { in.Period = civil.Period{} }), "persons", "area")
	requireProblem(t, err, rates.ErrNoPeriod)
}
