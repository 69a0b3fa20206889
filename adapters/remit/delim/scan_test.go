package delim_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/adapters/remit"
	"github.com/headgate-dev/headgate/adapters/remit/delim"
	"github.com/headgate-dev/headgate/billing/problem"
	"github.com/headgate-dev/headgate/payments"
)

func TestColumnsAreFoundByTheirNames(t *testing.T) {
	p := shipped(t, "portal-settlement")
	want := scan(t, portal, p).rows[0]
	moved := "extra,amount_cents,type,txn_id, net_cents ,fee_cents,account,\"date\"\nx,26217,PAYMENT,T1,25427,790,31970791,2026-03-03\n"
	assert.Equal(t, want, scan(t, moved, p).rows[0], "others may come, and move")
	twice := "extra,extra," + strings.Replace(portal, "\n", "\nx,y,", 3)
	assert.Equal(t, want, scan(t, strings.TrimSuffix(twice, "x,y,"), p).rows[0], "what is not read may come twice")
}

// failure is the error that ends a stream.
func failure(t *testing.T, text string, p *delim.Profile) error {
	var got error
	for item, err := range delim.Scan(strings.NewReader(text), p, "day.csv") {
		require.NoError(t, got, "an error is the last")
		if got = err; err != nil {
			require.Equal(t, remit.Item[delim.Row]{}, item)
		}
	}
	require.Error(t, got)
	return got
}

func TestAFileWithoutTheColumnsIsNoSuchFile(t *testing.T) {
	p := shipped(t, "portal-settlement")
	for heading, want := range map[string]string{
		"txn_id,type,date,account,amount,fee_cents,net_cents\n":                      "day.csv:1: E_HEADING: amount_cents: the heading lacks the column that is the amount; export it too, or correct its name in the profile",
		"\ntxn_id,type,date,account,amount_cents,fee_cents,net_cents,amount_cents\n": "day.csv:2: E_HEADING: amount_cents: the heading has the column twice; take one out",
		"\xff\xfet\x00x\x00n\x00": "day.csv:1:1: E_ENCODING: the file is UTF-16; save it as UTF-8, or as CSV without more",
	} {
		assert.Equal(t, want, failure(t, heading, p).Error())
	}
	var list problem.List
	require.ErrorAs(t, failure(t, "txn_id;type;date\n", p), &list)
	assert.Len(t, list, 7, "all of them at once")
	assert.Equal(t, []string{"E_TORN"}, scan(t, "", p).codes(), "a file without a heading is torn")
	assert.Equal(t, []string{"E_TORN"}, scan(t, "\n \n", p).codes())
}

func TestAnOptionalColumnMayBeMissing(t *testing.T) {
	p := shipped(t, "checks-by-name")
	text := "name,amount,deposit date,check number,routing number,bank account,account\nJ,84.10,03/03/2026,1,121000358,1234567,A\nJ,84.10,03/03/2026,2,121000358,1234567,B\n"
	r := scan(t, text, p)
	assert.Empty(t, r.findings)
	assert.Empty(t, r.batches(), "without the column there are no batches")
	assert.Equal(t, []string{"A", "B"}, []string{r.rows[0].Account, r.rows[1].Account})
	text = strings.Replace(text, "name,", "batch,", 1)
	r = scan(t, strings.Replace(text, "\nJ,84.10,03/03/2026,2", "\nK,84.10,03/03/2026,2", 1), p)
	assert.Equal(t, []string{"batch J, lines 2 to 2, holds", "batch K, lines 3 to 3, holds"}, []string{r.verdicts[0].String(), r.verdicts[1].String()})
}

func TestACellMayHoldALineEnd(t *testing.T) {
	p := shipped(t, "portal-settlement")
	r := scan(t, strings.Replace(portal, "T2,", "\"T2\n\"\"second\"\" line,\r\n\nlast\",", 1), p)
	assert.Empty(t, r.findings)
	require.Len(t, r.rows, 3)
	assert.Equal(t, "T2\n\"second\" line,\n\nlast", r.rows[1].Transaction)
	assert.Equal(t, []int{3, 6}, []int{r.rows[1].Line, r.rows[1].Last})
	assert.Equal(t, 7, r.rows[2].Line)
	r = scan(t, strings.Replace(portal, "txn_id,", "txn_id,\"a\nnote\",", 1), p)
	assert.Equal(t, []string{"E_RECORD", "E_RECORD", "E_RECORD"}, r.codes(), "the heading has eight cells")
}

func TestADamagedQuoteTakesItsOwnLineAlone(t *testing.T) {
	p := shipped(t, "portal-settlement")
	damaged := strings.Replace(portal, "T1,", `"T1,`, 1)
	for name, more := range map[string]string{
		"never closed":            "T9,PAYMENT,2026-03-03,31970791,1,0,1\n",
		"closed by another cell":  "T9,PAYMENT,2026-03-03,\"31970791\",1,0,1\n",
		"closed at an empty cell": "\"\",PAYMENT,2026-03-03,31970791,1,0,1\n",
		"closed at a comma":       "T9,PAYMENT,2026-03-03,\",\",1,0,1\n",
	} {
		t.Run(name, func(t *testing.T) {
			r := scan(t, damaged+strings.Repeat(more, 300), p)
			if name == "closed at an empty cell" {
				assert.Equal(t, 301, len(r.findings), "those have no transaction")
				assert.Len(t, r.rows, 2)
				return
			}
			assert.Equal(t, []string{"E_QUOTE"}, r.codes())
			assert.Equal(t, 2, r.findings[0].Pos.Line)
			assert.Len(t, r.rows, 302)
			assert.False(t, r.holds)
		})
	}
	// Two that are damaged would be one row together, and take what is between them with it.
	between := strings.Repeat("T9,PAYMENT,2026-03-03,31970791,1,0,1\n", 50)
	r := scan(t, damaged+between+"T3,PAYMENT,2026-03-03,31970791\",1,0,1\n"+between, p)
	assert.Equal(t, []string{"E_QUOTE", "E_QUOTE"}, r.codes())
	assert.Len(t, r.rows, 102)
	r = scan(t, portal+`"T3,PAYMENT,2026-03-03,31970791,1,0,1`, p)
	assert.Equal(t, []string{"E_QUOTE"}, r.codes())
	assert.Len(t, r.rows, 3)
}

func TestQuotesOfAnUnquotedFileAreText(t *testing.T) {
	p := parse(t, "delimiter: '|'\nunquoted: true\nunit: cents\nsign: plain\nfields:\n  - {role: account, column: 1}\n  - {role: amount, column: 2}\n")
	r := scan(t, "\"A|100\n5\" pipe|200\n", p)
	assert.Empty(t, r.findings)
	assert.Equal(t, []string{`"A`, `5" pipe`}, []string{r.rows[0].Account, r.rows[1].Account})
}

func TestALineOfAHeadingThatPaysIsNone(t *testing.T) {
	s := samples()["bostonpost-lockbox"]
	_, rows, _ := strings.Cut(s.text, "\n")
	r := scan(t, rows, s.stated(t, "bostonpost-lockbox"))
	require.Equal(t, []string{"E_RECORD"}, r.codes(), "a payment would be lost without a word")
	assert.Equal(t, "day.csv:1:59: E_RECORD: amount: the first line is no heading: it has an amount; correct the file, or look at the payment by itself", r.findings[0].String())
	assert.False(t, r.holds)
	assert.Len(t, r.rows, 1)
}

func TestALastLineThatWasCutIsTold(t *testing.T) {
	const text = "1;A\n2;B"
	fields := "unit: cents\nsign: plain\nfields:\n  - {role: amount, column: 1}\n  - {role: account, column: 2}\n"
	assert.Empty(t, scan(t, text, parse(t, "delimiter: ';'\n"+fields)).findings)
	r := scan(t, text, parse(t, "delimiter: ';'\nends: true\n"+fields))
	assert.Equal(t, []string{"E_TORN"}, r.codes(), "where the source ends every line")
	assert.Empty(t, scan(t, text+"\n", parse(t, "delimiter: ';'\nends: true\n"+fields)).findings)
	// Lines of columns show it themselves.
	whole := "1000260303\n" + fultonLine("0104417", 84_10, "REF1")
	p := shipped(t, "fulton-retail-80")
	assert.Len(t, scan(t, strings.TrimRight(whole, " ")+"\n", p).rows, 1, "blanks at the end may be stripped")
	line := strings.Index(whole, "\n") + 1
	for n := line + 2; n < line+76; n++ {
		assert.Equal(t, []string{"E_TORN"}, scan(t, whole[:n], p).codes(), "%d", n-line)
		if n < line+57 {
			assert.Equal(t, []string{"E_FIELD"}, scan(t, whole[:n]+"\n", p).codes(), "an amount or a day is never read of a part of it: %d", n-line)
		}
	}
}

func TestAnAmountIsNeverReadOfAPartOfIt(t *testing.T) {
	p := parse(t, "unit: cents\nsign: plain\nrecords:\n  - {name: head, from: 1, to: 1, text: H, is: control}\n  - {name: row, is: row}\nfields:\n  - {record: head, role: control_count, from: 2, to: 4}\n"+
		"  - {record: row, role: account, from: 1, to: 7}\n  - {record: row, role: amount, from: 8, to: 17}\n")
	const head, line = "H001", "01044170000008410"
	assert.Equal(t, []int64{84_10}, scan(t, head+"\n"+line+"\n", p).cents())
	for n := 1; n < len(line); n++ {
		r := scan(t, head+"\n"+line[:n]+"\n", p)
		assert.Equal(t, "E_FIELD", r.codes()[0], "%d", n)
		assert.Empty(t, r.rows)
	}
	for n := 1; n < len(head); n++ {
		r := scan(t, head[:n]+"\n"+line+"\n", p)
		assert.Equal(t, []string{"E_FIELD"}, r.codes(), "nor is a count")
	}
}

func TestARowHasNotTooManyLines(t *testing.T) {
	p := shipped(t, "portal-settlement")
	row := func(lines int) string {
		return strings.Replace(portal, "69523330", "\"6952"+strings.Repeat("\n", lines-1)+"3330\"", 1)
	}
	assert.Empty(t, scan(t, row(delim.MostLines), p).findings)
	r := scan(t, row(delim.MostLines+1), p)
	assert.Equal(t, "E_QUOTE", r.codes()[0])
	assert.Len(t, r.rows, 2)
}

func TestAReversalTellsWhatItTakesBack(t *testing.T) {
	p := shipped(t, "portal-settlement")
	assert.Equal(t, "T1", scan(t, portal, p).rows[2].Reverses, "by the suffix")
	assert.Empty(t, scan(t, strings.Replace(portal, "T2,", "T2R,", 1), p).rows[1].Reverses, "a payment takes nothing back whatever its number is")
	for _, other := range []string{"T1X", "1", "R"} {
		r := scan(t, strings.Replace(portal, "T1R", other, 1), p)
		require.Equal(t, []string{"E_REVERSAL"}, r.codes(), other)
		assert.Equal(t, payments.NoLevel, r.findings[0].Fails)
		assert.Empty(t, r.rows[2].Reverses)
		assert.True(t, r.holds)
	}
	r := scan(t, strings.Replace(portal, "-26217,1500,-27717", "26217,1500,24717", 1), p)
	require.Equal(t, []string{"E_FIELD"}, r.codes(), "what takes back more than nothing is in doubt")
	assert.Equal(t, payments.OfReceipt, r.findings[0].Fails)
	assert.True(t, r.rows[2].Doubt)
	assert.Equal(t, []string{"E_FIELD"}, scan(t, strings.Replace(portal, "-26217,1500,-27717", "0,1500,-1500", 1), p).codes(), "and so is what takes back nothing")
	silent := shipped(t, "portal-settlement")
	silent.Suffix = ""
	r = scan(t, portal, silent)
	assert.Empty(t, r.findings, "where the profile does not say how, a row cannot")
	assert.Empty(t, r.rows[2].Reverses)
	named := samples()["settlement-by-name"]
	p = shipped(t, "settlement-by-name")
	r = scan(t, named.text, p)
	assert.Equal(t, []string{"", "A0", "A9"}, []string{r.rows[0].Reverses, r.rows[1].Reverses, r.rows[2].Reverses})
	assert.Equal(t, []delim.Kind{delim.Payment, delim.Refund, delim.Chargeback}, []delim.Kind{r.rows[0].Kind, r.rows[1].Kind, r.rows[2].Kind})
	assert.Empty(t, scan(t, strings.Replace(named.text, "A1,,payment", "A1,A7,payment", 1), p).rows[0].Reverses)
	assert.Equal(t, []string{"E_REVERSAL"}, scan(t, strings.Replace(named.text, "A2,A0,", "A2,,", 1), p).codes())
}

func TestTheNetIsComputedAgain(t *testing.T) {
	r := scan(t, strings.Replace(portal, "395,12175", "395,12176", 1), shipped(t, "portal-settlement"))
	require.Equal(t, []string{"E_CONTROL"}, r.codes())
	f := r.findings[0]
	assert.Equal(t, "day.csv:3: E_CONTROL: net: $125.70 less the fee of $3.95 is not the net of $121.76; correct the file, or look at the payment by itself", f.String())
	assert.Equal(t, remit.Control{Name: "net", Stated: 121_76, Computed: 121_75, Money: true}, *f.Control)
	assert.Equal(t, payments.OfReceipt, f.Fails)
	assert.True(t, r.rows[1].Doubt)
	assert.False(t, r.rows[0].Doubt)
	assert.True(t, r.holds, "the other payments of the file hold")
	// Fees that are written as what they add.
	adds := shipped(t, "portal-settlement")
	adds.FeeAdds = true
	r = scan(t, strings.NewReplacer(",790,", ",-790,", ",395,", ",-395,", ",1500,", ",-1500,").Replace(portal), adds)
	assert.Empty(t, r.findings)
	assert.Equal(t, int64(7_90), r.rows[0].Fee.Cents())
	assert.Len(t, scan(t, portal, adds).findings, 3)
}

func TestASourceThatFailsEndsTheStream(t *testing.T) {
	gone := errors.New("the disk is gone")
	source := iotest.TimeoutReader(iotest.OneByteReader(strings.NewReader(portal)))
	p := shipped(t, "navusoft-3")
	got := error(nil)
	for _, err := range delim.Scan(source, p, "x") {
		got = err
	}
	assert.ErrorIs(t, got, remit.ErrInput)
	got = nil
	for _, err := range delim.Scan(iotest.ErrReader(gone), p, "x") {
		got = err
	}
	assert.ErrorIs(t, got, gone)
	for _, err := range delim.Scan(strings.NewReader(portal), shipped(t, "portal-settlement"), "x") {
		require.NoError(t, err)
		break // and nothing comes behind it
	}
	for _, err := range delim.Scan(strings.NewReader(""), &delim.Profile{}, "") {
		assert.ErrorIs(t, err, delim.ErrProfile)
	}
}

func TestNobodyIsPrinted(t *testing.T) {
	s := samples()["checks-by-name"]
	r := scan(t, s.text, shipped(t, "checks-by-name"))
	second, _ := r.rows[1].Payer().LastFour()
	first, _ := r.rows[0].Payer().LastFour()
	assert.Equal(t, []string{"…6789", "…6780"}, []string{first, second}, "a row that is kept keeps its payer")
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%d", "%q", "%x"} {
		for _, secret := range []string{"SMITH", "123456789", "121000358"} {
			assert.NotContains(t, fmt.Sprintf(verb, r.rows[0]), secret)
			assert.NotContains(t, fmt.Sprintf(verb, &r.rows[0]), secret)
		}
	}
	assert.False(t, r.rows[0].Name().IsZero())
	var nobody delim.Row
	assert.True(t, nobody.Name().IsZero() && nobody.Payer().IsZero() && nobody.Routing().IsZero())
	for _, damage := range []string{"12100\x000358", "SMITH\xff"} {
		clean := strings.NewReplacer("\x00", "", "\xff", "").Replace(damage)
		for _, f := range scan(t, strings.Replace(s.text, clean, damage, 1), shipped(t, "checks-by-name")).findings {
			assert.NotContains(t, f.String(), "12100")
			assert.NotContains(t, f.String(), "SMITH")
		}
	}
}
