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

func TestNavusoftStatesItsTotalFirst(t *testing.T) {
	p := shipped(t, "navusoft-3")
	text := samples()["navusoft-3"].text
	r := scan(t, strings.Replace(text, "184.10", "184.19", 1), p)
	require.Len(t, r.findings, 1)
	f := r.findings[0]
	assert.Equal(t, "day.csv:1:1: E_CONTROL: total: the total of the file is stated as $184.19, and its rows come to $184.10; hold it, and have its sender look at it", f.String())
	assert.Equal(t, remit.Control{Name: "total", Stated: 184_19, Computed: 184_10, Money: true}, *f.Control)
	assert.Equal(t, payments.OfFile, f.Fails)
	assert.False(t, r.holds)
	assert.Equal(t, []string{"E_TORN"}, scan(t, "", p).codes())
	_, rows, _ := strings.Cut(text, "\n")
	r = scan(t, rows, p)
	assert.Equal(t, []string{"E_CONTROL"}, r.codes(), "without its total, the first row is none")
	assert.Equal(t, []string{"E_FIELD"}, scan(t, strings.Replace(text, "184.10", "184.1O", 1), p).codes())
	assert.Equal(t, []string{"E_SUB_CENT"}, scan(t, strings.Replace(text, "184.10", "184.105", 1), p).codes())
}

// bracketed is a profile whose batches have headers and trailers, as its file does.
func bracketed(t *testing.T) *delim.Profile {
	return parse(t, `delimiter: "|"
unit: cents
sign: plain
records:
  - {name: file, column: 1, text: F, is: control}
  - {name: head, column: 1, text: B, is: control, of: batch, opens: true}
  - {name: row, column: 1, text: R, is: row}
  - {name: tail, column: 1, text: T, is: control, of: batch}
  - {name: end, column: 1, text: E, is: control}
fields:
  - {record: file, role: control_total, column: 2}
  - {record: head, role: batch, column: 2}
  - {record: row, role: batch, column: 2}
  - {record: row, role: amount, column: 3}
  - {record: row, role: account, column: 4}
  - {record: tail, role: batch, column: 2}
  - {record: tail, role: control_total, column: 3}
  - {record: tail, role: control_count, column: 4}
  - {record: end, role: control_count, column: 2}
  - {record: end, role: control_batches, column: 3}
  - {record: end, role: control_lines, column: 4}
`)
}

const batched = `F|600
B|1
R|1|100|A
R|1|200|B
T|1|300|2

B|2
R|2|300|C
T|2|300|1
E|3|2|9
`

func TestBatchesHaveVerdictsOfTheirOwn(t *testing.T) {
	r := scan(t, batched, bracketed(t))
	assert.Empty(t, r.findings)
	var got []string
	for _, v := range r.verdicts {
		got = append(got, v.String())
	}
	assert.Equal(t, []string{"batch 1, lines 2 to 5, holds", "batch 2, lines 7 to 9, holds", "file, lines 1 to 10, holds"}, got)
	assert.Equal(t, []string{"1", "1", "2"}, []string{r.rows[0].Batch, r.rows[1].Batch, r.rows[2].Batch})
	assert.Equal(t, remit.Summary{Lines: 10, Records: 9, Blank: 1}, r.summary)
}

func TestEveryControlIsComputedAgain(t *testing.T) {
	p := bracketed(t)
	for name, c := range map[string]struct {
		old, now string
		want     []string // code, level and place of each finding
		holds    []bool   // the batches, and the file
	}{
		"the total of the file":       {"F|600", "F|609", []string{"E_CONTROL file 1:3"}, []bool{true, true, false}},
		"the total of a batch":        {"T|1|300", "T|1|309", []string{"E_CONTROL batch 1 5:5"}, []bool{false, true, true}},
		"the count of a batch":        {"T|1|300|2", "T|1|300|3", []string{"E_CONTROL batch 1 5:9"}, []bool{false, true, true}},
		"the count of the file":       {"E|3|2|9", "E|4|2|9", []string{"E_CONTROL file 10:3"}, []bool{true, true, false}},
		"the batches of the file":     {"E|3|2|9", "E|3|3|9", []string{"E_CONTROL file 10:5"}, []bool{true, true, false}},
		"the lines of the file":       {"E|3|2|9", "E|3|2|10", []string{"E_CONTROL file 10:7"}, []bool{true, true, false}},
		"an amount":                   {"R|1|200", "R|1|201", []string{"E_CONTROL batch 1 5:5", "E_CONTROL file 1:3"}, []bool{false, true, false}},
		"no trailer":                  {"T|1|300|2\n", "", []string{"E_TORN batch 1 4:0", "E_CONTROL file 9:7"}, []bool{false, true, false}},
		"no header":                   {"B|2\n", "", []string{"E_RECORD_ORDER file 7:0", "E_RECORD_ORDER file 8:0", "E_CONTROL file 1:3", "E_CONTROL file 9:3", "E_CONTROL file 9:5", "E_CONTROL file 9:7"}, []bool{true, false}},
		"a row of another batch":      {"R|1|200|B", "R|2|200|B", []string{"E_RECORD_ORDER batch 1 4:0", "E_CONTROL batch 1 5:5", "E_CONTROL batch 1 5:9", "E_CONTROL file 1:3", "E_CONTROL file 10:3"}, []bool{false, true, false}},
		"the end of another batch":    {"T|1|300|2", "T|7|300|2", []string{"E_RECORD_ORDER batch 1 5:0", "E_TORN batch 1 4:0"}, []bool{false, true, true}},
		"no total of the file":        {"F|600\n", "", []string{"E_TORN file 9:0", "E_CONTROL file 9:7"}, []bool{true, true, false}},
		"no end of the file":          {"E|3|2|9\n", "", []string{"E_TORN file 9:0"}, []bool{true, true, false}},
		"a total that is none":        {"T|1|300", "T|1|3OO", []string{"E_FIELD batch 1 5:5"}, []bool{false, true, true}},
		"a row that cannot be read":   {"R|1|200", "R|1|2OO", []string{"E_FIELD batch 1 4:5", "E_CONTROL batch 1 5:5", "E_CONTROL batch 1 5:9", "E_CONTROL file 1:3", "E_CONTROL file 10:3"}, []bool{false, true, false}},
		"a line of no type":           {"R|1|200", "X|1|200", []string{"E_RECORD file 4:1", "E_CONTROL batch 1 5:5", "E_CONTROL batch 1 5:9", "E_CONTROL file 1:3", "E_CONTROL file 10:3"}, []bool{false, true, false}},
		"no number of a batch":        {"R|1|200", "R|" + strings.Repeat("1", 50) + "|200", []string{"E_FIELD batch 1 4:3", "E_CONTROL batch 1 5:5", "E_CONTROL batch 1 5:9", "E_CONTROL file 1:3", "E_CONTROL file 10:3"}, []bool{false, true, false}},
		"more totals than there are":  {"F|600\n", strings.Repeat("F|600\n", 40), []string{"E_RECORD_ORDER file 33:0"}, nil},
		"a file that is there twice":  {"F|600\n", batched + "F|600\n", nil, nil},
		"a batch that was cut":        {"T|2|300|1\nE|3|2|9\n", "", []string{"E_TORN batch 2 8:0", "E_TORN file 8:0"}, []bool{true, false, false}},
		"a batch that begins in one":  {"R|1|200|B\nT|1|300|2\n", "B|9\nR|9|200|B\nT|9|200|1\n", []string{"E_TORN batch 1 3:0", "E_CONTROL file 11:5", "E_CONTROL file 11:7"}, []bool{false, true, true, false}},
		"a batch's end without a row": {"B|2\nR|2|300|C\n", "B|2\n", []string{"E_CONTROL batch 2 8:5", "E_CONTROL batch 2 8:9", "E_CONTROL file 1:3", "E_CONTROL file 9:3", "E_CONTROL file 9:7"}, []bool{true, false, false}},
	} {
		t.Run(name, func(t *testing.T) {
			text := strings.Replace(batched, c.old, c.now, 1)
			require.NotEqual(t, batched, text)
			r := scan(t, text, p)
			require.False(t, r.verdicts[len(r.verdicts)-1].Holds && len(r.batches()) == 2 && r.batches()[0].Holds && r.batches()[1].Holds)
			if c.holds == nil {
				assert.Subset(t, places(r), c.want)
				return
			}
			assert.Equal(t, c.want, places(r))
			var holds []bool
			for _, v := range r.verdicts {
				holds = append(holds, v.Holds)
			}
			assert.Equal(t, c.holds, holds)
		})
	}
}

func places(r read) []string {
	var list []string
	for _, f := range r.findings {
		list = append(list, fmt.Sprintf("%s %s %d:%d", f.Code, f.Of, f.Pos.Line, f.Pos.Col))
	}
	return list
}

func TestABatchMayBeAFieldOfItsRows(t *testing.T) {
	s := samples()["peoplesoft-lockbox"]
	p := s.stated(t, "peoplesoft-lockbox")
	r := scan(t, s.text, p)
	assert.Equal(t, []string{"batch 00001, lines 2 to 2, holds", "batch 00002, lines 4 to 4, holds"}, []string{r.verdicts[0].String(), r.verdicts[1].String()})
	r = scan(t, strings.Replace(s.text, "00002         01", "00001         01", 1), p)
	assert.Equal(t, []string{"E_CONTROL"}, r.codes(), "two batches are stated")
	r = scan(t, strings.Replace(s.text, "00000000001000", "0000000000100O", 1), p)
	assert.Equal(t, "batch 00002", r.findings[0].Of, "a row that cannot be read is of its own batch")
}

func TestRowsNeedNotSayTheirBatch(t *testing.T) {
	p := bracketed(t)
	for i := range p.Fields {
		if p.Fields[i].Record == "row" && p.Fields[i].Role == delim.BatchNo {
			p.Fields[i].Role, p.Fields[i].Optional = delim.InvoiceNo, true
		}
	}
	r := scan(t, batched, p)
	assert.Empty(t, r.findings)
	assert.Equal(t, []string{"1", "1", "2"}, []string{r.rows[0].Batch, r.rows[1].Batch, r.rows[2].Batch}, "they are of the one that is open")
	r = scan(t, "B|1\nR||5\nT|1|5|1\n", parse(t, `delimiter: "|"
unit: dollars
sign: plain
records:
  - {name: head, column: 1, text: B, is: control, of: batch, opens: true}
  - {name: row, column: 1, text: R, is: row}
  - {name: tail, column: 1, text: T, is: control, of: batch}
fields:
  - {record: row, role: amount, column: 3}
  - {record: tail, role: control_total, column: 3}
  - {record: tail, role: control_count, column: 4}
`))
	assert.Empty(t, r.findings, "a count is in no unit")
	assert.Equal(t, "batch 1, lines 1 to 3, holds", r.verdicts[0].String(), "without a number they are counted")
}

func TestSumsThatCannotBeHeldAreTold(t *testing.T) {
	p := amounts("cents", "plain")
	r := scan(t, strings.Repeat("999999999999999999\n", 9), p)
	assert.Empty(t, r.findings)
	r = scan(t, strings.Repeat("999999999999999999\n", 10), p)
	assert.Equal(t, []string{"E_AMOUNT_RANGE"}, r.codes())
	assert.False(t, r.holds)
	assert.Len(t, r.rows, 10)
	assert.Equal(t, []string{"E_AMOUNT_RANGE"}, scan(t, strings.Repeat("-999999999999999999\n", 10), p).codes())
	// Case 50: the largest field a thousand times is exact.
	p.Cells = 0
	sum := int64(0)
	for _, cents := range scan(t, strings.Repeat("9999999999\n", 1000), p).cents() {
		sum += cents
	}
	assert.Equal(t, int64(99_999_999_990_00), sum)
}
