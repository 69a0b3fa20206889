package delim_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/adapters/remit"
	"github.com/headgate-dev/headgate/adapters/remit/delim"
	"github.com/headgate-dev/headgate/payments"
)

func tenders(t require.TestingT) *delim.Profile {
	return parse(t, `delimiter: ","
unit: dollars
sign: plain
fields:
  - {role: account, column: 1}
  - {role: tender, column: 2, optional: true}
  - {role: tender_amount, column: 3}
  - {role: amount, column: 4}
`)
}

func TestTheRowsOfATenderSumToIt(t *testing.T) {
	p := tenders(t)
	for name, text := range map[string]string{
		"together":           "A,t1,30.00,10.00\nB,t1,30.00,20.00\nC,t2,5.00,5.00\n",
		"apart":              "A,t1,30.00,10.00\nC,t2,5.00,5.00\nB,t1,30.00,20.00\n",
		"without one":        "A,,30.00,30.00\nB,,20.00,20.00\n",
		"of a thousand rows": strings.Repeat("A,t1,10.00,0.01\n", 1000),
	} {
		assert.Empty(t, scan(t, text, p).findings, name)
	}
	for name, c := range map[string]struct {
		text  string
		want  string
		doubt int // the row in doubt, from 1
		off   int64
	}{
		"too little":          {"A,t1,30.00,10.00\nB,t1,30.00,19.91\n", "day.csv:1: E_CONTROL: tender_amount: the tender is stated as $30.00, and its rows come to $29.91", 0, 9},
		"too much":            {"A,t1,30.00,10.00\nB,t1,30.00,20.09\n", "day.csv:1: E_CONTROL: tender_amount: the tender is stated as $30.00, and its rows come to $30.09", 0, -9},
		"a row is missing":    {"C,t2,5.00,5.00\nA,t1,30.00,10.00\n", "day.csv:2: E_CONTROL: tender_amount: the tender is stated as $30.00, and its rows come to $10.00", 0, 20_00},
		"two amounts":         {"A,t1,30.00,10.00\nB,t1,30.09,20.00\n", "day.csv:2: E_CONTROL: tender_amount: the tender is stated as $30.09, and on line 1 as $30.00", 2, 9},
		"a row alone":         {"A,,30.00,29.91\n", "day.csv:1: E_CONTROL: tender_amount: the tender is stated as $30.00, and the row without a tender pays $29.91", 1, 9},
		"nothing":             {"A,t1,0.00,0.00\n", "day.csv:1: E_FIELD: tender_amount: the amount of a tender is not above zero", 1, 0},
		"below zero":          {"A,t1,-1.00,-1.00\n", "day.csv:1: E_FIELD: tender_amount: the amount of a tender is not above zero", 1, 0},
		"more than is a sum ": {strings.Repeat("A,t1,1.00,9999999999999999.99\n", 10), "day.csv:1: E_AMOUNT_RANGE: tender_amount: the rows of the tender sum to more than can be held", 0, 0},
	} {
		r := scan(t, c.text, p)
		require.NotEmpty(t, r.findings, name)
		f := r.findings[0]
		assert.Contains(t, f.String(), c.want, name)
		assert.Equal(t, payments.OfReceipt, f.Fails)
		if c.off != 0 {
			off, _ := f.Control.Off()
			assert.Equal(t, c.off, off)
		}
		for i, row := range r.rows {
			assert.Equal(t, i == c.doubt-1, row.Doubt, name)
		}
	}
	var many strings.Builder
	for i := range 50 {
		fmt.Fprintf(&many, "A,t%d,30.00,10.00\n", i)
	}
	for i, f := range scan(t, many.String(), p).findings {
		assert.Equal(t, i+1, f.Pos.Line, "in the order of the file")
	}
	assert.Equal(t, []string{"E_LONG"}, scan(t, "A,"+strings.Repeat("t", 101)+",1.00,1.00\n", p).codes())
}

func TestTendersThatWaitAreBounded(t *testing.T) {
	var text strings.Builder
	for i := range delim.MostTenders + 2 {
		fmt.Fprintf(&text, "A,t%d,2.00,1.00\n", i)
	}
	for i := range delim.MostTenders {
		fmt.Fprintf(&text, "A,t%d,2.00,1.00\n", i)
	}
	r := scan(t, text.String(), tenders(t))
	require.Equal(t, []string{"E_AMOUNT_RANGE"}, r.codes(), "once")
	assert.Equal(t, payments.OfFile, r.findings[0].Fails)
	assert.Equal(t, delim.MostTenders+1, r.findings[0].Pos.Line)
	assert.Equal(t, remit.ErrRange, r.findings[0].Code)
}
