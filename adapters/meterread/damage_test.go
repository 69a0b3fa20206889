package meterread_test

import (
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/adapters/meterread"
)

// TestUnknownRecordEndsOpenGroups damages the type of a record that encloses others: what follows is not of the one before.
func TestUnknownRecordEndsOpenGroups(t *testing.T) {
	layout := shipped(t, "itron-mvrs-upload")
	first := mvrs("0000045210", "11202026", "093015", "000")
	second := strings.ReplaceAll(mvrs("0000045247", "11202026", "093015", "000"), "104233", "104234")
	for typ, want := range map[string][]string{"CUX": {"UnknownRecord", "NoParent", "NoParent"}, "MTX": {"TotalMismatch", "UnknownRecord", "NoParent"}} {
		damaged := strings.Replace(second, map[string]string{"CUX": "CUS", "MTX": "MTR"}[typ], typ, 1)
		d := decode(layout, []byte(first+damaged+first), none)
		require.NoError(t, d.err)
		require.Equal(t, want, d.codes(), typ)
		require.True(t, d.findings[0].Kept)
		require.Equal(t, map[string]int{"other": 1}, d.summary.Unknown)
		require.Equal(t, []string{"45210", "45210"}, d.digits(), typ)
		for _, r := range d.reads {
			require.Equal(t, "104233", r.Account())
		}
	}

	route := "RTEHX                  20261120\r\n"
	d := decode(shipped(t, "neptune-s-equinox-reads"), []byte(neptuneHead+neptune("1", "7001", "", "45210")+route+neptune("2", "7002", "", "45247")), none)
	require.Equal(t, []string{"UnknownRecord", "NoParent", "NoParent", "NoParent"}, d.codes())
	require.Equal(t, []string{"45210"}, d.digits(), "its day is that of its own route")
	require.Equal(t, "2026-11-19", d.reads[0].At.String())
}

// TestOtherRecordsAreNeutralUnlessTheyEndGroups has records that the layout names and does not table: a message of a customer changes
// nothing, the heading of the next route ends the customer.
func TestOtherRecordsAreNeutralUnlessTheyEndGroups(t *testing.T) {
	layout := shipped(t, "itron-mvrs-upload")
	lines := strings.SplitAfter(mvrs("0000045210", "11202026", "093015", "000"), "\n")
	for typ, reads := range map[string]int{"CSX": 1, "MTS": 1, "RFF": 1, "WRR": 1, "RHD": 0, "RTR": 0, "CHD": 0, "CTR": 0, "FTR": 0} {
		d := decode(layout, []byte(lines[0]+lines[1]+typ+" message\r\n"+lines[2]), none)
		require.Len(t, d.reads, reads, typ)
		require.Equal(t, reads == 0, len(d.findings) > 0, typ)
		require.NotContains(t, d.codes(), "UnknownRecord", typ)
		require.Equal(t, map[string]int{typ: 1}, d.summary.Unknown)
	}
	d := decode(shipped(t, "neptune-s-equinox-reads"), []byte(neptuneHead+strings.Replace(neptune("1", "7001", "", "45210"), "MTRDT", "PRMNT a note\r\nMTRDT", 1)), none)
	require.Empty(t, d.findings)
	require.Equal(t, "1", d.reads[0].Account())
}

// TestDamagedDayOfAGroupIsNotReplacedByAnotherOne damages the type of the record that dates a reading: the day of the route is not its day.
func TestDamagedDayOfAGroupIsNotReplacedByAnotherOne(t *testing.T) {
	for name, typ := range map[string]string{"another letter": "ORDSX", "no letter": "ORD?T", "torn": "ORD\r\n"} {
		src := strings.Replace(neptuneHead+neptune("1", "7001", "20261120", "45210"), "ORDST", typ, 1)
		d := decode(shipped(t, "neptune-s-equinox-reads"), []byte(src), none)
		require.Empty(t, d.reads, name)
		require.Contains(t, d.codes(), "BadDate", name)
	}
	dated := decode(shipped(t, "neptune-s-equinox-reads"), []byte(neptuneHead+neptune("1", "7001", "20261120", "45210")+"ORDSX\r\n"), none)
	require.Equal(t, []string{"UnknownRecord"}, dated.codes(), "its day has come")
	require.Equal(t, "2026-11-20", dated.reads[0].At.String())
}

// TestTwoDaysOfOneReadingAreTold has two records that date one reading, and differ.
func TestTwoDaysOfOneReadingAreTold(t *testing.T) {
	layout := shipped(t, "neptune-s-equinox-reads")
	src := neptuneHead + neptune("1", "7001", "20261120", "45210", "00077")
	d := decode(layout, []byte(src+"ORDST20261118\r\n"+neptune("2", "7002", "20261120", "45247")), none)
	require.Equal(t, []string{"BadDate", "BadDate"}, d.codes())
	require.Contains(t, d.findings[0].What, "differ")
	require.Equal(t, []string{"45247"}, d.digits())
	same := decode(layout, []byte(src+"ORDST20261120\r\n"), none)
	require.Empty(t, same.findings)
	require.Equal(t, []string{"45210", "00077"}, same.digits())
}

// TestCRAloneEndsALine reads files of each kind of text with CR, LF and both as ends of lines.
func TestCRAloneEndsALine(t *testing.T) {
	block := fmt.Sprintf("%-20s%-8s%-15s%-15s%-20s%-25s%s%10d%10d%10d%-10s%s%-10s", "11 RESERVATION RD", "70881234", "1", "", "", "DOE JANE", " ", 44890, 45000, 45600, "81234567", "C", "70881234")
	files := map[string]string{
		"smartfusion-a-radix1-reads":    radix("104233", "45210") + radix("104234", "45211") + radix("104235", "45212"),
		"itron-mvrs-upload":             mvrs("0000045210", "11202026", "093015", "000") + mvrs("0000045247", "11202026", "093015", "000"),
		"neptune-s-equinox-reads":       neptuneHead + neptune("1", "7001", "20261120", "45210") + neptune("2", "7002", "20261120", "45247"),
		"badger-beacon-billing-read":    "Account_ID,Meter_ID,Read\r\n1,2,3\r\n1,2,4\r\n",
		"smartfusion-meter-changeout":   "1,MCO,2026-11-20,7099,0,1.0,6,,,,,,,,,\r\n2,MCO,2026-11-20,7098,0,1.0,6,,,,,,,,,\r\n",
		"cmep-mepmd01":                  cmep("1", "1", "202611200800,R0,45210") + cmep("1", "1", "202611200900,R0,45211"),
		"xylem-datalake-water-register": "register_value,meter_id\r\n45210,70881234\r\n45211,70881234\r\n",
		"sensus-autoread-sample-route":  block + "\r\n" + block + "\r\n",
	}
	for id, src := range files {
		layout := shipped(t, id)
		want := decode(layout, []byte(src), none)
		for _, end := range []string{"\r", "\n", "\r\r\n", "\r\n"} {
			for _, last := range []string{end, ""} {
				text := strings.TrimSuffix(strings.ReplaceAll(src, "\r\n", end), end) + last
				d := decode(layout, []byte(text), none)
				require.NoError(t, d.err, "%s %q", id, end)
				require.Equal(t, want.codes(), d.codes(), "%s %q", id, end)
				require.Equal(t, want.digits(), d.digits(), "%s %q", id, end)
				require.Equal(t, want.summary, d.summary, "%s %q", id, end)
				require.Equal(t, text, written(t, layout, d), "%s %q", id, end)
			}
		}
	}
	mixed := decode(shipped(t, "smartfusion-a-radix1-reads"), []byte(strings.ReplaceAll(radix("104233", "45210"), "\r\n", "\r\r")+radix("104233", "45211")), none)
	require.Equal(t, []string{"45210", "45211"}, mixed.digits())
	require.Equal(t, 1, mixed.summary.Blank)
	require.Equal(t, 3, mixed.reads[1].Line)
}

// TestCRInQuotesEndsNoLine has a CR in a quoted cell; a quote that is never closed does not hold it.
func TestCRInQuotesEndsNoLine(t *testing.T) {
	layout := shipped(t, "badger-beacon-billing-read")
	d := decode(layout, []byte("Account_ID,Meter_ID,Read,New\r1,2,3,\"a \"\"b\"\"\rc \"\"d\"\"\"\r1,2,4,\"\r\r\"\r\n1,2,5,x\r"), none)
	require.Equal(t, []string{"MissingColumn"}, d.codes())
	require.Equal(t, []string{"3", "4", "5"}, d.digits())
	note, ok := d.reads[0].Field("New")
	require.True(t, ok)
	require.Equal(t, "a \"b\"\rc \"d\"", note)
	d = decode(layout, []byte("Account_ID,Meter_ID,Read,New\r1,2,3,\"torn\r1,2,4,\"whole\"\r1,2,5,\"torn again\r1,2,6,\r"), none)
	require.Equal(t, []string{"MissingColumn", "BadQuote", "BadQuote"}, d.codes())
	require.Equal(t, []string{"4", "6"}, d.digits(), "one bad line never loses the rest")
	d = decode(layout, []byte("Account_ID,Meter_ID,Read,New\r1,2,3,\""+strings.Repeat("x\r", meterread.MaxLine)), none)
	require.Contains(t, d.codes(), "BadQuote")
}

// TestChunksEndAnywhere reads lines that end in CR, CRLF or two CR where what is read at once ends within the end of a line.
func TestChunksEndAnywhere(t *testing.T) {
	layout := shipped(t, "smartfusion-a-radix1-reads")
	line := strings.TrimSuffix(radix("104233", "45210"), "\r\n")
	for _, end := range []string{"\r", "\r\n", "\r\r\n"} {
		for pad := range 40 {
			var src strings.Builder
			src.WriteString(strings.Repeat(" ", pad) + "\n")
			for src.Len() < 3<<15 {
				src.WriteString(line + end)
			}
			d := decode(layout, []byte(src.String()), none)
			require.Empty(t, d.findings, "%q %d", end, pad)
			require.Len(t, d.reads, (src.Len()-pad-1)/(len(line)+len(end)))
			require.Equal(t, 1, d.summary.Blank)
		}
	}
}

// TestLongLineThatEndsInCRTakesNoOther has a line beyond the bound whose CR is the last byte of what is read at once.
func TestLongLineThatEndsInCRTakesNoOther(t *testing.T) {
	layout := shipped(t, "smartfusion-a-radix1-reads")
	for more := 1000; more < 40_000; more += 1000 {
		long := strings.NewReader(strings.Repeat("x", meterread.MaxLine+more) + "\r")
		reads, findings := 0, 0
		for item, err := range meterread.Decode(layout, io.MultiReader(long, strings.NewReader(radix("104233", "45210"))), none) {
			require.NoError(t, err)
			if item.Read.Status == meterread.Reading {
				reads++
			}
			if item.Finding != nil {
				findings++
			}
		}
		require.Equal(t, 1, reads, more)
		require.Equal(t, 1, findings, more)
	}
}

// TestJoinedLinesAreTold takes a line end out of files whose records are sparse: the second record is not lost unseen, and nothing that follows
// goes to the meter before.
func TestJoinedLinesAreTold(t *testing.T) {
	layout := shipped(t, "neptune-s-equinox-reads")
	src := neptuneHead + neptune("1", "7001", "20261120", "45210") + neptune("2", "7002", "20261121", "45247") + neptune("3", "7003", "20261122", "45300")
	whole := decode(layout, []byte(src), none)
	require.Len(t, whole.reads, 3)
	lines := strings.SplitAfter(src, "\n")
	want := map[string]string{}
	for _, r := range whole.reads {
		want[r.Account()+" "+r.Meter()] = r.Digits + " " + r.At.String()
	}
	for i := range len(lines) - 2 {
		text := strings.Join(lines[:i], "") + strings.TrimRight(lines[i], "\r\n") + strings.Join(lines[i+1:], "")
		d := decode(layout, []byte(text), none)
		require.Contains(t, d.codes(), "JoinedLines", i)
		require.False(t, d.findings[0].Kept)
		require.Less(t, len(d.reads), 3, i)
		for _, r := range d.reads {
			require.Equal(t, want[r.Account()+" "+r.Meter()], r.Digits+" "+r.At.String(), i)
		}
	}
	for name, reading := range map[string]string{"no digits": ":::::", "a torn reading": "45210"} {
		meter := neptune("2", "7002", "", reading)
		text := src + strings.Replace(meter, "\r\nRDGDT", "RDGDT", 1)
		if reading == "45210" {
			before := neptune("1", "7001", "", reading)
			text = src + before[:len(before)-30] + meter
		}
		d := decode(layout, []byte(text), none)
		require.Contains(t, d.codes(), "JoinedLines", name)
		require.Len(t, d.reads, 3, "%s: nothing goes to the meter before", name)
	}
	two := decode(layout, []byte(strings.Replace(neptuneHead+neptune("1", "7001", "20261120", "45210", "00077"), "00077     \r\n", "00077     ", 1)), none)
	require.Equal(t, []string{"BadDate", "JoinedLines"}, two.codes(), "the day of the reading before stands on the refused line")
	require.Empty(t, two.reads)

	download := shipped(t, "itron-mvrs-download")
	file := fileOf(t, download)
	require.Empty(t, decode(download, file, none).findings)
	records := strings.SplitAfter(string(file), "\n")
	for i := range len(records) - 2 {
		text := strings.Join(records[:i], "") + strings.TrimRight(records[i], "\r\n") + strings.Join(records[i+1:], "")
		require.Contains(t, decode(download, []byte(text), none).codes(), "JoinedLines", i)
	}
}

// TestLinesOfOneWidthThatAreJoinedEndGroups has two records of MV-RS on one line, whole or with the second torn.
func TestLinesOfOneWidthThatAreJoinedEndGroups(t *testing.T) {
	layout := shipped(t, "itron-mvrs-upload")
	first := mvrs("0000045210", "11202026", "093015", "000")
	second := strings.ReplaceAll(mvrs("0000045247", "11202026", "093015", "000"), "104233", "104234")
	header := fmt.Sprintf("FHD    001%06d%06d%06d%98s\r\n", 2, 2, 2, "")
	d := decode(layout, []byte(header+strings.TrimSuffix(first, "\r\n")+second), none)
	require.Equal(t, []string{"JoinedLines", "NoParent", "NoParent"}, d.codes(), "the counts of the file tie: all records are there")
	require.Empty(t, d.reads)
	d = decode(layout, []byte(first+strings.TrimSuffix(first, "\r\n")+"CUS torn\r\n"+second[strings.Index(second, "MTR"):]), none)
	require.Equal(t, []string{"LineTooLong", "NoParent", "NoParent"}, d.codes())
	require.Equal(t, []string{"45210"}, d.digits())
}

// TestLongerLineIsNotTakenForTwo has what a vendor's longer line may hold: more columns, and words that are types of records.
func TestLongerLineIsNotTakenForTwo(t *testing.T) {
	layout := shipped(t, "neptune-s-equinox-reads")
	for name, more := range map[string]string{
		"a type alone": "RDGDT", "a type and a word": "see RDGDT or MTRDT", "no day": "ORDSTNOVEMBER", "too short": "ORDST2026112", "no such day": "ORDST20261399",
		"a torn account": "PRMDT" + strings.Repeat(" ", 98) + "1042", "a code and blanks": "PRMDT" + strings.Repeat(" ", 130), "numbers": strings.Repeat("7", 300), "letters": strings.Repeat("ORDS ", 60),
	} {
		src := neptuneHead + strings.Replace(neptune("1", "7001", "", "45210"), "45210     ", "45210     "+more, 1)
		d := decode(layout, []byte(src), none)
		require.Empty(t, d.findings, name)
		require.Equal(t, []string{"45210"}, d.digits(), name)
	}
	download := shipped(t, "itron-mvrs-download")
	row := newRow(t, download, "CUS", "name=CUSTER MTRDAM", "account=1")
	text := strings.TrimRight(encodeRow(t, download, row), "\r\n") + strings.Repeat(" ", 300) + "\r\n"
	require.Empty(t, decode(download, []byte(text), none).findings, "a name is no second customer")
}

// TestChecksumIsNoValue loses a value of a line of CMEP, and not its checksum.
func TestChecksumIsNoValue(t *testing.T) {
	layout := shipped(t, "cmep-mepmd01")
	for name, rest := range map[string]string{"the last": "202611200800,R0,45210,202611200900,R0,H1A2B", "the first": "202611200800,R0,202611200900,R0,45211,H1A2B", "small letters": "202611200800,R0,45210,,R0,H1a2b"} {
		d := decode(layout, []byte(cmep("1", "2", rest)), none)
		require.Equal(t, []string{"CountMismatch"}, d.codes(), name)
		require.Contains(t, d.findings[0].What, "checksum", name)
		require.Empty(t, d.reads, name)
	}
	for rest, want := range map[string]string{"202611200800,R0,H1A2B,HFFFF": "6699", "202611200800,R0,H1A2B,": "6699", "202611200800,R0,H1F": "31", "202611200800,R0,H1A2BC": "107196"} {
		d := decode(layout, []byte(cmep("1", "1", rest)), none)
		require.Empty(t, d.findings, rest)
		require.Equal(t, want, d.reads[0].Number.String(), rest)
	}
}

// TestManyBadGroupsTakeLinearTime doubles the groups of one line, each of them bad: the time may not grow with their square.
func TestManyBadGroupsTakeLinearTime(t *testing.T) {
	layout := shipped(t, "cmep-mepmd01")
	took := func(groups int) time.Duration {
		src := []byte(cmep("1", fmt.Sprint(groups), strings.TrimSuffix(strings.Repeat("202611200800,R0,x,", groups), ",")))
		best := time.Hour
		for range 4 {
			start := time.Now()
			d := decode(layout, src, none)
			best = min(best, time.Since(start))
			require.Len(t, d.findings, groups)
			require.Equal(t, len(src)-2, d.findings[groups-1].Pos.Col)
		}
		return best
	}
	const fewer, more = 2_500, 20_000
	small, large := took(fewer), took(more)
	require.Less(t, large, 40*small, "eight times the groups take about eight times as long, and by the square 64 times: %v and %v", small, large)
}

// TestJoinedLinesOfOneRecordAreTold has the line end lost of a layout of cells whose last columns are not known, and of a site's one record that is
// known by a constant.
func TestJoinedLinesOfOneRecordAreTold(t *testing.T) {
	changeout := shipped(t, "smartfusion-meter-changeout")
	row := func(number string) string { return number + ",MCO,2026-11-20,7099,0,1.0,6,,,,,,,,,x,y,MCO,1" }
	d := decode(changeout, []byte(row("1")+"\n"+row("2")+"\n"), none)
	require.Empty(t, d.findings, "more columns are no second record")
	d = decode(changeout, []byte(row("1")+row("2")+"\n"+row("3")+"\n"), none)
	require.Equal(t, []string{"JoinedLines"}, d.codes())
	require.Len(t, d.lines, 1)

	sparse := strings.Replace(strings.Replace(good, "    length: 20\n", "", 1), "contiguous", "sparse", 1)
	for value, want := range map[string][]string{"RDG": {"JoinedLines"}, "R": nil} {
		layout, err := meterread.Parse("l.yaml", []byte(sparse+"      - {name: end, start: 30, length: 3, type: const, value: "+value+"}\n"))
		require.NoError(t, err)
		line := "104233   45210201126         " + value
		line += strings.Repeat(" ", 32-len(line))
		require.Equal(t, want, decode(layout, []byte(line+line+"\n"), none).codes(), value)
		require.Empty(t, decode(layout, []byte(line+strings.Replace(line, "45210", "4521O", 1)+"\n"), none).findings)
		other, err := meterread.Parse("l.yaml", []byte(sparse+"      - {name: end, start: 30, length: 3, type: const, value: "+value+"}\n      - {name: last, start: 33, length: 1, type: const, value: Z}\n"))
		require.NoError(t, err)
		require.Empty(t, decode(other, []byte(line+"Z"+line+"Y\n"), none).findings, "another constant is another text")
		require.Empty(t, decode(layout, []byte(line+"\n"+line+" more "+value+"\n"), none).findings)
	}
}
