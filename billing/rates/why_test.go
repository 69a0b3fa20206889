package rates_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/headgate-dev/headgate/billing/rates"
)

// why tells two bills apart, and checks what holds of every difference.
func why(t require.TestingT, before, after rates.Case) rates.Difference {
	d, err := rates.Why(before, after)
	require.NoError(t, err)
	requireTold(t, d)
	return d
}

// requireTold is what holds of every difference: the causes sum to it, each had an
// effect, the effects sum to it, and the kinds are in order.
func requireTold(t require.TestingT, d rates.Difference) {
	sum := int64(0)
	last := rates.CauseKind(0)
	for _, c := range d.Causes {
		require.NotZero(t, c.Amount.Cents(), "%s had no effect", c)
		require.NotEmpty(t, c.Text)
		sum += c.Amount.Cents()
		effects := int64(0)
		for _, e := range c.Effects {
			require.NotZero(t, e.Amount.Cents())
			effects += e.Amount.Cents()
		}
		require.Equal(t, c.Amount.Cents(), effects, "%s", d)
		require.GreaterOrEqual(t, c.Kind, last, "%s", d)
		last = c.Kind
	}
	require.Equal(t, d.After.Total.Cents()-d.Before.Total.Cents(), sum, "%s", d)
}

// kinds are the kinds of the causes, each once, in their order.
func kinds(d rates.Difference) []string {
	var all []string
	for _, c := range d.Causes {
		if len(all) == 0 || all[len(all)-1] != c.Kind.String() {
			all = append(all, c.Kind.String())
		}
	}
	return all
}

// whyCase is two bills and what tells them apart, line for line.
type whyCase struct {
	name          string
	before, after rates.Case
	want          string
}

func TestWhyIsToldInOrder(t *testing.T) {
	size := texts("meter_size", "3/4", "1")
	stage := changing(texts("stage", "1", "2"), rates.SplitByDay)
	bySize := charge("base", rates.Fixed{Amount: table("meter_size", "3/4", "48.94", "1", "80.00")})
	bySize.Text = "Base charge"
	flow := tiered("water", "10", "4.90", "9.55")
	flow.Text = "Water"
	ord := schedule(bySize, flow)
	ord.Facts = []rates.Fact{size}
	engine := compiled(t, ord)
	at := func(e *rates.Engine, in rates.Input) rates.Case { return rates.Case{Engine: e, Input: in} }
	in := func(usage string, pairs ...string) rates.Input {
		f := rates.Facts{"meter_size": "3/4"}
		for i := 0; i+1 < len(pairs); i += 2 {
			f[pairs[i]] = pairs[i+1]
		}
		return input(usage, f)
	}

	newFlow := tiered("water", "8", "5.00", "10.00")
	newFlow.Text = "Water"
	tax := charge("tax", rates.Percent{Rate: num("5"), Of: []string{"water"}})
	tax.Text = "Utility tax"
	fee := perUnit("fee", "0.25")
	fee.Text = "Conservation fee"
	gone := fixed("gone", "2.00")
	gone.Text = "Capital fee"
	taxed := schedule(bySize, flow, tax, gone)
	taxed.Facts = []rates.Fact{size}
	next := from(taxed, "2026-07-01", bySize, newFlow, tax, fee)
	july := func(in rates.Input, to string) rates.Input { in.Period = days("2026-07-01", to); return in }

	staged := schedule(flow, when(fee, "stage", "2"))
	staged.Facts = []rates.Fact{stage}
	changed := input("13", rates.Facts{"stage": "1"})
	changed.Changes = []rates.Change{{Fact: "stage", Value: "2", On: day("2026-06-16")}}

	sized := schedule(bySize, flow)
	sized.Facts = []rates.Fact{size}
	small := schedule(charge("base", rates.Fixed{Amount: table("meter_size", "3/4", "48.94")}), flow)
	small.Facts = []rates.Fact{texts("meter_size", "3/4")}

	daily := schedule(fixed("base", "30"), flow)
	daily.Proration = rates.Proration{Over: rates.StatedDays, Days: 30, Fixed: true}

	dearer := from(daily, "2026-07-01", fixed("base", "60"), flow)
	halfway := input("10", nil)
	halfway.Period = days("2026-06-16", "2026-07-16")

	seasonal := schedule(charge("water", rates.PerUnit{Price: table("season", "summer", "6", "winter", "4")}))
	seasonal.Seasons = rates.Seasons{Select: rates.ByPeriodStart, Starts: []rates.SeasonStart{{Name: "summer", Month: 5, Day: 1}, {Name: "winter", Month: 11, Day: 1}}}
	may := input("10", nil)
	may.Period = days("2026-04-01", "2026-05-01")

	meters := func(all ...rates.Meter) rates.Input { return rates.Input{Schedule: "s", Period: june(), Meters: all} }
	each := schedule(charge("base", rates.Fixed{Amount: num("10")}), perUnit("water", "2"))
	each.Versions[0].Charges[0].Per, each.Versions[0].Charges[1].Per = rates.PerMeter, rates.PerMeter
	perEach := compiled(t, each)

	for _, c := range []whyCase{
		{"the same", at(engine, in("13")), at(engine, in("13")), "The bill is $126.59, as before"},
		{"usage", at(engine, in("10")), at(engine, in("13")), `The bill is $126.59, $28.65 more than the $97.94 before
  +$28.65 you used 3 CCF more, 13 instead of 10, in tier 2
    Water +$28.65: 3 CCF in tier 2 at $9.55`},
		{"usage falls over a bound", at(engine, in("13")), at(engine, in("8.5")), `The bill is $90.59, $36.00 less than the $126.59 before
  -$36.00 you used 4.5 CCF less, 8.5 instead of 13, in tiers 1 and 2
    Water -$36.00: 8.5 CCF in tier 1 at $4.90 instead of 10, none in tier 2 instead of 3 CCF at $9.55`},
		{"a fact, then usage", at(engine, in("10")), at(engine, in("11", "meter_size", "1")), `The bill is $138.55, $40.61 more than the $97.94 before
  +$31.06 meter size 1 instead of 3/4
    Base charge +$31.06: $80.00 instead of $48.94
  +$9.55 you used 1 CCF more, 11 instead of 10, in tier 2
    Water +$9.55: 1 CCF in tier 2 at $9.55`},
		{"facts that are not asked for", at(engine, in("10")), at(engine, in("10", "account", "7")), "The bill is $97.94, as before"},
		{"a fact that changes inside the period", at(compiled(t, staged), input("13", rates.Facts{"stage": "1"})), at(compiled(t, staged), changed),
			`The bill is $79.28, $1.63 more than the $77.65 before
  +$1.63 stage 1, then 2 from 2026-06-16, where it was 1
    Conservation fee +$1.63: 6.5 CCF at $0.25`},
		{"new rates, usage at the new rates, charges that come and go", at(compiled(t, next), in("10")), at(compiled(t, next), july(in("11"), "2026-07-31")),
			`The bill is $125.19, $22.80 more than the $102.39 before
  +$11.00 new rates for Water: 8 CCF in tier 1 at $5.00 instead of 10 CCF at $4.90, 2 CCF in tier 2 at $10.00
  +$0.55 Utility tax follows the new rates: 5% of $60.00 instead of $49.00
  +$10.50 you used 1 CCF more, 11 instead of 10, in tier 2
    Water +$10.00: 3 CCF in tier 2 at $10.00 instead of 2
    Utility tax +$0.50: 5% of $70.00 instead of $60.00
  +$2.75 Conservation fee is new: 11 CCF at $0.25
  -$2.00 Capital fee is no longer charged`},
		{"days under the old prices, then the season", at(compiled(t, seasonal), may), at(compiled(t, seasonal), input("10", nil)),
			`The bill is $60.00, $20.00 more than the $40.00 before
  +$20.00 the season is summer, where it was winter
    water +$20.00: 10 CCF at $6.00 instead of $4.00`},
		{"days", at(compiled(t, daily), input("10", nil)), at(compiled(t, daily), july(input("10", nil), "2026-08-01")),
			`The bill is $80.00, $1.00 more than the $79.00 before
  +$1.00 the bill is for 31 days instead of 30
    base +$1.00: $31.00 instead of $30.00`},
		{"days at the old price, then the new one", at(compiled(t, dearer), input("10", nil)), at(compiled(t, dearer), july(input("10", nil), "2026-08-01")),
			`The bill is $111.00, $32.00 more than the $79.00 before
  +$1.00 the bill is for 31 days instead of 30
    base +$1.00: $31.00 instead of $30.00
  +$31.00 new rates for base: $62.00 instead of $31.00`},
		{"a bill half under the old rates", at(compiled(t, dearer), halfway), at(compiled(t, dearer), july(input("10", nil), "2026-07-31")),
			`The bill is $109.00, $15.00 more than the $94.00 before
  +$15.00 new rates for base: $60.00 instead of $45.00`},
		{"a size that the old book lacks waits for the new one", at(compiled(t, small), in("10")), at(compiled(t, sized), in("10", "meter_size", "1")),
			`The bill is $129.00, $31.06 more than the $97.94 before
  +$31.06 meter size 1 instead of 3/4
    Base charge +$31.06: $80.00 instead of $48.94`},
		{"a meter that is new", at(perEach, meters(rates.Meter{ID: "A", Usage: ccf("3")})), at(perEach, meters(rates.Meter{ID: "B", Usage: ccf("1")}, rates.Meter{ID: "A", Usage: ccf("5")})),
			`The bill is $32.00, $16.00 more than the $16.00 before
  +$12.00 meter B is new on the bill
    base +$10.00: meter B $10.00
    water +$2.00: meter B 1 CCF at $2.00
  +$4.00 meter A used 2 CCF more, 5 instead of 3
    water +$4.00: meter A 5 CCF at $2.00 instead of 3`},
	} {
		t.Run(c.name, func(t *testing.T) {
			require.Equal(t, c.want, why(t, c.before, c.after).String())
		})
	}
}

func TestWhyRefusesWhatHasNoPrice(t *testing.T) {
	s := schedule(charge("base", rates.Fixed{Amount: table("size", "a", "1")}))
	s.Facts = []rates.Fact{texts("size", "a")}
	good := rates.Case{Engine: compiled(t, s), Input: input("1", rates.Facts{"size": "a"})}
	bad := rates.Case{Engine: good.Engine, Input: input("1", nil)}
	_, err := rates.Why(bad, good)
	require.Equal(t, "before.size", requireProblem(t, err, rates.ErrMissingFact).Path)
	_, err = rates.Why(good, bad)
	require.Equal(t, "after.size", requireProblem(t, err, rates.ErrMissingFact).Path)
	_, err = rates.Why(good, rates.Case{Input: good.Input})
	require.Equal(t, "after", requireProblem(t, err, rates.ErrUnset).Path)
}

func TestBriefKeepsTheSum(t *testing.T) {
	size := texts("meter_size", "3/4", "1")
	s := schedule(charge("base", rates.Fixed{Amount: table("meter_size", "3/4", "10", "1", "20")}), perUnit("water", "2"))
	s.Facts = []rates.Fact{size}
	next := s
	next.Versions = []rates.Version{{Charges: []rates.Charge{s.Versions[0].Charges[0], perUnit("water", "3"), fixed("fee", "1")}}}
	d := why(t, rates.Case{Engine: compiled(t, s), Input: input("5", rates.Facts{"meter_size": "3/4"})},
		rates.Case{Engine: compiled(t, next), Input: input("6", rates.Facts{"meter_size": "1"})})
	require.Equal(t, "The bill is $39.00, $19.00 more than the $20.00 before. Above all: meter size 1 instead of 3/4 (+$10.00)", d.Brief(1))
	require.Equal(t, "The bill is $39.00, $19.00 more than the $20.00 before\n  +$10.00 meter size 1 instead of 3/4; +$9.00 3 other causes", d.Brief(2))
	require.Equal(t, `The bill is $39.00, $19.00 more than the $20.00 before
  +$10.00 meter size 1 instead of 3/4
  +$9.00 3 other causes`, d.Brief(3))
	require.Equal(t, `The bill is $39.00, $19.00 more than the $20.00 before
  +$10.00 meter size 1 instead of 3/4
  +$5.00 other rates for water: 5 CCF at $3.00 instead of $2.00
  +$3.00 you used 1 CCF more, 6 instead of 5
  +$1.00 fee is new: $1.00`, d.Brief(5))
	require.Equal(t, d.Brief(5), d.Brief(10))
}

// drawnPair draws two bills that differ in some of: usage, days, facts, version,
// book; and that both have a price.
func drawnPair(t *rapid.T) (before, after rates.Schedule, was, is rates.Input) {
	d := &drawer{T: t, calm: rapid.Bool().Draw(t, "calm")}
	before = d.schedule()
	was = d.input(before)
	after, is = before, copied(was)
	if d.one(2) {
		d = &drawer{T: t, calm: d.calm}
		after = d.schedule()
		after.Unit = before.Unit
	}
	fresh := d.input(after)
	if d.one(2) {
		is.Facts, is.Changes = fresh.Facts, fresh.Changes
	}
	if d.one(2) {
		is.Period, is.BillDate, is.CycleDays = fresh.Period, fresh.BillDate, fresh.CycleDays
	}
	if d.one(2) {
		is.Usage, is.Carried, is.Meters = fresh.Usage, fresh.Carried, fresh.Meters
	}
	return before, after, was, is
}

func reordered(t *rapid.T, s rates.Schedule) rates.Schedule {
	s.Versions = slices.Clone(s.Versions)
	for i := range s.Versions {
		s.Versions[i].Charges = rapid.Permutation(s.Versions[i].Charges).Draw(t, "order")
	}
	return s
}

// Whatever changed: the causes sum to the difference, each had an effect, and they
// are the same whatever the order of the charges. Equal cases have none.
func TestWhySumsToTheDifference(t *testing.T) {
	causes := 0
	rapid.Check(t, func(t *rapid.T) { causes += whySums(t) })
	require.Positive(t, causes, "the law would be empty")
}

func FuzzWhy(f *testing.F) { fuzzDrawn(f, 3, func(t *rapid.T) { whySums(t) }) }

func whySums(t *rapid.T) (causes int) {
	before, after, was, is := drawnPair(t)
	old, now := compiled(t, before), compiled(t, after)
	_, errOld := old.Price(was)
	_, errNow := now.Price(is)
	d, err := rates.Why(rates.Case{Engine: old, Input: was}, rates.Case{Engine: now, Input: is})
	if errOld != nil || errNow != nil {
		require.Error(t, err)
		return 0
	}
	require.NoError(t, err)
	requireTold(t, d)
	same := why(t, rates.Case{Engine: now, Input: is}, rates.Case{Engine: compiled(t, after), Input: copied(is)})
	require.Empty(t, same.Causes)
	other := why(t, rates.Case{Engine: compiled(t, reordered(t, before)), Input: was}, rates.Case{Engine: compiled(t, reordered(t, after)), Input: is})
	require.Equal(t, d.String(), other.String())
	return len(d.Causes)
}

// What alone changed is the only kind of cause.
func TestWhyNamesWhatAloneChanged(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := &drawer{T: t, calm: true}
		s := d.schedule()
		in := d.input(s)
		engine := compiled(t, s)
		fresh := d.input(s)
		for kind, change := range map[string]func(*rates.Input){
			"fact": func(in *rates.Input) { in.Facts, in.Changes = fresh.Facts, nil },
			"usage": func(in *rates.Input) {
				for i := range in.Meters {
					in.Meters[i].Usage = ccf(d.decimal(40))
				}
				if len(in.Meters) == 0 {
					in.Usage = ccf(d.decimal(40))
				}
			},
		} {
			other := copied(in)
			change(&other)
			for _, k := range kinds(why(t, rates.Case{Engine: engine, Input: in}, rates.Case{Engine: engine, Input: other})) {
				require.Equal(t, kind, k)
			}
		}
		// New prices of the same charges, and nothing else.
		dearer := s
		dearer.Versions = slices.Clone(s.Versions)
		for i := range dearer.Versions {
			v := &dearer.Versions[i]
			v.Charges = slices.Clone(v.Charges)
			for k := range v.Charges {
				if fixed, ok := v.Charges[k].Rule.(rates.Fixed); ok {
					if n, ok := fixed.Amount.(rates.Number); ok {
						v.Charges[k].Rule = rates.Fixed{Amount: num(n.String() + "1")}
					}
				}
			}
		}
		for _, k := range kinds(why(t, rates.Case{Engine: engine, Input: in}, rates.Case{Engine: compiled(t, dearer), Input: in})) {
			require.Equal(t, "rates", k)
		}
	})
}
