package main

import (
	"bytes"
	"encoding/csv"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/adapters/meterread"
	"github.com/headgate-dev/headgate/billing/approval"
	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/metering"
)

var update = flag.Bool("update", false, "write the golden files anew")

// readimport runs the program, on the first of December 2026.
func readimport(t testing.TB, stdin string, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	var out, notes bytes.Buffer
	today := func() time.Time { return time.Date(2026, time.December, 1, 12, 0, 0, 0, time.UTC) }
	p := program{strings.NewReader(stdin), &out, &notes, today, func(io.Writer) bool { return false }}
	code = p.run(args)
	return code, out.String(), notes.String()
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		require.NoError(t, os.WriteFile(path, []byte(got), 0o644))
	}
	want, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Equal(t, string(want), got)
}

// write puts a file in a folder of the test's own, and gives its name.
func write(t *testing.T, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	require.NoError(t, os.WriteFile(path, []byte(text), 0o644))
	return path
}

// file is the text of a file.
func file(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(name)
	require.NoError(t, err)
	return string(text)
}

// valley are the flags of the layout that is no shipped one.
func valley(more ...string) []string {
	return append([]string{"-layout-file", "testdata/valley.yaml", "-set", "read_date.format=YYYYMMDD"}, more...)
}

// measured are the same with the meters on file.
func measured(more ...string) []string {
	return valley(append([]string{"-registers", "testdata/registers.csv", "-previous", "testdata/previous.csv"}, more...)...)
}

func TestTheBuiltInDay(t *testing.T) {
	code, stdout, stderr := readimport(t, "")
	require.Equal(t, exitClean, code)
	require.Empty(t, stderr)
	golden(t, "day.txt", stdout)
	for line := range strings.Lines(stdout) {
		require.LessOrEqual(t, len(line), 106, line)
	}
	// By hand: 45247 − 45210, 8815 − 8801, 15902 − 15880, and 180 − 100 with 10 × (52 − 50).
	require.Contains(t, stdout, fmt.Sprintf("%10d CCF\n", 37+14+22+80+20))
	require.Contains(t, stdout, fmt.Sprintf("%10d gal\n", (1204-1010)*10))
	for _, pile := range []string{"\nAPPROVED, 5 meters", "\nACCEPTABLE, 3 meters", "\nEXCEPTIONS, 12 meters"} {
		require.Contains(t, stdout, pile)
	}
}

func TestListTellsEveryLayoutWithItsStandingAndSource(t *testing.T) {
	code, stdout, stderr := readimport(t, "", "-list")
	require.Equal(t, exitClean, code)
	require.Empty(t, stderr)
	lines := strings.Split(strings.TrimSpace(stdout), "\n")
	require.Len(t, lines, len(meterread.Shipped())+1)
	for i, id := range meterread.Shipped() {
		l, err := meterread.ShippedLayout(id)
		require.NoError(t, err)
		require.Equal(t, id, strings.Fields(lines[i+1])[0])
		for _, told := range []string{l.Kind, l.Completeness, l.Source} {
			require.NotEmpty(t, told)
			require.Contains(t, lines[i+1], told)
		}
	}
}

func TestTheManual(t *testing.T) {
	for _, flag := range []string{"-h", "-help"} {
		code, stdout, stderr := readimport(t, "", flag)
		require.Equal(t, exitClean, code)
		require.Empty(t, stderr)
		require.Equal(t, manual, stdout)
	}
	for line := range strings.Lines(manual) {
		require.LessOrEqual(t, len(line), 106, line)
	}
	for _, column := range slices.Concat(readColumns, useColumns, []string{"interval_use", "painted_zeros", "multiplier", "zeros_before", "compare_days", "digits"}) {
		require.Contains(t, manual, column)
	}
}

func TestALayoutOfASiteIsDataAlone(t *testing.T) {
	require.Equal(t, 20, strings.Count(file(t, "testdata/valley.yaml"), "\n"))
	code, stdout, stderr := readimport(t, "", valley("testdata/valley.txt")...)
	require.Equal(t, exitFindings, code)
	golden(t, "valley.csv", stdout)
	golden(t, "valley.err", stderr)

	code, fromStdin, stderr := readimport(t, file(t, "testdata/valley.txt"), valley("-")...)
	require.Equal(t, exitFindings, code)
	require.Equal(t, stdout, fromStdin)
	require.Contains(t, stderr, "standard input:6:37: NotNumeric: ")

	code, stdout, stderr = readimport(t, "", valley("testdata/clean.txt")...)
	require.Equal(t, exitClean, code)
	require.Empty(t, stderr)
	require.Equal(t, 4, strings.Count(stdout, "\n"))
}

func TestNobodysNameStandsOnStandardError(t *testing.T) {
	text := file(t, "testdata/valley.txt")
	require.Contains(t, text, "QUILLFEATHER")
	shifted := strings.ReplaceAll(text, "QUILLFEATHER", "JO QUILLFEATHER")
	for _, src := range []string{text, shifted, strings.ReplaceAll(text, "\n", ""), text[:100], strings.ToValidUTF8(text, "") + "\xff\xfe"} {
		for _, args := range [][]string{valley("-"), measured("-"), {"-layout", "smartfusion-usage-file", "-"}, {"-layout", "itron-mvrs-upload", "-"}, {"-layout", "badger-beacon-billing-read", "-"}} {
			_, _, stderr := readimport(t, src, args...)
			require.NotEmpty(t, stderr)
			require.NotContains(t, stderr, "QUILL", args)
		}
	}
}

func TestACodeThatIsAPieceOfANameStandsInItsColumnAlone(t *testing.T) {
	text := strings.Replace(file(t, "testdata/valley.txt"), "012R07", "QUIL07", 1)
	wider := []string{"-set", "trouble.length=4", "-set", "reader.start=61", "-set", "reader.length=2", "-"} // what has three letters may be a code
	_, stdout, stderr := readimport(t, text, measured(wider...)...)
	require.Contains(t, stdout, ",QUIL,skipped,")
	require.Contains(t, stderr, "Skipped(1) on meter V-1004: ")
	require.NotContains(t, stderr, "QUI")
}

func TestAnEstimateOfTheSenderIsOne(t *testing.T) {
	registers := write(t, "r.csv", "meter,register,dials,painted_zeros,decimals,multiplier,unit,active\n7,,6,0,0,1,CCF,yes\n")
	previous := write(t, "p.csv", "meter,register,day,digits,source\n7,,2026-10-31,1000,actual\n")
	for quality, want := range map[string]metering.Source{"R0": metering.Actual, "E": metering.Estimated, "E32": metering.Estimated} {
		s, err := loadStock(registers, previous)
		require.NoError(t, err)
		l, err := meterread.ShippedLayout("cmep-mepmd01")
		require.NoError(t, err)
		d := &delivery{name: "f", layout: l, zone: time.UTC, stock: s, tell: func(string) {}}
		text := "MEPMD01,20080501,S,X,X,1,202611300700,7,OK,W,CCFREG,1.0,00000100,1,202611300700," + quality + ",1031\n"
		require.NoError(t, d.read(strings.NewReader(text)))
		require.NoError(t, d.measure(defaultRules(metering.Off())))
		require.Equal(t, want, d.measured[0].review.Measurement().Source(), quality)
	}
}

func TestUseAndExceptionsOfAFile(t *testing.T) {
	code, stdout, stderr := readimport(t, "", measured("testdata/valley.txt")...)
	require.Equal(t, exitFindings, code)
	golden(t, "valley_use.csv", stdout)
	golden(t, "valley_use.err", stderr)

	registers, previous := "", ""
	for _, meter := range []string{"V-1001", "V-1003"} {
		for line := range strings.Lines(file(t, "testdata/registers.csv")) {
			if strings.HasPrefix(line, meter) || registers == "" {
				registers += line
			}
		}
		for line := range strings.Lines(file(t, "testdata/previous.csv")) {
			if strings.HasPrefix(line, meter) || previous == "" {
				previous += line
			}
		}
	}
	code, stdout, stderr = readimport(t, "", valley("-registers", write(t, "r.csv", registers), "-previous", write(t, "p.csv", previous), "testdata/clean.txt")...)
	require.Equal(t, exitClean, code, stderr)
	require.Empty(t, stderr)
	require.Equal(t, 3, strings.Count(stdout, ",approved,\n"))
}

// oneMeter measures one meter of valley by rows of the three files, and gives the row of its reading and what was told.
func oneMeter(t *testing.T, reading, register, previous string, more ...string) (row []string, stderr string) {
	t.Helper()
	head := func(name string) string {
		line, _, _ := strings.Cut(file(t, "testdata/"+name), "\n")
		return line + "\n"
	}
	args := append([]string{"-registers", write(t, "r.csv", head("registers.csv")+register), "-previous", write(t, "p.csv", head("previous.csv")+previous)}, more...)
	_, stdout, stderr := readimport(t, reading, valley(append(args, "-")...)...)
	rows, err := csv.NewReader(strings.NewReader(stdout)).ReadAll()
	require.NoError(t, err)
	require.GreaterOrEqual(t, len(rows), 2, stderr)
	return rows[1], stderr
}

// line is one of valley.
func line(meter, reading, unit, day string) string {
	return fmt.Sprintf("%-8s%-16s%-10s%1s%9s%-4s%-8s000R07\n", "4101", "QUILLFEATHER A", meter, "", reading, unit, day)
}

func TestNoUseIsGuessed(t *testing.T) {
	const register = "V-1,,6,0,0,1,CCF,yes,\n"
	const previous = "V-1,,2026-10-31,1000,actual,30,30,0\n"
	for name, c := range map[string]struct{ reading, register, previous, use, exceptions string }{
		"a use":                   {line("V-1", "1031", "CCF", "20261130"), register, previous, "31", ""},
		"high":                    {line("V-1", "1039", "CCF", "20261130"), register, previous, "39", "High"},
		"fell":                    {line("V-1", "900", "CCF", "20261130"), register, previous, "", "NegativeOrRollover"},
		"fell without a compare":  {line("V-1", "5", "CCF", "20261130"), register, "V-1,,2026-10-31,999990,actual,,,\n", "", "NegativeOrRollover"},
		"too many digits":         {line("V-1", "1000000", "CCF", "20261130"), register, previous, "", "OutOfRange"},
		"no day":                  {line("V-1", "1031", "CCF", ""), register, previous, "", "BadDate"},
		"another unit":            {line("V-1", "1031", "GAL", "20261130"), register, previous, "", "MultiplierChanged"},
		"no unit of volume":       {line("V-1", "1031", "PULS", "20261130"), register, previous, "", "MultiplierChanged"},
		"no unit stated":          {line("V-1", "1031", "", "20261130"), register, previous, "31", ""},
		"before the last reading": {line("V-1", "1031", "CCF", "20261030"), register, previous, "", "ReadOrder"},
		"after an estimate":       {line("V-1", "1031", "CCF", "20261130"), register, strings.Replace(previous, "actual", "estimated", 1), "", "TrueUpDue"},
		"nobody has the service":  {line("V-1", "1031", "CCF", "20261130"), strings.Replace(register, "yes", "no", 1), previous, "31", "UsageNoAccount"},
		"a zero":                  {line("V-1", "1000", "CCF", "20261130"), register, "V-1,,2026-10-31,1000,actual,,,1\n", "0", "ZeroUse"},
		"the third zero":          {line("V-1", "1000", "CCF", "20261130"), register, "V-1,,2026-10-31,1000,actual,,,2\n", "0", "StoppedMeter"},
		"two values":              {line("V-1", "1031", "CCF", "20261130") + line("V-1", "1032", "CCF", "20261130"), register, previous, "", ""},
		"an older one, and today": {line("V-1", "1031", "CCF", "20261130") + line("V-1", "1015", "CCF", "20261115"), register, previous, "31", ""},
		"a decimal by the layout": {line("V-1", "10310", "CCF", "20261130"), "V-1,,6,0,1,1,CCF,yes,\n", "V-1,,2026-10-31,10000,actual,30,30,0\n", "31", ""},
		"no last reading":         {line("V-1", "1031", "CCF", "20261130"), register, "", "", "NoPrevious"},
		"all began at zero":       {line("V-1", "0", "CCF", "20261130"), register, "V-1,,2026-10-31,0,actual,,,\n", "0", ""},
		"zeros before unknown":    {line("V-1", "1000", "CCF", "20261130"), register, "V-1,,2026-10-31,1000,actual,,,\n", "0", "ZeroUse"},
		"a register not on file":  {strings.Replace(line("V-1", "1031", "CCF", "20261130"), "V-1        ", "V-1       X", 1), "V-1,L,6,0,0,1,CCF,yes,\n", "V-1,L,2026-10-31,1000,actual,,,\n", "", ""},
		"not on file":             {line("V-2", "1031", "CCF", "20261130"), register, previous, "", ""},
		"more days than a bill":   {line("V-1", "1031", "CCF", "20261130"), register, "V-1,,2026-10-25,1000,actual,30,30,0\n", "31", "LongPeriod"},
		"35 days":                 {line("V-1", "1031", "CCF", "20261130"), register, "V-1,,2026-10-26,1000,actual,30,30,0\n", "31", ""},
		"after today":             {line("V-1", "1031", "CCF", "20261202"), register, previous, "", "BadDate"},
		"today":                   {line("V-1", "1031", "CCF", "20261201"), register, previous, "31", ""},
		"another account":         {line("V-1", "1031", "CCF", "20261130"), "V-1,,6,0,0,1,CCF,yes,4202\n", previous, "", ""},
		"painted zeros and times": {line("V-1", "1031", "CCF", "20261130"), "V-1,,6,2,0,0.5,CCF,yes,\n", "V-1,,2026-10-31,1000,actual,,,0\n", "1550", ""},
	} {
		t.Run(name, func(t *testing.T) {
			row, stderr := oneMeter(t, c.reading, c.register, c.previous)
			require.Equal(t, c.use, row[10], stderr)
			require.Equal(t, c.exceptions, row[14], stderr)
			if c.exceptions != "" {
				require.Contains(t, stderr, c.exceptions)
			}
			require.NotContains(t, stderr, "QUILLFEATHER")
		})
	}
	_, stderr := oneMeter(t, line("V-1", "1031", "CCF", "20261130")+line("V-1", "1032", "CCF", "20261130"), register, previous)
	require.Contains(t, stderr, "standard input:2: Conflict: line 1 has another value")
	require.Contains(t, stderr, "standard input:2: Conflict(1) on meter V-1: actual 1031 and actual 1032")
	_, stderr = oneMeter(t, line("V-2", "1031", "CCF", "20261130"), register, previous)
	require.Contains(t, stderr, "standard input:1: NotOnFile: meter: ")
	require.Contains(t, stderr, "standard input: Missing(1) on meter V-1: ")
	_, stderr = oneMeter(t, line("V-1", "1031", "CCF", "20261130"), "V-1,,6,0,0,1,CCF,yes,4202\n", previous)
	require.Contains(t, stderr, "standard input:1: NotOnFile: account: ")
	require.NotContains(t, stderr, "4202")
	_, stderr = oneMeter(t, line("V-1", "1031", "CCF", "20261130"), register, "V-1,,2026-10-31,1000,actual,,,\n")
	require.Contains(t, stderr, "note: 1 meter with no compare_use: High and Low are not judged")

	row, _ := oneMeter(t, line("V-1", "1003", "CCF", "20261130"), register, previous, "-low", "10")
	require.Equal(t, []string{"exceptions", "Low"}, row[13:])
	row, _ = oneMeter(t, line("V-1", "1004", "CCF", "20261130"), register, previous, "-low", "10")
	require.Equal(t, []string{"approved", ""}, row[13:])
}

// useOf is the use and the exceptions of the first row of a file of a shipped layout, for one meter, 7, that stood at 1000.
func useOf(t *testing.T, text, decimals string, args ...string) []string {
	t.Helper()
	registers := write(t, "r.csv", "\ufeffmeter,register,dials,painted_zeros,decimals,multiplier,unit,active\n7,,6,0,"+decimals+",1,CCF,yes\n")
	previous := write(t, "p.csv", "meter,register,day,digits,source\n7,,2026-10-31,1000,actual\n")
	_, stdout, stderr := readimport(t, text, append(args, "-registers", registers, "-previous", previous, "-zone", "UTC", "-")...)
	require.NotEmpty(t, stdout, stderr)
	var told []string
	for i, use := range column(t, stdout, "use") {
		told = append(told, use+"/"+column(t, stdout, "exceptions")[i])
	}
	return told
}

func TestAReadingIsNotTakenForAnother(t *testing.T) {
	smartearth := []string{"-layout", "smartearth-reads", "-set", "Meter Read Date.format=YYYYMMDD"}
	require.Equal(t, []string{"2.7/"}, useOf(t, "7,L,W,102.7,20261130\n", "1", smartearth...))
	require.Equal(t, []string{"27/"}, useOf(t, "7,L,W,1027,20261130\n", "0", smartearth...))
	require.Equal(t, []string{"/ScaleMismatch"}, useOf(t, "7,L,W,102.75,20261130\n", "1", smartearth...), "more decimals than the register")

	aclara := "AccountNumber,MeterSN,MTUID,Port,AccountType,Address1,City,State,Zip,RawRead,ScaledRead,ReadingTime,LocalTime,Active,Scalar,MeterTypeID," +
		"Vendor,Model,Description,ReadInterval\n1,7,M,1,R,,,,,%s,1027,2026-11-30 16:00:00.000,,1,1.0,5,,,,15\n"
	require.Equal(t, []string{"27/"}, useOf(t, fmt.Sprintf(aclara, "1027"), "0", "-layout", "aclara-mtu-reads"))
	require.Equal(t, []string{"/ScaleMismatch"}, useOf(t, fmt.Sprintf(aclara, "1000"), "0", "-layout", "aclara-mtu-reads"))

	cmep := func(unit, value string) string {
		return "MEPMD01,20080501,S,X,X,1,202611300700,7,OK,W," + unit + ",1.0,00000100,1,202611300700,R0," + value + "\n"
	}
	require.Equal(t, []string{"/", "/Missing"}, useOf(t, cmep("CCF", "27"), "0", "-layout", "cmep-mepmd01"), "a use in an interval is no reading")
	require.Equal(t, []string{"/", "27/"}, useOf(t, cmep("CCF", "1")+cmep("CCFREG", "1027"), "0", "-layout", "cmep-mepmd01"))
	code, _, stderr := readimport(t, cmep("CCF", "1")+cmep("CCFREG", "1027"), "-layout", "cmep-mepmd01", "-intervals", "-")
	require.Equal(t, exitClean, code, stderr)
	require.Empty(t, stderr, "a reading and a use of one instant are two things")
}

func TestLinesThatAreLeftOutAreCounted(t *testing.T) {
	code, _, stderr := readimport(t, "7,L,W,1027,20261130\n8,L,E,99,20261130\n", "-layout", "smartearth-reads", "-set", "Meter Read Date.format=YYYYMMDD", "-")
	require.Equal(t, exitClean, code)
	require.Equal(t, "standard input: note: 1 line of another commodity left out\n", stderr)
	code, _, stderr = readimport(t, file(t, "day/mvrs.txt")+fmt.Sprintf("%-126s\r\n", "RTR"), "-layout", "itron-mvrs-upload", "-")
	require.Equal(t, exitClean, code, stderr)
	require.Equal(t, "standard input: note: 1 line of types that the layout does not table left out\n", stderr)
	read := "7,1,2026-11-20 08:00:00,10,CF,,"
	_, _, stderr = readimport(t, "meter_id,channel_id,read_dtm,read_value,uom,status,read_version\n"+read+"1\n"+read+"2\n", "-layout", "metersense-register-read", "-")
	require.Equal(t, "standard input: note: 1 read replaced by a newer version\n", stderr)
}

func TestARowWithoutAMeterStandsAllTheSame(t *testing.T) {
	const text = `[{"deviceId":"81234567","units":"CF","data":[{"timeStamp":"2026-11-20T08:00:00","reading":45210},{"timeStamp":"2026-11-21T08:00:00","reading":45247}]}]`
	code, stdout, stderr := readimport(t, text, "-layout", "sentryx-reads", "-")
	require.Equal(t, exitClean, code, stderr)
	require.Empty(t, stderr)
	require.Equal(t, []string{"45210", "45247"}, column(t, stdout, "reading"))
	registers := write(t, "r.csv", "meter,register,dials,painted_zeros,decimals,multiplier,unit,active\n7,,6,0,0,1,CCF,yes\n")
	previous := write(t, "p.csv", "meter,register,day,digits,source\n7,,2026-10-31,1000,actual\n")
	_, stdout, stderr = readimport(t, text, "-layout", "sentryx-reads", "-registers", registers, "-previous", previous, "-")
	require.Equal(t, []string{"45210", "45247", ""}, column(t, stdout, "reading"))
	require.Contains(t, stderr, "standard input:1: NotOnFile: meter: ")
}

// TestARowThatIsNoReadIsNotMeasured has one of a meter on file whose line was refused as a read: why was told.
func TestARowThatIsNoReadIsNotMeasured(t *testing.T) {
	registers := write(t, "r.csv", "meter,register,dials,painted_zeros,decimals,multiplier,unit,active\n7,,6,0,0,1,CCF,yes\n")
	previous := write(t, "p.csv", "meter,register,day,digits,source\n7,,2026-10-31,1000,actual\n")
	s, err := loadStock(registers, previous)
	require.NoError(t, err)
	d := &delivery{name: "f", stock: s, tell: func(string) {}}
	d.rows = []*row{{file: d, line: 1, status: meterread.Reading, meter: "7", reading: "-5"}}
	require.NoError(t, d.measure(defaultRules(metering.Off())))
	require.Equal(t, metering.Missing, d.measured[0].review.Open()[0].Code)
}

func TestAReadingAndAUseOfOneLineAreOneRow(t *testing.T) {
	layout, err := meterread.ShippedLayout("badger-beacon-range-read")
	require.NoError(t, err)
	var heading, cells []string
	for _, f := range layout.Records[0].Fields {
		heading = append(heading, f.Name)
		cells = append(cells, map[string]string{
			"Flow": "5", "Flow_Time": "2026-11-01 01:59", "Flow_Unit": "Gallons", "Meter_ID": "7", "Read": "227.6", "Read_Time": "2026-11-01 00:59", "Read_Unit": "CCF",
		}[f.Name])
	}
	text := strings.Join(heading, ",") + "\n" + strings.Join(cells, ",") + "\n"
	code, stdout, stderr := readimport(t, text, "-layout", layout.ID, "-intervals", "-")
	require.Equal(t, exitClean, code, stderr)
	require.Equal(t, []string{"227.6"}, column(t, stdout, "reading"))
	require.Equal(t, []string{"5"}, column(t, stdout, "interval_use"))
	text = strings.Replace(text, "11-01 01:59", "11-31 01:59", 1)
	code, stdout, stderr = readimport(t, text, "-layout", layout.ID, "-intervals", "-")
	require.Equal(t, exitFindings, code)
	require.Contains(t, stderr, ":2: BadDate: Flow_Time: ")
	require.Equal(t, []string{"227.6"}, column(t, stdout, "reading"), "the reading is good")
}

// layout writes a layout of a heading, a meter, a day and some columns, and gives the flags of it.
func layout(t *testing.T, fields string) []string {
	t.Helper()
	return []string{"-layout-file", write(t, "own.yaml", "id: own\ntitle: Own\ndirection: from_field\nkind: csv-header\ncompleteness: full\nsource: invented\nrecords:\n  - type: '*'\n    fields:\n"+
		"      - {name: meter, index: 1, type: text, role: meter_serial}\n      - {name: day, index: 2, type: date, format: YYYY-MM-DD, role: read_date}\n"+fields)}
}

// tables are the flags of one register of meter A, and of its last reading.
func tables(t *testing.T, register, previous string) []string {
	t.Helper()
	return []string{"-registers", write(t, "r.csv", "meter,register,dials,painted_zeros,decimals,multiplier,unit,active\n"+register),
		"-previous", write(t, "p.csv", "meter,register,day,digits,source,compare_use,compare_days\n"+previous)}
}

const (
	decimalRead = "      - {name: read, index: 3, type: decimal, role: reading}\n"
	unitColumn  = "      - {name: unit, index: 4, type: text, role: unit}\n"
	flagColumn  = "      - {name: flag, index: 5, type: text, role: rollover_flag}\n"
)

// TestPaintedZerosAreNotReadTwice has a register whose last two zeros do not turn: 27800 cubic feet are 278 on its dials, and 270 stood there.
func TestPaintedZerosAreNotReadTwice(t *testing.T) {
	stock := tables(t, "A,,6,2,0,1,CF,yes\n", "A,,2026-10-31,270,actual,750,30\n")
	for kind, read := range map[string]string{"decimal": "27800", "int": "278"} {
		args := slices.Concat(layout(t, strings.Replace(decimalRead, "decimal", kind, 1)+unitColumn), stock, []string{"-"})
		code, stdout, stderr := readimport(t, "meter,day,read,unit\nA,2026-11-30,"+read+",CF\n", args...)
		require.Equal(t, exitClean, code, stderr)
		require.Equal(t, []string{"270"}, column(t, stdout, "previous"))
		require.Equal(t, []string{"800"}, column(t, stdout, "use"))
		require.Equal(t, []string{"approved"}, column(t, stdout, "pile"))
	}
	args := slices.Concat(layout(t, decimalRead+unitColumn), stock, []string{"-"})
	_, stdout, _ := readimport(t, "meter,day,read,unit\nA,2026-11-30,27850,CF\n", args...)
	require.Equal(t, []string{"ScaleMismatch"}, column(t, stdout, "exceptions"), "the register cannot show 50")
}

func TestATornReadingIsAFindingAndNoUse(t *testing.T) {
	flags := layout(t, "      - {name: unit, index: 3, type: text, role: unit}\n      - {name: read, index: 4, type: decimal, role: reading}\n")
	stock := tables(t, "A,,6,0,2,1,CCF,yes\n", "A,,2026-10-31,22000,actual,7.5,30\n")
	text := "meter,day,unit,read\nA,2026-11-30,CCF,227"
	code, stdout, stderr := readimport(t, text, append(slices.Clone(flags), "-")...)
	require.Equal(t, exitFindings, code)
	require.Contains(t, stderr, "standard input:2: Torn: ")
	require.Equal(t, 1, strings.Count(stderr, "Torn"))
	require.Equal(t, []string{"227"}, column(t, stdout, "reading"), "the row stays")
	code, stdout, stderr = readimport(t, text, slices.Concat(flags, stock, []string{"-"})...)
	require.Equal(t, exitFindings, code)
	require.Equal(t, []string{""}, column(t, stdout, "use"))
	require.Equal(t, []string{"exceptions"}, column(t, stdout, "pile"))
	require.Equal(t, []string{"Torn"}, column(t, stdout, "exceptions"))
	require.Contains(t, stderr, "standard input:2: Torn(1) on meter A: ")
	code, stdout, stderr = readimport(t, text+".64\n", slices.Concat(flags, stock, []string{"-"})...)
	require.Equal(t, exitClean, code, stderr)
	require.Equal(t, []string{"7.64"}, column(t, stdout, "use"))
}

func TestAReadOfAnotherDayThanTheCycleIsNoUse(t *testing.T) {
	flags := slices.Concat(layout(t, decimalRead), tables(t, "A,,6,0,0,1,CCF,yes\n", "A,,2026-10-31,1000,actual,60,30\n"))
	read := func(day string, more ...string) (int, string, string) {
		return readimport(t, "meter,day,read\nA,"+day+",1031\n", slices.Concat(flags, more, []string{"-"})...)
	}
	for day, more := range map[string][]string{"2062-10-31": nil, "2026-12-02": nil, "2026-11-21": {"-cycle-close", "2026-11-20"}} {
		code, stdout, stderr := read(day, more...)
		require.Equal(t, exitFindings, code)
		require.Equal(t, []string{"1031"}, column(t, stdout, "reading"), "the row stays")
		require.Equal(t, []string{""}, column(t, stdout, "use"))
		require.Equal(t, []string{"BadDate"}, column(t, stdout, "exceptions"))
		require.Contains(t, stderr, "standard input:2: BadDate: ")
		after := map[bool]string{true: "after today, 2026-12-01", false: "after the close of the cycle, 2026-11-20"}[more == nil]
		require.Contains(t, stderr, "it is dated "+day+", "+after)
	}
	for day, more := range map[string][]string{"2026-12-01": nil, "2026-11-20": {"-cycle-close", "2026-11-20"}, "2026-12-02": {"-cycle-close", "2026-12-05"}} {
		code, _, stderr := read(day, more...)
		require.Equal(t, exitClean, code, stderr)
	}
	code, _, stderr := readimport(t, "meter,day,read\nA,2062-10-31,1031\n", append(layout(t, decimalRead), "-")...)
	require.Equal(t, exitFindings, code, "without the meters on file, too")
	require.Contains(t, stderr, "standard input:2: BadDate: ")

	// The day of an instant is that of the place; without one, it may be either of two.
	instant := func(at string, more ...string) int {
		text := "MEPMD01,20080501,S,X,X,1,202611300700,7,OK,W,CCFREG,1.0,00000100,1," + at + ",R0,1031\n"
		code, _, stderr := readimport(t, text, slices.Concat([]string{"-layout", "cmep-mepmd01"}, more, []string{"-"})...)
		require.Equal(t, code == exitFindings, strings.Contains(stderr, "standard input:1: BadDate: "), stderr)
		return code
	}
	require.Equal(t, exitClean, instant("202612010700", "-cycle-close", "2026-11-30"))
	require.Equal(t, exitFindings, instant("202612020000", "-cycle-close", "2026-11-30"))
	stock := []string{"-registers", write(t, "r.csv", "meter,register,dials,painted_zeros,decimals,multiplier,unit,active\n7,,6,0,0,1,CCF,yes\n"),
		"-previous", write(t, "p.csv", "meter,register,day,digits,source\n7,,2026-10-31,1000,actual\n"), "-cycle-close", "2026-11-30", "-zone"}
	require.Equal(t, exitClean, instant("202612010700", append(stock, "America/Los_Angeles")...))
	require.Equal(t, exitFindings, instant("202612010800", append(stock, "America/Los_Angeles")...))
}

func TestADeclaredRolloverIsComparedOrIsForTwo(t *testing.T) {
	flags := layout(t, strings.Replace(decimalRead, "decimal", "int", 1)+unitColumn+flagColumn)
	for previous, want := range map[string][]string{
		"A,,2026-10-31,9900,actual,,\n":      {"110", "exceptions", "Rollover; NoBasis"},
		"A,,2026-10-31,9900,actual,100,30\n": {"110", "acceptable", "Rollover"},
		"A,,2026-11-30,9900,actual,100,30\n": {"110", "exceptions", "Rollover; NoBasis"}, // a use of no day has no daily use
		"A,,2026-10-31,9900,actual,20,30\n":  {"110", "exceptions", "Rollover; Highest"},
	} {
		code, stdout, stderr := readimport(t, "meter,day,read,unit,flag\nA,2026-11-30,10,CCF,Y\n",
			slices.Concat(flags, tables(t, "A,,4,0,0,1,CCF,yes\n", previous), []string{"-"})...)
		require.Equal(t, exitFindings, code)
		require.Equal(t, want, []string{column(t, stdout, "use")[0], column(t, stdout, "pile")[0], column(t, stdout, "exceptions")[0]}, stderr)
	}
}

func TestAWordThatNobodyTablesIsAFindingAndItsRowStays(t *testing.T) {
	flags := layout(t, strings.Replace(decimalRead, "decimal", "int", 1)+unitColumn+flagColumn)
	text := "meter,day,read,unit,flag\nA,2026-11-30,1031,CCF,perhaps\nB,2026-11-30,5,CCF,\n"
	stock := tables(t, "A,,4,0,0,1,CCF,yes\n", "A,,2026-10-31,1000,actual,,\n")
	for _, args := range [][]string{flags, slices.Concat(flags, stock)} {
		code, stdout, stderr := readimport(t, text, append(slices.Clone(args), "-")...)
		require.Equal(t, exitFindings, code)
		require.Contains(t, stderr, "standard input:2: UnknownWord: rollover_flag: ")
		require.NotContains(t, stderr, "perhaps")
		require.Equal(t, []string{"1031", "5"}, column(t, stdout, "reading")[:2])
	}
}

// TestAReaderThatIsNoneIsToldAndTheReadHolds has a finding before the read that it is of.
func TestAReaderThatIsNoneIsToldAndTheReadHolds(t *testing.T) {
	flags := layout(t, strings.Replace(decimalRead, "decimal", "int", 1)+"      - {name: who, index: 4, type: text, role: reader}\n")
	stock := tables(t, "A,,4,0,0,1,CCF,yes\n", "A,,2026-10-31,1000,actual,30,30\n")
	code, stdout, stderr := readimport(t, "meter,day,read,who\nA,2026-11-30,1031,***\n", slices.Concat(flags, stock, []string{"-"})...)
	require.Equal(t, exitFindings, code)
	require.Contains(t, stderr, "standard input:2: E_APPROVAL_PERSON: reader: ")
	require.Equal(t, []string{"31"}, column(t, stdout, "use"))
	require.Equal(t, []string{"approved"}, column(t, stdout, "pile"))
}

// TestAValueThatCameBeforeIsDroppedWhicheverItWas has two values of one instant in turns.
func TestAValueThatCameBeforeIsDroppedWhicheverItWas(t *testing.T) {
	head := "meter_id,channel_id,read_dtm,read_value,uom,status,read_version\n"
	read := func(value, version string) string {
		return "7,1,2026-11-20 08:00:00," + value + ",CF,," + version + "\n"
	}
	_, stdout, stderr := readimport(t, head+read("1", "1")+read("2", "1")+read("2", "1")+read("1", "1"), "-layout", "metersense-register-read", "-")
	require.Equal(t, []string{"1", "2"}, column(t, stdout, "reading"))
	require.Contains(t, stderr, "standard input:4: Duplicate: the same as line 3: ")
	require.Contains(t, stderr, "standard input:5: Duplicate: the same as line 2: ")
	_, stdout, stderr = readimport(t, head+read("1", "1")+read("2", "1")+read("3", "2")+read("2", "2")+read("2", "2"), "-layout", "metersense-register-read", "-")
	require.Equal(t, []string{"3", "2"}, column(t, stdout, "reading"), "a newer version is no repeat of an older one")
	require.Contains(t, stderr, "standard input:6: Duplicate: the same as line 5: ")

	two := line("V-1001", "45247", "CCF", "20261130") + line("V-1001", "45248", "CCF", "20261130")
	code, stdout, stderr := readimport(t, strings.Repeat(two, 20_000), valley("-")...)
	require.Equal(t, exitFindings, code)
	require.Equal(t, []string{"45247", "45248"}, column(t, stdout, "reading"))
	require.Equal(t, 39_998, strings.Count(stderr, ": Duplicate: "))
	require.Equal(t, 1, strings.Count(stderr, ": Conflict: "))
	_, stdout, stderr = readimport(t, beaconHead+strings.Repeat("1,,,7,,,,10,GAL,\n1,,,7,,,,11,GAL,\n", 3), "-layout", "badger-beacon-billing-read", "-")
	require.Len(t, column(t, stdout, "reading"), 6, "undated reads are never dropped")
	require.Equal(t, 1, strings.Count(stderr, ": Conflict: "), "and each value is told once")
}

func TestAFileThatGivesNoReadIsAFinding(t *testing.T) {
	for name, args := range map[string][]string{
		"empty": {"-layout", "metersense-register-read", "-"}, "with the meters on file": measured("-"),
	} {
		code, _, stderr := readimport(t, "", args...)
		require.Equal(t, exitFindings, code, name)
		require.Contains(t, stderr, "standard input: NoReads: the file gives no read; ", name)
	}
	aside := slices.Concat(layout(t, decimalRead), []string{"-set", "read.role=", "-"})
	code, _, stderr := readimport(t, "meter,day,read\nA,2026-11-30,1031\n", aside...)
	require.Equal(t, exitFindings, code, "the role of the reading is set away")
	require.Contains(t, stderr, "NoReads")
	code, _, stderr = readimport(t, "nothing of the kind\n", valley("-")...)
	require.Equal(t, exitFindings, code)
	require.NotContains(t, stderr, "NoReads", "the line was refused, and its finding says so")
}

func TestACodeOfAUnitIsPrintedAsTheUnitThatItMeans(t *testing.T) {
	flags := layout(t, decimalRead+strings.Replace(unitColumn, "role: unit", "role: unit, values: {'128': US gallon, '7': rabbits, GAL: gallons in interval}", 1))
	code, stdout, stderr := readimport(t, "meter,day,read,unit\nA,2026-11-30,1,128\nB,2026-11-30,1,GAL\nC,2026-11-30,1,7\nD,2026-11-30,1,CCF\nE,2026-11-30,1,\n", append(flags, "-")...)
	require.Equal(t, exitClean, code, stderr)
	require.Equal(t, []string{"gal", "GAL", "7", "CCF", ""}, column(t, stdout, "unit"))
}

// TestAReviewIsDueWhenItsReadsWere has a meter of which nothing came: it may be estimated for the days of its cycle, and for no others.
func TestAReviewIsDueWhenItsReadsWere(t *testing.T) {
	number := func(text string) exact.Number {
		n, err := exact.ParseNumber(text)
		require.NoError(t, err)
		return n
	}
	daily, err := metering.NewVolume(number("1"), metering.CCF)
	require.NoError(t, err)
	clerk, err := approval.ParsePerson("m.alvarez")
	require.NoError(t, err)
	step := metering.Step{By: clerk, At: time.Date(2026, time.December, 1, 0, 0, 0, 0, time.UTC), Reason: "nobody was there"}
	rule := metering.EstimateRule{MaxInRow: 3, Method: metering.EstimateMethod{
		Title: "class", Source: "invented", Kind: metering.ClassMean, MaxAge: metering.Off(), ClassDaily: daily,
	}}
	for closing, due := range map[string]string{"": "2026-11-28", "2026-11-30": "2026-11-30", "2026-09-30": ""} {
		s, err := loadStock("testdata/registers.csv", "testdata/previous.csv")
		require.NoError(t, err)
		day := civil.MustDate("2026-11-28")
		d := &delivery{name: "f", stock: s, tell: func(string) {}}
		if closing != "" {
			d.cycleClose = civil.MustDate(closing)
		}
		d.rows = []*row{{file: d, line: 1, status: meterread.Reading, meter: "V-1001", reading: "45247", at: day.String(),
			got: &metering.Delivered{Meter: "V-1001", State: metering.Read, Number: number("45247"), Dials: true, Day: day, Source: metering.Actual}}}
		require.NoError(t, d.measure(defaultRules(metering.Off())), "a day before the last reading is not due")
		m := d.measured[slices.IndexFunc(d.measured, func(m *metered) bool { return m.on.meter == "V-1005" })]
		// A use that comes later in its place must have had the checks that every use has.
		to := metering.Reading{Meter: "V-1005", Register: m.on.sides[0].register.ID, State: metering.Read, Digits: 7100, Day: day, Source: metering.Actual}
		used, err := metering.Between(m.on.sides[0].from, m.on.sides[0].register, to, m.on.sides[0].rule(defaultRules(metering.Off())))
		require.NoError(t, err)
		for _, check := range []string{"ZeroUse", "days"} {
			_, err = m.review.Correct(step, "the card came late", used)
			if due != "" && closing == "" {
				require.ErrorContains(t, err, "the check "+check+" has not been run on it")
			}
			used = used.With(metering.Exception{Code: metering.Normal, Rule: check})
		}
		for _, end := range []string{"2026-11-27", "2026-11-28", "2026-11-29", "2026-11-30"} {
			from := m.on.sides[0].from
			estimate, _, err := metering.Estimate(from, from.Register, civil.MustDate(end), rule, nil)
			require.NoError(t, err)
			_, err = m.review.Estimate(step, estimate)
			require.Equal(t, end == due, err == nil, "%s: %v", end, err)
		}
	}
}

func TestOneRegisterOfACompoundMeterIsNoUse(t *testing.T) {
	var half strings.Builder
	for text := range strings.Lines(file(t, "testdata/valley.txt")) {
		if !strings.Contains(text, "V-1003    H") {
			half.WriteString(text)
		}
	}
	_, stdout, stderr := readimport(t, half.String(), measured("-")...)
	require.Contains(t, stdout, ",4103,V-1003,L,2026-11-30,180,CCF,,read,100,,,,exceptions,MissingRegister\n")
	require.Contains(t, stdout, "\n,4103,V-1003,H,,,,,,50,,,,exceptions,MissingRegister\n")
	require.Contains(t, stderr, "MissingRegister(H) on meter V-1003: ")
}

const beaconHead = "Account_ID,Location_ID,Service_Point_ID,Meter_ID,Register_Number,Endpoint_SN,Read_Method,Read,Read_Unit,Billing_Read\n"

func TestTheSameAgainGivesNoRowAndTwoValuesGiveBoth(t *testing.T) {
	head := "meter_id,channel_id,read_dtm,read_value,uom,status,read_version\n"
	read := func(value, version string) string {
		return "7,1,2026-11-20 08:00:00," + value + ",CF,," + version + "\n"
	}
	for name, c := range map[string]struct {
		text, rows, codes string
		code              int
	}{
		"newer last":     {read("10", "1") + read("12", "2"), "12", "", exitClean},
		"newer first":    {read("12", "2") + read("10", "1"), "12", "", exitClean},
		"nothing tells":  {read("10", "1") + read("12", "1"), "10 12", "Conflict", exitFindings},
		"another point":  {read("1.1", "1") + read("11", "1"), "1.1 11", "Conflict", exitFindings},
		"newer than two": {read("10", "1") + read("11", "1") + read("12", "2"), "12", "Conflict", exitFindings},
		"the same again": {read("10", "1") + read("10", "1"), "10", "Duplicate", exitFindings},
	} {
		t.Run(name, func(t *testing.T) {
			code, stdout, stderr := readimport(t, head+c.text, "-layout", "metersense-register-read", "-")
			require.Equal(t, c.code, code, stderr)
			require.Equal(t, c.rows, strings.Join(column(t, stdout, "reading"), " "))
			require.Contains(t, stderr, c.codes)
		})
	}
	// A file that is not dated says of nothing that it is of one instant.
	code, stdout, stderr := readimport(t, beaconHead+"1,,,7,,,,10,GAL,\n1,,,7,,,,10,GAL,\n", "-layout", "badger-beacon-billing-read", "-")
	require.Equal(t, exitClean, code, stderr)
	require.Equal(t, []string{"10", "10"}, column(t, stdout, "reading"))
}

// column is a column of CSV.
func column(t *testing.T, text, name string) []string {
	t.Helper()
	rows, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	require.NoError(t, err)
	at := slices.Index(rows[0], name)
	require.GreaterOrEqual(t, at, 0)
	var cells []string
	for _, row := range rows[1:] {
		cells = append(cells, row[at])
	}
	return cells
}

func TestFortyThousandTimesTheSame(t *testing.T) {
	code, stdout, stderr := readimport(t, beaconHead+strings.Repeat("1,,,7,,,,10,GAL,\n", 40_000), "-layout", "badger-beacon-billing-read", "-")
	require.Equal(t, exitClean, code)
	require.Empty(t, stderr)
	require.Equal(t, 40_001, strings.Count(stdout, "\n"))

	one := line("V-1001", "45247", "CCF", "20261130")
	code, stdout, stderr = readimport(t, strings.Repeat(one, 40_000), valley("-")...)
	require.Equal(t, exitFindings, code)
	require.Equal(t, 2, strings.Count(stdout, "\n"))
	require.Equal(t, 39_999, strings.Count(stderr, ": Duplicate: "), "each line ends in a row or in a finding")
}

func TestAnInstantHasADayInAPlace(t *testing.T) {
	text := "MEPMD01,20080501,S,X,X,1,202611300700,7,OK,W,CCFREG,1.0,00000100,1,202611300700,R0,1031\n"
	registers := write(t, "r.csv", "meter,register,dials,painted_zeros,decimals,multiplier,unit,active\n7,,6,0,0,1,CCF,yes\n")
	previous := write(t, "p.csv", "meter,register,day,digits,source\n7,,2026-10-31,1000,actual\n")
	args := []string{"-layout", "cmep-mepmd01", "-registers", registers, "-previous", previous}
	code, _, stderr := readimport(t, text, append(args, "-")...)
	require.Equal(t, exitFindings, code)
	require.Contains(t, stderr, "BadDate(1) on meter 7: ")
	require.Contains(t, stderr, "-zone")
	for zone, days := range map[string]string{"UTC": "30", "America/Los_Angeles": "29"} {
		code, stdout, stderr := readimport(t, text, append(slices.Clone(args), "-zone", zone, "-")...)
		require.Equal(t, exitClean, code, stderr)
		require.Equal(t, []string{days}, column(t, stdout, "days"))
		require.Equal(t, []string{"31"}, column(t, stdout, "use"))
	}
}

func TestAUseInAnIntervalIsNoReading(t *testing.T) {
	const text = "MEPMD01,20080501,S,X,X,1,202611300700,7,OK,W,GAL,1.0,00000100,2,202611300700,R0,5,,R0,6\n"
	code, stdout, stderr := readimport(t, text, "-layout", "cmep-mepmd01", "-")
	require.Equal(t, exitClean, code)
	require.Equal(t, []string{"", ""}, column(t, stdout, "reading"))
	require.Contains(t, stderr, "note: 2 rows state a use in an interval")
	code, stdout, stderr = readimport(t, text, "-layout", "cmep-mepmd01", "-intervals", "-")
	require.Equal(t, exitClean, code)
	require.Empty(t, stderr)
	require.Equal(t, []string{"5", "6"}, column(t, stdout, "interval_use"))
}

func TestWhatIsNotStatedIsSetOrRefused(t *testing.T) {
	for layout, set := range map[string]string{
		"smartfusion-h-ezroute-reads": "add -set read_date.format=MMDDYY,",
		"smartearth-reads":            `add -set "Meter Read Date.format=YYYYMMDD",`,
	} {
		code, stdout, stderr := readimport(t, "x\n", "-layout", layout, "-")
		require.Equal(t, exitUnable, code)
		require.Empty(t, stdout)
		require.Contains(t, stderr, "E_UNSTATED: ")
		require.Contains(t, stderr, set)
	}
	text := fmt.Sprintf("%-6s%-15s%15sM%-9s%4s%37s\n", "1", "7", "", "10", "1231", "")
	close2027 := []string{"-layout", "smartfusion-k2-sensus-notes-reads", "-cycle-close", "2027-01-05", "-"}
	_, stdout, stderr := readimport(t, text, close2027...)
	require.Equal(t, []string{"2026-12-31"}, column(t, stdout, "read_at"), stderr)
	_, stdout, stderr = readimport(t, text, "-layout", close2027[1], "-")
	require.Equal(t, []string{""}, column(t, stdout, "read_at"), stderr)
}

func TestSetChangesTheLayout(t *testing.T) {
	_, stdout, _ := readimport(t, "", valley("-set", "reading.decimals=2", "testdata/clean.txt")...)
	require.Equal(t, []string{"452.47", "1.8", "0.52"}, column(t, stdout, "reading"))
	_, stdout, _ = readimport(t, "", valley("-set", "register.role=", "testdata/clean.txt")...)
	require.Equal(t, []string{"", "", ""}, column(t, stdout, "register"))
}

func TestWhatCannotBeUsed(t *testing.T) {
	bad := write(t, "bad.yaml", "id: bad\nkind: fixed\n")
	table := func(text string) string { return write(t, "t.csv", text) }
	registers, previous := file(t, "testdata/registers.csv"), file(t, "testdata/previous.csv")
	for name, c := range map[string]struct {
		args []string
		want string
	}{
		"no such flag":        {[]string{"-frob"}, "-h shows the flags"},
		"no layout":           {[]string{"f.txt"}, "add -layout ID"},
		"an empty layout":     {[]string{"-layout", "", "f.txt"}, "-list shows the layouts"},
		"an empty file":       {[]string{"-layout-file", "", "f.txt"}, "-layout-file names no file"},
		"two layouts":         {[]string{"-layout", "a", "-layout-file", "b", "f.txt"}, "do not go together"},
		"no file":             {[]string{"-layout", "itron-mvrs-upload"}, "no file is named"},
		"two files":           {valley("testdata/clean.txt", "more.txt"), "one file too many"},
		"flags behind":        {[]string{"-layout", "itron-mvrs-upload", "f.txt", "-list"}, "one file too many"},
		"list with a file":    {[]string{"-list", "f.txt"}, "-list stands alone"},
		"list with a layout":  {[]string{"-list", "-layout", "itron-mvrs-upload"}, "-list stands alone"},
		"registers alone":     {valley("-registers", "r.csv", "testdata/clean.txt"), "go together"},
		"previous alone":      {valley("-previous", "p.csv", "testdata/clean.txt"), "go together"},
		"low alone":           {valley("-low", "50", "testdata/clean.txt"), "-low judges a use"},
		"zone alone":          {valley("-zone", "UTC", "testdata/clean.txt"), "add -registers"},
		"a low of 100":        {measured("-low", "100", "testdata/clean.txt"), "below 100"},
		"no such place":       {measured("-zone", "Nowhere/At_All", "testdata/clean.txt"), "Nowhere"},
		"no such layout":      {[]string{"-layout", "nobody-knows", "testdata/clean.txt"}, "-list shows them"},
		"no such layout file": {[]string{"-layout-file", "nowhere.yaml", "testdata/clean.txt"}, "nowhere.yaml"},
		"no layout in it":     {[]string{"-layout-file", bad, "testdata/clean.txt"}, "bad.yaml:"},
		"no such reads":       {valley("nowhere.txt"), "nowhere.txt"},
		"a folder":            {valley("testdata"), "E_INPUT"},
		"no such day":         {valley("-cycle-close", "2026-02-30", "testdata/clean.txt"), "cycle-close"},
		"set without a value": {valley("-set", "read_date.format", "testdata/clean.txt"), "FIELD.KEY=VALUE"},
		"set without a key":   {valley("-set", "format=YY", "testdata/clean.txt"), "FIELD.KEY=VALUE"},
		"set no such field":   {valley("-set", "nothing.format=YY", "testdata/clean.txt"), "has no field"},
		"set no such key":     {valley("-set", "reading.color=red", "testdata/clean.txt"), "E_UNKNOWN_KEY"},
		"set an overlap":      {valley("-set", "reading.start=30", "testdata/clean.txt"), "E_OVERLAP"},
		"no such registers":   {valley("-registers", "nowhere.csv", "-previous", "testdata/previous.csv", "testdata/clean.txt"), "-registers: "},
		"no such previous":    {valley("-registers", "testdata/registers.csv", "-previous", "nowhere.csv", "testdata/clean.txt"), "-previous: "},
		"no heading":          {valley("-registers", table(""), "-previous", "testdata/previous.csv", "testdata/clean.txt"), ":1: E_TABLE: "},
		"a column too few":    {valley("-registers", table(strings.Replace(registers, "dials", "dails", 1)), "-previous", "testdata/previous.csv", "testdata/clean.txt"), "dials: the column is missing"},
		"no dials":            {valley("-registers", table(strings.Replace(registers, ",,6,", ",,,", 1)), "-previous", "testdata/previous.csv", "testdata/clean.txt"), ":2: E_TABLE: dials: "},
		"dials beyond":        {valley("-registers", table(strings.Replace(registers, ",,6,", ",,99,", 1)), "-previous", "testdata/previous.csv", "testdata/clean.txt"), "E_REGISTER"},
		"no unit":             {valley("-registers", table(strings.Replace(registers, "CCF", "", 1)), "-previous", "testdata/previous.csv", "testdata/clean.txt"), ":2: E_TABLE: unit: "},
		"active or not":       {valley("-registers", table(strings.Replace(registers, "yes", "", 1)), "-previous", "testdata/previous.csv", "testdata/clean.txt"), ":2: E_TABLE: active: "},
		"a register twice":    {valley("-registers", table(registers+"V-1001,,6,0,0,1,CCF,yes,4101\n"), "-previous", "testdata/previous.csv", "testdata/clean.txt"), "register: another row"},
		"no source":           {valley("-registers", "testdata/registers.csv", "-previous", table(strings.Replace(previous, "actual", "", 1)), "testdata/clean.txt"), ":2: E_TABLE: source: "},
		"no day":              {valley("-registers", "testdata/registers.csv", "-previous", table(strings.Replace(previous, "2026-10-31", "", 1)), "testdata/clean.txt"), ":2: E_TABLE: day: "},
		"digits beyond":       {valley("-registers", "testdata/registers.csv", "-previous", table(strings.Replace(previous, "45210", "1000000", 1)), "testdata/clean.txt"), ":2: E_TABLE: E_READING: digits: "},
		"half a compare":      {valley("-registers", "testdata/registers.csv", "-previous", table(strings.Replace(previous, "35,30", "35,", 1)), "testdata/clean.txt"), "goes with compare_days"},
		"previous twice":      {valley("-registers", "testdata/registers.csv", "-previous", table(previous+"V-1001,,2026-10-31,1,actual,,,\n"), "testdata/clean.txt"), "twice"},
		"previous of none":    {valley("-registers", "testdata/registers.csv", "-previous", table(previous+"V-9,,2026-10-31,1,actual,,,\n"), "testdata/clean.txt"), "does not have the meter"},
		"no such column":      {valley("-registers", table(strings.Replace(registers, "account", "acount", 1)), "-previous", "testdata/previous.csv", "testdata/clean.txt"), "column 9 has no name that is known"},
		"a column twice":      {valley("-registers", table(strings.Replace(registers, "account", "unit", 1)), "-previous", "testdata/previous.csv", "testdata/clean.txt"), "column 9 has the name of another"},
		"two accounts":        {valley("-registers", table(strings.Replace(registers, "yes,4103", "yes,4104", 1)), "-previous", "testdata/previous.csv", "testdata/clean.txt"), ":5: E_TABLE: another row of the meter"},
		"no meter":            {valley("-registers", table(strings.Replace(registers, "V-1001", "", 1)), "-previous", "testdata/previous.csv", "testdata/clean.txt"), ":2: E_TABLE: meter: "},
		"no number":           {valley("-registers", table(strings.Replace(registers, "0,1,CCF", "0,x,CCF", 1)), "-previous", "testdata/previous.csv", "testdata/clean.txt"), ":2: E_TABLE: multiplier: "},
		"compare of no days":  {valley("-registers", "testdata/registers.csv", "-previous", table(strings.Replace(previous, "35,30", "35,0", 1)), "testdata/clean.txt"), ":2: E_TABLE: compare_days: "},
		"a register of none":  {valley("-registers", "testdata/registers.csv", "-previous", table(previous+"V-1001,L,2026-10-31,1,actual,,,\n"), "testdata/clean.txt"), "no such register"},
		"a torn table":        {valley("-registers", "testdata/registers.csv", "-previous", table(previous+"V-10"), "testdata/clean.txt"), ":10: E_TABLE: "},
	} {
		t.Run(name, func(t *testing.T) {
			code, stdout, stderr := readimport(t, "", c.args...)
			require.Equal(t, exitUnable, code, stderr)
			require.Empty(t, stdout)
			require.Contains(t, stderr, c.want)
		})
	}
}

func TestASourceThatFailsAndAnOutputThatCannotBeWritten(t *testing.T) {
	var out, notes bytes.Buffer
	failing := io.MultiReader(strings.NewReader(line("V-1001", "45247", "CCF", "20261130")), iotest.ErrReader(errors.New("the disk is gone")))
	require.Equal(t, exitUnable, run(valley("-"), failing, &out, &notes))
	require.Equal(t, []string{"45247"}, column(t, out.String(), "reading"), "what was read holds")
	require.Contains(t, notes.String(), "E_INPUT")

	out.Reset()
	failing = io.MultiReader(strings.NewReader(line("V-1001", "45247", "CCF", "20261130")), iotest.ErrReader(errors.New("the disk is gone")))
	require.Equal(t, exitUnable, run(measured("-"), failing, &out, &notes))
	require.Empty(t, out.String(), "half a file measures nothing")

	for _, args := range [][]string{nil, {"-h"}, {"-list"}, valley("testdata/clean.txt"), measured("testdata/clean.txt")} {
		notes.Reset()
		require.Equal(t, exitUnable, run(args, nil, full{}, &notes))
		require.Contains(t, notes.String(), "the output cannot be written: the disk is full")
	}
}

type full struct{}

func (full) Write([]byte) (int, error) { return 0, errors.New("the disk is full") }

// A file that ends anywhere gives rows of the whole file, a finding or an error, and no other number.
func TestTornFiles(t *testing.T) {
	for _, c := range []struct{ file, layout, set string }{
		{"day/ezroute.txt", "smartfusion-h-ezroute-reads", "read_date.format=MMDDYY"},
		{"day/mvrs.txt", "itron-mvrs-upload", "record_type.note=x"},
	} {
		text := file(t, c.file)
		args := []string{"-layout", c.layout, "-set", c.set, "-"}
		_, whole, _ := readimport(t, text, args...)
		rows := map[string]bool{}
		for row := range strings.Lines(whole) {
			rows[row] = true
		}
		for end := 0; end <= len(text); end += 1 + end%37 {
			code, stdout, stderr := readimport(t, text[:end], args...)
			require.NotEqual(t, exitUnable, code, stderr)
			for row := range strings.Lines(stdout) {
				require.True(t, rows[row], "%d: %s", end, row)
			}
		}
	}
	const beacon = "1,,,7,,,,45210,GAL,4521"
	code, stdout, stderr := readimport(t, beaconHead+beacon, "-layout", "badger-beacon-billing-read", "-")
	require.Equal(t, exitClean, code)
	require.Equal(t, []string{"45210"}, column(t, stdout, "reading"))
	require.Empty(t, stderr, "the read does not use the cell that may be cut")
}

func TestBadFilesAreToldAndEmptyOnesToo(t *testing.T) {
	text := file(t, "testdata/clean.txt")
	for name, c := range map[string]struct {
		text, want string
		code       int
	}{
		"nothing":            {"", "standard input: NoReads: the file gives no read", exitFindings},
		"an end of file":     {text + "\x1a", "", exitClean},
		"UTF-16":             {"\xff\xfe4\x001\x00", "E_ENCODING", exitUnable},
		"of another layout":  {beaconHead + "1,,,7,,,,45210,GAL,45210\n", "OtherLayout", exitFindings},
		"a line that is bad": {"nothing of the kind\n" + text, "standard input:1: LineTooShort", exitFindings},
	} {
		t.Run(name, func(t *testing.T) {
			code, stdout, stderr := readimport(t, c.text, valley("-")...)
			require.Equal(t, c.code, code, stderr)
			require.Contains(t, stderr, c.want)
			if strings.Contains(c.text, text) {
				require.Equal(t, []string{"45247", "180", "52"}, column(t, stdout, "reading"), "the rest is read")
			}
		})
	}
}

func TestProgressShowsOnATerminalAndLeavesNothing(t *testing.T) {
	var reads strings.Builder
	for i := range 4000 {
		reads.WriteString(line(fmt.Sprintf("V-%d", i), "45247", "CCF", "20261130"))
	}
	_, plain, stderr := readimport(t, reads.String(), valley("-")...)
	require.Empty(t, stderr)
	var out, notes bytes.Buffer
	now := time.Date(2026, time.November, 30, 0, 0, 0, 0, time.UTC)
	p := program{stdin: strings.NewReader(reads.String()), stdout: &out, stderr: &notes, terminal: func(w io.Writer) bool { return w == &notes }}
	p.now = func() time.Time { now = now.Add(time.Second); return now }
	require.Equal(t, exitClean, p.run(valley("-")))
	require.True(t, plain == out.String())
	require.Contains(t, notes.String(), "Reading")
	parts := strings.Split(notes.String(), "\r")
	require.Empty(t, strings.TrimSpace(parts[len(parts)-2]), "the last bar is taken off")
	require.Empty(t, parts[len(parts)-1])
}

// What else the file says of a meter stands beside its use: it is not approved unseen.
func TestAFileThatContradictsItselfHoldsTheMeter(t *testing.T) {
	flags := layout(t, strings.Replace(decimalRead, "decimal", "int", 1)+"      - {name: account, index: 4, type: text, role: account}\n"+
		"      - {name: skip, index: 5, type: text, role: read_code}\n")
	registers := write(t, "r.csv", "meter,register,account,dials,painted_zeros,decimals,multiplier,unit,active\nA,,1,6,0,0,1,CCF,yes\n")
	previous := write(t, "p.csv", "meter,register,day,digits,source\nA,,2026-10-31,100,actual\n")
	for says, lines := range map[string]string{
		"line 3 has this meter under another account":                   "A,2026-11-30,130,1,\nA,2026-11-30,990,9,\n",
		"line 2 shows more, 990 on 2026-11-29, than the last line, 130": "A,2026-11-29,990,1,\nA,2026-11-30,130,1,\n",
		"line 3 says of the same time that there is no number":          "A,2026-11-30,130,1,\nA,2026-11-30,,1,07\n",
		"line 2 has this meter under another account":                   "A,2026-11-20,990,9,\nA,2026-11-30,130,1,\n",
	} {
		code, stdout, stderr := readimport(t, "meter,day,read,account,skip\n"+lines, append(flags, "-registers", registers, "-previous", previous, "-cycle-close", "2026-11-30", "-")...)
		require.Equal(t, exitFindings, code, stderr)
		require.Contains(t, stderr, says)
		require.Contains(t, stdout, "exceptions,Conflict", stdout)
		require.NotContains(t, stdout, "approved")
	}
	code, stdout, _ := readimport(t, "meter,day,read,account,skip\nA,2026-11-29,128,1,\nA,2026-11-30,130,1,\n",
		append(flags, "-registers", registers, "-previous", previous, "-cycle-close", "2026-11-30", "-")...)
	require.Equal(t, exitClean, code)
	require.Contains(t, stdout, ",30,CCF,30,approved,")
}
