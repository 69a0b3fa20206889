package rates_test

import (
	"math/big"
	"reflect"
	"slices"
	"testing"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/problem"
	"github.com/headgate-dev/headgate/billing/rates"
	"github.com/headgate-dev/headgate/metering"
)

func TestCompileBooks(t *testing.T) {
	t.Run("no schedules", func(t *testing.T) {
		requireFaults(t, rates.Book{}, fault{code: rates.ErrUnset, path: "schedules"})
	})
	t.Run("two schedules of one ID", func(t *testing.T) {
		b := sound()
		b.Schedules = append(b.Schedules, b.Schedules[0])
		requireFaults(t, b, fault{code: rates.ErrDuplicate, path: "schedules[1].id"})
	})
	t.Run("seasons without first days", func(t *testing.T) {
		s := schedule(fixed("base", "1"))
		s.Seasons.Select = rates.SplitByDay
		requireFaults(t, book(s), fault{code: rates.ErrUnset, path: "schedules[0].seasons.starts"})
	})
	t.Run("an undated schedule with what needs dates", func(t *testing.T) {
		b := sound()
		b.Schedules[0].Undated = true
		b.Schedules[0].Versions[1].Charges[feeCharge].Rule = rates.Computed{Amount: formula("days * 2")}
		requireFaults(t, b,
			fault{code: rates.ErrRule, path: "schedules[0].proration"},
			fault{code: rates.ErrRule, path: "schedules[0].seasons"},
			fault{code: rates.ErrRule, path: "schedules[0].versions"},
			fault{code: rates.ErrRule, path: "schedules[0].versions[1].charges[6].rule.amount"})
	})
	t.Run("a charge that is not made for the account, of one that is", func(t *testing.T) {
		s := schedule(perAccount(fixed("base", "1")), charge("tax", rates.Percent{Rate: num("8"), Of: []string{"base"}}))
		requireFaults(t, book(s), fault{code: rates.ErrRule, path: "schedules[0].versions[0].charges[1].per"})
	})
	t.Run("a charge that rests on another through a definition", func(t *testing.T) {
		s := define(schedule(charge("a", rates.Computed{Amount: rates.Name("x")})), rates.Definition{Name: "x", Value: formula("a + 1")})
		requireFaults(t, book(s), fault{code: rates.ErrCycle, path: "schedules[0].versions[0].charges[0]"})
	})
	t.Run("an adjoining version of one day", func(t *testing.T) {
		s := from(from(schedule(fixed("base", "1")), "2026-06-11", fixed("base", "2")), "2026-06-12", fixed("base", "3"))
		compiled(t, s)
	})
	t.Run("a value in 200 others", func(t *testing.T) {
		compiled(t, withFacts(schedule(charge("base", rates.Fixed{Amount: nested(200)})), texts("meter_size")))
	})
	t.Run("a formula of 200 parentheses", func(t *testing.T) {
		compiled(t, schedule(charge("base", rates.Fixed{Amount: deep(200)})))
	})
	t.Run("a computed price below zero is the book's own", func(t *testing.T) {
		compiled(t, schedule(charge("base", rates.Fixed{Amount: formula("-1")})))
	})
	t.Run("a number of 60 digits", func(t *testing.T) {
		compiled(t, schedule(fixed("base", "1e60"), fixed("least", "1e-60")))
	})
}

// A fault of a formula or a table carries the position that the book gives it.
func TestCompileKeepsPositions(t *testing.T) {
	pos := problem.Pos{File: "rates.yaml", Line: 14, Col: 9}
	for name, v := range map[string]rates.Value{
		"formula":   rates.Formula{Text: "2 *", Pos: pos},
		"name":      rates.Formula{Text: "persons", Pos: pos},
		"finite":    rates.Formula{Text: "1 / 3", Pos: pos},
		"table key": rates.Table{By: []string{"meter_size"}, Rows: []rates.Row{{Key: nil, Value: num("1")}}, Pos: pos},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := rates.Compile(book(withFacts(schedule(charge("fee", rates.Computed{Amount: v})), texts("meter_size"))))
			var list problem.List
			require.ErrorAs(t, err, &list)
			require.Len(t, list, 1)
			require.Equal(t, pos, list[0].Pos)
			require.Contains(t, err.Error(), "rates.yaml:14:9: ")
		})
	}
}

// All that is wrong is reported at once, in the book's order.
func TestCompileReportsEverything(t *testing.T) {
	b := sound()
	b.Schedules = append(b.Schedules, sound().Schedules[0])
	first, second := &b.Schedules[0], &b.Schedules[1]
	first.Unit, first.Rounding.Mode, first.Select, first.Usage = 0, 0, 0, 0
	first.Proration.Over = 0
	first.Seasons.Select = 0
	first.Facts[1].Type = 0
	first.Versions[1].From = day("2025-07-05")
	first.Versions[0].Definitions[0].Name = "min"
	first.Versions[0].Charges[feeCharge].ID = ""
	first.Versions[0].Charges[waterCharge].Rule = rates.Tiered{Tiers: rates.TierList{{UpTo: num("10"), Price: num("-1")}, {UpTo: num("8"), Price: num("1")}, {Price: num("1")}}}
	first.Versions[0].Charges[taxCharge].Rule = rates.Percent{Rate: num("8"), Of: []string{"sewer"}}
	first.Versions[1].Charges[feeCharge].Rule = rates.Computed{Amount: formula("units / 3")}
	second.Versions[1].Charges[feeCharge].Season = "spring"
	requireFaults(t, b,
		fault{code: rates.ErrUnset, path: "schedules[0].unit"},
		fault{code: rates.ErrUnset, path: "schedules[0].rounding"},
		fault{code: rates.ErrUnset, path: "schedules[0].select"},
		fault{code: rates.ErrUnset, path: "schedules[0].usage"},
		fault{code: rates.ErrUnset, path: "schedules[0].proration.over"},
		fault{code: rates.ErrRule, path: "schedules[0].proration.days"},
		fault{code: rates.ErrUnset, path: "schedules[0].seasons.select"},
		fault{code: rates.ErrUnset, path: "schedules[0].facts[1].type"},
		fault{code: rates.ErrName, path: "schedules[0].versions[0].definitions[0].name"},
		fault{code: rates.ErrBounds, path: "schedules[0].versions[0].charges[1].rule.tiers[0].price"},
		fault{code: rates.ErrTierOrder, path: "schedules[0].versions[0].charges[1].rule.tiers[1].up_to"},
		fault{code: rates.ErrUnknownName, path: "schedules[0].versions[0].charges[2].rule.of"},
		fault{code: rates.ErrUnknownName, path: "schedules[0].versions[0].charges[3].rule.of[0]"},
		fault{code: rates.ErrUnset, path: "schedules[0].versions[0].charges[6].id"},
		fault{code: rates.ErrVersionGap, path: "schedules[0].versions[1].from"},
		fault{code: rates.ErrNotFinite, path: "schedules[0].versions[1].charges[6].rule.amount"},
		fault{code: rates.ErrDuplicate, path: "schedules[1].id"},
		fault{code: rates.ErrUnknownName, path: "schedules[1].versions[1].charges[6].season"})
}

// A part that is missing, or is of no kind that there is, hides no other fault.
func TestCompileReportsMissingPartsAmongOthers(t *testing.T) {
	b := sound()
	v := &b.Schedules[0].Versions[1]
	v.Charges[waterCharge].Rule = nil
	v.Charges[droughtCharge].Rule = rates.PerUnit{Price: nil}
	v.Charges[feeCharge].Rule = rates.Computed{Amount: formula("units / 3")}
	v.Charges = append(v.Charges, rates.Charge{})
	_, err := rates.Compile(b)
	require.ErrorContains(t, err, inVersion+".charges[1].rule: ")
	require.ErrorContains(t, err, inVersion+".charges[2].rule.price: ")
	require.ErrorContains(t, err, inVersion+".charges[6].rule.amount: ")
	require.ErrorContains(t, err, inVersion+".charges[7].id: ")
	require.ErrorContains(t, err, inVersion+".charges[7].rule: ")
}

// The engine is what its book was when it was compiled, and leaves it as it is.
func TestEngineKeepsItsOwnBook(t *testing.T) {
	b, same := everything(), everything()
	engine, err := rates.Compile(b)
	require.NoError(t, err)
	require.Equal(t, same, b, "compiling changes nothing")
	in := everythingInput()
	before, err := engine.Price(in)
	require.NoError(t, err)
	why := engine.Explain(in).String()

	scramble(reflect.ValueOf(&b).Elem())
	require.NotEqual(t, same, b)
	after, err := engine.Price(in)
	require.NoError(t, err)
	require.Equal(t, before, after)
	require.Equal(t, why, engine.Explain(in).String())
	require.Equal(t, []string{"s"}, engine.Schedules())

	asked, ok := engine.Facts("s")
	require.True(t, ok)
	require.Equal(t, same.Schedules[0].Facts, asked)
	scramble(reflect.ValueOf(&asked).Elem())
	again, _ := engine.Facts("s")
	require.Equal(t, same.Schedules[0].Facts, again, "what an engine hands out is a copy")
	engine.Schedules()[0] = "x"
	require.Equal(t, []string{"s"}, engine.Schedules())

	unit, ok := engine.Unit("s")
	require.True(t, ok)
	require.Equal(t, metering.CCF, unit)
	_, ok = engine.Unit("x")
	require.False(t, ok)
	_, ok = engine.Facts("x")
	require.False(t, ok)
}

// everything is a sound book in which each type that holds a slice or a map does.
func everything() rates.Book {
	b := sound()
	s := &b.Schedules[0]
	s.Title = "all there is"
	s.Facts[0].Allowed = slices.Clone(s.Facts[0].Allowed)
	s.Codes = map[problem.Code]problem.Code{rates.ErrNoRow: "E_MAP_KEY"}
	for i := range s.Versions {
		v := &s.Versions[i]
		v.Source = rates.Citation{Resolution: "2024-1"}
		v.Definitions = append(v.Definitions,
			rates.Definition{Name: "columns", Value: rates.Tiered{Of: formula("usage"), Tiers: rates.TierColumns{From: list(2), Prices: list(2)}}},
			rates.Definition{Name: "choice", Value: rates.Table{By: []string{"band"}, Rows: []rates.Row{{Key: []string{"5/8|dry"}, Value: rates.Name("columns")}}, Else: num("3")}},
			rates.Definition{Name: "average", Fact: "units", Value: num("4")},
			rates.Definition{Name: "label", Value: rates.Text("home")},
			rates.Definition{Name: "refused", Value: rates.Refuse{Code: "E_X", What: "x", Fix: "y"}})
		v.Charges = append(v.Charges, charge("choice_fee", rates.Computed{Amount: rates.Name("choice")}),
			charge("percent_credit", rates.Credit{Percent: num("10"), Cap: num("1"), Of: []string{"base", "fee"}}))
	}
	return b
}

func everythingInput() rates.Input {
	return rates.Input{Schedule: "s", Period: days("2025-04-20", "2025-07-20"), Usage: ccf("31.5"), Facts: rates.Facts{"meter_size": "5/8", "units": "3"}}
}

// scramble overwrites all that can be reached by assignment, through slices,
// maps and interfaces, with other values of its type.
func scramble(v reflect.Value) {
	switch v.Kind() {
	case reflect.Struct:
		switch v.Interface().(type) {
		case civil.Date:
			v.Set(reflect.ValueOf(day("1999-12-31")))
			return
		case rates.Number:
			v.Set(reflect.ValueOf(num("777")))
			return
		}
		for i := range v.NumField() {
			scramble(v.Field(i))
		}
	case reflect.Slice:
		for i := range v.Len() {
			scramble(v.Index(i))
		}
	case reflect.Map:
		for _, key := range v.MapKeys() {
			v.SetMapIndex(key, reflect.New(v.Type().Elem()).Elem())
		}
	case reflect.Interface:
		if v.IsNil() {
			return
		}
		inner := reflect.New(v.Elem().Type()).Elem()
		inner.Set(v.Elem())
		scramble(inner)
		v.Set(inner)
	case reflect.String:
		v.SetString("scrambled")
	case reflect.Int, reflect.Int64:
		v.SetInt(99)
	case reflect.Uint8:
		v.SetUint(0)
	case reflect.Bool:
		v.SetBool(!v.Bool())
	}
}

// Whatever a program makes of the types, Compile answers and does not panic.
func TestCompileHostileBooks(t *testing.T) {
	itself := rates.List{num("1")}
	itself[0] = itself
	rows := []rates.Row{{Key: []string{"1"}}}
	rows[0].Value = rates.Table{By: []string{"meter_size"}, Rows: rows}
	loop := rates.TierList{{Price: num("1")}}
	loop[0].Price = rates.Tiered{Tiers: loop}
	twice := rates.List{num("1"), num("2")}
	twice[0], twice[1] = twice, twice
	shared := rates.Value(num("1"))
	for range 60 {
		shared = rates.List{shared, shared}
	}
	halves := rates.TierList{{Price: num("1")}, {Price: num("1")}}
	halves[0].Price, halves[1].Price = rates.Tiered{Tiers: halves}, rates.Tiered{Tiers: halves}
	var nilRule *rates.Fixed
	var nilValue *rates.Table
	var nilTiers *rates.TierColumns
	huge := rates.Number(decimal.New(1, 1_000_000))
	tiny := rates.Number(decimal.New(1, -1_000_000))
	wide := rates.Number(decimal.NewFromBigInt(new(big.Int).Lsh(big.NewInt(1), 1_000_000), 0))
	for name, r := range map[string]rates.Rule{
		"a nil pointer to a rule":          nilRule,
		"a nil pointer to a value":         rates.Fixed{Amount: nilValue},
		"a nil pointer to tiers":           rates.Tiered{Tiers: nilTiers},
		"1e1000000":                        rates.Fixed{Amount: huge},
		"1e-1000000":                       rates.PerUnit{Of: tiny, Price: num("1")},
		"a number of a million bits":       rates.Credit{Amount: num("1"), Cap: wide},
		"1e1000000 as a bound":             rates.Tiered{Tiers: rates.TierList{{UpTo: huge, Price: num("1")}, {Price: num("1")}}},
		"1e1000000 as a price":             rates.Tiered{Tiers: rates.TierList{{Price: huge}}},
		"a list that holds itself":         rates.Fixed{Amount: itself},
		"a table that holds itself":        rates.Fixed{Amount: rates.Table{By: []string{"meter_size"}, Rows: rows}},
		"tiers that hold themselves":       rates.Tiered{Tiers: loop},
		"a list that holds itself twice":   rates.Fixed{Amount: twice},
		"a list shared in 60 levels":       rates.Fixed{Amount: shared},
		"tiers that hold themselves twice": rates.Tiered{Tiers: halves},
		"nothing at all":                   rates.Credit{},
		"a formula of a million minus":     rates.Computed{Amount: formula(string(slices.Repeat([]byte("-"), 1_000_000)) + "1")},
		"a formula of 64,000 minus":        rates.Computed{Amount: formula(string(slices.Repeat([]byte("-"), 64_000)))},
		"a formula of open parentheses":    rates.Computed{Amount: formula(string(slices.Repeat([]byte("("), 64_000)))},
		"a formula that is no text":        rates.Computed{Amount: formula("\xff\xfe\x00")},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := rates.Compile(book(withFacts(schedule(charge("x", r)), texts("meter_size"))))
			var list problem.List
			require.ErrorAs(t, err, &list)
			for _, p := range list {
				require.NotEmpty(t, p.Path)
				require.NotEmpty(t, p.Fix)
				require.Less(t, len(p.Error()), 5000, "a message that can be read")
			}
		})
	}
}

// A chain of definitions that is deeper than the engine goes is refused when it is
// reached, and a shorter one is not.
func TestDeepDefinitions(t *testing.T) {
	chain := func(n int) rates.Schedule {
		s := schedule(charge("fee", rates.Computed{Amount: rates.Name("d0")}))
		definitions := make([]rates.Definition, n)
		for i := range definitions {
			definitions[i] = rates.Definition{Name: name("d", i), Value: formula(name("d", i+1) + " + 1")}
		}
		definitions[n-1].Value = num("1")
		return define(s, definitions...)
	}
	require.Equal(t, "fee 1000.00", printed(lines(priced(t, chain(rates.MaxDepth), input("0", nil)))))
	_, err := rates.Compile(book(chain(rates.MaxDepth + 1)))
	require.ErrorIs(t, err, rates.ErrDepth)
}
