package rates_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"reflect"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/problem"
	"github.com/headgate-dev/headgate/billing/rates"
	"github.com/headgate-dev/headgate/billing/stored"
	"github.com/headgate-dev/headgate/metering"
)

// quoteMarker is in the facts of stored quotes, and in no error.
const quoteMarker = "MARKER7391"

// storedSchedule is what the golden quotes are priced by: everything that a line can say, and charges that are refused
// where a fact is not given.
func storedSchedule() rates.Schedule {
	source := rates.Citation{Resolution: "Resolution 2026-31", Section: "Exhibit A", Address: "https://example.org/2026-31"}
	base := rates.Charge{ID: "base", Text: "Base charge", Service: "water", Per: rates.PerAccount, Rule: rates.Fixed{Amount: table("meter_size", "5/8", "20.01", "1", "40.02")}}
	water := rates.Charge{ID: "water", Text: "Water", Service: "water", Per: rates.PerMeter, Rule: rates.Tiered{Tiers: tiers("10", "4.90", "9.55")}, Source: source}
	tax := rates.Charge{ID: "tax", Text: "Tax, <5 %> & more", Per: rates.PerAccount, Rule: rates.Percent{Rate: num("5"), Of: []string{"base", "water"}}}
	memo := rates.Charge{ID: "carbon", Text: "Energy used", Memo: true, Per: rates.PerAccount, Rule: rates.PerUnit{Price: fraction("1 / 7")}}
	lost := rates.Charge{ID: "lost", Memo: true, Per: rates.PerAccount, Rule: rates.Computed{Amount: formula("persons * 2")}}
	s := withFacts(schedule(base, water, tax, memo, lost), texts("meter_size", "5/8", "1"), changing(texts("zone"), rates.SplitByDay), number("persons"))
	s.Facts[0].Change = rates.SplitByDay
	s.Usage = rates.TruncateAndCarry
	s.Versions[0].Source = rates.Citation{Resolution: "Resolution 2020-05"}
	return from(s, "2026-06-16", s.Versions[0].Charges...)
}

// storedInput has all that an input can have.
func storedInput() rates.Input {
	in := rates.Input{Schedule: "s", Period: june(), BillDate: day("2026-07-02"), CycleDays: 30, Facts: rates.Facts{"meter_size": "5/8", "color": "blue"},
		Changes: []rates.Change{{Fact: "meter_size", Value: "1", On: day("2026-06-11")}}}
	in.Meters = []rates.Meter{
		{ID: "A", Usage: ccf("12.75"), Carried: part(1, 3), Facts: rates.Facts{"zone": "high"}},
		{ID: "B", Usage: volume("900", metering.CubicFoot), Changes: []rates.Change{{Fact: "zone", Value: "low", On: day("2026-06-21")}}},
		{ID: "C"},
	}
	return in
}

func goldenQuotes(t require.TestingT) (*rates.Engine, map[string]rates.Quote) {
	engine := compiled(t, storedSchedule())
	priced, err := engine.Price(storedInput())
	require.NoError(t, err)
	in := storedInput()
	in.Facts["meter_size"] = "3/4"
	refused, err := engine.Price(in)
	require.ErrorIs(t, err, rates.ErrFactValue)
	return engine, map[string]rates.Quote{"testdata/quote.v1.json": priced, "testdata/quote-refused.v1.json": refused}
}

// Quotes that hosts have stored stay readable, and are written again as they were, to the byte.
func TestStoredQuotesStayReadable(t *testing.T) {
	engine, quotes := goldenQuotes(t)
	for file, quote := range quotes {
		t.Run(file, func(t *testing.T) {
			golden, err := os.ReadFile(file)
			require.NoError(t, err)
			golden = golden[:len(golden)-1] // the file ends its line
			data, err := rates.QuoteForm.Marshal(quote)
			require.NoError(t, err)
			require.Equal(t, string(golden), string(data))
			back, err := rates.QuoteForm.Unmarshal(golden)
			require.NoError(t, err)
			requireSameQuote(t, quote, back)
			require.NoError(t, engine.Verify(back))
			again, err := rates.QuoteForm.Marshal(back)
			require.NoError(t, err)
			require.Equal(t, string(golden), string(again))
		})
	}
}

// requireSameQuote is that a quote answers everything as another does.
func requireSameQuote(t require.TestingT, want, got rates.Quote) {
	require.Equal(t, told(want, nil), told(got, nil))
	require.Equal(t, want.Refused(), got.Refused())
	require.Equal(t, want.Input, got.Input)
	for _, both := range [][2][]rates.Line{{lines(want), lines(got)}, {memos(want), memos(got)}} {
		require.Len(t, both[1], len(both[0]))
		for i, line := range both[0] {
			require.True(t, line.Equal(both[1][i]), "%v\n%v", line, both[1][i])
			parts, per := both[1][i].QuantityParts()
			require.True(t, per == 0 || part(parts, per).Equal(line.Quantity()))
		}
	}
	require.Len(t, got.Refusals(), len(want.Refusals()))
	for i, r := range want.Refusals() {
		require.EqualError(t, got.Refusals()[i].Err, r.Err.Error())
		for err := r.Err; err != nil; err = errors.Unwrap(err) {
			var p *problem.Error
			if errors.As(err, &p) {
				require.ErrorIs(t, got.Refusals()[i].Err, p.Code)
			}
		}
	}
}

// Whatever Price returns is stored and read back: what the program prices, what fractions price, what is refused.
func quotesRoundTrip(t *rapid.T) {
	calm := rapid.Bool().Draw(t, "calm")
	s, in := drawn(t, calm)
	engine := compiled(t, s)
	quote, err := engine.PriceSlowly(in)
	quotes := []rates.Quote{quote}
	if quick, ok := engine.PriceQuickly(in); ok {
		quotes = append(quotes, quick)
	}
	for _, q := range quotes {
		require.Equal(t, err != nil, q.Refused())
		data, storeErr := rates.QuoteForm.Marshal(q)
		require.NoError(t, storeErr)
		back, readErr := rates.QuoteForm.Unmarshal(data)
		require.NoError(t, readErr)
		requireSameQuote(t, q, back)
		require.NoError(t, engine.Verify(back))
		x, explainErr := engine.ExplainQuote(back)
		require.NoError(t, explainErr)
		require.Equal(t, told(quote, err), told(x.Quote, x.Err))
		s.Title = "another"
		requireProblem(t, compiled(t, s).Verify(back), rates.ErrOtherBook)
		again, storeErr := rates.QuoteForm.Marshal(back)
		require.NoError(t, storeErr)
		require.Equal(t, string(data), string(again))
	}
}

func TestQuotesRoundTrip(t *testing.T) { rapid.Check(t, quotesRoundTrip) }

func FuzzQuotesRoundTrip(f *testing.F) { fuzzDrawn(f, 1, quotesRoundTrip) }

// A quote of the program and one of fractions are stored alike.
func TestQuickAndExactQuotesAreStoredAlike(t *testing.T) {
	engine := compiled(t, schedule(fixed("base", "48.94"), tiered("water", "10", "4.90", "9.55")))
	quick, ok := engine.PriceQuickly(input("13.5", nil))
	require.True(t, ok)
	slow, err := engine.PriceSlowly(input("13.5", nil))
	require.NoError(t, err)
	one, err := rates.QuoteForm.Marshal(quick)
	require.NoError(t, err)
	other, err := rates.QuoteForm.Marshal(slow)
	require.NoError(t, err)
	require.Equal(t, string(other), string(one))
}

// Inputs are kept as they were given, however odd: no usage is not a usage of zero, no facts are not an empty list.
func TestRefusedInputsAreStored(t *testing.T) {
	s := schedule(perUnit("water", "1"))
	engine := compiled(t, s)
	for name, in := range map[string]rates.Input{
		"nothing":              {},
		"an unknown schedule":  {Schedule: "none", Facts: rates.Facts{}, Changes: []rates.Change{}, Meters: []rates.Meter{}},
		"a period backward":    {Schedule: "s", Period: civil.Period{From: day("2026-07-01"), To: day("2026-06-01")}},
		"half a period":        {Schedule: "s", Period: civil.Period{To: day("2026-06-01")}},
		"usage below zero":     input("-1", nil),
		"usage of zero":        {Schedule: "none", Usage: ccf("0")},
		"usage beyond all":     input("1000000000001", nil),
		"negative cycle":       {Schedule: "none", CycleDays: -3},
		"more carried than 1":  {Schedule: "s", Period: june(), Carried: part(-7, 3)},
		"two meters of one ID": {Schedule: "s", Period: june(), Meters: []rates.Meter{{ID: "A"}, {ID: "A"}}},
		"a change on no day":   {Schedule: "s", Period: june(), Changes: []rates.Change{{Fact: "f"}}},
	} {
		t.Run(name, func(t *testing.T) {
			quote, err := engine.Price(in)
			data, storeErr := rates.QuoteForm.Marshal(quote)
			require.NoError(t, storeErr)
			back, readErr := rates.QuoteForm.Unmarshal(data)
			require.NoError(t, readErr)
			requireSameQuote(t, quote, back)
			require.NoError(t, engine.Verify(back))
			x, explainErr := engine.ExplainQuote(back)
			require.NoError(t, explainErr)
			require.Equal(t, err, x.Err)
			require.NotEmpty(t, x.String())
		})
	}
}

// Where the lines are beyond an amount the bill is refused, and they have no cents.
func TestTotalBeyondAmountsIsStored(t *testing.T) {
	s := schedule(fixed("a", "90000000000000000"), fixed("b", "90000000000000000"))
	s.Rounding = atTotal
	engine := compiled(t, s)
	quote, err := engine.Price(input("0", nil))
	require.ErrorIs(t, err, rates.ErrRange)
	data, err := rates.QuoteForm.Marshal(quote)
	require.NoError(t, err)
	back, err := rates.QuoteForm.Unmarshal(data)
	require.NoError(t, err)
	requireSameQuote(t, quote, back)
	require.NoError(t, engine.Verify(back))
}

// What a usage rule makes of what was measured is stored, and is the book's to prove.
func TestBilledUsageIsStored(t *testing.T) {
	for rule, billed := range map[rates.UsageRule]string{
		rates.ExactUsage:       `"usage":[{"measured":"19/2","usage":"19/2"}]`,
		rates.NextWholeUnit:    `"usage":[{"measured":"19/2","usage":"10"}]`,
		rates.TruncateAndCarry: `"usage":[{"measured":"19/2","usage":"9","carry":"1/2"}]`,
	} {
		t.Run(rule.String(), func(t *testing.T) {
			s := schedule(fixed("base", "9.00"))
			s.Usage = rule
			engine := compiled(t, s)
			data, err := rates.QuoteForm.Marshal(priced(t, s, input("9.5", nil)))
			require.NoError(t, err)
			back, err := rates.QuoteForm.Unmarshal(altered(t, string(data), billed, `"usage":[{"measured":"19/2","usage":"9","carry":"1/2"}]`))
			require.NoError(t, err)
			if rule == rates.TruncateAndCarry {
				require.NoError(t, engine.Verify(back))
				return
			}
			require.Equal(t, "usage[0]", requireProblem(t, engine.Verify(back), rates.ErrOtherBook).Path)
			other := `"usage":[{"measured":"19/2","usage":"10"}]`
			if rule == rates.NextWholeUnit {
				other = `"usage":[{"measured":"19/2","usage":"19/2"}]`
			}
			back, err = rates.QuoteForm.Unmarshal(altered(t, string(data), billed, other))
			require.NoError(t, err)
			require.Equal(t, "usage[0]", requireProblem(t, engine.Verify(back), rates.ErrOtherBook).Path)
		})
	}
}

// Fractions are kept to the last digit, however long.
func TestFractionsBeyond64BitsAreStored(t *testing.T) {
	s := schedule(charge("fee", rates.Computed{Amount: fraction("1 / (units * units * units * units * units)")}), perUnit("water", "0.123456789012345678901234567890"))
	s.Facts = []rates.Fact{number("units")}
	s.Rounding = atTotal
	engine := compiled(t, s)
	for _, units := range []string{"7", "999999999999999989", strings.Repeat("7", 64)} {
		quote, err := engine.Price(input("123456.789012", rates.Facts{"units": units}))
		require.NoError(t, err)
		data, err := rates.QuoteForm.Marshal(quote)
		require.NoError(t, err)
		back, err := rates.QuoteForm.Unmarshal(data)
		require.NoError(t, err)
		requireSameQuote(t, quote, back)
		require.NoError(t, engine.Verify(back))
	}
	in := input("1", nil)
	in.Schedule, in.Carried = "none", exact.FromRat(rat("1/"+strings.Repeat("3", 40_000)))
	quote, err := engine.Price(in)
	require.ErrorIs(t, err, rates.ErrNoSchedule)
	_, err = rates.QuoteForm.Marshal(quote)
	requireProblem(t, err, exact.ErrNumber)
}

// A quote that no book made is not stored, and neither is one that would be read back as another.
func TestQuotesThatAreNotStored(t *testing.T) {
	_, err := rates.QuoteForm.Marshal(rates.Quote{})
	require.Equal(t, "book", requireProblem(t, err, rates.ErrQuote).Path)
	engine := compiled(t, schedule(perUnit("water", "1")))
	quote, err := engine.Price(input("10", rates.Facts{"size": "\xff"}))
	require.NoError(t, err)
	_, err = rates.QuoteForm.Marshal(quote)
	require.Equal(t, "value.input.facts.size", requireProblem(t, err, stored.ErrValue).Path)

	quote, err = engine.Price(input("10", nil))
	require.NoError(t, err)
	raised := quote
	raised.Total = money.Cents(1001)
	_, err = rates.QuoteForm.Marshal(raised)
	require.Equal(t, "value.total", requireProblem(t, err, rates.ErrQuote).Path)
	require.Equal(t, "total", requireProblem(t, engine.Verify(raised), rates.ErrOtherBook).Path)

	quote, err = engine.Price(input("-1", nil))
	require.ErrorIs(t, err, rates.ErrUsage)
	quote.Total = money.Cents(1)
	_, err = rates.QuoteForm.Marshal(quote)
	require.Equal(t, "value.total", requireProblem(t, err, rates.ErrQuote).Path)
}

// smallQuote is the quote that what follows alters: 10 CCF at 1.50 and a base of 9.00 on June's days.
func smallQuote(t require.TestingT) (*rates.Engine, string) {
	water := charge("water", rates.PerUnit{Price: num("1.50")})
	memo := charge("info", rates.PerUnit{Price: num("0.10")})
	memo.Memo = true
	lost := charge("lost", rates.Computed{Amount: formula("persons")})
	lost.Memo = true
	s := withFacts(schedule(fixed("base", "9.00"), water, memo, lost), number("persons"))
	s.Versions[0].Source.Resolution = "Resolution 1"
	engine := compiled(t, s)
	quote, err := engine.Price(input("10", rates.Facts{"note": quoteMarker}))
	require.NoError(t, err)
	data, err := rates.QuoteForm.Marshal(quote)
	require.NoError(t, err)
	return engine, string(data)
}

// replaced replaces parts of a text, each of which stands in it once.
func replaced(t require.TestingT, text string, oldNew ...string) string {
	for i := 0; i < len(oldNew); i += 2 {
		require.Equal(t, 1, strings.Count(text, oldNew[i]), "%s in %s", oldNew[i], text)
		text = strings.Replace(text, oldNew[i], oldNew[i+1], 1)
	}
	return text
}

// altered is a stored quote with parts replaced, under the digest of what it then says.
func altered(t require.TestingT, text string, oldNew ...string) []byte {
	return rates.SealQuote([]byte(replaced(t, text, oldNew...)))
}

// What a quote alone can show to be wrong is refused when it is read.
func TestReadingAQuoteIsStrict(t *testing.T) {
	_, good := smallQuote(t)
	const base = `{"charge":"base","text":"base","exact":"9","amount":"9.00","source":{"resolution":"Resolution 1"}}`
	book := good[strings.Index(good, `"book":"`)+8:][:64]
	const billed = `"usage":[{"measured":"10","usage":"10"}]`
	for _, c := range []struct {
		name   string
		oldNew []string
		code   problem.Code
		path   string
	}{
		{"an unknown version", []string{`"version":1`, `"version":2`}, stored.ErrVersion, "version"},
		{"another form", []string{`"form":"quote"`, `"form":"bill"`}, stored.ErrKind, "form"},
		{"an unknown key", []string{`"total"`, `"discount":"1.00","total"`}, stored.ErrKey, "value.discount"},
		{"an unknown key of a line", []string{base, strings.Replace(base, `"exact"`, `"note":"x","exact"`, 1)}, stored.ErrKey, "value.lines[0].note"},
		{"a zero digest", []string{book, strings.Repeat("0", 64)}, rates.ErrQuote, "value.book"},
		{"half a digest", []string{book, book[:32]}, rates.ErrOtherBook, "value.book"},
		{"a digest in capitals", []string{book, strings.ToUpper(book)}, stored.ErrValue, "value.book"},
		{"no schedule", []string{`"schedule":"s"`, `"schedule":""`}, rates.ErrQuote, "value.input.schedule"},
		{"a period backward", []string{`"to":"2026-07-01"`, `"to":"2026-05-01"`}, rates.ErrQuote, "value.input.period"},
		{"half a period", []string{`,"to":"2026-07-01"`, ``}, rates.ErrQuote, "value.input.period"},
		{"a period of ages", []string{`"to":"2026-07-01"`, `"to":"2126-07-01"`}, rates.ErrQuote, "value.input.period"},
		{"no day", []string{`"to":"2026-07-01"`, `"to":"2026-06-31"`}, civil.ErrDate, "value.input.period.to"},
		{"usage without a unit", []string{`"10 CCF"`, `"10"`}, metering.ErrVolume, "value.input.usage"},
		{"usage in another spelling", []string{`"10 CCF"`, `"10 HCF"`}, stored.ErrValue, "value.input.usage"},
		{"usage as a number", []string{`"10 CCF"`, `10`}, metering.ErrVolume, "value.input.usage"},
		{"usage of zero, billed", []string{`"10 CCF"`, `"0 CCF"`}, rates.ErrQuote, "value.usage[0].measured"},
		{"carried in, with a float", []string{`"10 CCF"`, `"10 CCF","carried":0.5`}, stored.ErrValue, "value.input.carried"},
		{"more than one carried in", []string{`"10 CCF"`, `"10 CCF","carried":"3/2"`}, rates.ErrQuote, "value.usage[0]"},
		{"less than nothing carried in", []string{`"10 CCF"`, `"10 CCF","carried":"-1/2"`}, rates.ErrQuote, "value.usage[0]"},
		{"carried in and lost", []string{`"10 CCF"`, `"10 CCF","carried":"1/2"`}, rates.ErrQuote, "value.usage[0].usage"},
		{"meters and usage", []string{`"10 CCF"`, `"10 CCF","meters":[{"id":""}]`}, rates.ErrQuote, "value.input.usage"},
		{"two meters alike", []string{`"usage":"10 CCF"`, `"meters":[{"id":"A"},{"id":"A"}]`}, rates.ErrQuote, "value.input.meters[1].id"},
		{"no total", []string{`"total":"24.00",`, ``}, rates.ErrQuote, "value.total"},
		{"a total and refused", []string{`"total":"24.00"`, `"total":"24.00","refused":true`}, rates.ErrQuote, "value.total"},
		{"not refused, in words", []string{`"total":"24.00"`, `"total":"24.00","refused":false`}, stored.ErrKey, "value.refused"},
		{"a total that is a number", []string{`"total":"24.00"`, `"total":24.00`}, money.ErrAmount, "value.total"},
		{"a total with one decimal", []string{`"total":"24.00"`, `"total":"24.0"`}, stored.ErrValue, "value.total"},
		{"a total that the lines are not", []string{`"total":"24.00"`, `"total":"24.01"`}, rates.ErrQuote, "value.total"},
		{"a negative total", []string{`"total":"24.00"`, `"total":"-24.00"`}, rates.ErrQuote, "value.total"},
		{"a line less", []string{base + `,`, ``}, rates.ErrQuote, "value.total"},
		{"a line twice", []string{base, base + `,` + base}, rates.ErrQuote, "value.total"},
		{"lines beyond all amounts", []string{base, strings.Repeat(strings.Replace(strings.Replace(base, `"9"`, `"90000000000000000"`, 1), "9.00", "90000000000000000.00", 1)+",", 2) + base},
			rates.ErrQuote, "value.total"},
		{"an amount that is not its fraction", []string{`"exact":"9","amount":"9.00"`, `"exact":"9","amount":"10.00"`, `"total":"24.00"`, `"total":"25.00"`}, rates.ErrQuote, "value.lines[0].amount"},
		{"a negative amount that is not its fraction", []string{`"exact":"9","amount":"9.00"`, `"exact":"9","amount":"-9.00"`, `"total":"24.00"`, `"total":"6.00"`}, rates.ErrQuote, "value.lines[0].amount"},
		{"a memo that is not its fraction", []string{`"exact":"1","amount":"1.00"`, `"exact":"1","amount":"3.00"`}, rates.ErrQuote, "value.memos[0].amount"},
		{"a fraction in other terms", []string{`"exact":"9"`, `"exact":"18/2"`}, exact.ErrNumber, "value.lines[0].exact"},
		{"a fraction over zero", []string{`"exact":"9"`, `"exact":"9/0"`}, exact.ErrNumber, "value.lines[0].exact"},
		{"a fraction over less", []string{`"exact":"9"`, `"exact":"-9/-1"`}, exact.ErrNumber, "value.lines[0].exact"},
		{"a decimal", []string{`"exact":"9"`, `"exact":"9.0"`}, exact.ErrNumber, "value.lines[0].exact"},
		{"a fraction with a plus", []string{`"exact":"9"`, `"exact":"+9"`}, exact.ErrNumber, "value.lines[0].exact"},
		{"digits with a line", []string{`"exact":"9"`, `"exact":"0_9"`}, exact.ErrNumber, "value.lines[0].exact"},
		{"a fraction of ages", []string{`"exact":"9"`, `"exact":"` + strings.Repeat("9", 100_000) + `"`}, exact.ErrNumber, "value.lines[0].exact"},
		{"a line of no charge", []string{`"charge":"base"`, `"charge":""`}, rates.ErrQuote, "value.lines[0].charge"},
		{"a tier below zero", []string{`"charge":"base"`, `"charge":"base","tier":-1`}, rates.ErrQuote, "value.lines[0].tier"},
		{"a tier of zero", []string{`"charge":"base"`, `"charge":"base","tier":0`}, stored.ErrKey, "value.lines[0].tier"},
		{"a meter that is not there", []string{`"charge":"base"`, `"charge":"base","meter":"A"`}, rates.ErrQuote, "value.lines[0].meter"},
		{"days before the bill", []string{`"charge":"base"`, `"charge":"base","period":{"from":"2026-05-31","to":"2026-06-11"}`}, rates.ErrQuote, "value.lines[0].period"},
		{"days after the bill", []string{`"charge":"base"`, `"charge":"base","period":{"from":"2026-06-11","to":"2026-07-02"}`}, rates.ErrQuote, "value.lines[0].period"},
		{"all days of the bill", []string{`"charge":"base"`, `"charge":"base","period":{"from":"2026-06-01","to":"2026-07-01"}`}, rates.ErrQuote, "value.lines[0].period"},
		{"days backward", []string{`"charge":"base"`, `"charge":"base","period":{"from":"2026-06-11","to":"2026-06-10"}`}, rates.ErrQuote, "value.lines[0].period"},
		{"no usage billed", []string{billed + `,`, ``}, rates.ErrQuote, "value.usage"},
		{"usage of another meter", []string{`{"measured":"10"`, `{"meter":"A","measured":"10"`}, rates.ErrQuote, "value.usage[0].meter"},
		{"usage below zero", []string{billed, `"usage":[{"measured":"-10","usage":"-10"}]`}, rates.ErrQuote, "value.usage[0].measured"},
		{"usage beyond all", []string{billed, `"usage":[{"measured":"1000000000001","usage":"1000000000001"}]`}, rates.ErrQuote, "value.usage[0].measured"},
		{"usage that was not measured", []string{billed, `"usage":[{"measured":"10","usage":"11"}]`}, rates.ErrQuote, "value.usage[0].usage"},
		{"a unit carried on", []string{billed, `"usage":[{"measured":"10","usage":"9","carry":"1"}]`}, rates.ErrQuote, "value.usage[0].carry"},
		{"less than nothing carried on", []string{billed, `"usage":[{"measured":"10","usage":"11","carry":"-1"}]`}, rates.ErrQuote, "value.usage[0].carry"},
		{"a refusal of the bill", []string{`"memo":true,`, ``}, rates.ErrQuote, "value.refusals[0].memo"},
		{"a refusal of no charge", []string{`"charge":"lost"`, `"charge":""`}, rates.ErrQuote, "value.refusals[0].charge"},
		{"a refusal for no reason", []string{good[strings.Index(good, `"error":{`):], `"error":{}}]}}`}, rates.ErrQuote, "value.refusals[0].error"},
	} {
		t.Run(c.name, func(t *testing.T) {
			bad := string(altered(t, good, c.oldNew...))
			back, err := rates.QuoteForm.Unmarshal([]byte(bad))
			p := requireProblem(t, err, c.code)
			require.Equal(t, c.path, p.Path, "%v", err)
			require.Zero(t, back)
			require.NotContains(t, err.Error(), quoteMarker)
			q := rates.Quote{Total: money.Cents(5)}
			require.ErrorIs(t, q.UnmarshalJSON([]byte(bad)), c.code)
			require.Equal(t, rates.Quote{Total: money.Cents(5)}, q, "it stays as it was")
		})
	}
}

// What was altered so that the quote by itself agrees is caught by its book.
func TestAlteredQuoteIsRefusedByItsBook(t *testing.T) {
	engine, good := smallQuote(t)
	quote, err := rates.QuoteForm.Unmarshal([]byte(good))
	require.NoError(t, err)
	require.NoError(t, engine.Verify(quote))
	book := quote.Digest().String()
	for _, c := range []struct {
		name   string
		oldNew []string
		path   string
	}{
		{"a line and the total raised", []string{`"exact":"9","amount":"9.00"`, `"exact":"19","amount":"19.00"`, `"total":"24.00"`, `"total":"34.00"`}, "total"},
		{"one line raised and one lowered", []string{`"exact":"9","amount":"9.00"`, `"exact":"10","amount":"10.00"`, `"exact":"15","amount":"15.00"`, `"exact":"14","amount":"14.00"`}, "lines[0]"},
		{"a line more, of nothing", []string{`"lines":[`, `"lines":[{"charge":"fee","exact":"0","amount":"0.00"},`}, "lines[0]"},
		{"a charge", []string{`"charge":"base"`, `"charge":"fee"`}, "lines[0]"},
		{"a text", []string{`"text":"base"`, `"text":"Fee"`}, "lines[0]"},
		{"a service", []string{`"charge":"base"`, `"charge":"base","service":"sewer"`}, "lines[0]"},
		{"a tier", []string{`"charge":"base"`, `"charge":"base","tier":1`}, "lines[0]"},
		{"days", []string{`"charge":"base"`, `"charge":"base","period":{"from":"2026-06-01","to":"2026-06-02"}`}, "lines[0]"},
		{"a version", []string{`"charge":"base"`, `"charge":"base","version":"2026-06-01"`}, "lines[0]"},
		{"a quantity", []string{`"quantity":"10","price":"3/2"`, `"quantity":"11","price":"3/2"`}, "lines[1]"},
		{"a price", []string{`"price":"3/2"`, `"price":"2"`}, "lines[1]"},
		{"a source", []string{`"amount":"9.00","source":{"resolution":"Resolution 1"}`, `"amount":"9.00","source":{"resolution":"Resolution 2"}`}, "lines[0]"},
		{"a memo", []string{`"exact":"1","amount":"1.00"`, `"exact":"2","amount":"2.00"`}, "memos[0]"},
		{"usage billed", []string{`"measured":"10","usage":"10"`, `"measured":"11","usage":"11"`}, "usage[0]"},
		{"the input's usage", []string{`"10 CCF"`, `"11 CCF"`}, "total"},
		{"the input's schedule", []string{`"schedule":"s"`, `"schedule":"r"`}, "refused"},
		{"refused", []string{`"total":"24.00"`, `"refused":true`}, "refused"},
		{"a refusal less", []string{good[strings.Index(good, `,"refusals"`):], "}}"}, "refusals[0]"},
		{"a refusal of another charge", []string{`"charge":"lost"`, `"charge":"found"`}, "refusals[0]"},
		{"a refusal of another kind", []string{string(rates.ErrMissingFact), string(rates.ErrNotNumber)}, "refusals[0]"},
		{"a refusal of another fact", []string{`"path":"persons"`, `"path":"size"`}, "refusals[0]"},
		{"another book", []string{book, strings.Repeat("1", 64)}, "book"},
	} {
		t.Run(c.name, func(t *testing.T) {
			back, err := rates.QuoteForm.Unmarshal(altered(t, good, c.oldNew...))
			require.NoError(t, err, "the quote alone does not show it")
			require.Equal(t, c.path, requireProblem(t, engine.Verify(back), rates.ErrOtherBook).Path)
			x, err := engine.ExplainQuote(back)
			require.Equal(t, c.path, requireProblem(t, err, rates.ErrOtherBook).Path)
			require.Zero(t, x)
			require.NotContains(t, err.Error(), quoteMarker)
		})
	}
	// What refusals say may be put better by a later release.
	back, err := rates.QuoteForm.Unmarshal(altered(t, good, "persons is needed and not given", "persons is missing"))
	require.NoError(t, err)
	require.NoError(t, engine.Verify(back))
}

// An input that changed in what its book makes nothing of prices the same: no book can tell, only the digest does, and not
// where it was taken again.
func TestChangedInputThatPricesTheSame(t *testing.T) {
	engine, good := smallQuote(t)
	golden, quotes := goldenQuotes(t)
	data, err := rates.QuoteForm.Marshal(quotes["testdata/quote.v1.json"])
	require.NoError(t, err)
	for _, c := range []struct {
		name   string
		engine *rates.Engine
		quote  string
		oldNew []string
	}{
		{"the day of the bill", golden, string(data), []string{`"bill_date":"2026-07-02"`, `"bill_date":"2026-07-03"`}},
		{"the days of the cycle", golden, string(data), []string{`"cycle_days":30`, `"cycle_days":31`}},
		{"a fact that no charge asks for", golden, string(data), []string{`"color":"blue"`, `"color":"red"`}},
		{"a fact less", golden, string(data), []string{`"color":"blue",`, ``}},
		{"no changes for none given", engine, good, []string{`"10 CCF"`, `"10 CCF","changes":[]`}},
		{"facts of a meter", golden, string(data), []string{`{"id":"C"}`, `{"id":"C","facts":{}}`}},
		{"the words of a refusal", engine, good, []string{"persons is needed and not given", "persons is missing"}},
		{"where in a file the book stood", engine, good, []string{`"path":"persons"`, `"path":"persons","pos":{"line":7}`}},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := rates.QuoteForm.Unmarshal([]byte(replaced(t, c.quote, c.oldNew...)))
			require.Equal(t, "value.digest", requireProblem(t, err, stored.ErrID).Path)
			back, err := rates.QuoteForm.Unmarshal(altered(t, c.quote, c.oldNew...))
			require.NoError(t, err)
			require.NoError(t, c.engine.Verify(back))
		})
	}
}

// The code of a refusal and that of its cause are still found when it is read.
func TestRefusalsKeepTheirCodes(t *testing.T) {
	s := fees(formula("units * 2"), number("units"))
	s.Codes = map[problem.Code]problem.Code{rates.ErrNotNumber: "E_OUTSIDE"}
	quote, err := price(t, s, input("0", rates.Facts{"units": "two"}))
	require.ErrorIs(t, err, problem.Code("E_OUTSIDE"))
	data, err := rates.QuoteForm.Marshal(quote)
	require.NoError(t, err)
	back, err := rates.QuoteForm.Unmarshal(data)
	require.NoError(t, err)
	require.True(t, back.Refused())
	for _, code := range []problem.Code{"E_OUTSIDE", rates.ErrNotNumber, exact.ErrNumber} {
		require.ErrorIs(t, back.Refusals()[0].Err, code)
	}
	require.Equal(t, quote.Refusals(), back.Refusals())
}

func TestTornQuoteIsRefused(t *testing.T) {
	_, quotes := goldenQuotes(t)
	for file := range quotes {
		golden, err := os.ReadFile(file)
		require.NoError(t, err)
		golden = golden[:len(golden)-1]
		for i := range golden {
			_, err := rates.QuoteForm.Unmarshal(golden[:i])
			require.ErrorIs(t, err, stored.ErrForm, "%s cut at byte %d", file, i)
		}
	}
}

// JSON of a quote is its form, never its fields alone.
func TestJSONOfAQuoteIsItsForm(t *testing.T) {
	engine, good := smallQuote(t)
	var quote rates.Quote
	require.NoError(t, json.Unmarshal([]byte(good), &quote))
	data, err := json.Marshal(quote)
	require.NoError(t, err)
	require.JSONEq(t, good, string(data))
	require.NoError(t, engine.Verify(quote))
	require.ErrorIs(t, json.Unmarshal([]byte("null"), &quote), stored.ErrForm)
	require.NoError(t, engine.Verify(quote), "it stays as it was")
	_, err = json.Marshal(rates.Quote{})
	require.ErrorIs(t, err, rates.ErrQuote)
}

// Storing adds nothing to what every bill carries.
func TestQuoteDoesNotGrow(t *testing.T) {
	require.LessOrEqual(t, reflect.TypeFor[rates.Quote]().Size(), uintptr(336))
}

// Whatever is read as a quote agrees with itself and is written as it was.
func FuzzQuoteForm(f *testing.F) {
	_, quotes := goldenQuotes(f)
	for file := range quotes {
		f.Add(must(os.ReadFile(file)))
	}
	engine, good := smallQuote(f)
	f.Add([]byte(good))
	f.Fuzz(func(t *testing.T, data []byte) {
		data = rates.SealQuote(data)
		quote, err := rates.QuoteForm.Unmarshal(data)
		if err != nil {
			require.Zero(t, quote)
			return
		}
		if !quote.Refused() {
			sum := money.Amount{}
			for line := range quote.Lines() {
				sum = must(sum.Add(line.Amount()))
			}
			require.Equal(t, quote.Total, sum)
		}
		again, err := rates.QuoteForm.Marshal(quote)
		require.NoError(t, err)
		require.JSONEq(t, string(data), string(again))
		if quote.Digest() == engine.Digest() && engine.Verify(quote) == nil {
			x, err := engine.ExplainQuote(quote)
			require.NoError(t, err)
			require.NotEmpty(t, x.String())
		}
	})
}

// A quote is stored with its bill, and explained years later by the book that made it.
func ExampleEngine_Verify() {
	engine, err := rates.Compile(ordWater())
	if err != nil {
		fmt.Println(err)
		return
	}
	quote, err := engine.Price(june13())
	if err != nil {
		fmt.Println(err)
		return
	}
	data, err := rates.QuoteForm.Marshal(quote) // into a column of text or jsonb
	if err != nil {
		fmt.Println(err)
		return
	}

	back, err := rates.QuoteForm.Unmarshal(data)
	fmt.Println(back.Total, err, engine.Verify(back))

	_, err = rates.QuoteForm.Unmarshal(bytes.Replace(data, []byte(`"meter_size":"3/4"`), []byte(`"meter_size":"1"`), 1))
	fmt.Println(err) // something was changed
	back.Total = money.Cents(13659)
	fmt.Println(engine.Verify(back)) // the book says what is right
	// Output:
	// $126.59 <nil> <nil>
	// E_STORED_ID: value.digest: the digest is not that of the quote; restore the quote as it was written: what is stored is never changed
	// E_OTHER_BOOK: total: the quote says $136.59, and its input comes to $126.59; restore the quote as it was made
}

func BenchmarkQuoteForm(b *testing.B) {
	engine, good := smallQuote(b)
	quote := must(rates.QuoteForm.Unmarshal([]byte(good)))
	b.Run("write", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			must(rates.QuoteForm.Marshal(quote))
		}
	})
	b.Run("read", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			must(rates.QuoteForm.Unmarshal([]byte(good)))
		}
	})
	b.Run("verify", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if err := engine.Verify(quote); err != nil {
				b.Fatal(err)
			}
		}
	})
}
