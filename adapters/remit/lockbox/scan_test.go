package lockbox_test

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/adapters/remit"
	"github.com/headgate-dev/headgate/adapters/remit/lockbox"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/private"
	"github.com/headgate-dev/headgate/payments"
)

var layout = lockbox.ReferenceAndNet()

func TestAFileIsReadAsItWasWritten(t *testing.T) {
	text := encode(t, sample())
	r := scan(t, text, layout)
	require.Len(t, r.checks, 3)
	assert.Empty(t, r.findings)
	assert.Equal(t, []string{"batch 1 true", "batch 2 true", "lockbox 0054321 true", "file true"}, r.holds())
	c := r.checks[1]
	assert.Equal(t, usd("88.52"), c.Amount)
	assert.Equal(t, "0000001002", c.Number)
	assert.Equal(t, day, c.Dated)
	assert.Equal(t, day, c.Deposited)
	assert.Equal(t, []lockbox.Stub{{Line: 7, Sequence: 1, Reference: "34473298", Net: usd("50.00")}, {Line: 8, Sequence: 2, Reference: "25860495", Net: usd("38.52")}}, c.Stubs)
	assert.Equal(t, 6, c.Line)
	assert.Equal(t, 8, c.Last)
	assert.Equal(t, "121000358", private.Reveal(c.Routing()).Text())
	assert.Equal(t, "0001234567", private.Reveal(c.Account()).Text())
	assert.Equal(t, "ADA WEIR", private.Reveal(c.Remitter()).Text())
	for _, verb := range []string{"%v", "%+v", "%#v"} {
		for _, secret := range []string{"121000358", "0001234567", "WEIR"} {
			assert.NotContains(t, fmt.Sprintf(verb, *c), secret)
		}
	}
	for _, other := range []string{strings.ReplaceAll(text, "\r\n", "\n"), strings.TrimSuffix(text, "\r\n"), text + "\x1a"} {
		again := scan(t, other, layout)
		assert.Equal(t, r.checks, again.checks)
		assert.Empty(t, again.findings)
	}
	stripped := strings.Join(strings.FieldsFunc(text, func(r rune) bool { return r == '\r' }), "")
	for strings.Contains(stripped, " \n") {
		stripped = strings.ReplaceAll(stripped, " \n", "\n")
	}
	assert.Equal(t, r.checks, scan(t, stripped, layout).checks, "trailing blanks may be stripped")
}

func TestCase30AnAmountOfNothingOrLessKeepsTheBatchInBalance(t *testing.T) {
	f := sample()
	f.Boxes[0].Batches[0].Checks[0].Amount, f.Boxes[0].Batches[0].Checks[0].Stubs[0].Net = money.Amount{}, money.Amount{}
	r := scan(t, encode(t, f), layout)
	assert.Empty(t, r.findings)
	assert.True(t, r.checks[0].Amount.IsZero())

	text := replaced(encode(t, sample()), 4, func(l string) string { return l[:7] + "-000000500" + l[17:] })
	text = replaced(text, 9, func(l string) string { return l[:23] + "0000008352" + l[33:] })
	text = replaced(text, 13, func(l string) string { return l[:24] + "0000027676" + l[34:] })
	r = scan(t, text, layout)
	assert.Empty(t, r.findings)
	assert.Equal(t, usd("-5.00"), r.checks[0].Amount)
}

func TestCase37AWrongBatchTotal(t *testing.T) {
	text := replaced(encode(t, sample()), 9, func(l string) string { return l[:23] + "0000019000" + l[33:] })
	r := scan(t, text, layout)
	require.Len(t, r.findings, 1)
	f := r.findings[0]
	assert.Equal(t, &remit.Control{Name: "total", Stated: 190_00, Computed: 189_91, Money: true}, f.Control)
	off, _ := f.Control.Off()
	assert.EqualValues(t, 9, off)
	assert.Equal(t, payments.OfBatch, f.Fails)
	assert.Equal(t, "day.bai:9:24: E_CONTROL: total: the total of batch 1 is stated as $190.00, and its checks come to $189.91; hold the batch and have the bank look at it", f.String())
	assert.Equal(t, []string{"batch 1 false", "batch 2 true", "lockbox 0054321 true", "file true"}, r.holds())
}

func TestCase38AWrongLockboxTotalAndAWrongCountOfRecords(t *testing.T) {
	text := replaced(encode(t, sample()), 13, func(l string) string { return l[:24] + "0000038316" + l[34:] })
	r := scan(t, text, layout)
	assert.Equal(t, []string{"batch 1 true", "batch 2 true", "lockbox 0054321 false", "file true"}, r.holds())
	assert.Equal(t, &remit.Control{Name: "total", Stated: 383_16, Computed: 383_15, Money: true}, r.findings[0].Control)

	text = replaced(encode(t, sample()), 14, func(l string) string { return "9000015" })
	r = scan(t, text, layout)
	assert.Equal(t, []string{"batch 1 true", "batch 2 true", "lockbox 0054321 true", "file false"}, r.holds())
	assert.Equal(t, &remit.Control{Name: "records", Stated: 15, Computed: 14}, r.findings[0].Control)

	for line, at := range map[int]int{9: 20, 13: 20} { // the counts
		text = replaced(encode(t, sample()), line, func(l string) string { return l[:at] + "9" + l[at+1:] })
		r = scan(t, text, layout)
		require.Len(t, r.findings, 1)
		assert.Equal(t, "count", r.findings[0].Control.Name)
	}
}

func TestCase40TheSequenceWraps(t *testing.T) {
	var stubs []lockbox.Stub
	for i := range 250 {
		stubs = append(stubs, stub(fmt.Sprintf("%08d", i), int64(i+1)))
	}
	f := sample()
	f.Boxes[0].Batches = []lockbox.Batch{{Number: 1, Checks: []lockbox.Check{paid(1, stubs...)}}}
	r := scan(t, encode(t, f), layout)
	assert.Empty(t, r.findings)
	require.Len(t, r.checks[0].Stubs, 250)
	for i, s := range r.checks[0].Stubs {
		assert.Equal(t, fmt.Sprintf("%08d", i), s.Reference)
		assert.Equal(t, i%99+1, s.Sequence)
	}
}

func TestCase41AnOverflowRecordOfNoCheck(t *testing.T) {
	orphan := "4001001601990165044        00000101390000000000"
	text := encode(t, sample())
	list := strings.SplitAfter(text, "\n")
	r := scan(t, strings.Join(list[:3], "")+orphan+"\r\n"+strings.Join(list[3:], ""), layout)
	require.Contains(t, r.codes(), string(lockbox.ErrOrphanOverflow))
	assert.Equal(t, 4, r.findings[0].Pos.Line)
	assert.Len(t, r.checks, 3)

	r = scan(t, replaced(text, 5, func(l string) string { return "4001009" + l[7:] }), layout)
	require.Equal(t, []string{string(lockbox.ErrOrphanOverflow)}, r.codes())
	assert.Equal(t, 5, r.findings[0].Pos.Line)
	assert.Empty(t, r.checks[0].Stubs)
	assert.Equal(t, []string{"batch 1 false", "batch 2 true", "lockbox 0054321 true", "file true"}, r.holds())
	assert.NotContains(t, r.findings[0].String(), "90165044")
}

func TestCase50TheLargestAmounts(t *testing.T) {
	f := sample()
	f.Boxes[0].Batches = nil
	for b := range 1 {
		var checks []lockbox.Check
		for i := range 999 {
			checks = append(checks, paid(i+1, stub("1", 9_999_999_999)))
		}
		f.Boxes[0].Batches = append(f.Boxes[0].Batches, lockbox.Batch{Number: b + 1, Checks: checks})
	}
	var out strings.Builder
	assert.ErrorIs(t, lockbox.Encode(&out, layout, f), lockbox.ErrWrite, "a total of 13 digits does not fit ten columns, and is not cut")
	assert.Empty(t, out.String())

	wide := layout
	wide.BatchTotal, wide.LockboxTotal = lockbox.Columns{From: 24, To: 41}, lockbox.Columns{From: 25, To: 42}
	f.Boxes[0].Batches = append(f.Boxes[0].Batches, lockbox.Batch{Number: 2, Checks: []lockbox.Check{paid(1, stub("1", 9_999_999_999))}})
	require.NoError(t, lockbox.Encode(&out, wide, f))
	r := scan(t, out.String(), wide)
	assert.Empty(t, r.findings)
	assert.EqualValues(t, 9_999_999_999_000, r.total(), "99,999,999,990.00")
}

func TestSumsThatDoNotFitAreTold(t *testing.T) {
	wide := layout
	wide.Amount, wide.Routing, wide.Account, wide.CheckNo, wide.Dated, wide.Remitter = lockbox.Columns{From: 8, To: 25}, lockbox.Columns{}, lockbox.Columns{}, lockbox.Columns{}, lockbox.Columns{}, lockbox.Columns{}
	text := "1" + strings.Repeat(" ", 22) + "2603031800\n50000000054321260303\n"
	for i := range 12 {
		text += fmt.Sprintf("6001%03d%s\n", i+1, strings.Repeat("9", 18))
	}
	text += "70010000054321260303012" + strings.Repeat("9", 10) + "\n80000000054321260303" + "0012" + strings.Repeat("9", 10) + "\n9000017\n"
	r := scan(t, text, wide)
	assert.Equal(t, []string{string(remit.ErrRange), string(remit.ErrRange)}, r.codes())
	assert.Equal(t, []string{"batch 1 false", "lockbox 0054321 false", "file true"}, r.holds())
}

func TestAnEmptyLockboxIsLegal(t *testing.T) {
	f := sample()
	f.Boxes = append([]lockbox.Box{{Number: "0000001", Deposited: day}}, f.Boxes...)
	r := scan(t, encode(t, f), layout)
	assert.Empty(t, r.findings)
	assert.Equal(t, []string{"batch 0 true", "lockbox 0000001 true", "batch 1 true", "batch 2 true", "lockbox 0054321 true", "file true"}, r.holds())
}

func TestARecordOfType5MayBeginEachBatch(t *testing.T) {
	list := strings.SplitAfter(encode(t, sample()), "\n")
	text := strings.Join(list[:9], "") + list[2] + strings.Join(list[9:13], "") + "9000015\r\n"
	r := scan(t, text, layout)
	assert.Empty(t, r.findings)
	assert.Equal(t, []string{"batch 1 true", "batch 2 true", "lockbox 0054321 true", "file true"}, r.holds())
}

func TestOtherLayoutsAreData(t *testing.T) {
	// A bank with check numbers of nine digits and the first reference behind them.
	short := layout
	short.Name, short.CheckNo, short.Dated, short.Remitter, short.Reference = "short", lockbox.Columns{From: 37, To: 45}, lockbox.Columns{}, lockbox.Columns{}, lockbox.Columns{From: 46, To: 61}
	require.NoError(t, short.Check())
	text := "1" + strings.Repeat(" ", 22) + "2603031800\n50000000054321260303\n" +
		"6001001000001013912100035800012345670000010019016504 4\n" + // a blank inside is no end of it
		"70010000054321260303001" + "0000010139\n800000000543212603030001" + "0000010139\n9000006\n"
	r := scan(t, text, short)
	assert.Empty(t, r.findings)
	assert.Equal(t, "000001001", r.checks[0].Number)
	assert.Equal(t, "9016504 4", r.checks[0].Stubs[0].Reference)

	memo := lockbox.Memo()
	require.NoError(t, memo.Check())
	text = replaced(encode(t, sample()), 5, func(l string) string { return l[:11] + "90165044 JULY WATER" })
	r = scan(t, text, memo)
	assert.Equal(t, "90165044", r.checks[0].Stubs[0].Reference)
	assert.True(t, r.checks[0].Stubs[0].Net.IsZero())
}

func TestALayoutThatIsNoneIsRefused(t *testing.T) {
	for name, bad := range map[string]func(*lockbox.Layout){
		"no amount":      func(l *lockbox.Layout) { l.Amount = lockbox.Columns{} },
		"no batch total": func(l *lockbox.Layout) { l.BatchTotal = lockbox.Columns{} },
		"no name":        func(l *lockbox.Layout) { l.Name = "" },
		"overlap":        func(l *lockbox.Layout) { l.Routing.From = 17 },
		"backwards":      func(l *lockbox.Layout) { l.Amount.To = 7 },
		"in column 1":    func(l *lockbox.Layout) { l.Batch.From = 1 },
		"too wide":       func(l *lockbox.Layout) { l.LockboxTotal.To = 43 },
		"short date":     func(l *lockbox.Layout) { l.Dated.To = 51 },
		"no such form":   func(l *lockbox.Layout) { l.DatedAs = "DDMMYY" },
		"no reference":   func(l *lockbox.Layout) { l.Stub, l.Net = lockbox.Columns{}, lockbox.Columns{} },
		"no net":         func(l *lockbox.Layout) { l.Net = lockbox.Columns{} },
	} {
		l := lockbox.ReferenceAndNet()
		bad(&l)
		assert.ErrorIs(t, l.Check(), lockbox.ErrLayout, name)
		for _, err := range lockbox.Scan(strings.NewReader(""), l, "") {
			assert.ErrorIs(t, err, lockbox.ErrLayout)
		}
	}
}

func TestDamagedFiles(t *testing.T) {
	text := encode(t, sample())
	for name, c := range map[string]struct {
		text  string
		codes []string
		holds []string
	}{
		"nothing":                {"", []string{"E_TORN"}, []string{"file false"}},
		"no header":              {without(text, 1), []string{"E_TORN", "E_ORDER", "E_CONTROL"}, nil},
		"no trailer":             {without(text, 14), []string{"E_TORN"}, []string{"batch 1 true", "batch 2 true", "lockbox 0054321 true", "file false"}},
		"no lockbox total":       {without(text, 13), []string{"E_TORN", "E_CONTROL"}, []string{"batch 1 true", "batch 2 true", "lockbox 0054321 false", "file false"}},
		"no batch total":         {without(text, 9), []string{"E_TORN", "E_CONTROL"}, []string{"batch 1 false", "batch 2 true", "lockbox 0054321 true", "file false"}},
		"a check is lost":        {without(without(text, 5), 4), []string{"E_CONTROL", "E_CONTROL", "E_CONTROL", "E_CONTROL", "E_CONTROL"}, []string{"batch 1 false", "batch 2 true", "lockbox 0054321 false", "file false"}},
		"a stub is lost":         {without(text, 8), []string{"E_TORN", "E_CONTROL"}, []string{"batch 1 true", "batch 2 true", "lockbox 0054321 true", "file false"}},
		"the first stub is lost": {without(text, 7), []string{"E_RECORD_ORDER", "E_CONTROL"}, []string{"batch 1 true", "batch 2 true", "lockbox 0054321 true", "file false"}},
		"a letter in an amount":  {replaced(text, 4, func(l string) string { return l[:10] + "O" + l[11:] }), []string{"E_FIELD", "E_ORPHAN_OVERFLOW", "E_CONTROL", "E_CONTROL", "E_CONTROL", "E_CONTROL"}, []string{"batch 1 false", "batch 2 true", "lockbox 0054321 false", "file true"}},
		"no such day":            {replaced(text, 4, func(l string) string { return l[:46] + "023026" + l[52:] }), []string{"E_FIELD", "E_ORPHAN_OVERFLOW", "E_CONTROL", "E_CONTROL", "E_CONTROL", "E_CONTROL"}, nil},
		"a strange record":       {replaced(text, 5, func(l string) string { return "X" + l[1:] }), []string{"E_RECORD"}, []string{"batch 1 false", "batch 2 true", "lockbox 0054321 true", "file true"}},
		"another lockbox's total": {replaced(text, 9, func(l string) string { return l[:7] + "0054322" + l[14:] }), []string{"E_FIELD"},
			[]string{"batch 1 false", "batch 2 true", "lockbox 0054321 true", "file true"}},
		"an item twice":         {replaced(text, 6, func(l string) string { return "6001001" + l[7:] }), []string{"E_RECORD_ORDER", "E_ORPHAN_OVERFLOW", "E_ORPHAN_OVERFLOW", "E_CONTROL", "E_CONTROL", "E_CONTROL", "E_CONTROL"}, nil},
		"a second file":         {text + text, append([]string{}, strings.Split(strings.Repeat("E_RECORD_ORDER ", 13)+"E_RECORD_ORDER", " ")...), []string{"batch 1 true", "batch 2 true", "lockbox 0054321 true", "file false"}},
		"a very long line":      {replaced(text, 5, func(l string) string { return l + strings.Repeat("x", 1<<17) }), []string{"E_LONG"}, []string{"batch 1 false", "batch 2 true", "lockbox 0054321 true", "file true"}},
		"the batch of another":  {replaced(text, 9, func(l string) string { return "7002" + l[4:] }), []string{"E_TORN"}, []string{"batch 1 false", "batch 2 true", "lockbox 0054321 true", "file true"}},
		"a total cut off":       {replaced(text, 9, func(l string) string { return l[:30] }), []string{"E_FIELD"}, []string{"batch 1 false", "batch 2 true", "lockbox 0054321 true", "file true"}},
		"a stub after the last": {replaced(text, 7, func(l string) string { return l[:10] + "9" + l[11:] }), []string{"E_RECORD_ORDER"}, []string{"batch 1 true", "batch 2 true", "lockbox 0054321 true", "file true"}},
	} {
		t.Run(name, func(t *testing.T) {
			r := scan(t, c.text, layout)
			if name != "no header" {
				assert.Equal(t, c.codes, r.codes())
			}
			if c.holds != nil {
				assert.Equal(t, c.holds, r.holds())
			}
			inDoubt := slices.ContainsFunc(r.checks, func(c *lockbox.Check) bool { return c.Fault != nil })
			assert.True(t, inDoubt || strings.Contains(fmt.Sprint(r.holds()), "false"), "nothing damaged goes unseen")
			for _, f := range r.findings {
				assert.NotEmpty(t, f.What)
				assert.NotEmpty(t, f.Fix)
				assert.NotContains(t, f.String(), "WEIR")
			}
		})
	}
}

func TestASourceThatFailsEndsTheStream(t *testing.T) {
	text := encode(t, sample())
	failed := false
	for item, err := range lockbox.Scan(iotest.TimeoutReader(iotest.OneByteReader(strings.NewReader(text))), layout, "x") {
		if err != nil {
			assert.ErrorIs(t, err, remit.ErrInput)
			failed = true
			assert.Nil(t, item.Summary)
		}
	}
	assert.True(t, failed)
	n := 0
	for _, err := range lockbox.Scan(strings.NewReader(text), layout, "x") {
		require.NoError(t, err)
		if n++; n == 2 {
			break // and nothing more is given
		}
	}
}

func TestCase65CutAtEveryByte(t *testing.T) {
	text := encode(t, sample())
	whole := scan(t, text, layout)
	for n := range len(text) - 2 { // without the last end of a line it is whole
		r := scan(t, text[:n], layout)
		if n < len(text)-82+7 { // the trailer's digits end there
			require.NotContains(t, r.holds(), "file true", "cut at %d", n)
		}
		require.LessOrEqual(t, r.total(), whole.total())
	}
}

func TestAnyDigitOfAnAmountOrATotalThatIsWrongIsFound(t *testing.T) {
	text := encode(t, sample())
	list := strings.SplitAfter(text, "\n")
	at := 0
	for _, l := range list {
		fields := map[byte][2]int{'6': {7, 17}, '7': {20, 33}, '8': {20, 34}, '9': {1, 7}}[append([]byte(l), ' ')[0]]
		for i := fields[0]; i < fields[1]; i++ {
			for digit := byte('0'); digit <= '9'; digit++ {
				if digit == l[i] {
					continue
				}
				changed := text[:at+i] + string(digit) + text[at+i+1:]
				require.NotEmpty(t, scan(t, changed, layout).findings, "column %d of %q as %c", i+1, l[:7], digit)
			}
		}
		at += len(l)
	}
}

func TestTheDaysAreReadAsTheIndexSays(t *testing.T) {
	root := corpus(t)
	for _, name := range []string{"day1", "day2", "day4", "day5"} {
		folder := filepath.Join(root, "remit", "days", name)
		var truth struct {
			Items int   `json:"lockbox_items"`
			Total int64 `json:"lockbox_total"`
			Bad   struct {
				Batch int
				Off   int64 `json:"stated_minus_actual"`
			} `json:"bad_total_file"`
		}
		require.NoError(t, json.Unmarshal([]byte(contents(t, filepath.Join(folder, "truth.json"))), &truth))
		text := contents(t, filepath.Join(folder, "lockbox.bai"))
		r := scan(t, text, layout)
		assert.Empty(t, r.findings)
		assert.Len(t, r.checks, truth.Items)
		assert.Equal(t, truth.Total, r.total())

		bad := scan(t, contents(t, filepath.Join(folder, "lockbox_badtotal.bai")), layout)
		require.Len(t, bad.findings, 1)
		off, _ := bad.findings[0].Control.Off()
		assert.Equal(t, truth.Bad.Off, off)
		assert.Equal(t, fmt.Sprintf("batch %d", truth.Bad.Batch), bad.findings[0].Of)
		assert.Equal(t, []string{"batch 1 false", "batch 2 true", "batch 3 true", "batch 4 true", "lockbox 0054321 true", "file true"}, bad.holds())
		for i := range r.checks {
			require.Equal(t, r.checks[i], bad.checks[i])
		}

		// Written again it is the same file, byte for byte.
		f := lockbox.File{Written: r.checks[0].Deposited, Time: "1800", Destination: "MCWDWATER", Origin: "0121000358", Boxes: []lockbox.Box{{Number: "0054321", Deposited: r.checks[0].Deposited}}}
		for _, c := range r.checks {
			batches := &f.Boxes[0].Batches
			if len(*batches) < c.Batch {
				*batches = append(*batches, lockbox.Batch{Number: c.Batch})
			}
			(*batches)[c.Batch-1].Checks = append((*batches)[c.Batch-1].Checks, *c)
		}
		assert.Equal(t, text, encode(t, f))
	}
}

func FuzzScan(f *testing.F) {
	text := encode(f, sample())
	f.Add(text)
	f.Add(replaced(text, 9, func(l string) string { return l[:23] + "0000019000" + l[33:] }))
	f.Add(without(text, 6))
	f.Add("4\n6\n5\n7\n8\n9\n1\n2\n")
	f.Fuzz(func(t *testing.T, text string) {
		for _, l := range []lockbox.Layout{layout, lockbox.Memo()} {
			r := scan(t, text, l)
			open := map[payments.Level]int{}
			for _, v := range r.verdicts {
				open[v.Level]++
			}
			if open[payments.OfFile] != 1 {
				t.Fatal("the file has one verdict")
			}
		}
	})
}

func usd(text string) money.Amount {
	a, err := money.Parse(text)
	if err != nil {
		panic(err)
	}
	return a
}
