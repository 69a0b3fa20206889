package rates_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/rates"
)

// monthly is a bill whose tax rests on a base that is prorated by the days of each month, rounded up. Its minimum is never
// reached, and asks for a fact that cuts the bill into a part of June, one of June and July, and one of July: the tax of each
// is rounded by itself, and the three are one line.
func monthly() (rates.Schedule, rates.Input) {
	least := charge("least", rates.Minimum{Amount: table("zone", "high", "0.02", "low", "0.01"), Of: []string{"base", "tax"}})
	least.Per = rates.PerAccount
	s := withFacts(schedule(fixed("base", "1.00"), charge("tax", rates.Percent{Rate: num("1"), Of: []string{"base"}}), least),
		changing(texts("zone"), rates.SplitByDay))
	s.Rounding = money.Rounding{Mode: exact.Up, Place: money.ByLine}
	s.Proration = rates.Proration{Over: rates.MonthDays, Fixed: true}
	in := rates.Input{Schedule: "s", Period: days("2026-06-16", "2026-07-16"), Usage: ccf("0"), Facts: rates.Facts{"zone": "high"},
		Changes: []rates.Change{{Fact: "zone", Value: "low", On: day("2026-06-26")}, {Fact: "zone", Value: "high", On: day("2026-07-06")}}}
	return s, in
}

func written(t require.TestingT, s rates.Schedule, in rates.Input) string {
	return string(must(rates.QuoteForm.Marshal(priced(t, s, in))))
}

// An amount is as far from its fraction as the rules let it be, and not a cent more.
func TestStoredAmountsAreRoundedFromTheirFractions(t *testing.T) {
	golden := string(must(rates.QuoteForm.Marshal(must(compiled(t, storedSchedule()).Price(storedInput())))))
	_, small := smallQuote(t)
	thirds := schedule(charge("a", rates.Computed{Amount: fraction("1 / 3")}), charge("b", rates.Computed{Amount: fraction("1 / 3")}), charge("c", rates.Computed{Amount: fraction("1 / 3")}))
	thirds.Rounding = atTotal
	fitted := written(t, thirds, input("0", nil))
	halves := written(t, schedule(fixed("a", "0.125"), fixed("b", "0.124"), fixed("c", "0.125")), input("0", nil))
	info := charge("info", rates.Computed{Amount: fraction("0.125")})
	info.Memo = true
	beside := written(t, schedule(fixed("a", "0.125"), info), input("0", nil))
	thirds.Versions[0].Charges = append(thirds.Versions[0].Charges, info)
	besideFitted := written(t, thirds, input("0", nil))
	months := written(t, func() rates.Schedule { s, _ := monthly(); return s }(), func() rates.Input { _, in := monthly(); return in }())
	const first = `"period":{"from":"2026-06-01","to":"2026-06-11"},"exact":"667/100","amount":`
	const later = `"period":{"from":"2026-06-11","to":"2026-06-16"},"exact":"667/100","amount":`
	const memo = `"2026-06-16"},"quantity":"11","price":"1/7","exact":"11/7","amount":`
	const tax = `"price":"1","exact":"99/10000","amount":`
	const third = `"exact":"1/3","amount":`
	for _, c := range []struct {
		name, quote string
		oldNew      []string
		path        string
	}{
		{"a part raised by as much as a month's days", golden, []string{first + `"6.67"`, first + `"7.26"`, `"162.85"`, `"163.44"`}, "value.lines[0].amount"},
		{"the first part by a cent", golden, []string{first + `"6.67"`, first + `"6.68"`, `"162.85"`, `"162.86"`}, "value.lines[0].amount"},
		{"a later part by a cent", golden, []string{later + `"6.67"`, later + `"6.68"`, `"162.85"`, `"162.86"`}, ""},
		{"a later part by two", golden, []string{later + `"6.67"`, later + `"6.69"`, `"162.85"`, `"162.87"`}, "value.lines[1].amount"},
		{"a later part down by two", golden, []string{later + `"6.67"`, later + `"6.65"`, `"162.85"`, `"162.83"`}, "value.lines[1].amount"},
		{"a part of a memo, 1.86 cents away", golden, []string{memo + `"1.57"`, memo + `"1.59"`}, ""},
		{"a part of a memo, 2.14 cents away", golden, []string{memo + `"1.57"`, memo + `"1.55"`}, "value.memos[0].amount"},
		{"a line by a cent", small, []string{`"exact":"9","amount":"9.00"`, `"exact":"9","amount":"9.01"`, `"24.00"`, `"24.01"`}, "value.lines[0].amount"},
		{"a line down by a cent", small, []string{`"exact":"9","amount":"9.00"`, `"exact":"9","amount":"8.99"`, `"24.00"`, `"23.99"`}, "value.lines[0].amount"},
		{"a cent moved", small, []string{`"amount":"9.00"`, `"amount":"9.01"`, `"amount":"15.00"`, `"amount":"14.99"`}, "value.lines[0].amount"},
		{"a memo by a cent", small, []string{`"exact":"1","amount":"1.00"`, `"exact":"1","amount":"1.01"`}, "value.memos[0].amount"},
		{"all raised, as another mode would", halves, []string{`{"charge":"b","text":"b","exact":"31/250","amount":"0.12"`, `{"charge":"b","text":"b","exact":"31/250","amount":"0.13"`, `"0.38"`, `"0.39"`}, ""},
		{"half up and half down", halves, []string{`{"charge":"a","text":"a","exact":"1/8","amount":"0.13"`, `{"charge":"a","text":"a","exact":"1/8","amount":"0.12"`, `"0.38"`, `"0.37"`}, "value.lines"},
		{"all three thirds raised", fitted, []string{`"b","text":"b",` + third + `"0.33"`, `"b","text":"b",` + third + `"0.34"`, `"c","text":"c",` + third + `"0.33"`, `"c","text":"c",` + third + `"0.34"`, `"1.00"`, `"1.02"`}, ""},
		{"two of three thirds raised", fitted, []string{`"b","text":"b",` + third + `"0.33"`, `"b","text":"b",` + third + `"0.34"`, `"1.00"`, `"1.01"`}, "value.lines"},
		{"another third raised", fitted, []string{`"a","text":"a",` + third + `"0.34"`, `"a","text":"a",` + third + `"0.33"`, `"b","text":"b",` + third + `"0.33"`, `"b","text":"b",` + third + `"0.34"`}, "value.lines"},
		{"a memo otherwise than a line", beside, []string{`"info","text":"info","exact":"1/8","amount":"0.13"`, `"info","text":"info","exact":"1/8","amount":"0.12"`}, "value.lines"},
		{"a memo beside thirds", besideFitted, []string{`"info","text":"info","exact":"1/8","amount":"0.13"`, `"info","text":"info","exact":"1/8","amount":"0.14"`}, "value.memos[0].amount"},
		{"a memo beside thirds, rounded down", besideFitted, []string{`"info","text":"info","exact":"1/8","amount":"0.13"`, `"info","text":"info","exact":"1/8","amount":"0.12"`}, ""},
		{"a memo rounded down beside thirds rounded up", besideFitted, []string{`"b","text":"b",` + third + `"0.33"`, `"b","text":"b",` + third + `"0.34"`, `"c","text":"c",` + third + `"0.33"`, `"c","text":"c",` + third + `"0.34"`, `"1.00"`, `"1.02"`,
			`"info","text":"info","exact":"1/8","amount":"0.13"`, `"info","text":"info","exact":"1/8","amount":"0.12"`}, "value.lines"},
		{"parts of three amounts, 2.01 cents away", months, []string{tax + `"0.03"`, tax + `"0.03"`}, ""},
		{"parts of three amounts, 3.01 cents away", months, []string{tax + `"0.03"`, tax + `"0.04"`, `"1.02"`, `"1.03"`}, "value.lines[1].amount"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := rates.QuoteForm.Unmarshal(altered(t, c.quote, c.oldNew...))
			if c.path == "" {
				require.NoError(t, err, "some book makes it")
				return
			}
			require.Equal(t, c.path, requireProblem(t, err, rates.ErrQuote).Path)
		})
	}
}

// Whatever is cut where, and rounded how, Price gives nothing that is not read back.
func TestPartsOfMonthsAreReadBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := &drawer{T: t, calm: rapid.Bool().Draw(t, "calm")}
		s, in := drawn(t, d.calm)
		if s.Undated {
			t.Skip("it has no months")
		}
		s.Rounding.Place, s.Proration = money.ByLine, rates.Proration{Over: rates.MonthDays, Fixed: true, Tiers: d.one(2)}
		for i := range s.Facts {
			s.Facts[i].Change = rates.SplitByDay
		}
		if in.Changes = d.changes(in.Period); d.one(2) {
			in.Changes = append(in.Changes, d.changes(in.Period)...)
		}
		quote, _ := compiled(t, s).Price(in) // a refused one is stored too
		data, err := rates.QuoteForm.Marshal(quote)
		require.NoError(t, err)
		back, err := rates.QuoteForm.Unmarshal(data)
		require.NoError(t, err)
		requireSameQuote(t, quote, back)
	})
}
