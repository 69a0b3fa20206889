package delim_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/adapters/remit/delim"
)

func amounts(unit, sign string) *delim.Profile {
	return &delim.Profile{ID: "x", Seen: "a test", Delimiter: ';', Unit: unit, Sign: sign, Fields: []delim.Field{{Role: delim.Amount, Column: 1}}}
}

// TestCase48 is its rule in files of cells: zeros behind the cents are exact, a fraction of one is told and never rounded.
func TestCase48(t *testing.T) {
	for text, want := range map[string]int64{"8.85000": 8_85, "8.85": 8_85, "8.8": 8_80, "8": 8_00, "8.00000000000000000000000000000000000": 8_00} {
		r := scan(t, text+"\n", amounts("dollars", "plain"))
		assert.Empty(t, r.findings)
		assert.Equal(t, []int64{want}, r.cents())
	}
	for _, text := range []string{"8.855", "8.8500000001", "0.001", "-8.855"} {
		r := scan(t, "1.00\n"+text+"\n2.00\n", amounts("dollars", "plain"))
		assert.Equal(t, []string{"E_SUB_CENT"}, r.codes())
		assert.Equal(t, "day.csv:2:1: E_SUB_CENT: amount: the amount has a fraction of a cent, and is not rounded; correct the file, or look at the payment by itself", r.findings[0].String())
		assert.Equal(t, []int64{1_00, 2_00}, r.cents(), "and the others are read")
		assert.False(t, r.holds)
	}
	assert.Equal(t, []string{"E_SUB_CENT"}, scan(t, "885.5\n", amounts("cents", "plain")).codes())
}

func TestSignsAndUnits(t *testing.T) {
	for _, c := range []struct {
		sign, unit, text string
		cents            int64
		fails            string
	}{
		{"plain", "dollars", "84.10", 8410, ""}, {"plain", "dollars", "-84.1", -8410, ""}, {"plain", "dollars", "84", 8400, ""}, {"plain", "cents", "8410", 8410, ""}, {"plain", "cents", "8410.000", 8410, ""},
		{"plain", "cents", " 8410 ", 8410, ""}, {"plain", "dollars", "-0.00", 0, ""}, {"trailing", "dollars", "84.10-", -8410, ""}, {"trailing", "dollars", "-84.10", 0, "E_FIELD"},
		{"parentheses", "dollars", "(84.10)", -8410, ""}, {"parentheses", "dollars", "(84.10", 0, "E_FIELD"}, {"parentheses", "dollars", "84.10)", 0, "E_FIELD"}, {"parentheses", "dollars", "()", 0, "E_FIELD"},
		{"plain", "dollars", "(84.10)", 0, "E_FIELD"}, {"plain", "dollars", "--84.10", 0, "E_FIELD"}, {"plain", "dollars", "+84.10", 0, "E_FIELD"}, {"plain", "dollars", "- 84.10", 0, "E_FIELD"},
		{"plain", "dollars", "$84.10", 0, "E_FIELD"}, {"plain", "dollars", "1,084.10", 0, "E_FIELD"}, {"plain", "dollars", "84.", 0, "E_FIELD"}, {"plain", "dollars", ".10", 0, "E_FIELD"},
		{"plain", "dollars", "8e2", 0, "E_FIELD"}, {"plain", "dollars", "84.1x", 0, "E_FIELD"}, {"plain", "dollars", "84,10", 0, "E_FIELD"}, {"plain", "dollars", "٨٤", 0, "E_FIELD"},
		{"plain", "dollars", "000000000000000000000084.10", 8410, ""}, {"plain", "dollars", "99999999999999999.99", 0, "E_AMOUNT_RANGE"}, {"plain", "cents", "999999999999999999", 999999999999999999, ""},
	} {
		r := scan(t, c.text+"\n", amounts(c.unit, c.sign))
		if c.fails != "" {
			assert.Equal(t, []string{c.fails}, r.codes(), "%s in %s", c.text, c.unit)
			assert.Empty(t, r.rows)
			continue
		}
		assert.Equal(t, []int64{c.cents}, r.cents(), "%s in %s", c.text, c.unit)
	}
}

func TestThousandsMayBePartedWhereTheProfileSaysSo(t *testing.T) {
	p := amounts("dollars", "plain")
	p.Grouped, p.Symbol = true, "$"
	for text, want := range map[string]int64{"$1,084.10": 108410, "1,084,000": 108400000, "-$84.10": -8410, "84.10": 8410, "$1084.1": 108410} {
		assert.Equal(t, []int64{want}, scan(t, text+"\n", p).cents(), text)
	}
	for _, text := range []string{"1,08.10", ",084.10", "1,0840.10", "1084,100", "1,,084", "$-84.10", "84.1,000", "$", "1,084,"} {
		assert.Equal(t, []string{"E_FIELD"}, scan(t, text+"\n", p).codes(), text)
	}
}

func TestAFieldOfSignsSaysWhatItsWordsMean(t *testing.T) {
	p := parse(t, `delimiter: "|"
unit: cents
sign: plain
fields:
  - {role: amount, column: 1}
  - {role: sign, column: 2, minus: D, plus: C}
  - {role: fee, column: 3}
  - {role: fee_sign, column: 4, minus: CR, plus: DR}
  - {role: net, column: 5}
`)
	r := scan(t, "100|C|3|DR|97\n100|D|3|CR|-97\n", p)
	assert.Empty(t, r.findings)
	assert.Equal(t, []int64{100, -100}, r.cents())
	assert.Equal(t, []int64{3, -3}, []int64{r.rows[0].Fee.Cents(), r.rows[1].Fee.Cents()})
	for _, row := range []string{"100|X|3|DR|97", "100||3|DR|97", "-100|D|3|DR|97", "100|C|-3|CR|97", "100|c|3|DR|97"} {
		assert.Equal(t, []string{"E_FIELD"}, scan(t, row+"\n", p).codes(), "%s: a sign is neither guessed nor taken twice", row)
	}
	blank := parse(t, "delimiter: \"|\"\nunit: cents\nsign: plain\nfields:\n  - {role: amount, column: 1}\n  - {role: sign, column: 2, minus: '-', optional: true}\n")
	assert.Equal(t, []int64{100, -100, 100}, scan(t, "100|\n100|-\n100\n", blank).cents(), "where a blank is plus, the profile says so")
}

func TestTheKindMaySayTheSign(t *testing.T) {
	p := shipped(t, "portal-settlement")
	p.Sign = "kind"
	unsigned := strings.Replace(portal, "-26217,1500,-27717", "26217,1500,27717", 1)
	r := scan(t, unsigned, p)
	assert.Empty(t, r.findings)
	assert.Equal(t, []int64{26217, 12570, -26217}, r.cents())
	assert.Equal(t, int64(-27717), r.rows[2].Net.Cents())
	assert.Equal(t, []string{"E_FIELD"}, scan(t, portal, p).codes(), "a sign besides is none")
	both := parse(t, "delimiter: '|'\nunit: cents\nsign: kind\nkinds: {P: payment, C: chargeback}\nfields:\n  - {role: kind, column: 1}\n  - {role: amount, column: 2}\n  - {role: sign, column: 3, minus: D, plus: C}\n")
	assert.Equal(t, []int64{100, -100}, scan(t, "P|100|C\nC|100|D\n", both).cents(), "a field of signs stands above the kind")
}

func TestDatesAreReadInTheirFormAlone(t *testing.T) {
	for form, c := range map[string]struct{ good, bad []string }{
		"YYYY-MM-DD":          {[]string{"2026-03-03"}, []string{"2026-02-30", "2026-3-3", "03/03/2026", "2026-03-03x", "0000-01-01", "2026-13-01"}},
		"YYYY-MM-DD hh:mm:ss": {[]string{"2026-03-03 23:59:59"}, []string{"2026-03-03 24:00:00", "2026-03-03T23:59:59", "2026-03-03", "2026-03-03 23:60:00", "2026-03-03 23:59:61"}},
		"MM/DD/YYYY":          {[]string{"03/03/2026"}, []string{"3/3/2026", "13/03/2026", "03-03-2026"}},
		"M/D/YYYY":            {[]string{"3/3/2026", "03/3/2026", "03/03/2026"}, []string{"3/3/26", "3/2026", "/3/2026", "003/3/2026", "3/3/2026/1", "13/1/2026"}},
		"MM/DD/YY":            {[]string{"03/03/26"}, []string{"03/03/2026"}},
		"YYYYMMDD":            {[]string{"20260303"}, []string{"2026033", "2026 303"}},
		"MMDDYYYY":            {[]string{"03032026"}, []string{"20260303"}},
		"YYMMDD":              {[]string{"260303"}, []string{"261303", "26030"}},
		"MMDDYY":              {[]string{"030326"}, []string{"330326"}},
	} {
		p := amounts("cents", "plain")
		p.Date = form
		p.Fields = append(p.Fields, delim.Field{Role: delim.PaidOn, Column: 2})
		for _, text := range c.good {
			r := scan(t, "1;"+text+"\n", p)
			require.Empty(t, r.findings, "%s as %s", text, form)
			assert.Equal(t, "2026-03-03", r.rows[0].PaidOn.String())
		}
		for _, text := range append(c.bad, "", "  ") {
			assert.Equal(t, []string{"E_FIELD"}, scan(t, "1;"+text+"\n", p).codes(), "%q as %s", text, form)
		}
		p.Fields[1].Optional = true
		assert.True(t, scan(t, "1;\n", p).rows[0].PaidOn.IsZero())
	}
	assert.Len(t, delim.DateForms(), 9)
	p := amounts("cents", "plain")
	p.Fields = append(p.Fields, delim.Field{Role: delim.PaidOn, Column: 2, Date: "YYMMDD"}, delim.Field{Role: delim.DepositedOn, Column: 3, Date: "MMDDYY"})
	row := scan(t, "1;260303;030426\n", p).rows[0]
	assert.Equal(t, "2026-03-03 2026-03-04", row.PaidOn.String()+" "+row.DepositedOn.String(), "each field may have its own")
}
