package meterread_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/adapters/meterread"
)

// TestTornGroupIsNoReadingOfZero cuts a line of CMEP within its last group: the cells that are lost are none that are empty.
func TestTornGroupIsNoReadingOfZero(t *testing.T) {
	for _, id := range []string{"cmep-mepmd01", "cmep-sensus-interval"} {
		layout := shipped(t, id)
		for name, test := range map[string]struct {
			count, rest, what string
		}{
			"within the last group": {"2", "202611200000,R0,45210,202611200100,R0", "the line states 2 groups of 3 cells, and has 1 and 2 cells more"},
			"behind its end time":   {"2", "202611200000,R0,45210,202611200100", "the line states 2 groups of 3 cells, and has 1 and 1 cells more"},
			"within the only group": {"1", "202611200000", "the line states 1 groups of 3 cells, and has 0 and 1 cells more"},
			"quality of no value":   {"1", "202611200000,N", "the line states 1 groups of 3 cells, and has 0 and 2 cells more"},
			"two spare cells":       {"1", "202611200000,R0,45210,,", "the line states 1 groups of 3 cells, and has 1 and 2 cells more"},
			"one group too many":    {"1", "202611200000,R0,45210,,R0,45211", "the line states 1 groups of 3 cells, and has 2 and 0 cells more"},
			"a cell that is no CRC": {"1", "202611200000,R0,45210,H1A2", "the line states 1 groups of 3 cells, and has 1 and 1 cells more"},
		} {
			d := decode(layout, []byte(cmep("1", test.count, test.rest)), none)
			require.Equal(t, []string{"CountMismatch"}, d.codes(), name)
			require.Equal(t, test.what, d.findings[0].What, name)
			require.Empty(t, d.reads, name)
		}
		for _, rest := range []string{"202611200000,R0,45210,,R0,", "202611200000,R0,45210,,R0,,", "202611200000,R0,45210,,R0,,H1A2B"} {
			d := decode(layout, []byte(cmep("1", "2", rest)), none)
			require.Empty(t, d.findings, rest)
			require.Equal(t, []string{"45210", "0"}, d.digits(), "a cell that is there and empty is zero: "+rest)
		}
		header := decode(layout, []byte(strings.TrimSuffix(cmep("1", "", ""), ",,\r\n")), none)
		require.Empty(t, header.findings, "a record may end after its heading")
		require.Empty(t, header.reads)
	}
	require.Equal(t, meterread.NoRead, decode(shipped(t, "cmep-mepmd01"), []byte(cmep("1", "1", "202611200000,N,")), none).reads[0].Status)
}

// TestLongLastLineIsTold has a line beyond the bound, with and without a line end, alone and behind another one, at lengths that end
// before and behind what is read at once.
func TestLongLastLineIsTold(t *testing.T) {
	files := map[string]string{"smartfusion-a-radix1-reads": radix("104233", "45210"), "itron-mvrs-upload": mvrs("0000045210", "11202026", "093015", "000"),
		"cmep-mepmd01": cmep("1", "1", "202611200800,R0,45210")}
	for id, before := range files {
		for _, length := range []int{meterread.MaxLine + 1, meterread.MaxLine + 1<<15, 2 * meterread.MaxLine, 2*meterread.MaxLine + 77} {
			for _, end := range []string{"", "\n"} {
				for _, head := range []string{before, ""} {
					d := decode(shipped(t, id), []byte(head+strings.Repeat("x", length)+end), none)
					require.NoError(t, d.err)
					require.Equal(t, []string{"LineTooLong"}, d.codes(), "%s %d %q", id, length, end)
					require.Equal(t, strings.Count(head, "\n")+1, d.findings[0].Pos.Line)
					require.Equal(t, strings.Count(head, "\n")+1, d.summary.Lines)
					require.Contains(t, d.findings[0].What, "1048576 bytes")
					require.Len(t, d.reads, min(1, len(head)))
				}
			}
		}
	}
}

// TestNoReadHasNoUse asks a place that holds no reading for its use: a number stands there all the same.
func TestNoReadHasNoUse(t *testing.T) {
	d := decode(shipped(t, "cmep-mepmd01"), []byte(strings.Replace(cmep("1", "3", "202611200000,N32,77,,R0,78,,N,"), "GALREG", "CF", 1)), none)
	require.Empty(t, d.findings)
	require.Equal(t, []meterread.Status{meterread.NoRead, meterread.Reading, meterread.NoRead}, []meterread.Status{d.reads[0].Status, d.reads[1].Status, d.reads[2].Status})
	for i, want := range []bool{false, true, false} {
		use, ok := d.reads[i].Interval()
		require.Equal(t, want, ok, i)
		require.Equal(t, want, use.String() == "78", "without a use the number is zero")
	}
}

// TestRefusedLineTakesNoUniqueValue sends a line again that was refused: it is the first that is used.
func TestRefusedLineTakesNoUniqueValue(t *testing.T) {
	radixLayout := shipped(t, "smartfusion-a-radix1-reads", "account.unique=true")
	d := decode(radixLayout, []byte(radix("104233", "4521O")+radix("104233", "45210")+radix("104233", "45211")), none)
	require.Equal(t, []string{"NotNumeric", "Repeated"}, d.codes())
	require.Equal(t, []string{"45210"}, d.digits())

	torn := mvrs("000004521O", "11202026", "093015", "000")
	whole := mvrs("0000045210", "11202026", "093015", "000")
	enclosed := shipped(t, "itron-mvrs-upload", "RDG.reading.unique=true")
	again := mvrs("0000045210", "11312026", "093015", "000")
	d = decode(enclosed, []byte(torn+again+whole+whole), none)
	require.Equal(t, []string{"NotNumeric", "BadDate", "Repeated"}, d.codes(), "a read that waits for its group is not used before it is given")
	require.Equal(t, []string{"45210"}, d.digits())
	reading := whole[strings.Index(whole, "RDG"):]
	d = decode(enclosed, []byte(whole+reading), none)
	require.Equal(t, []string{"Repeated", "TotalMismatch"}, d.codes(), "two of one group")
	require.Equal(t, []string{"45210"}, d.digits())

	groups := shipped(t, "cmep-mepmd01", "sender_id.unique=true")
	d = decode(groups, []byte(cmep("1", "1", "202611200800,R0,4521O")+cmep("", "1", "202611200800,R0,45210")+cmep("1", "1", "202611200800,R0,45210")+
		cmep("1", "1", "202611200800,R0,45211")), none)
	require.Equal(t, []string{"NotNumeric", "NoMeter", "Repeated"}, d.codes())
	require.Equal(t, []string{"45210"}, d.digits())
	group := shipped(t, "cmep-mepmd01", "value.unique=true")
	d = decode(group, []byte(cmep("1", "3", "202611209900,R0,45210,202611200800,R0,45210,,R0,45210")), none)
	require.Equal(t, []string{"BadDate", "Repeated"}, d.codes())
	require.Equal(t, []string{"45210"}, d.digits())
}

// TestAControlByteIsRefused has the mark of an old end of file between two files that were put together: it would shift the columns of the line behind
// it, which ends in blanks. Another byte that is no text does the same.
func TestAControlByteIsRefused(t *testing.T) {
	columns := ownLayout(t, "kind: fixed", `    length: 34
    fields:
      - {name: account, start: 1, length: 8, type: text, role: account}
      - {name: meter, start: 9, length: 10, type: text, role: meter_serial}
      - {name: reading, start: 19, length: 8, type: int, justify: right, pad: '0', role: reading}
      - {name: note, start: 27, length: 8, type: text}
`)
	cells := ownLayout(t, "kind: csv", "    fields:\n      - {name: meter, index: 1, type: text, role: meter_serial}\n      - {name: reading, index: 2, type: int, role: reading}\n")
	for name, c := range map[string]struct {
		layout       *meterread.Layout
		first, other string
	}{
		"columns": {columns, "A1      M1        00045210        \n", "A2      M2        00045210        \n"},
		"cells":   {cells, "M1,45210\n", "M2,45210\n"},
	} {
		for _, b := range []string{"\x1a", "\x0c", "\x1b", "\x01", "\x00"} {
			d := decode(c.layout, []byte(c.first+b+c.other+c.first), meterread.Options{})
			require.Equal(t, []string{"45210", "45210"}, d.digits(), "%s %q", name, b)
			require.Len(t, d.findings, 1, "%s %q", name, b)
			require.Equal(t, meterread.BadEncoding, d.findings[0].Code)
			require.Equal(t, 2, d.findings[0].Pos.Line)
			d = decode(c.layout, []byte(c.first+c.other[:1]+b+c.other[1:]), meterread.Options{})
			require.NotEmpty(t, d.findings, "%s %q within a line", name, b)
		}
		d := decode(c.layout, []byte(c.first+c.other+"\x1a"), meterread.Options{})
		require.Empty(t, d.findings)
		require.Equal(t, []string{"45210", "45210"}, d.digits(), name+": at its end a file may have one")
	}
}

// TestACharacterThatNobodySeesIsRefused has the mark that begins a file between two files that were put together, and others that make another text of a
// number. A soft hyphen may stand in a name.
func TestACharacterThatNobodySeesIsRefused(t *testing.T) {
	cells := ownLayout(t, "kind: csv", "    fields:\n      - {name: meter, index: 1, type: text, role: meter_serial}\n      - {name: reading, index: 2, type: int, role: reading}\n"+
		"      - {name: name, index: 3, type: text, role: name, sensitive: true}\n")
	for _, mark := range []string{"\ufeff", "\u200b", "\u0085", "\u2060"} {
		d := decode(cells, []byte("M1,45210,A\n"+mark+"M2,45211,B\nM3,45212,C\n"), meterread.Options{})
		require.Equal(t, []string{"45210", "45212"}, d.digits(), "%q", mark)
		require.Equal(t, []string{"BadEncoding"}, d.codes())
	}
	d := decode(cells, []byte("\ufeffM1,45210,MU\u00d1OZ\nM2,45211,Kraft\u00adwerk\n"), meterread.Options{})
	require.Empty(t, d.findings)
	require.Equal(t, "M1", d.reads[0].Meter())
}
