package billing_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/billing"
	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/ledger"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/rates"
	"github.com/headgate-dev/headgate/metering"
)

var update = flag.Bool("update", false, "write the golden files of new versions of stored forms")

// golden compares what was written with the file of that version, and returns the file. It writes one that is not there.
func golden(t *testing.T, name string, data []byte) []byte {
	path := filepath.Join("testdata", name)
	if _, err := os.Stat(path); os.IsNotExist(err) && *update {
		var indented bytes.Buffer
		require.NoError(t, json.Indent(&indented, data, "", "  "))
		require.NoError(t, os.MkdirAll("testdata", 0o755))
		require.NoError(t, os.WriteFile(path, append(indented.Bytes(), '\n'), 0o644))
	}
	file := must(os.ReadFile(path))
	var compact bytes.Buffer
	require.NoError(t, json.Compact(&compact, file))
	require.Equal(t, compact.String(), string(data))
	return file
}

// fullBill has one of each that a bill may have.
func fullBill(t *testing.T) billing.Bill {
	r := request(t)
	r.Fees, r.Messages = []billing.Fee{fee("opening", 12_00)}, []billing.Message{{Code: "drought", Text: "Stage 2"}}
	r.Previous, r.Since = usd(120_00), []billing.Activity{{On: day("2026-03-20"), Text: "Payment, thank you", Amount: usd(-100_00)}}
	r.Before = ledger.Standing{On: day("2026-04-02"), PastDue: usd(10_00), Current: usd(55_00), Later: usd(-45_00), Balance: usd(20_00), OldestDue: day("2026-03-16"),
		NextDue: day("2026-04-23"), OnLevelPay: true, Broken: true, NoticesFrom: day("2026-03-01")}
	r.Level = &ledger.LevelPay{Key: "L", Account: "A-1", Term: days("[2026-01-01, 2027-01-01)"), Kinds: []ledger.Kind{"charge"},
		Installments: []ledger.Installment{{Billed: day("2026-04-02"), Due: day("2026-04-23"), Amount: usd(55_00)}}}
	r.Draft = billing.Draft{State: billing.WillBeDrafted, On: day("2026-04-23")}
	a := water("1", "2026-01-01", "2026-09-01")
	a.Changes = []rates.Change{{Fact: "meter_size", Value: "1", On: day("2026-06-12")}}
	r.Services[0] = waterOf(t, a, march, 13)
	return must(billing.NewBill(r))
}

func TestStoredBillOfVersionOne(t *testing.T) {
	b := fullBill(t)
	data := must(billing.BillForm.Marshal(b))
	file := golden(t, "bill.v1.json", data)
	back := must(billing.BillForm.Unmarshal(file))
	require.Equal(t, string(data), string(must(billing.BillForm.Marshal(back))))
	require.Equal(t, b.ID(), back.ID())
	require.Equal(t, b.Entries(), back.Entries())
	require.Equal(t, b.Messages(), back.Messages())
	require.Equal(t, b.Reads("1"), back.Reads("1"))
	require.Equal(t, b.AmountDue(), back.AmountDue())
	var lines, again []string
	for l := range b.Lines() {
		lines = append(lines, l.Text+l.Amount.String()+l.Posting.RevenueCode)
	}
	for l := range back.Lines() {
		again = append(again, l.Text+l.Amount.String()+l.Posting.RevenueCode)
	}
	require.Equal(t, lines, again)
	require.NoError(t, back.Verify(must(rates.Compile(book()))), "years later")

	var books ledger.Ledger
	require.True(t, must(books.Post(back.Entries()[0])))
	change := must(back.Rebill(again2(t), &books))
	require.Equal(t, usd(-11_10), change.Change(), "a bill that was stored is billed again")
}

func again2(t *testing.T) billing.RebillRequest {
	a := water("1", "2026-01-01", "2026-09-01")
	return again("RB-1", waterOf(t, a, march, 11))
}

// Every kind of reading that a bill prints is read back: an estimate, a register that turned over, a meter that was exchanged
// after days without one, and the shares of a true-up.
func TestAStoredBillHasEveryKindOfReading(t *testing.T) {
	at := func(meter string, digits int64, on string) metering.Reading {
		r := reads(digits, on)
		r.Meter = meter
		return r
	}
	review := func(m metering.Measurement) metering.Usage {
		r := must(metering.NewReview("A-1/"+m.Period().String(), m.Period().To, m.With(must(metering.CheckDays(m.Days(), 400))), "days"))
		for _, e := range r.Open() { // the days without a meter
			r = must(r.Accept(metering.Step{By: person("m.alvarez"), At: may(), Reason: "the meter was late"}, e))
		}
		return must(r.Billable())
	}
	rule := metering.EstimateRule{MaxInRow: 3, Method: metering.EstimateMethod{Title: "class", Kind: metering.ClassMean, ClassDaily: volume("0.5 CCF")}}
	first := must(metering.Open(oneDial(), at("7088", 1000, "2026-03-01")))
	guess, _, err := metering.Estimate(first, oneDial(), day("2026-03-31"), rule, nil)
	require.NoError(t, err)
	guessed := review(guess)
	whole := must(metering.Between(first, oneDial(), at("7088", 1020, "2026-04-30"), believed()))
	trueUp := must(metering.TrueUp(whole, []metering.Cycle{must(guessed.Cycle(metering.CCF, 0))}, guessed.Baselines()[0]))
	top := at("7088", 3, "2026-03-31")
	top.RolledOver = true
	turned := must(metering.Between(must(metering.Open(oneDial(), at("7088", 999_990, "2026-03-01"))), oneDial(), top, believed()))
	out := metering.Exchange{Record: "X-1", Final: at("7088", 1005, "2026-03-12"), Start: at("7089", 0, "2026-03-14"), Register: oneDial()}
	basis, _, err := rule.Method.Basis(nil, days("[2026-03-12, 2026-03-14)"), metering.CCF)
	require.NoError(t, err)
	last := must(metering.Between(must(metering.Open(oneDial(), out.Start)), oneDial(), at("7089", 6, "2026-03-31"), believed()))
	exchanged := review(must(metering.Exchanged(first, []metering.Exchange{out}, last, metering.CCF, believed(), &basis)))
	require.Len(t, exchanged.Parts(), 3)
	for name, usage := range map[string]metering.Usage{"estimate": guessed, "true-up": review(trueUp), "turned over": review(turned), "exchange": exchanged} {
		a := water("1", "2026-01-01", "")
		in := must(a.Input(usage.Period()))
		in.Usage = must(usage.Volume(metering.CCF, 0, exact.HalfUp))
		r := request(t)
		r.Services = []billing.Service{{Agreement: a, Quote: must(must(rates.Compile(book())).Price(in)), Usage: []metering.Usage{usage}}}
		b := must(billing.NewBill(r))
		back, err := billing.BillForm.Unmarshal(must(billing.BillForm.Marshal(b)))
		require.NoError(t, err, name)
		require.Equal(t, b.Reads("1"), back.Reads("1"), name)
		require.Equal(t, b.Messages(), back.Messages(), name)
	}
}

func TestAStoredBillThatWasAlteredIsRefused(t *testing.T) {
	data := string(must(billing.BillForm.Marshal(fullBill(t))))
	for says, c := range map[string][2]string{
		"not what it comes to":                     {`"charges":"111.65"`, `"charges":"111.64"`},
		"or what it asks for":                      {`"amount_due":"77.00"`, `"amount_due":"0.00"`},
		"its id":                                   {`"key":"2026-W14"`, `"key":"2026-W15"`},
		"1000 to 1013, 99 digits":                  {`"used":13`, `"used":99`},
		"1000 to 1012, 13 digits":                  {`"current":1013`, `"current":1012`},
		"1000 to 1013, 0 digits":                   {`"used":13`, `"used":0`},
		"1000 to 1013, -1 digits":                  {`"used":13`, `"used":-1`},
		"-1 to 1013, 13 digits":                    {`"previous":1000`, `"previous":-1`},
		"1013, 13 digits, 0 CCF":                   {`"use":"13"`, `"use":"0"`},
		"13 digits, -13 CCF":                       {`"use":"13"`, `"use":"-13"`},
		"without a meter":                          {`"meter":"7088",`, ``},
		"13 CCF was priced":                        {`"use":"13"`, `"use":"12"`},
		"usage A-1/[2026-03-01, 2026-03-31) is of": {`"period":"[2026-03-01, 2026-03-31)","previous"`, `"period":"[2026-02-01, 2026-03-31)","previous"`},
		"below zero":                               {`"amount":"12.00"`, `"amount":"-12.00"`},
		"nothing says how it is":                   {`{"schedule":"water","charge":"base"`, `{"schedule":"water","charge":"bass"`},
		"whether the bill is":                      {`"state":"will be drafted"`, `"state":"perhaps"`},
		"come to":                                  {`"previous":"120.00"`, `"previous":"119.00"`},
		"a reading is expected":                    {`"reads":"metered"`, `"reads":"sometimes"`},
		"was not priced by":                        {`"schedule":"water","reads"`, `"schedule":"wasser","reads"`},
		"E_QUOTE":                                  {`"total":"66.65"`, `"total":"66.64"`},
		"the agreement is of acco":                 {`"account":"A-1","term"`, `"account":"A-2","term"`},
	} {
		require.Contains(t, data, c[0], says)
		_, err := billing.BillForm.Unmarshal([]byte(strings.Replace(data, c[0], c[1], 1)))
		require.Error(t, err, says)
		if says != "E_QUOTE" && !strings.HasPrefix(says, "the agreement") {
			require.ErrorContains(t, err, says)
		}
	}
	// What nothing else in the bill shows, its digest does.
	for _, c := range [][2]string{
		{`"due":"2026-04-23","charges"`, `"due":"2027-04-23","charges"`}, {`"area":"central"`, `"area":"south"`}, {`"premise":"P-12"`, `"premise":"P-99"`},
		{`"revenue_code":"4000"`, `"revenue_code":"9999"`}, {`"agency":"M1W"`, `"agency":"XXX"`}, {`"kind":"charge","service":"water"`, `"kind":"tax","service":"water"`},
		{`"Stage 2"`, `"Pay nothing"`}, {`"code":"drought"`, `"code":"flood"`}, {`"Payment, thank you"`, `"x"`}, {`"on":"2026-03-20"`, `"on":"2026-03-19"`},
		{`"current":1013`, `"current":1014`}, {`"used":13`, `"used":12`}, {`"meter":"7088"`, `"meter":"7089"`}, {`"register":"1"`, `"register":"2"`},
		{`"usages":[{"key":"A-1`, `"usages":[{"key":"A-7`}, {`"usages":[{"key"`, `"usages":[{"estimated":true,"key"`}, {`"step":"1"}]`, `"step":"1","estimated":true}]`}, {`"step":"1"`, `"step":"2"`},
		{`"past_due":"10.00"`, `"past_due":"10.01"`}, {`"oldest_due":"2026-03-16"`, `"oldest_due":"2026-03-17"`}, {`"broken":true`, `"broken":false`},
		{`"notices_from":"2026-03-01"`, `"notices_from":"2026-03-02"`}, {`"until":"2026-09-01"`, `"until":"2026-09-02"`}, {`"service":"water","schedule"`, `"service":"fire","schedule"`},
		{`"on":"2026-04-23"`, `"on":"2026-04-24"`}, {`"text":"A fee"`, `"text":"Another fee"`}, {`"resolution":"placeholder"}`, `"resolution":"RES-1"}`},
	} {
		require.Contains(t, data, c[0])
		_, err := billing.BillForm.Unmarshal([]byte(strings.Replace(data, c[0], c[1], 1)))
		require.Error(t, err, c)
	}
	_, err := billing.BillForm.Marshal(billing.Bill{})
	require.ErrorIs(t, err, billing.ErrBill)
}

// Whatever value of a stored bill is altered or left out, a date by a day, an amount by a cent, the bill is refused.
func TestNoValueOfAStoredBillIsAlteredUnseen(t *testing.T) {
	alterEach(t, fullBill(t), 300)

	bk := byMeter()
	bk.Schedules[1].Versions[0].Charges[0].Rule = rates.PerUnit{Price: rates.Num("3.00")}
	engine := must(rates.Compile(bk))
	r := request(t)
	in := must(r.Services[0].Agreement.Input(days(march)))
	in.CycleDays, in.BillDate = 30, r.Billed
	in.Meters = []rates.Meter{{ID: "7088", Usage: volume("30 CCF"), Facts: rates.Facts{"backflow": "yes"}}, {ID: "7089", Usage: volume("0 CCF")}}
	r.Services[0].Quote = must(engine.Price(in))
	r.Services[0].Usage = []metering.Usage{usedBy("k1", "7088", 30, metering.CCF), usedBy("k2", "7089", 0, metering.CCF)}
	in = r.Services[1].Quote.Input
	in.Usage = volume("8 CCF")
	r.Services[1].Quote, r.Services[1].Basis = must(engine.Price(in)), "winter average 2025-26"
	alterEach(t, must(billing.NewBill(r)), 150)
}

func alterEach(t *testing.T, b billing.Bill, least int) {
	whole := must(billing.BillForm.Marshal(b))
	var tree any
	require.NoError(t, json.Unmarshal(whole, &tree))
	seen := 0
	refused := func(place string) {
		seen++
		_, err := billing.BillForm.Unmarshal(must(json.Marshal(tree)))
		require.Error(t, err, place)
	}
	other := func(v any) any {
		switch v := v.(type) {
		case bool:
			return !v
		case float64:
			return v + 1
		case string:
			if d, err := civil.ParseDate(v); err == nil {
				return must(d.AddDays(1)).String()
			}
			if a, err := money.Parse(v); err == nil && strings.Contains(v, ".") {
				text, _ := money.Cents(a.Cents() + 1).Ratio().Decimal(2)
				return text
			}
			return v + "1"
		}
		return nil
	}
	var walk func(place string, v any, set func(any))
	walk = func(place string, v any, set func(any)) {
		switch v := v.(type) {
		case map[string]any:
			for _, k := range slices.Sorted(maps.Keys(v)) {
				own := v[k]
				walk(place+"."+k, own, func(n any) { v[k] = n })
				delete(v, k)
				refused(place + " without " + k)
				v[k] = own
			}
		case []any:
			for i, own := range v {
				walk(fmt.Sprintf("%s[%d]", place, i), own, func(n any) { v[i] = n })
			}
			if len(v) > 1 && !strings.HasSuffix(place, ".postings") { // which are found by their charge
				v[0], v[1] = v[1], v[0]
				refused(place + " in another order")
				v[0], v[1] = v[1], v[0]
			}
		default:
			set(other(v))
			refused(place)
			set(v)
		}
	}
	walk("", tree, func(any) {})
	require.Greater(t, seen, least)
	back := must(billing.BillForm.Unmarshal(must(json.Marshal(tree))))
	require.Equal(t, string(whole), string(must(billing.BillForm.Marshal(back))), "and as it was it is read")
}
